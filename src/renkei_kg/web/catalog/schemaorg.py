"""The catalogue and its datasets in the words of schema.org, for search engines: what Google Dataset Search
requires and recommends (https://developers.google.com/search/docs/appearance/structured-data/dataset)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from renkei_kg.web.catalog.values import Agent, Catalogue, Dataset, Distribution, Place, Texts

CONTEXT: Final = "https://schema.org"
TONGUES: Final = {"JPN": "ja", "ENG": "en"}
LD = dict[str, Any]


def catalogue_ld(catalogue: Catalogue, language: str, shown: Iterable[Dataset]) -> LD:
    """The catalogue as a DataCatalog, with some of its datasets."""
    said = {
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "@id": catalogue.iri,
        "url": catalogue.url,
        "name": text(catalogue.titles, language),
        "description": text(catalogue.descriptions, language),
        "license": catalogue.licence,
        "publisher": _agent(catalogue.publisher, language),
        "inLanguage": _languages(catalogue.languages),
        "spatialCoverage": [_place(one, language) for one in catalogue.spatial],
        "datePublished": catalogue.issued,
        "dateModified": catalogue.modified,
        "dataset": [
            {"@type": "Dataset", "@id": one.iri, "url": one.page, "name": text(one.titles, language)}
            | {"description": text(one.descriptions, language), "license": one.licence}
            for one in shown
        ],
    }
    return _filled(said)


def dataset_ld(catalogue: Catalogue, dataset: Dataset, language: str, measured: Iterable[LD] = ()) -> LD:
    """A dataset of a catalogue as a Dataset. ``measured`` are its columns, as PropertyValue."""
    parts = [one for one in catalogue.datasets if one.part_of == dataset.iri]
    said = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": dataset.iri,
        "url": dataset.page,
        "name": text(dataset.titles, language),
        "alternateName": [one for code, one in dataset.titles.items() if code != language],
        "description": text(dataset.descriptions, language),
        "identifier": dataset.iri,
        "sameAs": dataset.iri,
        "creator": _agent(dataset.publisher, language),
        "publisher": _agent(dataset.publisher, language),
        "license": dataset.licence,
        "isAccessibleForFree": True,
        "keywords": list(dataset.keywords.get(language, ())),
        "inLanguage": _languages(dataset.languages),
        "version": dataset.version,
        "datePublished": dataset.issued,
        "dateModified": dataset.modified,
        "spatialCoverage": [_place(one, language) for one in dataset.spatial],
        "temporalCoverage": "/".join(dataset.temporal) if all(dataset.temporal) else dataset.temporal[0],
        "variableMeasured": list(measured),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": catalogue.iri,
            "url": catalogue.url,
            "name": text(catalogue.titles, language),
        },
        "isPartOf": _reference(catalogue, dataset.part_of, language),
        "hasPart": [_reference(catalogue, one.iri, language) for one in parts],
        "distribution": [_download(one, language) for one in dataset.distributions],
    }
    return _filled(said)


def text(texts: Texts, language: str) -> str:
    """A text in a language, in any if there is none."""
    return texts.get(language) or next(iter(texts.values()), "")


def _download(one: Distribution, language: str) -> LD:
    said = {
        "@type": "DataDownload",
        "@id": one.iri,
        "name": text(one.titles, language),
        "description": text(one.descriptions, language),
        "contentUrl": one.url,
        "encodingFormat": one.compressed or one.media_type or "application/sparql-query",
        "contentSize": None if one.size is None else f"{one.size} B",
        "sha256": one.sha256,
        "dateModified": one.modified,
        "license": one.licence,
    }
    return _filled(said)


def _reference(catalogue: Catalogue, iri: str, language: str) -> LD | None:
    """Another dataset of the catalogue, with what is required of a dataset wherever it stands."""
    found = next((one for one in catalogue.datasets if one.iri == iri), None)
    if found is None:
        return None
    return {
        "@type": "Dataset",
        "@id": found.iri,
        "url": found.page,
        "name": text(found.titles, language),
        "description": text(found.descriptions, language),
        "license": found.licence,
    }


def _agent(agent: Agent, language: str) -> LD | None:
    if not agent.iri:
        return None
    return {"@type": "Organization", "@id": agent.iri, "name": text(agent.names, language)}


def _place(place: Place, language: str) -> LD:
    """A place; a box is south, west, north, east (https://schema.org/box)."""
    said: LD = {"@type": "Place", "@id": place.iri, "name": text(place.names, language)}
    if place.bbox:
        west, south, east, north = place.bbox
        said["geo"] = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    return said


def _languages(iris: Iterable[str]) -> list[str]:
    codes = (iri.rpartition("/")[2] for iri in iris)
    return [TONGUES[code] for code in codes if code in TONGUES]


def _filled(said: Mapping[str, Any]) -> LD:
    return {key: value for key, value in said.items() if value not in (None, "", [])}
