"""The terms of the ontology: what it says of each, how the data uses them, and which shapes speak of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import OWL, RDF, RDFS, SKOS
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import Term as Node
from renkei_kg.web.linked.view import View
from renkei_kg.web.reference import queries

STATED: Final = "SELECT ?term ?property ?value {{ ?term rdfs:isDefinedBy <{iri}> ; ?property ?value }}"
Said = dict[NamedNode, list[Node]]


@dataclass(frozen=True)
class Use:
    """How often the data uses a term, and a thing that does."""

    number: int = 0
    example: str = ""


@dataclass(frozen=True)
class Ontology:
    """What an ontology says of each of its terms, in the order of their names, and how they are used."""

    said: dict[str, Said]
    uses: dict[str, Use]
    below: dict[str, list[str]] = field(default_factory=dict)

    def values(self, iri: str, property_: NamedNode) -> list[str]:
        """The IRIs that a term has as the values of a property, in order."""
        found = self.said.get(iri, {}).get(property_, [])
        return sorted(one.value for one in found if isinstance(one, NamedNode))

    def text(self, iri: str, property_: NamedNode, language: str) -> Literal | None:
        """A text about a term in a language; else in any, else None."""
        texts = [o for o in self.said[iri].get(property_, []) if isinstance(o, Literal)]
        texts.sort(key=lambda one: (one.language != language, str(one)))
        return texts[0] if texts else None

    @cached_property
    def classes(self) -> list[str]:
        """The classes."""
        return [iri for iri in self.said if OWL.Class.value in self.values(iri, RDF.type)]

    @cached_property
    def relations(self) -> list[str]:
        """The properties whose values are things."""
        return [iri for iri in self._properties if not self._is_attribute(iri)]

    @cached_property
    def attributes(self) -> list[str]:
        """The properties whose values are texts, numbers and dates."""
        return [iri for iri in self._properties if self._is_attribute(iri)]

    @property
    def _properties(self) -> list[str]:
        classes = set(self.classes)
        return [iri for iri in self.said if iri not in classes]

    def _is_attribute(self, iri: str) -> bool:
        return OWL.DatatypeProperty.value in self.values(iri, RDF.type)

    def above(self, iri: str) -> list[str]:
        """The terms just above a term, of whatever vocabulary."""
        return [*self.values(iri, RDFS.subClassOf), *self.values(iri, RDFS.subPropertyOf)]

    def pointing(self, property_: NamedNode, iri: str) -> list[str]:
        """The terms that have a term as a value of a property."""
        return self._pointing.get((property_, iri), [])

    @cached_property
    def _pointing(self) -> dict[tuple[NamedNode, str], list[str]]:
        found: dict[tuple[NamedNode, str], list[str]] = {}
        for term, said in self.said.items():
            for property_ in said:
                for value in self.values(term, property_):
                    found.setdefault((property_, value), []).append(term)
        return found

    @cached_property
    def links(self) -> dict[str, list[tuple[str, list[str]]]]:
        """What each term is related to: by a word of the interface, the terms."""
        return {term: [(word, some) for word, some in links(self, term) if some] for term in self.said}


def read(view: View, iri: str) -> Ontology:
    """An ontology of a version. Raises EngineError."""
    stated: dict[str, Said] = defaultdict(lambda: defaultdict(list))
    for term, property_, value in view.rows(STATED.format(iri=iri)):
        stated[term.value][property_].append(value)
    said = {term: dict(stated[term]) for term in sorted(stated, key=str.casefold)}
    uses = {}
    for term, number, example in view.rows(queries.USED):
        shown = example.value if isinstance(example, NamedNode) else ""
        uses[term.value] = Use(int(number.value), shown)
    found = Ontology(said, uses)
    for term in said:
        for above in found.above(term):
            found.below.setdefault(above, []).append(term)
    return found


@dataclass(frozen=True)
class Shown:
    """A term as the page shows it. ``links`` are what it is related to: a word of the interface, terms."""

    name: str
    ref: Ref
    comment: Literal | None
    links: list[tuple[str, list[Ref]]]
    use: Use
    example: Ref | None
    shapes: list[Ref]
    is_class: bool


RELATED: Final = (
    ("ontology.domain", RDFS.domain),
    ("ontology.range", RDFS.range),
    ("ontology.inverse", OWL.inverseOf),
    ("ontology.disjoint", OWL.disjointWith),
    ("ontology.also", RDFS.seeAlso),
)


def links(ontology: Ontology, iri: str) -> Iterable[tuple[str, list[str]]]:
    """What a term is related to: by a word of the interface, the IRIs."""
    yield "ontology.super", ontology.above(iri)
    yield "ontology.sub", ontology.below.get(iri, [])
    for word, property_ in RELATED:
        found = ontology.values(iri, property_)
        if property_ in (OWL.inverseOf, OWL.disjointWith):
            found = sorted({*found, *ontology.pointing(property_, iri)})
        yield word, found
    yield "ontology.of", ontology.pointing(RDFS.domain, iri)
    yield "ontology.into", ontology.pointing(RDFS.range, iri)


COMMENTS: Final = (SKOS.definition, RDFS.comment)
