"""Saying things of the datasets of a project: what the project states itself comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from renkei_kg.compile import catalogcoverage
from renkei_kg.compile.catalogcoverage import Place
from renkei_kg.compile.catalogwords import LANGUAGES, PLACE, Texts
from renkei_kg.compile.lines import Term
from renkei_kg.namespaces import DCAT, DCTERMS, FOAF, RDFS
from renkei_kg.project import Project


@dataclass
class Saying:
    """A description as it is being written: ``triples`` are what has been said so far."""

    store: Store
    project: Project
    whole: NamedNode
    places: Sequence[Place]
    publishers: Sequence[Term]
    licences: Sequence[Term]
    contacts: Sequence[Term]
    periods: Sequence[Term]
    triples: set[Triple] = field(default_factory=set)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, project: Project) -> "Saying":
        """What a project states of itself as a whole."""
        whole = NamedNode(f"{project.base}dataset/{project.name}")

        def stated(property_: NamedNode) -> list[Term]:
            return stated_of(store, whole, property_)

        found = cls(
            store,
            project,
            whole,
            catalogcoverage.places(store),
            publishers=stated(DCTERMS.publisher),
            licences=stated(DCTERMS.license),
            contacts=stated(DCAT.contactPoint),
            periods=stated(DCTERMS.temporal),
        )
        for language in LANGUAGES:
            names = [one.names[language] for one in found.places if language in one.names]
            place = "・".join(names) or PLACE[language]
            found.values[language] = {"place": place, "name": found.name(language)}
        return found

    def name(self, language: str) -> str:
        """What the publication is called: its publisher's name, else the project's."""
        for publisher in self.publishers:
            for property_ in (FOAF.name, RDFS.label):
                for one in self.stated(publisher, property_):
                    if isinstance(one, Literal) and one.language == language:
                        return one.value
        return self.project.name

    def stated(self, node: Term, property_: NamedNode) -> list[Term]:
        """What the project states of a node."""
        return stated_of(self.store, node, property_)

    def add(self, node: NamedNode, property_: NamedNode, *values: Term) -> None:
        """Says something."""
        self.triples.update(Triple(node, property_, value) for value in values)

    def default(self, node: NamedNode, property_: NamedNode, *values: Term) -> None:
        """Says what the project states; if it states nothing, something else."""
        self.add(node, property_, *(self.stated(node, property_) or values))

    def texts(self, node: NamedNode, property_: NamedNode, texts: Texts) -> None:
        """Says a text in each language, filled in, unless the project states one."""
        filled = ((text.format(**self.values[lang]), lang) for lang, text in texts.items())
        self.default(node, property_, *(Literal(text, language=lang) for text, lang in filled))

    def take(self, node: Term) -> None:
        """Says all that the project states of a node."""
        if isinstance(node, NamedNode):
            found = self.store.quads_for_pattern(node, None, None, DefaultGraph())
            self.triples.update(quad.triple for quad in found)

    def common(self, node: NamedNode) -> None:
        """Says what holds for everything in the catalogue: who publishes it and on what terms, where one can
        turn to, the place and the time that it is about."""
        self.default(node, DCTERMS.publisher, *self.publishers)
        self.default(node, DCTERMS.license, *self.licences)
        self.default(node, DCAT.contactPoint, *self.contacts)
        self.covers(node)

    def covers(self, node: NamedNode) -> None:
        """Says which place and time something is about."""
        self.default(node, DCTERMS.spatial, *(one.iri for one in self.places))
        self.default(node, DCTERMS.temporal, *self.periods)


def stated_of(store: Store, node: Term, property_: NamedNode) -> list[Term]:
    """The values of a property in a graph, in order; nothing of what can have none."""
    if not isinstance(node, NamedNode):
        return []
    return in_order(quad.object for quad in store.quads_for_pattern(node, property_, None, DefaultGraph()))


def in_order(terms: Iterable[Term]) -> list[Term]:
    """Terms in an order that is always the same."""
    return sorted(terms, key=str)
