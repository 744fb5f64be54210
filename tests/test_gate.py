"""What a write has to pass, and what it keeps up to date: shapes, consequences, description, texts, files."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.compile.describe import Described, describe
from renkei_kg.compile.textindex import amend_index, is_indexed, write_index
from renkei_kg.namespaces import RDF, RDFS, RK, SH, SKOS, VOID
from renkei_kg.project import Project
from renkei_kg.shacl import compile_shapes
from renkei_kg.textsearch.index import TextIndex
from renkei_kg.union import Union
from renkei_kg.versions import retention
from renkei_kg.write.errors import ShapesViolated
from renkei_kg.write.groundwork import Groundwork
from tests.serving import Answer, Server, serving
from tests.writing import BEARER, TOKEN, change, children, waiting, writers

Small = Callable[..., Project]
NOTES = "https://example.org/notes"
AT = f"/graphs?graph={quote(NOTES, safe='')}"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/kg/shapes#> .
:One a sh:NodeShape ; sh:targetSubjectsOf <a:b> ; sh:property :OneOnly , :Short .
:OneOnly a sh:PropertyShape ; sh:path <a:b> ; sh:maxCount 1 ; sh:message "one only"@en , "一つだけ"@ja .
:Short a sh:PropertyShape ; sh:path <a:note> ; sh:maxLength 3 ; sh:severity sh:Warning ;
    sh:message "rather short"@en , "短めに"@ja ."""
DESCRIBED = Described(
    NamedNode("https://example.org/kg/dataset/small"),
    "https://example.org/kg/",
    "https://example.org/kg/sparql",
)
RULE = "CONSTRUCT { ?s <a:b> ?o } WHERE { ?s <a:means> ?o }"


def inserting(triples: str) -> str:
    return f"INSERT DATA {{ GRAPH <{NOTES}> {{ {triples} }} }}"


@pytest.fixture
def built(small: Small) -> Path:
    """The versions of a small project with shapes and a rule."""
    project = small(
        **{"data/a.ttl": "<a:a> <a:b> 1 .", "shapes/s.ttl": SHAPES, "ontology/rules/1-means.rq": RULE}
    )
    pipeline.build(project, project.root / "out", lambda _: None)
    return project.root / "out"


@pytest.fixture
def server(built: Path) -> Iterator[Server]:
    with serving(built, write_token=TOKEN) as running:
        yield running


def update(server: Server, triples: str, **headers: str) -> Answer:
    return server.post(inserting(triples), kind="update", **{**BEARER, **headers})


def test_a_write_that_breaks_a_shape_changes_nothing_and_says_what_is_wrong(
    server: Server, built: Path
) -> None:
    before = snapshot.current_id(built)
    for triples, graph in (
        ("<a:a> <a:b> 2", NOTES),  # only together with what is compiled
        ("<a:x> <a:b> 1, 2", NOTES),
        ("<a:y> <a:means> 1, 2", "https://example.org/kg/graph/inferred/written"),  # only by a rule
    ):
        answer = update(server, triples)
        assert answer.status == 422
        assert "would break 1 of the rules" in answer.problem["detail"]
        (finding,) = answer.problem["findings"]
        assert finding["severity"] == "Violation"
        assert finding["focus"] == triples[1:4]
        assert (finding["path"], finding["graph"]) == ("a:b", graph)
        assert finding["messages"] == {"en": "one only", "ja": "一つだけ"}
        assert finding["shape"] == "https://example.org/kg/shapes#OneOnly"
    put = server.fetch(AT, b"<a:x> <a:b> 1, 2 .", method="PUT", Content_Type="text/turtle", **BEARER)
    assert put.status == 422
    assert snapshot.current_id(built) == before
    assert not list(built.glob(".tmp-*"))
    assert server.ask("ASK { GRAPH ?g { <a:x> ?p ?o } }").body.endswith(b"false}")


FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-quads;q=0.9, text/html;q=0.5": RdfFormat.N_QUADS,
}


def test_the_refusal_is_a_validation_report_or_a_page_as_the_client_likes(server: Server) -> None:
    for accept, form in FORMATS.items():
        answer = update(server, "<a:a> <a:b> 2", Accept=accept)
        assert answer.status == 422
        assert answer.headers["content-type"].startswith(accept.split(";")[0])
        assert "Accept" in answer.headers["vary"]
        report = Store()
        report.extend(parse(answer.body, format=form))
        assert report.query(
            f"ASK {{ ?r a <{SH.ValidationReport.value}> ; <{SH.conforms.value}> false ; "
            f"<{SH.result.value}> ?x . ?x <{SH.focusNode.value}> <a:a> ; "
            f'<{SH.resultMessage.value}> "one only"@en }}'
        )
    turtle = update(server, "<a:a> <a:b> 2, 3 . <a:x> <a:b> 1, 2", Accept="text/turtle").body
    order = [turtle.index(word) for word in (b"sh:conforms", b"sh:focusNode <a:a>", b"sh:focusNode <a:x>")]
    assert order == sorted(order)
    for language, words in (("ja", "一つだけ"), ("en", "one only")):
        answer = update(server, "<a:a> <a:b> 2", Accept="text/html,*/*;q=0.8", Accept_Language=language)
        assert (answer.status, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert words in answer.body.decode()
        assert "a:a" in answer.body.decode()


def test_what_is_only_advised_against_passes_and_is_told(server: Server) -> None:
    first = update(server, '<a:a> <a:note> "long text"')
    assert first.status == 200
    assert first.headers["renkei-warnings"] == "1"
    (warning,) = json.loads(first.body)["warnings"]
    assert (warning["severity"], warning["focus"], warning["value"]) == ("Warning", "a:a", "long text")
    assert warning["messages"]["ja"] == "短めに"
    # The next write is told of its own warnings only.
    second = update(server, "<a:z> <a:c> 1")
    assert "renkei-warnings" not in second.headers
    assert "warnings" not in json.loads(second.body)
    put = server.fetch(
        AT, b'<a:a> <a:note> "long text", "more text" .', method="PUT", Content_Type="text/turtle", **BEARER
    )
    assert (put.status, put.headers["renkei-warnings"]) == (200, "1")
    assert json.loads(put.body)["warnings"][0]["value"] == "more text"
    empty = server.fetch(AT, b"", method="PUT", Content_Type="text/turtle", **BEARER)
    assert (empty.status, empty.body) == (204, b"")


def test_the_answer_tells_what_follows_from_a_write(server: Server) -> None:
    said = json.loads(update(server, "<a:y> <a:means> 1").body)
    assert (said["added"], said["inferred"]) == (1, {"added": 1, "removed": 0})
    assert server.ask("ASK { <a:y> <a:b> 1 }").body.endswith(b"true}")
    said = json.loads(update(server, "<a:y> <a:b> 1").body)
    assert (said["added"], said["inferred"]) == (1, {"added": 0, "removed": 1})


def unchecked(root: Path, triples: str) -> None:
    """Makes a write as software without the gate would have."""
    current = snapshot.open_current(root)
    ground = Groundwork.of(current)
    change(
        root,
        inserting(triples),
        ground=Groundwork(ground.version, ground.rules, compile_shapes([]), ground.data),
    )


def test_what_was_wrong_before_stops_no_write_so_that_it_can_be_mended(built: Path) -> None:
    unchecked(built, "<a:a> <a:b> 2, 3 . <a:x> <a:b> 1, 2")
    change(built, inserting("<a:n> <a:c> 1"))
    assert snapshot.open_current(built).manifest["report"] == {"violation": 2, "warning": 0, "info": 0}
    with pytest.raises(ShapesViolated) as refused:
        change(built, inserting("<a:new> <a:b> 1, 2"))
    assert [finding["focus"] for finding in refused.value.findings] == ["a:new"]
    change(built, f"DELETE DATA {{ GRAPH <{NOTES}> {{ <a:x> <a:b> 2 }} }}")
    change(built, f"DELETE DATA {{ GRAPH <{NOTES}> {{ <a:a> <a:b> 2, 3 }} }}")
    assert not any(snapshot.open_current(built).manifest["report"].values())


def test_a_store_without_shapes_has_no_gate(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    pipeline.build(project, out, lambda _: None)
    change(out, inserting("<a:a> <a:b> 2"))
    assert "report" not in snapshot.open_current(out).manifest


def test_a_version_names_what_the_write_changed_and_keeps_it(built: Path) -> None:
    parent = snapshot.current_id(built)
    change(built, inserting('<a:x> <a:c> "1\\n2"'), by="editor", reason="なぜなら")
    text = f"WITH <{NOTES}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 2 }} WHERE {{ ?s ?p ?o }} ; CREATE GRAPH <a:empty>"
    found = snapshot.open_snapshot(built / change(built, text))
    assert found.manifest["write"] == {
        "by": "tests",
        "reason": "",
        "kind": "update",
        "graphs": {"a:empty": {"added": 0, "removed": 0}, NOTES: {"added": 1, "removed": 1}},
        "created": ["a:empty"],
    }
    two = '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    expected = f'D <a:x> <a:c> "1\\n2" <{NOTES}> .\nA <a:x> <a:c> {two} <{NOTES}> .\n'
    assert (found.path / "patch.nq").read_text() == expected
    assert "patch.nq" in found.manifest["files"]
    snapshot.verify(found)
    before = snapshot.open_snapshot(built / found.manifest["parent"])
    assert before.manifest["write"]["by"] == "editor"
    assert before.manifest["write"]["reason"] == "なぜなら"
    assert before.parent == parent


def test_unchanged_files_are_shared_and_not_read_again(built: Path) -> None:
    parent = snapshot.open_current(built)
    found = snapshot.open_snapshot(built / change(built, inserting("<a:x> <a:c> 1")))
    shared = [name for name in found.manifest["files"] if name in parent.manifest["files"]]
    assert {"text.db", "rules/1-means.rq"} <= set(shared)
    assert any(name.startswith("store/") for name in shared)
    for name in shared:
        assert (found.path / name).samefile(parent.path / name)
        assert found.manifest["files"][name] == parent.manifest["files"][name]
    snapshot.verify(found)


VOID_GRAPH = NamedNode("https://example.org/kg/graph/void")


def contents(found: snapshot.Snapshot) -> tuple[set[str], set[str]]:
    """What the description of a version says, and what it would if it were made anew."""
    store = Store.read_only(str(found.store))
    fresh = Store()
    union = Union(fresh)
    for graph in store.named_graphs():
        if graph != VOID_GRAPH:
            union.add((q.triple for q in store.quads_for_pattern(None, None, None, graph)), graph)
    describe(union, DESCRIBED, VOID_GRAPH)
    made, anew = (
        {str(quad.triple) for quad in one.quads_for_pattern(None, None, None, VOID_GRAPH)}
        for one in (store, fresh)
    )
    return made, anew


def test_the_description_and_the_sizes_follow_every_write(built: Path) -> None:
    for update in (
        inserting("<a:x> <a:c> 1 ; a <a:Thing>"),
        inserting("<a:x> <a:means> 5"),
        "CREATE GRAPH <a:empty>",
        f"MOVE <{NOTES}> TO <a:elsewhere>",
        "DROP GRAPH <a:elsewhere>",
    ):
        found = snapshot.open_snapshot(built / change(built, update))
        made, anew = contents(found)
        assert made == anew
        store = Store.read_only(str(found.store))
        sizes = {
            graph.value: sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
            for graph in store.named_graphs()
        }
        assert found.manifest["graphs"] == sizes
        assert found.manifest["triples"] == len({quad.triple for quad in store})
        assert found.manifest["quads"] == len(store)


def test_a_description_that_older_software_left_behind_is_made_anew(built: Path) -> None:
    current = snapshot.open_snapshot(built / change(built, inserting("<a:x> <a:c> 1")))
    store = Store(str(current.store))
    (size,) = store.quads_for_pattern(NamedNode(NOTES), VOID.triples, None, VOID_GRAPH)
    union = Union(store)
    union.remove([size.triple], VOID_GRAPH)
    union.add([Triple(size.subject, size.predicate, Literal(77))], VOID_GRAPH)
    store.flush()
    del store, union
    older = {name: value for name, value in current.manifest.items() if name != "write"}
    (current.path / "manifest.json").write_text(json.dumps(older))
    made, anew = contents(current)
    assert made != anew
    made, anew = contents(snapshot.open_snapshot(built / change(built, inserting("<a:x> <a:c> 2"))))
    assert made == anew


TEXTS = [
    "炭鉄港",
    "炭鉄港 日本遺産",
    "たんてつこう",
    "Tantetsuko",
    "tan tetsu",
    "港",
    "遺産の港",
    "タンテツコウ",
]
WORDS = ["炭鉄", "港", "tantetsuko", "たんてつ", "遺産", "tetsu"]


@pytest.mark.parametrize("seed", range(10))
def test_an_index_that_was_amended_finds_what_a_new_one_finds(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # nothing secret
    base = "https://example.org/kg/"
    predicates = [RDFS.label, SKOS.altLabel, RK.kana, RDFS.comment, RDF.value]
    subjects = [NamedNode(f"{base}id/{number}") for number in range(12)] + [
        NamedNode("https://elsewhere.example/x")
    ]

    def some(number: int) -> set[Quad]:
        return {
            Quad(
                chance.choice(subjects),
                chance.choice(predicates),
                Literal(chance.choice(TEXTS), language=chance.choice(("ja", "ja-Hrkt", "en"))),
            )
            for _ in range(number)
        }

    store = Store()
    store.extend(some(120))
    path = tmp_path / "amended.db"
    write_index(store, path, base)
    for step in range(6):
        come = {quad for quad in some(3) if quad not in store}
        gone = set(chance.sample(sorted(store, key=str), 2)) - come
        store.extend(come)
        for quad in gone:
            store.remove(quad)
        touched = [quad.triple for quad in come | gone if is_indexed(quad.triple, base)]
        count = amend_index(store, path, base, touched)
        fresh = tmp_path / f"fresh{step}.db"
        assert write_index(store, fresh, base) == count
        for words in WORDS:
            assert TextIndex(path).search(words, limit=50) == TextIndex(fresh).search(words, limit=50)
            assert TextIndex(path).search_subjects(words, limit=50) == TextIndex(fresh).search_subjects(
                words, limit=50
            )
    assert amend_index(store, path, base, [quad.triple for quad in store]) is None


def test_texts_that_are_written_are_found(server: Server) -> None:
    def found() -> bool:
        query = 'PREFIX text: <https://w3id.org/renkei/text#> ASK { ?thing text:query "宗谷岬" }'
        return server.ask(query).body.endswith(b"true}")

    label = f"<https://example.org/kg/id/cape> <{RDFS.label.value}> '宗谷岬'@ja"
    assert not found()
    assert update(server, label).status == 200
    assert found()
    assert server.post(f"DROP GRAPH <{NOTES}>", kind="update", **BEARER).status == 200
    assert not found()


def test_a_process_waits_for_each_write_and_ends_with_the_server(built: Path) -> None:
    with serving(built, write_token=TOKEN) as server:
        first = waiting(server)
        assert update(server, "<a:x> <a:c> 1").status == 200
        second = waiting(server)
        assert second != first
        # One that has died while it waited is no harm.
        os.kill(second, 9)
        assert update(server, "<a:x> <a:c> 2").status == 200
        # A write that is refused before it begins needs no other.
        third = waiting(server)
        missing = "/graphs?graph=https://example.org/missing"
        assert server.fetch(missing, method="DELETE", **BEARER).status == 404
        assert waiting(server) == third
        # Nor is it that somebody else has published in the meantime.
        last = waiting(server)
        change(built, inserting("<a:x> <a:c> 3"))
        assert update(server, "<a:x> <a:b> 1, 2").status == 422
        assert update(server, "<a:x> <a:c> 4").status == 200
        last = waiting(server)
    assert not Path(f"/proc/{last}").exists()
    with serving(built) as server:
        assert server.ask("ASK { <a:x> <a:c> 4, 3, 2, 1 }").body.endswith(b"true}")
        assert writers(server) == []


def test_workers_move_to_what_was_written_and_are_not_started_anew(built: Path) -> None:
    def workers() -> set[int]:
        return set(children(server, "renkei_kg.engine.worker"))

    with serving(built, write_token=TOKEN, workers=1) as server:
        for _ in range(200):
            if len(before := workers()) == 2:
                break
            time.sleep(0.05)
        for number in range(5):
            assert update(server, f"<a:x> <a:c> {number}").status == 200
            assert server.ask(f"ASK {{ <a:x> <a:c> {number} }}").body.endswith(b"true}")
        assert workers() == before
        # Only what is open is held from pruning.
        current = snapshot.current_id(built)
        for _ in range(200):
            pruned = retention.prune(built, 1, 0, datetime.now(UTC))
            if [one.id for one in snapshot.list_snapshots(built)] == [current]:
                return
            time.sleep(0.05)
        raise AssertionError(pruned.spared)


def test_a_write_loads_nothing_that_takes_long() -> None:
    heavy = ("rdflib", "pyshacl", "flask", "werkzeug", "shapely", "uvicorn")
    code = f"import sys, renkei_kg.write.process; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_shapes_that_cannot_be_used_let_nothing_be_written(built: Path) -> None:
    current = snapshot.open_current(built)
    store = Store(str(current.store))
    graph = NamedNode("https://example.org/kg/graph/shapes/s")
    (quad,) = store.quads_for_pattern(None, SH.maxCount, None, graph)
    store.remove(quad)
    store.add(Quad(quad.subject, SH.pattern, Literal("("), graph))
    store.flush()
    del store
    with serving(built, write_token=TOKEN) as server:
        answer = update(server, "<a:x> <a:c> 1")
        assert answer.status == 500
        assert "The shapes of this version cannot be used" in answer.problem["detail"]
    assert snapshot.current_id(built) == current.id
