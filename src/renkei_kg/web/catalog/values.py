"""What a catalogue says, as values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from renkei_kg.namespaces import EU

Texts = Mapping[str, str]
Words = Mapping[str, tuple[str, ...]]
Box = tuple[float, float, float, float]
Point = tuple[float, float]
NO_TEXTS: Final[Texts] = MappingProxyType({})


@dataclass(frozen=True)
class Agent:
    """Who publishes: the IRI, names by language, and the IRI of what kind of body it is."""

    iri: str
    names: Texts
    kind: str = ""


@dataclass(frozen=True)
class Place:
    """Where: the IRI of a prefecture, its names, its bounding box (west, south, east, north) and centroid
    (longitude, latitude) in degrees, None where the graph has no geometry."""

    iri: str
    names: Texts
    bbox: Box | None = None
    centroid: Point | None = None


@dataclass(frozen=True)
class Distribution:
    """A way to have a dataset: a file, or the endpoint (``service`` is its IRI then).

    ``name`` is the file's with its extension, ``url`` where it is fetched, ``size`` in bytes. ``media_type``
    is that of the file unpacked, ``compressed`` that of its compression. ``format`` is an IRI of the EU
    authority table of file types. ``described_by`` is the address of the table's CSVW metadata."""

    iri: str
    name: str
    titles: Texts
    descriptions: Texts
    url: str
    media_type: str = ""
    format: str = ""
    compressed: str = ""
    size: int | None = None
    sha256: str | None = None
    licence: str = ""
    conforms_to: tuple[str, ...] = ()
    described_by: str = ""
    modified: str = ""
    service: str = ""


@dataclass(frozen=True)
class Service:
    """The SPARQL endpoint: its IRI, its address, and where it is described."""

    iri: str
    titles: Texts
    descriptions: Texts
    url: str
    description_url: str
    keywords: Words
    licence: str


@dataclass(frozen=True)
class Dataset:
    """A dataset. ``page`` is the address of its landing page, ``contact_page`` where its publisher is turned
    to; ``temporal`` are its first and last day, each as the graph has it, empty when it does not say.

    ``themes``, ``frequency`` and ``languages`` are IRIs of EU authority tables. ``modified`` and ``issued``
    are dates or times (RFC 3339)."""

    iri: str
    slug: str
    titles: Texts
    descriptions: Texts
    keywords: Words
    page: str
    licence: str
    publisher: Agent
    contact: Texts
    contact_page: str
    spatial: tuple[Place, ...]
    temporal: tuple[str, str]
    frequency: str
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    provenance: Texts
    rights: Texts
    issued: str
    modified: str
    version: str
    part_of: str
    distributions: tuple[Distribution, ...]

    @property
    def files(self) -> tuple[Distribution, ...]:
        """The distributions that are files."""
        return tuple(one for one in self.distributions if not one.service)


@dataclass(frozen=True)
class Catalogue:
    """Everything that is published, in the order of the project's own datasets first, the whole before its
    parts. ``url`` is the address of its page; ``files_of`` is the version that the files are of, ``series``
    the IRI of the series of versions."""

    iri: str
    url: str
    titles: Texts
    descriptions: Texts
    publisher: Agent
    licence: str
    service: Service | None
    datasets: tuple[Dataset, ...]
    spatial: tuple[Place, ...]
    languages: tuple[str, ...]
    issued: str
    modified: str
    version: str
    files_of: str
    series: str

    def find(self, slug: str) -> Dataset | None:
        """The dataset of a slug."""
        return next((one for one in self.datasets if one.slug == slug), None)


def themes(iris: Iterable[str]) -> Iterator[str]:
    """The codes of themes of the EU authority table."""
    start = EU["data-theme/"].value
    return (iri.removeprefix(start) for iri in iris if iri.startswith(start))
