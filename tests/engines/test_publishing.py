"""Versions brought to an engine: all of one or nothing, checked, gone on with after a kill, switched, taken away."""

import asyncio
import http.client
import re
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from benchmarks.engines import Running, command, oxigraph, run
from pyoxigraph import RdfFormat, parse

from renkei_kg.compile import pipeline
from renkei_kg.config import Settings
from renkei_kg.engine.remote.link import Link
from renkei_kg.project import Project
from renkei_kg.publishing.hashing import Sum, summed
from renkei_kg.publishing.target import Target
from renkei_kg.snapshot import open_current
from tests.engines.test_remote import until
from tests.serving import Server, serving

BASE = "https://example.org/kg/"
PREFIX = f"@prefix : <{BASE}> .\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SIZE = 10_500  # triples of the large source: two batches


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with oxigraph(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture
def project(small) -> Project:
    """A project with a large source, and one with blank nodes and values that engines write in their own way."""
    lines = [f":s{number} :p {number % 1000} ." for number in range(SIZE)]
    return small(
        **{
            "data/large.ttl": PREFIX + "\n".join(lines),
            "data/odd.ttl": PREFIX
            + ':a :p [ :q [ :r ( 1 2 ) ] ] , true , 01 , 1.50 , "x"@ja , "l\\n\\"" ; :q [] , [] .',
        }
    )


def built(project: Project, folder: Path, more: str = "") -> str:
    """The id of a new version in a folder, with some more triples."""
    if more:
        (project.data / "more.ttl").write_text(PREFIX + more, encoding="utf-8")
    return pipeline.build(project, folder, lambda _: None).id


def served(server: Server) -> str:
    """The version that a server answers from."""
    return server.ask("ASK {}").headers.get("renkei-snapshot", "")


def graphs(engine: Running) -> set[str]:
    """The graphs that a store has, of versions."""
    found = engine.ask(
        f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}published/')) }}",
        "text/csv",
    )[1]
    return set(found.decode().split()[1:])


def test_a_version_is_whole_or_not_there(project: Project, engine: Running, tmp_path: Path) -> None:
    """Killed in the middle, gone on with, changed behind its back, switched back and taken away."""
    folder = tmp_path / "snapshots"
    first = built(project, folder)
    said = run(["publish"], folder, engine)
    assert f"{first} is read from now on" in said
    with serving(folder, **engine.settings, engine_local=0, cache_mb=0) as server:
        assert served(server) == first
        before = server.ask(COUNT).body

        second = built(project, folder, ":new :p 1 .")
        with command(["publish"], folder, engine) as publishing:
            assert publishing.stderr is not None
            for line in publishing.stderr:
                if "large" in line:
                    publishing.send_signal(signal.SIGKILL)
            publishing.wait()
        assert publishing.returncode == -signal.SIGKILL
        assert any(f"/{second}/" in graph for graph in graphs(engine))
        assert served(server) == first
        assert server.ask(COUNT).body == before

        said = run(["publish"], folder, engine)
        assert re.search(r"/large is there already", said)
        until(lambda: served(server) == second)
        assert server.ask(COUNT).body != before
        assert b'"value":"1"' in server.ask(f"SELECT (COUNT(*) AS ?n) {{ <{BASE}new> ?p ?o }}").body

        assert f"{second} is there already" in run(["publish"], folder, engine)
        run(["publish", first], folder, engine)
        until(lambda: served(server) == first)
        assert server.ask(COUNT).body == before
        # A version that the engine holds is asked there also when another is read.
        other = server.fetch(f"/snapshots/{second}/sparql?query={quote(COUNT)}", Accept="application/json")
        assert other.headers["renkei-snapshot"] == second
        assert other.body != before

        run(["publish", second, "--prune", "--keep", "1"], folder, engine)
        until(lambda: served(server) == second)
        assert {graph.split("/")[-2] for graph in graphs(engine)} == {second}
        # One that it does not hold any more is answered from the folder.
        kept = server.fetch(f"/snapshots/{first}/sparql?query={quote(COUNT)}", Accept="application/json")
        assert kept.body == before


def test_what_comes_back_is_held_against_what_was_sent(engine: Running) -> None:
    """One triple less, one value changed or two blank nodes made one are found, and no other order or name."""
    text = "<a:a> <a:b> 1 , 'x'@ja , _:a , _:b . _:a <a:c> _:b . <a:d> <a:b> 0.10 ."
    triples = [quad.triple for quad in parse(text, RdfFormat.TURTLE)]
    graph = "urn:renkei:test"

    async def found(update: str) -> Sum:
        link = Link(Settings(**engine.settings))
        await link.start()
        try:
            target = Target(link)
            await target.fill(graph, lambda: reversed(triples))
            if update:
                await target.update(update % f"GRAPH <{graph}>")
            return await target.sum(graph)
        finally:
            await link.stop()

    expected = summed(triples)
    assert asyncio.run(found("")) == expected
    for update in (
        "DELETE DATA { %s { <a:a> <a:b> 1 } }",
        "DELETE DATA { %s { <a:a> <a:b> 1 } } ; INSERT DATA { GRAPH <urn:renkei:test> { <a:a> <a:b> 2 } }",
        "DELETE { %s { ?b ?p ?o } } INSERT { GRAPH <urn:renkei:test> { ?o ?p ?o } } WHERE { GRAPH ?g { ?b <a:c> ?o ; ?p ?o } }",
    ):
        assert asyncio.run(found(update)).sha256 != expected.sha256, update


def test_an_engines_own_loader_may_bring_it(small, engine: Running, tmp_path: Path) -> None:
    folder, file = tmp_path / "snapshots", tmp_path / "version.nq"
    project = small(**{"data/a.ttl": PREFIX + ":a :p [ :q 1 ] , 2 .", "data/b.ttl": PREFIX + ":a :p 2 ."})
    version = built(project, folder)
    run(["publish", "--dump", str(file)], folder, engine)
    before = graphs(engine)
    assert not any(version in graph for graph in before)
    lines = file.read_text().splitlines()
    manifest = open_current(folder).manifest
    assert len(lines) == manifest["quads"]
    connection = http.client.HTTPConnection("127.0.0.1", engine.port)
    with closing(connection):
        connection.request("POST", "/store", file.read_bytes(), {"Content-Type": "application/n-quads"})
        assert connection.getresponse().status == 204
    said = run(["publish", "--loaded"], folder, engine)
    assert f"{version} is read from now on" in said
    assert len(graphs(engine) - before) == len(manifest["graphs"]) + 1


def test_it_says_what_it_needs(project: Project, engine: Running, tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    built(project, folder)
    nowhere = Running("nowhere", 1, engine.process, {"engine": "http://127.0.0.1:1/query"})
    assert "--graphs URL" in run(["publish"], folder, nowhere, code=2)
    closed = {**nowhere.settings, "engine_graphs": "http://127.0.0.1:1/store"}
    said = run(["publish"], folder, Running("nowhere", 1, engine.process, closed), code=2)
    assert "takes no connection" in said
    reading = {**engine.settings, "engine_update": engine.settings["engine"]}
    said = run(["publish"], folder, Running("reading", engine.port, engine.process, reading), code=2)
    assert "does not take an update" in said
