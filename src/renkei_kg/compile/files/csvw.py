"""Tables as CSV (RFC 4180, UTF-8), and what their columns are as CSV on the Web: Metadata Vocabulary for
Tabular Data (https://www.w3.org/TR/tabular-metadata/)."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from renkei_kg.compile.files.tables import SEPARATOR, Column, Made, Table, Texts

CONTEXT: Final = ["http://www.w3.org/ns/csvw", {"@language": "ja"}]
NOTE: Final[Texts] = {
    "ja": f"UTF-8、BOMなし。値がないセルは空。複数の値は「{SEPARATOR}」で区切り、値の中の「{SEPARATOR}」は"
    "「；」（アドレスでは %3B）とする。",
    "en": f"UTF-8 without BOM. A cell without a value is empty. Several values have “{SEPARATOR}” between "
    f"them; “{SEPARATOR}” inside a value is written “；” (in an address, %3B).",
}
NAME: Final = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
Object = dict[str, Any]


def text(made: Made) -> str:
    """A table as CSV."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(column.header for column in made.table.columns)
    for row in made.rows:
        writer.writerow(SEPARATOR.join(row.cells[column.name]) for column in made.table.columns)
    return sink.getvalue()


def metadata(made: Made, others: Mapping[str, Made], licence: str) -> str:
    """What the columns of a table are, with those of the tables that it refers to, which are among
    ``others``."""
    group = {
        "@context": CONTEXT,
        "@type": "TableGroup",
        "tables": [_described(one, others, licence) for one in _connected(made, others)],
    }
    return json.dumps(group, ensure_ascii=False, indent=1) + "\n"


def references(made: Made, others: Mapping[str, Made]) -> Iterator[tuple[Column, Made]]:
    """The columns of a table that hold the key of a row of another in every row, and that other. A foreign
    key takes no list and no empty cell."""
    for column in made.table.columns:
        other = others.get(column.refers)
        if other is None or column.list:
            continue
        known = {row.cells[other.table.key] for row in other.rows}
        if all(row.cells[column.name] in known for row in made.rows):
            yield column, other


def _connected(made: Made, others: Mapping[str, Made]) -> list[Made]:
    """A table and all that it refers to, by way of others too."""
    found = [made]
    for one in found:
        found += [other for _, other in references(one, others) if other not in found]
    return found


def _described(made: Made, others: Mapping[str, Made], licence: str) -> Object:
    table = made.table
    columns = [_column(table, column) for column in table.columns]
    subject, key = (_name(table.column(name)) for name in (table.subject, table.key))
    about = {"aboutUrl": f"{{+{subject}}}"} if subject else {}
    schema: Object = {**about, "primaryKey": key, "columns": columns}
    keys = [
        {
            "columnReference": _name(column),
            "reference": {
                "resource": f"{other.table.name}.csv",
                "columnReference": _name(other.table.column(other.table.key)),
            },
        }
        for column, other in references(made, others)
    ]
    if keys:
        schema["foreignKeys"] = keys
    described: Object = {
        "url": f"{table.name}.csv",
        "dc:title": _texts(table.titles),
        "dc:description": _texts(table.descriptions),
        "rdfs:comment": _texts(NOTE),
    }
    if licence:
        described["dc:license"] = {"@id": licence}
    return {**described, "tableSchema": schema}


def _column(table: Table, column: Column) -> Object:
    name = _name(column)
    # Validators hold the header against the name, or without one against the title alone.
    named = {"name": name, "titles": {**column.titles, "und": column.header}}
    found: Object = {
        **(named if name else {"titles": column.header, "dc:title": _texts(column.titles)}),
        "dc:description": _texts(column.about),
        "datatype": column.type,
    }
    if column.lang:
        found["lang"] = column.lang
    if column.list:
        found["separator"] = SEPARATOR
    if column.required or column.name == table.key:
        found["required"] = True
    if column.property and column.type == "anyURI" and column.list:
        found["rdfs:seeAlso"] = {"@id": column.property}  # in RDF, a list would be texts and no things
    elif column.property:
        found["propertyUrl"] = column.property
    if column.type == "anyURI" and not column.list and name:
        found["valueUrl"] = f"{{+{name}}}"
    return found


def _name(column: Column) -> str:
    """What a column is called in CSVW: as in the CSV, or nothing where that cannot be a variable of a URI
    template (https://www.w3.org/TR/tabular-metadata/#column-name)."""
    return column.header if NAME.fullmatch(column.header) else ""


def _texts(texts: Texts) -> list[Object]:
    return [{"@value": text, "@language": code} for code, text in texts.items()]
