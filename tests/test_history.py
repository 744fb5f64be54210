"""The history of writes as a graph, and writes taken back."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import NamedNode, Store

from renkei_kg import snapshot
from renkei_kg.cli import main
from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import Project
from renkei_kg.write.errors import RevertRefused, WriteRefused
from tests.serving import serving
from tests.writing import BEARER, TOKEN, change, revert, writable

Small = Callable[..., Project]
BASE = "https://example.org/kg/"
NOTES = "https://example.org/notes"
HISTORY = f"{BASE}graph/history"
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("prov", "dcterms", "rdfs", "schema"))
ONE_ONLY = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<a:Shape> a sh:NodeShape ; sh:targetSubjectsOf <a:b> ; sh:property <a:Few> .
<a:Few> a sh:PropertyShape ; sh:path <a:b> ; sh:maxCount 1 ; sh:message "one only"@en , "一つだけ"@ja ."""


def quiet(_: str) -> None:
    pass


def inserting(triples: str, graph: str = NOTES) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}"


def deleting(triples: str) -> str:
    return f"DELETE DATA {{ GRAPH <{NOTES}> {{ {triples} }} }}"


@pytest.fixture
def project(small: Small) -> Project:
    return small(**{"data/a.ttl": "<a:a> <a:b> 1 .", "shapes/s.ttl": ONE_ONLY})


@pytest.fixture
def out(project: Project) -> Path:
    folder = project.root / "out"
    pipeline.build(project, folder, quiet)
    return folder


def store(root: Path) -> Store:
    return Store.read_only(str(snapshot.open_current(root).store))


def quads(root: Path, graph: str) -> set[str]:
    return {str(quad.triple) for quad in store(root).quads_for_pattern(None, None, None, NamedNode(graph))}


def written(root: Path) -> dict[str, set[str]]:
    """What clients have written, by graph."""
    compiled = set(snapshot.open_current(root).manifest["compiled_graphs"])
    names = [graph.value for graph in store(root).named_graphs()]
    return {iri: quads(root, iri) for iri in names if iri not in compiled and iri != HISTORY}


def say(*arguments: str, root: Path, language: str = "en") -> Result:
    return CliRunner().invoke(
        main, ["snapshots", *arguments, "--snapshots", str(root)], env={"LC_ALL": language}
    )


def test_who_has_written_what_when_and_why_is_in_the_graph(out: Path) -> None:
    first = snapshot.current_id(out)
    made = change(out, inserting("<a:x> <a:c> 1, 2"), by="editor", reason="資料を読み直した")
    found = store(out).query(
        PROLOGUE
        + f"""SELECT ?name ?why ?started ?parent ?sum {{ GRAPH <{HISTORY}> {{
            <{BASE}snapshots/{made}> prov:wasGeneratedBy ?write ; prov:wasAttributedTo ?agent ;
                prov:wasRevisionOf ?parent .
            ?write a prov:Activity ; prov:used ?parent ; dcterms:description ?why ; prov:startedAtTime ?started ;
                prov:wasAssociatedWith ?agent ; prov:generated ?patch .
            ?patch schema:sha256 ?sum .
            ?agent rdfs:label ?name }} }}"""
    )
    ((name, why, started, parent, checksum),) = [tuple(term.value for term in row) for row in found]
    manifest = snapshot.open_current(out).manifest
    assert (name, why, parent) == ("editor", "資料を読み直した", f"{BASE}snapshots/{first}")
    assert started[:19] == manifest["created"][:19]
    assert checksum == manifest["files"]["patch.nq"]["sha256"]
    shown = say("show", made, root=out).stdout
    assert "written   by editor (update)\nreason    資料を読み直した\n" in shown
    assert f"1 written\n          <{NOTES}> 2\n" in shown


def test_the_history_survives_builds_and_grows(project: Project, out: Path) -> None:
    first = change(out, inserting("<a:x> <a:c> 1"))
    before = quads(out, HISTORY)
    (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
    made = pipeline.build(project, out, quiet)
    assert quads(out, HISTORY) == before
    assert HISTORY not in made.manifest["compiled_graphs"]
    assert made.manifest["changed"] == {"added": 1, "removed": 1}
    second = change(out, f"DROP GRAPH <{NOTES}>")
    assert before < quads(out, HISTORY)
    for identifier in (first, second):
        assert any(f"snapshots/{identifier}>" in line for line in quads(out, HISTORY))
    # It stays when nothing that was written is left, and goes with it only when that is asked for.
    assert pipeline.build(project, out, quiet).manifest["graphs"][HISTORY] > len(before)
    assert HISTORY not in pipeline.build(project, out, quiet, keep_written=False).manifest["graphs"]


def test_what_is_only_history_written_while_a_build_works_is_not_lost(project: Project, out: Path) -> None:
    (project.data / "a.ttl").write_text("<a:a> <a:b> 7 .")
    made: list[str] = []

    def progress(line: str) -> None:
        if line.startswith("describe") and not made:
            made.append(change(out, inserting("<a:n> <a:c> 1")))
            made.append(change(out, f"DROP GRAPH <{NOTES}>"))

    pipeline.build(project, out, progress)
    assert written(out) == {}
    for identifier in made:
        assert any(f"snapshots/{identifier}>" in line for line in quads(out, HISTORY))


@pytest.mark.parametrize(
    "graph", ["graph/history", "graph/inferred/written", "graph/shapes/mine", "graph/void"]
)
def test_nobody_writes_to_what_is_made(out: Path, graph: str) -> None:
    change(out, inserting("<a:x> <a:c> 1"))
    current = snapshot.current_id(out)
    for update in (
        inserting("<a:x> <a:c> 1", BASE + graph),
        f"DROP SILENT GRAPH <{BASE}{graph}>",
        f"COPY <{NOTES}> TO <{BASE}{graph}>",
        f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{BASE}{graph}>) }}",
    ):
        if "DELETE" in update and not quads(out, BASE + graph):
            continue
        with pytest.raises(WriteRefused):
            change(out, update)
    assert snapshot.current_id(out) == current


def test_a_store_of_its_own_has_no_history(tmp_path: Path) -> None:
    """Its default graph would not be what was written to it any more."""
    with writable(tmp_path) as server:
        text = "INSERT DATA { <a:a> <a:b> 1 . GRAPH <a:g> { <a:a> <a:b> 1 } }"
        made = json.loads(server.post(text, kind="update", **BEARER).body)["snapshot"]
        assert list(snapshot.open_current(tmp_path).manifest["graphs"]) == ["a:g"]
        done = say("revert", made, root=tmp_path)
        assert (done.exit_code, "+0 −2" in done.stdout) == (0, True)
    assert snapshot.open_current(tmp_path).manifest["quads"] == 0


def test_a_write_is_taken_back_as_a_new_version(out: Path) -> None:
    change(out, inserting("<a:x> <a:c> 1, 2 . [] <a:c> 'blank'"))
    before = written(out)
    middle = change(
        out,
        f"WITH <{NOTES}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 9 }} WHERE {{ ?s ?p ?o }} ; "
        f"{inserting('<a:n> <a:c> 1', 'a:new')} ; CREATE GRAPH <a:empty>",
    )
    change(out, inserting("<a:later> <a:c> 1"))
    done = say("revert", middle, "--reason", "誤り", root=out)
    assert done.exit_code == 0, done.output
    current = snapshot.open_current(out)
    assert done.stdout == f"{current.id} takes back {middle}: +3 −3\n"
    later = '<a:later> <a:c> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert written(out) == {NOTES: before[NOTES] | {later}}
    assert current.manifest["write"]["kind"] == "revert"
    assert current.manifest["write"]["reverts"] == middle
    assert current.manifest["write"]["reason"] == "誤り"
    assert (current.path / "patch.nq").read_text().count("\n") == 6
    taken = f"ASK {{ GRAPH <{HISTORY}> {{ ?write prov:invalidated <{BASE}snapshots/{middle}/patch> }} }}"
    assert store(out).query(PROLOGUE + taken)
    snapshot.verify(current)


def test_taking_back_can_be_taken_back(out: Path) -> None:
    change(out, inserting("<a:x> <a:c> 1"))
    dropped = change(out, f"DROP GRAPH <{NOTES}> ; CREATE GRAPH <a:empty>")
    after = written(out)
    back = revert(out, dropped)
    assert set(written(out)) == {NOTES}
    again = revert(out, back)
    assert written(out) == after
    revert(out, again)
    assert set(written(out)) == {NOTES}
    assert len(quads(out, NOTES)) == 1


def test_what_was_changed_again_since_stands_in_the_way(out: Path) -> None:
    first = change(out, inserting("<a:x> <a:c> 1, 2"))
    change(out, deleting("<a:x> <a:c> 1"))
    current = snapshot.current_id(out)
    refused = say("revert", first, root=out)
    assert refused.exit_code == 2
    assert "changed again since" in refused.stderr
    assert '  added then, gone now:     <a:x> <a:c> "1"^^' in refused.stderr
    assert '"2"^^' not in refused.stderr
    assert snapshot.current_id(out) == current
    forced = say("revert", first, "--force", root=out)
    assert (forced.exit_code, "+0 −1" in forced.stdout) == (0, True)
    assert written(out) == {}
    nothing = say("revert", first, "--force", root=out)
    assert nothing.stdout == f"nothing that {first} changed is left to take back\n"


def test_what_is_there_again_stands_in_the_way_too(out: Path) -> None:
    change(out, inserting("<a:x> <a:c> 1"))
    removed = change(out, deleting("<a:x> <a:c> 1"))
    change(out, inserting("<a:x> <a:c> 1"))
    with pytest.raises(RevertRefused, match="removed then, there now"):
        revert(out, removed)


def test_many_things_in_the_way_are_not_all_listed(out: Path) -> None:
    first = change(out, inserting(" . ".join(f"<a:x> <a:c> {number}" for number in range(50))))
    change(out, f"CLEAR GRAPH <{NOTES}>")
    with pytest.raises(RevertRefused, match="and 30 more"):
        revert(out, first)


def test_what_was_not_a_write_is_not_taken_back(project: Project, out: Path) -> None:
    first = snapshot.current_id(out)
    refused = say("revert", first, root=out)
    assert refused.exit_code == 2
    assert "by a build" in refused.stderr
    assert "snapshots activate" in refused.stderr
    made = snapshot.open_snapshot(out / change(out, inserting("<a:x> <a:c> 1")))
    (made.path / "patch.nq").unlink()
    refused = say("revert", made.id, root=out)
    assert refused.exit_code == 2
    assert "older software" in refused.stderr
    assert say("revert", "20300101", root=out).exit_code == 2
    assert say("revert", made.id, "--reason", "a\nb", root=out).exit_code == 2


def test_taking_back_has_to_pass_the_shapes(out: Path) -> None:
    change(out, inserting("<a:x> <a:b> 1"))
    removed = change(out, deleting("<a:x> <a:b> 1"))
    change(out, inserting("<a:x> <a:b> 2"))
    current = snapshot.current_id(out)
    refused = say("revert", removed, root=out, language="ja_JP.UTF-8")
    assert refused.exit_code == 1
    assert refused.stdout == "Violation: a:x a:b: 一つだけ\n"
    assert "would break 1 of the rules" in refused.stderr
    assert snapshot.current_id(out) == current


def test_a_graph_that_a_source_has_taken_over_is_not_written_by_taking_back(
    project: Project, out: Path
) -> None:
    graph = project.graph("late")
    made = change(out, inserting("<a:l> <a:c> 1", graph))
    change(out, f"DROP GRAPH <{graph}>")
    (project.data / "late.ttl").write_text("<a:l> <a:c> 2 .")
    pipeline.build(project, out, quiet)
    with pytest.raises(WriteRefused, match=r"compiled from data/late.ttl"):
        revert(out, made)


def test_a_revert_after_a_build_takes_back_what_the_build_took_over(project: Project, out: Path) -> None:
    made = change(out, inserting("<a:x> <a:c> 1 . [] <a:c> 'blank'"))
    (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
    pipeline.build(project, out, quiet)
    revert(out, made)
    assert written(out) == {}


def test_a_running_server_follows(out: Path) -> None:
    with serving(out, write_token=TOKEN) as server:
        answer = server.post(inserting("<a:x> <a:c> 1"), kind="update", **BEARER)
        made = json.loads(answer.body)["snapshot"]
        done = say("revert", made, root=out)
        assert done.exit_code == 0, done.output
        query = "ASK { <a:x> <a:c> 1 }"
        for _ in range(100):
            if server.ask(query).body.endswith(b"false}"):
                break
            time.sleep(0.05)
        assert server.ask(query).headers["renkei-snapshot"] == snapshot.current_id(out)
        assert server.ask(query).body.endswith(b"false}")
