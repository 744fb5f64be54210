"""The frames that a worker writes its answer as."""

import json
import socket
import struct
import time
from typing import Any

CHUNK = 128 * 1024
HOLD_SECONDS = 0.01


class TooManyBytesError(Exception):
    """The answer is larger than an answer may be."""


class Frames:
    """Writes an answer as frames; the serialiser sees a file.

    Data is sent when a chunk is full, or when what came before it is older than a moment, so that a small
    answer is one message and a slow one does not wait for its first chunk to fill.
    """

    def __init__(self, connection: socket.socket, limit: int) -> None:
        self.connection, self.limit = connection, limit
        self.buffer = bytearray()
        self.begin()

    def begin(self) -> None:
        """Starts a new answer."""
        self.buffer.clear()
        self.written = 0
        self.sent = time.monotonic()

    def write(self, content: bytes) -> int:
        if not self.written:
            # From here on, not from the question: else a header would go ahead by itself, and what comes to
            # an error after it could no longer be said to.
            self.sent = time.monotonic()
        self.written += len(content)
        if self.limit and self.written > self.limit:
            raise TooManyBytesError
        if len(content) > CHUNK:
            self._write_long(content)
            return len(content)
        self.buffer += content
        if len(self.buffer) >= CHUNK or time.monotonic() - self.sent > HOLD_SECONDS:
            self._send(self.buffer)
            self.buffer.clear()
        return len(content)

    def _write_long(self, content: bytes) -> None:
        """Sends in pieces, since the server holds a frame as a whole and a literal may be very long."""
        if self.buffer:
            self._send(self.buffer)
            self.buffer.clear()
        view = memoryview(content)
        for start in range(0, len(content), CHUNK):
            self._send(view[start : start + CHUNK])

    def _send(self, data: bytes | bytearray | memoryview) -> None:
        self.connection.sendall(_head(b"D", data))
        self.connection.sendall(data)
        self.sent = time.monotonic()

    def flush(self) -> None:
        """Part of the file interface; frames are sent when full or at the end."""

    def end(self) -> None:
        data = frame(b"D", self.buffer) if self.buffer else b""
        self.connection.sendall(data + frame(b"E", b""))

    def error(self, name: str, message: str, **more: Any) -> None:
        said = json.dumps({"error": name, "message": message, **more})
        self.connection.sendall(frame(b"X", said.encode()))


def frame(kind: bytes, content: bytes | bytearray | memoryview) -> bytes:
    """A frame: its kind, its length as four bytes, and its content."""
    return b"".join((_head(kind, content), content))


def _head(kind: bytes, content: bytes | bytearray | memoryview) -> bytes:
    return kind + struct.pack(">I", len(content))
