"""Makes a snapshot of a ready-made file of N-Quads, so that graphs of any size can be served.

It goes through the file as a stream: nothing is inferred or validated, and the file should be trusted. The
default graph becomes the union of the named graphs, as in a compiled snapshot.

    python -m benchmarks.load made.nq build/made
"""

import argparse
import hashlib
import io
import json
import re
import shutil
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import QuerySolutions, RdfFormat, Store

from renkei_kg import __version__, checksums, snapshot
from renkei_kg.project import open_project

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 20
# A line of N-Quads with a graph: its triple, then the graph. A literal may hold anything but a bare quote.
LINE = re.compile(
    rb"^(\S+ <[^>]*> (?:<[^>]*>|_:\S+|\"(?:[^\"\\\n]|\\.)*\"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?))"
    rb" (?:<[^>]*>|_:\S+) \.$",
    re.MULTILINE,
)


class Unions(io.RawIOBase):
    """A file of N-Quads, each chunk of lines followed by the triples of its quads, for the default graph."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._ready:
            content = b"".join(self.file.readlines(CHUNK))
            self.digest.update(content)
            self._ready = memoryview(content + b"\n" + LINE.sub(rb"\1 .", content) if content else b"")
        into = memoryview(buffer).cast("B")
        size = min(len(into), len(self._ready))
        into[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def load(file: Path, out: Path, base: str, *, name: str = "made") -> snapshot.Snapshot:
    """Publishes a file of N-Quads as the current snapshot in folder ``out``, and returns it.

    Raises SyntaxError when the file is malformed, and SnapshotError when the folder cannot be written.
    """
    moment = datetime.now(UTC).replace(microsecond=0)
    with snapshot.publishing(out):
        folder = snapshot.temporary(out, f"{moment:%Y%m%dT%H%M%SZ}")
        try:
            content = _fill(folder / "store", file)
            store = Store.read_only(str(folder / "store"))
            identifier = f"{moment:%Y%m%dT%H%M%SZ}-{content[:12]}"
            manifest = {
                "id": identifier,
                "created": moment.isoformat().replace("+00:00", "Z"),
                "content_sha256": content,
                "dataset": f"{base}dataset/{name}",
                "base": base,
                "version": __version__,
                "software": _software(),
                "quads": len(store),
                "triples": _triples(store),
                "graphs": _graphs(store),
                "sources": {file.name: content},
                "files": checksums.of_files(folder, ("store",)),
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
            (folder / snapshot.MANIFEST).write_text(text, encoding="utf-8")
            return snapshot.publish(out, folder, identifier)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def is_current(file: Path, out: Path) -> bool:
    """Whether the current snapshot in ``out`` was loaded from the same file by the same engine."""
    try:
        manifest = snapshot.open_current(out).manifest
    except snapshot.SnapshotError:
        return False
    with file.open("rb") as opened:
        content = hashlib.file_digest(opened, "sha256").hexdigest()
    return bool(manifest["content_sha256"] == content and manifest["software"] == _software())


def _software() -> dict[str, str]:
    return {"renkei-kg": __version__, "pyoxigraph": version("pyoxigraph")}


def _fill(path: Path, file: Path) -> str:
    """Makes the store and gives the hash of the file."""
    store = Store(str(path))
    with file.open("rb") as opened:
        both = Unions(opened)
        store.bulk_load(io.BufferedReader(both, CHUNK), RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    store.flush()
    return both.digest.hexdigest()


def _triples(store: Store) -> int:
    return int(_rows(store, "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }")[0][0])


def _graphs(store: Store) -> dict[str, int]:
    rows = _rows(store, "SELECT ?g (COUNT(*) AS ?triples) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    return {graph: int(triples) for graph, triples in rows}


def _rows(store: Store, text: str) -> list[list[str]]:
    solutions = store.query(text)
    assert isinstance(solutions, QuerySolutions)
    return [[getattr(term, "value", "") for term in solution] for solution in solutions]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load", description="Makes a snapshot of a file of N-Quads."
    )
    parser.add_argument("file", type=Path, help="the file of N-Quads")
    parser.add_argument("snapshots", type=Path, help="the folder of snapshots to publish it in")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder of the real project")
    given = parser.parse_args()
    started = time.perf_counter()
    made = load(given.file, given.snapshots, open_project(given.project).base)
    said = f"{made.manifest['triples']} triples in {len(made.manifest['graphs'])} graphs"
    print(f"{made.path}: {said}, {time.perf_counter() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
