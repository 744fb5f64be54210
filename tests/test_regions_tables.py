"""The tables of regions, of their links and of facts about assets: codes, names, places, and what is made of them."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import shapely
from pyoxigraph import NamedNode, Triple

from renkei_kg.compile import tables
from renkei_kg.namespaces import DCTERMS, RDF, RDFS, RK, SKOS

DATA = Path(__file__).parents[1] / "data"
BASE = "https://w3id.org/renkei/id/"
KATAKANA = re.compile(r"[ァ-ヺー]+")
KINDS = {"City": "市", "Town": "町", "Village": "村", "NorthernTerritoriesVillage": "村"}
READINGS = {"市": ("シ",), "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン")}

# How many of the 179 municipalities each subprefecture has, as counted in the boundary data.
MUNICIPALITIES = {
    "sorachi": 24,
    "ishikari": 8,
    "shiribeshi": 20,
    "iburi": 11,
    "hidaka": 7,
    "oshima": 11,
    "hiyama": 7,
    "kamikawa": 23,
    "rumoi": 8,
    "soya": 10,
    "okhotsk": 18,
    "tokachi": 19,
    "kushiro": 8,
    "nemuro": 5,
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


MUNICIPALITY_ROWS = read("regions/municipalities.csv")
SUBPREFECTURE_ROWS = read("regions/subprefectures.csv")
LINK_ROWS = read("links/municipalities-by-sa.csv")
FACT_ROWS = read("assets/facts.csv")
FEATURES = json.loads((DATA / "regions/subprefectures.geojson").read_text(encoding="utf-8"))
AREAS = {f["properties"]["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in FEATURES["features"]}


def check_digit(five: str) -> str:
    """The sixth digit of a local government code: weights 6 to 2, modulus 11, last digit of 11 less it."""
    total = sum(int(digit) * weight for digit, weight in zip(five, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def mapped(name: str) -> set[Triple]:
    table = DATA / name
    beside = table.with_suffix(table.suffix + ".rq")
    return tables.map_rows(table, beside if beside.is_file() else table.with_suffix(".rq"), BASE).triples


def node(path: str) -> NamedNode:
    return NamedNode(BASE + path)


def is_municipality(row: dict[str, str]) -> bool:
    return row["kind"] != "NorthernTerritoriesVillage"


def test_there_are_179_municipalities_and_six_northern_territories_villages() -> None:
    kinds = Counter(row["kind"] for row in MUNICIPALITY_ROWS)
    assert kinds == {"City": 35, "Town": 129, "Village": 15, "NorthernTerritoriesVillage": 6}


@pytest.mark.parametrize("rows", [MUNICIPALITY_ROWS, LINK_ROWS], ids=["municipalities", "links"])
def test_codes_are_unique_and_their_check_digits_right(rows: list[dict[str, str]]) -> None:
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    assert [c for c in codes if not re.fullmatch(r"01\d{4}", c) or c[5] != check_digit(c[:5])] == []


def test_the_check_digit_is_that_of_known_codes() -> None:
    assert [check_digit(five) for five in ("01000", "01100", "07000", "18000", "40000")] == list("62999")


def test_area_codes_follow_the_codes_and_only_municipalities_have_them() -> None:
    expected = [f"C{row['code'][:5]}" if is_municipality(row) else "" for row in MUNICIPALITY_ROWS]
    assert [row["area_code"] for row in MUNICIPALITY_ROWS] == expected


def test_every_municipality_is_in_one_of_the_fourteen_subprefectures() -> None:
    assert [row["id"] for row in SUBPREFECTURE_ROWS] == list(MUNICIPALITIES)
    counted = Counter(row["subprefecture"] for row in MUNICIPALITY_ROWS if is_municipality(row))
    assert counted == MUNICIPALITIES
    assert sum(MUNICIPALITIES.values()) == 179


def test_the_northern_territories_villages_are_in_nemuro() -> None:
    villages = [row for row in MUNICIPALITY_ROWS if not is_municipality(row)]
    assert {row["subprefecture"] for row in villages} == {"nemuro"}
    assert all(not row[k] for row in villages for k in ("latitude", "longitude", "website"))


def test_readings_are_katakana_and_end_in_the_reading_of_the_kind() -> None:
    for row in MUNICIPALITY_ROWS:
        suffix = KINDS[row["kind"]]
        assert row["name_ja"].endswith(suffix), row
        assert KATAKANA.fullmatch(row["kana"]), row
        assert row["kana"].endswith(READINGS[suffix]), row
    for row in SUBPREFECTURE_ROWS:
        assert KATAKANA.fullmatch(row["kana"]), row
        assert row["bureau_kana"] in (row["kana"] + "シンコウキョク", row["kana"] + "ソウゴウシンコウキョク")


def test_towns_and_villages_have_a_district_and_cities_none() -> None:
    assert [r["code"] for r in MUNICIPALITY_ROWS if bool(r["district"]) == (r["kind"] == "City")] == []
    assert {r["district"][-1] for r in MUNICIPALITY_ROWS if r["district"]} == {"郡"}


def test_a_name_with_its_district_and_kind_is_unique() -> None:
    names = Counter((row["district"], row["name_ja"]) for row in MUNICIPALITY_ROWS)
    assert max(names.values()) == 1


def test_bureaus_have_their_seat_in_their_own_subprefecture() -> None:
    where = {row["code"]: row["subprefecture"] for row in MUNICIPALITY_ROWS}
    assert {row["id"]: where[row["seat"]] for row in SUBPREFECTURE_ROWS} == {k: k for k in MUNICIPALITIES}


def test_subprefectures_belong_to_six_areas_and_their_area_codes_are_unique() -> None:
    areas = {"doo": 5, "donan": 2, "dohoku": 3, "okhotsk": 1, "tokachi": 1, "kushiro-nemuro": 2}
    assert Counter(row["area"] for row in SUBPREFECTURE_ROWS) == areas
    codes = {row["area_code"] for row in SUBPREFECTURE_ROWS}
    assert len(codes) == 14
    assert codes.isdisjoint(row["area_code"] for row in MUNICIPALITY_ROWS)


def test_areas_on_the_map_are_valid_and_do_not_overlap() -> None:
    assert set(AREAS) == set(MUNICIPALITIES)
    assert all(area.is_valid and area.geom_type == "MultiPolygon" for area in AREAS.values())
    names = sorted(AREAS)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert AREAS[one].intersection(AREAS[other]).area < 1e-9, (one, other)


def test_every_town_hall_stands_in_its_subprefecture_and_no_other() -> None:
    for row in filter(is_municipality, MUNICIPALITY_ROWS):
        point = shapely.Point(float(row["longitude"]), float(row["latitude"]))
        assert [k for k, area in AREAS.items() if area.contains(point)] == [row["subprefecture"]], row


def test_the_map_carries_its_credit() -> None:
    assert "「国土数値情報（行政区域データ）」（国土交通省）" in FEATURES["metadata"]["attribution"]
    assert "を加工して作成" in FEATURES["metadata"]["attribution"]


def test_links_are_of_the_179_municipalities_and_well_formed() -> None:
    assert {row["code"] for row in LINK_ROWS} == {r["code"] for r in MUNICIPALITY_ROWS if is_municipality(r)}
    for row in LINK_ROWS:
        assert re.fullmatch(r"\d+", row["geonames"]), row
        assert re.fullmatch(r"(\d{8})?", row["ndl"]), row
        assert re.fullmatch(r"(Q\d+)?", row["wikidata"]), row
        found = row["wikidata_found_in"]
        if found.startswith("CONFLICT"):
            assert not row["wikidata"], row
            assert not row["sources"], row
            continue
        assert bool(row["wikidata"]) == bool(found) == (row["sources"] in ("1", "2")), row
        assert (row["sources"] == "2") == ("WOF:" in found and "dr5hn:" in found), row


@pytest.mark.parametrize("column", ["geonames", "ndl", "wikidata", "geonames_jp", "dbpedia_ja"])
def test_no_two_municipalities_share_an_identifier_elsewhere(column: str) -> None:
    values = Counter(row[column] for row in LINK_ROWS if row[column])
    assert [value for value, count in values.items() if count > 1] == []


@pytest.mark.parametrize(
    "name",
    [
        "regions/municipalities.csv",
        "regions/subprefectures.csv",
        "regions/subprefectures.geojson",
        "links/municipalities-by-sa.csv",
    ],
)
def test_mappings_make_ascii_iris_and_no_blank_nodes(name: str) -> None:
    for triple in mapped(name):
        assert isinstance(triple.subject, NamedNode), triple
        for term in triple:
            assert not isinstance(term, NamedNode) or term.value.isascii(), triple


def test_english_names_with_the_kind_follow_its_reading() -> None:
    made = mapped("regions/municipalities.csv")
    full = {t.subject: t.object.value for t in made if t.predicate == SKOS.altLabel}
    assert len(full) == len(MUNICIPALITY_ROWS)
    assert full[node("municipality/011002")] == "Sapporo-shi"
    assert full[node("municipality/013455")] == "Mori-machi"
    assert full[node("municipality/012068")] == "Kushiro-shi"
    assert full[node("municipality/016616")] == "Kushiro-cho"


def test_each_wikidata_link_has_a_claim_with_its_sources_and_certainty() -> None:
    made = mapped("links/municipalities-by-sa.csv")
    values = {(t.subject, t.predicate): t.object for t in made}
    linked = [row for row in LINK_ROWS if row["wikidata"]]
    assert Counter(row["sources"] for row in linked) == {"2": 26, "1": 17}
    assert sum(t.predicate == RDF.type and t.object == RK.Claim for t in made) == len(linked)
    for row in linked:
        two = row["sources"] == "2"
        thing, claim = node(f"municipality/{row['code']}"), node(f"claim/municipality-{row['code']}-wikidata")
        match = SKOS.exactMatch if two else SKOS.closeMatch
        wikidata = NamedNode(f"http://www.wikidata.org/entity/{row['wikidata']}")
        assert Triple(thing, match, wikidata) in made
        assert values[claim, RDF.subject] == thing
        assert values[claim, RDF.predicate] == match
        assert values[claim, RDF.object] == wikidata
        assert values[claim, RK.certainty] == node(f"certainty/{'high' if two else 'medium'}")
        assert values[claim, RK.basis] == node(f"basis/{'two-sources' if two else 'one-source'}")
        assert sum(t.subject == claim and t.predicate == DCTERMS.source for t in made) == (2 if two else 1)


def test_what_two_sources_disagree_on_is_recorded_but_not_published() -> None:
    disputed = [row["code"] for row in LINK_ROWS if row["wikidata_found_in"].startswith("CONFLICT")]
    assert disputed == ["012335"]
    for triple in mapped("links/municipalities-by-sa.csv"):
        if "012335" in triple.subject.value:
            assert "wikidata" not in triple.object.value, triple


def test_percent_encoded_addresses_are_never_matches() -> None:
    for triple in mapped("links/municipalities-by-sa.csv"):
        encoded = isinstance(triple.object, NamedNode) and "%" in triple.object.value
        assert encoded == (triple.predicate == RDFS.seeAlso), triple


def test_every_fact_becomes_a_statement_and_its_claim() -> None:
    made = mapped("assets/facts.csv")
    claims = {t.subject: dict[NamedNode, object]() for t in made if t.object == RK.Claim}
    for triple in made:
        if triple.subject in claims and triple.predicate != SKOS.note:
            claims[triple.subject][triple.predicate] = triple.object
    assert len(claims) == len(FACT_ROWS)
    for claim in claims.values():
        assert Triple(claim[RDF.subject], claim[RDF.predicate], claim[RDF.object]) in made
        assert DCTERMS.source in claim


def test_facts_have_their_page_and_notes_in_both_languages() -> None:
    for row in FACT_ROWS:
        assert re.fullmatch(r"https?://[!-~]+", row["source"]), row
        assert row["certainty"] in ("stated", "high", "medium"), row
        assert bool(row["note_en"]) == bool(row["note_ja"]), row


def test_the_twelve_municipalities_of_tantetsuko_are_those_recognised() -> None:
    names = {row["code"]: row["name_ja"] for row in MUNICIPALITY_ROWS}
    of = [r["value"] for r in FACT_ROWS if (r["asset"], r["property"]) == ("tantetsuko", "municipality")]
    assert {names[code] for code in of} == set(
        "赤平市 小樽市 室蘭市 夕張市 岩見沢市 美唄市 芦別市 三笠市 栗山町 月形町 沼田町 安平町".split()
    )


def test_points_of_assets_lie_in_a_subprefecture_of_theirs() -> None:
    where = {row["code"]: row["subprefecture"] for row in MUNICIPALITY_ROWS}
    for row in (r for r in FACT_ROWS if r["property"] == "point"):
        facts = [r for r in FACT_ROWS if r["asset"] == row["asset"]]
        own = {where[r["value"]] for r in facts if r["property"] == "municipality"}
        point = shapely.Point(*map(float, row["value"].split()))
        assert {k for k, area in AREAS.items() if area.contains(point)} <= own, row
        assert any(area.contains(point) for area in AREAS.values()), row


def test_former_municipalities_are_names_of_those_they_became_part_of() -> None:
    rows = read("regions/former-names.csv")
    names = {row["name_ja"] for row in MUNICIPALITY_ROWS}
    codes = {row["code"] for row in MUNICIPALITY_ROWS}
    assert len(rows) == len({row["former_ja"] for row in rows}) == 40
    for row in rows:
        assert row["code"] in codes
        assert row["former_ja"] not in names
        assert row["former_ja"][-1] in "町村"
        assert "2004-12-01" <= row["merged"] <= "2009-10-05"
        assert row["source"].startswith("http")
    # Of 212 municipalities 179 are left: each merger made one of several, some under a name that there was before.
    kept = sum(any(row["code"] == one["code"] for row in rows) for one in MUNICIPALITY_ROWS)
    new = {"せたな町", "北斗市", "安平町", "洞爺湖町", "むかわ町", "大空町", "新ひだか町"}
    assert len(rows) - len(new & {r["name_ja"] for r in MUNICIPALITY_ROWS}) == 212 - 179
    assert kept == 22


def test_a_bureau_has_the_name_that_it_had_until_2010() -> None:
    former = {row["id"]: row["former_ja"] for row in SUBPREFECTURE_ROWS}
    assert former["okhotsk"] == "網走支庁"
    assert all(
        name == f"{row['name_ja']}支庁"
        for row in SUBPREFECTURE_ROWS
        if (name := former[row["id"]]) != "網走支庁"
    )
    labels = {t.object.value for t in mapped("regions/subprefectures.csv") if t.predicate == SKOS.altLabel}
    assert labels == set(former.values())
