"""Browsing and searching over HTTP: a page, and the same rows as JSON, CSV and GeoJSON."""

from functools import partial
from typing import Any, Final

from flask import Blueprint, Flask, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics
from renkei_kg.web.finding import classes, formats, queries, shown, suggesting
from renkei_kg.web.finding.catalogue import Catalogues
from renkei_kg.web.finding.choice import SORTS
from renkei_kg.web.finding.found import Found, find, most
from renkei_kg.web.geo import drawing
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.pages import behind
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.sparql import described

VARY: Final = "Accept, Accept-Language, Accept-Encoding"
BROWSE: Final = "/browse"
SEARCH: Final = "/search"

blueprint = Blueprint("finding", __name__)


def install(app: Flask) -> None:
    """Adds browsing, searching and suggestions to an application."""
    app.extensions["catalogues"] = Catalogues()
    app.jinja_env.globals["built"] = built
    for path, answer in ((BROWSE, browse), (SEARCH, search)):
        for form in formats.DATA:
            address = f"{path}.{form.name}"
            app.add_url_rule(address, address, partial(answer, form.name), methods=["GET"])
    app.register_blueprint(blueprint)
    app.register_blueprint(suggesting.blueprint)
    app.register_blueprint(classes.blueprint)


def built(name: str) -> str:
    """The address of a script that ``make`` bundles; empty where it is not."""
    file = statics.files().get(f"built/{name}.js")
    return "" if file is None else file.address


@blueprint.get("/browse")
def browse(extension: str = "") -> Response:
    """Things, narrowed by facets."""
    if "class" in request.args and not extension:
        return classes.things()
    return answered(partial(_answer, BROWSE, extension))


@blueprint.get("/search")
def search(extension: str = "") -> Response:
    """Things that words are found in, the best first."""
    return answered(partial(_answer, SEARCH, extension))


def _answer(path: str, extension: str, view: View) -> Response:
    form = formats.negotiated(formats.OFFERED, extension)
    page = layout.this_page(view.version)
    headers = described(view.version, form.content_type) | {
        "Content-Language": page.lang,
        "Vary": VARY,
    }
    if form != HTML:
        address = (page.origin, page.path, str(page.arguments), page.lang, str(page.chosen))
        headers["ETag"] = statics.tag(view.version, *address, form.name)
        if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
            return layout.unchanged(headers)
    found = find(view, page)
    if form == HTML:
        return _page(path, found, view, page)
    if found.bad:
        raise Problem(400, found.bad)
    onward = _onward(path, form, found, page)
    links = [f'<{url}>; rel="{name}"' for name, url in onward.items() if url]
    headers["Link"] = ", ".join(
        [*links, f'<{_address(path, found, page)}>; rel="alternate"; type="text/html"']
    )
    return Response(_written(form, found, view, page, onward), headers=headers)


def _written(form: Format, found: Found, view: View, page: Page, onward: dict[str, str]) -> str:
    if form == formats.JSON:
        return formats.to_json(found, page, shown.facets(found), {**onward})
    if form == formats.CSV:
        return formats.to_csv(found, page)
    regions = {one.iri: one.point for one in drawing.atlas_of(view).regions}
    things = drawing.points_of(view, (one.ref.iri for one in found.items))
    return formats.to_geojson(found, page, {**things, **regions})


def _address(path: str, found: Found, page: Page, number: int = 1) -> str:
    arguments = shown.arguments(found, found.choice)
    return page.origin + page.link(path, **{**arguments, "page": number if number > 1 else None})


def _onward(path: str, form: Format, found: Found, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after; empty where there is none."""
    number = found.pager.number
    others = {"prev": number - 1, "next": number + 1 if number < found.pager.pages else 0}
    target = f"{path}.{form.name}"
    return {name: _address(target, found, page, other) if other else "" for name, other in others.items()}


def _page(path: str, found: Found, view: View, page: Page) -> Response:
    arguments = shown.arguments(found, found.choice)
    offered = [
        (one.name, page.link(f"{path}.{one.name}", **arguments), one.media_type) for one in formats.DATA
    ]
    words = found.choice.words
    context: dict[str, Any] = {
        "found": found,
        "choice": found.choice,
        "path": path,
        "searched": words,
        "facets": shown.facets(found),
        "chips": shown.chips(found, page, path),
        "clear": page.link(path, q=words if path == SEARCH else None),
        "unfiltered": page.link(path, q=words),
        "data": offered,
        "sorts": SORTS if words else SORTS[1:],
        "alone": [(one, number, page.link(path, q=one)) for one, number in found.alone],
        "behind": behind(view, page, queries.text(found.choice, page.lang, most())),
    }
    template = "search.html" if path == SEARCH else "browse.html"
    return layout.show(template, page, "finding", **context)
