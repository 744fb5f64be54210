"""Where things are: outlines of regions and points of things, read from the graph once for each version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import shapely
from pyoxigraph import Literal, NamedNode
from shapely.geometry.base import BaseGeometry

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.geo.outline import Outlines
from renkei_kg.web.linked.names import AT_ONCE
from renkei_kg.web.linked.view import View, values

GEO: Final = f"PREFIX geo: <{PREFIXES['geo']}>\n"
OUTLINED: Final = f"""{GEO}SELECT ?region ?area ?code ?wkt {{
    ?region a rk:Subprefecture ; geo:hasGeometry/geo:asWKT ?wkt
    OPTIONAL {{ ?region rk:area ?area }}
    OPTIONAL {{ ?region rk:standardAreaCode ?code }}
}}"""
MOST_POINTS: Final = 20_000
PLACED: Final = f"""{GEO}SELECT ?thing ?wkt {{
    ?thing geo:hasGeometry/geo:asWKT ?wkt FILTER NOT EXISTS {{ ?thing a rk:Subprefecture }}
}}
LIMIT {MOST_POINTS + 1}"""
PLACES: Final = f"""{GEO}SELECT ?thing ?wkt {{{{
    VALUES ?thing {{{{ {{things}} }}}} ?thing geo:hasGeometry/geo:asWKT ?wkt
}}}}"""
RIGHTS: Final = f"""{GEO}SELECT DISTINCT ?text {{
    ?region a rk:Subprefecture ; geo:hasGeometry/dcterms:rights ?text
}} ORDER BY ?text"""
Point = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A subprefecture with its outline in degrees, its areas, and the point that stands for it."""

    iri: str
    outline: BaseGeometry
    areas: tuple[str, ...]
    code: str = ""

    @cached_property
    def point(self) -> Point:
        """A point well inside of its largest part: longitude, latitude."""
        largest = max(shapely.get_parts(self.outline), key=shapely.area)
        inner = shapely.maximum_inscribed_circle(largest, tolerance=0.005)
        return float(inner.coords[0][0]), float(inner.coords[0][1])


@dataclass(frozen=True)
class Atlas:
    """The regions of one version, in the order of their codes, the points of other things by IRI, or None
    when they are too many to hold, and what has to be said of where the outlines come from."""

    regions: tuple[Region, ...] = ()
    points: dict[str, Point] | None = field(default_factory=dict)
    rights: tuple[Literal, ...] = ()

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The areas that have an outline, in the order of their first subprefecture."""
        return tuple(dict.fromkeys(area for one in self.regions for area in one.areas))

    def inside(self, area: str) -> frozenset[str]:
        """The subprefectures of an area."""
        return frozenset(one.iri for one in self.regions if area in one.areas)

    @cached_property
    def touching(self) -> dict[str, frozenset[str]]:
        """The subprefectures that each one has a border with (DE-9IM *touches*)."""
        pairs = [(a, b) for a in self.regions for b in self.regions if a is not b]
        shapes = shapely.touches([a.outline for a, _ in pairs], [b.outline for _, b in pairs])
        found: dict[str, set[str]] = {one.iri: set() for one in self.regions}
        for (a, b), touches in zip(pairs, shapes, strict=True):
            if touches:
                found[a.iri].add(b.iri)
        return {iri: frozenset(others) for iri, others in found.items()}

    def beside(self, area: str) -> list[str]:
        """The areas that an area has a border with, in order."""
        near = {other for one in self.inside(area) for other in self.touching[one]}
        found = {beside for one in self.regions if one.iri in near for beside in one.areas}
        return [one for one in self.areas if one in found and one != area]

    def credit(self, language: str) -> str:
        """Whose outlines they are, in a language."""
        said = [one.value for one in self.rights if one.language in (language, None)]
        return ("。" if language == "ja" else "; ").join(said)

    @cached_property
    def large(self) -> Outlines:
        """The outlines for a map as wide as a page."""
        return Outlines.of([one.outline for one in self.regions], 1000, 1.6)

    @cached_property
    def borders(self) -> str:
        """The borders between areas, in the same units."""
        areas = [
            [number for number, one in enumerate(self.regions) if area in one.areas] for area in self.areas
        ]
        return self.large.borders(areas)

    @cached_property
    def small(self) -> Outlines:
        """The outlines for a map that shows where something is."""
        return Outlines.of([one.outline for one in self.regions], 300, 1.1)


def read(view: View) -> Atlas:
    """The atlas of a version. What is no geometry is left out. Raises EngineError."""
    areas: dict[str, set[str]] = {}
    shapes: dict[str, BaseGeometry] = {}
    codes: dict[str, str] = {}
    for region, area, code, wkt in view.rows(OUTLINED):
        shape = _shape(wkt)
        if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
            shapes[region.value] = shape
            codes[region.value] = "" if code is None else code.value
            areas.setdefault(region.value, set()).update([] if area is None else [area.value])
    found = [Region(iri, shapes[iri], tuple(sorted(areas[iri])), codes[iri]) for iri in shapes]
    found.sort(key=lambda one: (one.code, one.iri))
    rights = tuple(row[0] for row in view.rows(RIGHTS) if isinstance(row[0], Literal))
    placed = view.rows(PLACED)
    return Atlas(tuple(found), dict(_points(placed)) if len(placed) <= MOST_POINTS else None, rights)


def points(view: View, iris: Iterable[str]) -> dict[str, Point]:
    """The points of some things, of those that have one. Raises EngineError."""
    found: dict[str, Point] = {}
    asked = list(dict.fromkeys(iris))
    for start in range(0, len(asked), AT_ONCE):
        some = values(asked[start : start + AT_ONCE])
        found |= _points(view.rows(PLACES.format(things=some)))
    return found


def _points(rows: Iterable[tuple[NamedNode, Literal]]) -> Iterable[tuple[str, Point]]:
    for thing, wkt in rows:
        shape = _shape(wkt)
        if shape is not None:
            point = shapely.point_on_surface(shape)
            yield thing.value, (float(point.x), float(point.y))


def _shape(wkt: Literal) -> BaseGeometry | None:
    """A WKT literal as a geometry (GeoSPARQL 1.1, 8.5.1); None when it is none in longitude and latitude."""
    system, _, text = wkt.value.rpartition("> ")
    if system and not system.endswith("/CRS84"):
        return None
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        return None
    return None if shape.is_empty or not shape.is_valid else shape
