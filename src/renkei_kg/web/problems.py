"""Errors as answers: RFC 9457 problem details, or a page for a browser. Never a traceback."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, json, render_template, request

from renkei_kg.engine import contract
from renkei_kg.web.negotiate import HTML, Format, NotAcceptableError, choose

PROBLEM = Format("json", "application/problem+json", ("application/json",))


@dataclass(frozen=True)
class Problem(Exception):
    """A request that cannot be answered: an HTTP status, what was wrong, and more members of the answer."""

    status: int
    detail: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


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
        return Problem(507, detail, {"limit": "worker_memory_mb"})
    if isinstance(error, contract.EngineBusy):
        return Problem(503, detail, headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, contract.EngineUnavailable):
        return Problem(503, detail, headers={"Retry-After": "30"})
    return Problem(400, detail)


def answer(problem: Problem) -> Response:
    """A problem as a response, in the form that the client asked for."""
    title = HTTPStatus(problem.status).phrase
    try:
        html = choose((PROBLEM, HTML), request.accept_mimetypes, None) is HTML
    except NotAcceptableError:
        html = False
    if html:
        body = render_template("problem.html", title=title, problem=problem)
        response = Response(body, problem.status, content_type=HTML.content_type)
    else:
        members = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
        text = json.dumps({**members, **problem.more}, ensure_ascii=False) + "\n"
        response = Response(text, problem.status, content_type=PROBLEM.media_type)
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response
