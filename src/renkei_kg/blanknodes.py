"""Blank nodes of statements, those of quoted triples too (RDF 1.2 Concepts, section 3.1): which there are,
and statements with others in their place."""

from collections.abc import Callable

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple
Rename = Callable[[BlankNode], BlankNode]


def blank_nodes(statement: Quad | Triple) -> list[BlankNode]:
    """The blank nodes of a statement, that of a graph's name too."""
    terms: list[Term | DefaultGraph] = [statement.subject, statement.object]
    if isinstance(statement, Quad):
        terms.append(statement.graph_name)
    found = [term for term in terms if isinstance(term, BlankNode)]
    return found + [node for term in terms if isinstance(term, Triple) for node in blank_nodes(term)]


def renamed_triple(triple: Quad | Triple, rename: Rename) -> Triple:
    """A triple, or that of a quad, with the blank nodes that ``rename`` gives for its own."""
    subject = _renamed(triple.subject, rename)
    assert not isinstance(subject, Literal)  # what is renamed stays of its kind
    return Triple(subject, triple.predicate, _renamed(triple.object, rename))


def renamed_quad(quad: Quad, rename: Rename) -> Quad:
    """A quad with the blank nodes that ``rename`` gives for its own."""
    triple, graph = renamed_triple(quad, rename), quad.graph_name
    name = rename(graph) if isinstance(graph, BlankNode) else graph
    return Quad(triple.subject, triple.predicate, triple.object, name)


def _renamed(term: Term, rename: Rename) -> Term:
    if isinstance(term, BlankNode):
        return rename(term)
    return renamed_triple(term, rename) if isinstance(term, Triple) else term
