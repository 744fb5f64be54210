"""The things that are found: a page of them, each with where its words stand, and what to try when there are
none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from flask import current_app
from pyoxigraph import Literal, NamedNode

from renkei_kg.config import Settings
from renkei_kg.engine.contract import QueryFailed, QuerySyntaxError
from renkei_kg.namespaces import RK
from renkei_kg.textsearch.index import LABELS, PROPERTIES
from renkei_kg.web.finding import choice as choosing
from renkei_kg.web.finding.catalogue import Catalogue, Catalogues
from renkei_kg.web.finding.choice import Choice, Narrowed
from renkei_kg.web.finding.marks import Marker, Part, marker
from renkei_kg.web.finding.queries import RANKED, TEXTS, quoted
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.pages import Pager
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.resources import check_page
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View, values

SHOWN: Final = ("area", "subprefecture", "year", "certainty")
NEAR: Final = 5
WORDS_ALONE: Final = 4


@dataclass(frozen=True)
class Where:
    """A text in which the words were found, by the property that states it."""

    property: Ref
    parts: list[Part]
    lang: str


@dataclass(frozen=True)
class Item:
    """A thing of the list: its name in parts, what it says by facet, and where else the words stand."""

    ref: Ref
    parts: list[Part]
    said: dict[str, list[Ref]]
    where: Where | None = None


@dataclass(frozen=True)
class Found:
    """What a choice leaves, and the page of it that is asked for."""

    choice: Choice
    catalogue: Catalogue
    narrowed: Narrowed
    items: list[Item]
    pager: Pager
    named: Refs
    bad: str = ""
    cut: int = 0
    near: list[Ref] = field(default_factory=list)
    alone: list[tuple[str, int]] = field(default_factory=list)
    unfiltered: int = 0


def catalogue_of(view: View) -> Catalogue:
    """The catalogue of a version. Raises EngineError, Problem 507."""
    catalogues: Catalogues = current_app.extensions["catalogues"]
    return catalogues.of(view, linked().names.schema(view))


def most() -> int:
    """How many things a search gives at most."""
    settings: Settings = current_app.extensions["settings"]
    return settings.text_hits


def find(view: View, page: Page) -> Found:
    """What the request asks for. Raises EngineError, Problem."""
    catalogue = catalogue_of(view)
    choice = choosing.read(catalogue)
    ranked: list[str] = []
    bad = ""
    if choice.words:
        try:
            ranked = _ranked(view, choice.words)
        except (QueryFailed, QuerySyntaxError) as error:
            bad = str(error)
    searched = catalogue.bits(ranked) if choice.words else None
    narrowed = choosing.narrow(catalogue, choice, searched)
    total = narrowed.bits.bit_count()
    pager = Pager(choice.number, max(1, -(-total // choice.size)), total, choice.size)
    check_page(choice.number, pager.pages)
    iris = _page_of(catalogue, choice, narrowed, ranked, page)[pager.first - 1 : pager.last]
    near, alone, unfiltered = [], [], 0
    if choice.words and not total:
        near = [catalogue.iris[n] for n in catalogue.lines.near(choice.words, NEAR)] if not ranked else []
        unfiltered = 0 if searched is None else searched.bit_count()
        alone = [] if unfiltered or bad else _alone(view, catalogue, choice.words)
    said = {iri: _said(catalogue, iri) for iri in iris}
    offered = [iri for counts in narrowed.counts.values() for iri in counts]
    texts = _texts(view, iris) if choice.words else {}
    properties = {one for some in texts.values() for one, _ in some}
    named = refs(view, page, linked().names, [*iris, *offered, *near, *properties])
    mark = marker(choice.words)
    return Found(
        choice=choice,
        catalogue=catalogue,
        narrowed=narrowed,
        items=[_item(iri, said[iri], texts.get(iri, []), named, mark) for iri in iris],
        pager=pager,
        named=named,
        bad=bad,
        cut=most() if len(ranked) >= most() else 0,
        near=[named.thing(iri) for iri in near],
        alone=alone,
        unfiltered=unfiltered,
    )


def _ranked(view: View, words: str) -> list[str]:
    """The things that words are found in, the best first."""
    rows = view.rows(RANKED.format(words=quoted(words), most=most()))
    return [row[0].value for row in rows]


def _page_of(
    catalogue: Catalogue, choice: Choice, narrowed: Narrowed, ranked: list[str], page: Page
) -> list[str]:
    if choice.sort != "relevance":
        return catalogue.ordered(narrowed.bits, choice.sort, page.lang)
    left = set(catalogue.ordered(narrowed.bits, "name", page.lang))
    return [iri for iri in ranked if iri in left]


def _alone(view: View, catalogue: Catalogue, words: str) -> list[tuple[str, int]]:
    """The words that find something by themselves, and how many things."""
    pieces = words.split()
    if len(pieces) < 2:
        return []
    found = []
    for one in pieces[:WORDS_ALONE]:
        try:
            number = catalogue.bits(_ranked(view, one)).bit_count()
        except (QueryFailed, QuerySyntaxError):
            continue
        if number:
            found.append((one, number))
    return found


def _said(catalogue: Catalogue, iri: str) -> dict[str, list[str]]:
    number = catalogue.numbers[iri]
    return {
        key: [value for value, bits in catalogue.values[key].items() if bits >> number & 1] for key in SHOWN
    }


def _texts(view: View, iris: list[str]) -> dict[str, list[tuple[str, Literal]]]:
    """The texts of things that a search looks at, the weightiest first."""
    found: dict[str, list[tuple[str, Literal]]] = {iri: [] for iri in iris}
    if iris:
        properties = values(PROPERTIES)
        for thing, property_, text in view.rows(TEXTS.format(things=values(iris), properties=properties)):
            found[thing.value].append((property_.value, text))
    for some in found.values():
        some.sort(key=lambda one: (PROPERTIES.index(one[0]), one[1].language or "", one[1].value))
    return found


def _item(
    iri: str, said: dict[str, list[str]], texts: list[tuple[str, Literal]], named: Refs, mark: Marker
) -> Item:
    ref = named.thing(iri)
    refs_said = {key: [named.thing(one) for one in some] for key, some in said.items()}
    parts = mark.parts(ref.text)
    where = None
    if texts and not any(marked for _, marked in parts):
        where = _where(texts, named, mark)
    return Item(ref, parts, refs_said, where)


def _where(texts: Iterable[tuple[str, Literal]], named: Refs, mark: Marker) -> Where | None:
    """The weightiest text that the words stand in, in the page's language if there is one."""
    candidates = []
    for place, (property_, text) in enumerate(texts):
        parts = mark.snippet(text.value, spoken=property_ == RK.kana.value)
        if parts:
            other = bool(named.other(text.language))
            label = NamedNode(property_) in LABELS
            candidates.append((other, not label, place, property_, parts, text))
    if not candidates:
        return None
    _, _, _, property_, parts, text = min(candidates, key=lambda one: one[:3])
    return Where(named.term(property_), parts, named.other(text.language))
