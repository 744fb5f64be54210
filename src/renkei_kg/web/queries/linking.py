"""``/q``: has a short link to a query kept. The link itself, ``/q/NAME``, is a page (``querypages``)."""

import asyncio
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Final

from renkei_kg import links
from renkei_kg.engine import guard
from renkei_kg.engine.contract import VersionMissing
from renkei_kg.web import protocol, sparql
from renkei_kg.web.addresses import share
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving
from renkei_kg.web.words import LANGUAGES

PATH: Final = "/q"
METHODS: Final = "GET, HEAD, POST, OPTIONS"
JSON: Final = Format("json", "application/json")


class Linking:
    """Answers requests to ``/q``. A client may have so many links made in a day."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._links = links.Links(serving.settings.snapshots, serving.settings.links)
        self._today: tuple[date, Counter[str]] = datetime.now(UTC).date(), Counter()

    async def __call__(self, request: Request) -> Response:
        """The answer to a request. Raises Problem, EngineError."""
        if request.reads:
            return Response(303, {"Location": "/query", "Cache-Control": "no-cache"})
        if request.method != "POST":
            raise Problem(405, f"{request.method} is not a method here.", headers={"Allow": METHODS})
        asked = _fields(request)
        form = sparql.choose_format(request, (JSON,), None)
        link = self._link(asked)
        name = await asyncio.to_thread(self._links.known, link)
        new = not name
        if new:
            name = await self._keep(link, request.client)
        language = asked.one("lang")
        address = f"{PATH}/{name}" + (f"?lang={language}" if language in LANGUAGES else "")
        headers = {"Location": address, "Cache-Control": "no-store", "Vary": "Accept"}
        if form is HTML:
            return Response(303, headers)
        headers["Content-Type"] = JSON.media_type
        return Response(201 if new else 200, headers, json.dumps({"link": address}).encode() + b"\n")

    def _link(self, asked: protocol.Parameters) -> links.Link:
        """What is to be kept: a text that begins as a query does. Raises Problem, EngineError."""
        query, version = asked.one("query"), asked.one("version") or ""
        if query is None:
            raise Problem(400, "Send the query that the link is for, in a field named query.")
        query = protocol.tidy(query)
        guard.inspect(query, sparql.allowed_services(self._serving.settings))
        if version and not self._serving.engine.keeps(version):
            raise VersionMissing(version)
        return links.Link(query, version)

    async def _keep(self, link: links.Link, client: str) -> str:
        holder, today = share(client), datetime.now(UTC).date()
        if self._today[0] != today:
            self._today = today, Counter()
        most = self._serving.settings.links_client
        if self._today[1][holder] >= most:
            raise Problem(
                429,
                f"{most} short links have been made for you today, the most for one client. The whole "
                "address of the query does the same.",
                {"limit": "links_client"},
                {"Retry-After": "3600"},
            )
        self._today[1][holder] += 1
        try:
            return await asyncio.to_thread(self._links.keep, link)
        except links.NotKept as error:
            more = {"limit": error.limit} if error.limit else {}
            raise Problem(507 if error.limit else 400, str(error), more) from None


def _fields(request: Request) -> protocol.Parameters:
    """What a request has kept, by a form or with the query as its body. Raises Problem."""
    pairs = protocol.decode(request.query_string, "query string").pairs
    kind, _ = protocol.content_type(request)
    if kind == protocol.QUERY_TYPE:
        return protocol.Parameters([*pairs, ("query", protocol.utf8(request.body, "query"))])
    if kind == protocol.FORM_TYPE:
        return protocol.Parameters([*pairs, *protocol.decode(request.body, "form").pairs])
    raise Problem(415, f"Send a form ({protocol.FORM_TYPE}), or a query ({protocol.QUERY_TYPE}).")
