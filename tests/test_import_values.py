"""What cells say: dates, years, numbers, codes, readings; and which table of a file is meant."""

import csv
from pathlib import Path

import pytest

from renkei_kg.importing import assets, header, mapping, reading, values
from renkei_kg.importing.report import ERROR, NOTE, ImportFailed, Report
from renkei_kg.importing.romaji import katakana, romanise, slug, title_slug

MUNICIPALITIES = Path(__file__).parents[1] / "data/regions/municipalities.csv"


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2024-04-01", "2024-04-01"),
        ("2024/4/1", "2024-04-01"),
        ("２０２４．４．１", "2024-04-01"),
        ("令和6年4月1日", "2024-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("R6.4.1", "2024-04-01"),
        ("Ｓ４９.５.２１", "1974-05-21"),
        ("昭和 27 年 3 月 29 日", "1952-03-29"),
        ("大正3年", "1914"),
        ("平成12年2月", "2000-02"),
        ("20240401", "2024-04-01"),
        ("2024-04-01 00:00:00", "2024-04-01"),
        ("2024年2月30日", None),
        ("昭和65年1月1日", None),
        ("令和0年1月1日", None),
        ("昨日", None),
        ("4月1日", None),
    ],
)
def test_dates_as_they_are_written(said: str, date: str | None) -> None:
    assert values.date(said) == date


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("令和７年度", "2025"),
        ("R7", "2025"),
        ("2025", "2025"),
        ("2025年度", "2025"),
        ("FY2025", "2025"),
        ("令和7年度（2025年度）", "2025"),
        ("7", None),
        ("来年度", None),
    ],
)
def test_fiscal_years(said: str, year: str | None) -> None:
    assert values.fiscal_year(said) == year


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("012025", ["012025"]),
        ("12025", ["012025", "120251"]),  # a lost zero, or no check digit: the project's data decide
        ("01202", ["012025"]),
        ("0 1 2 0 2 5", []),
        ("０１２０２５", ["012025"]),
        ("12025.0", ["012025", "120251"]),
        ("012026", []),
        ("函館", []),
    ],
)
def test_codes_of_local_governments(said: str, codes: list[str]) -> None:
    assert values.codes(said) == codes


def test_the_check_digit_of_every_municipality_of_the_project() -> None:
    with MUNICIPALITIES.open(encoding="utf-8") as file:
        assert all(values.is_code(row["code"]) for row in csv.DictReader(file))


def test_readings_in_latin_letters_are_those_that_municipalities_have() -> None:
    """All but three, in which a long vowel is none: 滝上 is タキノ and ウエ."""
    with MUNICIPALITIES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds = ("チョウ", "マチ", "ソン", "ムラ", "シ")
    names = {
        row["name_en"]: next(row["kana"].removesuffix(one) for one in kinds if row["kana"].endswith(one))
        for row in rows
    }
    assert {name for name, kana in names.items() if romanise(kana) != name} == {
        "Takinoue",
        "Toyoura",
        "Hiroo",
    }


def test_readings_and_names_for_iris() -> None:
    assert katakana("ｺﾞﾘｮｳｶｸ　あと") == "ゴリョウカク アト"
    assert romanise("キュウ ハッチョウ") == "Kyu Hatcho"
    assert slug("Jōmon: Site's No. 2") == "jomon-sites-no-2"
    assert (
        title_slug("Project to help people settle in the Okhotsk region")
        == "help-people-settle-okhotsk-region"
    )
    assert len(slug("word " * 40)) <= 48


@pytest.mark.parametrize(
    ("said", "name", "english"),
    [
        ("市指定史跡", "municipal-historic-site", "Municipal historic site"),
        ("国指定史跡", "national-historic-site", "National historic site"),
        (
            "山梨県指定有形民俗文化財",
            "prefectural-tangible-folk-cultural-property",
            "Prefectural tangible folk cultural property",
        ),
        (
            "国登録有形文化財",
            "national-tangible-cultural-property-registration",
            "National tangible cultural property (registration)",
        ),
        ("天然記念物", "natural-monument", "Natural monument"),
    ],
)
def test_classifications_become_schemes(said: str, name: str, english: str) -> None:
    found = assets.scheme(said)
    assert found is not None
    assert (found.slug, found.en) == (name, english)


def test_a_classification_of_no_law_is_no_scheme() -> None:
    assert assets.scheme("町の宝") is None


def book(path: Path, content: bytes) -> reading.Book:
    path.write_bytes(content)
    return reading.read(path)


TEXT = "名称,住所\n旧家,甲府市丸の内\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp932", "Shift_JIS (CP932)"), ("utf-16", "UTF-16")],
)
def test_encodings_that_occur(tmp_path: Path, encoding: str, told: str) -> None:
    (sheet,) = book(tmp_path / "list.csv", TEXT.encode(encoding)).sheets
    assert sheet.encoding == told
    assert sheet.rows == (("名称", "住所"), ("旧家", "甲府市丸の内"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\x01\x02\xff", "no table"),
        (b"PK\x03\x04not a workbook", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        ('名称\n"旧家'.encode(), "row 2, is not CSV"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ImportFailed, match=says) as failed:
        book(tmp_path / "list.csv", content)
    assert failed.value.ja


def table(tmp_path: Path, text: str) -> tuple[header.Table, Report]:
    report = Report()
    plan = mapping.read("cultural-properties")
    return header.find(book(tmp_path / "list.csv", text.encode("cp932")), plan, None, report), report


def test_headers_are_found_below_titles_and_in_other_spellings(tmp_path: Path) -> None:
    found, report = table(
        tmp_path,
        "甲府市の文化財,,,,\n\n市区町村名,名 称 *,名称＿カナ,文化財分類（必須）,メモ\n甲府市,旧家,キュウカ,市指定史跡,x\n,,,,\n例,,,,\n",
    )
    assert found.header == 3
    assert [number for number, _ in found.rows] == [4]
    cells = found.rows[0][1]
    plan = mapping.read("cultural-properties")
    assert {
        name: [cell for _, cell in found.said(column, cells)]
        for name in ("name_ja", "kana", "category")
        if (column := plan.column(name))
    } == {
        "name_ja": ["旧家"],
        "kana": ["キュウカ"],
        "category": ["市指定史跡"],
    }
    notes = [remark.en for remark in report.remarks if remark.severity == NOTE]
    assert any("row 3" in note for note in notes)
    assert any("メモ" in note for note in notes)


def test_the_renamed_head_of_the_standard_is_the_same_table(tmp_path: Path) -> None:
    found, report = table(
        tmp_path,
        "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,文化財分類,所在地_都道府県,所在地_市区町村,所在地_町字,所在地_番地以下\n"
        "192015,A1,甲府市,旧家,キュウカ,市指定史跡,山梨県,甲府市,丸の内,１－２\n",
    )
    address = mapping.read("cultural-properties").column("address")
    assert address is not None
    assert found.joined(address, found.rows[0][1]) == "山梨県甲府市丸の内１－２"
    assert not report.fails


def test_missing_and_doubled_columns_are_errors(tmp_path: Path) -> None:
    _, report = table(tmp_path, "名称,名称_カナ,名 称,文化財の分類\n旧家,キュウカ,旧家,x\n")
    errors = {(one.column, one.nearest) for one in report.remarks if one.severity == ERROR}
    assert ("名 称", None) in errors
    assert ("文化財分類", "文化財の分類") in errors


def test_a_doubled_column_that_nobody_needs_is_no_error(tmp_path: Path) -> None:
    _, report = table(
        tmp_path,
        "市区町村名,名称,名称_カナ,文化財分類,開始時間,開始時間\n甲府市,旧家,キュウカ,市指定史跡,9:00,9:00\n",
    )
    assert not report.fails


def test_a_row_with_too_many_cells_is_an_error(tmp_path: Path) -> None:
    _, report = table(tmp_path, "名称,名称_カナ,文化財分類\n旧家,キュウカ,市指定史跡,余り\n")
    (wrong,) = [one for one in report.remarks if one.severity == ERROR and one.row]
    assert (wrong.row, wrong.value) == (2, "余り")


def test_a_file_without_headers_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="no row of headers"):
        table(tmp_path, "a,b\n1,2\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "sheets"', "kind"),
        ('kind = "rows"\ntitle = {ja = "表", en = "Table"}', "column"),
        (
            'kind = "rows"\ntitle = {ja = "表", en = "Table"}\n[[column]]\nname = "a"\nheaders = ["あ"]\ntype = "colour"',
            "type",
        ),
        (
            'kind = "rows"\ntitle = {ja = "表", en = "Table"}\n[[column]]\nname = "row"\nheaders = ["あ"]',
            "row",
        ),
        ("kind = ", "cannot be used"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    (tmp_path / "own.rq").write_text("CONSTRUCT {} WHERE {}", encoding="utf-8")
    with pytest.raises(ImportFailed, match=says):
        mapping.read(str(tmp_path / "own.toml"))
