"""The process that reads the files to load and gives the engine streams of N-Quads.

Started as ``python -m renkei_kg.loading.producer JSON``; the JSON names files, base, graph, the file
descriptors of the streams, in pairs of one for named graphs and one for the default graph, and the folder for
what waits. When it ends, one line of JSON on standard error tells the checksum of each file, or the error
with which it ended early; the streams are whole only when it ends with code 0.
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
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Final, Self

from zstandard import ZstdCompressor, ZstdDecompressor

from renkei_kg.loading.account import cpu, peak_mb
from renkei_kg.loading.lines import Piece
from renkei_kg.loading.reading import BUFFER, LoadError, Source, pieces

BLOCK: Final = 1_000_000  # lines that the engine sorts at a time
WAITING: Final = 8  # pieces before each stream
PAUSE: Final = 0.002


class Waiting:
    """Text that waits in a compressed file, which has no name in its folder."""

    def __init__(self, folder: str) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  # closed with this
        self._compressor = ZstdCompressor(level=1).compressobj()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: bytes) -> None:
        """Adds to it."""
        self._file.write(self._compressor.compress(text))

    def send(self, to: IO[bytes]) -> None:
        """Writes it all into a pipe. It is at its end then."""
        self._file.write(self._compressor.flush())
        self._file.seek(0)
        ZstdDecompressor().copy_stream(self._file, to, write_size=BUFFER)


class Stream(Thread):
    """Two streams to the engine, written by a thread of their own, as the engine stops reading while it
    sorts: first the quads of named graphs, and when that has ended the triples of the default graph, which
    wait in a file, compressed to a thirtieth.

    Triples with blank nodes come at the end of the first stream, with their quads, as blank nodes are the
    same ones within a stream only.
    """

    def __init__(self, named: int, default: int, folder: str) -> None:
        super().__init__(daemon=True)
        self._named, self._default, self._folder = named, default, folder
        self.waiting: Queue[Piece | None] = Queue(WAITING)
        self.error: Exception | None = None

    def run(self) -> None:
        """Writes what is waiting, until its end."""
        try:
            with os.fdopen(self._default, "wb") as default, Waiting(self._folder) as triples:
                with os.fdopen(self._named, "wb") as named, Waiting(self._folder) as blank:
                    for piece in iter(self.waiting.get, None):
                        named.write(piece.quads)
                        (blank if piece.blank else triples).write(piece.triples)
                    blank.send(named)
                triples.send(default)
        except Exception as error:  # noqa: BLE001  # whoever hands on pieces raises it
            self.error = error


class Streams:
    """Pairs of streams that the engine loads side by side.

    A first block goes to the first one alone, so that a small graph is sorted at once. What has blank nodes
    goes there too. Everything else goes wherever there is room.
    """

    def __init__(self, descriptors: list[tuple[int, int]], folder: str) -> None:
        self._streams = [Stream(*pair, folder) for pair in descriptors]
        self._count = 0
        for stream in self._streams:
            stream.start()

    def give(self, piece: Piece) -> None:
        """Hands a piece on. Raises BrokenPipeError when nobody reads any more, OSError when it cannot be
        kept."""
        several = self._count >= BLOCK and not piece.blank
        choices = self._streams if several else self._streams[:1]
        self._count += piece.count
        while True:
            for stream in sorted(choices, key=lambda one: one.waiting.qsize()):
                with suppress(Full):
                    return self._put(stream, piece)
            time.sleep(PAUSE)

    def end(self) -> None:
        """Waits until all is written. Raises as ``give`` does."""
        told: set[Stream] = set()
        while any(stream.is_alive() for stream in self._streams):
            for stream in self._streams:
                if stream not in told:
                    with suppress(Full):
                        self._put(stream, None)
                        told.add(stream)
                stream.join(PAUSE)
            self._look()
        self._look()

    def _put(self, stream: Stream, piece: Piece | None) -> None:
        self._look()
        stream.waiting.put_nowait(piece)

    def _look(self) -> None:
        for stream in self._streams:
            if stream.error:
                raise stream.error


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

    streams = Streams(asked["streams"], asked["folder"])
    try:
        for piece in read():
            streams.give(piece)
        streams.end()
    except LoadError as error:
        print(json.dumps({"error": str(error)}), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        reason = f"what waits to be loaded cannot be kept in {asked['folder']}: {error.strerror or error}."
        print(json.dumps({"error": reason}), file=sys.stderr)
        sys.exit(1)
    told = {"sha256": [digest.hexdigest() for digest in digests], "cpu": cpu(), "memory_mb": peak_mb()}
    print(json.dumps(told), file=sys.stderr)


if __name__ == "__main__":
    main()
