"""What a remote engine can do, found out by asking it: each time with a question whose right answer is known.

Nothing here is believed because of an engine's name. What is not answered rightly is not there: it is left
out of the service description, or done in another way, and the log says so in plain words.
"""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from renkei_kg.engine import extensions
from renkei_kg.engine.contract import EngineError, EngineUnavailable, QueryFailed
from renkei_kg.engine.remote import converting, mending
from renkei_kg.engine.remote.link import Link
from renkei_kg.engine.remote.naming import POINT, TRIALS, WKT

AT_ONCE: Final = 8
TEXT: Final = '日本, "言\\'
EXPECTED: Final = (
    NamedNode("urn:renkei:trial:a"),
    Literal(TEXT),
    Literal("a", language="ja-latn"),
    Literal("7", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    None,
)
WRITTEN: Final = (
    '<urn:renkei:trial:a> "日本, \\"言\\\\" "a"@ja-latn "7"^^<http://www.w3.org/2001/XMLSchema#integer> UNDEF'
)
OLD: Final = b'"typed-literal"'
TABLE: Final = f"SELECT ?a ?b ?c ?d ?e WHERE {{ VALUES (?a ?b ?c ?d ?e) {{ ({WRITTEN}) }} }}"
GRAPH: Final = (
    'CONSTRUCT { <urn:renkei:trial:a> <urn:renkei:trial:b> "日本, \\"言\\\\" , "a"@ja-latn , 7 } WHERE {}'
)
TRUE: Final = "ASK {}"
ONE: Final = 'SELECT (COUNT(*) AS ?n) WHERE { <urn:renkei:trial:a> <urn:renkei:trial:b> "1" }'
ANYWHERE: Final = "ASK { <urn:renkei:trial:e> ?p ?o }"
THINGS: Final = "SELECT ?o WHERE { ?s <urn:renkei:trial:b> ?o }"
DESCRIBED: Final = "DESCRIBE <urn:renkei:trial:a>"
EMPTY: Final = "SELECT ?g WHERE { GRAPH ?g {} }"
OPEN_PATH: Final = "ASK { ?x <urn:renkei:trial:none>* ?y }"
ESCAPED: Final = "ASK { FILTER(<urn:renkei:tri\\u0061l> = <urn:renkei:trial>) }"
TRIPLE_TERM: Final = "ASK { BIND(<<( <urn:a> <urn:b> <urn:c> )>> AS ?t) FILTER(isTRIPLE(?t)) }"
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do. What could not be found out, as nothing has been published there yet, is None.

    ``native`` are the media types in which its answers can be read, ``exact`` those of them whose bytes can
    be given on as they are. ``functions`` are those of GeoSPARQL. ``merges`` says that several default graphs
    are one graph, ``describes`` that DESCRIBE gives a thing's own triples and those of its blank nodes,
    ``union`` that its own default graph holds all graphs, ``empty_groups`` that ``GRAPH ?g {}`` finds graphs,
    ``keeps_wkt`` that a literal in WKT comes back as it was, ``open_paths`` that a path of any length may
    have two open ends, ``timeout`` that it is told how long a query may take.
    """

    native: frozenset[str]
    exact: frozenset[str]
    functions: frozenset[str]
    merges: bool | None
    describes: bool | None
    union: bool | None
    empty_groups: bool | None
    keeps_wkt: bool | None
    open_paths: bool
    triple_terms: bool
    timeout: bool

    def sentences(self) -> Iterator[str]:
        """What an operator should know, a sentence each: what the engine lacks, and what follows."""
        formats = (*converting.SOLUTIONS, converting.CSV, converting.N_TRIPLES)
        if missing := [form for form in formats if form not in self.exact]:
            yield f"It does not give {', '.join(missing)} rightly: the server writes these itself."
        yield from (sentence for lacking, sentence in self._lacks() if lacking)

    def _lacks(self) -> Iterator[tuple[bool, str]]:
        known, all_of_them = len(self.functions), len(extensions.PROBES)
        yield known < all_of_them, f"It has {known} of {all_of_them} GeoSPARQL functions."
        yield (
            self.merges is False,
            "It does not merge several default graphs: it gives what two of them hold twice.",
        )
        yield self.describes is False, "Its DESCRIBE is another than this server's."
        yield self.empty_groups is False, "It finds no graph by GRAPH ?g {}: the server knows them."
        yield (
            self.keeps_wkt is False,
            "It changes literals in WKT: they are stored under another datatype, and the server tells.",
        )
        yield not self.open_paths, "It refuses paths of any length with two open ends."
        yield not self.triple_terms, "It has no triple terms (RDF 1.2)."
        yield not self.timeout, "It is not told how long a query may take: RENKEI_ENGINE_TIMEOUT is not set."
        yield self.merges is None, "Nothing has been published to it yet, so that not all is known."


async def find(link: Link, seconds: float) -> Capabilities:
    """What the engine at a link can do; each question may take ``seconds``. Raises EngineUnavailable when it
    cannot be asked."""
    asked = _Asked(link, seconds)
    await mend(link, seconds)
    await link.whole([("query", TRUE)], converting.JSON, seconds)
    native = await asked.all({form: asked.right(form, check) for form, check in CHECKS.items()})
    plain = frozenset(name for name, so in native.items() if so)
    link.mends = link.mends or converting.JSON not in plain
    exact = plain - {converting.JSON} if await asked.is_old_json() else plain
    # One after the other: Virtuoso can crash when it reads geometries in several queries at once.
    geo = {name: await asked.truth(extensions.question(name)) for name in extensions.PROBES}
    there = await asked.count(TRIALS[:1])
    link.resolves = await asked.truth(ESCAPED) is not True
    return Capabilities(
        native=plain & mending.FORMS if link.mends else plain,
        exact=frozenset() if link.mends else exact,
        functions=frozenset(name for name, so in geo.items() if so),
        merges=(await asked.count(TRIALS)) == 1 if there else None,
        describes=await asked.describes() if there else None,
        union=await asked.truth(ANYWHERE) if there else None,
        empty_groups=await asked.empty() if there else None,
        open_paths=await asked.truth(OPEN_PATH) is not None,
        triple_terms=await asked.truth(TRIPLE_TERM) is True,
        keeps_wkt=not link.renames if there else None,
        timeout=bool(link.address.timeout),
    )


async def mend(link: Link, seconds: float) -> None:
    """Has a link mend the engine's answers where these have to be. Raises EngineUnavailable."""
    link.mends = link.renames = False
    fields = [("query", THINGS), ("default-graph-uri", TRIALS[0])]
    try:
        content = await link.whole(fields, converting.XML, seconds)
        things = {row[0] for row in _solutions(mending.whole(content, converting.XML), converting.XML)}
    except (QueryFailed, SyntaxError, ValueError):
        return
    link.renames = bool(things) and Literal(POINT, datatype=NamedNode(WKT)) not in things
    link.mends = link.renames or mending.needed(content, converting.XML)


class _Asked:
    """Questions to an engine, a few at a time."""

    def __init__(self, link: Link, seconds: float) -> None:
        self._link, self._seconds = link, seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    async def all(self, questions: dict[str, Awaitable[bool | None]]) -> dict[str, bool | None]:
        """The answers to several questions."""
        return dict(zip(questions, await asyncio.gather(*questions.values()), strict=True))

    async def _content(self, query: str, accept: str, *fields: tuple[str, str]) -> bytes:
        async with self._places:
            return await self._link.whole([("query", query), *fields], accept, self._seconds)

    async def truth(self, query: str) -> bool | None:
        """What is answered to an ASK; None when it cannot be. Raises EngineUnavailable."""
        try:
            content = await self._content(query, converting.XML)
            found = parse_query_results(content, QueryResultsFormat.XML)
            return bool(found) if isinstance(found, QueryBoolean) else None
        except EngineUnavailable:
            raise
        except (EngineError, SyntaxError, ValueError):
            return None

    async def right(self, form: str, check: Callable[[bytes], bool]) -> bool:
        """Whether the engine gives a format rightly. Raises EngineUnavailable."""
        graph = QueryResultsFormat.from_media_type(form) is None
        try:
            return check(await self._content(GRAPH if graph else TABLE, form))
        except (QueryFailed, SyntaxError, ValueError):
            return False

    async def is_old_json(self) -> bool:
        """Whether JSON is in the form that came before the standard, which newer clients cannot read."""
        return OLD in await self._content(TABLE, converting.JSON)

    async def count(self, graphs: tuple[str, ...]) -> int:
        """How often a triple is found in the merge of some graphs; 0 when that cannot be said."""
        fields = [("default-graph-uri", graph) for graph in graphs]
        try:
            content = await self._content(ONE, converting.JSON, *fields)
            [row] = _solutions(content, converting.JSON)
            return int(row[0].value)
        except (QueryFailed, SyntaxError, ValueError, AttributeError):
            return 0

    async def describes(self) -> bool:
        """Whether DESCRIBE gives three triples: two of the thing, and that of its blank node."""
        try:
            given = converting.chosen(converting.N_TRIPLES, frozenset(converting.GRAPHS))
            content = await self._content(DESCRIBED, given, ("default-graph-uri", TRIALS[0]))
            rdf = RdfFormat.from_media_type(given)
            return len(list(parse(content, format=rdf))) == 3
        except (QueryFailed, SyntaxError, ValueError):
            return False

    async def empty(self) -> bool:
        """Whether an empty group is matched in a graph that is there."""
        try:
            content = await self._content(
                EMPTY, converting.JSON, *(("named-graph-uri", one) for one in TRIALS)
            )
            return {row[0].value for row in _solutions(content, converting.JSON)} == set(TRIALS)
        except (QueryFailed, SyntaxError, ValueError):
            return False


def _solutions(content: bytes, form: str) -> list[list[Any]]:
    results = QueryResultsFormat.from_media_type(form)
    assert results is not None
    found = parse_query_results(content, results)
    if isinstance(found, QueryBoolean):
        raise ValueError("a truth value")
    assert isinstance(found, QuerySolutions)
    return [list(solution) for solution in found]


def _is_table(form: str) -> Callable[[bytes], bool]:
    return lambda content: [tuple(row) for row in _solutions(content, form)] == [EXPECTED]


def _is_csv(content: bytes) -> bool:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    return rows == [["a", "b", "c", "d", "e"], ["urn:renkei:trial:a", TEXT, "a", "7", ""]]


def _is_graph(form: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        rdf = RdfFormat.from_media_type(form)
        return {quad.object for quad in parse(content, format=rdf)} == set(EXPECTED[1:4])

    return check


CHECKS: Final[dict[str, Callable[[bytes], bool]]] = {
    **{form: _is_table(form) for form in converting.SOLUTIONS},
    converting.CSV: _is_csv,
    **{form: _is_graph(form) for form in converting.GRAPHS},
}
