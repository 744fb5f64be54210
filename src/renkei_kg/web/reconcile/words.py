"""The words of reconciliation, in Japanese and English; ``web/words.py`` takes them in."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "reconcile.name": ("{site} 名寄せ", "{site} reconciliation"),
    "reconcile.limit": ("値の数", "Number of values"),
    "reconcile.limit.help": ("0ならすべて", "0 for all of them"),
    "reconcile.language": ("文字列の言語", "Language of texts"),
    "reconcile.language.help": (
        "言語のある文字列を、この言語のものに絞ります",
        "Keeps texts of this language only",
    ),
    "reconcile.language.all": ("すべて", "All"),
    "reconcile.title": ("名寄せ（Reconciliation API）", "Reconciliation"),
    "reconcile.lead": (
        "表にある地域・事業・地域資源などの名前を、このグラフの識別子に結びつけます。OpenRefineなどの"
        "道具から使えます。",
        "Names of places, projects, assets and more in your table are matched to identifiers of this "
        "graph, from OpenRefine and other tools.",
    ),
    "reconcile.address": ("サービスのアドレス", "Address of the service"),
    "reconcile.steps": ("OpenRefineでの使い方", "With OpenRefine"),
    "reconcile.step.1": (
        "名前の列のメニューで Reconcile → Start reconciling… を選びます。",
        "In the menu of the column with names, choose Reconcile → Start reconciling….",
    ),
    "reconcile.step.2": (
        "Add standard service… に、上のアドレスを入れます。",
        "In Add standard service…, give the address above.",
    ),
    "reconcile.step.3": (
        "種類（市、プロジェクトなど）を選びます。コードや所在地の列があれば、それも手がかりに加えます。",
        "Choose a type, such as City or Project. Add columns with codes or places as evidence.",
    ),
    "reconcile.step.4": (
        "確かなものは自動で決まります。残りは候補から選びます。値は、列のメニューの"
        " Edit column から取り込みます。",
        "What is sure is matched. Choose among the candidates for the rest, then fetch values by "
        "Edit column → Add columns from reconciled values….",
    ),
    "reconcile.features": ("点数の内訳", "What a score is made of"),
    "reconcile.features.lead": (
        "点数は0から100です。75以上で、次の候補がその8割以下なら、一致（match）とします。",
        "Scores go from 0 to 100. A candidate is a match when it has 75 or more and the next has no "
        "more than four fifths of that.",
    ),
    "reconcile.feature.name": (
        "名前の点数。つづり、語尾、別名、ほかの語を掛け合わせたもの。",
        "The score of the name: spelling, ending, other names and other words multiplied.",
    ),
    "reconcile.feature.spelling": (
        "つづり。同じなら100、幅・かな・記号の違いは98、旧字体は96、送り仮名は94、読みは92、ローマ字"
        "は88。打ち間違いは3字までで、合う割合から5（ラテン文字では15）を引いたもの。",
        "Spelling: 100 when the same; 98 for width, kana or signs; 96 for old forms of kanji; 94 for "
        "okurigana; 92 for a reading; 88 for romaji. With up to 3 slips, the share that agrees less 5, or "
        "15 in Latin letters.",
    ),
    "reconcile.feature.ending": (
        "語尾（市、総合振興局など）。省かれていれば0.86、同じ仲間の別の語尾なら0.95、種類に合えば0.92"
        "、分からなければ0.68、食い違えば0.5。役所・役場はさらに0.9。",
        "The ending, such as “shi” or “Town”: 0.86 when left out, 0.95 for another of the same family, "
        "0.92 when it fits the thing, 0.68 when nothing is known, 0.5 when it contradicts; an office for "
        "its place 0.9.",
    ),
    "reconcile.feature.label": (
        "正式な名前かどうか。別名なら0.98を掛けます。",
        "Whether it is the main name; other names count 0.98.",
    ),
    "reconcile.feature.whole": (
        "名前の全体かどうか。かっこの外または中だけなら0.78を掛け、語を含むだけのものは74点までです。",
        "Whether it is all of the name. What stands outside or inside brackets counts 0.78; names "
        "that only share words get 74 at most.",
    ),
    "reconcile.feature.context": (
        "名前に添えられた語（郡、振興局など）。所在と合えば0.98、合わなければ0.72。",
        "Words beside the name, such as a district: 0.98 when they say where it is, 0.72 when they do not.",
    ),
    "reconcile.feature.identifier": (
        "コードまたは識別子で合ったかどうか。",
        "Whether a code or identifier matched.",
    ),
    "reconcile.feature.type": (
        "指定した種類かどうか。type_strictがshouldのとき、違えば0.5を掛けます。ほかは候補にしません。",
        "Whether it is of the type asked for. With type_strict “should” others count 0.5; "
        "otherwise they are no candidates.",
    ),
    "reconcile.feature.property": (
        "手がかりの列（property:に識別子を続けた名前）。合えば残りの差を縮め、違えば0.5、ほかの候補だ"
        "けが合えば0.7を掛けます。",
        "A column of evidence (property: and its identifier). Agreement closes up to half of what is "
        "missing to 100; another value counts 0.5, none 0.7 if it is what a rival has.",
    ),
    "reconcile.more": ("もっと詳しく", "More about this"),
    "about.reconcile": ("表との名寄せ（OpenRefine）", "Match your table with this data (OpenRefine)"),
}
