"""The pages of the catalogue and of its datasets, and the description of all data (VoID)."""

from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, current_app
from pyoxigraph import NamedNode

from renkei_kg.namespaces import DCAT, OWL, RK
from renkei_kg.web import layout
from renkei_kg.web.catalog import feed, model, schemaorg, stubs, void
from renkei_kg.web.catalog.documents import Documents
from renkei_kg.web.catalog.tables import Table, tables
from renkei_kg.web.catalog.values import Catalogue, Dataset, Distribution
from renkei_kg.web.layout import Page
from renkei_kg.web.linked import kinds, pages, routes
from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.pages import Pager
from renkei_kg.web.linked.resources import Linked, check_page
from renkei_kg.web.linked.view import View
from renkei_kg.web.reference.about import LICENCE
from renkei_kg.web.words import LANGUAGES

NATURE: Final = "catalogued"
# What a query on the page of a dataset asks for: the things that it is about, else its files.
ABOUT: Final = {
    "projects": RK.Project,
    "assets": RK.Asset,
    "regions": RK.Region,
    "municipalities": RK.Municipality,
    "ontology": OWL.Class,
}
THINGS: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?thing ?label {{
    ?thing a <{class_}> ;
        rdfs:label ?label .
    FILTER(LANG(?label) = "{language}")
}}
ORDER BY ?thing"""
FILES: Final = """PREFIX dcat: <http://www.w3.org/ns/dcat#>

SELECT ?file {{
    <{dataset}> dcat:distribution/dcat:downloadURL ?file .
}}
ORDER BY ?file"""
UNITS: Final = ("B", "KB", "MB", "GB", "TB")
SHORT: Final = {
    "application/csvm+json": "CSVW",
    "application/geo+json": "GeoJSON",
    "application/json": "JSON",
    "application/ld+json": "JSON-LD",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "text/csv": "CSV",
    "text/turtle": "Turtle",
}


def install(app: Flask) -> None:
    """Adds the pages to an application."""
    app.extensions[model.EXTENSION] = model.remembered()
    app.jinja_env.filters |= {"sized": sized, "format_name": format_name}
    app.register_blueprint(void.blueprint)
    pages.NATURES[NATURE] = _page
    routes.DOCUMENTS[NATURE] = Documents()
    kinds.register(DCAT.Dataset, "dataset.html", _of_dataset)
    kinds.register(DCAT.DatasetSeries, "series.html")


def sized(size: int | None) -> str:
    """A number of bytes as people read it: ``12.3 KB``."""
    if size is None:
        return ""
    number, unit = float(size), 0
    while number >= 1000 and unit + 1 < len(UNITS):
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {UNITS[unit]}" if not unit or number >= 100 else f"{number:.1f} {UNITS[unit]}"


def format_name(one: Distribution) -> str:
    """What people call the format of a distribution."""
    return "SPARQL" if one.service else SHORT.get(one.media_type, one.media_type)


def _page(view: View, linked: Linked, iri: str, page: Page) -> Response:
    catalogue = model.of(view, page.origin)
    if iri != catalogue.iri:
        return pages.thing(view, linked, iri, page)
    number = pages.number_asked()
    pager = Pager(number, feed.pages(catalogue), len(catalogue.datasets), feed.MOST)
    check_page(number, pager.pages)
    shown = feed.shown(catalogue, number)
    return layout.show(
        "catalog.html",
        page,
        pages.resource_tag(iri),
        catalogue=catalogue,
        shown=shown,
        pager=pager,
        ld=schemaorg.catalogue_ld(catalogue, page.lang, shown),
        view=view,
        **_words(page),
    )


def _of_dataset(about: About) -> dict[str, Any]:
    """What the landing page of a dataset shows; little of one that the catalogue does not have."""
    view, page = about.view, about.page
    said = model.said(view)
    catalogue = model.of(view, page.origin) if said.of_class(DCAT.Catalog) else None
    every = catalogue.datasets if catalogue else ()
    found = next((one for one in every if one.iri == about.found.iri), None)
    if catalogue is None or found is None:
        return {"dataset": None}
    shown = tables(_folder(view), found.files, page.lang)
    return {
        "dataset": found,
        "catalogue": catalogue,
        "rows": _rows(found),
        "tables": shown,
        "parts": [one for one in catalogue.datasets if one.part_of == found.iri],
        "whole": next((one for one in catalogue.datasets if one.iri == found.part_of), None),
        "ld": schemaorg.dataset_ld(catalogue, found, page.lang, _measured(shown)),
        "query": pages.behind(view, page, _query(found, page.lang)),
        "view_page": view.addresses.page,
        **_words(page),
    }


def _words(page: Page) -> dict[str, Any]:
    """What templates name things by."""

    def text(texts: model.Texts) -> str:
        return schemaorg.text(texts, page.lang)

    def term(iri: str) -> str:
        known = stubs.NAMES.get(NamedNode(iri))
        return known[LANGUAGES.index(page.lang)] if known else iri.rpartition("/")[2]

    def licence(iri: str) -> str:
        found = LICENCE.fullmatch(iri)
        return f"CC {found[1].upper()} {found[2]}" if found else iri

    return {"text": text, "term": term, "licence": licence}


def _query(dataset: Dataset, language: str) -> str:
    """A query to begin with."""
    class_ = ABOUT.get(dataset.slug)
    if class_ is None:
        return FILES.format(dataset=dataset.iri)
    return THINGS.format(class_=class_.value, language=language)


def _rows(dataset: Dataset) -> list[tuple[Distribution, Distribution | None]]:
    """The files of a dataset, each with its compressed form."""
    packed = {one.name.removesuffix(".gz"): one for one in dataset.files if one.compressed}
    plain = [one for one in dataset.files if not one.compressed]
    names = {one.name for one in plain}
    alone = [(one, None) for name, one in packed.items() if name not in names]
    return [*((one, packed.get(one.name)) for one in plain), *alone]


def _measured(shown: list[Table]) -> list[dict[str, Any]]:
    """The columns of tables, each once, in the words of schema.org."""
    found: dict[str, dict[str, Any]] = {}
    for column in (column for table in shown for column in table.columns):
        said = {"@type": "PropertyValue", "name": column.title, "alternateName": column.name}
        more = {"description": column.about, "propertyID": column.property}
        found.setdefault(column.name, said | {key: value for key, value in more.items() if value})
    return list(found.values())


def _folder(view: View) -> Path:
    folder: Path = current_app.extensions["settings"].snapshots / view.version
    return folder


def home(view: View, page: Page) -> schemaorg.LD | None:
    """What the first page says of the catalogue to search engines; None when there is none."""
    if not model.said(view).of_class(DCAT.Catalog):
        return None
    catalogue: Catalogue = model.of(view, page.origin)
    return schemaorg.catalogue_ld(catalogue, page.lang, catalogue.datasets[: feed.MOST])
