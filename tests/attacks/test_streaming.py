"""Large answers: they come from the first byte on, in memory that does not grow, and never look whole when not."""

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.attacks.watching import children, eventually, idle, kill, patience, resident
from tests.attacks.wire import connected
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

ALL = "SELECT * { ?s ?p ?o }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
SOLUTIONS = ["json", "xml", "csv", "tsv"]
GRAPHS = ["turtle", "nt", "rdf", "jsonld", "trig", "nq", "n3"]
PART = 1 << 16


@pytest.fixture(scope="module")
def server(large: Path) -> Iterator[Server]:
    with serving(large, query_seconds=20, cache_mb=8) as server:
        yield server


def request(query: str, form: str = "json", **more: str) -> str:
    return f"/sparql?{urlencode({'query': query, 'format': form, **more})}"


def opened(server: Server, stack: ExitStack, target: str, seconds: float = 30) -> http.client.HTTPResponse:
    """A response whose head has come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=seconds)
    stack.enter_context(closing(connection))
    connection.request("GET", target)
    return stack.enter_context(connection.getresponse())


def test_a_large_answer_comes_from_the_first_byte_in_constant_memory(server: Server) -> None:
    before = largest = resident(server.pid)
    with ExitStack() as stack:
        started = time.monotonic()
        response = opened(server, stack, request(ALL))
        first, size = response.read(1), 1
        early = time.monotonic() - started
        while part := response.read(1 << 20):
            size += len(part)
            largest = max(largest, resident(server.pid))
        whole = time.monotonic() - started
    assert first == b"{"
    assert part == b""
    assert size > 50 << 20
    assert early < patience(0.3)
    assert early < whole / 2
    assert largest - before < 8
    eventually(1, lambda: idle(server))


def test_a_slow_reader_takes_no_memory(server: Server) -> None:
    before = largest = resident(server.pid)
    with ExitStack() as stack:
        response = opened(server, stack, request(ALL, "csv"))
        for _ in range(30):
            assert len(response.read(PART)) == PART
            time.sleep(0.03)
            largest = max(largest, resident(server.pid))
    assert largest - before < 8
    eventually(1, lambda: idle(server))


def test_readers_that_stop_reading_take_no_memory(server: Server) -> None:
    before = resident(server.pid)
    with ExitStack() as stack:
        for number in range(4):
            connection = stack.enter_context(connected(server, buffer=4096))
            target = request(f"{ALL} OFFSET {number}")
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(1)
        assert resident(server.pid) - before < 8
    eventually(1, lambda: idle(server))


@pytest.mark.parametrize("form", [*SOLUTIONS, *GRAPHS])
def test_an_answer_whose_worker_is_killed_never_looks_whole(server: Server, form: str) -> None:
    query = ALL if form in SOLUTIONS else GRAPH
    with ExitStack() as stack:
        response = opened(server, stack, request(f"{query} # {form}", form))
        assert response.read(PART)
        for worker in children(server.pid):
            kill(worker)
        with pytest.raises(http.client.IncompleteRead):
            response.read()
    assert server.ask("ASK {}").status == 200
    eventually(3, lambda: set(children(server.pid).values()) <= {"S", "R", "D"} and idle(server))


@pytest.mark.parametrize("form", ["csv", "turtle"])
def test_an_answer_that_takes_too_long_breaks_off(server: Server, form: str) -> None:
    select = "SELECT *" if form in SOLUTIONS else "CONSTRUCT { ?s ?p ?o } WHERE"
    query = select + " { ?s ?p ?o . ?a ?b ?c }"  # which no machine is through with in time
    with ExitStack() as stack:
        started = time.monotonic()
        response = opened(server, stack, request(query, form, timeout=f"{patience(0.4):.1f}"))
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        assert time.monotonic() - started < patience(3)


def test_http_1_0_gets_an_answer_whole_or_a_problem(server: Server) -> None:
    old = "GET %s HTTP/1.0\r\nHost: a\r\n\r\n"
    few = received(server, old % request(f"{ALL} LIMIT 3000", "csv"))
    assert few.startswith(b"HTTP/1.1 200 ")
    head, _, body = few.partition(b"\r\n\r\n")
    assert b"content-length: %d\r\n" % len(body) in head + b"\r\n"
    assert body.count(b"\r\n") == 3001
    before = resident(server.pid)
    many = received(server, old % request(ALL, "csv"))
    assert many.startswith(b"HTTP/1.1 507 ")
    assert resident(server.pid) - before < 24


def received(server: Server, text: str) -> bytes:
    with connected(server, seconds=30) as connection:
        connection.sendall(text.encode())
        parts = []
        while part := connection.recv(PART):
            parts.append(part)
    return b"".join(parts)


def test_limits_of_size(large: Path) -> None:
    with serving(large, result_mb=2, result_rows=0) as server:
        for form in [*SOLUTIONS, *GRAPHS]:
            query = ALL if form in SOLUTIONS else GRAPH
            assert server.fetch(request(f"{query} LIMIT 2000", form)).status == 200
            with pytest.raises(http.client.IncompleteRead):
                server.fetch(request(query, form))
        page = server.fetch(request(ALL, "html"), Accept_Language="en")
        assert (page.status, b"The first 1000 of more rows" in page.body) == (200, True)


def test_limits_of_rows_are_said_before_any_byte(large: Path) -> None:
    with serving(large, result_rows=1000) as server:
        for form in [*SOLUTIONS, *GRAPHS]:
            query = ALL if form in SOLUTIONS else GRAPH
            assert server.fetch(request(f"{query} LIMIT 1000", form)).status == 200
            for text in (f"{query} LIMIT 1001", query):
                answer = server.fetch(request(text, form))
                assert (answer.status, answer.problem["limit"]) == (507, "result_rows")
        assert server.fetch(request("ASK { ?s ?p ?o }")).status == 200
