"""Every query of ``queries/`` through the command line, against answers worked out by reading the document."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from renkei_kg.cli import main
from renkei_kg.compile.examples import read_example

ROOT = Path(__file__).parents[1]
QUERIES = sorted(ROOT.glob("queries/*.rq"))
THINGS = "https://w3id.org/renkei/id/"


def test_there_are_enough_queries_and_each_has_its_expected_answer() -> None:
    assert len(QUERIES) >= 24
    assert {p.stem for p in QUERIES} == {p.stem for p in ROOT.glob("tests/queries/*.json")}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_gives_the_answer_read_in_the_document(path: Path, snapshots: Path) -> None:
    expected = json.loads((ROOT / f"tests/queries/{path.stem}.json").read_text(encoding="utf-8"))
    result = CliRunner().invoke(
        main, ["query", str(path), "--format", "csv"], env={"RENKEI_SNAPSHOTS": str(snapshots)}
    )
    found = list(csv.reader(io.StringIO(result.stdout.replace(THINGS, ""))))
    if "columns" in expected:
        assert result.exit_code == 0, result.output
        assert found[0] == expected["columns"]
        found = found[1:]
    assert found == expected["rows"]


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_says_what_it_asks_in_both_languages(path: Path) -> None:
    example = read_example(path, path.stem)
    for texts in (example.title, example.description):
        assert set(texts) == {"ja", "en"}
        assert all(texts.values())
    assert example.keywords
