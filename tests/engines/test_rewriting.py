"""What is changed in a query for another engine, and what in its answers; what is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from renkei_kg.engine.remote import converting, mending
from renkei_kg.engine.remote.naming import STORED_WKT, WKT, Naming
from renkei_kg.engine.remote.rewriting import Dataset, rewrite

NAMING = Naming("https://e.org/", "V", ("https://e.org/graph/a", "https://e.org/graph/b"))
V = "https://e.org/published/V/"
A, B, UNION, NONE = f"{V}1", f"{V}2", f"{V}default", f"{V}none"
BASE = "BASE <https://e.org/>\n"
TABLE = f"VALUES (?g ?stored1) {{ (<https://e.org/graph/a> <{A}>) (<https://e.org/graph/b> <{B}>) }} "
CASES = {
    "SELECT * { ?s ?p 'GRAPH ?g {} FROM <x>' } # FROM": None,
    "SELECT (2*3 AS ?x) {}": None,
    "SELECT ?x { GRAPH ?g { ?x ?p ?o } }": None,
    "ASK { GRAPH <graph/a> { ?s ?p ?o } }": f"ASK {{ GRAPH <{A}> {{ ?s ?p ?o }} }}",
    "PREFIX g: <https://e.org/graph/> ASK { GRAPH g:b { ?s ?p ?o } }": f"PREFIX g: <https://e.org/graph/> ASK {{ GRAPH <{B}> {{ ?s ?p ?o }} }}",
    "BASE <graph/> ASK { graph <a> { } }": "BASE <graph/> ASK { { } }",
    "ASK { GRAPH <urn:x> {} }": "ASK { { FILTER(false) } }",
    "ASK { GRAPH <urn:x> { ?s ?p ?o } }": f"ASK {{ GRAPH <{NONE}> {{ ?s ?p ?o }} }}",
    "SELECT ?g { GRAPH ?g { ?s ?p ?o } }": f"SELECT ?g {{ {{ {TABLE}GRAPH ?stored1 {{ ?s ?p ?o }} }} }}",
    "SELECT ?g { GRAPH $g {?s ?p ?o FILTER(?g != ?s)}}": f"SELECT ?g {{ GRAPH ?stored1 {{ {TABLE}?s ?p ?o FILTER(?g != ?s)}}}}",
    "SELECT ?g { GRAPH ?g {} }": "SELECT ?g { { VALUES ?g { <https://e.org/graph/a> <https://e.org/graph/b> } } }",
    "SELECT ?n FROM <graph/a> FROM NAMED <graph/b> { ?n ?p ?o }": "SELECT ?n   { ?n ?p ?o }",
}


@pytest.mark.parametrize("text", CASES)
def test_no_more_is_changed_than_names_graphs(text: str) -> None:
    assert rewrite(text, NAMING).text == BASE + (CASES[text] or text)


def test_what_a_star_stands_for_is_written_out() -> None:
    found = rewrite("SELECT DISTINCT * { GRAPH ?g { ?s ?p 2 } }", NAMING, variables=("g", "s", "p"))
    assert found.text.startswith(f"{BASE}SELECT DISTINCT ?g ?s ?p {{ {{ VALUES (?g ?stored1)")


def test_the_dataset_is_what_the_parameters_say() -> None:
    text = "SELECT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert rewrite("ASK { ?s ?p ?o }", NAMING).dataset == Dataset((UNION,), ())
    assert rewrite(text, NAMING).dataset == Dataset((UNION,), (A, B))
    assert rewrite(text, NAMING, ("https://e.org/graph/a",)).dataset == Dataset((A,), ())
    only = rewrite(text, NAMING, (), ("https://e.org/graph/b", "urn:x"))
    assert only.dataset == Dataset((NONE,), (B,))
    assert f"{{ (<https://e.org/graph/b> <{B}>) }}" in only.text


def test_a_graph_of_another_endpoint_keeps_its_name() -> None:
    text = "SELECT ?g { SERVICE <https://x.org/> { GRAPH ?g { ?s ?p ?o } } GRAPH <graph/a> { ?s ?p ?o } }"
    assert rewrite(text, NAMING).text == BASE + text.replace("<graph/a>", f"<{A}>")


def test_a_datatype_that_is_stored_under_another_name_is_asked_so() -> None:
    text = f"PREFIX geo: <{WKT.removesuffix('wktLiteral')}> SELECT * {{ ?s ?p 'POINT(1 2)'^^geo:wktLiteral , <{WKT}> , '{WKT}' }}"
    found = rewrite(text, NAMING, renames=True).text
    assert found.count(f"<{STORED_WKT}>") == 2
    assert f"'{WKT}'" in found


TRIPLES = st.lists(
    st.sampled_from(("?s ?p ?o .", "?s ?p ?g .", "?g ?p ?o .", "?s a <c:c> .", "?h ?p ?s .")),
    min_size=1,
    max_size=2,
).map(" ".join)
GROUPS = st.one_of(
    TRIPLES,
    st.builds("{} FILTER(?g != <graph/a>)".format, TRIPLES),
    st.builds("{} BIND(STR(?g) AS ?name)".format, TRIPLES),
    st.builds("{} OPTIONAL {{ {} }}".format, TRIPLES, TRIPLES),
    st.builds("{{ {} }} UNION {{ {} }}".format, TRIPLES, TRIPLES),
    st.builds("{} FILTER NOT EXISTS {{ {} }}".format, TRIPLES, TRIPLES),
)
# Not GRAPH in GRAPH: Oxigraph forgets the outer graph where nothing else is asked of it.
GRAPHS = st.builds("GRAPH {} {{ {} }}".format, st.sampled_from(("?g", "?h", "<graph/a>", "<urn:x>")), GROUPS)


def test_escapes_in_iris_are_resolved_where_an_engine_reads_none() -> None:
    text = "ASK { ?s a <urn:Data\\u0053ervice> ; ?p '\\u0053' }"
    assert rewrite(text, NAMING).text == BASE + text
    resolved = text.replace("Data\\u0053ervice", "DataService")
    assert rewrite(text, NAMING, resolves=True).text == BASE + resolved
    text = "ASK FROM <urn:\\u0053> { GRAPH <urn:\\u0053> { ?s ?p ?o } }"
    assert (
        rewrite(text, NAMING, ("urn:S",), resolves=True).text
        == f"{BASE}ASK  {{ GRAPH <{NONE}> {{ ?s ?p ?o }} }}"
    )


PATTERNS = st.lists(
    st.one_of(
        GRAPHS,
        TRIPLES,
        st.builds("OPTIONAL {{ {} }}".format, GRAPHS),
        st.builds("{{ {} }} UNION {{ {} }}".format, GRAPHS, GRAPHS),
        st.builds("{{ SELECT * {{ {} }} }}".format, GRAPHS),
        st.builds("{{ SELECT DISTINCT ?s ?g {{ {} }} }}".format, GRAPHS),
        st.builds("MINUS {{ {} }}".format, GRAPHS),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


def stores() -> tuple[Store, Store]:
    """The same small dataset as visitors see it and as it is stored."""
    seen, stored = Store(), Store()
    data = "<c:1> a <c:c> . <c:1> <c:p> <https://e.org/graph/a> . <https://e.org/graph/b> <c:p> <c:1> . "
    more = "<c:2> a <c:c> . <c:2> <c:p> <c:1> . <https://e.org/graph/b> a <c:c> . "
    for text, name in ((data, A), (more, B)):
        published = {stored: iri for iri, stored in NAMING.graphs.items()}[name]
        for quad in parse(text, RdfFormat.TURTLE):
            triple = (quad.subject, quad.predicate, quad.object)
            seen.extend([Quad(*triple), Quad(*triple, NamedNode(published))])
            stored.extend([Quad(*triple, NamedNode(name)), Quad(*triple, NamedNode(UNION))])
    return seen, stored


SEEN, STORED = stores()


@given(PATTERNS)
def test_a_query_means_the_same(pattern: str) -> None:
    """Any nest of graphs, options and alternatives over the stored dataset, as over the one that is seen."""
    for head in ("SELECT ?s ?p ?o ?g ?h", "SELECT *", "SELECT (COUNT(*) AS ?n)"):
        text = f"{head} {{ {pattern} }}"
        expected = SEEN.query(text, base_iri=NAMING.base)
        assert isinstance(expected, QuerySolutions)
        names = tuple(variable.value for variable in expected.variables)
        asked = rewrite(text, NAMING, variables=names)
        found = STORED.query(
            asked.text,
            default_graph=[NamedNode(iri) for iri in asked.dataset.default_graphs],
            named_graphs=[NamedNode(iri) for iri in asked.dataset.named_graphs],
        )
        assert sorted(map(str, map(list, found))) == sorted(map(str, map(list, expected))), asked.text


XML = b"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/></head><results>
<result><binding name="a"><bnode>nodeID://b1</bnode></binding></result>
<result><binding name="a"><literal datatype="http://www.w3.org/2001/XMLSchema#boolean">1</literal></binding></result>
<result><binding name="a"><literal datatype="http://www.w3.org/2001/XMLSchema#integer">1</literal></binding></result>
<result><binding name="a"><literal datatype="urn:renkei:stored:wktLiteral">POINT(1 2)</literal></binding></result>
<result><binding name="a"><uri>urn:renkei:stored:wktLiteral</uri></binding></result>
<result><binding name="a"><literal> &lt;bnode>nodeID://b1
\t</literal></binding></result>
<result><binding name="a"><literal xml:lang="ja"> </literal></binding></result>
</results></sparql>"""
TERMS = [
    BlankNode("b1"),
    Literal(True),
    Literal(1),
    Literal("POINT(1 2)", datatype=NamedNode(WKT)),
    NamedNode(WKT),
    Literal(" <bnode>nodeID://b1\n\t"),
    Literal(" ", language="ja"),
]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_answers_are_mended_where_they_have_to_be(size: int) -> None:
    """In pieces of any size."""
    mend = mending.Mending(converting.XML)
    pieces = [mend.feed(XML[start : start + size]) for start in range(0, len(XML), size)]
    found = parse_query_results(b"".join((*pieces, mend.feed(b""))), QueryResultsFormat.XML)
    assert [row[0] for row in found] == TERMS


@pytest.mark.parametrize(
    ("rows", "truth"), [(b"", False), (b"<result><binding><literal>1</literal></binding></result>", True)]
)
def test_a_table_that_means_a_truth_becomes_one(rows: bytes, truth: bool) -> None:
    content = b'<sparql><head><variable name="__ASK_RETVAL"/></head><results>%s</results></sparql>' % rows
    found = parse_query_results(mending.whole(content, converting.XML), QueryResultsFormat.XML)
    assert isinstance(found, QueryBoolean)
    assert bool(found) is truth
