"""Real engines, each started empty on a free port of loopback and ended by its process."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.servers import end, free_port
from benchmarks.virtuoso import ARGUMENTS, SERVER, settings

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
# So that an engine ends with the tests, also when these are killed (Linux, prctl(2)).
TIED = ("setpriv", "--pdeathsig", "TERM")
OXIGRAPHS = {"engine": "query", "engine_update": "update", "engine_graphs": "store"}
VIRTUOSOS = {"engine": "sparql", "engine_update": "sparql-auth", "engine_graphs": "sparql-graph-crud-auth"}
START_SECONDS = 180
TRIES = 5
PAUSE = 0.05
BUFFERS = 20_000
MOST_ROWS = 40_000


@dataclass(frozen=True)
class Running:
    """An engine that runs: its name, its process, and the settings by which a server asks it."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    settings: dict[str, str] = field(default_factory=dict)

    def ask(self, query: str, accept: str) -> tuple[int, bytes]:
        """The status and body of an answer of its own."""
        url = self.settings["engine"].partition(str(self.port))[2]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", f"{url}?query={quote(query)}", headers={"Accept": accept})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def oxigraph(folder: Path, port: int = 0, seconds: int = 20) -> Iterator[Running]:
    """Oxigraph's server on a store in a folder, with its own limit on the time of a query, or without (0)."""

    def made(number: int) -> tuple[list[str], dict[str, str]]:
        url = f"http://127.0.0.1:{number}"
        options = ["--location", str(folder / "store"), "--bind", f"127.0.0.1:{number}"]
        # It does not notice that nobody waits for an answer any more: its own limit on time ends a query.
        options += ["--timeout-s", str(seconds)] if seconds else []
        addresses = {name: f"{url}/{path}" for name, path in OXIGRAPHS.items()}
        return [str(OXIGRAPH), "serve", *options], addresses

    with _running("Oxigraph", made, folder, port) as running:
        yield running


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    """Virtuoso 7 on a database in a folder, which is made."""
    if shutil.which(SERVER) is None:
        raise AssertionError("Virtuoso 7 is not installed: `make test` gets it (tests/engines/install.sh).")

    def made(number: int) -> tuple[list[str], dict[str, str]]:
        url = f"http://127.0.0.1:{number}"
        settings(folder, number, folder, buffers=BUFFERS, rows=MOST_ROWS)
        addresses = {name: f"{url}/{path}" for name, path in VIRTUOSOS.items()}
        shown = {"engine_user": "dba", "engine_password": "dba", "engine_digest": "1"}
        timeout = {"engine_timeout": "timeout={milliseconds}"}
        return [SERVER, *ARGUMENTS], {**addresses, **shown, **timeout}

    with _running("Virtuoso", made, folder, 0) as running:
        yield running


@contextmanager
def _running(
    name: str, made: Callable[[int], tuple[list[str], dict[str, str]]], folder: Path, port: int
) -> Iterator[Running]:
    """An engine that answers: on the port given, or on a free one, another if somebody is quicker."""
    with ExitStack() as ending:
        for _ in range(TRIES):
            number = port or free_port()
            command, settings = made(number)
            if shutil.which(TIED[0]):
                command = [*TIED, *command]
            with (folder / "log").open("wb") as log:
                process = subprocess.Popen(
                    command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            ending.callback(end, process)
            running = Running(name, number, process, settings)
            if _answers(running):
                yield running
                return
        raise AssertionError(f"{name} does not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def _answers(running: Running) -> bool:
    """Whether an engine comes to answer, once it does or has ended."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if running.ask("ASK {}", "application/sparql-results+json")[0] == 200:
                return running.process.poll() is None
        time.sleep(PAUSE)
    return False


def command(arguments: Sequence[str], snapshots: Path, engine: Running) -> subprocess.Popen[str]:
    """A command of the program, begun, with the settings of an engine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    given = {f"RENKEI_{name.upper()}": value for name, value in engine.settings.items()}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("renkei-kg")), *arguments],
        env={**kept, **given, "RENKEI_SNAPSHOTS": str(snapshots)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(arguments: Sequence[str], snapshots: Path, engine: Running, code: int = 0) -> str:
    """What a command of the program says on standard error and output, once it has ended with ``code``."""
    with command(arguments, snapshots, engine) as process:
        output, errors = process.communicate(timeout=120)
    assert process.returncode == code, (output, errors)
    return errors + output
