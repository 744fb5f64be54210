"""A version brought to a remote store: graph by graph, checked, and then made the one that servers read.

What has been brought and found right is noted in the store's state at once, so that a publication that was
broken off goes on where it was. Until the last step, one update, no server knows of the version.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from renkei_kg.engine.remote import state
from renkei_kg.engine.remote.capabilities import mend
from renkei_kg.engine.remote.engine import WATCH_SECONDS
from renkei_kg.engine.remote.naming import Naming, state_graph
from renkei_kg.publishing.hashing import Sum, summed
from renkei_kg.publishing.target import SECONDS, PublishingError, Target
from renkei_kg.snapshot import Snapshot

PAUSE: Final = 3 * WATCH_SECONDS  # by then every server knows that a version is not there any more
PARTS: Final = "SELECT ?graph WHERE {{ GRAPH <{state}> {{ <{version}> p:part ?graph . ?graph p:sum ?sum }} }}"
VERSIONS: Final = "SELECT DISTINCT ?id WHERE {{ GRAPH <{state}> {{ ?version p:version ?id }} }}"
Say = Callable[[str], None]


class Publisher:
    """Brings versions of one project to a store and takes them away. ``say`` is told what is done."""

    def __init__(self, target: Target, base: str, say: Say) -> None:
        self._target, self._base, self._say = target, base, say
        self._state = state_graph(base)

    async def publish(self, snapshot: Snapshot, now: datetime, *, loaded: bool = False) -> None:
        """Brings a version and makes it the one that is read. ``loaded`` says that graphs may be there
        already by other means: those that are right are not sent. Raises PublishingError, EngineError."""
        naming = Naming.of(snapshot.manifest)
        if snapshot.id in (await self.published()).versions:
            self._say(f"{snapshot.id} is there already")
        else:
            await self._bring(snapshot, naming, now, loaded=loaded)
        await self._switch(naming)
        self._say(f"{snapshot.id} is read from now on")

    async def published(self) -> state.Published:
        """What the store says that it holds. Raises EngineError."""
        return await self._target.published(self._base)

    async def dump(self, snapshot: Snapshot, file: Path) -> None:
        """Writes a version as N-Quads, its graphs and the union of them under the names that they have in the
        store, for a loader of the engine's own. Raises PublishingError, EngineError, OSError."""
        naming = Naming.of(snapshot.manifest)
        await self._prepare()
        store = Store.read_only(str(snapshot.store))
        graphs: dict[NamedNode | DefaultGraph, str] = {NamedNode(iri): g for iri, g in naming.graphs.items()}
        graphs[DefaultGraph()] = naming.union
        quads = (
            Quad(triple.subject, triple.predicate, triple.object, NamedNode(name))
            for graph, name in graphs.items()
            for triple in self._target.stored(_Source(store, graph)())
        )
        serialize(quads, file, RdfFormat.N_QUADS)

    async def _prepare(self) -> None:
        """Finds out in what form the store keeps what it is given."""
        await self._target.try_out()
        await mend(self._target.link, SECONDS)

    async def _bring(self, snapshot: Snapshot, naming: Naming, now: datetime, *, loaded: bool) -> None:
        version = NamedNode(naming.prefix)
        await self._prepare()
        await self._note(f'{version} p:version "{snapshot.id}" .')
        done = await self._done(version)
        store = Store.read_only(str(snapshot.store))
        for number, (iri, graph) in enumerate(naming.graphs.items(), 1):
            place = f"{number}/{len(naming.graphs)} {iri}"
            if graph in done:
                self._say(f"{place} is there already")
                continue
            source = _Source(store, NamedNode(iri))
            expected = summed(source())
            if not loaded or await self._target.sum(graph) != expected:
                await self._target.fill(graph, source)
            await self._check(version, graph, iri, expected, place)
        if naming.union not in done:
            expected = summed(_Source(store, DefaultGraph())())
            if not loaded or await self._target.sum(naming.union) != expected:
                await self._unite(snapshot, naming, store)
            await self._check(version, naming.union, "", expected, "the default graph")
        await self._note(f'{version} p:whole "{now.isoformat()}" .')

    async def _unite(self, snapshot: Snapshot, naming: Naming, store: Store) -> None:
        """Makes the default graph: in the store itself, so that its blank nodes are those of the graphs."""
        self._say("the default graph")
        if snapshot.manifest.get("default_graph") == "own":
            await self._target.fill(naming.union, _Source(store, DefaultGraph()))
            return
        await self._target.update(f"DROP SILENT GRAPH <{naming.union}>")
        for graph in naming.graphs.values():
            await self._target.update(
                f"INSERT {{ GRAPH <{naming.union}> {{ ?s ?p ?o }} }}"
                f" WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            )

    async def _check(self, version: NamedNode, graph: str, iri: str, expected: Sum, place: str) -> None:
        """Notes that a graph is right. Raises PublishingError when it is not."""
        found = await self._target.sum(graph)
        if found != expected:
            raise PublishingError(
                f"{place}: the store gives {found.triples} triples (sum {found.sha256[:12]}) where the "
                f"version has {expected.triples} (sum {expected.sha256[:12]}). Nothing is read from it: "
                "docs/engines.md says what engines change. Then publish again."
            )
        source = f" ; p:source <{iri}>" if iri else ""
        await self._note(
            f"{version} p:part <{graph}> . "
            f'<{graph}> p:triples {found.triples} ; p:sum "{found.sha256}"{source} .'
        )
        self._say(f"{place}: {found.triples} triples")

    async def _done(self, version: NamedNode) -> set[str]:
        """The graphs of a version that have been found right."""
        query = PARTS.format(state=self._state, version=version.value)
        return {row["graph"].value for row in await self._target.rows(state.PROLOGUE + query)}

    async def _note(self, triples: str) -> None:
        await self._target.update(f"{state.PROLOGUE}INSERT DATA {{ GRAPH <{self._state}> {{ {triples} }} }}")

    async def _switch(self, naming: Naming) -> None:
        """Makes a version the one that is read, by one triple. Raises PublishingError when it is not."""
        before = await self.published()
        if before.current == naming.version:
            return
        await self._note(f"<{naming.prefix}> p:turn {before.turns + 1} .")
        if (await self.published()).current != naming.version:
            raise PublishingError("the store does not say that the version is read: publish again.")

    async def prune(self, keep: int) -> None:
        """Takes away all versions but the one that is read and the ``keep`` newest whole ones, and what was
        never finished. Raises PublishingError, EngineError."""
        published = await self.published()
        kept = {published.current, *sorted(published.versions)[-keep:]}
        rows = await self._target.rows(state.PROLOGUE + VERSIONS.format(state=self._state))
        gone = sorted({row["id"].value for row in rows} - kept)
        for version in gone:
            subject = f"<{self._state}/{version}/>"
            await self._target.update(
                f"{state.PROLOGUE}DELETE WHERE {{ GRAPH <{self._state}> {{ {subject} p:whole ?at }} }}"
            )
        if gone:
            await asyncio.sleep(PAUSE)
        for version in gone:
            await self._drop(version)
            self._say(f"{version} is taken away")

    async def _drop(self, version: str) -> None:
        prefix = f"{self._state}/{version}/"
        graphs = (
            f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{prefix}')) }}"
        )
        for row in await self._target.rows(graphs):
            await self._target.update(f"DROP SILENT GRAPH <{row['g'].value}>")
        triple = f"GRAPH <{self._state}> {{ ?s ?p ?o }}"
        await self._target.update(
            f"DELETE {{ {triple} }} WHERE {{ {triple} FILTER(STRSTARTS(STR(?s), '{prefix}')) }}"
        )


@dataclass(frozen=True)
class _Source:
    """The triples of a graph in a version's own store, as often as they are asked for."""

    store: Store
    graph: NamedNode | DefaultGraph

    def __call__(self) -> Iterable[Triple]:
        return self._triples()

    def _triples(self) -> Iterator[Triple]:
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, self.graph))
