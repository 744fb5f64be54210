"""Why a client writes: the header ``Renkei-Reason``, which the history of the data keeps."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

from renkei_kg.web.exchange import Request
from renkei_kg.web.problems import Problem

NAME: Final = "Renkei-Reason"
MOST: Final = 1000
# As in RFC 8187, section 3.2.1, where the charset and a language stand before the value.
EXTENDED: Final = re.compile(r"utf-8'[A-Za-z0-9-]*'", re.IGNORECASE)
ENCODED: Final = re.compile(r"(?:[!-$&-~ ]|%[0-9A-Fa-f]{2})*")
UNSHOWN: Final = ("Cc", "Zl", "Zp")


def of(request: Request) -> str:
    """The reason that a request gives, or nothing. It is UTF-8 as it is, or percent-encoded.

    Raises Problem 400 when it cannot be kept.
    """
    value = request.headers.get(NAME.lower(), "").encode("latin-1")
    text = _decoded(value).strip()
    if len(text) > MOST:
        raise Problem(400, f"{NAME} has {len(text)} characters: {MOST} are the most that is kept.")
    if any(unicodedata.category(character) in UNSHOWN for character in text):
        raise Problem(400, f"{NAME} has a control character or a line end: give one line of text.")
    return text


def _decoded(value: bytes) -> str:
    plain = value.decode("latin-1")
    extended = EXTENDED.match(plain)
    rest = plain[extended.end() :] if extended else plain
    encoded = ENCODED.fullmatch(rest) is not None
    if extended and not encoded:
        raise Problem(400, f"{NAME} is not percent-encoded as UTF-8'' before it says.")
    try:
        return (unquote_to_bytes(rest) if encoded else value).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, f"{NAME} is not UTF-8, as it is or percent-encoded.") from None
