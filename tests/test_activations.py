"""A hundred times another version becomes current, while three servers over the same folder are asked all that they
answer: no request fails, and each answer is wholly of the version that it names."""

import http.client
import itertools
import json
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from renkei_kg import snapshot
from tests import numbered
from tests.attacks.watching import engine, eventually
from tests.numbered import EX, LABEL, THINGS, TRIPLES, VALUES, lookup
from tests.serving import Answer, Server, serving

pytestmark = pytest.mark.alone

ACTIVATIONS, MOST_ACTIVATIONS = 100, 300
LEAST = 5
SERVERS = 3
VERSIONS = range(1, 6)
SECONDS = 0.15
ROWS = 50_000
CROSS = f"SELECT ?v {{ ?s <{EX}version> ?v . ?t ?p ?w }} LIMIT {ROWS}"
CONSTRUCT = f"CONSTRUCT WHERE {{ ?s <{EX}version> ?v }}"
CSV, JSON, TRIPLES_FORM = "text/csv", "application/sparql-results+json", "application/n-triples"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("activations")
    return folder / "snapshots", numbered.make(folder, VERSIONS)


@pytest.fixture(scope="module")
def servers(versions: tuple[Path, dict[str, int]]) -> Iterator[list[Server]]:
    # A connection that is kept may have nothing to do while its client waits for the other servers.
    settings = {"workers": 1, "slow_workers": 2, "idle_seconds": 300}
    with ExitStack() as stack:
        yield [stack.enter_context(serving(versions[0], **settings)) for _ in range(SERVERS)]


class Client(threading.Thread):
    """Asks the servers in turn, on connections that it keeps, until it is told to stop or something is wrong."""

    def __init__(self, ask: Callable[["Client"], None], servers: list[Server], made: dict[str, int]) -> None:
        super().__init__(name=ask.__name__)
        self.ask, self.made = ask, made
        self.connections = [http.client.HTTPConnection("127.0.0.1", one.port, timeout=30) for one in servers]
        self.turn = itertools.cycle(range(len(servers)))
        self.server = 0
        self.count = 0
        self.random = random.Random(ask.__name__)  # noqa: S311  # nothing secret
        self.seen: dict[int, set[str]] = defaultdict(set)
        self.tags: dict[str, str] = {}
        self.failure: BaseException | None = None
        self.stopped = threading.Event()

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.server = next(self.turn)
                self.count += 1
                self.ask(self)
                time.sleep(0.005)
        except BaseException as error:  # noqa: BLE001  # told by the test
            self.failure = error
        finally:
            for connection in self.connections:
                connection.close()

    def get(self, target: str, accept: str, *, body: bytes | None = None, **headers: str) -> Answer:
        """The answer to a request, which has to be one."""
        connection = self.connections[self.server]
        names = {"Accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request("GET" if body is None else "POST", target, body, names)
        with connection.getresponse() as response:
            answer = Answer(
                response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
            )
        assert answer.status in (200, 304), (target, answer.status, answer.body[:500])
        return answer

    def number(self, answer: Answer) -> str:
        """The number of the version that an answer names."""
        version = answer.headers["renkei-snapshot"]
        self.seen[self.server].add(version)
        return str(self.made[version])

    def unique(self, query: str) -> str:
        return f"{query} # {self.name} {self.count}"


def sparql(query: str, **more: str) -> str:
    return f"/sparql?{urlencode({'query': query, **more})}"


def check(answer: Answer, number: str) -> None:
    """Whether an answer to VALUES in CSV is that of a version, in each row."""
    assert answer.body == b"v\r\n" + f"{number}\r\n".encode() * (TRIPLES + int(number)), (
        number,
        answer.body[:50],
    )


def selected(client: Client) -> None:
    answer = client.get(sparql(client.unique(VALUES)), CSV)
    check(answer, client.number(answer))


def kept(client: Client) -> None:
    answer = client.get(sparql(VALUES), CSV)
    check(answer, client.number(answer))
    version = answer.headers["renkei-snapshot"]
    assert client.tags.setdefault(version, answer.headers["etag"]) == answer.headers["etag"]
    assert len(set(client.tags.values())) == len(client.tags)


def revalidated(client: Client) -> None:
    tag = client.tags.get("last", '"none"')
    answer = client.get(sparql(f"{VALUES} # again"), CSV, If_None_Match=tag)
    number = client.number(answer)
    if answer.status == 304:
        assert (answer.headers["etag"], number) == (tag, client.tags[tag])
    else:
        check(answer, number)
    client.tags |= {"last": answer.headers["etag"], answer.headers["etag"]: number}


def posted(client: Client) -> None:
    body = client.unique(VALUES).encode()
    answer = client.get("/sparql", CSV, body=body, Content_Type="application/sparql-query")
    check(answer, client.number(answer))


def constructed(client: Client) -> None:
    answer = client.get(sparql(client.unique(CONSTRUCT)), TRIPLES_FORM)
    number = client.number(answer)
    lines = answer.body.decode().splitlines()
    assert len(lines) == TRIPLES + int(number)
    assert all(line.endswith(f'> "{number}" .') for line in lines)


def looked_up(client: Client) -> None:
    answer = client.get(sparql(lookup(client.random.randrange(THINGS))), JSON)
    number = client.number(answer)
    assert [row["v"]["value"] for row in json.loads(answer.body)["results"]["bindings"]] == [number]


def streamed(client: Client) -> None:
    answer = client.get(sparql(client.unique(CROSS)), CSV)
    assert answer.body == b"v\r\n" + f"{client.number(answer)}\r\n".encode() * ROWS


def shown(client: Client) -> None:
    answer = client.get(sparql(VALUES, lang="en"), "text/html")
    number = client.number(answer)
    assert answer.body.count(b"<td>") == answer.body.count(f"<td><span>{number}</span></td>".encode()) == 1000
    assert f"<p>{TRIPLES + int(number)} rows".encode() in answer.body


def described(client: Client) -> None:
    answer = client.get("/sparql", TRIPLES_FORM)
    sizes = set(re.findall(r'void#triples> "(\d+)"', answer.body.decode()))
    assert sizes == {str(TRIPLES + int(client.number(answer)) + THINGS)}


def stored(client: Client) -> None:
    answer = client.get(f"/graphs?graph={quote(f'{EX}g', safe='')}", TRIPLES_FORM)
    number = client.number(answer)
    lines = answer.body.decode().splitlines()
    assert len(lines) == TRIPLES + int(number) + THINGS
    assert all(line.endswith(f'> "{number}" .') for line in lines)


def of_any_version(client: Client) -> None:
    """Of versions that are served or are not, whole answers in each."""
    version, number = client.random.choice(list(client.made.items()))
    query = client.random.choice([VALUES, client.unique(VALUES)])
    answer = client.get(f"/snapshots/{version}{sparql(query)}", CSV)
    assert answer.headers["renkei-snapshot"] == version
    check(answer, str(number))


def streamed_of_any_version(client: Client) -> None:
    version, number = client.random.choice(list(client.made.items()))
    answer = client.get(f"/snapshots/{version}{sparql(client.unique(CROSS))}", CSV)
    assert answer.headers["renkei-snapshot"] == version
    assert answer.body == b"v\r\n" + f"{number}\r\n".encode() * ROWS


def linked(client: Client) -> None:
    """The data of one thing, by its IRI."""
    thing = f"thing/{client.random.randrange(THINGS)}"
    answer = client.get(f"/{thing}.nt", TRIPLES_FORM)
    said = [
        line for line in answer.body.decode().splitlines() if line.startswith(f"<{EX}{thing}> <{LABEL}> ")
    ]
    assert said == [f'<{EX}{thing}> <{LABEL}> "{client.number(answer)}" .']


def fresh(client: Client) -> None:
    """What is kept is not of a version that was served before."""

    def served() -> str:
        return client.get(sparql(client.unique(f"ASK {{}} # {time.monotonic()}")), JSON).headers[
            "renkei-snapshot"
        ]

    started = time.monotonic()
    before = served()
    answer = client.get(sparql(VALUES), CSV)
    check(answer, client.number(answer))
    # In less time no version becomes current again.
    if served() == before and time.monotonic() - started < SECONDS * (len(client.made) - 1):
        assert answer.headers["renkei-snapshot"] == before


def healthy(client: Client) -> None:
    answer = client.get("/health", "*/*")
    client.seen[client.server].add(json.loads(answer.body)["snapshot"])


OF_ANY = (of_any_version, streamed_of_any_version)
OF_THE_SERVED = (
    selected, kept, revalidated, posted, constructed, looked_up, streamed, shown, described, stored, linked, fresh, healthy,
)  # fmt: skip


def enough(clients: list[Client]) -> bool:
    """Whether every kind of request has been made a few times, and each server been seen on three versions."""
    seen = [set[str]().union(*(client.seen[server] for client in clients)) for server in range(SERVERS)]
    return min(client.count for client in clients) > LEAST and min(map(len, seen)) >= 3


def test_no_request_fails_or_mixes_versions(
    servers: list[Server], versions: tuple[Path, dict[str, int]]
) -> None:
    folder, made = versions
    clients = [Client(ask, servers, made) for ask in (*OF_THE_SERVED, *OF_ANY)]
    for client in clients:
        client.start()
    activations = 0
    while activations < ACTIVATIONS or not enough(clients):
        current = list(made)[activations % len(made)]
        snapshot.activate(folder, current)
        activations += 1
        time.sleep(SECONDS)
        if any(client.failure for client in clients) or activations > MOST_ACTIVATIONS:
            break
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join()
    assert [(client.name, client.failure) for client in clients if client.failure] == []
    assert enough(clients)
    for server in servers:
        eventually(5, lambda to=current, on=server: to in on.fetch("/health").body.decode())
        eventually(5, lambda on=server: engine(on, "running", "slow", "waiting", "parked") == (0, 0, 0, 0))
