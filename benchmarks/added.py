"""Measures what the server adds to the time of another engine that answers for it, and writes ADDED.md.

    python -m benchmarks.added

The real graph is published to each engine, and the same queries are asked of the engine itself, with the
dataset that the server names, and of the server, whose cache is off. Both are asked in turn, over connections
that stay open, and both answers have to hold as many rows.
"""

import argparse
import http.client
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from string import Template
from urllib.parse import urlencode, urlsplit

from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from benchmarks import mix
from benchmarks.__main__ import machine
from benchmarks.engines import Running, oxigraph, run, virtuoso
from benchmarks.peers import ours
from benchmarks.servers import HOST, Data, Peer, running
from renkei_kg import snapshot
from renkei_kg.engine.remote.naming import Naming

HERE = Path(__file__).parent
XML = "application/sparql-results+xml"
HEAD = """# What the server adds to another engine

What `python -m benchmarks.added` says: medians of {requests} requests each, in milliseconds, the median of
{rounds} rounds. Engine and server run on the same cores and are asked in turn over connections that stay
open, with the same query and the same dataset; the server's cache is off, and each query was asked before.
"""


def questions(project: Path) -> dict[str, str]:
    """The queries: an ASK, those of the benchmark's mix that take little, and one of the examples."""
    texts = {"ask": "ASK {}"}
    for name in ("lookup", "star", "hops"):
        template = Template((mix.FOLDER / f"{name}.rq").read_text(encoding="utf-8"))
        texts[mix.TITLES[name]] = template.substitute(mix.REAL)
    texts["world-heritage.rq"] = (project / "queries/world-heritage.rq").read_text(encoding="utf-8")
    return texts


class Client:
    """A connection to an endpoint that is asked by GET."""

    def __init__(self, url: str, more: Sequence[tuple[str, str]] = ()) -> None:
        where = urlsplit(url)
        self.connection = http.client.HTTPConnection(where.hostname or HOST, where.port, timeout=60)
        self.path, self._more = where.path, more

    def ask(self, query: str) -> tuple[float, bytes]:
        """Seconds, and the answer as XML."""
        target = f"{self.path}?{urlencode([('query', query), *self._more])}"
        started = time.perf_counter()
        self.connection.request("GET", target, headers={"Accept": XML})
        response = self.connection.getresponse()
        content = response.read()
        taken = time.perf_counter() - started
        assert response.status == http.client.OK, content[:500]
        return taken, content


def compare(engine: Client, server: Client, query: str, requests: int, rounds: int) -> tuple[float, float]:
    """The medians of the engine and of the server, in milliseconds."""
    assert _rows(engine.ask(query)[1]) == _rows(server.ask(query)[1]), f"the answers differ: {query}"
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        pairs = [(engine.ask(query)[0], server.ask(query)[0]) for _ in range(requests)]
        alone, through = zip(*pairs, strict=True)
        found.append((1000 * statistics.median(alone), 1000 * statistics.median(through)))
    return statistics.median(one for one, _ in found), statistics.median(two for _, two in found)


def _rows(content: bytes) -> int:
    """How many rows an answer has. What is in them is compared by tests/engines."""
    found = parse_query_results(content, QueryResultsFormat.XML)
    return 1 if isinstance(found, QueryBoolean) else sum(1 for _ in found)


def measured(
    engine: Running, snapshots: Path, project: Path, requests: int, rounds: int
) -> Iterator[tuple[str, float, float]]:
    """For each query its name, the time of the engine and that of the server."""
    run(["publish"], snapshots, engine)
    current = snapshot.open_current(snapshots)
    cold = ours()[0]
    variables = {f"RENKEI_{name.upper()}": value for name, value in engine.settings.items()}
    environment: Mapping[str, str] = {**cold.environment, **variables, "RENKEI_ENGINE_LOCAL": "0"}
    peer = Peer(cold.name, cold.command, cold.path, environment=environment)
    data = Data("real graph", snapshots.absolute(), current.store, Path(), current.manifest["triples"])
    naming = Naming.of(current.manifest)
    with tempfile.TemporaryDirectory() as folder, running(peer, data, Path(folder)) as server:
        alone = Client(engine.settings["engine"], [("default-graph-uri", naming.union)])
        through = Client(f"http://{HOST}:{server.port}/sparql")
        with closing(alone.connection), closing(through.connection):
            for name, query in questions(project).items():
                yield name, *compare(alone, through, query, requests, rounds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.added", description="Measures what it adds.")
    parser.add_argument("--snapshots", type=Path, default=Path("build/snapshots"), help="the real graph's")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder of the real project")
    parser.add_argument("--requests", type=int, default=400, help="requests of a round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds")
    parser.add_argument("--document", type=Path, default=HERE / "ADDED.md")
    given = parser.parse_args()
    lines = [HEAD.format(requests=given.requests, rounds=given.rounds), f"{machine()}\n"]
    lines += ["| engine | query | alone | by the server | added |", "|---|---|---:|---:|---:|"]
    # With a limit on time Oxigraph keeps a thread for each query until that time is over.
    for start in (partial(oxigraph, seconds=0), virtuoso):
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as engine:
            rows = measured(engine, given.snapshots, given.project, given.requests, given.rounds)
            for name, alone, through in rows:
                lines.append(
                    f"| {engine.name} | {name} | {alone:.2f} | {through:.2f} | {through - alone:.2f} |"
                )
    text = "\n".join(lines) + "\n"
    given.document.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
