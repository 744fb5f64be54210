"""Real engines, each started empty on a free port of loopback and ended by its process."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.servers import end, free_port

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = "virtuoso-t"
START_SECONDS = 60
PAUSE = 0.05
INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 30

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""
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
def oxigraph(folder: Path, port: int = 0) -> Iterator[Running]:
    """Oxigraph's server on a store in a folder."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    # It does not notice that nobody waits for an answer any more: its own limit on time ends a query.
    options = ["--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}", "--timeout-s", "5"]
    command = [str(OXIGRAPH), "serve", *options]
    settings = {"engine": f"{url}/query", "engine_update": f"{url}/update", "engine_graphs": f"{url}/store"}
    with _running("Oxigraph", command, folder, port, settings) as running:
        yield running


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    """Virtuoso 7 on a database in a folder, which is made."""
    if shutil.which(VIRTUOSO) is None:
        raise AssertionError("Virtuoso 7 is not installed: `make test` gets it (tests/engines/install.sh).")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "virtuoso.ini").write_text(INI.format(sql=free_port(), port=port, rows=MOST_ROWS))
    settings = {
        "engine": f"{url}/sparql",
        "engine_update": f"{url}/sparql-auth",
        "engine_graphs": f"{url}/sparql-graph-crud-auth",
        "engine_user": "dba",
        "engine_password": "dba",
        "engine_digest": "1",
        "engine_timeout": "timeout={milliseconds}",
    }
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with _running("Virtuoso", command, folder, port, settings) as running:
        yield running


@contextmanager
def _running(
    name: str, command: Sequence[str], folder: Path, port: int, settings: dict[str, str]
) -> Iterator[Running]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    running = Running(name, port, process, settings)
    try:
        _wait(running, folder / "log")
        yield running
    finally:
        end(process)


def _wait(running: Running, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if running.ask("ASK {}", "application/sparql-results+json")[0] == 200:
                return
        time.sleep(PAUSE)
    raise AssertionError(f"{running.name} does not start: {log.read_text(errors='replace')[-2000:]}")


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
