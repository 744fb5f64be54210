"""What a client asks of a file that never changes under its entity tag: whether it still is what it has
(RFC 9110, section 13), and a part of it (section 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from renkei_kg.web.exchange import matches

RANGE: Final = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
UNCHANGED: Final = 304
FAILED: Final = 412
Headers = Mapping[str, str]


class UnsatisfiableError(Exception):
    """The part that is asked for is not there: 416."""


@dataclass(frozen=True)
class State:
    """What a file is now: its strong entity tag, and when it was made, as an HTTP date."""

    tag: str
    modified: str


def judged(headers: Headers, state: State) -> int | None:
    """The status that a request's conditions lead to instead of the file: 304 or 412, in the order of RFC
    9110, section 13.2.2. None when there is nothing against sending it.

    A date counts as the same when it is exactly the same, as an older version may be made the current one
    again.
    """
    wanted, has = headers.get("if-match"), headers.get("if-none-match")
    if wanted is not None:
        if not _strong(wanted, state.tag):
            return FAILED
    elif "if-unmodified-since" in headers and _later(state.modified, headers["if-unmodified-since"]):
        return FAILED
    if has is not None:
        return UNCHANGED if matches(has, state.tag) else None
    return UNCHANGED if headers.get("if-modified-since", "").strip() == state.modified else None


def part(headers: Headers, state: State, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that a request asks for; None when it asks for all of it, or
    in a way that may be passed over: in several parts, in another unit, or of what has changed since (RFC
    9110, sections 13.1.5 and 14.2). Raises UnsatisfiableError."""
    found = RANGE.fullmatch(headers.get("range", ""))
    known = headers.get("if-range", state.tag).strip()
    if found is None or known not in (state.tag, state.modified) or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(size - int(found[2]), 0), size - 1
        there = int(found[2]) > 0 and size > 0
    else:
        first, last = int(found[1]), int(found[2] or size)
        if found[2] and last < first:
            return None
        there = first < size
    if not there:
        raise UnsatisfiableError
    return first, min(last + 1, size)


def _strong(header: str, tag: str) -> bool:
    """Whether If-Match names a tag (RFC 9110, section 13.1.1: strong comparison)."""
    return any(name.strip() in ("*", tag) for name in header.split(","))


def _later(modified: str, header: str) -> bool:
    """Whether a file was made after a date; one that is no date is passed over."""
    try:
        since = parsedate_to_datetime(header)
    except ValueError:
        return False
    if since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return parsedate_to_datetime(modified) > since
