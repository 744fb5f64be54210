"""Servers under measurement: starting one on a free port, knowing when it answers, its memory, ending it."""

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

HOST = "127.0.0.1"
JSON, TURTLE = "application/sparql-results+json", "text/turtle"
PAUSE = 0.005


class NotStartedError(Exception):
    """A server did not come to answer; the message says what it said last."""


@dataclass(frozen=True)
class Data:
    """A graph as the servers get it: its name, snapshot folders, store, the union as N-Triples, its size."""

    name: str
    snapshots: Path
    store: Path
    union: Path
    triples: int


@dataclass(frozen=True)
class Peer:
    """A server that can be measured.

    ``command`` makes its command line from a graph, a port and a folder of its own; ``prepare`` runs once
    for each graph before the first start; ``path`` is the endpoint up to the query parameter.
    """

    name: str
    command: Callable[[Data, int, Path], list[str]]
    path: str
    prepare: Callable[[Data, Path], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    start_seconds: float = 60.0


@dataclass
class Server:
    """A running server and how long it took to answer a first query."""

    peer: Peer
    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float = 0.0

    def target(self, query: str) -> str:
        """The path and query of the URL that asks a query."""
        return f"{self.peer.path}{urlencode({'query': query}, quote_via=quote)}"

    def ask(self, query: str, accept: str, seconds: float) -> tuple[int, bytes]:
        """The status and body of one answer. Raises OSError, also when it takes longer than ``seconds``."""
        return self.request("GET", self.target(query), {"Accept": accept}, seconds=seconds)

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        seconds: float,
    ) -> tuple[int, bytes]:
        """The status and body of one answer to any request. Raises OSError as ``ask`` does."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def memory(self) -> list[float]:
        """The resident memory of each of its processes in megabytes, the one that was started first."""
        return [resident(pid) for pid in (self.process.pid, *descendants(self.process.pid))]


@contextlib.contextmanager
def running(peer: Peer, data: Data, folder: Path) -> Iterator[Server]:
    """A started server that has answered a query; ended at the end. Raises NotStartedError."""
    port = free_port()
    with (folder / "server.log").open("w+b") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            peer.command(data, port, folder),
            env=environment(peer.environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            server = Server(peer, port, process)
            _wait(server, started + peer.start_seconds, log)
            server.start_seconds = time.perf_counter() - started
            yield server
        finally:
            end(process)


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with changes, without settings of ours that the caller may have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    return {**kept, **changes}


def _wait(server: Server, until: float, log: IO[bytes]) -> None:
    while time.perf_counter() < until and server.process.poll() is None:
        with contextlib.suppress(OSError):
            status, body = server.ask("ASK { ?s ?p ?o }", JSON, 5)
            if status == 200 and b"true" in body:
                return
        time.sleep(PAUSE)
    log.seek(0)
    said = log.read().decode(errors="replace").strip().splitlines()
    ended = f"ended with code {server.process.poll()}" if server.process.poll() is not None else "is too slow"
    raise NotStartedError(f"{server.peer.name} {ended}: {said[-1] if said else 'no message'}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and what it started: asked first, killed after ten seconds."""
    others = descendants(process.pid)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in others:
        if _is_running(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def resident(pid: int) -> float:
    """The resident memory of a process in megabytes; 0 when it has ended."""
    return int(_status(pid).get("VmRSS", "0 kB").split()[0]) / 1024


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have, as far as they run."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        parents.setdefault(int(_status(int(path.name)).get("PPid", "0")), []).append(int(path.name))
    found = sorted(parents.get(pid, []))
    for child in found:
        found += sorted(parents.get(child, []))
    return found


def _is_running(pid: int) -> bool:
    return _status(pid).get("State", "Z")[0] != "Z"


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
