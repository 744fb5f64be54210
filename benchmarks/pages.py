"""How long the server works on its pages, and how much comes over the wire: ``python -m benchmarks.pages``.

Every page of the sitemap, by kind, from a server that keeps no answers: so each is made anew. The first time
it is made counts for nothing, the quickest of the times after that is told: *warm*. Weights are of the page
alone, compressed by brotli, which the server does once for each answer that it keeps.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks import peers
from benchmarks.servers import Data, Server, running
from renkei_kg import snapshot

ADDRESS = re.compile(r"<loc>([^<]+)</loc>")
HTML = {"Accept": "text/html"}
SECONDS = 30


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__.splitlines()[0])
    parser.add_argument("--snapshots", type=Path, default=Path("build/snapshots"))
    parser.add_argument("--most", type=int, default=20, help="pages of each kind [default: %(default)s]")
    parser.add_argument("--times", type=int, default=5, help="how often each is made [default: %(default)s]")
    given = parser.parse_args()
    current = snapshot.open_current(given.snapshots)
    data = Data("real", given.snapshots.absolute(), current.store, Path(), current.manifest["triples"])
    with tempfile.TemporaryDirectory() as folder, running(peers.ours()[0], data, Path(folder)) as server:
        print("| kind | pages | median, ms | slowest, ms | which | heaviest, KB |")
        print("|---|---:|---:|---:|---|---:|")
        for kind, addresses in sorted(_kinds(server).items()):
            told = [_measured(server, address, given.times) for address in addresses[: given.most]]
            slowest = max(told)
            took = f"{1000 * median(one[0] for one in told):.1f} | {1000 * slowest[0]:.1f}"
            heaviest = max(one[2] for one in told) / 1000
            print(f"| {kind} | {len(addresses)} | {took} | {slowest[1]} | {heaviest:.1f} |")


def _kinds(server: Server) -> dict[str, list[str]]:
    """The addresses of the sitemap by kind: the class of a thing, else the first part of the path."""
    _, body = server.request("GET", "/sitemap.xml", {}, seconds=SECONDS)
    kinds: dict[str, list[str]] = defaultdict(list)
    for found in ADDRESS.findall(body.decode()):
        parts = urlsplit(found.replace("&amp;", "&"))
        first, *rest = parts.path.strip("/").split("/")
        kind = f"{first}/{rest[0]}" if first == "page" and rest else f"/{first}"
        kinds[kind].append(f"{parts.path}?{parts.query}")
    return kinds


def _measured(server: Server, address: str, times: int) -> tuple[float, str, int]:
    """Seconds of the quickest answer but the first, the address, and bytes."""
    taken = []
    for _ in range(times + 1):
        started = time.perf_counter()
        status, _ = server.request("GET", address, HTML, seconds=SECONDS)
        taken.append(time.perf_counter() - started)
        if status != 200:
            sys.exit(f"{address} is {status}")
    _, packed = server.request("GET", address, {**HTML, "Accept-Encoding": "br"}, seconds=SECONDS)
    return min(taken[1:]), address, len(packed)


if __name__ == "__main__":
    main()
