"""The service description (SPARQL 1.1 Service Description): what stands at an endpoint without a query.

All that it says of the data and of what the engine can do is asked of the engine, once for each version of
the data, so that it is as true of another engine. What has not been seen to work is not said.
"""

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from renkei_kg import graphtext
from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineUnavailable, VersionMissing
from renkei_kg.namespaces import PREFIXES, RDF, SD, TEXT, VOID, Namespace
from renkei_kg.web import archive, protocol, sparql
from renkei_kg.web import cache as caching
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.facts import Asked, Facts, gather
from renkei_kg.web.linked.view import manifest
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS
from renkei_kg.web.payload import DATASETS
from renkei_kg.web.problems import Problem
from renkei_kg.write.documents import format_of

CLIENT: Final = "description"
ROUNDS: Final = 3
VERSIONS_KNOWN: Final = 16
FORMATS = Namespace("http://www.w3.org/ns/formats/")
GEOF = Namespace(PREFIXES["geof"])
SIMPLE_ENTAILMENT = NamedNode("http://www.w3.org/ns/entailment/Simple")


class Description:
    """Answers requests for the service description. ``writable`` says whether anybody can write."""

    def __init__(self, settings: Settings, engine: Engine, writable: Callable[[], bool]) -> None:
        self._settings, self._engine, self._writable = settings, engine, writable
        self._served: Facts | None = None
        self._others: OrderedDict[str, Facts] = OrderedDict()
        self._asking = asyncio.Lock()

    async def __call__(self, request: Request, version: str = "") -> Response:
        """The description as RDF, of ``/sparql`` or of the endpoint of a version; a browser is sent to the
        page to write queries in. Raises Problem, EngineError."""
        wanted = protocol.decode(request.query_string, "query string").one("format")
        form = sparql.choose_format(request, GRAPHS, wanted)
        if form is HTML:
            return Response(303, {"Location": f"/?version={version}" if version else "/", "Vary": "Accept"})
        facts = await (self._of(version, request.client) if version else self._current())
        endpoint = request.url or next(
            (value.value for name, value in facts.said if name == VOID.sparqlEndpoint), ""
        )
        if not endpoint:
            raise Problem(400, "The request does not say which host it is for.")
        described = describe(facts, endpoint, self._settings, writable=not version and self._writable())
        triples = sorted(set(described), key=str)
        headers = sparql.described(facts.version, form.content_type)
        if version:
            headers |= archive.memento(version)
        headers["ETag"] = _tag(triples, form.media_type)
        if caching.names(request.headers.get("if-none-match"), headers["ETag"]):
            del headers["Content-Type"]
            return Response(304, headers)
        rdf = RdfFormat.from_media_type(form.media_type)
        assert rdf is not None
        body = graphtext.document(triples, rdf)
        return Response(200, headers, body, kept=True, key=(CLIENT, endpoint, form.media_type))

    async def _current(self) -> Facts:
        """What is known of the version served; asked once, also when many want to know."""
        async with self._asking:
            for _ in range(ROUNDS):
                version = self._engine.version()
                if self._served is not None and self._served.version == version:
                    return self._served
                try:
                    self._served = await self._gathered(version, CLIENT)
                except VersionMissing:
                    continue
                return self._served
        raise EngineUnavailable("The data changes faster than it can be described. Come again.")

    async def _of(self, version: str, client: str) -> Facts:
        """What is known of a version that is kept; who wants to know has it asked."""
        if version not in self._others:
            self._others[version] = await self._gathered(version, client)
            if len(self._others) > VERSIONS_KNOWN:
                self._others.popitem(last=False)
        self._others.move_to_end(version)
        return self._others[version]

    async def _gathered(self, version: str, client: str) -> Facts:
        asked = Asked(self._engine, self._settings.query_seconds, version, client)
        return await gather(asked, self._served.functions if self._served else (), self._loaded(version))

    def _loaded(self, version: str) -> Mapping[str, Any] | None:
        """The manifest of a version of a ready-made graph, which may be large; None of any other."""
        with contextlib.suppress(VersionMissing):
            known = manifest(self._settings.snapshots, version)
            return known if "loaded" in known else None
        return None


def describe(facts: Facts, endpoint: str, settings: Settings, *, writable: bool) -> Iterator[Triple]:
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
    if writable:
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
