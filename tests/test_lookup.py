"""The short way for lookups: it is taken only for what is bounded, and gives what a worker gives."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from renkei_kg.engine.lookup import MOST_SOLUTIONS, QUERY, Lookups

JSON = "application/sparql-results+json"
EX = "http://example.org/"
PREFIX = f"PREFIX ex: <{EX}> "
SMALL = f"{EX}small"
LARGE = f"{EX}large"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()

    def add(subject: str, predicate: str, value: Literal | NamedNode) -> None:
        store.add(Quad(NamedNode(subject), NamedNode(EX + predicate), value, DefaultGraph()))

    for language, text in (("ja", "北海道"), ("en", "Hokkaido")):
        add(SMALL, "label", Literal(text, language=language))
    add(SMALL, "of", NamedNode(LARGE))
    add(SMALL, "text", Literal("x" * 5000))
    for number in range(MOST_SOLUTIONS + 10):
        add(LARGE, "has", Literal(str(number)))
    for number in range(20):
        add(f"{EX}middle", "has", Literal(str(number)))
    return store


@pytest.fixture(scope="module")
def lookups(store: Store) -> Lookups:
    return Lookups(store)


def parts(answer: bytes) -> tuple[list[str], list[str]]:
    """The variables of an answer, and its solutions in an order of their own."""
    said = json.loads(answer)
    rows = [json.dumps(row, sort_keys=True) for row in said["results"]["bindings"]]
    return said["head"]["vars"], sorted(rows)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?l {{ <{SMALL}> <{EX}label> ?l }}",
        PREFIX + 'select distinct ?l where { ex:small ex:label ?l . FILTER(LANG(?l) = "ja") } limit 5 # 1',
        PREFIX + "SELECT ?o ?l ?none {ex:small ex:label ?l ; ex:of ?o.}",
        PREFIX + "SELECT ?none { ex:small ex:of ex:large }",
        PREFIX + "SELECT ?l { ex:nothing ex:label ?l }",
        PREFIX + "#a\nSELECT ?p ?o #b\n{ ex:middle ?p ?o }",
        PREFIX + 'SELECT ?p ?o { ex:small ex:label ?o FILTER(LANG(?o) = "en") }',
        PREFIX + 'SELECT ?p ?o { ex:middle ?p ?o FILTER(LANG(?p) = "en") }',
        PREFIX + 'SELECT ?o { ex:middle ex:has ?o . FILTER(LANG(?o) = "") } LIMIT 3',
    ],
)
def test_a_lookup_is_answered_as_the_store_answers(store: Store, lookups: Lookups, query: str) -> None:
    expected = store.query(query)
    assert isinstance(expected, QuerySolutions)
    answer = lookups.answer(query, JSON)
    assert answer is not None
    assert parts(answer) == parts(expected.serialize(format=QueryResultsFormat.JSON) or b"")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p ?o }",
        f"SELECT ?p {{ <{SMALL}> ?p ?o . ?a ?b ?c }}",
        f"SELECT * {{ <{SMALL}> ?p ?o . <{SMALL}> ?q ?r }}",
        f"SELECT * {{ <{SMALL}> <{EX}label>* ?o }}",
        f"SELECT * {{ <{SMALL}> <{EX}label>/<{EX}of> ?o }}",
        f"SELECT * {{ <{SMALL}> ^<{EX}of> ?o }}",
        f"SELECT * {{ <{SMALL}> <{EX}label> ?o , ?n }}",
        "PREFIX ex: <http://example.org/> SELECT * FROM ex:g { ex:small ex:label ?o }",
        f"SELECT (COUNT(*) AS ?n) {{ <{SMALL}> <{EX}label> ?o }}",
        f"SELECT * {{ GRAPH ?g {{ <{SMALL}> <{EX}label> ?o }} }}",
        f"SELECT * {{ <{SMALL}> <{EX}label> ?o . SERVICE <http://127.0.0.1:1/> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ <{SMALL}> <{EX}label> ?o . FILTER(REGEX(?o, '(a+)+$')) }}",
        "BASE <http://example.org/> SELECT * { <small> <label> ?o }",
        f"SELECT ?o {{ <{SMALL}> <https://w3id.org/renkei/text#label> ?o }}",
        "SELECT ?o { ex:small ex:label ?o }",
        f"SELECT * {{ <{SMALL}> <{EX}label> ?o }}",
        f"SELECT ?o {{ <{SMALL}> ?o ?o }}",
        f"SELECT ?o {{ <{SMALL}> <{EX}label> ?o ; <{EX}of> ?o }}",
        f"SELECT ?o ?o {{ <{SMALL}> <{EX}label> ?o }}",
        f'SELECT ?o {{ <{SMALL}> <{EX}label> ?o . FILTER(LANG(?x) = "ja") }}',
        f"{PREFIX} PREFIX ex: <http://other.example/> SELECT ?o {{ ex:small ex:label ?o }}",
        f"SELECT * {{ <http://example.org/\\u0073mall> <{EX}label> ?o }}",
        f"ASK {{ <{SMALL}> <{EX}label> ?o }}",
        f"SELECT ?l {{ <{SMALL}> <{EX}label> ?l }} ; SELECT * {{ ?s ?p ?o }}",
        f"SELECT ?l {{ <{SMALL}> <{EX}label> ?l",
        "",
    ],
)
def test_anything_else_is_left_to_a_worker(lookups: Lookups, query: str) -> None:
    assert lookups.answer(query, JSON) is None


@pytest.mark.parametrize(
    "query",
    [
        PREFIX + "SELECT ?o { ex:large ex:has ?o }",
        PREFIX + "SELECT ?o { ex:large ?p ?o }",
        PREFIX + "SELECT ?a { ex:middle ex:has ?a ; ex:has ?b }",
        PREFIX + "SELECT ?o { ex:small ex:text ?o }",
    ],
)
def test_a_lookup_that_matches_much_is_left_to_a_worker(lookups: Lookups, query: str) -> None:
    assert QUERY.fullmatch(query)
    assert lookups.answer(query, JSON) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { <a:b> " + "a ?o ; " * 400,
        "PREFIX " * 290,
        "#" * 2000,
        " " * 2040,
        "SELECT * { <a:b> ?p ?o" + ' FILTER(LANG(?o)="ja")' * 80,
        "SELECT " + "?a " * 600,
    ],
)
def test_a_hostile_text_is_looked_over_in_linear_time(lookups: Lookups, text: str) -> None:
    started = time.perf_counter()
    lookups.answer("SELECT * { <a:b> ?p ?o }", JSON)
    quiet = time.perf_counter() - started
    started = time.perf_counter()
    lookups.answer(text[:2048], JSON)
    assert time.perf_counter() - started < 1000 * quiet


TERMS = st.one_of(
    st.sampled_from([NamedNode(EX + name) for name in ("a", "b", "c")]),
    st.builds(Literal, st.text(max_size=6)),
    st.builds(
        lambda text, tag: Literal(text, language=tag), st.text(max_size=4), st.sampled_from(["ja", "en"])
    ),
    st.builds(Literal, st.one_of(st.integers(-5, 5), st.booleans())),
)
PREDICATES = st.sampled_from([EX + name for name in ("p", "q", "r")])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(PREDICATES, TERMS), max_size=8),
    st.lists(st.sampled_from([f"<{EX}p>", f"<{EX}q>", "?v"]), min_size=1, max_size=2),
    st.sampled_from(["", "DISTINCT "]),
    st.sampled_from(["", ' FILTER(LANG(?o0) = "ja")', ' FILTER(LANG(?o0) = "")']),
)
def test_any_lookup_has_the_solutions_that_the_engine_finds(
    triples: list[tuple[str, NamedNode | Literal]], verbs: list[str], distinct: str, ask: str
) -> None:
    """Random things in a store, random lookups: the same solutions as by the engine, or none at all."""
    store = Store()
    for predicate, value in triples:
        store.add(Quad(NamedNode(SMALL), NamedNode(predicate), value, DefaultGraph()))
    pairs = " ; ".join(f"{verb.replace('?v', f'?v{n}')} ?o{n}" for n, verb in enumerate(verbs))
    query = f"SELECT {distinct}?o0 ?v0 {{ <{SMALL}> {pairs} .{ask} }}"
    expected = store.query(query)
    assert isinstance(expected, QuerySolutions)
    answer = Lookups(store).answer(query, JSON)
    assert answer is not None
    assert parts(answer) == parts(expected.serialize(format=QueryResultsFormat.JSON) or b"")
