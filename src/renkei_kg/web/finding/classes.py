"""The classes of the graph with their numbers, whatever vocabulary they are of, and the things of a class."""

from functools import partial
from typing import Final

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from renkei_kg.namespaces import PREFIXES, RK
from renkei_kg.web import layout
from renkei_kg.web.linked.current import answered, linked
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import short
from renkei_kg.web.linked.pages import Pager, behind, number_asked
from renkei_kg.web.linked.resources import check_page
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

LISTED: Final = 100
BY_CLASS: Final = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?number) {
    ?thing a ?class
}
GROUP BY ?class
ORDER BY ?class"""
OF_CLASS: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>

SELECT ?thing (MIN(?name) AS ?label) {{
    ?thing a <{class_}> .
    OPTIONAL {{ ?thing rk:kana ?kana FILTER("{language}" = "ja") }}
    OPTIONAL {{ ?thing rdfs:label ?own FILTER(LANG(?own) = "{language}") }}
    BIND(COALESCE(?own, "") AS ?name)
}}
GROUP BY ?thing
ORDER BY MIN(?kana) ?label ?thing"""

blueprint = Blueprint("classes", __name__)


@blueprint.get("/browse/classes")
def every() -> Response:
    """The classes with their numbers."""
    return answered(_classes)


def things() -> Response:
    """The things of the class that the request names. Raises Problem 400, 404."""
    return answered(partial(_things, _whole(request.args["class"])))


def _classes(view: View) -> Response:
    page = layout.this_page(view.version)
    counts = {row[0].value: int(row[1].value) for row in view.rows(BY_CLASS) if isinstance(row[0], NamedNode)}
    names = refs(view, page, linked().names, counts)
    rows = [
        (names.term(iri), number, page.link("/browse", **{"class": short(iri)}))
        for iri, number in counts.items()
    ]
    rows.sort(key=lambda row: row[0].text)
    ours = [row for row in rows if row[0].iri.startswith(RK.iri)]
    others = [row for row in rows if row not in ours]
    query = behind(view, page, BY_CLASS)
    return layout.show("classes.html", page, "classes", ours=ours, others=others, behind=query)


def _things(class_: str, view: View) -> Response:
    page = layout.this_page(view.version)
    number = number_asked()
    total = int(view.rows(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a <{class_}> }}")[0][0].value)
    if not total:
        raise Problem(404, f"Nothing is of the class <{class_}>.")
    pager = Pager(number, -(-total // LISTED), total, LISTED)
    check_page(number, pager.pages)
    text = OF_CLASS.format(class_=class_, language=page.lang)
    rows = view.rows(f"{text}\nLIMIT {LISTED} OFFSET {pager.first - 1}")
    iris = [row[0].value for row in rows if isinstance(row[0], NamedNode)]
    names = refs(view, page, linked().names, (class_, *iris))
    return layout.show(
        "list.html",
        page,
        "list",
        kind=names.term(class_),
        things=[names.value(row[0]) for row in rows],
        pager=pager,
        behind=behind(view, page, text),
    )


def _whole(name: str) -> str:
    """The IRI of a class that is named by its prefix. Raises Problem 400."""
    prefix, _, local = name.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else name
    if not is_iri(iri):
        raise Problem(400, f"class={name!r} is no IRI, and no name by a known prefix.")
    return iri
