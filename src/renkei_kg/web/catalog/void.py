"""``/.well-known/void``: the root of the description of all data in VoID (https://www.w3.org/TR/void/,
section 7.2): what ``graph/void`` counts, with what the catalogue says of it and where it is had."""

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import DCTERMS, FOAF, PROV, RDF, VOID, Namespace
from renkei_kg.reserved import STATISTICS
from renkei_kg.web import cache as caching
from renkei_kg.web import layout, negotiate, statics
from renkei_kg.web.catalog import feed, model
from renkei_kg.web.catalog.documents import written
from renkei_kg.web.catalog.values import Catalogue, Dataset, Texts
from renkei_kg.web.linked.addresses import EXTENSIONS, VERSIONS
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.problems import Problem
from renkei_kg.web.sparql import described

PATH: Final = "/.well-known/void"
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
OFFERED: Final = (*EXTENSIONS.values(), HTML)
NAMES: Final = {form.media_type: extension for extension, form in EXTENSIONS.items()}
RDF_FILES: Final = {form.media_type: form.registered for form in negotiate.GRAPHS}
# The whole, its parts by class and by property, and the named graphs with their totals.
COUNTED: Final = """SELECT ?s ?p ?o {{ GRAPH <{graph}> {{
    {{ BIND(<{dataset}> AS ?s) ?s ?p ?o }}
    UNION {{ <{dataset}> void:classPartition|void:propertyPartition ?s . ?s ?p ?o
        FILTER(isLiteral(?o) || ?p IN (void:class, void:property)) }}
    UNION {{ <{dataset}> void:subset ?s . ?s ?p ?o
        FILTER(?p NOT IN (void:classPartition, void:propertyPartition)) }}
}} }}"""

blueprint = Blueprint("void", __name__)


@blueprint.get(PATH)
def void() -> Response:
    """The description; a browser is led to the page about the data. Raises Problem 404, 406."""
    return answered(_answer)


def _answer(view: View) -> Response:
    try:
        form = negotiate.chosen(OFFERED, request.headers.get("Accept"), None)
    except negotiate.NotAcceptableError:
        names = [form.media_type for form in OFFERED]
        raise Problem(406, f"This can be had as: {', '.join(names)}.", {"offered": names}) from None
    origin = layout.origin()
    catalogue = model.of(view, origin)
    page = catalogue.datasets[0].page.removeprefix(origin)
    if form is HTML:
        return Response(status=303, headers={"Location": page, "Vary": "Accept"})
    headers = described(view.version, form.content_type)
    headers["ETag"] = statics.tag(view.version, origin, PATH, form.media_type)
    headers["Link"] = f'<{page}>; rel="alternate"; type="{HTML.media_type}"'
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    triples = sorted(set(describe(view, catalogue, origin + PATH)), key=str)
    return Response(written(triples, NAMES[form.media_type]), headers=headers)


def describe(view: View, catalogue: Catalogue, address: str) -> Iterator[Triple]:
    """The description at an address. Raises EngineError."""
    document, whole = NamedNode(address), catalogue.datasets[0]
    dataset = NamedNode(whole.iri)
    yield Triple(document, RDF.type, VOID.DatasetDescription)
    yield from _texts(document, DCTERMS.title, catalogue.titles)
    yield Triple(document, FOAF.primaryTopic, dataset)
    yield Triple(document, DCTERMS.publisher, NamedNode(whole.publisher.iri))
    yield Triple(document, DCTERMS.modified, feed.dated(catalogue.modified))
    yield Triple(document, PROV.wasDerivedFrom, NamedNode(f"{view.addresses.base}{VERSIONS}{view.version}"))
    for one in catalogue.datasets:
        yield Triple(document, FOAF.topic, NamedNode(one.iri))
        if one.part_of == whole.iri:
            yield Triple(dataset, VOID.subset, NamedNode(one.iri))
        yield from _dataset(one)
    graph = f"{view.addresses.base}{STATISTICS}"
    for row in view.rows(COUNTED.format(graph=graph, dataset=whole.iri)):
        if row[1] != VOID.sparqlEndpoint:
            yield Triple(*row)
    if catalogue.service:
        yield Triple(dataset, VOID.sparqlEndpoint, NamedNode(catalogue.service.url))
    for row in view.rows(f"SELECT ?o {{ <{whole.iri}> void:exampleResource ?o }}"):
        yield Triple(dataset, VOID.exampleResource, row[0])


def _dataset(one: Dataset) -> Iterator[Triple]:
    """A dataset: what it is, on what terms, and where its RDF is had whole."""
    node = NamedNode(one.iri)
    yield Triple(node, RDF.type, VOID.Dataset)
    yield from _texts(node, DCTERMS.title, one.titles)
    yield from _texts(node, DCTERMS.description, one.descriptions)
    for property_, iri in ((DCTERMS.license, one.licence), (DCTERMS.publisher, one.publisher.iri)):
        if iri:
            yield Triple(node, property_, NamedNode(iri))
    yield Triple(node, DCTERMS.modified, feed.dated(one.modified))
    yield Triple(node, FOAF.homepage, NamedNode(one.page))
    for file in one.files:
        if file.media_type in RDF_FILES:
            yield Triple(node, VOID.dataDump, NamedNode(file.url))
            yield Triple(node, VOID.feature, FORMATS[RDF_FILES[file.media_type]])


def _texts(node: NamedNode, property_: NamedNode, texts: Texts) -> Iterator[Triple]:
    return (Triple(node, property_, Literal(text, language=code)) for code, text in texts.items())
