"""Browsing, searching and suggestions in the description of the HTTP surface."""

from typing import Any, Final

from renkei_kg.web.finding.choice import LONGEST, MOST_SIZE, SORTS
from renkei_kg.web.finding.facets import KEYS
from renkei_kg.web.finding.formats import CSV, DATA, JSON
from renkei_kg.web.finding.suggesting import DESCRIPTION, OPENSEARCH
from renkei_kg.web.geo.geojson import GEOJSON
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.openapi_parts import ALWAYS, TEXT, Object, response

FAILING: Final = (400, 404, 406, 504, 507)
ANY: Final[Object] = {"schema": {"type": "object"}}
BODIES: Final = {JSON.media_type: ANY, CSV.media_type: TEXT, GEOJSON.media_type: ANY}
PAGE: Final = {HTML.media_type: TEXT}
MEANINGS: Final = {
    "kind": "The class of things",
    "area": "The cooperation area",
    "subprefecture": "The subprefecture",
    "theme": "The theme, with what is below it",
    "asset": "The class of assets that things are or have",
    "certainty": "How certain the reading is",
    "year": "The fiscal year",
}


def paths() -> dict[str, Object]:
    """The paths, each with what GET does there."""
    found: dict[str, Object] = {}
    for path, what, more in (
        ("/browse", "Named things, narrowed by facets", [_class()]),
        ("/search", "Named things that words are found in, the best first", []),
    ):
        name = path.removeprefix("/")
        found[path] = _get(
            name, f"{what}.", {200: {**PAGE, **BODIES}, 304: None}, [*_asked(), *more, _format(DATA, HTML)]
        )
        for form in DATA:
            kept = {200: {form.media_type: BODIES[form.media_type]}, 304: None}
            found[f"{path}.{form.name}"] = _get(
                f"{name}.{form.name}", f"{what}, in this format.", kept, _asked()
            )
    found["/browse/classes"] = _get(
        "classes", "The classes of the graph with their numbers.", {200: PAGE, 304: None}, [_language()]
    )
    suggested = {200: {JSON.media_type: ANY, OPENSEARCH.media_type: {"schema": {"type": "array"}}}, 304: None}
    found["/suggest"] = _get(
        "suggest",
        "Things whose names begin with what is typed, or have it inside; at most eight.",
        suggested,
        [_words(), _language(), _format((JSON, OPENSEARCH))],
    )
    found["/opensearch.xml"] = _get(
        "opensearch", "How a browser adds this search.", {200: {DESCRIPTION: TEXT}, 304: None}, [_language()]
    )
    return found


def _asked() -> list[Object]:
    several = {"type": "array", "items": {"type": "string"}}
    facets = [
        _query(key, f"{MEANINGS[key]}, by the last part of its IRI or by all of it; any of several.", several)
        for key in KEYS
    ]
    return [
        _words(),
        *facets,
        _query("sort", "The order: relevance, where there are words, is the usual one.", _one_of(SORTS)),
        _query("page", "The page of the list.", {"type": "integer", "minimum": 1}),
        _query("size", "How many on a page.", {"type": "integer", "minimum": 1, "maximum": MOST_SIZE}),
        _language(),
    ]


def _words() -> Object:
    return _query("q", "The words to search for.", {"type": "string", "maxLength": LONGEST})


def _class() -> Object:
    told = "Instead of all else: the class whose things are listed, named or not, by its IRI or prefix."
    return _query("class", told, {"type": "string"})


def _language() -> Object:
    return _query("lang", "The language of names and words.", _one_of(("ja", "en")))


def _format(forms: tuple[Any, ...], *more: Any) -> Object:
    return _query("format", "The format, instead of Accept.", _one_of([one.name for one in (*more, *forms)]))


def _one_of(values: Any) -> Object:
    return {"type": "string", "enum": list(values)}


def _query(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _get(name: str, summary: str, answers: dict[int, Object | None], parameters: list[Object]) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *FAILING}))}
    responses = {str(status): response(status, content) for status, content in every.items()}
    return {
        "get": {"operationId": name, "summary": summary, "responses": responses, "parameters": parameters}
    }
