"""The end of the server: what is under way comes to its end, nothing is left behind."""

import http.client
import os
import signal
import socket
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.watching import alive, children, engine, eventually, patience
from tests.attacks.wire import connected, drained, replies
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

ALL = "/sparql?format=csv&query=" + quote("SELECT * { ?s ?p ?o } LIMIT 150000")
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASKING = f"GET /sparql?query={quote(HEAVY)} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


def gone(workers: dict[int, str]) -> bool:
    return not any(alive(worker) for worker in workers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_under_way_ends_whole(large: Path, number: signal.Signals) -> None:
    with serving(large, stop_seconds=10) as server:
        expected = len(server.fetch(ALL).body)
        workers = children(server.pid)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        with closing(connection):
            connection.request("GET", ALL)
            with connection.getresponse() as response:
                size = len(response.read(1000))
                workers |= children(server.pid)
                server.process.send_signal(number)
                eventually(2, lambda: refused(server))
                while part := response.read(1 << 20):
                    size += len(part)
                    time.sleep(0.01)
        assert size == expected
        assert server.process.wait(patience(5)) == 0
        eventually(1, lambda: gone(workers))


def refused(server: Server) -> bool:
    """Whether new connections are refused."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", server.port)) != 0


def test_idle_connections_do_not_hold_it_up(snapshots: Path) -> None:
    with serving(snapshots, stop_seconds=10) as server, ExitStack() as stack:
        workers = children(server.pid)
        for start in (b"", b"GET /health", b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n") * 5:
            stack.enter_context(connected(server)).sendall(start)
        time.sleep(0.1)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(patience(5)) == 0
        assert time.monotonic() - started < patience(2)
        assert gone(workers)


def test_what_does_not_end_in_time_is_told_so(snapshots: Path) -> None:
    with serving(snapshots, stop_seconds=1, query_seconds=60) as server, ExitStack() as stack:
        streaming = stack.enter_context(connected(server, buffer=4096))
        endless = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        streaming.sendall(f"GET /sparql?query={endless} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert streaming.recv(1, socket.MSG_PEEK)
        running = stack.enter_context(connected(server))
        running.sendall(ASKING)
        page = stack.enter_context(connected(server))
        page.sendall(ASKING.replace(b"Host: a", b"Host: a\r\nAccept: text/html"))
        eventually(3, lambda: engine(server, "slow", "parked") == (2, 1))
        workers = children(server.pid)
        server.process.send_signal(signal.SIGTERM)
        answers: list[bytes] = []
        readers = [
            threading.Thread(target=lambda c=connection: answers.append(drained(c)))
            for connection in (running, page, streaming)
        ]
        for reader in readers:
            reader.start()
        assert server.process.wait(patience(5)) == 0
        for reader in readers:
            reader.join()
        eventually(1, lambda: gone(workers))
        found = [reply for answer in answers for reply in replies(answer)]
        assert sorted((reply.status, reply.whole) for reply in found) == [
            (200, False),
            (503, True),
            (503, True),
        ]


def test_workers_do_not_outlive_a_server_that_is_killed(snapshots: Path) -> None:
    with serving(snapshots, exit_code=-signal.SIGKILL) as server, connected(server) as connection:
        connection.sendall(ASKING)
        eventually(2, lambda: engine(server, "slow") == (1,))
        workers = children(server.pid)
        assert len(workers) > 2
        os.kill(next(iter(workers)), signal.SIGSTOP)
        server.process.kill()
        server.process.wait(patience(5))
        eventually(2, lambda: gone(workers))
