"""Where in a text the words of a search stand, for a reader's eye: as they are typed or as they sound."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from renkei_kg.folding import KANJI, fold, from_romaji, loosen, reading
from renkei_kg.textsearch.expression import PIECE
from renkei_kg.textsearch.grams import JOINS, UNSPACED, singular

WINDOW: Final = 110
BEFORE: Final = 30
LONGEST_TEXT: Final = 20_000
LATIN: Final = re.compile(r"[a-z'\-]{2,}")
# The rest of a Latin word whose beginning is cut off.
WORD_BROKEN: Final = re.compile(r"^[\u0021-\u024f]+ ")
Part = tuple[str, bool]


@dataclass(frozen=True)
class Marker:
    """Patterns of the words of a search, over folded texts and over readings."""

    patterns: tuple[re.Pattern[str], ...]
    sounds: tuple[re.Pattern[str], ...]

    def parts(self, text: str, *, spoken: bool = False) -> list[Part]:
        """A text in parts, and of each whether it is one of the words; one part when none is in it."""
        text = text[:LONGEST_TEXT]
        folded, places = _folded(text)
        spans = sorted(
            (places[found.start()][0], places[found.end() - 1][1])
            for pattern in (*self.patterns, *(self.sounds if spoken else ()))
            for found in pattern.finditer(folded)
            if found.end() > found.start()
        )
        parts: list[Part] = []
        at = 0
        for start, end in spans:
            if end > at:
                begun = max(start, at)
                parts += [(text[at:begun], False)] if begun > at else []
                parts.append((text[begun:end], True))
                at = end
        return [*parts, (text[at:], False)] if at < len(text) else parts

    def snippet(self, text: str, *, spoken: bool = False) -> list[Part]:
        """The part of a text around the first of the words; empty when none is in it."""
        parts = self.parts(" ".join(text.split()), spoken=spoken)
        first = next((n for n, (_, marked) in enumerate(parts) if marked), None)
        if first is None:
            return []
        before = parts[first - 1][0] if first else ""
        if len(before) > BEFORE:
            before = "…" + WORD_BROKEN.sub("", before[-BEFORE:])
        kept: list[Part] = [(before, False)]
        left = WINDOW
        for words, marked in parts[first:]:
            kept.append((words if len(words) <= left else f"{words[:left]}…", marked))
            left -= len(words)
            if left <= 0:
                break
        return [part for part in kept if part[0]]


def marker(words: str) -> Marker:
    """What marks the words of a search, parted as the search parts them."""
    words = unicodedata.normalize("NFKC", words)
    pieces = [match[1] if match[2] is None else match[2] for match in PIECE.finditer(words)]
    folded = [one for one in (fold(piece).strip("*") for piece in pieces) if one]
    return Marker(
        tuple(re.compile(pattern) for piece in pieces for pattern in _patterns(piece)),
        tuple(re.compile(pattern) for one in folded if (pattern := _sound(one))),
    )


def _patterns(piece: str) -> Iterable[str]:
    folded = re.sub(f"[{JOINS}*]", "", fold(piece))
    if not folded:
        return []
    if folded.isascii():
        words = re.findall(r"\w+", fold(piece))
        if not words:
            return []
        *before, last = words
        end = r"\w*" if piece.endswith("*") else r"\b"
        return [r"\b" + r"\W{1,3}".join([*before, last if piece.endswith("*") else _plural(last)]) + end]
    loose = re.sub(f"[{JOINS}*]", "", loosen(piece))
    return [_spaced(one) for one in dict.fromkeys((folded, loose))]


def _plural(word: str) -> str:
    """An English word with its plural, as the index takes them for one."""
    stem = singular(word)
    return f"{stem[:-1]}(?:y|ies)" if stem.endswith("y") else f"{stem}(?:s|es)?"


def _spaced(folded: str) -> str:
    """The signs in their order, with what joins words between, and okurigana between two kanji."""
    pattern = ""
    for before, sign in zip(" " + folded, folded, strict=False):
        kanji = re.fullmatch(f"[{KANJI}]{{2}}", before + sign)
        gap = f"(?:[{JOINS}]{{0,2}}|[ア-ン]{{1,2}})" if kanji else f"[{JOINS}]{{0,2}}"
        pattern += (gap if pattern else "") + re.escape(sign)
    return pattern


def _sound(folded: str) -> str:
    """What a reading has that sounds so: its signs with long vowels and spaces between."""
    if LATIN.fullmatch(folded):
        sound = reading(from_romaji(folded) or "")
    else:
        sound = reading(folded) if re.fullmatch(f"[{UNSPACED}]+", folded) else ""
    return (
        r"[アイウエオー\s・]{0,2}".join(map(_same_sound, sound)) + "[アイウエオー]?" if len(sound) > 1 else ""
    )


def _same_sound(kana: str) -> str:
    return {"ジ": "[ジヂ]", "ズ": "[ズヅ]", "オ": "[オヲ]"}.get(kana, re.escape(kana))


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text folded sign by sign, and from where to where in it each folded sign comes."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        size = 2 if text[at : at + 1] in "ヴゔ" or unicodedata.combining(text[at + 1 : at + 2] or " ") else 1
        made = fold(text[at : at + size])
        folded.append(made)
        places += [(at, at + size)] * len(made)
        at += size
    return "".join(folded), places
