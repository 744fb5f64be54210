"""Files of any size: sent in memory that does not grow, to readers who take their time, beside everything else."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.write import version
from tests.attacks.watching import eventually, patience, resident
from tests.attacks.wire import connected
from tests.serving import Server, serving
from tests.writing import BASE

pytestmark = pytest.mark.alone

SIZE = 1 << 28
READERS = 40
NAME = "large.nq"
REQUEST = f"GET /files/{NAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
Served = tuple[Server, Path]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a version with a large file, which takes no room on the disk."""
    root = tmp_path_factory.mktemp("files")
    made = version.empty(root, BASE, datetime.now(UTC))
    path = made.path / "files" / NAME
    path.parent.mkdir()
    path.touch()
    os.truncate(path, SIZE)
    known = {**made.manifest["files"], f"files/{NAME}": {"bytes": SIZE, "sha256": "0" * 64}}
    manifest = json.dumps({**made.manifest, "files": known})
    (made.path / "manifest.json").write_text(manifest)
    assert snapshot.open_current(root).manifest["files"] == known
    with serving(root, idle_seconds=3) as server:
        yield server, path


def opened(served: Served) -> int:
    """How many descriptors of the file the server has."""
    server, path = served
    found = 0
    for link in Path(f"/proc/{server.pid}/fd").iterdir():
        try:
            found += link.readlink() == path
        except OSError:
            continue
    return found


def test_a_large_file_is_sent_in_constant_memory(served: Served) -> None:
    server, _ = served
    before = largest = resident(server.pid)
    size, started = 0, time.monotonic()
    with connected(server, seconds=60) as connection:
        connection.sendall(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        first = connection.recv(1 << 16)
        early = time.monotonic() - started
        while part := connection.recv(1 << 20):
            size += len(part)
            largest = max(largest, resident(server.pid))
    assert early < patience(0.5)
    assert first.startswith(b"HTTP/1.1 200 ")
    assert f"content-length: {SIZE}\r\n".encode() in first
    assert size > SIZE - (1 << 16)
    assert largest - before < 4
    eventually(2, lambda: opened(served) == 0)


def test_its_end_is_had_as_soon_as_its_beginning(served: Served) -> None:
    server, _ = served
    answer = server.fetch(f"/files/{NAME}", Range="bytes=-5")
    assert (answer.status, answer.body) == (206, bytes(5))
    assert answer.headers["content-range"] == f"bytes {SIZE - 5}-{SIZE - 1}/{SIZE}"


def waiting(stack: ExitStack, served: Served) -> list[socket.socket]:
    """Readers that have asked for the file and take next to nothing of it."""
    found = []
    for _ in range(READERS):
        connection = stack.enter_context(connected(served[0], buffer=4096))
        connection.sendall(REQUEST)
        assert connection.recv(16).startswith(b"HTTP/1.1 200 ")
        found.append(connection)
    return found


def test_slow_readers_hold_neither_memory_nor_descriptors_nor_anybody_else(served: Served) -> None:
    server, _ = served
    pages = [server.fetch(f"/query?q={number}") for number in range(3)]
    assert {page.status for page in pages} == {200}
    before = resident(server.pid)
    with ExitStack() as stack:
        readers = waiting(stack, served)
        assert opened(served) == 1
        assert resident(server.pid) - before < READERS * 0.5
        started = time.monotonic()
        for number in range(20):  # more than Flask has threads
            assert server.fetch(f"/query?q={number + 10}").status == 200
            for reader in readers:
                assert reader.recv(1024)
        assert time.monotonic() - started < patience(4)
        assert server.ask("ASK {}").status == 200
    eventually(5, lambda: opened(served) == 0)


def test_readers_that_take_nothing_are_let_go(served: Served) -> None:
    with ExitStack() as stack:
        waiting(stack, served)
        eventually(20, lambda: opened(served) == 0)


def test_a_file_that_has_become_shorter_does_not_look_whole(served: Served) -> None:
    server, path = served
    with connected(server, seconds=20) as connection:
        connection.sendall(REQUEST)
        assert connection.recv(16).startswith(b"HTTP/1.1 200 ")
        os.truncate(path, SIZE // 2)
        received = 0
        while part := connection.recv(1 << 20):
            received += len(part)
    assert received < SIZE
    path.unlink()
    problem = server.fetch(f"/files/{NAME}").problem
    assert problem["status"] == 503
    assert str(path.parent) not in json.dumps(problem)
