"""Tables made of a graph: a SPARQL query and, beside it, what its columns are (``definitions/``).

A table is ``NUMBER-NAME.rq`` with ``NUMBER-NAME.toml``; another one needs no code. Each solution of the query
gives cells of one row, that of its ``key``: a column that is a list gets one value from each, any other the
smallest. So a query says in a UNION what would multiply in a join.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from renkei_kg.compile.sparql import evaluate, read_query
from renkei_kg.namespaces import PREFIXES

FOLDER: Final = Path(__file__).parent / "definitions"
# As the standard data sets of local governments write several values (文化財分類 and others).
SEPARATOR: Final = ";"
INSIDE: Final = {"anyURI": "%3B"}  # what stands for the separator within a value of a list; else the wide one

Texts = Mapping[str, str]
Cell = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column: its ``name`` in the query and in GeoJSON, the ``header`` of the CSV, its titles and what it
    tells by language. ``type`` is a datatype of CSVW, ``property`` the IRI of what relates a row to the
    value, and ``refers`` the table whose key the value is."""

    name: str
    header: str
    titles: Texts
    about: Texts
    type: str = "string"
    lang: str = ""
    property: str = ""
    refers: str = ""
    list: bool = False
    required: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """A table to make: its query and its columns. ``key`` tells its rows, ``subject`` has the IRI of what
    they are about, ``order`` sorts them; ``geometry`` is the variable of the query that holds a position as
    WKT, if any. ``fixed`` says that a standard has the columns in this order and no other."""

    name: str
    dataset: str
    path: Path
    titles: Texts
    descriptions: Texts
    columns: tuple[Column, ...]
    key: str
    subject: str
    order: tuple[str, ...]
    geometry: str = ""
    fixed: bool = False

    def column(self, name: str) -> Column:
        """The column of a name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Row:
    """A row: the values of each column, none where the graph has none, and its geometry as WKT."""

    cells: Mapping[str, Cell]
    geometry: str = ""


@dataclass(frozen=True)
class Made:
    """A table as it came out: its rows, and the keys of those left out as a required cell would be empty,
    each with the names of the columns."""

    table: Table
    rows: tuple[Row, ...]
    left_out: Mapping[str, tuple[str, ...]]


@cache
def tables() -> tuple[Table, ...]:
    """Every table there is, in order. Raises SourceError."""
    return tuple(_table(path) for path in sorted(FOLDER.glob("*.rq")))


@cache
def digest() -> str:
    """A hash of all that says what tables there are."""
    found = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        found.update(path.name.encode() + b"\x00" + path.read_bytes())
    return found.hexdigest()


def _table(path: Path) -> Table:
    said = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    return Table(
        path.stem.partition("-")[2],
        said["dataset"],
        path,
        said["title"],
        said["description"],
        tuple(_column(name, column) for name, column in said["columns"].items()),
        said["key"],
        said.get("subject", said["key"]),
        tuple(said["order"]),
        said.get("geometry", ""),
        said.get("fixed", False),
    )


def _column(name: str, said: dict[str, Any]) -> Column:
    titles, about = ({code: said.pop(f"{what}{code}") for code in ("ja", "en")} for what in ("", "about_"))
    prefix, _, local = said.pop("property", "").partition(":")
    return Column(
        name,
        said.pop("header", name),
        titles,
        about,
        property=PREFIXES[prefix] + local if local else "",
        **said,
    )


def make(table: Table, store: Store) -> Made:
    """The rows that a table has in a graph. Raises SourceError."""
    names = [column.name for column in table.columns]
    found: dict[str, dict[str, dict[str, None]]] = {}
    for solution in sorted(set(_solutions(table, store))):
        key = solution[names.index(table.key)]
        if key:
            row = found.setdefault(key, {name: {} for name in (*names, table.geometry)})
            for name, value in zip(row, solution, strict=True):
                if value:
                    row[name][value] = None
    rows, left_out = [], {}
    for key, values in found.items():
        empty = tuple(c.name for c in table.columns if c.required and not values[c.name])
        if empty:
            left_out[key] = empty
            continue
        cells = {column.name: _cell(column, values[column.name]) for column in table.columns}
        rows.append(Row(cells, min(values[table.geometry], default="")))
    rows.sort(key=lambda row: [row.cells[name] for name in (*table.order, table.key)])
    return Made(table, tuple(rows), left_out)


def _solutions(table: Table, store: Store) -> Iterator[tuple[str, ...]]:
    """The solutions of the query: the value of each column as text, and the geometry."""
    answer = evaluate(store, table.path, read_query(table.path))
    assert isinstance(answer, QuerySolutions)
    known = {variable.value: place for place, variable in enumerate(answer.variables)}
    places = [known.get(name) for name in (*(column.name for column in table.columns), table.geometry)]
    for solution in answer:
        yield tuple("" if place is None else _text(solution[place]) for place in places)


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _cell(column: Column, values: Mapping[str, None]) -> Cell:
    if not column.list:
        return (min(values),) if values else ()
    return tuple(value.replace(SEPARATOR, INSIDE.get(column.type, "；")) for value in values)
