"""The server's side of one worker: its process, and the socket that its answers come over."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from typing import Any, cast

NICE = 10
HEAD = 5  # bytes: the kind of a frame and its length
HELD_FRAMES = 3
KEPT = frozenset(("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"))
# One arena, as the address space that malloc reserves for each thread would count against the worker's limit;
# and no stack of the engine's in the log each time that a query reaches it.
SET = {"MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}


class WorkerEndedError(Exception):
    """The worker's process ended before its answer did."""


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of a worker: what a Python needs to start, none of the server's settings or secrets."""
    kept = {name: value for name, value in ours.items() if name in KEPT or name.startswith("PYTHON")}
    return {**kept, **SET}


def _end(received: bytes, begin: int) -> int:
    """Where the frame ends that begins there; where its head does, when that has not come."""
    if len(received) < begin + HEAD:
        return begin + HEAD
    (length,) = struct.unpack_from(">I", received, begin + 1)
    return begin + HEAD + int(length)


class Worker(asyncio.Protocol):
    """One worker process. It answers one request at a time; its frames are read as they come.

    Reading stops while the reader of the answer is behind, so that the worker waits and no memory is taken.
    ``open`` says that nothing but the worker itself keeps it from the network.
    """

    def __init__(self, snapshot: str, configuration: dict[str, Any]) -> None:
        self.snapshot = snapshot
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "renkei_kg.engine.worker", json.dumps(configuration)],
                env=environment(os.environ),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.setblocking(False)
        self._socket = ours
        self._transport: asyncio.Transport | None = None
        # What has come of a frame that is not whole, and how many bytes are missing to look again.
        self._parts: list[bytes] = []
        self._missing = HEAD
        self._frames: deque[tuple[int, bytes]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False
        self._paused = False
        self._stopped = False
        self.slowed = False
        self.open = False

    async def connect(self, seconds: float) -> None:
        """Waits until the worker is ready. Raises WorkerEndedError or TimeoutError."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, sock=self._socket)
        await self._ready(seconds)

    async def move(self, snapshot: str, configuration: dict[str, Any], seconds: float) -> None:
        """Has a worker that is not busy open another snapshot, which costs a fraction of starting one. Raises
        WorkerEndedError or TimeoutError."""
        self.ask({"open": configuration})
        await self._ready(seconds)
        self.snapshot = snapshot

    async def _ready(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            kind, said = await self.frame()
        self.open = bool(said)
        if kind != ord("R"):
            raise WorkerEndedError

    def ask(self, request: dict[str, Any]) -> None:
        """Sends a request."""
        content = json.dumps(request).encode()
        if self._transport is not None:
            self._transport.write(struct.pack(">I", len(content)) + content)

    @property
    def usable(self) -> bool:
        """Whether the worker can be asked: it lives, and has the processor like any other."""
        return not self._ended and not self.slowed and self.process.poll() is None

    def ready(self) -> tuple[int, bytes] | None:
        """The next frame if it has come already."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        if self._paused and len(self._frames) < HELD_FRAMES and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return frame

    async def frame(self) -> tuple[int, bytes]:
        """The next frame of the answer: its kind and content. Raises WorkerEndedError."""
        while (frame := self.ready()) is None:
            if self._ended:
                raise WorkerEndedError
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return frame

    def slow_down(self) -> None:
        """Gives the process less of the processor than the others get."""
        self.slowed = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)

    def recover(self) -> bool:
        """Gives back what ``slow_down`` took. False where the system does not allow it (setpriority(2))."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0))
        except OSError:
            return False
        self.slowed = False
        return True

    def hold(self) -> None:
        """Stops the process where it is."""
        self._stopped = True
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets a process go on that was held."""
        if self._stopped:
            self._stopped = False
            self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Kills the process. Does not wait."""
        self._ended = True
        self._signal(signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
        else:
            self._socket.close()
        self._wake()

    def _signal(self, number: int) -> None:
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return
        received = data if len(self._parts) == 1 else b"".join(self._parts)
        begin, size = 0, len(received)
        while (end := _end(received, begin)) <= size:
            self._frames.append((received[begin], received[begin + HEAD : end]))
            begin = end
        self._parts = [received[begin:]] if begin < size else []
        self._missing = end - size
        if len(self._frames) >= HELD_FRAMES and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the interface's name
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
