"""What things are called and of which kind they are, remembered for each version of the data; and what the
ontology says of classes and properties."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, FOAF, ONTOLOGY, PREFIXES, RDF, RDFS, RK, SCHEMA, SH, SKOS, VOID
from renkei_kg.web.linked.view import View, values
from renkei_kg.web.linked.vocabulary import WORDS

NAMING: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title, SCHEMA.name, FOAF.name)
REMEMBERED: Final = 20_000
AT_ONCE: Final = 500
# What tells something without a name apart: a claim by its statement, a part of a dataset by its class …
HINTS: Final = (
    *(RDF.subject, RDF.predicate, RDF.object),
    *(VOID["class"], VOID.property, SH.path, RK.quote),
)
NAMED: Final = f"FILTER(?p IN ({', '.join(map(str, (RDF.type, *NAMING)))}))"
KNOWN: Final = f"FILTER(?p IN ({', '.join(map(str, (RDF.type, *NAMING, *HINTS)))}))"
HIERARCHY: Final = (
    "SELECT ?p ?a ?b { VALUES ?p { rdfs:subClassOf rdfs:subPropertyOf } ?a ?p ?b "
    "FILTER(isIRI(?a) && isIRI(?b)) }"
)
Text = tuple[str, str]
Said = tuple[NamedNode, Literal | NamedNode]


@dataclass(frozen=True)
class Known:
    """What is known of a thing without reading it whole: the statements that name it and its classes, and the
    ``hints`` that tell it apart where it has no name."""

    statements: tuple[Said, ...] = ()
    hints: tuple[Said, ...] = ()

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The IRIs of its classes."""
        return tuple(o.value for p, o in self.statements if p == RDF.type)

    def label(self, language: str) -> Text | None:
        """Its name in a language, else in none, in English, or in any; and which language that is."""
        for property_ in NAMING:
            found = [o for p, o in self.statements if p == property_ and isinstance(o, Literal)]
            if found:
                best = min(found, key=lambda one: (_rank(one.language or "", language), one.value))
                return best.value, best.language or ""
        return None


NOTHING: Final = Known()


def _known(said: list[Said]) -> Known:
    said.sort(key=str)
    return Known(tuple(s for s in said if s[0] not in HINTS), tuple(s for s in said if s[0] in HINTS))


def _rank(language: str, wanted: str) -> int:
    if language == wanted:
        return 0
    return {"": 1, "en": 2}.get(language, 3)


class Names:
    """What is known of things, by version; the least recently used is forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._schemas: OrderedDict[str, Schema] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: View, iris: Iterable[str]) -> dict[str, Known]:
        """What is known of each of some IRIs. Raises EngineError."""
        found: dict[str, Known] = {}
        missing: list[str] = []
        with self._lock:
            for iri in dict.fromkeys(iris):
                known = self._known.get((view.version, iri))
                if known is None:
                    missing.append(iri)
                else:
                    self._known.move_to_end((view.version, iri))
                    found[iri] = known
        for start in range(0, len(missing), AT_ONCE):
            found |= self._read(view, missing[start : start + AT_ONCE])
        return found

    def _read(self, view: View, iris: list[str]) -> dict[str, Known]:
        stated: dict[str, list[Said]] = {iri: [] for iri in iris}
        for x, p, o in view.rows(f"SELECT ?x ?p ?o {{ VALUES ?x {{ {values(iris)} }} ?x ?p ?o {KNOWN} }}"):
            if isinstance(o, Literal | NamedNode):
                stated[x.value].append((p, o))
        read = {iri: _known(said) if said else NOTHING for iri, said in stated.items()}
        with self._lock:
            for iri, known in read.items():
                self._known[view.version, iri] = known
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return read

    def schema(self, view: View) -> "Schema":
        """The classes and properties of a version. Raises EngineError."""
        with self._lock:
            schema = self._schemas.get(view.version)
        if schema is None:
            schema = _schema(view)
            with self._lock:
                self._schemas[view.version] = schema
                while len(self._schemas) > 8:
                    self._schemas.popitem(last=False)
        return schema


@dataclass(frozen=True)
class Schema:
    """What is above each class and each property, all the way up."""

    classes: dict[str, frozenset[str]]
    properties: dict[str, frozenset[str]]

    def kinds(self, types: Iterable[str]) -> list[str]:
        """The most specific of some classes, those of the ontology first."""
        given = frozenset(types)
        if given not in self._kinds:
            above = frozenset[str]().union(*(self.classes.get(one, frozenset()) - {one} for one in given))
            kept = [one for one in given if one not in above]
            self._kinds[given] = sorted(kept, key=lambda one: (not one.startswith(ONTOLOGY), one))
        return self._kinds[given]

    @cached_property
    def _kinds(self) -> dict[frozenset[str], list[str]]:
        """What was found for classes that things have together: these are few, and the things are many."""
        return {}


def _schema(view: View) -> Schema:
    direct: dict[str, dict[str, set[str]]] = {"subClassOf": {}, "subPropertyOf": {}}
    for relation, a, b in view.rows(HIERARCHY):
        direct[relation.value.removeprefix(RDFS.iri)].setdefault(a.value, set()).add(b.value)
    return Schema(_closed(direct["subClassOf"]), _closed(direct["subPropertyOf"]))


def _closed(direct: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    """Everything that is above each, however far."""
    found: dict[str, frozenset[str]] = {}
    for start in direct:
        reached: set[str] = set()
        waiting = [start]
        while waiting:
            for above in direct.get(waiting.pop(), ()):
                if above not in reached:
                    reached.add(above)
                    waiting.append(above)
        found[start] = frozenset(reached)
    return found


def short(iri: str) -> str:
    """An IRI by a known prefix, as people write it; else whole."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def term(iri: str, known: Known, language: str) -> Text:
    """What a class or property is called: as the data says, else as people say, else by its prefix."""
    own = known.label(language)
    if own and own[1] in (language, ""):
        return own
    words = WORDS.get(short(iri))
    if words:
        return words[0 if language == "ja" else 1], language
    return own or (short(iri), "")
