"""HTTP/1.1 connections: uvicorn's, with limits on what a client may send and hold, and a short way for kept
answers.

A kept answer is written at once, before an application is asked: no task, no ASGI messages. One that is ready
to be kept is written in one piece.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from renkei_kg.web import heads
from renkei_kg.web.cache import Form
from renkei_kg.web.exchange import merged
from renkei_kg.web.refusing import Refusing
from renkei_kg.web.sending import WRITE
from renkei_kg.web.transfer import LOOKED, BrokenOffError

METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
MOST_PIPELINED = 64
MOST_DISCARDED = 16 << 20
MOST_COPIED = 1 << 16

Shortcut = Callable[[str, bytes, Mapping[bytes, bytes], str], Form | None]


class Connection(Refusing):
    """A connection that is refused and closed when what it sends is no HTTP (400), too slow (408) or too
    large (414, 431), and when connections are too many (503).

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
        super().__init__(header_seconds, config, server_state, app_state, _loop)
        self._header_bytes, self._shortcut = header_bytes, shortcut
        # Of the request being read: the most bytes that its headers can have, those of its body thrown away.
        self._most_head = self._discarded = self._received = 0
        self._method = b""
        self._answered = self._looked = self._upgrading = False

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._refused:
            return
        self._received = len(data)
        if self._heading:
            self._pending += len(data)
            self._most_head += len(data)
        try:
            self._feed(memoryview(data))
        except Exception:  # noqa: BLE001  # whatever a stranger's bytes bring about ends this connection only
            self._refuse(400, "This is not HTTP/1.1.")
        if self._heading and self._pending:
            self._start_timer()
        if self._heading and self._pending > self._header_bytes:
            self._refuse(431, f"A request's headers may have {self._header_bytes} bytes.")

    def _feed(self, data: memoryview) -> None:
        while not self._refused:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # To the parser the rest is the new protocol's, a body too. It is not, as nothing is upgraded
                # (RFC 9110, section 7.8): the request is read again without the wish.
                data = data[upgrade.args[0] :]
                self._upgrading = False
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                self.parser.feed_data(
                    heads.without_upgrade(self._method.decode("ascii"), self.url, self.headers)
                )
            else:
                return

    def on_message_begin(self) -> None:
        # uvicorn's own makes the scope for an application here, which a kept answer does not need.
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._heading, self._whole = True, False
        self._most_head = self._received
        self._discarded = 0

    def on_headers_complete(self) -> None:
        """Answers at once what is kept; else has the application asked, which need not look again."""
        self._stop_timer()
        self._method = self.parser.get_method()
        if not self._refused:
            self._check_head()
        self._heading = False
        self._pending = 0
        if self._refused:
            return
        if self.parser.should_upgrade():
            self._upgrading = True
            return
        self._looked = False
        self._answered = self._answer()
        if not self._answered:
            self._begin_scope()
            super().on_headers_complete()
            write = partial(self._write_whole, self.cycle)
            cast("dict[str, Any]", self.scope)["extensions"] = {WRITE: write, LOOKED: self._looked}
            if len(self.pipeline) > MOST_PIPELINED:
                self._refuse(429, f"More than {MOST_PIPELINED} requests wait on this connection.")
            elif self.pipeline:
                # uvicorn stops reading here; then it would not hear that the client hangs up.
                self.flow.resume_reading()

    def _begin_scope(self) -> None:
        url, headers, expected = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expected
        self.headers.extend(headers)

    def _check_head(self) -> None:
        """Refuses a request by its line and headers, or because there are too many connections."""
        found = None
        if self._most_head > heads.SHORT or len(self.headers) > heads.MOST_FIELDS:
            found = heads.too_large(self.url, self.headers, self._header_bytes)
        if found is not None:
            self._refuse(*found)
        elif self._method == b"CONNECT":
            self._refuse(405, "This is no proxy.")
        elif len(self.connections) > self._most:
            self._refuse(503, "The server has too many connections now. Come again in a few seconds.")

    def on_body(self, body: bytes) -> None:
        if self._refused or self._upgrading:
            return
        if not self._answered and not self.cycle.response_complete:
            super().on_body(body)
            return
        # The answer is out: the rest is let by, so that the client comes to read it, but not without end.
        self._discarded += len(body)
        if self._discarded > MOST_DISCARDED:
            self.transport.close()

    def on_message_complete(self) -> None:
        if self._refused or self._upgrading:
            return
        self._heading, self._whole = True, True
        self._stop_timer()
        if self._answered:
            self._answered = False
            self._rest()
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._refused is not None:
            self._send_refusal(*self._refused)
            return
        self.since = self.loop.time()
        self._flushing.begin()
        if not self._whole:
            self._start_timer()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._active = cycle
        task = self.loop.create_task(cycle.run_asgi(app))
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._flushing.begin()

    def _answer(self) -> bool:
        """Writes a kept answer, when nothing stands before it on this connection."""
        method = METHODS.get(self._method)
        free = self.cycle is None or self.cycle.response_complete
        if method is None or not free or self.flow.write_paused or self.transport.is_closing():
            return False
        if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
            return False
        self._looked = True
        form = self._shortcut(method, self.url, merged(self.headers), self.address)
        if form is None:
            return False
        self._write(form, method)
        return True

    def _write(self, form: Form, method: str) -> None:
        head = b"".join((STATUS_LINE[form.status], _lines(*self.server_state.default_headers), form.head))
        body = b"" if method == "HEAD" else form.body
        if len(body) <= MOST_COPIED:
            self.transport.write(head + body)
        else:
            # Not a copy, so that many who take it slowly hold it once.
            self.transport.write(head)
            self.transport.write(body)

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


@lru_cache(maxsize=4)
def _lines(*headers: tuple[bytes, bytes]) -> bytes:
    """Headers that stay the same for a second, as lines."""
    return b"".join(b"%s: %s\r\n" % pair for pair in headers)


def quiet() -> None:
    """Leaves out of the log what is not the server's fault: answers broken off."""

    def keep(record: logging.LogRecord) -> bool:
        return not (record.exc_info and record.exc_info[0] is BrokenOffError)

    logging.getLogger("uvicorn.error").addFilter(keep)
