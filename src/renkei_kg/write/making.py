"""Writes made one after the other, each in a process of its own that can be killed.

A write that is killed, fails or is refused leaves nothing behind. One that is being published is let finish.
"""

import logging
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from renkei_kg import snapshot
from renkei_kg.snapshot import Snapshot
from renkei_kg.write import errors, telling
from renkei_kg.write.child import Child
from renkei_kg.write.jobs import Job

PUBLISH_SECONDS: Final = 120.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """What became of a write: the version that holds it, the one before, the triples that the client added
    and removed, how many came and went by the rules, and what shapes advise against in it."""

    version: str
    parent: Snapshot = field(repr=False)
    added: int = 0
    removed: int = 0
    inferred: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)


class Maker:
    """Makes writes to the folder of snapshots ``root``, from one thread; each may take ``seconds`` and
    ``memory_mb``. Any thread may stop it."""

    def __init__(self, root: Path, seconds: float, memory_mb: int) -> None:
        self.root, self.seconds, self.memory_mb = root, seconds, memory_mb
        self._running: Child | None = None
        self._spare: Child | None = None
        self._prepared = ""
        self._stopped = False

    def make(self, job: Job) -> Written:
        """Makes a write. Raises WriteError."""
        try:
            with snapshot.publishing(self.root) as lock:
                parent = snapshot.open_current(self.root)
                job.check(parent)
                folder = snapshot.temporary(self.root, f"write-{uuid4().hex}")
                try:
                    return self._make(job, parent, folder, lock)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
        except snapshot.SnapshotError as error:
            log.warning("a write could not be stored: %s", error)
            raise errors.StorageError from None

    def prepare(self) -> None:
        """Starts the process of the next write, so that it need not be waited for; one that waits already
        stays as long as the version that it has prepared for is current."""
        try:
            current = snapshot.current_id(self.root)
        except snapshot.SnapshotError:
            return
        if self._spare is None or not self._spare.alive or self._prepared != current:
            self.relax()
            if not self._stopped:
                self._spare, self._prepared = Child(self.root), current

    def relax(self) -> None:
        """Ends the process of the next write, if there is one."""
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()
            spare.wait()

    def stop(self) -> None:
        """Ends a write under way, unless it is being published, and begins no other."""
        self._stopped = True
        if self._running is not None:
            self._running.kill()
        self.relax()

    def _make(self, job: Job, parent: Snapshot, folder: Path, lock: int) -> Written:
        request = {
            **job.request(parent),
            "by": job.by,
            "reason": job.reason,
            "allowed": job.allowed,
            "folder": str(folder.resolve()),
            "parent": str(parent.path.resolve()),
            "moment": datetime.now(UTC).isoformat(),
            "memory_mb": self.memory_mb,
        }
        child, self._spare = self._spare, None
        if child is None:
            return self._outcome(self._run(Child(self.root), job, request, lock), parent)
        ended = self._run(child, job, request, lock)
        if not ended.said and not ended.timed_out:
            # It had died while it waited.
            ended = self._run(Child(self.root), job, request, lock)
        return self._outcome(ended, parent)

    def _run(self, child: Child, job: Job, request: dict[str, Any], lock: int) -> "_Ended":
        """Has a process make a write, and waits for its end."""
        self._running = child
        if self._stopped:
            child.kill()
        said: dict[str, Any] = {}
        clock = _Clock(child, self.seconds)
        try:
            child.ask(request, job.documents, lock)
            for news in child.says():
                said |= news
                if "publishing" in news:
                    # From here on it may be too late to end it, and it does not take long.
                    self._running = None
                    clock.restart(PUBLISH_SECONDS)
        finally:
            clock.stop()
            self._running = None
            code = child.wait()
        return _Ended(said, code, clock.ran_out)

    def _outcome(self, ended: "_Ended", parent: Snapshot) -> Written:
        said = ended.said
        if "unchanged" in said:
            return Written(parent.id, parent)
        if "published" in said or ("publishing" in said and not self._withdraw(said["publishing"])):
            return Written(
                said["publishing"],
                parent,
                said["added"],
                said["removed"],
                said["inferred"],
                said["warnings"],
            )
        if "error" in said:
            raise telling.error(said)
        if ended.timed_out:
            raise errors.WriteTimeout(self.seconds)
        if ended.code < 0:
            raise errors.WriteTooLarge
        raise RuntimeError(f"the process of a write has ended with code {ended.code} and said no more")

    def _withdraw(self, identifier: str) -> bool:
        """Takes away a version whose process was ended before it was current. False when it had become so."""
        if snapshot.current_id(self.root) == identifier:
            return False
        shutil.rmtree(self.root / identifier, ignore_errors=True)
        return True


@dataclass(frozen=True)
class _Ended:
    """What a process has said, its exit code, and whether it was ended for its time."""

    said: dict[str, Any]
    code: int
    timed_out: bool


class _Clock:
    """Ends a process that takes too long."""

    def __init__(self, child: Child, seconds: float) -> None:
        self._child = child
        self.ran_out = False
        self._timer = self._started(seconds)

    def restart(self, seconds: float) -> None:
        """Gives it so much time from now on."""
        self._timer.cancel()
        self._timer = self._started(seconds)

    def stop(self) -> None:
        """Lets it be."""
        self._timer.cancel()

    def _started(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._end)
        timer.start()
        return timer

    def _end(self) -> None:
        self.ran_out = True
        self._child.kill()
