"""The service description (SPARQL 1.1 Service Description): what stands at the endpoint without a query.

All that it says of the data and of what the engine can do is asked of the engine, once for each version of
the data, so that it is as true of another engine. What has not been seen to work is not said.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from renkei_kg.config import Settings
from renkei_kg.engine.contract import (
    Engine,
    EngineUnavailable,
    Query,
    QueryFailed,
    QuerySyntaxError,
    QueryTimeout,
)
from renkei_kg.namespaces import PREFIXES, RDF, SD, TEXT, VOID, Namespace
from renkei_kg.web import cache as caching
from renkei_kg.web import extensions, protocol, sparql
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS
from renkei_kg.web.payload import DATASETS
from renkei_kg.web.problems import Problem
from renkei_kg.write.documents import format_of

CLIENT = "description"
ROUNDS = 3
SAMPLE = 50_000
FORMATS = Namespace("http://www.w3.org/ns/formats/")
GEOF = Namespace(PREFIXES["geof"])
SIMPLE_ENTAILMENT = NamedNode("http://www.w3.org/ns/entailment/Simple")
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcterms", "rdfs", "void"))
SAID_OF_GRAPHS = (
    "void:triples void:distinctSubjects void:classes void:properties dcterms:title dcterms:license"
)
DATASET = f"""SELECT ?dataset ?property ?value {{
    {{ SELECT ?dataset {{ ?dataset void:sparqlEndpoint ?at ; void:triples ?size }}
       ORDER BY DESC(?size) LIMIT 1 }}
    VALUES ?property {{ {SAID_OF_GRAPHS} void:sparqlEndpoint dcterms:rights }}
    ?dataset ?property ?value
}}"""
NAMED_GRAPHS = f"""SELECT ?graph ?property ?value {{
    {{ SELECT DISTINCT ?graph {{ %s }} }}
    OPTIONAL {{ VALUES ?property {{ {SAID_OF_GRAPHS} }} ?graph ?property ?value }}
}}"""
# Some engines match no graph with an empty group.
NAMES = ("GRAPH ?graph {}", "GRAPH ?graph { ?s ?p ?o }")
SIZES = "SELECT ?graph (COUNT(*) AS ?size) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
DEFAULT_SIZE = "SELECT (COUNT(*) AS ?size) { ?s ?p ?o }"
ANY_GRAPH = "ASK { GRAPH ?graph { ?s ?p ?o } }"
# The default graph is the union of the named graphs when neither side has what the other has not.
NOT_UNION = (
    f"ASK {{ {{ SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {SAMPLE} }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}",
    f"ASK {{ {{ SELECT * {{ ?s ?p ?o }} LIMIT {SAMPLE} }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}",
)
# No data has this property: whoever gives a value has text search.
TEXT_SEARCH = (
    f'ASK {{ {{ SELECT ?thing {{ ?thing rdfs:label ?any }} LIMIT 1 }} ?thing <{TEXT}label> (?label "en") }}'
)
Row = dict[str, Any]
Stated = dict[NamedNode, list[tuple[NamedNode, Any]]]


@dataclass(frozen=True)
class Facts:
    """What an engine says of one version of the data, and what it can do."""

    version: str
    dataset: NamedNode | None
    said: list[tuple[NamedNode, Any]]
    graphs: Stated
    union: bool
    text_search: bool
    functions: tuple[str, ...]


class Description:
    """Answers requests for the service description."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._facts: Facts | None = None
        self._asking = asyncio.Lock()

    async def __call__(self, request: Request) -> Response:
        """The description as RDF; a browser is sent to the page to write queries in. Raises Problem,
        EngineError."""
        wanted = protocol.decode(request.query_string, "query string").one("format")
        form = sparql.choose_format(request, GRAPHS, wanted)
        if form is HTML:
            return Response(303, {"Location": "/", "Vary": "Accept"})
        facts = await self._current()
        endpoint = request.url or next(
            (value.value for name, value in facts.said if name == VOID.sparqlEndpoint), ""
        )
        if not endpoint:
            raise Problem(400, "The request does not say which host it is for.")
        triples = sorted(set(describe(facts, endpoint, self._settings)), key=str)
        headers = sparql.described(facts.version, form.content_type)
        headers["ETag"] = _tag(triples, form.media_type)
        if caching.names(request.headers.get("if-none-match"), headers["ETag"]):
            del headers["Content-Type"]
            return Response(304, headers)
        rdf = RdfFormat.from_media_type(form.media_type)
        assert rdf is not None
        body = serialize(triples, format=rdf, prefixes=PREFIXES)
        assert body is not None
        return Response(200, headers, body, kept=True, key=(CLIENT, endpoint, form.media_type))

    async def _current(self) -> Facts:
        """What is known of the current version; asked once, also when many want to know."""
        async with self._asking:
            if self._facts is None or self._facts.version != self._engine.version():
                self._facts = await self._gather()
            return self._facts

    async def _gather(self) -> Facts:
        functions = self._facts.functions if self._facts else None
        for _ in range(ROUNDS):
            asked = _Asked(self._engine, self._settings.query_seconds)
            said = await asked.rows(DATASET)
            facts = Facts(
                self._engine.version(),
                said[0]["dataset"] if said else None,
                [(row["property"], row["value"]) for row in said] or await self._counted(asked),
                await self._graphs(asked),
                await self._is_union(asked),
                await asked.truth(TEXT_SEARCH) is True,
                functions or await self._functions(asked),
            )
            if asked.versions == {facts.version}:
                return facts
        raise EngineUnavailable("The data changes faster than it can be described. Come again.")

    async def _graphs(self, asked: "_Asked") -> Stated:
        graphs: Stated = {}
        for names in NAMES:
            for row in await asked.rows(NAMED_GRAPHS % names):
                said = graphs.setdefault(row["graph"], [])
                if row["property"] is not None:
                    said.append((row["property"], row["value"]))
            if graphs:
                break
        if any(VOID.triples not in dict(said) for said in graphs.values()):
            for row in await asked.counts(SIZES):
                said = graphs.setdefault(row["graph"], [])
                if VOID.triples not in dict(said):
                    said.append((VOID.triples, row["size"]))
        return graphs

    async def _is_union(self, asked: "_Asked") -> bool:
        with contextlib.suppress(QueryTimeout):
            truths = [await asked.truth(query) for query in (ANY_GRAPH, *NOT_UNION)]
            return truths == [True, False, False]
        return False

    async def _counted(self, asked: "_Asked") -> list[tuple[NamedNode, Any]]:
        return [(VOID.triples, row["size"]) for row in await asked.counts(DEFAULT_SIZE)]

    async def _functions(self, asked: "_Asked") -> tuple[str, ...]:
        answers = {name: await asked.truth(extensions.question(name)) for name in extensions.PROBES}
        return tuple(name for name, answer in answers.items() if answer)


class _Asked:
    """Questions to an engine, and the versions of the data that the answers were about."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine, self._seconds = engine, seconds
        self.versions: set[str] = set()

    async def rows(self, query: str) -> list[Row]:
        """The solutions of a query, as terms by the names of its variables."""
        found = await self._ask(query)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: solution[name] for name in names} for solution in found]

    async def counts(self, query: str) -> list[Row]:
        """As ``rows``, or nothing when counting takes too long."""
        with contextlib.suppress(QueryTimeout):
            return await self.rows(query)
        return []

    async def truth(self, query: str) -> bool | None:
        """What the engine answers to a question; None when it cannot answer it."""
        try:
            found = await self._ask(query)
        except (QueryFailed, QuerySyntaxError):
            return None
        assert isinstance(found, QueryBoolean)
        return bool(found)

    async def _ask(self, query: str) -> QuerySolutions | QueryBoolean:
        form = SOLUTIONS[0].media_type
        result = await self._engine.query(Query(PROLOGUE + query, own=True), form, self._seconds, CLIENT)
        with contextlib.closing(result):
            body = result.whole
            if body is None:
                body = b"".join([chunk async for chunk in result])
            self.versions.add(result.snapshot)
            return parse_query_results(body, QueryResultsFormat.JSON)


def describe(facts: Facts, endpoint: str, settings: Settings) -> Iterator[Triple]:
    """The service description of the endpoint at an IRI (sections 3 and 4 of the specification)."""
    service = NamedNode(f"{endpoint}#service")
    dataset = facts.dataset or NamedNode(f"{endpoint}#dataset")
    yield Triple(service, RDF.type, SD.Service)
    yield Triple(service, SD.endpoint, NamedNode(endpoint))
    yield Triple(service, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(service, SD.defaultEntailmentRegime, SIMPLE_ENTAILMENT)
    yield Triple(service, SD.defaultDataset, dataset)
    yield Triple(service, SD.availableGraphs, dataset)
    for form in (*SOLUTIONS, *GRAPHS):
        yield Triple(service, SD.resultFormat, FORMATS[form.registered])
    if settings.write_token:
        yield Triple(service, SD.supportedLanguage, SD.SPARQL11Update)
        for form in (one for one in GRAPHS if format_of(one.media_type) not in DATASETS):
            yield Triple(service, SD.inputFormat, FORMATS[form.registered])
    if facts.union:
        yield Triple(service, SD.feature, SD.UnionDefaultGraph)
    if sparql.allowed_services(settings):
        yield Triple(service, SD.feature, SD.BasicFederatedQuery)
    for name in facts.functions:
        yield Triple(service, SD.extensionFunction, GEOF[name])
        yield Triple(GEOF[name], RDF.type, SD.Function)
    if facts.text_search:
        for name in ("query", "label"):
            yield Triple(service, SD.propertyFeature, NamedNode(TEXT + name))
            yield Triple(NamedNode(TEXT + name), RDF.type, SD.Feature)
    yield from _described(facts, dataset)


def _described(facts: Facts, dataset: NamedNode) -> Iterator[Triple]:
    """The default dataset: what is said of it, its default graph, and its named graphs."""
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, RDF.type, SD.GraphCollection)
    default = BlankNode("default")
    yield Triple(dataset, SD.defaultGraph, default)
    yield Triple(default, RDF.type, SD.Graph)
    for name, value in facts.said:
        if name.value.startswith(VOID.iri) and name != VOID.sparqlEndpoint:
            yield Triple(default, name, value)
        elif name != VOID.sparqlEndpoint:
            yield Triple(dataset, name, value)
    for number, (graph, said) in enumerate(sorted(facts.graphs.items(), key=lambda one: one[0].value), 1):
        named = BlankNode(f"graph{number}")
        yield Triple(dataset, SD.namedGraph, named)
        yield Triple(named, RDF.type, SD.NamedGraph)
        yield Triple(named, SD.name, graph)
        yield Triple(named, SD.graph, graph)
        yield Triple(graph, RDF.type, SD.Graph)
        for name, value in said:
            yield Triple(graph, name, value)


def _tag(triples: list[Triple], media_type: str) -> str:
    """A weak entity tag: the same graph, but not always written with its prefixes in the same order."""
    text = "\n".join([media_type, *map(str, triples)])
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
