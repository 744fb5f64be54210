"""What the datasets cover: the prefecture with its extent, and the years, both worked out from the graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import shapely
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple
from shapely.errors import ShapelyError

from renkei_kg.namespaces import DCAT, DCTERMS, GEO, PREFIXES, RDF, RDFS, SKOS

WKT: Final = GEO.wktLiteral
DIGITS: Final = 4  # of a degree: ten metres
PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("geo", "rk"))
PREFECTURES: Final = "SELECT ?place { ?place a rk:Prefecture }"
OUTLINES: Final = """SELECT DISTINCT ?wkt {{
    ?region rk:prefecture <{prefecture}> ; geo:hasGeometry/geo:asWKT ?wkt
}}"""
YEARS: Final = """SELECT ?start ?end {{
    ?period a rk:{kind} . OPTIONAL {{ ?period rk:startDate ?start }} OPTIONAL {{ ?period rk:endDate ?end }}
}}"""


@dataclass(frozen=True)
class Place:
    """A prefecture and its names by language."""

    iri: NamedNode
    names: dict[str, str]


def places(store: Store) -> list[Place]:
    """The prefectures that the graph is about."""
    found = sorted(row[0].value for row in _rows(store, PREFECTURES) if isinstance(row[0], NamedNode))
    return [Place(NamedNode(iri), _names(store, NamedNode(iri))) for iri in found]


def _names(store: Store, place: NamedNode) -> dict[str, str]:
    labels = (quad.object for quad in store.quads_for_pattern(place, RDFS.label, None))
    return {one.language or "": one.value for one in labels if isinstance(one, Literal)}


def location(store: Store, place: Place) -> Iterator[Triple]:
    """A place as DCAT has it (DCAT 3, section 6.15): names, bounding box and centroid, longitude first."""
    yield Triple(place.iri, RDF.type, DCTERMS.Location)
    for language, name in place.names.items():
        yield Triple(
            place.iri, SKOS.prefLabel, Literal(name, language=language) if language else Literal(name)
        )
    shapes = list(_shapes(row[0] for row in _rows(store, OUTLINES.format(prefecture=place.iri.value))))
    if not shapes:
        return
    areas = [one for one in shapes if one.area] or shapes
    west, south, east, north = (round(float(one), DIGITS) for one in shapely.total_bounds(shapes))
    centre = shapely.centroid(shapely.GeometryCollection(areas))
    box = ((west, south), (east, south), (east, north), (west, north), (west, south))
    corners = ", ".join(f"{x} {y}" for x, y in box)
    point = f"{round(centre.x, DIGITS)} {round(centre.y, DIGITS)}"
    yield Triple(place.iri, DCAT.bbox, Literal(f"POLYGON(({corners}))", datatype=WKT))
    yield Triple(place.iri, DCAT.centroid, Literal(f"POINT({point})", datatype=WKT))


def _shapes(texts: Iterable[object]) -> Iterator[shapely.Geometry]:
    """The geometries in CRS84; what has another reference system, or cannot be read, is left out."""
    for text in sorted(one.value for one in texts if isinstance(one, Literal)):
        try:
            yield shapely.from_wkt(text)
        except ShapelyError:
            continue


def period(store: Store, node: NamedNode) -> Iterator[Triple]:
    """The time that the graph is about, as ``node``: from the first of its fiscal years to the end of the
    last one; without fiscal years, from and to when its policies say. Nothing when neither says."""
    for kind in ("FiscalYear", "Policy"):
        rows = _rows(store, YEARS.format(kind=kind))
        starts = sorted((row[0] for row in rows if isinstance(row[0], Literal)), key=_order)
        ends = sorted((row[1] for row in rows if isinstance(row[1], Literal)), key=_order)
        if starts:
            yield Triple(node, RDF.type, DCTERMS.PeriodOfTime)
            yield Triple(node, DCAT.startDate, starts[0])
            if ends and len(ends) == len(starts):
                yield Triple(node, DCAT.endDate, ends[-1])
            return


def _order(one: Literal) -> str:
    return one.value


def _rows(store: Store, query: str) -> list[tuple[object, ...]]:
    result = store.query(PROLOGUE + query)
    assert isinstance(result, QuerySolutions)
    return [tuple(row) for row in result]
