"""Queries made to exhaust time, memory or the parser's stack: each ends in its problem and harms nobody."""

import http.client
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.attacks.watching import eventually, idle, patience, resident
from tests.serving import Server, serving

pytestmark = pytest.mark.alone

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
FEW = " ".join(f"{{ SELECT * {{ ?s{n} a ?t{n} }} LIMIT 3000 }}" for n in range(4))
LIST = ", ".join(f"'{n}'" for n in range(50_000))
NEGATIONS = " && ".join(f"!CONTAINS(STR(?o), '{n}x')" for n in range(900))
UNASKED = count(2)
ORDINARY = "SELECT * {{ ?s a ?type }} LIMIT {}"


def doubled(times: int, then: str) -> str:
    """A query that doubles a string ``times`` times."""
    steps = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(times))
    return f'SELECT {then} {{ BIND("0123456789abcdef" AS ?x0) {steps} }}'


TOO_LONG = {
    "a counted cross product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "a counted cross product of few": f"SELECT (COUNT(*) AS ?n) {{ {FEW} }}",
    "a cross product that never matches": f"SELECT * {{ {CROSS} FILTER(?a = ?i && ?c = 1) }}",
    "paths through everything": "ASK { ?a (<x:a>|!<x:b>)*/(^<x:c>|!<x:d>)* ?b . ?b !<x:f>+ ?a FILTER(?a = 1) }",
    "counted paths through everything": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:b>)* ?b }",
    "nested stars": "SELECT (COUNT(*) AS ?n) { ?a ((((!<x:a>)*)*)*)* ?b }",
    "regular expressions": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    'FILTER REGEX(CONCAT(STR(?c), STR(?f)), "(a*)*(b+)+c$|^(.*)(.*)(.*)z$", "is") }',
    "replacements": "SELECT (SUM(STRLEN(REPLACE(CONCAT(STR(?c), STR(?f)), '.', '$0$0$0'))) AS ?n) "
    "{ ?a ?b ?c . ?d ?e ?f }",
    "absence of everything": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER(STR(?f) = STR(?c)) } }",
    "a sorted cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?a LIMIT 1",
    "a grouped cross product": "SELECT ?a ?f (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?f",
    "everything in one string": "SELECT (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "distinct pairs": "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "a long list": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(STR(?o) IN ({LIST})) }}",
    "a list of negations": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER({NEGATIONS}) }}",
}
TOO_LARGE = {
    "a string doubled without end": doubled(60, "(STRLEN(?x60) AS ?n)"),
    "a string that is too large": doubled(26, "(STRLEN(?x26) AS ?n)"),
    "parentheses": "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "negations": "ASK { FILTER(" + "!" * 200_000 + "1) }",
    "groups": "ASK " + "{" * 100_000 + "}" * 100_000,
    "optional parts": "ASK {" + "OPTIONAL{" * 50_000 + "}" * 50_001,
    "unions": "ASK {" + "{} UNION " * 50_000 + "{}}",
    "subqueries": "SELECT * {" + "{SELECT * {" * 30_000 + "}}" * 30_000 + "}",
    "collections": "ASK { ?s ?p " + "(" * 100_000 + ")" * 100_000 + " }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 100_000 + "1" + "]" * 100_000 + " }",
    "a path in parentheses": "ASK { ?s " + "(" * 100_000 + "<a:b>" + ")" * 100_000 + " ?o }",
    "a path of inversions": "ASK { ?s " + "^(" * 100_000 + "<a:b>" + ")" * 100_000 + " ?o }",
    "a long sum": "ASK { FILTER(" + "1+" * 200_000 + "1) }",
    "a long disjunction": "ASK { FILTER(" + "1||" * 150_000 + "1) }",
    "exists in exists": "ASK {" + "FILTER EXISTS {" * 30_000 + "}" * 30_001,
    "opening parentheses": "ASK { FILTER(" + "(" * 900_000,
    "opening braces": "ASK " + "{" * 900_000,
    "functions in functions": "ASK { FILTER(" + "STR(" * 100_000 + "1" + ")" * 100_000 + ") }",
}
WRONG = {
    "nothing": "",
    "white space": " \n" * 400_000,
    "a comment": "#" * 900_000,
    "words": "SELECT " * 100_000,
    "prefixes": "PREFIX a: <b:c> " * 50_000 + "ASK {}",
    "graphs": "SELECT * " + "FROM <a:b> " * 50_000 + "{}",
    "opening strings": "ASK { ?s ?p " + "'''" * 300_000,
    "quotation marks": "ASK { ?s ?p " + "'\"" * 450_000,
    "escapes": "ASK { ?s ?p '" + "\\u0041" * 150_000,
    "wrong escapes": "ASK { ?s ?p '" + "\\" * 900_001 + "'}",
    "operators": "ASK { FILTER(1" + "<" * 900_000 + ") }",
    "services": "ASK {" + "SERVICE <a:b> {" * 50_000,
    "the word for services": "ASK { ?s ?p '" + "service" * 120_000,
    "services in comments": "#service\n" * 100_000 + "ASK {",
    "names": "ASK { " + "service:service " * 50_000,
    "null bytes": "ASK {" + "\0" * 900_000 + "}",
    "other digits": "ASK { FILTER(" + "１" * 100_000 + ") }",
    "a text search of many words": "PREFIX text: <https://w3id.org/renkei/text#> ASK { ?s text:query ("
    + "'a' " * 200_000,
}
FINE = {
    "a long string": ("SELECT (STRLEN('" + "x" * 900_000 + "') AS ?n) {}", "900000"),
    "a long list of values": ("SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 90_000 + "} }", "90000"),
    "some depth": ("SELECT (" + "(" * 500 + "1" + ")" * 500 + " AS ?n) {}", "1"),
    "an automaton too large to build": (
        "SELECT (BOUND(?x) AS ?n) { BIND(REGEX('a', '((a{1000}){1000}){1000}') AS ?x) }",
        "false",
    ),
    "a long string by doubling": (doubled(12, "(STRLEN(?x12) AS ?n)"), "65536"),
}


SECONDS = 0.4
LIMITS = {"worker_memory_mb": 512, "result_mb": 8, "cache_mb": 8}


@pytest.fixture(scope="module")
def server(large: Path) -> Iterator[Server]:
    with serving(large, query_seconds=20, **LIMITS) as server:
        server.ask(ORDINARY.format(1))
        yield server


@pytest.fixture(scope="module")
def hasty(large: Path) -> Iterator[Server]:
    """A server that gives a query one second."""
    with serving(large, query_seconds=1, **LIMITS) as server:
        server.ask(ORDINARY.format(1))
        yield server


@pytest.fixture(autouse=True)
def unmoved(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each attack an ordinary query is answered at once, and the server is well and no larger."""
    name = next(name for name in ("hasty", "server") if name in request.fixturenames)
    server: Server = request.getfixturevalue(name)
    before = resident(server.pid)
    yield
    started = time.monotonic()
    assert server.ask(ORDINARY.format(next(UNASKED))).status == 200
    assert time.monotonic() - started < patience(1)
    assert server.fetch("/health").status == 200
    assert resident(server.pid) - before < 12


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_query_that_takes_too_long_is_ended(hasty: Server, name: str) -> None:
    started = time.monotonic()
    kind = "application/sparql-query"
    answer = hasty.fetch(f"/sparql?timeout={SECONDS}", TOO_LONG[name].encode(), Content_Type=kind)
    assert time.monotonic() - started < patience(SECONDS + 2)
    assert answer.status in (504, 507)
    limit = {504: "query_seconds", 507: "worker_memory_mb"}[answer.status]
    assert answer.problem["limit"] == limit
    if answer.status == 504:
        assert answer.problem["seconds"] == SECONDS


def test_no_client_gets_more_time_than_the_server_gives(hasty: Server) -> None:
    started = time.monotonic()
    text = f"SELECT * {{ {CROSS} FILTER(?a = ?i && ?c = 1) }}"
    answer = hasty.fetch("/sparql?timeout=60", text.encode(), Content_Type="application/sparql-query")
    assert time.monotonic() - started < patience(3)
    assert (answer.status, answer.problem["seconds"]) == (504, 1)


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_query_that_needs_too_much_ends_its_worker_only(server: Server, name: str) -> None:
    answer = server.post(TOO_LARGE[name])
    assert answer.status == 507
    assert answer.problem["limit"] == "worker_memory_mb"


@pytest.mark.parametrize("name", WRONG)
def test_a_text_that_is_no_query_is_said_to_be_none(server: Server, name: str) -> None:
    answer = server.post(WRONG[name])
    assert answer.status in (400, 403)
    assert len(answer.problem["detail"]) < 1000


@pytest.mark.parametrize("name", FINE)
def test_a_large_query_that_can_be_answered_is(server: Server, name: str) -> None:
    query, expected = FINE[name]
    answer = server.post(query, Accept="text/csv")
    assert (answer.status, answer.body.decode()) == (200, f"n\r\n{expected}\r\n")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f }",
        "CONSTRUCT { ?a ?e ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
        "DESCRIBE ?a ?d { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) }",
    ],
)
def test_an_answer_without_end_breaks_off(server: Server, query: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        server.post(query)
    eventually(2, lambda: idle(server))


@pytest.mark.parametrize("form", ["text/csv", "text/tab-separated-values", "application/xml", "text/turtle"])
def test_a_literal_that_is_larger_than_an_answer_may_be_is_refused_before_any_byte(
    server: Server, form: str
) -> None:
    query = doubled(20, "?x20")
    if form == "text/turtle":
        query = query.replace("SELECT ?x20", "CONSTRUCT { <a:b> <a:b> ?x20 } WHERE")
    answer = server.post(query, Accept=form)
    assert (answer.status, answer.problem["limit"]) == (507, "result_mb")


def test_a_literal_that_is_written_in_parts_breaks_off(server: Server) -> None:
    with pytest.raises(http.client.IncompleteRead):
        server.post(doubled(20, "?x20"), Accept="application/json")


def test_a_body_of_more_than_a_query_may_have_is_refused(server: Server) -> None:
    answer = server.post("ASK {}" + " " * 1_000_000)
    assert (answer.status, answer.problem["limit"]) == (413, "request_bytes")


def test_long_texts_do_not_hold_the_server_still(server: Server) -> None:
    """While a megabyte is looked over, others are answered."""
    texts = ["ASK { FILTER(" + "(" * 900_000 + "service", "ASK { ?s ?p '" + "service" * 120_000]
    threads = [threading.Thread(target=server.post, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in threads):
        started = time.monotonic()
        assert server.fetch("/metrics").status == 200
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < patience(0.5)
