"""Whether a point can be where a table puts it: latitude and longitude not swapped, in Japan, and in the
prefecture as far as the project knows its area."""

from dataclasses import dataclass
from typing import Final

import shapely
from pyoxigraph import NamedNode

from renkei_kg.importing.names import Names
from renkei_kg.importing.report import ERROR, Remark
from renkei_kg.namespaces import PREFIXES, Namespace

GEO: Final = Namespace(PREFIXES["geo"])
# As the shape for geometries has it: longitude 122 to 154, latitude 20 to 46.
LATITUDES: Final = (20.0, 46.0)
LONGITUDES: Final = (122.0, 154.0)
# About five kilometres: areas on maps are simplified, and piers and islets lie off their coasts.
TOLERANCE: Final = 0.05


@dataclass(frozen=True)
class Points:
    """Knows the area of the project's prefecture, when its sources have areas of regions."""

    area: shapely.Geometry | None

    @classmethod
    def of(cls, names: Names) -> "Points":
        """The area of the prefecture or, when each of them has one, those of its subprefectures together."""
        for regions in (names.all("Prefecture"), names.all("Subprefecture")):
            shapes = [_shapes(names, region.iri) for region in regions]
            if shapes and all(shapes):
                area = shapely.unary_union([one for found in shapes for one in found]).buffer(TOLERANCE)
                shapely.prepare(area)
                return cls(area)
        return cls(None)

    def check(self, latitude: str, longitude: str, row: int) -> Remark | None:
        """What is wrong with a point, if anything."""
        north, east = float(latitude), float(longitude)
        value = f"{latitude}, {longitude}"
        if _in(east, LATITUDES) and _in(north, LONGITUDES):
            return Remark(
                ERROR,
                "緯度と経度が入れ替わっています。緯度は20～46、経度は122～154です。",
                "Latitude and longitude are swapped: latitudes are 20 to 46, longitudes 122 to 154.",
                row,
                "緯度・経度",
                value,
                f"{longitude}, {latitude}",
            )
        if not (_in(north, LATITUDES) and _in(east, LONGITUDES)):
            return Remark(
                ERROR,
                "日本の範囲（緯度20～46、経度122～154）にありません。十進の度で書いてください（41.7969）。分からなければ空にしてください。",
                "The point is not in Japan (latitude 20 to 46, longitude 122 to 154): give decimal degrees "
                "(41.7969), or leave it empty when it is not known.",
                row,
                "緯度・経度",
                value,
            )
        if self.area is not None and not self.area.contains(shapely.Point(east, north)):
            return Remark(
                ERROR,
                "都道府県の区域の外です。緯度と経度を確かめてください。",
                "The point lies outside the prefecture: check latitude and longitude.",
                row,
                "緯度・経度",
                value,
            )
        return None


def _shapes(names: Names, region: str) -> list[shapely.Geometry]:
    """The areas of a region; a mere point is none."""
    nodes = [node for node in names.values(region, GEO.hasGeometry) if isinstance(node, NamedNode)]
    texts = [text.value for node in nodes for text in names.values(node.value, GEO.asWKT)]
    return [shapely.from_wkt(text) for text in texts if "POLYGON" in text]


def _in(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
