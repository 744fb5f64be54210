"""The GeoSPARQL functions that an engine has, found out by asking it: each with a question whose right answer
is ``true`` (OGC GeoSPARQL 1.1, clauses 8 to 11). What is not answered rightly is not advertised.

The relations are judged by the patterns of the standard, not by their names: an engine whose ``ehInside``
lets the boundaries touch has another function under that name.
"""

from typing import Final

from renkei_kg.namespaces import PREFIXES


def _wkt(text: str) -> str:
    return f'"{text}"^^geo:wktLiteral'


SQUARE = _wkt("POLYGON((0 0,4 0,4 4,0 4,0 0))")
INNER = _wkt("POLYGON((1 1,2 1,2 2,1 2,1 1))")
CORNER = _wkt("POLYGON((0 0,2 0,2 2,0 2,0 0))")
SHIFTED = _wkt("POLYGON((2 2,6 2,6 6,2 6,2 2))")
NEXT = _wkt("POLYGON((4 0,8 0,8 4,4 4,4 0))")
FAR = _wkt("POLYGON((10 10,11 10,11 11,10 11,10 10))")
LINE = _wkt("LINESTRING(-1 2,5 2)")
KNOT = _wkt("LINESTRING(0 0,2 2,0 2,2 0)")
CORNERS = _wkt("MULTIPOINT((0 0),(4 0),(4 4),(0 4))")
ORIGIN, NORTH, POINT, HIGH = (_wkt(f"POINT{where}") for where in ("(0 0)", "(0 1)", "(1 2)", " Z(1 2 3)"))
DEGREE = _wkt("POLYGON((0 0,1 0,1 1,0 1,0 0))")
Pairs = tuple[tuple[str, str], ...]

RELATIONS: Final[dict[str, tuple[Pairs, Pairs]]] = {
    "sfEquals": (((SQUARE, SQUARE),), ((SQUARE, INNER),)),
    "sfDisjoint": (((SQUARE, FAR),), ((SQUARE, NEXT),)),
    "sfIntersects": (((SQUARE, NEXT),), ((SQUARE, FAR),)),
    "sfTouches": (((SQUARE, NEXT),), ((SQUARE, SHIFTED),)),
    "sfCrosses": (((LINE, SQUARE),), ((SQUARE, SHIFTED),)),
    "sfWithin": (((INNER, SQUARE), (CORNER, SQUARE)), ((SQUARE, INNER),)),
    "sfContains": (((SQUARE, INNER), (SQUARE, CORNER)), ((INNER, SQUARE),)),
    "sfOverlaps": (((SQUARE, SHIFTED),), ((SQUARE, INNER), (SQUARE, NEXT))),
    "ehEquals": (((SQUARE, SQUARE),), ((SQUARE, INNER),)),
    "ehDisjoint": (((SQUARE, FAR),), ((SQUARE, NEXT),)),
    "ehMeet": (((SQUARE, NEXT),), ((SQUARE, SHIFTED),)),
    "ehOverlap": (((SQUARE, SHIFTED),), ((SQUARE, INNER), (SQUARE, NEXT))),
    "ehCovers": (((SQUARE, CORNER),), ((SQUARE, INNER), (SQUARE, SQUARE))),
    "ehCoveredBy": (((CORNER, SQUARE),), ((INNER, SQUARE), (SQUARE, SQUARE))),
    "ehInside": (((INNER, SQUARE),), ((CORNER, SQUARE),)),
    "ehContains": (((SQUARE, INNER),), ((SQUARE, CORNER),)),
    "rcc8eq": (((SQUARE, SQUARE),), ((SQUARE, INNER),)),
    "rcc8dc": (((SQUARE, FAR),), ((SQUARE, NEXT),)),
    "rcc8ec": (((SQUARE, NEXT),), ((SQUARE, SHIFTED),)),
    "rcc8po": (((SQUARE, SHIFTED),), ((SQUARE, INNER), (SQUARE, NEXT))),
    "rcc8tpp": (((CORNER, SQUARE),), ((INNER, SQUARE), (SQUARE, SQUARE))),
    "rcc8tppi": (((SQUARE, CORNER),), ((SQUARE, INNER), (SQUARE, SQUARE))),
    "rcc8ntpp": (((INNER, SQUARE),), ((CORNER, SQUARE),)),
    "rcc8ntppi": (((SQUARE, INNER),), ((SQUARE, CORNER),)),
}


def _is(geometry: str, expected: str) -> str:
    return f"geof:sfEquals({geometry}, {expected})"


def _holds(geometry: str, inside: str, outside: str) -> str:
    return f"geof:sfContains({geometry}, {inside}) && !geof:sfIntersects({geometry}, {outside})"


def _near(value: str, expected: float) -> str:
    """Within a hundredth: some engines measure on a sphere, some on an ellipsoid."""
    return f"ABS({value} - {expected}) < {expected / 100}"


MEASURES: Final[dict[str, str]] = {
    "distance": _near(f"geof:distance({ORIGIN}, {NORTH}, uom:metre)", 110_900),
    "metricDistance": _near(f"geof:metricDistance({ORIGIN}, {NORTH})", 110_900),
    "length": _near(f"geof:length({_wkt('LINESTRING(0 0,0 1)')}, uom:metre)", 110_900),
    "metricLength": _near(f"geof:metricLength({_wkt('LINESTRING(0 0,0 1)')})", 110_900),
    "perimeter": _near(f"geof:perimeter({DEGREE}, uom:metre)", 443_800),
    "metricPerimeter": _near(f"geof:metricPerimeter({DEGREE})", 443_800),
    "area": _near(f"geof:area({DEGREE}, uom:square_metre)", 12_330_000_000),
    "metricArea": _near(f"geof:metricArea({DEGREE})", 12_330_000_000),
    "dimension": f"geof:dimension({POINT}) = 0 && geof:dimension({LINE}) = 1 && geof:dimension({SQUARE}) = 2",
    "coordinateDimension": f"geof:coordinateDimension({POINT}) = 2 && geof:coordinateDimension({HIGH}) = 3",
    "spatialDimension": f"geof:spatialDimension({POINT}) = 2 && geof:spatialDimension({HIGH}) = 3",
    "numGeometries": f"geof:numGeometries({CORNERS}) = 4",
    **{f"min{axis}": f"geof:min{axis}({SQUARE}) = 0" for axis in "XY"},
    **{f"max{axis}": f"geof:max{axis}({SQUARE}) = 4" for axis in "XY"},
    "minZ": f"geof:minZ({HIGH}) = 3",
    "maxZ": f"geof:maxZ({HIGH}) = 3",
}
GEOMETRIES: Final[dict[str, str]] = {
    "boundary": _is(f"geof:boundary({SQUARE})", _wkt("LINESTRING(0 0,4 0,4 4,0 4,0 0)")),
    "boundingCircle": _holds(f"geof:boundingCircle({SQUARE})", SQUARE, FAR),
    "buffer": _holds(f"geof:buffer({ORIGIN}, 1, uom:degree)", _wkt("POINT(0.5 0.5)"), FAR),
    "metricBuffer": _holds(f"geof:metricBuffer({ORIGIN}, 1000)", _wkt("POINT(0.005 0)"), NORTH),
    "centroid": _is(f"geof:centroid({SQUARE})", _wkt("POINT(2 2)")),
    "concaveHull": _is(f"geof:concaveHull({CORNERS})", SQUARE),
    "convexHull": _is(f"geof:convexHull({CORNERS})", SQUARE),
    "envelope": _is(f"geof:envelope({_wkt('LINESTRING(0 0,4 4)')})", SQUARE),
    "intersection": _is(f"geof:intersection({SQUARE}, {SHIFTED})", _wkt("POLYGON((2 2,4 2,4 4,2 4,2 2))")),
    "union": _is(f"geof:union({SQUARE}, {NEXT})", _wkt("POLYGON((0 0,8 0,8 4,0 4,0 0))")),
    "difference": _is(
        f"geof:difference({SQUARE}, {SHIFTED})", _wkt("POLYGON((0 0,4 0,4 2,2 2,2 4,0 4,0 0))")
    ),
    "symDifference": _is(
        f"geof:symDifference({SQUARE}, {CORNER})", _wkt("POLYGON((2 0,4 0,4 4,0 4,0 2,2 2,2 0))")
    ),
    "geometryN": _is(f"geof:geometryN({_wkt('MULTIPOINT((1 2),(5 6))')}, 1)", POINT),
    "transform": _is(f"geof:transform({POINT}, <http://www.opengis.net/def/crs/OGC/1.3/CRS84>)", POINT),
    "asWKT": _is(f"geof:asWKT({SQUARE})", SQUARE),
    "asGeoJSON": _is(f"geof:asGeoJSON({SQUARE})", SQUARE),
    "asGML": f'CONTAINS(STR(geof:asGML({POINT}, "3.2")), "Point")',
    "asKML": f'CONTAINS(STR(geof:asKML({POINT})), "Point")',
}
PROPERTIES: Final[dict[str, str]] = {
    "relate": f'geof:relate({INNER}, {SQUARE}, "TFF*FFT**") && !geof:relate({CORNER}, {SQUARE}, "TFF*FFT**")',
    "getSRID": f'STR(geof:getSRID({POINT})) = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"',
    "geometryType": f'STRENDS(STR(geof:geometryType({POINT})), "Point")',
    "is3D": f"geof:is3D({HIGH}) && !geof:is3D({POINT})",
    "isMeasured": f"geof:isMeasured({_wkt('POINT M(1 2 3)')}) && !geof:isMeasured({POINT})",
    "isEmpty": f"geof:isEmpty({_wkt('POINT EMPTY')}) && !geof:isEmpty({POINT})",
    "isSimple": f"geof:isSimple({LINE}) && !geof:isSimple({KNOT})",
}


def _related(name: str, so: Pairs, not_so: Pairs) -> str:
    calls = [f"geof:{name}({a}, {b})" for a, b in so] + [f"!geof:{name}({a}, {b})" for a, b in not_so]
    return " && ".join(calls)


PROBES: Final[dict[str, str]] = {
    **{name: _related(name, *pairs) for name, pairs in RELATIONS.items()},
    **MEASURES,
    **GEOMETRIES,
    **PROPERTIES,
}


def question(name: str) -> str:
    """The query that an engine with the function ``geof:name`` answers with ``true``."""
    prologue = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("geo", "geof", "uom"))
    return f"{prologue}ASK {{ FILTER({PROBES[name]}) }}"
