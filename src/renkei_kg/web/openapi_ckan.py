"""The API for catalogues, and the list of open data, in the description of the HTTP surface."""

from collections.abc import Sequence
from typing import Any, Final

from renkei_kg.web.ckan import datalist
from renkei_kg.web.ckan.actions import ACTIONS, MOST_ROWS
from renkei_kg.web.ckan.searching import LONGEST, SUPPORTED
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.openapi_parts import ALWAYS, JSON, TEXT, Object, object_of, response

NATURAL: Final[Object] = {"type": "integer", "minimum": 0}
PAGE: Final = {HTML.media_type: TEXT, JSON: {"schema": {"type": "object"}}}
ANSWER: Final[Object] = object_of(
    "help success",
    help={"type": "string", "format": "uri"},
    success={"type": "boolean"},
    result={"description": "What the action gives, when it succeeds."},
    error={**object_of("__type", __type={"type": "string"}), "description": "Why, when it does not."},
)
WORDS: Final[Object] = {"type": "string", "maxLength": LONGEST}
PARAMETERS: Final[dict[str, tuple[str, Object]]] = {
    "id": ("The name or the UUID of what is asked for.", {"type": "string"}),
    "q": ("Words to search for, and filters.", WORDS),
    "fq": (f"Filters. {SUPPORTED}", WORDS),
    "sort": ("The order, such as `id asc`.", {"type": "string"}),
    "start": ("How many to pass over.", NATURAL),
    "rows": (f"How many to give; {MOST_ROWS} at most.", NATURAL),
    "limit": ("How many of a list to give.", NATURAL),
    "offset": ("How many of a list to pass over.", NATURAL),
}
FAILING: Final = (404, 409, 504, 507)


def paths() -> dict[str, Object]:
    """The paths, each with what GET and POST do there."""
    name = {"type": "string", "examples": list(ACTIONS)}
    in_path = {"name": "name", "in": "path", "required": True, "description": "The action.", "schema": name}
    language = _query("lang", "The language of the page.", {"type": "string", "enum": ["ja", "en"]})
    marked = _query("bom", "1: begins with a byte order mark, for Excel.", {"enum": ["0", "1"]})
    asked = [_query(key, *told) for key, told in PARAMETERS.items()]
    by_id, listed = [one for one in asked if one["name"] == "id"], asked[-2:]
    both = "CKAN's Action API, read-only: the answer to an action."
    found = {
        "/api": _get(
            "api", "The API for catalogues: a page, or its version.", PAGE, 404, 406, given=[language]
        ),
        "/api/3": _get("apiVersion", "The version of the API for catalogues.", {JSON: PAGE[JSON]}),
        datalist.PATH: _get(
            "openDataList", "Our datasets as an オープンデータ一覧.", {"text/csv": TEXT}, 404, given=[marked]
        ),
    }
    for path, operation, summary, given in (
        ("/api/3/action/{name}", "action", both, [in_path, *asked]),
        ("/api/action/{name}", "actionUnversioned", both, [in_path, *asked]),
        ("/api/package_list", "shortPackageList", "All datasets, as SHIRASAGI lists its own.", listed),
        ("/api/package_show", "shortPackageShow", "A dataset, as SHIRASAGI shows its own.", by_id),
    ):
        found[path] = _action(operation, summary, given)
    return found


def _action(name: str, summary: str, given: Sequence[Object]) -> Object:
    """An action by GET and by POST: errors are answers of the same form."""
    answers = {200: {JSON: {"schema": ANSWER}}, 304: None}
    read = _operation(name, summary, answers, *FAILING, given=given)
    answers.pop(304)
    fields = {one["name"]: one["schema"] for one in given if one["in"] == "query"}
    body = {"schema": {"type": "object", "properties": fields}}
    write = _operation(
        f"{name}ByPost", summary, answers, *FAILING, given=[one for one in given if one["in"] == "path"]
    )
    write["requestBody"] = {"content": {JSON: body, "application/x-www-form-urlencoded": body}}
    for operation in (read, write):
        for status, told in operation["responses"].items():
            if int(status) >= 400:
                told["content"][JSON] = {"schema": ANSWER}
    return {"get": read, "post": write}


def _get(
    name: str, summary: str, content: Object, *statuses: int, given: list[Object] | None = None
) -> Object:
    answers: dict[int, Object | None] = {200: content, 304: None}
    return {"get": _operation(name, summary, answers, *statuses, 504, 507, given=given or [])}


def _operation(name: str, summary: str, answers: Any, *statuses: int, given: Sequence[Object]) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, content) for status, content in every.items()}
    found = {"operationId": name, "summary": summary, "responses": responses}
    return {**found, "parameters": [*given]} if given else found


def _query(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}
