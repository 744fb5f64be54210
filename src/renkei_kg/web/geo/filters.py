"""What a map and its list are narrowed to, read from a URL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import MultiDict

from renkei_kg.namespaces import RK
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

LAYERS: Final = ("projects", "assets", "municipalities")
REGIONS: Final = "SELECT ?x ?area { ?x a rk:Subprefecture OPTIONAL { ?x rk:area ?area } } ORDER BY ?x"
AREAS: Final = "SELECT ?x { ?x a rk:CooperationArea } ORDER BY ?x"
KINDS: Final = "SELECT ?kind (COUNT(?x) AS ?n) { ?x a rk:Asset ; a ?kind } GROUP BY ?kind ORDER BY ?kind"


def name(iri: str) -> str:
    """How a URL names an area, a region or a class: by the last part of its IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]


@dataclass(frozen=True)
class Choices:
    """What can be chosen: areas, subprefectures and kinds of assets, with the areas of each subprefecture."""

    areas: list[Ref]
    subprefectures: list[Ref]
    kinds: list[Ref]
    areas_of: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Filter:
    """What is chosen, as IRIs, empty for all; and the layers shown."""

    area: str = ""
    subprefecture: str = ""
    kind: str = ""
    layers: tuple[str, ...] = LAYERS

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.area or self.subprefecture or self.kind) or self.layers != LAYERS

    def arguments(self) -> dict[str, object]:
        """How a URL says it."""
        chosen = (("area", self.area), ("subprefecture", self.subprefecture), ("kind", self.kind))
        shown = () if self.layers == LAYERS else self.layers
        return {**{key: name(iri) for key, iri in chosen if iri}, "show": shown}


def choices(view: View, page: Page) -> Choices:
    """What there is to choose from in a version. Raises EngineError."""
    areas = [row[0].value for row in view.rows(AREAS)]
    areas_of: dict[str, set[str]] = {}
    for region, area in view.rows(REGIONS):
        areas_of.setdefault(region.value, set()).update([] if area is None else [area.value])
    schema = linked().names.schema(view)
    kinds = [row[0].value for row in view.rows(KINDS)]
    kinds = [one for one in kinds if RK.Asset.value in schema.classes.get(one, ())]
    named = refs(view, page, linked().names, [*areas, *areas_of, *kinds])
    return Choices(
        [named.thing(iri) for iri in areas],
        sorted((named.thing(iri) for iri in areas_of), key=_by_text),
        sorted((named.term(iri) for iri in kinds), key=_by_text),
        {iri: frozenset(found) for iri, found in areas_of.items()},
    )


def _by_text(ref: Ref) -> tuple[str, str]:
    return ref.text, ref.iri


def read(arguments: "MultiDict[str, str]", offered: Choices) -> Filter:
    """The filter that a URL asks for. Raises Problem 400 that says what can be chosen."""
    shown = tuple(dict.fromkeys(one for one in arguments.getlist("show") if one))
    unknown = [one for one in shown if one not in LAYERS]
    if unknown:
        raise Problem(400, f"show={unknown[0]!r} is no layer of the map. There are: {', '.join(LAYERS)}.")
    return Filter(
        _chosen("area", arguments, offered.areas),
        _chosen("subprefecture", arguments, offered.subprefectures),
        _chosen("kind", arguments, offered.kinds),
        tuple(one for one in LAYERS if one in shown) or LAYERS,
    )


def _chosen(key: str, arguments: "MultiDict[str, str]", offered: Iterable[Ref]) -> str:
    asked = arguments.get(key, "")
    if not asked:
        return ""
    by_name = {name(one.iri): one.iri for one in offered}
    if asked not in by_name and asked not in by_name.values():
        raise Problem(400, f"{key}={asked!r} cannot be chosen. There are: {', '.join(sorted(by_name))}.")
    return by_name.get(asked, asked)
