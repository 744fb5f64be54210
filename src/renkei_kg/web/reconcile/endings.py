"""Endings of names that say what kind of thing is named: 市, 総合振興局, Town, プロジェクト.

A name is often written without its ending, or with another one of the same family. What a family means for
the comparison is said in ``matching``.
"""

import re
from typing import Final

from renkei_kg.folding import fold

# Of each family: endings in kanji and kana, readings of these in katakana, and words of English.
FAMILIES: Final[dict[str, tuple[str, str, str]]] = {
    "city": ("市", "シ", "city shi"),
    "ward": ("区", "ク", "ward ku"),
    "town": ("町", "チョウ マチ", "town cho machi"),
    "village": ("村", "ソン ムラ", "village son mura"),
    "district": ("郡", "グン", "district gun"),
    "prefecture": ("県", "ケン", "prefecture ken"),
    "bureau": (
        "総合振興局 振興局 地方振興局 支庁",
        "ソウゴウシンコウキョク シンコウキョク チホウシンコウキョク シチョウ",
        "general_subprefectural_bureau subprefectural_bureau bureau",
    ),
    "subprefecture": ("総合振興局管内 振興局管内 支庁管内 管内", "カンナイ", "subprefecture"),
    "cooperation": (
        "広域連携地域 連携地域",
        "コウイキレンケイチイキ レンケイチイキ",
        "wide_cooperation_area cooperation_area",
    ),
    "area": ("地域 地方 エリア 圏域 圏", "チイキ チホウ エリア ケンイキ", "area region"),
    "park": (
        "国立公園 国定公園 道立自然公園 県立自然公園",
        "コクリツコウエン コクテイコウエン",
        "national_park quasi_national_park",
    ),
    "project": ("プロジェクト", "プロジェクト", "project"),
    "site": ("遺跡", "イセキ", "site"),
}
# An office stands for the place that it is of: 札幌市役所. The ending of the place stays.
OFFICE: Final = re.compile("(?<=[市区町村])(?:役所|役場)$")
# What may stand for other families: 空知地域 is the subprefecture 空知, 道南地域 the cooperation area 道南.
STANDS_FOR: Final = {"area": frozenset({"subprefecture", "cooperation"})}
BEFORE: Final = re.compile(r"^(city|town|village|ward|district|prefecture) of ")


def _endings() -> dict[str, str]:
    """Every ending, as texts are folded, with its family; the longest first."""
    found: dict[str, str] = {}
    for family, (japanese, _, english) in FAMILIES.items():
        found |= {fold(one): family for one in japanese.split()}
        found |= {" " + one.replace("_", " "): family for one in english.split()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


ENDINGS: Final = _endings()
READINGS: Final = {fold(one): family for family, (_, kana, _) in FAMILIES.items() for one in kana.split()}


def split(text: str) -> tuple[str, str]:
    """A folded text without its ending, and the family of that; the text and nothing when it has none.

    Latin endings are words of their own, also behind a hyphen. Readings in katakana are not looked at, as
    any word may end in シ.
    """
    before = BEFORE.match(text)
    if before:
        return text[before.end() :], before[1]
    spaced = text.replace("-", " ")
    for ending, family in ENDINGS.items():
        if len(spaced) > len(ending) and spaced.endswith(ending):
            return text[: len(text) - len(ending)].strip(), family
    return text, ""


def split_reading(kana: str, families: frozenset[str]) -> tuple[str, str]:
    """A folded reading without its ending, if that is of one of some families; else the reading and
    nothing."""
    for ending, family in READINGS.items():
        if family in families and len(kana) > len(ending) and kana.endswith(ending):
            return kana[: len(kana) - len(ending)], family
    return kana, ""


def family_of(word: str) -> str:
    """The family that a folded word by itself says: 市, town. Nothing when it says none."""
    return ENDINGS.get(word) or ENDINGS.get(f" {word}", "")
