"""What some engines write in their own way, written as the standards have it, while it goes by.

Virtuoso calls blank nodes ``nodeID://b1``, which is no label, writes the truth value true as ``1``, and what
it answers to ASK as a table with a row or none. Of a literal in GeoSPARQL's WKT it keeps only a geometry, its
coordinates rounded, so that there these literals are stored under another datatype and get their own back
here (docs/engines.md). White space at the ends of literals in XML is written by references, as the reader of
pyoxigraph leaves it out otherwise. Each is found by where it stands, so that no text that happens to hold
such words is changed.
"""

import re
from typing import Final

from renkei_kg.engine.remote import converting
from renkei_kg.engine.remote.naming import STORED_WKT, WKT
from renkei_kg.namespaces import PREFIXES

BOOLEAN: Final = re.escape(PREFIXES["xsd"].encode() + b"boolean")
TRUTHS: Final = {b"0": b"false", b"1": b"true"}
STORED: Final = re.escape(STORED_WKT.encode())
IN_XML: Final = re.compile(
    rb"(?P<blank>(?<=<bnode>)nodeID://)"
    rb"|(?P<literal><literal[^>]*+>)(?P<before>[ \t\r\n]++)"
    rb"|(?<![ \t\r\n])(?P<after>[ \t\r\n]++)(?=</literal>)"
    rb'|(?P<wkt>(?<=[">])' + STORED + rb'(?=["<]))'
    rb'|(?P<truth>(?<=>)[01](?=</literal>))(?<=<literal datatype="' + BOOLEAN + rb'">[01])'
)
IN_N_TRIPLES: Final = re.compile(
    rb"(?P<wkt>(?<=[ \t^]<)" + STORED + rb"(?=>[ \t]))"
    rb'|(?P<truth>(?<=[ \t]")[01](?="\^\^<' + BOOLEAN + rb">))"
)
ASKED: Final = b'<variable name="__ASK_RETVAL"/>'
HEAD: Final = b"</head>"
TRUTH: Final = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
    b"<boolean>%s</boolean></sparql>"
)
# Without any of these there is nothing to mend, which is most often so, and found out in a thirtieth of the
# time.
SUSPECT: Final = (STORED_WKT.encode(), PREFIXES["xsd"].encode() + b"boolean")
SUSPECT_IN_XML: Final = (b"<bnode>nodeID://", *(b"%c</literal>" % space for space in b" \t\r\n"))
BEGINS_WITH_SPACE: Final = re.compile(rb"<literal[^>]*+>[ \t\r\n]")
# What is looked for, and behind which bytes an answer can be cut without cutting through that.
WAYS: Final = {converting.XML: (IN_XML, b"</result>"), converting.N_TRIPLES: (IN_N_TRIPLES, b"\n")}
FORMS: Final = frozenset(WAYS)


class Mending:
    """Mends one answer in one of FORMS, piece by piece."""

    def __init__(self, form: str) -> None:
        self._pattern, self._mark = WAYS[form]
        self._begun = form != converting.XML  # whether it is known to be no answer to ASK
        self._left = b""

    def feed(self, content: bytes) -> bytes:
        """As much as can be given now of what has come; at the end, an empty piece, all that is left."""
        held = self._left + content
        if not self._begun:
            head, found, rows = held.partition(HEAD)
            asked = ASKED in head
            if content and (asked or not found):
                self._left = held
                return b""
            if asked:
                return TRUTH % TRUTHS[b"1" if b">1<" in rows else b"0"]
            self._begun = True
        place = held.rfind(self._mark)
        cut = len(held) if not content else place + len(self._mark) if place >= 0 else 0
        self._left, ready = held[cut:], held[:cut]
        return self._pattern.sub(_mended, ready) if self._is_suspect(ready) else ready

    def _is_suspect(self, content: bytes) -> bool:
        if any(one in content for one in SUSPECT):
            return True
        if self._pattern is not IN_XML:
            return False
        return any(one in content for one in SUSPECT_IN_XML) or BEGINS_WITH_SPACE.search(content) is not None


def _mended(match: re.Match[bytes]) -> bytes:
    found = match.groupdict()
    if found["truth"]:
        return TRUTHS[found["truth"]]
    if found["wkt"]:
        return WKT.encode()
    spaces = found.get("before") or found.get("after") or b""
    return (found.get("literal") or b"") + b"".join(b"&#%d;" % space for space in spaces)


def whole(content: bytes, form: str) -> bytes:
    """A whole answer mended."""
    mending = Mending(form)
    return mending.feed(content) + mending.feed(b"")


def needed(content: bytes, form: str) -> bool:
    """Whether an answer has something to mend."""
    return whole(content, form) != content
