"""The vocabulary as documents: the ontology, the themes and the shapes, each in one file of Turtle."""

from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Store

from renkei_kg.graphtext import document
from renkei_kg.project import Project

# Each document with the named graphs that it is made of; a slash at the end stands for all below it.
DOCUMENTS: Final = {"ontology": ("ontology", "text"), "themes": ("themes",), "shapes": ("shapes/",)}


def graphs(project: Project, store: Store, name: str) -> list[NamedNode]:
    """The named graphs of a document that are there."""
    wanted = [project.graph(part) for part in DOCUMENTS[name]]
    found = [graph for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    below = tuple(iri for iri in wanted if iri.endswith("/"))
    return [graph for graph in found if graph.value in wanted or graph.value.startswith(below)]


def turtle(store: Store, of: list[NamedNode]) -> bytes:
    """The triples of some named graphs, in an order of their own."""
    triples = {q.triple for graph in of for q in store.quads_for_pattern(None, None, None, graph)}
    return document(sorted(triples, key=str), RdfFormat.TURTLE)
