"""Linked data and the pages around it in the description of the HTTP surface."""

from typing import Any, Final

from renkei_kg.web.geo.filters import LAYERS
from renkei_kg.web.geo.geojson import GEOJSON
from renkei_kg.web.linked.addresses import EXTENSIONS, VERSIONS
from renkei_kg.web.linked.context import MEDIA_TYPE
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.openapi_parts import ALWAYS, TEXT, Object, content_of, response

KEPT: Final = f"/{VERSIONS}{{version}}"
MADE: Final = (404, 406, 504, 507)
PAGE: Final = {HTML.media_type: TEXT}


def paths() -> dict[str, Object]:
    """The paths, each with what GET does there."""
    data = content_of(*EXTENSIONS.values())
    language = _query("lang", "The language of the page.", {"type": "string", "enum": ["ja", "en"]})
    number = _query("page", "The page of what points to it.", {"type": "integer", "minimum": 1})
    path = _in_path("path", "The path of an IRI below the base of the graph.")
    found: dict[str, Object] = {}
    for start, name, of, first in (
        ("", "", "", []),
        (KEPT, "Kept", " in a version that is kept", [_version()]),
    ):
        where = [*first, path]
        found |= {
            f"{start}/id/{{path}}": _get(
                f"identifier{name}",
                f"From the IRI of a thing to what describes it{of}.",
                {303: None},
                *MADE,
                parameters=[*where, language],
            ),
            f"{start}/page/{{path}}": _get(
                f"page{name}",
                f"The page about a thing{of}.",
                {200: PAGE, 304: None},
                *MADE,
                parameters=[*where, language, number],
            ),
            f"{start}/data/{{path}}": _get(
                f"data{name}",
                f"The description of a thing{of}, in the format that the path ends in: "
                f"{', '.join(EXTENSIONS)}.",
                {200: data, 303: None, 304: None},
                *MADE,
                parameters=[*where, number],
            ),
            f"{start}/context.jsonld": _get(
                f"context{name}",
                f"The context of the JSON-LD{of}.",
                {200: {MEDIA_TYPE: {"schema": {"type": "object"}}}, 304: None},
                *MADE,
                parameters=first,
            ),
            f"{start}/{{path}}": _get(
                f"anything{name}",
                f"Any other IRI below the base{of}: a named graph, a namespace, the catalogue (/catalog) "
                "and its datasets, or what describes it.",
                {200: {**PAGE, **data}, 302: None, 303: None, 304: None},
                *MADE,
                parameters=[*where, language, number],
            ),
        }
    listed = {200: PAGE, 304: None}
    return {
        **found,
        "/map": _get(
            "map", "What is where, as a map and a list.", listed, 400, *MADE, parameters=[*places(), language]
        ),
        "/map.geojson": _get(
            "mapData",
            "What is where, as GeoJSON.",
            {200: {GEOJSON.media_type: {"schema": {"type": "object"}}}, 304: None},
            *(400, *MADE),
            parameters=[*places(), language],
        ),
        **_of_the_site(language),
        "/static/{name}": _get(
            "static",
            "Files of the pages.",
            {200: {"text/css": TEXT, "image/svg+xml": TEXT}, 304: None},
            404,
            parameters=[_in_path("name", "The name of a file, with a hash of its content.")],
        ),
    }


def _of_the_site(language: Object) -> dict[str, Object]:
    """What the site says of itself."""
    sitemap: dict[int, Object | None] = {200: {"application/xml": TEXT}, 304: None}
    number = _in_path("number", "The number of the sitemap, from 1.") | {
        "schema": {"type": "integer", "minimum": 1}
    }
    return {
        "/.well-known/void": _get(
            "void",
            "The root of the description of all data in VoID; a browser is led to the page about it.",
            {200: content_of(*EXTENSIONS.values()), 303: None, 304: None},
            *(404, 406, *MADE),
        ),
        "/about": _get(
            "about", "What this is, its sources and quality.", {200: PAGE, 304: None}, parameters=[language]
        ),
        "/robots.txt": _get("robots", "Which pages robots may read.", {200: {"text/plain": TEXT}, 304: None}),
        "/sitemap.xml": _get("sitemap", "Every page, or the sitemaps that have them.", sitemap),
        "/sitemap/{number}.xml": _get(
            "sitemapPart", "One of several sitemaps.", sitemap, 404, parameters=[number]
        ),
    }


def places() -> list[Object]:
    """What narrows the map."""
    layers = {"type": "array", "items": {"type": "string", "enum": [*LAYERS]}}
    return [
        _query("area", "The cooperation area, by the last part of its IRI.", {"type": "string"}),
        _query("subprefecture", "The subprefecture, by the last part of its IRI.", {"type": "string"}),
        _query("kind", "The class of assets, by the last part of its IRI.", {"type": "string"}),
        _query("show", "What is shown; all of it, if not given.", layers),
    ]


def _get(name: str, summary: str, answers: dict[int, Object | None], *statuses: int, **more: Any) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, content) for status, content in every.items()}
    return {"get": {"operationId": name, "summary": summary, "responses": responses, **more}}


def _in_path(name: str, description: str) -> Object:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _version() -> Object:
    return _in_path("version", "The whole id of a version.")


def _query(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}
