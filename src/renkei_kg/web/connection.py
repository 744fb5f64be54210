"""HTTP/1.1 connections: uvicorn's, with limits on a request's headers, and a short way for kept answers.

A kept answer is written at once, before an application is asked: no task, no ASGI messages. One that is ready
to be kept is written in one piece.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from renkei_kg.web.cache import Form
from renkei_kg.web.exchange import merged
from renkei_kg.web.transfer import LOOKED, WRITE, BrokenOffError

METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
STATUS_LINES = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}
SILENT = "Invalid HTTP request received."


Shortcut = Callable[[str, bytes, Mapping[bytes, bytes], str], Form | None]


class Connection(HttpToolsProtocol):
    """A connection that is closed when its headers are too large (431) or too slow (408).

    ``shortcut`` gives the answer to a GET or HEAD (method, target, headers, client) that needs no work.
    """

    def __init__(
        self,
        header_bytes: int,
        header_seconds: float,
        shortcut: Shortcut,
        config: Config,
        server_state: Any,
        app_state: Any,
        _loop: Any = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._header_bytes, self._header_seconds, self._shortcut = header_bytes, header_seconds, shortcut
        self._pending = 0
        self._heading = True
        self._timer: asyncio.TimerHandle | None = None
        self._answered = False
        self._looked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # as asyncio calls it
        self._timer = self.loop.call_later(self._header_seconds, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._heading:
            self._pending += len(data)
            if self._timer is None:
                self._timer = self.loop.call_later(self._header_seconds, self._too_slow)
        try:
            super().data_received(data)
        except Exception:  # noqa: BLE001  # whatever a stranger's bytes bring about ends this connection only
            self._refuse(400, b"Bad Request")
            return
        if self._heading and self._pending > self._header_bytes:
            self._refuse(431, b"Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._heading = True

    def on_headers_complete(self) -> None:
        """Answers at once what is kept; else has the application asked, which need not look again."""
        self._heading = False
        self._pending = 0
        self._stop_timer()
        self._looked = False
        self._answered = self._answer()
        if not self._answered:
            super().on_headers_complete()
            write = partial(self._write_whole, self.cycle)
            cast("dict[str, Any]", self.scope)["extensions"] = {WRITE: write, LOOKED: self._looked}

    def on_body(self, body: bytes) -> None:
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._heading = True
        if self._answered:
            self._answered = False
            self._rest()
        else:
            super().on_message_complete()

    def _answer(self) -> bool:
        """Writes a kept answer, when nothing stands before it on this connection."""
        method = METHODS.get(self.parser.get_method())
        free = self.cycle is None or self.cycle.response_complete
        if method is None or not free or self.flow.write_paused or self.transport.is_closing():
            return False
        if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
            return False
        self._looked = True
        address = self.client[0] if self.client else ""
        form = self._shortcut(method, self.url, merged(self.headers), address)
        if form is None:
            return False
        self._write(form, method)
        return True

    def _write(self, form: Form, method: str) -> None:
        server = [b"%s: %s\r\n" % pair for pair in self.server_state.default_headers]
        body = b"" if method == "HEAD" else form.body
        self.transport.write(b"".join((STATUS_LINES[form.status], *server, form.head, body)))

    def _write_whole(self, cycle: RequestResponseCycle, form: Form) -> bool:
        """Writes the answer to a request that an application was asked for, in one piece. False when that
        cannot be done now: then the application sends it by ASGI messages."""
        if cycle.disconnected or cycle.response_started or self.flow.write_paused or not cycle.keep_alive:
            return False
        self._write(form, cycle.scope["method"])
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def _rest(self) -> None:
        """Waits for the next request, as after any answer."""
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._heading:
            self._refuse(408, b"Request Timeout")

    def _refuse(self, status: int, reason: bytes) -> None:
        self._stop_timer()
        if self.transport is not None and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                head = b"HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                self.transport.write(head % (status, reason))
            self.transport.close()


def quiet() -> None:
    """Leaves out of the log what is not the server's fault: broken requests, answers broken off."""

    def keep(record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return kind is not BrokenOffError and record.getMessage() != SILENT

    logging.getLogger("uvicorn.error").addFilter(keep)
