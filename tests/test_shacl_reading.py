"""How the project's SHACL validator reads graphs and shapes, and what it refuses."""

import re
import subprocess
import sys

import pyoxigraph as ox
import pytest

from renkei_kg.shacl import Graph, ShapeError, compile_shapes
from renkei_kg.shacl.datatypes import well_formed
from renkei_kg.shacl.terms import iri
from tests.shacl.oracle import ours, read, triples_in


def test_a_triple_of_two_graphs_counts_once_and_rdf_1_2_is_left_out() -> None:
    store = ox.Store()
    store.load(
        b"""PREFIX e: <http://e/>
        e:g { e:s e:p _:b ; e:q <<( e:s e:p "x" )>> , "x"@en--ltr , "--ltr ." } e:h { e:s e:p _:b }
        e:left-out { e:s e:p "x" } { e:s e:p "x" }""",
        format=ox.RdfFormat.TRIG,
    )
    graph = Graph.of_store(store, [ox.NamedNode("http://e/left-out")])
    (blank,) = graph.objects("<http://e/s>", "<http://e/p>")
    assert graph.objects("<http://e/s>", "<http://e/q>") == ['"--ltr ."']
    assert {str(quad.triple) for quad in graph.store} == triples_in(graph)
    assert any(str(quad.object) == blank for quad in store)


def test_a_graph_grows_in_all_that_is_made_of_it() -> None:
    more = read("ex:a a ex:B ; ex:p 1, 2 ; ex:q _:x . ex:B rdfs:subClassOf ex:C .")
    grown = Graph.of_triples(read("ex:a ex:p 1 . ex:b a ex:C ."))
    grown.make_store()
    assert grown.instances("<http://example.org/C>") == {"<http://example.org/b>"}
    assert len(grown.inverse("<http://example.org/p>")) == 1
    grown.add(more)
    assert grown.instances("<http://example.org/C>") == {"<http://example.org/a>", "<http://example.org/b>"}
    assert len(grown.inverse("<http://example.org/p>")) == 2
    assert triples_in(grown) == {str(quad.triple) for quad in grown.store} == triples_in(later_grown(more))
    assert len(grown.objects("<http://example.org/a>", "<http://example.org/p>")) == 2


def later_grown(more: list[ox.Triple]) -> Graph:
    """The same graph, of which nothing was made when it grew."""
    graph = Graph.of_triples(read("ex:a ex:p 1 . ex:b a ex:C ."))
    graph.add(more)
    return graph


def test_messages_are_in_their_languages_and_filled() -> None:
    triples = read("""
        ex:a ex:p 1 .
        ex:Shape a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [
            sh:message "{?value}は{$this}に多い{?none}"@ja ; sh:select "SELECT $this ?value { $this ?p ?value }" ] .
        ex:Own a sh:NodeShape ; sh:targetNode ex:a ; sh:message "not this"@en ; sh:sparql [
            sh:select "SELECT $this ('own'@en AS ?message) { $this ?p ?value }" ] .
        ex:None a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:q ; sh:minCount 1 .
    """)
    messages = {finding.shape.rsplit("/")[-1]: finding for finding in ours(triples, triples).findings}
    assert messages["Shape"].messages == (("ja", "1はhttp://example.org/aに多い{?none}"),)
    assert messages["Own"].messages == (("en", "own"),)
    assert messages["None"].messages == ()
    assert messages["None"].text("en") == (
        "Violation: <example.org/a> <example.org/q>: sh:MinCountConstraintComponent of <example.org/None> is not met."
    )


# Here pySHACL departs from the recommendation.
@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2", "2.5", True),
        ('"a"', '"b"', True),
        ("ex:a", "ex:b", False),
        ("2", '"2020-01-01"^^xsd:date', False),
        ('"x"^^xsd:integer', "5", False),
        ("_:a", "_:b", False),
    ],
)
def test_what_sparql_cannot_compare_is_in_no_order(left: str, right: str, expected: bool) -> None:
    data = read(f"ex:x ex:p {left} ; ex:q {right} .")
    of_shapes = read("ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; sh:lessThan ex:q .")
    assert ours(data, of_shapes).conforms is expected


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        ('"x"@en-us-x-y', "sh:languageIn ( 'en-US' )", True),
        ('"x"@en', "sh:languageIn ( 'en-US' )", False),
        ('"x"@eng', "sh:languageIn ( 'en' )", False),
        (r'"a\n"', "sh:pattern 'a$'", False),
        ('"2020-01-01"^^xsd:date', "sh:maxExclusive 5", False),
        ('"x"^^xsd:integer', "sh:minInclusive 5", False),
    ],
)
def test_values_are_judged_as_sparql_does(value: str, condition: str, expected: bool) -> None:
    data = read(f"ex:x ex:p {value} .")
    of_shapes = read(f"ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; {condition} .")
    assert ours(data, of_shapes).conforms is expected


def test_the_inverse_of_a_sequence_is_walked_from_its_end() -> None:
    data = read("ex:a ex:p ex:b . ex:b ex:q ex:c .")
    of_shapes = read(
        "ex:S a sh:PropertyShape ; sh:targetNode ex:c ; sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:hasValue ex:a ."
    )
    assert ours(data, of_shapes).conforms


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("sh:rule [ a sh:TripleRule ]", "sh:rule is not supported"),
        ("sh:js [ sh:jsFunctionName 'f' ]", "sh:js is not supported"),
        ("sh:expression [ sh:path ex:p ]", "sh:expression is not supported"),
        ("sh:somethingNew 1", "sh:somethingNew is not supported"),
        ("sh:target [ a ex:Mine ]", "no sh:SPARQLTarget"),
        ("sh:node ex:S", "part of itself"),
        ("sh:property [ sh:path ex:p ; sh:node ex:S ]", "part of itself"),
        ("sh:property [ sh:nodeKind sh:IRI ]", "it has no sh:path"),
        ("sh:node [ sh:path ex:p ]", "use sh:property"),
        ("sh:nodeKind ex:Other", "no kind of node"),
        ("sh:pattern '['", "SPARQL does not know"),
        ("sh:pattern 'a', ex:b", "takes a literal"),
        ("sh:or ( )", "takes a list of shapes"),
        ("sh:in ex:none", "takes a list"),
        ("sh:class 'x'", "takes an IRI"),
        ("sh:minCount 1", "for property shapes"),
        ("sh:lessThan ex:p", "for property shapes"),
        ("sh:path ex:p ; sh:minCount -1", "0 or more"),
        ("sh:path ex:p ; sh:minCount 1, 2", "more than one sh:minCount"),
        ("sh:path ex:p ; sh:uniqueLang 1", "true or false"),
        ("sh:path ex:p ; sh:qualifiedMinCount 1", "needs an sh:qualifiedValueShape"),
        ("sh:path ex:p ; sh:qualifiedValueShape [ ]", "needs sh:qualifiedMinCount or sh:qualifiedMaxCount"),
        ("sh:flags 'i'", "sh:flags needs sh:pattern"),
        ("sh:targetClass 'x'", "takes an IRI"),
        ("sh:or ( [ sh:not [ sh:unknown 1 ] ] )", "<http://example.org/S> cannot be used: in it, sh:unknown"),
        ("sh:path ex:p, ex:q", "more than one sh:path"),
        ("sh:path ( ex:p )", "two members or more"),
        ("sh:path [ sh:unknownPath ex:p ]", "no property path"),
        ("sh:path ( ex:p 'x' )", "no property path"),
        ("a sh:PropertyShape", "needs an sh:path"),
        ("a sh:NodeShape ; sh:path ex:p", "no sh:path"),
        ("sh:sparql [ sh:select 'SELECT' ]", "cannot be read"),
        ("sh:sparql [ sh:select 'SELECT $this { $this ex:p 1 }' ]", "cannot be read"),
        ("sh:sparql [ sh:select 'ASK { $this ?p 1 }' ]", "SELECT query"),
        ("sh:sparql [ sh:select 'SELECT ?x { ?x ?p 1 }' ]", "select $this"),
        ("sh:sparql [ sh:select 'SELECT $this { $this $PATH 1 }' ]", "$PATH"),
        ("sh:sparql [ sh:select 'SELECT $this { GRAPH $shapesGraph { $this ?p 1 } }' ]", "$shapesGraph"),
        ("sh:sparql [ sh:select 'SELECT $this { $this ?p 1 MINUS { $this ?p 1 } }' ]", "MINUS"),
        ("sh:sparql [ sh:ask 'ASK { $this ?p 1 }' ]", "exactly one sh:select"),
        (
            "sh:target [ sh:select 'SELECT ?this { SERVICE <http://127.0.0.1/> { ?this ?p 1 } }' ]",
            "another service",
        ),
        ("ex:limit 3 . ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ]", "ex:C|/C>"),
        ("sh:closed true . ex:f a sh:SPARQLFunction", "sh:SPARQLFunction is not supported"),
        ("sh:closed true . ex:onto sh:entailment ex:regime", "not supported"),
    ],
)
def test_what_cannot_be_checked_is_an_error_that_names_the_shape(shape: str, reason: str) -> None:
    with pytest.raises(ShapeError, match="|".join(map(re.escape, reason.split("|")))) as caught:
        compile_shapes(read(f"ex:S sh:targetNode ex:x ; {shape} ."))
    assert caught.value.shape in str(caught.value)


def test_a_failure_that_a_query_reports_is_an_error() -> None:
    triples = read("ex:S sh:targetNode ex:x ; sh:sparql [ sh:select 'SELECT $this (true AS ?failure) {}' ] .")
    with pytest.raises(ShapeError, match=r"reports a failure at <http://example\.org/x>"):
        ours(triples, triples)


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("integer", "0 -1 +12 007", "1.0 a 1e3 -"),
        ("byte", "127 -128", "128 -129"),
        ("unsignedInt", "4294967295 +0", "4294967296 -1"),
        ("positiveInteger", "1", "0 -1"),
        ("decimal", "1 1. .5 -0.10", "1e0 . a"),
        ("double", "1 1e3 -.5E-7 INF -INF NaN", "inf 1e .e3"),
        ("boolean", "true false 1 0", "TRUE yes"),
        (
            "date",
            "2024-02-29 2000-02-29 -0001-01-01 2024-01-01+09:00",
            "2023-02-29 1900-02-29 2024-13-01 24-01-01",
        ),
        (
            "dateTime",
            "2024-01-01T00:00:00Z 2024-01-01T24:00:00",
            "2024-01-01 2024-01-01T25:00:00 2024-04-31T00:00:00",
        ),
        ("dateTimeStamp", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
        ("time", "23:59:59.5 00:00:00+14:00", "24:00:01 1:00:00"),
        ("gYear", "2024 -0044 12024", "24 02024"),
        ("gYearMonth", "2024-12", "2024-13"),
        ("gMonthDay", "--02-29", "--02-30"),
        ("gDay", "---31", "---32"),
        ("duration", "P1Y PT1M P1DT0.5S", "P PT 1Y P1H"),
        ("yearMonthDuration", "P1Y2M", "P1D"),
        ("dayTimeDuration", "-P1DT1H", "P1Y"),
        ("hexBinary", "0aFF", "abc"),
        ("base64Binary", "TWFu TWE= TQ==", "T TW=="),
        ("language", "en ja-Hrkt", "e_n"),
    ],
)
def test_well_formed_literals(datatype: str, good: str, bad: str) -> None:
    right = well_formed(iri("xsd", datatype))
    assert right is not None
    assert [text for text in good.split() if not right(text)] == []
    assert [text for text in bad.split() if right(text)] == []


def test_very_long_literals_are_read_too() -> None:
    digits = "9" * 10_000
    for name, text, expected in (
        ("integer", digits, True),
        ("int", digits, False),
        ("date", f"{digits}-02-29", False),
        ("date", f"{digits}2-02-28", True),
    ):
        right = well_formed(iri("xsd", name))
        assert right is not None
        assert right(text) is expected


def test_it_needs_no_other_library() -> None:
    """Their import alone takes longer than a validation may."""
    code = "import renkei_kg.shacl, sys; print(*sorted({'rdflib', 'pyshacl', 'shapely'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "\n"
    )
