"""The process that reads the files to load and gives the engine streams of N-Quads.

Started as ``python -m renkei_kg.loading.producer JSON``; the JSON names files, base, graph, and for each
stream the file descriptor that it is written to. When it ends, one line of JSON on standard error tells the
checksum of each file, or the error with which it ended early; the streams are whole only when it ends with
code 0.
"""

import gc
import hashlib
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import Final

from renkei_kg.loading.account import cpu, peak_mb
from renkei_kg.loading.lines import BLOCK, Piece, doubled
from renkei_kg.loading.reading import BUFFER, LoadError, Source, pieces

WAITING: Final = 8  # pieces before each stream
PAUSE: Final = 0.002


class Stream(Thread):
    """A stream to the engine, written by a thread of its own, as the engine stops reading while it sorts."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(daemon=True)
        self._descriptor = descriptor
        self.waiting: Queue[Piece | None] = Queue(WAITING)
        self.broken = False

    def run(self) -> None:
        """Writes what is waiting, until its end."""
        try:
            with os.fdopen(self._descriptor, "wb", buffering=BUFFER) as file:
                for content in doubled(iter(self.waiting.get, None)):
                    file.write(content)
        except BrokenPipeError:
            self.broken = True  # whoever loads has found out something for itself


class Streams:
    """Streams that the engine loads side by side.

    A first block goes to the first one alone, so that a small graph is sorted at once. What has blank nodes
    goes there too: they are the same ones within a stream only. Everything else goes wherever there is room.
    """

    def __init__(self, descriptors: list[int]) -> None:
        self._streams = [Stream(one) for one in descriptors]
        self._count = 0
        for stream in self._streams:
            stream.start()

    def give(self, piece: Piece) -> None:
        """Hands a piece on. Raises BrokenPipeError when nobody reads any more."""
        several = self._count >= BLOCK and not piece.blank
        choices = self._streams if several else self._streams[:1]
        self._count += piece.count
        while True:
            for stream in sorted(choices, key=lambda one: one.waiting.qsize()):
                with suppress(Full):
                    return self._put(stream, piece)
            time.sleep(PAUSE)

    def end(self) -> None:
        """Waits until all is written. Raises BrokenPipeError."""
        for stream in self._streams:
            while stream.is_alive():
                with suppress(Full):
                    self._put(stream, None)
                    stream.join()
                time.sleep(PAUSE)
            if stream.broken:
                raise BrokenPipeError

    def _put(self, stream: Stream, piece: Piece | None) -> None:
        if any(one.broken for one in self._streams):
            raise BrokenPipeError
        stream.waiting.put_nowait(piece)


def main() -> None:
    """Reads the files and writes the streams."""
    gc.disable()  # nothing here refers to itself
    asked = json.loads(sys.argv[1])
    files = [Path(name) for name in asked["files"]]
    sources = [Source(path, n, asked["base"], len(files) == 1) for n, path in enumerate(files)]
    graph = f"<{asked['graph']}>".encode() if asked["graph"] else None
    digests = [hashlib.sha256() for _ in sources]

    def read() -> Iterator[Piece]:
        each = (pieces(source, graph, digest) for source, digest in zip(sources, digests, strict=True))
        return itertools.chain.from_iterable(each)

    streams = Streams(asked["streams"])
    try:
        for piece in read():
            streams.give(piece)
        streams.end()
    except LoadError as error:
        print(json.dumps({"error": str(error)}), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    told = {"sha256": [digest.hexdigest() for digest in digests], "cpu": cpu(), "memory_mb": peak_mb()}
    print(json.dumps(told), file=sys.stderr)


if __name__ == "__main__":
    main()
