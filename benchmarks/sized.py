"""What is measured of a made graph of one size: building it, serving it, a write to it, its validation."""

import contextlib
import http.client
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from string import Template
from typing import Any, TypeVar

from pyoxigraph import Store

from benchmarks import closed_loop, made, mix, peers, vocabulary
from benchmarks.servers import JSON, TURTLE, Data, Peer, Server, descendants, running
from renkei_kg import snapshot
from renkei_kg.loading import checking, publishing
from renkei_kg.loading.account import Account, cpu, peak_mb
from renkei_kg.namespaces import RDFS

Found = dict[str, float]
T = TypeVar("T")
TOKEN = "token-of-the-benchmark"  # noqa: S105  # of a server that lives for some minutes on this machine
PATIENCE = 30.0  # seconds for an answer; what takes longer has no number
RATE_SECONDS = 2
LINKED = 100_000  # bytes from which a file of a copy is a link
BUDGET = 1.0  # seconds in which a query is asked again and again
WRITTEN = {"write": "urn:says", "write text": RDFS.label.value}
PAGES = {
    "home": "/",
    "project": f"/page/project/made-{made.SHOWN}-1",
    "municipality": f"/page/municipality/made-{made.SHOWN}",
}


def alone(work: Callable[..., T], *values: Any) -> T:
    """Does some work in a process of its own, whose most memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *values).result()


def build(size: int, out: Path, project: Path, texts: bool) -> Found:
    """Makes the file of a graph, and publishes it in ``out``. The file stands beside that meanwhile."""
    words = vocabulary.read(project)
    account = Account()
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        path = Path(folder) / "made.nq"
        used = cpu(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "benchmarks.made", str(size), str(path), "--project", str(project)]
        subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
        making = cpu(resource.RUSAGE_CHILDREN) - used
        started = time.perf_counter()
        wanted = publishing.Wanted(words.base, "made", texts=texts, trusted=True)
        published = publishing.load([path], out, wanted, account=account)
        found = {"build": time.perf_counter() - started}
    found |= {f"cpu {step}": taken for step, taken in account.cpu.items()}
    found |= {f"clock {step}": taken for step, taken in account.seconds.items()}
    found |= {f"memory {process}": float(most) for process, most in account.memory_mb.items()}
    found["cpu build"] = sum(account.cpu.values())
    found["cpu make"] = making
    files = {path: path.stat().st_size / 1e6 for path in published.path.rglob("*") if path.is_file()}
    found["disk store"] = sum(size for path, size in files.items() if path.parent == published.store)
    found["disk texts"] = files.get(published.text_index, 0.0)
    return found


def validate(root: Path) -> Found:
    """Checks the current graph in ``root`` by the shapes of the package."""
    current = snapshot.open_current(root)
    store = Store.read_only(str(current.store))
    used, started = cpu(), time.perf_counter()
    found = checking.check(store, current.manifest["base"], current.manifest["triples"], wanted=True)
    if not found.checked:
        return {}
    return {
        "clock validate": time.perf_counter() - started,
        "cpu validate": cpu() - used,
        "memory validate": float(peak_mb()),
        "findings": float(sum(found.counts.values())),
    }


@contextlib.contextmanager
def copied(root: Path) -> Iterator[Path]:
    """A copy of a folder of snapshots for a while, so that writes do not come to the graph itself. Its large
    files are the same ones, as nobody writes into published files."""

    def link(source: str, target: str) -> None:
        if Path(source).stat().st_size > LINKED:
            os.link(source, target)
        else:
            shutil.copyfile(source, target)

    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy, symlinks=True, copy_function=link)
        yield copy


def serve(root: Path, project: Path) -> Found:
    """Serves the current graph in ``root`` without a cache: start, queries, rates, pages, a write."""
    current = snapshot.open_current(root)
    words = vocabulary.read(project)
    cold = peers.ours()[0]
    settings = {**cold.environment, "RENKEI_WRITE_TOKEN": TOKEN}
    peer = Peer(cold.name, cold.command, cold.path, environment=settings, start_seconds=120)
    data = Data("made", root.absolute(), current.store, Path(), current.manifest["triples"])
    found: Found = {"clone": _cloned(current)}
    with tempfile.TemporaryDirectory() as folder, running(peer, data, Path(folder)) as server:
        found["start"] = server.start_seconds
        found["cpu start"] = _used(server)
        for name, text, accept in _questions(words):
            taken, used = _times(server, lambda text=text, accept=accept: server.ask(text, accept, PATIENCE))
            if taken:
                found[f"latency {name}"], found[f"cpu {name}"] = 1000 * statistics.median(taken), 1000 * used
            if name in {"lookup", "star"} and taken:
                load = closed_loop.load(server, text, accept, 8, RATE_SECONDS, statistics.median(taken))
                found[f"rate {name}"] = load.rate
        for name, path in PAGES.items():

            def get(path: str = path) -> tuple[int, bytes]:
                return server.request("GET", path, {"Accept": "text/html"}, seconds=4 * PATIENCE)

            first, used = _times(server, get, seconds=0)
            again, used_again = _times(server, get)
            if first and again:
                found[f"first {name}"], found[f"cpu first {name}"] = 1000 * first[0], 1000 * used
                found[f"page {name}"], found[f"cpu page {name}"] = (
                    1000 * statistics.median(again),
                    1000 * used_again,
                )
        found["memory server"] = sum(server.memory())
        for name, property_ in WRITTEN.items():
            found |= _written(server, words.base, name, property_)
    return found


def _cloned(current: snapshot.Snapshot) -> float:
    """Seconds for the copy of the store that a new version begins with."""
    with tempfile.TemporaryDirectory(dir=current.path.parent) as folder:
        store = Store.read_only(str(current.store))
        started = time.perf_counter()
        store.backup(str(Path(folder) / "store"))
        return time.perf_counter() - started


def _written(server: Server, base: str, name: str, property_: str) -> Found:
    """The median of three small writes over HTTP, each published as a version."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
    taken, used = [], []
    for number in range(3):
        triple = f'<{base}id/written/{number}> <{property_}> "{number}"'
        update = f"INSERT DATA {{ GRAPH <{base}graph/small> {{ {triple} }} }}"
        before, started = _used(server), time.perf_counter()
        status, _ = server.request("POST", "/sparql", headers, update.encode(), seconds=4 * PATIENCE)
        taken.append(time.perf_counter() - started)
        used.append(_used(server) - before)
        if status != http.client.OK:
            return {}
    return {name: statistics.median(taken), f"cpu {name}": statistics.median(used)}


def _questions(words: vocabulary.Vocabulary) -> Iterator[tuple[str, str, str]]:
    values = made.parameters(words)
    for name in mix.TITLES:
        text = (mix.FOLDER / f"{name}.rq").read_text(encoding="utf-8")
        yield name, Template(text).substitute(values), TURTLE if name in {"describe", "construct"} else JSON


def _times(
    server: Server, ask: Callable[[], tuple[int, bytes]], seconds: float | None = None
) -> tuple[list[float], float]:
    """How long answers took, asked one after the other for some seconds, and the processor time of the server
    for each; nothing when one is no answer."""
    seconds = BUDGET if seconds is None else seconds
    taken: list[float] = []
    before = _used(server)
    while not taken or sum(taken) < seconds:
        started = time.perf_counter()
        try:
            status, _ = ask()
        except OSError:
            return [], 0
        if status != http.client.OK:
            return [], 0
        taken.append(time.perf_counter() - started)
    return taken, (_used(server) - before) / len(taken)


def _used(server: Server) -> float:
    """Seconds of processors that a server and all that it has started have used."""
    ticks = 0
    for pid in (server.process.pid, *descendants(server.process.pid)):
        try:
            told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += sum(map(int, told[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
