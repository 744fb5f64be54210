"""Measures how building and serving grow with the graph, and writes SCALE.md and its plots size by size.

    python -m benchmarks.scale --sizes 100000 1000000
    python -m benchmarks.scale --sizes 100000 1000000 10000000 100000000 --out /disk/scale

The graphs are made as files of N-Quads (``made.py``), which are published as ``renkei-kg load`` does it, and
not kept. What was measured is kept in OUT/results.json, so that a run can be stopped, and another measures
more sizes beside; with --keep the graphs stay too, and can be served again without being built. Times of
processors tell more than the clock on a machine that does other work.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import growth, mix, sized
from benchmarks.growth import Measure, Series
from benchmarks.sized import Found

HERE = Path(__file__).parent
STEPS = {
    "read": "reading the lines, and once more for the default graph",
    "load": "parsing, sorting, writing, merging what is there",
    "merge": "merging the rest, counting, checksums",
    "publish": "the last checksums, publishing",
    "texts": "index of texts",
}
BUILD = [
    Measure("build", "from a file of N-Quads to the published version, by the clock", "s"),
    Measure("cpu build", "the same, of all processors together", "s"),
    *(Measure(f"cpu {step}", f"– {title}", "s of processors", 2) for step, title in STEPS.items()),
    Measure("cpu make", "making the file, before", "s of processors", 2),
    Measure("cpu validate", "validation by the shapes, when asked for", "s of processors", 2),
    Measure("clock validate", "the same by the clock", "s", 2),
]
SPACE = [
    Measure("memory loader", "most memory: loading", "MB", 0),
    Measure("memory reader", "most memory: reading the lines", "MB", 0),
    Measure("memory indexer", "most memory: index of texts", "MB", 0),
    Measure("memory validate", "most memory: validation", "MB", 0),
    Measure("memory server", "server and its workers, after the queries", "MB", 0),
    Measure("disk store", "disk: store", "MB", 0),
    Measure("disk texts", "disk: index of texts", "MB", 0),
]
SERVED = [
    Measure("start", "start to the first answer", "s", 2),
    Measure("cpu start", "the same", "s of processors", 2),
    *(Measure(f"latency {name}", title, "ms", 2) for name, title in mix.TITLES.items()),
    *(Measure(f"cpu {name}", title, "ms of processors", 2) for name, title in mix.TITLES.items()),
    Measure("rate lookup", "lookups, 8 connections", "a second", 0),
    Measure("rate star", "star joins, 8 connections", "a second", 0),
    *(Measure(f"first {name}", f"page: {name}, for the first time", "ms", 0) for name in sized.PAGES),
    *(
        Measure(f"cpu first {name}", f"page: {name}, for the first time", "ms of processors", 0)
        for name in sized.PAGES
    ),
    *(Measure(f"page {name}", f"page: {name}, again", "ms", 0) for name in sized.PAGES),
    *(Measure(f"cpu page {name}", f"page: {name}, again", "ms of processors", 0) for name in sized.PAGES),
    Measure("clone", "a copy of the store for a new version", "s", 3),
    Measure("write", "a small write over HTTP, published", "s", 2),
    Measure("cpu write", "the same", "s of processors", 2),
    Measure("write text", "one that touches a text, for the index too", "s", 2),
    Measure("cpu write text", "the same", "s of processors", 2),
]
GROUPS = {"Building": BUILD, "Memory and disk": SPACE, "Serving, without a cache of results": SERVED}


@dataclass(frozen=True)
class Plan:
    """The folder of the real project, whether graphs are kept, and the allocator of memory to build with."""

    project: Path
    keep: bool
    preload: str | None


def measure(
    size: int, folder: Path, plan: Plan, known: Found, built: Callable[[Found], None], *, texts: bool
) -> Found:
    """Everything that is measured of one size. Its graph is in ``folder`` meanwhile, and stays there when it
    is to be kept. One that a former run has kept is served again; ``known`` is what that run found. ``built``
    gets what is known before it is served."""
    if "build" not in known or not folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        _say(f"{size:,}: building")
        with preloaded(plan.preload):
            known = sized.alone(sized.build, size, folder, plan.project, texts)
        taken, used = known["build"], known["cpu build"]
        _say(f"{size:,}: built in {taken:.1f} s, {used:.1f} s of processors; validating")
        known |= sized.alone(sized.validate, folder)
        built(known)
    _say(f"{size:,}: serving")
    with sized.copied(folder) as copy:
        found = known | sized.alone(sized.serve, copy, plan.project)
    if not plan.keep:
        shutil.rmtree(folder)
    return found


@contextlib.contextmanager
def preloaded(library: str | None) -> Iterator[None]:
    """Has the processes that are started meanwhile use a library's allocator of memory."""
    if library:
        os.environ["LD_PRELOAD"] = library
    try:
        yield
    finally:
        if library:
            del os.environ["LD_PRELOAD"]


def series(results: Mapping[int, Found]) -> dict[str, Series]:
    """For each thing measured, what it was at each size."""
    keys = dict.fromkeys(key for found in results.values() for key in found)
    return {key: {n: results[n][key] for n in sorted(results) if key in results[n]} for key in keys}


def document(results: Mapping[int, Found], machine: str) -> str:
    """SCALE.md."""
    found, sizes = series(results), sorted(results)
    parts = [
        "# How it grows\n",
        "Made graphs of several sizes, built and served on one machine; `python -m benchmarks.scale` writes "
        "this file, and docs/loading.md says how to read it. The last column is the exponent b of a·n^b that "
        "comes nearest, by least squares on logarithms; what grows worse than n log n is marked.\n",
        f"{machine}\n",
    ]
    for title, measures in GROUPS.items():
        parts.append(f"## {title}\n\n{growth.table(measures, found, sizes)}")
    pictures = "\n".join(f"![{name}](../docs/pictures/scale-{name}.svg)" for name in plots(results))
    return "\n".join([*parts, f"## Plots\n\n{pictures}\n"])


def plots(results: Mapping[int, Found]) -> dict[str, str]:
    """The plots, by the last part of their files' names."""
    found = series(results)

    def some(measures: list[Measure]) -> dict[str, Series]:
        return {one.title.strip("– "): found[one.key] for one in measures if one.key in found}

    steps = {step: found[f"cpu {step}"] for step in (*STEPS, "validate") if f"cpu {step}" in found}
    queries = [one for one in SERVED if one.key in {f"latency {name}" for name in mix.TITLES}]
    return {
        "build": growth.plot("Building, by step", "seconds of processors", steps),
        "space": growth.plot("Memory and disk", "MB", some(SPACE)),
        "latency": growth.plot("One query at a time", "ms", some(queries)),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="Measures how it grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000], help="triples of each")
    parser.add_argument("--out", type=Path, default=Path("build/scale"), help="where graphs stand meanwhile")
    parser.add_argument("--keep", action="store_true", help="graphs stay there, and are built only once")
    parser.add_argument("--preload", metavar="LIBRARY", help="an allocator of memory to build with")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder of the real project")
    parser.add_argument("--texts-up-to", type=int, default=10_000_000, help="larger graphs get no text index")
    parser.add_argument("--minutes", type=float, default=120, help="no further size is begun after so many")
    parser.add_argument("--document", type=Path, default=HERE / "SCALE.md")
    parser.add_argument("--pictures", type=Path, default=HERE.parent / "docs" / "pictures")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    kept = given.out / "results.json"
    results: dict[int, Found] = {}
    if kept.is_file():
        results = {int(size): found for size, found in json.loads(kept.read_text()).items()}
    plan = Plan(given.project, given.keep, given.preload)

    def keep(size: int, found: Found) -> None:
        results[size] = found
        kept.write_text(json.dumps(results, indent=1))

    started = time.monotonic()
    for size in sorted(given.sizes):
        if time.monotonic() - started > 60 * given.minutes:
            _say(f"{size:,}: not begun, as {given.minutes:g} minutes are over")
            break
        folder = given.out / str(size)
        texts = size <= given.texts_up_to
        known = results.get(size, {})
        keep(size, measure(size, folder, plan, known, partial(keep, size), texts=texts))
        given.document.write_text(document(results, _machine(plan)), encoding="utf-8")
        for name, picture in plots(results).items():
            (given.pictures / f"scale-{name}.svg").write_text(picture, encoding="utf-8")


def _machine(plan: Plan) -> str:
    allocator = f", built with the allocator of {Path(plan.preload).name}" if plan.preload else ""
    return (
        f"Machine: {os.cpu_count()} cores, Python {platform.python_version()}{allocator}. In the quarter of "
        f"an hour before the end {os.getloadavg()[2]:.1f} processes wanted to run on average; more than "
        "cores slow the clock, and times of processors a little."
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
