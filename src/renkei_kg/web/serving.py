"""What the server holds while it serves: engine, cache, counters, log, and the handlers of single paths."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineUnavailable
from renkei_kg.web import addresses, archive, exchange, layout, protocol, sparql
from renkei_kg.web import cache as caching
from renkei_kg.web.accesslog import AccessLog, Line
from renkei_kg.web.exchange import Application, Request, Response
from renkei_kg.web.metrics import CONTENT_TYPE, Metrics
from renkei_kg.web.problems import Problem, answer

HEALTH_SECONDS = 5.0
HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
ENDPOINT = archive.ENDPOINT
Handler = Callable[[Request], Awaitable[Response]]


class Serving:
    """What requests share. ``pages`` is the ASGI application that answers what has no handler here; ``page``
    renders a problem for a browser. ``posting`` are beginnings of paths whose pages take POST too, ``posted``
    whole paths that do."""

    def __init__(
        self, settings: Settings, engine: Engine, pages: Application, page: Callable[..., str]
    ) -> None:
        self.settings, self.engine, self.pages = settings, engine, pages
        self.cache = caching.Cache(settings.cache_mb << 20)
        self.metrics = Metrics(engine, self.cache)
        self.access = AccessLog(settings.access_log, with_queries=bool(settings.log_queries))
        self.routes: dict[str, Handler] = {"/health": self._health, "/metrics": self._metrics}
        self.trees: frozenset[str] = frozenset()
        self.naming: Callable[[str], str] = lambda _: ""
        self.posting: tuple[str, ...] = ()
        self.posted: frozenset[str] = frozenset()
        self.describe: Callable[[Request, str], Awaitable[Response]] | None = None
        self.update: Callable[[Request, protocol.Update], Awaitable[Response]] | None = None
        self.starting: list[Callable[[], None]] = []
        self.stopping: list[Callable[[], None]] = []
        self.held = 0
        self._page = page
        self._proxies = frozenset(settings.trusted_proxies.split())
        self._services = sparql.allowed_services(settings)
        self._background: set[asyncio.Task[None]] = set()
        self._probe: asyncio.Future[str] | None = None

    def route(self, path: str) -> str:
        """The route that answers for a path: itself, the name that ``naming`` has for it, or its tree of
        ``trees``; empty when none does."""
        if path in self.routes:
            return path
        if named := self.naming(path):
            return named
        tree = _first(path)
        return tree if tree in self.trees else ""

    def label(self, path: str) -> str:
        """What the counters call a path: one of a few names, whatever is asked for."""
        if path == ENDPOINT:
            return path
        first = _first(path)
        others = first if first in {*map(_first, self.posting), *self.posted} else "page"
        return self.route(path) or (archive.LABEL if archive.version_in(path) else others)

    def version(self) -> str:
        """The version served, or nothing; the cache follows it."""
        try:
            version = self.engine.version()
        except EngineUnavailable:
            version = ""
        self.cache.follow(version)
        return version

    def client(self, address: str, headers: Mapping[bytes, bytes]) -> str:
        """Who asks: the address that the connection comes from, or what a trusted proxy says."""
        forwarded = headers.get(b"x-forwarded-for")
        if forwarded is not None and address in self._proxies:
            return addresses.plain(forwarded.decode("latin-1").rsplit(",", 1)[-1])
        return address

    def origin(self, scheme: str, address: str, headers: Mapping[bytes, bytes]) -> str:
        """The scheme and host that a request was sent to; the scheme may be what a trusted proxy says.

        Raises Problem 400 when there is no such host (RFC 9112, section 3.2)."""
        host = headers.get(b"host", b"").decode("latin-1")
        if not HOST.fullmatch(host):
            raise Problem(400, "The request does not say which host it is for, or not in one Host header.")
        forwarded = headers.get(b"x-forwarded-proto")
        if forwarded in (b"http", b"https") and address in self._proxies:
            scheme = forwarded.decode()
        return f"{scheme}://{host}"

    def want(self, request: Request, asked: protocol.Asked) -> sparql.Wanted:
        """The query to answer and how. Raises Problem, EngineError."""
        return sparql.want(request, asked, self._services)

    def problem(self, problem: Problem, accept: str | None, page: layout.Page) -> Response:
        """A problem as a response; ``page`` is what its page knows of the request."""
        status, headers, body = answer(problem, accept, partial(self._page, page=page))
        return Response(status, headers, body, outcome=problem.outcome)

    def keep(self, key: exchange.Key, response: Response, body: bytes, query: str) -> caching.Entry:
        """Keeps an answer, under its key; ``query`` is what the log is told that it answers."""
        entry = caching.Entry(response, body, query)
        self.cache.put(key, entry)
        return entry

    def lasts(self, response: Response) -> bool:
        """Whether an answer is still worth keeping: it stays as it is, or is about the version served."""
        return caching.stays(response) or response.headers.get("Renkei-Snapshot") in (None, self.version())

    def known(self, target: bytes, headers: Mapping[bytes, bytes]) -> caching.Form | None:
        """The answer to a GET or HEAD that is kept exactly as it came: its request target and its headers."""
        self.version()
        found = self.cache.known(alias(target, headers))
        if found is None or (found[1].version and not self.engine.keeps(found[1].version)):
            return None
        return self.form(*found, headers)

    def form(self, key: exchange.Key, entry: caching.Entry, headers: Mapping[bytes, bytes]) -> caching.Form:
        """A kept answer as a client takes it: not at all when it has it, else in a coding that is there."""
        self.metrics.found += 1
        has = headers.get(b"if-none-match")
        if has is not None and entry.names(has.decode("latin-1")):
            return entry.unchanged
        taken = headers.get(b"accept-encoding")
        codings = caching.codings(taken.decode("latin-1")) if taken else ()
        if codings:
            self.compress(key, entry, codings[0])
        return entry.best(codings)

    async def packed(
        self, key: exchange.Key, entry: caching.Entry, headers: Mapping[bytes, bytes]
    ) -> caching.Form:
        """A new answer as its client takes it, in the coding it likes best: pages are small, and their first
        visitor is often their only one."""
        codings = caching.codings(headers.get(b"accept-encoding", b"").decode("latin-1"))
        if codings and entry.size >= caching.WORTH_COMPRESSING and codings[0] not in entry.compressing:
            entry.compressing.add(codings[0])
            await self._compress(key, entry, codings[0])
        return entry.best(codings)

    def note(self, line: Line, headers: Mapping[bytes, bytes]) -> None:
        """Counts a request that has been answered, and writes it to the access log."""
        self.metrics.count(self.label(line.path), line.outcome, line.seconds, line.sent)
        if self.access.on:
            self.write(line, headers)

    def write(self, line: Line, headers: Mapping[bytes, bytes]) -> None:
        """Writes a request to the access log, with the client that a trusted proxy names."""
        self.access.write(replace(line, client=self.client(line.client, headers)))

    def compress(self, key: exchange.Key, entry: caching.Entry, coding: str) -> None:
        """Makes a kept answer in a content coding, once, while no client waits for it."""
        if entry.size >= caching.WORTH_COMPRESSING and coding not in entry.compressing:
            entry.compressing.add(coding)
            self._aside(self._compress(key, entry, coding))

    async def _compress(self, key: exchange.Key, entry: caching.Entry, coding: str) -> None:
        body = entry.forms["identity"].body
        made = await asyncio.to_thread(caching.COMPRESSORS[coding], body)
        if len(made) < len(body):
            self.cache.grown(key, entry, entry.add(coding, made))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def ready(self) -> str:
        """The version that a question has just been answered for; whoever asks meanwhile is told the same.
        Raises EngineUnavailable."""
        if self._probe is None:
            self._probe = asyncio.ensure_future(self.engine.probe(HEALTH_SECONDS))
            self._probe.add_done_callback(self._probed)
        return await asyncio.shield(self._probe)

    def _probed(self, probe: asyncio.Future[str]) -> None:
        self._probe = None
        if not probe.cancelled():
            probe.exception()  # nobody may be left who wants to know

    async def _health(self, request: Request) -> Response:
        """200 when a query is answered, else 503."""
        _only_reads(request)
        said = json.dumps({"status": "ok", "snapshot": await self.ready()}) + "\n"
        return Response(200, {"Content-Type": "application/json", "Cache-Control": "no-store"}, said.encode())

    async def _metrics(self, request: Request) -> Response:
        _only_reads(request)
        return Response(200, {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}, self.metrics.text())


def alias(target: bytes, headers: Mapping[bytes, bytes]) -> exchange.Key:
    """What tells one request as it came from another, as far as answers that are kept depend on it."""
    get = headers.get
    accept, language = get(b"accept", b"-"), get(b"accept-language", b"-")
    sent_to = (get(b"host", b"-"), get(b"x-forwarded-proto", b"-"))
    return (target, accept, language, *sent_to, get(b"accept-datetime", b"-"))


def _first(path: str) -> str:
    """The first part of a path."""
    return "/" + path[1:].partition("/")[0]


def _only_reads(request: Request) -> None:
    if not request.reads:
        raise Problem(405, f"{request.method} is not a method here.", headers={"Allow": "GET, HEAD, OPTIONS"})
