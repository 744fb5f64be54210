"""Finding a mapping's table in a file: the sheet, the row of headers, the columns, and the rows below."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from renkei_kg.folding import fold
from renkei_kg.importing.mapping import Column, Mapping, packaged
from renkei_kg.importing.mapping import read as read_mapping
from renkei_kg.importing.reading import Book, Sheet
from renkei_kg.importing.report import ERROR, NOTE, ImportFailed, Remark, Report

DEEPEST: Final = 30
PUNCTUATION: Final = re.compile(r"[\s_\-‐―・:：()\[\]{}<>【】「」*＊※]|必須|任意")
NUMBERED: Final = re.compile(r"\d+$")
EXAMPLE: Final = re.compile(r"[(\[【]?(?:記入)?例[)\]】]?\d*")
ALIKE: Final = 60
NUMBERING: Final = ("no", "no.", "番号")


@dataclass(frozen=True)
class Table:
    """A table: its sheet, the number of its row of headers, these headers, where each column of the mapping
    stands (by name; several places in the order in which they count), and its rows with their numbers."""

    sheet: Sheet
    header: int
    headers: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def said(self, column: Column, cells: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What a row says in a column: each header with its cell, empty ones left out."""
        for place in self.places.get(column.name, ()):
            if place < len(cells) and cells[place]:
                yield self.headers[place], cells[place]

    def joined(self, column: Column, cells: tuple[str, ...]) -> str:
        """What the cells of the parts of a column say together."""
        keys = {alike(header): place for place, header in enumerate(self.headers)}
        parts = [keys[alike(header)] for header in column.join if alike(header) in keys]
        return "".join(cells[place] for place in parts if place < len(cells))


def alike(header: str) -> str:
    """A header without what differs from table to table: width, spaces, underscores, brackets, asterisks."""
    return PUNCTUATION.sub("", fold(header))


def find(book: Book, mapping: Mapping, sheet: str | None, report: Report) -> Table:
    """The table of a mapping in a file. Raises ImportFailed when no row looks like its headers."""
    sheets = [one for one in book.sheets if sheet is None or one.name == sheet]
    if not sheets:
        names = ", ".join(one.name for one in book.sheets)
        raise ImportFailed(
            f"シート「{sheet}」がありません。あるのは: {names}",
            f"There is no sheet {sheet!r}; there are: {names}",
        )
    score, chosen, at = _best(mapping, sheets)
    if score < min(2, len(mapping.columns)):
        expected = "、".join(column.headers[0] for column in mapping.required or mapping.columns[:5])
        other = max((read_mapping(name) for name in packaged()), key=lambda plan: _best(plan, sheets)[0])
        try_ja = f"（--mapping {other.name} ではありませんか）" if _best(other, sheets)[0] > 2 else ""
        try_en = f" (or is it --mapping {other.name}?)" if try_ja else ""
        raise ImportFailed(
            f"{book.name} に見出しの行が見つかりません。"
            f"「{expected}」などの列名を一つの行に書いてください。{try_ja}",
            f"{book.name} has no row of headers: name the columns in one row, such as {expected}{try_en}.",
        )
    headers = tuple(" ".join(cell.split()) for cell in chosen.rows[at])
    places = _places(mapping, headers, report)
    rows = tuple(_rows(chosen, at, headers, report))
    _tell(chosen, at, headers, places, mapping, report)
    if any(column.required and not places[column.name] and not column.join for column in mapping.columns):
        _suggest(mapping, headers, report)
    if not rows:
        report.say(ERROR, "見出しの下に行がありません。", "There are no rows below the headers.")
    return Table(chosen, at + 1, headers, places, rows)


def _best(mapping: Mapping, sheets: list[Sheet]) -> tuple[int, Sheet, int]:
    """How many columns of a mapping the best row of headers has, and where that row is."""
    rows = ((one, number, row) for one in sheets for number, row in enumerate(one.rows[:DEEPEST]))
    scored = ((_score(mapping, row), one, number) for one, number, row in rows)
    return max(scored, key=lambda found: found[0], default=(0, sheets[0], 0))


def _suggest(mapping: Mapping, headers: tuple[str, ...], report: Report) -> None:
    """Names the mapping that the headers fit better, if one does."""
    plans = [read_mapping(name) for name in packaged()]
    best = max(plans, key=lambda plan: _score(plan, headers))
    if best.name != mapping.name and _score(best, headers) > _score(mapping, headers):
        report.say(
            NOTE,
            f"見出しは{best.title['ja']}のものに近いようです: --mapping {best.name}",
            f"The headers look like those of another table: --mapping {best.name}",
        )


def _keys(column: Column) -> list[str]:
    return [alike(header) for header in column.headers]


def _fits(column: Column, header: str) -> int | None:
    """Which of a column's headers this one is; of a column of many values, it may have a number behind."""
    key = alike(header)
    if not key:
        return None
    for number, wanted in enumerate(_keys(column)):
        if key == wanted or (column.many > 1 and NUMBERED.sub("", key) == wanted):
            return number
    return None


def _score(mapping: Mapping, row: Iterable[str]) -> int:
    cells = list(row)
    return sum(any(_fits(column, cell) is not None for cell in cells) for column in mapping.columns)


def _places(mapping: Mapping, headers: tuple[str, ...], report: Report) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    seen: dict[str, str] = {}
    for header in filter(None, headers):
        used = any(_fits(column, header) is not None for column in mapping.columns)
        if alike(header) in seen and used:
            report.say(
                ERROR,
                "同じ名前の列が二つあります。一つにするか、名前を変えてください。",
                "Two columns have this name: keep one, or rename one.",
                column=header,
            )
        seen[alike(header)] = header
    for column in mapping.columns:
        found = [
            (rank, place) for place, one in enumerate(headers) if (rank := _fits(column, one)) is not None
        ]
        places[column.name] = tuple(place for _, place in sorted(found))
        joined = any(alike(part) in seen for part in column.join)
        if column.required and not found and not joined:
            near = process.extractOne(
                column.headers[0], [one for one in headers if one], scorer=fuzz.ratio, score_cutoff=ALIKE
            )
            report.say(
                ERROR,
                "必要な列がありません。見出しの行に加えてください。",
                "This column is needed and not there: add it to the row of headers.",
                column=column.headers[0],
                nearest=near[0] if near else None,
            )
    return places


def _rows(
    sheet: Sheet, at: int, headers: tuple[str, ...], report: Report
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, cells in enumerate(sheet.rows[at + 1 :], at + 2):
        if not any(cells) or EXAMPLE.fullmatch(fold(cells[0])):
            continue
        beyond = next((cell for cell in cells[len(headers) :] if cell), None)
        if beyond:
            report.say(
                ERROR,
                f"見出しは{len(headers)}列ですが、この行には{len(cells)}列あります。"
                'カンマを含むセルは引用符（"）で囲んでください。',
                f"There are {len(headers)} headers, but {len(cells)} cells here: "
                "put a cell with a comma in quotation marks.",
                row=number,
                value=beyond,
            )
        yield number, cells


def _tell(
    sheet: Sheet,
    at: int,
    headers: tuple[str, ...],
    places: dict[str, tuple[int, ...]],
    mapping: Mapping,
    report: Report,
) -> None:
    """Says what was passed over, so that nobody thinks it was read."""
    if any(any(row) for row in sheet.rows[:at]):
        report.say(
            NOTE,
            f"見出しは{at + 1}行目です。その上の行は表題とみなし、取り込みません。",
            f"The headers are in row {at + 1}; what is above is taken for a title and not imported.",
        )
    if sheet.merged:
        merged = ", ".join(sheet.merged[:5])
        report.say(
            NOTE,
            f"結合されたセルがあります（{merged}）。値は結合された全てのセルのものとして読みました。",
            f"Cells are merged ({merged}): the value is taken for each of them.",
        )
    used = {place for found in places.values() for place in found}
    used |= {
        place
        for place, header in enumerate(headers)
        for column in mapping.columns
        if alike(header) in map(alike, column.join)
    }
    unused = [
        header
        for place, header in enumerate(headers)
        if header and place not in used and alike(header) not in NUMBERING
    ]
    if unused:
        report.extend(
            [
                Remark(
                    NOTE,
                    f"次の列は取り込まず、原文として残します: {'、'.join(unused)}",
                    f"These columns are not imported, only kept as the source has them: {', '.join(unused)}",
                )
            ]
        )
