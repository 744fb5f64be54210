"""The catalogue and its datasets as RDF (DCAT 3, DCAT-AP 3.0.1): what ``graph/catalog`` says, with the facts
of the publication, addresses on the host that is asked, and what has to be said of what is pointed to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.namespaces import DCAT, DCTERMS, FOAF, HYDRA, RDF, SPDX, VCARD, WDRS, XSD
from renkei_kg.web.catalog import stubs
from renkei_kg.web.catalog.reading import Located, Said
from renkei_kg.web.catalog.values import Catalogue, Dataset, Distribution
from renkei_kg.web.linked.view import Term

MOST: Final = 100  # datasets on a page
ADDRESSES: Final = (
    *(DCAT.accessURL, DCAT.downloadURL, DCAT.landingPage, DCAT.endpointDescription),
    *(FOAF.homepage, FOAF.page, VCARD.hasURL, WDRS.describedby),
)
# What leads from one dataset to others, which a document says for itself.
ASIDE: Final = (DCAT.dataset, DCAT.servesDataset, DCTERMS.isPartOf)


def pages(catalogue: Catalogue) -> int:
    """How many pages a catalogue has."""
    return max(1, -(-len(catalogue.datasets) // MOST))


def shown(catalogue: Catalogue, number: int) -> tuple[Dataset, ...]:
    """The datasets on a page, counted from 1."""
    return catalogue.datasets[(number - 1) * MOST : number * MOST]


def whole(said: Said, located: Located, catalogue: Catalogue, address: str, number: int = 1) -> set[Triple]:
    """The document of the catalogue at an address: all of it or, of a long one, a page."""
    datasets = shown(catalogue, number)
    found = set(_page(catalogue, address, number))
    found |= _described(said, located, [catalogue.iri], datasets)
    found |= set(_dates(catalogue.iri, catalogue.issued, catalogue.modified))
    return found


def single(said: Said, located: Located, dataset: Dataset) -> set[Triple]:
    """The document of a dataset."""
    return _described(said, located, [], [dataset])


def alone(said: Said, located: Located, iri: str) -> set[Triple]:
    """What is said of a node and of what it leads to."""
    return _described(said, located, [iri], [])


def completed(triples: Iterable[Triple], catalogue: Catalogue) -> list[Triple]:
    """Triples with what has to be said of what they point to, in the order of the catalogue and Japanese
    first: a reader that takes but one of several texts, or the licence of but one file, takes the first."""
    ranks: dict[Term, int] = {NamedNode(catalogue.iri): 0}
    for dataset in catalogue.datasets:
        ranks[NamedNode(dataset.iri)] = len(ranks)
        ranks |= {NamedNode(one.iri): len(ranks) + place for place, one in enumerate(dataset.distributions)}

    last = len(ranks)

    def order(one: Triple) -> tuple[Any, ...]:
        subject, predicate, value = one.subject, one.predicate, one.object
        other = isinstance(value, Literal) and value.language not in (None, "ja")
        about = ranks.get(subject, last), str(subject), predicate != RDF.type, str(predicate)
        return *about, ranks.get(value, last), other, str(value)

    return sorted(stubs.completed(triples), key=order)


def _described(
    said: Said, located: Located, roots: Sequence[str], datasets: Sequence[Dataset]
) -> set[Triple]:
    """What is said of some nodes, of datasets, and of all that they lead to."""
    iris = [*roots, *(one.iri for one in datasets)]
    reached = _reached(said, iris)
    found: set[Triple] = set()
    for one in said.triples:
        if one.subject not in reached:
            continue
        aside = one.predicate in (DCAT.dataset, DCAT.servesDataset)
        if aside and isinstance(one.object, NamedNode) and one.object.value not in iris:
            continue
        found.add(_at_address(one, said, located))
        if one.predicate == DCAT.inSeries and isinstance(one.object, NamedNode):
            found.add(Triple(one.object, DCAT.seriesMember, one.subject))
    for dataset in datasets:
        found.update(_dates(dataset.iri, dataset.issued, dataset.modified))
        for distribution in dataset.distributions:
            found.update(_facts(distribution))
    return found


def _reached(said: Said, iris: Iterable[str]) -> set[Term]:
    """Nodes, and the nodes that what is said of them leads to."""
    waiting: list[Term] = [NamedNode(iri) for iri in iris]
    reached: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += said.led_to(node, ASIDE)
    return reached


def _at_address(one: Triple, said: Said, located: Located) -> Triple:
    """A triple with the address that its object has on the host that is asked."""
    value = one.object
    if isinstance(value, NamedNode):
        endpoint = one.predicate == DCAT.accessURL and said.values(one.subject, DCAT.accessService)
        if endpoint or one.predicate == DCAT.endpointURL:
            return Triple(one.subject, one.predicate, NamedNode(located.endpoint))
        if one.predicate in ADDRESSES:
            return Triple(one.subject, one.predicate, NamedNode(located.address(value.value)))
    return one


def _dates(iri: str, issued: str, modified: str) -> Iterator[Triple]:
    for property_, text in ((DCTERMS.issued, issued), (DCTERMS.modified, modified)):
        if text:
            yield Triple(NamedNode(iri), property_, dated(text))


def dated(text: str) -> Literal:
    """A date or a time as a literal."""
    return Literal(text, datatype=XSD.dateTime if "T" in text else XSD.date)


def _facts(one: Distribution) -> Iterator[Triple]:
    """What is known of a file since it was written."""
    node = NamedNode(one.iri)
    if one.modified:
        yield Triple(node, DCTERMS.modified, dated(one.modified))
    if one.size is not None:
        yield Triple(node, DCAT.byteSize, Literal(str(one.size), datatype=XSD.nonNegativeInteger))
    if one.sha256:
        checksum = BlankNode(f"sha{one.sha256[:16]}")
        yield Triple(node, SPDX.checksum, checksum)
        yield Triple(checksum, RDF.type, SPDX.Checksum)
        yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
        yield Triple(checksum, SPDX.checksumValue, Literal(one.sha256, datatype=XSD.hexBinary))


def _page(catalogue: Catalogue, address: str, number: int) -> Iterator[Triple]:
    """Where in a long catalogue a page is (Hydra Core Vocabulary)."""
    count = pages(catalogue)
    if count == 1:
        return
    node, plain = NamedNode(catalogue.iri), address.partition("?")[0]
    this = NamedNode(f"{plain}?page={number}")
    yield Triple(node, RDF.type, HYDRA.Collection)
    yield Triple(node, HYDRA.totalItems, Literal(len(catalogue.datasets)))
    yield Triple(node, HYDRA.view, this)
    yield Triple(this, RDF.type, HYDRA.PartialCollectionView)
    ways = {"first": 1, "previous": number - 1, "next": number + 1, "last": count}
    for name, other in ways.items():
        if 1 <= other <= count:
            yield Triple(this, HYDRA[name], NamedNode(f"{plain}?page={other}"))
