"""Workers that the kernel or an operator ends: the next query is answered all the same."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from os import kill as signalled
from pathlib import Path

import pytest

from tests.attacks.watching import children, engine, eventually, idle, kill, patience, resident
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

WORKERS = 2
STARTED_MB = 20
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, query_seconds=2, workers=WORKERS) as server:
        yield server


@pytest.fixture(autouse=True)
def whole(server: Server) -> Iterator[None]:
    """The workers are as many as they were, all alive."""
    yield
    ready(server)


def ready(server: Server) -> list[int]:
    """The workers, when all are there, alive and without work."""

    def are_there() -> bool:
        found = children(server.pid)
        asleep = len(found) == WORKERS + 1 and set(found.values()) == {"S"}
        return asleep and all(resident(worker) > STARTED_MB for worker in found)

    eventually(5, lambda: are_there() and idle(server) and engine(server, "workers") == (WORKERS + 1,))
    return list(children(server.pid))


def test_one_is_killed_while_it_has_nothing_to_do(server: Server) -> None:
    for number, worker in enumerate(ready(server)):
        kill(worker)
        time.sleep(0.05)
        assert server.ask(f"ASK {{}} # {number}").status == 200


def test_all_are_killed(server: Server) -> None:
    for number in range(3):
        for worker in ready(server):
            kill(worker)
        time.sleep(0.05)
        started = time.monotonic()
        assert server.ask(f"SELECT ({number} AS ?n) {{}}").status == 200
        assert time.monotonic() - started < patience(1)


def test_dead_ones_are_buried_and_replaced_without_being_asked(server: Server) -> None:
    before = ready(server)
    for worker in before:
        kill(worker)
    eventually(2, lambda: set(before).isdisjoint(children(server.pid)))


def test_one_is_killed_while_it_evaluates(server: Server) -> None:
    ready(server)
    answers = []
    client = threading.Thread(target=lambda: answers.append(server.ask(HEAVY)))
    client.start()
    eventually(1, lambda: engine(server, "running") == (1,) or engine(server, "slow") == (1,))
    for worker in children(server.pid):
        kill(worker)
    client.join(patience(1))
    assert answers[0].status == 507
    assert "ended" in answers[0].problem["detail"]


def test_one_that_hangs_is_ended_at_the_deadline(server: Server) -> None:
    for worker in ready(server):
        signalled(worker, signal.SIGSTOP)
    assert server.fetch("/health").status == 503
    answer = server.ask("ASK {} # of one that hangs")
    assert (answer.status, answer.problem["limit"]) == (504, "query_seconds")
    for worker in children(server.pid):
        with contextlib.suppress(ProcessLookupError):  # ended by the server in the meantime
            signalled(worker, signal.SIGCONT)
    assert server.ask("ASK {} # of one that goes on").status == 200


def test_none_can_be_started_for_a_while(server: Server, snapshots: Path) -> None:
    store = (snapshots / "current" / "store").resolve()
    before = ready(server)
    away = store.with_name("away")
    store.rename(away)
    try:
        for worker in before:
            kill(worker)
        time.sleep(0.05)
        answer = server.ask("ASK {} # of nobody")
        assert answer.status == 503
        assert answer.problem["detail"]
        assert int(answer.headers["retry-after"]) > 0
        assert server.fetch("/health").status == 503
    finally:
        away.rename(store)
    assert server.ask("ASK {} # of a new one").status == 200
