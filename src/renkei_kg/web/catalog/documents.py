"""The documents of the catalogue in formats of RDF, each whole in itself: a harvester reads it and nothing
else."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from flask import current_app
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from renkei_kg.namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    EU,
    FOAF,
    HYDRA,
    PREFIXES,
    PROV,
    RDF,
    SPDX,
    VCARD,
    VOID,
)
from renkei_kg.versions.catalogue import Listing
from renkei_kg.web import layout
from renkei_kg.web.catalog import feed, jsonld, model, series
from renkei_kg.web.catalog.reading import Located
from renkei_kg.web.linked.addresses import EXTENSIONS, VERSIONS
from renkei_kg.web.linked.description import own
from renkei_kg.web.linked.resources import Resource, check_page
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

REMEMBERED: Final = 32  # documents, of a hundred kilobytes or two each
NEWEST: Final = 20  # versions in the document of all datasets; the one of the series has them all
USED: Final = {
    **{
        name: PREFIXES[name]
        for name in ("dcat", "dcterms", "foaf", "geo", "prov", "rdfs", "skos", "void", "xsd")
    },
    "adms": ADMS.iri,
    "dcatap": DCATAP.iri,
    "eu": EU.iri,
    "hydra": HYDRA.iri,
    "spdx": SPDX.iri,
    "vcard": VCARD.iri,
}


class Documents:
    """What ``web/linked`` asks for the documents of catalogued things. Those asked last are remembered, as
    nothing in between may keep what lists versions."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def depends(self, view: View, resource: Resource) -> str:
        """What a document depends on beside its version: of those that list versions, which there are."""
        said = model.said(view)
        listing = {NamedNode(resource.iri)} & {
            *said.of_class(DCAT.Catalog),
            *said.of_class(DCAT.DatasetSeries),
        }
        return _listing().tag if listing else ""

    def body(self, view: View, resource: Resource, address: str, extension: str, number: int) -> bytes:
        """A document at an address. Raises EngineError, Problem 404."""
        key = (view.version, self.depends(view, resource), address, layout.origin())
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = written(self._document(view, resource, address, number), extension)
        with self._lock:
            self._made[key] = made
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        return made

    def _document(self, view: View, resource: Resource, address: str, number: int) -> list[Triple]:
        origin = layout.origin()
        said, located, catalogue = model.said(view), Located(view, origin), model.of(view, origin)
        if resource.iri == catalogue.iri:
            check_page(number, feed.pages(catalogue))
            found = feed.whole(said, located, catalogue, address, number)
            found.update(series.members(catalogue, located, _listing(), NEWEST))
        elif resource.iri == catalogue.series:
            found = feed.alone(said, located, catalogue.series)
            found.update(series.members(catalogue, located, _listing()))
        else:
            dataset = next((one for one in catalogue.datasets if one.iri == resource.iri), None)
            if dataset is None:
                raise Problem(404, model.MISSING)
            found = feed.single(said, located, dataset)
            counted = (one.triple for one in own(view, [dataset.iri]))
            found.update(one for one in counted if one.predicate.value.startswith(VOID.iri))
        found.update(_of_document(view, resource.iri, address))
        return feed.completed(found, catalogue)


def written(triples: list[Triple], extension: str) -> bytes:
    """Triples in a format."""
    if extension == "jsonld":
        return jsonld.document(triples, USED)
    rdf = RdfFormat.from_media_type(EXTENSIONS[extension].media_type)
    assert rdf is not None
    body = serialize(triples, format=rdf, prefixes=USED)
    assert body is not None
    return body


def _of_document(view: View, iri: str, address: str) -> Iterator[Triple]:
    document = NamedNode(address)
    yield Triple(document, RDF.type, FOAF.Document)
    yield Triple(document, FOAF.primaryTopic, NamedNode(iri))
    yield Triple(document, PROV.wasDerivedFrom, NamedNode(f"{view.addresses.base}{VERSIONS}{view.version}"))
    yield Triple(document, VOID.inDataset, NamedNode(view.dataset))


def _listing() -> Listing:
    found: Listing = current_app.extensions["catalogue"].listing()
    return found
