"""Citations in the description of the HTTP surface."""

from typing import Any, Final

from renkei_kg.web import cite, protocol, results
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format
from renkei_kg.web.openapi_parts import ALWAYS, IRI, TEXT, Object, content_of, graph_content, response
from renkei_kg.web.words import LANGUAGES

VERSION: Final[Object] = {"type": "string", "examples": ["20300101T120000Z-453b72f7924c", "current"]}
QUERY: Final[Object] = {"type": "string", "examples": ["ASK {}"]}
NAME: Final[Object] = {"type": "string", "minLength": 1}
IRIS: Final[Object] = {"type": "array", "items": IRI}


def _names(*formats: Format) -> Object:
    return {"type": "string", "enum": [form.name for form in formats]}


CITED: Final[dict[str, tuple[str, Object]]] = {
    "query": ("The query whose answer is cited. Without it: the version as a whole.", QUERY),
    "resource": ("The thing that is cited, by its IRI.", IRI),
    "result": ("The kept answer that is cited, by its name.", NAME),
    "version": ("The version that is cited. If not given: the one served.", VERSION),
    "answer": ("The format of the answer.", _names(*SOLUTIONS, *GRAPHS)),
    "default-graph-uri": ("The graphs whose union is the default graph.", IRIS),
    "named-graph-uri": ("The named graphs.", IRIS),
}
OWN: Final[dict[int, str]] = {
    201: "The answer is kept now, where Location says.",
    303: "For a browser: the page of the citation whose answer is kept now.",
    429: "One client has too many queries under way, or has had its share of answers kept today.",
}
FORM: Final[dict[str, tuple[str, Object]]] = {
    "format": ("The format of the citation, before Accept.", _names(*cite.FORMATS, HTML)),
    "lang": ("The language of the citation.", {"type": "string", "enum": list(LANGUAGES)}),
}


def paths() -> dict[str, Object]:
    """The paths, each with what its methods do there."""
    citation: Object = {form.media_type: TEXT for form in cite.FORMATS}
    citation |= {cite.CSL.media_type: {"schema": {"type": "array"}}, HTML.media_type: TEXT}
    fields = {**CITED, **FORM}
    form = {"type": "object", "properties": {name: schema for name, (_, schema) in fields.items()}}
    bodies = {protocol.FORM_TYPE: {"schema": form}, protocol.QUERY_TYPE: {"schema": QUERY}}
    asking = [_parameter(name, *told) for name, told in fields.items()]
    where = [_in_path("version", VERSION), _in_path("name", NAME)]
    return {
        cite.PATH: {
            "get": _operation(
                "cite",
                "How to cite the answer to a query, a thing or a version. Nothing is kept.",
                {200: citation},
                *(403, 404, 406, 429, 504, 507),
                parameters=asking,
            ),
            "post": _operation(
                "keepCitation",
                "The same; the version is marked as cited, and the bytes of the answer are kept.",
                {200: citation, 201: citation, 303: None},
                *(403, 404, 406, 415, 429, 504, 507),
                parameters=asking,
                requestBody={"content": bodies},
            ),
        },
        results.LABEL: {
            "get": _operation(
                "keptAnswer",
                "The bytes of an answer that a citation keeps, always the same.",
                {200: {**content_of(*SOLUTIONS), **graph_content()}, 302: None, 304: None},
                404,
                parameters=where,
            )
        },
    }


def _operation(
    name: str, summary: str, answers: dict[int, Object | None], *statuses: int, **more: Any
) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {
        str(status): {**response(status, content), **({"description": OWN[status]} if status in OWN else {})}
        for status, content in every.items()
    }
    return {"operationId": name, "summary": summary, "responses": responses, **more}


def _parameter(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _in_path(name: str, schema: Object) -> Object:
    return {"name": name, "in": "path", "required": True, "schema": schema}
