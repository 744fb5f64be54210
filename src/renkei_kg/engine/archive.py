"""Workers on versions that are kept but not served: there when one is asked, at hand for a while after it.

They answer in the same places as all others, so that no more of them are busy than queries may run; those
that have nothing to do are few, whatever number of versions is asked. To open a version takes no place: one
is opened at a time, and clients take turns in it, so that whoever asks many waits for them alone.
"""

import asyncio
import re
from collections import deque
from functools import lru_cache
from pathlib import Path
from typing import Final

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine import starting
from renkei_kg.engine.contract import VersionMissing
from renkei_kg.engine.fairness import Places
from renkei_kg.engine.process import Worker
from renkei_kg.holding import MANIFEST, Gone, hold
from renkei_kg.snapshot import Snapshot

IDENTIFIER: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}(?:-[0-9]{1,3})?")


class Archive:
    """The versions of a folder, each with the workers that it has just now."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.alive = self.killed = self.started = 0
        self._opening = Places(1, settings.queue, settings.wait_seconds)
        self._idle: deque[tuple[float, Worker]] = deque()
        self._stopped = False

    @property
    def idle(self) -> int:
        """How many workers have nothing to do."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many queries wait for their turn to get a worker."""
        return self._opening.waiting

    def keeps(self, version: str) -> bool:
        """Whether a version is kept."""
        return IDENTIFIER.fullmatch(version) is not None and self._manifest(version).is_file()

    def find(self, version: str) -> Snapshot:
        """A version that is kept. Raises VersionMissing; costs next to nothing for what is no version."""
        if not IDENTIFIER.fullmatch(version):
            raise VersionMissing(version)
        try:
            manifest = self._manifest(version)
            found = _read(manifest.parent, manifest.stat().st_ino)
        except (OSError, snapshot.SnapshotError):
            raise VersionMissing(version) from None
        if found.id != version:
            raise VersionMissing(version)
        return found

    def _manifest(self, version: str) -> Path:
        return self.settings.snapshots / version / MANIFEST

    async def take(self, found: Snapshot, places: Places, client: str) -> Worker:
        """A worker on a version, with one of ``places`` taken for it. Raises VersionMissing when the version
        has been pruned, EngineBusy, EngineUnavailable."""
        await self._opening.wait(client)
        try:
            worker = self._at_hand(found) or await self._opened(found)
            try:
                await places.wait(client)
            except BaseException:
                self.give_back(worker)
                raise
            return worker
        finally:
            self._opening.give_back()

    def _at_hand(self, found: Snapshot) -> Worker | None:
        for kept in reversed(self._idle):
            if kept[1].snapshot == found.id and kept[1].usable:
                self._idle.remove(kept)
                return kept[1]
        return None

    async def _opened(self, found: Snapshot) -> Worker:
        """A worker that has opened a version: one from another version when no more are kept at hand, else a
        new one."""
        try:
            held = hold(found.path)
        except Gone:
            raise VersionMissing(found.id) from None
        with held:
            full = 0 < self.settings.archive_workers <= len(self._idle)
            if full and (worker := await self._moved(found)):
                return worker
            return await self._started(found)

    async def _moved(self, found: Snapshot) -> Worker | None:
        _, worker = self._idle.popleft()
        try:
            if worker.usable and await starting.moved(worker, found, self.settings):
                return worker
        except BaseException:
            self._end(worker)
            raise
        self._end(worker)
        return None

    async def _started(self, found: Snapshot) -> Worker:
        self.started += 1
        self.alive += 1
        try:
            return await starting.started(found, self.settings)
        except BaseException:
            self.alive -= 1
            raise

    def give_back(self, worker: Worker) -> None:
        """Takes a worker back whose answer is over. The one that has had nothing to do for longest goes when
        there are too many."""
        if self._stopped or (worker.slowed and not worker.recover()) or not worker.usable:
            self._end(worker)
            return
        self._idle.append((asyncio.get_running_loop().time() + self.settings.archive_seconds, worker))
        while len(self._idle) > self.settings.archive_workers:
            self._end(self._idle.popleft()[1])

    def replace(self, worker: Worker) -> None:
        """Kills a worker whose answer nobody waits for. Another is started when it is asked for."""
        self.killed += 1
        self._end(worker)

    def slow_down(self, worker: Worker) -> None:
        """Gives a worker less of the processor until its answer is over."""
        worker.slow_down()

    def sweep(self) -> None:
        """Ends workers that have had nothing to do for long, and buries those that died."""
        now = asyncio.get_running_loop().time()
        for kept in [kept for kept in self._idle if kept[0] < now or not kept[1].usable]:
            self._idle.remove(kept)
            self._end(kept[1])

    def stop(self) -> None:
        """Ends the workers at hand; those that are busy end when they are given back."""
        self._stopped = True
        while self._idle:
            self._end(self._idle.popleft()[1])

    def _end(self, worker: Worker) -> None:
        self.alive -= 1
        starting.end(worker)


@lru_cache(maxsize=32)
def _read(path: Path, _inode: int) -> Snapshot:
    """The snapshot in a folder: always the same one while its manifest is the same file."""
    return snapshot.open_snapshot(path)
