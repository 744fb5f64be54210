"""Connections that are given up: what a client may hold, for how long, and the problem that it gets to read.

Of the requests on a connection this knows which is being read and which is being answered; reading and
answering them is ``connection``'s.
"""

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from renkei_kg.web import addresses, crowding, problems
from renkei_kg.web.cache import wire
from renkei_kg.web.headers import ALWAYS

LINGER_SECONDS = 1.0


class Refusing(HttpToolsProtocol):
    """A connection that is closed when its client is too slow, idle for too long or takes nothing of what is
    sent, and when there are more connections than there may be."""

    def __init__(
        self, header_seconds: float, config: Config, server_state: Any, app_state: Any, loop: Any
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self._header_seconds = header_seconds
        self._most, self.limit_concurrency = config.limit_concurrency or 0, None
        self.address = self.holder = ""
        self.since = self.loop.time()
        self._active: RequestResponseCycle | None = None
        # Of the request being read: bytes received before its headers ended; whether these have yet to come,
        # and whether all of it is there.
        self._pending = 0
        self._heading, self._whole = True, True
        self._refused: tuple[int, str] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        if self.client is not None:
            self.address = addresses.plain(self.client[0])
            self.holder = addresses.share(self.address)
            self.client = (self.address, self.client[1])
        self._flushing = crowding.Flushing(self.transport, self.timeout_keep_alive, self.drop)
        self._start_timer()
        self._make_room()

    def _make_room(self) -> None:
        """Drops connections that others need more, when there are too many."""
        if len(self.connections) > self._most:
            ours = [one for one in self.connections if isinstance(one, Refusing)]
            for one in crowding.superfluous(ours, self._most):
                if one is not self:
                    self.connections.discard(one)
                    one.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._flushing.stop()
        if self._resting is not None:
            self._resting.cancel()
        # uvicorn tells only the last request of a pipeline that its client has left.
        for cycle in (self._active, *(cycle for cycle, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def rank(self) -> int | None:
        """See ``crowding``: idle ones go first, then those that do not take what is sent."""
        if self._active is None or self._active.response_complete:
            return int(self.transport.get_write_buffer_size() > 0)
        return 0 if self._receiving() else None

    def _receiving(self) -> bool:
        """Whether the request being answered is still being sent."""
        cycle = self._active
        return cycle is not None and cycle is self.cycle and not self._whole and not cycle.response_started

    def drop(self) -> None:
        """Closes at once, whatever is still to be sent."""
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._flushing.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._flushing.stop()

    def _rest(self) -> None:
        """Waits for the next request, as after any answer, with one timer for many of them."""
        self.since = self.loop.time()
        self._flushing.begin()
        self.server_state.total_requests += 1
        if self._resting is None:
            self._resting = self.loop.call_later(self.timeout_keep_alive, self._rested)

    def _rested(self) -> None:
        """Closes a connection that has been idle for as long as it may be; else looks again when it is so."""
        left = self.since + self.timeout_keep_alive - self.loop.time()
        idle = self._whole and not self._pending and self.rank() is not None
        self._resting = None
        if left > 0:
            self._resting = self.loop.call_later(left, self._rested)
        elif idle and self.timeout_keep_alive_task is None:
            self.transport.close()

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._header_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._heading:
            self._refuse(408, f"The request's headers were not whole after {self._header_seconds} seconds.")
        elif self.rank() is not None:
            self.transport.close()

    def _refuse(self, status: int, detail: str) -> None:
        """Reads no more, and when what was asked before is answered, answers with a problem and closes."""
        if self._refused is None:
            self._refused = status, detail
            self._stop_timer()
            self._send_refusal(status, detail)

    def _send_refusal(self, status: int, detail: str) -> None:
        if self.rank() is None or self.transport.is_closing():
            return
        if self._receiving():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        retry = {"Retry-After": "5"} if status == 503 else {}
        problem = problems.Problem(status, detail, headers={**ALWAYS, **retry, "Connection": "close"})
        _, headers, body = problems.answer(problem, None, str)
        lines = [b"%s: %s\r\n" % pair for pair in wire(headers, len(body))]
        self.transport.write(b"".join((STATUS_LINE[status], *lines, b"\r\n", body)))
        # Closed at once with bytes unread, the client would not get to read why.
        self.transport.write_eof()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
