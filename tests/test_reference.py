"""The reference of ontology and shapes, the page about the data, and what search engines read, over HTTP."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5rdf
import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.namespaces import ONTOLOGY, PREFIXES, RDFS, SH, SHAPES, SKOS
from renkei_kg.project import open_project
from renkei_kg.shacl.report import SEVERITIES
from renkei_kg.web import site, words
from tests.conftest import ROOT
from tests.crawling import Client
from tests.serving import Server, serving
from tests.sharing import shared

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
SVG = "{http://www.w3.org/2000/svg}"
Rows = Callable[[str], list[tuple[str | None, ...]]]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, idle_seconds=600) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Store:
    return Store.read_only(str(snapshot.open_current(snapshots).store))


@pytest.fixture(scope="module")
def rows(store: Store) -> Rows:
    """Asks the store behind the server a SELECT and gives the values as text."""
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

    def ask(query: str) -> list[tuple[str | None, ...]]:
        found = store.query(prologue + query)
        assert isinstance(found, QuerySolutions)
        return [tuple(None if term is None else term.value for term in one) for one in found]

    return ask


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """Another prefecture's data without the readings of names, which the shapes warn of, over a server."""

    def make(out: Path) -> None:
        project = out / "project"
        shutil.copytree(ROOT / "tests/prefecture", project)
        data = project / "data/all.ttl"
        data.write_text(re.sub(r"    rk:kana .*;\n", "", data.read_text("utf-8")), "utf-8")
        pipeline.build(open_project(project), out / "snapshots", lambda _: None)

    folder = shared(tmp_path_factory, "unread", make) / "snapshots"
    with serving(folder) as server, closing(Client(server)) as client:
        yield client, folder


def page_of(client: Client, address: str) -> Element:
    """A page as a tree of elements without a namespace, but in SVG."""
    answer = client.get(address)
    assert answer.status == 200, address
    tree: Element = html5rdf.parse(answer.body, namespaceHTMLElements=False)
    return tree


def text_of(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def by_id(page: Element) -> dict[str, Element]:
    """The elements that an address can lead to."""
    found = [(one.get("id"), one) for one in page.iter()]
    assert len({name for name, _ in found if name}) == sum(name is not None for name, _ in found)
    return {name: one for name, one in found if name}


def sections(page: Element) -> dict[str, Element]:
    """The part about each term, by its fragment."""
    return {one.get("aria-labelledby", ""): one for one in page.findall(".//section[@class='term']")}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_term_has_its_place_name_and_meaning(client: Client, language: str) -> None:
    ontology = Store()
    ontology.load(path=str(ROOT / "ontology/renkei.ttl"), format=RdfFormat.TURTLE)
    page = page_of(client, f"/ontology?lang={language}")
    anchors, parts = by_id(page), sections(page)
    terms = {
        quad.subject for quad in ontology.quads_for_pattern(None, RDFS.isDefinedBy, NamedNode(ONTOLOGY[:-1]))
    }
    assert len(terms) > 90
    for term in terms:
        assert isinstance(term, NamedNode)
        name = term.value.removeprefix(ONTOLOGY)
        assert name in anchors
        said = text_of(parts[name])
        for property_ in (RDFS.label, SKOS.definition):
            texts = [q.object for q in ontology.quads_for_pattern(term, property_, None)]
            (text,) = (o.value for o in texts if isinstance(o, Literal) and o.language == language)
            assert " ".join(text.split()) in said, name
    assert set(parts) == {one.value.removeprefix(ONTOLOGY) for one in terms if isinstance(one, NamedNode)}


def test_a_term_is_counted_as_sparql_counts_it(client: Client, rows: Rows) -> None:
    parts = sections(page_of(client, "/ontology?lang=en"))
    used = 0
    for name, part in parts.items():
        (count,) = part.findall(".//span[@data-used]")
        term = ONTOLOGY + name
        ((number,),) = rows(f"SELECT (COUNT(*) AS ?n) {{ {{ ?x a <{term}> }} UNION {{ ?x <{term}> ?y }} }}")
        assert count.get("data-used") == number, name
        if number != "0":
            assert f"{int(number or 0):,}" in text_of(count)
            used += 1
    assert used > 80


def test_the_diagram_has_every_class_and_leads_to_its_meaning(client: Client, rows: Rows) -> None:
    page = page_of(client, "/ontology?lang=ja")
    anchors = by_id(page)
    boxes = page.findall(f".//{SVG}g/{SVG}rect")
    classes = {iri for (iri,) in rows("SELECT ?c { ?c a owl:Class ; rdfs:isDefinedBy ?o }")}
    assert len(boxes) == len(classes)
    targets = [one.get("href", "").removeprefix("#") for one in page.findall(f".//{SVG}a")]
    assert set(targets) <= set(anchors)
    assert {ONTOLOGY + one for one in targets} >= classes
    placed = [tuple(float(box.get(name, "")) for name in ("x", "y", "width", "height")) for box in boxes]
    for number, (x, y, width, height) in enumerate(placed):
        for x2, y2, width2, height2 in placed[:number]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_shape_has_its_place_and_says_its_message(client: Client, rows: Rows, language: str) -> None:
    page = page_of(client, f"/shapes?lang={language}")
    anchors, parts = by_id(page), sections(page)
    named = {
        iri for (iri,) in rows(f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{SHAPES}")) }}')
    }
    assert len(named) > 200
    assert {SHAPES + name for name in anchors} >= named
    messages = rows(
        f'SELECT ?s ?m {{ ?s sh:message ?m FILTER(LANG(?m) = "{language}" && STRSTARTS(STR(?s), "{SHAPES}")) }}'
    )
    assert len(messages) > 150
    for iri, message in messages:
        assert iri is not None
        assert message is not None
        if iri.removeprefix(SHAPES) in parts and "select" not in message:
            assert " ".join(message.split()) in text_of(parts[iri.removeprefix(SHAPES)])


def test_a_shape_is_told_in_words(client: Client) -> None:
    parts = sections(page_of(client, "/shapes?lang=en"))
    label = text_of(parts["Named-label"])
    assert "has exactly 2 values" in label
    assert "is in one of the languages ja, en" in label
    assert "each Asset" in label
    assert "Warning" in text_of(parts["Read-kana"])
    either = text_of(parts["Project-areaOrPossible"])
    assert "keeps to exactly one of: cooperation area, has at least one value;" in either
    assert "what points to it by" in text_of(parts["UnknownProject-claim"])
    parts = sections(page_of(client, "/shapes?lang=ja"))
    assert "値がちょうど2個ある" in text_of(parts["Named-label"])


def test_about_tells_what_the_graph_tells(client: Client, rows: Rows) -> None:
    for language in words.LANGUAGES:
        page = page_of(client, f"/about?lang={language}")
        said = text_of(page.find(".//main"))
        for property_ in ("title", "description", "rights"):
            ((text,),) = rows(
                f'SELECT ?o {{ ?s a void:Dataset ; dcterms:{property_} ?o FILTER(LANG(?o) = "{language}") '
                "FILTER NOT EXISTS { ?whole void:subset ?s } }"
            )
            assert text is not None
            assert " ".join(text.split()) in said
        links = {one.get("href") for one in page.findall(".//main//a")}
        for (licence,) in rows("SELECT ?o { ?s dcterms:license ?o . GRAPH ?s { ?a ?b ?c } }"):
            assert licence in links
        (table,) = [one for one in page.findall(".//table") if one.find(".//meter") is not None]
        shown = [[text_of(cell) for cell in row][1:4] for row in table.findall("tbody/tr")]
        areas = rows("SELECT ?a ?n { ?a rk:declaredProjectCount ?n . ?a a rk:CooperationArea }")
        expected = []
        for area, declared in areas:
            counted = [
                rows(f"SELECT (COUNT(DISTINCT ?p) AS ?n) {{ ?p a rk:Project ; rk:{name} <{area}> }}")[0][0]
                for name in ("area", "possibleArea")
            ]
            expected.append([declared, *counted])
        assert sorted(shown) == sorted(expected)
        unverified = page.findall(".//ul[@class='unverified']/li")
        assert len(unverified) == len(
            rows(
                "SELECT DISTINCT ?a { ?a a rk:Asset MINUS { ?a rk:officialName ?n FILTER(LANG(?n) = 'en') } }"
            )
        )


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_about_shows_what_the_report_has(unread: tuple[Client, Path], language: str) -> None:
    client, folder = unread
    report = Store()
    path = snapshot.open_current(folder).path / "report/report.ttl"
    report.load(path=str(path), format=RdfFormat.TURTLE)
    page = page_of(client, f"/about?lang={language}")
    counts = {one.get("data-severity"): text_of(one) for one in page.findall(".//td[@data-severity]")}
    found = {
        name: len(list(report.quads_for_pattern(None, SH.resultSeverity, SH[name]))) for name in SEVERITIES
    }
    assert counts == {name: str(number) for name, number in found.items()}
    listed = page.findall(".//table[@class='findings']/tbody/tr")
    assert len(listed) == sum(found.values())
    messages = {
        quad.object.value
        for quad in report.quads_for_pattern(None, SH.resultMessage, None)
        if isinstance(quad.object, Literal) and quad.object.language == language
    }
    severities = {words.word(f"findings.{name}", language) for name in SEVERITIES if found[name]}
    own = set[str]()
    for one in listed:
        severity, about, message = one.findall("td")
        assert text_of(severity) in severities
        link = about.find(".//a")
        assert link is not None
        address = link.get("href", "")
        if address.startswith("/"):
            assert client.get(address).status == 200
            own.add(address)
        assert any(" ".join(text.split()) in text_of(message) for text in messages)
    foci = {quad.object for quad in report.quads_for_pattern(None, SH.focusNode, None)}
    base = "https://example.org/yamanashi/id/"
    named = [one.value for one in foci if isinstance(one, NamedNode) and one.value.startswith(base)]
    assert own == {f"/page/{one.removeprefix(base)}?lang={language}" for one in named}
    assert found["Warning"] > 3
    whole = [one.get("href", "") for one in page.findall(".//a[@type='text/turtle']")]
    assert [client.get(one).status for one in whole] == [200]


def locations(document: bytes) -> list[Element]:
    root = ElementTree.fromstring(document)  # noqa: S314  # our own server's
    assert root.tag == f"{MAP}urlset"
    return root.findall(f"{MAP}url")


def test_the_sitemap_has_every_thing_in_both_languages(client: Client, rows: Rows, snapshots: Path) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert client.get("/sitemap.xml", If_None_Match=answer.headers["etag"]).status == 304
    manifest = snapshot.open_current(snapshots).manifest
    entries = locations(answer.body)
    addresses = [one.findtext(f"{MAP}loc", "") for one in entries]
    assert len(addresses) == len(set(addresses)) < site.MOST
    for entry, address in zip(entries, addresses, strict=True):
        assert address.startswith(client.server.url)
        of_data = urlsplit(address).path.startswith(("/api", "/catalog", "/dataset/"))
        assert of_data or entry.findtext(f"{MAP}lastmod") == manifest["created"]
        others = {one.get("hreflang"): one.get("href") for one in entry.findall(LINK)}
        assert set(others) == {"ja", "en", "x-default"}
        assert address in others.values()
    listed = {urlsplit(one).path for one in addresses}
    base = manifest["base"]
    things = rows(f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{base}id/")) }}')
    assert len(things) > 1000
    assert listed >= {f"/page/{(iri or '').removeprefix(f'{base}id/')}" for (iri,) in things}
    assert listed >= {"/", "/about", "/ontology", "/shapes", "/api", "/catalog", "/dataset/projects"}
    own = [one for one in addresses if "/page/" not in one]
    sample = [*own, *addresses[:: max(1, len(addresses) // 60)]]
    for address in sample:
        found = client.get(address.removeprefix(client.server.url))
        assert found.status == 200, address
        assert f'<link rel="canonical" href="{address}">' in found.body.decode()


def test_more_pages_than_a_sitemap_may_have_are_in_several() -> None:
    index, *parts = site.written(["/a", "/b", "/c"], "https://example.org", "2030-01-01T00:00:00Z", most=4)
    root = ElementTree.fromstring(index)  # noqa: S314
    assert root.tag == f"{MAP}sitemapindex"
    places = [one.text for one in root.iter(f"{MAP}loc")]
    assert places == [f"https://example.org/sitemap/{number}.xml" for number in (1, 2)]
    assert [len(locations(one.encode())) for one in parts] == [4, 2]


def test_a_sitemap_that_is_not_there(client: Client) -> None:
    assert client.get("/sitemap/1.xml").status == 404


def test_robots_may_read_pages_and_not_answers(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(answer.body.decode().splitlines())
    assert robots.site_maps() == [f"{client.server.url}/sitemap.xml"]
    for path in (
        *("/", "/page/project/tantetsuko?lang=en", "/about", "/ontology", "/data/project/jomon.ttl"),
        *("/catalog", "/catalog.ttl", "/dataset/projects?lang=ja", "/files/projects.csv", "/api"),
    ):
        assert robots.can_fetch("any", path), path
    for path in (
        "/sparql?query=ASK%7B%7D",
        "/cite?query=ASK%7B%7D",
        "/q/abc",
        "/snapshots/20300101T000000Z-000000000000/page/project/jomon",
    ):
        assert not robots.can_fetch("any", path), path


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/about", "/ontology", "/page/project/tantetsuko", "/page/theme/wine"])
def test_a_page_says_what_it_is_to_who_links_to_it(client: Client, path: str, language: str) -> None:
    page = page_of(client, f"{path}?lang={language}")
    said = {one.get("property") or one.get("name"): one.get("content") for one in page.findall(".//meta")}
    assert said["og:title"] == text_of(page.find(".//title"))
    assert said["og:description"] == said["description"]
    assert said["description"]
    assert said["og:url"] == f"{client.server.url}{path}?lang={language}"
    assert said["og:locale"] == {"ja": "ja_JP", "en": "en_GB"}[language]
    assert said["og:type"] == "website"
    assert said["twitter:card"] == "summary"
    # Only what is a name in the data may be in Japanese on an English page.
    if language == "en" and path != "/about":
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", said["description"] or "")
