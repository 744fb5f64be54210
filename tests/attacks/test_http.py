"""Requests that no well-behaved client sends: each gets a plain answer, and the server does not mind."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.watching import eventually, idle, numbers, patience, resident
from tests.attacks.wire import HEALTH, LAST, Reply, connected, drained, replies, reset, sent
from tests.serving import Server, serving

SLOW = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 2000 } { SELECT * { ?d ?e ?f } LIMIT 2000 } }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOST = b"Host: a\r\n"
CLOSE = b"Host: a\r\nConnection: close\r\n\r\n"
FORM = b"Content-Type: application/sparql-query\r\n"
REQUEST_BYTES, HEADER_BYTES, HEADER_SECONDS, IDLE_SECONDS, CONNECTIONS = 100_000, 16_384, 1, 2, 200


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(
        snapshots,
        query_seconds=5,
        request_bytes=REQUEST_BYTES,
        header_bytes=HEADER_BYTES,
        header_seconds=HEADER_SECONDS,
        idle_seconds=IDLE_SECONDS,
        connections=CONNECTIONS,
        client_queries=1000,
        queue=1000,
        cache_mb=64,
    ) as server:
        yield server


@pytest.fixture(autouse=True)
def lives(server: Server) -> Iterator[None]:
    """After each attack the server is well and has done nothing wrong by its own account."""
    yield
    assert server.fetch("/health").status == 200
    assert server.process.poll() is None
    log = server.log.read_text(errors="replace")
    assert "Traceback" not in log
    assert "ERROR" not in log
    assert "WARNING" not in log


def post(*lines: bytes, body: bytes = b"") -> bytes:
    return b"POST /sparql HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


NOT_HTTP = {
    "the hello of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "null bytes": b"\0" * 100,
    "all bytes": bytes(range(256)) * 10,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"GET /health HTTP/9.9\r\n" + HOST + b"\r\n",
    "no version": b"GET /health HTTP\r\n" + HOST + b"\r\n",
    "no method": b" /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "unknown method": b"FOO /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "space before colon": b"GET /health HTTP/1.1\r\nHost : a\r\n\r\n",
    "folded header": b"GET /health HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
    "null in a header": b"GET /health HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n",
    "bare line feeds": b"GET /health HTTP/1.1\nHost: a\n\n",
    "null in the target": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "non-ASCII path": "GET /é HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "non-ASCII query": b"GET /?query=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "non-ASCII query to the endpoint": b"GET /sparql?query=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target that is none": b"GET http:// HTTP/1.1\r\n" + HOST + b"\r\n",
    "junk after a request": LAST.replace(b"close", b"keep-alive") + b"\xff\xff\r\n\r\n",
    # Framing that two readers may read in two ways: the shapes of request smuggling.
    "length and chunks": post(
        b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    ),
    "chunks and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 6", body=b"0\r\n\r\nG"),
    "two lengths": post(b"Content-Length: 5", b"Content-Length: 6", body=b"abcdef"),
    "lengths in a list": post(b"Content-Length: 5, 6", body=b"abcdef"),
    "a length below zero": post(b"Content-Length: -5"),
    "a length with a sign": post(b"Content-Length: +5", body=b"ASK{}"),
    "a length in hexadecimal": post(b"Content-Length: 0x5", body=b"ASK{}"),
    "a length of words": post(b"Content-Length: five", body=b"ASK{}"),
    "a length too large to count": post(b"Content-Length: 99999999999999999999999"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a coding after chunked": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    "chunked twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunked with a tab": post(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n"),
    "a chunk without a size": post(b"Transfer-Encoding: chunked", body=b"zz\r\nASK{}\r\n0\r\n\r\n"),
    "a chunk longer than it says": post(b"Transfer-Encoding: chunked", body=b"5\r\nASK{}XX\r\n0\r\n\r\n"),
    "a chunk too large to count": post(b"Transfer-Encoding: chunked", body=b"f" * 17 + b"\r\nASK{}"),
    "chunks ended by line feeds": post(b"Transfer-Encoding: chunked", body=b"5\nASK{}\n0\n\n"),
}


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_not_http_is_said_to_be_not(server: Server, name: str) -> None:
    *_, last = sent(server, NOT_HTTP[name])
    assert last.status == 400
    assert last.problem["detail"]
    assert last.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("content", "statuses"),
    [
        (b"GET /health\r\n\r\n", [400]),
        (b"GET /health HTTP/1.0\r\n\r\n", [200]),
        (b"GET http://evil.example/health HTTP/1.1\r\n" + CLOSE, [200]),
        (b"GET http://evil.example HTTP/1.1\r\n" + CLOSE, [400]),
        (b"GET //evil.example/%2e%2e/etc/passwd HTTP/1.1\r\n" + CLOSE, [404]),
        (b"GET /%00/%0d%0aSet-Cookie:%20a HTTP/1.1\r\n" + CLOSE, [404]),
        (b"GET /%ff%fe HTTP/1.1\r\n" + CLOSE, [404]),
        (b"GET /?example=%ff&lang=%0d%0a&query=%ed%a0%80 HTTP/1.1\r\n" + CLOSE, [200]),
        (b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", [400]),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", [400]),
        (b"OPTIONS * HTTP/1.1\r\n" + CLOSE, [204]),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", [405]),
        (b"TRACE /health HTTP/1.1\r\n" + CLOSE, [405]),
        (b"PATCH / HTTP/1.1\r\n" + CLOSE, [405]),
        (b"GET /health HTTP/1.1\r\nAccept: \xff\xfe\r\n" + CLOSE, [200]),
        (b"GET /nothing HTTP/1.1\r\nAccept: \xff\xfe\r\n" + CLOSE, [404]),
        (b"GET /nothing HTTP/1.1\r\nAccept: " + b"a/b," * 2500 + b"\r\n" + CLOSE, [431]),
        (b"GET /health HTTP/1.1\r\n" + b"A:\r\n" * 400 + CLOSE, [431]),
        (b"GET /health HTTP/1.1\r\nA: " + b"a" * 9000 + b"\r\n" + CLOSE, [431]),
        (b"GET /health HTTP/1.1\r\n" + (b"A: " + b"a" * 6000 + b"\r\n") * 3 + CLOSE, [431]),
        (b"GET /health HTTP/1.1\r\n" + b"A: " + b"a" * 1_000_000 + b"\r\n" + CLOSE, [431]),
        (b"GET /health HTTP/1.1\r\n" + b"A" * 1_000_000 + CLOSE, [431]),
        (b"GET /" + b"a" * (HEADER_BYTES + 1) + b" HTTP/1.1\r\n" + CLOSE, [414]),
        (b"GET /health?" + b"a" * (HEADER_BYTES - 100) + b" HTTP/1.1\r\n" + CLOSE, [200]),
        (b"GET /" + b"a" * 1_000_000, [431]),
        (HEALTH * 3 + LAST, [200, 200, 200, 200]),
        (b"\r\n" * 100 + LAST, [200]),
    ],
)
def test_odd_requests_have_their_answers(server: Server, content: bytes, statuses: list[int]) -> None:
    found = sent(server, content)
    assert [reply.status for reply in found] == statuses
    for reply in found:
        assert reply.whole
        assert "set-cookie" not in reply.headers
        if reply.status >= 400:
            assert reply.problem


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_and_the_client_gets_to_know(
    server: Server, declared: bool
) -> None:
    body = b"x" * 5_000_000
    if declared:
        content = post(FORM[:-2], b"Content-Length: %d" % len(body), body=body)
    else:
        chunks = b"".join(b"%x\r\n%s\r\n" % (65536, body[:65536]) for _ in range(70))
        content = post(FORM[:-2], b"Transfer-Encoding: chunked", body=chunks + b"0\r\n\r\n")
    refused, *rest = sent(server, content + LAST)
    assert (refused.status, refused.problem["limit"]) == (413, "request_bytes")
    assert [reply.status for reply in rest] == [200]


def test_a_client_that_asks_first_is_told_before_it_sends(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(post(FORM[:-2], b"Content-Length: 999999999", b"Expect: 100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")
    with connected(server) as connection:
        connection.sendall(post(FORM[:-2], b"Content-Length: 6", b"Expect: 100-continue"))
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK {}" + LAST)
        assert [reply.status for reply in replies(drained(connection))] == [200, 200]


def test_a_body_without_end_is_not_read_without_end(server: Server) -> None:
    before = resident(server.pid)
    with connected(server) as connection:
        connection.sendall(post(FORM[:-2], b"Transfer-Encoding: chunked"))
        chunk = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
        with pytest.raises(ConnectionError):
            connection.sendall(chunk * 100)
    assert resident(server.pid) - before < 8


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
def test_an_upgrade_is_not_granted_and_the_request_answered(server: Server, upgrade: bytes) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: " + upgrade, b"HTTP2-Settings: AAMAAABkAAQ"
    asking = post(*wish, FORM[:-2], b"Accept: text/csv", b"Content-Length: 6", body=b"ASK {}")
    getting = HEALTH[:-2] + b"".join(line + b"\r\n" for line in wish) + b"\r\n"
    chunked = post(*wish, FORM[:-2], b"Transfer-Encoding: chunked", body=b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n")
    found = sent(server, asking + getting + chunked + HEALTH + asking + LAST)
    assert [reply.status for reply in found] == [200] * 6
    assert found[0].body == found[4].body == b"true"


def queries(*texts: str) -> bytes:
    lines = (b"GET /sparql?query=%s&format=csv HTTP/1.1\r\n" % quote(text).encode() for text in texts)
    return b"".join(line + HOST + b"\r\n" for line in lines)


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    kept = [f"SELECT ({number} AS ?n) {{}}" for number in range(3)]
    for text in kept:
        assert server.fetch(f"/sparql?query={quote(text)}&format=csv").status == 200
    found = sent(server, queries(kept[0], SLOW, kept[1], "SELECT (9 AS ?n) {}", kept[2], "x") + LAST)
    assert [reply.status for reply in found] == [200] * 5 + [400, 200]
    bodies = [reply.body.split()[1] for reply in found[:5]]
    assert [bodies[0], *bodies[2:]] == [b"0", b"1", b"9", b"2"]
    assert bodies[1] == b"4000000"


def test_too_many_pipelined_requests_end_the_connection(server: Server) -> None:
    slow = queries(HEAVY)
    before = resident(server.pid)
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connected(server))
            connection.sendall(slow + HEALTH * 4000)
        assert resident(server.pid) - before < 16
    eventually(2, lambda: idle(server))
    *answered, last = sent(server, queries(SLOW) + HEALTH * 100)
    assert {reply.status for reply in answered} == {200}
    assert (last.status, last.headers["connection"]) == (429, "close")


def dribbled(server: Server, content: bytes, connection: socket.socket) -> list[Reply]:
    """What comes back when bytes are sent one at a time."""
    with suppress(OSError):
        for byte in content:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    return replies(drained(connection))


def test_a_request_that_is_dribbled_is_ended(server: Server) -> None:
    started = time.monotonic()
    with connected(server) as connection:
        (reply,) = dribbled(server, HEALTH * 3, connection)
        assert (reply.status, bool(reply.problem)) == (408, True)
    assert time.monotonic() - started < patience(HEADER_SECONDS + 3)
    with connected(server) as connection:
        connection.sendall(post(FORM[:-2], b"Content-Length: 60"))
        (reply,) = dribbled(server, b" " * 59, connection)
        assert (reply.status, bool(reply.problem)) == (408, True)
    with connected(server) as connection:
        started = time.monotonic()
        (reply,) = replies(drained(connection))  # nothing is sent at all
        assert reply.status == 408
        assert time.monotonic() - started < patience(HEADER_SECONDS + 2)


@pytest.mark.parametrize("start", [b"", b"GET /health HTTP/1.1\r\n", post(FORM[:-2], b"Content-Length: 9")])
def test_hundreds_of_slow_connections_keep_nobody_out(server: Server, start: bytes) -> None:
    with ExitStack() as stack:
        for number in range(2 * CONNECTIONS):
            connection = stack.enter_context(connected(server, source=f"127.0.0.{2 + number % 4}"))
            with suppress(OSError):
                connection.sendall(start)
            if number % 20 == 0:
                assert server.fetch("/health").status == 200
        for _ in range(20):
            started = time.monotonic()
            assert server.fetch("/health").status == 200
            assert time.monotonic() - started < patience(1)


def test_a_thousand_clients_come_and_go(server: Server) -> None:
    before = resident(server.pid)
    asking = queries("SELECT * { ?s ?p ?o } LIMIT 1000")
    contents = [b"", HEALTH, asking[:30], asking, HEALTH, asking]
    for number in range(1000):
        with connected(server) as connection:
            content = contents[number % len(contents)]
            if number % 50 == 0:
                content = queries(HEAVY if number % 100 else "SELECT * { ?a ?b ?c . ?d ?e ?f }")
            connection.sendall(content)
            if content.endswith(b"\r\n\r\n") and number % 5 == 2:
                connection.recv(100)
            if number % 2:
                reset(connection)
    eventually(5, lambda: idle(server))
    assert server.ask("ASK {}").status == 200
    assert resident(server.pid) - before < 24


def test_a_client_that_closes_its_half_is_taken_to_have_left(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(queries(HEAVY))
        time.sleep(0.1)
        connection.shutdown(socket.SHUT_WR)
        assert drained(connection) == b""
    eventually(1, lambda: idle(server))


def test_floods_of_head_and_options(server: Server) -> None:
    target = b"/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f }").encode()
    for method in (b"HEAD", b"OPTIONS"):
        flood = b"%s %s HTTP/1.1\r\n%s\r\n" % (method, target, HOST)
        with connected(server, seconds=20) as connection:
            connection.sendall(flood * 20 + LAST)
            received = drained(connection)
        assert received.count(b"HTTP/1.1 20") == 21
    eventually(5, lambda: idle(server))


def test_clients_that_never_read_take_no_memory_and_are_ended(server: Server) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 25000"
    answer = server.ask(query)
    size = len(answer.body) / (1 << 20)
    assert size > 5
    assert server.ask(query).status == 200
    before, kept = resident(server.pid), numbers(server)["renkei_cache_bytes"]
    assert kept > 5 << 20
    asking = b"GET /sparql?query=%s HTTP/1.1\r\nAccept: application/json\r\n%s\r\n"
    target = quote(query.replace(" ", "+"), safe="+").encode()
    with ExitStack() as stack:
        for _ in range(60):
            connection = stack.enter_context(connected(server, buffer=4096))
            connection.sendall(asking % (target, HOST))
        time.sleep(0.3)
        assert resident(server.pid) - before < size * 3  # not sixty times the answer
        eventually(3 * IDLE_SECONDS + 2, lambda: open_connections(server) < 5)


def open_connections(server: Server) -> int:
    """Connections of loopback that the server has open."""
    rows = [line.split() for line in Path(f"/proc/{server.pid}/net/tcp").read_text().splitlines()[1:]]
    port = f":{server.port:04X}"
    return sum(1 for row in rows if row[1].endswith(port) and row[3] == "01")


def test_who_a_client_is_is_not_its_own_word(snapshots: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    said = {"X_Forwarded_For": "10.1.2.3, 10.4.5.6"}
    with serving(snapshots, access_log=log, trusted_proxies="127.0.0.9") as server:
        assert server.ask("ASK {}", **said).status == 200
        assert server.ask("ASK {}", source="127.0.0.9", **said).status == 200
        assert server.ask("ASK {}", source="127.0.0.8", Forwarded="for=10.1.1.1").status == 200
        eventually(3, lambda: log.read_text().count("\n") >= 3)
    clients = [line.partition('"client": "')[2].partition('"')[0] for line in log.read_text().splitlines()]
    assert clients == ["127.0.0.1", "10.4.5.6", "127.0.0.8"]
