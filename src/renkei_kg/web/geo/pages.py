"""The map as a page, and as GeoJSON."""

import json
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

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
        geojson=page.link("/map.geojson") + _more(page, chosen),
        tiles=wanted,
        script=files[SCRIPT].address if SCRIPT in files else "",
        style=files[STYLE].address if STYLE in files else "",
        name=filters.name,
    )
    response.headers["Content-Security-Policy"] = wanted.policy
    return response


def _more(page: Page, chosen: Filter) -> str:
    """The filter as the rest of an address that may have a query already."""
    arguments = chosen.arguments()
    return (("&" if page.chosen else "?") + urlencode(arguments)) if arguments else ""


def _picture(view: View, page: Page, offered: Choices, chosen: Filter) -> drawing.Picture | None:
    """The map, whose regions and areas lead to what is in them alone."""

    def narrowed(key: str, ref: Ref) -> str:
        arguments = {"area": None, "subprefecture": None, "show": None, key: filters.name(ref.iri)}
        shown = [("show", one) for one in chosen.layers if chosen.layers != filters.LAYERS]
        address = page.link("/map", **{**arguments, "kind": filters.name(chosen.kind)})
        return address + (f"&{urlencode(shown)}" if shown else "")

    on = {chosen.subprefecture} if chosen.subprefecture else set[str]()
    if chosen.area and not on:
        on = {iri for iri, areas in offered.areas_of.items() if chosen.area in areas}
    return drawing.picture(view, page, partial(narrowed, "subprefecture"), partial(narrowed, "area"), on)


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
        "Link": f'<{page.origin}{page.link("/map", **_arguments(page))}>; rel="alternate"; type="text/html"',
    }
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    offered = filters.choices(view, page)
    chosen = filters.read(request.args, offered)
    found = drawing.atlas_of(view)
    pages = drawing.picture(view, page, lambda one: one.href, lambda one: one.href)
    layers = mapped.layers(view, page, found, chosen)
    document = geojson.document(found, pages.regions if pages else [], layers)
    return Response(json.dumps(document, ensure_ascii=False, separators=(",", ":")), headers=headers)


def _arguments(page: Page) -> dict[str, Any]:
    return {key: value for key, value in page.arguments if key in ("area", "subprefecture", "kind")}
