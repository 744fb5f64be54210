"""What belongs to a version: the patch that made it, what it changed, and its report."""

import json
from typing import Any, Final

from flask import Blueprint, Response, current_app

from renkei_kg.versions.catalogue import Listing
from renkei_kg.versions.differ import CHANGES, PATCH
from renkei_kg.versions.history import Version
from renkei_kg.versions.provenance import PATCH_FILE
from renkei_kg.web import layout, versiondata
from renkei_kg.web.differences import MOST_BYTES, Asked, Differences
from renkei_kg.web.linked.addresses import Addresses
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.versiondata import url
from renkei_kg.web.versionview import (
    JSON,
    NOT_KEPT,
    TEXT,
    alternates,
    answer,
    argument,
    as_json,
    catalogue,
    choose,
    manifest_of,
    page,
    place,
    version_of,
)

ENTITIES: Final = 100
RDF_PATCH: Final = Format("patch", "application/rdf-patch", (TEXT.media_type,))
KINDS: Final = {
    "ttl": "text/turtle; charset=utf-8",
    "txt": TEXT.content_type,
}
ANOTHER: Final = "Compare it with another one by ?from=ID."
FIRST: Final = f"This version is the first of its line: it changed nothing. {ANOTHER}"
PARENT_GONE: Final = f"The version before this one is not kept any more. {ANOTHER}"

blueprint = Blueprint("versionfiles", __name__)


@blueprint.get("/snapshots/<identifier>/patch")
def patch(identifier: str) -> Response:
    """What makes a version of its parent, or of another, as an RDF Patch."""
    form, listing = choose(RDF_PATCH), catalogue().listing()
    found, origin = version_of(listing, identifier), argument("from")
    name = f'inline; filename="{identifier}.rdfp"'
    more = {"Content-Type": f"{form.media_type}; charset=utf-8", "Content-Disposition": name}
    if origin is None and PATCH_FILE in manifest_of(identifier)["files"]:
        return answer(form, lambda: _read(found, PATCH_FILE), "", version=identifier, **more)
    before = _before(listing, found, origin)
    if not before:
        raise Problem(404, PARENT_GONE)
    differences: Differences = current_app.extensions["differences"]
    asked = Asked(before, identifier, PATCH)
    return answer(form, lambda: differences.of(asked), before, version=identifier, **more)


@blueprint.get("/snapshots/<identifier>/changes")
def changes(identifier: str) -> Response:
    """What a version changed of its parent, or of another, by entities."""
    form, listing = choose(JSON, TEXT, HTML), catalogue().listing()
    found, origin = version_of(listing, identifier), argument("from")
    before = _before(listing, found, origin)
    shown = layout.this_page(identifier, alternates=alternates(url(identifier, "/changes"), JSON, TEXT))
    differences: Differences = current_app.extensions["differences"]

    addresses = Addresses(found.snapshot.manifest["base"], url(identifier))

    def told() -> dict[str, Any]:
        said: dict[str, Any] = json.loads(differences.of(Asked(before, identifier, CHANGES, shown.lang)))
        return {"from": before or found.snapshot.parent, "to": identifier, **said}

    if form is HTML:
        said = told()
        part = place(len(said["entities"]), ENTITIES)
        return page(
            "versions_changes.html",
            shown,
            before,
            said=said,
            part=part,
            entities=said["entities"][part.first : part.last],
            addresses=addresses,
            patch=url(identifier, f"/patch?from={before}" if origin else "/patch"),
        )

    def body() -> bytes:
        return versiondata.as_text(told()).encode() if form is TEXT else as_json(told())

    return answer(form, body, before, shown.lang, version=identifier)


@blueprint.get("/snapshots/<identifier>/report/<name>")
def file(identifier: str, name: str) -> Response:
    """A file of the report that a version was published with."""
    found = version_of(catalogue().listing(), identifier)
    path = f"report/{name}"
    known = versiondata.files(manifest_of(identifier)).get(path)
    if known is None:
        raise Problem(404, f"This version was published without a file {path[:80]}.")
    kind = KINDS.get(name.rpartition(".")[2], "application/octet-stream")
    headers = {"Content-Type": kind, "ETag": f'"{known["sha256"][:32]}"', "Vary": "Accept-Encoding"}
    return answer(TEXT, lambda: _read(found, path), "", version=identifier, **headers)


def _before(listing: Listing, version: Version, origin: str | None) -> str:
    """The id of the version to compare with; empty when only the patch can tell. Raises Problem 404."""
    if origin is not None:
        return version_of(listing, origin).snapshot.id
    parent = version.snapshot.parent
    if parent is None:
        raise Problem(404, FIRST)
    if listing.find(parent) is None:
        if not versiondata.comparable(listing, version):
            raise Problem(404, PARENT_GONE)
        return ""
    return parent


def _read(version: Version, name: str) -> bytes:
    try:
        file = version.snapshot.path / name
        if file.stat().st_size > MOST_BYTES:
            raise Problem(507, "The file is too large to be had from here.", {"limit": "page"})
        return file.read_bytes()
    except OSError:
        raise Problem(404, NOT_KEPT.format(name=version.snapshot.id)) from None
