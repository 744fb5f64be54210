"""Outlines as they are drawn: projected, simplified together so that borders still meet, written as SVG."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

MARGIN: Final = 0.015
SMALLEST: Final = 6.0
Place = tuple[int, int]


@dataclass(frozen=True)
class Projection:
    """From degrees to the units of a drawing. Latitudes and longitudes stay straight lines, and lengths are
    true in the middle (equirectangular)."""

    west: float
    north: float
    across: float
    down: float

    def place(self, longitude: float, latitude: float) -> Place:
        """Where a point is in the drawing."""
        return round((longitude - self.west) * self.across), round((self.north - latitude) * self.down)


@dataclass(frozen=True)
class Outlines:
    """A drawing of regions: its size, the path of each, and the borders between them, as SVG path data."""

    width: int
    height: int
    projection: Projection
    paths: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]

    @classmethod
    def of(cls, outlines: Sequence[BaseGeometry], width: int, detail: float) -> "Outlines":
        """The drawing of some outlines; ``detail`` is how far lines may be moved, in its units."""
        west, south, east, north = shapely.total_bounds(list(outlines))
        margin = (east - west) * MARGIN
        west, south, east, north = west - margin, south - margin, east + margin, north + margin
        across = width / (east - west)
        down = across / math.cos(math.radians((north + south) / 2))
        projection = Projection(west, north, across, down)

        def project(points: Any) -> Any:
            return (points - [west, north]) * [across, -down]

        drawn = [shapely.transform(one, project) for one in outlines]
        if shapely.coverage_is_valid(drawn):
            drawn = list(shapely.coverage_simplify(drawn, detail))
        else:
            drawn = list(shapely.simplify(drawn, detail))
        shapes = tuple(map(_without_specks, drawn))
        paths = tuple(_path(_rings(one)) for one in shapes)
        return cls(width, math.ceil((north - south) * down), projection, paths, shapes)

    def borders(self, groups: Sequence[Iterable[int]]) -> str:
        """The borders between groups of regions, which are given by their numbers."""
        joined = [shapely.union_all([self.shapes[number] for number in group]) for group in groups]
        shared = [
            shapely.line_merge(line)
            for number, one in enumerate(joined)
            for other in joined[number + 1 :]
            if (line := shapely.intersection(one.boundary, other.boundary)).length
        ]
        lines = [part for one in shared for part in shapely.get_parts(one) if part.geom_type == "LineString"]
        return _path(lines, closed=False)


def _without_specks(shape: BaseGeometry) -> BaseGeometry:
    """A shape without the islands that nobody would see; the largest stays, however small."""
    parts = sorted(shapely.get_parts(shape), key=shapely.area, reverse=True)
    return shapely.MultiPolygon([*parts[:1], *(one for one in parts[1:] if one.area >= SMALLEST)])


def _rings(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    for part in shapely.get_parts(shape):
        yield part.exterior
        yield from part.interiors


def _path(lines: Iterable[BaseGeometry], *, closed: bool = True) -> str:
    """Lines as SVG path data, in whole units, each point relative to the one before."""
    return "".join(_line(shapely.get_coordinates(line), closed) for line in lines)


def _line(points: Any, closed: bool) -> str:
    places: list[Place] = []
    for x, y in points[:-1] if closed else points:
        place = (round(float(x)), round(float(y)))
        if not places or place != places[-1]:
            places.append(place)
    if len(places) < 2:
        return ""
    (x, y), steps = places[0], []
    for before, after in pairwise(places):
        steps.append((after[0] - before[0], after[1] - before[1]))
    text = " ".join(f"{a} {b}" for a, b in steps).replace(" -", "-")
    return f"M{x} {y}l{text}{'z' if closed else ''}"
