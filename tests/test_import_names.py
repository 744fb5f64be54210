"""Names and points of tables against the regions of the real project."""

import csv
from pathlib import Path

import pytest

from renkei_kg.compile import sources
from renkei_kg.importing import checking, header, mapping, reading
from renkei_kg.importing.names import Names
from renkei_kg.importing.points import Points
from renkei_kg.importing.report import Report
from renkei_kg.project import Project

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(project: Project) -> Names:
    kept = ("regions", "renkei.ttl", "themes.ttl")
    found = [
        one for one in sources.discover(project) if one.path.name in kept or one.path.parent.name in kept
    ]
    return Names(project, [sources.read(one, project) for one in found])


@pytest.mark.parametrize(
    ("of", "said", "meant"),
    [
        ("Bureau", "空知総合振興局", ["sorachi"]),
        ("Bureau", "空知", ["sorachi"]),
        ("Bureau", "空知振興局", ["sorachi"]),
        ("Bureau", "ｵﾎｰﾂｸ", ["okhotsk"]),
        ("Bureau", "Sorachi General Subprefectural Bureau", ["sorachi"]),
        ("Bureau", "石狩管内", ["ishikari"]),
        ("CooperationArea", "道央", ["doo"]),
        ("CooperationArea", "釧路根室", ["kushiro-nemuro"]),
        ("Municipality", "函館", ["012025"]),
        ("Municipality", "函館市", ["012025"]),
        ("Municipality", "北海道函館市", ["012025"]),
        ("Municipality", "亀田郡七飯町", ["013374"]),
        ("Municipality", "はこだてし", ["012025"]),
        ("Municipality", "釧路", ["012068", "016616"]),
        ("Municipality", "釧路町", ["016616"]),
        ("Municipality", "北", []),
        ("Municipality", "東京都", []),
        ("Theme", "脱炭素", ["decarbonisation"]),
        ("Theme", "観", []),
    ],
)
def test_a_name_means_what_people_mean_by_it(names: Names, of: str, said: str, meant: list[str]) -> None:
    assert sorted(one.slug for one in names.find(of, said)) == meant


def test_what_is_misspelt_has_something_near(names: Names) -> None:
    assert names.nearest("Municipality", "函舘市") == "函館市"
    assert names.nearest("Bureau", "空地総合振興局") == "空知総合振興局"
    assert names.nearest("Bureau", "xyz") is None


@pytest.mark.parametrize(
    ("cells", "code", "severities"),
    [
        ("012068,釧路", "012068", []),  # the code says which
        (",釧路", "", ["error"]),
        ("011002,札幌市中央区", "011002", []),
        ("011011,北海道札幌市", "011002", ["warning"]),  # a ward's code, which the data does not have
        ("010006,函館市", "012025", []),  # the prefecture publishes the list
        ("010006,", "", ["error"]),
        ("012025,小樽市", "012025", ["error"]),
    ],
)
def test_codes_and_names_of_a_row_say_one_municipality(
    names: Names, tmp_path: Path, cells: str, code: str, severities: list[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        f"市区町村コード,市区町村名,名称,名称_カナ,文化財分類\n{cells},一,イチ,史跡\n", encoding="utf-8"
    )
    report, plan = Report(), mapping.read("cultural-properties")
    (row,) = checking.check(header.find(reading.read(file), plan, None, report), plan, names, report)
    assert row.cells.get("municipality", "") == code
    assert [one.severity for one in report.remarks] == severities


def test_every_town_hall_is_inside_and_other_places_are_not(names: Names) -> None:
    points = Points.of(names)
    with (ROOT / "data/regions/municipalities.csv").open(encoding="utf-8") as file:
        halls = [row for row in csv.DictReader(file) if row["latitude"]]
    assert len(halls) == 179
    for row in halls:
        assert points.check(row["latitude"], row["longitude"], 1) is None
        swapped = points.check(row["longitude"], row["latitude"], 1)
        assert swapped is not None
        assert swapped.nearest == f"{row['latitude']}, {row['longitude']}"
    for latitude, longitude, says in (
        ("35.69", "139.69", "outside the prefecture"),
        ("0", "0", "not in Japan"),
    ):
        wrong = points.check(latitude, longitude, 7)
        assert wrong is not None
        assert says in wrong.en
        assert wrong.row == 7
    assert Points(None).check("35.69", "139.69", 7) is None
