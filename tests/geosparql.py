"""What GeoSPARQL's functions should answer, told by another library (GEOS, through shapely) and by the
intersection patterns of OGC GeoSPARQL 1.1, clauses 8 and 9."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import shapely
from shapely import wkt

AREAS = {
    "square": "POLYGON((0 0,4 0,4 4,0 4,0 0))",
    "inner": "POLYGON((1 1,2 1,2 2,1 2,1 1))",
    "corner": "POLYGON((0 0,2 0,2 2,0 2,0 0))",
    "shifted": "POLYGON((2 2,6 2,6 6,2 6,2 2))",
    "next": "POLYGON((4 0,8 0,8 4,4 4,4 0))",
    "far": "POLYGON((10 10,11 10,11 11,10 11,10 10))",
}
LINE = "LINESTRING(-1 2,5 2)"
LONGER = (
    *AREAS.values(),
    "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))",
    LINE,
    "LINESTRING(0 0,4 0)",
)
ALL = (*LONGER, "POINT(1.5 1.5)", "POINT(4 4)")
PATTERNS = {
    "sfEquals": ("TFFFTFFFT",),
    "sfDisjoint": ("FF*FF****",),
    "sfIntersects": ("T********", "*T*******", "***T*****", "****T****"),
    "sfTouches": ("FT*******", "F**T*****", "F***T****"),
    "sfWithin": ("T*F**F***",),
    "sfContains": ("T*****FF*",),
    "sfOverlaps": ("T*T***T**",),
    "sfCrosses": ("T*T******",),
    "ehEquals": ("TFFFTFFFT",),
    "ehDisjoint": ("FF*FF****",),
    "ehMeet": ("FT*******", "F**T*****", "F***T****"),
    "ehOverlap": ("T*T***T**",),
    "ehCovers": ("T*TFT*FF*",),
    "ehCoveredBy": ("TFF*TFT**",),
    "ehInside": ("TFF*FFT**",),
    "ehContains": ("T*TFF*FF*",),
    "rcc8eq": ("TFFFTFFFT",),
    "rcc8dc": ("FFTFFTTTT",),
    "rcc8ec": ("FFTFTTTTT",),
    "rcc8po": ("TTTTTTTTT",),
    "rcc8tppi": ("TTTFTTFFT",),
    "rcc8tpp": ("TFFTTFTTT",),
    "rcc8ntpp": ("TFFTFFTTT",),
    "rcc8ntppi": ("TTTFFTFFT",),
}


def pairs(function: str) -> Iterator[tuple[str, str, bool]]:
    """The pairs of geometries that a relation is defined for, and whether it holds between them."""
    for first, second in _defined(function):
        one, other = wkt.loads(first), wkt.loads(second)
        yield first, second, any(shapely.relate_pattern(one, other, p) for p in PATTERNS[function])


def _defined(function: str) -> list[tuple[str, str]]:
    """A line may cross areas; RCC8 is about regions without holes, and overlap here too; points have no
    boundary, so that no two are equal by the pattern."""
    if function == "sfCrosses":
        return [(LINE, area) for area in AREAS.values()]
    of: Iterable[str] = ALL
    if function.startswith("rcc8") or function in ("sfOverlaps", "ehOverlap"):
        of = AREAS.values()
    elif function in ("sfEquals", "ehEquals"):
        of = LONGER
    return list(product(of, of))


def literal(text: str) -> str:
    return f'"{text}"^^geo:wktLiteral'


def shape(text: str) -> shapely.Geometry:
    """A WKT literal's geometry; it may be prefixed by the IRI of its reference system."""
    return wkt.loads(text.partition("> ")[2] if text.startswith("<") else text)


def equals(expected: str) -> Callable[[str], bool]:
    return lambda found: bool(shape(found).equals(wkt.loads(expected)))


def near(expected: float) -> Callable[[str], bool]:
    """Within a hundredth, since some measure on a sphere and some on an ellipsoid."""
    return lambda found: abs(float(found) - expected) <= expected / 100


def says(*expected: str) -> Callable[[str], bool]:
    return lambda found: found in expected


SQUARE, SHIFTED, NEXT, CORNER = (literal(AREAS[name]) for name in ("square", "shifted", "next", "corner"))
POINT, HIGH = literal("POINT(1 2)"), literal("POINT Z(1 2 3)")
KNOT = literal("LINESTRING(0 0,2 2,0 2,2 0)")
DEGREE = literal("POLYGON((0 0,1 0,1 1,0 1,0 0))")
CORNERS = literal("MULTIPOINT((0 0),(4 0),(4 4),(0 4))")
NORTHWARD = literal("LINESTRING(0 0,0 1)")
METRES = 111_000.0
AREA = 12_330_000_000.0
# Each function of GeoSPARQL that is no relation: calls of it, and what is right for each.
CALLS: dict[str, list[tuple[str, Callable[[str], bool]]]] = {
    "distance": [(f"{literal('POINT(0 0)')}, {literal('POINT(0 1)')}, uom:metre", near(METRES))],
    "metricDistance": [(f"{literal('POINT(0 0)')}, {literal('POINT(0 1)')}", near(METRES))],
    "length": [(f"{NORTHWARD}, uom:metre", near(METRES))],
    "metricLength": [(NORTHWARD, near(METRES))],
    "perimeter": [(f"{DEGREE}, uom:metre", near(4 * METRES))],
    "metricPerimeter": [(DEGREE, near(4 * METRES))],
    "area": [(f"{DEGREE}, uom:square_metre", near(AREA))],
    "metricArea": [(DEGREE, near(AREA))],
    "dimension": [(POINT, says("0")), (NORTHWARD, says("1")), (SQUARE, says("2"))],
    "coordinateDimension": [(POINT, says("2")), (HIGH, says("3"))],
    "spatialDimension": [(POINT, says("2")), (HIGH, says("3"))],
    "numGeometries": [(CORNERS, says("4"))],
    "minX": [(SHIFTED, near(2))],
    "minY": [(SHIFTED, near(2))],
    "maxX": [(SHIFTED, near(6))],
    "maxY": [(SHIFTED, near(6))],
    "minZ": [(HIGH, near(3))],
    "maxZ": [(HIGH, near(3))],
    "boundary": [(SQUARE, equals("LINESTRING(0 0,4 0,4 4,0 4,0 0)"))],
    "boundingCircle": [(SQUARE, lambda found: bool(shape(found).contains(wkt.loads(AREAS["inner"]))))],
    "buffer": [(f"{POINT}, 1, uom:degree", lambda found: bool(shape(found).contains(wkt.loads("POINT(1.5 2)"))))],
    "metricBuffer": [(f"{POINT}, 1000", lambda found: bool(shape(found).contains(wkt.loads("POINT(1.005 2)"))))],
    "centroid": [(SQUARE, equals("POINT(2 2)")), (SHIFTED, equals("POINT(4 4)"))],
    "concaveHull": [(CORNERS, equals(AREAS["square"]))],
    "convexHull": [(CORNERS, equals(AREAS["square"]))],
    "envelope": [(literal("LINESTRING(0 0,4 4)"), equals(AREAS["square"]))],
    "intersection": [(f"{SQUARE}, {SHIFTED}", equals("POLYGON((2 2,4 2,4 4,2 4,2 2))"))],
    "union": [(f"{SQUARE}, {NEXT}", equals("POLYGON((0 0,8 0,8 4,0 4,0 0))"))],
    "difference": [(f"{SQUARE}, {SHIFTED}", equals("POLYGON((0 0,4 0,4 2,2 2,2 4,0 4,0 0))"))],
    "symDifference": [(f"{SQUARE}, {CORNER}", equals("POLYGON((2 0,4 0,4 4,0 4,0 2,2 2,2 0))"))],
    "geometryN": [(f"{literal('MULTIPOINT((1 2),(5 6))')}, 1", equals("POINT(1 2)"))],
    "transform": [(f"{POINT}, <http://www.opengis.net/def/crs/OGC/1.3/CRS84>", equals("POINT(1 2)"))],
    "asWKT": [(SQUARE, equals(AREAS["square"]))],
    "asGeoJSON": [(POINT, lambda found: bool(shapely.from_geojson(found).equals(wkt.loads("POINT(1 2)"))))],
    "asGML": [(f'{POINT}, "3.2"', lambda found: "Point" in found)],
    "asKML": [(POINT, lambda found: "Point" in found)],
    "relate": [
        (f'{literal(AREAS["inner"])}, {SQUARE}, "TFF*FFT**"', says("true")),
        (f'{CORNER}, {SQUARE}, "TFF*FFT**"', says("false")),
        (f'{CORNER}, {SQUARE}, "2FF11F212"', says("true")),
    ],
    "getSRID": [(POINT, says("http://www.opengis.net/def/crs/OGC/1.3/CRS84"))],
    "geometryType": [(POINT, lambda found: found.endswith("Point"))],
    "is3D": [(HIGH, says("true")), (POINT, says("false"))],
    "isMeasured": [(literal("POINT M(1 2 3)"), says("true")), (POINT, says("false"))],
    "isEmpty": [(literal("POINT EMPTY"), says("true")), (POINT, says("false"))],
    "isSimple": [(NORTHWARD, says("true")), (KNOT, says("false"))],
}  # fmt: skip
