"""How the datasets are had: each file and the SPARQL endpoint as distributions (DCAT 3, section 6.8)."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.compile.catalogsaid import Saying
from renkei_kg.compile.catalogwords import ENDPOINT, Texts
from renkei_kg.compile.files import File
from renkei_kg.namespaces import DCAT, DCATAP, DCTERMS, EU, IANA, RDF, SPARQL_PROTOCOL, WDRS

# Codes of the EU authority table "file-type" by media type.
FILE_TYPES: Final[dict[str, str]] = {
    "application/csvm+json": "JSON_LD",
    "application/geo+json": "GEOJSON",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "text/csv": "CSV",
    "text/turtle": "RDF_TURTLE",
}


def describe_file(say: Saying, dataset: NamedNode, file: File) -> None:
    """A file of a dataset. Its address is that of the current version."""
    node = NamedNode(f"{dataset.value}/file/{file.name}")
    address = NamedNode(f"{say.project.base}files/{file.name}")
    _distribution(say, dataset, node, file.titles, file.descriptions)
    say.default(node, DCAT.accessURL, address)
    say.default(node, DCAT.downloadURL, address)
    say.default(node, DCAT.mediaType, IANA[file.media_type])
    if file.media_type in FILE_TYPES:
        say.default(node, DCTERMS.format, EU[f"file-type/{FILE_TYPES[file.media_type]}"])
    if file.compressed:
        say.default(node, DCAT.compressFormat, IANA[file.compressed])
    say.default(node, DCTERMS.license, *([NamedNode(file.licence)] if file.licence else say.licences))
    say.default(node, DCTERMS.conformsTo, *map(NamedNode, file.conforms_to))
    if file.described_by:
        name = file.described_by.rpartition("/")[2]
        say.default(node, WDRS.describedby, NamedNode(f"{say.project.base}files/{name}"))


def describe_own(say: Saying, dataset: NamedNode) -> None:
    """The distributions that the project describes itself."""
    for node in say.stated(dataset, DCAT.distribution):
        if isinstance(node, NamedNode):
            say.take(node)
            _distribution(say, dataset, node, {}, {})
            say.default(node, DCTERMS.license, *say.licences)


def describe_endpoint(say: Saying, dataset: NamedNode, service: NamedNode) -> None:
    """The endpoint, for harvesters that learn of a service only by a distribution."""
    node = NamedNode(f"{dataset.value}/sparql")
    _distribution(say, dataset, node, ENDPOINT.titles, ENDPOINT.descriptions)
    say.default(node, DCAT.accessURL, NamedNode(say.project.endpoint))
    say.default(node, DCAT.accessService, service)
    say.default(node, DCTERMS.format, EU["file-type/SPARQLQ"])
    say.default(node, DCTERMS.license, *say.licences)
    say.default(node, DCTERMS.conformsTo, SPARQL_PROTOCOL)


def _distribution(
    say: Saying, dataset: NamedNode, node: NamedNode, titles: Texts, descriptions: Texts
) -> None:
    """What is said of every distribution."""
    say.add(dataset, DCAT.distribution, node)
    say.add(node, RDF.type, DCAT.Distribution)
    say.default(node, DCTERMS.title, *_literals(titles))
    say.default(node, DCTERMS.description, *_literals(descriptions))
    say.default(node, DCATAP.availability, EU["planned-availability/STABLE"])


def _literals(texts: Texts) -> Iterable[Literal]:
    return (Literal(text, language=language) for language, text in texts.items())
