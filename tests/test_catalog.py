"""The catalogue: one description made at build, as DCAT-AP 3 in every format, for search engines and for people."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, VOID, Namespace

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import Project, open_project
from tests import dcat_ap
from tests.crawling import Client
from tests.dcat_ap import DCAT, SPDX
from tests.serving import Answer, Server, serving
from tests.writing import change

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
ROOT = Path(__file__).parents[1]
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
BASE = "https://w3id.org/renkei/"
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
    "nt": ("application/n-triples", "nt11"),
}
SLUGS = ("renkei", "projects", "assets", "regions", "municipalities", "ontology")


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as found:
        yield found


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


@pytest.fixture(scope="module")
def current(snapshots: Path) -> snapshot.Snapshot:
    return snapshot.open_current(snapshots)


def graph_of(answer: Answer, extension: str = "ttl") -> rdflib.Graph:
    """A document, read as a harvester reads it: without what its Content-Type says of characters."""
    assert answer.status == 200, answer
    media_type, name = FORMATS[extension]
    assert answer.headers["content-type"].split(";")[0] == media_type
    return rdflib.Graph().parse(data=answer.body, format=name)


@pytest.fixture(scope="module")
def feeds(server: Server) -> dict[str, rdflib.Graph]:
    return {one: graph_of(server.fetch(f"/catalog.{one}", Accept="*/*"), one) for one in FORMATS}


@pytest.mark.parametrize("extension", FORMATS)
def test_a_feed_is_as_the_profile_wants_it(feeds: dict[str, rdflib.Graph], extension: str) -> None:
    graph = feeds[extension]
    assert list(dcat_ap.missing(graph)) == []
    assert list(dcat_ap.advisable(graph)) == []
    assert list(dcat_ap.misfits(graph)) == []
    assert list(dcat_ap.deprecated(graph)) == []


def test_the_profile_would_find_what_is_wrong(feeds: dict[str, rdflib.Graph]) -> None:
    """Each table, held against a catalogue that lacks, or has twice, what the table is about."""
    graph = rdflib.Graph()
    graph += feeds["nt"]
    for class_, properties in dcat_ap.MANDATORY.items():
        for property_, (least, most, _) in properties.items():
            stated = [
                t for n in graph.subjects(RDF.type, class_) for t in graph.triples((n, property_, None))
            ]
            if least:
                assert _found(dcat_ap.missing, graph, stated, []), (class_, property_)
            if most == 1 and stated:
                other = Literal("another") if isinstance(stated[0][2], Literal) else URIRef("urn:x")
                assert _found(dcat_ap.missing, graph, [], [(*stated[0][:2], other)]), (class_, property_)
    for class_, some in dcat_ap.RECOMMENDED.items():
        for property_ in some:
            stated = [
                t for n in graph.subjects(RDF.type, class_) for t in graph.triples((n, property_, None))
            ]
            assert _found(dcat_ap.advisable, graph, stated, []), (class_, property_)
    used = {one for one in graph.predicates() if one in dcat_ap.RANGES}
    assert len(used) > 20
    for property_ in used:
        values = set(graph.objects(None, property_))
        stated = [t for value in values for t in graph.triples((value, RDF.type, None))]
        assert _found(dcat_ap.misfits, graph, stated, []), property_


def _found(
    check: Callable[[rdflib.Graph], Iterator[str]],
    graph: rdflib.Graph,
    without: list[tuple[Any, ...]],
    more: list[tuple[Any, ...]],
) -> bool:
    """Whether a check finds anything in a graph that lacks some triples and has others."""
    for one in without:
        graph.remove(one)
    for one in more:
        graph.add(one)
    found = next(check(graph), None)
    for one in more:
        graph.remove(one)
    for one in without:
        graph.add(one)
    return found is not None


def test_every_format_says_the_same(feeds: dict[str, rdflib.Graph], client: Client) -> None:
    origin = client.server.url

    def said(extension: str) -> set[tuple[str, ...]]:
        address = f"{origin}/catalog.{extension}"
        rows = (
            tuple("_:" if isinstance(one, rdflib.BNode) else str(one) for one in row)
            for row in feeds[extension]
        )
        return {tuple(one.replace(address, "document") for one in row) for row in rows}

    assert said("ttl") == said("jsonld") == said("rdf") == said("nt")


def test_the_catalogue_has_every_dataset(feeds: dict[str, rdflib.Graph]) -> None:
    graph = feeds["ttl"]
    datasets = set(graph.objects(URIRef(f"{BASE}catalog"), DCAT.dataset))
    assert datasets == {URIRef(f"{BASE}dataset/{slug}") for slug in SLUGS}
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == datasets  # each would become one at a harvester
    for dataset in datasets:
        for property_ in (DCTERMS.title, DCTERMS.description):
            texts = {one.language: str(one) for one in graph.objects(dataset, property_)}
            assert set(texts) == {"ja", "en"}
            assert property_ == DCTERMS.title or all(50 <= len(text) <= 5000 for text in texts.values()), (
                dataset
            )
        words = [str(one) for one in graph.objects(dataset, DCAT.keyword)]
        assert {"北海道", "Hokkaido"} <= set(words)
        assert len(words) == len(set(words))  # a portal without languages knows no two of the same


def test_a_distribution_is_the_file_that_is_served(feeds: dict[str, rdflib.Graph], client: Client) -> None:
    graph, checked = feeds["ttl"], 0
    for node in graph.subjects(RDF.type, DCAT.Distribution):
        url = graph.value(node, DCAT.downloadURL)
        if url is None:
            continue
        answer = client.get(str(url).removeprefix(client.server.url), accept="*/*")
        assert answer.status == 200, url
        assert int(graph.value(node, DCAT.byteSize)) == len(answer.body)
        checksum = graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)
        assert checksum is not None
        assert str(checksum) == _sha256(answer.body)
        media_type = str(graph.value(node, DCAT.compressFormat) or graph.value(node, DCAT.mediaType))
        assert media_type.endswith(answer.headers["content-type"].partition(";")[0]), url
        checked += 1
    assert checked > 40


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_the_endpoint_is_a_service_and_a_distribution(feeds: dict[str, rdflib.Graph], server: Server) -> None:
    graph, service = feeds["ttl"], URIRef(f"{BASE}service/sparql")
    assert list(graph.objects(service, DCAT.endpointURL)) == [URIRef(f"{server.url}/sparql")]
    assert len(list(graph.objects(service, DCAT.servesDataset))) == len(SLUGS)
    (distribution,) = graph.subjects(DCAT.accessService, service)
    assert list(graph.objects(distribution, DCAT.accessURL)) == [URIRef(f"{server.url}/sparql")]


def test_a_register_of_licences_knows_each_dataset(feeds: dict[str, rdflib.Graph]) -> None:
    """CKAN takes the licence of the first distribution, by its title."""
    for name, graph in feeds.items():
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            first = next(iter(graph.objects(dataset, DCAT.distribution)))
            title = graph.value(graph.value(first, DCTERMS.license), DCTERMS.title)
            assert str(title) == "Creative Commons Attribution", (name, dataset)
    others = {str(one) for one in feeds["ttl"].objects(None, DCTERMS.license)}
    assert any("/by-sa/" in one for one in others)


def test_only_what_a_harvester_may_take_for_a_name_has_a_label(feeds: dict[str, rdflib.Graph]) -> None:
    graph = feeds["ttl"]
    named = {one for node in graph.subjects(RDFS.label) for one in graph.objects(node, RDF.type)}
    assert named == {DCTERMS.MediaType, DCTERMS.ProvenanceStatement, DCTERMS.RightsStatement}


def test_where_and_when(feeds: dict[str, rdflib.Graph]) -> None:
    graph, place = feeds["ttl"], URIRef(f"{BASE}id/prefecture/hokkaido")
    assert set(graph.objects(URIRef(f"{BASE}dataset/projects"), DCTERMS.spatial)) == {place}
    bbox, centroid = (graph.value(place, one) for one in (DCAT.bbox, DCAT.centroid))
    assert isinstance(bbox, Literal)
    assert isinstance(centroid, Literal)
    assert str(bbox.datatype).endswith("geosparql#wktLiteral")
    numbers = [float(one) for one in re.findall(r"[\d.]+", bbox)]
    west, south, east, north = min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])
    # Longitude first: Hokkaido lies between 139° and 149° east, 41° and 46° north.
    assert 139 < west < 140
    assert 145 < east < 149
    assert 41 < south < 42
    assert 45 < north < 46
    longitude, latitude = (float(one) for one in re.findall(r"[\d.]+", centroid))
    assert west < longitude < east
    assert south < latitude < north
    period = graph.value(URIRef(f"{BASE}dataset/projects"), DCTERMS.temporal)
    assert [str(graph.value(period, one)) for one in (DCAT.startDate, DCAT.endDate)] == [
        "2024-04-01",
        "2025-03-31",
    ]


def test_no_address_of_mail_is_made_up(feeds: dict[str, rdflib.Graph], server: Server) -> None:
    text = feeds["ttl"].serialize(format="nt11")
    assert "mailto:" not in text
    assert "hasTelephone" not in text
    assert f"{server.url}/about" in text


def test_the_graph_has_the_description_and_nothing_of_its_publication(current: snapshot.Snapshot) -> None:
    store, graph = Store.read_only(str(current.store)), NamedNode(f"{BASE}graph/catalog")
    predicates = {q.predicate.value for q in store.quads_for_pattern(None, None, None, graph)}
    assert str(DCAT.downloadURL) in predicates
    assert not predicates & {str(DCAT.byteSize), str(SPDX.checksum), str(DCTERMS.modified)}
    classes = {q.object.value for q in store.quads_for_pattern(None, NamedNode(str(RDF.type)), None, graph)}
    assert not classes & {str(DCTERMS.LicenseDocument), str(dcat_ap.SKOS.Concept), str(DCTERMS.MediaType)}
    assert set(current.manifest["datasets"]) == {
        f"{BASE}catalog",
        f"{BASE}dataset/renkei/versions",
        *(f"{BASE}dataset/{slug}" for slug in SLUGS),
    }


def test_a_query_finds_the_files(server: Server) -> None:
    query = (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?file { "
        f"<{BASE}dataset/projects> dcat:distribution/dcat:downloadURL ?file }} ORDER BY ?file"
    )
    rows = server.ask(query, accept="text/csv").body.decode().split()
    assert f"{BASE}files/projects.csv" in rows


@pytest.mark.parametrize(
    ("path", "accept", "status", "where"),
    [
        ("/catalog", "text/html", 200, "/catalog.html"),
        ("/catalog", "*/*", 200, "/catalog.html"),
        ("/catalog", "text/turtle", 200, "/catalog.ttl"),
        ("/catalog", "application/ld+json", 200, "/catalog.jsonld"),
        ("/catalog", "application/rdf+xml", 200, "/catalog.rdf"),
        ("/catalog", "text/turtle;q=0.4, application/rdf+xml;q=0.9", 200, "/catalog.rdf"),
        ("/catalog", "image/png", 406, None),
        ("/dataset/projects", "text/html", 200, "/dataset/projects.html"),
        ("/dataset/projects", "text/turtle", 200, "/dataset/projects.ttl"),
        ("/dataset/nothing", "text/turtle", 404, None),
    ],
)
def test_the_format_is_the_one_that_is_liked_best(
    server: Server, path: str, accept: str, status: int, where: str | None
) -> None:
    get, head = (server.fetch(path, method=one, Accept=accept) for one in ("GET", "HEAD"))
    assert get.status == head.status == status
    assert get.headers.get("content-location") == where
    if status == 200:
        assert "accept" in get.headers["vary"].lower().split(", ")
        assert head.body == b""
        for name in ("content-type", "content-length", "etag", "link", "vary"):
            assert head.headers[name] == get.headers[name]
        assert f'<{path}.ttl>; rel="alternate"; type="text/turtle"' in get.headers["link"]
        again = server.fetch(path, Accept=accept, If_None_Match=get.headers["etag"])
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_document_of_a_dataset_is_whole(client: Client, feeds: dict[str, rdflib.Graph], slug: str) -> None:
    """What it says of the dataset and its distributions is what the catalogue says. Its parts by VoID and what
    it is a part of have documents of their own."""
    graph, iri = graph_of(client.get(f"/dataset/{slug}.ttl", accept="*/*")), URIRef(f"{BASE}dataset/{slug}")
    elsewhere = (str(VOID), str(DCTERMS.isPartOf))
    assert [one for one in dcat_ap.misfits(graph) if not any(name in one for name in elsewhere)] == []
    for node in (iri, *graph.objects(iri, DCAT.distribution)):
        said = {(p, o) for p, o in graph.predicate_objects(node) if not isinstance(o, rdflib.BNode)}
        own = {(p, o) for p, o in said if not str(p).startswith(str(VOID)) and o != VOID.Dataset}
        other = {(p, o) for p, o in feeds["ttl"].predicate_objects(node) if not isinstance(o, rdflib.BNode)}
        assert own == other, node


def ld_of(answer: Answer) -> dict[str, object]:
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.body.decode(), re.DOTALL
    )
    said: dict[str, object] = json.loads(found)
    return said


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("slug", SLUGS)
def test_a_landing_page_says_what_dataset_search_wants(
    client: Client, feeds: dict[str, rdflib.Graph], slug: str, language: str
) -> None:
    said = ld_of(client.get(f"/dataset/{slug}?lang={language}"))
    graph, iri = feeds["ttl"], URIRef(f"{BASE}dataset/{slug}")
    assert (said["@type"], said["@id"], said["sameAs"]) == ("Dataset", str(iri), str(iri))
    assert Literal(said["name"], lang=language) in set(graph.objects(iri, DCTERMS.title))
    assert Literal(said["description"], lang=language) in set(graph.objects(iri, DCTERMS.description))
    assert said["url"] == f"{client.server.url}/dataset/{slug}"
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["isAccessibleForFree"] is True
    assert said["temporalCoverage"] == "2024-04-01/2025-03-31"
    wanted = {"creator", "keywords", "version", "identifier", "spatialCoverage", "includedInDataCatalog"}
    assert wanted <= set(said)
    assert said["spatialCoverage"][0]["geo"]["@type"] == "GeoShape"
    files = {one["contentUrl"]: one for one in said["distribution"]}
    assert all(one["encodingFormat"] for one in files.values())
    assert {URIRef(one) for one in files} == {
        graph.value(one, DCAT.accessURL) for one in graph.objects(iri, DCAT.distribution)
    }
    if slug in ("projects", "assets", "municipalities"):
        assert len(said["variableMeasured"]) > 5


@pytest.mark.parametrize("path", ["/", "/catalog"])
def test_the_catalogue_is_told_to_search_engines(client: Client, path: str) -> None:
    said = ld_of(client.get(f"{path}?lang=en"))
    assert (said["@type"], said["@id"]) == ("DataCatalog", f"{BASE}catalog")
    assert [one["url"] for one in said["dataset"]] == [
        f"{client.server.url}/dataset/{slug}" for slug in SLUGS
    ]
    assert all(one["name"] and len(one["description"]) >= 50 for one in said["dataset"])


def test_a_landing_page_offers_what_people_want(client: Client, current: snapshot.Snapshot) -> None:
    page = client.get("/dataset/projects?lang=ja").body.decode()
    assert 'href="/files/projects.csv"' in page
    assert current.manifest["files"]["files/projects.csv"]["sha256"] in page
    first = (current.path / "files/projects.csv").read_text(encoding="utf-8").splitlines()[0]
    assert all(f'<th scope="col">{one}</th>' in page for one in first.split(","))
    assert (
        f'href="/cite?resource=https%3A%2F%2Fw3id.org%2Frenkei%2Fdataset%2Fprojects&amp;version={current.id}'
        in page
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_the_query_on_a_landing_page_finds_something(client: Client, slug: str) -> None:
    page = client.get(f"/dataset/{slug}?lang=ja").body.decode()
    address, *_ = re.findall(r'href="(/sparql\?query=[^"]*format=csv)"[^>]*>CSV', page)
    answer = client.get(unescape(address), accept="*/*")
    assert answer.status == 200
    assert len(answer.body.splitlines()) > 5


def test_void_is_the_root_of_the_description(
    client: Client, server: Server, current: snapshot.Snapshot
) -> None:
    plain = client.get("/.well-known/void", accept="*/*")
    graph = graph_of(plain)
    dataset = URIRef(f"{BASE}dataset/renkei")
    (document,) = graph.subjects(RDF.type, VOID.DatasetDescription)
    assert str(document) == f"{server.url}/.well-known/void"
    assert graph.value(document, FOAF.primaryTopic) == dataset
    assert {URIRef(f"{BASE}dataset/{slug}") for slug in SLUGS} == set(graph.objects(document, FOAF.topic))
    assert list(graph.objects(dataset, VOID.sparqlEndpoint)) == [URIRef(f"{server.url}/sparql")]
    assert int(graph.value(dataset, VOID.triples)) == current.manifest["triples"]
    for dump in graph.objects(None, VOID.dataDump):
        assert client.get(str(dump).removeprefix(server.url), accept="*/*").status == 200
    assert len(set(graph.objects(dataset, VOID.dataDump))) >= 8
    for accept, name in (
        ("application/ld+json", "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("text/turtle", "ttl"),
    ):
        assert len(graph_of(client.get("/.well-known/void", accept=accept), name)) == len(graph)
    page = server.fetch("/.well-known/void", Accept="text/html,*/*;q=0.1")
    assert (page.status, page.headers["location"]) == (303, "/dataset/renkei")
    tag = {"If_None_Match": plain.headers["etag"]}
    assert server.fetch("/.well-known/void", Accept="*/*", **tag).status == 304
    entity = graph_of(client.get("/data/project/jomon.ttl", accept="*/*"))
    assert dataset in set(entity.objects(None, VOID.inDataset))


def test_the_endpoint_says_the_same_of_the_dataset(client: Client, feeds: dict[str, rdflib.Graph]) -> None:
    described = graph_of(client.get("/sparql", accept="text/turtle"))
    iri = URIRef(f"{BASE}dataset/renkei")
    for property_ in (DCTERMS.title, DCTERMS.license):
        assert set(described.objects(iri, property_)) == set(feeds["ttl"].objects(iri, property_))


OTHERS = "".join(
    f'<dataset/other-{number}> a dcat:Dataset ; dcterms:title "他{number}"@ja , "Other {number}"@en ; '
    f'dcterms:description "説明"@ja , "Description"@en ; dcat:distribution <dataset/other-{number}/file> .\n'
    f"<dataset/other-{number}/file> a dcat:Distribution ; dcat:accessURL <https://example.org/{number}.csv> .\n"
    for number in range(230)
)
PREFIXES = """@base <https://example.org/kg/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix void: <http://rdfs.org/ns/void#> .
"""
OWN = """<dataset/small> a void:Dataset ; dcterms:title "小さなもの"@ja , "Small"@en ;
    dcterms:description "小さな例"@ja , "A small example"@en ; dcterms:publisher <id/organisation/us> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcat:contactPoint <mailto:us@example.org> .
<id/organisation/us> a foaf:Organization ; foaf:name "わたしたち"@ja , "Us"@en .
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A server over a project that describes more datasets than a page has."""
    root = tmp_path_factory.mktemp("many")
    (root / "renkei.toml").write_text(
        'base = "https://example.org/kg/"\nname = "small"\nversion = "1"\nendpoint = "https://example.org/kg/sparql"\n'
    )
    for folder in ("data", "ontology/rules", "shapes"):
        (root / folder).mkdir(parents=True)
    (root / "data/dataset.ttl").write_text(PREFIXES + OWN, encoding="utf-8")
    (root / "data/catalog.ttl").write_text(PREFIXES + OTHERS, encoding="utf-8")
    pipeline.build(open_project(root), root / "out", lambda _: None)
    with serving(root / "out") as server, closing(Client(server)) as client:
        yield client, root


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "rdf"])
def test_a_long_catalogue_comes_in_pages(many: tuple[Client, Path], extension: str) -> None:
    client, _ = many
    address, seen, pages = f"/catalog.{extension}", list[str](), 0
    while address:
        graph = graph_of(client.get(address, accept="*/*"), extension)
        seen += [str(one) for one in graph.objects(URIRef("https://example.org/kg/catalog"), DCAT.dataset)]
        (view,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
        assert str(view) == f"{client.server.url}/catalog.{extension}?page={pages + 1}"
        assert [str(one) for one in graph.objects(None, HYDRA.totalItems)] == ["231"]
        following = [str(one) for one in graph.objects(view, HYDRA.next)]
        address, pages = (following[0].removeprefix(client.server.url) if following else ""), pages + 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 231
    assert client.get(f"/catalog.{extension}?page=4", accept="*/*").status == 404
    assert client.get(f"/catalog.{extension}?page=x", accept="*/*").status == 400
    page = client.get("/catalog?page=3&lang=en").body.decode()
    assert 'rel="prev"' in page
    assert page.count("<h3>") == 31


def test_a_short_catalogue_has_no_pages(feeds: dict[str, rdflib.Graph]) -> None:
    assert not [one for one in feeds["ttl"].predicates() if str(one).startswith(str(HYDRA))]


def test_a_project_says_better_what_it_wants_to(many: tuple[Client, Path]) -> None:
    client, _ = many
    graph = graph_of(client.get("/dataset/other-7.ttl", accept="*/*"))
    other = URIRef("https://example.org/kg/dataset/other-7")
    assert {str(one) for one in graph.objects(other, DCTERMS.title)} == {"他7", "Other 7"}
    assert [str(one) for one in graph.objects(other, DCTERMS.license)] == [
        "https://creativecommons.org/publicdomain/zero/1.0/"
    ]
    (file,) = graph.objects(other, DCAT.distribution)
    assert graph.value(file, DCAT.accessURL) == URIRef("https://example.org/7.csv")
    assert list(graph.objects(file, DCTERMS.license))
    whole = graph_of(client.get("/dataset/small.ttl", accept="*/*"))
    titles = {
        str(one) for one in whole.objects(URIRef("https://example.org/kg/dataset/small"), DCTERMS.title)
    }
    assert titles == {"小さなもの", "Small"}
    page = client.get("/dataset/small?lang=en").body.decode()
    assert '<a href="mailto:us@example.org">mailto:us@example.org</a>' in page


def test_another_prefecture_needs_no_more_than_its_dataset(tmp_path: Path) -> None:
    import shutil

    root = tmp_path / "prefecture"
    shutil.copytree(ROOT / "tests/prefecture", root)
    text = (PREFIXES + OWN).replace("example.org/kg/", "example.org/yamanashi/").replace("small", "yamanashi")
    (root / "data/dataset.ttl").write_text(text, encoding="utf-8")
    made = pipeline.build(open_project(root), tmp_path / "out", lambda _: None)
    store = Store.read_only(str(made.store))
    base = "https://example.org/yamanashi/"
    titles = {
        q.object.value
        for q in store.quads_for_pattern(
            NamedNode(f"{base}dataset/projects"),
            NamedNode(str(DCTERMS.title)),
            None,
            NamedNode(f"{base}graph/catalog"),
        )
    }
    assert titles == {
        "山梨県の地域連携プロジェクトと取組",
        "Regional-cooperation projects and initiatives in Yamanashi",
    }


def test_a_project_without_a_dataset_has_no_catalogue(small: Callable[..., Project], tmp_path: Path) -> None:
    project = small(**{"data/things.ttl": "<a:a> <a:b> <a:c> ."})
    made = pipeline.build(project, tmp_path / "out", lambda _: None)
    assert f"{project.base}graph/catalog" not in made.manifest["graphs"]
    assert made.manifest["datasets"] == []
    with serving(tmp_path / "out") as server:
        for path in ("/catalog", "/catalog.ttl", "/.well-known/void"):
            assert server.fetch(path, Accept="text/turtle").status == 404
        assert "DataCatalog" not in server.fetch("/", Accept="text/html").body.decode()


def test_the_versions_are_a_series_that_follows_the_snapshots(many: tuple[Client, Path]) -> None:
    client, root = many
    before = snapshot.current_id(root / "out")
    iri = URIRef("https://example.org/kg/dataset/small/versions")
    first = client.get("/catalog.ttl", accept="*/*")
    after = change(
        root / "out", "INSERT DATA { GRAPH <https://example.org/kg/graph/new> { <a:a> <a:b> <a:c> } }"
    )
    expected = {f"https://example.org/kg/snapshots/{one}" for one in (before, after)}
    for path in ("/dataset/small/versions.ttl", "/catalog.ttl"):
        answer = client.get(path, accept="*/*")
        graph = graph_of(answer)
        members = {str(one) for one in graph.objects(iri, DCAT.seriesMember)}
        assert expected <= members, path
        assert {str(one) for one in graph.subjects(DCAT.inSeries, iri)} == members
        assert [str(one) for one in graph.objects(iri, DCAT.last)] == [
            f"https://example.org/kg/snapshots/{after}"
        ]
        assert [str(one) for one in graph.objects(iri, DCAT.first)] == [
            f"https://example.org/kg/snapshots/{before}"
        ]
        assert list(dcat_ap.missing(graph)) == []
        assert answer.headers["etag"] != first.headers["etag"]


def test_a_version_that_is_kept_has_its_own_catalogue(client: Client, current: snapshot.Snapshot) -> None:
    """The same things, with the files, pages and endpoint of the version."""
    place = f"/snapshots/{current.id}"
    now, then = (graph_of(client.get(f"{one}/catalog.ttl", accept="*/*")) for one in ("", place))
    assert set(now.subjects(RDF.type, DCAT.Distribution)) == set(then.subjects(RDF.type, DCAT.Distribution))
    start = f"{client.server.url}{place}/"
    for property_ in (DCAT.downloadURL, DCAT.endpointURL):
        found = [str(one) for one in then.objects(None, property_)]
        assert found
        assert all(one.startswith(start) for one in found)
    assert client.get(f"{place}/files/projects.csv", accept="*/*").status == 200
    page = client.get(f"{place}/dataset/projects?lang=en").body.decode()
    assert f'href="{place}/files/projects.csv"' in page
    assert "First 5 rows of Projects" in page
    assert client.get("/catalog", Accept_Datetime="Thu, 26 Nov 2026 00:00:00 GMT").status == 302


def test_a_build_says_the_same_each_time(project: Project, compiled: pipeline.Compiled) -> None:
    from renkei_kg.compile import catalog

    graph = NamedNode(project.graph("catalog"))
    stated = {q.triple for q in compiled.store.quads_for_pattern(None, None, None, graph)}
    bare = Store()
    bare.extend(Quad(q.subject, q.predicate, q.object) for q in compiled.store if q.graph_name != graph)
    assert stated == catalog.describe(compiled.store, project)
    assert len(stated) > 500
    assert not [t for t in stated if "_:" in str(t)]


def test_rdf_of_the_catalogue_is_read_by_another_library_too(
    client: Client, feeds: dict[str, rdflib.Graph]
) -> None:
    for extension, form in (
        ("ttl", RdfFormat.TURTLE),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        body = client.get(f"/catalog.{extension}", accept="*/*").body
        assert len({q.triple for q in parse(body, format=form)}) == len(feeds[extension])
