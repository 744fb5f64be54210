"""A difference between two versions as a person reads it: entity by entity, property by property."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from renkei_kg.namespaces import PREFIXES, RDFS, SKOS
from renkei_kg.versions.difference import Difference

LABELS = (RDFS.label, SKOS.prefLabel)
DEEPEST = 20


@dataclass
class Change:
    """What became of the values of one property of one entity in one graph."""

    path: str
    graph: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)

    def text(self) -> str:
        """One line: ``~`` with the old and the new values, ``+`` or ``-`` with those that came or went."""
        old, new = ", ".join(self.old), ", ".join(self.new)
        sign = "~" if old and new else "+" if new else "-"
        return f"{sign} {self.path}: {' → '.join(part for part in (old, new) if part)}  ({self.graph})"


@dataclass(frozen=True)
class Entity:
    """A thing of which something else is said now, with its label, if it has one."""

    iri: str
    label: str
    changes: tuple[Change, ...]

    def lines(self) -> Iterator[str]:
        """The entity and its changes as lines of text."""
        yield f"{self.iri}  {self.label}".rstrip()
        yield from (f"  {change.text()}" for change in self.changes)


def entities(difference: Difference, before: Store, after: Store, base: str, language: str) -> list[Entity]:
    """A difference by entities. What is said of a blank node is listed with the entity that leads to it."""
    words = _Words(before, after, base, language)
    found: dict[str, dict[tuple[str, str], Change]] = defaultdict(dict)
    for quads, store, new in ((difference.removed, before, False), (difference.added, after, True)):
        told = {quad.subject for quad in quads}
        for quad in quads:
            if isinstance(quad.object, BlankNode) and quad.object in told:
                continue  # it only leads to what is told of that node
            owner, path = words.owner(quad, store, difference.labels)
            key = path, words.graph(quad.graph_name)
            change = found[owner].setdefault(key, Change(*key))
            (change.new if new else change.old).append(words.value(quad.object))
    return [
        Entity(words.short(iri), words.label(iri), tuple(changes[key] for key in sorted(changes)))
        for iri, changes in sorted(found.items())
    ]


class _Words:
    """Names and labels of terms, in one language where there is a choice."""

    def __init__(self, before: Store, after: Store, base: str, language: str) -> None:
        self.stores = (after, before)
        self.base, self.language = base, language
        self._labels: dict[str, str] = {}

    def owner(self, quad: Quad, store: Store, labels: Mapping[BlankNode, BlankNode]) -> tuple[str, str]:
        """The entity that a quad is about, and the properties that lead from it to the value."""
        node, steps = quad.subject, [self.short(quad.predicate.value)]
        for _ in range(DEEPEST):
            if isinstance(node, NamedNode):
                break
            known = labels.get(node, node) if isinstance(node, BlankNode) else node
            above = next(store.quads_for_pattern(None, None, known, None), None)
            if above is None:
                break
            node = above.subject
            steps.append(self.short(above.predicate.value))
        return node.value if isinstance(node, NamedNode) else str(node), "/".join(reversed(steps))

    def value(self, term: object) -> str:
        """A value: a literal as in Turtle, a thing by its name and label."""
        if isinstance(term, NamedNode):
            return f"{self.short(term.value)} {self.label(term.value)}".rstrip()
        if isinstance(term, Literal) and term.datatype.value.startswith(PREFIXES["xsd"]):
            kind = term.datatype.value.removeprefix(PREFIXES["xsd"])
            return str(Literal(term.value)) if kind == "string" else f"{term.value}"
        return "[]" if isinstance(term, BlankNode) else str(term)

    def graph(self, graph: object) -> str:
        """A graph by its name below the data's own graphs, or its IRI."""
        if isinstance(graph, DefaultGraph):
            return "default graph"
        start = f"{self.base}graph/"
        if isinstance(graph, NamedNode) and graph.value.startswith(start):
            return graph.value.removeprefix(start)
        return str(graph)

    def short(self, iri: str) -> str:
        """An IRI by its well-known prefix, or in angle brackets."""
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri if iri.startswith("_:") else f"<{iri}>"

    def label(self, iri: str) -> str:
        """The label of a thing, in quotation marks; empty if it has none."""
        if iri not in self._labels:
            found = [] if iri.startswith("_:") else list(self._texts(NamedNode(iri)))
            best = min(found, key=lambda text: (text.language != self.language, text.value), default=None)
            self._labels[iri] = f"“{best.value}”" if best else ""
        return self._labels[iri]

    def _texts(self, thing: NamedNode) -> Iterator[Literal]:
        for store in self.stores:
            for name in LABELS:
                texts = [q.object for q in store.quads_for_pattern(thing, name, None, None)]
                if literals := [text for text in texts if isinstance(text, Literal)]:
                    yield from literals
                    return
