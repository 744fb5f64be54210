"""A difference between two versions as a person reads it: entity by entity, property by property."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from renkei_kg.namespaces import PREFIXES, RDF, RDFS, SKOS
from renkei_kg.versions.difference import Difference

LABELS = (RDFS.label, SKOS.prefLabel)


@dataclass
class Change:
    """What became of the values of one property of one entity in one graph: each value with how far down a
    list it stands."""

    path: str
    graph: str
    old: list[tuple[int, str]] = field(default_factory=list)
    new: list[tuple[int, str]] = field(default_factory=list)

    @property
    def gone(self) -> list[str]:
        """The values that are not there any more."""
        return sorted((Counter(_values(self.old)) - Counter(_values(self.new))).elements())

    @property
    def come(self) -> list[str]:
        """The values that were not there before."""
        return sorted((Counter(_values(self.new)) - Counter(_values(self.old))).elements())

    @property
    def reordered(self) -> bool:
        """Whether a list has the same members in another order."""
        return not self.gone and not self.come and _values(self.old) != _values(self.new)

    @property
    def sign(self) -> str:
        """``+`` when values came, ``-`` when they went, ``~`` when others are in their place; empty when
        nothing has changed."""
        gone, come = bool(self.gone), bool(self.come)
        return "~" if self.reordered or (gone and come) else "+" if come else "-" if gone else ""

    def text(self) -> str:
        """One line: the sign, the property with the old and the new values, and the graph."""
        if self.reordered:
            return f"~ {self.path}: in another order  ({self.graph})"
        values = [", ".join(found) for found in (self.gone, self.come) if found]
        return f"{self.sign} {self.path}: {' → '.join(values)}  ({self.graph})"


def _values(found: list[tuple[int, str]]) -> list[str]:
    return [value for _, value in sorted(found)]


@dataclass(frozen=True)
class Entity:
    """A thing of which something else is said now: its name as a prefixed one or in angle brackets, its IRI,
    empty for a blank node, and its label, if it has one."""

    name: str
    iri: str
    label: str
    changes: tuple[Change, ...]

    def lines(self) -> Iterator[str]:
        """The entity and its changes as lines of text."""
        yield f"{self.name}  {self.label}".rstrip()
        yield from (f"  {change.text()}" for change in self.changes)


def entities(difference: Difference, before: Store, after: Store, base: str, language: str) -> list[Entity]:
    """A difference by entities. What is said of a blank node is listed with the entity that leads to it."""
    words = _Words(before, after, base, language)
    found: dict[str, dict[tuple[str, str], Change]] = defaultdict(dict)
    for quads, store, new in zip(difference.told(), (before, after), (False, True), strict=True):
        about = {quad.subject for quad in quads}
        for quad in quads:
            if isinstance(quad.object, BlankNode) and quad.object in about:
                continue  # it only leads to what is said of that node
            if quad.predicate == RDF.rest:
                continue  # where a list goes on and ends; its members are told
            owner, path, depth = words.owner(quad, store)
            key = path, words.graph(quad.graph_name)
            change = found[owner].setdefault(key, Change(*key))
            (change.new if new else change.old).append((depth, words.value(quad.object)))
    told = {
        iri: tuple(changes[key] for key in sorted(changes) if changes[key].sign)
        for iri, changes in found.items()
    }
    return [
        Entity(words.short(iri), "" if iri.startswith("_:") else iri, words.label(iri), changes)
        for iri, changes in sorted(told.items())
        if changes
    ]


class _Words:
    """Names and labels of terms, in one language where there is a choice."""

    def __init__(self, before: Store, after: Store, base: str, language: str) -> None:
        self.stores = (after, before)
        self.base, self.language = base, language
        self._labels: dict[str, str] = {}

    def owner(self, quad: Quad, store: Store) -> tuple[str, str, int]:
        """The entity that a quad is about, the properties that lead from it to the value, and how many cells
        of lists are on the way."""
        node, steps = quad.subject, [quad.predicate]
        seen = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            above = next(store.quads_for_pattern(None, None, node, None), None)
            if above is None:
                break
            node = above.subject
            steps.append(above.predicate)
        name = node.value if isinstance(node, NamedNode) else str(node)
        return name, self.path(reversed(steps)), steps.count(RDF.rest)

    def path(self, steps: Iterable[NamedNode]) -> str:
        """The properties of a path, the cells of a list left out: ``[]`` stands for any member of it."""
        names = (self.short(step.value) for step in steps if step != RDF.rest)
        return "/".join(names).replace("/rdf:first", "[]")

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
