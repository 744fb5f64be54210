"""HTTP as bytes, for what no well-behaved client would send."""

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.attacks.watching import patience
from tests.serving import Server

HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Reply:
    """One response as it came over the wire; ``whole`` says that its framing came to an end."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool

    @property
    def problem(self) -> dict[str, Any]:
        """The problem that it is; fails when it is none."""
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.body)
        said: dict[str, Any] = json.loads(self.body)
        assert said["status"] == self.status
        return said


@contextmanager
def connected(
    server: Server, *, seconds: float = 10, source: str = "127.0.0.1", buffer: int = 0
) -> Iterator[socket.socket]:
    """A connection; with ``buffer`` its system keeps no more unread bytes than about that."""
    with socket.socket() as connection:
        connection.settimeout(patience(seconds))
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", server.port))
        yield connection


def sent(server: Server, content: bytes, *, seconds: float = 10) -> list[Reply]:
    """What comes back for some bytes until the server closes the connection."""
    with connected(server, seconds=seconds) as connection:
        connection.sendall(content)
        return replies(drained(connection))


def drained(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    received = bytearray()
    while chunk := connection.recv(65536):
        received += chunk
    return bytes(received)


def reset(connection: socket.socket) -> None:
    """Closes a connection so that the other side gets a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def replies(received: bytes) -> list[Reply]:
    """The responses in what a server has sent."""
    found = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        pairs = (line.split(": ", 1) for line in lines)
        headers = {name.lower(): value for name, value in pairs}
        whole = True
        if headers.get("transfer-encoding") == "chunked":
            body, received, whole = _chunks(received)
        else:
            length = int(headers.get("content-length", "0"))
            body, received = received[:length], received[length:]
            whole = len(body) == length
        found.append(Reply(int(status), headers, body, whole))
    return found


def _chunks(received: bytes) -> tuple[bytes, bytes, bool]:
    body = bytearray()
    while True:
        size, separator, received = received.partition(b"\r\n")
        length = int(size, 16) if separator else -1
        if length < 0 or len(received) < length + 2:
            return bytes(body + received), b"", False
        body += received[:length]
        received = received[length + 2 :]
        if length == 0:
            return bytes(body), received, True
