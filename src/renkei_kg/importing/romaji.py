"""Readings in Latin letters: Hepburn without marks of long vowels, as road signs and the municipalities of
this graph have it; and names for IRIs made from words."""

import re
from typing import Final

from renkei_kg.folding import fold
from renkei_kg.importing.values import narrow

TABLE: Final = """
ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so
タ ta チ chi ツ tsu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho
マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヰ i ヱ e ヲ o ン n
ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu デ de ド do
バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu
ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo ヮ wa ヵ ka ヶ ke
キャ kya キュ kyu キョ kyo シャ sha シュ shu ショ sho シェ she チャ cha チュ chu チョ cho チェ che
ニャ nya ニュ nyu ニョ nyo ヒャ hya ヒュ hyu ヒョ hyo ミャ mya ミュ myu ミョ myo リャ rya リュ ryu リョ ryo
ギャ gya ギュ gyu ギョ gyo ジャ ja ジュ ju ジョ jo ジェ je ヂャ ja ヂュ ju ヂョ jo ビャ bya ビュ byu ビョ byo
ピャ pya ピュ pyu ピョ pyo ティ ti ディ di トゥ tu ドゥ du ファ fa フィ fi フェ fe フォ fo
ウィ wi ウェ we ウォ wo ヴァ va ヴィ vi ヴェ ve ヴォ vo デュ dyu テュ tyu フュ fyu
"""
SOUNDS: Final = dict(zip(TABLE.split()[::2], TABLE.split()[1::2], strict=True))
SOUND: Final = re.compile("|".join(sorted(map(re.escape, SOUNDS), key=len, reverse=True)))
TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
SMALL: Final = "a an and at by for from in into of on or project projects the to with"
SMALL_WORDS: Final = frozenset(re.split(" ", SMALL))

LONGEST_NAME: Final = 48


def katakana(text: str) -> str:
    """A reading in full-width katakana, hiragana too, with single spaces between words."""
    return re.sub(r"[ \u3000]+", " ", narrow(text).translate(TO_KATAKANA)).strip()


def romanise(kana: str) -> str:
    """A reading in katakana as words in Latin letters, each with a capital; other signs stay."""
    return " ".join(_word(part) for part in re.split(r"[ ・]+", kana) if part)


def _word(kana: str) -> str:
    text = SOUND.sub(lambda found: SOUNDS[found[0]], kana)
    text = re.sub(r"ッ(ch)", r"t\1", text)
    text = re.sub(r"ッ([a-z])", r"\1\1", text)
    text = re.sub(r"o[ou]|uu", lambda found: found[0][0], text).replace("ー", "").replace("ッ", "")
    return text[:1].upper() + text[1:]


def slug(text: str) -> str:
    """A name for IRIs: small letters and digits with hyphens between, at most ``LONGEST_NAME`` of them."""
    words = re.findall(r"[a-z0-9]+", fold(text).replace("'", ""))
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > LONGEST_NAME:
            break
        name = longer
    return name or "".join(words)[:LONGEST_NAME]


def title_slug(title: str) -> str:
    """A name for IRIs from an English title, without its small words."""
    words = re.findall(r"[a-z0-9]+", fold(title).replace("'", ""))
    kept = [word for word in words if word not in SMALL_WORDS] or words
    return slug(" ".join(kept[:5]))
