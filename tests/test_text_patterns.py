"""Text patterns in queries: where they are seen, what they become, equal answers on two engines, and errors."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from renkei_kg.compile.textindex import write_index
from renkei_kg.namespaces import RDFS, RK, SKOS
from renkei_kg.textsearch import Hit, TextIndex, TextSearchError, open_index, resolve, uses_text
from renkei_kg.textsearch.spelling import values

# rdflib warns of its own use of its own properties.
pytestmark = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning")

BASE = "https://w3id.org/renkei/"
PREFIXES = (
    f"PREFIX text: <{BASE}text#> PREFIX rk: <{BASE}ontology#> PREFIX : <{BASE}id/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
)
KANKO, SHOKU, HIDAKA, TABI = (NamedNode(f"{BASE}id/{name}") for name in ("kanko", "shoku", "hidaka", "tabi"))
QUOTED = 'say "観光" \\ and\\u0041\n\ttab'


def quads() -> Iterator[Quad]:
    def quad(subject: NamedNode, predicate: NamedNode, text: str, language: str | None = None) -> Quad:
        return Quad(subject, predicate, Literal(text, language=language))

    for project in (KANKO, SHOKU, HIDAKA):
        yield Quad(project, NamedNode(f"{BASE}id/a"), RK.Project)
    yield Quad(KANKO, RK.theme, TABI)
    yield Quad(HIDAKA, RK.theme, TABI)
    yield quad(KANKO, RDFS.label, "観光", "ja")
    yield quad(KANKO, RDFS.label, "Tourism", "en")
    yield quad(SHOKU, RDFS.label, "食と観光", "ja-Hrkt")
    yield quad(SHOKU, RDFS.label, "Food", "en")
    yield quad(HIDAKA, RDFS.label, "ひだか", "ja")
    yield quad(HIDAKA, RDFS.label, "日高", "ja")
    yield quad(HIDAKA, RDFS.label, "Hidaka", "fr")
    yield quad(HIDAKA, RK.kana, "ヒダカ", "ja-Hrkt")
    yield quad(TABI, RDFS.label, "旅")
    yield quad(TABI, SKOS.definition, QUOTED)


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.extend(quads())
    store.extend(Quad(q.subject, q.predicate, q.object, NamedNode(BASE + "graph/all")) for q in quads())
    return store


@pytest.fixture(scope="module")
def index(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextIndex]:
    path = tmp_path_factory.mktemp("text") / "index.sqlite"
    write_index(store, path, BASE)
    index = open_index(path)
    yield index
    index.close()


@pytest.fixture(scope="module")
def dataset() -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=serialize(quads(), format=RdfFormat.N_TRIPLES).decode(), format="nt")
    named = dataset.graph(rdflib.URIRef(BASE + "graph/all"))
    named.parse(data=serialize(quads(), format=RdfFormat.N_TRIPLES).decode(), format="nt")
    return dataset


Rows = list[tuple[str, ...]]


def by_oxigraph(store: Store, query: str) -> Rows:
    answer = store.query(query)
    if isinstance(answer, QueryBoolean):
        return [(str(bool(answer)),)]
    if isinstance(answer, QueryTriples):
        return sorted((t.subject.value, t.predicate.value, t.object.value) for t in answer)
    names = [variable.value for variable in answer.variables]
    return sorted(tuple(_text(row[name]) for name in sorted(names)) for row in answer)


def by_rdflib(dataset: rdflib.Dataset, query: str) -> Rows:
    answer = dataset.query(query)
    if answer.type == "ASK":
        return [(str(answer.askAnswer),)]
    if answer.type == "CONSTRUCT":
        return sorted((str(s), str(p), str(o)) for s, p, o in answer)
    # SELECT * of rdflib has the variables inside NOT EXISTS as well, which are not in scope (section 18.2.1).
    names = sorted(name for name in map(str, answer.vars) if not re.fullmatch(r"text\d", name))
    return sorted(tuple(_text(row[name]) for name in names) for row in answer)


def _text(term: object) -> str:
    if term is None:
        return ""
    value = term.value if isinstance(term, NamedNode | Literal) else str(term)
    return f"{value}@{getattr(term, 'language', None) or ''}"


ANSWERED = {
    'SELECT ?s { ?s text:query "観光" }': 3,
    'SELECT * { ?s text:query "観光" . ?s a rk:Project }': 0,
    'SELECT * { ?s :a rk:Project ; text:query "観光" . }': 2,
    'SELECT * { ?s text:query "観光" ; :a rk:Project }': 2,
    'SELECT * { ?s :a rk:Project ; text:query "観光" ; rdfs:label ?l }': 4,
    'SELECT * { ?s :a rk:Project ; text:query "観光", "食" ; rdfs:label ?l ; }': 2,
    'SELECT * { (?s ?score) text:query ("観光" 1) }': 1,
    'SELECT * { (?s ?score ?literal) text:query (rdfs:label "日高 ひだか") }': 0,
    'SELECT * { (?s ?score ?literal) text:query (rdfs:label rk:kana "ひだか" "lang:ja") }': 2,
    'SELECT * { (?s ?score ?literal ?property) text:query ("ひだか") . ?s ?property ?literal }': 2,
    'SELECT * { (?s ?score ?literal ?property) text:query ("観光" "lang:none") . ?s ?property ?literal }': 1,
    'SELECT * { ?s text:query "ひだか"@ja-Hrkt }': 1,
    "SELECT * { ?s text:query '''観光''' }": 3,
    r'SELECT * { ?s text:query "\u89B3光" }': 3,
    'SELECT * { ?s text:query "温泉" }': 0,
    'SELECT * { (?s ?score ?literal) text:query "温泉" . ?s :a rk:Project }': 0,
    'SELECT * { ?s :a rk:Project OPTIONAL { (?s ?score) text:query "観光" } }': 3,
    'SELECT * { ?s :a rk:Project OPTIONAL { (?s ?score) text:query "温泉" } }': 3,
    'SELECT * { { ?s text:query "食" } UNION { ?s text:query "日高" } UNION { ?s text:query "温泉" } }': 2,
    'SELECT * { ?s :a rk:Project MINUS { ?s text:query "観光" } }': 1,
    'SELECT * { ?s :a rk:Project MINUS { ?s text:query "温泉" } }': 3,
    'SELECT * { ?s :a rk:Project FILTER EXISTS { ?s text:query "観光" } }': 2,
    'SELECT * { ?s :a rk:Project FILTER NOT EXISTS { ?s text:query "観光" } }': 1,
    'SELECT * { ?s :a rk:Project FILTER(NOT EXISTS { ?s text:query "観光" } && true) }': 1,
    'SELECT * { GRAPH ?g { ?s text:query "観光" . ?s :a rk:Project } }': 2,
    'SELECT * { { SELECT ?s { ?s text:query "観光" . ?s :a rk:Project } ORDER BY ?s LIMIT 1 } ?s rdfs:label ?l }': 2,
    'SELECT * { ?s :a rk:Project . ?s text:query "観光" . ?s rdfs:label ?l . }': 4,
    'SELECT * { ?s :a rk:Project FILTER(?s != :x) ?s text:query "観光" FILTER(true) ?s rdfs:label ?l }': 4,
    'SELECT * { _:p :a rk:Project . ?s text:query "観光" . _:p rdfs:label ?l }': 21,
    'SELECT * { _:p :a rk:Project . ?s text:label (?m "ja") . _:p rdfs:label ?l ; rk:theme ?s }': 5,
    'SELECT * { BIND(:kanko AS ?k) ?s text:query "観光" FILTER(?s = ?k) VALUES ?k { :kanko } }': 1,
    'SELECT (COUNT(*) AS ?n) { ?s text:query "観光" } GROUP BY ?s HAVING(COUNT(*) > 0)': 3,
    'SELECT ?s { ?s (:a|rdfs:label)/rdfs:label* rk:Project . ?s text:query "観光" }': 2,
    'ASK { ?s text:query "観光" . ?s rk:theme :tabi }': 1,
    'CONSTRUCT { ?s text:query "観光" } WHERE { ?s text:query "観光" }': 3,
    'CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s text:label (?l "ja") }': 4,
    'SELECT * { ?s text:label (?label "ja") }': 4,
    'SELECT * { ?s :a rk:Project ; text:label (?label "en") }': 3,
    'SELECT * { ?s :a rk:Project ; text:label (?one "ja"), (?two "fr" "ja-Hrkt") ; rk:theme ?t }': 2,
    'SELECT * { :kanko text:label (?label "ja") }': 1,
    'SELECT * { ?s :a rk:Project OPTIONAL { ?s text:label (?label "ja") } }': 3,
    'SELECT * { ?s rk:theme ?t . ?s text:label (?sl "ja") . ?t text:label (?tl "ja") }': 2,
    'SELECT * { ?s text:query "観光" ; text:label (?label "ja") }': 3,
    'SELECT (?text1 AS ?s) { ?text1 text:label (?text2 "ja") . ?text1 :a rk:Project }': 3,
}


@pytest.mark.parametrize("query", ANSWERED)
def test_two_engines_give_the_same_rows(
    query: str, store: Store, dataset: rdflib.Dataset, index: TextIndex
) -> None:
    resolved = resolve(PREFIXES + query, index, 1000)
    rows = by_oxigraph(store, resolved)
    assert rows == by_rdflib(dataset, resolved)
    assert len(rows) == ANSWERED[query] or [row[0] for row in rows] == ["True"]


def test_the_best_label_is_exact_then_in_range_then_english_then_the_smallest(
    store: Store, index: TextIndex
) -> None:
    def labels(*languages: str) -> list[str]:
        tags = " ".join(f'"{language}"' for language in languages)
        query = f"SELECT ?l {{ VALUES ?s {{ :kanko :shoku :hidaka :tabi }} ?s text:label (?l {tags}) }} ORDER BY ?s"
        found = store.query(resolve(PREFIXES + query, index, 10))
        return [row["l"].value for row in found]

    assert labels("ja") == ["ひだか", "観光", "食と観光", "旅"]
    assert labels("en") == ["Hidaka", "Tourism", "Food", "旅"]
    assert labels("fr") == ["Hidaka", "Tourism", "Food", "旅"]
    assert labels("fr", "ja") == ["Hidaka", "観光", "食と観光", "旅"]
    assert labels("ja-Hrkt", "ja") == ["ひだか", "観光", "食と観光", "旅"]


def test_a_literal_comes_back_as_it_is_in_the_graph(
    store: Store, dataset: rdflib.Dataset, index: TextIndex
) -> None:
    query = (
        'SELECT * { (?s ?score ?literal) text:query (skos:definition "観光") . ?s skos:definition ?literal }'
    )
    resolved = resolve(PREFIXES + query, index, 10)
    (row,) = store.query(resolved)
    assert row["literal"].value == QUOTED
    (rdflib_row,) = dataset.query(resolved)
    assert str(rdflib_row["literal"]) == QUOTED
    assert float(row["score"].value) > 1


SEEN = [
    PREFIXES + '{ ?s text:query "x" }',
    f'SELECT * {{ ?s <{BASE}text#query> "x" }}',
    f'PREFIX t: <{BASE}text#> SELECT * {{ ?s t:query "x" }}',
    f'PREFIX : <{BASE}text#> SELECT * {{ ?s :query "x" }}',
    f'PREFIX t: <{BASE}text#qu> SELECT * {{ ?s t:ery "x" }}',
    f'prefix t: <{BASE}> SELECT * {{ ?s t:text\\#query "x" }}',
    f'BASE <{BASE}> SELECT * {{ ?s <text#query> "x" }}',
    f'base <{BASE}id/x> SELECT * {{ ?s <../text#query> "x" }}',
    f'BASE <{BASE}text> SELECT * {{ ?s <#query> "x" }}',
    f'BASE <{BASE}> PREFIX t: <text#> SELECT * {{ ?s t:query "x" }}',
    'BASE <https://w3id.org/> BASE <renkei/text> SELECT * { ?s <#query> "x" }',
    r'SELECT * { ?s <https://w3id.org/renkei/te\u0078t#query> "x" }',
    r'SELECT * { ?s <https://w3id.org/renkei/text\u0023query> "x" }',
    r'SELECT * { ?s <https://w3id.org/renkei/text#\U00000071uery> "x" }',
    f'PREFIX t: <{BASE}text#> SELECT * {{ ?s t:qu\\u0065ry "x" }}',
    f'SELECT * {{ ?s <{BASE}text#query> "x" }} # <{BASE}text#label>',
    f'SELECT*{{?s<{BASE}text#query>"x"}}',
    f'SELECT * {{ ?s\n# comment "\n<{BASE}text#query>\n# }}\n"x" }}',
]


@pytest.mark.parametrize("query", SEEN)
def test_a_text_pattern_is_seen_however_it_is_spelt(query: str, index: TextIndex) -> None:
    query = query.replace(PREFIXES + "{", PREFIXES + "SELECT * {")
    assert uses_text(query)
    resolved = resolve(query, index, 10)
    assert "VALUES" in resolved
    assert "query" not in re.sub(r"#.*|PREFIX \S+ \S+", "", resolved, flags=re.IGNORECASE)


@pytest.mark.parametrize(
    ("base", "query"),
    [
        (BASE, 'SELECT * { ?s <text#query> "x" }'),
        (BASE + "id/", 'PREFIX t: <../text#> SELECT * { ?s t:query "x" }'),
        (BASE + "text", 'SELECT * { ?s <#query> "x" }'),
        (BASE + "text#a", 'PREFIX t: <#> SELECT * { ?s t:query "x" }'),
        ("https://w3id.org/", 'BASE <renkei/> SELECT * { ?s <text#query> "x" }'),
    ],
)
def test_a_text_pattern_is_seen_against_the_base_that_the_engine_has(
    base: str, query: str, index: TextIndex
) -> None:
    assert uses_text(query, base)
    assert "VALUES" in resolve(query, index, 10, base)
    assert resolve(query, index, 10, "https://example.org/") == query


NOT_SEEN = [
    'SELECT * { ?s ?p "text:query" }',
    f'SELECT * {{ ?s ?p "<{BASE}text#query>" }}',
    f"SELECT * {{ ?s ?p '''\n?s <{BASE}text#query> \"x\" .''' }}",
    f'SELECT * {{ ?s ?p ?o }} # ?s <{BASE}text#query> "x"',
    f"SELECT * {{ ?s ?p <{BASE}text#query> }}",
    f"SELECT * {{ <{BASE}text#query> ?p ?o }}",
    f"SELECT * {{ ?s ?p ?o FILTER(?p = <{BASE}text#query>) }}",
    f"SELECT * {{ ?s ?p ?o VALUES ?p {{ <{BASE}text#query> }} }}",
    f"SELECT * {{ ?s ?p ?o BIND(<{BASE}text#query> AS ?x) }}",
    f"SELECT * {{ ?s ?p ?o }} VALUES ?p {{ <{BASE}text#query> }}",
    f'CONSTRUCT {{ ?s <{BASE}text#query> "x" }} WHERE {{ ?s ?p ?o }}',
    f"DESCRIBE <{BASE}text#query>",
    f"PREFIX text: <{BASE}text#> SELECT * {{ ?s ?p ?o }}",
    f"PREFIX text: <{BASE}text/> SELECT * {{ ?s text:query ?o }}",
    f'PREFIX text: <{BASE}text#> PREFIX text: <{BASE}other#> SELECT * {{ ?s text:query "x" }}',
    f"SELECT * {{ ?s <{BASE}text#query?> ?o }}".replace("text#", "texts#"),
    "SELECT * { ?text ?query ?label }",
    f"SELECT * {{ GRAPH <{BASE}text#query> {{ ?s ?p ?o }} }}",
    f"INSERT DATA {{ <a:b> <{BASE}text#query> 'x' }}",
    f"DELETE {{ ?s <{BASE}text#query> ?o }} INSERT {{ ?s <{BASE}text#label> ?o }} WHERE {{ ?s ?p ?o }}",
]


@pytest.mark.parametrize("query", NOT_SEEN)
def test_what_only_looks_like_a_text_pattern_stays_as_it_is(query: str, index: TextIndex) -> None:
    assert resolve(query, index, 10) == query


def test_a_prefix_that_is_only_declared_makes_no_text_query() -> None:
    assert not uses_text(PREFIXES + "SELECT * { ?s ?p 'text:query' } # text:query")
    assert not uses_text(f"PREFIX t: <{BASE}text#query> BASE <{BASE}text#> SELECT * {{ ?s ?p ?o }}")
    assert uses_text(PREFIXES + "SELECT * { ?s ?p text:query }")


@pytest.mark.parametrize(
    "piece",
    [
        "?s :a <<( ?x :a ?y )>> .",
        "<< ?s :a ?y ~ :r >> :b ?z .",
        "?s :a ?y ~ :r {| :b ?z ; :c [ :d 1 ] |} , ?w .",
        "?s :a 'x'@en--ltr .",
        "LATERAL { ?s :a ?y }",
    ],
)
def test_what_sparql_1_2_adds_is_passed_over(piece: str, index: TextIndex) -> None:
    query = PREFIXES + "SELECT * { " + piece + ' ?s text:query "観光" }'
    Store().query(query)
    resolved = resolve(query, index, 10)
    Store().query(resolved)
    assert piece in resolved


def test_everything_else_stays_and_every_line_stays_on_its_line(index: TextIndex) -> None:
    query = PREFIXES + (
        'SELECT  * # all\n{\n  ?s  :a rk:Project ; # a project\n     text:query\n       "観光" ;\n'
        "     text:label (?l\n \"ja\") .\n  FILTER ( ?l != 'x' ) # end\n}\nLIMIT 5"
    )
    resolved = resolve(query, index, 10).split("\n")
    original = query.split("\n")
    assert len(resolved) == len(original)
    changed = [number for number, (a, b) in enumerate(zip(original, resolved, strict=True)) if a != b]
    assert changed == [3, 4, 5, 6, 7]
    assert resolved[3].endswith(" ?s  :a rk:Project ; # a project")


@pytest.mark.parametrize(
    ("query", "line", "column", "said"),
    [
        ("SELECT * { ?s text:query ?w }", 2, 26, "words to search for"),
        ("SELECT * { ?s text:query 5 }", 2, 26, "words to search for"),
        ('SELECT * { ?s text:query "5"^^rk:x }', 2, 26, "words to search for"),
        ("SELECT * { ?s text:query () }", 2, 26, "words to search for"),
        ('SELECT * {\n ?s text:query (rk:code "x") }', 3, 17, "not indexed. These are: dcterms:description"),
        ('SELECT * { ?s text:query ("x" 0) }', 2, 31, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" 1.5) }', 2, 31, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" -1) }', 2, 31, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" ?n) }', 2, 31, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" 1 2) }', 2, 33, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" "highlight:") }', 2, 31, "number of hits and a language"),
        ('SELECT * { ?s text:query ("x" "lang:日本") }', 2, 31, "is no language"),
        ('SELECT * { ?s text:query ("x" "lang:ja" "lang:en") }', 2, 41, "number of hits and a language"),
        ('SELECT * { ?s text:query "？！" }', 2, 26, "no letter or digit"),
        ('SELECT * { :kanko text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { (?s :x) text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { (?s ?s) text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { (?a ?b ?c ?d ?e) text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { () text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { _:b text:query "x" }', 2, 12, "is a variable, or up to four"),
        ('SELECT * { (?s ?c) text:query "x" ; rdfs:label ?l }', 2, 12, "has no other properties"),
        ('SELECT * { [ text:query "x" ] }', 2, 14, "needs a variable as its subject"),
        ('SELECT * { ?s rk:asset [ text:label (?l "ja") ] }', 2, 26, "needs a variable as its subject"),
        ('SELECT * { ?s text:query/rdfs:label "x" }', 2, 15, "part of a property path"),
        ('SELECT * { ?s ^text:query "x" }', 2, 16, "part of a property path"),
        ('SELECT * { ?s rdfs:label|(text:query+) "x" }', 2, 27, "part of a property path"),
        ('SELECT * { ?s text:search "x" }', 2, 15, "there is no text:search"),
        ("SELECT * { ?s text:label ?l }", 2, 26, "a list of a variable and of languages"),
        ("SELECT * { ?s text:label (?l) }", 2, 26, "a list of a variable and of languages"),
        ('SELECT * { ?s text:label ("ja" ?l) }', 2, 26, "a list of a variable and of languages"),
        ("SELECT * { ?s text:label (?l ?m) }", 2, 30, "a language, a plain text"),
        ('SELECT * { ?s text:label (?l "日") }', 2, 30, "is no language"),
        ('SELECT * { _:b text:label (?l "ja") }', 2, 12, "is a variable or an IRI"),
        ('CONSTRUCT WHERE { ?s text:query "x" }', 2, 22, "the template as well"),
        ('DELETE WHERE { ?s text:query "x" }', 2, 19, "the template as well"),
        ('SELECT * { ?s text:query "x }', 2, 26, "not closed"),
        ('SELECT * { ?s text:query ("x" }', 2, 31, "cannot be read from here"),
        ('SELECT * { ?s text:query "x"', 2, 29, "cannot be read from here"),
        ('SELECT * { ?s text:query "x" ' + "{" * 100, 2, 94, "more than 64 deep"),
        ("SELECT * { ?s text:query " + "(" * 100_000, 2, 90, "more than 64 deep"),
        ("SELECT * { ?s text:query " + "[ :p " * 100_000, 2, 343, "more than 64 deep"),
    ],
)
def test_an_error_says_where_it_is_and_what_to_write(
    query: str, line: int, column: int, said: str, index: TextIndex
) -> None:
    with pytest.raises(TextSearchError, match=re.escape(said)) as caught:
        resolve(PREFIXES + query, index, 10)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_score_without_a_fraction_is_a_number_still() -> None:
    hit = Hit("https://example.org/s", 6.00000001, "x", None, "https://example.org/p")
    query = "SELECT * { " + values(["s", "score", "literal", "property"], [hit]) + " }"
    (row,) = Store().query(query)
    assert float(row["score"].value) == 6


def test_more_hits_than_may_be_are_an_error_that_counts_them(index: TextIndex) -> None:
    assert "VALUES" in resolve(PREFIXES + 'SELECT * { ?s text:query "観光" }', index, 3)
    with pytest.raises(
        TextSearchError, match=r"3 match, and there can be at most 2: search for more words, or say"
    ):
        resolve(PREFIXES + 'SELECT * { ?s text:query "観光" }', index, 2)
    with pytest.raises(TextSearchError, match=r"3 match, and there can be at most 2: ask for fewer"):
        resolve(PREFIXES + 'SELECT * { ?s text:query ("観光" 3) }', index, 2)
    with pytest.raises(TextSearchError, match="at most 5 in all text patterns of a query together"):
        resolve(PREFIXES + 'SELECT * { ?s text:query "観光" . ?t text:query "観光" }', index, 5)
    assert resolve(PREFIXES + 'SELECT * { ?s text:query ("観光" 2) }', index, 2).count(f"(<{BASE}id/") == 2


PIECES = st.sampled_from(
    [
        "?s :a rk:Project .",
        "?s rdfs:label ?l ; :a ?c ;; .",
        "_:b :a ?s .",
        "[ :a ?s ] rdfs:label ?x .",
        "[ :a ?s ; rdfs:label ?x ] .",
        "(?s 1 'x') :a ?y .",
        "?s rdfs:label|^:a/:b? ?z , 'x'@ja , 5 , +1 , true .",
        "FILTER(?s > 1 && ?s<?l)",
        "FILTER regex(?l, '}')",
        "FILTER EXISTS { ?s :a ?q }",
        "OPTIONAL { ?s :a ?o . }",
        "{ ?s :a ?o } UNION { ?s rdfs:label ?o }",
        "MINUS { ?s :a 5 }",
        "GRAPH ?g { ?s ?p ?o }",
        "VALUES ?v { 1 'x' UNDEF }",
        "VALUES (?v ?w) { (1 2) }",
        "# comment { ' \n",
        "{ SELECT ?s (COUNT(*) AS ?n) { ?s :a ?o } GROUP BY ?s HAVING(?n > 1) }",
        "<<?s :a ?o>> rdfs:label ?m .",
        "?s :a ?o {| :b ?p |} .",
        "?s :a 'it''s' .".replace("''", "\\'"),
    ]
)
PATTERNS = st.sampled_from(
    [
        '?s text:query "観光" .',
        '(?s ?score) text:query ("食" 5 "lang:ja") .',
        '?s :a rk:Project ; text:query "温泉" ; rdfs:label ?k .',
        '?s text:label (?n "ja") .',
        '?s rdfs:label ?j ; text:label (?k "en" "ja") .',
        'FILTER NOT EXISTS { ?s text:query "日高" }',
        'OPTIONAL { ?s text:query "日高" ; text:label (?r "ja") }',
        '{ SELECT ?s { ?s text:query "観光" } LIMIT 2 }',
    ]
)


@given(st.lists(PIECES, max_size=6))
def test_a_query_without_a_text_pattern_never_changes(index: TextIndex, pieces: list[str]) -> None:
    query = PREFIXES + "SELECT * {\n" + "\n".join(pieces) + "\n}"
    assert resolve(query, index, 100) == query


@given(st.lists(PIECES, max_size=5), PATTERNS, st.lists(st.one_of(PIECES, PATTERNS), max_size=5))
def test_a_query_with_text_patterns_stays_a_query(
    index: TextIndex, before: list[str], pattern: str, behind: list[str]
) -> None:
    # A blank node may stand in one block of triples only, so that each piece has its own.
    pieces = [piece.replace("_:b", f"_:b{n}") for n, piece in enumerate((*before, pattern, *behind))]
    query = PREFIXES + "SELECT * {\n" + "\n".join(pieces) + "\n}"
    Store().query(query)
    resolved = resolve(query, index, 100)
    Store().query(resolved)
    assert not uses_text(resolved.replace(PREFIXES, "").replace(f"{BASE}text#nothing", ""))
    assert resolved.count("\n") == query.count("\n")
    for piece in pieces:
        if "text:" not in piece:
            assert piece in resolved


@given(st.text(max_size=80))
def test_any_text_is_answered_or_is_an_error_of_ours(index: TextIndex, text: str) -> None:
    query = PREFIXES + 'SELECT * { ?s text:query "観光" . ' + text
    with suppress(TextSearchError):
        resolve(query, index, 100)


def test_a_large_query_is_resolved_in_linear_time(index: TextIndex, measured: Callable[[str], float]) -> None:
    pattern = '?s text:query "観光" . '
    small = measured(PREFIXES + "SELECT * { " + pattern + "?s :a rk:Project . " * 1_000 + "}")
    large = measured(PREFIXES + "SELECT * { " + pattern + "?s :a rk:Project . " * 10_000 + "}")
    assert large < 40 * small


@pytest.fixture
def measured(index: TextIndex) -> Callable[[str], float]:
    def measure(query: str) -> float:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            resolve(query, index, 100)
            times.append(time.perf_counter() - started)
        return min(times)

    return measure
