"""Linked data: every IRI leads to its description, in each format just what the store states."""

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import cast
from urllib.parse import quote
from zlib import crc32

import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, Query, QueryTimeout
from renkei_kg.namespaces import RDFS
from renkei_kg.project import Project
from renkei_kg.web import overview
from renkei_kg.web.asking import Answered, Asker
from renkei_kg.web.linked import kinds, resources
from renkei_kg.web.linked.addresses import EXTENSIONS, FILES, PLAIN, Addresses, spellings
from renkei_kg.web.linked.names import Schema
from renkei_kg.web.linked.view import LIST_SECONDS, MANY, View
from tests.crawling import BROWSER, Client, links
from tests.serving import Answer, Server, serving
from tests.writing import change

# rdflib's own reader of JSON-LD
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
ROOT = Path(__file__).parents[1]
TURTLE, HTML = "text/turtle", "text/html"
ITS_OWN = ("http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/hydra/core#")
PAGES = 100
SMALL_PARTS = re.compile(r"dataset/[^/]+/(?:[^/]+/){2,}[^/]+")


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


@pytest.fixture(scope="module")
def current(snapshots: Path) -> snapshot.Snapshot:
    return snapshot.open_current(snapshots)


@pytest.fixture(scope="module")
def store(current: snapshot.Snapshot) -> Store:
    return Store.read_only(str(current.store))


@pytest.fixture(scope="module")
def base(current: snapshot.Snapshot) -> str:
    return str(current.manifest["base"])


def read(answer: Answer, extension: str) -> list[Quad]:
    """What a document states. JSON-LD is read by rdflib, which fetches its context."""
    assert answer.status == 200, answer
    form = EXTENSIONS[extension]
    assert answer.headers["content-type"].startswith(form.media_type)
    if extension == "jsonld":
        graph = rdflib.Graph().parse(data=answer.body, format="json-ld")
        return list(parse(graph.serialize(format="nt11"), format=RdfFormat.N_TRIPLES))
    return list(parse(answer.body, format=RdfFormat.from_media_type(form.media_type)))


def canonical(triples: set[Triple]) -> str:
    """Triples without regard to the names of blank nodes."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return "\n".join(sorted(map(str, dataset)))


def stated(store: Store, iri: str) -> set[Triple]:
    """What a store states of a thing, with the blank nodes that it leads to."""
    found: set[Triple] = set()
    waiting: list[NamedNode | BlankNode] = [NamedNode(iri)]
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, None):
            if quad.triple not in found:
                found.add(quad.triple)
                if isinstance(quad.object, BlankNode):
                    waiting.append(quad.object)
    return found


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        (None, "/page/project/jomon"),
        ("*/*", "/page/project/jomon"),
        (BROWSER, "/page/project/jomon"),
        ("application/xhtml+xml", "/page/project/jomon"),
        ("text/turtle", "/data/project/jomon.ttl"),
        ("application/x-turtle", "/data/project/jomon.ttl"),
        ("application/ld+json", "/data/project/jomon.jsonld"),
        ("application/json", "/data/project/jomon.jsonld"),
        ("application/n-triples", "/data/project/jomon.nt"),
        ("application/rdf+xml", "/data/project/jomon.rdf"),
        ("application/n-quads", "/data/project/jomon.nq"),
        ("text/turtle;q=0.5, text/html;q=0.4", "/data/project/jomon.ttl"),
        ("text/html;q=0.4, application/rdf+xml;q=0.9, text/turtle;q=0.5", "/data/project/jomon.rdf"),
        ("text/*", "/page/project/jomon"),
        ("text/*;q=0.2, text/turtle", "/data/project/jomon.ttl"),
        ("text/html;q=0, */*", "/data/project/jomon.ttl"),
        ("application/trig, */*;q=0.1", "/page/project/jomon"),
        ("image/png", None),
        ("text/turtle;q=0", None),
    ],
)
def test_an_iri_leads_to_the_format_that_is_liked_best(
    server: Server, accept: str | None, target: str | None
) -> None:
    answer = server.fetch("/id/project/jomon", **({} if accept is None else {"Accept": accept}))
    assert "accept" in answer.headers["vary"].lower().split(", ")
    if target is None:
        assert answer.status == 406
        assert TURTLE in answer.problem["detail"]
        return
    assert (answer.status, answer.headers["location"]) == (303, target)
    for extension in EXTENSIONS:
        assert f'</data/project/jomon.{extension}>; rel="describedby"' in answer.headers["link"]


def test_the_format_is_negotiated_among_those_of_data_where_data_is_asked_for(server: Server) -> None:
    answer = server.fetch("/data/project/jomon", Accept=f"{HTML}, application/ld+json;q=0.5")
    assert (answer.status, answer.headers["location"]) == (303, "/data/project/jomon.jsonld")


def test_the_language_goes_with_a_redirect(server: Server) -> None:
    assert server.fetch("/id/project/jomon?lang=en").headers["location"] == "/page/project/jomon?lang=en"


def test_a_document_says_what_belongs_to_it(server: Server, base: str, current: snapshot.Snapshot) -> None:
    for target, own in (("/page/project/jomon", HTML), ("/data/project/jomon.ttl", TURTLE)):
        answer = server.fetch(target, Accept=BROWSER)
        link = answer.headers["link"]
        for extension, form in EXTENSIONS.items():
            assert f'</data/project/jomon.{extension}>; rel="alternate"; type="{form.media_type}"' in link
        assert f'<{base}id/project/jomon>; rel="describes"' in link
        assert re.search(rf'<{server.url}{target}[^>]*>; rel="canonical"', link)
        assert answer.headers["content-type"].startswith(own)
        assert answer.headers["renkei-snapshot"] == current.id
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "target", ["/page/project/jomon", "/data/project/jomon.nq", "/context.jsonld", "/ontology"]
)
def test_what_a_client_has_is_not_sent_again(server: Server, target: str) -> None:
    """Neither from what is kept nor, asked in another way for the first time, from what is made anew."""
    first = server.fetch(target, Accept=TURTLE)
    assert first.status == 200
    tag = first.headers["etag"]
    for accept in (TURTLE, f"{TURTLE}, {HTML};q=0.1"):
        again = server.fetch(target, Accept=accept, If_None_Match=tag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    head = server.fetch(target, method="HEAD", Accept=f"{TURTLE}, {HTML};q=0.2")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tag)
    assert int(head.headers["content-length"]) == len(first.body)


KINDS = [
    "id/project/tantetsuko",
    "id/initiative/kushiro-nemuro-koryu-2024-kushiro",
    "id/claim/initiative-donan-carbon-neutral-2024-theme-workforce",
    "id/evidence/shiribeshi-kanko-title",
    "id/municipality/014621",
    "id/geometry/municipality-014621",
    "id/theme/adventure-travel",
    "id/document/renkei-projects-fy2024",
    "id/certainty/high",
    "service/sparql",
    "dataset/projects/file/projects.csv",
    "dataset/renkei/rk-Project/rk-actor/rk-Actor",
    ".well-known/sparql-examples/prefixes/geo",
]


@pytest.mark.parametrize("path", KINDS)
def test_each_format_of_a_description_is_what_the_store_states(
    client: Client, store: Store, base: str, path: str
) -> None:
    iri = base + path
    addresses = Addresses(base)
    itself = client.server.url + addresses.data(iri, "")
    documents = {one: read(client.get(addresses.data(iri, one), accept="*/*"), one) for one in EXTENSIONS}
    for extension, quads in documents.items():
        about_data = {q.triple for q in quads if not str(q.subject).startswith(f"<{itself}")}
        assert stated(store, iri) <= about_data, extension
        unknown = [t for t in about_data if Quad(t.subject, t.predicate, t.object) not in store]
        assert unknown == [], extension
        about_itself = {q.triple.predicate.value for q in quads if q.triple not in about_data}
        assert "http://xmlns.com/foaf/0.1/primaryTopic" in about_itself
        for quad in quads:
            if extension == "nq" and quad.triple in about_data:
                assert quad in store
                assert quad.graph_name != DefaultGraph()
    triples = {one: _comparable(quads, f"{itself}{one}") for one, quads in documents.items()}
    assert all(one == triples["ttl"] for one in triples.values())


def _comparable(quads: list[Quad], itself: str) -> set[str]:
    return {str(quad.triple).replace(f"<{itself}", "<document") for quad in quads}


def test_what_something_points_to_has_its_name_and_class(client: Client, base: str) -> None:
    quads = read(client.get("/data/project/tantetsuko.ttl"), "ttl")
    labels = {(q.subject.value, q.object.value) for q in quads if q.predicate == RDFS.label}
    assert (f"{base}id/area/doo", "道央広域連携地域") in labels
    types = {(q.subject.value, q.object.value) for q in quads if q.predicate.value.endswith("#type")}
    assert (f"{base}id/area/doo", f"{base}ontology#CooperationArea") in types


def test_what_points_to_something_comes_in_pages(client: Client, store: Store, base: str) -> None:
    thing = NamedNode(f"{base}id/certainty/high")
    pointing = {q.triple for q in store.quads_for_pattern(None, None, thing, DefaultGraph())}
    assert len(pointing) > 3 * PAGES
    found: list[Triple] = []
    address, pages = f"{client.server.url}/data/certainty/high.ttl", 0
    while address:
        pages += 1
        quads = read(client.get(address.removeprefix(client.server.url)), "ttl")
        found += [q.triple for q in quads if q.object == thing and q.subject.value.startswith(base)]
        totals = [q.object.value for q in quads if q.predicate.value.endswith("#totalItems")]
        assert totals == [str(len(pointing))]
        following = [q.object.value for q in quads if q.predicate.value.endswith("core#next")]
        address = following[0] if following else ""
    assert pages == -(-len(pointing) // PAGES)
    assert set(found) == pointing
    assert len(found) == len(pointing)
    assert client.get(f"/data/certainty/high.ttl?page={pages + 1}").status == 404
    assert client.get("/page/certainty/high?page=0").status == 404
    assert client.get("/page/certainty/high?page=x").status == 400


def test_a_page_shows_the_evidence_for_a_statement(client: Client) -> None:
    page = client.get("/page/project/tantetsuko?lang=en").body.decode()
    assert "日本遺産「炭鉄港」を活用した交流人口拡大プロジェクト（空知・後志・胆振）" in page
    assert 'href="/page/page/renkei-projects-fy2024-1?lang=en"' in page
    uncertain = client.get("/page/project/kita-hokkaido?lang=en").body.decode()
    assert "Other possible readings" in uncertain
    assert 'class="badge low"' in uncertain


def test_a_graph_is_its_content(client: Client, store: Store, base: str) -> None:
    graph = NamedNode(f"{base}graph/policy")
    content = {q.triple for q in store.quads_for_pattern(None, None, None, graph)}
    for extension, form in EXTENSIONS.items():
        answer = client.get("/graph/policy", accept=form.media_type)
        assert answer.headers["content-location"] == f"/graph/policy.{extension}"
        quads = read(answer, extension)
        assert {q.triple for q in quads} == content
        assert {q.graph_name for q in quads} == ({graph} if extension == "nq" else {DefaultGraph()})
        assert client.get(f"/graph/policy.{extension}", accept="*/*").body == answer.body
    page = client.get("/graph/policy")
    assert page.headers["content-location"] == "/graph/policy.html"
    assert f"{base}graph/policy" in page.body.decode()


@pytest.mark.parametrize(("name", "least"), [("ontology", 90), ("shapes", 200), ("text", 3)])
def test_a_namespace_is_the_document_of_its_terms(
    client: Client, store: Store, base: str, name: str, least: int
) -> None:
    """Blank nodes and lists are followed, here down to the last."""
    subjects = {q.subject for q in store if isinstance(q.subject, NamedNode)}
    ours = [one.value for one in subjects if one.value.partition("#")[0] == base + name]
    expected = canonical({triple for iri in ours for triple in stated(store, iri)})
    assert len(ours) >= least
    for extension in EXTENSIONS:
        quads = read(client.get(f"/{name}.{extension}", accept="*/*"), extension)
        assert canonical({q.triple for q in quads}) == expected, extension
    page = client.get(f"/{name}").body.decode()
    for iri in ours:
        fragment = iri.partition("#")[2]
        assert not fragment or f'id="{fragment}"' in page


def test_the_context_is_published_and_readable(client: Client, base: str) -> None:
    answer = client.get("/context.jsonld", accept="*/*")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    context = json.loads(answer.body)["@context"]
    assert context["area"] == {"@id": f"{base}ontology#area", "@type": "@id"}
    assert context["officialText"] == {"@id": f"{base}ontology#officialText", "@container": "@language"}
    document = json.loads(client.get("/data/project/tantetsuko.jsonld", accept="*/*").body)
    assert document["@context"] == f"{client.server.url}/context.jsonld"
    project = document["@graph"][0]
    assert project["id"] == f"{base}id/project/tantetsuko"
    assert "Project" in project["type"]
    assert project["label"]["ja"] == "日本遺産「炭鉄港」を活用した交流人口拡大プロジェクト"
    assert project["area"]["label"]["en"] == "Doo Wide Cooperation Area"


def test_a_page_says_what_it_is_to_search_engines(client: Client, base: str) -> None:
    page = client.get("/page/municipality/014621?lang=ja").body.decode()
    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    thing = json.loads(said)
    assert (thing["@type"], thing["@id"]) == ("AdministrativeArea", f"{base}id/municipality/014621")
    assert (thing["name"], thing["geo"]["latitude"]) == ("南富良野町", 43.16416667)
    assert "https://sws.geonames.org/2129234/" in thing["sameAs"]


def test_what_is_not_there_is_said_with_what_is_near(server: Server, base: str) -> None:
    for path, near in (
        ("project/tantetsko", "project/tantetsuko"),
        ("theme/adventuretravel", "theme/adventure-travel"),
    ):
        for target in (f"/id/{path}", f"/page/{path}", f"/data/{path}.ttl", f"/data/{path}"):
            answer = server.fetch(target, Accept=TURTLE)
            problem = answer.problem
            assert answer.status == 404
            assert f"{base}id/{path}" in problem["detail"]
            assert f"{base}id/{near}" in [one["iri"] for one in problem["suggestions"]], target
    worded = server.fetch("/page/something/%E7%82%AD%E9%89%84%E6%B8%AF", Accept="application/json").problem
    assert any("炭鉄港" in one["label"] for one in worded["suggestions"])
    for target in (
        "/nothing",
        "/graph/nothing",
        "/page/",
        "/id/%22%3E",
        "/page/project/jomon%00",
        "/data/x.html",
    ):
        assert server.fetch(target, Accept=TURTLE).status == 404, target


def test_every_iri_leads_to_its_data(client: Client, store: Store, base: str) -> None:
    """All IRIs below the base in any statement, each in one of the formats, but of the smallest parts of the
    dataset, which are alike, only every sixth; addresses of files and pages that the catalogue names are what
    they are."""
    terms = (term for quad in store for term in (quad.subject, quad.predicate, quad.object, quad.graph_name))
    iris = {t.value for t in terms if isinstance(t, NamedNode) and t.value.startswith(base)}
    every = sorted({iri.removeprefix(base).partition("#")[0] for iri in iris} - {"sparql"})
    addresses = [one for one in every if one in ("", *PLAIN) or one.startswith(FILES)]
    paths = [one for one in every if one not in addresses]
    paths = [one for one in paths if not SMALL_PARTS.match(one) or crc32(one.encode()) % 6 == 0]
    forms = list(EXTENSIONS.items())
    turn = {path: forms[number % len(forms)] for number, path in enumerate(paths)}

    def dereference(path: str) -> str:
        _, form = turn[path]
        answer = client.get(f"/{path}", accept=form.media_type)
        if answer.status == 303:
            answer = client.get(answer.headers["location"], accept="*/*")
        if (
            answer.status == 200
            and answer.headers["content-type"].startswith(form.media_type)
            and answer.body
        ):
            return ""
        return f"{answer.status} {path} {form.media_type}"

    assert len(paths) > 2000
    assert [problem for problem in client.all(dereference, paths) if problem] == []
    assert {"files/projects.csv", "about", ""} <= set(addresses)
    served = client.all(lambda one: client.get(f"/{one}", accept="*/*").status, addresses)
    assert set(served) == {200}


@pytest.mark.parametrize(
    ("raw", "iris"),
    [
        ("a/b", ["a/b"]),
        ("%E5%87%BD%E9%A4%A8", ["函館", "%E5%87%BD%E9%A4%A8"]),
        ("a%2Fb", ["a%2Fb", "a/b"]),
        ("a%20b", ["a%20b"]),
        ("%FF", ["%FF", "\ufffd"]),
        ("x%3Fy", ["x%3Fy", "x?y"]),
        ("%3Cscript%3E", ["%3Cscript%3E"]),
    ],
)
def test_what_an_address_may_stand_for(raw: str, iris: list[str]) -> None:
    assert spellings(raw) == iris


THINGS = """@base <https://example.org/kg/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix v: <https://example.org/kg/words#> .

<id/場所/函館> rdfs:label "函館"@ja , "Hakodate"@en ; v:near <id/%E6%9C%AD%E5%B9%8C> ;
    v:parts ( "one" [ v:deep ( 1 [ v:deeper ( 2 3 ) ] ) ] ) ; v:day "2024-04-01"^^v:day ; v:big 123456789012345678901 ;
    v:yes true ; v:number 01 ; v:text "tag"@en-GB , "</script><b>&amp;" .
<id/%E6%9C%AD%E5%B9%8C> rdfs:label "札幌"@ja .
<id/a(b)'c;d,e&f=g> rdfs:label "signs" .
<id/q?x=1> rdfs:label "query" .
<id/document.ttl> rdfs:label "a name with a dot" .
<id/page/page> rdfs:label "page" .
<id/loop> v:next _:a . _:a v:next _:b . _:b v:next _:a .
<id/shared> v:one _:c ; v:two _:c . _:c rdfs:label "shared" .
<id/odd> <https://example.org/9> <geo:1,2> .
<id/pointed> v:near <id/only-pointed-to> .
<other/kind> rdfs:label "elsewhere below the base" .
<words> rdfs:label "words" .
v:near a rdfs:Property ; rdfs:label "near"@en .
"""
PATHS = [
    "id/場所/函館",
    "id/%E6%9C%AD%E5%B9%8C",
    "id/a(b)'c;d,e&f=g",
    "id/q?x=1",
    "id/document.ttl",
    "id/page/page",
    "id/loop",
    "id/shared",
    "id/only-pointed-to",
    "other/kind",
]


@pytest.fixture
def strange(small: Callable[..., Project], tmp_path: Path) -> Iterator[tuple[Client, Store, str]]:
    """A server over a graph with another base, whose IRIs and nodes are of every sort."""
    project = small(**{"data/things.ttl": THINGS})
    pipeline.build(project, tmp_path / "out", lambda _: None)
    found = snapshot.open_current(tmp_path / "out")
    with serving(tmp_path / "out") as server, closing(Client(server)) as client:
        yield client, Store.read_only(str(found.store)), project.base


def test_iris_of_every_sort_are_found_under_any_base(strange: tuple[Client, Store, str]) -> None:
    client, store, base = strange
    for path in PATHS:
        addresses = Addresses(base)
        target = "/" + quote(path, safe="%/?()';,&=:@!$*+~")
        answer = client.get(target, accept=TURTLE)
        assert answer.status == 303, path
        assert answer.headers["location"] == addresses.data(base + path, "ttl")
        documents = {
            one: read(client.get(addresses.data(base + path, one), accept="*/*"), one) for one in EXTENSIONS
        }
        expected = stated(store, base + path)
        for extension, quads in documents.items():
            found = {q.triple for q in quads if q.subject == NamedNode(base + path)}
            assert len(found) == len([t for t in expected if t.subject == NamedNode(base + path)]), (
                path,
                extension,
            )
            itself = client.server.url
            whole = {q.triple for q in quads if not q.subject.value.startswith(itself)}
            same = {q.triple for q in documents["ttl"] if not q.subject.value.startswith(itself)}
            assert canonical(whole) == canonical(same), (path, extension)
            assert all(str(t) in canonical(whole) for t in expected if "_:" not in str(t)), (path, extension)
        page = client.get(addresses.page(base + path) + ("?lang=ja" if path.startswith("id/") else ""))
        assert page.status in (200, 303)
        assert "<b>&amp;" not in page.body.decode()


def test_blank_nodes_and_lists_are_followed(strange: tuple[Client, Store, str]) -> None:
    client, store, base = strange
    for path in ("場所/函館", "loop", "shared"):
        for extension in EXTENSIONS:
            quads = read(client.get(f"/data/{quote(path)}.{extension}", accept="*/*"), extension)
            about = {q.triple for q in quads if not q.subject.value.startswith(client.server.url)}
            told = canonical({t for t in about if "words#near" not in str(t) or "函館" in str(t)} & about)
            for line in canonical(stated(store, f"{base}id/{path}")).splitlines():
                if "_:" not in line:
                    assert line in told, (path, extension)
            assert len([t for t in about if isinstance(t.subject, BlankNode)]) == len(
                [t for t in stated(store, f"{base}id/{path}") if isinstance(t.subject, BlankNode)]
            ), (path, extension)
    page = client.get(f"/page/{quote('場所/函館')}").body.decode()
    assert page.count('<ol class="members">') == 3


def test_what_a_format_has_no_words_for_is_an_error(strange: tuple[Client, Store, str]) -> None:
    client, _, base = strange
    answer = client.get("/data/odd.rdf", accept="*/*")
    assert answer.status == 406
    assert "RDF/XML cannot write the property <https://example.org/9>" in answer.problem["detail"]
    quads = read(client.get("/data/odd.jsonld", accept="*/*"), "jsonld")
    assert (NamedNode(f"{base}id/odd"), NamedNode("geo:1,2")) in {(q.subject, q.object) for q in quads}


def test_a_version_that_is_kept_answers_as_it_did(strange: tuple[Client, Store, str]) -> None:
    client, _, base = strange
    root = _root_of(client)
    before = snapshot.current_id(root)
    place = f"<{base}id/%E6%9C%AD%E5%B9%8C>"
    after = change(
        root, f"INSERT DATA {{ GRAPH <{base}graph/new> {{ {place} <{base}words#near> <{base}id/new> }} }}"
    )
    address = "/data/%E6%9C%AD%E5%B9%8C.nt"
    _eventually(lambda: client.get(address, accept="*/*").headers["renkei-snapshot"] == after)
    new, old = client.get(address, accept="*/*"), client.get(f"/snapshots/{before}{address}", accept="*/*")
    assert f"{base}id/new" in new.body.decode()
    assert f"{base}id/new" not in old.body.decode()
    assert old.headers["renkei-snapshot"] == before
    assert old.headers["memento-datetime"]
    assert client.get(f"/snapshots/{before}/id/new", accept="*/*").status == 404
    redirect = client.get(f"/snapshots/{before}/id/%E6%9C%AD%E5%B9%8C", accept=TURTLE)
    assert redirect.headers["location"] == f"/snapshots/{before}/data/%E6%9C%AD%E5%B9%8C.ttl"
    target = f"/snapshots/{before}/page/{quote('場所/函館')}"
    page = client.get(target)
    assert page.status == 200
    inside = [one for one, _ in links(page.body.decode(), client.server.url + target)]
    assert f"/snapshots/{before}/page/%E6%9C%AD%E5%B9%8C" in inside
    assert not [one for one in inside if one.startswith(("/page/", "/data/", "/id/")) and "札幌" in one]
    ours = [one for one in inside if "%E6%9C%AD" in one]
    assert all(one.startswith(f"/snapshots/{before}/") for one in ours)
    document = json.loads(client.get(f"/snapshots/{before}/data/document.ttl.jsonld", accept="*/*").body)
    assert document["@context"] == f"{client.server.url}/snapshots/{before}/context.jsonld"
    assert client.get("/snapshots/20010101T000000Z-000000000000/page/page/page").status == 404
    assert client.get("/snapshots/../page/page/page").status == 404


def test_a_kind_of_page_is_found_by_the_most_specific_class(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = Schema(
        {"urn:city": frozenset({"urn:region", "urn:place"}), "urn:region": frozenset({"urn:place"})}, {}
    )
    monkeypatch.setattr(kinds, "KINDS", {})
    types = ["urn:place", "urn:city", "urn:region"]
    assert kinds.kind_of(types, schema) is kinds.GENERIC
    kinds.register(NamedNode("urn:place"), "place.html")
    kinds.register(NamedNode("urn:region"), "region.html")
    assert kinds.kind_of(types, schema).template == "region.html"
    kinds.register(NamedNode("urn:city"), "city.html")
    assert kinds.kind_of(types, schema).template == "city.html"
    assert kinds.kind_of(["urn:place"], schema).template == "place.html"


def test_the_redirect_for_w3id_leads_path_for_path(base: str) -> None:
    lines = (ROOT / "docs/w3id/.htaccess").read_text(encoding="utf-8").splitlines()
    (rule,) = [line.split() for line in lines if line.startswith("RewriteRule")]
    target = rule[2].replace("$1", r"\1")
    assert base == "https://w3id.org/renkei/"
    for path in ("", "id/project/jomon", "data/project/jomon.ttl", "ontology", "dataset/renkei/rk-Project"):
        assert re.sub(rule[1], target, path, count=1) == f"https://HOST/{path}"
    assert rule[3] == "[R=302,L]"


def _root_of(client: Client) -> Path:
    environment = Path(f"/proc/{client.server.pid}/environ").read_bytes().split(b"\x00")
    (found,) = [one for one in environment if one.startswith(b"RENKEI_SNAPSHOTS=")]
    return Path(found.decode().partition("=")[2])


def _eventually(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize("make", [overview._counts, resources._namespaces])
def test_what_takes_too_long_is_remembered_of_a_large_graph_only(make: Callable[[View], object]) -> None:
    class Slow(View):
        def rows(self, query: str, seconds: float | None = None) -> list[tuple[object, ...]]:
            assert query
            assert seconds == (LIST_SECONDS if self.is_large else None)
            raise QueryTimeout(5)

    def slow(triples: int) -> View:
        known = {"triples": triples, "base": "https://example.org/", "graphs": {}}
        return Slow(Asker(Settings(), cast("Engine", None)), "1", known)

    assert not make(slow(MANY + 1))
    with pytest.raises(QueryTimeout):
        make(slow(MANY))


def test_what_was_begun_with_less_time_than_it_may_take_is_asked_again() -> None:
    class Patient(Asker):
        def begin(
            self, query: Query, media_type: str, client: str = "", seconds: float | None = None
        ) -> Future[Answered]:
            assert (media_type, client) == ("application/sparql-results+json", "")
            answer: Future[Answered] = Future()
            if seconds is None:
                answer.set_result(Answered(b'{"head": {}, "boolean": true}', query.version))
            else:
                answer.set_exception(QueryTimeout(seconds))
            return answer

    view = View(Patient(Settings(), cast("Engine", None)), "1", {})
    view.expect("ASK {}", seconds=1)
    assert view.truth("ASK {}")
    view.expect("SELECT * {}", seconds=1)
    with pytest.raises(QueryTimeout):
        view.rows("SELECT * {}", 1)
