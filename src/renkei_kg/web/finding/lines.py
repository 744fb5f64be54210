"""Names to look typed letters up in, before a word is whole: at their beginning, inside, and nearly.

All names stand in one text, a line each, folded as the text index folds them (``renkei_kg/folding.py``); one
search through it finds them, at the speed of ``str.find``.
"""

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from renkei_kg.folding import KANA, fold, loosen, reading, romaji_begun
from renkei_kg.namespaces import RDFS, RK
from renkei_kg.textsearch.grams import JOIN

MOST_LOOKED: Final = 400
MOST_NEAR: Final = 60
ALIKE: Final = 0.6
LONGEST: Final = 80
KANA_ONLY: Final = re.compile(f"[{KANA}]+")
# The letter of a syllable whose vowel an input method still waits for: とうy.
WAITING: Final = re.compile(f"(?<=[{KANA}])[a-z]{{1,2}}$")
LABEL, OTHER, READING, PART_OF_READING = range(4)


@dataclass(frozen=True)
class Name:
    """A name of a thing, by the property that states it and in a language."""

    thing: str
    stated_by: str
    text: str
    language: str

    @property
    def is_label(self) -> bool:
        """Whether it is what the thing is called first of all."""
        return self.stated_by == RDFS.label.value

    @property
    def is_reading(self) -> bool:
        """Whether it is a reading in kana."""
        return self.stated_by == RK.kana.value


@dataclass(frozen=True)
class Typed:
    """What is typed, as names may have it, and how it may sound where that can be told."""

    forms: tuple[str, ...]
    sounds: tuple[str, ...]


def typed(text: str) -> Typed:
    """What ``text`` may be the beginning of."""
    folded = _joined(fold(text[:LONGEST]))
    folded = WAITING.sub("", folded)
    loose = _joined(loosen(text[:LONGEST]))
    if folded.isascii():
        # Partial romaji stays as Latin letters too, for names in English.
        return Typed((folded,), tuple(dict.fromkeys(map(reading, romaji_begun(folded)))))
    sounds = (reading(folded),) if KANA_ONLY.fullmatch(folded) else ()
    return Typed(tuple(dict.fromkeys((folded, loose))), sounds)


class Lines:
    """The names of things, by the things' numbers."""

    def __init__(self, names: Iterable[tuple[int, Name]]) -> None:
        found = dict.fromkeys(line for number, name in names for line in _lines_of(number, name))
        self._things = array("I", (thing for _, thing, _ in found))
        self._ranks = array("B", (rank for _, _, rank in found))
        self._starts = array("L")
        at = 1
        for text, _, _ in found:
            self._starts.append(at)
            at += len(text) + 1
        self._text = "\n" + "".join(f"{text}\n" for text, _, _ in found)

    def begun(self, text: str, most: int) -> list[int]:
        """The things whose names begin with what is typed or have it inside, the best first, at most so
        many."""
        wanted = typed(text)
        best: dict[int, tuple[int, int, int]] = {}
        for form, heard in [(one, False) for one in wanted.forms] + [(one, True) for one in wanted.sounds]:
            for begins in (True, False):
                for line in self._with(form, begins=begins):
                    if heard == (self._ranks[line] >= READING):
                        thing = self._things[line]
                        key = (0 if begins else 4) + self._ranks[line], self._length(line), thing
                        best[thing] = min(best.get(thing, key), key)
        return sorted(best, key=lambda thing: best[thing])[:most]

    def near(self, text: str, most: int) -> list[int]:
        """The things whose names are most like what is typed, at most so many."""
        wanted = typed(text)
        best: dict[int, float] = {}
        for form in (*wanted.forms, *wanted.sounds):
            shared = Counter(
                line
                for pair in {form[at : at + 2] for at in range(len(form) - 1)}
                for line in self._with(pair)
            )
            for line, _ in shared.most_common(MOST_NEAR):
                alike = _likeness(form, self._line(line))
                if alike >= ALIKE:
                    thing = self._things[line]
                    best[thing] = max(best.get(thing, 0.0), alike)
        return sorted(best, key=lambda thing: (-best[thing], thing))[:most]

    def _with(self, part: str, *, begins: bool = False) -> Iterator[int]:
        """The numbers of lines with a part in them, or beginning with it; of very many, the first."""
        if not part or "\n" in part:
            return
        wanted, at = ("\n" + part if begins else part), -1
        for _ in range(MOST_LOOKED):
            at = self._text.find(wanted, at + 1)
            if at < 0:
                return
            line = bisect_right(self._starts, at + begins) - 1
            yield line
            at = self._starts[line] + self._length(line) - 1

    def _length(self, line: int) -> int:
        following = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        return following - self._starts[line] - 1

    def _line(self, line: int) -> str:
        return self._text[self._starts[line] : self._starts[line] + self._length(line)]


def _lines_of(number: int, name: Name) -> Iterator[tuple[str, int, int]]:
    """The lines that a name is looked up by: text, thing and rank."""
    if name.is_reading:
        words = [reading(fold(word)) for word in JOIN.sub(" ", name.text).split()]
        for at in range(len(words)):
            yield "".join(words[at:]), number, PART_OF_READING if at else READING
        return
    folded = fold(name.text)
    rank = LABEL if name.is_label else OTHER
    yield _joined(folded), number, rank
    if folded.isascii():
        words = folded.split()
        for at in range(1, len(words)):
            yield _joined(" ".join(words[at:])), number, OTHER
    else:
        yield _joined(loosen(name.text)), number, rank


def _joined(folded: str) -> str:
    return JOIN.sub("", folded).replace("\n", "")


def _likeness(text: str, line: str) -> float:
    """How like a text is to the beginning of a line, from 0 to 1; a bit more for a line that ends there."""
    matcher = SequenceMatcher(None, text, line[: len(text) + 1], autojunk=False)
    return matcher.ratio() + (0.01 if len(line) <= len(text) + 1 else 0)
