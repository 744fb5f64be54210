"""A map as a page draws it: the atlas with the names of a language, ready for ``_map.html``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import current_app

from renkei_kg.web.geo import labels
from renkei_kg.web.geo.atlas import Atlas, Point, points
from renkei_kg.web.geo.outline import Outlines, Place
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.resources import ByVersion
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View

COLOURS: Final = 8
Link = Callable[[Ref], str]


@dataclass(frozen=True)
class Area:
    """An area of the key: its number on the map, the colour that goes with it, and where it leads."""

    ref: Ref
    number: int
    href: str

    @property
    def colour(self) -> int:
        """Which of the colours it has: where there are more areas than those, the number tells."""
        return (self.number - 1) % COLOURS + 1


@dataclass(frozen=True)
class Region:
    """A subprefecture on a map. ``short`` is its name without what all names end in; ``on`` says that the
    page is about it, ``off`` that it is about others."""

    ref: Ref
    short: str
    area: Area | None
    href: str
    path: str
    at: Place
    on: bool = False
    off: bool = False


@dataclass(frozen=True)
class Picture:
    """A map: its regions, the key, the borders of areas, points, and whose outlines they are."""

    width: int
    height: int
    regions: list[Region]
    areas: list[Area]
    borders: str
    dots: list[Place]
    credit: str = ""


def atlas_of(view: View) -> Atlas:
    """The atlas of a version. Raises EngineError."""
    made: ByVersion[Atlas] = current_app.extensions["atlas"]
    return made.of(view)


def points_of(view: View, iris: Iterable[str]) -> Mapping[str, Point]:
    """The points of some things, and perhaps of others. Raises EngineError."""
    known = atlas_of(view).points
    return points(view, iris) if known is None else known


def picture(view: View, page: Page, link: Link, area_link: Link, on: Iterable[str] = ()) -> Picture | None:
    """The map as wide as a page, whose regions and areas lead where ``link`` and ``area_link`` say; those
    of ``on``, if any, stand out. None where no region has an outline. Raises EngineError."""
    atlas = atlas_of(view)
    if not atlas.regions:
        return None
    names = _names(view, page, atlas)
    drawn = _drawn(atlas, atlas.large, names, frozenset(on), link, area_link)
    return Picture(atlas.large.width, atlas.large.height, *drawn, atlas.borders, [], atlas.credit(page.lang))


def locator(view: View, page: Page, on: Iterable[str], points: Iterable[Point] = ()) -> Picture | None:
    """A small map that shows where some regions and points are; None where there is nothing to show. Raises
    EngineError."""
    atlas = atlas_of(view)
    outlined = {one.iri for one in atlas.regions}
    shown, at = outlined & set(on), list(points)
    if not outlined or not (shown or at):
        return None
    dots = [atlas.small.projection.place(*one) for one in at]
    names = _names(view, page, atlas)
    drawn = _drawn(atlas, atlas.small, names, frozenset(shown), lambda _: "", lambda _: "")
    return Picture(atlas.small.width, atlas.small.height, *drawn, "", dots)


def _names(view: View, page: Page, atlas: Atlas) -> Refs:
    return refs(view, page, linked().names, [*(one.iri for one in atlas.regions), *atlas.areas])


def _drawn(
    atlas: Atlas, outlines: Outlines, names: Refs, on: frozenset[str], link: Link, area_link: Link
) -> tuple[list[Region], list[Area]]:
    """The regions and areas; the path of each region is that of ``outlines``."""
    areas = [
        Area(ref, number, area_link(ref))
        for number, ref in enumerate((names.thing(iri) for iri in atlas.areas), start=1)
    ]
    known = {one.ref.iri: one for one in areas}
    found = [names.thing(one.iri) for one in atlas.regions]
    shorts = labels.shortened([one.text for one in found])
    centres = [outlines.projection.place(*one.point) for one in atlas.regions]
    regions = [
        Region(
            ref,
            short,
            next((known[area] for area in one.areas), None),
            link(ref),
            path,
            at,
            on=one.iri in on,
            off=bool(on) and one.iri not in on,
        )
        for one, ref, short, path, at in zip(
            atlas.regions, found, shorts, outlines.paths, labels.apart(centres, shorts), strict=True
        )
    ]
    return regions, areas
