"""What some engines write in their own way, written as the standards have it, while it goes by.

Virtuoso calls blank nodes ``nodeID://b1``, which is no label, writes the truth value true as ``1``, and what
it answers to ASK as a table with a row or none. Of a literal in GeoSPARQL's WKT it keeps only a geometry, its
coordinates rounded, so that there these literals are stored under another datatype and get their own back
here (docs/engines.md). Each is found by where it stands, so that no text that happens to hold such words is
changed.
"""

import re
from typing import Final

from renkei_kg.engine.remote import converting
from renkei_kg.engine.remote.naming import STORED_WKT, WKT
from renkei_kg.namespaces import PREFIXES

BOOLEAN: Final = PREFIXES["xsd"].encode() + b"boolean"
TRUTHS: Final = {b"0": b"false", b"1": b"true"}
STORED: Final = STORED_WKT.encode()
IN_JSON: Final = re.compile(
    rb'(?P<blank>"bnode"\s*,\s*"value"\s*:\s*")nodeID://'
    rb'|(?P<wkt>(?<=:\s")|(?<=:"))' + re.escape(STORED) + rb'(?=")'
    rb'|(?P<boolean>"datatype"\s*:\s*"'
    + re.escape(BOOLEAN)
    + rb'"\s*,\s*"value"\s*:\s*")(?P<truth>[01])(?=")'
)
IN_N_TRIPLES: Final = re.compile(
    rb"(?P<wkt>(?<=[ ^]<))" + re.escape(STORED) + rb"(?=> )"
    rb'|(?P<boolean>(?<=[ \t])")(?P<truth>[01])(?="\^\^<' + re.escape(BOOLEAN) + rb">)"
)
ASKED: Final = re.compile(rb'\s*\{\s*"head"[^}]{0,80}"vars"\s*:\s*\[\s*"__ASK_RETVAL"\s*\]')
TRUE: Final = re.compile(rb'"value"\s*:\s*"1"')
# What is looked for, and a byte that is in no such place: answers are cut behind it.
WAYS: Final = {converting.JSON: (IN_JSON, b"}"), converting.N_TRIPLES: (IN_N_TRIPLES, b"\n")}
FORMS: Final = frozenset(WAYS)


class Mending:
    """Mends one answer in one of FORMS, piece by piece."""

    def __init__(self, form: str) -> None:
        self._pattern, self._mark = WAYS[form]
        self._left = b""
        self._first = True

    def feed(self, content: bytes) -> bytes:
        """As much as can be given now of what has come; at the end, an empty piece, all that is left."""
        held = self._left + content
        if self._pattern is IN_JSON and self._first and ASKED.match(held):
            self._left = held if content else b""
            truth = b"true" if TRUE.search(held) else b"false"
            return b"" if content else b'{"head":{},"boolean":%s}' % truth
        cut = held.rfind(self._mark) + 1 if content else len(held)
        self._left = held[cut:]
        self._first = self._first and not cut
        return self._pattern.sub(_mended, held[:cut])


def _mended(match: re.Match[bytes]) -> bytes:
    if match["boolean"]:
        return match["boolean"] + TRUTHS[match["truth"]]
    return WKT.encode() if match["wkt"] is not None else match["blank"]


def whole(content: bytes, form: str) -> bytes:
    """A whole answer mended."""
    mending = Mending(form)
    return mending.feed(content) + mending.feed(b"")


def needed(content: bytes, form: str) -> bool:
    """Whether an answer has something to mend."""
    return whole(content, form) != content
