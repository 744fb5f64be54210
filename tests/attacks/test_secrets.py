"""The write token shows up nowhere, and the access log says what happened and no more, whatever it is fed."""

import hashlib
import itertools
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from renkei_kg.config import Settings
from renkei_kg.engine.process import environment
from tests.attacks.watching import children, eventually
from tests.attacks.wire import sent
from tests.serving import Server, serving
from tests.writing import BEARER, TOKEN, writable

QUERY = "SELECT ('Geheimnis' AS ?x) {}"
INSERT = "INSERT DATA { GRAPH <http://localhost/g> { <a:b> <a:b> %d } }"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("written"), access_log=log, trusted_proxies="127.0.0.9") as server:
        yield server


def lines(server: Server, log: Path) -> list[dict[str, Any]]:
    """The lines of the access log, with one for each request so far: the last of them is of this call."""
    mark = f"/mark-{len(log.read_bytes())}"
    server.fetch(mark)
    eventually(3, lambda: mark in log.read_text(encoding="utf-8"))
    return [json.loads(line) for line in log.read_bytes().splitlines()]


@contextmanager
def watched(server: Server) -> Iterator[dict[int, bytes]]:
    """Command lines and environments of the processes that the server has meanwhile."""
    found: dict[int, bytes] = {}
    stopped = threading.Event()

    def look(process: int) -> None:
        with suppress(OSError):
            content = proc(process, "cmdline") + proc(process, "environ")
            if b"\0serve\0" not in content:  # else it is about to become another program
                found[process] = content

    def watch() -> None:
        while not stopped.is_set():
            for process in children(server.pid):
                look(process)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        stopped.set()
        watcher.join()


def test_no_process_is_given_the_token(server: Server) -> None:
    with watched(server) as processes:
        for number in range(5):
            assert server.post(INSERT % number, kind="update", **BEARER).status in (200, 204)
    for program in (b"renkei_kg.engine.worker", b"renkei_kg.write.process"):
        assert any(program in content for content in processes.values())
    for content in (*processes.values(), proc(server.pid, "cmdline")):
        assert TOKEN.encode() not in content
        assert b"RENKEI_" not in content


@pytest.mark.parametrize(
    "headers", [BEARER, {"Authorization": f"Bearer {TOKEN}x", "Cookie": f"t={TOKEN}", "X_Token": TOKEN}]
)
def test_no_answer_and_no_log_shows_the_token(server: Server, log: Path, headers: dict[str, str]) -> None:
    texts = itertools.product((INSERT % 1, "INSERT", "LOAD <a:b>", "ASK {}"), ("update", "query"))
    paths = ("/", "/sparql", "/health", "/nothing", "/graphs?default", "/metrics", "/openapi.json")
    answers = [server.post(text, kind=kind, **headers) for text, kind in texts]
    answers += [server.fetch(path, **headers) for path in paths]
    shown = [answer.body + repr(answer.headers).encode() for answer in answers]
    lines(server, log)
    for content in (*shown, server.log.read_bytes(), log.read_bytes()):
        assert TOKEN.encode() not in content


def proc(process: int, name: str) -> bytes:
    return Path(f"/proc/{process}/{name}").read_bytes()


def test_a_wrong_token_is_told_nothing(server: Server) -> None:
    answers = [
        server.post(INSERT % 1, kind="update", Authorization=shown)
        for shown in ("Bearer x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "é")
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert all(answer.headers["www-authenticate"].startswith("Bearer ") for answer in answers)


def test_the_settings_do_not_show_the_token() -> None:
    settings = Settings.from_environment({"RENKEI_WRITE_TOKEN": TOKEN})
    assert settings.write_token == TOKEN
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)


def test_a_worker_gets_nothing_of_the_servers_environment_but_what_python_needs() -> None:
    ours = {"RENKEI_WRITE_TOKEN": TOKEN, "AWS_SECRET_ACCESS_KEY": "a", "PATH": "/bin", "PYTHONUTF8": "1"}
    kept = environment(ours)
    assert kept["PATH"] == "/bin"
    assert kept["PYTHONUTF8"] == "1"
    assert set(kept) == {"PATH", "PYTHONUTF8", "MALLOC_ARENA_MAX", "RUST_BACKTRACE"}


def test_the_access_log_has_the_hash_of_a_query_and_not_its_text(server: Server, log: Path) -> None:
    assert server.ask(QUERY).status == 200
    assert server.ask(QUERY).status == 200
    assert server.post(QUERY + " # Geheimnis").status == 200
    assert server.ask("Geheimnis").status == 400
    *_, first, kept, posted, wrong, _ = lines(server, log)
    assert re.fullmatch("[0-9a-f]{64}", first["query_sha256"])
    assert posted["query_sha256"] != first["query_sha256"]
    assert [line["status"] for line in (first, kept, posted, wrong)] == [200, 200, 200, 400]
    assert [line["outcome"] for line in (first, kept, posted, wrong)] == ["ok", "kept", "ok", "400"]
    assert first["snapshot"]
    assert {line["path"] for line in (first, kept, posted, wrong)} == {"/sparql"}
    assert b"Geheimnis" not in log.read_bytes()


def test_answers_that_need_no_work_are_logged_with_the_hash_of_their_query(server: Server, log: Path) -> None:
    """Lookups, those that are kept, by HTTP/1.0 too: as when they are evaluated."""
    lookup = "SELECT ?o { <http://localhost/g> a ?o }"
    graph = "DESCRIBE <http://localhost/g>"
    for text in (lookup, graph):
        for _ in range(3):
            assert server.ask(text, accept="*/*").status == 200
    for _ in range(2):
        assert server.ask(lookup, accept="text/html").status == 200
    target = (
        f"GET /sparql?query={quote(lookup)} HTTP/1.0\r\nHost: 127.0.0.1:{server.port}\r\nAccept: */*\r\n\r\n"
    )
    assert [reply.status for reply in sent(server, target.encode())] == [200]
    found = [
        (line["query_sha256"], line["outcome"])
        for line in lines(server, log)
        if line.get("query_sha256") in (hashed(lookup), hashed(graph))
    ]
    assert found == [
        *((hashed(text), outcome) for text in (lookup, graph) for outcome in ("ok", "ok", "kept")),
        *((hashed(lookup), outcome) for outcome in ("ok", "ok", "kept")),
    ]


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_access_log_has_the_text_when_asked_to(snapshots: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with serving(snapshots, access_log=log, log_queries=1) as server:
        texts = ["ASK {} # \n \u2028\x85é", "ASK { SERVICE <a:b> {} }", "SELECT ('\n' AS ?x) {}"]
        texts += ["SELECT ?p { <a:é> ?p ?o }"] * 3
        for text in texts:
            server.ask(text)
        assert [line["query"] for line in lines(server, log) if "query" in line] == texts


INJECTED = '"}\r\n{"client": "evil"}\x00\x1b[2J\x7f\x85\u2028'


def test_nobody_writes_lines_of_their_own(server: Server, log: Path) -> None:
    before = len(lines(server, log))
    server.fetch("/" + quote(INJECTED))
    server.ask(INJECTED)
    server.fetch(f"/sparql?format={quote(INJECTED)}&query=ASK%7B%7D")
    server.fetch("/x", source="127.0.0.9", X_Forwarded_For='evil"}\x85\xa0, "\t\\u000a')
    server.fetch("/x", User_Agent='"}\t{', Referer="\x85")
    sent(server, b'GET /%0a{"a"} HTTP/1.1\r\nHost: "}\r\nConnection: close\r\n\r\n')
    sent(server, b'GET /\x0b"} HTTP/1.1\r\nHost: a\r\n\r\n')
    after = lines(server, log)
    assert before + 7 <= len(after) <= before + 8
    content = log.read_bytes()
    assert all(byte == 10 or 32 <= byte < 127 for byte in content)
    assert "evil" not in {line["client"] for line in after}
    assert [line["path"] for line in after if line["path"].startswith('/"}')] == ["/" + INJECTED]


def test_a_log_that_cannot_be_written_does_not_stop_the_server(snapshots: Path) -> None:
    with serving(snapshots, access_log="/dev/full") as server:
        for number in range(3):
            assert server.ask(f"SELECT ({number} AS ?n) {{}}").status == 200
        eventually(3, lambda: "access log" in server.log.read_text())
        assert server.fetch("/health").status == 200


def test_a_log_that_cannot_be_opened_is_said_at_once(snapshots: Path) -> None:
    with (
        pytest.raises(AssertionError, match="RENKEI_ACCESS_LOG"),
        serving(snapshots, access_log="/nowhere/at/all"),
    ):
        pass
