"""A server over another engine: when that is down, slow or cut; what it is told and what nobody is."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from benchmarks.engines import Running, oxigraph, run
from benchmarks.servers import resident

from renkei_kg.compile import pipeline
from tests.engines.delaying import delaying
from tests.serving import Server, serving

JSON = "application/sparql-results+json"
EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"
MANY = "SELECT ?a ?b ?c { ?a ?p ?b . ?c a ?t }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(STR(?a) < STR(?f)) }"
NOTE = b"This list takes too long to be made here"
SECRET = "a secret of the operator's"


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Waits for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.02)


def gauge(server: Server, name: str) -> float:
    """A number among the metrics."""
    found = re.search(rb"^%s (\S+)" % name.encode(), server.fetch("/metrics").body, re.MULTILINE)
    assert found
    return float(found[1])


@pytest.fixture(scope="module")
def server(on_oxigraph: Running, snapshots: Path) -> Iterator[Server]:
    """A server that keeps no answers, over Oxigraph alone."""
    with serving(snapshots, **on_oxigraph.settings, engine_local=0, cache_mb=0, client_queries=4) as running:
        yield running


def test_an_engine_that_is_down_is_said_to_be_and_comes_back(small, tmp_path: Path) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    folder, store = tmp_path / "snapshots", tmp_path / "engine"
    store.mkdir()
    pipeline.build(project, folder, lambda _: None)
    with ExitStack() as running:
        with oxigraph(store) as engine:
            run(["publish"], folder, engine)
            server = running.enter_context(serving(folder, **engine.settings, cache_mb=0))
            assert server.fetch("/health").status == 200
        for target in ("/health", "/sparql?query=ASK%20%7B%7D", "/about"):
            answer = server.fetch(target, Accept="application/json")
            assert answer.status == 503, target
            assert answer.headers["retry-after"] == "30"
            assert "takes no connection" in answer.problem["detail"]
            assert str(engine.port) not in answer.problem["detail"]
        assert server.fetch("/snapshots").status == 200  # what the folder tells is told
        with oxigraph(store, engine.port):
            assert server.ask("ASK {}").status == 200
            assert server.fetch("/health").status == 200


def test_a_page_goes_without_a_list_that_takes_too_long_and_says_so(
    on_oxigraph: Running, snapshots: Path, embedded: Server
) -> None:
    """What points to a thing, what is related to it: each is a query that grows with the graph. The next
    visitor has the page made again."""
    paths = ("/page/project/anzen-anshin?lang=en", "/page/theme/tourism?lang=en")
    parts = ("AS ?weight", "COUNT(DISTINCT ?s)")
    with (
        delaying(on_oxigraph.settings["engine"], *parts) as slowly,
        serving(
            snapshots, **{**on_oxigraph.settings, "engine": slowly}, engine_local=0, query_seconds=1
        ) as server,
    ):
        for path in paths:
            whole, found = embedded.fetch(path), server.fetch(path)
            assert (whole.status, found.status) == (200, 200), found.body[:500]
            assert NOTE not in whole.body
            assert NOTE in found.body, path
            assert "etag" in whole.headers
            assert "etag" not in found.headers
            assert found.headers["cache-control"] == "no-store"
        assert server.fetch("/page/no-such-thing").status == 404


def test_what_is_no_query_is_said_as_the_embedded_engine_says_it(remote: Server, embedded: Server) -> None:
    for text in (
        "SELECT * { ?s ?p",
        "SELECT * { ?s ?p 'x }",
        "DEFINE get:soft 'x' SELECT * {}",
        "SELECT ?x { bif:x ?p ?o }",
    ):
        answer = remote.ask(text)
        assert answer.status == 400
        assert answer.problem == embedded.ask(text).problem
    refused = remote.ask("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert refused.status == 403


def test_other_graphs_of_the_store_are_out_of_reach(remote: Server, snapshots: Path) -> None:
    version = (snapshots / "current").readlink()
    for graph in ("published", f"published/{version}/1", f"published/{version}/default"):
        asked = f"SELECT * {{ GRAPH <https://w3id.org/renkei/{graph}> {{ ?s ?p ?o }} }}"
        assert b'"bindings":[]' in remote.ask(asked, accept=JSON).body
        asked = f"SELECT * FROM <https://w3id.org/renkei/{graph}> {{ ?s ?p ?o }}"  # noqa: S608  # SPARQL
        assert b'"bindings":[]' in remote.ask(asked, accept=JSON).body
    assert b"published/" not in remote.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").body


def test_nothing_is_written_here_and_secrets_are_the_engines(on_oxigraph: Running, snapshots: Path) -> None:
    secrets = {"engine_password": SECRET, "engine_user": "renkei", "engine_headers": f"X-Key: {SECRET}"}
    settings = {**on_oxigraph.settings, **secrets, "write_token": "a token to write with"}
    with serving(snapshots, **settings) as server:
        bearer = {"Authorization": "Bearer a token to write with"}
        update = server.post("INSERT DATA { <a:a> <a:b> 1 }", kind="update", **bearer)
        assert update.status == 403
        assert "renkei-kg publish" in update.problem["detail"]
        put = server.fetch("/graphs?graph=a:g", b"", method="PUT", Content_Type="text/turtle", **bearer)
        assert put.status == 403
        for target in ("/health", "/metrics", "/sparql", "/about", "/sparql?query=nonsense"):
            assert SECRET.encode() not in server.fetch(target, Accept="text/turtle").body
        assert b"SPARQL11Update" not in server.fetch("/sparql", Accept="text/turtle").body
        assert SECRET not in server.log.read_text()
        assert on_oxigraph.settings["engine"] not in server.log.read_text()
    wrong = Running("wrong", 1, on_oxigraph.process, {"engine": f"http://user:{SECRET}@127.0.0.1:1/"})
    said = run(["engine", "probe"], snapshots, wrong, code=2)
    assert "RENKEI_ENGINE_USER" in said
    assert SECRET not in said


def test_a_long_answer_takes_no_memory_from_who_does_not_read_it(server: Server) -> None:
    """Given on as it comes, and written anew: 30,000 times 185 rows."""
    for accept in (JSON, "application/sparql-results+xml"):
        before = resident(server.pid)
        with socket.create_connection(("127.0.0.1", server.port)) as slow:
            target = f"/sparql?query={_quoted(MANY)}"
            slow.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n".encode())
            taken = 0
            while taken < 12 << 20:
                more = slow.recv(1 << 20)
                assert more
                taken += len(more)
            assert resident(server.pid) - before < 16


def test_a_limit_on_rows_is_an_error_and_no_end(on_oxigraph: Running, snapshots: Path) -> None:
    limits = {"result_rows": 1000, "result_mb": 1, "engine_local": 0}
    with serving(snapshots, **on_oxigraph.settings, **limits) as server:
        answer = server.ask(EVERYTHING, accept=JSON)
        assert answer.status == 507
        assert answer.problem["limit"] == "result_rows"
        assert server.ask(f"{EVERYTHING} LIMIT 1000", accept=JSON).status == 200
        graph = server.ask("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/turtle")
        assert graph.status == 507


def test_what_an_engine_cuts_is_an_error(over_virtuoso: Server) -> None:
    """Virtuoso gives as many rows as its own limit allows, and says so in a header."""
    answer = over_virtuoso.ask(MANY, accept=JSON)
    assert answer.status == 507
    assert "LIMIT" in answer.problem["detail"]


def test_a_query_ends_at_its_time_and_when_nobody_waits(server: Server, on_oxigraph: Running) -> None:
    """The last here, as Oxigraph goes on with what nobody waits for until its own time is over."""
    answer = server.fetch(f"/sparql?timeout=1&query={_quoted(SLOW)}", Accept=JSON)
    assert answer.status == 504
    assert answer.problem["limit"] == "query_seconds"
    ended = gauge(server, "renkei_engine_killed_total")
    with socket.create_connection(("127.0.0.1", server.port)) as leaving:
        leaving.sendall(f"GET /sparql?query={_quoted(SLOW)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: gauge(server, "renkei_engine_running") + gauge(server, "renkei_engine_slow") > 0)
    until(lambda: gauge(server, "renkei_engine_killed_total") > ended)
    until(lambda: gauge(server, "renkei_engine_running") + gauge(server, "renkei_engine_slow") == 0)
    assert server.ask("ASK {}").status == 200


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())
