"""Pages for people, without a script: home, the query form with its examples, and an answer as a table."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, current_app, request

from renkei_kg.engine.contract import EngineError, Query, VersionMissing
from renkei_kg.web import citing, layout, overview
from renkei_kg.web.asking import Asker
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.names import short
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import GRAPHS, SOLUTIONS
from renkei_kg.web.preview import preview
from renkei_kg.web.sparql import Shown
from renkei_kg.web.transfer import ANSWER

EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?name ?title ?text {
    ?example a <http://www.w3.org/ns/shacl#SPARQLExecutable> ;
        <http://www.w3.org/2000/01/rdf-schema#label> ?title ;
        sh:select|sh:ask|sh:construct ?text .
    FILTER(LANG(?title) = "%s")
    BIND(REPLACE(STR(?example), "^.*/", "") AS ?name)
} ORDER BY ?name"""
FIRST = """PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?project ?title {
    ?project a rk:Project ;
        rk:theme <https://w3id.org/renkei/id/theme/adventure-travel> ;
        rdfs:label ?title .
    FILTER(LANG(?title) = "%s")
}
ORDER BY ?title"""

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True)
class Example:
    """An example query as the form shows it."""

    name: str
    title: str
    text: str


def language() -> str:
    """The page's language."""
    return layout.this_page().lang


@blueprint.get("/")
def home() -> Response:
    """What there is, and ways in; or the query form, when a query is asked for here."""
    asked = {"query", "example", "version"} & set(request.args)
    return query() if asked else answered(_home)


def _home(view: View) -> Response:
    page, form = layout.this_page(view.version), _form(view.version)
    try:
        found = overview.numbers(view, page)
    except VersionMissing:
        raise
    except EngineError:
        found = {}
    whole = found and form["examples"] is not None
    return layout.show("home.html", page, "home" if whole else "", **form, **found)


@blueprint.get("/query")
def query() -> Response:
    """The query form, filled with ``?query=`` or a named example; with ``?version=``, over that version."""
    return answered(_query, request.args.get("version") or "")


def _query(view: View) -> Response:
    form = _form(view.version)
    tag = "query" if form["examples"] is not None else ""
    version = view.version if view.kept else None
    return layout.show("query.html", layout.this_page(view.version), tag, version=version, **form)


def _form(version: str) -> dict[str, Any]:
    """What the form is filled with, in a version. Raises VersionMissing."""
    examples = _examples(version)
    chosen = next((e.text for e in examples or () if e.name == request.args.get("example")), None)
    return {"text": request.args.get("query") or chosen or FIRST % language(), "examples": examples}


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/snapshots/<version>/sparql", methods=["GET", "POST"])
def answer_page(version: str | None = None) -> Response:
    """The answer to a query as a page: a table for solutions, Turtle for a graph. With a ``version``, all its
    links stay within that."""
    shown: Shown = request.environ["asgi.scope"][ANSWER]
    page = layout.this_page(shown.version, kept=version is not None)
    if request.method == "POST":
        page = replace(page, arguments=(("query", shown.query.text),))
    addresses = answered(lambda view: view.addresses, version or "")
    return layout.show(
        "answer.html",
        page,
        version=version,
        cite=citing.offer(shown.query, shown.version),
        text=shown.query.text,
        seen=preview(shown),
        formats=GRAPHS if shown.graph else SOLUTIONS,
        short=short,
        local=lambda iri: addresses.page(iri) if addresses.below(iri) else "",
    )


def _examples(version: str) -> list[Example] | None:
    """The examples of a version; None when the engine has no time to say: the form is there without them.
    Raises VersionMissing."""
    try:
        asker: Asker = current_app.extensions["asker"]
        query = Query(EXAMPLES % language(), version=version, own=True)
        content = asker.ask(query, "text/csv").content
    except VersionMissing:
        raise
    except EngineError:
        return None
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [Example(row["name"], row["title"], row["text"]) for row in rows]
