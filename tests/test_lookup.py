"""The short way for lookups: it is taken only for what is bounded, and gives what a worker gives."""

import json
import time

import pytest
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
    return Lookups(store, EX)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?l {{ <{SMALL}> <{EX}label> ?l }}",
        PREFIX + 'select distinct ?l where { ex:small ex:label ?l . FILTER(LANG(?l) = "ja") } limit 5 # 1',
        PREFIX + "SELECT * {ex:small ex:label ?l ; ex:of ?o.}",
        PREFIX + "SELECT * { ex:small ex:of ex:large }",
        PREFIX + "SELECT * { ex:nothing ex:label ?l }",
        PREFIX + "#a\nSELECT ?p ?o #b\n{ ex:middle ?p ?o }",
    ],
)
def test_a_lookup_is_answered_as_the_store_answers(store: Store, lookups: Lookups, query: str) -> None:
    expected = store.query(query)
    assert isinstance(expected, QuerySolutions)
    answer = lookups.answer(query, JSON)
    assert answer is not None
    assert json.loads(answer) == json.loads(expected.serialize(format=QueryResultsFormat.JSON) or b"")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        f"SELECT * {{ <{SMALL}> ?p ?o . ?a ?b ?c }}",
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
        f"SELECT * {{ <{SMALL}> <https://w3id.org/renkei/text#label> ?o }}",
        "SELECT * { ex:small ex:label ?o }",
        f"{PREFIX} PREFIX ex: <http://other.example/> SELECT * {{ ex:small ex:label ?o }}",
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
        PREFIX + "SELECT * { ex:large ex:has ?o }",
        PREFIX + "SELECT * { ex:large ?p ?o }",
        PREFIX + "SELECT * { ex:middle ex:has ?a ; ex:has ?b }",
        PREFIX + "SELECT * { ex:small ex:text ?o }",
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
