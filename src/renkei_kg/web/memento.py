"""Memento (RFC 7089): pages and data as they were at a time.

Each page is its own TimeGate (pattern 1.1): asked with Accept-Datetime it redirects to the memento that was
current then. A memento is what a version that is kept says, below ``/snapshots/ID`` at the path of the
original; where a version has nothing to say there is none. ``/timemap`` and the path lists them.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote

from flask import Response, current_app, request

from renkei_kg.versions.catalogue import Listing
from renkei_kg.versions.existence import Existence
from renkei_kg.web.exchange import made
from renkei_kg.web.layout import SAFE, origin
from renkei_kg.web.linked.addresses import THINGS, spellings, split_extension
from renkei_kg.web.problems import Problem

# RFC 7089, section 2.1.1: an rfc1123-date.
DATE: Final = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)
BAD_DATE: Final = "Accept-Datetime must be a date such as Thu, 26 Nov 2026 00:00:00 GMT, not {date!r}."
NO_MEMENTO: Final = "No version that is kept says anything of this. /snapshots lists the versions."
LINK_FORMAT: Final = "application/link-format"
TIMEMAP: Final = "/timemap"
DOCUMENTS: Final = ("page/", "data/", "id/")
# How long versions may be looked through: for an answer, or for links that it may do without.
SECONDS: Final = 5.0
LINK_SECONDS: Final = 0.5
LONGEST: Final = 2048
LATER: Final = "There are many versions to look through. Ask again: what is found by now is remembered."


class TooLongError(Exception):
    """Looking through versions takes too long for one request."""


@dataclass(frozen=True)
class Past:
    """An original resource by its path, and in which versions there is a memento of it, to be found out until
    ``end`` (of ``time.monotonic``). Afterwards asking raises TooLongError."""

    original: str
    listing: Listing
    existence: Existence
    end: float

    def first_of(self, identifiers: Iterable[str]) -> str | None:
        """The first of versions that has a memento."""
        return next((one for one in identifiers if self.has(one)), None)

    def has(self, identifier: str) -> bool:
        """Whether there is a memento in a version."""
        found = self.listing.find(identifier)
        if found is None:
            return False
        if time.monotonic() > self.end:
            raise TooLongError
        iris = things(self.original, found.snapshot.manifest["base"])
        return bool(iris) and self.existence.has(self.listing, identifier, iris)

    @property
    def identifiers(self) -> list[str]:
        """Every version, oldest first."""
        return [one.snapshot.id for one in self.listing.versions]

    def at(self, moment: datetime) -> str | None:
        """The memento that was current at a moment, or the one before it; the first of all when there was
        none yet (section 4.5.3)."""
        return self.first_of(self.listing.timeline.back_from(moment)) or self.first_of(self.identifiers)

    def around(self, identifier: str) -> Iterator[tuple[str, str]]:
        """The relations of a memento to others, and these (section 2.2.4)."""
        before, after = self.listing.around(identifier)
        found = {
            "first": self.first_of([*reversed(before), identifier]),
            "prev": self.first_of(before),
            "next": self.first_of(after),
            "last": self.first_of([*reversed(after), identifier]),
        }
        for one in dict.fromkeys(found.values()):
            if one is not None:
                yield " ".join(name for name, other in found.items() if other == one) + " memento", one


@contextmanager
def past(original: str) -> Iterator[Past]:
    """The past of a path, as the folder of versions is now. Raises Problem 503 when there is too much."""
    try:
        yield _past(original, SECONDS)
    except TooLongError:
        raise Problem(503, LATER, headers={"Retry-After": "1"}) from None


def _past(original: str, seconds: float) -> Past:
    known = current_app.extensions
    return Past(original, known["catalogue"].listing(), known["existence"], time.monotonic() + seconds)


def things(original: str, base: str) -> tuple[str, ...]:
    """The IRIs that a path may be about: of a thing, or of whatever else has that path below the base."""
    if len(original) > LONGEST:
        return ()
    path = original.removeprefix("/")
    kind = next((kind for kind in DOCUMENTS if path.startswith(kind)), "")
    rest = path.removeprefix(kind)
    stems = {"page/": [rest], "id/": [rest], "data/": [split_extension(rest)[0]]}
    candidates = stems.get(kind, [rest, split_extension(rest)[0]])
    start = base + (THINGS if kind else "")
    found = (start + iri for stem in candidates if stem for iri in spellings(stem))
    return tuple(dict.fromkeys(found))


def gate(original: str) -> Response | None:
    """The answer to a request that asks for a time (section 4.5), else None. Raises Problem 400 for what is
    no date, 404 when there is no memento."""
    asked = request.headers.get("Accept-Datetime")
    if asked is None:
        return None
    moment = _moment(asked)
    with past(original) as found:
        chosen = found.at(moment)
    if chosen is None:
        raise Problem(404, NO_MEMENTO, headers={"Vary": "Accept, Accept-Datetime"})
    query = request.query_string.decode("latin-1")
    target = address(original, chosen) + (f"?{quote(query, safe=SAFE + '?')}" if query else "")
    response = Response(status=302, headers={"Location": target, "Cache-Control": "no-store"})
    return _linked(response, [*_originals(original), _memento("memento", original, chosen)])


def decorate(response: Response, original: str, version: str | None = None) -> Response:
    """Adds to a response for ``original`` what Memento asks for: the links of an original resource or, with
    the ``version`` that it shows, the time and the links of a memento.

    A memento that has no next one gets one with the next version, so that who keeps it has to ask again.
    """
    if version is None:
        return _linked(response, _originals(original))
    response.headers["Memento-Datetime"] = made(version)
    relations: dict[str, str] = {}
    with suppress(TooLongError, KeyError):  # there are too many, or it has been pruned just now
        relations = dict(_past(original, LINK_SECONDS).around(version))
    links = [_memento(relation, original, one) for relation, one in relations.items()]
    if not any("next" in relation for relation in relations):
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return _linked(response, [*_originals(original), *links], gate=False)


def address(original: str, version: str | None = None) -> str:
    """Where an original is found, or its memento in a version."""
    return f"{origin()}{f'/snapshots/{version}' if version else ''}{original}"


def _moment(text: str) -> datetime:
    try:
        if DATE.fullmatch(text.strip()):
            return parsedate_to_datetime(text.strip())
    except ValueError:
        pass
    raise Problem(400, BAD_DATE.format(date=text[:60]))


def _originals(original: str) -> list[str]:
    timemap = f"{origin()}{TIMEMAP}{original}"
    return [
        f'<{address(original)}>; rel="original timegate"',
        f'<{timemap}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]


def _memento(relation: str, original: str, version: str) -> str:
    return f'<{address(original, version)}>; rel="{relation}"; datetime="{made(version)}"'


def _linked(response: Response, links: list[str], *, gate: bool = True) -> Response:
    """A response with more links, and with what a TimeGate chooses by."""
    known = response.headers.get("Link")
    response.headers["Link"] = ", ".join([*([known] if known else []), *links])
    if gate:
        varies = [name.strip() for name in response.headers.get("Vary", "").split(",") if name.strip()]
        if "accept-datetime" not in map(str.lower, varies):
            response.headers["Vary"] = ", ".join([*varies, "Accept-Datetime"])
    return response
