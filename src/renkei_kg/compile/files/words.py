"""What files are called and said to be, in Japanese and English."""

from collections.abc import Mapping
from typing import Final

Texts = Mapping[str, str]
# The title and the description in Japanese, then in English.
WORDS: Final[dict[str, tuple[str, str, str, str]]] = {
    "metadata": (
        "{of}の表の列の説明",
        "CSVの列の名称、意味、型、他の表との関係（CSVWのメタデータ）。",
        "{of}: what its columns are",
        "Names, meaning and types of the columns of the CSV, and how it relates to others (CSV on the Web).",
    ),
    "geojson": (
        "{of}（地図用）",
        "{also}位置の分かるものだけを、GeoJSONで収める。",
        "{of} for maps",
        "{also} In GeoJSON, those whose position is known.",
    ),
    "gzip": ("{of}（gzip圧縮）", "{also}gzipで圧縮したもの。", "{of} (gzip)", "{also} Compressed by gzip."),
    "workbook": (
        "すべての表（Excel）",
        "すべての表を一つのExcelブックに収めたもの。最初のシートに説明、最後のシートに列の説明がある。",
        "All tables (Excel)",
        "All tables in one workbook. Its first sheet explains, its last one tells what the columns are.",
    ),
    "ontology": (
        "オントロジー",
        "クラスとプロパティの定義（OWL、Turtle）。",
        "Ontology",
        "Definitions of classes and properties (OWL, in Turtle).",
    ),
    "themes": (
        "テーマの体系",
        "プロジェクトと取組のテーマの体系（SKOS、Turtle）。",
        "Theme scheme",
        "The scheme of themes of projects and initiatives (SKOS, in Turtle).",
    ),
    "shapes": (
        "シェイプ",
        "データが守る規則（SHACL、Turtle）。",
        "Shapes",
        "The rules that the data keeps to (SHACL, in Turtle).",
    ),
    "nq": (
        "グラフ全体（N-Quads）",
        "すべての名前付きグラフを、一行に一つのクアッドで収める。",
        "The whole graph (N-Quads)",
        "All named graphs, one quad to a line.",
    ),
    "trig": (
        "グラフ全体（TriG）",
        "すべての名前付きグラフを、人にも読みやすい形で収める。",
        "The whole graph (TriG)",
        "All named graphs, in a form that people can read too.",
    ),
    "ttl": (
        "グラフ全体（Turtle）",
        "名前付きグラフを一つに合わせたもの。継承条件付きのグラフは含まない。",
        "The whole graph (Turtle)",
        "The named graphs merged into one, without those under share-alike terms.",
    ),
    "jsonld": (
        "グラフ全体（JSON-LD）",
        "すべての名前付きグラフを、JSONとして収める。",
        "The whole graph (JSON-LD)",
        "All named graphs, as JSON.",
    ),
    "by-sa": (
        "継承条件付きのグラフ（Turtle）",
        "継承（share-alike）を条件とするライセンスのグラフだけを収める。",
        "Graphs under share-alike terms (Turtle)",
        "The graphs whose licence asks for share-alike, and no others.",
    ),
}


def told(what: str, of: Texts | None = None, also: Texts | None = None) -> tuple[Texts, Texts]:
    """The titles and descriptions of a kind of file, ``of`` another with its own words."""
    texts = WORDS[what]
    filled = [
        text.format(of=(of or {}).get(code, ""), also=(also or {}).get(code, ""))
        for text, code in zip(texts, ("ja", "ja", "en", "en"), strict=True)
    ]
    return {"ja": filled[0], "en": filled[2]}, {"ja": filled[1], "en": filled[3]}
