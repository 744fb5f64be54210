"""RDF documents that are sent to become a graph."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, RdfFormat, Triple, parse

from renkei_kg.write.errors import DocumentError

ALSO = {"text/rdf+n3": RdfFormat.N3}
FETCHING = "LoadDocumentCallback"


@dataclass(frozen=True)
class Document:
    """A document: its media type, its bytes and, when it is one of several, its name."""

    media_type: str
    content: bytes
    name: str = ""


def format_of(media_type: str) -> RdfFormat | None:
    """The RDF format that a media type means; None when it means none that can be read."""
    return ALSO.get(media_type) or RdfFormat.from_media_type(media_type)


def triples(document: Document, base: str) -> Iterator[Triple]:
    """The triples of a document, with blank nodes of its own. Relative IRIs are resolved against ``base``.

    Raises DocumentError, with the place where the parser gives it.
    """
    form = format_of(document.media_type)
    assert form is not None
    where = f" in {document.name}" if document.name else ""
    try:
        for quad in parse(document.content, format=form, base_iri=base, rename_blank_nodes=True):
            if not isinstance(quad.graph_name, DefaultGraph):
                raise DocumentError(
                    f"The document{where} holds more than one graph: send one graph at a time."
                )
            yield quad.triple
    except SyntaxError as error:
        message = str(error.msg)
        if FETCHING in message:
            message = (
                "it names a context to fetch, and nothing is fetched: write the context into the document."
            )
        place = (error.lineno, error.offset) if error.lineno else (None, None)
        raise DocumentError(f"The document{where} is not valid {form.name}: {message}", *place) from None
