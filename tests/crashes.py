"""Kills whoever publishes, at random moments and at chosen lines, and looks what is left: it has to be the
version before or the one after, whole, and nobody has to be kept from publishing.

``python -m tests.crashes --kills 500 --lines 500`` does it at length and prints the counts.

Each operation runs in a forked process. This process opens no store itself, as the engine's threads would not
be in its children.
"""

import argparse
import fcntl
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import Project, open_project
from renkei_kg.snapshot import SnapshotError
from renkei_kg.versions import retention
from tests.writing import change, revert

DONE, REFUSED, FAILED = 0, 3, 4
NOBODY = 65534
TRACED = ("snapshot.py", "version.py", "patch.py", "activations.py", "retention.py", "publication.py")
NOTES = "https://example.org/notes"
TOML = 'base = "https://example.org/kg/"\nname = "small"\nversion = "1"\nendpoint = "https://example.org/kg/sparql"\n'
SIZES = (0, 1, 100, 1000, 2000, 5000, 10_000, 20_000, 40_000, 80_000, 1_000_000, 100_000_000)
State = list[Any]


@dataclass(frozen=True)
class Operation:
    """Something that publishes, and what the current version has to hold once it has: the number in the
    sources and the one that was written."""

    name: str
    work: Callable[[], object]
    after: State


class Harness:
    """A small project and its folder of versions."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # nothing secret
        self.counts: Counter[str] = Counter()
        self.number = 0
        self.project = _project(folder)
        self.out = folder / "out"
        self.state: State = [0, None]
        self.seconds: dict[str, float] = {}
        for kind in (self.building, self.writing, self.building, self.writing):
            self.number += 1
            self.whole(kind(self.number))
        for another in (self.reverting, self.activating, self.pruning):
            self.whole(another())

    def whole(self, operation: Operation) -> None:
        """Does an operation to its end, and notes how long it takes."""
        started = time.monotonic()
        assert run(operation.work) == DONE
        self.seconds[operation.name] = time.monotonic() - started
        self.state = json.loads(told(self.look))
        assert self.state == operation.after

    def building(self, number: int) -> Operation:
        """A build of changed sources."""
        (self.project.data / "a.ttl").write_text(f"<a:a> <a:b> {number} .")
        return Operation(
            "build",
            lambda: pipeline.build(self.project, self.out, lambda _: None),
            [number, self.state[1]],
        )

    def writing(self, number: int) -> Operation:
        """A write."""
        text = f"DROP SILENT GRAPH <{NOTES}> ; INSERT DATA {{ GRAPH <{NOTES}> {{ <a:a> <a:b> {number} }} }}"
        return Operation("write", lambda: change(self.out, text), [self.state[0], number])

    def activating(self) -> Operation:
        """A version of before made current again."""
        known = [one for one in json.loads(told(self.list_states)) if one[1] != self.state]
        if not known:
            return self.writing(self.number)
        identifier, state = self.random.choice(known)

        def work() -> None:
            with snapshot.publishing(self.out):
                snapshot.activate(self.out, identifier)

        return Operation("activate", work, state)

    def reverting(self) -> Operation:
        """A write taken back, which is made to its end before."""
        self.number += 1
        self.whole(self.writing(self.number))
        identifier, before = json.loads(told(self.last_write))
        return Operation("revert", lambda: revert(self.out, identifier), [self.state[0], before])

    def pruning(self) -> Operation:
        """All but the newest versions removed."""
        return Operation("prune", lambda: retention.prune(self.out, 3, 0, datetime.now(UTC)), self.state)

    def any(self) -> Operation:
        """One of these."""
        self.number += 1
        kind = self.random.choice(
            ("build", "build", "write", "write", "write", "revert", "activate", "prune")
        )
        return self.one(kind)

    def one(self, kind: str) -> Operation:
        """An operation of a kind."""
        if kind == "build":
            return self.building(self.number)
        if kind == "write":
            return self.writing(self.number)
        if kind == "revert":
            return self.reverting()
        return self.activating() if kind == "activate" else self.pruning()

    def list_states(self) -> list[Any]:
        """What each version holds."""
        return [[one.id, self.state_of(one)] for one in snapshot.list_snapshots(self.out)]

    def last_write(self) -> list[Any]:
        """The current version, which a write has made, and the number that was written before."""
        current = snapshot.open_current(self.out)
        return [current.id, self.state_of(snapshot.open_snapshot(self.out / str(current.parent)))[1]]

    def state_of(self, one: snapshot.Snapshot) -> State:
        """The numbers that a version holds."""
        store = Store.read_only(str(one.store))

        def number(graph: str) -> int | None:
            found = list(store.quads_for_pattern(None, None, None, NamedNode(graph)))
            assert len(found) <= 1
            return int(found[0].object.value) if found else None

        return [number(self.project.graph("a")), number(NOTES)]

    def look(self) -> State:
        """What is current, all versions found whole and nobody holding the lock."""
        with (self.out / snapshot.LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for one in snapshot.list_snapshots(self.out):
            snapshot.verify(one)
        return self.state_of(snapshot.open_current(self.out))

    def kill_any_time(self) -> None:
        """Kills one operation at a random moment of it."""
        operation = self.any()
        pid = fork(operation.work)
        time.sleep(self.random.uniform(0, self.seconds[operation.name]))
        os.kill(pid, signal.SIGKILL)
        self.judge(operation, ended(pid))

    def kill_at_line(self) -> None:
        """Kills one operation before a random one of the lines that it runs through as it publishes."""
        operation = self.any()
        most = {"build": 500, "write": 400, "revert": 400, "activate": 60, "prune": 80}[operation.name]
        line = self.random.randrange(most)
        self.judge(operation, run(lambda: _until(operation.work, line)))

    def kill_at_every_line(self) -> None:
        """Kills each kind of operation before each of its lines in turn, until one comes to its end."""
        for kind in ("build", "write", "revert", "activate", "prune"):
            line, code = 0, -signal.SIGKILL
            while code != DONE:
                self.number += 1
                operation = self.one(kind)
                code = run(lambda work=operation.work, line=line: _until(work, line))
                self.judge(operation, code)
                line += 1

    def judge(self, operation: Operation, code: int) -> None:
        """Compares what is left with what was and what was to be."""
        self.counts["runs"] += 1
        self.counts["killed" if code == -signal.SIGKILL else "ended"] += 1
        assert code in (DONE, -signal.SIGKILL), (operation.name, code)
        self.state, before = json.loads(told(self.look)), self.state
        if self.state == operation.after and code == DONE:
            self.counts["new"] += 1
        elif self.state == before:
            self.counts["old" if code else "lost"] += 1
        else:
            self.counts["new" if self.state == operation.after else "lost"] += 1
        self.counts[operation.name] += 1

    def fill(self, size: int) -> None:
        """Makes no file larger than ``size`` bytes, which is what a full disk is like, and publishes."""

        def limited(work: Callable[[], object]) -> Callable[[], object]:
            def inner() -> object:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
                return work()

            return inner

        for kind in (self.building, self.writing):
            self.number += 1
            operation = kind(self.number)
            code = run(limited(operation.work))
            assert code in (DONE, REFUSED), (operation.name, size, code)
            before, self.state = self.state, json.loads(told(self.look))
            assert self.state == (operation.after if code == DONE else before), (operation.name, size)
            left = {path.name for path in self.out.iterdir() if path.name.startswith(snapshot.TEMPORARY)}
            assert not left, (operation.name, size, left)
            self.counts["done" if code == DONE else "refused"] += 1

    def forbid(self) -> None:
        """Lets nobody write in the folder of versions, and publishes."""
        self.number += 1
        kinds = (self.building, self.writing)
        operations = [
            self.reverting(),
            *(kind(self.number) for kind in kinds),
            self.activating(),
            self.pruning(),
        ]
        mode = self.out.stat().st_mode
        self.out.chmod(0o555)
        for operation in operations:
            assert run(lambda operation=operation: _as_anybody(operation.work)) == REFUSED, operation.name
            self.counts["forbidden"] += 1
        self.out.chmod(mode)
        assert json.loads(told(self.look)) == self.state

    def race(self, writers: int, each: int) -> None:
        """Several write at once while one builds, and one is killed: what was said to be written is there."""
        run(lambda: change(self.out, f"DROP SILENT GRAPH <{NOTES}>"))

        def write(writer: int) -> None:
            for number in range(each):
                change(self.out, f"INSERT DATA {{ GRAPH <{NOTES}> {{ <a:{writer}> <a:b> {number} }} }}")

        pids = [fork(lambda writer=writer: write(writer)) for writer in range(writers)]
        builder = fork(lambda: self.building(-1).work())
        time.sleep(self.random.uniform(0.1, 0.4))
        os.kill(pids[0], signal.SIGKILL)
        codes = [ended(pid) for pid in (*pids, builder)]
        assert codes[1:] == [DONE] * writers, codes
        found = json.loads(told(self.written))
        for writer in range(1, writers):
            assert [n for w, n in found if w == f"a:{writer}"] == list(range(each)), found
        numbers = [n for w, n in found if w == "a:0"]
        assert numbers == list(range(len(numbers)))
        self.counts["written at once"] += len(found)

    def written(self) -> list[Any]:
        """What the current version holds that was written."""
        store = Store.read_only(str(snapshot.open_current(self.out).store))
        found = store.quads_for_pattern(None, None, None, NamedNode(NOTES))
        return sorted([q.subject.value, int(q.object.value)] for q in found)


def _project(folder: Path) -> Project:
    for name in ("data", "ontology/rules", "shapes", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "renkei.toml").write_text(TOML)
    (folder / "data/a.ttl").write_text("<a:a> <a:b> 0 .")
    return open_project(folder)


def _as_anybody(work: Callable[[], object]) -> None:
    """Does ``work`` as a user who may not do everything."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    work()


def _until(work: Callable[[], object], lines: int) -> None:
    """Does ``work`` until it comes to its nth line in a module that publishes; there it is killed."""
    left = [lines]

    def trace(frame: Any, event: str, _: object) -> Any:
        name = Path(frame.f_code.co_filename).name
        publishing = name in TRACED and (name != "publication.py" or frame.f_code.co_name == "write")
        if event == "line" and publishing:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace if publishing else None

    sys.settrace(trace)
    work()
    sys.settrace(None)


def fork(work: Callable[[], object]) -> int:
    """Does ``work`` in another process, whose id this returns."""
    pid = os.fork()
    if pid:
        return pid
    code = FAILED
    try:
        work()
        code = DONE
    except SnapshotError as error:
        code = REFUSED if str(error).startswith("cannot publish in ") else FAILED
    except BaseException:  # noqa: BLE001  # whatever it is, this process ends here
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """The exit code of a process; of one that a signal ended, less than nothing."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(work: Callable[[], object]) -> int:
    """Does ``work`` in another process and returns its exit code."""
    return ended(fork(work))


def told(work: Callable[[], object]) -> str:
    """What ``work`` gives, done in another process, as JSON."""
    reading, writing = os.pipe()
    pid = fork(lambda: os.write(writing, json.dumps(work()).encode()))
    os.close(writing)
    with os.fdopen(reading) as source:
        said = source.read()
    assert ended(pid) == DONE
    return said


def main() -> None:
    """Runs the harness and prints its counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=200, help="kills at random moments")
    parser.add_argument("--lines", type=int, default=200, help="kills at random lines")
    parser.add_argument("--every", action="store_true", help="kills at every line of each operation")
    parser.add_argument("--races", type=int, default=3, help="times that several publish at once")
    parser.add_argument(
        "--full", action="store_true", help="also publish to a full disk and to a folder that is only read"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        harness = Harness(Path(folder), arguments.seed)
        for _ in range(arguments.kills):
            harness.kill_any_time()
        for _ in range(arguments.lines):
            harness.kill_at_line()
        if arguments.every:
            harness.kill_at_every_line()
        if arguments.full:
            for size in SIZES:
                harness.fill(size)
            harness.forbid()
        for _ in range(arguments.races):
            harness.race(3, 3)
        lost = harness.counts["lost"]
    sys.stdout.write(
        json.dumps({**harness.counts, "lost": lost, "seconds": round(time.monotonic() - started, 1)}) + "\n"
    )
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
