"""Runs the exercise and prints what it has counted.

python -m tests.readers --activations 90
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.readers.exercise import Site, exercise


def main() -> int:
    """The command line. The exit code is 1 when a request has failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.readers", description="Three servers behind nginx under load: counts."
    )
    parser.add_argument(
        "--activations", type=int, default=30, help="how often another version becomes current"
    )
    parser.add_argument("--pause", type=float, default=0.005, help="seconds that a visitor waits")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        with site.running() as proxy:
            counts = exercise(site, proxy, given.activations, given.pause)
    print("\n".join(counts.lines()))
    return 1 if counts.failures else 0


if __name__ == "__main__":
    sys.exit(main())
