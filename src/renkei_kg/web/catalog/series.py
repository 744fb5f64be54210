"""The series of the versions that are kept (DCAT 3, section 12).

Its members are no datasets of their own, else a harvester would make one of each: they are said to be
entities (PROV), with what the profile asks of a member. ``/snapshots`` describes them whole.
"""

from collections.abc import Iterator
from itertools import pairwise

from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import DCAT, DCTERMS, PROV, RDF
from renkei_kg.versions.catalogue import Listing
from renkei_kg.versions.history import Version
from renkei_kg.versions.provenance import version_iri
from renkei_kg.web.catalog import feed
from renkei_kg.web.catalog.reading import Located
from renkei_kg.web.catalog.values import Catalogue, Dataset
from renkei_kg.web.linked.addresses import VERSIONS


def members(
    catalogue: Catalogue, located: Located, listing: Listing, most: int | None = None
) -> Iterator[Triple]:
    """The newest versions as members of the series of a catalogue; all of them unless there is a ``most``."""
    if not catalogue.series:
        return
    series, shown = NamedNode(catalogue.series), listing.newest_first[:most]
    nodes = [NamedNode(version_iri(one.snapshot.id, located.base)) for one in shown]
    for node, one in zip(nodes, shown, strict=True):
        yield Triple(series, DCAT.seriesMember, node)
        yield Triple(node, DCAT.inSeries, series)
        yield from _member(node, one, catalogue.datasets[0], located)
    for node, before in pairwise(nodes):
        yield Triple(node, DCAT.prev, before)
    if nodes:
        yield Triple(series, DCAT.last, nodes[0])
        yield Triple(series, DCTERMS.modified, feed.dated(catalogue.modified))
    if nodes and len(nodes) == len(listing.versions):
        yield Triple(series, DCAT.first, nodes[-1])


def _member(node: NamedNode, version: Version, whole: Dataset, located: Located) -> Iterator[Triple]:
    """A version of the whole."""
    identifier = version.snapshot.id
    yield Triple(node, RDF.type, PROV.Entity)
    yield Triple(node, DCAT.version, Literal(identifier))
    yield Triple(node, DCAT.isVersionOf, NamedNode(whole.iri))
    for language, title in whole.titles.items():
        yield Triple(node, DCTERMS.title, Literal(f"{title} {identifier}", language=language))
    for language, text in whole.descriptions.items():
        yield Triple(node, DCTERMS.description, Literal(text, language=language))
    if "created" in version.snapshot.manifest:
        yield Triple(node, DCTERMS.issued, feed.dated(version.snapshot.manifest["created"]))
    yield Triple(node, DCAT.landingPage, NamedNode(f"{located.origin}/{VERSIONS}{identifier}"))
