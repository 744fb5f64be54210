"""The index of texts: what is found and what is not, in which order, and how it is written."""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from renkei_kg.compile.pipeline import Compiled
from renkei_kg.compile.textindex import write_index
from renkei_kg.config import Settings
from renkei_kg.folding import fold
from renkei_kg.namespaces import DCTERMS, ONTOLOGY, PREFIXES, RDFS, RK, SCHEMA, SKOS, XSD
from renkei_kg.textsearch import SearchError, TextIndex, TextIndexError, open_index, resolve
from renkei_kg.textsearch.expression import LONGEST, MOST_PIECES, expression
from renkei_kg.textsearch.grams import loose_terms, terms
from renkei_kg.textsearch.index import PROPERTIES, SECONDS, TABLES

BASE = "https://w3id.org/renkei/"
LABEL = RDFS.label


@pytest.fixture(scope="module")
def index(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextIndex]:
    path = tmp_path_factory.mktemp("text") / "index.sqlite"
    write_index(compiled.store, path, compiled.project.base)
    index = open_index(path)
    yield index
    index.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., TextIndex]]:
    """Makes an index of labels in Japanese, or of whatever quads are given."""
    opened = []

    def make(*labels: str, quads: tuple[Quad, ...] = ()) -> TextIndex:
        named = (Quad(thing(n), LABEL, Literal(label, language="ja")) for n, label in enumerate(labels))
        store = Store()
        store.extend((*named, *quads))
        path = tmp_path / f"{len(opened)}.sqlite"
        write_index(store, path, BASE)
        opened.append(open_index(path))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


def thing(name: object) -> NamedNode:
    return NamedNode(f"{BASE}id/thing/{name}")


def found(index: TextIndex, words: str, limit: int = 1000, **narrowed: object) -> list[str]:
    return [
        hit.subject.removeprefix(BASE + "id/")
        for hit in index.search_subjects(words, limit=limit, **narrowed)
    ]


# What a person types, a label, and whether the one finds the other.
PAIRS = """
食                     | 食のブランド化                        | yes
化                     | 食のブランド化                        | yes
観光                   | 滞在型・周遊観光                      | yes
空知                   | 空知総合振興局                        | yes
知                     | 空知                                  | yes
光観                   | 観光 観光                             | yes
光観                   | 観光、観光                            | no
感光                   | 観光                                  | no
かんこう               | カンコウ                              | yes
ｶﾝｺｳ                   | かんこう                              | yes
アドベンチャー・トラベル | アドベンチャートラベル              | yes
アドベンチャートラベル | アドベンチャー・トラベル              | yes
ｱﾄﾞﾍﾞﾝﾁｬｰﾄﾗﾍﾞﾙ         | アドベンチャートラベル                | yes
あどべんちゃー         | アドベンチャートラベル                | yes
アドベンチャ―          | アドベンチャートラベル                | yes
サポータ               | サポーター制度                        | yes
サポーター             | サポータ制度                          | yes
ビール                 | 駅前のビル                            | no
ビル                   | ビール工場                            | no
取り組み               | 主な取組                              | yes
取組み                 | 主な取組                              | yes
取組                   | 主な取り組み                          | yes
取り組む               | 地域が取組む                          | yes
取組の推進             | 取り組みの推進                        | yes
受け入れ体制           | 受入体制の整備                        | yes
受入体制               | 受け入れ体制の整備                    | yes
引き渡し               | 建物の引渡し                          | yes
高山                   | 高い山                                | no
食魅力                 | 食の魅力                              | no
日本遺産炭鉄港         | 日本遺産「炭鉄港」                    | yes
日本遺産「炭鉄港」     | 日本遺産炭鉄港                        | yes
釧路根室               | 釧路・根室                            | yes
釧路 根室              | 根室と釧路                            | yes
釧路　根室             | 根室と釧路                            | yes
釧路 根室              | 釧路                                  | no
"釧路 根室"            | 釧路・根室                            | yes
"釧路 根室"            | 根室と釧路                            | no
“釧路 根室”            | 釧路・根室                            | yes
令和6年                | 令和６年度                            | yes
6年度                  | 令和６年度                            | yes
2024                   | 2024年度                              | yes
202                    | 2024年度                              | no
202*                   | 2024年度                              | yes
人人                   | 人々の暮らし                          | yes
人々                   | 人人の暮らし                          | yes
霧ケ峰                 | 霧ヶ峰                                | yes
新冠IC                 | 新冠ＩＣ開通                          | yes
新冠 ic                | 新冠IC                                | yes
冠i                    | 新冠IC                                | no
宗谷life               | 「宗谷LIFE」プロジェクト              | yes
DMO                    | ＤＭＯと連携                          | yes
project                | Projects in Hokkaido                  | yes
projects               | A project in Hokkaido                 | yes
policies               | Policy directions                     | yes
proj                   | Projects in Hokkaido                  | no
proj*                  | Projects in Hokkaido                  | yes
hokkaido               | Hokkaidō                              | yes
Hokkaidō               | HOKKAIDO                              | yes
at                     | attraction                            | no
"adventure travel"     | Adventure travel in the north         | yes
"adventure travel"     | Travel and adventure                  | no
travel adventure       | Adventure travel in the north         | yes
R&D                    | R&D centre                            | yes
C++                    | C++                                   | yes
100%                   | 100％の達成                           | yes
관광                   | 지역관광진흥                          | yes
туризм                 | Туризм и отдых                        | yes
ท่องเที่ยว               | การท่องเที่ยว                           | yes
""".strip().splitlines()


@pytest.mark.parametrize("line", PAIRS)
def test_what_finds_what(line: str, made: Callable[..., TextIndex]) -> None:
    words, label, expected = (part.strip() for part in line.split("|"))
    index = made(label)
    assert found(index, words) == (["thing/0"] if expected == "yes" else [])


@pytest.mark.parametrize(
    ("word", "kana", "expected"),
    [
        ("soya", "ソウヤ", True),
        ("sōya", "ソウヤ", True),
        ("souya", "ソウヤ", True),
        ("そーや", "ソウヤ", True),
        ("hidaka", "ヒダカサンミャク エリモ", True),
        ("sanmyaku", "ヒダカサンミャク エリモ", True),
        ("sammyaku", "ヒダカサンミャク エリモ", True),
        ("erimo", "ヒダカサンミャク エリモ", True),
        ("hidakasanmyaku", "ヒダカ サンミャク", True),
        ("kusiro", "クシロ", True),
        ("yaku", "ヒダカサンミャク", False),
        ("eri", "ヒダカ エリモ", True),
        ("rimo", "ヒダカ エリモ", False),
        ("a", "アカン", False),
        ("food", "フード", False),
    ],
)
def test_a_romanised_word_finds_a_reading(
    word: str, kana: str, *, expected: bool, made: Callable[..., TextIndex]
) -> None:
    index = made(quads=(Quad(thing(0), RK.kana, Literal(kana, language="ja-Hrkt")),))
    assert found(index, word) == (["thing/0"] if expected else [])


# The first things found in the real graph, in order.
FIRST = {
    "空知": "subprefecture/sorachi bureau/sorachi project/sorachi-jinzai",
    "sorachi": "subprefecture/sorachi bureau/sorachi",
    "そらち": "subprefecture/sorachi bureau/sorachi",
    "そーや": "subprefecture/soya bureau/soya",
    "アドベンチャー・トラベル": "theme/adventure-travel",
    "adventure travel": "theme/adventure-travel",
    "AT": "theme/adventure-travel",
    "関係人口": "theme/related-population project/kushiro-nemuro-koryu",
    "食": "theme/food",
    "観光": "theme/tourism",
    "ウポポイ": "asset/upopoy",
    "大雪山": "asset/daisetsuzan",
    "受け入れ体制": "theme/inbound-readiness",
    "担い手の育成": "theme/successors",
    "日本遺産 炭鉄港": "project/tantetsuko",
    "札幌市": "municipality/011002",
}


@pytest.mark.parametrize("words", FIRST)
def test_the_best_comes_first_in_the_real_graph(words: str, index: TextIndex) -> None:
    expected = FIRST[words].split(" ")
    assert found(index, words)[: len(expected)] == expected


def test_whole_labels_come_before_beginnings_before_parts_before_names_before_texts(
    made: Callable[..., TextIndex],
) -> None:
    def quad(name: str, prop: NamedNode, text: str) -> Quad:
        return Quad(thing(name), prop, Literal(text, language="ja"))

    index = made(
        quads=(
            quad("text", SKOS.definition, "観光"),
            quad("text-loose", SKOS.definition, "観光の取組"),
            quad("name-part", SKOS.altLabel, "北の観光"),
            quad("label-part", LABEL, "北の観光"),
            quad("name-whole", SKOS.altLabel, "観光"),
            quad("label-start", LABEL, "観光振興"),
            quad("label-whole", LABEL, "観光"),
        )
    )
    assert found(index, "観光") == [
        "thing/label-whole",
        "thing/label-start",
        "thing/name-whole",
        "thing/label-part",
        "thing/name-part",
        "thing/text",
        "thing/text-loose",
    ]
    scores = [hit.score for hit in index.search("観光", limit=100)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_the_form_as_typed_comes_before_loosened_ones(made: Callable[..., TextIndex]) -> None:
    index = made("取組", "取組み", "取り組み", "主な取組", "主な取り組み")
    assert found(index, "取り組み")[0] == "thing/2"
    assert found(index, "取組")[0] == "thing/0"
    assert len(found(index, "取り組み")) == 5


def test_a_search_is_narrowed_by_property_and_by_language(made: Callable[..., TextIndex]) -> None:
    index = made(
        quads=(
            Quad(thing("ja"), LABEL, Literal("ワイン wine", language="ja")),
            Quad(thing("kana"), RK.kana, Literal("ワイン wine", language="ja-Hrkt")),
            Quad(thing("en"), LABEL, Literal("wine", language="en")),
            Quad(thing("none"), SCHEMA.name, Literal("wine")),
            Quad(thing("text"), SKOS.definition, Literal("wine", language="en")),
        )
    )
    assert set(found(index, "wine")) == {"thing/ja", "thing/kana", "thing/en", "thing/none", "thing/text"}
    assert set(found(index, "wine", language="ja")) == {"thing/ja", "thing/kana"}
    assert set(found(index, "wine", language="JA-hrkt")) == {"thing/kana"}
    assert set(found(index, "wine", language="none")) == {"thing/none"}
    assert found(index, "wine", language="j") == []
    assert set(found(index, "wine", properties=frozenset({LABEL.value}))) == {"thing/ja", "thing/en"}
    properties = frozenset({SKOS.definition.value, SCHEMA.name.value})
    assert found(index, "wine", properties=properties) == ["thing/none", "thing/text"]
    assert found(index, "wine", properties=properties, language="en") == ["thing/text"]


def test_a_literal_that_several_properties_state_is_found_once(made: Callable[..., TextIndex]) -> None:
    text = Literal("観光", language="ja")
    index = made(quads=tuple(Quad(thing(0), p, text) for p in (SCHEMA.name, LABEL, SKOS.prefLabel)))
    (hit,) = index.search("観光", limit=10)
    assert (hit.value, hit.language, hit.property) == ("観光", "ja", LABEL.value)
    (hit,) = index.search("観光", properties=frozenset({SCHEMA.name.value}), limit=10)
    assert hit.property == SCHEMA.name.value


def test_things_and_terms_are_indexed_and_nothing_else(made: Callable[..., TextIndex]) -> None:
    def label(subject: NamedNode | BlankNode, text: Literal, prop: NamedNode = LABEL) -> Quad:
        return Quad(subject, prop, text)

    index = made(
        quads=(
            label(thing("in"), Literal("word")),
            label(NamedNode(ONTOLOGY + "in"), Literal("word")),
            label(NamedNode(BASE + "dataset/out"), Literal("word")),
            label(NamedNode("https://example.org/out"), Literal("word")),
            label(BlankNode(), Literal("word")),
            label(thing("typed"), Literal("word", datatype=XSD.token)),
            label(thing("format"), Literal("word"), DCTERMS.format),
            Quad(thing("graph"), LABEL, Literal("word"), NamedNode(BASE + "graph/x")),
        )
    )
    assert {hit.subject for hit in index.search("word", limit=10)} == {thing("in").value, ONTOLOGY + "in"}


def test_the_limit_cuts_after_ranking_and_all_can_be_counted(made: Callable[..., TextIndex]) -> None:
    index = made(*(f"北の観光{number}" for number in range(20)), "観光")
    assert found(index, "観光", limit=3)[0] == "thing/20"
    assert len(found(index, "観光", limit=3)) == 3
    assert index.count("観光") == (21, 21)
    assert index.count("観光", properties=frozenset({RK.kana.value})) == (0, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "no letter"),
        ("  　 ", "no letter"),
        ('!!! * "" 「」', "no letter"),
        ("観" * 301, "longer than 300"),
        (" ".join("abcdefghijklmnopq"), "more than 16 words"),
    ],
)
def test_words_that_cannot_be_searched_say_why(words: str, said: str, index: TextIndex) -> None:
    with pytest.raises(SearchError, match=said):
        index.search(words, limit=10)


SYNTAX = st.lists(
    st.sampled_from(
        "\" * ( ) : ^ + - NEAR( AND OR NOT strict: {a b} ,5) ' ; \\ 観光 a \x00 ー 々 ヴ".split(" ")
    )
)


@given(st.one_of(st.text(max_size=40), SYNTAX.map(" ".join)))
def test_nothing_that_is_typed_is_syntax_of_the_index(index: TextIndex, words: str) -> None:
    with suppress(SearchError):
        index.search(words, limit=10)


@given(st.text("観光食カ取り組み受入・", min_size=1, max_size=12), st.data())
def test_every_part_of_a_label_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assume(part.strip("・"))
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript(TABLES)
        strict = terms(fold(text))
        row = (" ".join(strict), " ".join(loose_terms(text, strict)))
        memory.execute("INSERT INTO gram(rowid, strict, loose, reading) VALUES (1, ?, ?, '')", row)
        query = "SELECT count(*) FROM gram WHERE gram MATCH ?"
        assert memory.execute(query, (expression(part).match,)).fetchone() == (1,)


def test_the_same_graph_gives_the_same_bytes_in_whatever_order(compiled: Compiled, tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    backwards = Store()
    backwards.extend(sorted(compiled.store, key=str, reverse=True))
    count = write_index(compiled.store, one, BASE)
    assert write_index(backwards, other, BASE) == count > 2000
    assert one.read_bytes() == other.read_bytes()


def test_an_empty_graph_has_an_index_that_finds_nothing(made: Callable[..., TextIndex]) -> None:
    index = made()
    assert index.search("観光", limit=10) == []
    assert index.count("観光") == (0, 0)


def test_an_index_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TextIndexError, match="build the snapshot again"):
        open_index(tmp_path / "missing.sqlite")
    damaged = tmp_path / "damaged #?%.sqlite"
    damaged.write_bytes(b"no database " * 1000)
    with pytest.raises(TextIndexError, match="build the snapshot again"):
        open_index(damaged)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(TextIndexError, match="form 99"):
        open_index(other)


def test_an_index_in_a_read_only_folder_is_read_and_nothing_is_written(
    compiled: Compiled, tmp_path: Path
) -> None:
    path = tmp_path / "日本 #1" / "index.sqlite"
    path.parent.mkdir()
    write_index(compiled.store, path, BASE)
    before = path.read_bytes()
    path.chmod(0o444)
    index = open_index(path)
    assert found(index, "空知")
    index.close()
    assert [p.name for p in path.parent.iterdir()] == ["index.sqlite"]
    assert path.read_bytes() == before


def test_a_search_that_takes_too_long_is_ended(made: Callable[..., TextIndex]) -> None:
    index = made(*(f"観光{number}" for number in range(20_000)))
    with pytest.raises(SearchError, match="longer than 0 seconds"):
        index.search("観光", limit=10, seconds=0)
    assert len(index.search("観光", limit=10)) == 10


def test_threads_share_an_index(index: TextIndex) -> None:
    expected = found(index, "観光")
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(found(index, "観光"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8


PAGE = (Path(__file__).parents[1] / "docs/text-search.md").read_text(encoding="utf-8")


def documented(first: str) -> list[list[str]]:
    """The rows of the table in the documentation whose head begins with ``first``."""
    lines = PAGE.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} "))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("query", re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_of_the_documentation_have_answers(
    query: str, index: TextIndex, compiled: Compiled
) -> None:
    assert list(compiled.store.query(resolve(query, index, 10_000)))


@pytest.mark.parametrize("row", documented("打った語"), ids=lambda row: row[0])
def test_what_the_documentation_says_is_found_is_found(
    row: list[str], made: Callable[..., TextIndex]
) -> None:
    kana = Quad(thing(0), RK.kana, Literal(row[1], language="ja-Hrkt"))
    assert found(made(row[1], quads=(kana,)), row[0]) == ["thing/0"]


def test_the_documentation_lists_the_properties_in_their_order() -> None:
    listed = [name.strip() for row in documented("欄") for name in row[1].split(",")]
    named = {f"{prefix}:": namespace for prefix, namespace in PREFIXES.items()}
    assert [named[name[: name.index(":") + 1]] + name.partition(":")[2] for name in listed] == list(
        PROPERTIES
    )


def test_the_documentation_has_the_limits() -> None:
    assert f"{Settings().text_hits:,}件" in PAGE
    assert f"{LONGEST}字、{MOST_PIECES}語まで、検索は{SECONDS:g}秒まで" in PAGE


MANY = 60_000  # labels


def test_the_index_is_ten_times_faster_than_reading_every_label(tmp_path: Path) -> None:
    regions, things = "空知 石狩 後志 胆振 日高 渡島 檜山 上川".split(), "観光 食 農業 鉄道 温泉 縄文".split()
    store = Store()
    store.bulk_extend(
        Quad(
            thing(number),
            LABEL,
            Literal(
                f"{regions[number % 8]}の{things[number // 8 % 6]}を活かした第{number}号の取り組み",
                language="ja",
            ),
        )
        for number in range(MANY)
    )
    path = tmp_path / "index.sqlite"
    assert write_index(store, path, BASE) == MANY
    index = open_index(path)

    def fastest(ask: Callable[[], int]) -> tuple[float, int]:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            count = ask()
            times.append(time.perf_counter() - started)
        return min(times), count

    word = "第1234号"
    scan = f'SELECT ?s {{ ?s <{LABEL.value}> ?l FILTER(CONTAINS(?l, "{word}")) }}'
    slow, scanned = fastest(lambda: len(list(store.query(scan))))
    fast, searched = fastest(lambda: len(index.search(word, limit=100)))
    index.close()
    assert scanned == searched == 1
    assert fast * 10 < slow
