"""The projects and initiatives against the reading of the document: what a person read there, row by row."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Rows = Callable[[str], list[tuple[str | None, ...]]]
ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "data/source/renkei-projects-fy2024.txt").read_text(encoding="utf-8")

# title, area, kind, bureaus that are certain enough to state, and how sure the whole reading is
READING = [
    ("日本遺産「炭鉄港」を活用した交流人口拡大プロジェクト", "doo", "Cooperation", "sorachi shiribeshi iburi", "stated"),
    ("縄文遺跡群を活用した魅力発信と誘客促進プロジェクト", "donan", "Cooperation", "oshima hiyama ishikari iburi", "stated"),
    ("安全・安心な地域づくりプロジェクト", "dohoku", "Cooperation", "kamikawa rumoi soya", "stated"),
    ("オホーツク地域への人口定着の推進プロジェクト", "okhotsk", "Cooperation", "okhotsk", "stated"),
    ("とかち「食の拠点」確立プロジェクト", "tokachi", "Cooperation", "tokachi", "stated"),
    ("「ゼロカーボン北海道」への貢献プロジェクト", "kushiro-nemuro", "Cooperation", "kushiro nemuro", "stated"),
    ("安心のまち・暮らし「住まいる北海道」プロジェクト", "", "", "", "low"),
    ("未来技術の導入などによる産業振興・担い手確保プロジェクト", "doo", "Bureau", "sorachi", "high"),
    ("空知と多様な形で関わりを持つ人材創出プロジェクト", "doo", "Bureau", "sorachi", "high"),
    ("石狩観光スタイルと石狩の食の魅力ブランド化推進プロジェクト", "doo", "Bureau", "ishikari", "high"),
    ("石狩の若者の地元定着促進と道外からの人の呼び込みプロジェクト", "doo", "Bureau", "ishikari", "high"),
    ("農林水産業の持続的発展・ブランド化推進プロジェクト", "doo", "Bureau", "shiribeshi", "high"),
    ("国際観光リゾートエリアとしての持続可能な観光地づくりと広域観光展開プロジェクト", "doo", "Bureau", "shiribeshi", "high"),
    ("脱炭素社会を創造する「いぶり」産業展開プロジェクト", "doo", "Bureau", "iburi", "high"),
    ("住みたい・訪れたい「いぶり」地域づくりプロジェクト", "doo", "Bureau", "iburi", "high"),
    ("「ひだか」の産業を支える人材確保・育成プロジェクト", "doo", "Bureau", "hidaka", "high"),
    ("「ひだか」の魅力発信と観光の振興プロジェクト", "doo", "Bureau", "hidaka", "high"),
    ("地域の強みを活かした産業活性化・雇用創出プロジェクト", "donan", "Bureau", "oshima", "medium"),
    ("北海道新幹線の札幌開業を見据えた交流・定住促進プロジェクト", "donan", "Bureau", "oshima hiyama", "high"),
    ("道南の優位性を活かしたカーボンニュートラルへの挑戦プロジェクト", "donan", "Bureau", "hiyama", "medium"),
    ("人と自然をつなぐ大雪山魅力発信プロジェクト", "dohoku", "Bureau", "kamikawa", "high"),
    ("魅力ある地域資源を活かした「きた北海道」への来訪促進プロジェクト", "dohoku", "Bureau", "", "low"),
    ("るもい地域を支える多様な人材の育成・確保プロジェクト", "dohoku", "Bureau", "rumoi", "high"),
    ("るもいの豊かな地域資源活用プロジェクト", "dohoku", "Bureau", "rumoi", "high"),
    ("新エネルギー導入・活用推進プロジェクト", "dohoku", "Bureau", "", "low"),
    ("地域の多様な人材が未来を創る「宗谷LIFE」プロジェクト", "dohoku", "Bureau", "soya", "high"),
    ("豊富な農水産物を活かした食関連産業の振興プロジェクト", "okhotsk", "Bureau", "okhotsk", "high"),
    ("十勝の魅力を活かした滞在型・周遊観光推進プロジェクト", "tokachi", "Bureau", "tokachi", "high"),
    ("未来につなげる環境・先進分野十勝プロジェクト", "tokachi", "Bureau", "tokachi", "high"),
    ("地域の強みを活かした交流・関係人口の創出・拡大プロジェクト", "kushiro-nemuro", "Bureau", "kushiro nemuro", "high"),
    ("農林水産業をはじめとした地域を支える産業の振興プロジェクト", "kushiro-nemuro", "Bureau", "kushiro", "medium"),
    ("北方領土の早期返還と隣接地域の振興プロジェクト", "kushiro-nemuro", "Bureau", "nemuro", "high"),
]  # fmt: skip


def test_the_projects_are_those_read_in_the_document(rows: Rows) -> None:
    found = {
        (
            title,
            area or "",
            (kind or "").replace("Project", ""),
            " ".join(sorted((bureaus or "").split())),
            sure,
        )
        for title, area, kind, bureaus, sure in rows(
            """SELECT ?title ?area ?kind (GROUP_CONCAT(DISTINCT ?bureau) AS ?bureaus) ?sure {
                ?project a rk:Project ; rdfs:label ?title ; rk:evidence ?any .
                FILTER(LANG(?title) = "ja")
                ?project rk:certainty ?c . BIND(STRAFTER(STR(?c), "/certainty/") AS ?sure)
                OPTIONAL { ?project rk:area ?a BIND(STRAFTER(STR(?a), "/area/") AS ?area) }
                OPTIONAL { ?project rk:bureau ?b BIND(STRAFTER(STR(?b), "/bureau/") AS ?bureau) }
                OPTIONAL { VALUES ?k { rk:CooperationProject rk:BureauProject } ?project a ?k
                           BIND(STRAFTER(STR(?k), "#") AS ?kind) }
            } GROUP BY ?project ?title ?area ?kind ?sure"""
        )
    }
    assert found == {(t, a, k, " ".join(sorted(b.split())), c) for t, a, k, b, c in READING}


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


def test_nothing_of_the_document_but_its_headings_is_left_unquoted(rows: Rows) -> None:
    covered = set[int]()
    for start, end in rows("SELECT ?start ?end { ?place oa:start ?start ; oa:end ?end }"):
        covered.update(range(int(start), int(end)))
    rest = "".join(c if i not in covered else "\n" for i, c in enumerate(DOCUMENT))
    left = {re.sub(r"\s", "", line) for line in rest.splitlines()} - {""}
    assert left == HEADINGS


# Page numbers, the areas and subprefectures that the tables put beside their rows, and the headings of the tables.
HEADINGS = set(
    """１ ２ ３ ４ ５ 道央広域連携地域 道南連携地域 道北連携地域 オホーツク連携地域 十勝連携地域 釧路・根室連携地域
    空知 石狩 後志 胆振 日高 渡島 檜山 上川 留萌 宗谷 オホーツク 十勝 釧路 根室
    地域令和６年度（2024年度）の主な取組 連携地域別政策展開方針に基づくプロジェクトの推進【地域別一覧】""".split()
)


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


def test_that_one_title_is_one_project_is_recorded_as_inferred(rows: Rows) -> None:
    inferred = rows(
        """SELECT ?initiative { ?claim rdf:subject ?initiative ; rdf:predicate rk:project ;
        rk:basis <basis/same-title-same-area> ; rk:certainty/rk:rank ?rank . FILTER(?rank < 4) } ORDER BY ?initiative"""
    )
    assert [i.rsplit("/", 1)[-1] for (i,) in inferred] == [
        "kushiro-nemuro-koryu-2024-kushiro",
        "kushiro-nemuro-koryu-2024-nemuro",
        "okhotsk-teichaku-2024",
        "shinkansen-2024-hiyama",
        "shinkansen-2024-oshima",
    ]


def test_high_certainty_of_projects_and_initiatives_leaves_the_unsure_ones_out(rows: Rows) -> None:
    sure = {
        work.rsplit("/", 1)[-1]
        for (work,) in rows("SELECT ?work { ?work rk:certainty/rk:rank ?rank . FILTER(?rank >= 3) }")
    }
    unsure = ["kita-hokkaido", "shin-energy", "donan-sangyo", "donan-carbon-neutral", "kushiro-sangyo"]
    assert not sure & {"sumairu", "shinkansen-2024-oshima", *unsure, *(f"{p}-2024" for p in unsure)}


@pytest.mark.parametrize(
    ("words", "asset"),
    [
        ("炭鉄港", "tantetsuko"),
        ("縄文遺跡群", "jomon"),
        ("大雪山", "daisetsuzan"),
        ("日高山脈襟裳国定公園", "hidaka-sanmyaku-erimo"),
        ("厚岸霧多布昆布森国定公園", "akkeshi-kiritappu-konbumori"),
        ("知床", "shiretoko"),
        ("ウポポイ", "upopoy"),
        ("いぶり五大遺産", "iburi-godaiisan"),
        ("北海道新幹線", "hokkaido-shinkansen"),
        ("道東自動車道", "doto-expressway"),
        ("日高自動車道", "hidaka-expressway"),
        ("新冠IC", "niikappu-ic"),
        ("根釧酪農ビジョン", "konsen-dairy-vision"),
        ("しりべし産ワイン", "shiribeshi-wine"),
        ("るもい産農畜産物", "rumoi-products"),
        ("食彩王国南北海道", "shokusai-okoku-minami-hokkaido"),
        ("TEAM「ゼロカーボンいぶり」", "team-zero-carbon-iburi"),
        ("ナナイロひだかサポーター", "nanairo-hidaka-supporter"),
        ("地域おこし協力隊", "chiiki-okoshi-kyoryokutai"),
        ("ふるさと納税", "furusato-nozei"),
        ("ゼロカーボン北海道", "zero-carbon-hokkaido"),
        ("観光スタイル", "ishikari-kanko-style"),
        ("北の縄文ファン", "kita-no-jomon-fan"),
        ("北方領土", "northern-territories"),
        ("隣接地域", "northern-territories-adjacent-area"),
    ],
)
def test_a_project_names_an_asset_where_its_words_do_and_only_there(
    rows: Rows, words: str, asset: str
) -> None:
    said = rows(
        f"""SELECT DISTINCT ?project {{ ?project a rk:Project ; rdfs:label ?title .
        OPTIONAL {{ ?project rk:initiative/rk:officialText ?text }} FILTER(LANG(?title) = "ja")
        FILTER(CONTAINS(CONCAT(?title, COALESCE(?text, "")), "{words}")) }} ORDER BY ?project"""
    )
    assert said
    assert rows(f"SELECT ?p {{ ?p a rk:Project ; rk:asset <asset/{asset}> }} ORDER BY ?p") == said


def test_upopoy_is_an_asset_of_the_project_but_none_of_the_five_heritages(rows: Rows) -> None:
    assert rows("SELECT ?p { ?p a rk:Project ; rk:asset <asset/upopoy> }")
    assert rows("SELECT ?whole { ?whole rk:component <asset/upopoy> }") == []
    five = rows("SELECT ?part { <asset/iburi-godaiisan> rk:component ?part }")
    assert len(five) == 5


def test_niikappu_interchange_still_lay_ahead_in_fiscal_year_2024(rows: Rows) -> None:
    assert rows(
        """SELECT ?opened { <asset/niikappu-ic> rk:openedOn ?opened . <fiscal-year/2024> rk:endDate ?end .
        FILTER(?opened > ?end) }"""
    ) == [("2026-02-28",)]


def test_the_law_on_the_northern_territories_is_no_85_of_1982(rows: Rows) -> None:
    said = rows(
        """SELECT ?text { { <asset/northern-territories> rdfs:comment ?text } UNION
        { ?claim rdf:subject <asset/northern-territories-adjacent-area> ; skos:note ?text } FILTER(LANG(?text) = "ja") }"""
    )
    assert len(said) == 6
    assert all("昭和57年法律第85号" in text for (text,) in said)
    assert rows('SELECT ?s { ?s ?p ?text . FILTER(CONTAINS(STR(?text), "法律第87号")) }') == []


def test_what_became_of_the_hidaka_park_is_two_designations_of_one_asset(rows: Rows) -> None:
    assert rows(
        """SELECT ?from ?until { <asset/hidaka-sanmyaku-erimo> rk:designation ?d . ?d rk:designatedOn ?from .
        OPTIONAL { ?d rk:endedOn ?until } } ORDER BY ?from"""
    ) == [("1981-10-01", "2024-06-25"), ("2024-06-25", None)]


def test_an_asset_whose_english_name_no_source_gives_says_so(rows: Rows) -> None:
    assert (
        rows(
            """SELECT ?asset { ?asset a rk:Asset .
        FILTER NOT EXISTS { ?asset rk:officialName ?name . FILTER(LANG(?name) = "en") }
        FILTER NOT EXISTS { ?asset skos:note ?note . FILTER(CONTAINS(?note, "The English name is our own")) } }"""
        )
        == []
    )
