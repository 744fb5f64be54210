"""An answer on its way from a worker, a process or a query to a remote engine: read as it comes, ended at its
deadline, held still if it must wait."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, Generic, Protocol, TypeVar

from renkei_kg.config import Settings
from renkei_kg.engine.contract import (
    EngineBusy,
    EngineError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from renkei_kg.engine.fairness import Places
from renkei_kg.engine.process import WorkerEndedError

DATA, ERROR = ord("D"), ord("X")
UNWANTED_CHUNKS, UNWANTED_SECONDS = 4, 0.25


class Answering(Protocol):
    """What makes one answer. ``snapshot`` is the version that it is about."""

    snapshot: str

    @property
    def usable(self) -> bool:
        """Whether it may come to its end by itself."""

    def ready(self) -> tuple[int, bytes] | None:
        """The next frame if it has come already."""

    async def frame(self) -> tuple[int, bytes]:
        """The next frame of the answer: its kind and content. Raises WorkerEndedError, EngineError."""

    def hold(self) -> None:
        """Stops it where it is."""

    def go_on(self) -> None:
        """Lets it go on when it was held."""

    def end(self) -> None:
        """Ends it. Does not wait."""


One = TypeVar("One", bound=Answering)
Given_contra = TypeVar("Given_contra", contravariant=True)


class Home(Protocol[Given_contra]):
    """Where a worker comes from and goes when its answer is over."""

    def give_back(self, worker: Given_contra) -> None:
        """Takes back a worker that can be asked again."""

    def replace(self, worker: Given_contra) -> None:
        """Kills a worker whose answer nobody waits for."""

    def slow_down(self, worker: Given_contra) -> None:
        """Gives a worker less of the processor until its answer is over."""


class Scheduling(Protocol):
    """What an answer needs of its engine: the places that queries run in."""

    settings: Settings
    quick: Places
    slow: Places

    def leave(self, client: str) -> None:
        """Notes that a client has one query less under way."""


class WorkerResult(Generic[One]):
    """An answer that a worker is writing; it holds the worker and a place until it is over or closed.

    Closing it before its end ends the query. A quick one may come to its end by itself, if that is near: a
    new worker costs more, and a client that asks and leaves should not cost more than one that stays.
    """

    def __init__(self, engine: Scheduling, home: Home[One], worker: One, client: str, seconds: float) -> None:
        self.snapshot = worker.snapshot
        self.whole: bytes | None = None
        self._engine, self._home, self._worker, self._client = engine, home, worker, client
        self._seconds = seconds
        self._chunks: list[bytes] = []
        self._place: Places | None = engine.quick
        self._over = False
        self._failure: EngineError | None = None
        self._parking: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None
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
            self._kill()
            raise failure from None
        except EngineError:
            self._kill()
            raise
        return self._take(frame)

    def _take(self, frame: tuple[int, bytes]) -> bytes | None:
        kind, content = frame
        if kind == DATA:
            return content
        self._finish()
        self._home.give_back(self._worker)
        if kind == ERROR:
            raise _error(json.loads(content), self._engine.settings)
        return None

    def close(self) -> None:
        """Ends the query when its answer is not over."""
        if self._over or self._leaving is not None:
            return
        if self._place is self._engine.quick and self._worker.usable:
            self._leaving = asyncio.get_running_loop().create_task(self._leave())
        else:
            self._kill()

    async def _leave(self) -> None:
        """Lets the worker end an answer that nobody wants, unless it is long or takes long."""
        with contextlib.suppress(EngineError, TimeoutError):
            async with asyncio.timeout(UNWANTED_SECONDS):
                for _ in range(UNWANTED_CHUNKS):
                    if await self._next() is None:
                        return
        self._kill()

    def _kill(self) -> None:
        if not self._over:
            self._finish()
            self._home.replace(self._worker)

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
        if self._leaving is not None:
            self._kill()
            return
        engine = self._engine
        self._home.slow_down(self._worker)
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
    if kind == "refused":
        return QueryRefused(message)
    return QueryFailed(f"The query could not be evaluated: {message}")
