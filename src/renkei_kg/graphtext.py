"""Graphs as documents: the same triples in the same order are the same bytes, and a short Turtle document
declares the prefixes that it uses and no others."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from typing import IO, Final

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, serialize

from renkei_kg.namespaces import PREFIXES

SHORT: Final = 256  # triples; in a longer document all prefixes together are of no weight
DECLARING: Final = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3)


def write(triples: Iterable[Triple], sink: IO[bytes], rdf: RdfFormat) -> None:
    """Writes triples as they come. What is short is written in one piece, once all of it is there."""
    following = iter(triples)
    first = list(islice(following, SHORT + 1))
    if len(first) > SHORT:
        serialize(chain(first, following), sink, format=rdf, prefixes=PREFIXES)
    else:
        sink.write(document(first, rdf))


def document(triples: Sequence[Triple] | Sequence[Quad], rdf: RdfFormat) -> bytes:
    """The document of some triples."""
    content = serialize(triples, format=rdf, prefixes=PREFIXES)
    assert content is not None
    if rdf not in DECLARING or not 0 < len(triples) <= SHORT:
        return content
    length, declarations = _declarations()
    body = content[length:]
    used = (line for prefix, pattern, line in declarations if prefix in body and pattern.search(body))
    return b"".join((*used, body))


@cache
def _declarations() -> tuple[int, list[tuple[bytes, re.Pattern[bytes], bytes]]]:
    """How many bytes all declarations take at the beginning of a document; the prefix of each, where it
    stands and is not the end of a longer one, and its line."""
    nothing = [Triple(BlankNode(), NamedNode("a:a"), BlankNode())]
    lines = (serialize(nothing, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").splitlines(keepends=True)
    found = [line for line in lines if line.startswith(b"@prefix ")]
    prefixes = [line.split(b" ", 2)[1] for line in found]
    patterns = [re.compile(rb"(?<![a-z])" + prefix) for prefix in prefixes]
    return sum(map(len, found)), list(zip(prefixes, patterns, found, strict=True))
