"""Datasets as CKAN's packages: what ``package_show`` answers.

Ids are UUIDs made of the IRIs (RFC 9562, section 5.5), so that a dataset stays the same one to a harvester.
Times are in UTC without an offset, as CKAN itself writes them: a resource whose ``last_modified`` ends in Z
is refused by CKAN's own validator (github.com/ckan/ckanext-scheming, pull request 291). What has no field of
its own is in ``extras``, under the names that ckanext-dcat gives.
"""

import json
import re
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from renkei_kg.web.catalog.values import Catalogue, Dataset, Distribution, Place, Texts
from renkei_kg.web.ckan.licences import Licence, licence
from renkei_kg.web.ckan.searching import utc

Object = dict[str, Any]
# Formats as CKAN's own list spells them (ckan/config/resource_formats.json), and ours that it does not have.
FORMATS: Final = {
    "text/csv": "CSV",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/geo+json": "GeoJSON",
    "application/json": "JSON",
    "application/csvm+json": "JSON",
    "text/turtle": "TTL",
    "application/ld+json": "JSON-LD",
    "application/n-quads": "NQ",
    "application/trig": "TriG",
}
COMPRESSED: Final = {"application/gzip": "GZ", "application/zip": "ZIP"}
# What CKAN takes as a tag (tag_name_validator, tag_length_validator).
NO_TAG: Final = re.compile(r"[^\w \-.]+")
SHORTEST_TAG: Final = 2
LONGEST_TAG: Final = 100
SHA256: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
ANOTHER: Final = "このファイルのライセンスは {licence} です。 This file is under {licence}."


def text(texts: Texts, language: str = "ja") -> str:
    """A text in a language, or in any other that there is; empty when there is none."""
    return texts.get(language) or next(iter(texts.values()), "")


def uuid(iri: str) -> str:
    """The UUID of a thing, of its IRI."""
    return str(uuid5(NAMESPACE_URL, iri))


def revision(sha256: str) -> str:
    """The UUID of the state of a file, of its checksum."""
    return str(uuid5(NAMESPACE_URL, f"urn:sha256:{sha256}"))


def name_of(iri: str) -> str:
    """A name as CKAN has them, small ASCII letters, digits, - and _, of the last part of an IRI."""
    last = re.split(r"[/#]", iri.rstrip("/#"))[-1]
    return re.sub(r"[^a-z0-9_-]+", "-", last.lower()).strip("-") or uuid(iri)


def naive(moment: str) -> str:
    """A time in UTC without its offset; a date stands for its beginning."""
    return utc(moment).replace(tzinfo=None).isoformat()


def organization(catalogue: Catalogue) -> Object:
    """The publisher, as the organisation that all datasets are of."""
    agent = catalogue.publisher
    return {
        "id": uuid(agent.iri),
        "name": name_of(agent.iri),
        "title": text(agent.names),
        "type": "organization",
        "description": text(agent.names, "en"),
        "image_url": "",
        "created": naive(catalogue.issued),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def packages(catalogue: Catalogue) -> list[Object]:
    """Every dataset of the catalogue, in its order."""
    return [package(one, organization(catalogue)) for one in catalogue.datasets]


def package(dataset: Dataset, owner: Object) -> Object:
    """A dataset."""
    terms = licence(dataset.licence)
    tags = tags_of(dataset)
    resources = [resource(one, dataset, place) for place, one in enumerate(dataset.files)]
    return {
        "id": uuid(dataset.iri),
        "name": name_of(dataset.iri),
        "title": text(dataset.titles),
        "notes": text(dataset.descriptions),
        "url": dataset.page,
        "version": dataset.version,
        "author": text(dataset.publisher.names),
        "author_email": None,
        "maintainer": text(dataset.publisher.names),
        "maintainer_email": None,
        **_terms(terms),
        "isopen": terms.is_open,
        "metadata_created": naive(dataset.issued),
        "metadata_modified": naive(dataset.modified),
        "type": "dataset",
        "state": "active",
        "private": False,
        "owner_org": owner["id"],
        "organization": owner,
        "groups": [],
        "tags": [_tag(one) for one in tags],
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": [{"key": key, "value": value} for key, value in extras(dataset).items() if value],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def resource(file: Distribution, dataset: Dataset, place: int) -> Object:
    """A file of a dataset; its ``url`` ends in its extension, its ``name`` does not, as SHIRASAGI names files
    by both."""
    terms = licence(file.licence or dataset.licence)
    description = text(file.descriptions)
    if terms.iri != dataset.licence:
        # A harvester may know only the licence of the dataset; people are told.
        description = f"{description} {ANOTHER.format(licence=terms.name)}".strip()
    return {
        "id": uuid(file.iri),
        "package_id": uuid(dataset.iri),
        "name": text(file.titles),
        "description": description,
        "url": file.url,
        "format": format_of(file),
        "mimetype": file.compressed or file.media_type,
        "mimetype_inner": file.media_type if file.compressed else None,
        "size": file.size,
        "hash": file.sha256 or "",
        "hash_algorithm": SHA256 if file.sha256 else "",
        "created": naive(dataset.issued),
        "last_modified": naive(file.modified),
        "metadata_modified": naive(file.modified),
        "revision_id": revision(file.sha256) if file.sha256 else None,
        "position": place,
        "state": "active",
        "resource_type": None,
        "url_type": None,
        **_terms(terms),
        "conforms_to": _several(file.conforms_to),
        "uri": file.iri,
    }


def format_of(file: Distribution) -> str:
    """The format of a file in the word that CKAN has for it."""
    known = COMPRESSED.get(file.compressed) or FORMATS.get(file.media_type)
    return known or file.name.rpartition(".")[2].upper()


def _terms(terms: Licence) -> Object:
    return {"license_id": terms.id, "license_title": terms.title, "license_url": terms.iri}


def tags_of(dataset: Dataset) -> list[str]:
    """The keywords in both languages, as CKAN takes tags."""
    found = [NO_TAG.sub("-", word).strip("- ") for words in dataset.keywords.values() for word in words]
    return [one for one in dict.fromkeys(found) if SHORTEST_TAG <= len(one) <= LONGEST_TAG]


def _tag(name: str) -> Object:
    shown = {"id": uuid(f"urn:tag:{name}"), "name": name, "display_name": name}
    return {**shown, "state": "active", "vocabulary_id": None}


def extras(dataset: Dataset) -> dict[str, str]:
    """What CKAN has no field for, under the names of ckanext-dcat, and the texts in English."""
    start, end = dataset.temporal
    return {
        "uri": dataset.iri,
        "title_en": text(dataset.titles, "en"),
        "notes_en": text(dataset.descriptions, "en"),
        "publisher_uri": dataset.publisher.iri,
        "publisher_name": text(dataset.publisher.names),
        "contact_name": text(dataset.contact),
        "contact_uri": dataset.contact_page,
        "issued": dataset.issued,
        "modified": dataset.modified,
        "frequency": dataset.frequency,
        "temporal_start": start,
        "temporal_end": end,
        "language": _several(dataset.languages),
        "theme": _several(dataset.themes),
        "source": _several(dataset.sources),
        "provenance": text(dataset.provenance),
        "rights": text(dataset.rights),
        "spatial_uri": dataset.spatial[0].iri if dataset.spatial else "",
        "spatial_text": "、".join(text(one.names) for one in dataset.spatial),
        "spatial": _box(dataset.spatial),
    }


def _several(values: tuple[str, ...]) -> str:
    """Several values in one text, as ckanext-dcat writes them; empty when there are none."""
    return json.dumps(list(values)) if values else ""


def _box(places: tuple[Place, ...]) -> str:
    """The box of the first place as a polygon in GeoJSON, by which ckanext-spatial finds datasets."""
    box = places[0].bbox if places else None
    if box is None:
        return ""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
