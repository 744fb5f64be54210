"""While four attackers do their worst, ordinary queries are answered; whoever asks for too much is told so."""

import http.client
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count, cycle
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.watching import children, engine, eventually, idle, patience, resident
from tests.attacks.wire import connected
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

WORKERS = 2
QUERIES, ASKED = 200, 4
RATIO = 20
SLOWEST = 3.0
UNIQUE = count()
ATTACKS = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a*)*(b+)+c$') }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
    "SELECT (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "ASK { FILTER(" + "(" * 300_000 + "1) }",
    "ASK { ?s ?p '" + "service" * 100_000 + "' }",
]
LOOKUP = """PREFIX rk: <https://w3id.org/renkei/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?project ?title { ?project a rk:Project ; rdfs:label ?title . FILTER(LANG(?title) = "en") }
LIMIT 10 OFFSET %d # %d"""


@pytest.fixture(scope="module")
def server(large: Path) -> Iterator[Server]:
    with serving(
        large,
        query_seconds=1,
        workers=WORKERS,
        slow_workers=2,
        worker_memory_mb=512,
        result_mb=64,
        cache_mb=8,
        client_queries=16,
    ) as server:
        yield server


class Attacker:
    """Asks heavy queries from an address of its own, one after the other, until it is told to stop."""

    def __init__(self, server: Server, number: int) -> None:
        self.server, self.source = server, f"127.0.0.{2 + number}"
        self.asked, self.statuses = 0, set[int]()
        self.stopped = threading.Event()
        self.attacks = cycle(ATTACKS[number:] + ATTACKS[:number])
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Asks, and reads what comes."""
        while not self.stopped.is_set():
            self.asked += 1
            text = f"{next(self.attacks)} # {next(UNIQUE)}"
            with suppress(http.client.IncompleteRead):
                self.statuses.add(self.server.post(text, source=self.source).status)


def asked(server: Server, queries: int) -> list[float]:
    """The seconds that ordinary queries take, each of which is answered and none kept."""
    found = []
    for number in range(queries):
        text = LOOKUP % (number, next(UNIQUE))
        started = time.monotonic()
        answer = server.ask(text)
        found.append(time.monotonic() - started)
        assert answer.status == 200, answer.body
        assert answer.body.count(b'"title"') == 11
    return found


def test_ordinary_queries_are_answered_while_four_attack(server: Server) -> None:
    quiet = statistics.median(asked(server, QUERIES))
    before = largest = resident(server.pid)
    attackers = [Attacker(server, number) for number in range(4)]
    for attacker in attackers:
        attacker.thread.start()
    try:
        times: list[float] = []
        while len(times) < QUERIES or any(attacker.asked < ASKED for attacker in attackers):
            time.sleep(0.2)
            times += asked(server, 10)
            largest = max(largest, resident(server.pid))
            assert server.fetch("/health").status == 200
    finally:
        for attacker in attackers:
            attacker.stopped.set()
        for attacker in attackers:
            attacker.thread.join()
    assert set.union(*(attacker.statuses for attacker in attackers)) <= {200, 400, 503, 504, 507}
    assert statistics.median(times) < patience(RATIO * quiet), (statistics.median(times), quiet)
    assert max(times) < patience(SLOWEST)
    assert largest - before < 24
    eventually(2, lambda: idle(server))
    eventually(5, lambda: engine(server, "workers") == (WORKERS + 1,))
    eventually(
        2, lambda: len(children(server.pid)) == WORKERS + 1 and "Z" not in children(server.pid).values()
    )
    assert server.process.poll() is None


HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) }"
MIDDLING = (
    "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 500 } { SELECT * { ?d ?e ?f } LIMIT 500 } }"
)


@pytest.fixture(scope="module")
def narrow(snapshots: Path) -> Iterator[Server]:
    """A server with little room: to which nothing is slow, so that what cannot run waits."""
    with serving(
        snapshots,
        query_seconds=30,
        workers=1,
        slow_workers=1,
        parked=1,
        queue=3,
        wait_seconds=1,
        client_queries=2,
        quick_milliseconds=60_000,
    ) as server:
        yield server


def heavy(server: Server, stack: ExitStack, source: str, query: str = HEAVY) -> socket.socket:
    """A connection on which a heavy query is under way."""
    connection = stack.enter_context(connected(server, source=source))
    target = quote(f"{query} # {next(UNIQUE)}")
    connection.sendall(f"GET /sparql?query={target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    return connection


def test_an_address_that_asks_too_much_at_once_is_told_so_and_others_are_not(narrow: Server) -> None:
    with ExitStack() as stack:
        running = heavy(narrow, stack, "127.0.0.2")
        eventually(2, lambda: engine(narrow, "running") == (1,))
        heavy(narrow, stack, "127.0.0.2")
        eventually(2, lambda: engine(narrow, "waiting") == (1,))
        refused = narrow.ask("ASK {} # 1", source="127.0.0.2")
        assert (refused.status, refused.problem["limit"]) == (429, "client_queries")
        assert int(refused.headers["retry-after"]) > 0
        answers: list[int] = []
        other = threading.Thread(target=lambda: answers.append(narrow.ask("ASK {} # 2").status))
        other.start()
        eventually(2, lambda: engine(narrow, "waiting") == (2,))
        running.close()
        # Now it is the turn of the same address's second, which came first; then of the other.
        eventually(2, lambda: engine(narrow, "waiting") == (1,))
        stack.close()
        other.join()
        assert answers == [200]
    eventually(2, lambda: idle(narrow))
    assert narrow.ask("ASK {} # 3", source="127.0.0.2").status == 200


def test_who_has_one_query_waiting_comes_before_the_second_of_another(narrow: Server) -> None:
    order: list[str] = []

    def ask(source: str) -> None:
        assert narrow.ask(f"{MIDDLING} # {next(UNIQUE)}", source=source).status == 200
        order.append(source)

    with ExitStack() as stack:
        running = heavy(narrow, stack, "127.0.0.9")
        eventually(2, lambda: engine(narrow, "running") == (1,))
        threads = []
        for waiting, source in enumerate(("127.0.0.2", "127.0.0.2", "127.0.0.3"), start=1):
            threads.append(threading.Thread(target=ask, args=(source,)))
            threads[-1].start()
            eventually(2, lambda waiting=waiting: engine(narrow, "waiting") == (waiting,))
        running.close()
        for thread in threads:
            thread.join()
    assert order == ["127.0.0.2", "127.0.0.3", "127.0.0.2"]


def test_a_full_queue_is_said_to_be_full(narrow: Server) -> None:
    with ExitStack() as stack:
        heavy(narrow, stack, "127.0.0.2")
        eventually(2, lambda: engine(narrow, "running") == (1,))
        for number in range(3):
            heavy(narrow, stack, f"127.0.0.{3 + number}")
        eventually(2, lambda: engine(narrow, "waiting") == (3,))
        refused = narrow.ask("ASK {} # 4")
        assert (refused.status, refused.problem["limit"]) == (503, "queue")
        assert int(refused.headers["retry-after"]) > 0
        assert narrow.fetch("/metrics").status == 200
        assert narrow.fetch("/health").status == 200
        assert narrow.fetch("/query").status == 200
        # Nobody waits for longer than is said.
        eventually(3, lambda: engine(narrow, "waiting") == (0,))
    eventually(2, lambda: idle(narrow))


def test_slow_queries_wait_for_each_other_and_not_without_end(snapshots: Path) -> None:
    with (
        serving(
            snapshots,
            query_seconds=30,
            workers=1,
            slow_workers=1,
            parked=1,
            wait_seconds=1,
            quick_milliseconds=50,
        ) as server,
        ExitStack() as stack,
    ):
        heavy(server, stack, "127.0.0.2")
        eventually(2, lambda: engine(server, "slow") == (1,))
        held = heavy(server, stack, "127.0.0.3")
        eventually(2, lambda: engine(server, "parked") == (1,))
        refused = server.ask(f"{HEAVY} # 5")
        assert (refused.status, refused.problem["limit"]) == (503, "queue")
        assert server.ask("ASK {} # 6").status == 200
        assert held.recv(100).startswith(b"HTTP/1.1 503 ")
        assert engine(server, "slow", "parked") == (1, 0)
