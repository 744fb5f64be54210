"""Answers in another format than the engine gives: read and written as they come, by the same readers and
writers as the embedded engine's, so that the bytes are the same too."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from renkei_kg import graphtext

JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
TSV: Final = "text/tab-separated-values"
CSV: Final = "text/csv"
N_TRIPLES: Final = "application/n-triples"
TURTLE: Final = "text/turtle"
RDF_XML: Final = "application/rdf+xml"
# What is asked for, the best first, when an engine does not give the format wanted. CSV tells no terms.
SOLUTIONS: Final = (JSON, XML, TSV)
GRAPHS: Final = (N_TRIPLES, TURTLE, RDF_XML)


IN_MEMORY: Final = 8 << 20  # bytes of an answer whose rows are counted


class TooManyRowsError(Exception):
    """The answer has more rows than an answer may have."""


def chosen(form: str, native: frozenset[str]) -> str:
    """The format to ask an engine for, that gives those of ``native``, so that an answer in ``form`` can be
    given."""
    if form in native and form in (*SOLUTIONS, CSV, N_TRIPLES):
        return form
    offered = SOLUTIONS if QueryResultsFormat.from_media_type(form) else GRAPHS
    return next((one for one in offered if one in native), offered[0])


def convert(source: IO[bytes], given: str, sink: IO[bytes], form: str) -> None:
    """Reads an answer in one format and writes it in another, as it comes. Raises SyntaxError, ValueError,
    OSError."""
    written = QueryResultsFormat.from_media_type(form)
    if written is None:
        rdf = RdfFormat.from_media_type(form)
        assert rdf is not None
        graphtext.write(_triples(source, given), sink, rdf)
        return
    found = _results(source, given)
    if isinstance(found, QueryBoolean):
        sink.write(found.serialize(format=written) or b"")
    else:
        found.serialize(sink, format=written)


def converted(content: bytes, given: str, form: str) -> bytes:
    """A whole answer in another format. Raises SyntaxError, ValueError."""
    sink = io.BytesIO()
    convert(io.BytesIO(content), given, sink, form)
    return sink.getvalue()


def counted(source: IO[bytes], given: str, most: int) -> IO[bytes]:
    """The whole of an answer, kept on disk if it is large, once it is known to have no more than ``most``
    rows: one that is cut would be a lie. Raises TooManyRowsError, SyntaxError, ValueError, OSError."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # it is given back open
    shutil.copyfileobj(source, file)
    file.seek(0)
    graph = QueryResultsFormat.from_media_type(given) is None
    rows = _triples(file, given) if graph else _results(file, given)
    if not isinstance(rows, QueryBoolean) and sum(1 for _ in islice(rows, most + 1)) > most:
        raise TooManyRowsError
    file.seek(0)
    return file


def _triples(source: IO[bytes], given: str) -> Iterator[Triple]:
    rdf = RdfFormat.from_media_type(given)
    assert rdf is not None
    return (quad.triple for quad in parse(source, format=rdf))


def _results(source: IO[bytes], given: str) -> QuerySolutions | QueryBoolean:
    results = QueryResultsFormat.from_media_type(given)
    assert results is not None
    return parse_query_results(source, results)
