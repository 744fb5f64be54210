"""The server's side of writing: one write at a time, each in a process of its own that can be killed.

A write that is killed, fails or is refused leaves nothing behind. One that the client no longer waits for is
made all the same.
"""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.engine.process import environment
from renkei_kg.snapshot import Snapshot
from renkei_kg.write import errors, process
from renkei_kg.write.documents import Document
from renkei_kg.write.rules import Rules

PUBLISH_SECONDS = 120.0
Condition = Callable[[Snapshot], None]
log = logging.getLogger(__name__)


def _always(_: Snapshot) -> None:
    """The condition of a write that has none."""


@dataclass(frozen=True)
class UpdateJob:
    """An update, and the condition (raises PreconditionFailed) that the current snapshot has to meet. ``by``
    is the name of the token, ``allowed`` the graphs that it is for, ``reason`` why the client does this."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    condition: Condition = _always
    documents: tuple[Document, ...] = ()
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ()

    def check(self, current: Snapshot) -> None:
        """Raises WriteError when it cannot be done to ``current``."""
        self.condition(current)

    def request(self, current: Snapshot) -> dict[str, Any]:
        """What the process is told."""
        return {
            "kind": "update",
            "text": self.text,
            "base": current.manifest["base"],
            "using": self.using,
            "using_named": self.using_named,
        }


@dataclass(frozen=True)
class GraphJob:
    """``put``, ``post`` or ``delete`` of a graph, None being the default graph; ``base`` is that of the
    documents' relative IRIs, the data's own if it is empty. The rest is as in UpdateJob."""

    kind: str
    graph: str | None
    base: str
    documents: tuple[Document, ...] = ()
    condition: Condition = _always
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ()

    def check(self, current: Snapshot) -> None:
        """Raises WriteError when it cannot be done to ``current``."""
        Rules.of(current.manifest, self.allowed).check(self.graph)
        if self.kind == "delete" and self.graph is not None and self.graph not in current.manifest["graphs"]:
            raise errors.GraphMissing(f"There is no graph <{self.graph}>.")
        self.condition(current)

    def request(self, current: Snapshot) -> dict[str, Any]:
        """What the process is told."""
        return {"kind": self.kind, "graph": self.graph, "base": self.base or current.manifest["base"]}


Job = UpdateJob | GraphJob


@dataclass(frozen=True)
class Written:
    """What became of a write: the version that holds it, the one before, and the triples it changed."""

    version: str
    parent: Snapshot = field(repr=False)
    added: int = 0
    removed: int = 0


class Writer:
    """Writes to a folder of snapshots. ``refresh`` makes the engine move to what was written."""

    def __init__(self, settings: Settings, refresh: Callable[[], Awaitable[None]]) -> None:
        self._settings, self._refresh = settings, refresh
        self._thread = ThreadPoolExecutor(1, "writer")
        self._tasks: set[asyncio.Task[Written]] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    async def write(self, job: Job) -> Written:
        """Makes a write; when this returns, the engine answers from it. Raises WriteError."""
        if len(self._tasks) > self._settings.queue or self._stopped:
            raise errors.WriterBusy
        task = asyncio.get_running_loop().create_task(self._make(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _make(self, job: Job) -> Written:
        written = await asyncio.get_running_loop().run_in_executor(self._thread, self._write, job)
        try:
            await self._refresh()
        except EngineUnavailable as error:
            log.warning("version %s is written and not served yet: %s", written.version, error)
        return written

    def stop(self) -> None:
        """Ends a write under way, unless it is being published, and begins no other."""
        self._stopped = True
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            self._process.kill()

    def _write(self, job: Job) -> Written:
        """Makes a write, in the writer's thread."""
        root = self._settings.snapshots
        try:
            with snapshot.publishing(root) as lock:
                parent = snapshot.open_current(root)
                job.check(parent)
                folder = snapshot.temporary(root, f"write-{uuid4().hex}")
                try:
                    return self._run(job, parent, folder, lock)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
        except snapshot.SnapshotError as error:
            log.warning("a write could not be stored: %s", error)
            raise errors.StorageError from None

    def _run(self, job: Job, parent: Snapshot, folder: Path, lock: int) -> Written:
        settings = self._settings
        request = {
            **job.request(parent),
            "by": job.by,
            "reason": job.reason,
            "allowed": job.allowed,
            "folder": str(folder.resolve()),
            "parent": str(parent.path.resolve()),
            "moment": datetime.now(UTC).isoformat(),
            "memory_mb": settings.worker_memory_mb,
            "documents": [
                {"media_type": one.media_type, "name": one.name, "bytes": len(one.content)}
                for one in job.documents
            ],
        }
        timed_out = threading.Event()
        said: dict[str, Any] = {}
        with subprocess.Popen(
            [sys.executable, "-m", "renkei_kg.write.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(os.environ),
            start_new_session=True,
            pass_fds=(lock,),  # should this server die now, nobody else publishes before that process has too
        ) as running:
            self._process = running
            if self._stopped:
                running.kill()

            def end() -> None:
                timed_out.set()
                running.kill()

            timer = threading.Timer(settings.query_seconds, end)
            timer.start()
            try:
                assert running.stdin is not None
                assert running.stdout is not None
                with contextlib.suppress(BrokenPipeError), running.stdin as sink:
                    sink.write(json.dumps(request).encode() + b"\n")
                    for document in job.documents:
                        sink.write(document.content)
                for line in running.stdout:
                    if line.endswith(b"\n"):
                        said |= json.loads(line)
                    if "publishing" in said and self._process is not None:
                        # From here on it may be too late to end it, and it does not take long.
                        self._process = None
                        timer.cancel()
                        timer = threading.Timer(PUBLISH_SECONDS, end)
                        timer.start()
            finally:
                timer.cancel()
                self._process = None
        return self._outcome(said, parent, running.returncode, timed_out=timed_out.is_set())

    def _outcome(self, said: dict[str, Any], parent: Snapshot, code: int, *, timed_out: bool) -> Written:
        if "unchanged" in said:
            return Written(parent.id, parent)
        if "published" in said or ("publishing" in said and not self._withdraw(said["publishing"])):
            return Written(said["publishing"], parent, said["added"], said["removed"])
        if "error" in said:
            raise _error(said)
        if timed_out:
            raise errors.WriteTimeout(self._settings.query_seconds)
        if code < 0:
            raise errors.WriteTooLarge
        raise RuntimeError(f"the process of a write has ended with code {code} and said nothing")

    def _withdraw(self, identifier: str) -> bool:
        """Takes away a version whose process was ended before it was current. False when it had become so."""
        root = self._settings.snapshots
        if snapshot.current_id(root) == identifier:
            return False
        shutil.rmtree(root / identifier, ignore_errors=True)
        return True


def _error(said: dict[str, Any]) -> errors.WriteError:
    for kind in process.ERRORS:
        if kind.__name__ == said["error"]:
            if issubclass(kind, errors.PlacedError):
                return kind(said["message"], said["line"], said["column"])
            return kind(said["message"])
    return errors.StorageError() if said["error"] == errors.StorageError.__name__ else errors.WriteTooLarge()
