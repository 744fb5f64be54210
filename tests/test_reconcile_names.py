"""Names as reconciliation cuts and compares them: forms, endings, codes, and what scores are made of."""

import unicodedata

import pytest

from renkei_kg.web.reconcile import characters, endings, likeness, matching
from renkei_kg.web.reconcile import names as forms
from renkei_kg.web.reconcile.index import codes
from renkei_kg.web.reconcile.near import COMPARED, Choices

KANJI = "山川谷野原沢島崎浜岩森林池田村上中下東西"


def test_old_forms_are_pairs_that_unicode_keeps_apart() -> None:
    assert len(characters.OLD) == len(characters.NEW) == len(set(characters.OLD))
    assert not set(characters.OLD) & set(characters.NEW)
    for old in characters.OLD:
        assert unicodedata.normalize("NFKC", old) == old
    assert characters.common("廣島縣 澤・邊・邉") == "広島県 沢・辺・辺"


@pytest.mark.parametrize(
    ("text", "core", "family"),
    [
        ("札幌市", "札幌", "city"),
        ("空知総合振興局", "空知", "bureau"),
        ("空知総合振興局管内", "空知", "subprefecture"),
        ("道央広域連携地域", "道央", "cooperation"),
        ("道央地域", "道央", "area"),
        ("大雪山国立公園", "大雪山", "park"),
        ("akkeshi quasi-national park", "akkeshi", "park"),
        ("sorachi general subprefectural bureau", "sorachi", "bureau"),
        ("kushiro-shi", "kushiro", "city"),
        ("city of kushiro", "kushiro", "city"),
        ("市", "市", ""),
        ("オホーツク", "オホーツク", ""),
        ("bureau", "bureau", ""),
    ],
)
def test_endings_are_told_from_names(text: str, core: str, family: str) -> None:
    assert endings.split(forms.folded(text)) == (forms.folded(core), family)


def test_a_reading_loses_an_ending_only_of_its_own_kind() -> None:
    assert endings.split_reading("サツポロシ", frozenset({"city"})) == ("サツポロ", "city")
    assert endings.split_reading("ニシ", frozenset({"project"})) == ("ニシ", "")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("泊村（国後郡）", {"泊村国後郡", "泊村", "泊"}),
        ("釧路（市）", {"釧路市", "釧路"}),
        ("札幌市役所", {"札幌市役所", "札幌市", "札幌"}),
        ("Niseko, Hokkaido", {"nisekohokkaido", "niseko"}),
        ("公益財団法人アイヌ民族文化財団", {"公益財団法人アイヌ民族文化財団", "アイヌ民族文化財団"}),
        ("ﾆｾｺ町", {"ニセコ町", "ニセコ"}),
        ("・・", {""}),
    ],
)
def test_a_name_is_cut_into_what_it_may_be_found_by(text: str, keys: set[str]) -> None:
    assert {stem.key for stem in forms.stems(text)} == keys


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("011002", {"011002", "11002", "01100", "1100"}),
        ("C01100", {"c01100"}),
        ("札幌", {"札幌"}),
        ("000", {"000"}),
    ],
)
def test_codes_are_known_as_spreadsheets_leave_them(text: str, kept: set[str]) -> None:
    assert codes(text) == kept


def test_what_the_page_says_of_numbers_is_so() -> None:
    """The page about features, in both languages, has the numbers that scores are made with."""
    from renkei_kg.web.reconcile.words import WORDS

    said = {
        "reconcile.features.lead": [f"{matching.ENOUGH:g}"],
        "reconcile.feature.spelling": [
            f"{one:g}"
            for one in (
                *(
                    likeness.SAME,
                    likeness.FOLDED_ALIKE,
                    likeness.OLD_FORMS,
                    likeness.LOOSELY,
                    likeness.IN_KANA,
                ),
                *(likeness.ROMANISED, likeness.MOST_SLIPS, likeness.SLIP, likeness.SLIP_IN_LATIN),
            )
        ],
        "reconcile.feature.ending": [
            f"{one:g}"
            for one in (
                *(likeness.WITHOUT_ENDING, likeness.OTHER_ENDING, likeness.FITTING_ENDING),
                *(likeness.UNKNOWN_ENDING, likeness.CONTRARY_ENDING, likeness.OFFICE),
            )
        ],
        "reconcile.feature.label": [f"{likeness.NOT_THE_LABEL:g}"],
        "reconcile.feature.whole": [
            f"{likeness.PART_OF_NAME:g}",
            f"{likeness.CONTAINED + likeness.CONTAINED_SHARE:g}",
        ],
        "reconcile.feature.context": [f"{likeness.EXPLAINED:g}", f"{likeness.UNEXPLAINED:g}"],
        "reconcile.feature.type": [f"{matching.OTHER_TYPE:g}"],
        "reconcile.feature.property": [f"{matching.DISAGREES:g}", f"{matching.LACKS:g}"],
    }
    assert matching.RIVAL == 4 / 5
    for key, numbers in said.items():
        for text in WORDS[key]:
            for number in numbers:
                assert number in text, (key, number)


def test_among_very_many_a_slip_is_found_as_among_few() -> None:
    texts = [f"{first}{second}{third}町" for first in KANJI for second in KANJI for third in KANJI]
    assert len(texts) > COMPARED
    many = Choices(texts)
    for text in ("山川〇町", "〇川谷町", "川山谷町"):
        few = Choices([one for one in texts if set(one) & set(text[:3])][:COMPARED])
        best = max(alike for _, alike in few.near(text, 0.6, 5))
        assert next(many.near(text, 0.6, 5))[1] == best >= 0.75
