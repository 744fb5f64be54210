"""Measures the server against its peers, side by side in one run on one machine: ``make bench``."""

import argparse
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pyoxigraph import DefaultGraph, RdfFormat, Store

from benchmarks import closed_loop, load, made, mix, peers, table, vocabulary
from benchmarks.run import Plan, measure
from benchmarks.servers import Data
from renkei_kg import snapshot

STARTED = time.perf_counter()
FULL_MINUTES, QUICK_MINUTES = 45, 10
RESULTS = Path(__file__).parent / "RESULTS.md"
SIZES = (50_000, 5_000_000)
QUICK = Plan(1, 1, 1, exact_latency=False, latency_seconds=0.1, loaded=("lookup", "hops", "group"))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="about a minute: two small graphs, one run, results only printed"
    )
    parser.add_argument(
        "--seconds", type=int, default=Plan.seconds, help="how long each load is [default: %(default)s]"
    )
    parser.add_argument("--snapshots", type=Path, default=Path("build/snapshots"), help="the real graph's")
    parser.add_argument("--made", type=Path, default=Path("build/bench"), help="where made graphs are kept")
    parser.add_argument("--peers", type=Path, default=Path(".venv-bench/bin"), help="where the peers are")
    given = parser.parse_args()
    with _bounded(QUICK_MINUTES if given.quick else FULL_MINUTES):
        plan = QUICK if given.quick else Plan(seconds=given.seconds)
        for text in _run(given.snapshots, given.made, given.peers.absolute(), plan):
            if plan is not QUICK:
                table.write(text, RESULTS)
    print(text)


def _run(real: Path, kept: Path, binaries: Path, plan: Plan) -> Iterator[str]:
    """The results after each graph, so that a run that is ended has not been for nothing."""
    quick = plan is QUICK
    found, missing = peers.available(binaries)
    if shutil.which(closed_loop.WRK) is None:
        missing.append("wrk is not installed: `apt-get install wrk`. Slower threads of Python make the load.")
    for line in missing:
        _say(line)
    results = []
    head = [machine(), "\n".join(f"- {line}" for line in [*map(peers.described(binaries), found), *missing])]
    words = vocabulary.read(Path())
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as temporary:
        for number, size in enumerate((None, *SIZES[: 1 if quick else None])):
            folder = Path(temporary) / str(number)
            folder.mkdir()
            if size is None:
                name, values, root = "real graph", mix.REAL, real
            else:
                name, values, root = "made graph", made.parameters(words), _made(size, kept, words)
            _say(f"{name}, {size or 'as it is'}")
            data = _data(name, root.absolute(), folder)
            results.append(measure(data, values, found, plan, folder, _say))
            shutil.rmtree(folder)
            yield table.document(results, peers.NAMES, plan, head)


def _data(name: str, root: Path, folder: Path) -> Data:
    current = snapshot.open_current(root)
    union = folder / "data" / "union.nt"
    union.parent.mkdir()
    store = Store.read_only(str(current.store))
    store.dump(str(union), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return Data(name, root, current.store.resolve(), union, current.manifest["triples"])


def _made(size: int, kept: Path, words: vocabulary.Vocabulary) -> Path:
    """The snapshot folder of a made graph; what an earlier run made is kept when it would be the same."""
    root = kept / str(size)
    root.mkdir(parents=True, exist_ok=True)
    file = root / "made.nq"
    made.write(size, file, words)
    try:
        if not load.is_current(file, root):
            _say(f"loading {size} made triples")
            for old in snapshot.list_snapshots(root):
                shutil.rmtree(old.path)
            load.load(file, root, words.base)
    finally:
        file.unlink()
    return root


def machine() -> str:
    """The machine, in a line."""
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    kilobytes = int(Path("/proc/meminfo").read_text().splitlines()[0].split()[1])
    return (
        f"Machine: {cores} cores ({model}), {kilobytes / 1024 / 1024:.0f} GB of memory, Linux; "
        f"Python {platform.python_version()}."
    )


@contextmanager
def _bounded(minutes: int) -> Iterator[None]:
    """Ends the run, with everything that it started, after some minutes or when it is told to."""

    def stop(number: int, _: FrameType | None) -> None:
        raise SystemExit(f"ended: {'it took too long' if number == signal.SIGALRM else 'asked to'}")

    for one in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(one, stop)
    signal.alarm(minutes * 60)
    try:
        yield
    finally:
        signal.alarm(0)


def _say(line: str) -> None:
    print(f"{time.perf_counter() - STARTED:6.1f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
