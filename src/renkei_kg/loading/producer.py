"""The process that reads the files to load and gives the engine one stream of N-Quads.

Started as ``python -m renkei_kg.loading.producer JSON``; the JSON names files, base and graph. The stream is
its standard output. At its end one line of JSON on standard error tells the checksum of each file, or the
error with which it ended early; the stream is whole only when it ends with code 0.
"""

import gc
import hashlib
import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from renkei_kg.loading.account import cpu, peak_mb
from renkei_kg.loading.lines import Piece, doubled
from renkei_kg.loading.reading import BUFFER, LoadError, Source, pieces


def main() -> None:
    """Reads the files and writes the stream."""
    gc.disable()  # nothing here refers to itself
    asked = json.loads(sys.argv[1])
    files = [Path(name) for name in asked["files"]]
    sources = [Source(path, n, asked["base"], len(files) == 1) for n, path in enumerate(files)]
    graph = f"<{asked['graph']}>".encode() if asked["graph"] else None
    digests = [hashlib.sha256() for _ in sources]

    def read() -> Iterator[Piece]:
        each = (pieces(source, graph, digest) for source, digest in zip(sources, digests, strict=True))
        return itertools.chain.from_iterable(each)

    try:
        with os.fdopen(os.dup(1), "wb", buffering=BUFFER) as stream:
            for content in doubled(read()):
                stream.write(content)
    except LoadError as error:
        print(json.dumps({"error": str(error)}), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)  # whoever loads has found out something for itself
    told = {"sha256": [digest.hexdigest() for digest in digests], "cpu": cpu(), "memory_mb": peak_mb()}
    print(json.dumps(told), file=sys.stderr)


if __name__ == "__main__":
    main()
