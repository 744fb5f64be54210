"""Names in the forms that they are looked up by. Names of the graph and names that are asked for are cut the
same way: whole, without their ending, without what stands in brackets, and as they sound."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from renkei_kg.folding import KANA, fold, from_romaji, loosen, reading
from renkei_kg.web.reconcile.characters import common
from renkei_kg.web.reconcile.endings import OFFICE, family_of, split, split_reading

NOISE: Final = re.compile(r"[\W_]+")
SPACES: Final = re.compile(r"\s+")
BRACKETS: Final = re.compile(r"[(\[〔［]([^()\[\]〔〕［］]*)[)\]〕］]")
KANA_ONLY: Final = re.compile(f"[{KANA}]+")
PARTS: Final = re.compile(r"[・,、，/／;；\s]+")
SHORTEST_IN_BRACKETS: Final = 3
# Legal forms say nothing of which organisation it is: 公益財団法人, 株式会社.
LEGAL: Final = re.compile(
    "^(?:(?:公益|一般)?(?:財団|社団)法人|(?:国立研究開発|地方独立行政|独立行政|特定非営利活動|学校|社会福祉|医療)法人|"
    r"npo法人|株式会社|有限会社|合同会社|\(株\)|\(有\))|(?:株式会社|有限会社|合同会社|\(株\)|\(有\))$"
)
DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True)
class Stem:
    """A name or a part of it, folded: its ending's family when it stands without its ending (``core``).
    ``around`` are other words that stood with it, ``bracketed`` says that it is a part of a longer name."""

    text: str
    core: bool = False
    family: str = ""
    around: tuple[str, ...] = ()
    bracketed: bool = False
    office: bool = False

    @property
    def key(self) -> str:
        """What it is looked up by: letters and digits alone."""
        return joined(self.text)


def plain(text: str) -> str:
    """A text as people see it: width and spaces made one (Unicode NFKC), nothing else."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def folded(text: str) -> str:
    """A text without what makes no other name of it: width, case, kana script, marks, old forms of kanji."""
    return fold(common(plain(text)))


def joined(folded_text: str) -> str:
    """A folded text without spaces and signs."""
    return NOISE.sub("", folded_text)


def stems(text: str) -> Iterator[Stem]:
    """A text whole, without its ending, and both without what it has in brackets."""
    return _cut(folded(text))


def loose_stems(text: str) -> Iterator[Stem]:
    """The same of a text without okurigana and last long marks, where it has any."""
    loose = loosen(common(plain(text)))
    return _cut(loose) if loose != folded(text) else iter(())


def _cut(whole: str) -> Iterator[Stem]:
    yield from _with_core(Stem(whole))
    bare = LEGAL.sub("", whole).strip()
    if bare != whole and bare:
        whole = bare
        yield from _with_core(Stem(whole))
    inside = tuple(part.strip() for part in BRACKETS.findall(whole) if part.strip())
    outside = SPACES.sub(" ", BRACKETS.sub(" ", whole)).strip()
    if inside and outside:
        family = family_of(inside[0]) if len(inside) == 1 else ""
        if family:
            yield Stem(outside, core=True, family=family)
        around = tuple(part for one in inside for part in PARTS.split(one) if part)
        yield from _with_core(Stem(outside, around=around, bracketed=True))
    if whole.isascii() and "," in whole:
        first, *others = (part.strip() for part in whole.split(","))
        yield from _with_core(Stem(first, around=tuple(filter(None, others)), bracketed=True))


def _with_core(stem: Stem) -> Iterator[Stem]:
    yield stem
    without_office = OFFICE.sub("", stem.text)
    if without_office != stem.text:
        yield from _with_core(Stem(without_office, around=stem.around, bracketed=stem.bracketed, office=True))
        return
    core, family = split(stem.text)
    if family and joined(core):
        yield Stem(
            core, core=True, family=family, around=stem.around, bracketed=stem.bracketed, office=stem.office
        )


def in_brackets(text: str) -> Iterator[Stem]:
    """What a name has in brackets, where that is a name too: JR北海道, but no year."""
    for part in BRACKETS.findall(folded(text)):
        if len(joined(part)) >= SHORTEST_IN_BRACKETS and not DIGIT.search(part):
            yield Stem(part, bracketed=True)


def sound(stem: Stem) -> str:
    """How a stem in kana sounds; empty when it has anything else."""
    return reading(stem.key) if KANA_ONLY.fullmatch(stem.key) else ""


def romanised(stem: Stem) -> str:
    """How a stem in Latin letters sounds if it is romanised Japanese; else empty."""
    key = joined(stem.text.replace("-", ""))
    kana = from_romaji(key) if key.isascii() and key.isalpha() else None
    return reading(kana) if kana else ""


def reading_stems(kana: str, families: frozenset[str]) -> Iterator[Stem]:
    """A reading whole and without its ending, as it sounds. ``families`` are those that its thing is of."""
    whole = joined(folded(kana))
    yield Stem(reading(whole))
    core, family = split_reading(whole, families)
    if family:
        yield Stem(reading(core), core=True, family=family)
