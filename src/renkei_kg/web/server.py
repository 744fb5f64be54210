"""Runs the application on granian and says where it listens."""

import contextlib
import multiprocessing
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from granian.constants import Interfaces
from granian.server import Server

from renkei_kg import snapshot
from renkei_kg.config import Settings, variable
from renkei_kg.errors import RenkeiError

READY_SECONDS = 60.0
THREADS = 16


class ServingError(RenkeiError):
    """The server cannot start; the message says why and what to do."""


def serve(settings: Settings, host: str, port: int) -> int:
    """Serves until it is told to stop (SIGINT or SIGTERM). Returns the exit code.

    Raises ServingError when the address is taken, and SnapshotError when there is nothing to serve.
    """
    snapshot.open_current(settings.snapshots)
    _free(host, port)
    os.environ[variable("snapshots")] = str(settings.snapshots.resolve())
    # A forked process would inherit the locks that this one's threads hold at that moment.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "renkei_kg.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    server.serve()
    return 0


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServingError(
                f"cannot listen on {host} port {port}: {error.strerror}. Choose another by --port or PORT=…."
            ) from None


def _announce(host: str, port: int) -> None:
    """Prints the address once a query is answered there."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/health", timeout=5).close()  # noqa: S310  # our own address
            print(f"Renkei KG is served at {address}/ (SPARQL endpoint: {address}/sparql)", flush=True)
            return
        time.sleep(0.1)
    print("renkei-kg: the server did not become ready; see its log.", file=sys.stderr, flush=True)
