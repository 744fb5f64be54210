"""What there is in the graph, by class: the numbers and ways in on the home page, and lists of things."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode

from renkei_kg.engine.contract import QueryFailed, QuerySyntaxError
from renkei_kg.namespaces import PREFIXES, RK
from renkei_kg.web import layout
from renkei_kg.web.geo import drawing
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import answered, linked
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import short
from renkei_kg.web.linked.pages import Pager, behind, number_asked
from renkei_kg.web.linked.resources import check_page
from renkei_kg.web.linked.shown import Ref, Value
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

COUNTED: Final = {
    RK.Project.value: "count.projects",
    RK.Initiative.value: "count.initiatives",
    RK.CooperationArea.value: "count.areas",
    RK.Subprefecture.value: "count.subprefectures",
    RK.Municipality.value: "count.municipalities",
    RK.Theme.value: "count.themes",
    RK.Asset.value: "count.assets",
    RK.Evidence.value: "count.evidence",
}
LISTED: Final = 100
FOUND_MOST: Final = 50
LONGEST: Final = 200
BY_CLASS: Final = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?number) {
    ?thing a ?class
}
GROUP BY ?class
ORDER BY ?class"""
AREAS: Final = "SELECT ?area { ?area a rk:CooperationArea } ORDER BY ?area"
BUREAUS: Final = """SELECT ?bureau (MIN(?seat) AS ?first) {
    ?bureau a rk:Bureau OPTIONAL { ?bureau rk:jurisdiction/rk:standardAreaCode ?seat }
}
GROUP BY ?bureau
ORDER BY ?first ?bureau"""
THEMES: Final = (
    "SELECT ?theme { ?theme a rk:Theme FILTER NOT EXISTS { ?theme skos:broader ?above } } ORDER BY ?theme"
)
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

SEARCH: Final = """SELECT ?thing ?score ?literal {{
    (?thing ?score ?literal) text:query ("{words}" {most})
}}
ORDER BY DESC(?score) ?thing"""

blueprint = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Hit:
    """Something that a search has found, and the text that it was found by, unless that is its name."""

    ref: Ref
    text: Value | None = None


def numbers(view: View, page: Page) -> dict[str, Any]:
    """What the home page counts and offers. Raises EngineError."""
    counts = {row[0].value: int(row[1].value) for row in view.rows(BY_CLASS)}
    areas = [row[0].value for row in view.rows(AREAS)]
    themes = [row[0].value for row in view.rows(THEMES)]
    bureaus = [row[0].value for row in view.rows(BUREAUS)]
    schema = linked().names.schema(view)
    kinds = [iri for iri in counts if RK.Asset.value in schema.classes.get(iri, ())]
    names = refs(view, page, linked().names, (*areas, *themes, *bureaus, *kinds))
    assets = [(names.term(iri), counts[iri], _of_class(page, iri)) for iri in kinds]
    return {
        "numbers": [
            (page.t(word), counts[iri], _of_class(page, iri))
            for iri, word in COUNTED.items()
            if iri in counts
        ],
        "areas": [names.thing(iri) for iri in areas],
        "themes": [names.thing(iri) for iri in themes],
        "bureaus": [names.thing(iri) for iri in bureaus],
        "assets": sorted(assets, key=lambda one: (-one[1], one[0].text)),
        "picture": drawing.picture(view, page, _href, _href),
        "made": view.manifest["created"],
        "dataset": view.dataset,
        "behind": behind(view, page, BY_CLASS),
    }


def _href(ref: Ref) -> str:
    return ref.href


@blueprint.get("/browse")
def browse() -> Response:
    """The classes with their numbers, or the things of one class."""
    class_ = request.args.get("class")
    return answered(_classes if class_ is None else partial(_things, _whole(class_)))


def _classes(view: View) -> Response:
    page = layout.this_page(view.version)
    counts = {row[0].value: int(row[1].value) for row in view.rows(BY_CLASS) if isinstance(row[0], NamedNode)}
    names = refs(view, page, linked().names, counts)
    rows = [(names.term(iri), number, _of_class(page, iri)) for iri, number in counts.items()]
    rows.sort(key=lambda row: row[0].text)
    ours = [row for row in rows if row[0].iri.startswith(RK.iri)]
    others = [row for row in rows if row not in ours]
    query = behind(view, page, BY_CLASS)
    return layout.show("browse.html", page, "browse", ours=ours, others=others, behind=query)


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


@blueprint.get("/search")
def search() -> Response:
    """What the words of a search are found in, the best first."""
    words = request.args.get("q", "").strip()[:LONGEST]
    return answered(partial(_found, words))


def _found(words: str, view: View) -> Response:
    page = layout.this_page(view.version)
    hits, bad = [], False
    if words:
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        try:
            hits = _hits(view, page, SEARCH.format(words=" ".join(escaped.split()), most=FOUND_MOST))
        except (QueryFailed, QuerySyntaxError):
            bad = True
    return layout.show(
        "search.html",
        page,
        "search",
        searched=words,
        hits=hits,
        bad=bad,
        most=FOUND_MOST if len(hits) == FOUND_MOST else 0,
    )


def _hits(view: View, page: Page, query: str) -> list[Hit]:
    texts: dict[str, Literal] = {}
    for thing, _, literal in view.rows(query):
        if isinstance(thing, NamedNode):
            texts.setdefault(thing.value, literal)
    names = refs(view, page, linked().names, texts)
    found = []
    for iri, literal in texts.items():
        ref = names.thing(iri)
        repeats = literal.value in ref.text or ref.text.strip("「」“”…") in literal.value
        found.append(Hit(ref, None if repeats else names.value(literal)))
    return found


def _of_class(page: Page, iri: str) -> str:
    return page.link("/browse", **{"class": short(iri)})


def _whole(name: str) -> str:
    """The IRI of a class that is named by its prefix. Raises Problem 400."""
    prefix, _, local = name.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else name
    if not is_iri(iri):
        raise Problem(400, f"class={name!r} is no IRI, and no name by a known prefix.")
    return iri
