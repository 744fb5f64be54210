"""Makes the rows of a table clean: each cell in the one form that its type has, each name the thing it means.

What does not fit becomes a remark with the row and column as they are in the sheet.
"""

import re
from dataclasses import dataclass
from typing import Final

from renkei_kg.importing import values
from renkei_kg.importing.forms import FORMS, Problem
from renkei_kg.importing.header import Table
from renkei_kg.importing.mapping import Column, Mapping
from renkei_kg.importing.names import Names
from renkei_kg.importing.points import Points
from renkei_kg.importing.report import ERROR, NOTE, WARNING, Report

NOTHING: Final = frozenset("-－―ー‐–−")
SEPARATORS: Final = re.compile(r"[、;；,，\n／]+")
CODE: Final = re.compile(r"[0-9]{4,6}(?:\.0)?")
WARD: Final = re.compile(r"(.+?市).+区")
PLACE: Final = Column("municipality", (), "thing", of="Municipality")

Said = list[tuple[str, str]]


@dataclass
class Row:
    """A clean row: its number in the sheet, and its cells by the columns of the clean table."""

    number: int
    cells: dict[str, str]

    def many(self, column: Column) -> list[str]:
        """The values of a column that can have several."""
        return [self.cells[name] for name in column.names if self.cells.get(name)]


def check(table: Table, mapping: Mapping, names: Names, report: Report) -> list[Row]:
    """The rows of a table, clean as far as they can be; what is wrong stands in the report."""
    checker, points = _Checker(table, names, report), Points.of(names)
    found = []
    for number, raw in table.rows:
        cells: dict[str, str] = {}
        for column in mapping.columns:
            cells |= checker.cells(number, column, raw)
        if cells.get("latitude") or cells.get("longitude"):
            _point(points, number, cells, report)
        found.append(Row(number, cells))
    return found


class _Checker:
    def __init__(self, table: Table, names: Names, report: Report) -> None:
        self.table, self.names, self.report = table, names, report

    def say(self, row: int, header: str, value: str | None, problem: Problem) -> None:
        self.report.say(
            problem.severity,
            problem.ja,
            problem.en,
            row=row,
            column=header,
            value=value,
            nearest=problem.nearest,
        )

    def cells(self, number: int, column: Column, raw: tuple[str, ...]) -> dict[str, str]:
        """What a row has in a column, by the names of the clean table."""
        said = self._said(column, raw)
        if column.type == "municipality":
            found = [self._municipality(number, column, said)]
        else:
            found = [self._form(number, column, header, text) for header, text in said]
        kept = list(dict.fromkeys(filter(None, found)))
        places = self.table.places[column.name]
        if column.required and column.type != "municipality" and not said and places:
            empty = Problem("空です。この列は全ての行に必要です。", "This is empty: each row needs it.")
            self.say(number, self.table.headers[places[0]], None, empty)
        if len(kept) > column.many:
            many = Problem(
                f"値が{len(kept)}あります。書けるのは{column.many}までです。",
                f"There are {len(kept)} values; at most {column.many} can be given.",
            )
            self.say(number, said[0][0], None, many)
            kept = kept[: column.many]
        return dict(zip(column.names, kept, strict=False))

    def _said(self, column: Column, raw: tuple[str, ...]) -> Said:
        """The cells that count for a column, each with its header."""
        said = [one for one in self.table.said(column, raw) if one[1] not in NOTHING]
        if not said and column.join:
            joined = self.table.joined(column, raw)
            return [(column.join[0], joined)] if joined else []
        if column.type == "municipality":
            return said
        if column.many == 1:
            return said[:1]
        parts = ((header, part) for header, cell in said for part in SEPARATORS.split(cell))
        return [(header, one.strip()) for header, part in parts for one in self._several(column, part)]

    def _several(self, column: Column, said: str) -> list[str]:
        """The names that are joined by a middle dot, which can also be part of a name."""
        if column.type == "thing" and "・" in said and not self.names.find(column.of, said):
            return said.split("・")
        return [said] if said.strip() else []

    def _form(self, number: int, column: Column, header: str, text: str) -> str:
        found = FORMS[column.type](text, column, self.names)
        if isinstance(found, str):
            return found
        self.say(number, header, text, found)
        return ""

    def _municipality(self, number: int, column: Column, said: Said) -> str:
        """The municipality that a row's codes and names mean, codes first. The code can be that of the
        prefecture, when it publishes the table; then the name tells."""
        found: dict[str, tuple[str, str]] = {}
        unknown: Said = []
        wrong = self.report.count(ERROR)
        for header, text in sorted(said, key=lambda one: CODE.fullmatch(values.narrow(one[1])) is None):
            if CODE.fullmatch(values.narrow(text)):
                one = self._code(number, header, text, unknown)
            else:
                one = self._place(number, header, text, set(found))
            if one:
                found.setdefault(one, (header, text))
        for header, text in unknown:
            what = Problem(
                "データにない市町村のコードです。",
                "The data has no municipality of this code.",
                severity=WARNING if found else ERROR,
            )
            self.say(number, header, text, what)
        if len(found) > 1:
            first, second = list(found)[:2]
            label = next((one.ja for one in self.names.all("Municipality") if one.slug == first), first)
            differs = Problem(
                f"同じ行の別の列が示す市町村（{label}）と違います。",
                f"Another column of the row says {label}.",
            )
            self.say(number, *found[second], differs)
        if column.required and not found and self.report.count(ERROR) == wrong:
            none = Problem(
                "市町村が分かりません。市町村のコードか名前を、どれかの列に書いてください。",
                "The municipality cannot be told: give its code or name in one of the columns.",
            )
            self.say(number, said[0][0] if said else "市区町村名", None, none)
        return next(iter(found), "")

    def _code(self, number: int, header: str, text: str, unknown: Said) -> str:
        candidates = values.codes(text)
        for code in candidates:
            if self.names.described(f"municipality/{code}"):
                if code != values.narrow(text):
                    read = Problem(
                        f"コード {code} と読みました。", f"Read as the code {code}.", severity=NOTE
                    )
                    self.say(number, header, text, read)
                return code
        if not candidates:
            wrong = Problem(
                "全国地方公共団体コードではありません（検査数字が合いません）。",
                "This is no local government code: its check digit is wrong.",
            )
            self.say(number, header, text, wrong)
        elif not any(code[2:5] == "000" for code in candidates):
            unknown.append((header, text))
        return ""

    def _place(self, number: int, header: str, text: str, known: set[str]) -> str:
        """The municipality of a name; ``known`` is what a code has told already. A ward of a city that has
        wards stands for the city."""
        if self.names.find("Prefecture", text):
            return ""
        ward = WARD.fullmatch(text)
        if ward and not self.names.find("Municipality", text):
            text = ward[1]
        meant = {one.slug for one in self.names.find("Municipality", text)}
        if known & meant:
            return min(known & meant)
        return self._form(number, PLACE, header, text)


def _point(points: Points, number: int, cells: dict[str, str], report: Report) -> None:
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if latitude and longitude:
        wrong = points.check(latitude, longitude, number)
        report.extend([wrong] if wrong else [])
        return
    report.say(
        ERROR,
        "緯度と経度は、両方書くか両方空にしてください。",
        "Give both latitude and longitude, or neither.",
        row=number,
        column="緯度・経度",
        value=latitude or longitude,
    )
