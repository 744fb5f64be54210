"""Versions on the web: listed, described, compared, subscribed to; through a real server over real versions."""

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Store, parse

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import open_project
from renkei_kg.versions import activations, provenance, retention
from renkei_kg.versions.catalogue import Catalogue
from renkei_kg.web.negotiate import GRAPHS
from tests.serving import Answer, Server, serving
from tests.writing import TOKEN

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BASE = "https://example.org/kg/"
NOTES = "https://example.org/notes"
TOML = f'base = "{BASE}"\nname = "small"\nversion = "1"\nendpoint = "{BASE}sparql"\n'
DATA = """PREFIX : <https://example.org/kg/id/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:a rdfs:label "First"@en , "一"@ja ; :size 1 ; :has [ :name "inner" ] ; :in ( 1 2 ) ."""
FIRST = f"INSERT DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> <{BASE}id/on> '<b>&枝幸</b>', 'x' }} }}"
SECOND = f"DELETE DATA {{ GRAPH <{NOTES}> {{ <{BASE}id/n> <{BASE}id/on> 'x' }} }}"
REASON = "誤りを正す <i>&"
PROV = PREFIXES["prov"]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
GONE = "20200101T000000Z-000000000000"


@dataclass(frozen=True)
class Served:
    """A server, its folder, and its versions: a build, and two writes of which the second has a reason."""

    server: Server
    root: Path
    made: list[str]

    def get(self, below: str, **headers: str) -> Answer:
        return self.server.fetch(f"/snapshots{below}", **headers)

    def json(self, below: str, **headers: str) -> dict[str, object]:
        found = self.get(below, Accept="application/json", **headers)
        assert found.status == 200, found.body
        return dict(json.loads(found.body))


def project(folder: Path) -> Path:
    """A small project of its own."""
    (folder / "renkei.toml").write_text(TOML)
    for name in ("data", "ontology/rules", "shapes", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "data/a.ttl").write_text(DATA, encoding="utf-8")
    return folder


def write(server: Server, update: str, reason: str = "") -> str:
    """Makes an update as the holder of the token does; gives the version that it makes."""
    headers = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    if reason:
        headers["Renkei_Reason"] = quote(reason)
    answer = server.fetch("/sparql", update.encode(), Accept="application/json", **headers)
    assert answer.status == 200, answer.body
    return str(json.loads(answer.body)["snapshot"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = project(tmp_path_factory.mktemp("versions"))
    root = folder / "out"
    first = pipeline.build(open_project(folder), root, lambda _: None, now=NOON).id
    with serving(root, write_token=TOKEN) as server:
        made = [first, write(server, FIRST), write(server, SECOND, REASON)]
        yield Served(server, root, made)


def triples(answer: Answer) -> set[tuple[str, ...]]:
    """The triples of an answer in Turtle, as texts."""
    assert answer.status == 200, answer.body
    found = parse(answer.body, format=RdfFormat.TURTLE)
    return {(q.subject.value, q.predicate.value, q.object.value) for q in found}


# The list


def test_the_list_has_the_newest_first_with_what_each_is(served: Served) -> None:
    said = served.json("")
    rows = said["versions"]
    assert isinstance(rows, list)
    assert [row["id"] for row in rows] == served.made[::-1]
    assert (said["current"], said["total"], said["pages"]) == (served.made[2], 3, 1)
    assert [row["made_by"] for row in rows] == ["write", "write", "build"]
    assert [row["changed"] for row in rows] == [{"added": 0, "removed": 1}, {"added": 2, "removed": 0}, None]
    assert rows[0]["reason"] == REASON
    assert rows[0]["by"]
    assert rows[0]["kind"] == "update"
    for row in rows[:2]:
        for name in ("url", "changes", "patch"):
            assert served.server.fetch(row[name].removeprefix(served.server.url)).status == 200
    assert "changes" not in rows[2]
    assert served.server.fetch(rows[2]["endpoint"].removeprefix(served.server.url)).status == 200


def test_the_list_is_a_page_in_both_languages_and_escapes_what_strangers_wrote(served: Served) -> None:
    japanese = served.get("", Accept="text/html").body.decode()
    english = served.get("?lang=en", Accept="text/html").body.decode()
    assert "データの版" in japanese
    assert "Versions of the data" in english
    for page in (japanese, english):
        assert "誤りを正す &lt;i&gt;&amp;" in page
        assert "<i>" not in page
        for identifier in served.made:
            assert f"/snapshots/{identifier}" in page


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_the_list_is_provenance_in_every_format_of_a_graph(served: Served, form: object) -> None:
    answer = served.get("", Accept=form.media_type)
    assert answer.headers["content-type"].startswith(form.media_type)
    found = list(parse(answer.body, format=RdfFormat.from_media_type(form.media_type)))
    versions = {q.object.value for q in found if q.predicate.value == f"{PREFIXES['dcat']}hasVersion"}
    assert versions == {f"{BASE}snapshots/{one}" for one in served.made}
    newest = [q.object.value for q in found if q.predicate.value == f"{PREFIXES['dcat']}hasCurrentVersion"]
    assert newest == [f"{BASE}snapshots/{served.made[2]}"]


@pytest.mark.parametrize(
    ("page", "status"), [("0", 400), ("x", 400), ("-1", 400), ("１", 400), ("1&page=1", 400), ("2", 404)]
)
def test_a_page_that_is_none_is_refused_in_words(served: Served, page: str, status: int) -> None:
    for below in ("", "/feed", f"/{served.made[1]}/changes"):
        found = served.get(
            f"{below}?page={quote(page, safe='&=')}", Accept="text/html;q=0.5,application/problem+json"
        )
        assert found.status == status
        assert "page" in found.problem["detail"]


def test_many_versions_come_in_pages_with_links(tmp_path: Path) -> None:
    root = tmp_path / "out"
    folder = project(tmp_path)
    first = pipeline.build(open_project(folder), root, lambda _: None, now=NOON)
    parent = first.id
    names = [parent]
    for number in range(1, 121):
        manifest = {**first.manifest, "id": f"20260101T12{number // 60:02}{number % 60:02}Z-{number:012x}"}
        manifest |= {
            "parent": parent,
            "number": number + 1,
            "created": "2026-01-01T12:00:00Z",
            "written": True,
        }
        parent = manifest["id"]
        names.append(parent)
        (root / parent).mkdir()
        (root / parent / "manifest.json").write_text(json.dumps(manifest))
    with serving(root) as server:
        seen, target, pages = [], "/snapshots?format=json", 0
        while target:
            answer = server.fetch(target)
            seen += [row["id"] for row in json.loads(answer.body)["versions"]]
            found = re.search(r'<([^>]+)>; rel="next"', answer.headers["link"])
            target = found[1] if found else ""
            pages += 1
        assert seen == names[::-1]
        assert pages == 3
        html = server.fetch("/snapshots?page=2", Accept="text/html").body.decode()
        assert 'rel="prev"' in html
        assert 'rel="next"' in html
        assert '<link rel="next"' in server.fetch("/snapshots/feed").body.decode()


def test_the_list_follows_the_folder_although_the_data_stays(served: Served) -> None:
    before = served.get("")
    assert served.get("", If_None_Match=before.headers["etag"]).status == 304
    page = served.get("", Accept="text/html")
    assert served.get("", Accept="text/html", If_None_Match=page.headers["etag"]).status == 304
    retention.cite(served.root, served.made[0])
    try:
        rows = served.json("")["versions"]
        assert [row["cited"] for row in rows] == [False, False, True]
        assert served.get("", If_None_Match=before.headers["etag"]).status == 200
        assert served.get("", Accept="text/html", If_None_Match=page.headers["etag"]).status == 200
        assert "引用済み" in served.get("", Accept="text/html", Accept_Language="ja").body.decode()
    finally:
        retention.uncite(served.root, served.made[0])
    assert served.get("").headers["etag"] == before.headers["etag"]


def test_the_feed_is_atom_that_harvesters_can_follow(served: Served) -> None:
    answer = served.get("/feed?lang=en")
    assert answer.headers["content-type"] == "application/atom+xml"
    root = ET.fromstring(answer.body)  # noqa: S314  # our own server's
    entries = root.findall("a:entry", ATOM)
    assert [one.findtext("a:id", "", ATOM) for one in entries] == [
        f"{BASE}snapshots/{one}" for one in served.made[::-1]
    ]
    times = [one.findtext("a:updated", "", ATOM) for one in entries]
    assert times == sorted(times, reverse=True)
    assert root.findtext("a:updated", "", ATOM) == times[0]
    assert root.findtext("a:author/a:name", "", ATOM)
    assert REASON in entries[0].findtext("a:summary", "", ATOM)
    links = {one.get("rel"): str(one.get("href")) for one in root.findall("a:link", ATOM)}
    assert links["self"] == f"{served.server.url}/snapshots/feed"
    for entry in entries:
        for link in entry.findall("a:link", ATOM):
            path = str(link.get("href")).removeprefix(served.server.url)
            assert served.server.fetch(path, Accept="text/html").status == 200
    assert served.get("/feed", If_None_Match=answer.headers["etag"]).status == 200  # another language
    assert served.get("/feed?lang=en", If_None_Match=answer.headers["etag"]).status == 304


# One version


def test_a_version_is_its_manifest_without_a_path_of_the_machine(served: Served) -> None:
    for identifier in served.made:
        answer = served.get(f"/{identifier}", Accept="application/json")
        assert json.loads(answer.body) == snapshot.open_snapshot(served.root / identifier).manifest
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["renkei-snapshot"] == identifier
        assert served.get(f"/{identifier}", If_None_Match=answer.headers["etag"]).status == 304
        for kind in ("application/json", "text/turtle", "text/html"):
            body = served.get(f"/{identifier}", Accept=kind).body.decode()
            assert str(served.root) not in body
            assert TOKEN not in body


def test_provenance_of_a_build_tells_sources_software_and_report(served: Served) -> None:
    first = served.made[0]
    found = triples(served.get(f"/{first}", Accept="text/turtle"))
    version = f"{BASE}snapshots/{first}"
    build = f"{version}#build"
    assert (version, f"{PROV}wasGeneratedBy", build) in found
    assert (version, f"{PROV}generatedAtTime", "2026-01-01T12:00:00Z") in found
    used = {o for s, p, o in found if (s, p) == (build, f"{PROV}used")}
    assert used == {f"{version}#source/data/a.ttl", f"{version}#source/renkei.toml"}
    digest = hashlib.sha256(DATA.encode()).hexdigest()
    assert (f"{version}#source/data/a.ttl", f"{PREFIXES['schema']}sha256", digest) in found
    agents = {o for s, p, o in found if (s, p) == (build, f"{PROV}wasAssociatedWith")}
    assert f"{version}#software/pyoxigraph" in agents
    report = f"{version}/report/report.ttl"
    assert (report, f"{PREFIXES['sh']}conforms", "true") in found
    values = {s: o for s, p, o in found if p == "http://www.w3.org/ns/dqv#value"}
    assert values == {f"{version}#{name}": "0" for name in ("violations", "warnings", "infos")}
    assert (
        report,
        f"{PREFIXES['schema']}sha256",
        _digest(served.get(f"/{first}/report/report.ttl").body),
    ) in found


def test_provenance_of_a_write_tells_who_why_and_what_it_changed(served: Served) -> None:
    _, parent, last = served.made
    found = triples(served.get(f"/{last}", Accept="text/turtle"))
    version = f"{BASE}snapshots/{last}"
    activity = f"{version}#write"
    assert (version, f"{PROV}wasRevisionOf", f"{BASE}snapshots/{parent}") in found
    assert (activity, f"{PROV}used", f"{BASE}snapshots/{parent}") in found
    assert (activity, f"{PREFIXES['dcterms']}description", REASON) in found
    agents = {o for s, p, o in found if (s, p) == (version, f"{PROV}wasAttributedTo")}
    assert len(agents) == 1
    assert agents.pop().startswith(f"{BASE}snapshots#by=")
    sizes = {s: o for s, p, o in found if p == f"{PREFIXES['void']}triples"}
    assert (sizes[f"{version}#added"], sizes[f"{version}#removed"]) == ("0", "1")
    assert sizes[f"{version}#removed={NOTES}"] == "1"
    assert (f"{version}#removed={NOTES}", f"{PREFIXES['dcterms']}isPartOf", NOTES) in found
    patch = served.get(f"/{last}/patch")
    assert (f"{version}/patch", f"{PREFIXES['schema']}sha256", _digest(patch.body)) in found


def test_a_revert_invalidates_what_it_takes_back() -> None:
    manifest = {
        "id": "20260103T000000Z-000000000003",
        "created": "2026-01-03T00:00:00.000Z",
        "written": True,
        "parent": "20260102T000000Z-000000000002",
        "changed": {"added": 1, "removed": 2},
        "write": {"by": "枝幸", "reason": "", "kind": "revert", "graphs": {}, "reverts": GONE},
    }
    found = {(t.subject, t.predicate, t.object) for t in provenance.triples(manifest, BASE)}
    version = f"{BASE}snapshots/{manifest['id']}"
    write = NamedNode(f"{version}#write")
    assert (write, provenance.PROV.invalidated, NamedNode(f"{BASE}snapshots/{GONE}/patch")) in found
    agent = NamedNode(provenance.agent_iri("枝幸", BASE))
    assert agent.value.isascii()
    assert (write, provenance.PROV.wasAssociatedWith, agent) in found
    assert not any(isinstance(term, Literal) and term.value == "" for one in found for term in one)


def test_the_page_of_a_version_tells_both_ways_and_its_neighbours(served: Served) -> None:
    first, middle, last = served.made
    page = served.get(f"/{middle}?lang=en", Accept="text/html").body.decode()
    assert f'<a rel="prev" href="/snapshots/{first}?lang=en">' in page
    assert f'<a rel="next" href="/snapshots/{last}?lang=en">' in page
    assert f'href="/snapshots/{middle}/changes?lang=en"' in page
    assert NOTES in page
    build = served.get(f"/{first}?lang=en", Accept="text/html").body.decode()
    assert "0 violations, 0 warnings, 0 remarks" in build
    for link in re.findall(r'href="(/snapshots/[^"]+/(?:dumps|report)/[^"]+)"', build):
        name = link.removeprefix(f"/snapshots/{first}/")
        body = served.server.fetch(link).body
        known = snapshot.open_snapshot(served.root / first).manifest["files"][name]
        assert (len(body), _digest(body)) == (known["bytes"], known["sha256"])
    assert "dumps/small.nq" in build


@pytest.mark.parametrize(
    "below",
    [
        f"/{GONE}",
        f"/{GONE}/patch",
        f"/{GONE}/changes",
        f"/{GONE}/report/report.ttl",
        "/nothing",
        "/..%2f..%2fetc",
        "/FIRST/dumps/nothing.nq",
        "/FIRST/report/..%2fmanifest.json",
        "/FIRST/dumps/..",
        f"/FIRST/changes?from={GONE}",
        "/FIRST/patch",
        "/FIRST/changes",
        f"/current/patch/{GONE}",
    ],
)
def test_what_is_not_there_is_404_in_words(served: Served, below: str) -> None:
    answer = served.get(below.replace("FIRST", served.made[0]))
    if answer.status == 302:
        answer = served.server.fetch(answer.headers["location"])
    assert answer.status == 404
    assert answer.problem["detail"]
    assert str(served.root) not in answer.body.decode()


def test_current_leads_to_the_version_served(served: Served) -> None:
    for below in ("", "/changes?format=text&lang=en", "/patch"):
        answer = served.get(f"/current{below}")
        assert answer.status == 302
        assert answer.headers["location"] == f"/snapshots/{served.made[2]}{below}"
        assert served.server.fetch(answer.headers["location"]).status == 200


# What changed


def test_a_patch_makes_a_version_of_its_parent(served: Served) -> None:
    first, middle, last = served.made
    assert _lines(served.get(f"/{middle}/patch")) == {
        f'A <{BASE}id/n> <{BASE}id/on> "<b>&枝幸</b>" <{NOTES}> .',
        f'A <{BASE}id/n> <{BASE}id/on> "x" <{NOTES}> .',
    }
    assert _lines(served.get(f"/{last}/patch")) == {f'D <{BASE}id/n> <{BASE}id/on> "x" <{NOTES}> .'}
    answer = served.get(f"/{last}/patch?from={first}")
    assert answer.headers["content-type"].startswith("application/rdf-patch")
    assert "immutable" in answer.headers["cache-control"]
    before, after = (_quads(served.root / one) for one in (first, last))
    for line in _lines(answer):
        (quad,) = parse(line[2:], format=RdfFormat.N_QUADS)
        (before.add if line.startswith("A ") else before.remove)(quad)
    assert _canonical(before) == _canonical(after)


def test_changes_are_told_by_entity_in_every_form(served: Served) -> None:
    _, middle, last = served.made
    said = served.json(f"/{last}/changes")
    assert (said["from"], said["to"], said["added"], said["removed"]) == (middle, last, 0, 1)
    assert said["entities"] == [
        {
            "name": f"<{BASE}id/n>",
            "iri": f"{BASE}id/n",
            "label": "",
            "changes": [
                {
                    "property": f"<{BASE}id/on>",
                    "graph": f"<{NOTES}>",
                    "removed": ['"x"'],
                    "added": [],
                    "reordered": False,
                }
            ],
        }
    ]
    text = served.get(f"/{last}/changes", Accept="text/plain").body.decode()
    assert text == f'<{BASE}id/n>\n  - <{BASE}id/on>: "x"  (<{NOTES}>)\n0 quads added, 1 removed\n'
    page = served.get(f"/{middle}/changes", Accept="text/html").body.decode()
    assert "&lt;b&gt;&amp;枝幸&lt;/b&gt;" in page
    assert f'href="/snapshots/{middle}/page/n"' in page


def test_any_two_versions_can_be_compared(served: Served) -> None:
    first, middle, last = served.made
    back = served.json(f"/{first}/changes?from={last}")
    assert (back["added"], back["removed"]) == (0, 1)
    same = served.json(f"/{middle}/changes?from={middle}")
    assert same["entities"] == []
    assert (
        "違いはありません" in served.get(f"/{middle}/changes?from={middle}", Accept="text/html").body.decode()
    )
    assert served.get(f"/{last}/changes?from={first}&from={middle}").status == 400


def test_a_version_whose_parent_is_gone_still_tells_its_changes(served: Served, tmp_path: Path) -> None:
    _, middle, last = served.made
    shutil.copytree(served.root, tmp_path / "out", symlinks=True)
    shutil.rmtree(tmp_path / "out" / middle)
    with serving(tmp_path / "out") as server:
        assert _lines(server.fetch(f"/snapshots/{last}/patch")) == _lines(served.get(f"/{last}/patch"))
        answer = server.fetch(f"/snapshots/{last}/changes", Accept="application/json")
        said = json.loads(answer.body)
        assert (said["from"], said["entities"]) == (middle, served.json(f"/{last}/changes")["entities"])
        rows = json.loads(server.fetch("/snapshots").body)["versions"]
        assert [row["id"] for row in rows] == [last, served.made[0]]


def test_comparing_has_limits(served: Served, tmp_path: Path) -> None:
    """A comparison that takes too long is ended; others wait, or are told to come again."""
    first, _, last = served.made
    slow = tmp_path / "bin"
    slow.mkdir()
    code = "import time; time.sleep(60)"
    (slow / "sitecustomize.py").write_text(
        f"import sys\nif 'renkei_kg.versions.differ' in sys.orig_argv: {code}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", os.pathsep.join([str(slow), *filter(None, [os.environ.get("PYTHONPATH")])])
        )
        with serving(served.root, query_seconds=2, wait_seconds=1) as server:
            answers: list[Answer] = []

            def ask(number: int) -> None:
                pair = f"/snapshots/{last}/changes?from={first}&lang={('ja', 'en')[number % 2]}"
                answers.append(server.fetch(pair, Accept="application/json"))

            threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
            for thread in threads:
                thread.start()
            assert server.fetch("/snapshots").status == 200  # pages go on
            for thread in threads:
                thread.join()
    statuses = sorted(answer.status for answer in answers)
    assert statuses[0] == 503
    assert statuses[-1] == 504
    for answer in answers:
        assert answer.problem["detail"]
        assert answer.status == 504 or answer.headers["retry-after"]


def test_a_comparison_is_made_once(served: Served) -> None:
    first, _, last = served.made
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(served.get(f"/{last}/patch?from={first}")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


# The catalogue behind the pages


def test_the_catalogue_reads_a_manifest_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalogue(served.root)
    assert [one.snapshot.id for one in catalogue.listing().versions] == served.made
    read: list[Path] = []
    real: Callable[[Path], snapshot.Snapshot] = snapshot.open_snapshot
    monkeypatch.setattr(snapshot, "open_snapshot", lambda path: read.append(path) or real(path))
    mark = served.root / retention.CITED / served.made[1]
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    try:
        assert [one.cited for one in catalogue.listing().versions] == [False, True, False]
    finally:
        mark.unlink()
    assert catalogue.listing() is catalogue.listing()
    assert read == []


def test_what_is_no_version_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "20260101T000000Z-000000000000").mkdir()
    (tmp_path / "20260101T000000Z-000000000001").mkdir()
    (tmp_path / "20260101T000000Z-000000000001" / "manifest.json").write_text("{")
    (tmp_path / "other").mkdir()
    (tmp_path / ".tmp-20260101T000000Z-000000000002").mkdir()
    assert Catalogue(tmp_path).listing().versions == ()
    assert Catalogue(tmp_path / "none").listing().current is None


def test_a_log_of_activations_that_a_crash_cut_short_is_read_and_goes_on(tmp_path: Path) -> None:
    assert activations.noted(tmp_path) == []
    activations.note(tmp_path, "20260101T000000Z-000000000000", NOON)
    with (tmp_path / activations.LOG).open("ab") as file:
        file.write(b"2026-01-02T00:00:00Z 20260101T000000Z-000000000000")
    activations.note(tmp_path, "20260101T000000Z-000000000001", NOON)
    assert activations.noted(tmp_path) == [
        (NOON, "20260101T000000Z-000000000000"),
        (NOON, "20260101T000000Z-000000000001"),
    ]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _lines(answer: Answer) -> set[str]:
    """The lines of a patch that add and remove."""
    assert answer.status == 200, answer.body
    return {line for line in answer.body.decode().splitlines() if line[:2] in ("A ", "D ")}


def _quads(folder: Path) -> set[Quad]:
    store = Store.read_only(str(folder / "store"))
    return {q for g in store.named_graphs() for q in store.quads_for_pattern(None, None, None, g)}


def _canonical(quads: set[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
