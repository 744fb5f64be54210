"""Home, the map and the pages of places, over HTTP: each list against its query, the drawing, the GeoJSON."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5rdf
import pytest
import shapely
from brotli import compress
from pyoxigraph import QuerySolutions, Store
from shapely.geometry import shape

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.config import SettingError, Settings
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import open_project
from renkei_kg.web import words
from renkei_kg.web.geo import labels, tiles
from renkei_kg.web.geo.filters import LAYERS
from tests.conftest import ROOT
from tests.crawling import Client
from tests.serving import Server, serving
from tests.sharing import shared

BASE = "https://w3id.org/renkei/id/"
SVG = "{http://www.w3.org/2000/svg}"
PLACES = (
    "area/doo",
    "area/kushiro-nemuro",
    "subprefecture/sorachi",
    "subprefecture/nemuro",
    "bureau/soya",
    "bureau/iburi",
    "municipality/012025",
    "municipality/014621",
)
Rows = Callable[[str], list[tuple[str | None, ...]]]


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
    current = snapshot.open_current(snapshots)
    store = Store.read_only(str(current.store))
    prologue = f"BASE <{BASE}>\n" + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

    def ask(query: str) -> list[tuple[str | None, ...]]:
        found = store.query(prologue + query)
        assert isinstance(found, QuerySolutions)
        return [tuple(None if term is None else term.value for term in one) for one in found]

    return ask


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Another prefecture's data, without outlines, over a server with tiles."""
    project = open_project(ROOT / "tests/prefecture")
    folder = shared(tmp_path_factory, "prefecture", lambda out: pipeline.build(project, out, lambda _: None))
    tiled = "https://tiles.example.org/{z}/{x}/{y}.png Some survey"
    with serving(folder, tiles=tiled) as found, closing(Client(found)) as asking:
        yield asking


def page_of(client: Client, target: str) -> Element:
    answer = client.get(target)
    assert answer.status == 200, (target, answer.body[:300])
    found: Element = html5rdf.parse(answer.body.decode(), treebuilder="etree", namespaceHTMLElements=False)
    return found


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def text_of(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def lists(page: Element) -> Iterator[tuple[str, Element, str]]:
    """Every list of a page with a query behind it: its name, the section, and the address of its CSV."""
    for section in page.iter("section"):
        behind = section.find(".//details[@class='behind']")
        if behind is not None and section.get("aria-labelledby") != "incoming":
            (csv_link,) = [a for a in behind.iter("a") if a.get("type") == "text/csv"]
            yield str(section.get("aria-labelledby")), section, str(csv_link.get("href"))


def items(section: Element) -> list[str]:
    """Where the first link of each item of a list leads."""
    rows = [*section.iterfind(".//li"), *section.iterfind(".//tbody/tr")]
    links = [next(a for a in row.iter("a")) for row in rows if row.find(".//a") is not None]
    inside = {id(a) for one in section.iterfind(".//details[@class='behind']") for a in one.iter("a")}
    return [urlsplit(str(a.get("href")))._replace(query="").geturl() for a in links if id(a) not in inside]


def table(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address, accept="text/csv")
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


def page_for(iri: str) -> str:
    return f"/page/{iri.removeprefix(BASE)}" if iri.startswith(BASE) else iri


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("path", PLACES)
def test_a_list_shows_the_rows_of_its_query(client: Client, path: str, language: str) -> None:
    page = page_of(client, in_language(f"/page/{path}", language))
    checked = set()
    for name, section, address in lists(page):
        query = text_of(section.find(".//details[@class='behind']/pre"))
        asked = parse_qs(urlsplit(address).query)["query"][0]
        assert query == " ".join(asked.split())
        rows = table(client, address)
        if name == "completeness":
            (row,) = rows
            assert {row["declared"], row["named"]} <= set(re.findall(r"\d+", text_of(section.find("p"))))
        else:
            shown = items(section)
            column = next(iter(rows[0])) if rows else ""
            expected = [page_for(row[column]) for row in rows]
            if name in ("neighbours", "initiatives"):
                # Neighbours are in the order of the map, initiatives by year, the latest first.
                shown, expected = sorted(shown), sorted(expected)
            assert shown == expected, name
            assert rows or section.find("p[@class='none']") is not None
        checked.add(name)
    assert len(checked) >= 2


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_of_an_area_counts_what_the_graph_has(client: Client, rows: Rows, language: str) -> None:
    for area, declared in rows("SELECT ?a ?n { ?a a rk:CooperationArea ; rk:declaredProjectCount ?n }"):
        assert area is not None
        page = page_of(client, in_language(page_for(area), language))
        found = {name: len(items(section)) for name, section, _ in lists(page)}
        named = rows(f"SELECT DISTINCT ?p {{ ?p a rk:Project ; rk:area <{area}> }}")
        maybe = rows(f"SELECT DISTINCT ?p {{ ?p a rk:Project ; rk:possibleArea <{area}> }}")
        assert found["projects"] == len(named) + len(maybe)
        assert found["subprefectures"] == len(
            rows(f"SELECT ?s {{ ?s a rk:Subprefecture ; rk:area <{area}> }}")
        )
        assert found["themes"] == len(
            rows(f"SELECT DISTINCT ?t {{ ?p a rk:Project ; rk:area <{area}> ; rk:theme ?t }}")
        )
        meter = page.find(".//meter[@class='share']")
        assert meter is not None
        assert (meter.get("value"), meter.get("max")) == (str(len(named)), declared)
        assert len(page.findall(".//span[@class='badge low']")) >= len(maybe)


def test_what_is_only_possible_is_said_to_be(client: Client) -> None:
    page = page_of(client, "/page/bureau/soya?lang=en")
    rows = {text_of(row.find("th")): text_of(row) for row in page.iterfind(".//table/tbody/tr")}
    possible = [name for name, row in rows.items() if "possible" in row]
    assert len(rows) == 4
    assert len(possible) == 2
    assert all("Kita-Hokkaido" in name or "new energy" in name for name in possible)
    assert any("stated" in row for row in rows.values())


def test_the_page_of_a_municipality_says_where_it_is_and_what_else_knows_it(client: Client) -> None:
    page = page_of(client, "/page/municipality/012025?lang=en")
    facts = text_of(page.find(".//dl[@class='facts']"))
    for fact in ("012025", "C01202", "Oshima", "Donan"):
        assert fact in facts
    drawn = page.find(f".//figure[@class='locator']/{SVG}svg")
    assert drawn is not None
    assert drawn.get("aria-label") == "Where Hakodate is"
    assert len(drawn.findall(f"{SVG}circle")) == 1
    assert [one for one in drawn.findall(f"{SVG}path") if "on" in str(one.get("class"))]
    linked = {str(a.get("href")) for a in page.iterfind(".//section[@aria-labelledby='elsewhere']//li/a")}
    assert "https://sws.geonames.org/2130184/" in linked


def test_all_statements_are_still_there_and_open_where_their_pages_go_on(client: Client) -> None:
    page = page_of(client, "/page/area/doo?lang=en")
    whole = page.find(".//details[@class='whole']")
    assert whole is not None
    assert whole.get("open") is None
    assert whole.find(".//section[@aria-labelledby='statements']") is not None
    assert whole.find(".//section[@aria-labelledby='incoming']") is not None
    later = page_of(client, "/page/area/doo?lang=en&page=2").find(".//details[@class='whole']")
    assert later is not None
    assert later.get("open") is not None


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("path", "leads"), [("/", "/page/subprefecture/"), ("/map", "/map?subprefecture=")])
def test_the_map_has_a_link_for_every_subprefecture(
    client: Client, rows: Rows, path: str, leads: str, language: str
) -> None:
    body = client.get(in_language(path, language)).body.decode()
    (drawn,) = re.findall(r'<svg class="map".*?</svg>', body, re.DOTALL)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own page
    links = root.findall("a")
    known = rows(f"SELECT ?s ?n {{ ?s a rk:Subprefecture ; rdfs:label ?n FILTER(LANG(?n) = '{language}') }}")
    assert len(links) == len(known) == 14
    assert all(str(a.get("href")).startswith(leads) for a in links)
    for _, name in known:
        titles = [str(a.findtext("title")) for a in links if str(name) in str(a.findtext("title"))]
        assert titles
    assert all(a.get("aria-label") == a.findtext("title") for a in links)
    _, _, width, height = map(int, str(root.get("viewBox")).split())
    assert all(
        0 < int(str(t.get("x"))) < width and 0 < int(str(t.get("y"))) < height for t in root.iter("text")
    )
    numbers = {str(one.text) for one in root.iter("tspan") if one.get("class") == "number"}
    assert numbers == {"1", "2", "3", "4", "5", "6"}
    assert len({str(a.get("class")) for a in links}) == 6


def test_the_drawing_is_small_and_home_and_map_keep_to_their_budget(client: Client) -> None:
    home = client.get("/?lang=ja").body.decode()
    (drawn,) = re.findall(r'<svg class="map".*?</svg>', home, re.DOTALL)
    assert len(compress(drawn.encode())) < 40_000
    for target in ("/?lang=ja", "/map?lang=ja", "/map?lang=en"):
        page = client.get(target).body.decode()
        loaded = {
            *re.findall(r'(?:src|href)="(/static/[^"]+)"', page),
            *re.findall(r'data-geojson="([^"]+)"', page),
        }
        sizes = [
            len(client.get(one.replace("&amp;", "&"), Accept_Encoding="br").body) for one in (target, *loaded)
        ]
        assert sum(sizes) < 150_000, (target, sizes)


def test_geojson_is_valid_and_has_what_the_map_shows(client: Client, rows: Rows) -> None:
    answer = client.get("/map.geojson?lang=en")
    assert answer.headers["content-type"] == "application/geo+json"
    assert client.get("/map.geojson?lang=en", If_None_Match=answer.headers["etag"]).status == 304
    said = json.loads(answer.body)
    assert said["type"] == "FeatureCollection"
    by_layer: dict[str, list[dict[str, object]]] = {}
    for one in said["features"]:
        assert one["type"] == "Feature"
        by_layer.setdefault(one["properties"]["layer"], []).append(one)
        if one["geometry"] is not None:
            geometry = shape(one["geometry"])
            assert geometry.is_valid
            assert shapely.box(138, 41, 149, 46).covers(geometry)
        assert one["properties"]["page"] == f"{page_for(one['id'])}?lang=en"
    assert {key: len(found) for key, found in by_layer.items()} == {
        key: len(rows(f"SELECT DISTINCT ?x {{ ?x a rk:{class_} }}"))
        for key, class_ in (
            ("subprefectures", "Subprefecture"),
            ("projects", "Project"),
            ("assets", "Asset"),
            ("municipalities", "Municipality"),
        )
    }
    (nemuro,) = [one for one in by_layer["subprefectures"] if str(one["id"]).endswith("/nemuro")]
    assert shape(nemuro["geometry"]).bounds[2] > 148
    rings = [part.exterior for part in shape(nemuro["geometry"]).geoms]
    assert all(shapely.is_ccw(ring) for ring in rings)
    exact = [one for one in by_layer["assets"] if one["properties"].get("at") == "exact"]
    assert len(exact) == len(rows("SELECT ?a { ?a a rk:Asset ; geo:hasGeometry ?g }"))


@pytest.mark.parametrize(
    ("chosen", "pattern"),
    [
        ("area=donan", "{ ?p a rk:Project ; rk:area <area/donan> }"),
        ("subprefecture=sorachi", "{ ?p a rk:Project ; rk:subprefecture <subprefecture/sorachi> }"),
        (
            "area=doo&subprefecture=iburi",
            "{ ?p a rk:Project ; rk:area <area/doo> ; rk:subprefecture <subprefecture/iburi> }",
        ),
        ("kind=NationalPark&show=assets", "{ ?p a rk:NationalPark }"),
        ("show=municipalities&area=okhotsk", "{ ?p a rk:Municipality ; rk:area <area/okhotsk> }"),
    ],
)
def test_a_filter_narrows_list_map_and_geojson_alike(
    client: Client, rows: Rows, chosen: str, pattern: str
) -> None:
    expected = {str(row[0]) for row in rows(f"SELECT DISTINCT ?p {pattern}")}
    shown = parse_qs(chosen).get("show", [*LAYERS])
    page = page_of(client, f"/map?{chosen}&lang=en")
    found = {name: items(section) for name, section, _ in lists(page)}
    assert [*found] == shown
    first = shown[0]
    assert sorted(found[first]) == sorted(map(page_for, expected))
    for name, section, address in lists(page):
        assert len(table(client, address)) == len(found[name]) == int(text_of(section.find("h2/small")))
    pane = page.find(".//div[@id='map']")
    assert pane is not None
    said = json.loads(client.get(str(pane.get("data-geojson"))).body)
    drawn = {one["id"] for one in said["features"] if one["properties"]["layer"] == first}
    assert drawn == expected
    selected = {str(one.get("value")) for one in page.iter("option") if one.get("selected") is not None}
    given = parse_qs(chosen)
    assert {
        value for key in ("area", "subprefecture", "kind") for value in given.get(key, ())
    } == selected - {""}


@pytest.mark.parametrize("wrong", ["area=atlantis", "subprefecture=x", "kind=Project", "show=weather"])
def test_what_cannot_be_chosen_is_told(client: Client, wrong: str) -> None:
    for path in ("/map", "/map.geojson"):
        answer = client.get(f"{path}?{wrong}", accept="application/json")
        assert answer.status == 400
        assert "There are: " in answer.problem["detail"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_home_counts_what_the_graph_has_and_offers_ways_in(client: Client, rows: Rows, language: str) -> None:
    page = page_of(client, in_language("/", language))
    cards = page.findall(".//ul[@class='cards']/li/a")
    assert len(cards) == 8
    for card in cards:
        asked = parse_qs(urlsplit(str(card.get("href"))).query)
        class_ = asked["class"][0] if "class" in asked else f"rk:{asked['kind'][0]}"
        ((number,),) = rows(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {class_} }}")
        assert text_of(card.find("strong")).replace(",", "") == number
    linked = {urlsplit(str(a.get("href"))).path for a in page.iter("a")}
    for class_ in ("CooperationArea", "Bureau", "Policy"):
        assert {page_for(str(iri)) for (iri,) in rows(f"SELECT ?x {{ ?x a rk:{class_} }}")} <= linked
    tops = rows("SELECT ?x { ?x a rk:Theme FILTER NOT EXISTS { ?x skos:broader ?y } }")
    assert {page_for(str(iri)) for (iri,) in tops} <= linked
    assert {"/map", "/queries", "/query", "/cite", "/browse"} <= linked


def test_another_prefecture_has_its_own_places_and_says_what_is_not_there(elsewhere: Client) -> None:
    for language, place in (("ja", "山梨県"), ("en", "Yamanashi")):
        for path in ("/", "/map", "/map?area=chuhoku", "/page/area/chuhoku", "/page/subprefecture/chuhoku"):
            body = elsewhere.get(in_language(path, language)).body.decode()
            assert "Hokkaido" not in body, path
            assert "北海道" not in body, path
        assert place in elsewhere.get(in_language("/", language)).body.decode()
    page = page_of(elsewhere, "/page/area/chuhoku?lang=en")
    assert page.find(f".//{SVG}svg") is None
    assert "is not published, or not stated" in text_of(page)
    assert "No asset is described." in text_of(page)
    assert [*items(next(s for n, s, _ in lists(page) if n == "projects"))] == ["/page/project/fruit"]
    assert "there is no map to draw" in text_of(page_of(elsewhere, "/map?lang=en"))
    for path in ("/page/bureau/chuhoku", "/page/municipality/192015"):
        assert elsewhere.get(path).status == 200
    said = json.loads(elsewhere.get("/map.geojson").body)
    assert [one["geometry"] for one in said["features"]] == [None, None]


def test_only_the_page_of_the_map_may_load_tiles(client: Client, elsewhere: Client) -> None:
    allowed = "img-src 'self' data: https://tiles.example.org;"
    assert allowed in elsewhere.get("/map").headers["content-security-policy"]
    assert "tiles.example.org" not in elsewhere.get("/").headers["content-security-policy"]
    assert "https:" not in client.get("/map").headers["content-security-policy"]


@pytest.mark.parametrize(
    "wrong", ["https://tiles.example.org/{z}/{x}.png X", "ftp://t/{z}{x}{y}", "{z}{x}{y} a"]
)
def test_tiles_that_cannot_be_used_are_told(wrong: str) -> None:
    with pytest.raises(SettingError, match="RENKEI_TILES"):
        tiles.read(Settings(tiles=wrong))
    assert tiles.read(Settings()).template == ""


def test_names_on_a_map_are_short_and_apart() -> None:
    assert labels.shortened(["Soya Subprefecture", "Rumoi Subprefecture"]) == ["Soya", "Rumoi"]
    assert labels.shortened(["宗谷", "留萌"]) == ["宗谷", "留萌"]
    assert labels.shortened(["Same", "Same"]) == ["Same", "Same"]
    assert labels.shortened(["Lone Subprefecture"]) == ["Lone Subprefecture"]
    apart = labels.apart([(100, 100), (110, 104), (500, 100)], ["渡島", "檜山", "根室"])
    assert abs(apart[0][1] - apart[1][1]) >= labels.TEXT - 1
    assert apart[2] == (500, 100)
