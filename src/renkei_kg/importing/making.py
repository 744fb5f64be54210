"""An import from the file to the files of a source: read, find, check, settle, describe; nothing written."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from renkei_kg.compile import sources
from renkei_kg.importing import about, assets, checking, header, mapping, projects, reading
from renkei_kg.importing.names import Names
from renkei_kg.importing.origin import Origin
from renkei_kg.importing.report import ImportFailed, Report
from renkei_kg.importing.romaji import slug
from renkei_kg.project import Project

FOLDER: Final = "imports"
ROWS: Final = ("row", "evidence", "page", "occurrence", "quote")
SETTLED: Final = {
    "projects": ("initiative", "new", "label_ja", "label_en"),
    "assets": ("asset", "new", "class", "name_en_by", "scheme", "scheme_ja", "scheme_en"),
    "rows": (),
}


@dataclass(frozen=True)
class Made:
    """What an import comes to: its name, the files of its folder with their contents, how many rows it has,
    and the line of ``table.csv`` that each row of the sheet stands on."""

    name: str
    files: Mapping[str, bytes]
    rows: int
    lines: Mapping[int, int]


def make(project: Project, path: Path, by: str, options: Mapping[str, str | None], report: Report) -> Made:
    """The files of the source that a file comes to by the mapping ``by``; ``options`` are the origin's, and
    ``name`` and ``sheet``. The report says what does not fit; when it fails, there are no files.

    Raises ImportFailed when the file, the mapping or the name cannot be used at all, and SourceError when a
    source of the project cannot be read.
    """
    plan = mapping.read(by)
    book = reading.read(path)
    table = header.find(book, plan, options.get("sheet"), report)
    name = _name(options.get("name"), path, plan, book)
    own = project.data / FOLDER / name
    others = [one for one in sources.discover(project) if not one.path.is_relative_to(own)]
    names = Names(project, [sources.read(one, project) for one in others])
    rows = checking.check(table, plan, names, report)
    more: list[str] = []
    if plan.kind == "projects":
        projects.settle(rows, plan, names, report)
        years = {row.cells["year"]: row.number for row in reversed(rows) if row.cells.get("year")}
        more += about.fiscal_years(name, years, names)
    elif plan.kind == "assets":
        more += about.schemes(assets.settle(rows, plan, names, report), names)
    located = [column.name for column in plan.columns if column.type == "municipality"]
    places = [row.cells.get(name, "") for row in rows for name in located]
    origin = Origin.of(book, {one: options.get(one) for one in Origin.asked()})
    origin = origin.settled(plan.title, places, names, name, report)
    if report.fails:
        return Made(name, {}, len(rows), {})
    for row in rows:
        row.cells |= {"row": str(row.number), "evidence": f"{name}-{row.number}"}
    words = about.Words.of(table)
    source = words.text().encode()
    columns = ["row", "evidence", *(one for column in plan.columns for one in column.names)]
    columns += [one for one in SETTLED[plan.kind] if one not in columns]
    files = {
        "source.txt": source,
        "rows.csv": _csv(ROWS, words.quotes(name, [row.number for row in rows])),
        "rows.rq": (mapping.FOLDER / "rows.rq").read_bytes(),
        "table.csv": _csv(columns, (row.cells for row in rows)),
        "table.rq": plan.construct.encode(),
        "about.ttl": about.turtle(
            name, book, table, words, hashlib.sha256(source).hexdigest(), origin, names, more
        ).encode(),
    }
    return Made(name, files, len(rows), {place: row.number for place, row in enumerate(rows, 2)})


def _name(given: str | None, path: Path, plan: mapping.Mapping, book: reading.Book) -> str:
    """The name of the folder: the one given, from the file's own, or from the mapping and the bytes."""
    if given is not None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given):
            raise ImportFailed(
                f"--name は半角の小文字と数字を - でつないで書いてください: {given}",
                f"--name has small letters and digits, with hyphens between: {given}",
            )
        return given
    if path.stem.isascii() and slug(path.stem):
        return slug(path.stem)
    return f"{slug(plan.name)}-{book.sha256[:8]}"


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(columns), restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()
