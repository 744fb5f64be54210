"""The ontology and the themes: declared, labelled, aligned, consistent, and nothing else used."""

from collections.abc import Callable
from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, serialize
from rdflib import OWL, RDF, RDFS, SKOS

from renkei_kg.compile.pipeline import Compiled
from renkei_kg.namespaces import ONTOLOGY

Rows = Callable[[str], list[tuple[str | None, ...]]]
ROOT = Path(__file__).parents[1]
RK = rdflib.Namespace(ONTOLOGY)

PROMISED = """Policy Strategy Project CooperationProject BureauProject Initiative FiscalYear CooperationArea
Subprefecture Bureau Municipality Theme Asset Designation SourceDocument Evidence""".split()


def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "ontology/renkei.ttl")


def test_the_classes_that_others_build_on_are_there() -> None:
    graph = ontology()
    for name in PROMISED:
        assert (RK[name], RDF.type, OWL.Class) in graph


def test_every_term_has_label_and_definition_in_both_languages() -> None:
    graph = ontology()
    terms = set(graph.subjects(RDFS.isDefinedBy, None))
    assert len(terms) > 90
    for term in terms:
        for prop in (RDFS.label, SKOS.definition):
            assert sorted(o.language for o in graph.objects(term, prop)) == ["en", "ja"], (term, prop)


def test_no_undeclared_term_of_ours_is_used_anywhere(compiled: Compiled) -> None:
    declared = {str(s) for s in ontology().subjects(RDFS.isDefinedBy, None)}
    used = {
        term.value
        for quad in compiled.store
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(ONTOLOGY)
    }
    assert used <= declared, used - declared
    texts = [*ROOT.glob("queries/*.rq"), *ROOT.glob("ontology/rules/*.rq"), *ROOT.glob("data/**/*.rq")]
    assert texts
    for path in texts:
        for word in path.read_text(encoding="utf-8").replace("|", " ").replace("/", " ").split():
            if word.startswith("rk:") and word.strip("()[]{},.;*+?^") != "rk:":
                name = word.strip("()[]{},.;*+?^").removeprefix("rk:")
                assert ONTOLOGY + name in declared, (path.name, word)


def test_every_declared_property_and_class_of_a_thing_is_used_or_a_super_class(compiled: Compiled) -> None:
    used = {q.predicate.value for q in compiled.store} | {
        q.object.value for q in compiled.store if q.predicate.value == str(RDF.type)
    }
    unused = {str(s) for s in ontology().subjects(RDFS.isDefinedBy, None)} - used
    assert unused <= {ONTOLOGY + name for name in ALLOWED_UNUSED}


# What lists of municipalities bring (docs/import.md), of which this project has none yet.
ALLOWED_UNUSED = {"CulturalProperty", "PublicFacility", "TouristFacility"}


def test_domains_and_ranges_hold_in_the_data(rows: Rows) -> None:
    assert (
        rows(
            """SELECT ?p ?s ?class { ?p rdfs:isDefinedBy <https://w3id.org/renkei/ontology> ; rdfs:domain ?class .
        ?s ?p ?o . FILTER NOT EXISTS { ?s a ?class } }"""
        )
        == []
    )
    assert (
        rows(
            """SELECT ?p ?o ?class { ?p rdfs:isDefinedBy <https://w3id.org/renkei/ontology> ; rdfs:range ?class .
        ?class a owl:Class . ?s ?p ?o . FILTER NOT EXISTS { ?o a ?class } }"""
        )
        == []
    )
    assert (
        rows(
            """SELECT ?p ?o ?type { ?p a owl:DatatypeProperty ; rdfs:range ?type . ?s ?p ?o .
        FILTER(DATATYPE(?o) != ?type) }"""
        )
        == []
    )


def test_super_class_types_are_materialised(rows: Rows) -> None:
    assert rows(
        "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a rk:CooperationProject, rk:Project, schema:Project }"
    ) == [("6",)]
    assert (
        rows(
            "SELECT ?x { ?x a/rdfs:subClassOf+ ?super . FILTER(isIRI(?super)) FILTER NOT EXISTS { ?x a ?super } }"
        )
        == []
    )


def test_the_graph_is_consistent_under_owl_2_rl(compiled: Compiled) -> None:
    """Types and object properties under the OWL 2 RL rules; literals and text hold nothing that they use."""
    quads = [
        q
        for q in compiled.store.quads_for_pattern(None, None, None, None)
        if "/graph/" in str(q.graph_name)
        and "shapes/" not in str(q.graph_name)
        and "evidence" not in str(q.graph_name)
        and not isinstance(q.object, Literal)
    ]
    about = {q.triple for q in quads if "rk" in q.predicate.value or ONTOLOGY in str(q) or "owl#" in str(q)}
    graph = rdflib.Graph().parse(data=serialize(about, format=RdfFormat.N_TRIPLES), format="nt11")
    graph += ontology()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert list(graph.objects(None, errors.error)) == []
    assert list(graph.subjects(RDF.type, OWL.Nothing)) == []


def test_an_inconsistent_graph_is_found_out() -> None:
    graph = ontology()
    graph.add((RK.x, RDF.type, RK.Asset))
    graph.add((RK.x, RDF.type, RK.Project))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert list(graph.objects(None, errors.error))


def test_themes_form_two_levels(rows: Rows) -> None:
    assert rows("SELECT ?t { ?t a rk:Theme . FILTER NOT EXISTS { ?t skos:broader ?b } } ORDER BY ?t") == rows(
        "SELECT ?t { ?t skos:topConceptOf <concept-scheme/themes> } ORDER BY ?t"
    )
    assert rows("SELECT ?t { ?t skos:broader/skos:broader ?b }") == []
    assert (
        rows(
            """SELECT ?t { ?t a rk:Theme . FILTER NOT EXISTS {
        ?t skos:definition ?dj, ?de ; skos:scopeNote ?nj, ?ne .
        FILTER(LANG(?dj) = "ja" && LANG(?de) = "en" && LANG(?nj) = "ja" && LANG(?ne) = "en") } }"""
        )
        == []
    )
    assert rows("SELECT ?t { ?t skos:broader ?b . FILTER NOT EXISTS { ?p rk:theme ?t } }") == []


def test_no_two_themes_share_a_scope_note_or_a_name(rows: Rows) -> None:
    notes = rows(
        """SELECT ?note { ?theme a rk:Theme ; skos:broader ?any ; skos:scopeNote ?note }
        GROUP BY ?note HAVING(COUNT(DISTINCT ?theme) > 1)"""
    )
    assert notes == []
    names = rows(
        """SELECT ?name { ?theme a rk:Theme ; skos:prefLabel|skos:altLabel ?name }
        GROUP BY ?name HAVING(COUNT(DISTINCT ?theme) > 1)"""
    )
    assert names == []


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("アドベンチャートラベル", "adventure-travel"),
        ("アドベンチャーツーリズム", "adventure-travel"),
        ("ゼロカーボン", "zero-carbon"),
        ("脱炭素", "decarbonisation"),
        ("再生可能エネルギー", "new-energy"),
        ("関係人口", "related-population"),
        ("交流人口", "visiting-population"),
        ("定住", "migration"),
        ("クラウドファンディング", "funding"),
        ("国立公園", "natural-parks"),
    ],
)
def test_a_recurring_idea_is_found_by_its_words(rows: Rows, words: str, theme: str) -> None:
    found = rows(
        f"""SELECT DISTINCT ?theme {{ ?theme a rk:Theme ; skos:prefLabel|skos:altLabel ?name .
        FILTER(STR(?name) = "{words}") }}"""
    )
    assert found == [(f"https://w3id.org/renkei/id/theme/{theme}",)]
