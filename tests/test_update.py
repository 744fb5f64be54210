"""SPARQL Update over the real server: the protocol, its limits, writers at once, and writers that are killed."""

import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from renkei_kg import snapshot
from renkei_kg.namespaces import TEXT
from tests.serving import Answer, Server, serving
from tests.test_operations import EX, PREFIX, SERVICES
from tests.writing import BASE, BEARER, TOKEN, waiting, writable


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with writable(folder) as started:
        yield started


def update(server: Server, text: str, query: str = "", **headers: str) -> Answer:
    kind = {"Content_Type": "application/sparql-update"}
    return server.fetch(f"/sparql{query}", text.encode(), **{**kind, **BEARER, **headers})


def said(answer: Answer) -> dict[str, object]:
    assert answer.status == 200, answer.body
    members: dict[str, object] = json.loads(answer.body)
    return members


def truth(server: Server, pattern: str) -> bool:
    answer = server.ask(f"{PREFIX} ASK {{ {pattern} }}")
    assert answer.status == 200
    return bool(json.loads(answer.body)["boolean"])


def test_an_update_as_a_body_and_as_a_form_is_read_back_at_once(server: Server) -> None:
    by_body = update(server, f"{PREFIX} INSERT DATA {{ GRAPH :g {{ :x :y 1, 2 }} }}")
    assert said(by_body)["added"] == 2
    assert by_body.headers["renkei-snapshot"] == said(by_body)["snapshot"]
    assert by_body.headers["etag"] == f'"{said(by_body)["snapshot"]}"'
    assert by_body.headers["cache-control"] == "no-store"
    form = urlencode({"update": f"{PREFIX} DELETE WHERE {{ GRAPH :g {{ :x :y 2 }} }}"}).encode()
    by_form = server.fetch("/sparql/", form, Content_Type="application/x-www-form-urlencoded", **BEARER)
    assert said(by_form)["removed"] == 1
    assert said(by_form)["parent"] == said(by_body)["snapshot"]
    asked = server.ask(f"{PREFIX} ASK {{ GRAPH :g {{ :x :y 1 }} }}")
    assert b"true" in asked.body
    assert asked.headers["renkei-snapshot"] == said(by_form)["snapshot"]
    assert not truth(server, "GRAPH :g { :x :y 2 }")


def test_an_update_that_changes_nothing_makes_no_version(server: Server) -> None:
    before = server.ask("ASK {}").headers["renkei-snapshot"]
    answer = update(server, "DELETE DATA { <http://example.org/no> <http://example.org/no> 1 }")
    assert said(answer) == {"snapshot": before, "parent": before, "added": 0, "removed": 0}


def test_the_dataset_parameters_of_an_update(server: Server) -> None:
    using = urlencode([("using-graph-uri", f"{EX}1"), ("using-graph-uri", f"{EX}2")])
    text = f"""{PREFIX} DROP ALL ;
        INSERT DATA {{ GRAPH <{EX}1> {{ :one a :Thing }} GRAPH <{EX}2> {{ :two a :Thing }} GRAPH <{EX}3> {{ :three a :Thing }} }} ;
        INSERT {{ GRAPH :out {{ ?s a :Found }} }} WHERE {{ ?s a :Thing }}"""
    assert said(update(server, text, f"?{using}"))["added"] == 5
    assert truth(
        server,
        "GRAPH :out { :one a :Found . :two a :Found } FILTER NOT EXISTS { GRAPH :out { :three ?p ?o } }",
    )
    form = urlencode({"update": text, "using-named-graph-uri": f"{EX}3"}).encode()
    server.fetch("/sparql", form, Content_Type="application/x-www-form-urlencoded", **BEARER)
    assert not truth(server, "GRAPH :out { ?s ?p ?o }")
    conflict = update(server, f"{PREFIX} WITH :x DELETE {{ ?s ?p 1 }} WHERE {{ ?s ?p 1 }}", f"?{using}")
    assert conflict.status == 400
    assert "using-graph-uri" in conflict.problem["detail"]
    mixed = update(server, text, "?default-graph-uri=http%3A%2F%2Fexample.org%2F1")
    assert mixed.status == 400


def test_relative_iris_have_the_base_of_the_data(server: Server) -> None:
    update(server, "INSERT DATA { GRAPH <relative> { <s> <p> <o> } }")
    assert truth(server, f"GRAPH <{BASE}relative> {{ <{BASE}s> <{BASE}p> <{BASE}o> }}")


def test_what_is_wrong_with_an_update_is_said_and_nothing_changes(server: Server) -> None:
    before = server.ask("ASK {}").headers["renkei-snapshot"]
    broken = update(server, "INSERT DATA {\n  <http://example.org/a> 1 }")
    assert broken.status == 400
    assert broken.problem["line"] == 2
    assert broken.problem["column"] > 20
    assert "line 2" in broken.problem["detail"]
    assert update(server, f"{PREFIX} CREATE GRAPH :n ; CREATE GRAPH :n").status == 409
    assert update(server, "CLEAR ALL", Content_Type="application/sparql-update; charset=utf-16").status == 415
    assert update(server, "CLEAR ALL", Content_Type="text/plain").status == 415
    assert server.fetch("/sparql?update=CLEAR+ALL", **BEARER).status == 400
    twice = b"update=CLEAR+NAMED&update=CLEAR+DEFAULT"
    assert (
        server.fetch("/sparql", twice, Content_Type="application/x-www-form-urlencoded", **BEARER).status
        == 400
    )
    assert server.ask("ASK {}").headers["renkei-snapshot"] == before


def test_only_the_token_writes(server: Server, snapshots: Path) -> None:
    for shown in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = server.post("CLEAR ALL", kind="update", **shown)
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
    with serving(snapshots) as reading:
        answer = update(reading, "CLEAR ALL")
        assert answer.status == 403
        assert "only reads" in answer.problem["detail"]


def test_a_write_may_depend_on_the_version(server: Server) -> None:
    insert = f"{PREFIX} INSERT DATA {{ GRAPH :cond {{ :x :y %d }} }}"
    tag = update(server, insert % 1).headers["etag"]
    assert update(server, insert % 2, If_Match=f'"other", {tag}').status == 200
    failed = update(server, insert % 3, If_Match=tag)
    assert failed.status == 412
    assert update(server, insert % 3, If_Match="*").status == 200
    assert update(server, insert % 4, If_None_Match="*").status == 412
    assert not truth(server, "GRAPH :cond { :x :y 4 }")


def test_nothing_is_fetched(server: Server) -> None:
    before = server.ask("ASK {}").headers["renkei-snapshot"]
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def listen() -> None:
            with listener.accept()[0]:
                heard.append(1)

        threading.Thread(target=listen, daemon=True).start()
        for text in SERVICES:
            answer = update(server, PREFIX + text.format(u=f"http://127.0.0.1:{port}/", p=port))
            assert answer.status == 403
        assert not heard
        assert server.ask("ASK {}").headers["renkei-snapshot"] == before
        socket.create_connection(("127.0.0.1", port)).close()


def test_twenty_writers_at_once_lose_nothing_and_readers_see_whole_versions(
    server: Server, folder: Path
) -> None:
    update(server, f"{PREFIX} DROP SILENT GRAPH :race")
    done = threading.Event()
    seen: list[tuple[str, int, int]] = []

    def read() -> None:
        count = f"{PREFIX} SELECT (SUM(?o) AS ?n) (COUNT(*) AS ?m) {{ GRAPH :race {{ ?s :pair ?o }} }}"
        while not done.is_set():
            answer = server.ask(count)
            assert answer.status == 200
            (row,) = json.loads(answer.body)["results"]["bindings"]
            seen.append((answer.headers["renkei-snapshot"], int(row["n"]["value"]), int(row["m"]["value"])))

    def write(number: int) -> str:
        pair = f":w{number} :pair 1 . :w{number} :pair -1"
        return str(said(update(server, f"{PREFIX} INSERT DATA {{ GRAPH :race {{ {pair} }} }}"))["snapshot"])

    with ThreadPoolExecutor(22) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        made = list(pool.map(write, range(20)))
        done.set()
        for reader in readers:
            reader.result()
    assert len(set(made)) == 20
    assert truth(server, "{ SELECT (COUNT(*) AS ?n) { GRAPH :race { ?s :pair ?o } } } FILTER(?n = 40)")
    assert all(total == 0 for _, total, _ in seen)
    sizes: dict[str, set[int]] = {}
    for identifier, _, size in seen:
        sizes.setdefault(identifier, set()).add(size)
    assert all(len(found) == 1 for found in sizes.values())
    parents = {found.id: found.manifest.get("parent") for found in snapshot.list_snapshots(folder)}
    assert len({parents[one] for one in made}) == 20


def test_what_a_version_says_of_itself_is_true(server: Server, folder: Path) -> None:
    update(
        server,
        f"{PREFIX} DROP ALL ; INSERT DATA {{ :d :e 1, 2 . GRAPH :m {{ :x :y 1 }} }} ; CREATE GRAPH :empty",
    )
    current = snapshot.open_current(folder)
    snapshot.verify(current)
    manifest = current.manifest
    assert (manifest["quads"], manifest["triples"]) == (3, 2)
    assert manifest["graphs"] == {f"{EX}m": 1, f"{EX}empty": 0}
    assert manifest["written"] is True
    assert (folder / manifest["parent"]).is_dir()
    assert manifest["id"].endswith(manifest["content_sha256"][:12])
    assert not list(folder.glob(".tmp-*"))


SLOW = (
    f"{PREFIX} INSERT {{ GRAPH :slow {{ ?a ?e ?i }} }} WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }}"
)


def fill(server: Server) -> str:
    triples = " . ".join(f":s{number} :p{number % 7} {number}" for number in range(300))
    return str(said(update(server, f"{PREFIX} INSERT DATA {{ {triples} }}"))["snapshot"])


def begun(root: Path) -> None:
    """Waits until a write to ``root`` is under way, or has been made."""
    before = snapshot.current_id(root)
    for _ in range(1000):
        if list(root.glob(".tmp-write-*/store")) or snapshot.current_id(root) != before:
            return
        time.sleep(0.005)
    raise AssertionError("no write is under way")


def test_a_write_that_is_killed_leaves_nothing_and_the_next_is_made(tmp_path: Path) -> None:
    with writable(tmp_path) as server, ThreadPoolExecutor(1) as pool:
        before = fill(server)
        for wait in (0.0, 0.1, 0.4):
            victim = waiting(server)
            answer = pool.submit(update, server, SLOW)
            begun(tmp_path)
            time.sleep(wait)
            os.kill(victim, signal.SIGKILL)
            assert answer.result().status == 507
            assert "Nothing was changed" in answer.result().problem["detail"]
            assert server.ask("ASK {}").headers["renkei-snapshot"] == before
            assert not list(tmp_path.glob(".tmp-*"))
        assert said(update(server, f"{PREFIX} INSERT DATA {{ :after :it 1 }}"))["parent"] == before


def test_a_write_killed_at_any_moment_is_made_or_is_not(tmp_path: Path) -> None:
    """The answer, the data and the folder say the same, whenever the process dies."""
    statuses = set()
    with writable(tmp_path) as server, ThreadPoolExecutor(1) as pool:
        for number in range(16):
            victim = waiting(server)
            text = f"{PREFIX} INSERT DATA {{ GRAPH :k {{ :k :number {number} }} }}"
            answer = pool.submit(update, server, text)
            if number % 2:
                begun(tmp_path)
            time.sleep(0.003 * number**2)
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            status = answer.result().status
            statuses.add(status)
            assert status in (200, 507)
            assert truth(server, f"GRAPH :k {{ :k :number {number} }}") is (status == 200)
            line, identifier = set(), snapshot.current_id(tmp_path)
            while identifier:
                line.add(identifier)
                identifier = snapshot.open_snapshot(tmp_path / identifier).manifest.get("parent")
            assert {path.name for path in tmp_path.iterdir()} == {*line, "current", ".lock"}
        assert said(update(server, f"{PREFIX} DROP SILENT GRAPH :k"))
    assert statuses == {200, 507}


def test_a_write_is_made_although_its_client_leaves(server: Server, folder: Path) -> None:
    text = f"{PREFIX} INSERT DATA {{ GRAPH :left {{ :x :y 1 }} }}"
    head = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/sparql-update\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(
            f"POST /sparql HTTP/1.1\r\n{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()
        )
        begun(folder)
    for _ in range(100):
        if truth(server, "GRAPH :left { :x :y 1 }"):
            return
        time.sleep(0.05)
    raise AssertionError("the write was not made")


def test_a_write_over_its_time_is_ended(tmp_path: Path) -> None:
    with writable(tmp_path, query_seconds=2) as server:
        before = fill(server)
        started = time.monotonic()
        answer = update(server, SLOW)
        assert (answer.status, answer.problem["limit"]) == (504, "query_seconds")
        assert time.monotonic() - started < 15
        assert server.ask("ASK {}").headers["renkei-snapshot"] == before
        assert not list(tmp_path.glob(".tmp-*"))


def test_a_write_that_needs_too_much_memory_is_ended(tmp_path: Path) -> None:
    with writable(tmp_path, worker_memory_mb=320, query_seconds=120) as server:
        before = fill(server)
        answer = update(server, SLOW)
        assert (answer.status, answer.problem["limit"]) == (507, "worker_memory_mb")
        assert server.ask("ASK {}").headers["renkei-snapshot"] == before
        assert said(update(server, f"{PREFIX} INSERT DATA {{ :after :it 1 }}"))["parent"] == before


def test_a_write_dies_with_its_server(tmp_path: Path) -> None:
    with writable(tmp_path, exit_code=-signal.SIGKILL) as server, ThreadPoolExecutor(1) as pool:
        before = fill(server)
        victim = waiting(server)
        answer = pool.submit(update, server, SLOW)
        begun(tmp_path)
        server.process.kill()
        with pytest.raises(OSError, match=r"."):
            answer.result()
    for _ in range(100):
        if not Path(f"/proc/{victim}").exists():
            break
        time.sleep(0.05)
    assert snapshot.current_id(tmp_path) == before
    with serving(tmp_path, write_token=TOKEN) as again:
        assert said(update(again, f"{PREFIX} INSERT DATA {{ :after :it 1 }}"))["parent"] == before
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.fixture(scope="module")
def compiled_server(snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The project's own graph, copied so that it may be written to."""
    copy = tmp_path_factory.mktemp("compiled") / "snapshots"
    shutil.copytree(snapshots, copy, symlinks=True)
    with serving(copy, write_token=TOKEN) as started:
        yield started


def test_text_search_finds_what_was_written(compiled_server: Server) -> None:
    """The index follows the texts, and stays the same file when none has changed."""
    search = f"""PREFIX text: <{TEXT}>
        SELECT ?thing {{ ?thing text:query "深川しらべ" }}"""
    thing = "<https://w3id.org/renkei/id/place/trial>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert thing[1:-1].encode() not in compiled_server.ask(search, accept="text/csv").body
    note = update(
        compiled_server, f"{PREFIX} INSERT DATA {{ GRAPH :texts {{ {thing} {label} '深川しらべ'@ja }} }}"
    )
    assert note.status == 200
    found = compiled_server.ask(search, accept="text/csv")
    assert thing[1:-1].encode() in found.body
    update(compiled_server, f"{PREFIX} INSERT DATA {{ GRAPH :texts {{ {thing} :number 1 }} }}")
    assert compiled_server.ask(search, accept="text/csv").body == found.body
    update(compiled_server, f"{PREFIX} DROP GRAPH :texts")
    assert thing[1:-1].encode() not in compiled_server.ask(search, accept="text/csv").body


def test_a_graph_beside_the_compiled_ones_is_written_and_the_union_follows(compiled_server: Server) -> None:
    beside = "<https://w3id.org/renkei/graph/history>, <https://w3id.org/renkei/graph/void>"
    triples = (
        f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o MINUS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({beside})) }} }}"
    )
    before = compiled_server.ask(triples, accept="text/csv").body
    shared = "<https://w3id.org/renkei/id/project/tantetsuko> a <https://w3id.org/renkei/ontology#Project>"
    added = update(compiled_server, f"{PREFIX} INSERT DATA {{ GRAPH :notes {{ {shared} . :note :on :it }} }}")
    assert said(added)["added"] == 2
    assert truth(compiled_server, ":note :on :it")
    assert int(compiled_server.ask(triples, accept="text/csv").body.split()[1]) == int(before.split()[1]) + 1
    removed = update(compiled_server, f"{PREFIX} DROP GRAPH :notes")
    assert said(removed)["removed"] == 2
    assert truth(compiled_server, shared)
    assert compiled_server.ask(triples, accept="text/csv").body == before


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT DATA { <http://example.org/x> <http://example.org/y> 1 }", "Name a graph"),
        ("CLEAR ALL", "Name the graph"),
        ("DROP DEFAULT", "Name a graph"),
        ("CLEAR GRAPH <https://w3id.org/renkei/graph/projects/doo>", "data/projects/doo.ttl"),
        ("CLEAR GRAPH <https://w3id.org/renkei/graph/inferred>", "made by the build"),
        ("CLEAR GRAPH <https://w3id.org/renkei/graph/ontology>", "ontology/renkei.ttl"),
        ("CLEAR GRAPH <https://w3id.org/renkei/graph/shapes/project>", "shapes/project.ttl"),
        (
            "CLEAR GRAPH <https://w3id.org/renkei/graph/regions/municipalities>",
            "data/regions/municipalities.csv",
        ),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", "compiled from"),
    ],
)
def test_the_compiled_graphs_are_changed_in_their_sources(
    compiled_server: Server, text: str, word: str
) -> None:
    before = compiled_server.ask("ASK {}").headers["renkei-snapshot"]
    answer = update(compiled_server, text)
    assert answer.status == 403
    assert word in answer.problem["detail"] or "made by the build" in answer.problem["detail"]
    assert compiled_server.ask("ASK {}").headers["renkei-snapshot"] == before
