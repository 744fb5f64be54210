"""The snapshot: the immutable folder where the write half and the read half meet.

A folder of snapshots holds one folder for each, named by its id, and ``current``, a relative symbolic link to
the one that is served. A snapshot is written under a temporary name, renamed when whole and then made current
by one atomic rename of the link, so that a reader finds the old one or the new one and nothing between.
"""

import fcntl
import heapq
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from renkei_kg import checksums
from renkei_kg.errors import RenkeiError
from renkei_kg.holding import MANIFEST
from renkei_kg.versions import activations

CURRENT = "current"
LOCK = ".lock"
TEMPORARY = ".tmp-"
TEXT_INDEX = "text.db"
COUNTED = 1_000_000  # quads that are counted in some 0.1 s
STATED = {
    "id": str,
    "content_sha256": str,
    "base": str,
    "version": str,
    "software": dict,
    "quads": int,
    "triples": int,
    "graphs": dict,
    "files": dict,
}


class SnapshotError(RenkeiError):
    """A snapshot is missing, damaged or cannot be written; the message says which and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its id, its folder and what its manifest says."""

    id: str
    path: Path
    manifest: dict[str, Any]

    @property
    def store(self) -> Path:
        """The folder of the snapshot's store."""
        return self.path / "store"

    @property
    def text_index(self) -> Path:
        """The file of the snapshot's text index."""
        return self.path / TEXT_INDEX

    @property
    def parent(self) -> str | None:
        """The id of the snapshot that was the current one when this was made."""
        return self.manifest.get("parent")

    @property
    def number(self) -> int:
        """How many snapshots it is from the first, by way of parents: 1 for the first."""
        return int(self.manifest.get("number", 1))


def child_of(parent: Snapshot) -> dict[str, Any]:
    """What a manifest says of the snapshot that was the current one when its own was made."""
    return {"parent": parent.id, "number": parent.number + 1}


def compiled_graphs(manifest: Mapping[str, Any]) -> list[str]:
    """The graphs that the build made: all of a snapshot that nobody has written to."""
    return list(manifest.get("compiled_graphs", manifest["graphs"]))


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in folder ``path``. Raises SnapshotError when there is none or its manifest is damaged."""
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SnapshotError(f"{path} is not a snapshot: it has no {MANIFEST}.") from None
    except OSError as error:
        raise SnapshotError(f"{file} cannot be read: {error.strerror or error}.") from None
    except ValueError as error:
        raise SnapshotError(f"{file} is damaged ({error}); build the snapshot again.") from None
    for name, kind in STATED.items():
        if not isinstance(manifest, dict) or not isinstance(manifest.get(name), kind):
            raise SnapshotError(f"{file} is damaged (no {name}); build the snapshot again.")
    return Snapshot(manifest["id"], path, manifest)


def current_id(root: Path) -> str:
    """The id of the current snapshot in ``root``. Raises SnapshotError when there is none."""
    try:
        return (root / CURRENT).readlink().name
    except OSError:
        raise SnapshotError(f"{root} has no current snapshot: run renkei-kg build first.") from None


def open_current(root: Path) -> Snapshot:
    """The current snapshot in ``root``. Raises SnapshotError when there is none."""
    return open_snapshot(root / current_id(root))


def list_snapshots(root: Path) -> list[Snapshot]:
    """Every snapshot in ``root`` that has a whole manifest, oldest first."""
    found = []
    for folder in folders(root):
        with suppress(SnapshotError):
            found.append(open_snapshot(folder))
    return in_order(found)


def folders(root: Path) -> list[Path]:
    """The folders in ``root`` that snapshots may be in, by name."""
    if not root.is_dir():
        return []
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.is_symlink() and p.name[0] != ".")


def in_order(found: Iterable[Snapshot]) -> list[Snapshot]:
    """Snapshots from the oldest to the newest: each after its parent, else by the second it was made in.

    A time alone would not do, as several may be made within a second; there the number tells, should a
    parent be pruned.
    """
    known = {one.id: one for one in found}
    children: dict[str | None, list[Snapshot]] = {}
    for one in known.values():
        children.setdefault(one.parent if one.parent in known else None, []).append(one)

    def place(one: Snapshot) -> tuple[str, int, str]:
        return str(one.manifest.get("created", ""))[:19], one.number, one.id

    ready = [place(one) for one in children.get(None, [])]
    heapq.heapify(ready)
    order = []
    while ready:
        one = known[heapq.heappop(ready)[2]]
        order.append(one)
        for child in children.get(one.id, []):
            heapq.heappush(ready, place(child))
    return order


def activate(root: Path, identifier: str, now: datetime | None = None) -> None:
    """Makes a snapshot the current one again, atomically, and notes that it is from ``now`` on. Raises
    SnapshotError when it is not there."""
    again = not _is_current(root, identifier)
    _lead_to(root, identifier)
    if again:
        activations.note(root, identifier, now or datetime.now(UTC))


def _lead_to(root: Path, identifier: str) -> None:
    """Makes the link ``current`` lead to a snapshot."""
    open_snapshot(root / identifier)
    link = root / f"{TEMPORARY}{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(identifier)
    link.replace(root / CURRENT)
    _sync(root)


def prepare(root: Path) -> None:
    """Makes the folder of snapshots if need be. Raises SnapshotError when it cannot be written: to be known
    before the work, not after it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / LOCK).open("a"):
            pass
    except OSError as error:
        raise SnapshotError(f"cannot publish in {root}: {error.strerror or error}.") from None
    # The lock of a folder that nobody may write in any more can still be opened.
    if not os.access(root, os.W_OK | os.X_OK):
        raise SnapshotError(f"cannot publish in {root}: the folder may not be written.")


@contextmanager
def publishing(root: Path) -> Iterator[int]:
    """Holds the lock of publishers on ``root``; a crash lets it go. Sweeps what a crash left behind.

    Gives the lock's descriptor: a process that inherits it holds the lock too, for as long as it lives.
    Raises SnapshotError when the folder cannot be written.
    """
    prepare(root)
    try:
        with (root / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in root.glob(f"{TEMPORARY}*"):
                if leftover.is_dir() and not leftover.is_symlink():
                    shutil.rmtree(leftover)
                else:
                    leftover.unlink()
            yield lock.fileno()
    except OSError as error:
        raise SnapshotError(
            f"cannot publish in {root}: {error.strerror or error}. Nothing was changed."
        ) from None


def unused(root: Path, identifier: str) -> str:
    """``identifier``, or with a number behind it if a snapshot, damaged or not, already has that name."""
    candidates = (identifier, *(f"{identifier}-{number}" for number in range(2, 1000)))
    return next(name for name in candidates if not (root / name).exists())


def temporary(root: Path, identifier: str) -> Path:
    """A new folder to write a snapshot in, before it is published."""
    folder = root / f"{TEMPORARY}{identifier}"
    folder.mkdir()
    return folder


def publish(root: Path, folder: Path, identifier: str, *, counted: bool = False) -> Snapshot:
    """Moves a whole snapshot from its temporary folder into place and makes it current.

    It is opened again first: what cannot be read is not published. A large one that was ``counted``, or is a
    copy of one with a small change, is not counted again, as that takes long. Raises SnapshotError.
    """
    _check(Snapshot(identifier, folder, open_snapshot(folder).manifest), COUNTED if counted else None)
    for path in folder.rglob("*"):
        # What is linked elsewhere too is of a version that has been published already.
        if path.is_dir() or path.stat().st_nlink == 1:
            _sync(path)
    _sync(folder)
    folder.rename(root / identifier)
    try:
        _sync(root)
        _lead_to(root, identifier)
    except BaseException:
        if not _is_current(root, identifier):
            shutil.rmtree(root / identifier, ignore_errors=True)
        raise
    return open_snapshot(root / identifier)


def _is_current(root: Path, identifier: str) -> bool:
    return (root / CURRENT).is_symlink() and current_id(root) == identifier


def verify(snapshot: Snapshot) -> None:
    """Checks every file of a snapshot against its checksum, and that its store opens and counts right.

    Raises SnapshotError naming the first file that is not as it was written.
    """
    for name, known in snapshot.manifest["files"].items():
        path = snapshot.path / name
        if not path.is_file() or known != checksums.of_file(path):
            raise SnapshotError(f"{path} is not as it was written; build the snapshot again.")
    _check(snapshot)


def _check(snapshot: Snapshot, most: int | None = None) -> None:
    """Opens the store of a snapshot, and counts it if it holds no more than ``most`` quads."""
    try:
        store = Store.read_only(str(snapshot.store))
        quads = snapshot.manifest["quads"]
        if most is not None and quads > most:
            next(store.quads_for_pattern(None, None, None), None)
            return
        count = len(store)
    except (OSError, RuntimeError, ValueError) as error:
        raise SnapshotError(f"{snapshot.store} cannot be opened: {error}") from None
    if count != snapshot.manifest["quads"]:
        raise SnapshotError(
            f"{snapshot.store} has {count} quads and not {snapshot.manifest['quads']}; build it again."
        )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
