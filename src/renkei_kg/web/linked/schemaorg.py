"""What a page says to search engines: the thing in the words of schema.org, as JSON-LD inside the page."""

from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, FOAF, OWL, PREFIXES, RK, SCHEMA, SKOS, VOID, Namespace
from renkei_kg.web.linked.addresses import EXTENSIONS
from renkei_kg.web.linked.description import Description
from renkei_kg.web.linked.names import Known
from renkei_kg.web.linked.view import View

KINDS: Final = {
    SKOS.Concept.value: "DefinedTerm",
    SKOS.ConceptScheme.value: "DefinedTermSet",
    VOID.Dataset.value: "Dataset",
    OWL.Ontology.value: "DefinedTermSet",
    RK.Evidence.value: "Quotation",
    RK.DocumentPage.value: "CreativeWork",
}
DCAT: Final = Namespace(PREFIXES["dcat"])
DESCRIBING: Final = (SCHEMA.description, SKOS.definition, DCTERMS.description, RK.quote)
SAME: Final = (SKOS.exactMatch, OWL.sameAs)
PLACES: Final = (("containedInPlace", SCHEMA.containedInPlace), ("location", RK.subprefecture))


def described(
    view: View, found: Description, known: dict[str, Known], language: str, origin: str, address: str
) -> dict[str, Any]:
    """The thing in schema.org's words, for a page in a language at an address of a host."""
    own = known[found.iri]
    name = own.label(language)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _type(found),
        "@id": found.iri,
        "url": origin + address,
        "name": name[0] if name else found.iri,
    }
    names = {o.value for _, o in own.statements if isinstance(o, Literal)}
    names |= set(_texts(found, SKOS.altLabel))
    said["alternateName"] = sorted(names - {said["name"]})
    said["description"] = next((text for p in DESCRIBING for text in _texts(found, p, language)), None)
    said["identifier"] = _texts(found, DCTERMS.identifier)
    said["sameAs"] = [iri for p in SAME for iri in _iris(found, p)]
    said["mainEntityOfPage"] = _iris(found, FOAF.homepage)
    said["keywords"] = [_name(known, iri, language) for iri in _iris(found, DCTERMS.subject)]
    for key, property_ in PLACES:
        said[key] = [_place(known, iri, language) for iri in _iris(found, property_)]
    at = {name: _texts(found, SCHEMA[name]) for name in ("latitude", "longitude")}
    if all(at.values()):
        said["geo"] = {"@type": "GeoCoordinates", **{name: float(texts[0]) for name, texts in at.items()}}
    if said["@type"] == "Dataset":
        said |= _dataset(view, found, origin)
    elif view.dataset:
        said["subjectOf"] = {"@type": "Dataset", "@id": view.dataset}
    return {key: value for key, value in said.items() if value not in ([], None)}


def _type(found: Description) -> str:
    types = sorted(found.types)
    ours = [one.removeprefix(SCHEMA.iri) for one in types if one.startswith(SCHEMA.iri)]
    return [*ours, *(KINDS[one] for one in types if one in KINDS), "Thing"][0]


def _texts(found: Description, property_: NamedNode, language: str = "") -> list[str]:
    """The literals of a property, those in a language first."""
    texts = [o for o in found.values(property_) if isinstance(o, Literal)]
    return [one.value for one in sorted(texts, key=lambda one: (one.language != language, one.value))]


def _iris(found: Description, property_: NamedNode) -> list[str]:
    return [o.value for o in found.values(property_) if isinstance(o, NamedNode)]


def _name(known: dict[str, Known], iri: str, language: str) -> str:
    label = known[iri].label(language) if iri in known else None
    return label[0] if label else iri


def _place(known: dict[str, Known], iri: str, language: str) -> dict[str, str]:
    return {"@type": "AdministrativeArea", "@id": iri, "name": _name(known, iri, language)}


def _dataset(view: View, found: Description, origin: str) -> dict[str, Any]:
    whole = [] if view.kept or found.iri != view.dataset else EXTENSIONS.values()
    distribution = [
        {
            "@type": "DataDownload",
            "encodingFormat": form.media_type,
            "contentUrl": f"{origin}/graphs?default&format={form.name}",
        }
        for form in whole
    ]
    said: dict[str, Any] = {
        "license": _iris(found, DCTERMS.license),
        "version": next(iter(_texts(found, DCAT.version)), None),
        "distribution": distribution,
    }
    return {key: value for key, value in said.items() if value}
