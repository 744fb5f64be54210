"""Pages for people, without a script: home, and an answer as a table."""

from dataclasses import replace

from flask import Blueprint, Response, request

from renkei_kg.engine.contract import EngineError, VersionMissing
from renkei_kg.web import citing, layout, overview, querypages
from renkei_kg.web.catalog import pages as catalog
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import GRAPHS, SOLUTIONS
from renkei_kg.web.preview import preview
from renkei_kg.web.queries.shown import terms
from renkei_kg.web.sparql import Shown
from renkei_kg.web.transfer import ANSWER

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response:
    """What there is, and ways in; or the query form, when a query is asked for here."""
    asked = {"query", "example", "version"} & set(request.args)
    return querypages.query() if asked else answered(_home)


def _home(view: View) -> Response:
    page, form = layout.this_page(view.version), querypages.filled(view)
    try:
        found = {**overview.numbers(view, page), "ld": catalog.home(view, page)}
    except VersionMissing:
        raise
    except EngineError:
        found = {}
    whole = found and form["examples"] is not None
    return layout.show("home.html", page, "home" if whole else "", **form, **found)


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/snapshots/<version>/sparql", methods=["GET", "POST"])
def answer_page(version: str | None = None) -> Response:
    """The answer to a query as a page: a table for solutions, Turtle for a graph. With a ``version``, all its
    links stay within that."""
    shown: Shown = request.environ["asgi.scope"][ANSWER]
    page = layout.this_page(shown.version, kept=version is not None)
    if request.method == "POST":
        page = replace(page, arguments=(("query", shown.query.text),))
    seen = preview(shown)
    return layout.show(
        "answer.html",
        page,
        version=version,
        cite=citing.offer(shown.query, shown.version),
        text=shown.query.text,
        seen=seen,
        formats=GRAPHS if shown.graph else SOLUTIONS,
        **answered(lambda view: terms(view, page, seen), version or ""),
    )
