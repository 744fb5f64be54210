"""Other columns as evidence: whether the values that are given of properties are those of an entity."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.linked.view import View, values
from renkei_kg.web.reconcile import asked
from renkei_kg.web.reconcile import names as forms
from renkei_kg.web.reconcile.asked import Clue, Given
from renkei_kg.web.reconcile.index import IDENTIFIER, Index, codes
from renkei_kg.web.reconcile.likeness import alike

AGREES: Final = 75.0
MOST_HOLDERS: Final = 200
STATED: Final = "SELECT ?s ?p ?o {{ VALUES ?s {{ {things} }} VALUES ?p {{ {properties} }} ?s ?p ?o }}"
HOLDING: Final = """SELECT ?s (COUNT(DISTINCT ?p) AS ?number) {{
    VALUES (?p ?o) {{ {pairs} }} ?s ?p ?o FILTER(isIRI(?s)) {type}
}}
GROUP BY ?s ORDER BY DESC(?number) ?s LIMIT {most}"""
LANGUAGES: Final = ("ja", "en", "ja-Hrkt")
DATES: Final = tuple(PREFIXES["xsd"] + name for name in ("date", "dateTime"))
LENGTH_OF_DATE: Final = 10
Stated = dict[tuple[str, str], list[NamedNode | Literal]]


def stated(view: View, things: Iterable[str], properties: Iterable[str]) -> Stated:
    """What the graph states of some things with some properties, by both. Raises EngineError."""
    found: Stated = defaultdict(list)
    subjects, wanted = values(sorted(set(things))), values(sorted(set(properties) - {""}))
    if subjects and wanted:
        for s, p, o in view.rows(STATED.format(things=subjects, properties=wanted)):
            if isinstance(o, NamedNode | Literal):
                found[s.value, p.value].append(o)
    return found


class Evidence:
    """Compares values for the queries of one batch; what it has found out of a text it remembers."""

    def __init__(self, view: View, index: Index) -> None:
        self._view, self._index = view, index
        self._base = view.addresses.base
        self._named: dict[str, frozenset[str]] = {}

    def stated(self, entities: Iterable[int], properties: Iterable[str]) -> Stated:
        """What the graph states of some entities with some properties. Raises EngineError."""
        return stated(self._view, (self._index.entities.iris[one] for one in entities), properties)

    def agrees(self, clue: Clue, terms: list[NamedNode | Literal]) -> bool | None:
        """Whether any value of a clue is what is stated; None when nothing is, or nothing was given."""
        if not terms or not clue.values:
            return None
        return any(self._same(given, term) for given in clue.values for term in terms)

    def holders(self, clues: Iterable[Clue], types: Iterable[str]) -> set[int]:
        """The entities that have values of some clues, of one of some types if any are given; those with
        most of the values, if they are many. Raises EngineError."""
        numbers = self._index.entities.numbers
        found: set[int] = set()
        pairs: set[str] = set()
        for clue in (one for one in clues if one.property):
            for given in clue.values:
                entries = (one for code in codes(given.text) for one in self._index.entries(IDENTIFIER, code))
                found |= {one.entity for one in entries}
                pairs |= {f"(<{clue.property}> {term})" for term in self._terms(given)}
        if pairs:
            wanted = values(sorted(types))
            type_ = f"VALUES ?type {{ {wanted} }} ?s a ?type" if wanted else ""
            query = HOLDING.format(pairs=" ".join(sorted(pairs)), type=type_, most=MOST_HOLDERS)
            found |= {numbers[row[0].value] for row in self._view.rows(query) if row[0].value in numbers}
        return found

    def _terms(self, given: Given) -> Iterator[str]:
        """What a value may be in the graph, as SPARQL writes it."""
        for iri in self._things(given):
            yield str(NamedNode(iri))
        if given.text:
            yield str(Literal(given.text))
            yield from (str(Literal(given.text, language=one)) for one in LANGUAGES)
            for kind in ("integer", "decimal", "date", "gYear"):
                yield str(Literal(given.text, datatype=NamedNode(PREFIXES["xsd"] + kind)))

    def _things(self, given: Given) -> frozenset[str]:
        """The entities that a value may name."""
        if given.id:
            iri = asked.thing(given.id, self._base)
            return frozenset({iri}) if is_iri(iri) else frozenset()
        if given.text not in self._named:
            iris = self._index.entities.iris
            found = alike(self._index, given.text).values()
            self._named[given.text] = frozenset(iris[one.entity] for one in found if one.score >= AGREES)
        return self._named[given.text]

    def _same(self, given: Given, term: NamedNode | Literal) -> bool:
        if isinstance(term, NamedNode):
            return term.value == given.text or term.value in self._things(given)
        if term.datatype.value in DATES:
            return bool(given.text) and term.value[:LENGTH_OF_DATE] == given.text[:LENGTH_OF_DATE]
        try:
            return float(given.text) == float(term.value)
        except ValueError:
            pass
        if codes(given.text) & codes(term.value) - {""}:
            return True
        one, other = ({stem.key for stem in forms.stems(text)} for text in (given.text, term.value))
        return bool(one & other - {""})
