"""Whatever is sent, bytes by chance or queries by grammar: an answer or a problem, and the server stands."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.attacks.queries import QUERIES, broken
from tests.attacks.watching import eventually, idle, resident
from tests.attacks.wire import connected, drained, replies
from tests.serving import Answer, Server, serving

PROBLEMS = {400, 403, 404, 405, 406, 408, 413, 414, 415, 429, 431, 504, 507}
FORMS = [
    "application/json",
    "text/csv",
    "application/xml",
    "text/turtle",
    "application/ld+json",
    "text/html",
    "*/*",
]
FIELDS = (
    "Accept Accept-Language Accept-Encoding If-None-Match If-Modified-Since Origin Authorization Cookie Range "
    "Expect Content-Type X-Forwarded-For TE Via"
).split()
HEAD = b"%s /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
bounded = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(
        snapshots, query_seconds=1, worker_memory_mb=512, result_mb=4, cache_mb=4, header_seconds=1
    ) as server:
        before = resident(server.pid)
        yield server
        eventually(5, lambda: idle(server))
        assert server.ask("ASK {}").status == 200
        assert resident(server.pid) - before < 48
        assert "ERROR" not in server.log.read_text()


def checked(answer: Answer) -> None:
    """An answer, or a problem in the form of one."""
    if answer.status == 200:
        if "json" in answer.headers["content-type"]:
            json.loads(answer.body)
        return
    assert answer.status in PROBLEMS, (answer.status, answer.body)
    if answer.headers["content-type"].startswith("text/html"):
        assert b"Traceback" not in answer.body
    else:
        assert answer.problem


@bounded
@given(text=st.binary(max_size=200), form=st.sampled_from(FORMS))
def test_bytes_as_a_query(server: Server, text: bytes, form: str) -> None:
    checked(server.fetch(f"/sparql?query={quote(text)}", Accept=form))
    for kind in ("application/sparql-query", "application/x-www-form-urlencoded", "text/plain"):
        checked(server.fetch("/sparql", text, Accept=form, Content_Type=kind))
    checked(server.fetch("/sparql", b"query=" + text, Content_Type="application/x-www-form-urlencoded"))


@bounded
@given(text=st.text(max_size=100), name=st.sampled_from(["query", "format", "timeout", "default-graph-uri"]))
def test_characters_as_parameters(server: Server, text: str, name: str) -> None:
    value = quote(text, errors="surrogatepass")
    checked(server.fetch(f"/sparql?query=ASK%7B%7D&{name}={value}"))
    checked(server.fetch(f"/{value}?{value}={value}"))
    checked(server.fetch(f"/?query={value}&lang={value}&example={value}"))


@bounded
@given(query=QUERIES, form=st.sampled_from(FORMS))
@example(query="SELECT (1/0 AS ?a) {}", form="text/csv")
@example(query="SELECT * { ?a ?b ?c } OFFSET 1180591620717411303424", form="text/csv")
def test_queries_made_by_the_grammar(server: Server, query: str, form: str) -> None:
    with suppress(http.client.IncompleteRead):
        checked(server.post(query, Accept=form))


@bounded
@given(query=broken(), form=st.sampled_from(FORMS))
def test_queries_that_are_nearly_right(server: Server, query: str, form: str) -> None:
    with suppress(http.client.IncompleteRead):
        checked(server.fetch(f"/sparql?query={quote(query, errors='replace')}", Accept=form))


@bounded
@given(
    content=st.one_of(st.binary(max_size=300), st.binary(max_size=60).map(lambda tail: HEAD % b"POST" + tail))
)
def test_bytes_instead_of_http(server: Server, content: bytes) -> None:
    exchanged(server, content)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A request with some of its bytes changed."""
    body = b"ASK { ?a ?b ?c }"
    content = HEAD % draw(st.sampled_from([b"GET", b"POST", b"PUT", b"OPTIONS"]))
    content += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    content += b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n"
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        put = draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b"\r\n", b":", b" ", b"\0", b"\r", b"\n"]))
        )
        content = content[:start] + put + content[start + draw(st.integers(0, 3)) :]
    return content


@bounded
@given(content=spoilt())
def test_requests_with_bytes_changed(server: Server, content: bytes) -> None:
    exchanged(server, content)


def exchanged(server: Server, content: bytes) -> None:
    """Sends bytes and ends; what comes back, if anything, is HTTP and says no fault of the server's."""
    with connected(server) as connection:
        with suppress(OSError):
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionResetError):
            received = drained(connection)
    for reply in replies(received):
        assert reply.status in {200, 204, 303, *PROBLEMS}
        if reply.status in PROBLEMS and reply.body:
            assert reply.problem


@bounded
@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(FIELDS),
            st.one_of(
                st.text(
                    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
                ),
                st.sampled_from(
                    [";q=", "a/b;q=2", "*/*;q=nan", "en;q=1e999", "gzip;q=-1", "text/*;q=0.5,*;q="]
                ),
            ),
        ),
        max_size=6,
    ),
    target=st.sampled_from(
        ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/health", "/graphs?default", "/nothing"]
    ),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST"]),
)
def test_headers_by_chance(server: Server, headers: list[tuple[str, str]], target: str, method: str) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    content = (
        f"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n{lines}\r\n"
    )
    with connected(server) as connection:
        connection.sendall(content.encode("latin-1"))
        received = drained(connection)
    if method == "HEAD":
        assert received.startswith(b"HTTP/1.1 ")
        assert not received.startswith(b"HTTP/1.1 5")
        return
    for reply in replies(received):
        assert reply.status in {100, 200, 204, 303, 304, 401, *PROBLEMS}
