"""Browsing, searching and suggestions over HTTP: what is counted, found, and offered."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import open_project
from renkei_kg.web.finding.facets import KEYS
from renkei_kg.web.finding.marks import marker
from tests.crawling import Client
from tests.serving import Server, serving

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/renkei/id/"
PROLOGUE = f"BASE <{BASE}>\n" + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


def listed(client: Client, *pairs: tuple[str, str], path: str = "/browse") -> dict[str, Any]:
    answer = client.get(f"{path}.json?{urlencode(pairs)}")
    assert answer.status == 200, (pairs, answer.body)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def options(facet: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in facet:
        yield one
        yield from options(one.get("narrower", []))


def counts(found: dict[str, Any], key: str) -> dict[str, int]:
    return {one["value"]: one["count"] for one in options(found["facets"].get(key, []))}


def things(client: Client, query: str) -> list[str]:
    answer = client.get(f"/sparql?{urlencode({'query': PROLOGUE + query})}", accept="application/json")
    rows = json.loads(answer.body)["results"]["bindings"]
    return [row["thing"]["value"] for row in rows]


# A choice, and the same said by hand, without the paths of the program.
BY_HAND = [
    ([("kind", "Project")], "?thing a rk:Project"),
    ([("kind", "Project"), ("area", "doo")], "?thing a rk:Project ; rk:area <area/doo>"),
    (
        [("kind", "Project"), ("area", "doo"), ("area", "donan")],
        "VALUES ?a { <area/doo> <area/donan> } ?thing a rk:Project ; rk:area ?a",
    ),
    (
        [("kind", "Initiative"), ("area", "tokachi"), ("year", "2024")],
        "?thing a rk:Initiative ; rk:project/rk:area <area/tokachi> ; rk:fiscalYear <fiscal-year/2024>",
    ),
    (
        [("kind", "Municipality"), ("subprefecture", "sorachi")],
        "?thing a rk:Municipality ; rk:subprefecture <subprefecture/sorachi>",
    ),
    (
        [("kind", "Bureau"), ("area", "doo")],
        "?thing a rk:Bureau ; rk:jurisdiction/rk:area <area/doo>",
    ),
    (
        [("kind", "Project"), ("asset", "WorldHeritageProperty")],
        "?thing a rk:Project ; rk:asset/a rk:WorldHeritageProperty",
    ),
    (
        [("asset", "NationalPark"), ("kind", "Asset")],
        "?thing a rk:NationalPark",
    ),
    (
        [("kind", "Initiative"), ("certainty", "high")],
        "?thing a rk:Initiative ; rk:certainty <certainty/high>",
    ),
    (
        [("kind", "Project"), ("year", "2024"), ("certainty", "stated"), ("certainty", "high")],
        "VALUES ?c { <certainty/stated> <certainty/high> } ?thing a rk:Project ; rk:certainty ?c "
        "FILTER EXISTS { ?i rk:project ?thing ; rk:fiscalYear <fiscal-year/2024> }",
    ),
]


@pytest.mark.parametrize(("chosen", "pattern"), BY_HAND)
def test_a_choice_leaves_what_sparql_by_hand_finds(
    client: Client, chosen: list[tuple[str, str]], pattern: str
) -> None:
    wanted = set(things(client, f"SELECT DISTINCT ?thing {{ {pattern} }}"))
    assert wanted
    found = listed(client, *chosen, ("size", "1000"))
    assert {one["iri"] for one in found["items"]} == wanted
    assert found["total"] == len(wanted)


def test_a_theme_takes_in_what_is_below_it(client: Client) -> None:
    (top, *_) = things(
        client, "SELECT ?thing { ?thing a rk:Theme ; ^skos:broader ?below } GROUP BY ?thing ORDER BY ?thing"
    )
    wanted = things(
        client,
        f"SELECT DISTINCT ?thing {{ {{ ?thing a rk:Project ; rk:theme <{top}> }} UNION "
        f"{{ ?thing a rk:Project ; rk:theme/skos:broader <{top}> }} }}",
    )
    found = listed(client, ("kind", "Project"), ("theme", top.rpartition("/")[2]), ("size", "1000"))
    assert {one["iri"] for one in found["items"]} == set(wanted) != set()


def test_the_numbers_of_a_facet_ignore_its_own_choice(client: Client) -> None:
    before = listed(client, ("kind", "Project"))
    after = listed(client, ("kind", "Project"), ("area", "doo"))
    assert counts(after, "area") == counts(before, "area")
    assert counts(after, "theme") != counts(before, "theme")
    assert {one["value"] for one in options(after["facets"]["area"]) if one["chosen"]} == {"doo"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_number_says_how_many_are_left_and_the_query_behind_finds_just_these(
    client: Client, data: st.DataObject
) -> None:
    chosen: list[tuple[str, str]] = []
    found = listed(client)
    for _ in range(data.draw(st.integers(1, 4))):
        taken = {key for key, _ in chosen}
        offered = sorted(
            (key, value, number)
            for key in KEYS
            if key not in taken
            for value, number in counts(found, key).items()
        )
        if not offered:
            break
        key, value, number = data.draw(st.sampled_from(offered))
        chosen.append((key, value))
        found = listed(client, *chosen, ("size", "1000"))
        assert found["total"] == number > 0
    sort, language = data.draw(st.sampled_from(["name", "newest"])), data.draw(st.sampled_from(["ja", "en"]))
    more = [*chosen, ("sort", sort), ("lang", language), ("size", "1000")]
    page = client.get(f"/browse?{urlencode(more)}").body.decode()
    (address,) = re.findall(r'href="(/sparql\?query=[^"]+format=csv)"', page)
    rows = csv.reader(io.StringIO(client.get(address.replace("&amp;", "&"), accept="text/csv").body.decode()))
    assert [row[0] for row in rows][1:] == [one["iri"] for one in listed(client, *more)["items"]]


def test_words_and_facets_narrow_each_other(client: Client) -> None:
    every = listed(client, ("q", "観光"), ("size", "1000"))
    some = listed(client, ("q", "観光"), ("kind", "Project"), ("size", "1000"))
    assert some["total"] == counts(every, "kind")["Project"] < every["total"]
    ranked = [one["iri"] for one in every["items"] if "/project/" in one["iri"]]
    assert [one["iri"] for one in some["items"]] == ranked


# What a person types, and what has to be among the first three.
SPELLINGS = """
洞爺湖                   | municipality/015849
とうやこ                 | municipality/015849
トウヤコ                 | municipality/015849
ﾄｳﾔｺ                     | municipality/015849
toyako                   | municipality/015849
touyako                  | municipality/015849
Ｔｏｙａｋｏ             | municipality/015849
Tōyako                   | municipality/015849
tôyako                   | municipality/015849
トウヤ                   | municipality/015849
札幌                     | municipality/011002
さっぽろ                 | municipality/011002
ｻｯﾎﾟﾛ                    | municipality/011002
sapporo                  | municipality/011002
SAPPORO                  | municipality/011002
函館                     | municipality/012025
hakodate                 | municipality/012025
はこだてし               | municipality/012025
登別市                   | municipality/012301
noboribetsu              | municipality/012301
のぼりべつ               | municipality/012301
空知                     | subprefecture/sorachi
そらち                   | subprefecture/sorachi
ソラチ                   | subprefecture/sorachi
sorati                   | subprefecture/sorachi
檜山                     | subprefecture/hiyama
炭鉄港                   | asset/tantetsuko
たんてつこう             | asset/tantetsuko
tantetukou               | asset/tantetsuko
ﾀﾝﾃﾂｺｳ                   | asset/tantetsuko
縄文                     | project/jomon
縄文遺跡群               | project/jomon
しれとこ                 | asset/shiretoko
siretoko                 | asset/shiretoko
shiretoko                | asset/shiretoko
知床                     | asset/shiretoko
むかわ竜                 | asset/mukawa-ryu
ムカワリュウ             | asset/mukawa-ryu
むかわりゅう             | asset/mukawa-ryu
うぽぽい                 | asset/upopoy
ｳﾎﾟﾎﾟｲ                   | asset/upopoy
アイヌ文化               | asset/ainu-culture
あいぬ文化               | asset/ainu-culture
地域おこし協力隊         | asset/chiiki-okoshi-kyoryokutai
地域おこし               | asset/chiiki-okoshi-kyoryokutai
協力隊                   | asset/chiiki-okoshi-kyoryokutai
人の呼び込み             | project/ishikari-wakamono
人の呼込み               | project/ishikari-wakamono
人の呼込                 | project/ishikari-wakamono
担い手確保               | project/mirai-gijutsu
担手確保                 | project/mirai-gijutsu
ｾﾞﾛｶｰﾎﾞﾝ北海道           | asset/zero-carbon-hokkaido
大雪山                   | asset/daisetsuzan
ﾀﾞｲｾﾂｻﾞﾝ                 | asset/daisetsuzan
daisetuzan               | asset/daisetsuzan
アドベンチャー・トラベル | theme/adventure-travel
ｱﾄﾞﾍﾞﾝﾁｬｰﾄﾗﾍﾞﾙ           | theme/adventure-travel
adventure travel         | theme/adventure-travel
関係人口                 | theme/related-population
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in SPELLINGS.strip().splitlines()]


@pytest.mark.parametrize(("typed", "wanted"), ROWS)
def test_what_people_type_finds_the_thing_among_the_first_three(
    client: Client, typed: str, wanted: str
) -> None:
    found = listed(client, ("q", typed), path="/search")
    assert BASE + wanted in [one["iri"] for one in found["items"][:3]]


def suggested(client: Client, typed: str, language: str = "ja") -> list[str]:
    answer = client.get(f"/suggest?{urlencode({'q': typed, 'lang': language})}")
    return [one["iri"].removeprefix(BASE) for one in json.loads(answer.body)["suggestions"]]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # Every step of typing 洞爺湖 with an input method, and of 札幌 in Latin letters.
        *(
            (typed, "municipality/015849")
            for typed in ("とうy", "とうや", "とうやk", "とうやこ", "洞爺", "洞")
        ),
        *((typed, "municipality/011002") for typed in ("sapp", "sappo", "sappor", "ｓａｐｐ", "さっp", "札")),
        ("toya-usu", "asset/toya-usu-geopark"),
        ("うすざん", "asset/toya-usu-geopark"),
        ("adventure tr", "theme/adventure-travel"),
    ],
)
def test_a_name_is_suggested_before_it_is_whole(client: Client, typed: str, wanted: str) -> None:
    assert wanted in suggested(client, typed)


def test_suggestions_are_few_and_none_for_nothing(client: Client) -> None:
    assert len(suggested(client, "北")) == 8
    for nothing in ("", "   ", "・", "zzzzqq", '"', "\n", "%", "_"):
        assert suggested(client, nothing) == [], nothing


def test_suggestions_come_in_the_form_of_opensearch(client: Client) -> None:
    text = client.get("/opensearch.xml?lang=ja").body.decode()
    assert 'xmlns="http://a9.com/-/spec/opensearch/1.1/"' in text
    (template,) = re.findall(r'application/x-suggestions\+json"[^>]+template="([^"]+)"', text)
    target = template.replace("&amp;", "&").replace("{searchTerms}", quote("炭鉄"))
    assert target.startswith(client.server.url)
    answer = client.get(target.removeprefix(client.server.url))
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    words, names, kinds, addresses = json.loads(answer.body)
    assert (words, names[0]) == ("炭鉄", "炭鉄港")
    assert len(names) == len(kinds) == len(addresses)
    assert client.get(addresses[0].removeprefix(client.server.url)).status == 200
    (page,) = re.findall(r'type="text/html" rel="results" template="([^"]+)"', text)
    assert "/search?q={searchTerms}" in page
    assert 'href="/opensearch.xml?lang=ja"' in client.get("/?lang=ja").body.decode()


def test_the_rows_are_the_same_in_every_format(client: Client) -> None:
    asked = urlencode([("kind", "Municipality"), ("area", "donan"), ("lang", "ja")])
    found = json.loads(client.get(f"/browse.json?{asked}").body)
    iris = [one["iri"] for one in found["items"]]
    table = list(csv.DictReader(io.StringIO(client.get(f"/browse.csv?{asked}").body.decode())))
    assert [row["iri"] for row in table] == iris
    assert [row["areas"] for row in table] == [" ".join(one["areas"]) for one in found["items"]]
    features = json.loads(client.get(f"/browse.geojson?{asked}").body)["features"]
    assert [one["id"] for one in features] == iris
    assert all(139 < one["geometry"]["coordinates"][0] < 146 for one in features)
    page = client.get(f"/browse?{asked}").body.decode()
    assert re.findall(r'<p class="name"><a href="/page/([^"?]+)', page) == [
        i.removeprefix(BASE) for i in iris
    ]
    for wanted, kind in (("text/csv", "text/csv; charset=utf-8"), ("application/json", "application/json")):
        assert client.get(f"/browse?{asked}", accept=wanted).headers["content-type"] == kind
    by_name = client.get(f"/browse?{asked}&format=geojson").headers["content-type"]
    assert by_name == "application/geo+json"
    assert client.get(f"/browse?{asked}", accept="image/png").status == 406


def test_pages_lead_through_the_whole_list(client: Client) -> None:
    target, seen = "/browse.json?kind=Municipality&area=doo&area=dohoku&size=20", []
    while target:
        found = json.loads(client.get(target).body)
        seen += [one["iri"] for one in found["items"]]
        target = found["next"].removeprefix(client.server.url)
    assert len(seen) == len(set(seen)) == found["total"] > 100
    assert found["page"] == found["pages"] == -(-found["total"] // 20)
    page = client.get("/browse?kind=Municipality&area=doo&area=dohoku&page=2&lang=en").body.decode()
    (onward,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert "area=doo&amp;area=dohoku" in onward


def test_what_is_chosen_can_be_taken_back_one_by_one(client: Client) -> None:
    page = client.get(
        "/browse?kind=Project&area=doo&area=donan&q=観光&lang=en".replace("観光", quote("観光"))
    )
    (chips,) = re.findall(r'<ul class="chips".*?</ul>', page.body.decode(), re.DOTALL)
    addresses = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', chips)]
    assert f"/browse?q={quote('観光')}&kind=Project&area=donan&lang=en" in addresses
    assert "/browse?kind=Project&area=donan&area=doo&lang=en" in addresses
    assert "/browse?lang=en" in addresses
    assert len(addresses) == 5
    for one in addresses:
        assert client.get(one).status == 200


def test_a_list_is_asked_for_again_without_being_sent_again(client: Client) -> None:
    for target in (
        "/browse?kind=Project",
        "/search.json?q=toyako",
        "/browse.csv",
        "/suggest?q=to",
        "/opensearch.xml",
    ):
        first = client.get(target)
        again = client.get(target, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b""), target


def marked(text: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", text)


@pytest.mark.parametrize(
    ("typed", "text", "wanted"),
    [
        ("toyako", "トウヤコ ウスザン ジオパーク", ["トウヤコ"]),
        ("らくのう", "根釧ラクノウビジョン", ["ラクノウ"]),
        ("受入体制", "受け入れ体制の整備", ["受け入れ体制"]),
        ("受け入れ体制", "受入体制の整備", ["受入体制"]),
        ("日本遺産炭鉄港", "日本遺産「炭鉄港」を活用", ["日本遺産「炭鉄港"]),
        ("ｶﾞｲﾄﾞ 観光", "観光ガイドの観光", ["観光", "ガイド", "観光"]),
        ("policy", "Policies and a policy", ["Policies", "policy"]),
        ("tour*", "Tourism, detour", ["Tourism"]),
        ("<b>", "a <b> c", ["b"]),
        ("か゛いと", "ガイド", []),
        ("(", "a ( b", []),
        ("ばいおりん", "ヴァイオリン", ["ヴァイオリン"]),
    ],
)
def test_what_was_found_is_marked(typed: str, text: str, wanted: list[str]) -> None:
    parts = marker(typed).parts(text, spoken=True)
    assert "".join(part for part, _ in parts) == text
    assert [part for part, hit in parts if hit] == wanted


@given(st.text(max_size=30), st.text(max_size=80))
def test_marking_loses_nothing_whatever_is_typed(typed: str, text: str) -> None:
    assert "".join(part for part, _ in marker(typed).parts(text, spoken=True)) == text


def test_the_page_shows_where_the_words_stand(client: Client) -> None:
    page = client.get("/search?q=touyako&lang=ja").body.decode()
    assert "トウヤコ" in marked(page)
    assert "炭鉄港" in marked(client.get(f"/search?q={quote('炭鉄港')}&lang=ja").body.decode())


def test_nothing_found_is_helped_on(client: Client) -> None:
    near = client.get(f"/search?q={quote('地域起こし協力隊')}&lang=ja").body.decode()
    assert 'href="/page/asset/chiiki-okoshi-kyoryokutai?lang=ja"' in near.partition("もしかして")[2]
    alone = client.get(f"/search?q={quote('炭鉄港 バナナ')}&lang=ja").body.decode()
    assert f'href="/search?q={quote("炭鉄港")}&amp;lang=ja"' in alone
    assert "条件を外すと" in client.get(f"/search?q={quote('炭鉄港')}&area=tokachi&lang=ja").body.decode()


ODD = [
    '"',
    "\\",
    '") } SELECT * { ?s ?p ?o } #',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "'",
    "🍀",
    "*",
    "()",
]


@pytest.mark.parametrize("typed", ODD)
def test_whatever_is_typed_is_a_word_and_nothing_else(client: Client, typed: str) -> None:
    for path in ("/search", "/browse"):
        answer = client.get(f"{path}?{urlencode({'q': typed, 'lang': 'en'})}")
        assert answer.status == 200
        assert "<script>alert" not in answer.body.decode()
    assert client.get(f"/suggest?{urlencode({'q': typed})}").status == 200
    for key in KEYS:
        assert client.get(f"/browse?{urlencode({key: typed})}").status == 400


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"/search?q={'a' * 201}", 400),
        (f"/suggest?q={'a' * 201}", 400),
        ("/browse?size=0", 400),
        ("/browse?size=1001", 400),
        ("/browse?size=x", 400),
        ("/browse?page=0", 404),
        ("/browse?page=x", 400),
        ("/browse?page=999", 404),
        ("/browse?sort=worst", 400),
        ("/search.json?q=%22", 400),
        ("/browse?format=png", 406),
        ("/browse.png", 404),
        ("/browse?kind=Project&kind=Project&area=", 200),
        (f"/search?q={'a' * 200}", 200),
    ],
)
def test_limits_are_said(client: Client, target: str, status: int) -> None:
    answer = client.get(target, accept="application/json" if status == 400 else "*/*")
    assert answer.status == status
    if status == 400:
        assert answer.problem["detail"]


def test_a_value_that_is_not_there_is_told_what_is(client: Client) -> None:
    detail = client.get("/browse?area=nowhere", accept="application/json").problem["detail"]
    assert "doo" in detail
    assert "tokachi" in detail


def test_another_prefecture_is_browsed_by_its_own_names(tmp_path: Path) -> None:
    pipeline.build(open_project(ROOT / "tests/prefecture"), tmp_path, lambda _: None)
    with serving(tmp_path) as server, closing(Client(server)) as client:
        found = listed(client, ("kind", "Project"), ("area", "chuhoku"), ("lang", "ja"))
        assert [one["name"] for one in found["items"]] == ["果樹の里プロジェクト"]
        assert counts(found, "area") == {"chuhoku": 1}
        assert [one["name"] for one in listed(client, ("q", "koufu"), ("lang", "ja"))["items"]] == ["甲府市"]
        for typed in ("kouf", "koh"):
            (first, *_) = json.loads(client.get(f"/suggest?q={typed}&lang=ja").body)["suggestions"]
            assert (first["name"], first["page"]) == ("甲府市", "/page/municipality/192015?lang=ja")
