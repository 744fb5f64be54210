"""What strangers may fill the server's memory with: answers that are kept, headers that are remembered."""

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from benchmarks.load import load
from pyoxigraph import Literal, NamedNode, Quad, Store

from renkei_kg.engine import lookup
from renkei_kg.engine.lookup import Lookups
from tests.attacks.watching import eventually, idle, numbers, resident
from tests.attacks.wire import Reply, connected, drained, replies
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

CACHE_MB = 2
AT_ONCE = 60
HOST = "Host: a\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, cache_mb=CACHE_MB, client_queries=1000, idle_seconds=120) as server:
        fill(server, [f"GET /sparql?query=ASK%7B%7D%23{number} HTTP/1.1\r\n{HOST}" for number in range(500)])
        yield server


def fill(server: Server, heads: list[str]) -> None:
    """Sends requests on one connection, no more at once than it may hold, and sees that each is answered."""
    statuses = set()
    for start in range(0, len(heads), AT_ONCE):
        heads_at_once = heads[start : start + AT_ONCE]
        with connected(server, seconds=60) as connection:
            connection.sendall("".join(f"{head}\r\n" for head in heads_at_once).encode("latin-1") + LAST)
            statuses |= {reply.status for reply in replies(drained(connection))}
    assert statuses <= {200, 406}


def test_many_small_answers(server: Server) -> None:
    before = resident(server.pid)
    fill(server, [f"GET /sparql?query=ASK%7B%7D%20%23{number} HTTP/1.1\r\n{HOST}" for number in range(4000)])
    assert resident(server.pid) - before < 2 * CACHE_MB + 4
    assert numbers(server)["renkei_cache_bytes"] <= CACHE_MB << 20


def test_long_queries_with_short_answers(server: Server) -> None:
    before = resident(server.pid)
    with ThreadPoolExecutor(2) as pool:
        texts = (f"ASK {{}} # {number} {'x' * 200_000}" for number in range(150))
        assert {answer.status for answer in pool.map(server.post, texts)} == {200}
    assert resident(server.pid) - before < 12


def test_one_query_asked_in_many_ways(server: Server) -> None:
    before = resident(server.pid)
    query = quote("SELECT (1 AS ?one) {}")
    fill(
        server,
        [
            f"GET /sparql?query={query}&format=csv&x={number} HTTP/1.1\r\n{HOST}Accept: a/{number}\r\n"
            f"Accept-Language: x-{number}\r\n"
            for number in range(3000)
        ],
    )
    assert resident(server.pid) - before < 2 * CACHE_MB + 4


def test_answers_that_are_gathered_and_not_read(server: Server) -> None:
    before = resident(server.pid)
    query = quote("SELECT * { ?a ?b ?c } LIMIT 16000")
    whole = received(server, f"GET /sparql?query={query} HTTP/1.0\r\n{HOST}\r\n")
    assert (whole[0].status, whole[0].whole) == (200, True)
    assert len(whole[0].body) > 2 << 20
    with ExitStack() as stack:
        for _ in range(26):
            connection = stack.enter_context(connected(server, buffer=4096))
            connection.sendall(f"GET /sparql?query={query} HTTP/1.0\r\n{HOST}\r\n".encode())
            connection.recv(16)
        assert resident(server.pid) - before < 110
        refused = received(server, f"GET /sparql?query={query} HTTP/1.0\r\n{HOST}\r\n")
        assert (refused[0].status, refused[0].problem["limit"]) == (503, "unread")
        assert server.ask("ASK {}").status == 200
    eventually(2, lambda: idle(server))
    again = received(server, f"GET /sparql?query={query} HTTP/1.0\r\n{HOST}\r\n")
    assert again[0].status == 200


def test_lookups_remember_no_more_than_there_is_room_for() -> None:
    store = Store()
    things = [NamedNode(f"a:{number}") for number in range(40)]
    says = NamedNode("a:says")
    for thing in things:
        store.extend(Quad(thing, says, Literal(f"{number} {'x' * 3000}")) for number in range(200))
    store.add(Quad(things[0], says, Literal("x" * 9000)))
    lookups = Lookups(store)
    tracemalloc.start()
    for thing in things[1:]:
        assert lookups.answer(f"SELECT ?p ?o {{ {thing} ?p ?o }}", lookup.JSON)
    for number in range(5000):
        assert lookups.answer(f"SELECT ?p ?o {{ <b:{'x' * 1900}{number}> ?p ?o }}", lookup.JSON)
    for number in range(5000):
        assert lookups.answer(f"DESCRIBE <b:{'x' * 1900}{number}>", "text/turtle") == b""
    assert lookups.answer("DESCRIBE <a:0>", "text/turtle") is None
    taken, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 1.1 * lookup.REMEMBERED
    assert most < 1.5 * lookup.REMEMBERED


def test_graphs_remember_no_more_than_there_is_room_for(tmp_path: Path) -> None:
    """Their terms are held by the engine, so that the process is looked at."""
    file = tmp_path / "data.nq"
    lines = (
        f'<http://a/{thing}> <http://a/p{number}> "{thing} {"x" * 50}" .\n'
        for thing in range(3000)
        for number in range(40)
    )
    file.write_text("".join(lines))
    load(file, tmp_path / "snapshots", "http://a/")
    with serving(tmp_path / "snapshots", cache_mb=0, access_log="") as server:
        head = "GET /sparql?query=DESCRIBE%20%3Chttp://a/{}%3E HTTP/1.1\r\nHost: a\r\nAccept: text/turtle\r\n"
        fill(server, [head.format(thing) for thing in range(100)])
        before = resident(server.pid)
        fill(server, [head.format(thing) for thing in range(3000)])
        assert resident(server.pid) - before < 1.5 * lookup.REMEMBERED / (1 << 20)


def received(server: Server, text: str) -> list[Reply]:
    with connected(server) as connection:
        connection.sendall(text.encode())
        return replies(drained(connection))


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language"])
def test_headers_that_are_remembered(server: Server, name: str) -> None:
    before = resident(server.pid)
    value = ",".join(f"a/{letter}{digit}" for letter in "bcdefghijk" for digit in range(15))
    fill(
        server,
        [
            f"GET /sparql?query=ASK%7B%7D&x=1 HTTP/1.1\r\n{HOST}{name}: {value}, a/{number}, */*\r\n"
            for number in range(1500)
        ],
    )
    assert resident(server.pid) - before < 24
