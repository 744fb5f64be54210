"""The map as GeoJSON (RFC 7946): outlines of subprefectures, and what is on the layers."""

import json
from typing import Any, Final

import shapely

from renkei_kg.web.geo.atlas import Atlas
from renkei_kg.web.geo.drawing import Region
from renkei_kg.web.geo.filters import name
from renkei_kg.web.geo.mapped import Entry, Layer
from renkei_kg.web.negotiate import Format

GEOJSON: Final = Format("geojson", "application/geo+json")
DECIMALS: Final = 0.0001
Object = dict[str, Any]


def document(atlas: Atlas, regions: list[Region], layers: list[Layer]) -> Object:
    """Everything that the filter leaves, as one collection of features."""
    outlines = {one.iri: one.outline for one in atlas.regions}
    points = {one.iri: one.point for one in atlas.regions}
    kept = [one for one in regions if not one.off]
    drawn = [_region(one, outlines[one.ref.iri], points[one.ref.iri]) for one in kept]
    placed = [_entry(one) for layer in layers for one in layer.entries]
    return {"type": "FeatureCollection", "features": [*drawn, *placed]}


def _region(region: Region, outline: Any, point: tuple[float, float]) -> Object:
    shape = shapely.orient_polygons(shapely.set_precision(outline, DECIMALS))
    area = region.area
    return _feature(
        region.ref.iri,
        json.loads(shapely.to_geojson(shape)),
        layer="subprefectures",
        name=region.ref.text,
        lang=region.ref.lang,
        page=region.ref.href,
        short=region.short,
        area="" if area is None else name(area.ref.iri),
        areaName="" if area is None else area.ref.text,
        number=0 if area is None else area.number,
        subprefecture=name(region.ref.iri),
        point=_rounded(point),
    )


def _entry(entry: Entry) -> Object:
    points = [_rounded(one) for one in entry.points]
    geometry = None
    if points:
        single = len(points) == 1
        geometry = {
            "type": "Point" if single else "MultiPoint",
            "coordinates": points[0] if single else points,
        }
    return _feature(
        entry.ref.iri,
        geometry,
        layer=entry.layer,
        name=entry.ref.text,
        lang=entry.ref.lang,
        page=entry.ref.href,
        at=entry.at,
        kind=name(entry.kind),
        kindName=entry.ref.kind if entry.kind else "",
        areas=[name(one.iri) for one in entry.areas],
        subprefectures=[name(one.iri) for one in entry.subprefectures],
    )


def _feature(iri: str, geometry: Object | None, **properties: Any) -> Object:
    """A feature; properties that say nothing are left out."""
    said = {key: value for key, value in properties.items() if value not in ("", [], 0)}
    return {"type": "Feature", "id": iri, "geometry": geometry, "properties": said}


def _rounded(point: tuple[float, float]) -> list[float]:
    return [round(point[0], 5), round(point[1], 5)]
