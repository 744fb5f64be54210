"""What search engines are told: which pages there are (https://www.sitemaps.org/protocol.html), and which are
not for them (RFC 9309)."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics, words
from renkei_kg.web.catalog import model
from renkei_kg.web.linked.addresses import THINGS, encoded
from renkei_kg.web.linked.current import answered, linked
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

# The most addresses that one sitemap may have.
MOST: Final = 50_000
OWN: Final = ("/", "/map", "/browse", "/queries", "/about", "/snapshots", "/reconcile/features")
# Answers without end, what is made for one reader, and what is there under its own address.
CLOSED: Final = (
    *("/sparql?", "/snapshots/*/sparql?", "/cite", "/q/", "/query?", "/snapshots/", "/timemap/"),
    *("/reconcile?", "/reconcile/preview?", "/reconcile/view?"),
)
THING: Final = 'SELECT DISTINCT ?thing {{ ?thing a ?class FILTER(STRSTARTS(STR(?thing), "{start}")) }}'
DOCUMENTS: Final = (
    'SELECT DISTINCT ?document {{ ?document a owl:Ontology FILTER(STRSTARTS(STR(?document), "{start}")) }}'
)
XML: Final = "application/xml; charset=utf-8"
NAMESPACES: Final = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)

blueprint = Blueprint("site", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Which pages robots may read."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {layout.origin()}/sitemap.xml\n"
    headers = {"Content-Type": "text/plain; charset=utf-8", "ETag": statics.tag("robots", text)}
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    return Response(text, headers=headers)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page of the version served; where these are too many, the sitemaps that have them."""
    return answered(lambda view: _answer(view, 0))


@blueprint.get("/sitemap/<int:number>.xml")
def part(number: int) -> Response:
    """One of several sitemaps. Raises Problem 404."""
    return answered(lambda view: _answer(view, number))


def _answer(view: View, number: int) -> Response:
    tag = statics.tag(view.version, "sitemap", layout.origin(), str(number))
    headers = {"Content-Type": XML, "ETag": tag, "Vary": "Accept-Encoding"}
    if caching.names(request.headers.get("If-None-Match"), tag):
        return layout.unchanged(headers)
    catalogued = datasets(view)
    paths = [*OWN, *catalogued, *addresses(view)]
    maps = written(dict.fromkeys(paths), layout.origin(), view.manifest["created"], catalogued)
    if not 0 <= number < len(maps):
        raise Problem(404, f"There is no sitemap {number}: all pages are in /sitemap.xml.")
    return Response(maps[number], headers=headers)


def addresses(view: View) -> list[str]:
    """The addresses of the pages of namespaces, and of each thing. Raises EngineError."""
    base = view.addresses.base
    documents = [row[0].value.removeprefix(base) for row in view.rows(DOCUMENTS.format(start=base))]
    found = [linked().resolve(view, encoded(path)) for path in sorted(documents)]
    own = [f"/{encoded(one.iri.removeprefix(base))}" for one in found if one is not None and one.is_document]
    things = sorted(view.addresses.page(row[0].value) for row in view.rows(THING.format(start=base + THINGS)))
    return list(dict.fromkeys(address.partition("#")[0] for address in (*own, *things)))


def datasets(view: View) -> dict[str, str]:
    """The addresses of the catalogue, of its API and of the pages of its datasets, each with when it changed;
    none where the version describes none. Raises EngineError."""
    try:
        catalogue = model.of(view, "")
    except Problem:
        return {}
    own = dict.fromkeys((catalogue.url, "/api"), catalogue.modified)
    return {**own, **{one.page: one.modified for one in catalogue.datasets}}


def written(
    paths: Iterable[str],
    origin: str,
    changed: str,
    own: Mapping[str, str] = MappingProxyType({}),
    most: int = MOST,
) -> list[str]:
    """The sitemap of some pages; if it would have too many addresses, an index and then its parts. They have
    ``changed`` when their version was made, but for those that know it of their ``own``."""
    entries = [entry for path in paths for entry in _entries(origin + path, own.get(path, changed))]
    parts = [entries[first : first + most] for first in range(0, len(entries), most)]
    maps = [_document("urlset", one) for one in parts]
    if len(maps) == 1:
        return maps
    listed = (
        f"<sitemap><loc>{escape(f'{origin}/sitemap/{number}.xml')}</loc><lastmod>{changed}</lastmod></sitemap>"
        for number in range(1, len(maps) + 1)
    )
    return [_document("sitemapindex", listed), *maps]


def _entries(address: str, changed: str) -> Iterator[str]:
    """A page in each language, each with where it is in the others."""
    every = {code: f"{address}?{urlencode({'lang': code})}" for code in words.LANGUAGES} | {
        "x-default": address
    }
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(url)}/>'
        for code, url in every.items()
    )
    for code in words.LANGUAGES:
        yield f"<url><loc>{escape(every[code])}</loc><lastmod>{changed}</lastmod>{others}</url>"


def _document(name: str, entries: Iterable[str]) -> str:
    body = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {NAMESPACES}>\n{body}\n</{name}>\n'
