"""Three servers behind nginx with the configuration of the documents: what it keeps, passes on and passes over."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from renkei_kg import snapshot
from tests.attacks.watching import eventually, idle, numbers
from tests.numbered import EX, VALUES
from tests.readers.exercise import TOKEN, Site, exercise
from tests.readers.proxy import Proxy

BIG = f"SELECT ?v ?w {{ ?s <{EX}version> ?v . ?t <{EX}version> ?w . ?u <{EX}version> ?x }}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("readers"))


@pytest.fixture(scope="module")
def proxy(site: Site) -> Iterator[Proxy]:
    with site.running() as running:
        yield running


def kept(proxy: Proxy, target: str, **headers: str) -> str:
    return proxy.fetch(target, **headers).headers["x-cache"]


def test_what_never_changes_is_kept_and_variants_apart(proxy: Proxy, site: Site) -> None:
    target = f"/snapshots/{snapshot.current_id(site.shared)}/sparql?{urlencode({'query': VALUES})}"
    first = proxy.fetch(target, Accept="text/csv")
    again = proxy.fetch(target, Accept="text/csv")
    assert (first.headers["x-cache"], again.headers["x-cache"]) == ("MISS", "HIT")
    assert again.body == first.body
    other = proxy.fetch(target, Accept="application/sparql-results+json")
    assert (other.headers["x-cache"], other.headers["content-type"]) == (
        "MISS",
        "application/sparql-results+json",
    )
    assert proxy.fetch(target, Accept="text/csv", If_None_Match=first.headers["etag"]).status == 304


def test_what_follows_the_current_version_is_asked_about_again(proxy: Proxy) -> None:
    target = f"/sparql?{urlencode({'query': VALUES + ' # asked again'})}"
    assert kept(proxy, target) == "MISS"
    seen = set[str]()
    eventually(10, lambda: seen.add(kept(proxy, target)) or "REVALIDATED" in seen)
    assert seen <= {"HIT", "REVALIDATED", "EXPIRED"}
    assert "x-cache" not in proxy.fetch("/health").headers
    assert [kept(proxy, "/nothing-here") for _ in range(2)] == ["MISS", "MISS"]  # no-store


def test_the_client_is_the_one_who_asks(proxy: Proxy, site: Site) -> None:
    query = "SELECT ?told { BIND (3 AS ?told) }"
    answer = proxy.fetch(
        f"/sparql?{urlencode({'query': query})}",
        source="127.0.0.2",
        X_Forwarded_For="192.0.2.1",
        Accept="text/csv",
    )
    assert answer.status == 200

    def clients() -> set[str]:
        lines = [line for n in (1, 2, 3) for line in (site.folder / f"access-{n}").read_text().splitlines()]
        return {one["client"] for one in map(json.loads, lines) if one["client"] != "127.0.0.1"}

    eventually(5, clients)
    assert clients() == {"127.0.0.2"}


def test_an_answer_comes_while_it_is_made_and_hanging_up_ends_it(proxy: Proxy, site: Site) -> None:
    with closing(HTTPConnection("127.0.0.1", proxy.port, timeout=30)) as connection:
        connection.request("GET", f"/sparql?{urlencode({'query': BIG})}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        assert response.status == 200
        assert response.read(4096).startswith(b"v,w\r\n")
        assert any(not idle(server) for server in site.servers.values())
        assert not [path for path in (proxy.folder / "temporary").rglob("*") if path.is_file()]
    eventually(10, lambda: all(idle(server) for server in site.servers.values()))


def test_parts_of_files_pass_through(proxy: Proxy) -> None:
    said = json.loads(proxy.fetch("/snapshots/current/whole").body)
    facts = max(said["files"].values(), key=lambda one: one["bytes"])
    target = f"/snapshots/{said['snapshot']}/whole/{facts['sha256']}"
    whole, part = proxy.fetch(target), proxy.fetch(target, Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert "x-cache" not in part.headers


def test_a_version_that_one_reader_lacks_is_found_at_another(proxy: Proxy, site: Site) -> None:
    lacking = [one for one in site.made if not (site.own / one).exists()]
    assert lacking
    answers = [proxy.fetch(f"/snapshots/{lacking[0]}/sparql?query=ASK%7B%7D&n={n}").status for n in range(6)]
    assert answers == [200] * 6
    assert proxy.fetch("/snapshots/20200101T000000Z-000000000000/sparql?query=ASK%7B%7D").status == 404


def test_numbers_of_the_servers_are_not_for_the_public(proxy: Proxy, site: Site) -> None:
    assert proxy.fetch("/metrics").status == 403
    assert numbers(site.servers[1])


def test_requests_survive_activations_a_kill_and_restarts(proxy: Proxy, site: Site) -> None:
    counts = exercise(site, proxy, activations=3, pause=0.05)
    print("\n".join(counts.lines()))
    assert counts.failures == []
    assert counts.killed == 1
    assert counts.restarted == 3
    assert counts.moves == {1: 3, 2: 2, 3: 3}
    assert counts.hit_ratio > 0.3
    assert counts.by_kind["kept"][1] > 0.9
    # Whoever asks for anything new each time asks a server each time.
    assert counts.by_kind["selected"][1] == 0


def test_writes_go_to_the_writer_and_are_read_at_every_reader(proxy: Proxy, site: Site) -> None:
    token = {"Authorization": f"Bearer {TOKEN}"}
    turtle = f'<{EX}note> <{EX}says> "written" .'.encode()
    written = proxy.fetch(f"/graphs?graph={EX}n", turtle, method="PUT", Content_Type="text/turtle", **token)
    assert written.status == 201
    update = f'INSERT DATA {{ GRAPH <{EX}n> {{ <{EX}note> <{EX}says> "more" }} }}'.encode()
    done = proxy.fetch("/sparql", update, Content_Type="application/sparql-update", **token)
    assert done.status in (200, 204)
    for server in site.servers.values():
        query = f"SELECT ?what {{ <{EX}note> <{EX}says> ?what }} ORDER BY ?what"
        eventually(
            10,
            lambda on=server, asked=query: (
                on.ask(asked, accept="text/csv").body == b"what\r\nmore\r\nwritten\r\n"
            ),
        )
    assert proxy.fetch("/sparql", update, Content_Type="application/sparql-update").status == 401
