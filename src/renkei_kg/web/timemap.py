"""``/timemap/PATH``: every memento of a page (RFC 7089, section 5)."""

import json
from typing import Final

from flask import Blueprint, Response

from renkei_kg.versions.timeline import created, moment
from renkei_kg.web import layout, versionview
from renkei_kg.web.exchange import made
from renkei_kg.web.memento import LINK_FORMAT, NO_MEMENTO, TIMEMAP, Past, address, past
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem

LINKS: Final = Format("link", LINK_FORMAT)

blueprint = Blueprint("timemap", __name__)


@blueprint.get("/timemap/<path:original>")
def timemap(original: str) -> Response:  # noqa: ARG001  # the path as it was sent is what counts
    """The mementos of a path as links, as JSON or as a page."""
    form = versionview.choose(LINKS, versionview.JSON, HTML)
    raw = versionview.raw_path()
    with past(raw.removeprefix(TIMEMAP)) as found:
        mementos = [one for one in found.identifiers if found.has(one)]
    if not mementos:
        raise Problem(404, NO_MEMENTO)
    if form is HTML:
        offered = versionview.alternates(raw, LINKS, versionview.JSON)
        shown = layout.this_page(alternates=offered)
        rows = [(one, _moment(found, one)) for one in reversed(mementos)]
        return versionview.page("versions_timemap.html", shown, *mementos, past=found, rows=rows)
    make = as_links if form is LINKS else as_json
    return versionview.answer(form, lambda: make(found, mementos).encode(), layout.origin(), raw, *mementos)


def as_links(found: Past, mementos: list[str]) -> str:
    """A TimeMap in link format (RFC 6690)."""
    lines = [
        f'<{address(found.original)}>; rel="original timegate"',
        f'<{_own(found)}>; rel="self"; type="{LINK_FORMAT}"; '
        f'from="{made(mementos[0])}"; until="{made(mementos[-1])}"',
    ]
    for place, one in enumerate(mementos):
        ends = ["first"] * (place == 0) + ["last"] * (one == mementos[-1])
        relation = " ".join([*ends, "memento"])
        lines.append(f'<{address(found.original, one)}>; rel="{relation}"; datetime="{made(one)}"')
    return ",\n".join(lines) + "\n"


def as_json(found: Past, mementos: list[str]) -> str:
    """A TimeMap as other archives give it in JSON (https://github.com/oduwsdl/MemGator)."""
    listed = [{"datetime": _moment(found, one), "uri": address(found.original, one)} for one in mementos]
    said = {
        "original_uri": address(found.original),
        "self": f"{_own(found)}?format=json",
        "mementos": {"list": listed, "first": listed[0], "last": listed[-1]},
        "timemap_uri": {"link_format": _own(found), "json_format": f"{_own(found)}?format=json"},
        "timegate_uri": address(found.original),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _own(found: Past) -> str:
    return f"{layout.origin()}{TIMEMAP}{found.original}"


def _moment(found: Past, identifier: str) -> str:
    version = found.listing.find(identifier)
    assert version is not None
    return moment(created(version.snapshot))
