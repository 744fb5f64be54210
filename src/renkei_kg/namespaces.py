"""The vocabularies that Renkei KG uses, each written once. No behaviour."""

from typing import Final

from pyoxigraph import NamedNode

ONTOLOGY: Final = "https://w3id.org/renkei/ontology#"
SHAPES: Final = "https://w3id.org/renkei/shapes#"
COLUMN: Final = "urn:renkei:column:"
TEXT: Final = "https://w3id.org/renkei/text#"

PREFIXES: Final[dict[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rk": ONTOLOGY,
    "rksh": SHAPES,
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "text": TEXT,
    "time": "http://www.w3.org/2006/time#",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Namespace:
    """A vocabulary: ``Namespace("http://…#").term`` or ``["term"]`` is the term's IRI."""

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)

    def __getattr__(self, name: str) -> NamedNode:
        term = self.__dict__[name] = NamedNode(self.iri + name)  # found there the next time
        return term


RDF: Final = Namespace(PREFIXES["rdf"])
RDFS: Final = Namespace(PREFIXES["rdfs"])
RK: Final = Namespace(ONTOLOGY)
OA: Final = Namespace(PREFIXES["oa"])
DCTERMS: Final = Namespace(PREFIXES["dcterms"])
VOID: Final = Namespace(PREFIXES["void"])
SH: Final = Namespace(PREFIXES["sh"])
SCHEMA: Final = Namespace(PREFIXES["schema"])
XSD: Final = Namespace(PREFIXES["xsd"])
FOAF: Final = Namespace(PREFIXES["foaf"])
SKOS: Final = Namespace(PREFIXES["skos"])
OWL: Final = Namespace(PREFIXES["owl"])
SD: Final = Namespace(PREFIXES["sd"])
DCAT: Final = Namespace(PREFIXES["dcat"])
PROV: Final = Namespace(PREFIXES["prov"])
GEO: Final = Namespace(PREFIXES["geo"])
# What catalogues use beside these.
ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
IANA: Final = Namespace("https://www.iana.org/assignments/media-types/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
WDRS: Final = Namespace("http://www.w3.org/2007/05/powder-s#")
EU: Final = Namespace("http://publications.europa.eu/resource/authority/")
SPARQL_PROTOCOL: Final = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
