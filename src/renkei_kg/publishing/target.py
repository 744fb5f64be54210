"""A remote store as a version is published to it: its graphs are filled, read back and dropped, and what it
holds is noted in its own state (``engine/remote/state.py``)."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from renkei_kg.engine.remote import converting, state
from renkei_kg.engine.remote.link import FORM, Body, Link, refusal, unavailable
from renkei_kg.engine.remote.naming import CONTENTS, STORED_WKT, TRIALS, WKT
from renkei_kg.errors import RenkeiError
from renkei_kg.publishing.hashing import Sum, summed

BATCH: Final = 10_000  # triples sent at once
SECONDS: Final = 3600.0
OWN: Final = NamedNode(WKT)
STORED: Final = NamedNode(STORED_WKT)


class PublishingError(RenkeiError):
    """A version cannot be published; the message says why and what to do. Readers see the one before."""


class Target:
    """A store that can be asked and changed."""

    def __init__(self, link: Link) -> None:
        self.link = link

    async def rows(self, query: str) -> list[dict[str, Any]]:
        """The solutions of a query about the state, by the names of the variables. Raises EngineError."""
        content = await self.link.whole([("query", query)], converting.JSON, SECONDS)
        found = parse_query_results(content, QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [dict(zip(names, solution, strict=True)) for solution in found]

    async def published(self, base: str) -> state.Published:
        """What the store says that it holds of a project. Raises EngineError."""
        content = await self.link.whole([("query", state.question(base))], converting.JSON, SECONDS)
        return state.read(content)

    async def update(self, text: str) -> None:
        """Makes an update. Raises PublishingError, EngineError."""
        body = urlencode([("update", text)]).encode()
        headers = {"Content-Type": FORM, "Accept": "*/*"}
        await self._done("POST", self.link.address.update, body, headers, "an update")

    async def fill(self, graph: str, source: Callable[[], Iterable[Triple]]) -> None:
        """Gives a graph these triples and no others; ``source`` is read twice. Raises PublishingError,
        EngineError."""
        method = "PUT"
        for batch in batches(source):
            content = serialize(self.stored(batch), format=RdfFormat.N_TRIPLES)
            assert content is not None
            await self._store(method, graph, content)
            method = "POST"

    def stored(self, triples: Iterable[Triple]) -> Iterable[Triple]:
        """Triples as they are stored there."""
        return map(_stored, triples) if self.link.renames else triples

    async def _store(self, method: str, graph: str, content: bytes) -> None:
        headers = {"Content-Type": converting.N_TRIPLES}
        await self._done(method, self._url(graph), content, headers, f"a graph ({method})")

    def _url(self, graph: str) -> str:
        """Where a graph is (SPARQL 1.1 Graph Store HTTP Protocol, section 4.2)."""
        store = self.link.address.graphs
        return f"{store}{'&' if '?' in store else '?'}{urlencode({'graph': graph})}"

    async def _done(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], what: str
    ) -> None:
        response = await self.link.send(method, url, body, headers)
        if response.status in (200, 201, 202, 204):
            async with response:
                await response.read()
            return
        status = response.status
        raise PublishingError(
            f"the store does not take {what} (status {status}): {await refusal(response, SECONDS)}"
        )

    async def sum(self, graph: str) -> Sum:
        """What a graph holds, by reading all of it. Raises PublishingError, EngineError."""
        response = await self.link.send("GET", self._url(graph), None, {"Accept": converting.N_TRIPLES})
        if response.status == 404:
            response.close()
            return summed(())
        if response.status != 200:
            said = await refusal(response, SECONDS)
            raise PublishingError(f"the store does not give <{graph}> (status {response.status}): {said}")
        loop = asyncio.get_running_loop()
        try:
            with ThreadPoolExecutor(1) as threads:
                return await loop.run_in_executor(threads, _sum, _Reading(self.link.body(response), loop))
        except aiohttp.ClientError as error:
            raise unavailable(error) from None
        except (SyntaxError, ValueError) as error:
            raise PublishingError(f"what the store gives of <{graph}> cannot be read: {error}") from None
        finally:
            response.close()

    async def try_out(self) -> None:
        """Puts the graphs there by which servers find out what the engine can do."""
        for graph, content in zip(TRIALS, CONTENTS, strict=True):
            await self._store("PUT", graph, content.encode())


class _Reading:
    """An answer as a file that another thread reads."""

    def __init__(self, body: Body, loop: asyncio.AbstractEventLoop) -> None:
        self._body, self._loop = body, loop
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        if not self._left:
            self._left = asyncio.run_coroutine_threadsafe(self._body.more(), self._loop).result()
        cut = len(self._left) if size < 0 else size
        given, self._left = self._left[:cut], self._left[cut:]
        return given


def _stored(triple: Triple) -> Triple:
    """A triple as it is stored where literals in WKT have another datatype."""
    return Triple(_renamed(triple.subject), triple.predicate, _renamed(triple.object))


def _renamed(term: Any) -> Any:
    if isinstance(term, Literal) and term.datatype == OWN:
        return Literal(term.value, datatype=STORED)
    return STORED if term == OWN else term


def _sum(source: Any) -> Sum:
    return summed(quad.triple for quad in parse(source, format=RdfFormat.N_TRIPLES))


def batches(source: Callable[[], Iterable[Triple]]) -> Iterator[list[Triple]]:
    """The triples of a graph in batches that can be sent one by one: those with blank nodes together in the
    first, as a blank node of one document is none of another. There is at least one batch, if an empty one.
    ``source`` is read twice."""
    linked = [triple for triple in source() if _has_blank(triple)]
    ground = (triple for triple in source() if not _has_blank(triple))
    yield linked + list(islice(ground, max(BATCH - len(linked), 0)))
    while batch := list(islice(ground, BATCH)):
        yield batch


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
