"""The pages of versions in the description of the HTTP surface."""

from typing import Any, Final

from renkei_kg.web.differences import MOST_ENTITIES
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.openapi_parts import ALWAYS, JSON, TEXT, Object, graph_content, response
from renkei_kg.web.timemap import LINKS
from renkei_kg.web.versiondata import PATH
from renkei_kg.web.versionfiles import KINDS, RDF_PATCH
from renkei_kg.web.versionpages import FEED
from renkei_kg.web.versionview import DESCRIPTIONS
from renkei_kg.web.versionview import TEXT as PLAIN

VERSION: Final[Object] = {"type": "string", "examples": ["20300101T120000Z-453b72f7924c"]}
LANGUAGE: Final[Object] = {"type": "string", "enum": ["ja", "en"]}
ANY: Final[Object] = {"schema": {"type": "object"}}


def paths() -> dict[str, Object]:
    """The paths, each with what GET does there."""
    one = f"{PATH}/{{identifier}}"
    described = {JSON: ANY, **graph_content(), HTML.media_type: TEXT}
    plain = {JSON: ANY, PLAIN.media_type: TEXT, HTML.media_type: TEXT}
    links = {LINKS.media_type: TEXT, JSON: ANY, HTML.media_type: TEXT}
    files: Object = {kind.partition(";")[0]: {} for kind in KINDS.values()}
    version = _in_path("identifier", "The whole id of a version.", VERSION)
    name = _in_path("name", "The name of a file.")
    other = _parameter("from", "The version to compare with. The one before, if not given.", VERSION)
    page = _parameter("page", "The page of the list.", {"type": "integer", "minimum": 1})
    language = _parameter("lang", "The language of the page.", LANGUAGE)
    below = _in_path("below", "What is below the version.")
    original = _in_path("original", "The path of the page, without the slash that it begins with.")
    most = f"The first {MOST_ENTITIES} things are told."
    return {
        PATH: _get(
            "versions",
            "The versions, newest first.",
            described,
            *(404, 406),
            parameters=[page, language, _formats(*DESCRIPTIONS)],
        ),
        f"{PATH}/feed": _get(
            "versionFeed",
            "The versions as an Atom feed.",
            {FEED.media_type: TEXT},
            404,
            parameters=[page, language],
        ),
        f"{PATH}/current": _get("currentVersion", "Leads to the version served.", None, 404),
        f"{PATH}/current/{{below}}": _get(
            "belowCurrentVersion", "Leads to the same of the version served.", None, 404, parameters=[below]
        ),
        one: _get(
            "version",
            "A version: its manifest, how it came about, a page that tells both.",
            described,
            *(404, 406),
            parameters=[version, language, _formats(*DESCRIPTIONS)],
        ),
        f"{one}/patch": _get(
            "versionPatch",
            "What makes the version of the one before, as an RDF Patch.",
            {RDF_PATCH.media_type: TEXT},
            *(404, 406, 504, 507),
            parameters=[version, other, _formats(RDF_PATCH)],
        ),
        f"{one}/changes": _get(
            "versionChanges",
            f"What changed since the version before, thing by thing. {most}",
            plain,
            *(404, 406, 504, 507),
            parameters=[version, other, page, language, _formats(DESCRIPTIONS[0], PLAIN, HTML)],
        ),
        f"{one}/report/{{name}}": _get(
            "versionReport", "The validation report.", files, *(404, 507), parameters=[version, name]
        ),
        "/timemap/{original}": _get(
            "timemap",
            "Every version of a page that is kept (RFC 7089).",
            links,
            *(404, 406),
            parameters=[original, language, _formats(LINKS, DESCRIPTIONS[0], HTML)],
        ),
    }


def _get(name: str, summary: str, content: Object | None, *statuses: int, **more: Any) -> Object:
    answers: dict[int, Object | None] = {302: None} if content is None else {200: content, 304: None}
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, found) for status, found in every.items()}
    return {"get": {"operationId": name, "summary": summary, "responses": responses, **more}}


def _in_path(name: str, description: str, schema: Object | None = None) -> Object:
    found = schema or {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": found}


def _parameter(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _formats(*formats: Format) -> Object:
    names = {"type": "string", "enum": [form.name for form in formats]}
    return _parameter("format", "The format, before Accept.", names)
