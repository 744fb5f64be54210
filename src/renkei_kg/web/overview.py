"""What there is in the graph, by class: the numbers and ways in on the home page."""

from dataclasses import replace
from typing import Any, Final

from renkei_kg.namespaces import RK
from renkei_kg.web.finding.classes import BY_CLASS
from renkei_kg.web.finding.facets import local
from renkei_kg.web.geo import drawing
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked, remembered
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import short
from renkei_kg.web.linked.pages import behind
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View

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
LISTED: Final = 100  # of many areas or bureaus, the rest is found by browsing
AREAS: Final = f"SELECT ?area {{ ?area a rk:CooperationArea }} ORDER BY ?area LIMIT {LISTED}"
ABOUT: Final = "SELECT ?x ?kind { VALUES ?kind { rk:Prefecture rk:Policy } ?x a ?kind } ORDER BY ?x"
BUREAUS: Final = f"""SELECT ?bureau (MIN(?seat) AS ?first) {{
    ?bureau a rk:Bureau OPTIONAL {{ ?bureau rk:jurisdiction/rk:standardAreaCode ?seat }}
}}
GROUP BY ?bureau
ORDER BY ?first ?bureau
LIMIT {LISTED}"""
THEMES: Final = (
    "SELECT ?theme { ?theme a rk:Theme FILTER NOT EXISTS { ?theme skos:broader ?above } } ORDER BY ?theme"
)


def numbers(view: View, page: Page) -> dict[str, Any]:
    """What the home page counts and offers. Raises EngineError."""
    counted = remembered(_counts, view)
    counts = counted or {}
    areas = [row[0].value for row in view.rows(AREAS)]
    themes = [row[0].value for row in view.rows(THEMES)]
    bureaus = [row[0].value for row in view.rows(BUREAUS)]
    about = [(row[0].value, row[1]) for row in view.rows(ABOUT)]
    schema = linked().names.schema(view)
    kinds = [iri for iri in counts if RK.Asset.value in schema.classes.get(iri, ())]
    names = refs(view, page, linked().names, (*areas, *themes, *bureaus, *kinds, *(iri for iri, _ in about)))
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
        "place": next((names.thing(iri) for iri, kind in about if kind == RK.Prefecture), None),
        "policies": [names.thing(iri) for iri, kind in about if kind == RK.Policy],
        "picture": drawing.picture(view, page, _href, _href),
        "made": view.manifest["created"],
        "dataset": view.dataset,
        "behind": replace(behind(view, page, BY_CLASS), total=None if counted is None else 0),
    }


def _counts(view: View) -> dict[str, int] | None:
    """How many things each class has; None when the graph is too large to count."""
    rows = view.found(BY_CLASS)
    return None if rows is None else {row[0].value: int(row[1].value) for row in rows}


def _href(ref: Ref) -> str:
    return ref.href


def _of_class(page: Page, iri: str) -> str:
    if iri == RK.Evidence.value:  # has no names to browse by
        return page.link("/browse", **{"class": short(iri)})
    return page.link("/browse", kind=local(iri))
