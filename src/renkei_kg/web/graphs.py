"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol. Everyone reads, who has a token writes.

A graph is named by ``?graph=`` or ``?default`` (section 4.2), or by its own URL below ``/graphs/`` (section
4.1). Reading asks the engine, as any query does.
"""

import contextlib
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from renkei_kg.engine.contract import Engine, Query, Result, VersionMissing
from renkei_kg.namespaces import PREFIXES, RDF, SD, VOID
from renkei_kg.web import cache as caching
from renkei_kg.web import payload, protocol, reason, sparql, updates
from renkei_kg.web.authorising import Authority
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.negotiate import GRAPHS, SOLUTIONS, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving
from renkei_kg.write.jobs import GraphJob
from renkei_kg.write.tokens import Holder
from renkei_kg.write.writer import Writer

PATH: Final = "/graphs"
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
# Some engines match no graph with an empty group, and none has a triple of an empty graph.
EXISTS: Final = "ASK { { GRAPH <%s> {} } UNION { GRAPH <%s> { ?s ?p ?o } } }"
SIZES: Final = (
    "SELECT ?graph (COUNT(?s) AS ?size) "
    "{ { GRAPH ?graph {} } UNION { GRAPH ?graph { ?s ?p ?o } } } GROUP BY ?graph"
)
LISTS: Final = (Format("json", "application/json"), *GRAPHS)
ROUNDS: Final = 3


@dataclass(frozen=True)
class Named:
    """A graph that a request is about: its IRI, None being the default graph, and the base of the documents
    that are sent to it."""

    iri: str | None
    base: str

    def tag(self, version: str, form: Format) -> str:
        """The entity tag of the graph in a version and format; weak, as prefixes come in any order."""
        return _tag(version, self.iri or "", form.media_type)


class GraphStore:
    """Answers requests to ``/graphs`` and below."""

    def __init__(self, serving: Serving, writer: Writer, authority: Authority) -> None:
        self._serving, self._writer, self._authority = serving, writer, authority
        self._engine: Engine = serving.engine

    async def __call__(self, request: Request) -> Response:
        """The answer to a request. Raises Problem, EngineError."""
        if request.method not in METHODS:
            raise Problem(
                405, f"{request.method} is not a method here.", headers={"Allow": ", ".join(METHODS)}
            )
        parameters = protocol.decode(request.query_string, "query string")
        named = identify(request, parameters)
        if request.reads:
            wanted = parameters.one("format")
            return await (self._list(request, wanted) if named is None else self._get(request, named, wanted))
        return await self._write(request, named, self._authority.holder(request))

    async def _get(self, request: Request, named: Named, wanted: str | None) -> Response:
        """A graph as it is in the version served, or 404 (section 5.2)."""
        form = sparql.choose_format(request, GRAPHS, wanted, html=False)
        for _ in range(ROUNDS):
            # The version may be pruned as soon as another is served.
            with contextlib.suppress(VersionMissing):
                return await self._of(self._engine.version(), request, named, form)
        raise Problem(503, "The data changes all the time. Come again.", headers={"Retry-After": "2"})

    async def _of(self, version: str, request: Request, named: Named, form: Format) -> Response:
        """A graph as it is in a version. Raises Problem 404 when that has no such graph, EngineError."""
        if named.iri is not None:
            exists = Query(EXISTS % (named.iri, named.iri), version=version)
            content, _ = await self._ask(exists, request.client)
            if not json.loads(content)["boolean"]:
                raise Problem(404, f"There is no graph <{named.iri}>.", headers={"Renkei-Snapshot": version})
        tag = named.tag(version, form)
        if caching.names(request.headers.get("if-none-match"), tag):
            return Response(304, {**sparql.described(version, form.content_type), "ETag": tag})
        query = Query(EVERYTHING, () if named.iri is None else (named.iri,), version=version)
        seconds = self._serving.settings.query_seconds
        asked = sparql.Wanted(query, form, seconds, lasting=True, graph=True)
        response = await sparql.answer(asked, self._engine, request.client)
        response.headers["ETag"] = tag
        response.key = (PATH, named.iri, form.media_type)
        return response

    async def _ask(self, query: Query, client: str) -> tuple[bytes, str]:
        """The whole answer to a query in JSON, and the version that it is about."""
        seconds = self._serving.settings.query_seconds
        result = await self._engine.query(query, SOLUTIONS[0].media_type, seconds, client)
        with contextlib.closing(result):
            return await _whole(result), result.snapshot

    async def _list(self, request: Request, wanted: str | None) -> Response:
        """The named graphs with their sizes, as JSON or in the words of the service description."""
        form = sparql.choose_format(request, LISTS, wanted, html=False)
        content, version = await self._ask(Query(SIZES), request.client)
        rows = json.loads(content)["results"]["bindings"]
        sizes = sorted((row["graph"]["value"], int(row["size"]["value"])) for row in rows if "graph" in row)
        store = _store(request)
        body = _json(version, store, sizes) if form is LISTS[0] else _rdf(form, store, sizes)
        headers = sparql.described(version, form.content_type)
        headers["ETag"] = _tag(version, store, form.media_type)
        if caching.names(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(304, headers)
        return Response(200, headers, body, kept=True, key=(PATH, store, form.media_type))

    async def _write(self, request: Request, named: Named | None, holder: Holder) -> Response:
        """PUT, POST or DELETE (sections 5.3 to 5.5)."""
        kind = request.method.lower()
        headers: dict[str, str] = {}
        if named is None:
            if kind != "post":
                raise Problem(400, f"Say which graph to {request.method}: by ?graph=IRI, or by ?default.")
            iri = f"{_store(request)}/{secrets.token_hex(8)}"
            named = Named(iri, iri)
            headers["Location"] = iri
        graph = named
        conditions = updates.Conditions.of(request)

        def condition(current: Any) -> None:
            there = graph.iri is None or graph.iri in current.manifest["graphs"]
            tags = [updates.version_tag(current.id), *(graph.tag(current.id, form) for form in GRAPHS)]
            conditions.check(tags, exists=there)

        documents = payload.documents(request) if kind != "delete" else ()
        why = reason.of(request)
        job = GraphJob(kind, graph.iri, graph.base, documents, condition, holder.name, why, holder.graphs)
        written = await updates.make(self._writer, job)
        # The default graph is always there, if only as an empty one (SPARQL 1.1, section 13.1).
        new = graph.iri is not None and graph.iri not in written.parent.manifest["graphs"]
        if new and kind != "delete":
            return updates.answer(201, written, headers)
        return updates.answer(204 if kind == "put" and not written.warnings else 200, written)


def identify(request: Request, parameters: protocol.Parameters) -> Named | None:
    """The graph that a request is about; None is the store as a whole. Raises Problem 400."""
    graph, default = parameters.one("graph"), parameters.one("default")
    direct = request.path != PATH
    if (graph is not None) + (default is not None) + direct > 1:
        raise Problem(400, "Name one graph: by its own URL, by ?graph=IRI or by ?default.")
    if default is not None:
        return Named(None, request.url)
    if graph is None and not direct:
        return None
    iri = request.url if graph is None else graph
    if graph is not None and not protocol.ABSOLUTE.fullmatch(graph):
        iri = urljoin(request.url, graph) if graph else ""
    if not _is_absolute(iri):
        raise Problem(400, f"A graph is named by an absolute IRI, and {iri!r} is none.")
    return Named(iri, iri)


def _is_absolute(iri: str) -> bool:
    try:
        return protocol.ABSOLUTE.fullmatch(iri) is not None and NamedNode(iri).value == iri
    except ValueError:
        return False


def _tag(*parts: str) -> str:
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
    return f'W/"{digest[:32]}"'


def _store(request: Request) -> str:
    """The URL of the graph store itself. Raises Problem 400 when the request does not say which host it is
    for."""
    if not request.url:
        raise Problem(400, "The request does not say which host it is for: send a Host header.")
    return request.url.rstrip("/")


async def _whole(result: Result) -> bytes:
    if result.whole is not None:
        return result.whole
    chunks: AsyncIterator[bytes] = result.__aiter__()
    return b"".join([chunk async for chunk in chunks])


def _json(version: str, store: str, sizes: list[tuple[str, int]]) -> bytes:
    graphs = [{"graph": iri, "triples": size} for iri, size in sizes]
    said = {"store": store, "snapshot": version, "graphs": graphs}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _rdf(form: Format, store: str, sizes: list[tuple[str, int]]) -> bytes:
    rdf = RdfFormat.from_media_type(form.media_type)
    body = serialize(_described(store, sizes), format=rdf, prefixes=PREFIXES)
    assert body is not None
    return body


def _described(store: str, sizes: list[tuple[str, int]]) -> Iterator[Triple]:
    """The collection of graphs (SPARQL 1.1 Service Description, sections 3.1.5 to 3.1.7)."""
    collection = NamedNode(store)
    yield Triple(collection, RDF.type, SD.GraphCollection)
    for number, (iri, size) in enumerate(sizes):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(collection, SD.namedGraph, named)
        yield Triple(named, RDF.type, SD.NamedGraph)
        yield Triple(named, SD.name, NamedNode(iri))
        yield Triple(named, SD.graph, graph)
        yield Triple(graph, RDF.type, SD.Graph)
        yield Triple(graph, VOID.triples, Literal(size))
