"""Text cut into the terms of the index. Writing and asking use the same cuts.

Scripts without spaces are cut into overlapping pairs of characters, and a run of them ends with its last
character alone: so any part of a run is a phrase of pairs, one character is the beginning of a term, and no
phrase runs over the end of a run. Other scripts are cut into words.
"""

import re
from typing import Final

from renkei_kg.folding import KANJI, fold, loosen, reading

UNSPACED: Final = (
    f"\u3005\u3006{KANJI}\u3041-\u3096\u309f\u30a1-\u30fa\u30fc-\u30ff\u0e00-\u0eff\u1000-\u109f\uac00-\ud7a3"
)
JOINS: Final = r"\s・·=「」『』〈〉《》【】“”‘’\"'\-\u2010-\u2015"
RUN: Final = re.compile(rf"[{UNSPACED}]++(?:[{JOINS}]++[{UNSPACED}]++)*+|[^\W_{UNSPACED}]++")
JOIN: Final = re.compile(f"[{JOINS}]+")
FIRST_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
WORD_START: Final = "\ue000"
ANCHORED: Final = 2
SHORTEST_PLURAL: Final = 4


def terms(folded: str) -> list[str]:
    """The terms of a folded text, in order."""
    found: list[str] = []
    for run in RUN.findall(folded):
        if FIRST_UNSPACED.match(run):
            joined = JOIN.sub("", run)
            found += [joined[at : at + 2] for at in range(len(joined) - 1)]
            found.append(joined[-1])
        else:
            found.append(singular(run))
    return found


def begun_terms(folded: str) -> tuple[list[str], bool]:
    """The terms of words that are searched for, which may be only a part of a run; and whether the last of
    them is only the beginning of a term."""
    found = terms(folded)
    if not found or not FIRST_UNSPACED.match(found[-1]):
        return found, False
    if len(found) > 1 and len(found[-2]) == 2 and found[-2][1] == found[-1]:
        return found[:-1], False
    return found, True


def reading_terms(kana: str) -> list[str]:
    """The terms of a reading in kana: its pairs, and for each word in it how it begins."""
    words = [reading(word) for word in re.findall(f"[{UNSPACED}]+", fold(kana))]
    joined = "".join(words)
    return [joined[at : at + 2] for at in range(len(joined) - 1)] + [
        WORD_START + word[:ANCHORED] for word in words
    ]


def sounding_terms(sound: str) -> list[str]:
    """The terms that find a reading with the sound ``sound`` in it; of a sound of two kana, at the beginning
    of a word only. None for a single kana."""
    if len(sound) > ANCHORED:
        return [sound[at : at + 2] for at in range(len(sound) - 1)]
    return [WORD_START + sound] if len(sound) == ANCHORED else []


def loose_terms(text: str, strict: list[str]) -> list[str]:
    """The terms of a text loosened, empty when they are those that it has anyway."""
    loose = terms(loosen(text))
    return [] if loose == strict else loose


def singular(word: str) -> str:
    """An English plural without its s, by the rules of Harman (1991), "How effective is suffixing?"."""
    if len(word) < SHORTEST_PLURAL or word[-1] != "s" or not word.isascii():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
