"""The pages of projects, of what they are about, and of documents, over HTTP: the words that are marked are the
document's own, every claim is there with its certainty, and lists are what their queries find."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5rdf
import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import open_project
from renkei_kg.web import words
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.project.dates import told
from renkei_kg.web.project.papers import Mark, pieces_of
from renkei_kg.web.project.passages import Passage, nested, passage_of
from tests.conftest import ROOT
from tests.crawling import Client
from tests.serving import Server, serving
from tests.sharing import shared

BASE = "https://w3id.org/renkei/id/"
DOCUMENT = (ROOT / "data/source/renkei-projects-fy2024.txt").read_bytes().decode()
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
PAGES = (
    "project/jomon",
    "project/kita-hokkaido",
    "project/sumairu",
    "initiative/jomon-2024",
    "theme/tourism",
    "theme/world-heritage",
    "concept-scheme/themes",
    "asset/jomon",
    "asset/hidaka-sanmyaku-erimo",
    "actor/municipalities",
    "designation/world-heritage-jomon",
    "document/renkei-projects-fy2024",
    "page/renkei-projects-fy2024-2",
    "evidence/jomon-2024-text",
)
NO_PROSE = ("title", "pre", "code", "script", "style")
Rows = Callable[[str], list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


@pytest.fixture(scope="module")
def rows(snapshots: Path) -> Rows:
    """Asks the store behind the server a SELECT and gives the values as text."""
    store = Store.read_only(str(snapshot.open_current(snapshots).store))
    prologue = f"BASE <{BASE}>\n" + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

    def ask(query: str) -> list[tuple[str, ...]]:
        found = store.query(prologue + query)
        assert isinstance(found, QuerySolutions)
        return [tuple("" if term is None else term.value for term in one) for one in found]

    return ask


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Another prefecture's data."""
    project = open_project(ROOT / "tests/prefecture")
    folder = shared(tmp_path_factory, "prefecture", lambda out: pipeline.build(project, out, lambda _: None))
    with serving(folder) as found, closing(Client(found)) as asking:
        yield asking


def page_of(client: Client, path: str, language: str = "en") -> Element:
    answer = client.get(f"{path if path.startswith('/') else f'/page/{path}'}?lang={language}")
    assert answer.status == 200, (path, answer.body[:300])
    found: Element = html5rdf.parse(answer.body.decode(), treebuilder="etree", namespaceHTMLElements=False)
    return found


def text_of(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def section(page: Element, name: str) -> Element:
    (found,) = [one for one in page.iter() if one.get("aria-labelledby") == name]
    return found


def path_of(link: Element) -> str:
    return urlsplit(str(link.get("href"))).path


def page_for(iri: str) -> str:
    return f"/page/{iri.removeprefix(BASE)}"


def inside(element: Element, name: str, class_: str) -> list[Element]:
    return [one for one in element.iter(name) if class_ in str(one.get("class")).split()]


def projects(rows: Rows) -> list[str]:
    return [iri for (iri,) in rows("SELECT ?p { ?p a rk:Project } ORDER BY ?p")]


def test_the_words_that_are_marked_are_those_of_the_selectors_and_stand_there(
    client: Client, rows: Rows
) -> None:
    selected = {
        iri.rpartition("/")[2]: (exact, int(start), int(end))
        for iri, exact, start, end in rows(
            "SELECT ?e ?exact ?start ?end { ?e oa:hasTarget ?t . ?t oa:hasSelector/oa:exact ?exact ; "
            "oa:hasSelector ?s . ?s oa:start ?start ; oa:end ?end }"
        )
    }
    seen = set()
    for project in projects(rows):
        page = page_of(client, page_for(project), "ja")
        for figure in inside(page, "figure", "passage"):
            (quote,) = figure.findall("blockquote")
            assert quote.get("lang") == "ja"
            beside = "".join(quote.itertext()).strip("…")
            assert beside in DOCUMENT
            for mark in quote.iter("mark"):
                exact, start, end = selected[str(mark.get("data-evidence"))]
                assert "".join(mark.itertext()) == exact == DOCUMENT[start:end]
                assert mark.get("data-start") == str(start)
                seen.add((project, mark.get("data-evidence")))
                assert DOCUMENT.find(beside, max(0, start - 200)) <= start
    own = rows("SELECT ?p ?e { ?p a rk:Project ; rk:initiative?/rk:evidence ?e }")
    assert own
    assert {(project, iri.rpartition("/")[2]) for project, iri in own} <= seen


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_claim_of_a_project_is_there_with_its_certainty(
    client: Client, rows: Rows, language: str
) -> None:
    claims = rows(
        "SELECT DISTINCT ?p ?c ?level ?e { ?p a rk:Project ; rk:initiative? ?about . ?c rdf:subject ?about ; "
        "rk:certainty ?level OPTIONAL { ?c rk:evidence ?e } }"
    )
    expected: dict[str, dict[str, str]] = {}
    for project, claim, level, _ in claims:
        expected.setdefault(project, {})[page_for(claim)] = page_for(level)
    assert len(expected) == len(projects(rows))
    for project, levels in expected.items():
        page = page_of(client, page_for(project), language)
        found = {}
        for row in inside(page, "tr", "claimed"):
            (badge,) = inside(row, "a", "badge")
            (claims_of,) = inside(row, "small", "claims")
            found |= {path_of(one): path_of(badge) for one in claims_of.iter("a")}
            numbers = {str(a.get("href")) for a in inside(row, "a", "number")}
            assert numbers <= {f"#{mark.get('id')}" for mark in page.iter("mark")}
            assert numbers
        assert found == levels


def test_alternative_readings_are_said_plainly(client: Client) -> None:
    page = page_of(client, "project/kita-hokkaido")
    (unsure,) = inside(page, "aside", "unsure")
    said = text_of(unsure)
    assert (
        "Bureau: the document leaves this open. Kamikawa General Subprefectural Bureau is the likeliest"
        in said
    )
    assert "It can also be read as Soya General Subprefectural Bureau." in said
    assert "row order" in said
    facts = {
        text_of(one.find("dt")).lower(): text_of(one.find("dd")) for one in inside(page, "dl", "facts")[0]
    }
    assert facts["bureau"].count("possible") == 2
    assert facts["cooperation area"] == "Dohoku Cooperation Area Certainty high"
    assert not inside(page_of(client, "project/jomon"), "aside", "unsure")


def test_readings_for_one_reason_are_said_once(client: Client) -> None:
    (unsure,) = inside(page_of(client, "asset/hidaka-sanmyaku-erimo"), "aside", "unsure")
    about = [text_of(one) for one in inside(unsure, "div", "reading")]
    assert sum(one.startswith("Municipality: read as Biratori, Erimo,") for one in about) == 1
    assert len(about) == 2


def test_a_project_of_which_only_the_title_is_known(client: Client) -> None:
    page = page_of(client, "project/sumairu", "en")
    assert "give only its title" in text_of(page)
    assert not inside(page, "article", "initiative")
    facts = text_of(inside(page, "dl", "facts")[0])
    assert "Doo Wide Cooperation Area possible" in facts
    assert [m.get("data-evidence") for m in page.iter("mark")] == ["sumairu-title"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_each_initiative_has_its_official_text_word_for_word(
    client: Client, rows: Rows, language: str
) -> None:
    texts = rows("SELECT ?p ?ja ?en { ?p rk:initiative ?i . ?i rk:officialText ?ja ; rk:translatedText ?en }")
    for project in projects(rows):
        page = page_of(client, page_for(project), language)
        shown = [text_of(one) for one in inside(page, "blockquote", "official")]
        assert sorted(shown) == sorted(ja for p, ja, _ in texts if p == project)
        assert all(one.get("lang") == "ja" for one in inside(page, "blockquote", "official"))
        translated = " ".join(text_of(one) for one in page.iter() if one.get("class") == "translated")
        assert all(" ".join(en.split()) in translated for p, _, en in texts if p == project)


def test_related_projects_are_ranked_and_explained(client: Client) -> None:
    """Worked out by hand: Iburi's second project names the Jomon sites too, and is on World Heritage and on
    promotion as this one is: 2 + 1 + 1. The four others share the promotion of visits alone."""
    page = page_of(client, "project/jomon")
    related = section(page, "related").findall("ol/li")
    first = related[0]
    assert path_of(next(first.iter("a"))) == "/page/project/iburi-sumitai"
    assert text_of(first.find("p")) == (
        "shares the asset Jomon Prehistoric Sites in Northern Japan and the themes Visitor promotion and "
        "World Heritage"
    )
    assert {text_of(one.find("p")) for one in related[1:]} == {"shares the theme Visitor promotion"}
    assert {path_of(next(one.iter("a"))).rpartition("/")[2] for one in related[1:]} == {
        "hidaka-kanko",
        "ishikari-kanko-shoku",
        "kita-hokkaido",
        "kushiro-nemuro-koryu",
    }
    japanese = section(page_of(client, "project/jomon", "ja"), "related").findall("ol/li")
    assert text_of(japanese[0].find("p")) == (
        "地域資源「北海道・北東北の縄文遺跡群」とテーマ「誘客・プロモーション」、「世界遺産の活用」が共通"
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_list_is_what_its_query_finds(client: Client, path: str) -> None:
    page = page_of(client, path)
    checked = 0
    for one in page.iter("section"):
        (behind,) = one.findall("details[@class='behind']") or [None]
        if behind is None or one.get("aria-labelledby") == "incoming":
            continue
        address = next(str(a.get("href")) for a in behind.iter("a") if a.get("type") == "text/csv")
        answer = client.get(address, accept="text/csv")
        assert answer.status == 200
        table = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
        names = {
            term
            for row in table
            for key, cell in row.items()
            if key not in ("name", "kana")
            for term in cell.split()
        }
        linked = {path_of(a) for a in one.iter("a")} | {page_for(BASE + path)}
        ours = {page_for(iri) for iri in names if iri.startswith(BASE)}
        assert ours - linked <= {page_for(iri) for iri in _not_shown(table)}, one.get("aria-labelledby")
        total = one.find("h2/small")
        if total is not None and "claim" not in (table[0] if table else {}):
            column = "project" if one.get("aria-labelledby") == "related" else _first(table)
            assert len({row[column] for row in table}) == int(text_of(total).split()[0])
        assert table or one.find("p[@class='none']") is not None
        checked += 1
    assert checked


def _first(table: list[dict[str, str]]) -> str:
    """The column that tells the items of a list apart."""
    columns = list(table[0])
    return {"work": "mention", "property": "thing"}.get(columns[0], columns[0])


def _not_shown(table: list[dict[str, str]]) -> set[str]:
    """What a list is ordered by: years, which are named, and the project of an initiative."""
    ordering = [row.get("year", "") for row in table] + [row["project"] for row in table if "work" in row]
    return {iri for iri in ordering if iri}


def test_counts_are_those_of_the_graph(client: Client, rows: Rows) -> None:
    def counted(path: str, name: str) -> int:
        return int(text_of(section(page_of(client, path), name).find("h2/small")).split()[0])

    theme = "?p a rk:Project ; rk:theme/skos:broader? <theme/tourism>"
    assert counted("theme/tourism", "projects") == len(rows(f"SELECT DISTINCT ?p {{ {theme} }}"))
    assert counted("theme/tourism", "assets") == len(rows(f"SELECT DISTINCT ?a {{ {theme} ; rk:asset ?a }}"))
    assert counted("concept-scheme/themes", "tree") == len(rows("SELECT ?t { ?t a rk:Theme }"))
    assert counted("asset/jomon", "components") == len(rows("SELECT ?c { <asset/jomon> rk:component ?c }"))
    assert counted("asset/jomon", "projects") == len(
        rows("SELECT DISTINCT ?p { ?p a rk:Project ; rk:asset <asset/jomon> }")
    )
    assert counted("asset/jomon", "mentions") == len(
        rows("SELECT DISTINCT ?e { ?e rk:names <asset/jomon> ; oa:hasBody ?b }")
    )


def test_a_theme_stands_in_its_tree(client: Client, rows: Rows) -> None:
    page = page_of(client, "theme/world-heritage")
    (tree,) = inside(page, "ul", "tree")
    (above,) = rows("SELECT ?b { <theme/world-heritage> skos:broader ?b }")
    top = tree.findall("li")
    assert len(top) == 1
    assert path_of(next(top[0].iter("a"))) == page_for(above[0])
    below = top[0].findall("ul/li")
    assert len(below) == len(rows(f"SELECT ?t {{ ?t skos:broader <{above[0]}> }}"))
    (current,) = [one for one in tree.iter("strong") if one.get("aria-current")]
    assert current.text == "World Heritage"


def test_designations_are_told_in_order_of_time(client: Client) -> None:
    (timeline,) = inside(page_of(client, "asset/hidaka-sanmyaku-erimo"), "ol", "timeline")
    told_there = [text_of(one) for one in timeline]
    assert told_there[0].startswith("1 October 1981 – 25 June 2024 Hidaka-sanmyaku Erimo Quasi-National Park")
    assert "Followed byHidakasanmyaku-Erimo-Tokachi National Park" in told_there[0]
    assert told_there[1].startswith(
        "25 June 2024 Hidakasanmyaku-Erimo-Tokachi National Park SchemeNational park"
    )
    assert "AuthorityMinistry of the Environment" in told_there[1]


def test_a_document_is_there_whole_with_all_evidence_marked(client: Client, rows: Rows) -> None:
    page = page_of(client, "document/renkei-projects-fy2024")
    texts = ["".join(one.itertext()) for one in inside(page, "div", "whole-page")]
    starts = [int(n) for (n,) in rows("SELECT ?n { ?p rk:pageStart ?n } ORDER BY ?n")]
    assert texts == [DOCUMENT[start : start + len(text)] for start, text in zip(starts, texts, strict=True)]
    assert "".join("".join(texts).split()) == "".join(DOCUMENT.split())
    evidence = rows("SELECT DISTINCT ?e { ?e a rk:Evidence }")
    linked = {path_of(a) for one in inside(page, "ol", "marks") for a in inside(one, "a", "said")}
    assert linked == {page_for(iri) for (iri,) in evidence}
    places = {str(one.get("id")) for one in page.iter("span")}
    assert {f"at-{iri.rpartition('/')[2]}" for (iri,) in evidence} <= places
    leads = {
        str(a.get("href"))
        for one in page_of(client, "project/jomon").iter("figcaption")
        for a in one.iter("a")
    }
    assert "/page/page/renkei-projects-fy2024-1?lang=en#at-jomon-title" in leads
    for number, text in enumerate(texts):
        alone = page_of(client, f"page/renkei-projects-fy2024-{number}")
        assert ["".join(one.itertext()) for one in inside(alone, "div", "whole-page")] == [text]


def test_evidence_says_what_rests_on_it(client: Client, rows: Rows) -> None:
    page = page_of(client, "evidence/jomon-2024-text")
    claims = rows("SELECT DISTINCT ?c { ?c a rk:Claim ; rk:evidence <evidence/jomon-2024-text> }")
    shown = {path_of(a) for one in inside(page, "small", "claims") for a in one.iter("a")}
    assert shown == {page_for(iri) for (iri,) in claims}
    assert path_of(next(section(page, "things").iter("a"))) == "/page/initiative/jomon-2024"
    assert len(section(page, "inside").findall("ul/li")) == 2


def unmarked(element: Element, language: str) -> Iterator[str]:
    """The text of a page outside what is marked as of another language, and outside code and addresses. The
    title of the window is that of the page, which the heading has with its language."""
    address = element.tag == "a" and (element.text or "").startswith("http")
    if element.get("lang") not in (None, language) or element.tag in NO_PROSE or address:
        return
    yield element.text or ""
    yield from (str(element.get(name) or "") for name in ("title", "aria-label", "placeholder"))
    for child in element:
        yield from unmarked(child, language)
        yield child.tail or ""


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_words_of_the_other_language(client: Client, path: str) -> None:
    english = page_of(client, path, "en")
    assert [one for one in unmarked(english, "en") if JAPANESE.search(one)] == []
    japanese = {" ".join(one.split()) for one in unmarked(page_of(client, path, "ja"), "ja")}
    ours = {en for key, (ja, en) in words.WORDS.items() if en != ja and len(en.strip()) > 1}
    assert japanese & ours == set()


def test_a_page_of_a_kept_version_stays_in_it(client: Client, server: Server) -> None:
    version = client.get("/page/project/jomon").headers["renkei-snapshot"]
    page = page_of(client, f"/snapshots/{version}/page/project/jomon")
    links = {path_of(a) for a in section(page, "related").iter("a")}
    assert links
    assert all(one == "/query" or one.startswith(f"/snapshots/{version}/") for one in links)
    assert server.process.poll() is None


@pytest.mark.parametrize("path", PAGES)
def test_search_engines_are_still_told(client: Client, path: str) -> None:
    page = page_of(client, path)
    (said,) = [
        json.loads(one.text or "") for one in page.iter("script") if one.get("type") == "application/ld+json"
    ]
    assert said["@id"] == BASE + path
    (whole,) = inside(page, "details", "whole")
    assert section(whole, "statements") is not None


def test_another_prefecture_has_these_pages(elsewhere: Client) -> None:
    plan = (ROOT / "tests/prefecture/data/plan.txt").read_text()
    page = page_of(elsewhere, "project/fruit")
    assert "We make a land of fruit trees." in text_of(page)
    assert {"".join(mark.itertext()) for mark in page.iter("mark")} == set(plan.split())
    assert "No other project has a theme" in text_of(section(page, "related"))
    (whole,) = inside(page_of(elsewhere, "document/plan"), "div", "whole-page")
    assert "".join(whole.itertext()) == plan
    for path in ("initiative/fruit-2024", "evidence/fruit-title", "page/plan-1"):
        for language in words.LANGUAGES:
            assert "Hokkaido" not in text_of(page_of(elsewhere, path, language))


def test_passages_nest_and_those_that_overlap_stand_apart() -> None:
    def passage(name: str, start: int, end: int) -> Passage:
        return Passage(Ref(name, name), None, start, end, "あいうえおかきくけこ"[start:end])

    (whole, apart) = nested([passage("a", 0, 6), passage("b", 1, 4), passage("c", 2, 3), passage("d", 4, 8)])
    assert [one.ref.iri for one in whole.all] == ["a", "b", "c"]
    assert [one if isinstance(one, str) else one.exact for one in whole.pieces] == ["あ", "いうえ", "おか"]
    assert apart.ref.iri == "d"
    first, second = nested([passage("a", 0, 9), passage("b", 1, 4), passage("c", 3, 6)])
    assert [one.ref.iri for one in first.all] == ["a", "b"]
    assert second.ref.iri == "c"


def test_words_of_a_version_without_texts_are_shown_with_what_is_known() -> None:
    row = {
        "evidence": NamedNode("https://example.org/e"),
        "page": None,
        "quote": Literal("港", language="ja"),
        "start": Literal(5),
        "end": Literal(6),
        "exact": Literal("港"),
        "prefix": Literal("炭鉄"),
        "suffix": Literal("の取組"),
        "text": None,
        "from": None,
    }
    found = passage_of(row, lambda iri: Ref(iri, iri))
    assert (found.before, found.exact, found.after, found.lang) == ("炭鉄", "港", "の取組", "ja")


def test_a_text_is_cut_where_marks_begin_and_end() -> None:
    marks = [Mark(name, "", start, end, "", "ja") for name, start, end in (("a", 12, 16), ("b", 14, 18))]
    pieces = pieces_of("0123456789", 10, marks)
    assert [one.text for one in pieces] == ["01", "23", "45", "67", "89"]
    assert [one.mark.name if one.mark else "" for one in pieces] == ["", "a", "a", "b", ""]
    assert [[mark.name for mark in one.begins] for one in pieces] == [[], ["a"], ["b"], [], []]
    assert pieces_of("", 0, []) == []


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        ("2021-07-27", "2021年7月27日", "27 July 2021"),
        ("2024-06", "2024年6月", "June 2024"),
        ("1963", "1963年", "1963"),
        ("about 1900", "about 1900", "about 1900"),
        ("2021-13", "2021-13", "2021-13"),
        (None, "", ""),
    ],
)
def test_dates_are_written_as_people_do(text: str | None, japanese: str, english: str) -> None:
    assert (told(text, "ja"), told(text, "en")) == (japanese, english)
