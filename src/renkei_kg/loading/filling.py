"""A store filled from files: the producer's streams loaded by the engine."""

import fcntl
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from pyoxigraph import RdfFormat, Store, parse

from renkei_kg.loading.account import Account
from renkei_kg.loading.priority import lower_priority
from renkei_kg.loading.reading import LoadError, Source, malformed

STREAMS: Final = 2  # that are loaded side by side, each by a thread that parses and others that sort
PIPE: Final = 1 << 20  # bytes


def fill(
    store: Store,
    files: list[Path],
    folder: Path,
    base: str,
    graph: str | None,
    account: Account,
    merging: Callable[[bool], None],
    *,
    trusted: bool,
) -> tuple[str, ...]:
    """Fills an empty store from files, its default graph with the union of all named ones.

    Triples in no graph go into ``graph``, or stay in the default graph alone. Files that are ``trusted`` are
    not looked at for IRIs that are none. What waits meanwhile is kept in ``folder``. ``merging`` is
    told when the engine begins to merge the files that it has, and when it is about to get more. Returns the
    SHA-256 of each file. Raises LoadError when one is malformed or cannot be read.
    """
    count = min(STREAMS, os.cpu_count() or 1)
    with account.step("load"), ExitStack() as opened:
        loaders = opened.enter_context(ThreadPoolExecutor(2 * count))
        named, default = ([_pipe(opened) for _ in range(count)] for _ in range(2))
        pairs = [(one.fileno(), other.fileno()) for (_, one), (_, other) in zip(named, default, strict=True)]
        asked = {
            "files": [str(path) for path in files],
            "base": base,
            "graph": graph,
            "streams": pairs,
            "folder": str(folder),
        }
        told = opened.enter_context(tempfile.TemporaryFile())
        producer = subprocess.Popen(
            [sys.executable, "-P", "-m", "renkei_kg.loading.producer", json.dumps(asked)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            pass_fds=list(itertools.chain.from_iterable(pairs)),
        )
        opened.enter_context(producer)
        opened.callback(producer.kill)
        for _, writable in (*named, *default):
            writable.close()
        try:
            first, second = (
                loaders.map(partial(_load, store, trusted=trusted, after=after), [one for one, _ in pipes])
                for pipes, after in ((named, False), (default, True))
            )
            deque(first, maxlen=0)
            merging(True)
            producer.wait()
            merging(False)
            deque(second, maxlen=0)
            merging(True)
            refused = None
        except SyntaxError as error:
            refused = error
            for readable, _ in (*named, *default):
                readable.close()  # for the producer to end
        code = producer.wait()
        told.seek(0)
        said = _said(told.read().decode(errors="replace"))
    if refused is not None and "error" not in said:
        raise _found(files, base, refused)
    if code or "sha256" not in said:
        raise LoadError(said.get("error", f"the process that reads the files ended with code {code}."))
    account.cpu["read"] = said["cpu"]
    account.memory_mb["reader"] = said["memory_mb"]
    return tuple(said["sha256"])


def _load(store: Store, pipe: IO[bytes], *, trusted: bool, after: bool) -> None:
    """Loads what comes out of a pipe, and closes it. What comes ``after`` others does not delay that those
    are merged meanwhile. Raises SyntaxError when the engine refuses something."""
    if after:
        lower_priority()
    with pipe:
        # By its path the engine reads it without asking Python for every part.
        store.bulk_load(path=f"/dev/fd/{pipe.fileno()}", format=RdfFormat.N_QUADS, lenient=trusted)


def _pipe(opened: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Both ends of a pipe that holds much, where the system lets it."""
    read, write = os.pipe()
    with suppress(AttributeError, OSError):
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PIPE)
    return (
        opened.enter_context(os.fdopen(read, "rb", buffering=0)),
        opened.enter_context(os.fdopen(write, "wb", buffering=0)),
    )


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
