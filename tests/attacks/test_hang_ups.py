"""A client that hangs up frees its worker within a second, wherever its query is."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.watching import engine, eventually, idle
from tests.attacks.wire import HEALTH, connected, reset
from tests.serving import Server, serving

HEAVY = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != {}) }}"
WORKERS = 1


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(
        snapshots, query_seconds=30, workers=WORKERS, slow_workers=1, parked=2, quick_milliseconds=100
    ) as server:
        yield server


@pytest.fixture(scope="module")
def patient(snapshots: Path) -> Iterator[Server]:
    """A server to which nothing is slow, so that what cannot run waits in the queue."""
    with serving(snapshots, query_seconds=30, workers=WORKERS, quick_milliseconds=60_000) as server:
        yield server


@pytest.fixture(autouse=True)
def whole(server: Server) -> Iterator[None]:
    """The server gets its workers back."""
    eventually(5, lambda: engine(server, "workers") == (WORKERS + 1,) and idle(server))
    yield
    eventually(5, lambda: engine(server, "workers") == (WORKERS + 1,) and idle(server))


def get(number: int, accept: str = "text/csv") -> bytes:
    target = f"/sparql?query={quote(HEAVY.format(number))}"
    return f"GET {target} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\n\r\n".encode()


def post(number: int) -> bytes:
    query = HEAVY.format(number).encode()
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(query), query)


ASKED = {
    "by GET": get(1),
    "by POST": post(2),
    "for a page": get(3, "text/html"),
    "with more behind it": get(4) + HEALTH * 3,
    "with half a request behind it": get(5) + HEALTH[:20],
    "by HEAD": get(6).replace(b"GET", b"HEAD", 1),
    "by HTTP/1.0": get(7).replace(b"HTTP/1.1", b"HTTP/1.0"),
}


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["closes", "resets"])
@pytest.mark.parametrize("how", ASKED)
def test_while_its_query_is_evaluated(
    server: Server, how: str, leave: Callable[[socket.socket], None]
) -> None:
    (killed,) = engine(server, "killed")
    with connected(server) as connection:
        connection.sendall(ASKED[how])
        eventually(5, lambda: engine(server, "slow", "running") == (1, 0))
        leave(connection)
        eventually(1, lambda: engine(server, "slow", "killed") == (0, killed + 1))


def test_before_its_query_is_slow(patient: Server) -> None:
    (killed,) = engine(patient, "killed")
    with connected(patient) as connection:
        connection.sendall(get(8))
        eventually(5, lambda: engine(patient, "running") == (1,))
    eventually(1, lambda: engine(patient, "running", "killed") == (0, killed + 1))


def test_a_quick_query_ends_by_itself_and_its_worker_is_kept(server: Server) -> None:
    (killed,) = engine(server, "killed")
    for number in range(20):
        with connected(server) as connection:
            query = quote(f"SELECT * {{ ?s ?p ?o }} LIMIT {100 + number}")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    eventually(1, lambda: idle(server))
    assert engine(server, "killed") == (killed,)


def test_while_it_is_held_still(server: Server) -> None:
    (killed,) = engine(server, "killed")
    with connected(server) as first, connected(server) as second:
        first.sendall(get(9))
        eventually(5, lambda: engine(server, "slow") == (1,))
        second.sendall(get(10))
        eventually(5, lambda: engine(server, "parked", "running") == (1, 0))
        second.close()
        eventually(1, lambda: engine(server, "parked", "killed") == (0, killed + 1))
        assert engine(server, "slow") == (1,)


def test_while_it_is_held_still_and_then_let_go_on(server: Server) -> None:
    with connected(server) as first, connected(server) as second:
        first.sendall(get(11))
        eventually(5, lambda: engine(server, "slow") == (1,))
        second.sendall(get(12))
        eventually(5, lambda: engine(server, "parked") == (1,))
        first.close()
        eventually(1, lambda: engine(server, "parked", "slow") == (0, 1))
        second.close()
        eventually(1, lambda: engine(server, "slow") == (0,))


def test_while_it_waits_for_its_turn(patient: Server) -> None:
    (killed,) = engine(patient, "killed")
    with connected(patient) as first, connected(patient) as second, connected(patient) as third:
        first.sendall(get(13))
        eventually(5, lambda: engine(patient, "running") == (1,))
        second.sendall(get(14))
        third.sendall(get(15, "text/html"))
        eventually(5, lambda: engine(patient, "waiting") == (2,))
        second.close()
        eventually(1, lambda: engine(patient, "waiting") == (1,))
        third.close()
        eventually(1, lambda: engine(patient, "waiting", "running", "killed") == (0, 1, killed))
        first.close()


def test_while_it_reads_a_large_answer(server: Server) -> None:
    (killed,) = engine(server, "killed")
    endless = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with connected(server, buffer=4096) as connection:
        connection.sendall(f"GET /sparql?query={endless} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        connection.recv(1000)
        time.sleep(0.3)
    eventually(1, lambda: engine(server, "running", "slow", "killed") == (0, 0, killed + 1))
