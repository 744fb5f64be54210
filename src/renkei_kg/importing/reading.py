"""Reading the file that was handed over: CSV in the encodings that occur, or an Excel workbook, as rows of
text, each with the number that the spreadsheet shows for it."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from renkei_kg.importing.report import ImportFailed

MOST_BYTES: Final = 50_000_000
MOST_ROWS: Final = 100_000
ENCODINGS: Final = {
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp932": "Shift_JIS (CP932)",
}


@dataclass(frozen=True)
class Sheet:
    """A table as it was found: its rows from the first, what it is called in a workbook, the encoding of a
    CSV file, and the ranges whose cells were merged (the value then stands in each)."""

    name: str
    encoding: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """A file that holds tables: its name, the SHA-256 of its bytes, and its visible sheets."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]


def read(path: Path) -> Book:
    """The tables of a file. Raises ImportFailed when it is none that can be read."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise ImportFailed(
            f"{path} を読めません（{error.strerror}）。", f"{path} cannot be read: {error.strerror}."
        ) from None
    if size > MOST_BYTES:
        raise ImportFailed(
            f"{path} は{MOST_BYTES // 1_000_000} MBを超えます。表を分けてください。",
            f"{path} has more than {MOST_BYTES // 1_000_000} MB: divide the table.",
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportFailed(
            f"{path} は古い形式のExcelか、パスワード付きのファイルです。"
            "パスワードなしの .xlsx かCSVで保存し直してください。",
            f"{path} is an old Excel file or has a password: save it as .xlsx or CSV without one.",
        )
    sheets = _workbook(path, content) if content.startswith(b"PK") else (_csv(path, content),)
    return Book(path.name, hashlib.sha256(content).hexdigest(), sheets)


def _csv(path: Path, content: bytes) -> Sheet:
    text, encoding = _decode(path, content)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    rows = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(tuple(cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in cells))
            _not_too_long(path, len(rows))
    except csv.Error as error:
        raise ImportFailed(
            f'{path} の{len(rows) + 1}行目はCSVとして読めません。引用符（"）が閉じているか確かめてください。',
            f"{path}, row {len(rows) + 1}, is not CSV ({error}): check that each quotation mark is closed.",
        ) from None
    return Sheet("", ENCODINGS[encoding], tuple(rows))


def _decode(path: Path, content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xef\xbb\xbf"):
        tried = ["utf-8-sig"]
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    else:
        tried = ["utf-8", "cp932"]
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise ImportFailed(
        f"{path} は表のファイルとして読めません。CSV（UTF-8かShift_JIS）か .xlsx で保存してください。",
        f"{path} is no table that can be read: save it as CSV (UTF-8 or Shift_JIS) or as .xlsx.",
    )


def _not_too_long(path: Path, rows: int) -> None:
    if rows > MOST_ROWS:
        raise ImportFailed(
            f"{path} は{MOST_ROWS}行を超えます。表を分けてください。",
            f"{path} has more than {MOST_ROWS} rows: divide the table.",
        )


def _workbook(path: Path, content: bytes) -> tuple[Sheet, ...]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError):
        raise ImportFailed(
            f"{path} はExcelのブックとして読めません。Excelで開いて .xlsx で保存し直してください。",
            f"{path} is no Excel workbook that can be read: open it in Excel and save it as .xlsx again.",
        ) from None
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _not_too_long(path, sheet.max_row)
            sheets.append(_sheet(sheet))
    if not sheets:
        raise ImportFailed(f"{path} に表示されているシートがありません。", f"{path} has no visible sheet.")
    return tuple(sheets)


def _sheet(sheet: Any) -> Sheet:
    merged = {}
    for area in sheet.merged_cells.ranges:
        value = _cell(sheet.cell(area.min_row, area.min_col).value)
        merged.update(dict.fromkeys(_cells(area), value))
    rows = [
        tuple(merged.get((cell.row, cell.column), _cell(cell.value)) for cell in row)
        for row in sheet.iter_rows()
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    return Sheet(sheet.title, "", tuple(rows), tuple(sorted(str(area) for area in sheet.merged_cells.ranges)))


def _cells(area: Any) -> Iterator[tuple[int, int]]:
    for row in range(area.min_row, area.max_row + 1):
        for column in range(area.min_col, area.max_col + 1):
            yield row, column


def _cell(value: Any) -> str:
    """A cell as text: dates as they are in ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()
