"""Answers that are kept, bounded by their bytes. Those about the version served are dropped with it; those
about a version that was asked for by its id stay as they are.

A request is found in two steps: as it came (``alias``), which costs least, or as what it means (``key``), so
that the same query by GET, by form or with its parameters in another order is the same answer. Compressed
forms are made once, aside, after an answer has been asked for again by a client that takes them.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import brotli
import zstandard

from renkei_kg.engine.contract import Query
from renkei_kg.web.exchange import Key, Response, matches

WORTH_COMPRESSING = 1024
SHARE = 8  # one answer may take an eighth of the room
ALIAS_COST = 200
# Measured: the headers and heads of an answer that is found by two keys. Answers of a few bytes are many.
ENTRY_COST = 8192
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "zstd": lambda body: zstandard.compress(body, 6),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Form:
    """A response ready to be sent: as a server's application gives it, and its head as bytes on the wire.
    ``query`` is the text that it answers, if any, for the log."""

    status: int
    headers: Headers
    body: bytes
    query: str = ""

    @cached_property
    def head(self) -> bytes:
        """The header lines and the empty line after them."""
        return b"".join(b"%s: %s\r\n" % pair for pair in self.headers) + b"\r\n"


class Entry:
    """An answer that is kept: its entity tag, and how it is sent in each content coding made so far. ``size``
    are the bytes of its bodies, ``cost`` what it takes beside them. ``version`` is the one that it is about
    when it stays as it is, whichever is served; else empty."""

    def __init__(self, response: Response, body: bytes, query: str = "") -> None:
        self.tag = response.headers["ETag"]
        self.version = response.headers.get("Renkei-Snapshot", "") if stays(response) else ""
        self.response, self.query = response, query
        self.size = len(body)
        self.cost = 0
        self.compressing: set[str] = set()
        self.forms = {"identity": Form(response.status, wire(response.headers, len(body)), body, query)}

    @cached_property
    def unchanged(self) -> Form:
        """What a client is sent that has the answer."""
        kept = {name: value for name, value in self.response.headers.items() if name != "Content-Type"}
        return Form(304, wire(kept, None), b"", self.query)

    def add(self, coding: str, body: bytes) -> int:
        """Adds the answer in a content coding; gives the bytes that it takes."""
        headers = {**self.response.headers, "Content-Encoding": coding, "ETag": _tag_of(self.tag, coding)}
        self.forms[coding] = Form(self.response.status, wire(headers, len(body)), body, self.query)
        self.size += len(body)
        return len(body)

    def best(self, codings: tuple[str, ...]) -> Form:
        """The answer in the first of ``codings`` that it is there in, else as it is."""
        for coding in codings:
            form = self.forms.get(coding)
            if form is not None:
                return form
        return self.forms["identity"]

    def names(self, header: str) -> bool:
        """Whether an If-None-Match header names this answer, in any content coding (RFC 9110, section 8.8.3:
        each coding has a tag of its own)."""
        return names(header, self.tag)


def stays(response: Response) -> bool:
    """Whether an answer never changes (RFC 8246)."""
    return "immutable" in response.headers.get("Cache-Control", "")


def names(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names an answer by its tag, or by the tag of one of its codings."""
    return any(matches(header, one) for one in (tag, *(_tag_of(tag, coding) for coding in COMPRESSORS)))


def _tag_of(tag: str, coding: str) -> str:
    return f'{tag[:-1]}-{coding}"'


def wire(headers: dict[str, str], length: int | None) -> Headers:
    """Headers as a server sends them, with the length of the body where it is known."""
    found = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if length is not None:
        found.append((b"content-length", b"%d" % length))
    return found


@lru_cache(maxsize=256)
def codings(header: str) -> tuple[str, ...]:
    """The content codings that a client takes, best first (RFC 9110, section 12.5.3)."""
    found = []
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        quality = parameter.partition("=")[2].strip() or "1"
        try:
            worth = float(quality)
        except ValueError:
            worth = 0.0
        if name.strip() in COMPRESSORS and worth > 0:
            found.append((worth, name.strip()))
    order = list(COMPRESSORS)
    return tuple(name for _, name in sorted(found, key=lambda one: (-one[0], order.index(one[1]))))


class Cache:
    """Entries by what was asked, the least recently used dropped first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self.version = ""
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._aliases: OrderedDict[Key, Key] = OrderedDict()
        self._alias_bytes = 0

    def follow(self, version: str) -> None:
        """Drops what is about the version served when the data has another version."""
        if version == self.version:
            return
        self.version = version
        self._entries = OrderedDict([one for one in self._entries.items() if one[1].version])
        named = self._aliases.items() if self._entries else ()
        self._aliases = OrderedDict([one for one in named if one[1] in self._entries])
        self.bytes = sum(entry.size + entry.cost for entry in self._entries.values())
        self._alias_bytes = sum(map(_named, self._aliases))

    def known(self, alias: Key) -> tuple[Key, Entry] | None:
        """The answer to a request exactly as it came, and what it means."""
        key = self._aliases.get(alias)
        entry = None if key is None else self.get(key)
        return None if key is None or entry is None else (key, entry)

    def get(self, key: Key) -> Entry | None:
        """The answer to what was asked."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keeps an answer, unless it alone would take too much of the room."""
        entry.cost = ENTRY_COST + len(entry.query) + sum(map(_length, key))
        if entry.size + entry.cost > self.limit // SHARE:
            return
        old = self._entries.pop(key, None)
        self.bytes += entry.size + entry.cost - (old.size + old.cost if old else 0)
        self._entries[key] = entry
        self._shrink()

    def name(self, alias: tuple[bytes, ...], key: Key) -> None:
        """Notes that a request as it came means ``key``."""
        if alias in self._aliases or self.limit == 0:
            return
        self._aliases[alias] = key
        self._alias_bytes += _named(alias)
        while self._alias_bytes > self.limit // SHARE:
            gone, _ = self._aliases.popitem(last=False)
            self._alias_bytes -= _named(gone)

    def grown(self, key: Key, entry: Entry, by: int) -> None:
        """Counts what a kept entry has grown by."""
        if self._entries.get(key) is entry:
            self.bytes += by
            self._shrink()

    def _shrink(self) -> None:
        while self.bytes > self.limit and self._entries:
            _, entry = self._entries.popitem(last=False)
            self.bytes -= entry.size + entry.cost


def _named(alias: Key) -> int:
    """About how many bytes it takes that a request as it came means something."""
    return sum(map(len, alias)) + ALIAS_COST


def _length(part: object) -> int:
    """About how many bytes a part of a key takes: a query may be as long as a request."""
    if isinstance(part, Query):
        return sum(map(len, (part.text, *part.default_graphs, *part.named_graphs)))
    return len(part) if isinstance(part, str | bytes) else len(repr(part))
