"""What the catalogue says of the parts of a dataset where the project has no words of its own: titles,
descriptions of fifty characters and more, keywords, and themes (EU authority table *data-theme*)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

Texts = Mapping[str, str]
Words = Mapping[str, tuple[str, ...]]
LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True)
class Part:
    """What is said of a dataset; ``{place}`` and ``{name}`` stand for the prefecture and the whole."""

    titles: Texts
    descriptions: Texts
    keywords: Words
    themes: tuple[str, ...] = ("REGI", "GOVE")

    def also(self, keywords: Words) -> "Part":
        """The part with more keywords."""
        more = {one: (*self.keywords.get(one, ()), *keywords.get(one, ())) for one in LANGUAGES}
        return replace(self, keywords=more)


PLACE: Final[Texts] = {"ja": "この地域", "en": "the region"}
COMMON: Final[Words] = {
    "ja": ("オープンデータ", "リンクトデータ", "地域連携", "地方創生"),
    "en": ("open data", "linked data", "regional cooperation", "regional revitalisation"),
}
WHOLE: Final = Part(
    {},
    {},
    {"ja": ("知識グラフ", "政策", "地域資源"), "en": ("knowledge graph", "policy", "regional assets")},
)
OTHER: Final = Part({}, {}, {})
PARTS: Final[dict[str, Part]] = {
    "projects": Part(
        {
            "ja": "{place}の地域連携プロジェクトと取組",
            "en": "Regional-cooperation projects and initiatives in {place}",
        },
        {
            "ja": "{place}の計画に基づいて進められる地域連携プロジェクトと、年度ごとの取組の一覧。"
            "プロジェクトごとに、地域、テーマ、関係する地域資源、読み取りの確かさと、その典拠を示します。",
            "en": "The projects of regional cooperation in {place} and what was done in each fiscal year, "
            "with the areas, themes and assets of each, how certain a reading is and what it rests on.",
        },
        {"ja": ("プロジェクト", "取組", "政策"), "en": ("projects", "initiatives", "policy")},
    ),
    "assets": Part(
        {"ja": "{place}の地域資源とその指定", "en": "Regional assets of {place} and their designations"},
        {
            "ja": "{place}のプロジェクトが活かす地域資源（世界遺産、国立公園、鉄道、産品など）の一覧。"
            "どこにあり、いつ、どの制度で指定され、どのプロジェクトが取り上げているかを示します。",
            "en": "The assets that the projects of {place} build on, such as World Heritage, Japan Heritage, "
            "national parks, railways and products: where they are, how and when they were designated, and "
            "which projects name them.",
        },
        {"ja": ("地域資源", "観光", "文化遺産"), "en": ("regional assets", "tourism", "heritage")},
        ("EDUC", "REGI"),
    ),
    "regions": Part(
        {"ja": "{place}の地域区分", "en": "Areas of {place}"},
        {
            "ja": "{place}を分ける地域（連携地域、振興局の管内）と、それぞれを受けもつ組織の一覧。"
            "標準地域コードなどの識別子と、分かるものは境界の座標もあわせて示します。",
            "en": "The areas that {place} is divided into, cooperation areas and subprefectures, with the "
            "bodies that are responsible for them, their codes and, where known, their boundaries.",
        },
        {
            "ja": ("地域区分", "行政区域", "境界"),
            "en": ("areas", "administrative areas", "boundaries"),
        },
    ),
    "municipalities": Part(
        {"ja": "{place}の市町村", "en": "Municipalities of {place}"},
        {
            "ja": "{place}のすべての市町村の一覧。全国地方公共団体コード、標準地域コード、読み、英語名、"
            "属する地域、役所・役場の位置、公式サイトと、ほかのデータセットへのリンクを示します。",
            "en": "All municipalities of {place} with their codes, readings and English names, the areas "
            "that they belong to, where their offices are, their websites, and links to other datasets.",
        },
        {
            "ja": ("市町村", "自治体", "地方公共団体コード"),
            "en": ("municipalities", "local government", "municipality codes"),
        },
    ),
    "ontology": Part(
        {
            "ja": "{name}のオントロジー、テーマ、シェイプ",
            "en": "Ontology, themes and shapes of {name}",
        },
        {
            "ja": "地域連携の政策、プロジェクト、取組、地域、地域資源と、根拠や確かさを表す語彙（OWL）、"
            "テーマの体系（SKOS）、データが満たすべき条件（SHACL）です。ほかの都道府県でも使えます。",
            "en": "The vocabulary (OWL) for policies, projects, initiatives, areas and assets of regional "
            "cooperation and for evidence and certainty of statements, the scheme of themes (SKOS) and what "
            "data has to satisfy (SHACL); other prefectures can use them too.",
        },
        {
            "ja": ("オントロジー", "語彙", "シソーラス", "SHACL"),
            "en": ("ontology", "vocabulary", "thesaurus", "SHACL"),
        },
        ("GOVE", "TECH"),
    ),
}
CULTURAL_PROPERTIES: Final[Words] = {
    "ja": ("文化財", "自治体標準ODS", "自治体標準オープンデータセット", "推奨データセット"),
    "en": ("cultural properties",),
}
CATALOGUE: Final = Part(
    {"ja": "{name}のデータカタログ", "en": "Data catalogue of {name}"},
    {
        "ja": "{name}が公開するデータセットの目録。{place}の地域連携に関するデータを、表計算ソフトなどで"
        "開けるファイルとRDF、SPARQLエンドポイントで提供し、ライセンスと対象の地域、期間、作り方を示します。",
        "en": "The datasets that {name} publishes about regional cooperation in {place}: as files that "
        "people and programs open, as RDF and through a SPARQL endpoint, with licence and coverage.",
    },
    {},
)
SERVICE: Final = Part(
    {"ja": "{name}のSPARQLエンドポイント", "en": "SPARQL endpoint of {name}"},
    {
        "ja": "{name}のすべてのデータセットに、SPARQL 1.1 で問い合わせることができます。"
        "登録も鍵も要りません。過去の版にも、それぞれのエンドポイントがあります。",
        "en": "All datasets of {name} can be asked here in SPARQL 1.1, without registration and without a "
        "key; every earlier version that is kept has an endpoint of its own.",
    },
    {"ja": ("SPARQL", "API"), "en": ("SPARQL", "API")},
)
ENDPOINT: Final = Part(
    {"ja": "SPARQLエンドポイント", "en": "SPARQL endpoint"},
    {
        "ja": "必要な部分だけを SPARQL 1.1 で取り出せます。回答は JSON、CSV、TSV、XML、RDF の各形式です。",
        "en": "Any part of the data can be asked for in SPARQL 1.1, as JSON, CSV, TSV, XML or RDF.",
    },
    {},
)
VERSIONS: Final = Part(
    {"ja": "{name}の版", "en": "Versions of {name}"},
    {
        "ja": "{name}の、これまでに公開して保存している版です。版はあとから変わりません。"
        "それぞれに、ファイル、エンドポイント、前の版との差分があります。",
        "en": "The versions of {name} that have been published and are kept. A version never changes; each "
        "has its files, an endpoint of its own, and what it changed.",
    },
    {},
)
PROVENANCE: Final[Texts] = {
    "ja": "典拠の文書から読み取った記述と、公開された資料による地域や資源の事実を、人が入力し、規則で補い、"
    "シェイプ（SHACL）で検査して公開しています。記述には、典拠となる語句と読み取りの確かさを付けています。",
    "en": "Statements are read from the source documents, and facts about places and assets from published "
    "material; they are entered by people, completed by rules and checked against shapes (SHACL). "
    "Statements carry the words that they rest on and how certain the reading is.",
}
