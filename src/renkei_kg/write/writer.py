"""The server's side of writing: writes wait for one another, and the engine moves to what each has made.

One that its client no longer waits for is made all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from renkei_kg.config import Settings
from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.write import errors
from renkei_kg.write.jobs import Job
from renkei_kg.write.making import Maker, Written

# For so long after a write, or after the server was started, a process waits for another one.
SPARE_SECONDS: Final = 600.0
log = logging.getLogger(__name__)


class Writer:
    """Writes to a folder of snapshots. ``refresh`` makes the engine move to what was written."""

    def __init__(self, settings: Settings, refresh: Callable[[], Awaitable[None]]) -> None:
        self._settings, self._refresh = settings, refresh
        self._maker = Maker(settings.snapshots, settings.query_seconds, settings.worker_memory_mb)
        self._thread = ThreadPoolExecutor(1, "writer")
        self._tasks: set[asyncio.Task[Written]] = set()
        self._rest: asyncio.TimerHandle | None = None
        self._stopped = False

    def prepare(self) -> None:
        """Has the next write begin at once, if it comes soon."""
        if self._stopped:
            return
        self._thread.submit(self._maker.prepare)
        if self._rest is not None:
            self._rest.cancel()
        loop = asyncio.get_running_loop()
        self._rest = loop.call_later(SPARE_SECONDS, self._thread.submit, self._maker.relax)

    async def write(self, job: Job) -> Written:
        """Makes a write; when this returns, the engine answers from it. Raises WriteError."""
        if len(self._tasks) > self._settings.queue or self._stopped:
            raise errors.WriterBusy
        task = asyncio.get_running_loop().create_task(self._make(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _make(self, job: Job) -> Written:
        loop = asyncio.get_running_loop()
        try:
            written = await loop.run_in_executor(self._thread, self._maker.make, job)
            try:
                await self._refresh()
            except EngineUnavailable as error:
                log.warning("version %s is written and not served yet: %s", written.version, error)
        finally:
            self.prepare()
        return written

    def stop(self) -> None:
        """Ends a write under way, unless it is being published, and begins no other."""
        self._stopped = True
        if self._rest is not None:
            self._rest.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._maker.stop()
