"""Runs the application on uvicorn and says where it listens."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from functools import partial
from typing import cast

import uvicorn

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineError
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.errors import RenkeiError
from renkei_kg.web.app import create_app
from renkei_kg.web.connection import Connection, quiet
from renkei_kg.web.front import Front
from renkei_kg.web.shortcut import Shortcut

BACKLOG = 2048


class ServingError(RenkeiError):
    """The server cannot start; the message says why and what to do."""


def serve(settings: Settings, host: str, port: int) -> int:
    """Serves until it is told to stop (SIGINT or SIGTERM). Returns the exit code.

    Raises ServingError when the address is taken, and SnapshotError when there is nothing to serve.
    """
    snapshot.open_current(settings.snapshots)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    quiet()
    with contextlib.closing(_listen(host, port)) as listener:
        front = create_app(settings, _engine(settings))
        config = uvicorn.Config(
            front,
            loop="uvloop",
            http=cast(
                "type[asyncio.Protocol]",
                partial(Connection, settings.header_bytes, settings.header_seconds, Shortcut(front.serving)),
            ),
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=settings.connections,
            timeout_keep_alive=settings.idle_seconds,
            timeout_graceful_shutdown=settings.stop_seconds,
        )
        # What has been loaded by now stays: looking through it again and again would find no garbage.
        gc.collect()
        gc.freeze()
        server = _Announcing(config, front, host, listener.getsockname()[1])
        server.run([listener])
    return 0 if server.started else 1


def _engine(settings: Settings) -> Engine:
    """The engine that the settings name. Raises SettingError."""
    if not settings.engine:
        return EmbeddedEngine(settings)
    from renkei_kg.engine.remote.engine import RemoteEngine  # noqa: PLC0415  # no other server needs it

    return RemoteEngine(settings)


class _Announcing(uvicorn.Server):
    """Prints the address once a query is answered there."""

    def __init__(self, config: uvicorn.Config, front: Front, host: str, port: int) -> None:
        super().__init__(config)
        self._front, self._host, self._port = front, host, port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        shown = f"[{self._host}]" if ":" in self._host else self._host
        address = f"http://{shown}:{self._port}"
        try:
            await self._front.serving.ready()
        except EngineError as error:
            print(f"renkei-kg: the server is not ready: {error}", file=sys.stderr, flush=True)
            return
        print(f"Renkei KG is served at {address}/ (SPARQL endpoint: {address}/sparql)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # Having stopped as it was told, the process ends well and not by the signal that told it.
        self._captured_signals.clear()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ServingError(
            f"cannot listen on {host} port {port}: {error.strerror}. Choose another by --port or PORT=…."
        ) from None
    listener.listen(BACKLOG)
    return listener
