"""The head of a request, that is its target and header fields: whether it is too large, and as it would be
without the wish for another protocol."""

from collections.abc import Sequence
from typing import Final

UPGRADING: Final = (b"upgrade", b"http2-settings")
MOST_FIELDS: Final = 100
LONGEST_FIELD: Final = 8192
LONGEST_TARGET: Final = 65_535  # the parser of URLs counts in sixteen bits
# No head of this size has anything too long. These fields are read in parts and remembered; a browser sends
# some hundred bytes.
SHORT: Final = 1024
LONGEST: Final = {
    **dict.fromkeys((b"accept", b"accept-language", b"accept-encoding"), SHORT),
    b"renkei-reason": 12_288,  # a thousand characters of four bytes, percent-encoded
}

Fields = Sequence[tuple[bytes, bytes]]


def too_large(target: bytes, fields: Fields, most: int) -> tuple[int, str] | None:
    """The status and the reason to refuse a head of which at most ``most`` bytes are taken, if there is one
    (RFC 9110, section 15.5.15; RFC 6585, section 5)."""
    if len(target) > min(most, LONGEST_TARGET):
        return 414, "The URL is too long: send a long query by POST."
    if len(fields) > MOST_FIELDS or any(
        len(value) > LONGEST.get(name, LONGEST_FIELD) for name, value in fields
    ):
        return 431, (
            f"A request may have {MOST_FIELDS} header fields of {LONGEST_FIELD} bytes, "
            f"those that begin with Accept of {SHORT}."
        )
    if len(target) + sum(len(name) + len(value) + 4 for name, value in fields) > most:
        return 431, f"A request's headers may have {most} bytes."
    return None


def without_upgrade(method: str, target: bytes, fields: Fields) -> bytes:
    """The head as bytes, without the fields and connection options that ask for another protocol."""
    lines = [b"%s %s HTTP/1.1\r\n" % (method.encode(), target)]
    for name, value in fields:
        if name == b"connection":
            options = [option.strip() for option in value.split(b",")]
            kept = b", ".join(option for option in options if option.lower() not in UPGRADING)
            lines.append(b"connection: %s\r\n" % kept)
        elif name not in UPGRADING:
            lines.append(b"%s: %s\r\n" % (name, value))
    return b"".join((*lines, b"\r\n"))
