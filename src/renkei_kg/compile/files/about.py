"""What a graph says of the dataset that it is, as far as its files repeat it."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from renkei_kg.compile.files.tables import Texts
from renkei_kg.namespaces import DCTERMS, RDFS
from renkei_kg.project import Project


@dataclass(frozen=True)
class About:
    """A dataset: its IRI, names and texts by language, the IRI of its licence (empty when it states none) and
    its version."""

    iri: str
    titles: Texts
    descriptions: Texts
    rights: Texts
    publisher: Texts
    licence: str
    version: str


def about(project: Project, store: Store) -> About:
    """What the graph says of its dataset."""
    iri = NamedNode(f"{project.base}dataset/{project.name}")
    publishers = _iris(store, iri, DCTERMS.publisher)
    return About(
        iri.value,
        _texts(store, iri, DCTERMS.title) or {"ja": project.name},
        _texts(store, iri, DCTERMS.description),
        _texts(store, iri, DCTERMS.rights),
        _texts(store, publishers[0], RDFS.label) if publishers else {},
        next((licence.value for licence in _iris(store, iri, DCTERMS.license)), ""),
        project.version,
    )


def _iris(store: Store, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    found = {q.object for q in store.quads_for_pattern(subject, predicate, None)}
    return sorted((term for term in found if isinstance(term, NamedNode)), key=str)


def _texts(store: Store, subject: NamedNode, predicate: NamedNode) -> Texts:
    """One text for each of our languages that has any."""
    found = sorted({q.object for q in store.quads_for_pattern(subject, predicate, None)}, key=str)
    texts = [term for term in found if isinstance(term, Literal) and term.language in ("ja", "en")]
    return {term.language: term.value for term in reversed(texts) if term.language}
