"""The process that makes one write, as whoever has started it sees it. It can be started before there is
anything to write: it then waits, with its program and the groundwork ready."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from renkei_kg.engine.process import environment
from renkei_kg.write.documents import Document


class Child:
    """A process that makes one write to a folder of snapshots, and ends."""

    def __init__(self, root: Path) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "renkei_kg.write.process", str(root.absolute())],
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                env=environment(os.environ),
                start_new_session=True,
            )
        self._socket = ours

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], documents: Sequence[Document], lock: int) -> None:
        """Tells it what to write. It holds the lock of publishers from now on, so that nobody else publishes
        before it has ended, should this process end first."""
        sizes = [
            {"media_type": one.media_type, "name": one.name, "bytes": len(one.content)} for one in documents
        ]
        line = json.dumps({**request, "documents": sizes}).encode() + b"\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._socket, [b"\n"], [lock])
            for content in (line, *(one.content for one in documents)):
                self._socket.sendall(content)
            self._socket.shutdown(socket.SHUT_WR)

    def says(self) -> Iterator[dict[str, Any]]:
        """What it says, as it comes, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.endswith(b"\n"):
                yield json.loads(line)

    def kill(self) -> None:
        """Ends it. Does not wait."""
        self._process.kill()

    def wait(self) -> int:
        """Waits for its end. Returns its exit code."""
        self._socket.close()
        with self._process as process:
            process.wait()
        return self._process.returncode
