"""Where a statement was written: the source file and line that a finding is about.

Parsers give no position for a triple that was read well, so the file's text is searched for the subject's
block and, inside it, for the property or value. The answer is a help to a reader, not a proof.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.compile.sources import TABLES, Loaded

Term = NamedNode | Literal | BlankNode | Triple


@dataclass(frozen=True)
class Place:
    """A source file and, where it could be found, a line in it (from 1)."""

    file: Path
    line: int | None


class Locator:
    """Finds places in a set of loaded sources."""

    def __init__(self, sources: Sequence[Loaded]) -> None:
        self._by_subject: dict[Term, list[Loaded]] = {}
        self._by_object: dict[Term, list[Loaded]] = {}
        for loaded in sources:
            for triple in loaded.triples:
                _note(self._by_subject, triple.subject, loaded)
                _note(self._by_object, triple.object, loaded)

    def place(self, focus: Term, path: Term | None, value: Term | None) -> Place | None:
        """The likeliest place for a finding about ``focus``, its property ``path`` and its ``value``."""
        candidates = self._by_subject.get(focus, [])
        if not candidates:
            mentions = self._by_object.get(focus, [])
            return _place(mentions[0], focus, None, None) if mentions else None
        best = max(candidates, key=lambda loaded: _score(loaded.triples, focus, path, value))
        return _place(best, focus, path, value)


def _note(index: dict[Term, list[Loaded]], term: Term, loaded: Loaded) -> None:
    known = index.setdefault(term, [])
    if not known or known[-1] is not loaded:
        known.append(loaded)


def _score(triples: Iterable[Triple], focus: Term, path: Term | None, value: Term | None) -> int:
    best = 1
    for triple in triples:
        if triple.subject == focus and triple.predicate == path:
            best = max(best, 3 if triple.object == value else 2)
    return best


def _place(loaded: Loaded, focus: Term, path: Term | None, value: Term | None) -> Place:
    file = loaded.source.path
    if file.suffix in TABLES:
        return Place(file, loaded.lines.get(focus) or None if isinstance(focus, NamedNode) else None)
    lines = file.read_text(encoding="utf-8").splitlines()
    spelling = _Spelling(lines)
    start = spelling.find_subject(focus)
    if start is None:
        return Place(file, None)
    block = range(start, spelling.end_of_block(start))
    for term in (value, path):
        for number in block:
            if term is not None and any(text in lines[number] for text in spelling.of(term)):
                return Place(file, number + 1)
    return Place(file, start + 1)


class _Spelling:
    """How a Turtle file would write a term, by the prefixes and base that it declares."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.base = ""
        self.prefixes: list[tuple[str, str]] = []
        for line in lines:
            if match := re.match(r"@prefix\s+(\S*):\s+<([^>]*)>", line):
                self.prefixes.append((match[1], match[2]))
            elif match := re.match(r"@base\s+<([^>]*)>", line):
                self.base = match[1]

    def of(self, term: Term) -> list[str]:
        if isinstance(term, Literal):
            return [f'"{term.value}"', term.value] if term.value else []
        if not isinstance(term, NamedNode):
            return []
        spellings = [f"<{term.value}>"]
        if self.base and term.value.startswith(self.base):
            spellings.append(f"<{term.value.removeprefix(self.base)}>")
        for prefix, namespace in self.prefixes:
            if term.value.startswith(namespace):
                spellings.append(f"{prefix}:{term.value.removeprefix(namespace)}")
        return spellings

    def find_subject(self, term: Term) -> int | None:
        for spelling in self.of(term):
            for number, line in enumerate(self.lines):
                if line == spelling or line.startswith(spelling + " "):
                    return number
        return None

    def end_of_block(self, start: int) -> int:
        for number in range(start, len(self.lines)):
            if self.lines[number].rstrip().endswith(" ."):
                return number + 1
        return len(self.lines)
