"""What is on the map and in the list beside it: projects, assets and municipalities, with where they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.geo.atlas import Atlas, Point
from renkei_kg.web.geo.drawing import points_of
from renkei_kg.web.geo.filters import Filter
from renkei_kg.web.geo.listing import Item, listings
from renkei_kg.web.geo.queries import NAME, ORDER
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.pages import Behind
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View

ITEMS: Final = """PREFIX rdfs: <{rdfs}>
PREFIX rk: <{rk}>

SELECT ?{item} {name}
    (GROUP_CONCAT(DISTINCT STR(?{town}); separator=" ") AS ?municipalities)
    (GROUP_CONCAT(DISTINCT STR(?region); separator=" ") AS ?subprefectures)
    (GROUP_CONCAT(DISTINCT STR(?area); separator=" ") AS ?areas) {{
    ?{item} a <{class_}> .{only}
    OPTIONAL {{ ?{item} rdfs:label ?label FILTER(LANG(?label) = "{language}") }}
    OPTIONAL {{ ?{item} rk:kana ?reading }}{places}
}}
GROUP BY ?{item}
ORDER BY {order} ?{item}"""
CLASSES: Final = {"projects": "Project", "assets": "Asset", "municipalities": "Municipality"}
OF_ASSET: Final = """
    OPTIONAL { ?asset rk:municipality ?town }
    OPTIONAL { ?asset rk:subprefecture ?region OPTIONAL { ?region rk:area ?area } }"""
OF_OTHERS: Final = """
    OPTIONAL {{ ?{item} rk:subprefecture ?region }}
    OPTIONAL {{ ?{item} rk:area ?area }}"""


@dataclass(frozen=True)
class Entry:
    """A thing on the map: the layer that it is on, the points where it is, and what they stand for: the
    thing itself (``exact``), its municipalities or its subprefectures; nothing when no place is stated.
    ``kind`` is the most specific class of an asset."""

    layer: str
    ref: Ref
    points: tuple[Point, ...]
    at: str
    subprefectures: list[Ref]
    areas: list[Ref]
    kind: str = ""


@dataclass(frozen=True)
class Layer:
    """The entries of one layer, and the query behind them."""

    name: str
    entries: list[Entry]
    behind: Behind


def query(layer: str, chosen: Filter, language: str) -> str:
    """The query for the things of a layer, narrowed."""
    item = CLASSES[layer].lower()
    return ITEMS.format(
        rdfs=PREFIXES["rdfs"],
        rk=PREFIXES["rk"],
        item=item,
        town=item if layer == "municipalities" else "town",
        name=NAME,
        class_=chosen.kind if layer == "assets" and chosen.kind else PREFIXES["rk"] + CLASSES[layer],
        only="".join(_only(layer, item, chosen)),
        language=language,
        places=OF_ASSET if layer == "assets" else OF_OTHERS.format(item=item),
        order=ORDER[language],
    )


def _only(layer: str, item: str, chosen: Filter) -> Iterable[str]:
    if chosen.area:
        path = "rk:subprefecture/rk:area" if layer == "assets" else "rk:area"
        yield f"\n    ?{item} {path} <{chosen.area}> ."
    if chosen.subprefecture:
        yield f"\n    ?{item} rk:subprefecture <{chosen.subprefecture}> ."


def layers(view: View, page: Page, atlas: Atlas, chosen: Filter) -> list[Layer]:
    """What is on each layer that is shown. Raises EngineError."""
    found, _ = listings(view, page, {name: query(name, chosen, page.lang) for name in chosen.layers})
    return [
        Layer(name, _entries(view, name, listing.items, atlas), listing.behind)
        for name, listing in found.items()
    ]


def _entries(view: View, layer: str, items: list[Item], atlas: Atlas) -> list[Entry]:
    things: list[Ref] = [one[CLASSES[layer].lower()] for one in items]
    towns = (town.iri for one in items for town in one["municipalities"])
    points = points_of(view, (*(one.iri for one in things), *towns))
    kinds = _kinds(view, [one.iri for one in things]) if layer == "assets" else {}
    regions = {one.iri: one.point for one in atlas.regions}
    entries = []
    for ref, item in zip(things, items, strict=True):
        at, where = _place(ref, item, points, regions)
        found = item["subprefectures"], item["areas"]
        entries.append(Entry(layer, ref, where, at, *found, kinds.get(ref.iri, "")))
    return entries


def _place(
    ref: Ref, item: Item, things: Mapping[str, Point], regions: dict[str, Point]
) -> tuple[str, tuple[Point, ...]]:
    """Where something is: at its own point, else at those of its municipalities, else of its regions."""
    if ref.iri in things:
        return "exact", (things[ref.iri],)
    for at, places, known in (
        ("municipalities", item["municipalities"], things),
        ("subprefectures", item["subprefectures"], regions),
    ):
        found = tuple(known[one.iri] for one in places if one.iri in known)
        if found:
            return at, found
    return "", ()


def _kinds(view: View, iris: list[str]) -> dict[str, str]:
    names = linked().names
    schema, known = names.schema(view), names.of(view, iris)
    return {iri: next(iter(schema.kinds(one.types)), "") for iri, one in known.items()}
