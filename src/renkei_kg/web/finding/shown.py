"""Facets as the page shows them: values with numbers, as trees, and what is chosen with the way to take it
back."""

from dataclasses import dataclass, field
from typing import Final

from renkei_kg.web.finding import choice as choosing
from renkei_kg.web.finding.catalogue import Catalogue
from renkei_kg.web.finding.choice import Choice
from renkei_kg.web.finding.facets import FACETS
from renkei_kg.web.finding.found import Found
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.shown import Ref

MOST_VALUES: Final = 100
LEVELS: Final = ("stated", "high", "medium", "low")


@dataclass
class Option:
    """A value of a facet: its name, how a URL names it, how many things it leaves, and what is below it."""

    ref: Ref
    name: str
    number: int
    chosen: bool
    below: list["Option"] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether anything below it is chosen."""
        return any(one.chosen or one.open for one in self.below)


@dataclass(frozen=True)
class Shown:
    """A facet with its values; ``more`` are those left out because there are too many."""

    key: str
    options: list[Option]
    chosen: int
    more: int


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address of the list without it."""

    key: str
    text: str
    lang: str
    href: str


def facets(found: Found) -> list[Shown]:
    """The facets that have a choice to make."""
    every = []
    for facet in FACETS:
        counts, chosen = found.narrowed.counts[facet.key], found.choice.values[facet.key]
        if not counts:
            continue
        names = url_names(found.catalogue, facet.key)
        most = sorted(counts, key=lambda iri: (iri not in chosen, -counts[iri], iri))[:MOST_VALUES]
        options = {
            iri: Option(named(found, facet.key, iri), names[iri], counts[iri], iri in chosen) for iri in most
        }
        above = found.catalogue.above.get(facet.key, {})
        tops: list[Option] = []
        for iri, option in options.items():
            over = options.get(above.get(iri, ""))
            (tops if over is None else over.below).append(option)
        _sort(facet.key, tops)
        every.append(Shown(facet.key, tops, len(chosen), len(counts) - len(options)))
    return every


def _sort(key: str, options: list[Option]) -> None:
    if key == "certainty":
        options.sort(
            key=lambda one: (LEVELS.index(one.name) if one.name in LEVELS else len(LEVELS), one.name)
        )
    elif key == "year":
        options.sort(key=lambda one: one.name, reverse=True)
    else:
        options.sort(key=lambda one: (-one.number, one.ref.text, one.ref.iri))
    for one in options:
        _sort(key, one.below)


def named(found: Found, key: str, iri: str) -> Ref:
    """A value of a facet by its name: a class as a term, else a thing."""
    return found.named.term(iri) if key in ("kind", "asset") else found.named.thing(iri)


def url_names(catalogue: Catalogue, key: str) -> dict[str, str]:
    """How a URL names each value of a facet: by the shortest name that only it has."""
    shortest: dict[str, str] = {}
    for name, iri in choosing.names(catalogue, key).items():
        if iri not in shortest or len(name) < len(shortest[iri]):
            shortest[iri] = name
    return shortest


def arguments(found: Found, choice: Choice) -> dict[str, object]:
    """How a URL says a choice; the page of the list is not kept."""
    said: dict[str, object] = {"q": choice.words}
    for key, values in choice.values.items():
        names = url_names(found.catalogue, key) if values else {}
        said[key] = tuple(sorted(names[iri] for iri in values))
    usual = choosing.SORTS[0] if choice.words else choosing.SORTS[1]
    said["sort"] = None if choice.sort == usual else choice.sort
    said["size"] = None if choice.size == choosing.SIZE else choice.size
    return said


def chips(found: Found, page: Page, path: str) -> list[Chip]:
    """What is chosen, each with the address of the list without it."""
    base = arguments(found, found.choice)
    every = []
    if found.choice.words:
        every.append(Chip("q", found.choice.words, "", page.link(path, **{**base, "q": None})))
    for key, values in found.choice.values.items():
        names = url_names(found.catalogue, key) if values else {}
        for iri in values:
            rest = tuple(sorted(names[one] for one in values if one != iri))
            ref = named(found, key, iri)
            every.append(Chip(key, ref.text, ref.lang, page.link(path, **{**base, key: rest})))
    return every
