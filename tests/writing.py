"""Servers that tests may write to: over an empty snapshot, with a token. And writes without a server."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from renkei_kg import snapshot
from renkei_kg.write import steps, version
from renkei_kg.write.groundwork import Groundwork
from renkei_kg.write.rules import ANY
from tests.serving import Server, serving

BASE = "http://localhost/"
TOKEN = "token-for-the-tests-of-writing"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def writable(folder: Path, **settings: object) -> Iterator[Server]:
    """A server over a new empty snapshot in ``folder``; ``settings`` are those of ``serving``."""
    version.empty(folder, BASE, datetime.now(UTC))
    with serving(folder, write_token=TOKEN, **settings) as server:
        yield server


def writers(server: Server) -> list[int]:
    """The processes for writes that a server has."""
    return children(server, "renkei_kg.write.process")


def children(server: Server, module: str) -> list[int]:
    """The processes of a server that run a module."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if module.encode() in line and parent == server.pid:
                found.append(int(entry.name))
    return found


def waiting(server: Server) -> int:
    """The process that waits for the next write."""
    for _ in range(400):
        if len(found := writers(server)) == 1:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(found)


def change(
    root: Path,
    update: str,
    moment: datetime | None = None,
    *,
    by: str = "tests",
    reason: str = "",
    allowed: tuple[str, ...] = ANY,
    ground: Groundwork | None = None,
) -> str:
    """Makes an update to the current snapshot of ``root`` as a write does, but in this process. Returns the
    id of the version that it makes."""
    asked = {"kind": "update", "text": update, "using": (), "using_named": ()}
    return _make(root, asked, moment, by=by, reason=reason, allowed=allowed, ground=ground)


def revert(root: Path, identifier: str) -> str:
    """Takes back the write that made a version, as ``change`` makes one."""
    asked = {"kind": "revert", "version": str(root / identifier), "reverts": identifier, "force": False}
    return _make(root, asked)


def _make(
    root: Path,
    asked: dict[str, object],
    moment: datetime | None = None,
    *,
    by: str = "tests",
    reason: str = "",
    allowed: tuple[str, ...] = ANY,
    ground: Groundwork | None = None,
) -> str:
    with snapshot.publishing(root):
        parent = snapshot.open_current(root)
        folder = snapshot.temporary(root, f"write-{uuid4().hex}")
        request = {
            **asked,
            "base": parent.manifest["base"],
            "by": by,
            "reason": reason,
            "allowed": allowed,
            "folder": str(folder),
            "parent": str(parent.path),
            "moment": (moment or datetime.now(UTC)).isoformat(),
        }
        try:
            return steps.make(request, (), lambda *_: None, ground).id
        finally:
            shutil.rmtree(folder, ignore_errors=True)
