"""Makes a snapshot of a ready-made file of N-Quads, so that graphs of any size can be served.

What ``renkei-kg load --trusted --no-check --no-texts`` does, but for triples in no graph: they stay in the
default graph alone.

    python -m benchmarks.load made.nq build/made
"""

import argparse
import hashlib
import sys
import time
from pathlib import Path

from renkei_kg import snapshot
from renkei_kg.loading import publishing
from renkei_kg.loading.publishing import Wanted, software
from renkei_kg.project import open_project


def load(file: Path, out: Path, base: str, *, name: str = "made") -> snapshot.Snapshot:
    """Publishes a file of N-Quads as the current snapshot in folder ``out``, and returns it.

    Raises LoadError when the file is malformed, and SnapshotError when the folder cannot be written.
    """
    return publishing.load([file], out, Wanted(base, name, trusted=True))


def is_current(file: Path, out: Path) -> bool:
    """Whether the current snapshot in ``out`` was loaded from the same file by the same engine."""
    try:
        manifest = snapshot.open_current(out).manifest
    except snapshot.SnapshotError:
        return False
    with file.open("rb") as opened:
        content = hashlib.file_digest(opened, "sha256").hexdigest()
    return bool(manifest["content_sha256"] == content and manifest["software"] == software())


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
