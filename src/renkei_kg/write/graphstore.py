"""One graph of a store replaced, added to or dropped (SPARQL 1.1 Graph Store HTTP Protocol, section 5)."""

from collections.abc import Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from renkei_kg.union import Graph
from renkei_kg.write.changes import Changes
from renkei_kg.write.documents import Document, triples


def put(store: Store, graph: Graph, documents: Sequence[Document], base: str, changes: Changes) -> None:
    """Makes the documents, merged, all that the graph holds. Raises DocumentError."""
    changes.expect([graph])
    new, old = _quads(graph, documents, base), changes.held(graph)
    if old.isdisjoint(new):
        store.clear_graph(graph)
    else:
        for quad in old - new:
            store.remove(quad)
    _add(store, graph, new)


def post(store: Store, graph: Graph, documents: Sequence[Document], base: str, changes: Changes) -> None:
    """Adds the documents to the graph, which is made if it is not there. Raises DocumentError."""
    changes.expect([graph])
    _add(store, graph, _quads(graph, documents, base))


def delete(store: Store, graph: Graph, changes: Changes) -> None:
    """Drops the graph; of the default graph, what it holds."""
    changes.expect([graph])
    store.remove_graph(graph)


def _add(store: Store, graph: Graph, quads: set[Quad]) -> None:
    if isinstance(graph, NamedNode):
        store.add_graph(graph)
    store.extend(quads)


def _quads(graph: Graph, documents: Sequence[Document], base: str) -> set[Quad]:
    return {
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for document in documents
        for triple in triples(document, base)
    }


def graph_of(iri: str | None) -> Graph:
    """The graph that an IRI names; None is the default graph."""
    return DefaultGraph() if iri is None else NamedNode(iri)
