"""Pages for people, without a script: the query form with its examples, and an answer as a table."""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from renkei_kg.engine.contract import EngineError, Query, VersionMissing
from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.asking import Asker
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS
from renkei_kg.web.sparql import Shown, described
from renkei_kg.web.transfer import ANSWER

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
    """The query form, filled with ``?query=`` or a named example; with ``?version=``, over that version."""
    version = request.args.get("version") or None
    examples = _examples(version or "")
    chosen = next((e.text for e in examples if e.name == request.args.get("example")), None)
    text = request.args.get("query") or chosen or FIRST % language()
    body = render_template("home.html", lang=language(), text=text, examples=examples, version=version)
    return Response(body, content_type=HTML.content_type, headers={"Vary": "Accept-Language"})


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/snapshots/<version>/sparql", methods=["GET", "POST"])
def answer_page(version: str | None = None) -> Response:
    """The answer to a query as a page: a table for solutions, Turtle for a graph. With a ``version``, all its
    links stay within that."""
    shown: Shown = request.environ["asgi.scope"][ANSWER]
    answer: dict[str, Any] = {} if shown.graph else json.loads(shown.content)
    rows = answer.get("results", {}).get("bindings", [])
    body = render_template(
        "answer.html",
        lang=language(),
        version=version,
        text=shown.query.text,
        turtle=shown.content.decode() if shown.graph else None,
        truth=answer.get("boolean"),
        names=answer.get("head", {}).get("vars", []),
        rows=rows[:ROWS_SHOWN],
        total=len(rows),
        formats=GRAPHS if shown.graph else SOLUTIONS,
        short=_short,
    )
    headers = {**described(shown.version, HTML.content_type), "Vary": "Accept, Accept-Language"}
    return Response(body, headers=headers)


def _examples(version: str) -> list[Example]:
    """The examples of a version; of the one served when it is empty. Raises VersionMissing."""
    try:
        asker: Asker = current_app.extensions["asker"]
        query = Query(EXAMPLES % language(), version=version, own=True)
        content = asker.ask(query, "text/csv").content
    except VersionMissing:
        raise
    except EngineError:
        return []
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [Example(row["name"], row["title"], row["text"]) for row in rows]


def _short(iri: str) -> str:
    """An IRI by a known prefix, as people write it; else whole."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
