"""Reconciliation in the description of the HTTP surface. Its own specification says more."""

from typing import Any, Final

from renkei_kg.web.negotiate import HTML
from renkei_kg.web.openapi_parts import ALWAYS, JSON, TEXT, Object, object_of, response
from renkei_kg.web.protocol import FORM_TYPE
from renkei_kg.web.reconcile.asked import BATCH
from renkei_kg.web.reconcile.manifest import PATH

FAILING: Final = (404, 429, 504, 507)
STRING: Final = {"type": "string"}
NUMBER: Final = {"type": "integer", "minimum": 0}
ANY: Final = {JSON: {"schema": {"type": "object"}}}
RESULT: Final = {JSON: {"schema": object_of("result", result={"type": "array", "items": {"type": "object"}})}}
CARD: Final = {JSON: {"schema": object_of("id html", id=STRING, html=STRING)}}
PAGE: Final = {HTML.media_type: TEXT}
QUERIES: Final = (
    f"A reconciliation query batch, as JSON (specification 0.2, section 4.1); at most {BATCH} queries."
)
EXTEND: Final = "A data extension query, as JSON (section 7.3), instead of queries."
KIND: Final = {
    "name": "kind",
    "in": "path",
    "required": True,
    "schema": {"enum": ["entity", "property", "type"]},
}
LANGUAGE: Final = {"name": "lang", "in": "path", "required": True, "schema": {"enum": ["ja", "en"]}}
ID: Final = {
    "name": "id",
    "in": "query",
    "required": True,
    "description": "The identifier.",
    "schema": STRING,
}


def paths() -> dict[str, Object]:
    """The paths, each with what GET, and at the service POST, do there."""
    language = _query("lang", "The language of names.", {"type": "string", "enum": ["ja", "en"]})
    told = "The manifest of the reconciliation service, or the answer to what is asked."
    asked = [_query("queries", QUERIES, STRING), _query("extend", EXTEND, STRING), language]
    queries, extend = {**STRING, "description": QUERIES}, {**STRING, "description": EXTEND}
    form = {"type": "object", "properties": {"queries": queries, "extend": extend}}
    service = _get("reconcile", told, ANY, asked)
    service["post"] = {
        "operationId": "reconcilePost",
        "summary": "Candidates for names, or values of properties.",
        "parameters": [language],
        "requestBody": {"required": True, "content": {FORM_TYPE: {"schema": form}}},
        "responses": _responses({200: ANY}, 403, 415),
    }
    typed = [
        _query("prefix", "What is typed.", STRING),
        _query("cursor", "How many suggestions to leave out.", NUMBER),
        _query("limit", "How many suggestions to give.", NUMBER),
        _query("type", "The type of entities, by IRI, prefix or name.", STRING),
    ]
    proposed = [_query("type", "The type.", STRING), _query("limit", "How many properties.", NUMBER)]
    found = {
        PATH: service,
        f"{PATH}/preview": _get("preview", "An entity, for a frame.", PAGE, [ID, language]),
        f"{PATH}/view": _get("view", "From an identifier to its page.", None, [ID, language]),
        f"{PATH}/features": _get("features", "How scores are made.", PAGE, [language]),
    }
    for name, what, content, parts, parameters in (
        ("suggest", "Entities, properties or types by what is typed.", RESULT, [KIND], typed),
        ("flyout", "An entity, property or type in short, as HTML.", CARD, [KIND], [ID]),
        ("properties", "The properties of a type.", ANY, [], proposed),
    ):
        path = f"{PATH}/{name}" + ("/{kind}" if parts else "")
        found[path] = _get(name, what, content, [*parts, *parameters, language])
        found[f"{path}/{{lang}}"] = _get(
            f"{name}In", f"{what[:-1]}, in a language.", content, [*parts, LANGUAGE, *parameters]
        )
    return found


def _get(name: str, summary: str, content: Object | None, parameters: list[Any]) -> Object:
    answers: dict[int, Object | None] = {200: content, 304: None} if content else {303: None}
    return {
        "get": {
            "operationId": name if name == "reconcile" else f"reconcile{name.capitalize()}",
            "summary": summary,
            "parameters": parameters,
            "responses": _responses(answers, 413),
        }
    }


def _responses(answers: dict[int, Object | None], *more: int) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *FAILING, *more}))}
    return {str(status): response(status, content) for status, content in every.items()}


def _query(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}
