"""The datasets as SHIRASAGI tells of its own, at ``/api/package_list`` and ``/api/package_show``.

Its importer (``app/models/concerns/opendata/harvest/shirasagi_api_importer.rb``) asks for the list, then for
each dataset, and takes a file again when its ``revision_id`` is another than before: one without any would
never be taken. Times have an offset, as Rails writes them.
"""

from typing import Any, Final

from renkei_kg.web.catalog.values import Dataset, Distribution
from renkei_kg.web.ckan.actions import Asked, Portal
from renkei_kg.web.ckan.datalist import frequency
from renkei_kg.web.ckan.errors import not_found
from renkei_kg.web.ckan.licences import licence
from renkei_kg.web.ckan.packages import name_of, resource, tags_of, text, uuid
from renkei_kg.web.ckan.searching import utc

Object = dict[str, Any]


def package_list(portal: Portal, asked: Asked) -> list[str]:
    """The UUIDs of all datasets; `limit` and `offset` take a part."""
    every = [uuid(one.iri) for one in portal.catalogue.datasets]
    first = asked.number("offset", 0)
    return every[first : first + (asked.number("limit", 0) or len(every))]


def package_show(portal: Portal, asked: Asked) -> Object:
    """A dataset with its files, by `id`: its UUID or its file name."""
    name = asked.needed("id")
    for one in portal.catalogue.datasets:
        if name in (uuid(one.iri), name_of(one.iri)):
            return package(one, portal.origin)
    raise not_found(f"dataset {name[:80]}")


def package(dataset: Dataset, origin: str) -> Object:
    """A dataset."""
    publisher = text(dataset.publisher.names)
    return {
        "type": "dataset",
        "site": {"name": publisher, "url": f"{origin}/"},
        "author": publisher,
        "id": name_of(dataset.iri),
        "uuid": uuid(dataset.iri),
        "name": text(dataset.titles),
        "filename": name_of(dataset.iri),
        "url": dataset.page,
        "text": text(dataset.descriptions),
        "update_plan": frequency(dataset),
        "state": "public",
        "released": offset(dataset.issued),
        "created": offset(dataset.issued),
        "updated": offset(dataset.modified),
        "categories": [],
        "estat_categories": [],
        "areas": [],
        "tags": tags_of(dataset),
        "groups": [],
        "resources": [_resource(one, dataset, place) for place, one in enumerate(dataset.files)],
        "num_resources": len(dataset.files),
    }


def _resource(file: Distribution, dataset: Dataset, place: int) -> Object:
    said = resource(file, dataset, place)
    terms = licence(file.licence or dataset.licence)
    return {
        "id": file.name,
        "uuid": said["id"],
        "revision_id": said["revision_id"],
        "state": "public",
        "name": said["name"],
        "filename": file.name,
        "text": said["description"],
        "license": {"id": terms.id, "name": terms.japanese, "uid": terms.id, "state": "public"},
        "created": offset(dataset.issued),
        "updated": offset(file.modified),
        "download_url": file.url,
        "url": file.url,
        "format": said["format"],
        "size": file.size,
    }


def offset(moment: str) -> str:
    """A time with its offset."""
    return utc(moment).isoformat().replace("+00:00", "Z")


ACTIONS: Final = {one.__name__: one for one in (package_list, package_show)}
