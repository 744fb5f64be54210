"""The things of one version that can be found by name, read once and held in memory.

Entities are all things with a name and a class that says something of the world: of any vocabulary but those
that describe data, programs and vocabularies themselves.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from renkei_kg.namespaces import DCTERMS, FOAF, ONTOLOGY, PREFIXES, RDFS, RK, SCHEMA, SKOS
from renkei_kg.web.finding.catalogue import MOST_THINGS, TOO_MANY, check
from renkei_kg.web.linked.names import Schema
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

MOST_ROWS: Final = 4_000_000
CSV: Final = "text/csv"
LABELS: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title, SCHEMA.name, FOAF.name)
OTHERS: Final = (SKOS.altLabel, SKOS.hiddenLabel, SCHEMA.alternateName, RK.officialName)
READING: Final = RK.kana
IDENTIFIERS: Final = (RK.code, RK.standardAreaCode, DCTERMS.identifier, SKOS.notation, SCHEMA.identifier)
# What a thing lies in or belongs to, the nearest first: it tells namesakes apart.
AROUND: Final = (
    *(RK.district, RK.subprefecture, RK.jurisdiction, RK.municipality, RK.project, RK.bureau, RK.area),
    *(RK.seat, RK.componentOf, RK.scheme, SKOS.broader, DCTERMS.isPartOf, DCTERMS.spatial, SCHEMA.location),
    *(RK.prefecture, SCHEMA.containedInPlace),
)
ABOUT_DATA: Final = (
    *(
        PREFIXES[name]
        for name in ("rdf", "rdfs", "owl", "sh", "void", "dcat", "dcterms", "sd", "spex", "prov")
    ),
    "http://www.w3.org/2011/http#",
)
CLASSES: Final = (
    f"SELECT DISTINCT ?thing ?class {{ ?thing a ?class FILTER(isIRI(?thing)) }} LIMIT {MOST_ROWS}"
)
STATED: Final = (
    "SELECT DISTINCT ?thing ?property ?value (LANG(?value) AS ?language) (isIRI(?value) AS ?iri) "
    "{{ VALUES ?property {{ {properties} }} ?thing ?property ?value FILTER(isIRI(?thing)) }} LIMIT {most}"
)


@dataclass(frozen=True)
class Name:
    """A name of an entity, which is known by its number."""

    entity: int
    text: str
    language: str
    stated_by: str

    @property
    def is_label(self) -> bool:
        """Whether it is what the thing is called first of all."""
        return self.stated_by in _LABELS

    @property
    def is_reading(self) -> bool:
        """Whether it is a reading in kana."""
        return self.stated_by == READING.value

    @property
    def is_identifier(self) -> bool:
        """Whether it is a code, and no name."""
        return self.stated_by in _IDENTIFIERS


_LABELS: Final = frozenset(one.value for one in LABELS)
_IDENTIFIERS: Final = frozenset(one.value for one in IDENTIFIERS)


@dataclass(frozen=True)
class Entities:
    """Entities by number. ``types`` are the classes of each, the most specific first; ``around`` what it
    lies in: numbers of entities, or texts."""

    iris: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    names: tuple[Name, ...]
    around: tuple[tuple[int | str, ...], ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each IRI."""
        return {iri: number for number, iri in enumerate(self.iris)}

    @cached_property
    def of_type(self) -> dict[str, list[int]]:
        """The entities of each class."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, types in enumerate(self.types):
            for one in types:
                found[one].append(number)
        return dict(found)

    @cached_property
    def every_type(self) -> tuple[str, ...]:
        """The classes that answers tell, those told most often first."""
        told = Counter(one for number in range(len(self.iris)) for one in self.shown_types(number))
        return tuple(sorted(told, key=lambda iri: (-told[iri], iri)))

    @cached_property
    def names_of(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the names of each entity."""
        found: list[list[int]] = [[] for _ in self.iris]
        for number, name in enumerate(self.names):
            found[name.entity].append(number)
        return tuple(tuple(some) for some in found)

    def label(self, entity: int, language: str) -> str:
        """What an entity is called in a language; in another one where it has no name in that."""
        labels = [one for one in (self.names[n] for n in self.names_of[entity]) if one.is_label]
        rank = {language: 0, "": 1, "en": 2}
        return min(
            labels, key=lambda one: (_LABEL_ORDER[one.stated_by], rank.get(one.language, 3), one.text)
        ).text

    def shown_types(self, entity: int) -> tuple[str, ...]:
        """The classes that an answer tells: those of the ontology, if it has any of them."""
        ours = tuple(one for one in self.types[entity] if one.startswith(ONTOLOGY))
        return ours or self.types[entity]


_LABEL_ORDER: Final = {one.value: number for number, one in enumerate(LABELS)}


def read(view: View, schema: Schema) -> Entities:
    """The entities of a version. Raises EngineError, Problem 507."""
    check(view)
    classes: dict[str, set[str]] = defaultdict(set)
    for thing, class_ in _rows(view, CLASSES):
        if not class_.startswith(ABOUT_DATA):
            classes[thing].add(class_)
    named = [row[:4] for row in _stated(view, (*LABELS, *OTHERS, READING, *IDENTIFIERS))]
    iris = sorted({thing for thing, property_, _, _ in named if property_ in _LABELS} & classes.keys())
    if len(iris) > MOST_THINGS:
        raise Problem(507, TOO_MANY)
    numbers = {iri: number for number, iri in enumerate(iris)}
    return Entities(
        tuple(iris),
        _types([classes[iri] for iri in iris], schema),
        tuple(dict.fromkeys(_names(named, numbers))),
        _around(view, numbers),
    )


def _names(rows: Iterable[list[str]], numbers: dict[str, int]) -> Iterator[Name]:
    """The names, each once: what is both a label and the same by another vocabulary is told as a label."""
    order = {one.value: n for n, one in enumerate((*LABELS, *OTHERS, READING, *IDENTIFIERS))}
    told: set[tuple[str, str, str, bool]] = set()
    for thing, property_, text, language in sorted(rows, key=lambda row: (row[0], order[row[1]], row[2:])):
        known = (thing, text, language, property_ == READING.value)
        if thing in numbers and text.strip() and known not in told:
            told.add(known)
            yield Name(numbers[thing], text, language.lower(), property_)


def _types(classes: list[set[str]], schema: Schema) -> tuple[tuple[str, ...], ...]:
    """The classes of each, the most specific first; equal ones are one tuple."""
    known: dict[frozenset[str], tuple[str, ...]] = {}
    for some in map(frozenset, classes):
        if some not in known:
            kinds = schema.kinds(some)
            rest = sorted(some.difference(kinds), key=lambda one: (-len(schema.classes.get(one, ())), one))
            known[some] = (*kinds, *rest)
    return tuple(known[frozenset(some)] for some in classes)


def _around(view: View, numbers: dict[str, int]) -> tuple[tuple[int | str, ...], ...]:
    order = {one.value: n for n, one in enumerate(AROUND)}
    found: list[dict[int | str, int]] = [{} for _ in numbers]
    for thing, property_, value, _, is_iri in _stated(view, AROUND):
        if thing in numbers and (is_iri != "true" or value in numbers):
            place = numbers[value] if is_iri == "true" else value
            own = found[numbers[thing]]
            own[place] = min(own.get(place, len(order)), order[property_])
    return tuple(tuple(sorted(own, key=lambda one: (own[one], str(one)))) for own in found)


def _stated(view: View, properties: Iterable[object]) -> Iterator[list[str]]:
    return _rows(view, STATED.format(properties=" ".join(map(str, properties)), most=MOST_ROWS))


def _rows(view: View, query: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(view.content(query, CSV).decode(), newline=""))
    next(rows)
    return rows
