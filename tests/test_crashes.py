"""Publishing that is killed, has no room or may not write leaves the old version or the new one, whole."""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import Project
from renkei_kg.versions import retention
from tests.attacks.watching import eventually
from tests.serving import COMMAND, serving
from tests.writing import BEARER, TOKEN, writers

ROOT = Path(__file__).parents[1]
Small = Callable[..., Project]


def harness(*arguments: str) -> dict[str, int]:
    """The counts of a run of the harness, which is a program of its own as it forks."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashes", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def test_a_publisher_killed_at_a_random_moment_loses_nothing() -> None:
    counts = harness("--kills", "40", "--lines", "25", "--races", "0")
    assert (counts["runs"], counts["lost"]) == (65, 0)
    assert counts["killed"] >= 40
    assert counts["old"] + counts["new"] == counts["runs"]
    assert min(counts[name] for name in ("old", "new", "build", "write", "revert", "activate", "prune")) > 0


def test_a_full_disk_and_a_folder_that_is_only_read_change_nothing() -> None:
    """A limit on the size of files stands for the disk; the superuser becomes somebody else for the folder."""
    counts = harness("--kills", "0", "--lines", "0", "--races", "0", "--full")
    assert counts["refused"] > 10
    assert counts["done"] >= 4
    assert counts["forbidden"] == 5


def test_publishers_at_once_do_not_overwrite_each_other() -> None:
    counts = harness("--kills", "0", "--lines", "0", "--races", "2")
    assert counts["written at once"] >= 12


@pytest.fixture
def built(small: Small) -> tuple[Project, Path, str]:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    return project, out, pipeline.build(project, out, lambda _: None).id


def test_a_version_that_cannot_become_current_is_taken_back(built: tuple[Project, Path, str]) -> None:
    project, out, first = built
    (out / "current").unlink()
    (out / "current").mkdir()
    (out / "current/in-the-way").touch()
    (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
    with pytest.raises(snapshot.SnapshotError, match="cannot publish in"):
        pipeline.build(project, out, lambda _: None)
    assert [one.id for one in snapshot.list_snapshots(out)] == [first]
    shutil.rmtree(out / "current")
    assert pipeline.build(project, out, lambda _: None).id != first
    assert not list(out.glob(f"{snapshot.TEMPORARY}*"))


def test_every_command_that_publishes_says_that_it_may_not(built: tuple[Project, Path, str]) -> None:
    _, out, first = built
    (out / ".lock").unlink()
    (out / ".lock").mkdir()
    for command in (["activate", first], ["prune"]):
        done = subprocess.run(
            [COMMAND, "snapshots", *command, "--snapshots", out], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr == f"renkei-kg: cannot publish in {out}: Is a directory.\n"
    (out / ".cited").touch()
    with pytest.raises(snapshot.SnapshotError, match="cannot write"):
        retention.cite(out, first)
    assert snapshot.current_id(out) == first


def test_a_version_that_a_server_has_open_is_not_pruned(built: tuple[Project, Path, str]) -> None:
    """The server answers from it while another is the current one only for a moment, so it is stopped from
    following by a current version that cannot be opened."""
    project, out, first = built
    with serving(out, write_token=TOKEN) as server:
        assert server.ask("ASK {}").headers["renkei-snapshot"] == first
        (project.data / "a.ttl").write_text("<a:a> <a:b> 2 .")
        (out / "later").mkdir()
        (out / "later/manifest.json").write_text("{}")
        (out / "next").symlink_to("later")
        (out / "next").replace(out / "current")
        second = _copy(out, first, number=2)
        done = retention.prune(out, 1, 0, datetime.now(UTC))
        assert done.spared == ((first, "open in a server"),)
        assert server.ask("ASK {}").headers["renkei-snapshot"] == first
        snapshot.activate(out, second)
        for _ in range(200):
            if server.ask("ASK {}").headers["renkei-snapshot"] == second:
                break
            time.sleep(0.05)
        text = "INSERT DATA { GRAPH <a:notes> { <a:a> <a:b> 1 } }"
        answer = server.post(text, kind="update", **BEARER)
        assert answer.status == 200, answer.body


def _copy(out: Path, identifier: str, number: int) -> str:
    """A later version with the same content."""
    found = snapshot.open_snapshot(out / identifier)
    name = f"{identifier}-{number}"
    shutil.copytree(found.path, out / name)
    manifest = {**found.manifest, "id": name, "parent": identifier, "number": number}
    (out / name / "manifest.json").write_text(json.dumps(manifest))
    return name


def test_a_server_without_room_says_so_and_writes_again_when_there_is(
    built: tuple[Project, Path, str],
) -> None:
    _, out, first = built
    text = "INSERT DATA { GRAPH <a:notes> { <a:a> <a:b> 1 } }"
    with serving(out, write_token=TOKEN) as server:
        for size in (0, 1000, 10_000):
            for pid in (server.pid, *writers(server)):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            problem = server.post(text, kind="update", **BEARER).problem
            assert problem["status"] == 503
            assert "Nothing was changed" in problem["detail"]
            assert snapshot.current_id(out) == first
            assert not list(out.glob(f"{snapshot.TEMPORARY}*"))
        no_limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

        def room() -> bool:
            for pid in (server.pid, *writers(server)):  # one that was just being started has the old limit
                resource.prlimit(pid, resource.RLIMIT_FSIZE, no_limit)
            return server.post(text, kind="update", **BEARER).status == 200

        eventually(20, room)
    assert len(snapshot.list_snapshots(out)) == 2
