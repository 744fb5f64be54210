"""Importing tables into another prefecture's project: all or nothing, found by queries of the server."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.styles import Font

from renkei_kg.cli import main
from renkei_kg.compile import pipeline
from renkei_kg.importing import putting
from renkei_kg.importing.making import Made, make
from renkei_kg.importing.report import Report
from renkei_kg.project import open_project
from tests.serving import Server, serving

PREFECTURE = Path(__file__).parent / "prefecture"
PREFIXES = """PREFIX rk: <https://w3id.org/renkei/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#> BASE <https://example.org/yamanashi/id/> """
PROPERTIES = """甲府市の文化財一覧,,,,,,,,,,
都道府県コード又は市区町村コード,ＮＯ,市区町村名,名称,名称_カナ,名称_英語,文化財分類,文化財指定日,緯度,経度,概要
19201,1,甲府,旧睦沢学校校舎,ｷｭｳﾑﾂｻﾞﾜｶﾞｯｺｳｺｳｼｬ,,国指定重要文化財,昭和42年6月15日,35.6676,138.5689,"木造、
二階建て"
192015,2,甲府市,"旧家,蔵",キュウカ クラ,Old house,市指定有形文化財;国登録有形文化財,R5.4.1,,,
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], env={"LC_ALL": "C.UTF-8"})


def bring(root: Path, file: Path, *more: str, code: int = 0, by: str = "cultural-properties") -> Result:
    licence = () if "--licence" in more else ("--licence", "CC BY 4.0")
    result = run("import", file, "--project", root, "--mapping", by, *licence, *more)
    assert result.exit_code == code, result.output
    return result


def remarks(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)["remarks"]
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PREFECTURE, tmp_path / "yamanashi"))


def listed(folder: Path, text: str = PROPERTIES, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("cp932"))
    return path


def filled(root: Path, path: Path) -> Path:
    """The template, filled in as an official would: by name, with a title row for one more page of Excel."""
    assert run("import", "--template", "projects", "-o", path, "--project", root).exit_code == 0
    book = openpyxl.load_workbook(path)
    cover, table = book["表紙"], book["プロジェクト"]
    answers = {"表の題名": "令和7年度の主な取組", "公表日": "令和7年4月1日", "作成・公開した組織": "山梨県庁"}
    for label, value, *_ in cover.iter_rows(min_row=2):
        value.value = answers.get(label.value, value.value)
    headers = {str(cell.value).rstrip("＊"): cell.column for cell in table[1]}
    new = {
        "プロジェクト名": "ぶどうと星のプロジェクト",
        "プロジェクト名（読み）": "ぶどう と ほし の プロジェクト",
        "プロジェクト名（英語）": "Project of grapes and stars",
        "種類": "振興局プロジェクト",
        "連携地域": "中北",
        "年度": "令和７年度",
        "振興局1": "中北",
        "テーマ1": "食を楽しむ観光",
        "テーマ2": "脱炭素",
        "主な取組": "星の下で、\nぶどうを 味わう",
        "主な取組（英訳）": "To taste grapes under the stars.",
    }
    again = {
        "プロジェクト名": "果樹の里 プロジェクト",
        "年度": 2025,
        "振興局1": "中北県民センター",
        "テーマ1": new["テーマ1"],
        "主な取組": '"果樹"の里を広げる',
        "主な取組（英訳）": "To widen the land of fruit trees.",
    }
    themes = {cell.value for column in book["選択肢"].iter_cols() for cell in column}
    new["テーマ1"] = again["テーマ1"] = sorted(one for one in themes if one and "食" in str(one))[0]
    for number, row in ((3, new), (5, again)):
        for header, value in row.items():
            table.cell(number, headers[header], value).font = Font(bold=True)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two imports, built."""
    folder = tmp_path_factory.mktemp("imported")
    root = Path(shutil.copytree(PREFECTURE, folder / "yamanashi"))
    for name, file in (("year", filled(root, folder / "year.xlsx")), ("old", listed(folder))):
        by = "projects" if file.suffix == ".xlsx" else "cultural-properties"
        bring(root, file, "--name", name, "--url", "https://example.org/list", by=by)
    pipeline.build(open_project(root), folder / "snapshots", lambda _: None)
    return folder


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with serving(built / "snapshots") as one:
        yield one


def asked(server: Server, query: str) -> list[list[str]]:
    answer = server.ask(PREFIXES + query, accept="text/csv")
    assert answer.status == 200, answer.body
    return list(csv.reader(io.StringIO(answer.body.decode())))[1:]


def test_a_filled_template_is_found_by_a_query_of_the_server(server: Server) -> None:
    rows = asked(
        server,
        """SELECT ?title ?text ?year ?area { ?project a rk:BureauProject ; rdfs:label ?title ; rk:area ?area ;
        rk:initiative ?initiative . ?initiative rk:officialText ?text ; rk:fiscalYear/rdfs:label ?year .
        FILTER(LANG(?title) = "ja" && LANG(?year) = "ja") }""",
    )
    area = "https://example.org/yamanashi/id/area/chuhoku"
    assert rows == [["ぶどうと星のプロジェクト", "星の下で、ぶどうを味わう", "令和７年度（2025年度）", area]]


def test_a_project_that_is_there_gets_the_new_year(server: Server) -> None:
    rows = asked(
        server,
        "SELECT ?year ?title { <project/fruit> rk:initiative ?one . ?one rk:fiscalYear ?year ; rdfs:label ?title"
        ' FILTER(LANG(?title) = "en") } ORDER BY ?year',
    )
    assert [title for _, title in rows] == ["Land of fruit trees (FY2024)", "Land of fruit trees (FY2025)"]


def test_imported_statements_are_claimed_by_the_words_of_their_rows(server: Server) -> None:
    rows = asked(
        server,
        """SELECT DISTINCT ?property ?quote ?publisher ?day { ?claim a rk:Claim ; rdf:predicate ?property ;
        rdf:subject <initiative/grapes-stars-2025> ; rk:certainty/rk:rank 4 ; rk:evidence ?words .
        ?words rk:quote ?quote ; rk:page/rk:document ?document .
        ?document dcterms:creator/rdfs:label ?publisher ; dcterms:issued ?day FILTER(LANG(?publisher) = "en") }""",
    )
    assert {row[0].rsplit("#", 1)[-1] for row in rows} == {"bureau", "project", "theme"}
    assert {tuple(row[2:]) for row in rows} == {("Government of Yamanashi", "2025-04-01")}
    assert all("星の下で、ぶどうを味わう" in row[1] for row in rows)


def test_a_list_in_shift_jis_is_found_with_its_place_and_designation(server: Server) -> None:
    rows = asked(
        server,
        """SELECT ?name ?wkt ?day ?scheme ?licence ?publisher { ?asset a rk:CulturalProperty ; rdfs:label ?name ;
        rk:municipality <municipality/192015> ; geo:hasGeometry/geo:asWKT ?wkt ; rk:designation ?designation ;
        rk:evidence/rk:page/rk:document ?document . ?designation rk:designatedOn ?day ; rk:scheme/rdfs:label ?scheme .
        ?document dcterms:license ?licence ; dcterms:creator/rdfs:label ?publisher .
        FILTER(LANG(?name) = "en" && LANG(?scheme) = "ja" && LANG(?publisher) = "en") }""",
    )
    assert rows == [
        [
            "Kyumutsuzawagakkokosha",
            "POINT(138.5689 35.6676)",
            "1967-06-15",
            "国指定重要文化財",
            "https://creativecommons.org/licenses/by/4.0/",
            "City of Kofu",
        ]
    ]
    notes = asked(server, 'SELECT ?n { ?a rdfs:label "旧家,蔵"@ja . OPTIONAL { ?a rk:designation ?n } }')
    assert notes == [[]]


def test_the_same_file_again_changes_nothing(built: Path) -> None:
    root = built / "yamanashi"
    before = {path: path.stat().st_mtime_ns for path in (root / "data/imports").rglob("*")}
    for name, file, by in (("year", "year.xlsx", "projects"), ("old", "list.csv", "cultural-properties")):
        result = bring(root, built / file, "--name", name, "--url", "https://example.org/list", by=by)
        assert "Nothing changes" in result.stdout
    assert {path: path.stat().st_mtime_ns for path in (root / "data/imports").rglob("*")} == before


def test_another_table_of_the_name_needs_replace_and_then_takes_its_place(
    built: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(built / "yamanashi", tmp_path / "copy"))
    longer = PROPERTIES + "192015,3,甲府市,大ケヤキ,オオケヤキ,Great zelkova,市指定天然記念物,2001/8/13,,,\n"
    file = listed(tmp_path, longer, "newer.csv")
    refused = bring(root, file, "--name", "old", code=2)
    assert "--replace" in refused.stderr
    assert "Great zelkova" not in (root / "data/imports/old/table.csv").read_text(encoding="utf-8")
    bring(root, file, "--name", "old", "--replace")
    assert "Great zelkova" in (root / "data/imports/old/table.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in (root / "data/imports").iterdir()) == ["old", "year"]


def test_every_row_that_does_not_fit_is_told_and_nothing_is_written(root: Path, tmp_path: Path) -> None:
    text = """全国地方公共団体コード,NO,市区町村名,名称,名称_カナ,文化財分類,文化財指定日,緯度,経度,URL
192016,1,,一,イチ,市指定史跡,昭和65年1月1日,138.5,35.6,
192015,2,富士市,二,ニ,町の宝,,0,0,www.example.org
,3,甲附市,三,,,,35.6,,
"""
    result = bring(root, listed(tmp_path, text), "--format", "json", code=1)
    said = {(one["row"], one["column"]): one for one in remarks(result)}
    assert set(said) >= {
        (2, "全国地方公共団体コード"),
        (2, "文化財指定日"),
        (2, "緯度・経度"),
        (3, "市区町村名"),
        (3, "文化財分類"),
        (3, "緯度・経度"),
        (3, "URL"),
        (4, "市区町村名"),
        (4, "文化財分類"),
        (4, "名称_カナ"),
    }
    assert said[2, "緯度・経度"]["nearest"] == "35.6, 138.5"
    assert said[4, "市区町村名"]["nearest"] == "甲府市"
    assert said[3, "文化財分類"]["severity"] == "warning"
    assert all(one["messages"]["ja"] and one["messages"]["en"] for one in said.values())
    assert json.loads(result.stdout)["outcome"] == "failed"
    assert not (root / "data/imports").exists()
    japanese = bring(root, tmp_path / "list.csv", "--lang", "ja", code=1).stdout
    assert "4行目 「市区町村名」: エラー: 「甲附市」" in japanese
    assert "何も書いていません" in japanese


def test_rows_of_projects_that_do_not_fit_are_told(root: Path, tmp_path: Path) -> None:
    text = """プロジェクト名,英語名,種類,連携地域,年度,振興局,テーマ,主な取組,英訳
新しい,,振興局プロジェクト,中北,R7,中北,食品,取り組む,To do it.
果樹の里プロジェクト,,,,令和6年度,中北,脱炭素,同じ年,The same year.
新しい,New one,その他,南極,去年,中北県民局,脱炭素,取り組む,取り組む
"""
    result = bring(
        root, listed(tmp_path, text), "--publisher", "山梨県庁", "--format", "json", by="projects", code=1
    )
    said = {(one["row"], one["column"]) for one in remarks(result) if one["severity"] == "error"}
    assert said >= {
        (2, "プロジェクト名（英語）"),
        (3, None),
        (4, "種類"),
        (4, "連携地域"),
        (4, "年度"),
        (4, "英訳"),
    }
    assert (2, "テーマ") in said


def test_a_table_without_rows_is_told(root: Path, tmp_path: Path) -> None:
    empty = listed(tmp_path, "市区町村名,名称,名称_カナ,文化財分類\n")
    names = ("--publisher", "新しい会", "--publisher-en", "New club")
    said = remarks(bring(root, empty, *names, "--format", "json", code=1))
    assert [one["messages"]["en"] for one in said if one["severity"] == "error"] == [
        "There are no rows below the headers."
    ]


@pytest.mark.parametrize("licence", ["", "CC BY-SA 4.0", "free"])
def test_terms_that_cannot_be_taken_are_errors(root: Path, tmp_path: Path, licence: str) -> None:
    result = bring(root, listed(tmp_path), "--licence", licence, "--format", "json", code=1)
    assert [one["column"] for one in remarks(result) if one["severity"] == "error"] == ["利用条件"]


OWN = """kind = "rows"
title = { ja = "図書館一覧", en = "List of libraries" }
[[column]]
name = "name_ja"
headers = ["図書館名"]
required = true
[[column]]
name = "code"
headers = ["市町村"]
type = "municipality"
"""
CONSTRUCT = """PREFIX col: <urn:renkei:column:>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>
CONSTRUCT { ?it a rk:KIND ; rdfs:label ?ja , "Library"@en ; rk:kana "トショカン"@ja-Hrkt ; rk:evidence ?words }
WHERE { ?row col:row ?n ; col:name_ja ?name ; col:evidence ?e .
  BIND(IRI(CONCAT("asset/library-", ?n)) AS ?it) BIND(STRLANG(?name, "ja") AS ?ja)
  BIND(IRI(CONCAT("evidence/", ?e)) AS ?words) }
"""


def test_a_mapping_of_ones_own_has_to_pass_the_shapes_and_is_told_at_the_row(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "libraries.toml").write_text(OWN, encoding="utf-8")
    beside = tmp_path / "libraries.rq"
    beside.write_text(CONSTRUCT.replace("KIND", "Asset"), encoding="utf-8")
    file = listed(tmp_path, "図書館名,市町村\n\n県立図書館,甲府市\n")
    own = str(tmp_path / "libraries.toml")
    result = bring(root, file, "--format", "json", by=own, code=1)
    (wrong,) = [one for one in remarks(result) if one["severity"] == "error"]
    assert wrong["row"] == 3
    assert "kind of asset" in wrong["messages"]["en"]
    assert not (root / "data/imports").exists()
    beside.write_text(CONSTRUCT.replace("KIND", "CulturalFacility"), encoding="utf-8")
    assert "can be imported" in bring(root, file, "--dry-run", by=own).stdout
    assert not (root / "data/imports").exists()


def test_a_list_taken_for_projects_is_told_what_it_looks_like(root: Path, tmp_path: Path) -> None:
    told = bring(root, listed(tmp_path), by="projects", code=2).stderr
    assert "--mapping cultural-properties" in told
    mixed = listed(tmp_path, PROPERTIES.replace("名称_英語", "種類").replace("概要", "備考"))
    assert "--mapping cultural-properties" in bring(root, mixed, by="projects", code=1).stdout


def test_what_stands_in_two_lists_is_one_thing_whichever_is_imported_again(
    root: Path, tmp_path: Path
) -> None:
    head = "市区町村名,名称,名称_カナ,住所,説明"
    tourists = listed(
        tmp_path, f"{head}\n甲府市,旧睦沢学校校舎,キュウムツザワ,甲府市北口,見どころ\n", "tourists.csv"
    )
    properties = listed(tmp_path)

    def made(file: Path, by: str) -> Made:
        report = Report()
        found = make(open_project(root), file, by, {"licence": "CC BY 4.0"}, report)
        assert not report.fails, report.text("en")
        return found

    first = made(properties, "cultural-properties")
    putting.put(open_project(root), first)
    second = made(tourists, "tourist-facilities")
    assert "192015-kyumutsuzawagakkokosha" in second.files["table.csv"].decode()
    putting.put(open_project(root), second)
    assert made(properties, "cultural-properties").files == first.files


def test_a_replacement_that_is_broken_off_leaves_the_old_one(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, options = open_project(root), {"licence": "CC BY 4.0", "name": "old"}
    first = make(project, listed(tmp_path), "cultural-properties", options, Report())
    putting.put(project, first)
    rename = Path.rename

    def broken_off(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", broken_off)
    shorter = listed(tmp_path, PROPERTIES.rsplit("192015,2", 1)[0])
    second = make(project, shorter, "cultural-properties", options, Report())
    with pytest.raises(KeyboardInterrupt):
        putting.put(project, second)
    assert putting.same(project, first)
    assert [path.name for path in (root / "data/imports").iterdir()] == ["old"]


def test_merged_cells_and_dates_of_excel(root: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["甲府市の文化財"])
    sheet.append(["市区町村名", "名称", "名称_カナ", "文化財分類", "文化財指定日"])
    sheet.append(["甲府市", "一", "イチ", "市指定史跡", None])
    sheet.append([None, "二", "ニ", "市指定史跡", None])
    sheet.merge_cells("A3:A4")
    sheet["E3"] = sheet["E4"] = date(1974, 5, 21)
    book.save(tmp_path / "merged.xlsx")
    report = Report()
    options = {"licence": "CC BY 4.0"}
    made = make(open_project(root), tmp_path / "merged.xlsx", "cultural-properties", options, report)
    assert [one for one in report.remarks if "A3:A4" in one.en]
    rows = list(csv.DictReader(io.StringIO(made.files["table.csv"].decode())))
    assert [(row["row"], row["municipality"], row["designated_on"]) for row in rows] == [
        ("3", "192015", "1974-05-21"),
        ("4", "192015", "1974-05-21"),
    ]


def test_the_template_is_the_same_each_time_and_offers_what_the_graph_has(root: Path, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx", "one.csv"):
        assert (
            run("import", "--template", "projects", "-o", tmp_path / name, "--project", root).exit_code == 0
        )
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    assert [sheet.title for sheet in book.worksheets] == ["書き方", "表紙", "プロジェクト", "選択肢"]
    lists = {
        column[0].value: [cell.value for cell in column[1:] if cell.value]
        for column in book["選択肢"].iter_cols()
    }
    assert lists["連携地域"] == ["中北地域"]
    assert lists["振興局"] == ["中北県民センター"]
    assert len(lists["テーマ"]) > 50
    checked = {str(one.sqref).split(":")[0] for one in book["プロジェクト"].data_validations.dataValidation}
    assert len(checked) >= 11
    first = (tmp_path / "one.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert first.startswith("No.,プロジェクト名＊,")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--template", "projects"), "-o FILE.xlsx"),
        ((), "Name the FILE"),
        (("--template", "projects", "-o", "x.ods"), ".xlsx or .csv"),
    ],
)
def test_what_is_asked_wrongly_is_told(root: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("import", "--project", root, *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
