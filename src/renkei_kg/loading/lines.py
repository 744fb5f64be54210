"""Lines of N-Quads, and the triples that they state (https://www.w3.org/TR/n-quads/).

Most lines are written in the canonical form, a space between terms: for those a triple is what stands before
the graph. Every other line is read by a parser. What this takes for right is not thereby right: the engine
reads each line again when it loads it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Triple, parse

from renkei_kg.blanknodes import renamed_quad

# A literal without quotation marks in it, which is quickest, or any; an IRI ends at the first ">". Neither
# looks for the end of the line, as it has to come where it is wanted in the end.
SUFFIX: Final = rb"(?:@[A-Za-z0-9-]++|\^\^<[^>]*+>)?+"
LITERAL: Final = rb'"[^"]*+"' + SUFFIX + rb'|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"' + SUFFIX
PLAIN: Final = rb"<[^>]*+> <[^>]*+> (?:<[^>]*+>|" + LITERAL + rb")"
NODE: Final = rb"(?:<[^>]*+>|_:[^\s<>\"]++)"
ANY: Final = NODE + rb" <[^>]*+> (?:" + NODE + rb"|" + LITERAL + rb")"
# The triple of each of many lines: lines without blank nodes, which is quickest, and any.
IN_A_GRAPH: Final = (
    re.compile(rb"^(" + PLAIN + rb") <[^>]*+> \.\n", re.MULTILINE),
    re.compile(rb"^(" + ANY + rb") " + NODE + rb" \.\n", re.MULTILINE),
)
ALONE: Final = tuple(re.compile(rb"^(" + terms + rb") \.\n", re.MULTILINE) for terms in (PLAIN, ANY))


class Piece:
    """What some lines come to: quads of named graphs, and triples of the default graph, both as lines. And
    whether they may hold blank nodes: a literal may look like one."""

    def __init__(self, quads: bytes, triples: bytes, count: int, blank: bool) -> None:
        self.quads, self.triples, self.count, self.blank = quads, triples, count, blank


def piece(text: bytes, count: int, graph: bytes | None, rename: Callable[[str], str] | None) -> Piece:
    """The quads and triples of ``count`` lines of N-Quads.

    Triples that are in no graph go into ``graph`` (``<IRI>``), or into the default graph alone when that is
    None. ``rename`` gives blank nodes other labels. Raises SyntaxError when a line is malformed; its
    ``lineno`` counts from the first of these lines.
    """
    for blank in (False, True):
        if blank and (rename is not None or b"_:" not in text):
            break
        if found := _each(IN_A_GRAPH[blank], text, count):
            return Piece(text, _joined(found), count, blank)
        if found := _each(ALONE[blank], text, count):
            end = b" " + (graph or b"")
            return Piece(_joined([triple + end for triple in found]) if graph else b"", text, count, blank)
    return _piece(parse(text, RdfFormat.N_QUADS), graph, rename)


def _each(kind: re.Pattern[bytes], text: bytes, count: int) -> list[bytes]:
    """The triple of each line if all are of a kind, else nothing. Most are of the kind of the first one."""
    found = kind.findall(text) if kind.match(text) else []
    return found if len(found) == count else []


def piece_of_quads(
    quads: Iterator[Quad | Triple], graph: bytes | None, rename: Callable[[str], str]
) -> Piece:
    """The same of what a parser gives."""
    return _piece(quads, graph, rename)


def _joined(statements: list[bytes]) -> bytes:
    return b" .\n".join([*statements, b""]) if statements else b""


def _piece(quads: Iterator[Quad | Triple], graph: bytes | None, rename: Callable[[str], str] | None) -> Piece:
    named, alone = [], []
    for quad in quads:
        one = quad if isinstance(quad, Quad) else Quad(quad.subject, quad.predicate, quad.object)
        if rename is not None:
            one = renamed_quad(one, lambda node: BlankNode(rename(node.value)))
        triple = f"{one.subject} {one.predicate} {one.object}".encode()
        where = graph if isinstance(one.graph_name, DefaultGraph) else str(one.graph_name).encode()
        alone.append(triple)
        if where is not None:
            named.append(triple + b" " + where)
    texts = _joined(named), _joined(alone)
    return Piece(*texts, len(alone), any(b"_:" in text for text in texts))
