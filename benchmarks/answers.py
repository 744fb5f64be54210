"""Reads the answers of different servers so that equal ones compare equal.

Rows count as often as they come, in any order. Terms compare by value: numbers as numbers whatever their
lexical form or datatype, language tags in any case, blank nodes as one, geometries by their kind and how many
coordinates they have (Virtuoso keeps these in single precision). What the servers may freely choose, such as
the order of rows or the prefixes of a graph, makes no difference.
"""

import json
import re
from collections import Counter
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = frozenset(
    XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)
GEOMETRY = re.compile(r"((?:MULTI)?(?:POINT|LINESTRING|POLYGON)) ?\([-0-9., ()]+\)")
COORDINATE = re.compile(r"[-0-9.]+")

Rows = Counter[tuple[str, ...]]


class UnreadableError(Exception):
    """An answer is in no form that is known here."""


def read(body: bytes, *, graph: bool) -> Rows:
    """The rows of an answer: solutions in JSON, or a graph in Turtle or RDF/XML. Raises UnreadableError."""
    try:
        return _graph(body) if graph else _solutions(body)
    except (ValueError, KeyError, SyntaxError) as error:
        raise UnreadableError(str(error).splitlines()[0]) from None


def _solutions(body: bytes) -> Rows:
    found = json.loads(body)
    variables = found["head"]["vars"]
    bindings = found["results"]["bindings"]
    return Counter(tuple(_binding(row.get(name)) for name in variables) for row in bindings)


def _binding(term: dict[str, Any] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        # Virtuoso writes blank nodes as IRIs of a scheme of its own.
        return "_:" if term["value"].startswith("nodeID:") else f"<{term['value']}>"
    if term["type"] == "bnode":
        return "_:"
    return _literal(term["value"], term.get("xml:lang", ""), term.get("datatype", ""))


def _graph(body: bytes) -> Rows:
    form = RdfFormat.RDF_XML if body.lstrip().startswith(b"<?xml") else RdfFormat.TURTLE
    triples = {quad.triple for quad in parse(body, format=form)}
    return Counter((_term(t.subject), _term(t.predicate), _term(t.object)) for t in triples)


def _term(term: NamedNode | BlankNode | Literal | Triple) -> str:
    if isinstance(term, Literal):
        return _literal(term.value, term.language or "", term.datatype.value)
    if isinstance(term, NamedNode) and not term.value.startswith("nodeID:"):
        return f"<{term.value}>"
    return "_:"


def _literal(value: str, language: str, datatype: str) -> str:
    if language:
        return f'"{value}"@{language.lower()}'
    if datatype in NUMBERS:
        return f"{float(value):.9g}"
    if geometry := GEOMETRY.fullmatch(value):
        return f"{geometry[1]} of {len(COORDINATE.findall(value))}"
    if datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(value, value)
    return f'"{value}"'
