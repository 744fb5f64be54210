"""What an engine says of one version of the data, and what it can do: all of it by answers to queries."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from renkei_kg.engine import extensions
from renkei_kg.engine.contract import Engine, Query, QueryFailed, QuerySyntaxError, QueryTimeout
from renkei_kg.namespaces import PREFIXES, TEXT, VOID
from renkei_kg.web.negotiate import SOLUTIONS

SAMPLE = 50_000
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


class Asked:
    """Questions to an engine about one version of the data, by a client of its."""

    def __init__(self, engine: Engine, seconds: float, version: str, client: str) -> None:
        self._engine, self._seconds, self.version, self._client = engine, seconds, version, client

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
        question = Query(PROLOGUE + query, version=self.version, own=True)
        form = SOLUTIONS[0].media_type
        result = await self._engine.query(question, form, self._seconds, self._client)
        with contextlib.closing(result):
            body = result.whole
            if body is None:
                body = b"".join([chunk async for chunk in result])
            return parse_query_results(body, QueryResultsFormat.JSON)


async def gather(asked: Asked, able: tuple[str, ...] = (), known: Mapping[str, Any] | None = None) -> Facts:
    """The facts of a version. ``able`` are the functions that the engine is known to have, if they are known:
    they are the same in each; ``known`` is the manifest of a version whose triples need not be counted.
    Raises EngineError."""
    said = await asked.rows(DATASET)
    return Facts(
        asked.version,
        said[0]["dataset"] if said else None,
        [(row["property"], row["value"]) for row in said] or await _counted(asked, known),
        await _graphs(asked, known),
        await _is_union(asked),
        await asked.truth(TEXT_SEARCH) is True,
        able or await _functions(asked),
    )


async def _graphs(asked: Asked, known: Mapping[str, Any] | None) -> Stated:
    graphs: Stated = {}
    for names in NAMES:
        for row in await asked.rows(NAMED_GRAPHS % names):
            said = graphs.setdefault(row["graph"], [])
            if row["property"] is not None:
                said.append((row["property"], row["value"]))
        if graphs:
            break
    if any(VOID.triples not in dict(said) for said in graphs.values()):
        for graph, size in await _sizes(asked, known):
            said = graphs.setdefault(graph, [])
            if VOID.triples not in dict(said):
                said.append((VOID.triples, size))
    return graphs


async def _sizes(asked: Asked, known: Mapping[str, Any] | None) -> list[tuple[NamedNode, Any]]:
    if known is not None:
        return [(NamedNode(graph), Literal(size)) for graph, size in known["graphs"].items()]
    return [(row["graph"], row["size"]) for row in await asked.counts(SIZES)]


async def _is_union(asked: Asked) -> bool:
    with contextlib.suppress(QueryTimeout):
        truths = [await asked.truth(query) for query in (ANY_GRAPH, *NOT_UNION)]
        return truths == [True, False, False]
    return False


async def _counted(asked: Asked, known: Mapping[str, Any] | None) -> list[tuple[NamedNode, Any]]:
    if known is not None:
        return [(VOID.triples, Literal(known["triples"]))]
    return [(VOID.triples, row["size"]) for row in await asked.counts(DEFAULT_SIZE)]


async def _functions(asked: Asked) -> tuple[str, ...]:
    answers = {name: await asked.truth(extensions.question(name)) for name in extensions.PROBES}
    return tuple(name for name, answer in answers.items() if answer)
