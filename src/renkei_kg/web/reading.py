"""Files as the bodies of answers: read piece by piece as their client takes them, so that neither their size
nor a slow reader takes memory, and opened once for all who read them at the same time."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from renkei_kg.engine.contract import EngineUnavailable

PIECE: Final = 1 << 16


class Opened:
    """Files that are being read, each by one descriptor however many read it. Used from one event loop."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int]] = {}

    def take(self, path: Path) -> int:
        """The descriptor of a file, to be given back by ``leave``. Raises OSError."""
        descriptor, readers = self._known.get(path) or (os.open(path, os.O_RDONLY | os.O_CLOEXEC), 0)
        self._known[path] = descriptor, readers + 1
        return descriptor

    def leave(self, path: Path) -> None:
        """Gives back what ``take`` gave; closes the file after its last reader."""
        descriptor, readers = self._known.pop(path)
        if readers > 1:
            self._known[path] = descriptor, readers - 1
        else:
            os.close(descriptor)


class Part:
    """The bytes of a file from ``start`` to ``stop``, counted with ``mark`` before it; the body of an answer
    (``Result``). Raises OSError when it cannot be opened."""

    whole: bytes | None = None

    def __init__(
        self, opened: Opened, path: Path, start: int, stop: int, mark: bytes = b"", snapshot: str = ""
    ) -> None:
        self.snapshot = snapshot
        self._opened, self._path, self._mark = opened, path, mark
        self._start, self._stop = start, stop
        self._descriptor: int | None = opened.take(path)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes, as they are read. Raises EngineUnavailable when the file has become shorter or cannot be
        read, so that nobody takes what has come for all of it."""
        at = self._start
        if at < len(self._mark):
            first = self._mark[at : self._stop]
            at += len(first)
            yield first
        while at < self._stop:
            assert self._descriptor is not None
            size = min(PIECE, self._stop - at)
            try:
                piece = await asyncio.to_thread(os.pread, self._descriptor, size, at - len(self._mark))
            except OSError:
                piece = b""
            if not piece:
                raise EngineUnavailable(f"The file {self._path.name} cannot be read to its end.")
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Lets the file go. May be called twice."""
        if self._descriptor is not None:
            self._descriptor = None
            self._opened.leave(self._path)
