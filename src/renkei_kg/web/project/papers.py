"""The pages of documents: their text with all the words marked that something rests on, and each of these."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import RK
from renkei_kg.web.geo.listing import listings
from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.pages import Behind, behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.project import queries
from renkei_kg.web.project.readings import readings
from renkei_kg.web.project.works import iris

EVIDENCE: Final = {"bodies": queries.BODIES, "inside": queries.INSIDE}


@dataclass
class Mark:
    """Words that something rests on: the characters of the document from ``start`` up to ``end``. ``href`` is
    where the page of this evidence is."""

    iri: str
    href: str
    start: int
    end: int
    quote: str
    lang: str
    things: list[Ref] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of its IRI."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that the same marks cover: ``mark`` is the shortest of these, ``begins`` those that
    begin here."""

    text: str
    mark: Mark | None
    begins: list[Mark]


@dataclass(frozen=True)
class Sheet:
    """A page of a document: its text in pieces, and the marks on it. Without a text, only the marks."""

    ref: Ref
    number: str
    lang: str
    pieces: list[Piece]
    marks: list[Mark]


def document(about: About) -> dict[str, Any]:
    """What the page of a source document needs. Raises EngineError."""
    return _sheets(about, queries.PAGES, queries.MARKS)


def page(about: About) -> dict[str, Any]:
    """What the page about a page of a document needs. Raises EngineError."""
    shown = _sheets(about, queries.PAGE, queries.MARKS_OF_PAGE)
    documents = iris(about, RK.document)
    named = about.refs_of(documents)
    return {**shown, "documents": [named.thing(iri) for iri in documents]}


def evidence(about: About) -> dict[str, Any]:
    """What the page of some evidence needs. Raises EngineError."""
    language = about.page.lang
    filled = {name: queries.filled(text, about.found.iri, language) for name, text in EVIDENCE.items()}
    found, _ = listings(about.view, about.page, filled)
    shown: dict[str, Any] = dict(found)
    shown["readings"] = readings(about, queries.SUPPORTED)
    whole = iris(about, RK.within)
    named = about.refs_of(whole)
    return {**shown, "whole": [named.thing(iri) for iri in whole]}


def _sheets(about: About, pages: str, marks: str) -> dict[str, Any]:
    here, language = about.found.iri, about.page.lang
    asked = {"pages": queries.filled(pages, here, language), "marks": queries.filled(marks, here, language)}
    about.view.expect(*asked.values())
    sheets, places = (about.view.table(text) for text in asked.values())
    things = [row["thing"] for row in places if row["thing"] is not None]
    named = about.refs_of({one.value for one in (*things, *(row["page"] for row in sheets))})
    by_page = _marks(about, places, named)
    found = [_sheet(row, named, by_page.get(row["page"].value, [])) for row in sheets]
    asked_for: Behind = behind(about.view, about.page, asked["marks"])
    return {"sheets": found, "behind_marks": asked_for, "total": sum(len(one.marks) for one in found)}


def _marks(about: About, rows: Iterable[dict[str, Any]], named: Refs) -> dict[str, list[Mark]]:
    """The marks of each page, in the order of the text."""
    found: dict[tuple[str, str], Mark] = {}
    for row in rows:
        key = row["page"].value, row["evidence"].value
        if key not in found:
            quote: Literal = row["quote"]
            found[key] = Mark(
                key[1],
                about.page.link(about.view.addresses.page(key[1])),
                int(row["start"].value),
                int(row["end"].value),
                quote.value,
                quote.language or "",
            )
        if isinstance(row["thing"], NamedNode):
            found[key].things.append(named.thing(row["thing"].value))
    by_page: dict[str, list[Mark]] = {}
    for (one, _), mark in found.items():
        by_page.setdefault(one, []).append(mark)
    return by_page


def _sheet(row: dict[str, Any], named: Refs, marks: list[Mark]) -> Sheet:
    text: Literal | None = row["text"]
    number = "" if row["number"] is None else row["number"].value
    pieces = [] if text is None else pieces_of(text.value, int(row["from"].value), marks)
    return Sheet(named.thing(row["page"].value), number, (text.language if text else "") or "", pieces, marks)


def pieces_of(text: str, begin: int, marks: Iterable[Mark]) -> list[Piece]:
    """A text whose first character is number ``begin`` of its document, cut where a mark begins or ends."""
    known = list(marks)
    cuts = {begin, begin + len(text)}
    cuts |= {at for one in known for at in (one.start, one.end) if begin < at < begin + len(text)}
    places = sorted(cuts)
    found = []
    for start, end in pairwise(places):
        over = [one for one in known if one.start <= start and end <= one.end]
        shortest = min(over, key=lambda one: one.end - one.start, default=None)
        begins = [one for one in known if one.start == start]
        found.append(Piece(text[start - begin : end - begin], shortest, begins))
    return found
