"""Words of documents as they stand there: each passage with what is before and after it, and inside it the
passages that it holds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import values
from renkei_kg.web.project import queries

LINES: Final = 1
FARTHEST: Final = 120


@dataclass
class Passage:
    """Some words of a document: ``exact`` are its characters from ``start`` up to but not including ``end``,
    ``before`` and ``after`` what stands beside them. ``number`` is what the page refers to it by."""

    ref: Ref
    page: Ref | None
    start: int
    end: int
    exact: str
    before: str = ""
    after: str = ""
    lang: str = ""
    number: int = 0
    inside: "list[Passage]" = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of its IRI, by which a page of the document finds it."""
        return self.ref.iri.rpartition("/")[2]

    @property
    def pieces(self) -> "Iterator[str | Passage]":
        """Its words in order, those of a passage inside as that."""
        at = self.start
        for one in self.inside:
            yield self.exact[at - self.start : one.start - self.start]
            yield one
            at = one.end
        yield self.exact[at - self.start :]

    @property
    def all(self) -> "Iterator[Passage]":
        """Itself and all that are inside of it."""
        yield self
        for one in self.inside:
            yield from one.all


def passages(about: About, evidence: Iterable[str]) -> list[Passage]:
    """Where the words of some evidence stand, in the order of the document, numbered from 1. Raises
    EngineError."""
    some = values(sorted(set(evidence)))
    if not some:
        return []
    rows = about.view.table(queries.filled(queries.PASSAGES, "", about.page.lang, some=some))
    iris = {row[name].value for row in rows for name in ("evidence", "page") if row[name] is not None}
    named = about.refs_of(iris)
    found = [passage_of(row, named.thing) for row in rows]
    found.sort(key=lambda one: (one.page.iri if one.page else "", one.start, -one.end))
    top = nested(found)
    for number, one in enumerate((part for whole in top for part in whole.all), start=1):
        one.number = number
    return top


def passage_of(row: dict[str, Any], name: Callable[[str], Ref]) -> Passage:
    """The passage of a row. Where the page has no text, what stands beside it is known less far."""
    start, end = int(row["start"].value), int(row["end"].value)
    before, after = row["prefix"].value, row["suffix"].value
    if row["text"] is not None:
        text, place = row["text"].value, start - int(row["from"].value)
        before = _beside(text[:place][::-1])[::-1]
        after = _beside(text[place + end - start :])
    return Passage(
        name(row["evidence"].value),
        name(row["page"].value) if row["page"] is not None else None,
        start,
        end,
        row["exact"].value,
        before,
        after,
        row["quote"].language or "",
    )


def _beside(text: str) -> str:
    """The beginning of what stands beside some words: the rest of their line, and some lines more."""
    found = ""
    lines = 0
    for line in text.splitlines(keepends=True):
        found += line
        lines += bool(line.strip())
        if lines > LINES:
            break
    return found[:FARTHEST].rstrip() if len(found) <= FARTHEST else found[:FARTHEST] + "…"


def nested(found: Iterable[Passage]) -> list[Passage]:
    """Passages with those that lie inside of them; of two that overlap, each stands by itself."""
    top: list[Passage] = []
    for one in found:
        to = top
        while to and to[-1].page == one.page and one.end <= to[-1].end and to[-1].start <= one.start:
            to = to[-1].inside
        overlaps = to and to is not top and one.start < to[-1].end
        (top if overlaps else to).append(one)
    return top
