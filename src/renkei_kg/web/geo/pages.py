"""The map as a page, and as GeoJSON."""

import json
from dataclasses import replace
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request

from renkei_kg.config import Settings
from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics
from renkei_kg.web.geo import atlas, drawing, filters, geojson, mapped, places, tiles
from renkei_kg.web.geo.filters import Choices, Filter
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.resources import ByVersion
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View
from renkei_kg.web.sparql import described

SCRIPT: Final = "built/map.js"
STYLE: Final = "built/map.css"

blueprint = Blueprint("geo", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Adds the map and the pages of places to an application. Raises SettingError."""
    app.extensions |= {"atlas": ByVersion(atlas.read), "tiles": tiles.read(settings)}
    app.register_blueprint(blueprint)
    places.install()


@blueprint.get("/map")
def show() -> Response:
    """The map, with the same content as a list."""
    return answered(_page)


def _page(view: View) -> Response:
    page = layout.this_page(view.version)
    offered = filters.choices(view, page)
    chosen = filters.read(request.args, offered)
    wanted: tiles.Tiles = current_app.extensions["tiles"]
    files = statics.files()
    response = layout.show(
        "map.html",
        page,
        f"map {wanted}",
        chosen=chosen,
        offered=offered,
        names={one.iri: one for one in (*offered.areas, *offered.subprefectures, *offered.kinds)},
        layers=mapped.layers(view, page, drawing.atlas_of(view), chosen),
        picture=_picture(view, page, offered, chosen),
        geojson=page.link("/map.geojson", **chosen.arguments()),
        tiles=wanted,
        script=files[SCRIPT].address if SCRIPT in files else "",
        style=files[STYLE].address if STYLE in files else "",
        name=filters.name,
    )
    response.headers["Content-Security-Policy"] = wanted.policy
    return response


def _picture(view: View, page: Page, offered: Choices, chosen: Filter) -> drawing.Picture | None:
    """The map, whose regions and areas lead to what is in them alone."""

    def to_region(ref: Ref) -> str:
        return page.link("/map", **replace(chosen, area="", subprefecture=ref.iri).arguments())

    def to_area(ref: Ref) -> str:
        return page.link("/map", **replace(chosen, area=ref.iri, subprefecture="").arguments())

    on = {chosen.subprefecture} if chosen.subprefecture else set[str]()
    if chosen.area and not on:
        on = {iri for iri, areas in offered.areas_of.items() if chosen.area in areas}
    return drawing.picture(view, page, to_region, to_area, on)


@blueprint.get("/map.geojson")
def data() -> Response:
    """What is on the map, as GeoJSON."""
    return answered(_data)


def _data(view: View) -> Response:
    page = layout.this_page(view.version)
    headers = described(view.version, geojson.GEOJSON.media_type)
    headers |= {
        "Content-Language": page.lang,
        "Vary": "Accept-Language, Accept-Encoding",
        "ETag": statics.tag(view.version, page.origin, str(page.arguments), page.lang, str(page.chosen)),
    }
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    offered = filters.choices(view, page)
    chosen = filters.read(request.args, offered)
    found = drawing.atlas_of(view)
    pages = drawing.picture(view, page, lambda one: one.href, lambda one: one.href)
    layers = mapped.layers(view, page, found, chosen)
    there = page.origin + page.link("/map", **chosen.arguments())
    headers["Link"] = f'<{there}>; rel="alternate"; type="text/html"'
    document = geojson.document(found, pages.regions if pages else [], layers)
    return Response(json.dumps(document, ensure_ascii=False, separators=(",", ":")), headers=headers)
