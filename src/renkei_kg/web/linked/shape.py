"""A description as a page shows it: properties with their values by name, and what supports each value."""

from collections import defaultdict
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, RDF, RDFS, RK, SCHEMA, SKOS
from renkei_kg.web.linked.description import Description, Said, grouped
from renkei_kg.web.linked.refs import Refs, order
from renkei_kg.web.linked.shown import Property, Ref, Value
from renkei_kg.web.linked.support import Support
from renkei_kg.web.linked.view import Term

SHOWN: Final = 24
IN_THE_HEAD: Final = (RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, RK.kana, SCHEMA.name)
LEADS: Final = (SKOS.definition, RK.officialText, RK.translatedText, DCTERMS.description, RDFS.comment)
FIRST: Final = (
    *("policy", "project", "fiscalYear", "area", "subprefecture", "prefecture", "bureau", "jurisdiction"),
    *("seat", "municipality", "theme", "asset", "actor", "initiative", "certainty", "basis"),
)


class Shape:
    """One thing and all that a page shows of it."""

    def __init__(self, refs: Refs, found: Description) -> None:
        self._refs, self._found = refs, found
        self._said = grouped(found.own)
        self._own = self._said.get(NamedNode(found.iri), {})
        self._lead = self._leading()
        self.support = Support(refs, found)

    def _leading(self) -> tuple[NamedNode, Term] | None:
        for property_ in LEADS:
            for one in self._own.get(property_, []):
                if isinstance(one, Literal) and one.language == self._refs.page.lang:
                    return property_, one
        return None

    @property
    def ref(self) -> Ref:
        """The thing by its name."""
        return self._refs.thing(self._found.iri)

    @property
    def kinds(self) -> list[Ref]:
        """What it is."""
        return self._refs.kinds(self._found.types)

    def texts(self, property_: NamedNode) -> list[Value]:
        """The literals of a property."""
        return [self._refs.value(o) for o in self._own.get(property_, []) if isinstance(o, Literal)]

    @property
    def names(self) -> list[Value]:
        """Its names in other languages."""
        return [one for one in self.texts(RDFS.label) if one.text != self.ref.text]

    @property
    def aliases(self) -> list[Value]:
        """Its other names in the page's language."""
        return [one for one in self.texts(SKOS.altLabel) if not one.lang]

    @property
    def kana(self) -> list[Value]:
        """How its Japanese name is read."""
        return self.texts(RK.kana)

    @property
    def lead(self) -> Value | None:
        """A text in the page's language that says what it is."""
        return None if self._lead is None else self._refs.value(self._lead[1])

    @property
    def graphs(self) -> list[Ref]:
        """The named graphs that state something of it."""
        found = dict.fromkeys(iri for one in self._found.own for iri in one.graphs)
        return [self._refs.thing(iri) for iri in sorted(found)]

    @property
    def properties(self) -> tuple[list[Property], list[Property]]:
        """What is stated of it: by the most specific properties, and the same by others."""
        entailed = set[tuple[str, Term]]()
        for property_, values in self._own.items():
            for above in self._refs.schema.properties.get(property_.value, ()):
                entailed.update((above, value) for value in values)
        main: Said = {}
        also: Said = {}
        elsewhere = (*IN_THE_HEAD, RK.evidence) if self.support.quotes else IN_THE_HEAD
        for property_, values in self._own.items():
            if property_ not in elsewhere:
                for value in values:
                    if (property_, value) == self._lead:
                        continue
                    to = also if (property_.value, value) in entailed else main
                    to.setdefault(property_, []).append(value)
        itself = frozenset[Term]({NamedNode(self._found.iri)})
        return self._properties(main, itself), self._properties(also, itself)

    def _properties(self, said: Said, above: frozenset[Term]) -> list[Property]:
        """Properties with their values; ``above`` are the nodes that one is inside of."""
        made = []
        for property_, objects in said.items():
            languages = {o.language for o in self._own.get(property_, objects) if isinstance(o, Literal)}
            translated = self._refs.page.lang in languages
            shown: list[Value] = []
            others: list[Value] = []
            for one in objects:
                value = self._nested(one, above)
                if len(above) == 1:
                    value.claims = self.support.claims.get((property_.value, one), [])
                (others if translated and value.lang else shown).append(value)
            shown.sort(key=order)
            made.append(Property(self._refs.term(property_.value), shown[:SHOWN], shown[SHOWN:], others))
        return sorted(made, key=lambda one: (*_place(one.ref.iri), one.ref.text))

    def _nested(self, object_: Term, above: frozenset[Term]) -> Value:
        """A value; a node without a name is shown by what is stated of it, a list by its members."""
        said = self._said.get(object_)
        if not isinstance(object_, BlankNode) or said is None or object_ in above:
            return self._refs.value(object_)
        members: list[Term] = []
        cell: Term = object_
        seen = set[Term]()
        while RDF.first in (cells := self._said.get(cell, {})) and cell not in seen:
            seen.add(cell)
            members += cells[RDF.first]
            cell = next(iter(cells.get(RDF.rest, [])), RDF.nil)
        inside = above | {object_} | seen
        if members:
            return Value(items=[self._nested(one, inside) for one in members])
        return Value(node=self._properties(said, inside))

    @property
    def incoming(self) -> list[tuple[Ref, int, list[Value]]]:
        """What points to it, as far as this page of it goes: by property, with how many there are in all."""
        by_property: dict[str, list[Value]] = defaultdict(list)
        for one in self._found.incoming:
            by_property[one.triple.predicate.value].append(self._refs.value(one.triple.subject))
        return [
            (self._refs.term(iri), self._found.counts.get(iri, len(values)), sorted(values, key=order))
            for iri, values in sorted(by_property.items(), key=lambda one: (*_place(one[0]), one[0]))
        ]


def _place(iri: str) -> tuple[int, int]:
    """The ontology's own properties come first, those that place a thing before all others."""
    name = iri.removeprefix(RK.iri)
    if name == iri:
        return 2, 0
    return (0, FIRST.index(name)) if name in FIRST else (1, 0)
