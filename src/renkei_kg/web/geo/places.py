"""What the pages of areas, subprefectures, bureaus and municipalities show beside their statements."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import RK
from renkei_kg.web.geo import queries
from renkei_kg.web.geo.drawing import atlas_of, locator, points_of
from renkei_kg.web.geo.filters import name
from renkei_kg.web.geo.listing import Item, Listing, listings
from renkei_kg.web.linked.kinds import About, asking, register
from renkei_kg.web.linked.pages import behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Ref

AREA: Final = {
    "completeness": queries.COMPLETENESS,
    "subprefectures": queries.SUBPREFECTURES_OF_AREA,
    "projects": queries.PROJECTS_OF_AREA,
    "themes": queries.THEMES_OF_AREA,
    "assets": queries.ASSETS_OF_AREA,
}
SUBPREFECTURE: Final = {
    "municipalities": queries.MUNICIPALITIES,
    "projects": queries.PROJECTS_OF_SUBPREFECTURE,
    "initiatives": queries.INITIATIVES_OF_SUBPREFECTURE,
    "assets": queries.ASSETS_OF_SUBPREFECTURE,
}
BUREAU: Final = {
    "projects": queries.PROJECTS_OF_BUREAU,
    "initiatives": queries.INITIATIVES_OF_BUREAU,
}
MUNICIPALITY: Final = {
    "assets": queries.ASSETS_OF_MUNICIPALITY,
    "initiatives": queries.INITIATIVES_OF_MUNICIPALITY,
    "elsewhere": queries.ELSEWHERE,
    "beside": queries.BESIDE_MUNICIPALITY,
    "seat_of": queries.SEAT_OF,
}

FACTS: Final = (RK.area, RK.subprefecture, RK.jurisdiction, RK.bureau, RK.seat, RK.prefecture)
CODES: Final = (RK.code, RK.standardAreaCode)


def install() -> None:
    """Has the classes shown by their templates."""
    register(RK.CooperationArea, "area.html", area, asking(queries.filled, AREA))
    register(RK.Subprefecture, "subprefecture.html", subprefecture, asking(queries.filled, SUBPREFECTURE))
    register(RK.Bureau, "bureau.html", bureau, asking(queries.filled, BUREAU))
    register(RK.Municipality, "municipality.html", municipality, asking(queries.filled, MUNICIPALITY))


def area(about: About) -> dict[str, Any]:
    """What the page of an area needs. Raises EngineError."""
    atlas, here = atlas_of(about.view), about.found.iri
    beside = atlas.beside(here)
    shown = _shown(about, AREA, queries.TOUCHING_AREAS, beside)
    return {**shown, "name": name, "locator": locator(about.view, about.page, atlas.inside(here))}


def subprefecture(about: About) -> dict[str, Any]:
    """What the page of a subprefecture needs. Raises EngineError."""
    here = about.found.iri
    beside = sorted(atlas_of(about.view).touching.get(here, ()))
    shown = _shown(about, SUBPREFECTURE, queries.TOUCHING, beside)
    by_year = _by_year(shown["initiatives"].items)
    return {**shown, "years": by_year, "name": name, "locator": locator(about.view, about.page, [here])}


def bureau(about: About) -> dict[str, Any]:
    """What the page of a bureau needs. Raises EngineError."""
    shown = _shown(about, BUREAU)
    regions = [one.value for one in about.found.values(RK.jurisdiction) if isinstance(one, NamedNode)]
    by_year = _by_year(shown["initiatives"].items)
    return {**shown, "years": by_year, "locator": locator(about.view, about.page, regions)}


def municipality(about: About) -> dict[str, Any]:
    """What the page of a municipality needs. Raises EngineError."""
    shown = _shown(about, MUNICIPALITY)
    here = about.found.iri
    points = points_of(about.view, [here])
    regions = [one.value for one in about.found.values(RK.subprefecture) if isinstance(one, NamedNode)]
    drawn = locator(about.view, about.page, regions, [points[here]] if here in points else [])
    by_year = _by_year(shown["initiatives"].items)
    for item in shown["elsewhere"].items:
        item["host"] = urlsplit(item["link"].iri).netloc
        item["relation"] = name(item["relation"].iri)
    return {**shown, "years": by_year, "locator": drawn, "codes": _codes(about)}


def _codes(about: About) -> list[tuple[Ref, str]]:
    """The codes of a place, as properties with their values."""
    names = about.refs_of(one.value for one in CODES)
    found = [(p, o.value) for p in CODES for o in about.found.values(p) if isinstance(o, Literal)]
    return [(names.term(p.value), text) for p, text in found]


def _shown(
    about: About, asked: dict[str, str], touching: str = "", beside: Iterable[str] = ()
) -> dict[str, Any]:
    """The lists of a page by name. Its neighbours are known from the atlas, which costs less than
    ``touching``, the query that finds the same."""
    page, here = about.page, about.found.iri
    filled = {key: queries.filled(text, here, page.lang) for key, text in asked.items()}
    found, _ = listings(about.view, page, filled)
    shown: dict[str, Any] = dict(found)
    shown["facts"] = _facts(about)
    if touching:
        names = about.refs_of(beside)
        items = [{"place": names.thing(iri)} for iri in beside]
        text = queries.filled(touching, here, page.lang)
        shown["neighbours"] = Listing(items, behind(about.view, page, text))
    return shown


def _facts(about: About) -> list[tuple[Ref, list[Ref]]]:
    """Where the place belongs, as properties with the things that they point to."""
    said = {p: [o.value for o in about.found.values(p) if isinstance(o, NamedNode)] for p in FACTS}
    names: Refs = about.refs_of([*(p.value for p in said), *(iri for iris in said.values() for iri in iris)])
    return [(names.term(p.value), [names.thing(iri) for iri in iris]) for p, iris in said.items() if iris]


def _by_year(items: Iterable[Item]) -> list[tuple[Ref | None, list[Item]]]:
    """Initiatives by their fiscal year, the latest first; those without one come last."""
    years: dict[Ref | None, list[Item]] = {}
    for one in items:
        years.setdefault(one["year"], []).append(one)
    return sorted(years.items(), key=lambda one: "" if one[0] is None else one[0].iri, reverse=True)
