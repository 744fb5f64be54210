"""What stands at ``/sparql``, and at the endpoint of each version that is kept: queries, updates, the
description of the service."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from renkei_kg.engine.contract import VersionMissing
from renkei_kg.web import archive, protocol, sparql
from renkei_kg.web import cache as caching
from renkei_kg.web.exchange import Key, Request, Response, has_content
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving
from renkei_kg.web.sparql import Shown, Wanted

Answer = Response | caching.Form


class Caller(Protocol):
    """The transfer that a request came by. ``query`` is the text that the log is told."""

    query: str

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The header fields, by their names in lower case."""

    def alias(self) -> Key:
        """What the request is, exactly as it came."""

    def watch(self) -> None:
        """From here on the work ends when the client hangs up."""

    async def page(self, request: Request, shown: Shown | None = None) -> Response:
        """A page, of an answer when there is one to show."""


async def answer(serving: Serving, caller: Caller, request: Request, version: str = "") -> Answer:
    """The answer to a request to ``/sparql`` or, with a ``version``, to the endpoint of that one. Raises
    Problem, EngineError."""
    if version and not serving.engine.keeps(version):
        raise VersionMissing(version)
    if request.reads and has_content(caller.headers):
        raise Problem(400, "A query by GET has no body: send it in the URL, or by POST.")
    asked = protocol.read(request, serving.settings.query_seconds)
    if asked is None:
        return await _described(serving, request, version)
    if isinstance(asked, protocol.Update):
        caller.query = asked.text
        if version:
            raise Problem(403, archive.READ_ONLY)
        assert serving.update is not None
        return await serving.update(request, asked)
    caller.query = asked.query.text
    if version:
        asked = replace(asked, query=replace(asked.query, version=version))
    return await _queried(serving, caller, request, serving.want(request, asked))


async def _queried(serving: Serving, caller: Caller, request: Request, wanted: Wanted) -> Answer:
    entry = serving.cache.get(wanted.key)
    if entry is not None:
        if request.reads:
            serving.cache.name(caller.alias(), wanted.key)
        return serving.form(wanted.key, entry, caller.headers)
    serving.metrics.missed += 1
    if wanted.lasting and request.reads:
        version = wanted.query.version or serving.version()
        if caching.names(request.headers.get("if-none-match"), wanted.tag(version)):
            headers = wanted.headers(version)
            del headers["Content-Type"]
            return Response(304, headers)
    caller.watch()
    if wanted.form is HTML:
        shown = await sparql.gather(wanted, serving.engine, request.client)
        page = await caller.page(request, shown)
        if wanted.archived:
            page.headers |= archive.memento(shown.version, wanted.query)
        return page
    response = await sparql.answer(wanted, serving.engine, request.client)
    if response.kept:
        response.key = wanted.key
    return response


async def _described(serving: Serving, request: Request, version: str) -> Response:
    if serving.describe is None:
        return Response(303, {"Location": "/"})
    return await serving.describe(request, version)
