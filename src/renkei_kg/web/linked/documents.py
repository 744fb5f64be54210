"""Descriptions written as RDF: which statements a document has, and its bytes in each format."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from renkei_kg.namespaces import FOAF, PREFIXES, RDF, RDFS, RK, VOID, Namespace
from renkei_kg.web.linked import jsonld
from renkei_kg.web.linked.addresses import EXTENSIONS, VERSIONS
from renkei_kg.web.linked.context import Context
from renkei_kg.web.linked.description import Description, Statement, known, merged, naming
from renkei_kg.web.linked.names import Names
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
PROV: Final = Namespace(PREFIXES["prov"])
# The last characters of an IRI that can be the name of an XML element (XML 1.0, section 2.3).
ELEMENT: Final = re.compile(
    r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd]"
    r"[\w.·-]*$"
)


def about(view: View, names: Names, found: Description, address: str, extension: str) -> list[Statement]:
    """The statements of the document at an address: of the thing, of what supports them, of what points to it
    and what all these are called; and of the document itself. Raises EngineError."""
    mentioned = [iri for iri in found.mentioned if iri != found.iri]
    called = naming(view, mentioned) if extension == "nq" else known(view, names, mentioned)
    itself = [Statement(triple) for triple in _of_document(view, found, address)]
    return merged([*_in_order(found.own), *found.claims, *found.incoming, *called, *itself])


def _in_order(own: Iterable[Statement]) -> list[Statement]:
    """Statements as people read them: its classes and name, what the ontology says, what others say."""

    def place(one: Statement) -> tuple[bool, int, str]:
        predicate = one.triple.predicate
        known = {RDF.type: 0, RDFS.label: 1}.get(predicate, 2 if predicate.value.startswith(RK.iri) else 3)
        return not isinstance(one.triple.subject, NamedNode), known, predicate.value

    return sorted(own, key=place)


def _of_document(view: View, found: Description, address: str) -> Iterator[Triple]:
    document = NamedNode(address)
    yield Triple(document, RDF.type, FOAF.Document)
    yield Triple(document, FOAF.primaryTopic, NamedNode(found.iri))
    yield Triple(document, PROV.wasDerivedFrom, NamedNode(f"{view.addresses.base}{VERSIONS}{view.version}"))
    if view.dataset:
        yield Triple(document, VOID.inDataset, NamedNode(view.dataset))
    if found.pages > 1:
        whole = address.partition("?")[0]
        collection = NamedNode(f"{whole}#incoming")
        yield Triple(collection, RDF.type, HYDRA.Collection)
        yield Triple(collection, HYDRA.totalItems, Literal(found.total))
        yield Triple(collection, HYDRA.view, document)
        yield Triple(document, RDF.type, HYDRA.PartialCollectionView)
        for relation, number in turns(found).items():
            yield Triple(
                document, HYDRA[relation], NamedNode(f"{whole}?page={number}" if number > 1 else whole)
            )


def turns(found: Description) -> dict[str, int]:
    """The pages that one can go to from a page of what points to a thing."""
    ways = {"first": 1, "previous": found.number - 1, "next": found.number + 1, "last": found.pages}
    return {name: number for name, number in ways.items() if 1 <= number <= found.pages}


def write(statements: Sequence[Statement], extension: str, context: Context, context_address: str) -> bytes:
    """Statements in a format. N-Quads keep their graphs. What the format has no words for is left out of
    JSON-LD (triple terms, as in the dumps), and in RDF/XML it is an error. Raises Problem 406."""
    if extension == "nq":
        quads = [quad for one in statements for quad in _quads(one)]
        return _serialized(quads, RdfFormat.N_QUADS)
    triples = [one.triple for one in statements]
    if extension == "jsonld":
        triples = [one for one in triples if jsonld.is_plain(one)]
        try:
            document = jsonld.document(triples, context, context_address)
        except jsonld.ConfusedError:
            return _serialized(triples, RdfFormat.JSON_LD)
        return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    form = RdfFormat.from_media_type(EXTENSIONS[extension].media_type)
    assert form is not None
    if form == RdfFormat.RDF_XML:
        _check_names(triples)
    return _serialized(triples, form)


def _quads(one: Statement) -> Iterator[Quad]:
    triple = one.triple
    graphs: list[NamedNode | DefaultGraph] = [NamedNode(iri) for iri in one.graphs]
    for graph in graphs or [DefaultGraph()]:
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _check_names(triples: Iterable[Triple]) -> None:
    for predicate in {one.predicate.value for one in triples}:
        if not ELEMENT.search(predicate):
            raise Problem(
                406, f"RDF/XML cannot write the property <{predicate}>: take another format, such as Turtle."
            )


def _serialized(statements: Sequence[Triple] | Sequence[Quad], form: RdfFormat) -> bytes:
    whole = " ".join(str(one) for one in statements) if form in (RdfFormat.TURTLE, RdfFormat.RDF_XML) else ""
    used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in whole}
    body = serialize(statements, format=form, prefixes=used)
    assert body is not None
    return body
