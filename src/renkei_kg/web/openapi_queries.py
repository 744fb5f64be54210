"""The gallery of queries and short links in the description of the HTTP surface, with the parameters of each
example."""

from collections.abc import Iterable
from typing import Any, Final

from pyoxigraph import NamedNode

from renkei_kg.namespaces import PREFIXES
from renkei_kg.parameters import LONGEST, Parameter
from renkei_kg.web import protocol
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS
from renkei_kg.web.openapi_parts import (
    ALWAYS,
    JSON,
    TEXT,
    Object,
    content_of,
    graph_content,
    object_of,
    response,
)
from renkei_kg.web.queries import linking
from renkei_kg.web.queries.gallery import Example, ending
from renkei_kg.web.words import LANGUAGES

PAGE: Final = {HTML.media_type: TEXT}
LINK: Final = {JSON: {"schema": object_of("link", link={"type": "string", "format": "uri-reference"})}}
QUERY: Final[Object] = {"type": "string", "examples": ["ASK {}"]}
VERSION: Final[Object] = {"type": "string", "examples": ["20300101T120000Z-453b72f7924c"]}
NUMBERS: Final = {PREFIXES["xsd"] + "integer": "integer", PREFIXES["xsd"] + "decimal": "number"}
FAILING: Final = (404, 406, 429, 504, 507)
OWN: Final[dict[int, str]] = {
    201: "The link is new.",
    303: "Where a browser goes on.",
    429: "One client has too many queries under way, or has had its share of short links today.",
    507: "The server keeps as many short links as it may.",
}


def paths() -> dict[str, Object]:
    """The paths that are there whatever the graph holds."""
    language = _query("lang", "The language of the page.", {"type": "string", "enum": list(LANGUAGES)})
    version = _query("version", "The version to ask. The one served, if not given.", VERSION)
    formats = sorted({ending(form) for form in (*SOLUTIONS, *GRAPHS, HTML)})
    wanted = _query("format", "The format, before Accept.", {"type": "string", "enum": formats})
    fields = {"query": QUERY, "version": VERSION, "lang": language["schema"]}
    form = {"type": "object", "required": ["query"], "properties": fields}
    bodies = {protocol.FORM_TYPE: {"schema": form}, protocol.QUERY_TYPE: {"schema": QUERY}}
    answer = {**content_of(*SOLUTIONS), **graph_content(), **PAGE}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "/queries": {
            "get": _operation(
                "queries",
                "The gallery of example queries.",
                {200: PAGE, 304: None},
                *(404, 429, 504, 507),
                parameters=[language, version],
            )
        },
        "/queries/{name}": {
            "get": _operation(
                "example",
                "An example query: its page or, as NAME.csv and so on, its answer.",
                {200: answer, 304: None},
                *FAILING,
                parameters=[name, wanted, language, version],
            )
        },
        linking.PATH: {
            "get": _operation("editor", "Leads to the page to write queries in.", {303: None}),
            "post": _operation(
                "keepLink",
                "Keeps a short link to a query.",
                {200: LINK, 201: LINK, 303: None},
                *(403, 404, 406, 415, 429, 504, 507),
                requestBody={"required": True, "content": bodies},
            ),
        },
        f"{linking.PATH}/{{name}}": {
            "get": _operation(
                "link",
                "The page to write queries in, with the query of a short link.",
                {200: PAGE, 304: None},
                404,
                parameters=[name, language],
            )
        },
    }


def examples(found: Iterable[Example]) -> dict[str, Object]:
    """A path for each example, with its parameters."""
    return {f"/queries/{one.name}.{{format}}": {"get": _example(one)} for one in found}


def _example(example: Example) -> Object:
    graph = example.form == "CONSTRUCT"
    enum = [ending(form) for form in example.formats]
    format_ = {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": enum}}
    return _operation(
        f"query-{example.name}",
        example.title("en"),
        {200: graph_content() if graph else content_of(*SOLUTIONS), 304: None},
        *FAILING,
        description="\n\n".join(example.descriptions[one] for one in sorted(example.descriptions)),
        tags=[topic] if (topic := example.topics.get("en")) else [],
        parameters=[format_, *map(_parameter, example.parameters), *([] if graph else [_bom()])],
    )


def _parameter(parameter: Parameter) -> Object:
    text = " / ".join(parameter.labels[one] for one in sorted(parameter.labels))
    default: Any = parameter.short(parameter.default)
    schema: Object = {"type": NUMBERS.get(parameter.type, "string")}
    if schema["type"] != "string":
        default = float(default) if schema["type"] == "number" else int(default)
    else:
        schema |= {"maxLength": LONGEST}
    if isinstance(parameter.default, NamedNode):
        text += f": an IRI of the class <{parameter.type}>, or the last part of one"
    return _query(parameter.name, text, {**schema, "default": default})


def _bom() -> Object:
    return _query(
        "bom",
        "1 puts a byte order mark before a CSV, for Excel.",
        {"type": "string", "enum": ["0", "1"], "default": "0"},
    )


def _query(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _operation(
    name: str, summary: str, answers: dict[int, Object | None], *statuses: int, **more: Any
) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, content) for status, content in every.items()}
    if name in ("keepLink", "editor"):
        for status in OWN.keys() & every.keys():
            responses[str(status)]["description"] = OWN[status]
    return {"operationId": name, "summary": summary, "responses": responses, **more}
