"""The short way for graphs: what is said of one named thing, as the engine's DESCRIBE and CONSTRUCT give it.

DESCRIBE gives the triples that a thing is the subject of and, where their objects are blank nodes, those of
these in turn. CONSTRUCT is looked up when it gives back the one pattern that it asks, which has a named
subject. In both, triples come in the order in which the engine finds them, so that the bytes are the same.
"""

from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from renkei_kg.engine import forms
from renkei_kg.engine.forms import NotBoundedError
from renkei_kg.engine.memory import Key

MOST_TRIPLES: Final = 256
MOST_LITERAL: Final = 4096
FORMATS: Final = {rdf.media_type: rdf for rdf in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.JSON_LD)}
QUAD_COST, LIST_COST = 400, 300
Pattern = tuple[NamedNode | BlankNode | None, NamedNode | None, NamedNode | None]


def wanted(text: str) -> Key | None:
    """What a query for a graph asks for: the IRI of the thing to describe, or a pattern, with a question mark
    before the name of a variable; None for another query.

    Raises NotBoundedError when a worker has to say something about it, and ValueError for what is no IRI.
    """
    match = forms.GRAPH.fullmatch(text)
    if match is None:
        return None
    prefixes = forms.prefixes(match["prologue"])
    if match["described"]:
        return (forms.named(match["described"], prefixes),)
    pattern = forms.pattern(match["pattern"], prefixes)
    if match["template"] and forms.pattern(match["template"], prefixes) != pattern:
        return None
    return pattern


def read(store: Store, asked: Key) -> list[Quad] | None:
    """The graph that is asked for, as ``wanted`` tells; None when it is not small. Raises ValueError."""
    terms = [None if not term or term[0] == "?" else NamedNode(term) for term in asked]
    found: list[Quad] = []
    try:
        if len(terms) == 1 and terms[0] is not None:
            _describe(store, terms[0], found)
        else:
            subject, predicate, value = terms
            _add(store, (subject, predicate, value), found)
    except NotBoundedError:
        return None
    return found


def cost(asked: Key, found: list[Quad] | None) -> int:
    """About how many bytes a graph and what asks for it take."""
    things = (quad.object for quad in found or ())
    texts = sum(len(thing.value) for thing in things if not isinstance(thing, Triple))
    return LIST_COST + sum(len(term or "") for term in asked) + 3 * texts + QUAD_COST * len(found or ())


def _describe(store: Store, thing: NamedNode, found: list[Quad]) -> None:
    to_come: list[NamedNode | BlankNode] = [thing]
    seen = set[BlankNode]()
    while to_come:
        begin = len(found)
        _add(store, (to_come.pop(), None, None), found)
        for quad in found[begin:]:
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                to_come.append(quad.object)


def _add(store: Store, pattern: Pattern, found: list[Quad]) -> None:
    """Adds what matches in the default graph. Raises NotBoundedError where that is much, has a long value, or
    is no RDF 1.1."""
    for quad in store.quads_for_pattern(*pattern, DefaultGraph()):
        thing = quad.object
        if len(found) == MOST_TRIPLES or isinstance(thing, Triple) or len(thing.value) > MOST_LITERAL:
            raise NotBoundedError
        found.append(quad)
