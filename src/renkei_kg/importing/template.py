"""The table of a year's projects to fill in: an Excel workbook with lists to choose from, a cover sheet and a
guide for people who have never seen RDF, or the same columns as CSV."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from renkei_kg.compile import sources
from renkei_kg.importing import mapping
from renkei_kg.importing.mapping import Column
from renkei_kg.importing.names import Named, Names
from renkei_kg.importing.origin import ASKED, COVER, LICENCES
from renkei_kg.importing.report import ImportFailed
from renkei_kg.importing.values import era_year
from renkei_kg.project import Project
from renkei_kg.textfile import read_text

TABLE: Final = "プロジェクト"
GUIDE: Final = "書き方"
CHOICES: Final = "選択肢"
OFFERED: Final = 4
ROWS: Final = 200
YEARS: Final = range(2024, 2034)
WIDTHS: Final = {
    "text": 28,
    "english": 32,
    "kana": 28,
    "thing": 18,
    "choice": 18,
    "fiscal-year": 12,
    "slug": 16,
}
LONG: Final = ("text_ja", "text_en")
# The same whenever it is made, so that the same data gives the same bytes.
CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
EXPLAINED: Final = {
    "title": "例: 令和7年度のプロジェクトの主な取組",
    "title_en": "例: Main initiatives of projects, fiscal year 2025",
    "publisher": "リストから選ぶか、組織の正式な名前を書きます。",
    "publisher_en": "リストにない組織のときだけ、英語の名前を書きます。",
    "date": "例: 令和7年4月1日、2025/4/1",
    "licence": "この表を誰がどう使ってよいか。決まりがなければ CC BY 4.0 のままにします。",
    "url": "この表やもとの資料を載せたページ。なければ空のままにします。",
}
EXAMPLE: Final = {
    "title_ja": "地域の食の魅力を広めるプロジェクト",
    "kana": "チイキノ ショクノ ミリョクヲ ヒロメル プロジェクト",
    "title_en": "Project to make the region's food better known",
    "kind": "振興局プロジェクト",
    "text_ja": "地域の食材を使った料理の講習会を開き、食の魅力を広める",
    "text_en": "To hold cooking classes with food of the region, and so make it better known.",
    "note_ja": "この行は例なので取り込まれません。消さなくてもかまいません。",
}
ADVICE: Final = mapping.FOLDER / "projects.ja.txt"


def write(project: Project, output: Path) -> None:
    """Writes the template for a project to a ``.xlsx`` or ``.csv`` file. Raises ImportFailed for another."""
    if output.suffix not in (".xlsx", ".csv"):
        raise ImportFailed(
            f"{output}: 拡張子を .xlsx か .csv にしてください。",
            f"{output}: give a name that ends in .xlsx or .csv.",
        )
    names = Names(project, [sources.read(one, project) for one in sources.discover(project)])
    columns = mapping.read("projects").columns
    content = _workbook(names, columns) if output.suffix == ".xlsx" else _csv(names, columns)
    output.write_bytes(content)


def _headers(columns: tuple[Column, ...]) -> list[tuple[str, Column]]:
    """The headers in order, each with its column: one for each value of a column that can have several."""
    found = []
    for column in columns:
        offered = range(1, OFFERED + 1) if column.many > 1 else (0,)
        found += [
            (f"{column.headers[0]}{number or ''}{'＊' if column.required and number <= 1 else ''}", column)
            for number in offered
        ]
    return found


def _choices(column: Column, names: Names) -> list[str]:
    """What can be chosen in a column."""
    if column.type == "thing":
        found = names.all(column.of)
        if column.of == "Theme":
            found = [one for one in found if names.narrower(one)] or found
        return [one.ja for one in found]
    if column.type == "choice":
        return list(dict.fromkeys({value: word for word, value in reversed(column.values.items())}.values()))[
            ::-1
        ]
    return [f"{era_year(year)}年度" for year in YEARS] if column.type == "fiscal-year" else []


def _example(names: Names, header: str, column: Column) -> str:
    choices = _choices(column, names)
    if column.type in ("thing", "fiscal-year"):
        first = header.rstrip("＊").endswith("1") or column.many == 1
        return choices[0] if choices and first and column.name != "policy" else ""
    return EXAMPLE.get(column.name, "")


def _csv(names: Names, columns: tuple[Column, ...]) -> bytes:
    headers = _headers(columns)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(["No.", *(header for header, _ in headers)])
    writer.writerow(["例", *(_example(names, header, column) for header, column in headers)])
    return written.getvalue().encode("utf-8-sig")


def _workbook(names: Names, columns: tuple[Column, ...]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"title": TABLE, "created": CREATED})
        look = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "example": book.add_format(
                {"italic": True, "font_color": "#595959", "text_wrap": True, "valign": "top"}
            ),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        _guide(book.add_worksheet(GUIDE), look)
        cover, table = book.add_worksheet(COVER), book.add_worksheet(TABLE)
        choices = _Choices(book.add_worksheet(CHOICES))
        _cover(cover, look, choices, names)
        _table(table, look, choices, names, columns)
        table.activate()
    return written.getvalue()


class _Choices:
    """The hidden sheet that the lists to choose from stand on."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.columns = sheet, 0
        sheet.hide()

    def add(self, title: str, values: list[str]) -> str:
        """Puts a list there and gives the formula for its cells."""
        at = self.columns
        self.columns += 1
        self.sheet.write_string(0, at, title)
        for number, value in enumerate(values, 1):
            self.sheet.write_string(number, at, value)
        letter = xlsxwriter.utility.xl_col_to_name(at)
        return f"='{CHOICES}'!${letter}$2:${letter}${max(len(values), 1) + 1}"


def _guide(sheet: Any, look: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 110)
    for number, line in enumerate(read_text(ADVICE).splitlines()):
        sheet.write_string(number, 0, line, look["wrap" if number else "title"])


def _cover(sheet: Any, look: dict[str, Any], choices: _Choices, names: Names) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, 2, 70)
    sheet.write_row(0, 0, ["項目", "ここに書く", "説明"], look["head"])
    for number, (name, label) in enumerate(ASKED.items(), 1):
        sheet.write_string(number, 0, label, look["wrap"])
        sheet.write_string(number, 1, "CC BY 4.0" if name == "licence" else "", look["text"])
        sheet.write_string(number, 2, EXPLAINED[name], look["example"])
        if name in ("licence", "publisher"):
            values = list(LICENCES) if name == "licence" else [one.ja for one in _organisations(names)]
            sheet.data_validation(
                number,
                1,
                number,
                1,
                {"validate": "list", "source": choices.add(label, values), "error_type": "information"},
            )


def _organisations(names: Names) -> list[Named]:
    bureaus = names.all("Bureau")
    return [*(one for one in names.all("Organisation") if one not in bureaus), *bureaus]


def _table(
    sheet: Any, look: dict[str, Any], choices: _Choices, names: Names, columns: tuple[Column, ...]
) -> None:
    headers = _headers(columns)
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, "No.", look["head"])
    sheet.write_string(1, 0, "例", look["example"])
    sheet.set_column(0, 0, 6)
    sources_of: dict[str, str] = {}
    for at, (header, column) in enumerate(headers, 1):
        width = 60 if column.name in LONG else WIDTHS.get(column.type, 20)
        sheet.set_column(at, at, width, look["text"])
        sheet.write_string(0, at, header, look["head"])
        sheet.write_string(1, at, _example(names, header, column), look["example"])
        values = _choices(column, names)
        if values:
            if column.name not in sources_of:
                sources_of[column.name] = choices.add(column.headers[0], values)
            sheet.data_validation(
                1,
                at,
                ROWS,
                at,
                {
                    "validate": "list",
                    "source": sources_of[column.name],
                    "error_title": column.headers[0],
                    "error_message": "リストから選んでください。",
                },
            )
