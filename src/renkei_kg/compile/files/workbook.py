"""All tables as one Excel workbook: a sheet that explains, a sheet for each table, a sheet about columns.

The same tables give the same bytes: nothing in it tells when it was made.
"""

import io
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from renkei_kg.compile.files.about import About
from renkei_kg.compile.files.csvw import NOTE
from renkei_kg.compile.files.tables import SEPARATOR, Column, Made, Table

CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
INTRODUCTION: Final = "はじめに"
COLUMNS: Final = "列の説明"
# What Excel can hold: https://xlsxwriter.readthedocs.io/worksheet.html (write_string, write_url).
MOST_CHARACTERS: Final = 32_767
MOST_LINKS: Final = 65_530
LONGEST_LINK: Final = 2_079
FIRST_DAY: Final = date(1900, 3, 1)  # before it, Excel counts a day that there was not
CUT: Final = "…（全文はCSVに / whole in the CSV）"
WIDE: Final = 50
NARROWEST, WIDEST, LINK_WIDTH = 8, 36, 24
NOT_IN_NAMES: Final = str.maketrans("[]:*?/\\", "（）：＊？／＼")


class Book:
    """A workbook being written, and its formats."""

    def __init__(self) -> None:
        self.content = io.BytesIO()
        self.book = Workbook(self.content, {"in_memory": True})
        add = self.book.add_format
        self.plain = add({"valign": "top"})
        self.wrapped = add({"valign": "top", "text_wrap": True})
        self.day = add({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.link = add({"valign": "top", "font_color": "#0b5394", "underline": 1})
        self.title = add({"bold": True, "font_size": 16})
        self.strong = add({"bold": True, "valign": "top"})
        self.head = add(
            {"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#dfe9f3", "bottom": 1}
        )


def content(made: Sequence[Made], about: About) -> bytes:
    """The workbook of some tables."""
    book = Book()
    book.book.set_properties(
        {
            "title": about.titles.get("ja", ""),
            "author": about.publisher.get("ja", ""),
            "comments": about.iri,
            "created": CREATED,
        }
    )
    _introduce(book, made, about)
    for one in made:
        _table(book, one)
    _columns(book, made)
    book.book.close()
    return book.content.getvalue()


def sheet(table: Table) -> str:
    """The name of a table's sheet: Excel takes 31 characters, and not all."""
    return table.titles["ja"].translate(NOT_IN_NAMES)[:31]


def ordered(table: Table) -> list[Column]:
    """The columns as the sheet has them: those that people read before those that lead elsewhere, unless a
    standard says how they stand."""
    return list(table.columns) if table.fixed else sorted(table.columns, key=_leads)


def _leads(column: Column) -> bool:
    return column.type == "anyURI"


def _introduce(book: Book, made: Sequence[Made], about: About) -> None:
    page = book.book.add_worksheet(INTRODUCTION)
    page.hide_gridlines(2)
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 10)
    page.set_column(2, 3, 70)
    lines: list[tuple[str, str]] = [
        *((f"{name}", text) for name, texts in _said(about) for text in texts if text),
        ("読み方", NOTE["ja"].partition("。")[2]),
        ("How to read", NOTE["en"].partition(". ")[2]),
    ]
    page.write_string(0, 0, about.titles.get("ja", ""), book.title)
    page.write_string(1, 0, about.titles.get("en", ""), book.strong)
    for number, (name, text) in enumerate(lines, 3):
        page.write_string(number, 0, name, book.strong)
        if text.startswith("http"):
            page.write_url(number, 2, text, book.link, text)
        else:
            page.write_string(number, 2, text, book.wrapped)
    start = len(lines) + 4
    for place, name in enumerate(("シート Sheet", "行 Rows", "内容", "What it holds")):
        page.write_string(start, place, name, book.head)
    for number, one in enumerate(made, start + 1):
        name = sheet(one.table)
        page.write_url(number, 0, f"internal:'{name}'!A1", book.link, name)
        page.write_number(number, 1, len(one.rows), book.plain)
        page.write_string(number, 2, one.table.descriptions["ja"], book.wrapped)
        page.write_string(number, 3, one.table.descriptions["en"], book.wrapped)
    page.write_url(start + len(made) + 1, 0, f"internal:'{COLUMNS}'!A1", book.link, COLUMNS)
    page.write_string(start + len(made) + 1, 2, "列の名称、CSVでの名、意味、型。", book.wrapped)
    page.write_string(
        start + len(made) + 1, 3, "Columns: titles, names in the CSV, meaning, types.", book.wrapped
    )


def _said(about: About) -> list[tuple[str, tuple[str, ...]]]:
    """What is told of the dataset: in both languages where there are two texts."""
    return [
        ("説明 Description", tuple(about.descriptions.values())),
        ("版 Version", (about.version,)),
        ("公開者 Publisher", tuple(about.publisher.values())),
        ("ライセンス Licence", (about.licence,)),
        ("権利 Rights", tuple(about.rights.values())),
        ("データセット Dataset", (about.iri,)),
    ]


def _table(book: Book, made: Made) -> None:
    page = book.book.add_worksheet(sheet(made.table))
    columns = ordered(made.table)
    links = 0
    for place, column in enumerate(columns):
        page.write_string(0, place, column.titles["ja"], book.head)
        page.set_column(place, place, _width(column, made))
        for number, row in enumerate(made.rows, 1):
            cell = row.cells[column.name]
            if len(cell) == 1 and _leads(column) and links < MOST_LINKS and _linked(cell[0]):
                page.write_url(number, place, cell[0], book.link, cell[0])
                links += 1
            elif cell:
                _write(book, page, number, place, column, cell)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(made.rows), 1), len(columns) - 1)


def _linked(value: str) -> bool:
    return value.startswith(("http://", "https://")) and len(value) <= LONGEST_LINK


def _write(
    book: Book, page: Worksheet, number: int, place: int, column: Column, cell: tuple[str, ...]
) -> None:
    """Writes a cell as what it is: a number, a day, or text, which is never taken for a formula."""
    if len(cell) == 1 and not column.list:
        with suppress(ValueError):
            if column.type in ("integer", "decimal"):
                page.write_number(number, place, float(cell[0]), book.plain)
                return
            if column.type == "date" and (day := date.fromisoformat(cell[0])) >= FIRST_DAY:
                page.write_datetime(number, place, day, book.day)
                return
    text = SEPARATOR.join(cell).replace("\r\n", "\n")  # as Excel ends a line
    if len(text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS // 2] + CUT
    page.write_string(number, place, text, book.wrapped if column.wide else book.plain)


def _width(column: Column, made: Made) -> int:
    """The width of a column in characters, by what is in it."""
    if column.wide:
        return WIDE
    if _leads(column):
        return LINK_WIDTH
    cells = (SEPARATOR.join(row.cells[column.name]) for row in made.rows)
    # Room for the title as well, on two lines and beside the button of the filter.
    least = _wide(column.titles["ja"]) // 2 + 4
    return min(max(NARROWEST, least, *map(_wide, chain(cells, ("",)))) + 2, WIDEST)


def _wide(text: str) -> int:
    """How wide a text is shown, in characters of half width."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _columns(book: Book, made: Sequence[Made]) -> None:
    page = book.book.add_worksheet(COLUMNS)
    heads = {
        "シート": 18,
        "列": 24,
        "CSVの列 Column of the CSV": 22,
        "Title": 32,
        "意味": 50,
        "Meaning": 50,
        "型 Type": 10,
        "複数 Several": 10,
        "性質 Property": 44,
    }
    for place, (name, width) in enumerate(heads.items()):
        page.write_string(0, place, name, book.head)
        page.set_column(place, place, width)
    rows = [(one.table, column) for one in made for column in ordered(one.table)]
    for number, (table, column) in enumerate(rows, 1):
        told: list[Any] = [
            sheet(table),
            column.titles["ja"],
            column.header,
            column.titles["en"],
            column.about["ja"],
            column.about["en"],
            column.type,
            SEPARATOR if column.list else "",
        ]
        for place, text in enumerate(told):
            page.write_string(number, place, text, book.wrapped)
        if column.property:
            page.write_url(number, len(told), column.property, book.link, column.property)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(rows), len(heads) - 1)
