"""What names are looked up in: for each form of a name the entities that have it, and all the forms for names
that are only nearly alike."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from renkei_kg.folding import reading
from renkei_kg.web.finding import lines
from renkei_kg.web.reconcile import names as forms
from renkei_kg.web.reconcile.endings import ENDINGS
from renkei_kg.web.reconcile.entities import Entities, Name
from renkei_kg.web.reconcile.names import Stem
from renkei_kg.web.reconcile.near import Choices

FOLDED, LOOSE, SOUND, IDENTIFIER = "f", "l", "s", "i"
MOST_NEAR: Final = 12
MUNICIPAL_CODE: Final = re.compile(r"\d{6}")


class Entry(NamedTuple):
    """A form of a name: of which entity and name (their numbers), and how it was cut."""

    entity: int
    name: int
    core: bool
    family: str
    bracketed: bool


class Index:
    """The names of the entities of one version."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self._families = _families(entities)
        self._keys: dict[str, list[Entry]] = defaultdict(list)
        for number, name in enumerate(entities.names):
            for key, entry in self._forms(number, name):
                if entry not in self._keys[key]:
                    self._keys[key].append(entry)
        self._keys = dict(self._keys)
        self._choices = {
            kind: Choices([key[1:] for key in self._keys if key[0] == kind and len(key) > 2])
            for kind in (FOLDED, SOUND)
        }
        self._around: dict[int, tuple[str, ...]] = {}

    @cached_property
    def lines(self) -> lines.Lines:
        """The names to look typed letters up in."""
        return lines.Lines(
            (
                name.entity,
                lines.Name(self.entities.iris[name.entity], name.stated_by, name.text, name.language),
            )
            for name in self.entities.names
            if not name.is_identifier
        )

    def families(self, entity: int) -> frozenset[str]:
        """The families of endings that an entity's names have."""
        return self._families[entity]

    def entries(self, kind: str, key: str) -> list[Entry]:
        """The forms of names that are just this."""
        return self._keys.get(kind + key, [])

    def whole_keys(self, entity: int, kind: str) -> Iterator[str]:
        """The forms of all of an entity's names, whole."""
        for number in self.entities.names_of[entity]:
            name = self.entities.names[number]
            key = forms.joined(forms.folded(name.text))
            if key and name.is_reading == (kind == SOUND) and not name.is_identifier:
                yield reading(key) if kind == SOUND else key

    def near(self, kind: str, key: str, least: float) -> Iterator[tuple[Entry, str, float]]:
        """The forms most like a key, and how like they are from 0 to 1."""
        for choice, alike in self._choices[kind].near(key, least, MOST_NEAR):
            for entry in self.entries(kind, choice):
                yield entry, choice, alike

    def explains(self, entity: int, words: str) -> bool:
        """Whether words beside a name say nothing but where its entity lies or belongs (古宇郡, 後志管内), or
        what else it is called."""
        known = self._words_around(entity)
        while words:
            taken = next((one for one in known if words.startswith(one)), "")
            if not taken:
                return False
            words = words[len(taken) :]
            rest = next((one for one in _JOINED_ENDINGS if words.startswith(one)), "")
            words = words[len(rest) :]
        return True

    def _words_around(self, entity: int) -> tuple[str, ...]:
        if entity not in self._around:
            found: set[str] = set()
            for one in (*self.entities.around[entity], entity):
                if isinstance(one, str):
                    texts = [one]
                else:
                    known = (self.entities.names[n] for n in self.entities.names_of[one])
                    texts = [name.text for name in known if not name.is_identifier]
                found |= {stem.key for text in texts for stem in forms.stems(text)}
            self._around[entity] = tuple(sorted(found - {""}, key=lambda one: (-len(one), one)))
        return self._around[entity]

    def _forms(self, number: int, name: Name) -> Iterator[tuple[str, Entry]]:
        if name.is_identifier:
            for code in codes(name.text):
                yield IDENTIFIER + code, Entry(name.entity, number, core=False, family="", bracketed=False)
            return
        if name.is_reading:
            for stem in forms.reading_stems(name.text, self._families[name.entity]):
                yield SOUND + stem.text, _entry(name, number, stem)
            return
        for stem in forms.loose_stems(name.text):
            if stem.key:
                yield LOOSE + stem.key, _entry(name, number, stem)
        for stem in (*forms.stems(name.text), *forms.in_brackets(name.text)):
            if not stem.key:
                continue
            entry = _entry(name, number, stem)
            yield FOLDED + stem.key, entry
            if sound := forms.sound(stem):
                yield SOUND + sound, entry


def codes(text: str) -> set[str]:
    """A code as tables have it: also without its leading zeros, as a spreadsheet takes them away, and a
    local government's six digits without the last, which only checks the others."""
    whole = forms.joined(forms.folded(text))
    found = {whole}
    if MUNICIPAL_CODE.fullmatch(whole):
        found.add(whole[:5])
    return found | {one.lstrip("0") for one in found if one.isdigit() and one.strip("0")}


def _entry(name: Name, number: int, stem: Stem) -> Entry:
    return Entry(name.entity, number, stem.core, stem.family, stem.bracketed)


def _families(entities: Entities) -> tuple[frozenset[str], ...]:
    found: list[set[str]] = [set() for _ in entities.iris]
    for name in entities.names:
        if not name.is_identifier and not name.is_reading:
            found[name.entity] |= {stem.family for stem in forms.stems(name.text) if stem.family}
    return tuple(map(frozenset, found))


_JOINED_ENDINGS: Final = tuple(forms.joined(one) for one in ENDINGS)
