"""What is in the tables of a version: their columns, told by the metadata beside each (CSVW), and their first
rows."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from renkei_kg.web.catalog.values import Distribution

FOLDER: Final = "files"
FIRST: Final = 5
READ_MOST: Final = 1 << 16  # bytes of a table, of which the first rows are in far fewer


@dataclass(frozen=True)
class Column:
    """A column: its name in the metadata, its title and meaning in a language, the datatype of its values,
    the IRI of the property, and whether a cell may have several values."""

    name: str
    title: str
    about: str
    datatype: str
    property: str = ""
    several: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its file, its columns, its header and its first rows."""

    file: Distribution
    columns: tuple[Column, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(folder: Path, files: tuple[Distribution, ...], language: str) -> list[Table]:
    """The tables among the files of a version that is in ``folder``, those that have metadata."""
    found = (one for one in files if one.media_type == "text/csv" and one.described_by and not one.compressed)
    return [table for one in found if (table := _read(folder / FOLDER, one, language)) is not None]


def _read(folder: Path, file: Distribution, language: str) -> Table | None:
    """A table; None when its files are not there or not what they should be."""
    try:
        text = (folder / file.described_by.rpartition("/")[2]).read_text(encoding="utf-8")
        columns = tuple(_columns(json.loads(text), file.name, language))
        header, *rows = _first(folder / file.name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Table(file, columns, header, tuple(rows))


def _first(path: Path) -> list[tuple[str, ...]]:
    """The header and the first rows of a table."""
    with path.open("rb") as file:
        text = file.read(READ_MOST).decode("utf-8-sig", errors="ignore")
    return [tuple(row) for row in islice(csv.reader(io.StringIO(text, newline="")), FIRST + 1)]


def _columns(metadata: Mapping[str, Any], name: str, language: str) -> Iterator[Column]:
    """The columns of the table of a name in a group of tables (Metadata Vocabulary for Tabular Data, section
    5.6)."""
    described = next(one for one in metadata.get("tables", [metadata]) if one["url"] == name)
    for one in described["tableSchema"]["columns"]:
        if one.get("virtual"):
            continue
        datatype = one.get("datatype", "string")
        yield Column(
            name=one["name"],
            title=_text(one.get("titles"), language) or one["name"],
            about=_text(one.get("dc:description"), language),
            datatype=datatype if isinstance(datatype, str) else str(datatype.get("base", "string")),
            property=one.get("propertyUrl", ""),
            several="separator" in one,
        )


def _text(value: Any, language: str) -> str:
    """A text in a language, of what JSON has: a language map or language-tagged strings; in any, if none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = {one["@language"]: one["@value"] for one in value if isinstance(one, dict)}
        return _text(texts, language) if texts else _text(next(iter(value), ""), language)
    if isinstance(value, dict):
        found = value.get(language) or next(iter(value.values()), "")
        return _text(found, language)
    return ""
