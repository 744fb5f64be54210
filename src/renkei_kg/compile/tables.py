"""Tables as sources: one SPARQL CONSTRUCT, kept beside the table, is run once for each row.

A row becomes a small graph, as in the minimal mode of "Generating RDF from Tabular Data on the Web"
(csv2rdf, section 4.6.1): one node with one property for each cell that is not empty. The CONSTRUCT sees that
node as ``?row``. Why this and not RML or CSVW metadata: ``docs/decisions/0002-mapping-tables.md``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple, Variable

from renkei_kg.compile.sparql import construct, read_query
from renkei_kg.namespaces import COLUMN
from renkei_kg.textfile import SourceError, position, read_text

ROW = NamedNode("urn:renkei:row")
ROWNUM = NamedNode("http://www.w3.org/ns/csvw#rownum")
COORDINATE_DECIMALS = 7
CELL = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^",\n]*)')
NAME = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
BETWEEN = re.compile(r"[\s,]*")
ASKED = re.compile(r"[\s;.(/|^]col:([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class Row:
    """One row: where it begins in the file, and its cells by column name, empty ones left out."""

    line: int | None
    cells: dict[str, str]


@dataclass(frozen=True)
class Rows:
    """A table: its column names and its rows."""

    columns: frozenset[str]
    rows: list[Row]


@dataclass
class Mapped:
    """What a mapping made of a table: triples, each with the line of the row it was first made from."""

    lines: dict[Triple, int | None] = field(default_factory=dict)

    @property
    def triples(self) -> set[Triple]:
        """The triples alone."""
        return set(self.lines)


def rows(path: Path) -> Rows:
    """The rows of a CSV file (RFC 4180, UTF-8, first line the header) or of a GeoJSON file (RFC 7946: a
    feature's properties and its geometry as ``wkt``, CRS84). Raises SourceError."""
    return _geojson(path) if path.suffix == ".geojson" else _csv(path)


def _csv(path: Path) -> Rows:
    header: list[str] = []
    found = []
    for line, cells in _records(path, read_text(path)):
        if not header:
            header = [value for value, _ in cells]
            for name, column in cells:
                if not name.strip() or header.count(name) > 1:
                    raise SourceError(path, "the first line must name each column, and each once.", 1, column)
        elif any(value for value, _ in cells):
            if len(cells) != len(header):
                column = cells[min(len(cells), len(header) + 1) - 1][1]
                raise SourceError(path, f"has {len(cells)} cells, not {len(header)}.", line, column)
            named = {name: value for name, (value, _) in zip(header, cells, strict=True) if value}
            found.append(Row(line, named))
    if not header:
        raise SourceError(path, "is empty: its first line must name the columns.", 1, 1)
    return Rows(frozenset(header), found)


def _records(path: Path, text: str) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """The records of a CSV text by the grammar of RFC 4180: the line each begins on, and its cells, each
    with its column. Written out here because the ``csv`` module does not say where a fault is."""
    at, line = 0, 1
    while at < len(text):
        begin, more = at, True
        cells: list[tuple[str, int]] = []
        while more:
            cell = CELL.match(text, at)
            assert cell is not None  # an empty cell matches
            quoted = cell["quoted"]
            value = cell["plain"] if quoted is None else quoted.replace('""', '"')
            cells.append((value, at - text.rfind("\n", 0, at)))
            at = cell.end()
            if at < len(text) and text[at] not in ",\n":
                fault = "a stray quotation mark" if quoted is None else "text after the end of a quoted cell"
                raise SourceError(path, f"has {fault} here.", *position(text, at))
            more = text[at : at + 1] == ","
            at += 1
        yield line, cells
        line += text.count("\n", begin, at)


def _geojson(path: Path) -> Rows:
    text = read_text(path)
    try:
        collection = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(path, f"is not JSON: {error.msg}.", error.lineno, error.colno) from None
    except RecursionError:
        raise SourceError(path, "is nested too deeply to be GeoJSON.") from None
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise SourceError(path, "is not a GeoJSON FeatureCollection: it has no list of features.", 1)
    found = [
        _feature(path, number, feature, line)
        for number, (feature, line) in enumerate(zip(features, _lines(text, features), strict=True), 1)
    ]
    return Rows(frozenset().union(*(row.cells for row in found)), found)


def _lines(text: str, features: list[Any]) -> list[int | None]:
    """The line that each feature begins on, found by reading the list of features once more."""
    start = re.search(r'"features"\s*:\s*\[', text)
    at = start.end() if start else len(text)
    lines: list[int | None] = []
    for feature in features:
        between = BETWEEN.match(text, at)
        at = between.end() if between else at
        try:
            again, end = json.JSONDecoder().raw_decode(text, at)
        except json.JSONDecodeError:
            again, end = None, at
        lines.append(position(text, at)[0] if again == feature else None)
        at = end
    return lines


def _feature(path: Path, number: int, feature: Any, line: int | None) -> Row:
    try:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        cells = {k: _cell(v) for k, v in feature["properties"].items() if v not in (None, "")}
    except (shapely.errors.GEOSException, KeyError, AttributeError, TypeError) as error:
        raise SourceError(path, f"feature {number} is not valid GeoJSON: {error}", line) from None
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise SourceError(path, f"feature {number} has an invalid geometry: {reason}", line)
    wkt = shapely.to_wkt(shape, rounding_precision=COORDINATE_DECIMALS)
    return Row(line, {**cells, "wkt": wkt})


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def map_rows(table: Path, mapping: Path, base: str) -> Mapped:
    """The triples that ``mapping``, a SPARQL CONSTRUCT, makes of the rows of ``table``.

    Relative IRIs are resolved against ``base`` unless the mapping names its own. Raises SourceError when the
    table or mapping is missing or malformed, or the mapping asks for a column that the table does not have.
    """
    if not mapping.exists():
        raise SourceError(table, f"has no mapping: write a SPARQL CONSTRUCT in {mapping.name}.")
    text = read_query(mapping)
    construct(Store(), mapping, text, base_iri=base)
    content = rows(table)
    for name in sorted(content.columns):
        if not NAME.fullmatch(name):
            raise SourceError(table, f"has a column {name!r}, which fits in no IRI: change its name.", 1)
    unknown = set(ASKED.findall(text)) - content.columns
    if unknown and content.rows:
        raise SourceError(
            table, f"has no column {', '.join(sorted(unknown))}, which {mapping.name} asks for.", 1
        )
    mapped = Mapped()
    for row in content.rows:
        triples = construct(_graph(row), mapping, text, base_iri=base, substitutions={Variable("row"): ROW})
        if not triples:
            raise SourceError(table, f"{mapping.name} makes nothing of this row.", row.line)
        for triple in triples:
            if ROW in (triple.subject, triple.object):
                raise SourceError(
                    mapping, "states something of ?row itself: make an IRI for what the row is about."
                )
            mapped.lines.setdefault(triple, row.line)
    return mapped


def _graph(row: Row) -> Store:
    store = Store()
    store.extend(Quad(ROW, NamedNode(COLUMN + name), Literal(value)) for name, value in row.cells.items())
    if row.line is not None:
        store.add(Quad(ROW, ROWNUM, Literal(row.line)))
    return store
