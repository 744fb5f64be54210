"""What DCAT-AP 3.0.1 asks of a catalogue, as tables: classes with their mandatory and recommended properties and
how often each may be given, the classes of what properties point to, and the kinds of values.

Taken from the specification (https://semiceu.github.io/DCAT-AP/releases/3.0.1/, "Classes" and "Quick reference"),
with what its shapes ask beside: that whatever is pointed to is typed in the same graph."""

from collections.abc import Iterator

import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD, Namespace

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
PROV = Namespace("http://www.w3.org/ns/prov#")
MANY = 1_000_000
DATES = {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
TEXT, NODE = "text", "node"
# class → property → (least, most, kind of value); a kind is a text, a node, or a set of datatypes
MANDATORY = {
    DCAT.Catalog: {
        DCTERMS.title: (1, MANY, TEXT),
        DCTERMS.description: (1, MANY, TEXT),
        DCTERMS.publisher: (1, 1, NODE),
        DCTERMS.license: (0, 1, NODE),
        DCTERMS.issued: (0, 1, DATES),
        DCTERMS.modified: (0, 1, DATES),
        DCTERMS.rights: (0, 1, NODE),
        DCTERMS.isPartOf: (0, 1, NODE),
        FOAF.homepage: (0, 1, NODE),
        DCAT.dataset: (0, MANY, NODE),
        DCAT.service: (0, MANY, NODE),
    },
    DCAT.Dataset: {
        DCTERMS.title: (1, MANY, TEXT),
        DCTERMS.description: (1, MANY, TEXT),
        DCTERMS.identifier: (0, MANY, TEXT),
        DCTERMS.publisher: (0, 1, NODE),
        DCTERMS.accessRights: (0, 1, NODE),
        DCTERMS.accrualPeriodicity: (0, 1, NODE),
        DCTERMS.issued: (0, 1, DATES),
        DCTERMS.modified: (0, 1, DATES),
        DCAT.keyword: (0, MANY, TEXT),
        DCAT.theme: (0, MANY, NODE),
        DCAT.version: (0, 1, TEXT),
        DCAT.contactPoint: (0, MANY, NODE),
        DCAT.distribution: (0, MANY, NODE),
        DCAT.inSeries: (0, MANY, NODE),
    },
    DCAT.Distribution: {
        DCAT.accessURL: (1, MANY, NODE),
        DCAT.downloadURL: (0, MANY, NODE),
        DCTERMS.title: (0, MANY, TEXT),
        DCTERMS.description: (0, MANY, TEXT),
        DCTERMS.format: (0, 1, NODE),
        DCTERMS.license: (0, 1, NODE),
        DCTERMS.rights: (0, 1, NODE),
        DCTERMS.issued: (0, 1, DATES),
        DCTERMS.modified: (0, 1, DATES),
        DCAT.mediaType: (0, 1, NODE),
        DCAT.compressFormat: (0, 1, NODE),
        DCAT.packageFormat: (0, 1, NODE),
        DCAT.byteSize: (0, 1, {XSD.nonNegativeInteger}),
        DCATAP.availability: (0, 1, NODE),
        SPDX.checksum: (0, 1, NODE),
        ADMS.status: (0, 1, NODE),
    },
    DCAT.DataService: {
        DCTERMS.title: (1, MANY, TEXT),
        DCTERMS.description: (0, MANY, TEXT),
        DCTERMS.license: (0, 1, NODE),
        DCTERMS.accessRights: (0, 1, NODE),
        DCTERMS.publisher: (0, 1, NODE),
        DCAT.endpointURL: (1, MANY, NODE),
        DCAT.endpointDescription: (0, MANY, NODE),
        DCAT.servesDataset: (0, MANY, NODE),
    },
    DCAT.DatasetSeries: {
        DCTERMS.title: (1, MANY, TEXT),
        DCTERMS.description: (1, MANY, TEXT),
        DCTERMS.publisher: (0, 1, NODE),
        DCTERMS.accrualPeriodicity: (0, 1, NODE),
        DCTERMS.issued: (0, 1, DATES),
        DCTERMS.modified: (0, 1, DATES),
        DCAT.seriesMember: (1, MANY, NODE),
        DCAT.last: (0, 1, NODE),
    },
    FOAF.Agent: {FOAF.name: (1, MANY, TEXT), DCTERMS.type: (0, 1, NODE)},
    SKOS.Concept: {SKOS.prefLabel: (1, MANY, TEXT)},
    SKOS.ConceptScheme: {DCTERMS.title: (1, MANY, TEXT)},
    SPDX.Checksum: {SPDX.algorithm: (1, 1, NODE), SPDX.checksumValue: (1, 1, {XSD.hexBinary})},
    DCTERMS.Location: {DCAT.bbox: (0, 1, TEXT), DCAT.centroid: (0, 1, TEXT)},
    DCTERMS.PeriodOfTime: {DCAT.startDate: (0, 1, DATES), DCAT.endDate: (0, 1, DATES)},
}
RECOMMENDED = {
    DCAT.Catalog: [
        *(DCAT.dataset, DCAT.service, DCAT.themeTaxonomy, FOAF.homepage, DCTERMS.language),
        *(DCTERMS.license, DCTERMS.issued, DCTERMS.modified, DCTERMS.spatial),
    ],
    DCAT.Dataset: [
        *(DCAT.contactPoint, DCAT.distribution, DCAT.keyword, DCAT.theme, DCTERMS.publisher),
        *(DCTERMS.spatial, DCTERMS.temporal),
    ],
    DCAT.Distribution: [DCTERMS.description, DCATAP.availability, DCTERMS.format, DCTERMS.license],
    DCAT.DataService: [
        *(DCAT.endpointDescription, DCAT.servesDataset, DCAT.contactPoint, DCAT.theme, DCAT.keyword),
        *(DCTERMS.publisher, DCTERMS.conformsTo),
    ],
    DCAT.DatasetSeries: [DCAT.contactPoint, DCTERMS.publisher, DCTERMS.spatial, DCTERMS.temporal],
    FOAF.Agent: [DCTERMS.type],
    DCTERMS.LicenseDocument: [DCTERMS.type],
    DCTERMS.Location: [DCAT.bbox, DCAT.centroid],
    DCTERMS.PeriodOfTime: [DCAT.startDate, DCAT.endDate],
}
# property → the class of what it points to; a property of one class alone stands with that
RANGES: dict[URIRef | tuple[URIRef, URIRef], URIRef] = {
    (DCAT.Dataset, DCTERMS.source): DCAT.Dataset,
    (DCAT.Dataset, DCTERMS.hasVersion): DCAT.Dataset,
    (DCAT.Dataset, DCTERMS.isVersionOf): DCAT.Dataset,
    (DCAT.Catalog, DCTERMS.isPartOf): DCAT.Catalog,
    (DCAT.Catalog, DCTERMS.hasPart): DCAT.Catalog,
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.creator: FOAF.Agent,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.provenance: DCTERMS.ProvenanceStatement,
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.rights: DCTERMS.RightsStatement,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.temporal: DCTERMS.PeriodOfTime,
    DCTERMS.type: SKOS.Concept,
    DCAT.accessService: DCAT.DataService,
    DCAT.catalog: DCAT.Catalog,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.contactPoint: VCARD.Kind,
    DCAT.dataset: DCAT.Dataset,
    DCAT.distribution: DCAT.Distribution,
    DCAT.inSeries: DCAT.DatasetSeries,
    DCAT.landingPage: FOAF.Document,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.packageFormat: DCTERMS.MediaType,
    DCAT.record: DCAT.CatalogRecord,
    DCAT.servesDataset: DCAT.Dataset,
    DCAT.service: DCAT.DataService,
    DCAT.theme: SKOS.Concept,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    DCATAP.availability: SKOS.Concept,
    FOAF.homepage: FOAF.Document,
    FOAF.page: FOAF.Document,
    PROV.wasGeneratedBy: PROV.Activity,
    SPDX.algorithm: SPDX.ChecksumAlgorithm,
    SPDX.checksum: SPDX.Checksum,
}
# Addresses, which are of anything
UNTYPED = {
    *(RDF.type, DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription, VCARD.hasURL),
}
DEPRECATED = {
    *(
        DCTERMS.hasVersion,
        DCTERMS.isVersionOf,
        rdflib.OWL.versionInfo,
        rdflib.SDO.startDate,
        rdflib.SDO.endDate,
    ),
}


def missing(graph: rdflib.Graph) -> Iterator[str]:
    """What a catalogue must say and does not, or says wrongly."""
    for class_, properties in MANDATORY.items():
        for node in graph.subjects(RDF.type, class_):
            for property_, (least, most, kind) in properties.items():
                values = list(graph.objects(node, property_))
                if not least <= len(values) <= most:
                    yield f"{node} has {len(values)} {property_}"
                yield from (f"{node} {property_} {one!r}" for one in values if not is_of(one, kind))
    for node in graph.subjects(DCAT.inSeries):
        for property_ in (DCTERMS.title, DCTERMS.description):
            if (node, property_, None) not in graph:
                yield f"{node} is in a series and has no {property_}"


def is_of(value: object, kind: object) -> bool:
    """Whether a value is of a kind."""
    if kind == TEXT:
        return isinstance(value, Literal)
    if kind == NODE:
        return isinstance(value, URIRef | BNode)
    return isinstance(value, Literal) and isinstance(kind, set) and value.datatype in kind


def advisable(graph: rdflib.Graph) -> Iterator[str]:
    """What a catalogue should say and does not."""
    for class_, properties in RECOMMENDED.items():
        for node in graph.subjects(RDF.type, class_):
            for property_ in properties:
                if (node, property_, None) not in graph:
                    yield f"{node} has no {property_}"


def misfits(graph: rdflib.Graph) -> Iterator[str]:
    """What is pointed to and not of the class that it is to be, and what is of none."""
    for node, property_, value in graph:
        if isinstance(value, Literal):
            continue
        classes = set(graph.objects(value, RDF.type))
        wanted = [
            RANGES.get(property_),
            *(RANGES.get((one, property_)) for one in graph.objects(node, RDF.type)),
        ]
        for class_ in wanted:
            if class_ is not None and class_ not in classes:
                yield f"{value}, which {node} has as {property_}, is no {class_}"
        if property_ not in UNTYPED and not classes:
            yield f"{value}, which {node} has as {property_}, is of no class"


def deprecated(graph: rdflib.Graph) -> Iterator[str]:
    """Properties of older releases."""
    return (f"{node} {one}" for one in DEPRECATED for node in graph.subjects(one))
