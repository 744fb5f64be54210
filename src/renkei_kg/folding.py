"""Japanese and Latin text made alike for comparison: width, case, kana, marks, okurigana, romanisation.

``fold`` removes differences that carry no meaning for a search; ``loosen`` goes on to those in which writers
of one word differ (okurigana, the last long-vowel mark of a loan word) and which now and then part two words,
so that it belongs in a weaker rank. docs/text-search.md says which and why.
"""

import re
import unicodedata
from typing import Final

KANJI: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
KANA: Final = "\u3041-\u3096\u30a1-\u30fa\u30fc"

INVISIBLE: Final = re.compile(
    "[\u00ad\u180b-\u180f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
LATIN_MARKED: Final = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
LATIN_MARKS: Final = re.compile("[\u0300-\u036f]+")
LONG_MARK: Final = re.compile(f"(?<=[{KANA}])[-\u2010-\u2015\u2212\u2500ー]+")
REPEAT_TWO: Final = re.compile(f"([{KANJI}]{{2}})\u3005\u3005")
REPEAT_KANJI: Final = re.compile(f"([{KANJI}])\u3005")
REPEAT_KANA: Final = re.compile(f"([{KANA}])([\u309d\u309e\u30fd\u30fe])")
VOICING: Final = "\u3099"

TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
TO_LARGE: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
VA_ROW: Final = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
VA: Final = re.compile("ヴ[ァィェォ]?")

# Endings of the verb form that compounds are made of: its last kana is of the i row or the e row. Those of
# two kana are listed. い stands behind verbs only, for elsewhere it is an adjective's (高い山 is no 高山),
# and て and, after a longer compound, し behind the few verbs whose stem they end, for elsewhere they join
# clauses (推進し地域 is no 推進地域).
OKURIGANA: Final = (
    "(?:わ[せりれい]|た[りれ]|ら[しせ]|ま[りれし]|か[りれしせい]|さえ|な[りれ]|が[りれし]|ば[りし]|とし|もり|ろし|ごし|"
    "こ[しりえ]|ぼし|[きぎちみりえけげせねべめれ]|(?<!及)び|(?<=[立当建捨])て|"
    f"(?:(?<![{KANJI}]{{2}})|(?<=[渡出返戻押消直越話申貸落卸試]))し|"
    "(?<=[扱違占補払担使願習買問追合会食行争伴誘洗狙負通繕疑救奪競])い)"
)
INSIDE: Final = re.compile(f"(?<=[{KANJI}]){OKURIGANA}(?=[{KANJI}])")
BEHIND: Final = re.compile(f"(?<=[{KANJI}]{{2}}){OKURIGANA}(?=[のをはがにへとやもで]|[^\u3041-\u3096]|\\Z)")
LAST_LONG_MARK: Final = re.compile("(?<=[ァ-ヺー]{3})ー(?![ァ-ヺー])")


def fold(text: str) -> str:
    """The text without differences of width, case, kana script, small kana, dashes and marks.

    Compatibility forms become ordinary ones (Unicode NFKC), hiragana becomes katakana and small kana large,
    ヴァ becomes バ, any dash behind kana becomes ー, 々 and its like become what they repeat, and accents on
    Latin letters go.
    """
    return _kana(_plain(text))


def loosen(text: str) -> str:
    """The folded text without okurigana in and behind compounds of kanji, and without the last ー of katakana
    words of four signs and more: 取り組み, 取組み and 取組 are one, as are サーバー and サーバ."""
    text = BEHIND.sub("", INSIDE.sub("", _plain(text)))
    return _kana(LAST_LONG_MARK.sub("", text))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text).casefold())
    text = LATIN_MARKS.sub("", LATIN_MARKED.sub(lambda m: unicodedata.normalize("NFD", m[0]), text))
    text = REPEAT_KANJI.sub(r"\1\1", REPEAT_TWO.sub(r"\1\1", text))
    return LONG_MARK.sub("ー", REPEAT_KANA.sub(_repeated, text))


def _repeated(match: re.Match[str]) -> str:
    again = match[1]
    if match[2] in "\u309e\u30fe":
        again = unicodedata.normalize("NFC", again + VOICING)
    return match[1] + again


def _kana(text: str) -> str:
    text = VA.sub(lambda m: VA_ROW[m[0]], text.translate(TO_KATAKANA))
    return text.translate(TO_LARGE)


VOWELS: Final = {
    kana: vowel
    for vowel, row in {
        "ア": "アカサタナハマヤラワガザダバパ",
        "イ": "イキシチニヒミリギジビピ",
        "ウ": "ウクスツヌフムユルグズブプ",
        "エ": "エケセテネヘメレゲゼデベペ",
        "オ": "オコソトノホモヨロゴゾドボポ",
    }.items()
    for kana in row
}
LENGTHENING: Final = {"ア": "アー", "イ": "イー", "ウ": "ウー", "エ": "エー", "オ": "オウー"}
SAME_SOUND: Final = str.maketrans("ヂヅヲ", "ジズオ")


def reading(kana: str) -> str:
    """A reading in folded katakana as romanisation keeps it: without long vowels, ヂヅヲ as ジズオ.

    トウキョウ and ``tokyo`` meet in トキヨ.
    """
    kept: list[str] = []
    vowel = ""
    for sign in kana.translate(SAME_SOUND):
        if vowel and sign in LENGTHENING[vowel]:
            continue
        vowel = VOWELS.get(sign, "")
        kept.append(sign)
    return "".join(kept)


def from_romaji(word: str) -> str | None:
    """The folded katakana that a romanised word stands for, Hepburn or Kunrei; None when it is no such word.

    Takes small letters, with ``'`` and ``-`` between syllables.
    """
    kana: list[str] = []
    at = 0
    while at < len(word):
        if word[at] in "'-":
            at += 1
            continue
        for length in (3, 2, 1):
            sound = SYLLABLES.get(word[at : at + length])
            if sound is not None and at + length <= len(word):
                kana.append(sound)
                at += length
                break
        else:
            sound = _lone_consonant(word, at)
            if sound is None:
                return None
            kana.append(sound)
            at += 1
    return fold("".join(kana)) if kana else None


def romaji_begun(word: str) -> list[str]:
    """As ``from_romaji``, of a word that may not be whole yet: what it stands for as it is, and with each
    vowel that its last letter may wait for, so that ``toy`` is トヤ, トユ, トヨ and others."""
    endings = ("", *"aiueo") if word and word[-1] not in "aiueo" else ("",)
    return [found for ending in endings if (found := from_romaji(word + ending))]


def _lone_consonant(word: str, at: int) -> str | None:
    """ン for n, and for m before b, m, p; ッ for the first of a double consonant (tch as well)."""
    here, following = word[at], word[at + 1 : at + 2]
    if here == "n" or (here == "m" and following in ("b", "m", "p")):
        return "ン"
    if here in "bcdfghjkprstz" and (here == following or word[at : at + 3] == "tch"):
        return "ッ"
    return None


ROWS: Final = """
 アイウエオ  k カキクケコ  s サシスセソ  t タチツテト  n ナニヌネノ  h ハヒフヘホ  m マミムメモ
r ラリルレロ  g ガギグゲゴ  z ザジズゼゾ  d ダヂヅデド  b バビブベボ  p パピプペポ  v バビブベボ
"""
GLIDES: Final = """
ky キ  gy ギ  sy シ  sh シ  zy ジ  jy ジ  j ジ  ty チ  ch チ  cy チ
dy ヂ  ny ニ  hy ヒ  by ビ  py ピ  my ミ  ry リ
"""
OTHERS: Final = """
shi シ  ji ジ  chi チ  tsu ツ  fu フ  ya ヤ  yu ユ  yo ヨ  ye イェ  wa ワ  wi ウィ  we ウェ  wo ヲ
fa ファ  fi フィ  fe フェ  fo フォ
"""


def _syllables() -> dict[str, str]:
    found: dict[str, str] = {}
    for consonant, row in re.findall(r"([a-z]*) ([ア-ン]+)", ROWS):
        found |= {consonant + vowel: kana for vowel, kana in zip("aiueo", row, strict=True)}
    for consonant, kana in re.findall(r"([a-z]+) (\w)", GLIDES):
        found |= {consonant + vowel: kana + small for vowel, small in zip("aueo", "ャュェョ", strict=True)}
    return found | dict(re.findall(r"([a-z]+) (\w+)", OTHERS))


SYLLABLES: Final = _syllables()
