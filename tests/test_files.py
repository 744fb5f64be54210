"""The files that people open, as a build makes them: read back by other programs, and held against the graph."""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from renkei_kg import snapshot
from renkei_kg.compile import files, pipeline
from renkei_kg.compile.files import csvw, tables, workbook
from renkei_kg.namespaces import PREFIXES, RDF, RDFS, RK, XSD
from renkei_kg.project import Project, open_project
from tests.conftest import ROOT
from tests.sharing import shared

Small = Callable[..., Project]
Rows = list[dict[str, str]]
TABLES = [table.name for table in tables.tables()]
# What 推奨データセット has for 文化財一覧, in order.
CULTURAL_PROPERTIES = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,名称_通称,名称_英語,文化財分類,種類,"
    "場所名称,住所,方書,緯度,経度,電話番号,内線番号,員数（数）,員数（単位）,法人番号,所有者等,文化財指定日,"
    "利用可能曜日,開始時間,終了時間,利用可能日時特記事項,画像,画像_ライセンス,概要,概要_英語,説明,説明_英語,URL,備考"
).split(",")
# Of each table the class of what its rows are, and what some columns tell, asked in another way.
ASKED = {
    "projects": (
        "rk:Project",
        {
            "title_ja": "rdfs:label@ja",
            "area": "rk:area",
            "bureau": "rk:bureau",
            "possible_bureau_ja": "rk:possibleBureau/rdfs:label@ja",
            "theme": "rk:theme",
            "asset_ja": "rk:asset/rdfs:label@ja",
            "certainty_ja": "rk:certainty/rdfs:label@ja",
            "quote": "rk:evidence/rk:quote",
            "source_page": "rk:evidence/rk:page/rk:pageNumber",
            "note_en": "skos:note@en",
        },
    ),
    "initiatives": (
        "rk:Initiative",
        {
            "project": "rk:project",
            "text_ja": "rk:officialText",
            "text_en": "rk:translatedText",
            "actor_ja": "rk:actor/rdfs:label@ja",
        },
    ),
    "assets": (
        "rk:Asset",
        {
            "name_en": "rdfs:label@en",
            "municipality": "rk:municipality",
            "municipality_code": "rk:municipality/rk:code",
            "designation": "rk:designation",
            "part_of": "rk:componentOf",
            "homepage": "foaf:homepage",
            "source": "dcterms:source|^rdf:subject/dcterms:source",
        },
    ),
    "designations": (
        "rk:Designation",
        {"scheme": "rk:scheme", "designated_on": "rk:designatedOn", "asset": "^rk:designation"},
    ),
    "regions": (
        "rk:Region",
        {"name_ja": "rdfs:label@ja", "area": "rk:area", "bureau": "rk:bureau", "seat": "rk:bureau/rk:seat"},
    ),
    "municipalities": (
        "rk:Municipality",
        {"code": "rk:code", "latitude": "schema:latitude", "subprefecture": "rk:subprefecture"},
    ),
    "themes": ("rk:Theme", {"name_ja": "skos:prefLabel@ja", "broader": "skos:broader"}),
}
LEXICAL = {
    "integer": int,
    "decimal": float,
    "date": date.fromisoformat,
    "anyURI": lambda text: text.index("://"),
    "string": str,
}


@pytest.fixture(scope="module")
def made(snapshots: Path) -> snapshot.Snapshot:
    return snapshot.open_current(snapshots)


@pytest.fixture(scope="module")
def store(made: snapshot.Snapshot) -> Store:
    return Store.read_only(str(made.store))


def read(made: snapshot.Snapshot, name: str) -> str:
    return (made.path / "files" / name).read_bytes().decode("utf-8")


def rows(made: snapshot.Snapshot, table: str) -> Rows:
    return list(csv.DictReader(io.StringIO(read(made, f"{table}.csv"), newline=""), strict=True))


def solutions(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    for solution in store.query(prefixes + query):
        yield tuple("" if term is None else term.value for term in solution)


def test_there_is_each_file_that_is_announced_and_no_other(
    made: snapshot.Snapshot, project: Project, store: Store
) -> None:
    announced = files.published(project, store)
    there = {name for name in made.manifest["files"] if name.startswith(("files/", "dumps/"))}
    assert {one.path for one in announced} == there
    assert len({one.name for one in announced}) == len(announced)
    for one in announced:
        assert one.titles.keys() == one.descriptions.keys() == {"ja", "en"}
        assert all((*one.titles.values(), *one.descriptions.values()))
        assert not one.described_by or one.described_by in there
        assert bool(one.compressed) is one.name.endswith(".gz")
    assert [one.name for one in announced if one.licence] == ["renkei-by-sa.ttl", "renkei-by-sa.ttl.gz"]
    assert {one.dataset for one in announced} == {
        "", "projects", "assets", "regions", "municipalities", "ontology",
    }  # fmt: skip


def test_every_file_is_in_the_document_about_them(project: Project, store: Store) -> None:
    page = (ROOT / "docs/files.md").read_text(encoding="utf-8")
    for one in files.published(project, store):
        if not one.compressed and not one.name.endswith("-metadata.json"):
            stem, _, extension = one.name.partition(".")
            assert f"`{one.name}`" in page or (stem == project.name and f"`.{extension}`" in page), one.name
    assert all(f"`{header}`" in page for header in ("certainty", "quote", "source_page", "source", "page"))


@pytest.mark.parametrize("table", ASKED)
def test_a_table_says_what_the_graph_says(made: snapshot.Snapshot, store: Store, table: str) -> None:
    class_, columns = ASKED[table]
    found = {row["iri"]: row for row in rows(made, table)}
    apart = "FILTER NOT EXISTS { ?iri a rk:Municipality }" if table == "regions" else ""
    assert found.keys() == {one for (one,) in solutions(store, f"SELECT ?iri {{ ?iri a {class_} {apart} }}")}
    assert len(found) == len(rows(made, table)) == made.manifest["tables"]["rows"][table]
    for column, asked in columns.items():
        path, _, language = asked.partition("@")
        only = f'FILTER(LANG(?value) = "{language}")' if language else ""
        expected: dict[str, set[str]] = {iri: set() for iri in found}
        for iri, value in solutions(
            store, f"SELECT ?iri ?value {{ ?iri a {class_} ; {path} ?value {only} }}"
        ):
            if iri in expected:
                expected[iri].add(value)
        several = next(one for one in tables.tables() if one.name == table).column(column).list
        told = {
            iri: set(row[column].split(";") if several else [row[column]]) - {""}
            for iri, row in found.items()
        }
        assert told == expected, column
        assert any(told.values())


def test_counts_and_kinds_and_years_are_right(made: snapshot.Snapshot) -> None:
    known = {row["iri"].rpartition("/id/")[2]: row for row in rows(made, "regions")}
    assert known["area/doo"]["municipalities"] == "70"
    assert known["prefecture/hokkaido"]["municipalities"] == "179"
    assert sum(int(row["projects"]) for row in known.values() if row["kind"] == "CooperationArea") == sum(
        1 for row in rows(made, "projects") if row["area"]
    )
    kinds = {row["kind"] for row in rows(made, "projects")}
    assert kinds == {"CooperationProject", "BureauProject", ""}
    assert {row["fiscal_year"] for row in rows(made, "initiatives")} == {"2024"}
    assets = {row["name_ja"]: row for row in rows(made, "assets")}
    assert assets["知床"]["kind"] == "NationalPark;WorldHeritageProperty"
    assert assets["大船遺跡"]["part_of_ja"] == "北海道・北東北の縄文遺跡群"
    assert {row["certainty"] for row in assets.values()} <= {"stated", "high", "medium", "low", ""}


def test_csv_is_rfc_4180_in_utf_8(made: snapshot.Snapshot) -> None:
    for table in tables.tables():
        content = read(made, f"{table.name}.csv")
        assert content.endswith("\r\n")
        assert "\ufeff" not in content
        lines = list(csv.reader(io.StringIO(content, newline=""), strict=True))
        assert lines[0] == [column.header for column in table.columns]
        assert {len(line) for line in lines} == {len(table.columns)}
        keys = [line[[c.name for c in table.columns].index(table.key)] for line in lines[1:]]
        assert len(keys) == len(set(keys)) > 0


def test_cultural_properties_have_the_columns_of_the_standard(made: snapshot.Snapshot) -> None:
    content = read(made, "cultural-properties.csv")
    assert next(csv.reader([content.splitlines()[0]])) == CULTURAL_PROPERTIES
    found = {row["名称"]: row for row in rows(made, "cultural-properties")}
    assert found.keys() == {"大船遺跡", "北黄金貝塚"}
    told = {name: value for name, value in found["大船遺跡"].items() if value}
    assert told.pop("概要")
    assert told.pop("概要_英語")
    place = float(told.pop("緯度")), float(told.pop("経度"))
    assert (41.9 < place[0] < 42, 140.8 < place[1] < 141) == (True, True)
    assert told.pop("URL", "https://").startswith("https://")
    told.pop("所有者等", None)
    assert told == {
        "都道府県コード又は市区町村コード": "012025",
        "NO": "asset/jomon-ofune",
        "都道府県名": "北海道",
        "市区町村名": "函館市",
        "名称": "大船遺跡",
        "名称_カナ": "オオフネイセキ",
        "名称_英語": "Ofune Site",
        "文化財分類": "国指定史跡",
        "文化財指定日": "2001-08-13",
        "備考": "https://w3id.org/renkei/id/asset/jomon-ofune",
    }


DESIGNATED = """
@prefix : <https://example.org/kg/id/> . @prefix rk: <https://w3id.org/renkei/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:scheme a rk:DesignationScheme ; rdfs:label "町指定文化財"@ja ; skos:definition "町の条例による指定。"@ja .
:other a rk:DesignationScheme ; rdfs:label "県指定天然記念物"@ja .
:gone rk:scheme :scheme ; rk:endedOn "2020-01-01"^^xsd:date .
:first rk:scheme :scheme ; rk:designatedOn "1999-02-03"^^xsd:date .
:second rk:scheme :other ; rk:designatedOn "2001"^^xsd:gYear .
:whole a rk:Asset ; rdfs:label "大杉"@ja ; rk:kana "オオスギ" ; rk:designation :first , :second .
:silent a rk:Asset ; rdfs:label "古寺"@ja ; rk:designation :first .
:past a rk:Asset ; rdfs:label "跡"@ja ; rk:kana "アト" ; rk:designation :gone .
"""


def test_a_row_without_what_the_standard_requires_is_left_out_and_told(small: Small, tmp_path: Path) -> None:
    project = small(**{"data/a.ttl": DESIGNATED})
    said: list[str] = []
    built = pipeline.build(project, tmp_path / "out", said.append)
    assert said[-1] == "cultural-properties: silent is left out, as it has no kana"
    assert built.manifest["tables"]["left_out"] == {"cultural-properties": {"silent": ["kana"]}}
    (row,) = rows(built, "cultural-properties")
    assert (row["名称"], row["文化財分類"]) == ("大杉", "町指定文化財;県指定天然記念物")
    assert row["文化財指定日"] == "1999-02-03"
    assert pipeline.build(project, tmp_path / "out", said.append).id == built.id


@pytest.mark.parametrize("table", TABLES)
def test_metadata_describes_the_columns_that_are_there(
    made: snapshot.Snapshot, store: Store, table: str
) -> None:
    group = json.loads(read(made, f"{table}.csv-metadata.json"))
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    described = {one["url"]: one for one in group["tables"]}
    assert next(iter(described)) == f"{table}.csv"
    for url, one in described.items():
        schema = one["tableSchema"]
        content = rows(made, url.removesuffix(".csv"))
        assert one["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
        assert len(schema["columns"]) == len(content[0])
        headers = {}
        for column, header in zip(schema["columns"], content[0], strict=True):
            headers[column.get("name", header)] = header
            titles = column["titles"]
            assert titles == header if isinstance(titles, str) else titles["und"] == header == column["name"]
            assert {text["@language"] for text in column["dc:description"]} == {"ja", "en"}
            assert isinstance(titles, str) or {"ja", "en"} <= titles.keys()
            for row in content:
                cell = row[header]
                for value in cell.split(column["separator"]) if "separator" in column else [cell]:
                    assert not value or LEXICAL[column["datatype"]](value) is not False
            assert not column.get("required") or all(row[header] for row in content)
            for iri in (column.get("propertyUrl"), column.get("rdfs:seeAlso", {}).get("@id")):
                if iri not in (None, f"{PREFIXES['foaf']}page"):  # pages are the server's
                    assert any(store.quads_for_pattern(None, NamedNode(iri), None)), iri
        keys = [row[headers[schema["primaryKey"]]] for row in content]
        assert len(set(keys)) == len(keys)
        for key in schema.get("foreignKeys", ()):
            other = key["reference"]
            assert other["resource"] in described
            there = {
                row[other["columnReference"]] for row in rows(made, other["resource"].removesuffix(".csv"))
            }
            assert {row[headers[key["columnReference"]]] for row in content} <= there


def test_tables_refer_to_each_other(made: snapshot.Snapshot) -> None:
    def keys(table: str) -> set[tuple[str, str]]:
        group = json.loads(read(made, f"{table}.csv-metadata.json"))
        found = group["tables"][0]["tableSchema"].get("foreignKeys", [])
        return {(key["columnReference"], key["reference"]["resource"]) for key in found}

    assert keys("initiatives") == {("project", "projects.csv")}
    regions = {(name, "regions.csv") for name in ("area", "subprefecture", "prefecture")}
    assert keys("municipalities") == regions


def test_every_column_is_documented_in_both_languages() -> None:
    for table in tables.tables():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert {table.key, table.subject, *table.order} <= set(names)
        for column in table.columns:
            for texts in (column.titles, column.about, table.titles, table.descriptions):
                assert texts.keys() == {"ja", "en"}
                assert all(text.strip() for text in texts.values()), (table.name, column.name)
            assert column.type in LEXICAL
            assert not column.refers or column.refers in TABLES


# Excel


@pytest.fixture(scope="module")
def book(made: snapshot.Snapshot) -> Any:
    return openpyxl.load_workbook(made.path / "files/renkei.xlsx")


def test_the_workbook_explains_itself_first(book: Any, made: snapshot.Snapshot) -> None:
    names = [table.titles["ja"] for table in tables.tables()]
    assert book.sheetnames == ["はじめに", *names, "列の説明"]
    page = book["はじめに"]
    told = {cell.value: cell for row in page.iter_rows() for cell in row if cell.value is not None}
    assert page["A1"].value.startswith("連携KG")
    assert told["https://creativecommons.org/licenses/by/4.0/"].hyperlink.target
    for table in tables.tables():
        number = made.manifest["tables"]["rows"][table.name]
        link = told[table.titles["ja"]]
        assert link.hyperlink.location == f"'{table.titles['ja']}'!A1"
        assert page.cell(link.row, 2).value == number
    assert book.properties.created == datetime(2000, 1, 1)  # noqa: DTZ001  # as openpyxl reads it


@pytest.mark.parametrize("table", tables.tables(), ids=lambda table: table.name)
def test_a_sheet_is_the_table(book: Any, made: snapshot.Snapshot, table: tables.Table) -> None:
    page = book[table.titles["ja"]]
    columns = workbook.ordered(table)
    head, *lines = page.iter_rows()
    assert [cell.value for cell in head] == [column.titles["ja"] for column in columns]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == page.dimensions
    found = rows(made, table.name)
    assert len(lines) == len(found)
    for line, row in zip(lines, found, strict=True):
        for cell, column in zip(line, columns, strict=True):
            text = row[column.header]
            value = cell.value.date().isoformat() if isinstance(cell.value, datetime) else cell.value
            if isinstance(value, int | float):
                assert (column.type in ("integer", "decimal"), value) == (True, float(text))
            else:
                assert (value or "") == text
            if text and column.type == "anyURI" and ";" not in text:
                assert cell.hyperlink.target == text
            assert cell.data_type != "f"
    assert all(page.column_dimensions[cell.column_letter].width >= 8 for cell in head)


def test_the_last_sheet_documents_each_column(book: Any) -> None:
    told = {(row[0], row[1]): row for row in book["列の説明"].iter_rows(min_row=2, values_only=True)}
    for table in tables.tables():
        for column in table.columns:
            row = told[table.titles["ja"], column.titles["ja"]]
            assert row[2:6] == (column.header, column.titles["en"], column.about["ja"], column.about["en"])
    assert len(told) == sum(len(table.columns) for table in tables.tables())


# GeoJSON


@pytest.mark.parametrize(("table", "number"), [("regions", 14), ("municipalities", 179), ("assets", 9)])
def test_geojson_holds_what_has_a_position(
    made: snapshot.Snapshot, store: Store, table: str, number: int
) -> None:
    collection = json.loads(read(made, f"{table}.geojson"))
    shapes = shapely.get_parts(shapely.from_geojson(read(made, f"{table}.geojson")))
    assert (collection["type"], collection["name"]) == ("FeatureCollection", table)
    assert len(shapes) == len(collection["features"]) == number
    placed = dict(solutions(store, "SELECT ?iri ?wkt { ?iri geo:hasGeometry/geo:asWKT ?wkt }"))
    known = {row["iri"]: row for row in rows(made, table)}
    for feature, shape in zip(collection["features"], shapes, strict=True):
        assert shape.is_valid
        stated = shapely.from_wkt(placed[feature["id"]])
        assert shape.normalize().equals_exact(stated.normalize(), 1e-6)
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw  # RFC 7946, section 3.1.6
        for name, value in feature["properties"].items():
            values = value if isinstance(value, list) else [value]
            texts = (
                known[feature["id"]][name].split(";")
                if isinstance(value, list)
                else [known[feature["id"]][name]]
            )
            assert [str(one or "") for one in values or [""]] == texts or values == [float(texts[0])], name
    assert collection["bbox"] == pytest.approx(shapely.total_bounds(shapes).tolist())


# The vocabulary, and what is compressed


def test_the_vocabulary_is_that_of_the_graph(made: snapshot.Snapshot, store: Store) -> None:
    graphs = {"ontology": ("ontology", "text"), "themes": ("themes",), "shapes": ("shapes/",)}
    for name, of in graphs.items():
        found = set(parse(path=str(made.path / f"files/{name}.ttl"), format=RdfFormat.TURTLE))
        starts = tuple(f"https://w3id.org/renkei/graph/{one}" for one in of)
        expected = {
            Quad(*quad.triple)
            for quad in store.quads_for_pattern(None, None, None, None)
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(starts)
        }
        assert len(found) == len(expected) > 100, name


def test_what_is_compressed_is_the_same(made: snapshot.Snapshot) -> None:
    packed = [made.path / name for name in made.manifest["files"] if name.endswith(".gz")]
    assert len(packed) > 15
    for path in packed:
        content = path.read_bytes()
        assert gzip.decompress(content) == path.with_suffix("").read_bytes()
        assert content[3:8] == bytes(5)  # neither a name nor a time


def test_the_same_graph_gives_the_same_bytes(
    made: snapshot.Snapshot, project: Project, store: Store, tmp_path: Path
) -> None:
    """However the quads come: an order of the store's own would show."""
    quads = list(store)
    random.Random(1).shuffle(quads)  # noqa: S311  # nothing secret
    again = Store()
    again.extend(quads)
    (tmp_path / "dumps").mkdir()
    for path in (made.path / "dumps").glob("*"):
        if path.suffix != ".gz":
            (tmp_path / "dumps" / path.name).symlink_to(path)
    files.write(again, project, tmp_path)
    for name in made.manifest["files"]:
        if name.startswith("files/") or name.endswith(".gz"):
            assert (tmp_path / name).read_bytes() == (made.path / name).read_bytes(), name


# Other graphs


def test_another_prefecture_has_files_without_any_of_its_own(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    project = open_project(ROOT / "tests/prefecture")
    folder = shared(tmp_path_factory, "prefecture", lambda out: pipeline.build(project, out, lambda _: None))
    built = snapshot.open_current(folder)
    names = {path.name for path in (built.path / "files").iterdir()}
    assert {"projects.csv", "municipalities.csv", "themes.csv", "yamanashi.xlsx", "shapes.ttl"} <= names
    assert not {"assets.csv", "cultural-properties.csv", "municipalities.geojson"} & names
    (row,) = rows(built, "projects")
    assert row["page"] == "https://example.org/yamanashi/page/project/fruit"
    assert (row["area_ja"], row["bureau_ja"], row["fiscal_year"]) == ("中北地域", "中北県民センター", "2024")
    group = json.loads(read(built, "projects.csv-metadata.json"))
    assert [one["url"] for one in group["tables"]] == ["projects.csv", "regions.csv"]
    book = openpyxl.load_workbook(built.path / "files/yamanashi.xlsx")
    assert book.sheetnames[:2] == ["はじめに", "プロジェクト"]


def test_a_graph_without_things_of_ours_has_dumps_alone(small: Small, tmp_path: Path) -> None:
    built = pipeline.build(small(**{"data/a.ttl": "<a:a> <a:b> 1 ."}), tmp_path / "out", lambda _: None)
    names = [name for name in built.manifest["files"] if name.startswith("files/")]
    assert names == []
    assert built.manifest["tables"]["rows"] == {}


def awkward() -> Store:
    """A project whose values are what breaks tables: separators, quotation marks, lines, formulas."""
    store = Store()
    project, theme = NamedNode("https://example.org/id/project/a;b"), NamedNode("https://example.org/id/t;1")
    says = [
        (project, RDF.type, RK.Project),
        (project, RDFS.label, Literal('=1+1, "二"\r\n三', language="ja")),
        (project, RK.theme, theme),
        (theme, RDFS.label, Literal("a;b", language="ja")),
        (theme, RDFS.label, Literal("c", language="en")),
        (project, RK.declaredProjectCount, Literal("1", datatype=XSD.integer)),
    ]
    store.extend(Quad(*one) for one in says)
    return store


def test_awkward_values_stay_what_they_are() -> None:
    table = next(one for one in tables.tables() if one.name == "projects")
    made = tables.make(table, awkward())
    (row,) = csv.DictReader(io.StringIO(csvw.text(made), newline=""), strict=True)
    assert row["title_ja"] == '=1+1, "二"\r\n三'
    assert row["iri"] == "https://example.org/id/project/a;b"
    assert row["theme"] == "https://example.org/id/t%3B1"
    assert row["theme_ja"] == "a；b"
    content = workbook.content([made], files.about.About("urn:x", {}, {}, {}, {}, "", "1"))
    cell = openpyxl.load_workbook(io.BytesIO(content))["プロジェクト"]["A2"]
    assert (cell.data_type, cell.value) == ("s", '=1+1, "二"\n三')
    assert workbook.content([made], files.about.About("urn:x", {}, {}, {}, {}, "", "1")) == content


def test_a_cell_too_long_for_excel_says_where_the_whole_is() -> None:
    store = awkward()
    long = "長" * 40_000
    store.add(Quad(NamedNode("https://example.org/id/project/a;b"), RK.kana, Literal(long)))
    table = next(one for one in tables.tables() if one.name == "projects")
    made = tables.make(table, store)
    assert long in csvw.text(made)
    content = workbook.content([made], files.about.About("urn:x", {}, {}, {}, {}, "", "1"))
    cell = openpyxl.load_workbook(io.BytesIO(content))["プロジェクト"]["B2"]
    assert cell.value.endswith(workbook.CUT)
    assert len(cell.value) < 32_767
