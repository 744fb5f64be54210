"""What a write changes, found out by looking at the graphs that it may write before and after.

Where the default graph is the union of the named ones, it is made to follow.
"""

import hashlib
from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from renkei_kg.union import DEFAULT, Graph, Union
from renkei_kg.write.change import Change
from renkei_kg.write.errors import UpdateFailed
from renkei_kg.write.rules import Rules


class Changes:
    """Keeps what graphs held before they were written, as far as they may be."""

    def __init__(self, union: Union, rules: Rules) -> None:
        self.union, self.rules = union, rules
        self.store: Store = union.store
        self._names = set(self.store.named_graphs())
        self._settled: dict[Graph, set[Quad]] = {}
        self._any = False

    def expect(self, graphs: Iterable[Graph]) -> None:
        """Says that graphs may be written from now on."""
        for graph in graphs:
            if graph not in self._settled:
                self._settled[graph] = self._quads(graph)

    def held(self, graph: Graph) -> set[Quad]:
        """What an expected graph held when the default graph was last made to follow."""
        return self._settled[graph]

    def expect_any(self) -> None:
        """Says that any named graph may be written from now on."""
        self._any = True
        self.expect(self._named())

    def expect_default(self) -> None:
        """Says that the default graph, which is none but itself, may be written from now on."""
        self.expect([DEFAULT])

    def before_asking(self) -> None:
        """Makes a default graph that is a union whole, so that a pattern finds what is in it."""
        if not self.rules.own_default:
            self._settle()

    def total(self) -> Change:
        """All that has changed, the default graph made to follow. Raises WriteRefused when a graph has that
        may not, UpdateFailed when a graph has come that has no IRI."""
        self._settle()
        named = set(self._named())
        deltas = {graph: delta for graph, delta in self.union.deltas.items() if graph in self._settled}
        added = [_in(triple, graph) for graph, delta in deltas.items() for triple in delta.added]
        removed = [_in(triple, graph) for graph, delta in deltas.items() for triple in delta.removed]
        created = sorted(graph.value for graph in named - self._names)
        dropped = sorted(graph.value for graph in self._names - named)
        for iri in (*created, *dropped):  # an empty one has come or gone without any change of quads
            self.rules.check(iri)
        lines = [f"+ {quad}" for quad in added] + [f"- {quad}" for quad in removed]
        lines += [f"create {iri}" for iri in created] + [f"drop {iri}" for iri in dropped]
        digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        return Change(
            tuple(sorted(added, key=_place)),
            tuple(sorted(removed, key=_place)),
            tuple(created),
            tuple(dropped),
            digest,
        )

    def _settle(self) -> None:
        graphs = set(self._settled) | (set(self._named()) if self._any else set())
        for graph in graphs:
            now = self._quads(graph)
            before = self._settled.get(graph, set())
            if now != before:
                self.rules.check(graph.value if isinstance(graph, NamedNode) else None)
                self.union.noted(now - before, before - now, graph)
            self._settled[graph] = now

    def _named(self) -> list[NamedNode]:
        found = []
        for graph in self.store.named_graphs():
            if isinstance(graph, BlankNode):
                raise UpdateFailed("The update makes a graph that a blank node names: name graphs by IRIs.")
            found.append(graph)
        return found

    def _quads(self, graph: Graph) -> set[Quad]:
        return set(self.store.quads_for_pattern(None, None, None, graph))


def _in(triple: Triple, graph: Graph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _place(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad)
