"""Errors as answers: RFC 9457 problem details, or a page for a browser. Never a traceback."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pyoxigraph import RdfFormat, parse, serialize

from renkei_kg.engine import contract
from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.negotiate import GRAPHS, HTML, Format, NotAcceptableError, accepted, choose

PROBLEM = Format("json", "application/problem+json", ("application/json",))


@dataclass(frozen=True)
class Problem(Exception):
    """A request that cannot be answered: an HTTP status, what was wrong, and more members of the answer. The
    same as a ``graph``, in N-Triples, is for clients that like a format of RDF best."""

    status: int
    detail: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    graph: str = ""

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    @property
    def outcome(self) -> str:
        """What logs and counters call it: the status, and the limit that was hit if it was one."""
        return f"{self.status} {self.more['limit']}" if "limit" in self.more else str(self.status)


def from_engine(error: contract.EngineError) -> Problem:
    """The problem that an engine's error is to a client."""
    detail = str(error)
    if isinstance(error, contract.QuerySyntaxError):
        place = {"line": error.line, "column": error.column} if error.line else {}
        where = f" (line {error.line}, column {error.column})" if error.line else ""
        return Problem(400, f"The query is not valid SPARQL{where}: {detail}", place)
    if isinstance(error, contract.QueryRefused):
        return Problem(403, detail)
    if isinstance(error, contract.QueryTimeout):
        return Problem(504, detail, {"limit": "query_seconds", "seconds": error.seconds})
    if isinstance(error, contract.QueryTooLarge):
        return Problem(507, detail, {"limit": error.limit})
    if isinstance(error, contract.TooManyQueries):
        return Problem(429, detail, {"limit": "client_queries"}, {"Retry-After": str(error.retry_after)})
    if isinstance(error, contract.EngineBusy):
        return Problem(503, detail, {"limit": "queue"}, {"Retry-After": str(error.retry_after)})
    if isinstance(error, contract.VersionMissing):
        return Problem(404, detail, headers={"Link": '</snapshots>; rel="collection"'})
    if isinstance(error, contract.EngineUnavailable):
        return Problem(503, detail, headers={"Retry-After": "30"})
    return Problem(400, detail)


def answer(
    problem: Problem, accept: str | None, page: Callable[[Problem], str]
) -> tuple[int, dict[str, str], bytes]:
    """A problem as status, headers and body, in the form that the client likes best."""
    try:
        form = choose((PROBLEM, HTML, *(GRAPHS if problem.graph else ())), accepted(accept), None)
    except NotAcceptableError:
        form = PROBLEM
    if form is HTML:
        kind, body = HTML.content_type, page(problem)
    elif form is not PROBLEM:
        kind, body = form.content_type, _graph(problem.graph, form)
    else:
        members = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            **problem.more,
        }
        kind, body = PROBLEM.media_type, json.dumps(members, ensure_ascii=False) + "\n"
    varies = "Accept, Accept-Language"
    headers = {"Content-Type": kind, "Cache-Control": "no-store", "Vary": varies, **problem.headers}
    return problem.status, headers, body.encode("utf-8", "replace")


def _graph(text: str, form: Format) -> str:
    """A graph in N-Triples in another format."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if iri in text}
    rdf = RdfFormat.from_media_type(form.media_type)
    body = serialize(parse(text, format=RdfFormat.N_TRIPLES), format=rdf, prefixes=prefixes)
    assert body is not None
    return body.decode()
