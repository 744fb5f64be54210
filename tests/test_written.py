"""Graphs written over HTTP are taken over by the next build as they stand, with what follows from them, and
checked with the sources."""

import fcntl
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from renkei_kg import snapshot
from renkei_kg.cli import main
from renkei_kg.compile import pipeline, written
from renkei_kg.namespaces import RK
from renkei_kg.project import Project
from renkei_kg.reserved import written_graphs
from renkei_kg.write import version
from renkei_kg.write.errors import UpdateFailed, WriteRefused
from tests.writing import change

Small = Callable[..., Project]
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
NOTES = "https://example.org/notes"
INSERT = f"INSERT DATA {{ GRAPH <{NOTES}> {{ %s }} }}"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ONE_ONLY = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<a:Shape> a sh:NodeShape ; sh:targetSubjectsOf <a:b> ; sh:property <a:Few> .
<a:Few> a sh:PropertyShape ; sh:path <a:b> ; sh:maxCount 1 ; sh:message "one only"@en ."""


def quiet(_: str) -> None:
    pass


@pytest.fixture
def built(small: Small) -> tuple[Project, Path]:
    """A small project, built once."""
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    pipeline.build(project, out, quiet, now=NOON)
    return project, out


def quads(found: snapshot.Snapshot, graph: str) -> set[str]:
    store = Store.read_only(str(found.store))
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))}


def test_a_written_graph_is_in_the_next_build_in_every_way(built: tuple[Project, Path]) -> None:
    project, out = built
    thing = f"<{project.base}id/n>"
    change(out, INSERT % f"{thing} {LABEL} '枝幸' . <a:a> <a:b> 1 . [] <a:c> 'blank'")
    change(out, "CREATE GRAPH <https://example.org/empty>")
    before = snapshot.open_current(out)
    (project.data / "a.ttl").write_text("<a:a> <a:b> 1 . <a:z> <a:c> 2 .")
    made = pipeline.build(project, out, quiet)
    manifest = made.manifest
    assert quads(made, NOTES) == quads(before, NOTES)
    assert manifest["graphs"][NOTES] == 3
    assert manifest["graphs"]["https://example.org/empty"] == 0
    assert set(written_graphs(manifest)) == {NOTES, "https://example.org/empty"}
    assert (manifest["parent"], manifest["number"]) == (before.id, 4)
    assert (manifest["texts"], before.manifest["texts"]) == (1, 1)
    store = Store.read_only(str(made.store))
    assert len(store) == manifest["quads"] == manifest["triples"] + sum(manifest["graphs"].values())
    assert store.contains_named_graph(NamedNode("https://example.org/empty"))
    assert store.query(f"ASK {{ {thing} {LABEL} '枝幸' }}")
    described = (
        f"ASK {{ GRAPH <{project.graph('void')}> {{ <{NOTES}> <http://rdfs.org/ns/void#triples> 3 }} }}"
    )
    assert store.query(described)
    dump = parse(path=str(made.path / "dumps/small.nq"), format=RdfFormat.N_QUADS)
    assert {str(q.triple) for q in dump if q.graph_name == NamedNode(NOTES)} == quads(made, NOTES)
    # And it may still be written, and the next build finds nothing new.
    assert pipeline.build(project, out, quiet).id == made.id
    change(out, f"DROP GRAPH <{NOTES}>")
    last = pipeline.build(project, out, quiet)
    assert NOTES not in last.manifest["graphs"]
    assert last.id != made.id


def test_without_written_leaves_them_out_and_the_sources_alone_give_the_same_as_ever(
    built: tuple[Project, Path],
) -> None:
    project, out = built
    first = snapshot.open_current(out)
    change(out, INSERT % "<a:n> <a:c> 1")
    arguments = ["build", "--project", str(project.root), "--out", str(out), "--without-written"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    again = snapshot.open_current(out)
    assert again.id == first.id
    assert again.manifest["content_sha256"] == first.manifest["content_sha256"]


def test_what_is_compiled_does_not_depend_on_what_was_written(small: Small) -> None:
    rule = "CONSTRUCT { ?s <a:inferred> ?o . ?o <a:of> ?s } WHERE { ?s <a:b> ?o FILTER(!ISLITERAL(?o)) }"
    file = f"CONSTRUCT {{ ?s <{RK.file.value}> ?o }} WHERE {{ ?s <a:file> ?o }}"
    project = small(
        **{
            "data/a.ttl": "<a:a> <a:b> <a:c> .",
            "ontology/rules/1-x.rq": rule,
            "ontology/rules/1-file.rq": file,
        }
    )
    out = project.root / "out"
    first = pipeline.build(project, out, quiet)
    secret = project.root / "secret.txt"
    secret.write_text("x")
    change(out, INSERT % f"<a:n> <a:b> <a:c> ; <a:file> '../secret.txt' ; <{RK.file.value}> '../secret.txt'")
    written_to = snapshot.open_current(out)
    made = pipeline.build(project, out, quiet)
    for one in (written_to, made):
        assert quads(one, project.graph("inferred")) == quads(first, project.graph("inferred"))
        assert quads(one, project.graph("a")) == quads(first, project.graph("a"))
        assert one.manifest["sources"] == first.manifest["sources"]


def test_what_follows_from_written_graphs_is_the_same_by_a_write_and_by_a_build(small: Small) -> None:
    """Its graph has what is stated nowhere, sees what is compiled, and goes when its grounds go."""
    chain = "CONSTRUCT { ?a <a:leads> ?c } WHERE { ?a <a:b>/<a:b> ?c }"
    alone = "CONSTRUCT { ?a <a:alone> true } WHERE { ?a <a:b> ?c FILTER NOT EXISTS { ?a <a:leads> ?x } }"
    typed = "CONSTRUCT { ?x a <a:Thing> } WHERE { ?x a ?c }"
    project = small(
        **{
            "data/a.ttl": "<a:a> <a:b> <a:c> . <a:p> <a:b> <a:q> .",
            "ontology/rules/1-chain.rq": chain,
            "ontology/rules/2-alone.rq": alone,
            "ontology/rules/1-typed.rq": typed,
        }
    )
    out = project.root / "out"
    graph = project.graph("inferred/written")
    first = pipeline.build(project, out, quiet)
    assert graph not in first.manifest["graphs"]
    change(out, INSERT % "<a:c> <a:b> <a:d> . <a:p> <a:leads> <a:q> . [] a <a:Sort>")
    by_write = snapshot.open_current(out)
    (blank,) = [triple for triple in quads(by_write, graph) if triple.startswith("_:")]
    expected = {"<a:a> <a:leads> <a:d>", f"<a:c> <a:alone> {_true()}", blank}
    assert blank.endswith("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <a:Thing>")
    assert quads(by_write, graph) == expected
    assert by_write.manifest["graphs"][graph] == 3
    assert by_write.manifest["changed"] == {"added": 6, "removed": 0}
    by_build = pipeline.build(project, out, quiet)
    assert quads(by_build, graph) == expected
    assert by_build.manifest["changed"] == {"added": 0, "removed": 0}
    snapshot.verify(by_build)
    change(out, f"DELETE DATA {{ GRAPH <{NOTES}> {{ <a:c> <a:b> <a:d> }} }}")
    change(out, f"CLEAR GRAPH <{NOTES}>")
    assert graph not in snapshot.open_current(out).manifest["graphs"]
    assert graph not in pipeline.build(project, out, quiet).manifest["graphs"]


def _true() -> str:
    return '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'


def test_the_rules_go_with_every_version(small: Small) -> None:
    """A write finds what follows without the project, and a change of the rules alone is a new version."""
    project = small(
        **{"data/a.ttl": "<a:a> <a:b> 1 .", "ontology/rules/1-x.rq": "CONSTRUCT WHERE { ?s <a:c> ?o }"}
    )
    out = project.root / "out"
    first = pipeline.build(project, out, quiet)
    (project.root / "ontology/rules/1-x.rq").write_text("CONSTRUCT { ?o <a:of> ?s } WHERE { ?s <a:c> ?o }")
    second = pipeline.build(project, out, quiet)
    assert (second.id != first.id, second.parent) == (True, first.id)
    assert second.manifest["content_sha256"] == first.manifest["content_sha256"]
    (project.root / "ontology/rules/1-x.rq").unlink()
    third = snapshot.open_snapshot(out / change(out, INSERT % "<a:n> <a:c> <a:m>"))
    assert quads(third, project.graph("inferred/written")) == {"<a:m> <a:of> <a:n>"}
    assert (third.path / "rules/1-x.rq").samefile(second.path / "rules/1-x.rq")
    assert third.manifest["files"]["rules/1-x.rq"] == second.manifest["files"]["rules/1-x.rq"]
    assert not any("rules" in name for name in pipeline.build(project, out, quiet).manifest["files"])


def test_rules_that_fail_on_what_is_written_refuse_the_write(small: Small) -> None:
    rule = "CONSTRUCT { ?s <a:n> ?m } WHERE { ?s <a:n> ?n BIND(?n + 1 AS ?m) }"
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 .", "ontology/rules/1-up.rq": rule})
    out = project.root / "out"
    pipeline.build(project, out, quiet)
    with pytest.raises(UpdateFailed, match=r"worked out: rules/1-up.rq: still adds triples"):
        change(out, INSERT % "<a:n> <a:n> 1")


def test_a_violation_in_a_written_graph_stops_the_build_and_says_so(built: tuple[Project, Path]) -> None:
    project, out = built
    current = change(out, INSERT % "<a:a> <a:b> 2 . <a:n> <a:b> 1, 2")
    (project.root / "shapes/s.ttl").write_text(ONE_ONLY)
    arguments = ["build", "--project", str(project.root), "--out", str(out)]
    stopped = CliRunner().invoke(main, arguments, env={"LC_ALL": "en"})
    assert stopped.exit_code == 1
    for node in ("a:a", "a:n"):
        assert f"<{NOTES}>: Violation: {node} a:b: one only\n" in stopped.stdout
    assert f"The 1 written graphs of {current} were checked with the sources" in stopped.stderr
    assert "--without-written" in stopped.stderr
    assert snapshot.current_id(out) == current
    assert CliRunner().invoke(main, [*arguments, "--without-written"]).exit_code == 0


def test_rdf_1_2_is_taken_over_although_validation_cannot_read_it(built: tuple[Project, Path]) -> None:
    project, out = built
    change(out, INSERT % "<a:r> <a:says> <<( <a:s> <a:p> 1 )>> ; <a:t> 'x'@ar--rtl")
    made = pipeline.build(project, out, quiet)
    assert len(quads(made, NOTES)) == 2
    snapshot.verify(made)


def test_a_graph_that_is_made_from_a_source_now_is_not_mixed_with_a_written_one(
    built: tuple[Project, Path],
) -> None:
    project, out = built
    current = change(out, f"INSERT DATA {{ GRAPH <{project.graph('late')}> {{ <a:n> <a:b> 1 }} }}")
    (project.data / "late.ttl").write_text("<a:l> <a:b> 1 .")
    with pytest.raises(written.WrittenError, match="graph/late> was written, and is now made from"):
        pipeline.build(project, out, quiet)
    assert snapshot.current_id(out) == current
    pipeline.build(project, out, quiet, keep_written=False)
    assert quads(snapshot.open_current(out), project.graph("late")) == {"<a:l> <a:b> " + _integer(1)}


def _integer(number: int) -> str:
    return f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_a_shape_cannot_be_slipped_in_by_writing(built: tuple[Project, Path]) -> None:
    project, out = built
    insert = f"INSERT DATA {{ GRAPH <{project.graph('shapes/mine')}> {{ <a:n> <a:b> 1 }} }}"
    with pytest.raises(WriteRefused, match="kept for what the build makes"):
        change(out, insert)
    version.empty(out, "https://example.org/elsewhere/", NOON)  # where the name is as good as any
    change(out, insert)
    with pytest.raises(written.WrittenError, match="shapes/mine"):
        pipeline.build(project, out, quiet)


def test_a_graph_that_lost_its_source_is_gone(built: tuple[Project, Path]) -> None:
    project, out = built
    change(out, INSERT % "<a:n> <a:c> 1")
    (project.data / "a.ttl").rename(project.data / "b.ttl")
    made = pipeline.build(project, out, quiet)
    assert {project.graph("b"), NOTES} < set(made.manifest["graphs"])
    assert project.graph("a") not in made.manifest["graphs"]


def test_what_is_written_while_a_build_works_is_taken_over_too(built: tuple[Project, Path]) -> None:
    project, out = built
    (project.data / "a.ttl").write_text("<a:a> <a:b> 7 .")
    said: list[str] = []

    def progress(line: str) -> None:
        if line.startswith("describe") and len(said) < 5:
            change(out, INSERT % "<a:n> <a:c> 'meanwhile'")
        said.append(line)

    made = pipeline.build(project, out, progress)
    assert "graphs were written in the meantime: once more" in said
    assert quads(made, NOTES) == {'<a:n> <a:c> "meanwhile"'}
    assert quads(made, project.graph("a")) == {"<a:a> <a:b> " + _integer(7)}


def test_a_default_graph_of_its_own_is_not_dropped_silently(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    version.empty(out, project.base, NOON)
    current = change(out, "INSERT DATA { <a:n> <a:b> 1 }")
    with pytest.raises(written.WrittenError, match="holds 1 triples in a default graph of its own"):
        pipeline.build(project, out, quiet)
    assert snapshot.current_id(out) == current
    pipeline.build(project, out, quiet, keep_written=False)


def test_from_a_damaged_version_nothing_is_lost_silently(built: tuple[Project, Path]) -> None:
    project, out = built
    whole = change(out, INSERT % "<a:n> <a:c> 1")
    broken = change(out, INSERT % "<a:n> <a:c> 2")
    manifest = (out / broken / "manifest.json").read_text()
    (out / broken / "manifest.json").write_text(manifest[:-9])
    said: list[str] = []
    made = pipeline.build(project, out, said.append)
    assert f"What was written is taken over as {whole} has it." in said[0]
    assert quads(made, NOTES) == {"<a:n> <a:c> " + _integer(1)}
    next((made.store).glob("CURRENT")).write_text("x")
    with pytest.raises(written.WrittenError, match="cannot be read from"):
        pipeline.build(project, out, quiet)
    pipeline.build(project, out, quiet, keep_written=False)


def test_the_manifest_says_what_a_build_changed(built: tuple[Project, Path]) -> None:
    project, out = built
    (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
    made = pipeline.build(project, out, quiet)
    assert made.manifest["changed"] == {"added": 1, "removed": 1}
    text = (made.path / "manifest.json").read_text()
    assert json.loads(text)["number"] == 2


def test_the_lock_of_a_write_outlives_the_server_that_began_it(built: tuple[Project, Path]) -> None:
    """A process that inherits the lock's descriptor holds the lock when its parent has let it go."""
    _, out = built
    with snapshot.publishing(out) as lock:
        process = subprocess.Popen(["/bin/sleep", "60"], pass_fds=(lock,))
    with (out / ".lock").open("a") as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process.kill()
        process.wait()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
