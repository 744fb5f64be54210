"""A new version of the data under load: no request fails, and no answer mixes two versions."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from benchmarks import load

from renkei_kg import snapshot
from tests.attacks.watching import children, engine, eventually, idle
from tests.serving import Answer, Server, serving

TRIPLES = 3000
SWITCHES = 6
VALUES = "SELECT ?v { ?s <https://example.org/version> ?v }"
UNIQUE = count()


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with three versions whose triples all say which, and what they say by their ids."""
    folder = tmp_path_factory.mktemp("versions")
    said = {}
    for number in ("1", "2", "3"):
        file = folder / f"{number}.nq"
        lines = (
            f'<https://example.org/{n}> <https://example.org/version> "{number}" <https://example.org/g> .\n'
            for n in range(TRIPLES)
        )
        file.write_text("".join(lines))
        said[load.load(file, folder / "snapshots", "https://example.org/").id] = number
    return folder / "snapshots", said


@pytest.fixture(scope="module")
def server(versions: tuple[Path, dict[str, str]]) -> Iterator[Server]:
    with serving(versions[0], workers=2) as server:
        yield server


class Client:
    """Asks without end; ``seen`` are the versions that it has seen, ``failed`` what was not as it should be."""

    def __init__(self, server: Server, query: str, form: str, said: dict[str, str]) -> None:
        self.server, self.query, self.form, self.said = server, query, form, said
        self.seen, self.failed, self.tags = set[str](), list[str](), dict[str, set[str]]()
        self.asked = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Asks until it is told to stop."""
        while not self.stopped.is_set():
            self.asked += 1
            try:
                text = self.query.replace("UNIQUE", str(next(UNIQUE)))
                self.check(self.server.ask(text, accept=self.form))
            except (AssertionError, OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))

    def check(self, answer: Answer) -> None:
        """Notes what is wrong with an answer."""
        assert answer.status == 200, answer.body
        version = answer.headers["renkei-snapshot"]
        self.seen.add(version)
        self.tags.setdefault(version, set()).add(answer.headers["etag"])
        number = self.said[version].encode()
        if self.form == "text/csv":
            assert answer.body == b"v\r\n" + (number + b"\r\n") * TRIPLES
        else:
            assert answer.body.count(b"<td>") == 1000
            assert answer.body.count(b"<td>%s</td>" % number) == 1000


def test_nothing_fails_and_nothing_mixes(server: Server, versions: tuple[Path, dict[str, str]]) -> None:
    folder, said = versions
    clients = [
        Client(server, VALUES, "text/csv", said),
        Client(server, f"{VALUES} # kept", "text/csv", said),
        Client(server, f"{VALUES} # UNIQUE", "text/csv", said),
        Client(server, f"{VALUES} # another, UNIQUE", "text/csv", said),
    ]
    for client in clients:
        client.thread.start()
    for number in range(SWITCHES):
        identifier = list(said)[number % len(said)]
        snapshot.activate(folder, identifier)
        eventually(3, lambda to=identifier: server.fetch("/health").body.decode().count(to) == 1)
        time.sleep(0.1)
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.thread.join()
        assert client.failed == []
        assert client.seen == set(said)
    # The same query has one tag in each version, and another in another.
    for client in clients[:2]:
        assert all(len(tags) == 1 for tags in client.tags.values())
        assert len(set.union(*client.tags.values())) == len(said)
    eventually(2, lambda: idle(server) and engine(server, "workers") == (3,))
    eventually(2, lambda: len(children(server.pid)) == 3)


def test_an_answer_under_way_is_of_the_version_that_it_began_with(
    server: Server, versions: tuple[Path, dict[str, str]]
) -> None:
    folder, said = versions
    first, second, _ = said
    snapshot.activate(folder, first)
    eventually(3, lambda: first in server.fetch("/health").body.decode())
    cross = quote("SELECT ?v { ?s <https://example.org/version> ?v . ?t ?p ?w } LIMIT 3000000")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        connection.request("GET", f"/sparql?query={cross}&format=csv")
        with connection.getresponse() as response:
            assert response.headers["renkei-snapshot"] == first
            assert response.read(4) == b"v\r\n1"
            snapshot.activate(folder, second)
            eventually(3, lambda: second in server.fetch("/health").body.decode())
            rest = response.read()
    assert rest == b"\r\n" + b"1\r\n" * 2_999_999
    assert server.ask(f"{VALUES} LIMIT 1", accept="text/csv").body == b"v\r\n2\r\n"


def test_a_version_that_cannot_be_opened_is_not_moved_to(
    server: Server, versions: tuple[Path, dict[str, str]]
) -> None:
    folder, said = versions
    served = server.ask("ASK {} # before").headers["renkei-snapshot"]
    other = next(identifier for identifier in said if identifier != served)
    manifest = folder / other / "manifest.json"
    whole = manifest.read_text()
    snapshot.activate(folder, other)
    manifest.write_text("{")
    try:
        time.sleep(0.6)
        assert server.fetch("/health").status == 200
        assert server.ask("ASK {} # meanwhile").status == 200
    finally:
        manifest.write_text(whole)
    eventually(5, lambda: other in server.fetch("/health").body.decode())
