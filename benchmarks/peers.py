"""The servers that are compared, each started as its own documentation recommends."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.servers import HOST, Data, Peer
from benchmarks.virtuoso import version as virtuoso_version
from benchmarks.virtuoso import virtuoso

COLD, WARM = "Renkei KG, cold", "Renkei KG, warm"
OXIGRAPH, RDFLIB, VIRTUOSO = "Oxigraph", "rdflib-endpoint", "Virtuoso"
NAMES = (COLD, WARM, OXIGRAPH, RDFLIB, VIRTUOSO)
HOW = {
    COLD: "{version}, its cache of results off",
    WARM: "{version}, as it comes; every query was asked before",
    OXIGRAPH: "{version}, `oxigraph serve-read-only` on the same store",
    RDFLIB: "{version}, `rdflib-endpoint serve` on the union of the graphs",
    VIRTUOSO: "{version}, the union of the graphs as one graph, asked as `default-graph-uri`",
}
PACKAGES = {
    COLD: ("renkei-kg", sys.executable),
    WARM: ("renkei-kg", sys.executable),
    OXIGRAPH: ("oxigraph", None),
    RDFLIB: ("rdflib-endpoint", None),
}


def _ours(data: Data, port: int, _: Path) -> list[str]:
    command = [sys.executable, "-m", "renkei_kg.cli", "serve", "--host", HOST, "--port", str(port)]
    return [*command, "--snapshots", str(data.snapshots)]


def ours() -> list[Peer]:
    """Our server, once without its cache of results and once as it is by default."""
    return [
        Peer(COLD, _ours, "/sparql?", environment={"RENKEI_CACHE_MB": "0"}),
        Peer(WARM, _ours, "/sparql?"),
    ]


def oxigraph(binaries: Path) -> Peer:
    """Oxigraph's server on the same store; its default graph is the stored one."""

    def command(data: Data, port: int, _: Path) -> list[str]:
        program = str(binaries / "oxigraph")
        return [program, "serve-read-only", "--location", str(data.store), "--bind", f"{HOST}:{port}"]

    return Peer(OXIGRAPH, command, "/query?")


def rdflib_endpoint(binaries: Path) -> Peer:
    """rdflib-endpoint with the union of the graphs, which it reads into memory when it starts."""

    def command(data: Data, port: int, _: Path) -> list[str]:
        program = str(binaries / "rdflib-endpoint")
        return [program, "serve", "--host", HOST, "--port", str(port), str(data.union)]

    return Peer(RDFLIB, command, "/?", start_seconds=300)


def available(binaries: Path) -> tuple[list[Peer], list[str]]:
    """The servers that can be started here, and for each that cannot what to do about it."""
    found, missing = ours(), []
    for name, make in (("oxigraph", oxigraph), ("rdflib-endpoint", rdflib_endpoint)):
        if (binaries / name).exists():
            found.append(make(binaries))
        else:
            missing.append(f"{name} is not installed: `make bench` installs it into .venv-bench.")
    peer = virtuoso(VIRTUOSO)
    if peer is None:
        missing.append("Virtuoso is not installed: `apt-get install virtuoso-opensource-7`.")
    else:
        found.append(peer)
    return found, missing


def described(binaries: Path) -> Callable[[Peer], str]:
    """A function that names a server with its version, and says how it is run."""

    def describe(peer: Peer) -> str:
        return f"{peer.name}: {HOW[peer.name].format(version=_version(peer, binaries))}"

    return describe


def _version(peer: Peer, binaries: Path) -> str:
    if peer.name == VIRTUOSO:
        return virtuoso_version()
    package, python = PACKAGES[peer.name]
    code = f"from importlib.metadata import version; print(version({package!r}))"
    program = binaries / "python" if python is None else python
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
