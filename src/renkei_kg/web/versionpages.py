"""``/snapshots``: which versions there are, what each is, how it came about and what it changed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from renkei_kg.config import Settings
from renkei_kg.reserved import HISTORY
from renkei_kg.versions.catalogue import Catalogue
from renkei_kg.versions.existence import Existence
from renkei_kg.versions.history import Version
from renkei_kg.web import layout, timemap, versiondata, versionfeed, versionfiles
from renkei_kg.web.differences import Differences
from renkei_kg.web.exchange import made
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.versiondata import PATH, url
from renkei_kg.web.versionview import (
    DESCRIPTIONS,
    JSON,
    NOT_KEPT,
    alternates,
    answer,
    as_json,
    catalogue,
    choose,
    manifest_of,
    page,
    place,
    raw_path,
    rdf,
    version_of,
)

LISTED: Final = 50
FEED: Final = Format("atom", versionfeed.MEDIA_TYPE)

blueprint = Blueprint("versions", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Adds the pages of versions to the application; ``differences`` has to be stopped with the server."""
    app.extensions |= {
        "catalogue": Catalogue(settings.snapshots),
        "differences": Differences(settings),
        "existence": Existence(),
    }
    app.register_blueprint(blueprint)
    app.register_blueprint(versionfiles.blueprint)
    app.register_blueprint(timemap.blueprint)


@blueprint.get("/snapshots")
def versions() -> Response:
    """The versions, newest first."""
    form, listing = choose(*DESCRIPTIONS), catalogue().listing()
    part = place(len(listing.versions), LISTED)
    shown = listing.newest_first[part.first : part.last]
    links = _neighbours(part.number, part.pages, form)
    links.append(f'<{PATH}/feed>; rel="alternate"; type="{versionfeed.MEDIA_TYPE}"; title="Atom"')
    if form is HTML:
        offered = alternates(PATH, *DESCRIPTIONS[:-1])
        modified = made(listing.versions[-1].snapshot.id) if listing.versions else ""
        comparable = {one.snapshot.id for one in shown if versiondata.comparable(listing, one)}
        response = page(
            "versions.html",
            layout.this_page(alternates=offered),
            listing.tag,
            modified=modified,
            part=part,
            versions=shown,
            comparable=comparable,
        )
        response.headers["Link"] = ", ".join([response.headers["Link"], *links])
        return response
    origin = layout.origin()

    def body() -> bytes:
        if form is not JSON:
            manifests = _manifests(shown)
            return rdf(form, versiondata.description(listing, manifests, origin, whole=True))
        current = listing.current
        said = {
            "current": current.snapshot.id if current else None,
            "total": part.total,
            "page": part.number,
            "pages": part.pages,
            "versions": [versiondata.row(listing, one, origin) for one in shown],
        }
        return as_json(said)

    return answer(form, body, origin, listing.tag, str(part.number), links=links)


@blueprint.get("/snapshots/feed")
def feed() -> Response:
    """The newest versions as a feed."""
    listing = catalogue().listing()
    part = place(len(listing.versions), LISTED)
    shown, origin = listing.newest_first[part.first : part.last], layout.origin()
    language = layout.this_page().lang
    own = f"{origin}{PATH}/feed"
    links = [("self", own if part.number == 1 else f"{own}?page={part.number}"), ("alternate", origin + PATH)]
    if part.pages > 1:
        links += [("first", own), ("last", f"{own}?page={part.pages}")]
    if part.number > 1:
        links.append(("previous", f"{own}?page={part.number - 1}"))
    if part.number < part.pages:
        links.append(("next", f"{own}?page={part.number + 1}"))

    def body() -> bytes:
        return versionfeed.feed(shown, links, origin, language)

    return answer(FEED, body, origin, listing.tag, str(part.number), language)


@blueprint.get("/snapshots/current")
@blueprint.get("/snapshots/current/<path:below>")
def current(below: str = "") -> Redirect:  # noqa: ARG001  # the path as it was sent is what counts
    """Whatever is asked of the current version, at the address of that version."""
    version = layout.current()
    if not version:
        raise Problem(404, NOT_KEPT.format(name="current"))
    query = request.query_string.decode("latin-1")
    target = url(version) + raw_path().removeprefix(url("current"))
    found = redirect(f"{target}?{query}" if query else target, 302)
    found.headers["Cache-Control"] = "no-store"
    return found


@blueprint.get("/snapshots/<identifier>")
def version(identifier: str) -> Response:
    """A version: its manifest, how it came about, or a page that tells both."""
    form, listing = choose(*DESCRIPTIONS), catalogue().listing()
    found = version_of(listing, identifier)
    manifest = manifest_of(identifier)
    if form is JSON:
        return answer(form, lambda: as_json(manifest), version=identifier)
    if form is not HTML:
        origin = layout.origin()
        told = versiondata.description(listing, [manifest], origin, whole=False)
        return answer(form, lambda: rdf(form, told), origin, version=identifier)
    before, after = listing.around(identifier)
    return page(
        "versions_one.html",
        layout.this_page(identifier, alternates=alternates(url(identifier), *DESCRIPTIONS[:-1])),
        listing.tag,
        version=found,
        manifest=manifest,
        compiled=set(manifest.get("compiled_graphs", manifest["graphs"])),
        files=versiondata.files(manifest),
        history=manifest["base"] + HISTORY,
        comparable=versiondata.comparable(listing, found),
        before=before[0] if before else None,
        after=after[0] if after else None,
    )


def _manifests(shown: tuple[Version, ...]) -> Iterator[dict[str, Any]]:
    """The manifests of versions; one may have been pruned just now."""
    for one in shown:
        with suppress(Problem):
            yield manifest_of(one.snapshot.id)


def _neighbours(number: int, pages: int, form: Format) -> list[str]:
    """The links to the pages of a list around one."""
    found = {"first": 1, "prev": number - 1, "next": number + 1, "last": pages}
    return [
        f'<{PATH}?page={other}&format={form.name}>; rel="{relation}"'
        for relation, other in found.items()
        if pages > 1 and 1 <= other <= pages
    ]
