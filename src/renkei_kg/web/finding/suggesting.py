"""Names to choose from while a word is typed, as JSON; and how a browser adds this site's search
(https://github.com/dewitt/opensearch)."""

import json
from typing import Any, Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics
from renkei_kg.web.finding.choice import LONGEST
from renkei_kg.web.finding.formats import JSON, negotiated
from renkei_kg.web.finding.found import catalogue_of
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import answered, linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.sparql import described

MOST: Final = 8
OPENSEARCH: Final = Format("opensearch", "application/x-suggestions+json")
DESCRIPTION: Final = "application/opensearchdescription+xml"
DOCUMENT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{name}</ShortName>
<Description>{what}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Language>{lang}</Language>
<Image width="16" height="16" type="image/svg+xml">{icon}</Image>
<Url type="text/html" rel="results" template="{origin}/search?q={{searchTerms}}&amp;lang={lang}"/>
<Url type="application/json" template="{origin}/search.json?q={{searchTerms}}&amp;lang={lang}"/>
<Url type="application/x-suggestions+json" rel="suggestions"
 template="{origin}/suggest?q={{searchTerms}}&amp;lang={lang}&amp;format=opensearch"/>
</OpenSearchDescription>
"""

blueprint = Blueprint("suggesting", __name__)


@blueprint.get("/suggest")
def suggest() -> Response:
    """Things whose names begin with what is typed, or have it inside."""
    return answered(_suggested)


def _suggested(view: View) -> Response:
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST:
        raise Problem(400, f"What is typed (q) is longer than {LONGEST} characters.")
    form = negotiated((JSON, OPENSEARCH)) if "format" in request.args else JSON
    page = layout.this_page(view.version)
    address = (page.origin, page.path, str(page.arguments), page.lang, str(page.chosen), form.name)
    headers = described(view.version, form.content_type) | {
        "Content-Language": page.lang,
        "Vary": "Accept, Accept-Language, Accept-Encoding",
        "ETag": statics.tag(view.version, *address),
    }
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    catalogue = catalogue_of(view)
    iris = [catalogue.iris[number] for number in catalogue.lines.begun(text, MOST)]
    named = refs(view, page, linked().names, iris)
    write = _told if form == JSON else _opensearch
    body = write(text, [named.thing(iri) for iri in iris], page)
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), headers=headers)


def _told(text: str, found: list[Ref], page: Page) -> dict[str, Any]:
    return {
        "query": text,
        "suggestions": [
            {
                "iri": one.iri,
                "name": one.text,
                "lang": one.lang or page.lang,
                "kind": one.kind,
                "page": one.href,
            }
            for one in found
        ],
    }


def _opensearch(text: str, found: list[Ref], page: Page) -> list[Any]:
    """The words, and three lists: names, kinds, and addresses (OpenSearch Suggestions 1.1)."""
    addresses = [one.href if one.elsewhere else f"{page.origin}{one.href}" for one in found]
    return [text, [one.text for one in found], [one.kind for one in found], addresses]


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """How a browser searches here."""
    page = layout.this_page()
    filled = {
        "name": page.t("site"),
        "what": page.t("site.what"),
        "lang": page.lang,
        "icon": f"{page.origin}{statics.address('icon.svg')}",
        "origin": page.origin,
    }
    body = DOCUMENT.format(**{name: escape(value, {'"': "&quot;"}) for name, value in filled.items()})
    headers = {
        "Content-Type": f"{DESCRIPTION}; charset=utf-8",
        "Content-Language": page.lang,
        "Vary": "Accept-Language, Accept-Encoding",
        "ETag": statics.tag(page.origin, page.lang),
    }
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    return Response(body, headers=headers)
