"""Dates as people write them: 2021-07-27 is 2021年7月27日, or 27 July 2021."""

import re
from typing import Final

DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?Z?")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def told(text: str | None, language: str) -> str:
    """A date, month or year of XML Schema in a language; any other text as it is."""
    found = DATE.fullmatch(text or "")
    if not found or (found[2] and not 1 <= int(found[2]) <= len(MONTHS)):
        return text or ""
    year, month, day = (int(one) if one else None for one in found.groups())
    if language == "ja":
        return f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
    return " ".join(str(one) for one in (day, MONTHS[month - 1] if month else None, year) if one)
