"""What a person typed, as an expression of SQLite's FTS5. Nothing of what was typed is syntax there: only
terms go in, which hold letters and digits alone, each phrase in quotation marks."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from renkei_kg.folding import fold, from_romaji, loosen, reading
from renkei_kg.textsearch.errors import SearchError
from renkei_kg.textsearch.grams import begun_terms, sounding_terms, terms

STRICT, LOOSE, READING = "strict", "loose", "reading"
PIECE: Final = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
ROMAN: Final = re.compile(r"[a-z][a-z'\-]+")
LONG_KANA: Final = re.compile("[ァ-ヺー]+")
LONGEST: Final = 300
MOST_PIECES: Final = 16


@dataclass(frozen=True)
class Expression:
    """FTS5 expressions: for what matches; for what matches without loosening; for what begins with the words
    as they stand; for what begins with them loosened. And how many terms a text has that is just the words,
    or just the loosened words. ``loose_start`` is empty when loosening changes nothing."""

    match: str
    strict: str
    start: str
    terms: int
    loose_start: str
    loose_terms: int


def expression(words: str) -> Expression:
    """The expression for words: parted by spaces they must all be found, in quotation marks as they stand
    together, and a Latin word that ends in ``*`` may go on. Raises SearchError."""
    words = unicodedata.normalize("NFKC", words).strip()
    if len(words) > LONGEST:
        raise SearchError(f"the words are longer than {LONGEST} characters: search for a part of them.")
    pieces = [match[1] if match[2] is None else match[2] for match in PIECE.finditer(words)]
    alternatives = [found for piece in pieces if (found := _alternatives(piece))]
    if not alternatives:
        raise SearchError("there is no letter or digit in the words: write what to search for.")
    if len(alternatives) > MOST_PIECES:
        raise SearchError(f"there are more than {MOST_PIECES} words: search for fewer of them.")
    strict = [found[0] for found in alternatives]
    folded, loosened = fold(words), loosen(words)
    loose = _start(STRICT, loosened) + " OR " + _start(LOOSE, loosened)
    return Expression(
        match=" AND ".join(f"({' OR '.join(found)})" for found in alternatives),
        strict=" AND ".join(strict) if any(len(found) > 1 for found in alternatives) else "",
        start=_start(STRICT, folded),
        terms=len(terms(folded)),
        loose_start="" if folded.isascii() else loose,
        loose_terms=len(terms(loosened)),
    )


def _start(column: str, folded: str) -> str:
    found, begun = begun_terms(folded)
    return f"{column} : ^ {_phrase(found, begun=begun)}"


def _alternatives(piece: str) -> list[str]:
    """The phrases any of which finds a piece, the strict one first; none if nothing in it can be found."""
    folded = fold(piece)
    found, begun = begun_terms(folded)
    if not found:
        return []
    goes_on = piece.endswith("*") and found[-1].isascii()
    phrases = [f"{STRICT} : {_phrase(found, begun=begun or goes_on)}"]
    if not folded.isascii():
        loose, begun = begun_terms(loosen(piece))
        phrases.append(f"{LOOSE} : {_phrase(loose, begun=begun)}")
        if loose != found:
            phrases.append(f"{STRICT} : {_phrase(loose, begun=begun)}")
    if sounding := sounding_terms(_sound(folded)):
        phrases.append(f"{READING} : {_phrase(sounding, begun=False)}")
    return phrases


def _sound(folded: str) -> str:
    """How a romanised word, or kana with a long-vowel mark, sounds; empty for anything else."""
    if ROMAN.fullmatch(folded):
        return reading(from_romaji(folded) or "")
    return reading(folded) if "ー" in folded and LONG_KANA.fullmatch(folded) else ""


def _phrase(found: list[str], *, begun: bool) -> str:
    return '"' + " ".join(found).replace('"', '""') + '"' + (" *" if begun else "")
