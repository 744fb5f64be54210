"""What is done beside the engine while it merges, in one thread: its triples counted, checksums taken."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store

from renkei_kg import checksums
from renkei_kg.loading.priority import lower_priority

PAUSE: Final = 0.2  # seconds
KEPT: Final = 2 << 30  # bytes
Graph = NamedNode | BlankNode | DefaultGraph


class Sums(Thread):
    """Checksums of the files of a store in folder ``store``, each taken as soon as its engine has merged it,
    while it is in memory; a file that the engine has written it does not change. What has been looked at is
    not kept in memory when it is much, as the files that are still to be merged need the room.
    """

    def __init__(self, store: Path) -> None:
        super().__init__(daemon=True)
        self._store = store
        self._known: dict[tuple[int, int, int], checksums.Facts] = {}
        self._bytes = 0
        self._passed: set[Path] = set()
        self._merging = False
        self._end = Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        """Looks for files until the end."""
        while not self._end.wait(PAUSE):
            self.look()

    def look(self) -> None:
        """Looks at the files that are new, but not at the newest, which may still be written."""
        for path in sorted(self._store.glob("[0-9]*.sst"))[:-1]:
            if self._merging and path not in self._passed and not self._end.is_set():
                self._passed.add(path)
                with suppress(FileNotFoundError):
                    self.of_file(path)

    def merging(self, merging: bool) -> None:
        """Told when the engine merges what is there, and when it gets more. What is there when it begins is
        not looked at: it is to be merged."""
        if merging:
            self._passed.update(self._store.glob("*.sst"))
        self._merging = merging

    def of_file(self, path: Path) -> checksums.Facts:
        """Size in bytes and SHA-256 of a file; from memory when it is the same as before."""
        before = _state(path)
        if before in self._known:
            return self._known[before]
        found = checksums.of_file(path)
        if _state(path) == before:
            self._known[before] = found
        self._bytes += found["bytes"]
        if self._bytes > KEPT:
            _forget(path)
        return found


def settle(store: Store) -> dict[str, int]:
    """Merges the files of a store, and returns its counts."""
    with ThreadPoolExecutor(1, initializer=lower_priority) as one:
        found = one.submit(counts, store)
        store.optimize()
        store.flush()
        return found.result()


def counts(store: Store) -> dict[str, int]:
    """The number of triples of each named graph, by its IRI, and of the default graph, which is counted last,
    by the empty text. Each is counted by itself, which takes half as long as grouping."""
    graphs: list[Graph] = [*sorted(store.named_graphs(), key=str), DefaultGraph()]
    return {"" if isinstance(graph, DefaultGraph) else graph.value: _count(store, graph) for graph in graphs}


def _count(store: Store, graph: Graph) -> int:
    if isinstance(graph, BlankNode):
        return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
    where = "?s ?p ?o" if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ ?s ?p ?o }}"
    found = store.query(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
    assert isinstance(found, QuerySolutions)
    return int(next(iter(found))[0].value)


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _forget(path: Path) -> None:
    """Lets the system use the memory that a file takes, where it can be told."""
    if sys.platform == "linux":
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
