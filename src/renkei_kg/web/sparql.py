"""``/sparql``: queries answered in the format that the client likes best (SPARQL 1.1 Protocol, section 2)."""

import contextlib
import hashlib
import re
from dataclasses import dataclass

from renkei_kg.config import Settings
from renkei_kg.engine import guard
from renkei_kg.engine.contract import Engine, Query
from renkei_kg.web import archive, protocol
from renkei_kg.web.exchange import Key, Request, Response, made
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format, NotAcceptableError, chosen
from renkei_kg.web.problems import Problem

SHOWN_MOST = 1 << 20
ELSEWHERE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
VARYING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """A query to answer: in which format, within which time, whether the same answer serves again, and
    whether it does so for ever, as its version was asked for by its id."""

    query: Query
    form: Format
    seconds: float
    lasting: bool
    graph: bool
    archived: bool = False

    @property
    def key(self) -> Key:
        """What the answer depends on, beside the version of the data."""
        return (self.query, self.form.media_type)

    def tag(self, version: str) -> str:
        """A weak entity tag: the same version, query and format give the same answer, but not always its
        blank nodes, or solutions that nothing orders, in the same bytes."""
        return tag(version, self.query, self.form.media_type)

    def headers(self, version: str) -> dict[str, str]:
        """The headers of the answer that a version gives. From a version that was asked for by its id it is
        the same for ever."""
        headers = answered(version, self.form.content_type)
        if not self.lasting:
            return {**headers, "Cache-Control": "no-store"}
        headers["ETag"] = self.tag(version)
        if self.archived:
            headers |= {"Cache-Control": archive.LASTING, **archive.memento(version, self.query)}
        return headers


def tag(version: str, query: Query, media_type: str) -> str:
    """The entity tag of a query's answer in a media type, over a version of the data."""
    parts = (version, query.text, *query.default_graphs, "|", *query.named_graphs, media_type)
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
    return f'W/"{digest[:32]}"'


@dataclass(frozen=True)
class Shown:
    """The answer to a query that a page shows: SPARQL results in JSON or, for a graph, Turtle; its beginning
    when it is not ``whole``."""

    query: Query
    graph: bool
    content: bytes
    version: str
    whole: bool = True


def want(request: Request, asked: protocol.Asked, services: frozenset[str]) -> Wanted:
    """Chooses the format of an answer (section 2.1.6; RFC 9110, section 12). Raises Problem, EngineError."""
    graph = guard.glance(asked.query.text, services).form not in ("SELECT", "ASK")
    form = choose_format(request, GRAPHS if graph else SOLUTIONS, asked.format)
    varying = VARYING.search(asked.query.text)
    if asked.query.version and services:
        varying = varying or ELSEWHERE.search(asked.query.text)
    return Wanted(asked.query, form, asked.seconds, not varying, graph, archived=bool(asked.query.version))


def choose_format(
    request: Request, offered: tuple[Format, ...], wanted: str | None, *, html: bool = True
) -> Format:
    """The format to answer in. Raises Problem 406 that says what is on offer."""
    try:
        return chosen((*offered, HTML) if html else offered, request.headers.get("accept"), wanted)
    except NotAcceptableError as error:
        names = [f"{form.media_type} (format={form.name})" for form in error.offered]
        raise Problem(406, f"This answer can be had as: {', '.join(names)}.", {"offered": names}) from None


async def answer(wanted: Wanted, engine: Engine, client: str) -> Response:
    """The answer to a query, its first bytes made. Raises EngineError."""
    result = await engine.query(wanted.query, wanted.form.media_type, wanted.seconds, client)
    body = result if result.whole is None else result.whole
    return Response(200, wanted.headers(result.snapshot), body, kept=wanted.lasting)


async def gather(wanted: Wanted, engine: Engine, client: str) -> Shown:
    """The whole answer to a query, for a page: solutions as JSON, a graph as Turtle. Raises EngineError."""
    graph = wanted.graph
    form = GRAPHS[0] if graph else SOLUTIONS[0]
    result = await engine.query(wanted.query, form.media_type, wanted.seconds, client)
    with contextlib.closing(result):
        if result.whole is not None:
            return Shown(wanted.query, graph, result.whole, result.snapshot)
        body = bytearray()
        async for chunk in result:
            body += chunk
            if len(body) > SHOWN_MOST:
                return Shown(wanted.query, graph, bytes(body), result.snapshot, whole=False)
        return Shown(wanted.query, graph, bytes(body), result.snapshot)


def described(version: str, content_type: str) -> dict[str, str]:
    """The headers of what depends on a version of the data alone: kept by anyone, asked again each time."""
    return {
        "Content-Type": content_type,
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Last-Modified": made(version),
        "Renkei-Snapshot": version,
        "Vary": "Accept, Accept-Encoding",
    }


def answered(version: str, content_type: str) -> dict[str, str]:
    """The headers of the answer to a query: also where to cite it, which is the same for all (RFC 9652)."""
    cite = f'"/cite?version={version}{{&query}}"; rel="describedby"'
    return {**described(version, content_type), "Link-Template": cite}


def allowed_services(settings: Settings) -> frozenset[str]:
    """The endpoints that SERVICE may ask."""
    return frozenset(settings.services.split())
