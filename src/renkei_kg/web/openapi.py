"""``/openapi.json``: the server's HTTP surface in OpenAPI 3.1, made from the tables that the server uses.

A new path of the server has its place here; the tests compare the two.
"""

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from renkei_kg import __version__
from renkei_kg.web import (
    archive,
    graphs,
    openapi_citations,
    openapi_ckan,
    openapi_files,
    openapi_finding,
    openapi_linked,
    openapi_queries,
    openapi_reconcile,
    openapi_sharing,
    openapi_versions,
    payload,
    protocol,
    reason,
)
from renkei_kg.web import cache as caching
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.metrics import CONTENT_TYPE
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format
from renkei_kg.web.openapi_parts import (
    ALWAYS,
    ASKED,
    DESCRIPTIONS,
    IRI,
    JSON,
    SCHEMAS,
    TEXT,
    UNREAD,
    WRITTEN,
    Object,
    content_of,
    graph_content,
    reference,
    response,
)
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import ENDPOINT
from renkei_kg.write.documents import format_of

PATH: Final = "/openapi.json"


def _operation(
    name: str, summary: str, answers: dict[int, Object | None], *statuses: int, **more: Any
) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, content) for status, content in every.items()}
    return {"operationId": name, "summary": summary, "responses": responses, **more}


def _parameter(name: str, description: str, schema: Object, **more: Any) -> Object:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def _names(*formats: Format) -> Object:
    return {"type": "string", "enum": [form.name for form in formats]}


def _iris(name: str, description: str) -> Object:
    return _parameter(name, description, {"type": "array", "items": IRI}, style="form", explode=True)


QUERY: Final = {"type": "string", "description": "A SPARQL 1.1 query.", "examples": ["ASK {}"]}
UPDATE: Final = {
    "type": "string",
    "description": "A SPARQL 1.1 update.",
    "examples": ["CLEAR SILENT DEFAULT"],
}
VERSION: Final = {"type": "string", "examples": ["20300101T120000Z-453b72f7924c"]}
TIMEOUT: Final = {"type": "number", "exclusiveMinimum": 0}
DATASET: Final = (
    _iris("default-graph-uri", "The graphs whose union is the default graph."),
    _iris("named-graph-uri", "The named graphs."),
)
OPTIONS: Final = (
    _parameter("format", "The format, before Accept.", _names(*SOLUTIONS, *GRAPHS, HTML)),
    _parameter("timeout", "Seconds after which the client no longer waits.", TIMEOUT),
    _parameter("version", "The version of SPARQL.", {"type": "string", "examples": ["1.1"]}),
)
USING: Final = (
    _iris("using-graph-uri", "USING in each operation of an update."),
    _iris("using-named-graph-uri", "USING NAMED in each operation of an update."),
)
WRITERS: Final[list[Object]] = [{"token": []}]
BEARER: Final[Object] = {
    "type": "http",
    "scheme": "bearer",
    "description": "A write token. It may be for some graphs only, and have an end.",
}
REASON: Final[Object] = {
    "name": reason.NAME,
    "in": "header",
    "description": "Why this is written: one line of UTF-8, as it is or percent-encoded.",
    "schema": {"type": "string", "maxLength": reason.MOST},
}


def _endpoint() -> Object:
    answer = {**content_of(*SOLUTIONS), **graph_content(), HTML.media_type: TEXT}
    asking = [*DATASET, *OPTIONS]
    fields = {one["name"]: one["schema"] for one in (*asking, *USING)}
    form = {"type": "object", "properties": {"query": QUERY, "update": UPDATE, **fields}}
    bodies = {
        protocol.FORM_TYPE: {"schema": form},
        protocol.QUERY_TYPE: {"schema": QUERY},
        protocol.UPDATE_TYPE: {"schema": UPDATE},
    }
    return {
        "get": _operation(
            "query",
            "Asks a query; without one, describes the service.",
            {200: answer, 303: None, 304: None},
            *ASKED,
            parameters=[_parameter("query", "A SPARQL 1.1 query.", QUERY), *asking],
        ),
        "post": _operation(
            "queryOrUpdate",
            "Asks a query, or carries out an update.",
            {200: {**answer, JSON: reference("Written")}},
            *ASKED,
            *WRITTEN,
            parameters=[*asking, *USING, REASON],
            requestBody={"required": True, "content": bodies},
            security=[{}, *WRITERS],
        ),
    }


def _archived() -> Object:
    """The endpoint of a version that is kept: as ``/sparql``, but for updates."""
    text = "The whole id of the version; `current` leads to the one served."
    version = {"name": "version", "in": "path", "required": True, "description": text, "schema": VERSION}
    endpoint = _endpoint()
    get, post = endpoint["get"], endpoint["post"]
    answer = get["responses"]["200"]["content"]
    asked = {one["name"]: one["schema"] for one in (*DATASET, *OPTIONS)}
    form = {"type": "object", "required": ["query"], "properties": {"query": QUERY, **asked}}
    bodies = {protocol.FORM_TYPE: {"schema": form}, protocol.QUERY_TYPE: {"schema": QUERY}}
    return {
        "get": _operation(
            "queryVersion",
            "Asks a version that is kept; without a query, describes its endpoint.",
            {200: answer, 302: None, 303: None, 304: None},
            *(404, *ASKED),
            parameters=[version, *get["parameters"]],
        ),
        "post": _operation(
            "queryVersionByPost",
            "Asks a version that is kept. It takes no updates.",
            {200: answer, 307: None},
            *(404, 415, *ASKED),
            parameters=[version, *(one for one in post["parameters"] if one["name"] in asked)],
            requestBody={"required": True, "content": bodies},
        ),
    }


def _graph(which: list[Object], name: str, *, store: bool) -> Object:
    """The operations on a graph, or on the store when no graph is named."""
    taken = [form.media_type for form in GRAPHS if format_of(form.media_type) not in payload.DATASETS]
    documents = {
        "required": True,
        "content": {**dict.fromkeys(taken, TEXT), payload.FORM: {"schema": {"type": "object"}}},
    }
    written, conditions = {JSON: reference("Written")}, {"security": WRITERS, "parameters": [*which, REASON]}
    formats = _parameter("format", "The format, before Accept.", _names(*graphs.LISTS if store else GRAPHS))
    listed = {JSON: reference("Graphs")} if store else {}
    return {
        "get": _operation(
            f"get{name}",
            "Gives a graph; without a name, lists the graphs." if store else "Gives a graph.",
            {200: {**graph_content(), **listed}, 304: None},
            *(404, *ASKED),
            parameters=[*which, formats],
        ),
        "put": _operation(
            f"put{name}",
            "Makes the documents the graph.",
            {200: written, 201: written, 204: None},
            *WRITTEN,
            **conditions,
            requestBody=documents,
        ),
        "post": _operation(
            f"post{name}",
            "Merges the documents into the graph" + (", or into a new one." if store else "."),
            {200: written, 201: written},
            *WRITTEN,
            **conditions,
            requestBody=documents,
        ),
        "delete": _operation(f"delete{name}", "Drops the graph.", {200: written}, *WRITTEN, **conditions),
    }


def _page(name: str, summary: str, content: Object, *statuses: int, **more: Any) -> Object:
    return {"get": _operation(name, summary, {200: content}, *statuses, **more)}


def document(more: Mapping[str, Object] = MappingProxyType({})) -> Object:
    """The description, as a JSON object; with ``more`` paths, of which only GET is told."""
    named = [
        _parameter("graph", "The graph's IRI.", IRI),
        _parameter("default", "The default graph.", {"type": "string", "maxLength": 0}, allowEmptyValue=True),
    ]
    below = [{"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}]
    language = _parameter("lang", "The language of the page.", {"type": "string", "enum": ["ja", "en"]})
    filled = [
        language,
        _parameter("query", "The query to begin with.", QUERY),
        _parameter("example", "The example to begin with, by its name.", {"type": "string"}),
        _parameter("version", "The version to ask. The one served, if not given.", VERSION),
    ]
    paths = {
        "/": _page(
            "home", "What there is, and ways in.", {HTML.media_type: TEXT}, 304, 404, parameters=filled
        ),
        "/query": _page(
            "queryForm", "The page to write queries in.", {HTML.media_type: TEXT}, 304, 404, parameters=filled
        ),
        ENDPOINT: _endpoint(),
        archive.LABEL: _archived(),
        graphs.PATH: _graph(named, "Graph", store=True),
        f"{graphs.PATH}/{{name}}": _graph(below, "GraphByUrl", store=False),
        **openapi_versions.paths(),
        **openapi_files.paths(),
        **openapi_sharing.paths(),
        "/health": _page("health", "200 when a query is answered.", {JSON: reference("Health")}),
        "/metrics": _page("metrics", "Counters for Prometheus.", {_bare(CONTENT_TYPE): TEXT}),
        **openapi_citations.paths(),
        PATH: _page("openapi", "This description.", {JSON: {"schema": {"type": "object"}}}, 304),
        **openapi_queries.paths(),
        **openapi_linked.paths(),
        **openapi_finding.paths(),
        **openapi_ckan.paths(),
        **openapi_reconcile.paths(),
        **deepcopy(dict(more)),
    }
    for item in paths.values():
        _with_head_and_options(item)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Renkei KG",
            "version": __version__,
            "summary": "A SPARQL endpoint over Hokkaido's regional-cooperation projects.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": BEARER},
        },
    }


def _with_head_and_options(item: Object) -> None:
    """Adds the two methods that every path has beside its own. The body of GET is not read."""
    get = item["get"]
    get["responses"].pop("413")
    name = get["operationId"]
    item["head"] = {**get, "operationId": f"{name}Head", "summary": "The headers of GET."}
    allow = {"Allow": {"description": "The methods.", "schema": {"type": "string"}}}
    in_path = [one for one in get.get("parameters", []) if one["in"] == "path"]
    item["options"] = {
        "operationId": f"{name}Options",
        "summary": "Tells the methods.",
        "parameters": in_path,
        "responses": {
            "204": {"description": DESCRIPTIONS[204], "headers": allow},
            **{str(status): response(status, None) for status in UNREAD},
        },
    }


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip()


CONTENT: Final = json.dumps(document(), ensure_ascii=False).encode()


def answer(request: Request, content: bytes) -> Response:
    """The description as it is sent. Raises Problem."""
    if not request.reads:
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            f"{request.method} is not a method here.",
            headers={"Allow": "GET, HEAD, OPTIONS"},
        )
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Content-Type": JSON, "ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate"}
    if caching.names(request.headers.get("if-none-match"), tag):
        return Response(304, headers)
    return Response(200, headers, content)
