"""The access log: a line of JSON for each request, with a hash of its query, and its text only if asked."""

import hashlib
import json
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from renkei_kg.errors import RenkeiError

FLUSH_SECONDS = 0.5
MOST_TEXT = 10_000
MOST_WAITING = 100_000  # lines, when whatever they are written to does not take them
log = logging.getLogger(__name__)


class AccessLogError(RenkeiError):
    """The log cannot be written where it should go."""


@dataclass(frozen=True)
class Line:
    """One request and what became of it."""

    client: str
    method: str
    path: str
    status: int
    outcome: str
    sent: int
    seconds: float
    version: str = ""
    query: str = ""


class AccessLog:
    """Writes lines to a file (``-``: standard error; empty: nowhere), gathered for a moment."""

    def __init__(self, place: str, *, with_queries: bool, now: Callable[[], float] = time.time) -> None:
        self._with_queries, self._now = with_queries, now
        self._lines: deque[str] = deque(maxlen=MOST_WAITING)
        self._stream = _open(place)
        self._timer: threading.Timer | None = None
        self.on = self._stream is not None

    def write(self, line: Line) -> None:
        """Notes a request."""
        if self._stream is None:
            return
        said: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._now())),
            "client": line.client,
            "method": line.method,
            "path": line.path[:MOST_TEXT],
            "status": line.status,
            "outcome": line.outcome,
            "bytes": line.sent,
            "ms": round(line.seconds * 1000, 1),
        }
        if line.version:
            said["snapshot"] = line.version
        if line.query:
            said["query_sha256"] = hashlib.sha256(line.query.encode("utf-8", "replace")).hexdigest()
            if self._with_queries:
                said["query"] = line.query[:MOST_TEXT]
        self._lines.append(json.dumps(said, ensure_ascii=True))
        if self._timer is None:
            self._timer = threading.Timer(FLUSH_SECONDS, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def flush(self) -> None:
        """Writes out what has been gathered. What cannot be written is lost, and said to be."""
        self._timer = None
        lines = []
        while self._lines:  # one by one, as others may be added meanwhile
            lines.append(self._lines.popleft() + "\n")
        if self._stream is None or not lines:
            return
        try:
            self._stream.write("".join(lines))
            self._stream.flush()
        except (OSError, ValueError) as error:
            log.error("%d lines of the access log are lost: %s", len(lines), error)  # noqa: TRY400  # no fault of ours


def _open(place: str) -> IO[str] | None:
    if not place:
        return None
    if place == "-":
        return sys.stderr
    try:
        return Path(place).open("a", encoding="utf-8")
    except OSError as error:
        raise AccessLogError(f"RENKEI_ACCESS_LOG={place}: {error.strerror}.") from None
