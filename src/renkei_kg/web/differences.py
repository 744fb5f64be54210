"""What two versions have different, for the pages: compared in a process that is ended at its limits, once.

Versions never change, so an answer is kept in memory for the next who asks, as long as there is room.
"""

import os
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from renkei_kg.config import Settings
from renkei_kg.engine.process import environment
from renkei_kg.versions.differ import CHANGES, NOT_KEPT, TOO_LARGE, Comparison, request
from renkei_kg.web.problems import Problem

MOST_BYTES: Final = 32 << 20
KEPT_BYTES: Final = 64 << 20
MOST_ENTITIES: Final = 2000
WAITING: Final = 2
COMMAND: Final = "renkei-kg snapshots diff"
CHUNK: Final = 1 << 16
UNREADABLE: Final = "One of the two versions cannot be read: it is not kept any more, or damaged."


@dataclass(frozen=True)
class Asked:
    """Two versions by their ids, the first empty when it is not kept any more, and what to say of them."""

    before: str
    after: str
    what: str
    language: str = ""


class Differences:
    """Compares versions, one pair at a time; a few may wait. May be asked from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: OrderedDict[Asked, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING + 1)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def of(self, asked: Asked) -> bytes:
        """The answer. Raises Problem 404, 503, 504 or 507."""
        if (known := self._known(asked)) is not None:
            return known
        if not self._waiting.acquire(blocking=False):
            raise _busy()
        try:
            if not self._turn.acquire(timeout=self._settings.wait_seconds):
                raise _busy()
            try:
                known = self._known(asked)  # who was before this one may have asked the same
                return self._compare(asked) if known is None else known
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def stop(self) -> None:
        """Ends the comparison under way, and begins no other."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _known(self, asked: Asked) -> bytes | None:
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def _keep(self, asked: Asked, content: bytes) -> None:
        with self._lock:
            self._kept[asked] = content
            self._bytes += len(content)
            while self._bytes > KEPT_BYTES:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone)

    def _compare(self, asked: Asked) -> bytes:
        settings = self._settings
        root = settings.snapshots.resolve()
        told = Comparison(
            str(root / asked.before) if asked.before else "",
            str(root / asked.after),
            asked.what,
            asked.language,
            MOST_ENTITIES,
            settings.worker_memory_mb,
        )
        late = threading.Event()
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "renkei_kg.versions.differ"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(os.environ),
            start_new_session=True,
        ) as running:
            self._process = running

            def end() -> None:
                late.set()
                running.kill()

            timer = threading.Timer(settings.query_seconds, end)
            timer.start()
            try:
                if self._stopped:
                    running.kill()
                content = _talk(running, request(told))
            finally:
                timer.cancel()
                running.kill()
                self._process = None
        if content is None:
            raise _too_large(asked)
        if late.is_set():
            raise Problem(
                504,
                f"Comparing these versions took longer than the limit of {settings.query_seconds} seconds.",
                {"limit": "query_seconds", "seconds": settings.query_seconds},
            )
        if running.returncode == NOT_KEPT:
            raise Problem(404, UNREADABLE)
        if running.returncode == TOO_LARGE or running.returncode < 0:
            raise _busy() if self._stopped else _too_large(asked)
        if running.returncode != 0:
            raise RuntimeError(f"comparing versions has ended with code {running.returncode}")
        self._keep(asked, content)
        return content


def _talk(running: subprocess.Popen[bytes], line: bytes) -> bytes | None:
    """What the process answers; None when it is more than may be."""
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        with running.stdin as sink:
            sink.write(line)
    except BrokenPipeError:
        return b""
    content = bytearray()
    while chunk := running.stdout.read(CHUNK):
        content += chunk
        if len(content) > MOST_BYTES:
            return None
    running.wait()
    return bytes(content)


def _too_large(asked: Asked) -> Problem:
    what = "list of changes" if asked.what == CHANGES else "patch"
    return Problem(
        507,
        f"The {what} is too large to be made here. On the server's machine, {COMMAND} makes it.",
        {"limit": "page"},
    )


def _busy() -> Problem:
    return Problem(
        503, "Versions are being compared for others. Ask again in a moment.", headers={"Retry-After": "5"}
    )
