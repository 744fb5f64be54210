"""The list for programs: JSON, CSV (RFC 4180) and GeoJSON (RFC 7946), of the rows that the page shows."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any, Final

from flask import request

from renkei_kg.web.finding.facets import local
from renkei_kg.web.finding.found import Found, Item
from renkei_kg.web.finding.shown import Option, Shown
from renkei_kg.web.geo.atlas import Point
from renkei_kg.web.geo.geojson import GEOJSON
from renkei_kg.web.layout import Page
from renkei_kg.web.negotiate import HTML, Format, NotAcceptableError, chosen
from renkei_kg.web.problems import Problem

JSON: Final = Format("json", "application/json")
CSV: Final = Format("csv", "text/csv")
DATA: Final = (JSON, CSV, GEOJSON)
OFFERED: Final = (HTML, *DATA)
COLUMNS: Final = (
    "iri",
    "name",
    "lang",
    "kind",
    "page",
    "areas",
    "subprefectures",
    "years",
    "certainty",
    "where",
)
Object = dict[str, Any]


def negotiated(offered: tuple[Format, ...], extension: str = "") -> Format:
    """The format of an answer: by the extension, by ``?format=``, or by Accept. Raises Problem 406."""
    try:
        return chosen(offered, request.headers.get("Accept"), extension or request.args.get("format"))
    except NotAcceptableError:
        names = ", ".join(form.name for form in offered)
        raise Problem(406, f"This can be had as: {names}. Ask for one by ?format= or by Accept.") from None


def row(item: Item, page: Page) -> Object:
    """A thing of the list by the names of ``COLUMNS``."""
    said = {key: [local(one.iri) for one in some] for key, some in item.said.items()}
    return {
        "iri": item.ref.iri,
        "name": item.ref.text,
        "lang": item.ref.lang or page.lang,
        "kind": item.ref.kind,
        "page": item.ref.href if item.ref.elsewhere else f"{page.origin}{item.ref.href}",
        "areas": said["area"],
        "subprefectures": said["subprefecture"],
        "years": said["year"],
        "certainty": next(iter(said["certainty"]), ""),
        "where": "".join(part for part, _ in item.where.parts) if item.where else "",
    }


def to_json(found: Found, page: Page, facets: list[Shown], onward: Object) -> str:
    """The list, the facets with their numbers, and the addresses of the pages before and after."""
    return _compact(
        {
            "query": found.choice.words,
            "total": found.pager.total,
            "page": found.pager.number,
            "pages": found.pager.pages,
            "size": found.pager.size,
            "sort": found.choice.sort,
            **onward,
            "near": [{"iri": one.iri, "name": one.text, "kind": one.kind} for one in found.near],
            "items": [row(item, page) for item in found.items],
            "facets": {one.key: [_option(option) for option in one.options] for one in facets},
        }
    )


def _option(option: Option) -> Object:
    told: Object = {
        "value": option.name,
        "iri": option.ref.iri,
        "name": option.ref.text,
        "count": option.number,
        "chosen": option.chosen,
    }
    return {**told, "narrower": [_option(one) for one in option.below]} if option.below else told


def to_csv(found: Found, page: Page) -> str:
    """The list as a table; several values of a cell have spaces between."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for item in found.items:
        said = row(item, page)
        table.writerow(_cell(said[column]) for column in COLUMNS)
    return text.getvalue()


def _cell(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def to_geojson(found: Found, page: Page, points: Mapping[str, Point]) -> str:
    """The list as features; a thing whose place is not stated has no geometry (RFC 7946, section 3.2)."""
    features = []
    for item in found.items:
        said = row(item, page)
        point = points.get(said.pop("iri"))
        geometry = None
        if point is not None:
            geometry = {"type": "Point", "coordinates": [round(point[0], 5), round(point[1], 5)]}
        features.append({"type": "Feature", "id": item.ref.iri, "geometry": geometry, "properties": said})
    return _compact({"type": "FeatureCollection", "features": features})


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
