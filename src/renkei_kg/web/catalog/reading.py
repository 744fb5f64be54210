"""Reading the values of a catalogue from ``graph/catalog`` and from the manifest of the version."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import DCAT, DCTERMS, FOAF, IANA, PROV, RDF, RDFS, SKOS, VCARD, WDRS
from renkei_kg.reserved import CATALOGUE
from renkei_kg.versions.timeline import moment
from renkei_kg.web.catalog.values import (
    NO_TEXTS,
    Agent,
    Catalogue,
    Dataset,
    Distribution,
    Place,
    Service,
    Texts,
    Words,
)
from renkei_kg.web.linked.view import Term, View

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
FOLDERS: Final = ("files/", "dumps/")


class Said:
    """What ``graph/catalog`` of a version says, by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = sorted(triples, key=str)
        self._said: dict[Term, dict[NamedNode, list[Term]]] = {}
        for one in self.triples:
            self._said.setdefault(one.subject, {}).setdefault(one.predicate, []).append(one.object)

    def values(self, node: Term, property_: NamedNode) -> list[Term]:
        """The values of a property."""
        return self._said.get(node, {}).get(property_, [])

    def nodes(self, node: Term, property_: NamedNode) -> list[NamedNode]:
        """Those that are IRIs."""
        return [one for one in self.values(node, property_) if isinstance(one, NamedNode)]

    def iri(self, node: Term, property_: NamedNode) -> str:
        """The first of them; empty when there is none."""
        return next((one.value for one in self.nodes(node, property_)), "")

    def text(self, node: Term, property_: NamedNode) -> str:
        """The first literal; empty when there is none."""
        found = (one.value for one in self.values(node, property_) if isinstance(one, Literal))
        return next(found, "")

    def texts(self, node: Term, property_: NamedNode) -> Texts:
        """Texts by language, Japanese first."""
        said = (one for one in self.values(node, property_) if isinstance(one, Literal))
        return dict(sorted(((one.language or "", one.value) for one in said), key=lambda one: one[0] != "ja"))

    def led_to(self, node: Term, aside: Iterable[NamedNode] = ()) -> list[NamedNode]:
        """The IRIs that a node leads to, but by some properties."""
        said = self._said.get(node, {})
        every = (one for property_, values in said.items() if property_ not in aside for one in values)
        return [one for one in every if isinstance(one, NamedNode)]

    def of_class(self, kind: NamedNode) -> list[NamedNode]:
        """The things of a class."""
        found = (one.subject for one in self.triples if one.predicate == RDF.type and one.object == kind)
        return [one for one in found if isinstance(one, NamedNode)]


def read(view: View) -> Said:
    """What the catalogue of a version says. Raises EngineError."""
    graph = f"{view.addresses.base}{CATALOGUE}"
    if graph not in view.manifest["graphs"]:
        return Said(())
    return Said(Triple(*row) for row in view.rows(f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))


@dataclass(frozen=True)
class Located:
    """Where the addresses that the graph has below the base are on the host that a visitor uses."""

    view: View
    origin: str

    @property
    def base(self) -> str:
        """What the project's IRIs begin with."""
        return self.view.addresses.base

    def address(self, iri: str) -> str:
        """The address for an IRI below the base; any other is its own."""
        if not iri.startswith(self.base):
            return iri
        path = self.view.addresses.page(iri)
        return self.origin + path

    @property
    def endpoint(self) -> str:
        """The address of the endpoint of the version."""
        return self.origin + self.view.endpoint


class Reader:
    """Makes values of what is said."""

    def __init__(self, said_: Said, manifest: Mapping[str, Any], located: Located) -> None:
        self.said, self.manifest, self.located = said_, manifest, located
        self.modified = str(manifest.get("created", ""))
        self.files_of = str(manifest.get("files_of") or manifest["id"])
        self.files_made = _made(self.files_of) or self.modified

    def catalogue(self, node: NamedNode) -> Catalogue:
        """The catalogue that a node is."""
        said = self.said
        services = said.nodes(node, DCAT.service)
        series = said.of_class(DCAT.DatasetSeries)
        whole = str(self.manifest.get("dataset", ""))
        datasets = sorted(
            (self.dataset(one) for one in said.nodes(node, DCAT.dataset)),
            key=lambda one: (one.iri != whole, one.part_of != whole, _order(one), one.iri),
        )
        return Catalogue(
            iri=node.value,
            url=self.located.address(node.value),
            titles=said.texts(node, DCTERMS.title),
            descriptions=said.texts(node, DCTERMS.description),
            publisher=self.agent(said.iri(node, DCTERMS.publisher)),
            licence=said.iri(node, DCTERMS.license),
            service=self.service(services[0]) if services else None,
            datasets=tuple(datasets),
            spatial=tuple(map(self.place, said.nodes(node, DCTERMS.spatial))),
            languages=tuple(one.value for one in said.nodes(node, DCTERMS.language)),
            issued=said.text(node, DCTERMS.issued) or self.modified,
            modified=self.modified,
            version=str(self.manifest["id"]),
            files_of=self.files_of,
            series=series[0].value if series else "",
        )

    def agent(self, iri: str) -> Agent:
        node = NamedNode(iri) if iri else None
        if node is None:
            return Agent("", NO_TEXTS)
        return Agent(iri, self.said.texts(node, FOAF.name), self.said.iri(node, DCTERMS.type))

    def place(self, node: NamedNode) -> Place:
        numbers = [
            [float(x) for x in NUMBER.findall(self.said.text(node, p))] for p in (DCAT.bbox, DCAT.centroid)
        ]
        box, point = numbers
        return Place(
            node.value,
            self.said.texts(node, SKOS.prefLabel),
            (min(box[::2]), min(box[1::2]), max(box[::2]), max(box[1::2])) if box else None,
            (point[0], point[1]) if point else None,
        )

    def service(self, node: NamedNode) -> Service:
        said = self.said
        return Service(
            iri=node.value,
            titles=said.texts(node, DCTERMS.title),
            descriptions=said.texts(node, DCTERMS.description),
            url=self.located.endpoint,
            description_url=self.located.address(said.iri(node, DCAT.endpointDescription)),
            keywords=self.words(node),
            licence=said.iri(node, DCTERMS.license),
        )

    def words(self, node: NamedNode) -> Words:
        found: dict[str, list[str]] = {}
        for one in self.said.values(node, DCAT.keyword):
            if isinstance(one, Literal):
                found.setdefault(one.language or "", []).append(one.value)
        return {language: tuple(words) for language, words in found.items()}

    def dataset(self, node: NamedNode) -> Dataset:
        said = self.said
        periods, contacts = said.nodes(node, DCTERMS.temporal), said.nodes(node, DCAT.contactPoint)
        slug = node.value.rpartition("/")[2]
        every = map(self.distribution, said.nodes(node, DCAT.distribution))
        licence = said.iri(node, DCTERMS.license)
        distributions = sorted(every, key=lambda one: (one.licence != licence, *_place_of(one, slug)))
        return Dataset(
            iri=node.value,
            slug=slug,
            titles=said.texts(node, DCTERMS.title),
            descriptions=said.texts(node, DCTERMS.description),
            keywords=self.words(node),
            page=self.located.address(said.iri(node, DCAT.landingPage) or node.value),
            licence=licence,
            publisher=self.agent(said.iri(node, DCTERMS.publisher)),
            contact=said.texts(contacts[0], VCARD.fn) if contacts else NO_TEXTS,
            contact_page=self.contact_page(contacts[0]) if contacts else "",
            spatial=tuple(map(self.place, said.nodes(node, DCTERMS.spatial))),
            temporal=self.period(periods[0]) if periods else ("", ""),
            frequency=said.iri(node, DCTERMS.accrualPeriodicity),
            themes=tuple(one.value for one in said.nodes(node, DCAT.theme)),
            languages=tuple(one.value for one in said.nodes(node, DCTERMS.language)),
            sources=tuple(one.value for one in said.nodes(node, PROV.wasDerivedFrom)),
            provenance=self.statement(node, DCTERMS.provenance),
            rights=self.statement(node, DCTERMS.rights),
            issued=said.text(node, DCTERMS.issued) or self.modified,
            modified=self.changed(node, (one for one in distributions if not one.service)),
            version=said.text(node, DCAT.version),
            part_of=said.iri(node, DCTERMS.isPartOf),
            distributions=tuple(distributions),
        )

    def contact_page(self, node: NamedNode) -> str:
        """Where someone is turned to: a page, an address of mail, or what the node itself is elsewhere."""
        stated = self.said.iri(node, VCARD.hasURL) or self.said.iri(node, VCARD.hasEmail)
        elsewhere = "" if node.value.startswith(self.located.base) else node.value
        return self.located.address(stated or elsewhere)

    def period(self, node: NamedNode) -> tuple[str, str]:
        return self.said.text(node, DCAT.startDate), self.said.text(node, DCAT.endDate)

    def statement(self, node: NamedNode, property_: NamedNode) -> Texts:
        found = self.said.nodes(node, property_)
        return self.said.texts(found[0], RDFS.label) if found else NO_TEXTS

    def distribution(self, node: NamedNode) -> Distribution:
        said, located = self.said, self.located
        service = said.iri(node, DCAT.accessService)
        download = said.iri(node, DCAT.downloadURL)
        url = located.endpoint if service else located.address(download or said.iri(node, DCAT.accessURL))
        path, facts = self.facts(download)
        return Distribution(
            iri=node.value,
            name=node.value.rpartition("/")[2],
            titles=said.texts(node, DCTERMS.title),
            descriptions=said.texts(node, DCTERMS.description),
            url=url,
            media_type=said.iri(node, DCAT.mediaType).removeprefix(IANA.iri),
            format=said.iri(node, DCTERMS.format),
            compressed=said.iri(node, DCAT.compressFormat).removeprefix(IANA.iri),
            size=facts.get("bytes"),
            sha256=facts.get("sha256"),
            licence=said.iri(node, DCTERMS.license),
            conforms_to=tuple(one.value for one in said.nodes(node, DCTERMS.conformsTo)),
            described_by=located.address(said.iri(node, WDRS.describedby)),
            modified=self.unchanged(path, self.files_made) if facts else self.modified,
            service=service,
        )

    def facts(self, download: str) -> tuple[str, Mapping[str, Any]]:
        """The path of a file of the version with its size and checksum, by its address in the graph."""
        name = download.removeprefix(f"{self.located.base}files/")
        known: Mapping[str, Mapping[str, Any]] = self.manifest.get("files", {})
        paths = [folder + name for folder in FOLDERS if folder + name in known and name != download]
        return (paths[0], known[paths[0]]) if paths else ("", {})

    def unchanged(self, name: str, otherwise: str) -> str:
        """Since when a file, by its path, or a description, by its dataset, is as it is."""
        return str(self.manifest.get("since", {}).get(name, otherwise))

    def changed(self, node: NamedNode, files: Iterable[Distribution]) -> str:
        """When a dataset was changed: the whole with each version, another with its description or a file."""
        if node.value == self.manifest.get("dataset"):
            return self.modified
        return max([self.unchanged(node.value, self.files_made), *(one.modified for one in files)])


def _order(dataset: Dataset) -> int:
    slugs = ("projects", "assets", "regions", "municipalities", "ontology")
    return slugs.index(dataset.slug) if dataset.slug in slugs else len(slugs)


def _place_of(one: Distribution, slug: str) -> tuple[int, bool, bool, str]:
    """Tables first, then what draws maps, then RDF, the endpoint last; each before its compressed form, and
    what has the name of its dataset before others."""
    kinds = (
        *("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        *("application/geo+json", "text/turtle", "application/trig", "application/n-quads"),
    )
    place = kinds.index(one.media_type) if one.media_type in kinds else len(kinds)
    return place + 10 * bool(one.service), bool(one.compressed), not one.name.startswith(slug), one.name


def _made(version: str) -> str:
    """When a version was made, which its id begins with (RFC 3339); empty when it does not."""
    try:
        return moment(datetime.strptime(version[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return ""
