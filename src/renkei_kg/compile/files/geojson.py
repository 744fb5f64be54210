"""Tables with positions as GeoJSON (RFC 7946): the rows that have one, with the cells of the table."""

import json
from typing import Any, Final

import shapely

from renkei_kg.compile.files.tables import Column, Made, Row

CRS84: Final = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
NUMBERS: Final[dict[str, type]] = {"integer": int, "decimal": float}
Object = dict[str, Any]


def located(made: Made) -> list[tuple[Row, Any]]:
    """The rows with a position, each with its shape."""
    found = ((row, shape(row.geometry)) for row in made.rows if row.geometry)
    return [(row, one) for row, one in found if one is not None]


def shape(text: str) -> Any | None:
    """The shape that a WKT literal tells (GeoSPARQL 1.1, section 8.5.1), outer rings counterclockwise. None
    when it is none, empty or in another reference system than CRS84, the only one that GeoJSON has."""
    try:
        found = shapely.from_wkt(text.removeprefix(CRS84).strip())
    except (shapely.errors.GEOSException, TypeError):
        return None
    return None if found.is_empty else shapely.orient_polygons(found)


def text(made: Made, licence: str) -> str:
    """A table as a FeatureCollection, a feature to a line. ``name`` is what programs call the layer."""
    rows = located(made)
    known = {"licence": licence} if licence else {}
    bounds = shapely.total_bounds([one for _, one in rows]).tolist()
    head = {"type": "FeatureCollection", "name": made.table.name, **known, "bbox": bounds}
    features = ",\n".join(json.dumps(_feature(made, *one), ensure_ascii=False) for one in rows)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{features}\n]}}\n'


def _feature(made: Made, row: Row, found: Any) -> Object:
    return {
        "type": "Feature",
        "id": row.cells[made.table.subject][0],
        "geometry": json.loads(shapely.to_geojson(found)),
        "properties": {column.name: _value(column, row.cells[column.name]) for column in made.table.columns},
    }


def _value(column: Column, cell: tuple[str, ...]) -> Any:
    """A list is an array; a cell that is empty is null."""
    values = [_typed(column.type, value) for value in cell]
    if column.list:
        return values
    return values[0] if values else None


def _typed(datatype: str, value: str) -> Any:
    try:
        return NUMBERS[datatype](value)
    except (KeyError, ValueError):
        return value
