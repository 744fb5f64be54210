"""How the pages of versions answer: the format by negotiation, headers by how long an answer holds."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Response, current_app, request
from pyoxigraph import RdfFormat, Triple, serialize

from renkei_kg.namespaces import PREFIXES
from renkei_kg.snapshot import SnapshotError
from renkei_kg.versions.catalogue import Catalogue, Listing
from renkei_kg.versions.history import Version
from renkei_kg.versions.provenance import DQV
from renkei_kg.web import cache as caching
from renkei_kg.web import layout, negotiate, statics
from renkei_kg.web.exchange import made
from renkei_kg.web.negotiate import GRAPHS, HTML, Format, NotAcceptableError
from renkei_kg.web.problems import Problem

JSON: Final = Format("json", "application/json")
TEXT: Final = Format("text", "text/plain", ("txt",))
DESCRIPTIONS: Final = (JSON, *GRAPHS, HTML)
FOR_EVER: Final = "public, max-age=31536000, immutable"
# The list may change while the version served stays the same, so nothing in between may keep it.
ASK_AGAIN: Final = "public, no-cache"
VARY: Final = "Accept, Accept-Language, Accept-Encoding"
NOT_KEPT: Final = "The version {name} is not kept here. /snapshots lists those that are."
SHOWN_MOST: Final = 80


@dataclass(frozen=True)
class Place:
    """A part of a list that comes in pages: the number of this page and of all, counted from 1."""

    number: int
    pages: int
    total: int
    first: int
    last: int


def catalogue() -> Catalogue:
    """The versions of this server."""
    found: Catalogue = current_app.extensions["catalogue"]
    return found


def version_of(listing: Listing, identifier: str) -> Version:
    """A version that is kept. Raises Problem 404."""
    found = listing.find(identifier)
    if found is None:
        raise Problem(404, NOT_KEPT.format(name=identifier[:SHOWN_MOST]))
    return found


def manifest_of(identifier: str) -> dict[str, Any]:
    """All that a version says of itself. Raises Problem 404 when it has been pruned just now."""
    try:
        return catalogue().manifest(identifier)
    except SnapshotError:
        raise Problem(404, NOT_KEPT.format(name=identifier)) from None


def raw_path() -> str:
    """The path as it was sent, percent-encoded."""
    return quote(request.environ["asgi.scope"]["raw_path"], safe=layout.SAFE)


def argument(name: str) -> str | None:
    """An argument of the query string that may be given once. Raises Problem 400."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Problem(400, f"The parameter '{name}' is given {len(values)} times: give it once.")
    return values[0] if values else None


def place(total: int, size: int) -> Place:
    """The part of a list of ``total`` things that ``?page=`` asks for. Raises Problem 400 when that is no
    page's number, 404 when there are not so many."""
    asked = argument("page") or "1"
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9 or int(asked) < 1:
        raise Problem(400, f"page={asked[:SHOWN_MOST]!r} is no page: give a whole number from 1.")
    pages = max(-(-total // size), 1)
    number = int(asked)
    if number > pages:
        raise Problem(404, f"There is no page {number}: the last one is {pages}.")
    return Place(number, pages, total, (number - 1) * size, min(number * size, total))


def choose(*offered: Format) -> Format:
    """The format of an answer. Raises Problem 406 that says what is on offer."""
    try:
        return negotiate.chosen(offered, request.headers.get("Accept"), argument("format"))
    except NotAcceptableError as error:
        names = [f"{form.media_type} (format={form.name})" for form in error.offered]
        raise Problem(406, f"This can be had as: {', '.join(names)}.", {"offered": names}) from None


def answer(
    form: Format,
    make: Callable[[], bytes],
    *depends: str,
    version: str = "",
    links: Iterable[str] = (),
    **headers: str,
) -> Response:
    """An answer in a format, made unless the client has it. ``depends`` tells it from any other at this
    address; one about a ``version`` alone never changes."""
    found = {
        "Content-Type": form.content_type,
        "Cache-Control": FOR_EVER if version else ASK_AGAIN,
        "ETag": statics.tag(form.media_type, version, *depends),
        "Vary": VARY,
        **headers,
    }
    if version:
        found |= {"Renkei-Snapshot": version, "Last-Modified": made(version)}
    if links := list(links):
        found["Link"] = ", ".join(links)
    if caching.names(request.headers.get("If-None-Match"), found["ETag"]):
        return layout.unchanged(found)
    return Response(make(), headers=found)


def page(template: str, shown: layout.Page, *depends: str, modified: str = "", **context: Any) -> Response:
    """A page for people, which holds until the list of versions changes. ``modified`` is when it did last."""
    digest = hashlib.sha256("\x00".join(depends).encode("utf-8", "replace")).hexdigest()
    response = layout.show(template, shown, digest, **context)
    response.headers["Cache-Control"] = ASK_AGAIN
    if modified:
        response.headers["Last-Modified"] = modified
    return response


def rdf(form: Format, triples: Iterable[Triple]) -> bytes:
    """Triples in a format of RDF."""
    prefixes = {**PREFIXES, "dqv": DQV.iri}
    content = serialize(triples, format=RdfFormat.from_media_type(form.media_type), prefixes=prefixes)
    assert content is not None
    return content


def as_json(value: Any) -> bytes:
    """A value in JSON, as people can read it too."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def alternates(path: str, *offered: Format) -> tuple[tuple[str, str, str], ...]:
    """The other formats of a page: short name, media type and address."""
    known = [
        (name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "format")
    ]
    return tuple(
        (form.name, form.media_type, f"{path}?{urlencode([*known, ('format', form.name)])}")
        for form in offered
    )
