"""Percent-encoding (RFC 3986, section 2.1) and the fields of forms, decoded quickly: a query comes with many
escapes, and Python's own decoder goes through them one by one."""

import re
from binascii import a2b_qp
from typing import Final
from urllib.parse import unquote_to_bytes

NO_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class TooManyFieldsError(Exception):
    """There are more fields than may be."""


def decoded(content: bytes) -> bytes:
    """What percent-encoded content stands for. A sign that begins no escape stays as it is."""
    if b"%" not in content:
        return content
    if NO_ESCAPE.search(content):
        return unquote_to_bytes(content)
    # Quoted-printable (RFC 2045, section 6.7) is the same with another sign, and its decoder is of C.
    return a2b_qp(content.replace(b"=", b"=3D").replace(b"%", b"="))


def fields(content: bytes, most: int) -> list[tuple[str, str]]:
    """The names and values of a query string or a form, in order. Raises TooManyFieldsError, and
    UnicodeDecodeError when one of them is not UTF-8."""
    if content.count(b"&") >= most:
        raise TooManyFieldsError
    content.decode("utf-8")  # what is not encoded has to be right by itself
    return [
        (_text(name), _text(value))
        for name, _, value in (one.partition(b"=") for one in content.split(b"&") if one)
    ]


def _text(content: bytes) -> str:
    return decoded(content.replace(b"+", b" ")).decode("utf-8")
