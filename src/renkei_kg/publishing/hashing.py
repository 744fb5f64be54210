"""The number of a graph's triples and a hash of them, whatever order they come in and whatever their blank
nodes are called.

Each triple of names and values alone is written as a line of N-Triples, and the SHA-256 of all these lines
are added up; so no more than one of them is held at a time. The triples with blank nodes are named anew
first, by the graph that they make together (RDFC-1.0), and then added in the same way.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    Store,
    Triple,
)

from renkei_kg.blanknodes import blank_nodes
from renkei_kg.namespaces import PREFIXES

BITS: Final = 256
XSD: Final = PREFIXES["xsd"]
STRING: Final = f"{XSD}string"
NAME: Final = NamedNode("urn:renkei:x")


@dataclass(frozen=True)
class Sum:
    """What a graph holds: how many triples, and the sum of their hashes in hexadecimal digits."""

    triples: int
    sha256: str


def summed(triples: Iterable[Triple]) -> Sum:
    """The sum of a graph, each of whose triples comes once."""
    total = count = 0
    blank: list[Quad] = []
    for triple in triples:
        count += 1
        if blank_nodes(triple):
            blank.append(Quad(triple.subject, triple.predicate, _valued(triple.object)))
        else:
            total += _hash(f"{triple.subject} {triple.predicate} {_valued(triple.object)} .")
    if blank:
        dataset = Dataset(blank)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        total += sum(_hash(f"{quad.triple} .") for quad in dataset)
    return Sum(count, f"{total % (1 << BITS):064x}")


def _hash(line: str) -> int:
    return int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")


def _valued(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
    """A term, a number or time as its value: engines keep that and not how it was written."""
    if not isinstance(term, Literal) or term.language is not None or term.datatype.value == STRING:
        return term
    return _value(term) if term.datatype.value.startswith(XSD) else term


@lru_cache(maxsize=4096)
def _value(literal: Literal) -> Literal:
    store = Store()
    store.add(Quad(NAME, NAME, literal))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object
