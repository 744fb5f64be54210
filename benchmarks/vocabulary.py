"""The words that made graphs are put together from: the real ontology and themes, and made-up names."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from renkei_kg.compile import sources
from renkei_kg.namespaces import RDF, RK, SKOS
from renkei_kg.project import open_project

# Writing, reading and romaji of what place names are put together from.
PARTS = (
    *(("幌", "ホロ", "horo"), ("別", "ベツ", "betsu"), ("内", "ナイ", "nai"), ("富", "フ", "fu")),
    *(("良", "ラ", "ra"), ("野", "ノ", "no"), ("美", "ビ", "bi"), ("瑛", "エイ", "ei")),
    *(("音", "オト", "oto"), ("更", "フケ", "fuke"), ("士", "シ", "shi"), ("鹿", "シカ", "shika")),
    *(("追", "オイ", "oi"), ("新", "シン", "shin"), ("得", "トク", "toku"), ("清", "キヨ", "kiyo")),
    *(("水", "ミズ", "mizu"), ("芽", "メ", "me"), ("室", "ムロ", "muro"), ("中", "ナカ", "naka")),
    *(("札", "サツ", "satsu"), ("幕", "マク", "maku"), ("池", "イケ", "ike"), ("田", "タ", "ta")),
    *(("豊", "トヨ", "toyo"), ("頃", "コロ", "koro"), ("本", "ホン", "hon"), ("足", "アシ", "ashi")),
    *(("寄", "ヨロ", "yoro"), ("陸", "リク", "riku"), ("浦", "ウラ", "ura"), ("標", "シベ", "shibe")),
)
MUNICIPALITY_KINDS = (
    ("市", "シ", "City"),
    ("町", "チョウ", "Town"),
    ("町", "チョウ", "Town"),
    ("村", "ムラ", "Village"),
)
ASSET_KINDS = (
    ("の縄文遺跡", "Jomon site", "WorldHeritageComponent"),
    ("国定公園", "Quasi-National Park", "QuasiNationalPark"),
    ("郷土資料館", "local museum", "CulturalFacility"),
    ("鉄道", "railway", "Railway"),
    ("ワイン", "wine", "Product"),
)
AIMS = (
    ("を活用した魅力発信と誘客促進", "to present and draw visitors to"),
    ("を生かした関係人口の創出", "to make lasting ties through"),
    ("をつなぐ広域周遊の推進", "to further touring around"),
    ("の担い手の確保と育成", "to find and train people for"),
    ("による持続可能な地域づくり", "to build a sustainable region with"),
)
SETTINGS = ("道内外からの来訪を促すため", "人口減少が進むなか", "新幹線の延伸を見据え", "関係機関と連携し")
MEANS = (
    *("専門人材の招へい", "商談会の開催", "周遊ルートの造成"),
    *("情報発信の強化", "体験プログラムの磨き上げ", "移住相談会の実施"),
)
YEARS = {2022: "令和４年度", 2023: "令和５年度", 2024: "令和６年度"}


@dataclass(frozen=True)
class Vocabulary:
    """What a made graph takes from the real project. A theme is its IRI and its labels, ja and en."""

    base: str
    things: str
    graphs: str
    quads: tuple[Quad, ...]
    themes: tuple[tuple[str, str, str], ...]


def read(root: Path) -> Vocabulary:
    """The ontology of the project in ``root`` and its themes, of which ``themes`` are the narrowest."""
    project = open_project(root)
    graphs = [project.graph(name) for name in ("ontology", "themes")]
    found = [source for source in sources.discover(project) if source.graph.value in graphs]
    quads = sorted((quad for source in found for quad in sources.read(source, project).quads()), key=str)
    return Vocabulary(project.base, project.thing(""), project.graph(""), tuple(quads), _leaves(quads))


def _leaves(quads: list[Quad]) -> tuple[tuple[str, str, str], ...]:
    themes = {q.subject for q in quads if q.predicate == RDF.type and q.object == RK.Theme}
    broader = {q.object for q in quads if q.predicate == SKOS.broader}
    labels = {
        (q.subject, q.object.language): q.object.value
        for q in quads
        if q.predicate == SKOS.prefLabel and isinstance(q.object, Literal)
    }
    leaves = sorted((t for t in themes - broader if isinstance(t, NamedNode)), key=str)
    return tuple((t.value, labels[t, "ja"], labels[t, "en"]) for t in leaves)


def place_name(number: int) -> tuple[str, str, str]:
    """A made-up name, another for each number: writing, reading and romaji."""
    parts: list[tuple[str, str, str]] = []
    while number or len(parts) < 2:
        number, digit = divmod(number, len(PARTS))
        # The odd factor and the shift only mix the parts: neighbours should not all end alike.
        parts.append(PARTS[(digit * 11 + 7 * len(parts)) % len(PARTS)])
    ja, kana, en = ("".join(column) for column in zip(*parts, strict=True))
    return ja, kana, en.capitalize()
