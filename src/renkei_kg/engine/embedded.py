"""The embedded engine: a pool of worker processes, each a read-only store that can be killed.

pyoxigraph has no timeout, so each query runs in a process that is ended at its deadline. One worker more than
may be busy is kept ready, so that a killed one is replaced without anybody waiting for its start.
"""

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
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
)

START_SECONDS = 20.0
WAIT_SECONDS = 10.0


class WorkerEndedError(Exception):
    """The worker's process ended before its answer did."""


class Worker:
    """One worker process and the pipe to it. Used by one thread at a time."""

    def __init__(self, made_from: snapshot.Snapshot, memory_mb: int) -> None:
        self.snapshot = made_from.id
        self.process = subprocess.Popen(
            [sys.executable, "-m", "renkei_kg.engine.worker", str(made_from.store), str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._ready = False

    def ask(self, request: dict[str, Any], deadline: float) -> None:
        """Sends a request, once the process is ready. Raises TimeoutError or WorkerEndedError."""
        if not self._ready:
            kind, _ = self.frame(time.monotonic() + START_SECONDS)
            if kind != b"R":
                raise WorkerEndedError
            self._ready = True
        content = json.dumps(request).encode()
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(struct.pack(">I", len(content)) + content)
            self.process.stdin.flush()
        except OSError as error:
            raise WorkerEndedError from error
        if time.monotonic() >= deadline:
            raise TimeoutError

    def frame(self, deadline: float) -> tuple[bytes, bytes]:
        """The next frame of the answer: its kind and content."""
        head = self._read(5, deadline)
        return head[:1], self._read(struct.unpack(">I", head[1:])[0], deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        parts = bytearray()
        while len(parts) < size:
            readable, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                raise TimeoutError
            part = os.read(descriptor, size - len(parts))
            if not part:
                raise WorkerEndedError
            parts += part
        return bytes(parts)

    def end(self) -> None:
        """Kills the process and waits for it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class EmbeddedResult:
    """An answer that a worker is writing; it holds the worker and a turn until it is closed.

    Closing it before its end kills the worker.
    """

    def __init__(self, engine: "EmbeddedEngine", worker: Worker, deadline: float, seconds: float) -> None:
        self.snapshot = worker.snapshot
        self._engine, self._worker = engine, worker
        self._deadline, self._seconds = deadline, seconds
        self._done = False
        try:
            self._first = self._next()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        try:
            chunk = self._first
            while chunk is not None:
                yield chunk
                chunk = self._next()
        finally:
            self.close()

    def __enter__(self) -> "EmbeddedResult":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the worker back, or kills it when its answer is not over."""
        if not self._done:
            self._done = True
            self._engine.replace(self._worker)

    def _next(self) -> bytes | None:
        """The next chunk; None at the end. Raises EngineError."""
        try:
            kind, content = self._worker.frame(self._deadline)
        except TimeoutError:
            self.close()
            raise QueryTimeout(self._seconds) from None
        except WorkerEndedError:
            self.close()
            raise QueryTooLarge(
                "The query needed more memory than it may have, or its worker ended. Ask for less at once."
            ) from None
        if kind == b"D":
            return content
        self._done = True
        self._engine.give_back(self._worker)
        if kind == b"X":
            raise _error(json.loads(content))
        return None


class EmbeddedEngine:
    """An engine over the current snapshot of a folder. Follows it when another becomes current."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root: Path = settings.snapshots
        self._idle: deque[Worker] = deque()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(settings.workers)
        self._waiting = 0
        self._closed = False
        for _ in range(settings.workers + 1):
            self._add()

    def version(self) -> str:
        try:
            return snapshot.current_id(self._root)
        except snapshot.SnapshotError as error:
            raise EngineUnavailable(str(error)) from None

    def query(self, query: Query, form: str, seconds: float) -> EmbeddedResult:
        request = self._request(query, form)
        self._wait_for_turn()
        deadline = time.monotonic() + seconds
        try:
            worker = self._ask(request, deadline)
        except BaseException:
            self._turns.release()
            raise
        return EmbeddedResult(self, worker, deadline, seconds)

    def _request(self, query: Query, form: str) -> dict[str, Any]:
        inspection = guard.inspect(query.text)
        default, named = query.default_graphs, query.named_graphs
        if not default and not named and len(inspection.default_graphs) > 1:
            default, named = inspection.default_graphs, inspection.named_graphs
        return {"text": query.text, "form": form, "default_graphs": default, "named_graphs": named}

    def _wait_for_turn(self) -> None:
        if self._turns.acquire(blocking=False):
            return
        with self._lock:
            if self._waiting >= self._settings.queue:
                raise EngineBusy
            self._waiting += 1
        try:
            if not self._turns.acquire(timeout=WAIT_SECONDS):
                raise EngineBusy
        finally:
            with self._lock:
                self._waiting -= 1

    def _ask(self, request: dict[str, Any], deadline: float) -> Worker:
        for _ in range(2):
            worker = self._take()
            try:
                worker.ask(request, deadline)
            except (TimeoutError, WorkerEndedError):
                worker.end()
                continue
            return worker
        raise EngineUnavailable("No worker could be started; see the server's log.")

    def _take(self) -> Worker:
        """An idle worker on the current snapshot, or a new one; those on an older snapshot are ended."""
        wanted = self.version()
        old: list[Worker] = []
        found = None
        with self._lock:
            while self._idle and found is None:
                worker = self._idle.popleft()
                if worker.snapshot == wanted and worker.process.poll() is None:
                    found = worker
                else:
                    old.append(worker)
        for worker in old:
            worker.end()
        return found or self._start()

    def give_back(self, worker: Worker) -> None:
        """Takes a worker back whose answer is over."""
        with self._lock:
            if self._closed:
                worker.end()
            else:
                self._idle.appendleft(worker)
        self._turns.release()

    def replace(self, worker: Worker) -> None:
        """Kills a worker whose answer nobody waits for, and starts another in its place."""
        worker.end()
        self._turns.release()
        self._add()

    def _add(self) -> None:
        with contextlib.suppress(EngineUnavailable):
            worker = self._start()
            with self._lock:
                if self._closed:
                    worker.end()
                else:
                    self._idle.append(worker)

    def _start(self) -> Worker:
        try:
            return Worker(snapshot.open_current(self._root), self._settings.worker_memory_mb)
        except (snapshot.SnapshotError, OSError) as error:
            raise EngineUnavailable(str(error)) from None

    def close(self) -> None:
        """Ends every worker."""
        with self._lock:
            self._closed = True
            workers = list(self._idle)
            self._idle.clear()
        for worker in workers:
            worker.end()


def _error(said: dict[str, Any]) -> EngineError:
    message = said["message"]
    if said["error"] == "syntax":
        return QuerySyntaxError(message, said.get("line"), said.get("column"))
    if said["error"] == "memory":
        return QueryTooLarge("The query needed more memory than it may have. Ask for less at once.")
    if said["error"] == "form":
        return QueryRefused(message)
    return QueryFailed(f"The query could not be evaluated: {message}")
