"""What things are narrowed to: words, and values of facets; read from a URL, and counted."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from flask import request

from renkei_kg.web.finding.catalogue import Catalogue
from renkei_kg.web.finding.facets import FACETS, local
from renkei_kg.web.linked.pages import number_asked
from renkei_kg.web.problems import Problem

SORTS: Final = ("relevance", "name", "newest")
LONGEST: Final = 200
SIZE: Final = 25
MOST_SIZE: Final = 1000
TOLD: Final = 40


@dataclass(frozen=True)
class Choice:
    """``words`` to search for, values by facet, each of which any of its things may have, the order, and the
    page of the list."""

    words: str
    values: dict[str, tuple[str, ...]]
    sort: str
    number: int = 1
    size: int = SIZE

    @property
    def narrows(self) -> bool:
        """Whether a value of any facet is chosen."""
        return any(self.values.values())


def read(catalogue: Catalogue) -> Choice:
    """What the request asks for. Raises Problem 400 that says what can be chosen."""
    words = " ".join(request.args.get("q", "").split())
    if len(words) > LONGEST:
        raise Problem(400, f"The words to search for (q) are longer than {LONGEST} characters.")
    sorts = SORTS if words else SORTS[1:]
    sort = request.args.get("sort") or sorts[0]
    if sort not in SORTS:
        raise Problem(400, f"sort={sort!r} is no order of the list. There are: {', '.join(SORTS)}.")
    values = {facet.key: _values(facet.key, catalogue) for facet in FACETS}
    return Choice(words, values, sort if sort in sorts else sorts[0], number_asked(), _size())


def _size() -> int:
    text = request.args.get("size") or str(SIZE)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_SIZE:
        raise Problem(400, f"size={text!r} is no number of things from 1 to {MOST_SIZE}.")
    return int(text)


def _values(key: str, catalogue: Catalogue) -> tuple[str, ...]:
    asked = [one for one in request.args.getlist(key) if one]
    if not asked:
        return ()
    offered = names(catalogue, key)
    for one in asked:
        if one not in offered:
            some = sorted(name for name, iri in offered.items() if name != iri)
            told = ", ".join(some[:TOLD]) + (", …" if len(some) > TOLD else "")
            raise Problem(400, f"{key}={one!r} cannot be chosen. There are: {told or 'none'}.")
    return tuple(sorted({offered[one] for one in asked}))


def names(catalogue: Catalogue, key: str) -> dict[str, str]:
    """The values of a facet by what a URL may call them: the IRI, and its last part where only one has it."""
    values = catalogue.values[key]
    found: dict[str, str] = {}
    twice = set()
    for iri in values:
        twice |= {local(iri)} & found.keys()
        found[local(iri)] = iri
    return {name: iri for name, iri in found.items() if name not in twice} | {iri: iri for iri in values}


@dataclass(frozen=True)
class Narrowed:
    """The things that a choice leaves, as bits; and how many each value of each facet would leave, whatever
    else of that facet is chosen."""

    bits: int
    counts: dict[str, dict[str, int]]


def narrow(catalogue: Catalogue, choice: Choice, searched: int | None) -> Narrowed:
    """What a choice leaves of the things, or of those that are ``searched``."""
    start = catalogue.everything if searched is None else searched
    unions = {
        key: reduce(or_, (catalogue.values[key][value] for value in values)) if values else None
        for key, values in choice.values.items()
    }
    left = start
    for union in unions.values():
        left &= left if union is None else union
    counts = {}
    for key, chosen in choice.values.items():
        base = start
        for other, union in unions.items():
            if other != key and union is not None:
                base &= union
        counts[key] = {
            value: number
            for value, bits in catalogue.values[key].items()
            if (number := (bits & base).bit_count()) or value in chosen
        }
    return Narrowed(left, counts)
