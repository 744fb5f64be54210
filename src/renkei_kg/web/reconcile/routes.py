"""The addresses of the Reconciliation Service API: what comes in over HTTP, and how it goes out.

Everything is answered from one version, which the headers name. GET answers have an entity tag; errors are
problem details (RFC 9457), as everywhere. JSONP, which section 3.3 leaves to the service, is not offered: it
would have a client run what the server sends, and CORS does the same safely.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Flask, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, protocol, statics
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.reconcile import asked as asking
from renkei_kg.web.reconcile import cards, extending, properties, telling
from renkei_kg.web.reconcile.current import NAME, Asked, Indexes
from renkei_kg.web.reconcile.manifest import PATH, manifest
from renkei_kg.web.reconcile.matching import Matcher
from renkei_kg.web.sparql import described
from renkei_kg.web.words import LANGUAGES

JSON: Final = Format("json", "application/json")
SUGGESTED: Final = 10
MOST_SUGGESTED: Final = 50
LAST_SKIPPED: Final = 1000
PROPOSED: Final = 100
KINDS: Final = ("entity", "property", "type")
# A preview is made to stand in the frame of another site; it has no script and no form to be misled with.
FRAMED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

blueprint = Blueprint("reconcile", __name__)


def install(app: Flask) -> None:
    """Adds reconciliation to an application."""
    app.extensions[NAME] = Indexes()
    app.register_blueprint(blueprint)


@blueprint.route(PATH, methods=["GET", "POST"], strict_slashes=False)
def service() -> Response:
    """The manifest, a reconciliation query batch or a data extension query (sections 3.1, 4.3, 7.3)."""
    fields = protocol.Parameters(list(request.args.items(multi=True)))
    if request.method == "POST":
        if request.mimetype != protocol.FORM_TYPE:
            raise Problem(
                415, f"Queries are posted as {protocol.FORM_TYPE}, in a field named queries or extend."
            )
        posted = protocol.decode(request.get_data(), "form").pairs
        fields = protocol.Parameters([*fields.pairs, *posted])
    queries, extend = fields.one("queries"), fields.one("extend")
    if queries is not None and extend is not None:
        raise Problem(400, "The request has queries and extend: send one of them.")
    if queries is not None:
        batch = asking.batch(queries)
        return _made(
            lambda asked: telling.results(asked, Matcher(asked.view, asked.index, asked.schema).match(batch))
        )
    if extend is not None:
        wanted = asking.wanted(extend)
        return _made(lambda asked: extending.extend(asked, wanted))
    if request.method == "POST":
        raise Problem(400, "The form has neither queries nor extend: give one of them.")
    return _made(manifest)


@blueprint.get(f"{PATH}/suggest/<kind>")
@blueprint.get(f"{PATH}/suggest/<kind>/<lang>")
def suggest(kind: str, lang: str = "") -> Response:
    """Entities, properties or types by what is typed (section 6)."""
    _known(kind)
    prefix, type_ = request.args.get("prefix", "").strip(), asking.term(request.args.get("type", ""))
    skipped = _number("cursor", 0, LAST_SKIPPED)
    most = _number("limit", SUGGESTED, MOST_SUGGESTED) or SUGGESTED

    def found(asked: Asked) -> list[Any]:
        if kind == "entity":
            return _entities(asked, prefix, type_, skipped, most)
        every = properties.types(asked) if kind == "type" else properties.properties(asked)
        every = properties.begun(every, prefix) if prefix else every
        return every[skipped : skipped + most]

    return _made(lambda asked: {"result": found(asked)}, lang)


def _entities(asked: Asked, prefix: str, type_: str, skipped: int, most: int) -> list[Any]:
    entities = asked.entities
    number = entities.numbers.get(asking.thing(prefix, asked.view.addresses.base)) if prefix else None
    wanted = skipped + most if not type_ else len(entities.iris)
    begun = [] if number is not None else asked.index.lines.begun(prefix, wanted)
    numbers = [number] if number is not None else begun
    numbers = [one for one in numbers if not type_ or type_ in entities.types[one]]
    shown = numbers[skipped : skipped + most]
    teller = telling.Teller(asked, shown)
    return [teller.suggestion(one) for one in shown]


@blueprint.get(f"{PATH}/flyout/<kind>")
@blueprint.get(f"{PATH}/flyout/<kind>/<lang>")
def flyout(kind: str, lang: str = "") -> Response:
    """A suggestion in more words (section 6.5)."""
    _known(kind)
    id_ = _id()

    def card(asked: Asked) -> Any:
        found = cards.entity(asked, _thing(asked, id_)) if kind == "entity" else cards.term(asked, _term(id_))
        return {"id": id_, "html": cards.html(found, asked, "_card.html")}

    return _made(card, lang)


@blueprint.get(f"{PATH}/properties")
@blueprint.get(f"{PATH}/properties/<lang>")
def propose(lang: str = "") -> Response:
    """The properties of a type (section 7.2); without one, or for an unknown one, of all things."""
    type_ = request.args.get("type", "")
    limit = _number("limit", PROPOSED, 1000)

    def proposed(asked: Asked) -> Any:
        iri = asking.term(type_)
        found = (
            properties.properties(asked, iri)
            if iri in asked.entities.of_type
            else properties.properties(asked)
        )
        told: dict[str, Any] = {"type": type_, "limit": limit} if "limit" in request.args else {"type": type_}
        return {**told, "properties": [{"id": one["id"], "name": one["name"]} for one in found[:limit]]}

    return _made(proposed, lang)


@blueprint.get(f"{PATH}/preview")
def preview() -> Response:
    """An entity on a page for a frame (section 5)."""
    id_ = _id()

    def page(view: View) -> Response:
        asked = Asked(view, layout.this_page(view.version))
        headers = _headers(asked, HTML.content_type) | {"Content-Security-Policy": FRAMED}
        if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
            return layout.unchanged(headers)
        card = cards.entity(asked, _thing(asked, id_))
        return Response(cards.html(card, asked, "preview.html"), headers=headers)

    return answered(page)


@blueprint.get(f"{PATH}/view")
def view() -> Response:
    """From the identifier of an entity to its page (section 2.1)."""
    id_ = _id()

    def redirect(view: View) -> Response:
        asked = Asked(view, layout.this_page(view.version))
        card = cards.entity(asked, _thing(asked, id_))
        if not card.href:
            raise Problem(404, f"<{card.iri}> has no page.")
        headers = {"Location": card.href, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
        return Response(status=303, headers=headers)

    return answered(redirect)


@blueprint.get(f"{PATH}/features")
def features() -> Response:
    """How scores are made, and how to begin."""

    def page(view: View) -> Response:
        shown = layout.this_page(view.version)
        return layout.show("reconcile.html", shown, "reconcile", address=f"{shown.origin}{PATH}")

    return answered(page)


def _made(make: Callable[[Asked], Any], language: str = "") -> Response:
    """An answer as JSON, wholly from one version. What is posted is not kept."""
    if language and language not in LANGUAGES:
        raise Problem(404, f"There is no language {language!r} here: {', '.join(LANGUAGES)}.")

    def answer(view: View) -> Response:
        page = layout.this_page(view.version)
        asked = Asked(view, replace(page, lang=language, chosen=True) if language else page)
        headers = _headers(asked, JSON.media_type)
        if request.method == "POST":
            del headers["ETag"]
            headers["Cache-Control"] = "no-store"
        elif caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
            return layout.unchanged(headers)
        body = json.dumps(make(asked), ensure_ascii=False, separators=(",", ":"))
        return Response(body, headers=headers)

    return answered(answer)


def _headers(asked: Asked, content_type: str) -> dict[str, str]:
    page = asked.page
    address = (page.origin, page.path, str(page.arguments), page.lang, str(page.chosen))
    return described(page.version, content_type) | {
        "Content-Language": page.lang,
        "Vary": "Accept-Language, Accept-Encoding",
        "ETag": statics.tag(page.version, "reconcile", *address),
    }


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise Problem(404, f"There are suggestions for {', '.join(KINDS)}, and not for {kind!r}.")


def _id() -> str:
    id_ = request.args.get("id", "")
    if not id_:
        raise Problem(400, "Give the identifier, as the parameter id.")
    return id_


def _thing(asked: Asked, id_: str) -> str:
    return asking.thing(id_, asked.view.addresses.base)


def _term(id_: str) -> str:
    iri = asking.term(id_)
    if not iri or not is_iri(iri):
        raise Problem(404, f"There is no type or property {id_[:200]!r}.")
    return iri


def _number(name: str, usual: int, most: int) -> int:
    """A whole number of the query, at most so large. Raises Problem 400."""
    text = request.args.get(name, "")
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem(400, f"{name}={text[:40]!r} is to be a whole number.")
    return min(int(text), most)
