"""Tables as sources: one SPARQL CONSTRUCT, kept beside the table, is run once for each row.

A row becomes a small graph, as in the minimal mode of "Generating RDF from Tabular Data on the Web"
(csv2rdf, section 4.6.1): one node with one property for each cell that is not empty. The CONSTRUCT sees that
node as ``?row``. Why this and not RML or CSVW metadata: ``docs/decisions/0002-mapping-tables.md``.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store, Triple, Variable

from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import COLUMN

ROW = NamedNode("urn:renkei:row")
ROWNUM = NamedNode("http://www.w3.org/ns/csvw#rownum")
COORDINATE_DECIMALS = 7


class TableError(RenkeiError):
    """A table or its mapping cannot be used. ``line`` counts the table file's lines from 1."""

    def __init__(self, file: Path, reason: str, line: int | None = None) -> None:
        self.file, self.reason, self.line = file, reason, line
        super().__init__(f"{file}{f':{line}' if line else ''}: {reason}")


@dataclass(frozen=True)
class Row:
    """One row: where it begins in the file, and its cells by column name, empty ones left out."""

    line: int
    cells: dict[str, str]


@dataclass
class Mapped:
    """What a mapping made of a table: triples, and the line that each subject was first made from."""

    triples: set[Triple] = field(default_factory=set)
    lines: dict[NamedNode, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """A table: its column names and its rows."""

    columns: frozenset[str]
    rows: list[Row]


def rows(path: Path) -> Rows:
    """The rows of a CSV file (RFC 4180, UTF-8, first line the header) or of a GeoJSON file (RFC 7946: a
    feature's properties and its geometry as ``wkt``, CRS84). Raises TableError."""
    return _geojson(path) if path.suffix == ".geojson" else _csv(path)


def _csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            repeated = {name for name in header if header.count(name) > 1}
            if not header or repeated or not all(name.strip() for name in header):
                raise TableError(path, "the first line must name each column, and each once.", 1)
            found, line = [], reader.line_num + 1
            for cells in reader:
                if any(cells):
                    if len(cells) != len(header):
                        raise TableError(path, f"has {len(cells)} cells, not {len(header)}.", line)
                    found.append(Row(line, {k: v for k, v in zip(header, cells, strict=True) if v}))
                line = reader.line_num + 1
        except csv.Error as error:
            raise TableError(path, str(error), reader.line_num) from None
    return Rows(frozenset(header), found)


def _geojson(path: Path) -> Rows:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except json.JSONDecodeError as error:
        raise TableError(path, f"is not JSON: {error.msg} (column {error.colno})", error.lineno) from None
    except (KeyError, TypeError):
        raise TableError(path, "is not a GeoJSON FeatureCollection: it has no features.") from None
    found = []
    for number, feature in enumerate(features, 1):
        try:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            cells = {k: str(v) for k, v in feature["properties"].items() if v not in (None, "")}
        except (shapely.errors.GEOSException, KeyError, AttributeError, TypeError) as error:
            raise TableError(path, f"feature {number} is not valid GeoJSON: {error}") from None
        if not shape.is_valid:
            reason = shapely.is_valid_reason(shape)
            raise TableError(path, f"feature {number} has an invalid geometry: {reason}")
        wkt = shapely.to_wkt(shape, rounding_precision=COORDINATE_DECIMALS)
        found.append(Row(0, {**cells, "wkt": wkt}))
    return Rows(frozenset().union(*(row.cells for row in found)), found)


def map_rows(table: Path, mapping: Path, base: str) -> Mapped:
    """The triples that ``mapping``, a SPARQL CONSTRUCT, makes of the rows of ``table``.

    Relative IRIs are resolved against ``base`` unless the mapping names its own. Raises TableError when the
    table or mapping is missing or malformed, or the mapping asks for a column that the table does not have.
    """
    try:
        construct = mapping.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TableError(table, f"has no mapping: write a SPARQL CONSTRUCT in {mapping.name}.") from None
    content = rows(table)
    unknown = set(_columns(construct)) - content.columns
    if unknown and content.rows:
        raise TableError(
            table, f"has no column {', '.join(sorted(unknown))}, which {mapping.name} asks for.", 1
        )
    mapped = Mapped()
    for row in content.rows:
        made = _construct(mapping, construct, row, base)
        if not made:
            raise TableError(table, f"{mapping.name} makes nothing of this row.", row.line or None)
        for triple in made:
            mapped.triples.add(triple)
            if isinstance(triple.subject, NamedNode):
                mapped.lines.setdefault(triple.subject, row.line)
    return mapped


def _columns(construct: str) -> Iterator[str]:
    """The column names that a mapping reads, by its ``col:`` prefix."""
    return (match[1] for match in re.finditer(r"[\s;.(/|^]col:([A-Za-z_][A-Za-z0-9_]*)", construct))


def _construct(mapping: Path, construct: str, row: Row, base: str) -> list[Triple]:
    store = Store()
    store.extend(Quad(ROW, NamedNode(COLUMN + name), Literal(value)) for name, value in row.cells.items())
    store.add(Quad(ROW, ROWNUM, Literal(row.line)))
    try:
        result = store.query(construct, base_iri=base, substitutions={Variable("row"): ROW})
    except SyntaxError as error:
        raise TableError(mapping, f"is not valid SPARQL: {error.msg}") from None
    if not isinstance(result, QueryTriples):
        raise TableError(mapping, "must be a CONSTRUCT query.")
    return list(result)
