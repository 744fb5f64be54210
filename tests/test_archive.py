"""Any version that is kept can be asked at ``/snapshots/ID/sparql``, as safely as the one served at ``/sparql``."""

import asyncio
import http.client
import json
import re
import sqlite3
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from benchmarks.load import load
from pyoxigraph import RdfFormat, Store, parse, serialize

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.config import Settings
from renkei_kg.engine.contract import Query, VersionMissing
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.namespaces import TEXT
from renkei_kg.project import Project
from renkei_kg.versions import retention
from tests import numbered, test_conformance
from tests.attacks.watching import children, engine, eventually, numbers, resident
from tests.conformance.cases import HERE, Case, cases
from tests.conformance.wire import Got
from tests.numbered import EX, TRIPLES, VALUES
from tests.serving import Answer, Server, serving
from tests.writing import BEARER, TOKEN

NEVER = "20300101T120000Z-453b72f7924c"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = f"SELECT ?v {{ ?s <{EX}version> ?v . ?t ?p ?w }} LIMIT 1000000"
LASTING = "public, max-age=31536000, immutable"
# The endpoint in a case, not the beginning of a media type's name.
ENDPOINT = re.compile(r"/sparql(?=[ ?/#>]|$)")
REVALIDATED = ["Cache-Control", "public, max-age=0, must-revalidate"]
# What a version answers otherwise than /sparql does.
OTHERWISE: dict[str, dict[str, object]] = {
    "a-browser-is-sent-to-the-page-to-write-queries-in": {
        "has": [["Location", r"/\?version=.+"], ["Vary", "Accept"]]
    },
    "an-update-on-a-server-that-only-reads": {"problem": "never changes"},
    "an-update-as-the-body-on-a-server-that-only-reads": {"problem": "never changes"},
}


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A folder with three versions, and their numbers by their ids; the last is the current one."""
    folder = tmp_path_factory.mktemp("archive")
    made = numbered.make(folder, range(1, 4))
    return folder / "snapshots", made


@pytest.fixture(scope="module")
def server(versions: tuple[Path, dict[str, int]]) -> Iterator[Server]:
    with serving(versions[0], write_token=TOKEN, archive_seconds=1) as server:
        yield server


@pytest.fixture(autouse=True)
def _the_last_is_current(versions: tuple[Path, dict[str, int]]) -> Iterator[None]:
    yield
    folder, made = versions
    if snapshot.current_id(folder) != list(made)[-1]:
        snapshot.activate(folder, list(made)[-1])


def at(version: str, **parameters: str) -> str:
    """The target that asks the endpoint of a version."""
    return f"/snapshots/{version}/sparql" + (f"?{urlencode(parameters)}" if parameters else "")


def rows(answer: Answer) -> list[str]:
    """The rows of an answer in CSV."""
    assert answer.status == 200, answer.body
    return answer.body.decode().split("\r\n")[1:-1]


def test_every_version_answers_for_itself(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    for identifier, number in versions[1].items():
        answer = server.fetch(at(identifier, query=VALUES), Accept="text/csv")
        assert answer.headers["renkei-snapshot"] == identifier
        assert rows(answer) == [str(number)] * (TRIPLES + number)
    assert server.ask(f"{VALUES} LIMIT 1", accept="text/csv").body == b"v\r\n3\r\n"


def test_an_answer_of_a_version_stays_as_it_is(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    first = next(iter(versions[1]))
    query = f"{VALUES} LIMIT 1"
    target = at(first, query=query)
    for how in ({}, {"method": "HEAD"}, {"Accept": "text/tab-separated-values"}):
        answer = server.fetch(target, **how)
        assert answer.status == 200
        assert answer.headers["cache-control"] == LASTING
        assert answer.headers["memento-datetime"] == answer.headers["last-modified"]
        assert answer.headers["link"] == f'</sparql?{urlencode({"query": query})}>; rel="original"'
        assert answer.headers["renkei-snapshot"] == first
    again = server.fetch(target, If_None_Match=server.fetch(target).headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["cache-control"] == LASTING
    assert again.headers["memento-datetime"]
    long = at(first, query=f"ASK {{}} # {'x' * 3000}")
    assert server.fetch(long).headers["link"] == '</sparql>; rel="original"'


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
def test_what_is_never_the_same_is_not_kept(
    server: Server, versions: tuple[Path, dict[str, int]], call: str
) -> None:
    answer = server.fetch(at(next(iter(versions[1])), query=f"SELECT ({call} AS ?x) {{}}"))
    assert answer.headers["cache-control"] == "no-store"
    assert not {"etag", "memento-datetime"} & answer.headers.keys()


def test_what_another_endpoint_answers_does_not_stay(versions: tuple[Path, dict[str, int]]) -> None:
    elsewhere = "http://127.0.0.1:9/elsewhere"
    query = f"SELECT * {{ SERVICE SILENT <{elsewhere}> {{ ?s ?p ?o }} }}"
    with serving(versions[0], services=elsewhere) as open_server:
        answer = open_server.fetch(at(next(iter(versions[1])), query=query))
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


def test_current_leads_to_the_version_served(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    served = list(versions[1])[-1]
    asked = "query=ASK%20%7B%7D&format=csv"
    for method, status in (("GET", 302), ("HEAD", 302), ("POST", 307)):
        answer = server.fetch(f"/snapshots/current/sparql?{asked}", method=method)
        assert answer.status == status
        assert answer.headers["location"] == f"/snapshots/{served}/sparql?{asked}"
        assert answer.headers["cache-control"] == "no-store"
    assert server.fetch(answer.headers["location"]).status == 200
    assert server.fetch("/snapshots/current/sparql").headers["location"] == f"/snapshots/{served}/sparql"
    assert server.fetch("/snapshots/current/sparql", method="DELETE").status == 405
    assert server.fetch("/snapshots/current/sparql", method="OPTIONS").headers["allow"] == (
        "GET, HEAD, POST, OPTIONS"
    )


def test_a_version_that_is_not_kept_is_not_found(
    server: Server, versions: tuple[Path, dict[str, int]]
) -> None:
    first = next(iter(versions[1]))
    before = engine(server, "archive_started")
    for name in (
        NEVER,
        first[:-1],
        f"{first}-2",
        first.upper(),
        "x",
        ".lock",
        "..",
        "%2e%2e",
        "x" * 5000,
        "版",
    ):
        for more in ({}, {"body": b"ASK {}", "Content_Type": "application/sparql-query"}, {"method": "HEAD"}):
            answer = server.fetch(at(quote(name, safe="%"), query="ASK {}" if not more else ""), **more)
            assert answer.status == 404, name
            assert answer.headers["link"] == '</snapshots>; rel="collection"'
            assert answer.headers["cache-control"] == "no-store"
            assert len(answer.body) < 400
    assert "/snapshots lists" in server.fetch(at(NEVER)).problem["detail"]
    page = server.fetch(at(NEVER, query="ASK {}"), Accept="text/html")
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")
    assert engine(server, "archive_started") == before
    assert server.fetch(f"/snapshots/{first}/a/sparql").status == 404


def test_a_version_is_not_changed(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    for identifier in versions[1]:
        for body, kind in (
            (b"update=CLEAR+ALL", "application/x-www-form-urlencoded"),
            (b"CLEAR ALL", "application/sparql-update"),
        ):
            answer = server.fetch(at(identifier), body, Content_Type=kind, **BEARER)
            assert answer.status == 403
            assert "send updates to /sparql" in answer.problem["detail"]
        for method in ("PUT", "PATCH", "DELETE"):
            answer = server.fetch(at(identifier), method=method, **BEARER)
            assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert server.ask("ASK {}").headers["renkei-snapshot"] == list(versions[1])[-1]


def test_the_description_is_of_the_version(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    for identifier, number in versions[1].items():
        answer = server.fetch(at(identifier), Accept="application/n-triples")
        assert answer.headers["renkei-snapshot"] == identifier
        store = Store()
        store.extend(parse(answer.body, RdfFormat.N_TRIPLES))
        size = TRIPLES + number + numbered.THINGS
        assert store.query(f"""PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
            PREFIX void: <http://rdfs.org/ns/void#>
            ASK {{ ?service sd:endpoint <{server.url}/snapshots/{identifier}/sparql> ;
                sd:defaultDataset/sd:defaultGraph/void:triples {size} }}""")
        assert b"SPARQL11Query" in answer.body
        assert b"SPARQL11Update" not in answer.body
        known = server.fetch(
            at(identifier), Accept="application/n-triples", If_None_Match=answer.headers["etag"]
        )
        assert known.status == 304
    browser = server.fetch(at(identifier), Accept="text/html")
    assert (browser.status, browser.headers["location"]) == (303, f"/?version={identifier}")


def test_the_links_of_a_page_stay_within_the_version(
    server: Server, versions: tuple[Path, dict[str, int]]
) -> None:
    first = next(iter(versions[1]))
    page = server.fetch(at(first, query=f"{VALUES} LIMIT 3", lang="en"), Accept="text/html")
    assert page.headers["memento-datetime"]
    assert page.body.count(b">1</span>") == 3
    found = 0
    for link in links(page):
        if "/sparql?query=" in link:
            assert server.fetch(link).headers["renkei-snapshot"] == first
            found += 1
    assert found >= 4
    edit = next(
        link for link in links(page) if f"version={first}" in link and link.startswith(("/?", "/query"))
    )
    form = followed(server, edit)
    assert f'action="/snapshots/{first}/sparql"' in form
    for link in re.findall(r'href="([^"]*version=[^"]*)"', form):
        assert f'action="/snapshots/{first}/sparql"' in followed(server, unescape(link))
    assert 'action="/sparql"' in followed(server, "/?query=ASK%20%7B%7D")
    assert server.fetch(followed_to(server, f"/?version={NEVER}")).status == 404


def followed(server: Server, link: str) -> str:
    """The page that a link leads to in the end."""
    page = server.fetch(followed_to(server, link), Accept="text/html")
    assert page.status == 200
    return page.body.decode()


def followed_to(server: Server, link: str) -> str:
    """Where a link leads to in the end."""
    for _ in range(3):
        link = server.fetch(link, Accept="text/html").headers.get("location", link)
    return link


def links(page: Answer) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]+)"', page.body.decode())]


def test_kept_answers_outlive_another_version_becoming_current(
    server: Server, versions: tuple[Path, dict[str, int]]
) -> None:
    folder, made = versions
    first, second, third = made
    query = f"{VALUES} LIMIT 7"
    for _ in range(2):
        old = server.fetch(at(first, query=query), Accept="text/csv")
        now = server.ask(query, accept="text/csv")
    size = numbers(server)["renkei_cache_bytes"]
    snapshot.activate(folder, second)
    eventually(3, lambda: server.fetch("/health").body.decode().count(second))
    found, started = (outcomes(server), engine(server, "archive_started"))
    assert server.fetch(at(first, query=query), Accept="text/csv").body == old.body
    assert (
        outcomes(server)["/snapshots/{version}/sparql", "kept"]
        == found["/snapshots/{version}/sparql", "kept"] + 1
    )
    assert engine(server, "archive_started") == started
    assert 0 < numbers(server)["renkei_cache_bytes"] < size
    assert rows(server.ask(query, accept="text/csv")) == ["2"] * 7 != rows(now)
    # The version that was served is one of the others now, and the other way round.
    for identifier, number in made.items():
        assert rows(server.fetch(at(identifier, query=query), Accept="text/csv")) == [str(number)] * 7
    snapshot.activate(folder, third)
    eventually(3, lambda: server.fetch("/health").body.decode().count(third))


def outcomes(server: Server) -> Counter[tuple[str, str]]:
    """How many requests came to what, by route and outcome."""
    text = server.fetch("/metrics").body.decode()
    found = re.findall(
        r'^renkei_requests_total\{outcome="([^"]+)",route="([^"]+)"\} ([0-9.]+)$', text, re.MULTILINE
    )
    return Counter({(route, outcome): int(float(count)) for outcome, route, count in found})


def test_a_page_of_several_answers_is_of_one_version(versions: tuple[Path, dict[str, int]]) -> None:
    folder, made = versions
    first, _, third = made

    async def ask() -> list[tuple[str, bytes | None]]:
        engine = EmbeddedEngine(Settings(snapshots=folder))
        await engine.start()
        try:
            version, found = engine.version(), []
            for _ in range(2):
                result = await engine.query(Query(f"{VALUES} LIMIT 1", version=version), "text/csv", 10, "a")
                found.append((result.snapshot, result.whole))
                snapshot.activate(folder, first)
                await engine.refresh()
                assert engine.version() == first
            assert engine.keeps(version)
            assert not engine.keeps(NEVER)
            with pytest.raises(VersionMissing):
                await engine.query(Query("ASK {}", version=NEVER), "text/csv", 10, "a")
            return found
        finally:
            await engine.stop()

    assert asyncio.run(ask()) == [(third, b"v\r\n3\r\n")] * 2


def test_limits_hold_for_a_version_too(versions: tuple[Path, dict[str, int]]) -> None:
    first, second, _ = versions[1]
    with serving(versions[0], query_seconds=1, result_rows=100, worker_memory_mb=512) as limited:
        for version in (first, second):
            assert limited.fetch(at(version, query=HEAVY)).problem["limit"] == "query_seconds"
            assert limited.fetch(at(version, query=VALUES)).problem["limit"] == "result_rows"
            away = limited.fetch(at(version, query="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))
            assert away.status == 403
            wrong = limited.fetch(at(version, query="SELECT * {\n ?s"))
            assert (wrong.status, wrong.problem["line"]) == (400, 2)
            assert rows(limited.fetch(at(version, query=f"{VALUES} LIMIT 2"), Accept="text/csv"))
        eventually(2, lambda: engine(limited, "slow", "running") == (0, 0))
        assert engine(limited, "archive_workers") == engine(limited, "archive_idle") == (2,)


def test_a_client_that_leaves_ends_its_query(server: Server, versions: tuple[Path, dict[str, int]]) -> None:
    first = next(iter(versions[1]))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(connection):
        connection.request("GET", at(first, query=HEAVY))
        eventually(3, lambda: engine(server, "slow") == (1,))
    eventually(2, lambda: engine(server, "slow", "parked", "archive_workers", "archive_idle") == (0, 0, 0, 0))


def test_a_version_that_is_asked_is_not_pruned_and_one_that_is_pruned_is_gone(tmp_path: Path) -> None:
    made = numbered.make(tmp_path, range(1, 4))
    folder = tmp_path / "snapshots"
    first, second, newest = (one.id for one in snapshot.list_snapshots(folder))
    snapshot.activate(folder, newest)

    def prune() -> retention.Pruned:
        return retention.prune(folder, 1, 0, datetime.now(UTC))

    with serving(folder, archive_seconds=1) as server:
        kept = at(second, query=f"{VALUES} LIMIT 1")
        for _ in range(2):
            assert server.fetch(kept).status == 200
        assert server.fetch(at(second)).status == 200
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        with closing(connection):
            connection.request("GET", at(first, query=LARGE, format="csv"))
            with connection.getresponse() as response:
                assert response.read(3) == b"v\r\n"
                assert prune().spared == ((first, "open in a server"), (second, "open in a server"))
                eventually(5, lambda: prune().removed == (second,))
                assert prune().spared == ((first, "open in a server"),)
                assert response.read() == b"%d\r\n" % made[first] * 1_000_000
        # What was kept of it is not given any more, either.
        for target in (kept, at(second), at(second, query="ASK {}")):
            assert server.fetch(target).status == 404
        eventually(5, lambda: not engine(server, "archive_workers")[0])
        eventually(5, lambda: prune().removed == (first,))
        assert server.fetch(at(first, query="ASK {}")).status == 404
        assert rows(server.ask(f"{VALUES} LIMIT 1", accept="text/csv")) == [str(made[newest])]


def test_no_workers_may_be_kept_on_other_versions(versions: tuple[Path, dict[str, int]]) -> None:
    folder, made = versions
    with serving(folder, archive_workers=0) as server:
        for identifier, number in made.items():
            assert rows(server.fetch(at(identifier, query=f"{VALUES} LIMIT 1"), Accept="text/csv")) == [
                str(number)
            ]
        # One for each but the version served, which has workers of its own.
        assert engine(server, "archive_started") == (2,)
        eventually(2, lambda: engine(server, "archive_workers") == (0,))


def test_workers_at_hand_move_between_versions(versions: tuple[Path, dict[str, int]]) -> None:
    folder, made = versions
    with serving(folder, archive_workers=1) as server:
        for _ in range(3):
            for identifier, number in made.items():
                answer = server.fetch(at(identifier, query=f"{VALUES} # {time.time()}"), Accept="text/csv")
                assert answer.headers["renkei-snapshot"] == identifier
                assert rows(answer) == [str(number)] * (TRIPLES + number)
        assert engine(server, "archive_started", "archive_workers", "killed") == (1, 1, 0)


def test_text_is_searched_in_the_index_of_the_version(small: Callable[..., Project]) -> None:
    label = '<https://example.org/kg/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "{}"@ja .'
    project = small(**{"data/a.ttl": label.format("深川しらべ")})
    out = project.root / "out"
    first = pipeline.build(project, out, lambda _: None).id
    (project.data / "a.ttl").write_text(label.format("枝幸のかに"))
    second = pipeline.build(project, out, lambda _: None).id
    with serving(out) as server:
        for version, word, there in (
            (first, "深川しらべ", True),
            (first, "枝幸のかに", False),
            (second, "深川しらべ", False),
            (second, "枝幸のかに", True),
        ):
            query = f'PREFIX text: <{TEXT}> ASK {{ ?thing text:query "{word}" }}'
            assert json.loads(server.fetch(at(version, query=query)).body)["boolean"] is there


def test_a_version_whose_text_index_is_of_other_software_is_asked_all_else(
    small: Callable[..., Project],
) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    old = pipeline.build(project, out, lambda _: None)
    (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
    pipeline.build(project, out, lambda _: None)
    with closing(sqlite3.connect(old.text_index)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    with serving(out) as server:
        assert json.loads(server.fetch(at(old.id, query="ASK { <a:a> <a:b> 1 }")).body)["boolean"]
        searched = server.fetch(at(old.id, query=f'PREFIX text: <{TEXT}> ASK {{ ?thing text:query "a" }}'))
        assert searched.status == 400
        assert "no text index that this server can read" in searched.problem["detail"]


class Stranger(threading.Thread):
    """Asks other versions, one after the other, from an address of its own until it is told to stop."""

    def __init__(self, server: Server, number: int, made: list[str]) -> None:
        super().__init__()
        self.server, self.source, self.made = server, f"127.0.0.{2 + number % 4}", made
        self.number = number
        self.statuses: Counter[int] = Counter()
        self.stopped = threading.Event()

    def run(self) -> None:
        asked = self.number
        while not self.stopped.is_set():
            asked += 7
            text = f"{HEAVY if asked % 5 == 0 else VALUES} # {self.number} {asked}"
            target = at(self.made[asked % len(self.made)], query=text)
            self.statuses[self.server.fetch(target, source=self.source).status] += 1


def test_many_versions_at_once_exhaust_nothing(tmp_path: Path) -> None:
    """There are never more processes than places for queries and those kept at hand; others are answered as
    if nothing was."""
    made = list(numbered.make(tmp_path, range(1, 13), triples=50))
    settings = {"query_seconds": 1, "workers": 2, "slow_workers": 1, "parked": 1, "cache_mb": 4}
    with serving(tmp_path / "snapshots", archive_workers=2, archive_seconds=1, **settings) as server:
        before = resident(server.pid)
        strangers = [Stranger(server, number, made[:-1]) for number in range(12)]
        for stranger in strangers:
            stranger.start()
        most, waits, ends = 0, [], time.monotonic() + 4
        while time.monotonic() < ends:
            started = time.monotonic()
            answer = server.ask(f"{VALUES} # {started}", accept="text/csv")
            waits.append(time.monotonic() - started)
            assert rows(answer) == ["12"] * 62
            most = max(most, len(children(server.pid)))
        for stranger in strangers:
            stranger.stopped.set()
        for stranger in strangers:
            stranger.join()
        statuses = sum((stranger.statuses for stranger in strangers), Counter())
        # Quick, slow and held still; at hand for the version served and for others; one that starts. The dead
        # are buried soon.
        assert most <= 2 + 1 + 1 + 3 + 2 + 1 + 4
        assert statuses.keys() <= {200, 503, 504}
        assert statuses[200] > 10
        # Whoever asks the version served does not wait for workers on others to start.
        assert statistics.median(waits) < 0.5
        assert resident(server.pid) - before < 40
        eventually(5, lambda: engine(server, "archive_workers", "running", "slow", "parked") == (0, 0, 0, 0))
        eventually(3, lambda: len(children(server.pid)) == 3)


def test_names_of_versions_that_nobody_keeps_cost_nothing(server: Server) -> None:
    before = numbers(server)
    memory = resident(server.pid)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(connection):
        for number in range(3000):
            connection.request("GET", at(f"20300101T120000Z-{number:012x}", query="ASK {}"))
            with connection.getresponse() as response:
                assert response.status == 404
                response.read()
    after = numbers(server)
    for name in ("renkei_cache_bytes", "renkei_engine_archive_started", "renkei_engine_archive_workers"):
        assert after[name] <= before[name]
    assert len(outcomes(server)) < 60
    assert resident(server.pid) - memory < 20


def moved(case: Case, version: str) -> Case:
    """A case with the endpoint of a version for ``/sparql``."""

    def move(value: Any) -> Any:
        if isinstance(value, str):
            return ENDPOINT.sub(f"/snapshots/{version}/sparql", value)
        if isinstance(value, list):
            return [move(one) for one in value]
        if isinstance(value, Mapping):
            return {name: move(one) for name, one in value.items()}
        return value

    steps = []
    for step in case.steps:
        found = {"request": "GET /sparql", **step} if "raw" not in step else dict(step)
        found |= OTHERWISE.get(case.name, {})
        found["has"] = [pair for pair in found.get("has", []) if pair != REVALIDATED]
        steps.append(move(found))
    return Case(case.name, case.proves, case.server, tuple(steps))


def asks_the_endpoint(case: Case) -> bool:
    """Whether all that a case does is to ask at ``/sparql`` of a server that is there to be read."""
    places = [step.get("raw") or step.get("request", "GET /sparql") for step in case.steps]
    return case.server in ("plain", "forgetful", "narrow") and all(ENDPOINT.search(place) for place in places)


# Those that a version answers otherwise, and every third of the others: their code is one.
ASKING = [
    case
    for number, case in enumerate(case for case in cases() if asks_the_endpoint(case))
    if number % 3 == 0 or case.name in OTHERWISE
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], tuple[Server, str]]]:
    """Starts the servers that cases ask for, each once. The data of the suite is not the current version."""
    folder = tmp_path_factory.mktemp("suite")
    serialize(parse(path=HERE / "data.trig"), folder / "data.nq", RdfFormat.N_QUADS)
    version = load(folder / "data.nq", folder / "snapshots", test_conformance.BASE).id
    numbered.make(folder, range(1, 2))
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def server(name: str) -> tuple[Server, str]:
            if name not in running:
                settings = test_conformance.SERVERS[name]
                running[name] = stack.enter_context(serving(folder / "snapshots", **settings))
            return running[name], version

        yield server


@pytest.mark.parametrize("case", ASKING, ids=lambda case: case.name)
def test_the_protocol_is_that_of_the_endpoint(
    case: Case, archives: Callable[[str], tuple[Server, str]]
) -> None:
    server, version = archives(case.server)
    values = {"url": server.url, "token": test_conformance.TOKEN}
    got: list[Got] = []
    for step in moved(case, version).steps:
        answer = test_conformance._until(server, step, values)
        got.append(answer)
        test_conformance._check(step, answer, values, got)
        tag = answer.header("ETag")
        if tag is not None:
            values |= {"etag": tag, "strong": tag.removeprefix("W/")}
        values["modified"] = answer.header("Last-Modified") or ""


def test_most_of_the_suite_is_about_asking() -> None:
    assert len(ASKING) > 70
    assert OTHERWISE.keys() <= {case.name for case in ASKING}
