"""The short way for lookups: it is taken only for what is bounded, and gives what a worker gives."""

import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from renkei_kg import graphtext
from renkei_kg.engine import forms
from renkei_kg.engine.describing import FORMATS
from renkei_kg.engine.lookup import MOST_SOLUTIONS, Lookups

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

    first, second = BlankNode("first"), BlankNode("second")
    for subject, predicate, value in (
        (NamedNode(f"{EX}part"), "of", NamedNode(SMALL)),
        (NamedNode(f"{EX}part"), "has", first),
        (NamedNode(f"{EX}part"), "has", second),
        (first, "next", second),
        (second, "next", first),
        (second, "label", Literal("x")),
    ):
        store.add(Quad(subject, NamedNode(EX + predicate), value, DefaultGraph()))
    store.add(Quad(NamedNode(f"{EX}part"), NamedNode(f"{EX}of"), NamedNode(LARGE), NamedNode(f"{EX}graph")))
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
        "SELECT ?l { <http://a/%zz> ?p ?l }",
        "SELECT ?l { <http://[a> ?p ?l }",
        f"PREFIX x: <http://a:b/> SELECT ?l {{ <{SMALL}> ?p ?l }}",
        f"SELECT ?l {{ <{SMALL}\ud800> ?p ?l }}",
        f"DESCRIBE <{SMALL}>",
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
    assert forms.SELECT.fullmatch(query)
    assert lookups.answer(query, JSON) is None


def evaluated(store: Store, query: str, rdf: RdfFormat) -> bytes:
    """What a worker writes."""
    result = store.query(query)
    assert isinstance(result, QueryTriples)
    sink = io.BytesIO()
    graphtext.write(result, sink, rdf)
    return sink.getvalue()


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize(
    "query",
    [
        f"DESCRIBE <{EX}middle>",
        f"describe # a thing\n <{EX}part>",
        f"{PREFIX} DESCRIBE ex:part",
        f"DESCRIBE <{EX}nothing>",
        f"CONSTRUCT {{ <{EX}part> ?p ?o }} WHERE {{ <{EX}part> ?p ?o }}",
        f"{PREFIX} construct{{<{EX}part> ?p ?o.}}{{ex:part $p $o .}}",
        f"{PREFIX} CONSTRUCT WHERE {{ ex:middle ?p ?o }}",
        f"{PREFIX} CONSTRUCT {{ ex:part ex:has ?o }} WHERE {{ ex:part ex:has ?o }}",
        f"{PREFIX} CONSTRUCT WHERE {{ ex:part ?p ex:small }}",
        f"{PREFIX} CONSTRUCT WHERE {{ ex:part ex:of ex:small }}",
        f"{PREFIX} CONSTRUCT WHERE {{ ex:part a ?type }}",
    ],
)
def test_a_small_graph_is_given_as_a_worker_gives_it_byte_by_byte(
    store: Store, lookups: Lookups, query: str, media_type: str
) -> None:
    assert lookups.answer(query, media_type) == evaluated(store, query, FORMATS[media_type])


@pytest.mark.parametrize(
    "query",
    [
        "DESCRIBE *",
        "DESCRIBE ?s { ?s ?p ?o }",
        f"DESCRIBE <{EX}part> <{SMALL}>",
        f"DESCRIBE <{EX}part> FROM <{EX}graph>",
        f"DESCRIBE <{EX}part> {{}}",
        f"DESCRIBE <{EX}part> LIMIT 1",
        "DESCRIBE <part>",
        "DESCRIBE ex:part",
        "DESCRIBE <http://a/%zz>",
        "DESCRIBE <https://w3id.org/renkei/text#label>",
        f"DESCRIBE <{LARGE}>",
        f"DESCRIBE <{SMALL}>",
        f"CONSTRUCT WHERE {{ <{LARGE}> ?p ?o }}",
        f"CONSTRUCT WHERE {{ <{SMALL}> ?p ?o }}",
        f"CONSTRUCT WHERE {{ <{EX}part> ?p ?p }}",
        f"CONSTRUCT WHERE {{ <{EX}part> ?p ?o ; ?q ?r }}",
        f"CONSTRUCT WHERE {{ ?s ?p <{EX}part> }}",
        f"CONSTRUCT WHERE {{ <{EX}part> ?p ?o }} LIMIT 1",
        f"CONSTRUCT {{ <{EX}part> ?p ?o }}",
        f"CONSTRUCT {{ <{EX}part> ?o ?p }} WHERE {{ <{EX}part> ?p ?o }}",
        f"CONSTRUCT {{ <{SMALL}> ?p ?o }} WHERE {{ <{EX}part> ?p ?o }}",
        f"CONSTRUCT {{ <{EX}part> ?p ?o }} WHERE {{ <{EX}part> ?p ?o FILTER(?o) }}",
        f"CONSTRUCT {{ <{EX}part> <{EX}has> ?o }} WHERE {{ <{EX}part> ?p ?o }}",
        f"CONSTRUCT WHERE {{ <{EX}part> <https://w3id.org/renkei/text#query> ?o }}",
        f"SELECT ?l {{ <{EX}part> <{EX}label> ?l }}",
    ],
)
def test_any_other_graph_is_left_to_a_worker(lookups: Lookups, query: str) -> None:
    for media_type in (*FORMATS, *FORMATS, "application/rdf+xml", JSON):
        if media_type != JSON or not query.startswith("SELECT"):
            assert lookups.answer(query, media_type) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { <a:b> " + "a ?o ; " * 400,
        "PREFIX " * 290,
        "#" * 2000,
        " " * 2040,
        "SELECT * { <a:b> ?p ?o" + ' FILTER(LANG(?o)="ja")' * 80,
        "SELECT " + "?a " * 600,
        "DESCRIBE" + " #\n" * 600,
        "CONSTRUCT{<a:b>" + "#\n" * 600,
        "CONSTRUCT{<a:b> ?p ?o}{" + "<a:b> ?p ?o . " * 200,
    ],
)
def test_a_hostile_text_is_looked_over_in_linear_time(lookups: Lookups, text: str) -> None:
    """Some millionths of a second are usual; the square of the length would take tenths."""

    def seconds() -> float:
        started = time.process_time()
        for media_type in (JSON, *FORMATS):
            lookups.answer(text[:2048], media_type)
        return time.process_time() - started

    assert min(seconds() for _ in range(5)) < 0.02


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


NODES = st.sampled_from([NamedNode(EX + name) for name in "ab"] + [BlankNode(name) for name in "cdefg"])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(NODES, PREDICATES, st.one_of(NODES, TERMS)), max_size=25))
def test_any_thing_is_described_as_the_engine_describes_it(
    triples: list[tuple[NamedNode | BlankNode, str, NamedNode | BlankNode | Literal]],
) -> None:
    """Random graphs with blank nodes that lead to each other: the same triples in the same order."""
    store = Store()
    store.extend(Quad(subject, NamedNode(verb), thing, DefaultGraph()) for subject, verb, thing in triples)
    for query in (f"DESCRIBE <{EX}a>", f"CONSTRUCT WHERE {{ <{EX}a> ?p ?o }}"):
        answer = Lookups(store).answer(query, "application/n-triples")
        assert answer == evaluated(store, query, RdfFormat.N_TRIPLES)
