"""A filled store settled: its files merged, and meanwhile its triples counted and its files' checksums taken,
as the engine merges in one thread."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store

from renkei_kg import checksums

PAUSE: Final = 0.2  # seconds
Graph = NamedNode | BlankNode | DefaultGraph


class Sums:
    """Checksums of the files of a store, taken while its engine still writes some and takes some away. What
    it has written it does not change."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int], checksums.Facts] = {}

    def of_file(self, path: Path) -> checksums.Facts:
        """Size in bytes and SHA-256 of a file; from memory when it is the same as before."""
        before = _state(path)
        if before in self._known:
            return self._known[before]
        found = checksums.of_file(path)
        if _state(path) == before:
            self._known[before] = found
        return found

    def take(self, store: Path, until: Event) -> None:
        """Looks at the files that are there, the oldest first and not the one that is being written."""
        for path in sorted(store.glob("*.sst"))[:-1]:
            if until.is_set():
                return
            with suppress(FileNotFoundError):
                self.of_file(path)


def settle(store: Store, path: Path) -> tuple[dict[str, int], Sums]:
    """Merges the files of a store in folder ``path``. Returns its counts, and the checksums of most files."""
    sums, merged = Sums(), Event()

    def beside() -> dict[str, int]:
        sums.take(path, merged)
        found = counts(store)
        while not merged.wait(PAUSE):
            sums.take(path, merged)
        return found

    with ThreadPoolExecutor(1) as one:
        found = one.submit(beside)
        try:
            store.optimize()
            store.flush()
        finally:
            merged.set()
        return found.result(), sums


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
