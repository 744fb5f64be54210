"""One request and its answer over ASGI: from the cache, from a handler, from the endpoint, or from Flask."""

import asyncio
import contextlib
import logging
import time
from typing import Any
from urllib.parse import quote

from renkei_kg.engine.contract import EngineError, QueryTooLarge, Result
from renkei_kg.web import behind, protocol, sparql
from renkei_kg.web import cache as caching
from renkei_kg.web.accesslog import Line
from renkei_kg.web.exchange import Key, Receive, Request, Response, Scope, Send, has_content, merged
from renkei_kg.web.headers import ALWAYS, PREFLIGHT
from renkei_kg.web.metrics import KEPT
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.problems import Problem, from_engine
from renkei_kg.web.serving import ENDPOINT, Serving, alias

WRITE = "renkei.write"
LOOKED = "renkei.looked"
WATCH_SECONDS = 0.02
GATHERED_MOST = 8 << 20
# What all clients together may leave unread of answers that the server holds for each of them alone.
HELD_MOST, SMALL, PIECE = 64 << 20, 1 << 18, 1 << 16
ANSWER = "renkei.answer"
TOO_MUCH_UNREAD = "Too much of what the server has answered is not taken by its clients. Ask again soon."
log = logging.getLogger(__name__)


class BrokenOffError(Exception):
    """Raised to the server so that it closes the connection: an answer that was begun cannot be ended."""


class Transfer:
    """Answers one request. ``run`` is called once."""

    def __init__(self, serving: Serving, scope: Scope, receive: Receive, send: Send) -> None:
        self.serving, self.scope, self._receive, self._send = serving, scope, receive, send
        self.started = time.perf_counter()
        self.headers = merged(scope["headers"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        if len(self.path) > 1 and self.path.endswith("/"):
            self.path = self.path.rstrip("/") or "/"
        self.status, self.sent, self.outcome, self.query = 0, 0, "ok", ""
        self.version = serving.version()
        self._task: asyncio.Task[Any] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._left = False

    async def run(self) -> None:
        """Answers the request, whatever happens, and notes what became of it."""
        try:
            if not await self._known():
                await self._answer()
        except asyncio.CancelledError:
            if self._left:
                self.outcome = "client left"
            else:
                await self._stopped()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            if self._watcher is not None:
                self._watcher.cancel()
            self._note()

    async def _stopped(self) -> None:
        """The server stops and waits no longer: says so, unless an answer has begun already."""
        self.outcome = "stopped"
        if self.status:
            raise BrokenOffError from None
        retry = {"Retry-After": "5", "Connection": "close"}
        await self._deliver(
            self._problem(Problem(503, "The server is stopping. Ask again soon.", headers=retry))
        )

    async def _known(self) -> bool:
        """Answers a request that is kept exactly as it came, unless the server has looked for it already."""
        if self.method not in ("GET", "HEAD") or self.scope.get("extensions", {}).get(LOOKED):
            return False
        form = self.serving.known(self._target(), self.headers)
        if form is None:
            return False
        await self._kept(form)
        return True

    def _target(self) -> bytes:
        """The request target (RFC 9112, section 3.2.1)."""
        query: bytes = self.scope["query_string"]
        path: bytes = self.scope["raw_path"]
        return b"%s?%s" % (path, query) if query else path

    def _alias(self) -> Key:
        return alias(self._target(), self.headers)

    async def _kept(self, form: caching.Form) -> None:
        self.outcome = KEPT
        await self._form(form)

    async def _answer(self) -> None:
        """Answers a request that is not kept as it came."""
        serving = self.serving
        response: Response | None
        try:
            if self.method == "OPTIONS":
                response = Response(204, {**PREFLIGHT, **self._allowed()})
            elif self.path == ENDPOINT:
                response = await self._endpoint()
            elif route := serving.route(self.path):
                request = await self._request()
                self._watch()
                response = await serving.routes[route](request)
            else:
                response = await self._page(await self._request())
        except Problem as problem:
            response = self._problem(problem)
        except EngineError as error:
            response = self._problem(from_engine(error))
        except Exception:
            log.exception("fault while answering %s %r", self.method, self.path)
            response = self._problem(Problem(500, "This is a fault of the server; it has been noted."))
        if response is not None:
            await self._deliver(response)

    def _problem(self, problem: Problem) -> Response:
        return self.serving.problem(problem, self._header(b"accept"))

    def _allowed(self) -> dict[str, str]:
        methods = {ENDPOINT: protocol.METHODS, "/graphs": "GET, HEAD, POST, PUT, DELETE, OPTIONS"}
        allowed = methods.get(self.serving.route(self.path) or self.path, "GET, HEAD, OPTIONS")
        return {"Allow": allowed, "Access-Control-Allow-Methods": allowed}

    async def _endpoint(self) -> Response | None:
        """Answers a request to ``/sparql``; None when it is answered already."""
        serving = self.serving
        request = await self._request()
        if request.reads and has_content(self.headers):
            raise Problem(400, "A query by GET has no body: send it in the URL, or by POST.")
        asked = protocol.read(request, serving.settings.query_seconds)
        if asked is None:
            return await self._described(request)
        if isinstance(asked, protocol.Update):
            self.query = asked.text
            protocol.authorise(request, serving.settings.write_token)
            assert serving.update is not None
            return await serving.update(request, asked)
        self.query = asked.query.text
        return await self._query(request, serving.want(request, asked))

    async def _query(self, request: Request, wanted: sparql.Wanted) -> Response | None:
        """Answers a query; None when it is answered already."""
        serving = self.serving
        entry = serving.cache.get(wanted.key)
        if entry is not None:
            if request.reads:
                serving.cache.name(self._alias(), wanted.key)
            await self._kept(serving.form(wanted.key, entry, self.headers))
            return None
        serving.metrics.missed += 1
        tag = wanted.tag(self.version)
        if wanted.lasting and request.reads and caching.names(request.headers.get("if-none-match"), tag):
            headers = {**sparql.described(self.version, wanted.form.content_type), "ETag": tag}
            await self._not_modified({**ALWAYS, **headers})
            return None
        self._watch()
        if wanted.form is HTML:
            self.scope[ANSWER] = await sparql.gather(wanted, serving.engine, request.client)
            return await self._page(request)
        response = await sparql.answer(wanted, serving.engine, request.client)
        if response.kept:
            response.key = wanted.key
        return response

    async def _described(self, request: Request) -> Response | None:
        describe = self.serving.describe
        return Response(303, {"Location": "/"}) if describe is None else await describe(request)

    async def _page(self, request: Request) -> Response:
        if self._task is None:
            self._watch()
        response = await behind.ask(self.serving.pages, self.scope, request)
        response.key = self._alias()
        return response

    async def _request(self) -> Request:
        """The request with its whole body. Raises Problem 408 or 413."""
        body = await self._body() if self.method not in ("GET", "HEAD") else b""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers.items()}
        address = self._address()
        client = self.serving.client(address, self.headers)
        url = ""
        if self.scope["http_version"] != "1.0" or b"host" in self.headers:
            url = self.serving.origin(self.scope["scheme"], address, self.headers) + self._path()
        return Request(self.method, self.path, self.scope["query_string"], headers, body, client, url)

    def _path(self) -> str:
        """The path as it was sent; what a URL cannot hold is percent-encoded."""
        return quote(self.scope["raw_path"], safe="%/:@!$&'()*+,;=")

    async def _body(self) -> bytes:
        most = self.serving.settings.request_bytes
        declared = self.headers.get(b"content-length", b"0")
        too_large = Problem(
            413,
            f"The request's body is larger than {most} bytes, the most that is taken.",
            {"limit": "request_bytes"},
        )
        if not declared.isdigit() or int(declared) > most:
            raise too_large
        body = bytearray()
        seconds = self.serving.settings.header_seconds
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        self._left = True
                        raise asyncio.CancelledError
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise too_large
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Problem(
                408, f"The request was not whole after {seconds} seconds.", headers={"Connection": "close"}
            ) from None

    def _header(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def _watch(self) -> None:
        """Ends the work on this request when its client hangs up; looks after a moment, as most are quick."""
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._begin_watching)

    def _begin_watching(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watching())

    async def _watching(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._left = True
        if self._task is not None:
            self._task.cancel()

    async def _deliver(self, response: Response) -> None:
        """Sends a response, and keeps it when it may be kept."""
        if response.outcome != "ok":
            self.outcome = response.outcome
        self.version = response.headers.get("Renkei-Snapshot", self.version)
        response.headers = {**ALWAYS, **response.headers}
        if isinstance(response.body, bytes):
            if response.kept and self._is_current(response):
                entry = self.serving.keep(response.key, response, response.body)
                if self.method in ("GET", "HEAD"):
                    self.serving.cache.name(self._alias(), response.key)
                await self._form(entry.forms["identity"])
                return
            length = None if response.status in (204, 304) else len(response.body)
            await self._whole(response.status, caching.wire(response.headers, length), response.body)
            return
        with contextlib.closing(response.body):
            await self._stream(response, response.body)

    def _is_current(self, response: Response) -> bool:
        return response.headers.get("Renkei-Snapshot", self.version) == self.serving.version()

    async def _stream(self, response: Response, result: Result) -> None:
        """Sends an answer as it comes. What breaks off is not ended, so that nobody takes it for whole."""
        if self.scope["http_version"] == "1.0":
            await self._gathered(response, result)
            return
        await self._start(response.status, caching.wire(response.headers, None))
        if self.method == "HEAD":
            await self._end(b"")
            return
        room = self.serving.cache.limit // 8 if response.kept else 0
        kept: list[bytes] = []
        try:
            async for chunk in result:
                room -= len(chunk)
                kept = [*kept, chunk] if room >= 0 else []
                self.sent += len(chunk)
                await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        except EngineError as error:
            self.outcome = f"broken off: {from_engine(error).outcome}"
            raise BrokenOffError from None
        await self._end(b"")
        if room >= 0 and response.kept and self._is_current(response):
            self.serving.keep(response.key, response, b"".join(kept))

    async def _gathered(self, response: Response, result: Result) -> None:
        """For HTTP/1.0, which has no way to tell an answer that broke off from a whole one."""
        chunks: list[bytes] = []
        size = 0
        try:
            async for chunk in result:
                chunks.append(chunk)
                size += len(chunk)
                if size > GATHERED_MOST:
                    raise QueryTooLarge("The answer is too large for HTTP/1.0: ask by HTTP/1.1.", "result_mb")
        except EngineError as error:
            await self._deliver(self._problem(from_engine(error)))
            return
        body = b"".join(chunks)
        chunks.clear()  # else they would stay as long as the client takes to read
        await self._whole(response.status, caching.wire(response.headers, size), body)

    async def _not_modified(self, headers: dict[str, str]) -> None:
        kept = {name: value for name, value in headers.items() if name != "Content-Type"}
        await self._whole(304, caching.wire(kept, None), b"")

    async def _form(self, form: caching.Form) -> None:
        """Sends an answer that is kept: in one piece, where the server can."""
        write = self.scope.get("extensions", {}).get(WRITE)
        if write is not None and write(form):
            self.status = form.status
            self.sent += 0 if self.method == "HEAD" else len(form.body)
        else:
            await self._whole(form.status, form.headers, form.body)

    async def _whole(self, status: int, headers: caching.Headers, body: bytes) -> None:
        if len(body) > SMALL and self.method != "HEAD":
            await self._held(status, headers, body)
            return
        await self._start(status, headers)
        if self.method != "HEAD":
            self.sent += len(body)
        await self._end(body)

    async def _held(self, status: int, headers: caching.Headers, body: bytes) -> None:
        """Sends a large body piece by piece, and counts it until its client has taken it."""
        serving = self.serving
        if serving.held + len(body) > HELD_MOST:
            retry = {"Retry-After": "5"}
            await self._deliver(self._problem(Problem(503, TOO_MUCH_UNREAD, {"limit": "unread"}, retry)))
            return
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

    def _note(self) -> None:
        line = Line(
            self._address(),
            self.method,
            self.path,
            self.status,
            self.outcome,
            self.sent,
            time.perf_counter() - self.started,
            self.version,
            self.query,
        )
        self.serving.note(line, self.headers)

    def _address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""
