"""How like a name that is asked for is to the names of entities: scores from 0 to 100, and why.

A score is a product: how the name is spelt, what its ending says, whether it is the main name, and what else
stands with it. docs/reconciliation.md explains the numbers; those of types, columns and matches are in
``matching``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from renkei_kg.folding import fold
from renkei_kg.web.reconcile import names as forms
from renkei_kg.web.reconcile.endings import STANDS_FOR
from renkei_kg.web.reconcile.index import FOLDED, IDENTIFIER, LOOSE, SOUND, Entry, Index, codes
from renkei_kg.web.reconcile.names import Stem

# Spelling.
SAME: Final = 100.0
FOLDED_ALIKE: Final = 98.0
OLD_FORMS: Final = 96.0
LOOSELY: Final = 94.0
IN_KANA: Final = 92.0
ROMANISED: Final = 88.0
# Ending, main name, other words: factors.
WITHOUT_ENDING: Final = 0.86
OTHER_ENDING: Final = 0.95
FITTING_ENDING: Final = 0.92
UNKNOWN_ENDING: Final = 0.68
CONTRARY_ENDING: Final = 0.5
NOT_THE_LABEL: Final = 0.98
PART_OF_NAME: Final = 0.78
OFFICE: Final = 0.9
EXPLAINED: Final = 0.98
UNEXPLAINED: Final = 0.72
# Only nearly alike.
SLIP: Final = 5.0
# A letter says less than a kanji or a kana: Koriyama is not Kuriyama.
SLIP_IN_LATIN: Final = 15.0
MOST_SLIPS: Final = 3
LEAST_ALIKE: Final = 0.6
# With the first, slips are not looked for; with the second, shared words are not.
ENOUGH, LITTLE = 90.0, 75.0
CONTAINED, CONTAINED_SHARE = 40.0, 34.0
CONTAINS, CONTAINS_SHARE = 35.0, 30.0
MOST_CONTAINING: Final = 10
LONGEST: Final = 1000
LONGEST_IN_PARTS: Final = 60
SHORTEST_PART: Final = 2


@dataclass(frozen=True)
class Likeness:
    """How like a name of an entity is: the score, and what it is made of."""

    entity: int
    score: float
    spelling: float
    ending: float = 1.0
    label: bool = True
    whole: bool = True
    context: float = 1.0
    identifier: bool = False


def alike(index: Index, text: str) -> dict[int, Likeness]:
    """The entities whose names are like a text, by their numbers."""
    best: dict[int, Likeness] = {}
    if len(text) > LONGEST:
        return best
    _keep(best, _identified(index, text))
    stems = [stem for stem in forms.stems(text) if stem.key]
    for stem in stems:
        _keep(best, _looked_up(index, text, stem))
    _keep(best, _loosely(index, text))
    _keep(best, _behind_others(index, stems))
    plain = [stem for stem in stems if not stem.bracketed]
    if _top(best) < ENOUGH:
        _keep(best, (one for stem in plain if not stem.core for one in _nearly(index, stem)))
    if _top(best) < LITTLE:
        _keep(best, (one for stem in plain for one in _containing(index, stem)))
        _keep(best, (one for stem in plain if not stem.core for one in _contained(index, stem)))
    return best


def _top(found: dict[int, Likeness]) -> float:
    return max((one.score for one in found.values()), default=0.0)


def _keep(best: dict[int, Likeness], found: Iterable[Likeness]) -> None:
    for one in found:
        if one.entity not in best or best[one.entity].score < one.score:
            best[one.entity] = one


def _identified(index: Index, text: str) -> Iterator[Likeness]:
    """By a code."""
    for code in codes(text):
        for entry in index.entries(IDENTIFIER, code):
            same = forms.plain(index.entities.names[entry.name].text) == forms.plain(text)
            spelling = SAME if same else LOOSELY
            yield Likeness(entry.entity, spelling, spelling, identifier=True)


def _looked_up(index: Index, text: str, stem: Stem) -> Iterator[Likeness]:
    """The names that a stem is a form of."""
    for entry in index.entries(FOLDED, stem.key):
        yield _likeness(index, stem, entry, _spelling(index, text, stem, entry))
    for entry in index.entries(LOOSE, stem.key):
        yield _likeness(index, stem, entry, LOOSELY)
    if sound := forms.sound(stem):
        for entry in index.entries(SOUND, sound):
            yield _likeness(index, stem, entry, IN_KANA)
    if romanised := forms.romanised(stem):
        for entry in index.entries(SOUND, romanised):
            yield _likeness(index, stem, entry, ROMANISED)


def _loosely(index: Index, text: str) -> Iterator[Likeness]:
    """The names that differ by okurigana or last long marks."""
    for stem in forms.loose_stems(text):
        for entry in (*index.entries(LOOSE, stem.key), *index.entries(FOLDED, stem.key)):
            yield _likeness(index, stem, entry, LOOSELY)


def _spelling(index: Index, text: str, stem: Stem, entry: Entry) -> float:
    """How a stem is spelt that has the folded form of a name."""
    name = forms.plain(index.entities.names[entry.name].text)
    written = forms.plain(text)
    if written == name:
        return SAME
    if (stem.core or entry.core or stem.around) and (written in name or name in written):
        return SAME
    one, other = (forms.joined(fold(part)) for part in (written, name))
    return FOLDED_ALIKE if one == other or one in other or other in one else OLD_FORMS


def _likeness(index: Index, stem: Stem, entry: Entry, spelling: float) -> Likeness:
    name = index.entities.names[entry.name]
    label = name.is_label or name.is_reading
    ending = _ending(index, stem, entry) * (OFFICE if stem.office else 1.0)
    context = 1.0
    if stem.around:
        told = [index.explains(entry.entity, forms.joined(one)) for one in stem.around]
        context = EXPLAINED if all(told) else UNEXPLAINED
    whole = not entry.bracketed
    score = spelling * ending * context
    score *= (1.0 if label else NOT_THE_LABEL) * (1.0 if whole else PART_OF_NAME)
    return Likeness(entry.entity, score, spelling, ending, label, whole, context)


def _ending(index: Index, stem: Stem, entry: Entry) -> float:
    """What the endings of a stem and a name say of each other."""
    if not stem.core:
        return WITHOUT_ENDING if entry.core else 1.0
    if entry.core:
        if stem.family == entry.family:
            return OTHER_ENDING
        return FITTING_ENDING if entry.family in STANDS_FOR.get(stem.family, ()) else CONTRARY_ENDING
    families = index.families(entry.entity)
    if stem.family in families or families & STANDS_FOR.get(stem.family, frozenset()):
        return FITTING_ENDING
    return CONTRARY_ENDING if families else UNKNOWN_ENDING


def _behind_others(index: Index, stems: list[Stem]) -> Iterator[Likeness]:
    """The names that a text ends with, behind words that only say where they lie: 北海道札幌市."""
    for stem in stems:
        key = stem.key
        if stem.around or stem.core or len(key) > LONGEST_IN_PARTS:
            continue
        ends = [(key, stem)] + [(one.key, one) for one in stems if one.core and not one.around]
        for cut, like in ends:
            for at in range(1, len(cut)):
                for entry in index.entries(FOLDED, cut[at:]):
                    if index.explains(entry.entity, cut[:at]):
                        found = _likeness(index, replace(like, around=()), entry, FOLDED_ALIKE)
                        yield replace(found, score=found.score * EXPLAINED, context=EXPLAINED)


def _nearly(index: Index, stem: Stem) -> Iterator[Likeness]:
    """The names that differ by slips; with more than a few of these they only share words."""
    for kind, key in ((FOLDED, stem.key), (SOUND, forms.sound(stem) or forms.romanised(stem))):
        if len(key) < SHORTEST_PART:
            continue
        limit = IN_KANA if kind == SOUND else SAME
        for entry, choice, near in index.near(kind, key, LEAST_ALIKE):
            slips = round((1.0 - near) * max(len(key), len(choice)))
            slip = SLIP_IN_LATIN if stem.key.isascii() else SLIP
            spelling = near * limit - slip if slips <= MOST_SLIPS else near * (CONTAINED + CONTAINED_SHARE)
            yield _likeness(index, replace(stem, around=()), entry, max(spelling, 0.0))


def _containing(index: Index, stem: Stem) -> Iterator[Likeness]:
    """The names that have the text in them; of the same family, where the text has an ending."""
    key = stem.key
    if not SHORTEST_PART <= len(key) <= LONGEST_IN_PARTS:
        return
    sound = forms.sound(stem) or forms.romanised(stem)
    for entity in index.lines.begun(key, MOST_CONTAINING):
        if stem.core and stem.family not in index.families(entity):
            continue
        shares = [len(key) / len(one) for one in index.whole_keys(entity, FOLDED) if key in one]
        shares += [len(sound) / len(one) for one in index.whole_keys(entity, SOUND) if sound and sound in one]
        spelling = CONTAINED + CONTAINED_SHARE * max(shares, default=0.0)
        yield Likeness(entity, spelling, spelling, whole=False)


def _contained(index: Index, stem: Stem) -> Iterator[Likeness]:
    """The names that the text has in it, with more than where they lie."""
    key = stem.key
    if len(key) > LONGEST_IN_PARTS:
        return
    for begin in range(len(key)):
        for end in range(begin + SHORTEST_PART, len(key) + 1):
            for entry in index.entries(FOLDED, key[begin:end]) if end - begin < len(key) else ():
                spelling = CONTAINS + CONTAINS_SHARE * (end - begin) / len(key)
                yield replace(
                    _likeness(index, Stem(key[begin:end]), entry, spelling), whole=False, context=0.0
                )
