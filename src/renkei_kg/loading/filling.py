"""A store filled from files: the producer's streams loaded by the engine, merged and counted."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, RdfFormat, Store, parse

from renkei_kg.loading.account import Account
from renkei_kg.loading.reading import LoadError, Source, malformed

STREAMS: Final = 2  # that are loaded side by side, each by a thread that parses and others that sort
PIPE: Final = 1 << 20  # bytes
Graph = NamedNode | BlankNode | DefaultGraph


def fill(
    store: Store, files: list[Path], base: str, graph: str | None, account: Account, *, trusted: bool
) -> tuple[str, ...]:
    """Fills an empty store from files, its default graph with the union of all named ones.

    Triples in no graph go into ``graph``, or stay in the default graph alone. Files that are ``trusted`` are
    not looked at for IRIs that are none. Returns the SHA-256 of each. Raises LoadError when a
    file is malformed or cannot be read.
    """
    pipes = [_pipe() for _ in range(min(STREAMS, os.cpu_count() or 1))]
    readable, writable = [pipe[0] for pipe in pipes], [pipe[1] for pipe in pipes]
    asked = {"files": [str(path) for path in files], "base": base, "graph": graph, "streams": writable}
    command = [sys.executable, "-P", "-m", "renkei_kg.loading.producer", json.dumps(asked)]

    def loaded(descriptor: int) -> SyntaxError | None:
        try:
            # By its path the engine reads it without asking Python for every part.
            store.bulk_load(path=f"/dev/fd/{descriptor}", format=RdfFormat.N_QUADS, lenient=trusted)
        except SyntaxError as error:
            return error
        finally:
            os.close(descriptor)
        return None

    with (
        account.step("load"),
        tempfile.TemporaryFile() as told,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=told, pass_fds=writable
        ) as producer,
        ThreadPoolExecutor(len(pipes)) as loaders,
    ):
        for descriptor in writable:
            os.close(descriptor)
        try:
            found = list(loaders.map(loaded, readable))
        except BaseException:
            producer.kill()
            raise
        refused = next(filter(None, found), None)
        code = producer.wait()
        told.seek(0)
        said = _said(told.read().decode(errors="replace"))
    if refused is not None and "error" not in said:
        raise _found(files, base, refused)
    if code or "sha256" not in said:
        raise LoadError(said.get("error", f"the process that reads the files ended with code {code}."))
    account.cpu["read"] = said["cpu"]
    account.memory_mb["reader"] = said["memory_mb"]
    with account.step("merge"):
        store.optimize()
        store.flush()
    return tuple(said["sha256"])


def _pipe() -> tuple[int, int]:
    """A pipe that holds much, where the system lets it."""
    ends = os.pipe()
    with suppress(AttributeError, OSError):
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE)
    return ends


def _said(text: str) -> dict[str, Any]:
    """What the producer said last; when it is not as agreed, that is its error."""
    last = text.strip().splitlines()[-1:] or [""]
    try:
        said = json.loads(last[0])
    except ValueError:
        said = {"error": f"the process that reads the files failed: {last[0]}"} if last[0] else {}
    assert isinstance(said, dict)
    return said


def _found(files: list[Path], base: str, refused: SyntaxError) -> LoadError:
    """The error of what the engine refused, with its place in its file: what was handed on quickly is only
    then read with care."""
    for number, path in enumerate(files):
        source = Source(path, number, base, len(files) == 1)
        if path.is_file() and not source.compressed:
            try:
                for _ in parse(path=path, format=source.format, base_iri=base):
                    pass
            except SyntaxError as error:
                return malformed(source, error)
    names = ", ".join(str(path) for path in files)
    return LoadError(f"{names}: {refused.msg}. Nothing was published.")


def counts(store: Store) -> dict[str, int]:
    """The number of triples of each named graph, by its IRI, and of the default graph by the empty text.

    Each is counted by itself, which takes half as long as grouping; two at a time.
    """
    graphs: list[Graph] = [DefaultGraph(), *sorted(store.named_graphs(), key=str)]

    def count(graph: Graph) -> int:
        where = "?s ?p ?o" if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ ?s ?p ?o }}"
        if isinstance(graph, BlankNode):
            return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        found = store.query(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
        assert isinstance(found, QuerySolutions)
        return int(next(iter(found))[0].value)

    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as two:
        found = list(two.map(count, graphs))
    names = ("" if isinstance(graph, DefaultGraph) else graph.value for graph in graphs)
    return dict(zip(names, found, strict=True))
