"""What cells say: Japanese dates and fiscal years, numbers, codes of local governments, addresses on the web.

Each function gives the value in one written form, or None when the cell says something else.
"""

import calendar
import re
import unicodedata
from typing import Final

ERAS: Final = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
LAST_YEARS: Final = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31}
INITIALS: Final = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
ERA: Final = "明治|大正|昭和|平成|令和|[MTSHR]"
YEAR: Final = rf"(?:(?P<era>{ERA})\.?(?P<count>\d{{1,2}}|元)|(?P<year>\d{{4}}))"
SIGN: Final = "[-/.年]"
DATE: Final = re.compile(rf"{YEAR}{SIGN}(?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?")
MONTH: Final = re.compile(rf"{YEAR}{SIGN}(?P<month>\d{{1,2}})月?")
WHOLE_YEAR: Final = re.compile(rf"{YEAR}年?")
FISCAL_YEAR: Final = re.compile(rf"(?:FY)?{YEAR}(?:年度|年)?(?:\(.*\))?")
COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
MIDNIGHT: Final = re.compile(r"[T ]00:00(:00)?$")
NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?")
URL: Final = re.compile(r"https?://[!-~]+")
BESIDE_JAPANESE: Final = re.compile(r"(?<=[^ -~])[ \t\u3000]+|[ \t\u3000]+(?=[^ -~])")
# Weights of the first five digits of a code; the sixth is the last digit of 11 less their sum modulo 11.
WEIGHTS: Final = (6, 5, 4, 3, 2)


def narrow(text: str) -> str:
    """The text with full-width letters and digits as ordinary ones (Unicode NFKC), outer spaces off."""
    return unicodedata.normalize("NFKC", text).strip()


def line(text: str) -> str:
    """The text on one line, without spaces beside Japanese characters, as quotes of documents are kept."""
    return BESIDE_JAPANESE.sub("", " ".join(text.split())).strip()


def _year(found: re.Match[str]) -> int | None:
    if found["year"]:
        return int(found["year"])
    era = INITIALS.get(found["era"], found["era"])
    count = 1 if found["count"] == "元" else int(found["count"])
    return ERAS[era] + count - 1 if 0 < count <= LAST_YEARS.get(era, count) else None


def date(text: str) -> str | None:
    """A day, month or year as XML Schema writes it: 2024-04-01, 2024-04 or 2024."""
    said = MIDNIGHT.sub("", narrow(text).upper())
    compact = COMPACT.fullmatch(said)
    if compact:
        said = "-".join(compact.groups())
    said = re.sub(r"\s", "", said)
    for form in (DATE, MONTH, WHOLE_YEAR):
        found = form.fullmatch(said)
        if found:
            parts = found.groupdict()
            return _day(_year(found), parts.get("month"), parts.get("day"))
    return None


def _day(year: int | None, month: str | None, day: str | None) -> str | None:
    if year is None or year < 1:
        return None
    if month is None:
        return f"{year:04}"
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year:04}-{int(month):02}"
    if not 1 <= int(day) <= calendar.monthrange(year, int(month))[1]:
        return None
    return f"{year:04}-{int(month):02}-{int(day):02}"


def fiscal_year(text: str) -> str | None:
    """The calendar year in which a fiscal year begins: 2025 of 令和７年度, R7, FY2025 or 2025年度."""
    found = FISCAL_YEAR.fullmatch(re.sub(r"\s", "", narrow(text).upper()))
    year = _year(found) if found else None
    return str(year) if year and 1945 <= year <= 2200 else None


def era_year(year: int) -> str:
    """A year as documents of today's era write it: 令和７."""
    wide = str(year - ERAS["令和"] + 1).translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    return f"令和{'元' if year == ERAS['令和'] else wide}"


def number(text: str) -> str | None:
    """A decimal number in ordinary digits, without separators of thousands."""
    said = narrow(text).replace(",", "").replace("\u2212", "-")
    return said if NUMBER.fullmatch(said) else None


def url(text: str) -> str | None:
    """An address on the web, in ASCII."""
    said = text.strip()
    return said if URL.fullmatch(said) else None


def check_digit(five: str) -> str:
    """The sixth digit of the local government code that begins with ``five``."""
    total = sum(int(digit) * weight for digit, weight in zip(five, WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def is_code(six: str) -> bool:
    """Whether six digits are a local government code: their last is the check digit of the others."""
    return bool(re.fullmatch(r"[0-9]{6}", six)) and six[5] == check_digit(six[:5])


def codes(text: str) -> list[str]:
    """The local government codes that a cell can mean: as it is, with the zero that spreadsheets drop from
    the front, or with the check digit that it lacks. Empty when it is none."""
    said = re.sub(r"\.0$", "", narrow(text))
    if not re.fullmatch(r"[0-9]{4,6}", said):
        return []
    zeroed = said.zfill(6)
    short = said.zfill(5)
    found = [zeroed] if is_code(zeroed) else []
    return found + ([short + check_digit(short)] if len(short) == 5 else [])
