"""Sending an answer over ASGI: whole, as it comes, or in pieces so that what is left unread is known."""

from typing import Final

from renkei_kg.engine.contract import QueryTooLarge, Result
from renkei_kg.web import cache as caching
from renkei_kg.web.exchange import Response, Scope, Send
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving

WRITE: Final = "renkei.write"
GATHERED_MOST: Final = 8 << 20
# What all clients together may leave unread of answers that the server holds for each of them alone.
HELD_MOST: Final = 64 << 20
SMALL: Final = 1 << 18
PIECE: Final = 1 << 16
TOO_MUCH_UNREAD: Final = (
    "Too much of what the server has answered is not taken by its clients. Ask again soon."
)


class Sending:
    """The answer to one request. ``status`` is 0 until it has begun, ``sent`` are the bytes of its body."""

    def __init__(self, serving: Serving, scope: Scope, send: Send) -> None:
        self._serving, self._scope, self._send = serving, scope, send
        self._bare = scope["method"] == "HEAD"
        self.status = self.sent = 0

    async def form(self, form: caching.Form) -> None:
        """Sends an answer that is kept: in one piece, where the server can. Raises Problem 503."""
        write = self._scope.get("extensions", {}).get(WRITE)
        if write is not None and write(form):
            self.status = form.status
            self.sent += 0 if self._bare else len(form.body)
        else:
            await self.whole(form.status, form.headers, form.body)

    async def whole(self, status: int, headers: caching.Headers, body: bytes) -> None:
        """Sends an answer that is there. Raises Problem 503 instead when clients leave too much unread."""
        if len(body) > SMALL and not self._bare:
            await self._held(status, headers, body)
            return
        await self._start(status, headers)
        if not self._bare:
            self.sent += len(body)
        await self._end(body)

    async def stream(self, response: Response, result: Result, room: int) -> bytes | None:
        """Sends an answer as it comes, and gives it back when it was sent whole and in ``room`` bytes.

        Raises EngineError: when ``status`` is set by then, the answer has broken off and is not ended, so
        that nobody takes it for whole.
        """
        if self._scope["http_version"] == "1.0" and "Content-Length" not in response.headers:
            await self._gathered(response, result)
            return None
        headers = response.headers
        if "Content-Length" not in headers:
            # nginx would gather it on its disk, and its client wait.
            headers = {**headers, "X-Accel-Buffering": "no"}
        await self._start(response.status, caching.wire(headers, None))
        if self._bare:
            await self._end(b"")
            return None
        kept: list[bytes] = []
        async for chunk in result:
            room -= len(chunk)
            kept = [*kept, chunk] if room >= 0 else []
            self.sent += len(chunk)
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._end(b"")
        return b"".join(kept) if room >= 0 else None

    async def _gathered(self, response: Response, result: Result) -> None:
        """For HTTP/1.0, which has no way to tell an answer that broke off from a whole one."""
        chunks: list[bytes] = []
        size = 0
        async for chunk in result:
            chunks.append(chunk)
            size += len(chunk)
            if size > GATHERED_MOST:
                raise QueryTooLarge("The answer is too large for HTTP/1.0: ask by HTTP/1.1.", "result_mb")
        body = b"".join(chunks)
        chunks.clear()  # else they would stay as long as the client takes to read
        await self.whole(response.status, caching.wire(response.headers, size), body)

    async def _held(self, status: int, headers: caching.Headers, body: bytes) -> None:
        """Sends a large body piece by piece, and counts it until its client has taken it."""
        serving = self._serving
        if serving.held + len(body) > HELD_MOST:
            raise Problem(503, TOO_MUCH_UNREAD, {"limit": "unread"}, {"Retry-After": "5"})
        serving.held += len(body)
        try:
            await self._start(status, headers)
            for start in range(0, len(body), PIECE):
                piece = body[start : start + PIECE]
                self.sent += len(piece)
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._end(b"")
        finally:
            serving.held -= len(body)

    async def _start(self, status: int, headers: caching.Headers) -> None:
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _end(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body})
