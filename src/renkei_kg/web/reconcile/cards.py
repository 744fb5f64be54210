"""A small picture of an entity, type or property in words: previews in a frame, and flyouts."""

from dataclasses import dataclass
from typing import Final

from flask import current_app
from pyoxigraph import Literal

from renkei_kg.web.linked.names import short
from renkei_kg.web.problems import Problem
from renkei_kg.web.reconcile.current import Asked
from renkei_kg.web.reconcile.telling import Teller

TEXTS: Final = (
    "SELECT ?text {{ VALUES ?property "
    "{{ rdfs:comment skos:definition dcterms:description schema:description }} "
    "<{iri}> ?property ?text FILTER(isLiteral(?text)) }}"
)
LONGEST: Final = 240


@dataclass(frozen=True)
class Card:
    """What is shown: a name with its language in other languages and readings, what it is, and a text."""

    iri: str
    name: str
    others: tuple[tuple[str, str], ...]
    description: str
    text: str
    codes: tuple[str, ...]
    href: str


def entity(asked: Asked, iri: str) -> Card:
    """The card of an entity. Raises EngineError, Problem 404."""
    number = asked.entities.numbers.get(iri)
    if number is None:
        raise Problem(
            404, f"There is no entity <{iri[:200]}>: an identifier is what a candidate has as its id."
        )
    entities, page = asked.entities, asked.page
    names = [entities.names[one] for one in entities.names_of[number]]
    name = entities.label(number, page.lang)
    others = dict.fromkeys(
        (one.text, one.language) for one in names if not one.is_identifier and one.text != name
    )
    return Card(
        iri,
        name,
        tuple(others),
        Teller(asked, [number]).description(number),
        _text(asked, iri),
        tuple(dict.fromkeys(one.text for one in names if one.is_identifier)),
        address(asked, iri),
    )


def term(asked: Asked, iri: str) -> Card:
    """The card of a type or property. Raises EngineError, Problem 404."""
    named = asked.named({iri}).term(iri)
    if named.text == iri:
        raise Problem(404, f"There is no type or property <{iri[:200]}>.")
    return Card(iri, named.text, (), short(iri), _text(asked, iri), (), named.href)


def address(asked: Asked, iri: str) -> str:
    """Where people see an entity: its page here, or what its IRI leads to."""
    if asked.view.addresses.below(iri):
        return asked.page.link(asked.view.addresses.page(iri))
    return iri if iri.startswith(("http://", "https://")) else ""


def html(card: Card, asked: Asked, template: str) -> str:
    """A card as HTML, all of its texts escaped."""
    return current_app.jinja_env.get_template(template).render(card=card, page=asked.page)


def _text(asked: Asked, iri: str) -> str:
    found = [row[0] for row in asked.view.rows(TEXTS.format(iri=iri)) if isinstance(row[0], Literal)]
    rank = {asked.page.lang: 0, None: 1, "en": 2}
    best = min(found, key=lambda one: (rank.get(one.language, 3), one.value), default=None)
    text = "" if best is None else best.value
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
