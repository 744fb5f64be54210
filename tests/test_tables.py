"""Tables: reading CSV and GeoJSON with exact places, and what a mapping makes of their rows."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.compile import tables
from renkei_kg.textfile import SourceError

COPY = "PREFIX col: <urn:renkei:column:> CONSTRUCT { <thing> <p> ?x } WHERE { ?row col:x ?x }"
BASE = "https://example.org/id/"
POINT = {"type": "Point", "coordinates": [141.5, 43.25]}


def table(folder: Path, text: str | bytes, name: str = "t.csv", mapping: str | None = COPY) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if mapping is not None:
        path.with_suffix(".rq").write_text(mapping, encoding="utf-8")
    return path


def fault(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        tables.map_rows(path, path.with_suffix(".rq"), BASE)
    return caught.value


def features(*found: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": found}, indent=1, ensure_ascii=False)


def feature(geometry: object = POINT, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


# CSV


def test_cells_are_read_by_column_with_the_line_each_row_begins_on(tmp_path: Path) -> None:
    text = '\ufeffx,"y ""z"""\r\n1,"two\r\nlines"\r\n\r\n,""\r\n"a, b",\r\n日本,語'
    path = table(tmp_path, text)
    found = tables.rows(path)
    assert found.columns == {"x", 'y "z"'}
    assert [(row.line, row.cells) for row in found.rows] == [
        (2, {"x": "1", 'y "z"': "two\nlines"}),
        (6, {"x": "a, b"}),
        (7, {"x": "日本", 'y "z"': "語"}),
    ]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=6)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width))))
def test_whatever_the_csv_module_writes_is_read_back(records: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    read = list(tables._records(Path("t.csv"), text.getvalue()))
    assert [[value for value, _ in found] for _, found in read] == records
    assert [line for line, _ in read] == [
        1 + sum(1 + "".join(r).count("\n") for r in records[:n]) for n in range(len(records))
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", (1, 1), "is empty"),
        ("\n1\n", (1, 1), "must name each column"),
        ("x,x\n", (1, 1), "must name each column"),
        ("x, \n", (1, 3), "must name each column"),
        ("x,two words\n1,2\n", (1, None), "fits in no IRI"),
        ("x,y\n1,2\n1\n", (3, 1), "has 1 cells, not 2"),
        ("x,y\n1,日本,3,4\n", (2, 6), "has 4 cells, not 2"),
        ('x,y\n1,2\n1,"open\n3,4\n', (3, 3), "stray quotation mark"),
        ('x,y\n1,a "b"\n', (2, 5), "stray quotation mark"),
        ('x,y\n"one" ,2\n', (2, 6), "text after the end of a quoted cell"),
        ("z\n1\n", (1, None), "has no column x"),
        ("x\n1\n".encode("utf-16"), (1, 1), "not UTF-8"),
        (b"x\n1\n" + "札幌".encode("cp932"), (3, 1), "not UTF-8"),
    ],
)
def test_a_malformed_csv_file_has_its_line_and_column(
    tmp_path: Path, text: str | bytes, place: tuple[int, int | None], words: str
) -> None:
    path = table(tmp_path, text)
    found = fault(path)
    assert words in found.reason
    assert (found.file, (found.line, found.column)) == (path, place)


# GeoJSON


def test_a_feature_is_a_row_of_its_properties_and_its_geometry(tmp_path: Path) -> None:
    text = features(
        feature(x="a", n=1, b=True, d=[1, "二"], none=None, empty=""), feature(x="b", geometry=POINT)
    )
    found = tables.rows(table(tmp_path, text, "t.geojson")).rows
    assert found[0].cells == {
        "x": "a", "n": "1", "b": "true", "d": '[1, "二"]', "wkt": "POINT (141.5 43.25)",
    }  # fmt: skip
    assert [text.split("\n")[row.line - 1].strip() for row in found if row.line] == ["{", "{"]
    assert [
        f'"x": "{x}"' in "\n".join(text.split("\n")[r.line or 0 :][:5])
        for x, r in zip("ab", found, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{\n "features": [1 2]\n}', (2, 17), "not JSON"),
        ("", (1, 1), "not JSON"),
        ("[" * 100_000, (None, None), "nested too deeply"),
        ("[]", (1, None), "not a GeoJSON FeatureCollection"),
        ('{"features": 3}', (1, None), "not a GeoJSON FeatureCollection"),
        ('{"features":\n [7]}', (2, None), "feature 1 is not valid GeoJSON"),
        (features(feature(x="a"), {"type": "Feature"}), (17, None), "feature 2 is not valid GeoJSON"),
        (features(feature(None, x="a")), (4, None), "feature 1 is not valid GeoJSON"),
        (
            features(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]})),
            (4, None),
            "invalid geometry: Self-intersection",
        ),
        (b'{"features": ["\xff"]}', (1, 16), "not UTF-8"),
    ],
)
def test_a_malformed_geojson_file_has_its_line(
    tmp_path: Path, text: str | bytes, place: tuple[int | None, int | None], words: str
) -> None:
    path = table(tmp_path, text, "t.geojson")
    found = fault(path)
    assert words in found.reason
    assert (found.file, (found.line, found.column)) == (path, place)


# Mappings


def test_a_mapping_is_run_for_each_row_and_each_triple_has_its_line(tmp_path: Path) -> None:
    path = table(tmp_path, "x\n1\n2\n1\n")
    made = tables.map_rows(path, path.with_suffix(".rq"), BASE)
    thing, p = NamedNode(BASE + "thing"), NamedNode(BASE + "p")
    assert made.lines == {Triple(thing, p, Literal("1")): 2, Triple(thing, p, Literal("2")): 3}
    assert made.triples == set(made.lines)


def test_a_mapping_sees_the_line_of_its_row(tmp_path: Path) -> None:
    text = "CONSTRUCT { <urn:a> <urn:n> ?n } { ?row <http://www.w3.org/ns/csvw#rownum> ?n }"
    path = table(tmp_path, 'x\n"a\nb"\nc\n', mapping=text)
    values = {t.object.value for t in tables.map_rows(path, path.with_suffix(".rq"), BASE).triples}
    assert values == {"2", "4"}


@pytest.mark.parametrize(
    ("mapping", "place", "words"),
    [
        ("CONSTRUCT { ?s ?p ?o }\n{ ?row <urn:x> }", "t.rq:2:16", "not valid SPARQL"),
        ("SELECT * {}", "t.rq", "must be a CONSTRUCT"),
        ("CONSTRUCT { <urn:a> <urn:p> ?x } { ?row <urn:none> ?x }", "t.csv:2", "makes nothing of this row"),
        (
            "CONSTRUCT { <urn:a> <urn:p> ?x } { ?row ?p ?o BIND(<urn:f>(?o) AS ?x) }",
            "t.rq",
            "cannot be evaluated",
        ),
        ("CONSTRUCT { ?row ?p ?o } { ?row ?p ?o }", "t.rq", "states something of ?row itself"),
        ("CONSTRUCT WHERE {\n SERVICE <urn:a> { ?s ?p ?o } }", "t.rq:2:2", "asks another service"),
        (None, "t.csv", "has no mapping: write a SPARQL CONSTRUCT in t.rq"),
    ],
)
def test_a_faulty_mapping_is_named_with_its_place(
    tmp_path: Path, mapping: str | None, place: str, words: str
) -> None:
    found = fault(table(tmp_path, "x\n1\n", mapping=mapping))
    assert words in found.reason
    assert str(found).startswith(f"{tmp_path}/{place}: ")


def test_a_faulty_mapping_is_found_even_when_the_table_is_empty(tmp_path: Path) -> None:
    assert "not valid SPARQL" in fault(table(tmp_path, "x\n", mapping="CONSTRUCT")).reason


def test_a_mapping_that_is_not_utf_8_is_named_itself(tmp_path: Path) -> None:
    path = table(tmp_path, "x\n1\n")
    path.with_suffix(".rq").write_bytes(b"# \xff")
    assert str(fault(path)).startswith(f"{tmp_path}/t.rq:1:3: is not UTF-8")
