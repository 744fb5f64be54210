"""The words of the interface in Japanese and English, each once. The page fills in ``{name}``."""

from typing import Final

from renkei_kg.web import words_query
from renkei_kg.web.catalog import words as words_catalog
from renkei_kg.web.ckan import words as words_ckan
from renkei_kg.web.finding import words as words_finding
from renkei_kg.web.geo import words as words_geo
from renkei_kg.web.project import words as words_project
from renkei_kg.web.reconcile import words as words_reconcile
from renkei_kg.web.reference import words as words_reference

LANGUAGES: Final = ("ja", "en")
NAMES: Final = {"ja": "日本語", "en": "English"}

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the frame of every page
    "site": ("連携KG", "Renkei KG"),
    "site.what": ("地域連携プロジェクトの知識グラフ", "Regional-cooperation projects as linked data"),
    "skip": ("本文へ移動", "Skip to the content"),
    "nav": ("主なページ", "Main pages"),
    "nav.home": ("ホーム", "Home"),
    "nav.browse": ("一覧", "Browse"),
    "nav.query": ("クエリ", "Query"),
    "nav.versions": ("版", "Versions"),
    "language": ("言語", "Language"),
    "search": ("検索", "Search"),
    "search.label": ("名称や本文の語で探す", "Search names and texts"),
    "search.button": ("探す", "Search"),
    "footer": ("このサイトについて", "About this site"),
    "footer.version": ("データの版", "Version of the data"),
    "footer.licence": ("ライセンス", "Licence"),
    "footer.licence.text": (
        "データは CC BY 4.0 です。一部のグラフには別の条件があり、各グラフのページに示しています。",
        "The data is under CC BY 4.0. A few graphs have other terms, which their pages state.",
    ),
    "footer.formats": ("データ", "Data"),
    "footer.endpoint": ("SPARQLエンドポイント", "SPARQL endpoint"),
    "footer.graphs": ("名前付きグラフ", "Named graphs"),
    "footer.openapi": ("OpenAPI", "OpenAPI"),
    "footer.context": ("JSON-LDコンテキスト", "JSON-LD context"),
    "kept": (
        "これは過去の版（{version}）のページです。",
        "This page is of a version that is kept: {version}.",
    ),
    "kept.current": ("いまの版を見る", "See the current one"),
    # home
    "home.lead": (
        "地域連携のプロジェクトを、地域・テーマ・地域資源と結んだ知識グラフです。"
        "どの記述にも、資料のどの語句によるか、どれほど確かかが付いています。",
        "Projects of regional cooperation, linked with regions, themes and assets. Every statement says "
        "which words of the document it rests on, and how certain it is.",
    ),
    "home.numbers": ("数でみる", "In numbers"),
    "home.areas": ("連携地域からみる", "By cooperation area"),
    "home.themes": ("テーマからみる", "By theme"),
    "home.more": ("すべての種類をみる", "See every kind of thing"),
    # query and answer
    "query.title": ("SPARQLで問い合わせる", "Ask in SPARQL"),
    "query.version": ("問い合わせ先の版：", "Asked of version"),
    "query.label": ("SPARQL クエリ", "SPARQL query"),
    "query.format": ("結果の形式", "Answer as"),
    "query.page": ("ページ（表）", "a page (table)"),
    "query.run": ("実行する", "Run"),
    "query.examples": ("クエリの例", "Example queries"),
    "answer.title": ("結果", "Answer"),
    "answer.query": ("クエリ", "Query"),
    "answer.change": ("クエリを直す", "Change the query"),
    "answer.formats": ("ほかの形式で得る", "Get it as"),
    "answer.cite": ("引用する", "Cite"),
    "answer.beginning": (
        "長いグラフの初めの部分です。全体は上の形式で取得できます。",
        "This is the beginning of a long graph; get all of it in one of the formats above.",
    ),
    "answer.first": (
        "初めの{shown}行です。続きがあります。全体は CSV などで取得できます。",
        "The first {shown} of more rows are shown; get all of them as CSV.",
    ),
    "answer.rows.one": ("1行", "1 row"),
    "answer.rows": ("{total}行", "{total} rows"),
    "answer.shown": (
        "初めの{shown}行を表示しています。全体は CSV などで取得できます。",
        "the first {shown} are shown; get all of them as CSV.",
    ),
    "answer.table": ("結果の表", "Table of the answer"),
    "yes": ("はい", "Yes"),
    "no": ("いいえ", "No"),
    # lists, and the query behind them
    "browse.title": ("種類の一覧", "Kinds of things"),
    "browse.lead": ("このグラフにあるものを、種類ごとにみられます。", "What is in the graph, by kind."),
    "browse.kind": ("種類", "Kind"),
    "browse.term": ("語", "Term"),
    "browse.others": ("ほかの語彙の種類", "Kinds of other vocabularies"),
    "browse.number": ("件数", "Number"),
    "list.total": ("{total}件", "{total} in all"),
    "list.total.one": ("1件", "1 in all"),
    "list.behind": ("この一覧のSPARQL", "The SPARQL behind this list"),
    "list.csv": ("CSVで得る", "Get it as CSV"),
    "list.cut": (
        "{total}件のうち、はじめの{shown}件を示しています。すべては下のクエリで得られます。",
        "These are the first {shown} of {total}; the query below gives all of them.",
    ),
    "list.slow": (
        "この一覧は、ここで作るには時間がかかりすぎます。下のクエリで得られます。",
        "This list takes too long to be made here; the query below gives it.",
    ),
    "list.query": ("クエリを開く", "Open the query"),
    "pager": ("ページ送り", "Pages of this list"),
    "pager.previous": ("前へ", "Previous"),
    "pager.next": ("次へ", "Next"),
    "pager.place": ("{first}–{last}件目（全{total}件）", "{first}–{last} of {total}"),
    "search.title": ("検索", "Search"),
    "search.how": (
        "名称、別名、読み、本文を探します。かな・漢字・ローマ字のどれでも探せます。",
        "Names, other names, readings and texts are searched, in kana, kanji or Latin letters.",
    ),
    "search.results": ("「{words}」の検索結果", "Results for “{words}”"),
    "search.none": (
        "「{words}」に合うものはありません。語を短くするか、減らしてみてください。",
        "Nothing matches “{words}”. Try a shorter word, or fewer of them.",
    ),
    "search.bad": (
        "この語では探せません。語は空白で区切り、引用符は対にしてください。",
        "This cannot be searched for. Part words by spaces, and close every quotation mark.",
    ),
    # a thing
    "quoted": ("「{text}」", "“{text}”"),
    "thing.about": ("このものについて", "About this"),
    "thing.statements": ("記述", "Statements"),
    "thing.also": ("ほかの語彙での同じ記述", "The same in other vocabularies"),
    "thing.incoming": ("ここを指しているもの", "What points here"),
    "thing.evidence": ("典拠", "Evidence"),
    "thing.readings": ("ほかにありうる読み方", "Other possible readings"),
    "thing.readings.lead": (
        "資料からは確かめられないため、事実としては述べていません。",
        "The document does not settle these, so they are not stated as facts.",
    ),
    "thing.data": ("このページのデータ", "This page as data"),
    "thing.iri": ("識別子（IRI）", "Identifier (IRI)"),
    "thing.graphs": ("記述のあるグラフ", "Graphs that say so"),
    "thing.more": ("ほか{number}件を表示", "Show {number} more"),
    "thing.others": ("ほかの言語の記述", "In other languages"),
    "thing.kana": ("読み", "Reading"),
    "thing.altlabel": ("別名", "Also called"),
    "thing.unnamed": ("名前のない節点", "an unnamed node"),
    "thing.triple": ("文", "a statement"),
    "thing.empty": (
        "これについての記述はまだありません。ほかの記述が指しているだけです。",
        "Nothing is stated of this; other statements only point to it.",
    ),
    "claim.why": ("根拠", "Why"),
    "claim.basis": ("読み取りの根拠", "Ground of the reading"),
    "claim.alternative": ("別の読み方", "Another reading"),
    "claim.source": ("出典", "Source"),
    "certainty": ("確かさ", "Certainty"),
    "certainty.stated": ("明記", "stated"),
    "certainty.high": ("高い", "high"),
    "certainty.medium": ("中くらい", "medium"),
    "certainty.low": ("低い", "low"),
    # documents: graphs and namespaces
    "graph.kind": ("名前付きグラフ", "Named graph"),
    "graph.things": ("このグラフに記述のあるもの", "Things that this graph describes"),
    "graph.large": (
        "このグラフは大きいため、データはエンドポイントから送られます。",
        "This graph is large: its data comes from the endpoint.",
    ),
    "namespace.kind": ("名前空間の文書", "Document of a namespace"),
    "namespace.terms": ("ここで定める語", "Terms defined here"),
    "namespace.contents": ("語の一覧", "Index of terms"),
    # problems
    "problem.home": ("ホームに戻る", "Go to the home page"),
    "problem.unknown": ("次のものについての記述はありません。", "Nothing is stated of this:"),
    "problem.near": ("もしかして", "Did you mean"),
    "findings": ("SHACLによる検査の結果", "What the shapes (SHACL) found"),
    "findings.severity": ("程度", "How serious"),
    "findings.about": ("対象", "About"),
    "findings.message": ("内容", "What to do"),
    "findings.graph": ("グラフ", "Graph"),
    "findings.Violation": ("違反", "Violation"),
    "findings.Warning": ("警告", "Warning"),
    "findings.Info": ("参考", "Remark"),
    "status.400": ("リクエストを読み取れません", "The request cannot be read"),
    "status.401": ("認証が必要です", "Who you are has to be known"),
    "status.403": ("許可されていません", "This is not allowed"),
    "status.404": ("見つかりません", "Not found"),
    "status.405": ("この方法では使えません", "This method is not for here"),
    "status.406": ("その形式では出せません", "Not to be had in that format"),
    "status.408": ("時間内に届きませんでした", "The request took too long to come"),
    "status.413": ("大きすぎます", "Too large"),
    "status.422": ("データの決まりに合いません", "The data would break its rules"),
    "status.429": ("一度に多すぎます", "Too many at once"),
    "status.500": ("サーバーの不具合です", "A fault of the server"),
    "status.503": ("いまは応じられません", "Not available just now"),
    "status.504": ("時間がかかりすぎました", "It took too long"),
    "status.507": ("結果が大きすぎます", "The answer is too large"),
    "status.other": ("応じられません", "This cannot be answered"),
    **words_query.WORDS,
    **words_catalog.WORDS,
    **words_geo.WORDS,
    **words_ckan.WORDS,
    **words_finding.WORDS,
    **words_project.WORDS,
    **words_reconcile.WORDS,
    **words_reference.WORDS,
}


def word(key: str, language: str, **values: object) -> str:
    """A word in a language, filled in. Raises KeyError when there is none."""
    return WORDS[key][LANGUAGES.index(language)].format(**values)
