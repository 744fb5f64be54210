"""The workers that are at hand: started on one snapshot, taken for a query, given back or ended."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any

from renkei_kg.config import Settings
from renkei_kg.engine import starting
from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.engine.process import Worker
from renkei_kg.snapshot import Snapshot

LEFT_OVER_SECONDS = 2.0
REST_SECONDS = 1.0
log = logging.getLogger(__name__)


class Pool:
    """Workers on the served snapshot. One more than may be busy is kept ready, so that a killed one is
    replaced without anybody waiting for its start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.alive = 0
        self.killed = 0
        self._served: Snapshot | None = None
        self._idle: deque[Worker] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._slowed = 0
        self._slow_until = 0.0
        self._resting_until = 0.0
        self._stopped = False

    @property
    def served(self) -> Snapshot:
        """The snapshot that the next worker taken has open. Raises EngineUnavailable."""
        if self._served is None:
            raise EngineUnavailable("There is no data to ask yet: no version has been built.")
        return self._served

    async def move(self, found: Snapshot) -> None:
        """Moves to a snapshot, once a worker on it is ready; the others follow. Raises EngineUnavailable."""
        first = self._idle.pop() if self._idle else None
        if first is None or not await self._moved(first, found):
            first = await self._started(found)
        self._served = found
        others, self._idle = self._idle, deque((first,))
        for worker in others:
            self._begin(self._follow(worker))
        for _ in range(self.settings.workers):
            self._add()

    async def take(self) -> Worker:
        """An idle worker, or a new one. Raises EngineUnavailable."""
        while self._idle:
            worker = self._idle.popleft()
            if self._fits(worker):
                return worker
            self._end(worker)
        return await self._started(self.served)

    def give_back(self, worker: Worker) -> None:
        """Takes a worker back whose answer is over."""
        room = self.settings.workers + self.settings.slow_workers
        wanted = not self._stopped and len(self._idle) <= room
        if wanted and worker.slowed and worker.recover():
            self._slowed -= 1
        if wanted and worker.usable:
            if self._fits(worker):
                self._idle.appendleft(worker)
            else:
                self._begin(self._follow(worker))
            return
        self._end(worker)
        if wanted:
            self._add()

    def replace(self, worker: Worker) -> None:
        """Kills a worker whose answer nobody waits for, and starts another in its place."""
        self.killed += 1
        self._end(worker)
        if not self._stopped:
            self._add()

    def sweep(self) -> None:
        """Buries workers that died while they had nothing to do, ends those that slow queries have left over,
        and starts those that are missing."""
        for worker in [worker for worker in self._idle if not worker.usable]:
            self._idle.remove(worker)
            self._end(worker)
        now = asyncio.get_running_loop().time()
        while len(self._idle) > self.settings.workers + 1 and now > self._slow_until:
            self._end(self._idle.pop())
        if self._served is not None and now > self._resting_until:
            for _ in range(self.settings.workers + 1 - self.alive + self._slowed):
                self._add()

    def slow_down(self, worker: Worker) -> None:
        """Gives a worker less of the processor until its answer is over; another is started if need be."""
        worker.slow_down()
        self._slowed += 1
        self._slow_until = asyncio.get_running_loop().time() + LEFT_OVER_SECONDS
        self._add()

    def stop(self) -> None:
        """Ends the workers at hand; those that are busy end when they are given back."""
        self._stopped = True
        for task in self._starting:
            task.cancel()
        self._drop_idle()

    def _drop_idle(self) -> None:
        while self._idle:
            self._end(self._idle.popleft())

    def _fits(self, worker: Worker) -> bool:
        return worker.usable and worker.snapshot == self.served.id

    def _add(self) -> None:
        """Starts a worker to be at hand, unless enough are."""
        if len(self._idle) + len(self._starting) <= self.settings.workers:
            self._begin(self._spare())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _follow(self, worker: Worker) -> None:
        """Has a worker that is not busy move to what is served."""
        while worker.snapshot != self.served.id:
            if not await self._moved(worker, self.served):
                return
        self._keep(worker)

    async def _moved(self, worker: Worker, found: Snapshot) -> bool:
        """Has a worker move. One that does not is ended."""
        try:
            done = worker.usable and await starting.moved(worker, found, self.settings)
        except BaseException:
            self._end(worker)
            raise
        if not done:
            self._end(worker)
        return done

    async def _spare(self) -> None:
        try:
            worker = await self._started(self.served)
        except EngineUnavailable as error:
            log.warning("no spare worker: %s", error)
            self._resting_until = asyncio.get_running_loop().time() + REST_SECONDS
            return
        self._keep(worker)

    def _keep(self, worker: Worker) -> None:
        """Keeps a worker at hand that has just become ready, if it is still wanted."""
        if self._stopped or not self._fits(worker) or len(self._idle) > self.settings.workers:
            self._end(worker)
        else:
            self._idle.append(worker)

    async def _started(self, found: Snapshot) -> Worker:
        self.alive += 1
        try:
            return await starting.started(found, self.settings)
        except BaseException:
            self.alive -= 1
            raise

    def _end(self, worker: Worker) -> None:
        self.alive -= 1
        self._slowed -= worker.slowed
        starting.end(worker)
