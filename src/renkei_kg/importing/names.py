"""What the project already has, by name: so that a table may say 空知 for 空知総合振興局, and a project or
asset that is there is not made twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from rapidfuzz import fuzz, process

from renkei_kg.compile.sources import Loaded
from renkei_kg.folding import fold
from renkei_kg.namespaces import DCTERMS, RDF, RDFS, RK, SKOS, VOID
from renkei_kg.project import Project

# Classes whose things are called by the beginning of their names, and what then is left off.
PLACES: Final = frozenset({"Bureau", "CooperationArea", "Municipality", "Prefecture", "Subprefecture"})
ENDINGS: Final = re.compile(
    "(?:総合振興局|振興局|広域連携地域|連携地域|地域|圏域|管内|県民センター|県民局|[都道府県市区町村])$"
)
DISTRICT: Final = re.compile(r"^[^0-9]{1,5}郡(?=.{2})")
IGNORED: Final = re.compile(r"[\s「」『』“”\"'、，,．.・]")
LEAST_ALIKE: Final = 55


@dataclass(frozen=True)
class Named:
    """A thing of the project: its IRI and its labels."""

    iri: str
    ja: str
    en: str

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.iri.rsplit("/", 1)[-1]


def key(text: str) -> str:
    """A name without what differs from writer to writer: width, kana, spaces, quotation marks, points."""
    return IGNORED.sub("", fold(text))


class Names:
    """The things of a project by class and name, and what is stated of them in its sources."""

    def __init__(self, project: Project, loaded: Iterable[Loaded]) -> None:
        self.project = project
        self.store = Store()
        self.store.extend(Quad(t.subject, t.predicate, t.object) for one in loaded for t in one.triples)
        self._above = self._superclasses()
        self._things: dict[str, list[Named]] = defaultdict(list)
        self._by_key: dict[str, dict[str, list[Named]]] = defaultdict(lambda: defaultdict(list))
        for thing, classes in sorted(self._classes().items()):
            named = self._named(thing)
            for of in classes:
                self._things[of].append(named)
                for name in {key(text) for text in (*self._texts(thing), named.slug)}:
                    self._by_key[of][name].append(named)

    def _superclasses(self) -> dict[str, set[str]]:
        direct: dict[str, set[str]] = defaultdict(set)
        for quad in self.store.quads_for_pattern(None, RDFS.subClassOf, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                direct[quad.subject.value].add(quad.object.value)
        above: dict[str, set[str]] = {}
        for one in direct:
            found, more = {one}, [one]
            while more:
                new = direct.get(more.pop(), set()) - found
                found |= new
                more += new
            above[one] = found
        return above

    def _classes(self) -> dict[str, set[str]]:
        """The classes of the ontology that each thing is of, super classes too, without its prefix."""
        found: dict[str, set[str]] = defaultdict(set)
        for quad in self.store.quads_for_pattern(None, RDF.type, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                for of in self._above.get(quad.object.value, {quad.object.value}):
                    if of.startswith(RK.iri):
                        found[quad.subject.value].add(of.removeprefix(RK.iri))
        return found

    def _named(self, iri: str) -> Named:
        labels = {
            value.language: value.value
            for name in (SKOS.prefLabel, RDFS.label)
            for value in self.values(iri, name)
            if isinstance(value, Literal)
        }
        return Named(iri, labels.get("ja", ""), labels.get("en", ""))

    def _texts(self, iri: str) -> Iterator[str]:
        for name in (RDFS.label, SKOS.prefLabel, SKOS.altLabel, RK.kana, RK.code):
            yield from (value.value for value in self.values(iri, name))

    def values(self, iri: str, predicate: NamedNode) -> list[NamedNode | Literal]:
        """What the sources state of a thing by a property."""
        quads = self.store.quads_for_pattern(NamedNode(iri), predicate, None, DefaultGraph())
        return [quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)]

    def reference(self, iri: str) -> str:
        """An IRI as the project's own files write it: behind ``id/``, or whole when it is another graph's."""
        return iri.removeprefix(self.project.thing(""))

    def described(self, path: str) -> bool:
        """Whether the sources say what kind of thing ``path``, such as ``fiscal-year/2025``, is."""
        return bool(self.values(self.project.thing(path), RDF.type))

    def all(self, of: str) -> list[Named]:
        """Every thing of a class, by IRI."""
        return self._things.get(of, [])

    def licence(self) -> str:
        """The licence of the project's dataset, or nothing."""
        for quad in self.store.quads_for_pattern(None, RDF.type, VOID.Dataset):
            if isinstance(quad.subject, NamedNode):
                for licence in self.values(quad.subject.value, DCTERMS.license):
                    return licence.value
        return ""

    def narrower(self, concept: Named) -> bool:
        """Whether a concept stands below another."""
        return bool(self.values(concept.iri, SKOS.broader))

    def find(self, of: str, text: str) -> list[Named]:
        """The things of a class that a name means: those of that very name; else, of places and bureaus,
        those of the name without its ending, or that begin with it. More than one: the name is not enough."""
        by_key = self._by_key.get(of, {})
        wanted = key(text)
        if wanted in by_key or of not in PLACES:
            return _once(by_key.get(wanted, []))
        shorter = self._without_places_above(text)
        if key(shorter) in by_key:
            return _once(by_key[key(shorter)])
        stems = {stem for stem in (key(shorter), key(ENDINGS.sub("", shorter))) if len(stem) > 1}
        same = [one for one in self.all(of) if key(ENDINGS.sub("", one.ja)) in stems]
        return same or [one for one in self.all(of) if key(one.ja).startswith(tuple(stems))]

    def _without_places_above(self, text: str) -> str:
        """A place's name without the prefecture and district that may stand before it."""
        for prefecture in self.all("Prefecture"):
            if text.startswith(prefecture.ja) and len(text) > len(prefecture.ja):
                text = text.removeprefix(prefecture.ja).strip()
        return DISTRICT.sub("", text)

    def nearest(self, of: str, text: str) -> str | None:
        """The label of the thing of a class whose name is most like a text, if any is at all."""
        by_key = self._by_key.get(of, {})
        found = process.extractOne(key(text), list(by_key), scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE)
        return by_key[found[0]][0].ja if found else None


def _once(found: list[Named]) -> list[Named]:
    return list(dict.fromkeys(found))
