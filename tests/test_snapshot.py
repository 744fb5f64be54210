"""Snapshots: whole or not there, the same for the same input, and a build that fails leaves them alone."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import Project

ROOT = Path(__file__).parents[1]
Small = Callable[..., Project]
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
COMMAND = Path(sys.executable).with_name("renkei-kg")


def quiet(_: str) -> None:
    pass


def files(folder: Path) -> dict[str, str]:
    """Everything below a folder, with the SHA-256 of each file."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def published(small: Small) -> tuple[Project, Path, snapshot.Snapshot]:
    """A small project, a folder of snapshots, and the one snapshot in it."""
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 .", "data/b.ttl": "<a:a> <a:b> 1 , 2 ."})
    out = project.root / "out"
    return project, out, pipeline.build(project, out, quiet, now=NOON)


# What is in one


def test_a_snapshot_holds_what_its_manifest_says(snapshots: Path) -> None:
    made = snapshot.open_current(snapshots)
    manifest = made.manifest
    store = Store.read_only(str(made.store))
    assert len(store) == manifest["quads"]
    assert sum(1 for _ in store.quads_for_pattern(None, None, None, None)) == manifest["quads"]
    assert len(manifest["graphs"]) == sum(1 for _ in store.named_graphs())
    assert manifest["triples"] + sum(manifest["graphs"].values()) == manifest["quads"]
    assert (manifest["base"], manifest["version"]) == ("https://w3id.org/renkei/", "0.1.0")
    assert set(manifest["software"]) == {"renkei-kg", "pyoxigraph", "pyshacl", "rdflib"}
    assert manifest["texts"] > 2000
    listed = {name for name in files(made.path) if name != "manifest.json" and not name.startswith("store/")}
    assert listed == {name for name in manifest["files"] if not name.startswith("store/")}
    for name, known in manifest["files"].items():
        content = (made.path / name).read_bytes()
        assert known == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_the_manifest_knows_every_source(snapshots: Path, project: Project) -> None:
    sources = snapshot.open_current(snapshots).manifest["sources"]
    for name, digest in sources.items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest
    folders = ("data", "ontology", "shapes", "queries")
    expected = {str(p.relative_to(ROOT)) for f in folders for p in (ROOT / f).rglob("*") if p.is_file()}
    assert set(sources) == {name for name in expected if not name.endswith(".md")} | {"renkei.toml"}


@pytest.mark.parametrize("extension", ["nq", "trig", "jsonld"])
def test_a_dump_holds_every_named_graph(snapshots: Path, extension: str) -> None:
    made = snapshot.open_current(snapshots)
    form = RdfFormat.from_extension(extension)
    assert form
    quads = set(parse(path=str(made.path / f"dumps/renkei.{extension}"), format=form))
    assert len(quads) == sum(made.manifest["graphs"].values())
    store = Store.read_only(str(made.store))
    assert quads == {q for g in store.named_graphs() for q in store.quads_for_pattern(None, None, None, g)}


def test_the_turtle_dump_keeps_what_is_share_alike_apart(snapshots: Path) -> None:
    made = snapshot.open_current(snapshots)
    apart = "https://w3id.org/renkei/graph/links/municipalities-by-sa"
    found = {
        name: set(parse(path=str(made.path / f"dumps/{name}.ttl"), format=RdfFormat.TURTLE))
        for name in ("renkei", "renkei-by-sa")
    }
    assert len(found["renkei-by-sa"]) == made.manifest["graphs"][apart]
    assert len(found["renkei"] | found["renkei-by-sa"]) == made.manifest["triples"]


def test_trig_writes_each_graph_in_one_piece(snapshots: Path) -> None:
    made = snapshot.open_current(snapshots)
    lines = (made.path / "dumps/renkei.trig").read_text(encoding="utf-8").splitlines()
    opened = [line for line in lines if line.startswith("<") and line.endswith("{")]
    assert len(opened) == len(set(opened)) == len(made.manifest["graphs"])


def test_the_content_hash_is_that_of_the_sorted_n_quads(snapshots: Path) -> None:
    made = snapshot.open_current(snapshots)
    dump = (made.path / "dumps/renkei.nq").read_bytes()
    assert hashlib.sha256(dump).hexdigest() == made.manifest["content_sha256"]
    assert dump.splitlines() == sorted(dump.splitlines())
    assert made.id.endswith(made.manifest["content_sha256"][:12])


def test_the_report_names_no_folder_of_this_machine(snapshots: Path) -> None:
    made = snapshot.open_current(snapshots)
    for path in (made.path / "report").iterdir():
        assert str(ROOT) not in path.read_text(encoding="utf-8")
    assert str(ROOT) not in (made.path / "manifest.json").read_text(encoding="utf-8")


# Same input, same output


def test_another_folder_another_time_another_hash_seed_give_the_same_bytes(
    snapshots: Path, tmp_path: Path
) -> None:
    """A copy of the project elsewhere, built by another process with another seed in another time zone: in
    under ten seconds of processor time, which other work on the machine does not change."""
    copy = tmp_path / "elsewhere"
    for name in ("data", "ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "renkei.toml", copy)
    before = os.times()
    done = subprocess.run(
        [COMMAND, "build", "--out", "snapshots"],
        cwd=copy,
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 10
    here, there = snapshot.open_current(snapshots), snapshot.open_current(copy / "snapshots")
    assert here.manifest["content_sha256"] == there.manifest["content_sha256"]
    for folder in ("dumps", "files", "report"):
        assert files(here.path / folder) == files(there.path / folder)
    assert here.text_index.read_bytes() == there.text_index.read_bytes()
    same = ("base", "version", "quads", "triples", "graphs", "sources", "software", "dataset")
    assert all(here.manifest[key] == there.manifest[key] for key in same)


def test_an_unchanged_project_keeps_its_snapshot(published: tuple[Project, Path, snapshot.Snapshot]) -> None:
    project, out, first = published
    said: list[str] = []
    again = pipeline.build(project, out, said.append)
    assert again.id == first.id
    assert said[-1] == f"unchanged: {first.id}"
    assert [one.id for one in snapshot.list_snapshots(out)] == [first.id]


def test_another_version_of_the_project_is_another_snapshot(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, first = published
    changed = Project(project.root, project.base, project.name, "2", project.endpoint)
    second = pipeline.build(changed, out, quiet, now=NOON)
    assert second.manifest["version"] == "2"
    assert second.id == f"{first.id}-2"


# Building anew


def test_a_violation_leaves_the_snapshot_and_says_file_line_node_path(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, first = published
    (project.root / "shapes/s.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        <a:Shape> a sh:NodeShape ; sh:targetNode <a:a> ; sh:property <a:Few> .
        <a:Few> a sh:PropertyShape ; sh:path <a:b> ; sh:maxCount 1 ;
            sh:message "one only"@en , "一つだけ"@ja .""",
        encoding="utf-8",
    )
    with pytest.raises(pipeline.Invalid, match=r"1 violations; the graph was not published\.") as caught:
        pipeline.build(project, out, quiet)
    assert snapshot.current_id(out) == first.id
    snapshot.verify(first)
    (finding,) = caught.value.report.violations
    assert finding.text("en") == f"{project.data}/a.ttl:1: Violation: a:a a:b: one only"
    assert finding.text("ja", project.named) == "data/a.ttl:1: Violation: a:a a:b: 一つだけ"


def test_a_folder_that_cannot_be_written_is_known_before_the_work(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, _ = published
    said: list[str] = []
    for bad in (out / "current" / "manifest.json", Path("/proc/nowhere")):
        with pytest.raises(snapshot.SnapshotError, match="cannot publish in"):
            pipeline.build(project, bad, said.append)
    assert said == []


def test_a_build_that_cannot_write_to_its_end_leaves_nothing(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    """A limit on the size of files stands for a full disk."""
    project, out, first = published
    (project.data / "a.ttl").write_text("<a:a> <a:b> 3 .")
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 8; exec "$0" build --out out', COMMAND],
        cwd=project.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("renkei-kg: cannot publish in out: ")
    assert done.stderr.endswith("Nothing was changed.\n")
    assert snapshot.current_id(out) == first.id
    assert {p.name for p in out.iterdir()} == {first.id, "current", ".lock"}


def test_what_a_crash_left_is_swept_and_what_others_keep_is_not(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, first = published
    crashed = snapshot.temporary(out, "20290101T000000Z-crashed")
    (crashed / "store").mkdir()
    (out / ".tmp-current-99").symlink_to("nowhere")
    (out / "notes.txt").write_text("keep")
    (project.data / "a.ttl").write_text("<a:a> <a:b> 3 .")
    second = pipeline.build(project, out, quiet)
    assert {p.name for p in out.iterdir()} == {first.id, second.id, "current", ".lock", "notes.txt"}


def test_a_damaged_snapshot_is_not_kept_but_built_again(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, first = published
    dump = first.path / "dumps/small.nq"
    dump.write_bytes(dump.read_bytes()[:-1])
    second = pipeline.build(project, out, quiet, now=NOON)
    assert second.id != first.id
    assert snapshot.current_id(out) == second.id
    snapshot.verify(second)


def test_two_builds_at_once_publish_one_after_the_other(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    _, out, _ = published
    entered: list[str] = []

    def build() -> None:
        with snapshot.publishing(out):
            entered.append("second")

    with snapshot.publishing(out):
        other = threading.Thread(target=build)
        other.start()
        time.sleep(0.2)
        entered.append("first")
    other.join(10)
    assert entered == ["first", "second"]


# Reading


def test_a_reader_always_finds_a_whole_snapshot_while_others_are_published(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 0 ."})
    out = project.root / "out"
    pipeline.build(project, out, quiet)
    stop, seen, faults = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            try:
                one = snapshot.open_current(out)
                store = Store.read_only(str(one.store))
                if len(store) != one.manifest["quads"]:
                    faults.append(one.id)
                seen.add(one.id)
            except Exception as error:
                faults.append(repr(error))
                raise

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 6):
        (project.data / "a.ttl").write_text(f"<a:a> <a:b> {number} .")
        pipeline.build(project, out, quiet)
    last = snapshot.current_id(out)
    while last not in seen and not faults:
        time.sleep(0.01)
    stop.set()
    reader.join(10)
    assert faults == []
    assert len(seen) > 1


def test_an_older_snapshot_can_be_made_current_again(
    published: tuple[Project, Path, snapshot.Snapshot],
) -> None:
    project, out, first = published
    (project.data / "a.ttl").write_text("<a:a> <a:b> 3 .")
    second = pipeline.build(project, out, quiet)
    assert [one.id for one in snapshot.list_snapshots(out)] == [first.id, second.id]
    snapshot.activate(out, first.id)
    assert snapshot.open_current(out).id == first.id
    with pytest.raises(snapshot.SnapshotError, match="is not a snapshot"):
        snapshot.activate(out, "nothing")
    assert snapshot.open_current(out).id == first.id


@pytest.mark.parametrize(
    "name", ["dumps/small.nq", "dumps/small.jsonld", "report/report.ttl", "text.db", "store"]
)
def test_a_changed_or_missing_file_is_found(
    published: tuple[Project, Path, snapshot.Snapshot], name: str
) -> None:
    _, _, one = published
    snapshot.verify(one)
    path = next(one.store.glob("*.sst")) if name == "store" else one.path / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(snapshot.SnapshotError, match=f"{path.name} is not as it was written"):
        snapshot.verify(one)
    path.unlink()
    with pytest.raises(snapshot.SnapshotError, match=f"{path.name} is not as it was written"):
        snapshot.verify(one)


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST-*"])
def test_a_store_that_does_not_open_is_found(
    published: tuple[Project, Path, snapshot.Snapshot], name: str
) -> None:
    _, _, one = published
    next(one.store.glob(name)).write_text("x")
    with pytest.raises(snapshot.SnapshotError, match="cannot be opened"):
        snapshot.verify(one)


def test_a_store_of_another_size_is_found(published: tuple[Project, Path, snapshot.Snapshot]) -> None:
    _, _, one = published
    changed = snapshot.Snapshot(one.id, one.path, {**one.manifest, "quads": 1})
    with pytest.raises(snapshot.SnapshotError, match="quads and not 1; build it again"):
        snapshot.verify(changed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is damaged"),
        (b"\xff", "is damaged"),
        (b"[]", "is damaged (no id)"),
        (b"{}", "is damaged (no id)"),
        (b'{"id": 1}', "is damaged (no id)"),
        (b'{"id": "x"}', "is damaged (no content_sha256)"),
        (None, "is not a snapshot: it has no manifest.json"),
    ],
)
def test_a_damaged_manifest_is_said_and_a_new_build_mends_it(
    published: tuple[Project, Path, snapshot.Snapshot], content: bytes | None, words: str
) -> None:
    project, out, one = published
    if content is None:
        (one.path / "manifest.json").unlink()
    else:
        (one.path / "manifest.json").write_bytes(content)
    with pytest.raises(snapshot.SnapshotError) as caught:
        snapshot.open_current(out)
    assert words in str(caught.value)
    assert snapshot.list_snapshots(out) == []
    assert pipeline.build(project, out, quiet, now=NOON).id == f"{one.id}-2"


def test_a_folder_without_snapshots_is_said(tmp_path: Path) -> None:
    with pytest.raises(snapshot.SnapshotError, match="has no current snapshot: run renkei-kg build first"):
        snapshot.open_current(tmp_path)
    assert snapshot.list_snapshots(tmp_path / "nowhere") == []
    (tmp_path / "current").mkdir()
    with pytest.raises(snapshot.SnapshotError, match="has no current snapshot"):
        snapshot.open_current(tmp_path)


def test_the_manifest_is_readable_json(published: tuple[Project, Path, snapshot.Snapshot]) -> None:
    _, _, one = published
    assert json.loads((one.path / "manifest.json").read_text(encoding="utf-8")) == one.manifest
    assert one.manifest["created"] == "2030-01-01T12:00:00Z"
    assert one.id == f"20300101T120000Z-{one.manifest['content_sha256'][:12]}"
