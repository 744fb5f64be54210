"""Where a statement was written: the source file and line that a finding is about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Triple

from renkei_kg.compile.lines import Term, Written, written
from renkei_kg.compile.sources import Loaded
from renkei_kg.namespaces import RDF
from renkei_kg.textfile import read_text


@dataclass(frozen=True)
class Place:
    """A source file and, where it could be found, a line in it (from 1)."""

    file: Path
    line: int | None


class Locator:
    """Finds places in a set of loaded sources."""

    def __init__(self, sources: Sequence[Loaded]) -> None:
        self._sources = sources
        self._about: dict[Term, list[tuple[int, Triple]]] = defaultdict(list)
        self._naming: dict[Term, list[tuple[int, Triple]]] = defaultdict(list)
        for number, loaded in enumerate(sources):
            for triple in loaded.triples:
                self._about[triple.subject].append((number, triple))
                self._naming[triple.object].append((number, triple))
        self._lines: dict[int, list[Written]] = {}

    def place(self, focus: Term, path: Term | None = None, value: Term | None = None) -> Place | None:
        """The likeliest place for a finding about ``focus``, its property ``path`` and its ``value``: where
        that is stated, else where the property is, else where the node has its class, else where something
        else names it."""

        def fit(stated: tuple[int, Triple]) -> tuple[int, int]:
            number, triple = stated
            if triple.predicate == path:
                return (3 if triple.object == value else 2), -number
            return (1 if triple.predicate == RDF.type else 0), -number

        if focus in self._about:
            number, triple = max(self._about[focus], key=fit)
            length = max(fit((number, triple))[0], 1)
            wanted = (focus, triple.predicate, triple.object)[:length]
        elif focus in self._naming:
            number, triple = min(self._naming[focus], key=lambda stated: stated[0])
            wanted = (triple.subject, triple.predicate, triple.object)
        else:
            return None
        loaded = self._sources[number]
        in_table = loaded.source.mapping is not None
        line = self._table_line(loaded, wanted) if in_table else self._text_line(number, wanted)
        return Place(loaded.source.path, line)

    def states(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> bool:
        """Whether the sources say something of a node, or of it this property, or this value."""
        wanted = tuple(term for term in (subject, predicate, value) if term is not None)
        return any(_begins(triple, wanted) for _, triple in self._about.get(subject, ()))

    def _table_line(self, loaded: Loaded, wanted: tuple[Term, ...]) -> int | None:
        return min((line for triple, line in loaded.lines.items() if _begins(triple, wanted)), default=None)

    def _text_line(self, number: int, wanted: tuple[Term, ...]) -> int | None:
        if number not in self._lines:
            self._lines[number] = list(written(read_text(self._sources[number].source.path)))
        lines = self._lines[number]
        for length in range(len(wanted), 0, -1):
            for one in lines:
                if (one.subject, one.predicate, one.object)[:length] == wanted[:length]:
                    return one.line
        return None


def _begins(triple: Triple, wanted: tuple[Term, ...]) -> bool:
    return (triple.subject, triple.predicate, triple.object)[: len(wanted)] == wanted
