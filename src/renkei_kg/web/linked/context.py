"""The published JSON-LD context: a short name for each class and property of the ontology, and for those of
other vocabularies that the data uses most. Its terms are made from the ontology of the same version."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from renkei_kg.namespaces import OWL, PREFIXES, RDF, RDFS, RK, XSD
from renkei_kg.web.linked.view import View

MEDIA_TYPE: Final = "application/ld+json"
KEYWORDS: Final = {"id": "@id", "type": "@type"}
IRI, LANGUAGE, PLAIN = "@id", "@language", ""
# ``geo`` is also a scheme of IRIs (RFC 5870), with which a prefix of the name would be confused.
CONFUSED: Final = ("geo",)
CLASSES: Final = (OWL.Class, RDFS.Class)
PROPERTIES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
NATIVE: Final = (XSD.string, XSD.integer, XSD.boolean)
ELSEWHERE: Final[dict[str, tuple[str, str]]] = {
    "label": ("rdfs:label", LANGUAGE),
    "comment": ("rdfs:comment", LANGUAGE),
    "seeAlso": ("rdfs:seeAlso", IRI),
    "isDefinedBy": ("rdfs:isDefinedBy", IRI),
    "subClassOf": ("rdfs:subClassOf", IRI),
    "subPropertyOf": ("rdfs:subPropertyOf", IRI),
    "domain": ("rdfs:domain", IRI),
    "range": ("rdfs:range", IRI),
    "statementSubject": ("rdf:subject", IRI),
    "statementPredicate": ("rdf:predicate", IRI),
    "statementObject": ("rdf:object", IRI),
    "prefLabel": ("skos:prefLabel", LANGUAGE),
    "altLabel": ("skos:altLabel", LANGUAGE),
    "definition": ("skos:definition", LANGUAGE),
    "scopeNote": ("skos:scopeNote", LANGUAGE),
    "note": ("skos:note", LANGUAGE),
    "broader": ("skos:broader", IRI),
    "narrower": ("skos:narrower", IRI),
    "inScheme": ("skos:inScheme", IRI),
    "topConceptOf": ("skos:topConceptOf", IRI),
    "hasTopConcept": ("skos:hasTopConcept", IRI),
    "exactMatch": ("skos:exactMatch", IRI),
    "closeMatch": ("skos:closeMatch", IRI),
    "name": ("schema:name", LANGUAGE),
    "description": ("schema:description", LANGUAGE),
    "containedInPlace": ("schema:containedInPlace", IRI),
    "latitude": ("schema:latitude", XSD.decimal.value),
    "longitude": ("schema:longitude", XSD.decimal.value),
    "source": ("dcterms:source", IRI),
    "subject": ("dcterms:subject", IRI),
    "spatial": ("dcterms:spatial", IRI),
    "temporal": ("dcterms:temporal", IRI),
    "isPartOf": ("dcterms:isPartOf", IRI),
    "hasPart": ("dcterms:hasPart", IRI),
    "relation": ("dcterms:relation", IRI),
    "identifier": ("dcterms:identifier", PLAIN),
    "license": ("dcterms:license", IRI),
    "title": ("dcterms:title", LANGUAGE),
    "homepage": ("foaf:homepage", IRI),
    "primaryTopic": ("foaf:primaryTopic", IRI),
    "inDataset": ("void:inDataset", IRI),
    "hasGeometry": (PREFIXES["geo"] + "hasGeometry", IRI),
    "asWKT": (PREFIXES["geo"] + "asWKT", PREFIXES["geo"] + "wktLiteral"),
    "hasTarget": ("oa:hasTarget", IRI),
    "hasBody": ("oa:hasBody", IRI),
    "hasSource": ("oa:hasSource", IRI),
    "hasSelector": ("oa:hasSelector", IRI),
    "exact": ("oa:exact", PLAIN),
    "start": ("oa:start", PLAIN),
    "end": ("oa:end", PLAIN),
}


@dataclass(frozen=True)
class Term:
    """A short name: the IRI that it stands for, and of which kind its values are: IRIs, texts by language,
    literals of a datatype, or values that say what they are themselves."""

    name: str
    iri: str
    kind: str = PLAIN

    @property
    def definition(self) -> Any:
        """As a context has it."""
        if self.kind == PLAIN:
            return self.iri
        key = "@container" if self.kind == LANGUAGE else "@type"
        return {"@id": self.iri, key: self.kind}


@dataclass(frozen=True)
class Context:
    """The names of a version: of properties and of classes, by IRI."""

    properties: dict[str, Term]
    classes: dict[str, str]

    def document(self) -> dict[str, Any]:
        """The context as it is published."""
        terms = {term.name: term.definition for term in self.properties.values()}
        return {"@context": {**KEYWORDS, **prefixes(), **terms, **{v: k for k, v in self.classes.items()}}}


def prefixes() -> dict[str, str]:
    """The prefixes of the context."""
    return {name: iri for name, iri in PREFIXES.items() if name not in CONFUSED}


def read(view: View) -> Context:
    """The context of a version. Raises EngineError."""
    kinds = " ".join(map(str, (*CLASSES, *PROPERTIES)))
    rows = view.rows(
        f"SELECT ?term ?kind ?range {{ VALUES ?kind {{ {kinds} }} ?term a ?kind "
        "OPTIONAL { ?term rdfs:range ?range } } ORDER BY ?term ?kind ?range"
    )
    ours = [row for row in rows if isinstance(row[0], NamedNode) and row[0].value.startswith(RK.iri)]
    taken: dict[str, Term] = {}
    for term, kind, value in ours:
        if kind in PROPERTIES:
            name = term.value.removeprefix(RK.iri)
            taken.setdefault(name, Term(name, term.value, _kind(kind, value)))
    for one in _elsewhere():
        taken.setdefault(one.name, one)
    classes = {t.value: t.value.removeprefix(RK.iri) for t, kind, _ in ours if kind in CLASSES}
    used = {*KEYWORDS, *prefixes()}
    return Context(
        {one.iri: one for one in taken.values() if one.name not in used},
        {iri: name for iri, name in classes.items() if name not in used | set(taken)},
    )


def _elsewhere() -> Iterator[Term]:
    for name, (short, kind) in ELSEWHERE.items():
        prefix, _, local = short.partition(":")
        yield Term(name, PREFIXES[prefix] + local if prefix in PREFIXES else short, kind)


def _kind(kind: NamedNode, value: NamedNode | None) -> str:
    if kind == OWL.ObjectProperty:
        return IRI
    if value == RDF.langString:
        return LANGUAGE
    typed = value is not None and value.value.startswith(XSD.iri) and value not in NATIVE
    return value.value if typed and value is not None else PLAIN
