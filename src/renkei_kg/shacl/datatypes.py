"""Which literals are well-formed: XML Schema 1.1 part 2, the datatypes that RDF 1.1 lists (section 5.1)."""

import re
from collections.abc import Callable
from typing import Final

from renkei_kg.namespaces import PREFIXES

INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
INTEGER: Final = re.compile(r"[+-]?[0-9]+")
ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
MONTH, DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
DATE = rf"(?P<year>{YEAR})-(?P<month>{MONTH})-(?P<day>{DAY})"
FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
YEARS, DAYS = r"(?:[0-9]+Y)?(?:[0-9]+M)?", r"(?:[0-9]+D)?"
CLOCK = r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
BASE64 = "(?:[A-Za-z0-9+/] ?)"
FORMS: Final[dict[str, str]] = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "double": FLOAT,
    "float": FLOAT,
    "date": DATE + ZONE,
    "dateTime": f"{DATE}T{TIME}{ZONE}",
    "dateTimeStamp": f"{DATE}T{TIME}{ZONE[:-1]}",
    "time": TIME + ZONE,
    "gYear": YEAR + ZONE,
    "gYearMonth": f"{YEAR}-{MONTH}{ZONE}",
    "gMonth": f"--{MONTH}{ZONE}",
    "gDay": f"---{DAY}{ZONE}",
    "gMonthDay": rf"--(?P<month>{MONTH})-(?P<day>{DAY}){ZONE}",
    "duration": f"-?P(?=.){YEARS}{DAYS}{CLOCK}",
    "yearMonthDuration": f"-?P(?=.){YEARS}",
    "dayTimeDuration": f"-?P(?=.){DAYS}{CLOCK}",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "base64Binary": f"(?:{BASE64}{{4}})*(?:{BASE64}[AQgw] ?= ?=|{BASE64}{{2}}[AEIMQUYcgkosw048] ?=)?",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
DAYS_OF_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST: Final = 4000  # digits that Python reads as a number


def well_formed(datatype: str) -> Callable[[str], bool] | None:
    """What says of the characters of a literal whether they write a value of ``datatype`` (a text); None
    where all do, or where nobody knows."""
    name = datatype.removeprefix(f"<{PREFIXES['xsd']}").removesuffix(">")
    if name in INTEGERS:
        least, most = INTEGERS[name]
        return lambda text: bool(INTEGER.fullmatch(text)) and _within(text, least, most)
    if name not in FORMS:
        return None
    form = re.compile(FORMS[name], re.ASCII)
    return lambda text: _on_the_calendar(form.fullmatch(text))


def _within(text: str, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    number = int(text[:LONGEST])
    return (least is None or number >= least) and (most is None or number <= most)


def _on_the_calendar(match: re.Match[str] | None) -> bool:
    """Whether a form was found and its day is one of its month."""
    if match is None:
        return False
    parts = match.groupdict()
    if "day" not in parts:
        return True
    year, month, day = int(parts.get("year", "0")[-4:]), int(parts["month"]), int(parts["day"])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= DAYS_OF_MONTHS[month - 1] - (month == 2 and not leap)
