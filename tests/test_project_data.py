"""The projects and initiatives against the reading of the document: what a person read there, row by row."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Rows = Callable[[str], list[tuple[str | None, ...]]]
ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "data/source/renkei-projects-fy2024.txt").read_text(encoding="utf-8")

# title, area, kind, bureaus that are certain enough to state, as read from the document
READING = [
    ("日本遺産「炭鉄港」を活用した交流人口拡大プロジェクト", "doo", "Cooperation", "sorachi shiribeshi iburi"),
    ("縄文遺跡群を活用した魅力発信と誘客促進プロジェクト", "donan", "Cooperation", "oshima hiyama ishikari iburi"),
    ("安全・安心な地域づくりプロジェクト", "dohoku", "Cooperation", "kamikawa rumoi soya"),
    ("オホーツク地域への人口定着の推進プロジェクト", "okhotsk", "Cooperation", "okhotsk"),
    ("とかち「食の拠点」確立プロジェクト", "tokachi", "Cooperation", "tokachi"),
    ("「ゼロカーボン北海道」への貢献プロジェクト", "kushiro-nemuro", "Cooperation", "kushiro nemuro"),
    ("安心のまち・暮らし「住まいる北海道」プロジェクト", "", "", ""),
    ("未来技術の導入などによる産業振興・担い手確保プロジェクト", "doo", "Bureau", "sorachi"),
    ("空知と多様な形で関わりを持つ人材創出プロジェクト", "doo", "Bureau", "sorachi"),
    ("石狩観光スタイルと石狩の食の魅力ブランド化推進プロジェクト", "doo", "Bureau", "ishikari"),
    ("石狩の若者の地元定着促進と道外からの人の呼び込みプロジェクト", "doo", "Bureau", "ishikari"),
    ("農林水産業の持続的発展・ブランド化推進プロジェクト", "doo", "Bureau", "shiribeshi"),
    ("国際観光リゾートエリアとしての持続可能な観光地づくりと広域観光展開プロジェクト", "doo", "Bureau", "shiribeshi"),
    ("脱炭素社会を創造する「いぶり」産業展開プロジェクト", "doo", "Bureau", "iburi"),
    ("住みたい・訪れたい「いぶり」地域づくりプロジェクト", "doo", "Bureau", "iburi"),
    ("「ひだか」の産業を支える人材確保・育成プロジェクト", "doo", "Bureau", "hidaka"),
    ("「ひだか」の魅力発信と観光の振興プロジェクト", "doo", "Bureau", "hidaka"),
    ("地域の強みを活かした産業活性化・雇用創出プロジェクト", "donan", "Bureau", "oshima"),
    ("北海道新幹線の札幌開業を見据えた交流・定住促進プロジェクト", "donan", "Bureau", "oshima hiyama"),
    ("道南の優位性を活かしたカーボンニュートラルへの挑戦プロジェクト", "donan", "Bureau", "hiyama"),
    ("人と自然をつなぐ大雪山魅力発信プロジェクト", "dohoku", "Bureau", "kamikawa"),
    ("魅力ある地域資源を活かした「きた北海道」への来訪促進プロジェクト", "dohoku", "Bureau", ""),
    ("るもい地域を支える多様な人材の育成・確保プロジェクト", "dohoku", "Bureau", "rumoi"),
    ("るもいの豊かな地域資源活用プロジェクト", "dohoku", "Bureau", "rumoi"),
    ("新エネルギー導入・活用推進プロジェクト", "dohoku", "Bureau", ""),
    ("地域の多様な人材が未来を創る「宗谷LIFE」プロジェクト", "dohoku", "Bureau", "soya"),
    ("豊富な農水産物を活かした食関連産業の振興プロジェクト", "okhotsk", "Bureau", "okhotsk"),
    ("十勝の魅力を活かした滞在型・周遊観光推進プロジェクト", "tokachi", "Bureau", "tokachi"),
    ("未来につなげる環境・先進分野十勝プロジェクト", "tokachi", "Bureau", "tokachi"),
    ("地域の強みを活かした交流・関係人口の創出・拡大プロジェクト", "kushiro-nemuro", "Bureau", "kushiro nemuro"),
    ("農林水産業をはじめとした地域を支える産業の振興プロジェクト", "kushiro-nemuro", "Bureau", "kushiro"),
    ("北方領土の早期返還と隣接地域の振興プロジェクト", "kushiro-nemuro", "Bureau", "nemuro"),
]  # fmt: skip


def test_the_projects_are_those_read_in_the_document(rows: Rows) -> None:
    found = {
        (title, area or "", (kind or "").replace("Project", ""), " ".join(sorted((bureaus or "").split())))
        for title, area, kind, bureaus in rows(
            """SELECT ?title ?area ?kind (GROUP_CONCAT(DISTINCT ?bureau) AS ?bureaus) {
                ?project a rk:Project ; rdfs:label ?title ; rk:evidence ?any .
                FILTER(LANG(?title) = "ja")
                OPTIONAL { ?project rk:area ?a BIND(STRAFTER(STR(?a), "/area/") AS ?area) }
                OPTIONAL { ?project rk:bureau ?b BIND(STRAFTER(STR(?b), "/bureau/") AS ?bureau) }
                OPTIONAL { VALUES ?c { rk:CooperationProject rk:BureauProject } ?project a ?c
                           BIND(STRAFTER(STR(?c), "#") AS ?kind) }
            } GROUP BY ?project ?title ?area ?kind"""
        )
    }
    assert found == {(t, a, k, " ".join(sorted(b.split()))) for t, a, k, b in READING}


def test_there_are_33_initiatives_one_for_each_row_that_is_not_a_repetition(rows: Rows) -> None:
    assert rows("SELECT (COUNT(DISTINCT ?i) AS ?n) { ?i a rk:Initiative }") == [("33",)]
    two = rows(
        """SELECT ?project (COUNT(?i) AS ?n) { ?i rk:project ?project } GROUP BY ?project HAVING(COUNT(?i) > 1)
        ORDER BY ?project"""
    )
    assert [p.rsplit("/", 1)[-1] for p, _ in two] == ["kushiro-nemuro-koryu", "shinkansen"]
    none = rows("SELECT ?p { ?p a rk:Project ; rk:evidence ?e . FILTER NOT EXISTS { ?p rk:initiative ?i } }")
    assert [p.rsplit("/", 1)[-1] for (p,) in none] == ["sumairu"]


def test_titles_and_texts_are_the_documents_words_with_lines_joined(rows: Rows) -> None:
    dense = re.sub(r"\s", "", DOCUMENT)
    quoted = rows(
        """SELECT DISTINCT ?x ?text { { ?x rk:officialText ?text } UNION
        { ?x a rk:Project ; rk:evidence ?e ; rdfs:label ?text . FILTER(LANG(?text) = "ja") } }"""
    )
    assert len(quoted) == 32 + 33
    for _, text in quoted:
        assert text in dense


def test_every_quote_is_found_again_at_its_offsets(rows: Rows) -> None:
    found = rows(
        """SELECT ?quote ?exact ?prefix ?suffix ?start ?end {
            ?e a rk:Evidence ; rk:quote ?quote ; oa:hasTarget ?target .
            ?target oa:hasSource <document/renkei-projects-fy2024> ; oa:hasSelector ?words, ?place .
            ?words oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
            ?place oa:start ?start ; oa:end ?end }"""
    )
    assert len(found) == len(rows("SELECT ?e { ?e a rk:Evidence }")) > 100
    for quote, exact, prefix, suffix, start, end in found:
        assert DOCUMENT[int(start) : int(end)] == exact
        assert re.sub(r"\s", "", exact) == re.sub(r"\s", "", quote)
        assert DOCUMENT[: int(start)].endswith(prefix)
        assert DOCUMENT[int(end) :].startswith(suffix)


def test_evidence_stands_on_the_page_it_names(rows: Rows) -> None:
    pages = [match.start() for match in re.finditer(r"\n\n\n\n+", DOCUMENT.rstrip())]
    for page, start in rows(
        """SELECT ?page ?start { ?e rk:page/rk:pageNumber ?page ; oa:hasTarget/oa:hasSelector/oa:start ?start }"""
    ):
        assert sum(at < int(start) for at in pages) == int(page)


@pytest.mark.parametrize(
    ("slug", "first", "other"),
    [("kita-hokkaido", "kamikawa", "soya"), ("shin-energy", "soya", "kamikawa")],
)
def test_a_low_reading_is_a_claim_with_its_alternative_and_no_fact(
    rows: Rows, slug: str, first: str, other: str
) -> None:
    assert rows(f"SELECT ?b {{ <project/{slug}> rk:bureau ?b }}") == []
    assert rows(f"SELECT ?b {{ <project/{slug}> rk:possibleBureau ?b }} ORDER BY ?b") == [
        (f"https://w3id.org/renkei/id/bureau/{bureau}",) for bureau in sorted((first, other))
    ]
    assert rows(
        f"""SELECT ?o ?alt ?c {{ ?claim rdf:subject <project/{slug}> ; rdf:predicate rk:bureau ;
        rdf:object ?o ; rk:alternative ?alt ; rk:certainty ?c ; rk:evidence ?e }}"""
    ) == [
        (
            f"https://w3id.org/renkei/id/bureau/{first}",
            f"https://w3id.org/renkei/id/bureau/{other}",
            "https://w3id.org/renkei/id/certainty/low",
        )
    ]


def test_high_certainty_alone_leaves_the_uncertain_bureaus_out(rows: Rows) -> None:
    certain = rows(
        """SELECT DISTINCT ?p ?b { ?claim rdf:subject ?p ; rdf:predicate rk:bureau ; rdf:object ?b ;
        rk:certainty/rk:rank ?rank . ?p a rk:Project . FILTER(?rank >= 3) }"""
    )
    slugs = {(p.rsplit("/", 1)[-1], b.rsplit("/", 1)[-1]) for p, b in certain}
    assert ("shinkansen", "hiyama") in slugs
    for medium in [("shinkansen", "oshima"), ("donan-sangyo", "oshima"), ("kushiro-sangyo", "kushiro")]:
        assert medium not in slugs
    assert not {p for p, _ in slugs} & {"kita-hokkaido", "shin-energy", "sumairu"}


def test_the_repeated_okhotsk_text_is_one_initiative_in_two_places(rows: Rows) -> None:
    assert rows(
        "SELECT ?n { <initiative/okhotsk-teichaku-2024> rk:evidence/rk:page/rk:pageNumber ?n } ORDER BY ?n"
    ) == [("1",), ("4",)]


def test_every_project_has_a_theme_and_recurring_ideas_are_findable(rows: Rows) -> None:
    assert rows("SELECT ?p { ?p a rk:Project . FILTER NOT EXISTS { ?p rk:theme ?t } }") == []
    for theme, words, least in [
        ("adventure-travel", "アドベンチャ", 4),
        ("zero-carbon", "ゼロカーボン", 4),
        ("related-population", "関係人口", 3),
    ]:
        found = {p for (p,) in rows(f"SELECT ?p {{ ?p a rk:Project ; rk:theme <theme/{theme}> }}")}
        said = {
            p
            for (p,) in rows(
                f"""SELECT DISTINCT ?p {{ ?p a rk:Project ; rdfs:label ?l . OPTIONAL {{ ?p rk:initiative/rk:officialText ?t }}
                FILTER(CONTAINS(CONCAT(STR(?l), COALESCE(STR(?t), "")), "{words}")) }}"""
            )
        }
        assert said <= found | {"https://w3id.org/renkei/id/project/zero-carbon-koken"}
        assert len(found) >= least


def test_shinkansen_and_koryu_titles_point_to_their_own_occurrence(rows: Rows) -> None:
    for slug in ("shinkansen", "kushiro-nemuro-koryu"):
        starts = rows(
            f"SELECT ?s {{ <project/{slug}> rk:evidence/oa:hasTarget/oa:hasSelector/oa:start ?s }} ORDER BY ?s"
        )
        assert len({s for (s,) in starts}) == 2
