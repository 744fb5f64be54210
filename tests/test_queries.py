"""Every query of ``queries/`` through the command line, against answers worked out by reading the document.

An expected answer holds things and values. A column such as ``project_ja`` is the label of the ``project`` beside it,
which is checked for every row; columns listed under ``texts`` only have to say something.
"""

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from renkei_kg.cli import main
from renkei_kg.compile.examples import read_example
from renkei_kg.compile.pipeline import Compiled

Rows = Callable[[str], list[tuple[str | None, ...]]]
ROOT = Path(__file__).parents[1]
QUERIES = sorted(ROOT.glob("queries/*.rq"))
THINGS = "https://w3id.org/renkei/id/"
SECONDS = 0.1
LABEL = re.compile(r"(\w+)_(ja|en)")


@pytest.fixture(scope="module")
def labels(rows: Rows) -> dict[tuple[str, str], str]:
    """The label of each thing by language."""
    found = rows("SELECT ?thing ?label (LANG(?label) AS ?language) { ?thing rdfs:label ?label }")
    return {(str(thing).replace(THINGS, ""), str(lang)): str(label) for thing, label, lang in found}


def test_there_are_enough_queries_and_each_has_its_expected_answer() -> None:
    assert len(QUERIES) >= 28
    assert {p.stem for p in QUERIES} == {p.stem for p in ROOT.glob("tests/queries/*.json")}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_gives_the_answer_read_in_the_document(
    path: Path, snapshots: Path, labels: dict[tuple[str, str], str]
) -> None:
    expected = json.loads((ROOT / f"tests/queries/{path.stem}.json").read_text(encoding="utf-8"))
    result = CliRunner().invoke(
        main, ["query", str(path), "--format", "csv"], env={"RENKEI_SNAPSHOTS": str(snapshots)}
    )
    assert "columns" not in expected or result.exit_code == 0, result.output
    found = list(csv.reader(io.StringIO(result.stdout.replace(THINGS, ""))))
    if "columns" not in expected:
        assert found == expected["rows"]
        return
    answer = [dict(zip(found[0], row, strict=True)) for row in found[1:]]
    assert [[row[column] for column in expected["columns"]] for row in answer] == expected["rows"]
    for column in set(found[0]) - set(expected["columns"]):
        if column in expected.get("texts", ()):
            assert all(row[column] for row in answer), column
            continue
        of = LABEL.fullmatch(column)
        assert of, column
        assert of[1] in expected["columns"], column
        for row in answer:
            thing = row[of[1]]
            assert row[column] == (labels[thing, of[2]] if thing else ""), (column, row)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_says_what_it_asks_in_both_languages(path: Path) -> None:
    example = read_example(path, path.stem)
    for texts in (example.title, example.description):
        assert set(texts) == {"ja", "en"}
        assert all(texts.values())
    assert len(example.keywords) >= 2


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_answers_at_once_and_in_a_fixed_order(path: Path, compiled: Compiled) -> None:
    text = path.read_text(encoding="utf-8")
    assert "ASK" in text or re.search(r"^ORDER BY ", text, re.MULTILINE)
    taken = []
    for _ in range(3):  # the best of three: others may use the machine
        start = time.perf_counter()
        result = compiled.store.query(text)
        if not isinstance(result, bool) and hasattr(result, "__iter__"):
            list(result)
        taken.append(time.perf_counter() - start)
    assert min(taken) < SECONDS, taken
