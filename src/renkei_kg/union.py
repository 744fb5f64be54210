"""A store whose default graph is the union of its named graphs (docs/decisions/0001), changed so that it
stays so, with an account of what has come and gone in each graph."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

Graph = NamedNode | DefaultGraph
DEFAULT = DefaultGraph()


@dataclass
class Delta:
    """What one graph holds now and did not before, and the other way round."""

    added: set[Triple] = field(default_factory=set)
    removed: set[Triple] = field(default_factory=set)

    def come(self, triple: Triple) -> None:
        """Notes that a triple has come into the graph, which did not have it."""
        if triple in self.removed:
            self.removed.remove(triple)
        else:
            self.added.add(triple)

    def gone(self, triple: Triple) -> None:
        """Notes that a triple has gone from the graph, which had it."""
        if triple in self.added:
            self.added.remove(triple)
        else:
            self.removed.add(triple)

    @property
    def growth(self) -> int:
        """By how much the graph has grown."""
        return len(self.added) - len(self.removed)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


class Union:
    """A store and what has changed in it. A default graph that is ``own`` is none but itself and follows
    nothing."""

    def __init__(self, store: Store, *, own: bool = False) -> None:
        self.store, self.own = store, own
        self.deltas: dict[Graph, Delta] = {}

    def delta(self, graph: Graph) -> Delta:
        """What has changed in a graph."""
        return self.deltas.setdefault(graph, Delta())

    def add(self, triples: Iterable[Triple], graph: NamedNode) -> None:
        """Adds triples to a named graph."""
        quads = _stored(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        new = [quad for quad in quads if quad not in self.store]
        self.store.extend(new)
        self.noted(new, (), graph)

    def remove(self, triples: Iterable[Triple], graph: NamedNode) -> None:
        """Removes triples from a named graph."""
        quads = (Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        old = [quad for quad in quads if quad in self.store]
        for quad in old:
            self.store.remove(quad)
        self.noted((), old, graph)

    def noted(self, added: Iterable[Quad], removed: Iterable[Quad], graph: Graph) -> None:
        """Takes note of quads that have come into and gone from a graph already, and makes the default graph
        follow."""
        delta = self.delta(graph)
        added, removed = list(added), list(removed)
        for quad in added:
            delta.come(quad.triple)
        for quad in removed:
            delta.gone(quad.triple)
        if not self.own and graph != DEFAULT:
            self._follow(added, removed)

    def _follow(self, added: list[Quad], removed: list[Quad]) -> None:
        delta = self.delta(DEFAULT)
        new = [bare for bare in map(_bare, added) if bare not in self.store]
        self.store.extend(new)
        for quad in new:
            delta.come(quad.triple)
        for quad in removed:
            found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            # Two graphs may have lost the same triple.
            if {one.graph_name for one in found} == {DEFAULT}:
                self.store.remove(_bare(quad))
                delta.gone(quad.triple)


def _stored(quads: Iterable[Quad]) -> list[Quad]:
    """Quads as a store gives them back: it keeps the value of a number or a time, not how it was written."""
    store = Store()
    store.extend(quads)
    return list(store)


def _bare(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)
