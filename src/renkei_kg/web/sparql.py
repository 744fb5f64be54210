"""``/sparql``: the SPARQL 1.1 Protocol's query operation (section 2.1), and the form to write queries in."""

import hashlib
from collections import deque
from datetime import datetime
from email.utils import format_datetime

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from renkei_kg.config import Settings
from renkei_kg.engine import guard
from renkei_kg.engine.contract import Engine, EngineError, Query
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format, NotAcceptableError, choose
from renkei_kg.web.problems import Problem, from_engine

QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"
UPDATE_TYPE = "application/sparql-update"

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def sparql() -> BaseResponse:
    """Answers a query by GET, by POST of a form, or by POST of the query itself."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
    parameters, texts = _parameters()
    if not texts and request.method == "GET" and not request.args:
        return redirect(url_for("pages.home"), 303)
    if len(texts) != 1:
        count = "no query" if not texts else f"{len(texts)} queries"
        raise Problem(400, f"The request has {count}: give exactly one, in the parameter 'query'.")
    query = Query(
        texts[0],
        tuple(parameters.getlist("default-graph-uri")),
        tuple(parameters.getlist("named-graph-uri")),
    )
    try:
        form = _form(guard.inspect(query.text).form, parameters.get("format"))
        return _answer(query, form)
    except EngineError as error:
        raise from_engine(error) from None


def _parameters() -> tuple[MultiDict[str, str], list[str]]:
    """The parameters and the queries of a request. Raises Problem (sections 2.1.1 to 2.1.3)."""
    if request.method in ("GET", "HEAD"):
        if "update" in request.args:
            raise Problem(400, "An update cannot be sent by GET, and this endpoint only reads.")
        return request.args, request.args.getlist("query")
    kind = request.mimetype
    if kind == UPDATE_TYPE or "update" in request.form:
        raise Problem(403, "This endpoint only reads: it takes queries, not updates.")
    if kind == FORM_TYPE:
        both = MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])
        return both, both.getlist("query")
    if kind == QUERY_TYPE:
        if "query" in request.args:
            raise Problem(400, "The request has two queries: one as its body and one as a parameter.")
        try:
            return request.args, [request.get_data().decode("utf-8")]
        except UnicodeDecodeError as error:
            raise Problem(400, f"The query is not UTF-8 at byte {error.start}.") from None
    raise Problem(
        415, f"A query is sent as {FORM_TYPE} or {QUERY_TYPE}, not as {kind or 'a body without a type'}."
    )


def _form(kind: str, wanted: str | None) -> Format:
    offered = (*SOLUTIONS, HTML) if kind in ("SELECT", "ASK") else (*GRAPHS, HTML)
    try:
        return choose(offered, request.accept_mimetypes, wanted)
    except NotAcceptableError as error:
        names = [f"{form.media_type} (format={form.name})" for form in error.offered]
        raise Problem(406, f"This answer can be had as: {', '.join(names)}.", {"offered": names}) from None


def _answer(query: Query, form: Format) -> BaseResponse:
    engine: Engine = current_app.extensions["engine"]
    settings: Settings = current_app.extensions["settings"]
    tag = _tag(engine.version(), query, form)
    if request.method in ("GET", "HEAD") and tag in request.if_none_match:
        return _headers(Response(status=304), engine.version(), tag)
    if form is HTML:
        from renkei_kg.web.pages import answer_page  # noqa: PLC0415  # pages also links here

        return _headers(answer_page(query), engine.version(), tag)
    result = engine.query(query, form.media_type, settings.query_seconds)
    if request.method == "HEAD":
        deque(result, maxlen=0)
    body = result if request.method != "HEAD" else ()
    response = Response(body, content_type=form.content_type, direct_passthrough=True)
    return _headers(response, result.snapshot, _tag(result.snapshot, query, form))


def _tag(version: str, query: Query, form: Format) -> str:
    """A strong entity tag: the same snapshot, request and format always give the same bytes."""
    parts = (version, query.text, *query.default_graphs, "|", *query.named_graphs, form.media_type)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def _headers(response: Response, version: str, tag: str) -> Response:
    made = datetime.strptime(version.split("-", maxsplit=1)[0] + "+0000", "%Y%m%dT%H%M%SZ%z")
    response.set_etag(tag)
    response.headers["Renkei-Snapshot"] = version
    response.headers["Last-Modified"] = format_datetime(made, usegmt=True)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.vary.add("Accept")
    response.vary.add("Accept-Language")
    return response
