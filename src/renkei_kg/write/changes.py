"""What a write changes, found out by looking at the graphs that it may write before and after.

Where the default graph is the union of the named ones, it is made to follow here: a triple is in it, once, as
long as any named graph has it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from renkei_kg.textsearch.index import PROPERTIES
from renkei_kg.write.errors import UpdateFailed
from renkei_kg.write.rules import Rules

Graph = NamedNode | DefaultGraph
TEXTS = frozenset(PROPERTIES)


@dataclass(frozen=True)
class Change:
    """What a write has changed: triples added and removed, leaving aside a default graph that only follows.

    ``graphs`` has the new sizes of the named graphs that changed, ``default`` and ``quads`` are how much the
    default graph and the whole grew, ``texts`` says whether text search may find other things, and ``digest``
    tells this change from any other.
    """

    added: int
    removed: int
    graphs: dict[str, int] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    default: int = 0
    quads: int = 0
    texts: bool = False
    digest: str = ""

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.added or self.removed or self.created or self.dropped)


class Changes:
    """Keeps what graphs held before they were written, as far as they may be."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self.store, self.rules = store, rules
        self._names = set(store.named_graphs())
        self._first: dict[Graph, set[Quad]] = {}
        self._settled: dict[Graph, set[Quad]] = {}
        self._any = False
        self._followed = 0

    def expect(self, graphs: Iterable[Graph]) -> None:
        """Says that graphs may be written from now on."""
        for graph in graphs:
            if graph not in self._settled:
                self._first[graph] = self._settled[graph] = self._quads(graph)

    def held(self, graph: Graph) -> set[Quad]:
        """What an expected graph held when the default graph was last made to follow."""
        return self._settled[graph]

    def expect_any(self) -> None:
        """Says that any named graph may be written from now on."""
        self._any = True
        self.expect(self._named())

    def expect_default(self) -> None:
        """Says that the default graph, which is none but itself, may be written from now on."""
        self.expect([DefaultGraph()])

    def before_asking(self) -> None:
        """Makes a default graph that is a union whole, so that a pattern finds what is in it."""
        if not self.rules.own_default:
            self._settle()

    def total(self) -> Change:
        """All that has changed, the default graph made to follow. Raises WriteRefused when a graph has that
        may not, UpdateFailed when a graph has come that has no IRI."""
        self._settle()
        named = set(self._named())
        added = removed = 0
        default = self._followed
        texts = False
        lines: list[str] = []
        graphs: dict[str, int] = {}
        for graph, now in self._settled.items():
            before = self._first.get(graph, set())
            more, less = now - before, before - now
            added, removed = added + len(more), removed + len(less)
            texts = texts or any(quad.predicate.value in TEXTS for quad in more | less)
            lines += [f"+ {quad}" for quad in more] + [f"- {quad}" for quad in less]
            if isinstance(graph, NamedNode) and (more or less):
                graphs[graph.value] = len(now)
            elif more or less:
                default += len(more) - len(less)
        created = sorted(graph.value for graph in named - self._names)
        dropped = sorted(graph.value for graph in self._names - named)
        for iri in (*created, *dropped):  # an empty one has come or gone without any change of quads
            self.rules.check(iri)
        lines += [f"create {iri}" for iri in created] + [f"drop {iri}" for iri in dropped]
        digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        sizes = {iri: size for iri, size in graphs.items() if iri not in dropped} | {
            iri: graphs.get(iri, 0) for iri in created
        }
        quads = added - removed + self._followed
        return Change(added, removed, sizes, created, dropped, default, quads, texts, digest)

    def _settle(self) -> None:
        graphs = set(self._settled) | (set(self._named()) if self._any else set())
        for graph in graphs:
            now = self._quads(graph)
            before = self._settled.get(graph, set())
            if now != before:
                self.rules.check(graph.value if isinstance(graph, NamedNode) else None)
                if not self.rules.own_default:
                    self._follow(now - before, before - now)
            self._settled[graph] = now

    def _follow(self, added: set[Quad], removed: set[Quad]) -> None:
        """Makes the default graph follow the named ones."""
        more = [bare for bare in map(_bare, added) if bare not in self.store]
        self.store.extend(more)
        self._followed += len(more)
        for quad in removed:
            found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            where = {one.graph_name for one in found}
            # Two graphs may have lost the same triple.
            if where == {DefaultGraph()}:
                self.store.remove(_bare(quad))
                self._followed -= 1

    def _named(self) -> list[NamedNode]:
        found = []
        for graph in self.store.named_graphs():
            if isinstance(graph, BlankNode):
                raise UpdateFailed("The update makes a graph that a blank node names: name graphs by IRIs.")
            found.append(graph)
        return found

    def _quads(self, graph: Graph) -> set[Quad]:
        return set(self.store.quads_for_pattern(None, None, None, graph))


def _bare(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)
