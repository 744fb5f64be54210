"""The service description of the real graph: counts that are true, functions that answer, and all that an
editor asks an endpoint for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.load import load
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from renkei_kg import snapshot
from renkei_kg.engine.extensions import PROBES
from renkei_kg.namespaces import ONTOLOGY, PREFIXES, TEXT
from tests import geosparql
from tests.serving import Server, serving

ROOT = Path(__file__).parents[1]
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
LISTED = {
    *("sfEquals", "sfDisjoint", "sfIntersects", "sfTouches", "sfCrosses", "sfWithin", "sfContains", "sfOverlaps"),
    *("ehEquals", "ehDisjoint", "ehMeet", "ehOverlap"),
    *("rcc8eq", "rcc8dc", "rcc8ec", "rcc8po", "rcc8tpp", "rcc8tppi", "rcc8ntpp", "rcc8ntppi"),
    *("distance", "length", "perimeter", "area", "dimension", "relate", "getSRID", "isEmpty"),
    *("centroid", "convexHull", "envelope", "intersection", "union", "difference", "symDifference", "asGeoJSON"),
}  # fmt: skip
Ask = Callable[[str], list[list[str]]]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as running:
        yield running


@pytest.fixture(scope="module")
def described(server: Server) -> Ask:
    """Asks the service description a SELECT."""
    return _asking(_description(server))


@pytest.fixture(scope="module")
def ask(server: Server) -> Ask:
    """Asks the endpoint a SELECT."""

    def rows(query: str) -> list[list[str]]:
        got = server.ask(PROLOGUE + query)
        assert got.status == 200, got.problem
        return _values(parse_query_results(got.body, QueryResultsFormat.JSON))

    return rows


def test_counts_are_those_of_the_data(described: Ask, ask: Ask) -> None:
    told = described("SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }")
    assert told == ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    told = described(
        "SELECT ?g ?n { ?s sd:defaultDataset/sd:namedGraph ?x . ?x sd:name ?g ; sd:graph/void:triples ?n }"
    )
    counted = ask("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert len(told) > 40
    assert sorted(told) == sorted(counted)


def test_licences_and_titles_of_dataset_and_graphs_are_told(described: Ask) -> None:
    licence = described("SELECT ?l { ?s sd:defaultDataset/dcterms:license ?l }")
    assert licence == [["https://creativecommons.org/licenses/by/4.0/"]]
    titles = described("SELECT ?t { ?s sd:defaultDataset/dcterms:title ?t }")
    assert len(titles) == 2
    of_graphs = described(
        "SELECT ?g ?l ?t { ?x sd:name ?g ; sd:graph [ dcterms:license ?l ; dcterms:title ?t ] }"
    )
    assert {row[0].rpartition("/")[2] for row in of_graphs} == {"municipalities-by-sa"}
    assert {row[1] for row in of_graphs} == {"https://creativecommons.org/licenses/by-sa/4.0/"}


def test_the_default_graph_is_said_to_be_the_union_and_is_it(described: Ask, ask: Ask) -> None:
    assert described("SELECT ?s { ?s sd:feature sd:UnionDefaultGraph }")
    union = ask("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
    assert union == ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def test_functions_advertised_are_exactly_those_that_answer_rightly(described: Ask, server: Server) -> None:
    names = geosparql.PATTERNS.keys() | geosparql.CALLS.keys()
    assert names == PROBES.keys()
    right = {name for name in geosparql.PATTERNS if _relates(server, name)}
    right |= {name for name in geosparql.CALLS if _calculates(server, name)}
    told = {
        row[0].removeprefix(PREFIXES["geof"]) for row in described("SELECT ?f { ?s sd:extensionFunction ?f }")
    }
    assert told == right
    assert told == LISTED


def _relates(server: Server, name: str) -> bool:
    """Whether a relation holds exactly where its pattern does."""
    cases = list(geosparql.pairs(name))
    values = " ".join(
        f"({n} {geosparql.literal(one)} {geosparql.literal(other)})"
        for n, (one, other, _) in enumerate(cases)
    )
    query = f"SELECT (geof:{name}(?a, ?b) AS ?holds) {{ VALUES (?n ?a ?b) {{ {values} }} }} ORDER BY ?n"
    got = server.post(PROLOGUE + query)
    if got.status != 200:
        assert "not supported" in got.problem["detail"]
        return False
    found = _values(parse_query_results(got.body, QueryResultsFormat.JSON))
    assert len(found) == len(cases)
    assert {holds for _, _, holds in cases} == {True, False}
    return [row[0] for row in found] == [str(holds).lower() for _, _, holds in cases]


def _calculates(server: Server, name: str) -> bool:
    for arguments, is_right in geosparql.CALLS[name]:
        got = server.post(f"{PROLOGUE}SELECT (geof:{name}({arguments}) AS ?x) {{}}")
        if got.status != 200:
            assert "not supported" in got.problem["detail"]
            return False
        [[value]] = _values(parse_query_results(got.body, QueryResultsFormat.JSON))
        if not value or not is_right(value):
            return False
    return True


def test_text_search_is_advertised_and_answers(described: Ask, ask: Ask) -> None:
    told = described("SELECT ?p { ?s sd:propertyFeature ?p }")
    assert sorted(told) == [[f"{TEXT}label"], [f"{TEXT}query"]]
    assert ask('SELECT ?thing { ?thing text:query "空知" } LIMIT 1')
    assert ask('SELECT ?name { ?p a rk:Project ; text:label (?name "ja") } LIMIT 1')


def test_a_query_editor_finds_prefixes_classes_properties_and_examples(ask: Ask) -> None:
    """The four things that SIB's sparql-editor asks an endpoint for."""
    prefixes = dict(
        ask("SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }")
    )
    assert prefixes.items() >= {"rk": ONTOLOGY, "geo": PREFIXES["geo"]}.items()
    partitions = ask(
        "PREFIX void-ext: <http://ldf.fi/void-ext#> SELECT DISTINCT ?class ?property ?other ?datatype {"
        " ?part void:class ?class ; void:propertyPartition ?of . ?of void:property ?property ."
        " OPTIONAL { { ?of void:classPartition [ void:class ?other ] }"
        " UNION { ?of void-ext:datatypePartition [ void-ext:datatype ?datatype ] } } }"
    )
    project = f"{ONTOLOGY}Project"
    assert [project, f"{ONTOLOGY}theme", f"{ONTOLOGY}Theme", ""] in partitions
    assert [project, PREFIXES["rdfs"] + "label", "", PREFIXES["rdf"] + "langString"] in partitions
    examples = ask(
        "SELECT DISTINCT ?example ?comment ?query { GRAPH <https://w3id.org/renkei/.well-known/sparql-examples> {"
        " ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ;"
        " sh:select|sh:ask|sh:construct|sh:describe ?query . ?example sh:prefixes/sh:declare ?any } }"
    )
    assert len({row[0] for row in examples}) == len(list((ROOT / "queries").glob("*.rq")))
    assert {row[2] for row in examples} == {
        p.read_text(encoding="utf-8") for p in (ROOT / "queries").glob("*.rq")
    }


def test_a_description_without_any_void_counts_the_graphs_itself(tmp_path: Path) -> None:
    _load(
        tmp_path,
        "<urn:a> <urn:b> <urn:c> <urn:g> .\n<urn:a> <urn:b> <urn:d> <urn:g> .\n<urn:a> <urn:b> <urn:c> <urn:h> .\n",
    )
    with serving(tmp_path / "out") as server:
        asked = _asking(_description(server))
        graphs = asked("SELECT ?g ?n { ?x sd:name ?g ; sd:graph/void:triples ?n }")
        assert sorted(graphs) == [["urn:g", "2"], ["urn:h", "1"]]
        assert asked("SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }") == [["2"]]
        assert not asked("SELECT ?p { ?s sd:propertyFeature ?p }")


@pytest.mark.parametrize("graph", [None, "urn:g"])
def test_a_default_graph_that_is_no_union_is_not_said_to_be_one(tmp_path: Path, graph: str | None) -> None:
    """One triple more in the default graph, or in a named graph, is enough."""
    _load(tmp_path, "<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    store = Store(str(snapshot.open_current(tmp_path / "out").store))
    triple = (NamedNode("urn:a"), NamedNode("urn:b"), Literal("more"))
    store.add(Quad(*triple) if graph is None else Quad(*triple, NamedNode(graph)))
    store.flush()
    del store
    with serving(tmp_path / "out") as server:
        asked = _asking(_description(server))
        assert asked("SELECT ?s { ?s a sd:Service }")
        assert not asked("SELECT ?s { ?s sd:feature sd:UnionDefaultGraph }")


def test_a_new_version_of_the_data_is_described_anew(tmp_path: Path) -> None:
    _load(tmp_path, "<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    with serving(tmp_path / "out") as server:
        before = server.fetch("/sparql")
        assert server.fetch("/sparql", If_None_Match=before.headers["etag"]).status == 304
        _load(tmp_path, "<urn:a> <urn:b> <urn:c> <urn:other> .\n")
        current = snapshot.current_id(tmp_path / "out")
        while server.fetch("/sparql", method="HEAD").headers["renkei-snapshot"] != current:
            pass
        after = server.fetch("/sparql", If_None_Match=before.headers["etag"])
        assert after.status == 200
        assert after.headers["etag"] != before.headers["etag"]
        assert b"urn:other" in after.body
        assert b"urn:g" not in after.body


def test_a_limit_on_rows_is_none_on_what_the_server_asks_for_itself(snapshots: Path, described: Ask) -> None:
    with serving(snapshots, result_rows=2) as server:
        assert server.ask("SELECT * { ?s ?p ?o } LIMIT 3").problem["limit"] == "result_rows"
        listed = "SELECT ?function { ?service sd:extensionFunction ?function }"
        assert sorted(_asking(_description(server))(listed)) == sorted(described(listed))
        page = server.fetch("/query", Accept="text/html", Accept_Language="en").body.decode()
        assert page.count("?example=") > 2


def test_the_same_data_is_described_in_the_same_words_after_a_restart(tmp_path: Path) -> None:
    _load(tmp_path, "<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    host = {"Host": "data.example.org", "Accept": "application/n-triples"}
    answers = []
    for _ in range(2):
        with serving(tmp_path / "out") as server:
            answers.append(server.fetch("/sparql", **host))
    assert answers[0].body == answers[1].body
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


def _load(folder: Path, quads: str) -> None:
    file = folder / "data.nq"
    file.write_text(quads, encoding="utf-8")
    load(file, folder / "out", "http://example.org/")


def _description(server: Server) -> bytes:
    got = server.fetch("/sparql", Accept="text/turtle")
    assert got.status == 200
    return got.body


def _asking(turtle: bytes) -> Ask:
    store = Store()
    store.extend(parse(turtle, RdfFormat.TURTLE))
    return lambda query: _values(store.query(PROLOGUE + query))


def _values(found: object) -> list[list[str]]:
    assert isinstance(found, QuerySolutions)
    return [["" if term is None else term.value for term in solution] for solution in found]
