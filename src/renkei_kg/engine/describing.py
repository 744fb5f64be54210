"""The short way for graphs: what is said of one named thing, as the engine's DESCRIBE and CONSTRUCT give it.

DESCRIBE gives the triples that a thing is the subject of and, where their objects are blank nodes, those of
these in turn. CONSTRUCT is looked up when it gives back the one pattern that it asks, which has a named
subject. In both, triples come in the order in which the engine finds them, so that the bytes are the same.
"""

from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from renkei_kg import graphtext
from renkei_kg.engine import forms
from renkei_kg.engine.forms import NotBoundedError

MOST_TRIPLES: Final = 256
MOST_LITERAL: Final = 4096
FORMATS: Final = {rdf.media_type: rdf for rdf in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.JSON_LD)}
Pattern = tuple[NamedNode | BlankNode | None, NamedNode | None, NamedNode | None]


def answer(store: Store, text: str, rdf: RdfFormat) -> bytes | None:
    """The whole answer to a query for a small graph; None for another query.

    Raises NotBoundedError when it is not small, and ValueError when it holds what is no IRI.
    """
    match = forms.GRAPH.fullmatch(text)
    if match is None:
        return None
    prefixes = forms.prefixes(match["prologue"])
    if match["described"]:
        iri = forms.named(match["described"], prefixes)
        assert iri is not None
        return graphtext.document(_described(store, NamedNode(iri)), rdf)
    pattern = forms.pattern(match["pattern"], prefixes)
    if match["template"] and forms.pattern(match["template"], prefixes) != pattern:
        return None
    subject, predicate, value = (None if term[0] == "?" else NamedNode(term) for term in pattern)
    found: list[Quad] = []
    _add(store, (subject, predicate, value), found)
    return graphtext.document(found, rdf)


def _described(store: Store, thing: NamedNode) -> list[Quad]:
    found: list[Quad] = []
    to_come: list[NamedNode | BlankNode] = [thing]
    seen = set[BlankNode]()
    while to_come:
        begin = len(found)
        _add(store, (to_come.pop(), None, None), found)
        for quad in found[begin:]:
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                to_come.append(quad.object)
    return found


def _add(store: Store, pattern: Pattern, found: list[Quad]) -> None:
    """Adds what matches in the default graph. Raises NotBoundedError where that is much, has a
    long value, or is no RDF 1.1."""
    for quad in store.quads_for_pattern(*pattern, DefaultGraph()):
        thing = quad.object
        if len(found) == MOST_TRIPLES or isinstance(thing, Triple) or len(thing.value) > MOST_LITERAL:
            raise NotBoundedError
        found.append(quad)
