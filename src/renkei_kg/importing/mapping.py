"""Mappings: what a table's columns are called, what their cells must be, and what a row is about.

A mapping is a TOML file with a SPARQL CONSTRUCT beside it (``.rq``), of the same name unless ``construct``
says another, which makes the graph of the table once it is clean. ``docs/import.md`` describes both for those
who write their own.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from renkei_kg.importing.report import ImportFailed
from renkei_kg.textfile import read_text

FOLDER: Final = Path(__file__).parent / "mappings"
KINDS: Final = ("projects", "assets", "rows")
TYPES: Final = frozenset(
    (
        "text",
        "kana",
        "english",
        "date",
        "fiscal-year",
        "number",
        "latitude",
        "longitude",
        "url",
        "slug",
        "choice",
        "thing",
        "municipality",
    )
)
COLUMN_KEYS: Final = frozenset(("name", "headers", "type", "required", "many", "class", "values", "join"))
MAPPING_KEYS: Final = frozenset(("kind", "class", "construct", "title", "column"))
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Column:
    """A column of the clean table: its name, the headers it has in real tables (the first that is there and
    not empty counts; ``join``: several that are put together else), the type of its cells, whether each row
    needs it, how many values a row can have, the class of what it names, and which words stand for which
    values."""

    name: str
    headers: tuple[str, ...]
    type: str
    required: bool = False
    many: int = 1
    of: str = ""
    values: dict[str, str] = field(default_factory=dict)
    join: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it has in the clean table: one, or one for each value."""
        if self.many == 1:
            return (self.name,)
        return tuple(f"{self.name}_{number}" for number in range(1, self.many + 1))


@dataclass(frozen=True)
class Mapping:
    """A mapping: its name, what a row is (``kind``), the class of what assets become, what its tables are
    called in both languages, its columns, and the CONSTRUCT that goes beside the table."""

    name: str
    kind: str
    of: str
    title: dict[str, str]
    columns: tuple[Column, ...]
    construct: str

    def column(self, name: str) -> Column | None:
        """The column called ``name``, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns that each row needs."""
        return tuple(column for column in self.columns if column.required)


def packaged() -> list[str]:
    """The names of the mappings that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(name: str) -> Mapping:
    """The mapping of a name that comes with the package, or in a TOML file. Raises ImportFailed."""
    path = FOLDER / f"{name}.toml" if name in packaged() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        known = ", ".join(packaged())
        raise ImportFailed(
            f"対応づけ「{name}」がありません。次のどれかか、.toml のファイルを指定してください: {known}",
            f"There is no mapping {name!r}: give one of these, or a .toml file: {known}",
        )
    try:
        said = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"{error}") from None
    construct = path.parent / str(said.get("construct", f"{path.stem}.rq"))
    if not construct.is_file():
        raise ImportFailed(
            f"{path} の隣に {construct.name}（SPARQL CONSTRUCT）がありません。",
            f"{path} has no {construct.name} (a SPARQL CONSTRUCT) beside it.",
        )
    return _mapping(path, said, read_text(construct))


def _mapping(path: Path, said: dict[str, Any], construct: str) -> Mapping:
    unknown = set(said) - MAPPING_KEYS
    if unknown:
        raise _wrong(path, f"unknown: {', '.join(sorted(unknown))}")
    title = said.get("title")
    if said.get("kind") not in KINDS:
        raise _wrong(path, f"kind: {', '.join(KINDS)}")
    if not isinstance(title, dict) or not all(isinstance(title.get(one), str) for one in ("ja", "en")):
        raise _wrong(path, 'title = { ja = "…", en = "…" }')
    columns = tuple(_column(path, one) for one in said.get("column", []))
    names = [name for column in columns for name in column.names]
    if not names or len(set(names)) != len(names) or {"row", "evidence"} & set(names):
        raise _wrong(path, "[[column]]: each with a name of its own, other than row and evidence")
    return Mapping(path.stem, said["kind"], said.get("class", ""), title, columns, construct)


def _column(path: Path, said: dict[str, Any]) -> Column:
    name = said.get("name", "")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _wrong(path, f"[[column]] name: {name!r}")
    unknown = set(said) - COLUMN_KEYS
    if unknown:
        raise _wrong(path, f"{name}: unknown: {', '.join(sorted(unknown))}")
    column = Column(
        name,
        tuple(said.get("headers", ())),
        said.get("type", "text"),
        said.get("required", False),
        said.get("many", 1),
        said.get("class", ""),
        said.get("values", {}),
        tuple(said.get("join", ())),
    )
    if column.type not in TYPES:
        raise _wrong(path, f"{name}: type: {', '.join(sorted(TYPES))}")
    if not column.headers or not all(isinstance(one, str) for one in (*column.headers, *column.join)):
        raise _wrong(path, f'{name}: headers = ["…"]')
    if column.type == "thing" and not column.of:
        raise _wrong(path, f'{name}: class = "Bureau"')
    if column.type == "choice" and not column.values:
        raise _wrong(path, f'{name}: values = {{ "…" = "…" }}')
    if not isinstance(column.many, int) or not 1 <= column.many <= 50:
        raise _wrong(path, f"{name}: many: 1 … 50")
    return column


def _wrong(path: Path, what: str) -> ImportFailed:
    return ImportFailed(
        f"対応づけ {path} を読めません。docs/import.md の形で書いてください: {what}",
        f"The mapping {path} cannot be used; write it as docs/import.md says: {what}",
    )
