"""A long answer of a remote engine in another format: read and written in a thread, a few chunks ahead of
whoever takes it and no more."""

import asyncio
import contextlib
import io
from collections.abc import Coroutine
from typing import IO, Any, Final, TypeVar, cast

import aiohttp

from renkei_kg.engine.contract import EngineError, QueryFailed, QueryTooLarge
from renkei_kg.engine.remote import converting
from renkei_kg.engine.remote.link import Body, unavailable

CHUNK: Final = 128 * 1024
HELD_CHUNKS: Final = 2
Given = TypeVar("Given")


def unreadable(error: Exception) -> EngineError:
    """What it means that an engine's answer is not in the format that it says."""
    return QueryFailed(f"The engine's answer cannot be read: {error}")


class Conversion:
    """One answer that is converted: ``begun`` has come of it already."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        body: Body,
        begun: bytes,
        given: str,
        form: str,
        rows: int,
    ) -> None:
        self._loop, self._body, self._given, self._form, self._rows = loop, body, given, form, rows
        self._begun = begun
        self._chunks: asyncio.Queue[bytes | EngineError] = asyncio.Queue(HELD_CHUNKS)
        self._buffer = bytearray()
        self._ended = False

    async def chunk(self) -> bytes:
        """The next chunk; empty at the end. Raises EngineError."""
        found = await self._chunks.get()
        if isinstance(found, EngineError):
            raise found
        return found

    def end(self) -> None:
        """Has the thread stop at its next read or write."""
        self._ended = True
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._chunks.get_nowait()
        with contextlib.suppress(asyncio.QueueFull):
            self._chunks.put_nowait(b"")

    def run(self) -> None:
        """Converts the answer; in a thread of its own."""
        last: bytes | EngineError = b""
        try:
            source = cast("IO[bytes]", io.BufferedReader(_Source(self), CHUNK))
            if self._rows:
                source = converting.counted(source, self._given, self._rows)
            converting.convert(source, self._given, cast("IO[bytes]", self), self._form)
            self.flush_all()
        except converting.TooManyRowsError:
            last = QueryTooLarge(
                f"The answer has more than {self._rows} rows, the most that is sent. Add a LIMIT, and ask "
                "for the rest with OFFSET.",
                "result_rows",
            )
        except (SyntaxError, ValueError) as error:
            last = unreadable(error)
        except (aiohttp.ClientError, OSError) as error:
            last = unavailable(error)
        if not self._ended:
            self._wait(self._chunks.put(last))

    def read(self) -> bytes:
        """More of what the engine sends; empty at its end. Raises OSError, aiohttp.ClientError."""
        if self._begun:
            begun, self._begun = self._begun, b""
            return begun
        return self._wait(self._body.more())

    def write(self, content: bytes) -> int:
        """Takes more of what is written. Raises OSError when nobody wants it."""
        self._buffer += content
        if len(self._buffer) >= CHUNK:
            self.flush_all()
        return len(content)

    def flush(self) -> None:
        """Part of the file interface; chunks are given when full or at the end."""

    def flush_all(self) -> None:
        """Gives what has been written."""
        if self._buffer:
            content = bytes(self._buffer)
            self._buffer.clear()
            self._wait(self._chunks.put(content))

    def _wait(self, work: Coroutine[Any, Any, Given]) -> Given:
        if self._ended:
            work.close()
            raise OSError("nobody waits for this answer")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _Source(io.RawIOBase):
    """What the engine sends, as a file."""

    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = self._conversion.read()
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
