"""The description of a graph brought up to date after a change: only the counts that the change touches are
made again, from what came and went and what is around it.

``describe`` comes to the same, however much or little has changed; the tests hold the two against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from renkei_kg.compile.describe import (
    CLASS,
    DATATYPE,
    LINKS,
    OBJECTS,
    PROPERTY,
    TOTALS,
    Described,
    Kind,
    links,
)
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import ONTOLOGY, RDF, VOID
from renkei_kg.union import DEFAULT, Delta, Graph, Union

ROUNDS: Final = 12
Term = NamedNode | BlankNode | Literal | Triple
Subject = NamedNode | BlankNode | Triple
Pattern = tuple[Subject | None, NamedNode | None, Term | None]
Part = tuple[NamedNode, Kind, NamedNode]


def recount(union: Union, of: Described, graph: NamedNode) -> None:
    """Brings the description in ``graph`` up to date, which was right before ``union`` was changed.

    Raises RenkeiError if the counts do not settle.
    """
    seen: dict[Graph, Delta] = {}
    for _ in range(ROUNDS):
        news = {name: _since(delta, seen.get(name)) for name, delta in union.deltas.items()}
        news = {name: delta for name, delta in news.items() if delta}
        if not news:
            return
        seen = {name: Delta(set(d.added), set(d.removed)) for name, d in union.deltas.items()}
        description = _Description(union, of, graph)
        for name, delta in news.items():
            if name == DEFAULT or of.covers(name):
                description.count(name, delta)
        description.write()
    raise RenkeiError("the description of the graph does not settle; this is a fault of the program.")


def _since(delta: Delta, seen: Delta | None) -> Delta:
    """What has come and gone since ``seen``."""
    if seen is None:
        return delta
    added = (delta.added - seen.added) | (seen.removed - delta.removed)
    removed = (delta.removed - seen.removed) | (seen.added - delta.added)
    return Delta(added, removed)


class _Description:
    """The description as it is, and what is to be changed in it."""

    def __init__(self, union: Union, of: Described, graph: NamedNode) -> None:
        self.union, self.of, self.graph = union, of, graph
        self.old: set[Triple] = set()
        self.new: set[Triple] = set()

    def write(self) -> None:
        """Makes the changes."""
        self.union.remove(self.old - self.new, self.graph)
        self.union.add(self.new - self.old, self.graph)

    def count(self, graph: Graph, delta: Delta) -> None:
        """Counts again what the change of one graph touches."""
        around = _Around(self.union.store, graph, delta)
        node = graph if isinstance(graph, NamedNode) else self.of.dataset
        self._totals(node, around)
        shifts: Counter[Part] = Counter()
        for sign, triples in ((1, delta.added), (-1, delta.removed)):
            for triple in triples:
                shifts[node, PROPERTY, triple.predicate] += sign
                if triple.predicate == RDF.type and isinstance(triple.object, NamedNode):
                    shifts[node, CLASS, triple.object] += sign
        if node == self.of.dataset:
            shifts.update(self._classes(around))
            self._links(around)
        for (of, kind, term), shift in shifts.items():
            if shift:
                before = self._number(self.of.part(of, term), kind.measure)
                self.old.update(self.of.partition(of, kind, term, before) if before else ())
                after = before + shift
                self.new.update(self.of.partition(of, kind, term, after) if after else ())

    def _totals(self, node: NamedNode, around: "_Around") -> None:
        shifts = around.totals()
        before = {name: self._number(node, name) for name in TOTALS}
        after = {name: before[name] + shifts[name] for name in TOTALS}
        for numbers, found in ((before, self.old), (after, self.new)):
            if numbers[VOID.triples]:
                found.update(Triple(node, name, Literal(number)) for name, number in numbers.items())
                if node != self.of.dataset:
                    found.update(self.of.graph(node))

    def _number(self, node: NamedNode, measure: NamedNode) -> int:
        """A count that the description has; 0 if it has none."""
        found = self.union.store.quads_for_pattern(node, measure, None, self.graph)
        return next((int(quad.object.value) for quad in found if isinstance(quad.object, Literal)), 0)

    def _classes(self, around: "_Around") -> Counter[Part]:
        """By how much the parts change that are told by the classes of subjects and objects."""
        shifts: Counter[Part] = Counter()
        part = self.of.part
        for state, triples in enumerate(around.touched()):
            sign = 1 if state else -1
            for triple in triples:
                for cls in around.classes(triple.subject)[state]:
                    outer = part(self.of.dataset, cls)
                    inner = part(outer, triple.predicate)
                    shifts[outer, PROPERTY, triple.predicate] += sign
                    if isinstance(triple.object, Literal):
                        shifts[inner, DATATYPE, triple.object.datatype] += sign
                    for other in around.classes(triple.object)[state]:
                        shifts[inner, OBJECTS, other] += sign
        return shifts

    def _links(self, around: "_Around") -> None:
        """Counts links again when any may have come or gone."""
        store = self.union.store
        if not around.links():
            return
        linksets = [q.subject for q in store.quads_for_pattern(None, RDF.type, VOID.Linkset, self.graph)]
        targets = [
            quad.object
            for linkset in linksets
            for quad in store.quads_for_pattern(linkset, VOID.objectsTarget, None, self.graph)
            if isinstance(quad.object, NamedNode)
        ]
        for node in (*linksets, *targets):
            self.old |= {q.triple for q in store.quads_for_pattern(node, None, None, self.graph)}
        self.old |= {Triple(self.of.dataset, VOID.subset, linkset) for linkset in linksets}
        for prop, place, count in links(store, self.of.base):
            self.new.update(self.of.linkset(prop, place, count))


class _Around:
    """One graph, what has changed in it, and what of the rest that touches."""

    def __init__(self, store: Store, graph: Graph, delta: Delta) -> None:
        self.store, self.graph, self.delta = store, graph, delta
        self.changed = delta.added | delta.removed
        self._types: dict[Term, tuple[frozenset[NamedNode], frozenset[NamedNode]]] = {}
        self._retyped = {t.subject for t in self.changed if t.predicate == RDF.type and _own(t.object)}
        self._gone: dict[Term, set[Triple]] = defaultdict(set)
        for triple in delta.removed:
            if triple.subject in self._retyped:
                self._gone[triple.subject].add(triple)

    def totals(self) -> dict[NamedNode, int]:
        """By how much the totals of the graph change."""
        classes = {(None, RDF.type, t.object) for t in self.changed if t.predicate == RDF.type}
        return {
            VOID.triples: self.delta.growth,
            VOID.distinctSubjects: self._growth({(t.subject, None, None) for t in self.changed}),
            VOID.classes: self._growth(classes),
            VOID.properties: self._growth({(None, t.predicate, None) for t in self.changed}),
        }

    def _growth(self, patterns: Set[Pattern]) -> int:
        """How many more of the patterns match anything now than did before."""
        gone = {
            pattern
            for t in self.delta.removed
            for pattern in ((t.subject, None, None), (None, t.predicate, None), (None, t.predicate, t.object))
        }
        growth = 0
        for pattern in patterns:
            now = stayed = False
            for triple in self._now(*pattern):
                now = True
                stayed = triple not in self.delta.added
                if stayed:
                    break
            growth += now - (stayed or pattern in gone)
        return growth

    def touched(self) -> tuple[set[Triple], set[Triple]]:
        """The triples before and after the change that are counted otherwise now: those that came and went,
        and those about or with things whose classes have changed."""
        near = {t for node in self._retyped for t in (*self._now(node), *self._now(value=node))}
        return self.delta.removed | (near - self.delta.added), self.delta.added | near

    def classes(self, node: Term) -> tuple[frozenset[NamedNode], frozenset[NamedNode]]:
        """The ontology's own classes of a thing, before and after the change."""
        if isinstance(node, Literal | Triple):
            return frozenset(), frozenset()
        if node not in self._types:
            now = set(self._now(node, RDF.type))
            gone = {t for t in self._gone.get(node, ()) if t.predicate == RDF.type}
            then = (now - self.delta.added) | gone
            self._types[node] = _classes(then), _classes(now)
        return self._types[node]

    def links(self) -> bool:
        """Whether links may have come or gone."""
        return any(t.predicate in LINKS for t in self.changed) or any(
            next(self._now(node, prop), None) for node in self._retyped for prop in LINKS
        )

    def _now(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of the graph as it is that match a pattern."""
        found = self.store.quads_for_pattern(subject, predicate, value, self.graph)
        return (quad.triple for quad in found)


def _classes(triples: Iterable[Triple]) -> frozenset[NamedNode]:
    return frozenset(t.object for t in triples if isinstance(t.object, NamedNode) and _own(t.object))


def _own(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(ONTOLOGY)
