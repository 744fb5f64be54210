"""Going back in time (RFC 7089): a client that knows nothing but the protocol, against a real server."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import open_project
from renkei_kg.snapshot import Snapshot
from renkei_kg.versions import activations
from renkei_kg.versions.catalogue import Catalogue
from renkei_kg.versions.existence import Existence
from renkei_kg.versions.timeline import timeline
from renkei_kg.web.memento import LONGEST, things
from tests.serving import Answer, Server, serving
from tests.test_version_pages import BASE, NOTES, project
from tests.writing import change

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
FIRST = f"INSERT DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> {LABEL} 'old name'@en . <{BASE}id/枝幸> {LABEL} '枝幸'@ja }} }}"
SECOND = f"""DELETE DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> {LABEL} 'old name'@en }} }} ;
INSERT DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> {LABEL} 'new name'@en }} }}"""
THIRD = f"DELETE DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> {LABEL} 'new name'@en }} }}"
LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[a-z-]+="[^"]*")*)')
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
Links = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Served:
    """A server and its versions: a build at noon, and a write at noon of each of the three days after it."""

    server: Server
    root: Path
    made: list[str]

    def get(self, url: str, when: datetime | str | None = None, **headers: str) -> Answer:
        if isinstance(when, datetime):
            when = format_datetime(when, usegmt=True)
        more = {} if when is None else {"Accept_Datetime": when}
        return self.server.fetch(url.removeprefix(self.server.url), **headers, **more)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = project(tmp_path_factory.mktemp("memento"))
    root = folder / "out"
    made = [pipeline.build(open_project(folder), root, lambda _: None, now=NOON).id]
    made += [change(root, text, NOON + DAY * days) for days, text in ((1, FIRST), (2, SECOND), (3, THIRD))]
    with serving(root) as server:
        yield Served(server, root, made)


def links(text: str) -> Links:
    return [(url, dict(ATTRIBUTE.findall(attributes))) for url, attributes in LINK.findall(text)]


def related(answer: Answer, relation: str) -> list[str]:
    """The addresses that an answer links to by a relation."""
    found = links(answer.headers["link"])
    return [url for url, attributes in found if relation in attributes["rel"].split()]


def one(answer: Answer, relation: str) -> str:
    (found,) = related(answer, relation)
    return found


# A client that follows links


def test_a_client_goes_from_a_page_to_its_past_by_links_alone(served: Served) -> None:
    now = served.get("/data/a.ttl")
    assert now.status == 200
    assert "memento-datetime" not in now.headers
    assert "accept-datetime" in now.headers["vary"].lower()
    gate = one(now, "timegate")
    assert gate == one(now, "original") == f"{served.server.url}/data/a.ttl"

    past = served.get(gate, NOON + DAY * 1.5)
    assert past.status == 302
    assert "accept-datetime" in past.headers["vary"].lower()
    assert "memento-datetime" not in past.headers
    assert one(past, "original") == gate
    memento = served.get(past.headers["location"])
    assert memento.status == 200
    assert memento.headers["memento-datetime"] == format_datetime(NOON + DAY, usegmt=True)
    assert memento.headers["renkei-snapshot"] == served.made[1]
    assert one(memento, "original") == gate

    seen = [past.headers["location"]]
    while found := related(memento, "prev"):
        seen.insert(0, found[0])
        memento = served.get(found[0])
    while found := related(memento, "next"):
        if found[0] not in seen:
            seen.append(found[0])
        memento = served.get(found[0])
    assert one(memento, "first") == seen[0]
    assert one(memento, "last") == seen[-1]
    timemap = served.get(one(memento, "timemap"))
    assert timemap.headers["content-type"] == "application/link-format"
    listed = links(timemap.body.decode())
    assert [url for url, attributes in listed if "memento" in attributes["rel"].split()] == seen
    assert len(seen) == 4
    for url, attributes in listed:
        answer = served.get(url)
        assert answer.status == 200
        if "memento" in attributes["rel"].split():
            assert answer.headers["memento-datetime"] == attributes["datetime"]


@pytest.mark.parametrize(
    ("when", "version"),
    [
        (NOON - DAY, 1),
        (NOON + DAY - timedelta(seconds=1), 1),
        (NOON + DAY, 1),
        (NOON + DAY * 2 - timedelta(seconds=1), 1),
        (NOON + DAY * 2, 2),
        (NOON + DAY * 3, 2),
        (datetime(2100, 1, 1, tzinfo=UTC), 2),
        (datetime(1970, 1, 1, tzinfo=UTC), 1),
    ],
)
@pytest.mark.parametrize("path", ["/page/n", "/data/n.ttl", "/data/n.jsonld", "/id/n"])
def test_the_gate_leads_to_what_was_current_then(
    served: Served, path: str, when: datetime, version: int
) -> None:
    """The thing is in the second and third version, and in none before or after."""
    answer = served.get(path, when, Accept="*/*")
    assert answer.status == 302
    assert answer.headers["location"] == f"{served.server.url}/snapshots/{served.made[version]}{path}"
    head = served.get(path, when, method="HEAD")
    assert (head.status, head.headers["location"]) == (302, answer.headers["location"])
    memento = served.get(answer.headers["location"])
    assert memento.status == (303 if path == "/id/n" else 200)
    assert memento.headers["memento-datetime"] == format_datetime(NOON + DAY * version, usegmt=True)


def test_a_memento_says_what_was_said_then(served: Served) -> None:
    names = [served.get(f"/snapshots/{one}/data/n.ttl").body.decode() for one in served.made[1:3]]
    assert ["old name" in text for text in names] == [True, False]
    assert ["new name" in text for text in names] == [False, True]
    for kind in ("page", "data"):
        for version in (0, 3):
            ending = ".ttl" if kind == "data" else ""
            answer = served.get(f"/snapshots/{served.made[version]}/{kind}/n{ending}")
            assert answer.status == 404
            assert "memento-datetime" not in answer.headers
    assert served.get("/page/n").status == 404
    assert served.get("/page/n", NOON + DAY).status == 302


def test_an_identifier_redirects_in_its_version(served: Served) -> None:
    gate = served.get("/id/a", NOON, Accept="text/turtle")
    memento = served.get(gate.headers["location"], Accept="text/turtle")
    assert memento.status == 303
    data = served.get(memento.headers["location"])
    assert data.headers["memento-datetime"] == memento.headers["memento-datetime"]
    assert data.headers["renkei-snapshot"] == served.made[0]


@pytest.mark.parametrize(
    "when",
    [
        "",
        "yesterday",
        "2026-01-01T12:00:00Z",
        "Thu, 01 Jan 2026 12:00:00",
        "Thu, 01 Jan 2026 12:00:00 CET",
        "Thu, 99 Jan 2026 12:00:00 GMT",
        "Thu, 01 Foo 2026 12:00:00 GMT",
        "Thursday, 01-Jan-26 12:00:00 GMT",
    ],
)
def test_what_is_no_date_is_400_in_words(served: Served, when: str) -> None:
    answer = served.get("/data/a.ttl", when)
    assert answer.status == 400
    assert "Accept-Datetime" in answer.problem["detail"]


def test_an_answer_that_is_kept_is_none_to_who_asks_for_a_time(served: Served) -> None:
    for _ in range(3):
        assert served.get("/data/a.ttl").status == 200
    assert served.get("/data/a.ttl", NOON).status == 302
    assert served.get("/data/a.ttl").status == 200


def test_arguments_and_other_letters_stay_in_the_address(served: Served) -> None:
    answer = served.get("/page/a?lang=en&x=%E6%9E%9D", NOON)
    assert answer.headers["location"].endswith(f"/snapshots/{served.made[0]}/page/a?lang=en&x=%E6%9E%9D")
    edited = served.get("/page/%E6%9E%9D%E5%B9%B8", NOON + DAY * 9)
    assert edited.status == 302
    memento = served.get(edited.headers["location"])
    assert (memento.status, memento.headers["renkei-snapshot"]) == (200, served.made[3])
    assert urlsplit(one(memento, "original")).path == "/page/%E6%9E%9D%E5%B9%B8"


# TimeMaps


def test_a_timemap_comes_as_links_json_and_page(served: Served) -> None:
    said = json.loads(served.get("/timemap/page/n", Accept="application/json").body)
    times = [(NOON + DAY * days).isoformat().replace("+00:00", "Z") for days in (1, 2)]
    assert [one["datetime"] for one in said["mementos"]["list"]] == times
    assert said["mementos"]["last"] == said["mementos"]["list"][-1]
    assert said["original_uri"] == said["timegate_uri"] == f"{served.server.url}/page/n"
    assert json.loads(served.get(said["timemap_uri"]["json_format"]).body) == said
    as_links = links(served.get(said["timemap_uri"]["link_format"]).body.decode())
    own = next(attributes for _, attributes in as_links if attributes["rel"] == "self")
    assert own["from"] == format_datetime(NOON + DAY, usegmt=True)
    assert own["until"] == format_datetime(NOON + DAY * 2, usegmt=True)
    page = served.get("/timemap/page/n", Accept="text/html").body.decode()
    assert f"/snapshots/{served.made[1]}/page/n" in page
    assert f"/snapshots/{served.made[3]}/page/n" not in page


def test_what_no_version_has_is_404(served: Served) -> None:
    for path in ("/timemap/page/none", f"/timemap/page/{'x' * LONGEST}", "/timemap/data/none.ttl"):
        assert "No version" in served.get(path).problem["detail"]
    assert served.get("/page/none", NOON).status == 404


def test_a_graph_has_a_past_too(served: Served) -> None:
    for graph, versions in (("a", 4), ("history", 3), ("none", 0)):
        answer = served.get(f"/timemap/graph/{graph}", Accept="application/json")
        assert answer.status == (200 if versions else 404)
        assert len(json.loads(answer.body).get("mementos", {}).get("list", [])) == versions


# What was current when


def test_a_version_that_is_made_current_again_counts_from_then(served: Served, tmp_path: Path) -> None:
    root = tmp_path / "out"
    shutil.copytree(served.root, root, symlinks=True)
    snapshot.activate(root, served.made[1], NOON + DAY * 5)
    snapshot.activate(root, served.made[1], NOON + DAY * 6)  # it is already
    assert activations.noted(root) == [(NOON + DAY * 5, served.made[1])]
    with serving(root) as server:
        again = Served(server, root, served.made)
        for days, version in ((3, 3), (4, 3), (5, 1), (9, 1)):
            location = again.get("/data/a.ttl", NOON + DAY * days).headers["location"]
            assert f"/snapshots/{served.made[version]}/" in location
        snapshot.activate(root, served.made[0], NOON + DAY * 10)
        location = again.get("/data/a.ttl", NOON + DAY * 11).headers["location"]
        assert f"/snapshots/{served.made[0]}/" in location


def test_a_folder_without_a_log_goes_by_when_versions_were_made(served: Served, tmp_path: Path) -> None:
    root = tmp_path / "out"
    shutil.copytree(served.root, root, symlinks=True)
    assert not (root / activations.LOG).exists()
    listing = Catalogue(root).listing()
    assert listing.timeline.versions == tuple(served.made)
    (root / "current").unlink()
    (root / "current").symlink_to(served.made[0])
    assert Catalogue(root).listing().timeline.versions == (*served.made, served.made[0])


MOMENTS = st.integers(0, 9)


def _version(identifier: str, parent: str | None, second: int) -> Snapshot:
    created = (NOON + timedelta(seconds=second)).isoformat()
    return Snapshot(identifier, Path(identifier), {"created": created, "parent": parent})


@given(st.lists(MOMENTS, min_size=1, max_size=6), st.lists(st.tuples(MOMENTS, MOMENTS), max_size=4), MOMENTS)
def test_the_version_of_a_moment_is_the_last_that_became_current_by_then(
    created: list[int], again: list[tuple[int, int]], asked: int
) -> None:
    names = [f"v{place}" for place in range(len(created))]
    made = [
        _version(name, names[place - 1] if place else None, second)
        for place, (name, second) in enumerate(zip(names, created, strict=True))
    ]
    log = sorted((NOON + timedelta(seconds=second), f"v{place}") for second, place in again)
    found = timeline(made, log)
    # The same by hand: a clock that was put back stands still.
    events: list[tuple[datetime, str]] = []
    for name, second in zip(names, created, strict=True):
        events.append((max([NOON + timedelta(seconds=second), *(when for when, _ in events)]), name))
    events += [one for one in log if one[1] in names]
    events.sort(key=lambda event: event[0])
    moment = NOON + timedelta(seconds=asked, milliseconds=300)
    by_then = [name for when, name in events if when <= moment]
    assert list(found.back_from(moment)) == list(dict.fromkeys(reversed(by_then)))


# Whether a version says anything of a thing


def test_a_store_is_opened_only_where_a_patch_cannot_tell(served: Served) -> None:
    listing, existence = Catalogue(served.root).listing(), Existence()
    a, n, none = ((f"{BASE}id/{name}",) for name in ("a", "n", "none"))
    assert [existence.has(listing, one, a) for one in served.made] == [True] * 4
    assert existence.opened == 1
    assert [existence.has(listing, one, none) for one in reversed(served.made)] == [False] * 4
    assert existence.opened == 2
    assert [existence.has(listing, one, n) for one in served.made] == [False, True, True, False]
    opened = existence.opened
    assert [existence.has(listing, one, n) for one in served.made] == [False, True, True, False]
    assert existence.opened == opened
    assert not existence.has(listing, "20200101T000000Z-000000000000", a)


def test_what_is_remembered_has_a_limit(served: Served) -> None:
    listing, existence = Catalogue(served.root).listing(), Existence(remembered=3)
    for number in range(20):
        assert not existence.has(listing, served.made[0], (f"{BASE}id/{number}",))
    assert existence.opened == 20
    assert not existence.has(listing, served.made[0], (f"{BASE}id/19",))
    assert existence.opened == 20


@pytest.mark.parametrize(
    ("path", "iris"),
    [
        ("/page/a/b", ["id/a/b"]),
        ("/page/a.ttl", ["id/a.ttl"]),
        ("/data/a.ttl", ["id/a"]),
        ("/id/%E6%9E%9D", ["id/枝", "id/%E6%9E%9D"]),
        ("/graph/void.ttl", ["graph/void.ttl", "graph/void"]),
        ("/page/a%20b", ["id/a%20b"]),
        (f"/page/{'x' * LONGEST}", []),
    ],
)
def test_a_path_may_be_about(path: str, iris: list[str]) -> None:
    assert things(path, BASE) == tuple(BASE + iri for iri in iris)
