"""Since when files and descriptions are as they are: a time changes when the bytes do, and not with a build."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.compile.since import digests, since
from renkei_kg.project import Project
from tests.writing import change

FIRST, SECOND, THIRD = "2030-01-01T00:00:00Z", "2030-02-01T00:00:00Z", "2030-03-01T00:00:00Z"
DATASET = """@base <https://example.org/kg/> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
<dataset/small> a void:Dataset ; dcterms:title "小さなデータ"@ja , "Small data"@en ;
    dcterms:description "%s"@ja , "A small dataset."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ."""
ONTOLOGY = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://example.org/kg/ontology> a owl:Ontology ."""
DATA = '<https://example.org/kg/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "%s"@ja .'
WRITTEN = "INSERT DATA { GRAPH <https://example.org/notes> { <urn:a> <urn:b> <urn:c> } }"


def manifest(created: str, **files: str) -> dict[str, Any]:
    return {"created": created, "files": {name: {"sha256": digest} for name, digest in files.items()}}


def test_what_is_new_or_changed_is_so_since_now() -> None:
    parent = manifest(FIRST, **{"files/a.csv": "1", "files/b.csv": "1", "store/x": "1"})
    parent["since"] = since(parent, {})
    assert parent["since"] == {"files/a.csv": FIRST, "files/b.csv": FIRST}
    child = manifest(SECOND, **{"files/a.csv": "1", "files/b.csv": "2", "dumps/c.nq": "1"})
    child["since"] = since(child, parent)
    assert child["since"] == {"files/a.csv": FIRST, "files/b.csv": SECOND, "dumps/c.nq": SECOND}
    back = manifest(THIRD, **{"files/a.csv": "1", "files/b.csv": "1"})
    assert since(back, child) == {"files/a.csv": FIRST, "files/b.csv": THIRD}


def test_a_version_that_does_not_tell_counts_by_when_it_was_made() -> None:
    parent, child = manifest(FIRST, **{"files/a.csv": "1"}), manifest(SECOND, **{"files/a.csv": "1"})
    assert since(child, parent) == {"files/a.csv": FIRST}


def test_builds_and_writes_keep_the_time_of_what_they_do_not_change(
    small: Callable[..., Project], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    texts = {
        "data/dataset.ttl": DATASET % "一つ",
        "ontology/ontology.ttl": ONTOLOGY,
        "data/a.ttl": DATA % "甲",
    }
    project = small(**texts)

    def build(month: int) -> dict[str, Any]:
        made = pipeline.build(project, out, lambda _: None, now=datetime(2030, month, 1, tzinfo=UTC))
        return made.manifest

    def change_to(name: str, text: str) -> None:
        (project.root / name).write_text(text, encoding="utf-8")

    first = build(1)
    whole, part = "https://example.org/kg/dataset/small", "https://example.org/kg/dataset/ontology"
    assert {whole, part, "files/ontology.ttl", "dumps/small.nq"} <= first["since"].keys()
    assert set(first["since"].values()) == {FIRST}
    assert first["since"].keys() == digests(first).keys()

    change_to("data/a.ttl", DATA % "乙")
    second = build(2)["since"]
    assert (second["dumps/small.nq"], second["files/ontology.ttl"]) == (SECOND, FIRST)
    assert second[whole] == second[part] == FIRST

    change(out, WRITTEN, datetime(2030, 2, 2, tzinfo=UTC))
    written = snapshot.open_current(out).manifest
    assert written["created"] > SECOND
    assert written["since"] == second

    change_to("data/dataset.ttl", DATASET % "二つ")
    third = build(3)["since"]
    assert third[whole] == THIRD
    assert third["files/ontology.ttl"] == FIRST
