"""The embedded engine: worker processes over read-only stores, each of which can be killed.

pyoxigraph has no timeout, so each query runs in a process that is ended at its deadline. A query begins in
one of a few *quick* places. When it is not over after a moment it becomes *slow*: it gets less of the
processor and one of the slow places, or is held still until one is free. So strangers who ask for much take
from each other and not from those who ask for little (docs/decisions/0007-quick-and-slow.md).
"""

import asyncio
import contextlib
import json
import logging
import subprocess
from collections import Counter, deque
from collections.abc import AsyncIterator
from typing import Any

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine import guard
from renkei_kg.engine.contract import (
    EngineBusy,
    EngineError,
    EngineUnavailable,
    Query,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    TooManyQueries,
)
from renkei_kg.engine.fairness import Places
from renkei_kg.engine.process import Worker, WorkerEndedError

START_SECONDS = 20.0
WATCH_SECONDS = 0.25
DATA, END, ERROR = ord("D"), ord("E"), ord("X")
log = logging.getLogger(__name__)


class EmbeddedResult:
    """An answer that a worker is writing; it holds the worker and a place until it is over or closed.

    Closing it before its end kills the worker.
    """

    def __init__(self, engine: "EmbeddedEngine", worker: Worker, client: str, seconds: float) -> None:
        self.snapshot = worker.snapshot
        self.whole: bytes | None = None
        self._engine, self._worker, self._client = engine, worker, client
        self._seconds = seconds
        self._chunks: list[bytes] = []
        self._place: Places | None = engine.quick
        self._over = False
        self._failure: EngineError | None = None
        self._parking: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + seconds
        quick = engine.settings.quick_milliseconds / 1000
        self._timer = (
            loop.call_later(quick, self._become_slow)
            if quick < seconds
            else loop.call_later(seconds, self._time_over)
        )

    async def begin(self) -> None:
        """Waits for the first bytes, and for the whole answer if it comes at once. Raises EngineError."""
        try:
            first = await self._next()
            if first is None:
                self.whole = b""
                return
            self._chunks.append(first)
            frame = self._worker.ready()
            if frame is not None:
                second = self._take(frame)
                if second is None:
                    self.whole = first
                else:
                    self._chunks.append(second)
        except BaseException:
            self.close()
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self._chunks:
                yield chunk
            while not self._over:
                following = await self._next()
                if following is not None:
                    yield following
        finally:
            self.close()

    async def _next(self) -> bytes | None:
        """The next chunk; None at the end. Raises EngineError."""
        try:
            frame = await self._worker.frame()
        except WorkerEndedError:
            failure = self._failure or QueryTooLarge(
                "The query needed more memory than it may have, or its worker was ended. Ask for less.",
                "worker_memory_mb",
            )
            self.close()
            raise failure from None
        return self._take(frame)

    def _take(self, frame: tuple[int, bytes]) -> bytes | None:
        kind, content = frame
        if kind == DATA:
            return content
        self._finish()
        self._engine.give_back(self._worker)
        if kind == ERROR:
            raise _error(json.loads(content), self._engine.settings)
        return None

    def close(self) -> None:
        """Kills the worker when its answer is not over."""
        if not self._over:
            self._finish()
            self._engine.replace(self._worker)

    def _finish(self) -> None:
        self._over = True
        self._timer.cancel()
        if self._parking is not None:
            self._parking.cancel()
        self._engine.leave(self._client)
        if self._place is not None:
            self._place.give_back()

    def _time_over(self) -> None:
        self._end(QueryTimeout(self._seconds))

    def _end(self, failure: EngineError) -> None:
        """Ends the query from outside: whoever waits for its answer gets ``failure``."""
        self._failure = failure
        self._worker.end()

    def _become_slow(self) -> None:
        engine = self._engine
        self._worker.slow_down()
        engine.quick.give_back()
        self._place = None
        if engine.slow.take():
            self._run_slow()
        else:
            self._worker.hold()
            self._parking = asyncio.get_running_loop().create_task(self._wait_slow())

    async def _wait_slow(self) -> None:
        held = asyncio.get_running_loop().time()
        try:
            await self._engine.slow.wait(self._client)
        except EngineBusy as busy:
            self._end(busy)
            return
        self._deadline += asyncio.get_running_loop().time() - held
        self._worker.go_on()
        self._run_slow()

    def _run_slow(self) -> None:
        self._place = self._engine.slow
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self._deadline, self._time_over)


class EmbeddedEngine:
    """An engine over the current snapshot of a folder. Follows it when another becomes current."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services = frozenset(settings.services.split())
        self.quick = Places(settings.workers, settings.queue, settings.wait_seconds)
        self.slow = Places(settings.slow_workers, settings.parked, settings.wait_seconds)
        self.killed = 0
        self._clients: Counter[str] = Counter()
        self._idle: deque[Worker] = deque()
        self._served: snapshot.Snapshot | None = None
        self._starting: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._workers = 0
        self._moving = asyncio.Lock()
        self._stopped = False

    async def start(self) -> None:
        with contextlib.suppress(EngineUnavailable):
            await self.refresh()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        self._stopped = True
        for task in (self._watching, *self._starting):
            if task is not None:
                task.cancel()
        while self._idle:
            self._end(self._idle.popleft())

    def version(self) -> str:
        return self.served().id

    def served(self) -> snapshot.Snapshot:
        """The snapshot that the next query is asked of. Raises EngineUnavailable."""
        if self._served is None:
            raise EngineUnavailable("There is no data to ask yet: no version has been built.")
        return self._served

    def state(self) -> dict[str, int]:
        return {
            "workers": self._workers,
            "running": self.settings.workers - self.quick.free,
            "slow": self.settings.slow_workers - self.slow.free,
            "waiting": self.quick.waiting,
            "parked": self.slow.waiting,
            "killed": self.killed,
        }

    async def refresh(self) -> None:
        """Moves to the current snapshot, once a worker on it is ready. Raises EngineUnavailable."""
        async with self._moving:
            await self._move()

    async def _move(self) -> None:
        try:
            current = snapshot.current_id(self.settings.snapshots)
            if self._served is not None and self._served.id == current:
                return
            found = snapshot.open_snapshot(self.settings.snapshots / current)
        except snapshot.SnapshotError as error:
            raise EngineUnavailable(str(error)) from None
        fresh = await self._started(found)
        self._served = found
        while self._idle:
            self._end(self._idle.popleft())
        self._idle.append(fresh)
        for _ in range(self.settings.workers):
            self._add()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self.refresh()
            except EngineUnavailable as error:
                if self._served is None:
                    continue
                log.warning("the served version stays %s: %s", self._served.id, error)
                await asyncio.sleep(10 * WATCH_SECONDS)

    async def query(self, query: Query, form: str, seconds: float, client: str = "") -> EmbeddedResult:
        request = self._request(query, form)
        self.served()
        if self._clients[client] >= self.settings.client_queries:
            raise TooManyQueries(self.settings.client_queries)
        self._clients[client] += 1
        try:
            if not self.quick.take():
                await self.quick.wait(client)
        except BaseException:
            self.leave(client)
            raise
        try:
            worker = await self._worker()
        except BaseException:
            self.leave(client)
            self.quick.give_back()
            raise
        worker.ask(request)
        result = EmbeddedResult(self, worker, client, seconds)
        await result.begin()
        return result

    def _request(self, query: Query, form: str) -> dict[str, Any]:
        inspection = guard.inspect(query.text, self.services)
        default, named = query.default_graphs, query.named_graphs
        if not default and not named and len(inspection.default_graphs) > 1:
            base = self.served().manifest["base"]
            default = tuple(guard.absolute(base, iri) for iri in inspection.default_graphs)
            named = tuple(guard.absolute(base, iri) for iri in inspection.named_graphs)
        return {"text": query.text, "form": form, "default_graphs": default, "named_graphs": named}

    async def _worker(self) -> Worker:
        """An idle worker on the served snapshot, or a new one."""
        while self._idle:
            worker = self._idle.popleft()
            if worker.usable and worker.snapshot == self.version():
                return worker
            self._end(worker)
        return await self._started(self.served())

    def leave(self, client: str) -> None:
        """Notes that a client has one query less under way."""
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def give_back(self, worker: Worker) -> None:
        """Takes a worker back whose answer is over."""
        wanted = not self._stopped and len(self._idle) <= self.settings.workers
        if wanted and worker.usable and worker.snapshot == self.version():
            self._idle.appendleft(worker)
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

    def _add(self) -> None:
        """Starts a worker to be at hand, unless enough are."""
        if len(self._idle) + len(self._starting) <= self.settings.workers:
            task = asyncio.get_running_loop().create_task(self._spare())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _spare(self) -> None:
        with contextlib.suppress(EngineUnavailable):
            worker = await self._started(self.served())
            if self._stopped or worker.snapshot != self.version():
                self._end(worker)
            else:
                self._idle.append(worker)

    async def _started(self, found: snapshot.Snapshot) -> Worker:
        settings = self.settings
        try:
            worker = Worker(
                found.id,
                {
                    "store": str(found.store),
                    "base": found.manifest["base"],
                    "text_index": str(found.text_index),
                    "memory_mb": settings.worker_memory_mb,
                    "result_bytes": settings.result_mb << 20,
                    "result_rows": settings.result_rows,
                    "text_hits": settings.text_hits,
                    "network": bool(self.services),
                },
            )
        except OSError as error:
            raise EngineUnavailable(f"No worker could be started: {error.strerror}.") from None
        self._workers += 1
        try:
            await worker.connect(START_SECONDS)
        except (WorkerEndedError, TimeoutError, OSError):
            self._end(worker)
            raise EngineUnavailable("No worker could be started; see the server's log.") from None
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _end(self, worker: Worker) -> None:
        self._workers -= 1
        worker.end()
        asyncio.get_running_loop().run_in_executor(None, _reap, worker.process)


def _reap(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(START_SECONDS)


def _error(said: dict[str, Any], settings: Settings) -> EngineError:
    message = said["message"]
    kind = said["error"]
    if kind == "syntax":
        return QuerySyntaxError(message, said.get("line"), said.get("column"))
    if kind == "memory":
        return QueryTooLarge(
            "The query needed more memory than it may have. Ask for less at once.", "worker_memory_mb"
        )
    if kind == "bytes":
        return QueryTooLarge(
            f"The answer is larger than {settings.result_mb} MB, the most that is sent. Ask for it in parts, "
            "or take the dumps.",
            "result_mb",
        )
    if kind == "rows":
        return QueryTooLarge(
            f"The answer has more than {settings.result_rows} rows, the most that is sent. Add a LIMIT, and "
            "ask for the rest with OFFSET.",
            "result_rows",
        )
    if kind == "form":
        return QueryRefused(message)
    return QueryFailed(f"The query could not be evaluated: {message}")
