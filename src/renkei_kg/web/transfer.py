"""One request and its answer over ASGI: from the cache, from a handler, from the endpoint, or from Flask."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from renkei_kg.engine.contract import EngineError
from renkei_kg.web import archive, behind, endpoint, layout, protocol, receiving
from renkei_kg.web import cache as caching
from renkei_kg.web.accesslog import Line
from renkei_kg.web.exchange import Key, Receive, Request, Response, Scope, Send, merged
from renkei_kg.web.headers import ALWAYS, PREFLIGHT
from renkei_kg.web.metrics import KEPT
from renkei_kg.web.problems import Problem, from_engine
from renkei_kg.web.sending import Sending
from renkei_kg.web.serving import ENDPOINT, Serving, alias
from renkei_kg.web.sparql import Shown

LOOKED: Final = "renkei.looked"
ANSWER: Final = "renkei.answer"
WATCH_SECONDS: Final = 0.02
log = logging.getLogger(__name__)


class BrokenOffError(Exception):
    """Raised to the server so that it closes the connection: an answer that was begun cannot be ended."""


class Transfer:
    """Answers one request. ``run`` is called once."""

    def __init__(self, serving: Serving, scope: Scope, receive: Receive, send: Send) -> None:
        self.serving, self.scope, self._receive = serving, scope, receive
        self.started = time.perf_counter()
        self.headers: Mapping[bytes, bytes] = merged(scope["headers"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        if len(self.path) > 1 and self.path.endswith("/"):
            self.path = self.path.rstrip("/") or "/"
        self.outcome, self.query = "ok", ""
        self.version = serving.version()
        self._sending = Sending(serving, scope, send)
        self._task: asyncio.Task[Any] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._left = False

    async def run(self) -> None:
        """Answers the request, whatever happens, and notes what became of it."""
        try:
            await self._deliver(self._known() or await self._answer())
        except receiving.ClientLeftError:
            self.outcome = "client left"
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
        if self._sending.status:
            raise BrokenOffError from None
        retry = {"Retry-After": "5", "Connection": "close"}
        await self._deliver(
            self._problem(Problem(503, "The server is stopping. Ask again soon.", headers=retry))
        )

    def _known(self) -> caching.Form | None:
        """The answer that is kept to the request exactly as it came, unless the server has looked for it."""
        if self.method not in ("GET", "HEAD") or self.scope.get("extensions", {}).get(LOOKED):
            return None
        return self.serving.known(self._target(), self.headers)

    def _target(self) -> bytes:
        """The request target (RFC 9112, section 3.2.1)."""
        query: bytes = self.scope["query_string"]
        path: bytes = self.scope["raw_path"]
        return b"%s?%s" % (path, query) if query else path

    def alias(self) -> Key:
        """What the request is, exactly as it came."""
        return alias(self._target(), self.headers)

    async def _answer(self) -> endpoint.Answer:
        """The answer to a request that is not kept as it came. Raises ClientLeftError."""
        try:
            return await self._made()
        except Problem as problem:
            return self._problem(problem)
        except EngineError as error:
            return self._problem(from_engine(error))
        except receiving.ClientLeftError:
            raise
        except Exception:
            log.exception("fault while answering %s %r", self.method, self.path)
            return self._problem(Problem(500, "This is a fault of the server; it has been noted."))

    async def _made(self) -> endpoint.Answer:
        serving = self.serving
        version = archive.version_in(self.path)
        if self.method == "OPTIONS":
            return Response(204, {**PREFLIGHT, **self._allowed()})
        request = await receiving.request(serving, self.scope, self.path, self.headers, self._receive)
        if self.path == ENDPOINT or (version and version != archive.CURRENT):
            return await endpoint.answer(serving, self, request, version)
        if version:
            return archive.redirect(request, serving.engine.version())
        if route := serving.route(self.path):
            self.watch()
            return await serving.routes[route](request)
        return await self.page(request)

    def _problem(self, problem: Problem) -> Response:
        accept = self.headers.get(b"accept")
        page = layout.page_before(self.scope, self.headers)
        return self.serving.problem(problem, None if accept is None else accept.decode("latin-1"), page)

    def _allowed(self) -> dict[str, str]:
        methods = {
            ENDPOINT: protocol.METHODS,
            archive.LABEL: protocol.METHODS,
            "/cite": protocol.METHODS,
            "/q": protocol.METHODS,
            "/graphs": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
        }
        label = self.serving.label(self.path)
        posting = self.path.startswith(self.serving.posting) or self.path in self.serving.posted
        usual = protocol.METHODS if posting else "GET, HEAD, OPTIONS"
        allowed = methods.get(label, usual)
        return {"Allow": allowed, "Access-Control-Allow-Methods": allowed}

    async def page(self, request: Request, shown: Shown | None = None) -> Response:
        """A page of Flask's, of an answer when there is one to show."""
        if shown is not None:
            self.scope[ANSWER] = shown
        if self._task is None:
            self.watch()
        self.scope[layout.REQUEST] = request
        response = await behind.ask(self.serving.pages, self.scope, request)
        response.key = self.alias()
        return response

    def watch(self) -> None:
        """From here on the work on this request ends when its client hangs up; that is looked for after a
        moment, as most are quick."""
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

    async def _deliver(self, answer: endpoint.Answer) -> None:
        """Sends an answer; another that says why when it cannot be sent and has not begun."""
        try:
            if isinstance(answer, caching.Form):
                self.outcome, self.query = KEPT, answer.query
                await self._sending.form(answer)
            else:
                await self._send(answer)
        except Problem as problem:
            await self._send(self._problem(problem))
        except EngineError as error:
            failure = from_engine(error)
            if self._sending.status:
                self.outcome = f"broken off: {failure.outcome}"
                raise BrokenOffError from None
            await self._send(self._problem(failure))

    async def _send(self, response: Response) -> None:
        """Sends a response, and keeps it when it may be kept."""
        sending, serving = self._sending, self.serving
        if response.outcome != "ok":
            self.outcome = response.outcome
        self.version = response.headers.get("Renkei-Snapshot", self.version)
        response.headers = {**ALWAYS, **response.headers}
        if isinstance(response.body, bytes):
            if response.kept and serving.lasts(response):
                entry = serving.keep(response.key, response, response.body, self.query)
                if self.method in ("GET", "HEAD"):
                    serving.cache.name(self.alias(), response.key)
                packed = await serving.packed(response.key, entry, self.headers) if response.page else None
                await sending.form(packed or entry.forms["identity"])
                return
            length = None if response.status in (204, 304) else len(response.body)
            await sending.whole(response.status, caching.wire(response.headers, length), response.body)
            return
        room = serving.cache.limit // caching.SHARE if response.kept else -1
        with contextlib.closing(response.body) as result:
            body = await sending.stream(response, result, room)
        if body is not None and serving.lasts(response):
            serving.keep(response.key, response, body, self.query)

    def _note(self) -> None:
        line = Line(
            receiving.address(self.scope),
            self.method,
            self.path,
            self._sending.status,
            self.outcome,
            self._sending.sent,
            time.perf_counter() - self.started,
            self.version,
            self.query,
        )
        self.serving.note(line, self.headers)
