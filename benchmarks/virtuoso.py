"""Virtuoso 7 as a server under measurement: a database of its own for each graph, filled by its bulk loader.

The settings are those of the file that comes with it, but for what a benchmark needs: loopback only, page
buffers as its own table says for a machine with 4 GB to spare, no limit on time, nothing compressed.
"""

import re
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.servers import HOST, Data, NotStartedError, Peer, free_port

SERVER, CLIENT = "virtuoso-t", "isql-vt"
GRAPH = "urn:renkei:union"
SETTINGS = "virtuoso.ini"
ARGUMENTS = ("+foreground", "+configfile", SETTINGS)
LOAD_SECONDS = 600
SQL = "ld_dir('{folder}', '{file}', '{graph}'); rdf_loader_run(); checkpoint; shutdown;"
INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000

[Parameters]
ServerPort = {host}:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 0
DirsAllowed = {loaded}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 2G
ThreadsPerQuery = 4

[HTTPServer]
ServerPort = {host}:{port}
ServerRoot = .
MaxClientConnections = 20
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 30
EnabledGzipContent = 0

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""


def virtuoso(name: str) -> Peer | None:
    """Virtuoso, or None when it is not installed."""
    server, client = shutil.which(SERVER), shutil.which(CLIENT)
    if server is None or client is None:
        return None

    def command(data: Data, port: int, folder: Path) -> list[str]:
        settings(folder, port, data.union.parent)
        return [server, *ARGUMENTS]

    def prepare(data: Data, folder: Path) -> None:
        sql_port = settings(folder, free_port(), data.union.parent)
        with (folder / "load.log").open("wb") as log:
            process = subprocess.Popen(
                [server, *ARGUMENTS],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                _fill(client, sql_port, data, process)
                process.wait(60)
            except subprocess.TimeoutExpired as error:
                raise NotStartedError(f"{name} takes too long to load: {error}") from None
            finally:
                process.kill()
                process.wait()

    return Peer(name, command, f"/sparql?default-graph-uri={GRAPH}&", prepare)


def version() -> str:
    """The version that the installed server says it is."""
    said = subprocess.run([SERVER, "-?"], capture_output=True, text=True, check=False)
    found = re.search(r"Version ([0-9.]+)", said.stdout + said.stderr)
    return found[1] if found else "7"


def settings(folder: Path, port: int, loaded: Path, *, buffers: int = 340_000, rows: int = 1_000_000) -> int:
    """Writes the settings of a server that runs in ``folder``, loads files of ``loaded`` and gives at most
    ``rows`` rows; gives the port of its SQL side."""
    sql_port = free_port()
    text = INI.format(
        host=HOST,
        sql_port=sql_port,
        port=port,
        loaded=loaded,
        buffers=buffers,
        dirty=buffers * 3 // 4,
        rows=rows,
    )
    (folder / SETTINGS).write_text(text, encoding="utf-8")
    return sql_port


def _fill(client: str, sql_port: int, data: Data, process: subprocess.Popen[bytes]) -> None:
    statements = SQL.format(folder=data.union.parent, file=data.union.name, graph=GRAPH)
    until = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < until and process.poll() is None:
        done = subprocess.run(
            [client, f"{HOST}:{sql_port}", "dba", "dba", f"exec={statements}"],
            capture_output=True,
            text=True,
            timeout=LOAD_SECONDS,
            check=False,
        )
        if "Connect failed" not in done.stdout + done.stderr:
            return
        time.sleep(0.1)
    raise NotStartedError("Virtuoso did not start to load.")
