"""RDF terms as their N-Triples text: what stores dump, SPARQL reads, and Python compares fastest.

``<http://…>`` is an IRI, ``_:…`` a blank node, everything else a literal. Texts come from Oxigraph, which
writes each term in one way only, so that equal terms have equal texts.
"""

import re
from functools import cache
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from renkei_kg.namespaces import PREFIXES

Term = NamedNode | BlankNode | Literal
ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
CONTROLS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@cache
def iri(prefix: str, name: str) -> str:
    """The IRI of a name in a well-known vocabulary."""
    return f"<{PREFIXES[prefix]}{name}>"


STRING: Final = iri("xsd", "string")
LANG_STRING: Final = iri("rdf", "langString")


def is_iri(term: str) -> bool:
    """Whether the term is an IRI."""
    return term[0] == "<"


def is_blank(term: str) -> bool:
    """Whether the term is a blank node."""
    return term[0] == "_"


def is_literal(term: str) -> bool:
    """Whether the term is a literal."""
    return term[0] == '"'


def language(term: str) -> str:
    """The language tag of a literal; empty when the term has none."""
    if term[0] != '"' or term[-1] == '"' or term[-1] == ">":
        return ""
    return term[term.rfind('"') + 2 :]


def datatype(term: str) -> str:
    """The datatype of a literal; empty when the term is none."""
    if term[0] != '"':
        return ""
    if term[-1] == '"':
        return STRING
    return term[term.rfind('"') + 3 :] if term[-1] == ">" else LANG_STRING


def lexical(term: str) -> str:
    """The characters of a literal or IRI, or the label of a blank node: what ``STR`` gives."""
    if term[0] == '"':
        text = term[1 : term.rfind('"')]
        return ESCAPE.sub(_character, text) if "\\" in text else text
    return term[2:] if term[0] == "_" else term[1:-1]


def term(text: str) -> Term:
    """The term that a text writes."""
    if text[0] == "<":
        return NamedNode(text[1:-1])
    if text[0] == "_":
        return BlankNode(text[2:])
    if tag := language(text):
        return Literal(lexical(text), language=tag)
    return Literal(lexical(text), datatype=NamedNode(datatype(text)[1:-1]))


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else CONTROLS.get(match[3], match[3])
