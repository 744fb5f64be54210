"""What a catalogue has to say of nodes that it only points to (DCAT-AP 3.0.1, range shapes): of which class
each is, and what it is called. Said in feeds and not in the graph, where a licence is no thing of ours.

A harvester takes ``rdfs:label`` in the place of an IRI, so that only media types, rights and provenance have
one; terms of authority tables have ``skos:prefLabel``, standards and licences ``dcterms:title``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import (
    DCAT,
    DCATAP,
    DCTERMS,
    EU,
    FOAF,
    IANA,
    ONTOLOGY,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPARQL_PROTOCOL,
    SPDX,
    VCARD,
    WDRS,
    Namespace,
)

ADMS_LICENCES: Final = Namespace("http://purl.org/adms/licencetype/")
ADMS_PUBLISHERS: Final = Namespace("http://purl.org/adms/publishertype/")
RANGES: Final[Mapping[NamedNode, NamedNode]] = {
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.rights: DCTERMS.RightsStatement,
    DCTERMS.provenance: DCTERMS.ProvenanceStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.temporal: DCTERMS.PeriodOfTime,
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.creator: FOAF.Agent,
    DCTERMS.type: SKOS.Concept,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.theme: SKOS.Concept,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    DCAT.contactPoint: VCARD.Kind,
    DCAT.landingPage: FOAF.Document,
    DCATAP.availability: SKOS.Concept,
    FOAF.homepage: FOAF.Document,
    FOAF.page: FOAF.Document,
    PROV.wasDerivedFrom: PROV.Entity,
    WDRS.describedby: FOAF.Document,
    SPDX.algorithm: SPDX.ChecksumAlgorithm,
}
# By what property each class is named; others need no name.
NAMED_BY: Final[Mapping[NamedNode, NamedNode]] = {
    SKOS.Concept: SKOS.prefLabel,
    SKOS.ConceptScheme: DCTERMS.title,
    DCTERMS.Standard: DCTERMS.title,
    DCTERMS.LicenseDocument: DCTERMS.title,
    DCTERMS.LinguisticSystem: SKOS.prefLabel,
    DCTERMS.Frequency: SKOS.prefLabel,
    DCTERMS.MediaTypeOrExtent: SKOS.prefLabel,
    DCTERMS.MediaType: RDFS.label,
}
Names = tuple[str, str]
# In Japanese and English; the English ones are those of the tables.
NAMES: Final[Mapping[NamedNode, Names]] = {
    EU["data-theme"]: ("データのテーマ", "Data theme"),
    EU["data-theme/EDUC"]: ("教育、文化、スポーツ", "Education, culture and sport"),
    EU["data-theme/GOVE"]: ("政府と公共部門", "Government and public sector"),
    EU["data-theme/REGI"]: ("地域と都市", "Regions and cities"),
    EU["data-theme/TECH"]: ("科学と技術", "Science and technology"),
    EU["language/JPN"]: ("日本語", "Japanese"),
    EU["language/ENG"]: ("英語", "English"),
    EU["frequency/ANNUAL"]: ("年に1回", "annual"),
    EU["frequency/IRREG"]: ("不定期", "irregular"),
    EU["planned-availability/STABLE"]: ("安定して提供", "stable"),
    EU["file-type/CSV"]: ("CSV", "CSV"),
    EU["file-type/GEOJSON"]: ("GeoJSON", "GeoJSON"),
    EU["file-type/JSON"]: ("JSON", "JSON"),
    EU["file-type/JSON_LD"]: ("JSON-LD", "JSON-LD"),
    EU["file-type/RDF_N_QUADS"]: ("RDF N-Quads", "RDF N-Quads"),
    EU["file-type/RDF_TRIG"]: ("RDF TriG", "RDF TriG"),
    EU["file-type/RDF_TURTLE"]: ("RDF Turtle", "RDF Turtle"),
    EU["file-type/SPARQLQ"]: ("SPARQL", "SPARQL"),
    EU["file-type/XLSX"]: ("Excel XLSX", "Excel XLSX"),
    ADMS_LICENCES["Attribution"]: ("表示", "Attribution"),
    ADMS_LICENCES["PublicDomain"]: ("パブリックドメイン", "Public domain"),
    ADMS_LICENCES["ViralEffect-ShareAlike"]: ("継承", "Viral effect (a.k.a. Share-alike)"),
    ADMS_PUBLISHERS["NonGovernmentalOrganisation"]: ("非政府組織", "Non-Governmental Organisation"),
    SPARQL_PROTOCOL: ("SPARQL 1.1 プロトコル", "SPARQL 1.1 Protocol"),
    NamedNode(ONTOLOGY.removesuffix("#")): ("連携KG オントロジー", "Renkei KG ontology"),
}
# The licences of Creative Commons by the titles that CKAN's register has, by which a harvester finds them,
# and by their ADMS type.
CREATIVE_COMMONS: Final[Mapping[str, tuple[str, str]]] = {
    "/licenses/by/": ("Creative Commons Attribution", "Attribution"),
    "/licenses/by-sa/": ("Creative Commons Attribution Share-Alike", "ViralEffect-ShareAlike"),
    "/publicdomain/zero/": ("Creative Commons CCZero", "PublicDomain"),
}


def completed(triples: Iterable[Triple]) -> set[Triple]:
    """Triples with what has to be said of the nodes that they point to."""
    found = set(triples)
    found |= set(_of_licences(found))
    named = {(one.subject, one.predicate) for one in found}
    for class_, node in _pointed(found):
        found.add(Triple(node, RDF.type, class_))
        property_ = NAMED_BY.get(class_)
        if property_ is not None and (node, property_) not in named:
            found.update(Triple(node, property_, name) for name in _names(node))
    return found


def _pointed(triples: Iterable[Triple]) -> set[tuple[NamedNode, NamedNode]]:
    """The nodes that something has to be said of, each with the class that it is to be of."""
    return {
        (RANGES[one.predicate], one.object)
        for one in triples
        if one.predicate in RANGES and isinstance(one.object, NamedNode)
    }


def _names(node: NamedNode) -> Iterator[Literal]:
    """What a term is called; one that is not known, by the last part of its IRI."""
    if node in NAMES:
        for language, name in zip(("ja", "en"), NAMES[node], strict=True):
            yield Literal(name, language=language)
    elif node.value.startswith(IANA.iri):
        yield Literal(node.value.removeprefix(IANA.iri))
    else:
        yield Literal(node.value.rstrip("/#").rpartition("/")[2] or node.value)


def licence(iri: str) -> tuple[str, str] | None:
    """The title of a licence in CKAN's register and its ADMS type, if it is one of Creative Commons."""
    return next((known for path, known in CREATIVE_COMMONS.items() if path in iri), None)


def _of_licences(triples: set[Triple]) -> Iterator[Triple]:
    for one in triples:
        if one.predicate == DCTERMS.license and isinstance(one.object, NamedNode):
            known = licence(one.object.value)
            if known is not None:
                yield Triple(one.object, DCTERMS.title, Literal(known[0]))
                kind = ADMS_LICENCES[known[1]]
                yield Triple(one.object, DCTERMS.type, kind)
                yield Triple(kind, RDF.type, SKOS.Concept)
