"""Pages for people, without a script: the query form with its examples, and an answer as a table."""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from renkei_kg.config import Settings
from renkei_kg.engine import guard
from renkei_kg.engine.contract import Engine, EngineError, Query
from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS
from renkei_kg.web.problems import from_engine

ROWS_SHOWN = 1000
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
    """The page's language: ``?lang=``, else what the browser likes best, else Japanese."""
    asked = request.args.get("lang")
    if asked in ("ja", "en"):
        return str(asked)
    return request.accept_languages.best_match(["ja", "en"], default="ja")


@blueprint.get("/")
def home() -> Response:
    """The query form, filled with ``?query=`` or a named example."""
    examples = _examples()
    chosen = next((e.text for e in examples if e.name == request.args.get("example")), None)
    text = request.args.get("query") or chosen or FIRST % language()
    body = render_template("home.html", lang=language(), text=text, examples=examples)
    return Response(body, content_type=HTML.content_type, headers={"Vary": "Accept-Language"})


def answer_page(query: Query) -> Response:
    """The answer to a query as a page: a table for solutions, Turtle for a graph. Raises Problem."""
    form = guard.inspect(query.text).form
    graph = form not in ("SELECT", "ASK")
    try:
        content = _ask(query.text, "text/turtle" if graph else "application/sparql-results+json", query)
    except EngineError as error:
        raise from_engine(error) from None
    answer: dict[str, Any] = {} if graph else json.loads(content)
    rows = answer.get("results", {}).get("bindings", [])
    body = render_template(
        "answer.html",
        lang=language(),
        text=query.text,
        turtle=content.decode() if graph else None,
        truth=answer.get("boolean"),
        names=answer.get("head", {}).get("vars", []),
        rows=rows[:ROWS_SHOWN],
        total=len(rows),
        formats=GRAPHS if graph else SOLUTIONS,
        short=_short,
    )
    return Response(body, content_type=HTML.content_type)


def _examples() -> list[Example]:
    try:
        content = _ask(EXAMPLES % language(), "text/csv", None)
    except EngineError:
        return []
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [Example(row["name"], row["title"], row["text"]) for row in rows]


def _ask(text: str, media_type: str, query: Query | None) -> bytes:
    engine: Engine = current_app.extensions["engine"]
    settings: Settings = current_app.extensions["settings"]
    with engine.query(query or Query(text), media_type, settings.query_seconds) as result:
        return b"".join(result)


def _short(iri: str) -> str:
    """An IRI by a known prefix, as people write it; else whole."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
