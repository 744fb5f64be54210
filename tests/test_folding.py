"""What folding makes one and what it keeps apart, as tables of pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei_kg.folding import fold, from_romaji, loosen, reading, romaji_begun

ONE = """
ｱﾄﾞﾍﾞﾝﾁｬｰﾄﾗﾍﾞﾙ アドベンチャートラベル
あどべんちゃーとらべる アドベンチャートラベル
ＩＣＴ ict
Ｒ３．１２ r3.12
ソラチ そらち
りょうり リヨウリ
キヤノン キャノン
霧ヶ峰 霧ケ峰
ケ―キ ケーキ
ケ-キ ケーキ
ケ‐キ ケーキ
人々 人人
佐々木 佐佐木
部分々々 部分部分
いすゞ いすず
ハヽ ハハ
ヴァイオリン バイオリン
ヴ ブ
Hokkaidō HOKKAIDO
Ōtaru otaru
葛󠄀城 葛城
㈱ (株)
①② 12
がく がく
"""
APART = """
観光 感光
ビル ビール
カキ ガキ
取組 取り組み
サーバ サーバー
学 學
0 O
"""
LOOSELY_ONE = """
取り組み 取組
取組み 取組
取り組みの推進 取組の推進
取り組む 取組む
受け入れ体制 受入体制
受入れ体制 受入体制
引き渡し 引渡
引渡し 引渡
引渡し書 引渡書
貸し出し 貸出
打ち合わせ 打合
打合せ 打合
打ち合せ 打合
申し込み 申込
取り扱い 取扱
割り当て 割当
売り上げ 売上
入り江 入江
預かり金 預り金
暮らし向き 暮し向き
問い合わせ先 問合せ先
立ち上げ 立上げ
積み立て 積立
担い手 担手
サーバー サーバ
センター センタ
"""
LOOSELY_APART = """
高い山 高山
食の魅力 食魅力
強み 強
問題なし 問題
若者たち 若者
組み 組
海を渡る 海渡る
推進し地域 推進地域
道及び鉄道 道及鉄道
大きな町 大町
ビール ビル
カー カ
"""
ROMANISED = """
sorachi ソラチ
hokkaido ホッカイドウ
hokkaidou ホッカイドウ
kushiro クシロ
kusiro クシロ
shiribeshi シリベシ
soya ソウヤ
niikappu ニイカップ
jomon ジョウモン
tokyo トウキョウ
shimbun シンブン
kin'yu キンユウ
shin-hidaka シンヒダカ
matcha マッチャ
tsugaru ツガル
tugaru ツガル
chitose チトセ
oshamambe オシャマンベ
oozora オオゾラ
kutchan クッチャン
"""


def pairs(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(" ")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("one", "other"), pairs(ONE))
def test_folding_makes_spellings_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_folding_keeps_words_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other"), pairs(LOOSELY_ONE))
def test_loosening_makes_okurigana_and_last_long_marks_one(one: str, other: str) -> None:
    assert loosen(one) == loosen(other)


@pytest.mark.parametrize(("one", "other"), pairs(LOOSELY_APART))
def test_loosening_keeps_particles_adjectives_and_short_words(one: str, other: str) -> None:
    assert loosen(one) != loosen(other)


@pytest.mark.parametrize(("word", "kana"), pairs(ROMANISED))
def test_a_romanised_word_sounds_as_its_kana(word: str, kana: str) -> None:
    found = from_romaji(fold(word))
    assert found is not None
    assert reading(found) == reading(fold(kana))


@pytest.mark.parametrize("word", ["food", "tourism", "strategy", "dmo", "x", "-", "'", "ltd", "kg"])
def test_a_word_that_is_no_romanised_japanese_has_no_kana(word: str) -> None:
    assert from_romaji(word) is None


@pytest.mark.parametrize(
    ("begun", "kana"),
    [
        ("to", ["ト"]),
        ("toy", ["トヤ", "トユ", "トイエ", "トヨ"]),
        ("sapp", ["サツパ", "サツピ", "サツプ", "サツペ", "サツポ"]),
        ("kan", ["カン", "カナ", "カニ", "カヌ", "カネ", "カノ"]),
        ("xq", []),
        ("", []),
    ],
)
def test_a_romanised_word_may_still_be_begun(begun: str, kana: list[str]) -> None:
    assert romaji_begun(begun) == kana


@given(st.text())
def test_folding_twice_is_folding_once_and_loosening_goes_on_from_folding(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(loosen(text)) == loosen(text)
