"""The pages of what projects are about: themes, assets with their designations, and actors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from pyoxigraph import Literal

from renkei_kg.namespaces import RK, SKOS
from renkei_kg.web.geo.drawing import locator, points_of
from renkei_kg.web.geo.listing import Item, Listing, listings
from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.shown import Ref, Value
from renkei_kg.web.project import queries
from renkei_kg.web.project.dates import told
from renkei_kg.web.project.readings import readings
from renkei_kg.web.project.works import Fact, iris

THEME: Final = {
    "tree": queries.TREE,
    "projects": queries.PROJECTS_OF_THEME,
    "assets": queries.ASSETS_OF_THEME,
    "themes": queries.THEMES_OF_THEME,
}
ASSET: Final = {
    "mentions": queries.MENTIONS,
    "projects": queries.PROJECTS_OF_SUBJECT,
    "designations": queries.DESIGNATIONS,
    "components": queries.COMPONENTS,
    "municipalities": queries.MUNICIPALITIES,
    "elsewhere": queries.ELSEWHERE,
}
ACTOR: Final = {"mentions": queries.MENTIONS, "projects": queries.PROJECTS_OF_SUBJECT}
DESIGNATION: Final = {
    "designations": queries.DESIGNATION,
    "assets": queries.DESIGNATED,
    "others": queries.SAME_SCHEME,
}
ASSET_FACTS: Final = (RK.componentOf, RK.subprefecture, RK.steward)
ASSET_TEXTS: Final = (RK.officialName, RK.openedOn, RK.startDate, RK.adoptedOn, RK.areaHectares)
SEVERAL: Final = ("source", "by", "next", "identifier")


@dataclass
class Branch:
    """A theme in its tree, with the number of projects that have it or one below it."""

    ref: Ref
    projects: int
    below: "list[Branch]" = field(default_factory=list)


def theme(about: About) -> dict[str, Any]:
    """What the page of a theme needs. Raises EngineError."""
    shown = _lists(about, THEME)
    shown["branches"] = _branches(shown["tree"].items)
    shown["by_area"] = _by_area(shown["projects"].items)
    notes = [o for o in about.found.values(SKOS.scopeNote) if isinstance(o, Literal)]
    shown["note"] = next((one.value for one in notes if one.language == about.page.lang), "")
    return shown


def scheme(about: About) -> dict[str, Any]:
    """What the page of a scheme of themes needs. Raises EngineError."""
    shown = _lists(about, {"tree": queries.SCHEME})
    return {**shown, "branches": _branches(shown["tree"].items)}


def asset(about: About) -> dict[str, Any]:
    """What the page of an asset needs. Raises EngineError."""
    shown = _lists(about, ASSET)
    shown["timeline"] = _timeline(shown["designations"])
    shown["readings"] = readings(about)
    shown["facts"] = _facts(about)
    here = about.found.iri
    points = points_of(about.view, [here])
    shown["locator"] = locator(
        about.view, about.page, iris(about, RK.subprefecture), [points[here]] if here in points else []
    )
    shown["elsewhere"] = _links(shown["elsewhere"])
    return shown


def _links(rows: Listing) -> Listing:
    """Each address once, with its host and the names of the relations that lead to it."""
    found: dict[str, Item] = {}
    for item in rows.items:
        address = item["link"].iri
        one = found.setdefault(address, {"link": address, "host": urlsplit(address).netloc, "how": []})
        one["how"].append(item["relation"].iri.rpartition("#")[2].rpartition("/")[2])
    return Listing(list(found.values()), rows.behind)


def actor(about: About) -> dict[str, Any]:
    """What the page of an actor needs. Raises EngineError."""
    return {**_lists(about, ACTOR), "facts": [], "locator": None}


def designation(about: About) -> dict[str, Any]:
    """What the page of a designation needs. Raises EngineError."""
    shown = _lists(about, DESIGNATION)
    return {**shown, "timeline": _timeline(shown["designations"])}


def _lists(about: About, asked: dict[str, str]) -> dict[str, Any]:
    filled = {name: queries.filled(text, about.found.iri, about.page.lang) for name, text in asked.items()}
    found, _ = listings(about.view, about.page, filled)
    shown: dict[str, Any] = dict(found)
    return {**shown, "told": told}


def _branches(items: Iterable[Item]) -> list[Branch]:
    """The trees of some themes; a theme with two broader ones stands below each."""
    found: dict[str, Branch] = {}
    above: list[tuple[str, str | None]] = []
    for one in items:
        found[one["theme"].iri] = Branch(one["theme"], one["projects"])
        above.append((one["theme"].iri, one["broader"].iri if one["broader"] else None))
    top: list[Branch] = []
    for iri, broader in above:
        (found[broader].below if broader in found else top).append(found[iri])
    for branch in found.values():
        branch.below.sort(key=lambda below: below.ref.text)
    return sorted(top, key=lambda branch: branch.ref.text)


def _by_area(items: Iterable[Item]) -> list[tuple[Ref | None, list[Item]]]:
    """Projects by their areas; those of no area come last."""
    areas: dict[Ref | None, list[Item]] = {}
    for item in items:
        for one in item["areas"] or [None]:
            areas.setdefault(one, []).append(item)
    return sorted(areas.items(), key=lambda one: (one[0] is None, one[0].iri if one[0] else ""))


def _timeline(rows: Listing) -> Listing:
    """Each designation once, in order of time; of what it can have several of, all."""
    found: dict[str, Item] = {}
    for item in rows.items:
        one = found.setdefault(item["designation"].iri, {**item, **{name: [] for name in SEVERAL}})
        for name in SEVERAL:
            if item[name] is not None and item[name] not in one[name]:
                one[name].append(item[name])
    return Listing(list(found.values()), rows.behind)


def _facts(about: About) -> list[tuple[Ref, list[Fact | Value]]]:
    """What is stated of an asset in a few words: where it belongs, and what it is by name, time and size."""
    values = {p: iris(about, p) for p in ASSET_FACTS}
    texts = {p: [o for o in about.found.values(p) if isinstance(o, Literal)] for p in ASSET_TEXTS}
    named = about.refs_of(one for p in values for one in (p.value, *values[p]))
    terms = about.refs_of(p.value for p in texts)
    found: list[tuple[Ref, list[Fact | Value]]] = [
        (named.term(p.value), [Fact(named.thing(iri)) for iri in some]) for p, some in values.items() if some
    ]
    for property_, said in texts.items():
        shown: list[Fact | Value] = [
            Value(text=told(one.value, about.page.lang), lang=terms.other(one.language)) for one in said
        ]
        if shown:
            found.append((terms.term(property_.value), shown))
    return found
