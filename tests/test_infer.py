"""Each rule of ``ontology/rules/``: a small graph that it adds to, and one that it must leave alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from renkei_kg.compile.infer import Rule, infer, rules
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import Project
from renkei_kg.textfile import SourceError

ROOT = Path(__file__).parents[1]
RULES = {path.stem: path for path in sorted(ROOT.glob("ontology/rules/*.rq"))}
GRAPH = NamedNode("https://example.org/graph/inferred")
HEAD = "@base <https://example.org/id/> .\n" + "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in {
        **PREFIXES,
        "basis": "https://w3id.org/renkei/id/basis/",
        "certainty": "https://w3id.org/renkei/id/certainty/",
    }.items()
)
OURS = "rdfs:isDefinedBy <https://w3id.org/renkei/ontology>"

# By rule: a graph, the triples that the rule adds to it, and a graph that looks alike and gets none.
CASES = {
    "1-asset-subprefectures": (
        "<asset/a> rk:municipality <m> . <m> rk:subprefecture <s> .",
        "<asset/a> rk:subprefecture <s> .",
        "<asset/a> rk:municipality <m> . <other> rk:subprefecture <s> .",
    ),
    "1-bureau-subprefectures": (
        "<p> a rk:Project ; rk:bureau <b> . <i> a rk:Initiative ; rk:bureau <b> . <b> rk:jurisdiction <s> .",
        "<p> rk:subprefecture <s> . <i> rk:subprefecture <s> .",
        "<o> a rk:Organisation ; rk:bureau <b> . <b> rk:jurisdiction <s> .",
    ),
    "1-containment": (
        "<m> a rk:Region ; rk:subprefecture <s> ; rk:area <a> ; rk:prefecture <p> .",
        "<m> schema:containedInPlace <s> , <a> , <p> .",
        "<asset> a rk:Asset ; rk:subprefecture <s> .",
    ),
    "1-evidence-bodies": (
        "<e> a rk:Evidence ; rk:names <asset> . <project> rk:evidence <e> .",
        "<e> oa:hasBody <asset> , <project> .",
        "<project> rk:evidence <e> . <e> rk:names <asset> .",
    ),
    "1-inverses": (
        "rk:initiative owl:inverseOf rk:project . <i> rk:project <p> . <q> rk:initiative <j> .",
        "<p> rk:initiative <i> . <j> rk:project <q> .",
        "<i> rk:project <p> . <q> rk:initiative <j> .",
    ),
    "1-labels": (
        '<t> skos:prefLabel "観光"@ja , "Tourism"@en .',
        '<t> rdfs:label "観光"@ja , "Tourism"@en .',
        '<t> skos:altLabel "観光"@ja .',
    ),
    "1-named-assets": (
        """<i> a rk:Initiative ; rk:evidence <text> . <word> rk:within <text> ; rk:names <asset> , <actor> .
        <asset> a rk:Asset . <actor> a rk:Actor .""",
        "<i> rk:asset <asset> ; rk:actor <actor> . <asset> rk:evidence <word> . <actor> rk:evidence <word> .",
        """<i> a rk:Initiative ; rk:evidence <text> . <word> rk:within <other> ; rk:names <asset> .
        <asset> a rk:Asset . <m> a rk:Municipality . <again> rk:within <text> ; rk:names <m> .""",
    ),
    "1-names": (
        f'rk:Asset {OURS} . <a> a rk:Asset ; rdfs:label "石"@ja .',
        '<a> schema:name "石"@ja .',
        'rk:Asset a owl:Class . <a> a rk:Asset ; rdfs:label "石"@ja .',
    ),
    "1-passage-pages": (
        "<word> rk:within <text> . <text> rk:page <page> .",
        "<word> rk:page <page> .",
        "<text> rk:page <page> . <text> rk:names <word> .",
    ),
    "1-possible-values": (
        """<claim> rdf:predicate rk:bureau ; rdf:subject <p> ; rk:certainty <low> ;
            rdf:object <b1> ; rk:alternative <b2> . <low> rk:rank 1 .
        <other> rdf:predicate rk:area ; rdf:subject <q> ; rk:certainty <low> ; rdf:object <a> .""",
        "<p> rk:possibleBureau <b1> , <b2> . <q> rk:possibleArea <a> .",
        """<claim> rdf:predicate rk:bureau ; rdf:subject <p> ; rk:certainty <high> ; rdf:object <b1> .
        <high> rk:rank 3 . <low> rk:rank 1 .
        <theme> rdf:predicate rk:theme ; rdf:subject <p> ; rk:certainty <low> ; rdf:object <t> .""",
    ),
    "1-project-subjects": (
        "<i> rk:project <p> ; rk:theme <t> ; rk:asset <a> ; rk:actor <c> ; rk:bureau <b> .",
        "<p> rk:theme <t> ; rk:asset <a> ; rk:actor <c> .",
        "<i> rk:project <p> ; rk:bureau <b> . <j> rk:theme <t> .",
    ),
    "1-region-areas": (
        "<m> a rk:Municipality ; rk:subprefecture <s> . <s> rk:area <a> .",
        "<m> rk:area <a> .",
        "<asset> a rk:Asset ; rk:subprefecture <s> . <s> rk:area <a> .",
    ),
    "1-superclasses": (
        f"rk:City {OURS} ; rdfs:subClassOf rk:Municipality . rk:Municipality rdfs:subClassOf rk:Region . <c> a rk:City .",
        "<c> a rk:Municipality , rk:Region .",
        "foaf:Person rdfs:subClassOf foaf:Agent . <c> a foaf:Person .",
    ),
    "1-superproperties": (
        f"rk:code {OURS} ; rdfs:subPropertyOf dcterms:identifier . <m> rk:code '1' .",
        "<m> dcterms:identifier '1' .",
        "foaf:nick rdfs:subPropertyOf foaf:name . <m> foaf:nick '1' .",
    ),
    "2-claims-area": (
        """<project/c> a rk:CooperationProject ; rk:area <a> ; rk:evidence <e> .
        <project/b> a rk:BureauProject ; rk:area <a> ; rk:evidence <f> .""",
        """<claim/project-c-area> a rk:Claim ; rdf:subject <project/c> ; rdf:predicate rk:area ; rdf:object <a> ;
            rk:certainty certainty:stated ; rk:basis basis:document-states ; rk:evidence <e> .
        <claim/project-b-area> a rk:Claim ; rdf:subject <project/b> ; rdf:predicate rk:area ; rdf:object <a> ;
            rk:certainty certainty:high ; rk:basis basis:layout ; rk:evidence <f> .""",
        "<project/u> a rk:Project ; rk:area <a> ; rk:evidence <e> . <project/n> a rk:BureauProject ; rk:evidence <e> .",
    ),
    "2-claims-bureau": (
        """<initiative/i-2024> a rk:Initiative ; rk:project <project/p> ; rk:bureau <bureau/b> ;
            rk:certainty certainty:high ; rk:basis basis:layout ; rk:evidence <e> ; skos:note "表の順"@ja .""",
        """<claim/initiative-of-i-2024-bureau-b> a rk:Claim ; rdf:subject <initiative/i-2024> ;
            rdf:predicate rk:bureau ; rdf:object <bureau/b> ; rk:certainty certainty:high ;
            rk:basis basis:layout ; rk:evidence <e> ; skos:note "表の順"@ja .
        <claim/project-of-i-2024-bureau-b> a rk:Claim ; rdf:subject <project/p> ;
            rdf:predicate rk:bureau ; rdf:object <bureau/b> ; rk:certainty certainty:high ;
            rk:basis basis:layout ; rk:evidence <e> ; skos:note "表の順"@ja .""",
        """<initiative/i-2024> a rk:Initiative ; rk:project <project/p> ; rk:possibleBureau <bureau/b> ;
            rk:certainty certainty:low ; rk:basis basis:row-order ; rk:evidence <e> .""",
    ),
    "2-claims-named": (
        """<initiative/i> a rk:Initiative ; rk:evidence <text> . <asset> a rk:Asset . <other> a rk:Asset .
        <evidence/w> rk:within <text> ; rk:names <asset> .
        <evidence/v> rk:within <text> ; rk:names <other> ; rk:certainty certainty:medium ; rk:basis basis:text-content .""",
        """<claim/initiative-w> a rk:Claim ; rdf:subject <initiative/i> ; rdf:predicate rk:asset ; rdf:object <asset> ;
            rk:certainty certainty:stated ; rk:basis basis:document-states ; rk:evidence <evidence/w> .
        <claim/initiative-v> a rk:Claim ; rdf:subject <initiative/i> ; rdf:predicate rk:asset ; rdf:object <other> ;
            rk:certainty certainty:medium ; rk:basis basis:text-content ; rk:evidence <evidence/v> .""",
        """<initiative/i> a rk:Initiative ; rk:evidence <text> ; rk:asset <asset> . <asset> a rk:Asset .
        <evidence/w> rk:within <elsewhere> ; rk:names <asset> .""",
    ),
    "2-claims-project": (
        """<initiative/a> a rk:Initiative ; rk:project <p> ; rk:fiscalYear <2024> ; rk:certainty certainty:high ;
            rk:basis basis:layout ; rk:evidence <e> .
        <initiative/b> a rk:Initiative ; rk:project <q> ; rk:fiscalYear <2024> ; rk:certainty certainty:high ;
            rk:basis basis:layout ; rk:evidence <f> .
        <initiative/c> rk:project <q> ; rk:fiscalYear <2024> .""",
        """<claim/initiative-a-project> a rk:Claim ; rdf:subject <initiative/a> ; rdf:predicate rk:project ;
            rdf:object <p> ; rk:certainty certainty:high ; rk:basis basis:layout ; rk:evidence <e> .
        <claim/initiative-b-project> a rk:Claim ; rdf:subject <initiative/b> ; rdf:predicate rk:project ;
            rdf:object <q> ; rk:certainty certainty:high ; rk:basis basis:same-title-same-area ; rk:evidence <f> .""",
        """<initiative/a> a rk:Initiative ; rk:project <p> ; rk:certainty certainty:high ;
            rk:basis basis:layout ; rk:evidence <e> .
        <claim/initiative-a-project> rdf:subject <initiative/a> .""",
    ),
    "2-claims-theme": (
        "<project/p> a rk:Project ; rk:theme <theme/food> ; rk:evidence <e> .",
        """<claim/project-p-theme-food> a rk:Claim ; rdf:subject <project/p> ; rdf:predicate rk:theme ;
            rdf:object <theme/food> ; rk:certainty certainty:high ; rk:basis basis:text-content ; rk:evidence <e> .""",
        """<project/p> a rk:Project ; rk:theme <theme/food> ; rk:evidence <e> ; rk:initiative <initiative/i> .
        <initiative/i> rk:theme <theme/food> .""",
    ),
}


def triples(turtle: str) -> set[Triple]:
    return {quad.triple for quad in parse((HEAD + turtle).encode(), format=RdfFormat.TURTLE)}


def added(turtle: str, *found: Rule) -> set[Triple]:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples(turtle))
    count = infer(store, found, GRAPH)
    new = {quad.triple for quad in store.quads_for_pattern(None, None, None, GRAPH)}
    assert len(new) == count
    return new


def rule(name: str) -> Rule:
    return Rule(RULES[name], 1, RULES[name].read_text(encoding="utf-8"))


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_adds_what_follows(name: str) -> None:
    graph, expected, _ = CASES[name]
    assert added(graph, rule(name)) == triples(expected)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_adds_nothing_else(name: str) -> None:
    assert added(CASES[name][2], rule(name)) == set()


def test_what_is_stated_is_not_stated_again() -> None:
    graph, expected, _ = CASES["1-labels"]
    assert added(graph + expected, rule("1-labels")) == set()


def test_rules_feed_each_other_until_nothing_is_new() -> None:
    """What a word names reaches the project of its initiative, with the subprefectures of the bureau."""
    graph = """<i> a rk:Initiative ; rk:project <p> ; rk:evidence <t> . <w> rk:within <t> ; rk:names <a> .
    <a> a rk:Asset ; rk:municipality <m> . <m> rk:subprefecture <s> ."""
    found = [rule(name) for name in ("1-asset-subprefectures", "1-named-assets", "1-project-subjects")]
    assert triples("<p> rk:asset <a> . <a> rk:subprefecture <s> .") <= added(graph, *found)


def test_a_later_stratum_sees_what_earlier_ones_closed() -> None:
    """Negation over a closed graph: without strata the first rule's conclusion would come too late."""
    lower = Rule(
        Path("1-b.rq"), 1, f"PREFIX rk: <{PREFIXES['rk']}> CONSTRUCT {{ ?x rk:b 1 }} {{ ?x rk:a 1 }}"
    )
    upper = Rule(
        Path("2-c.rq"),
        2,
        f"PREFIX rk: <{PREFIXES['rk']}> CONSTRUCT {{ ?x rk:c 1 }} {{ ?x rk:z 1 FILTER NOT EXISTS {{ ?x rk:b 1 }} }}",
    )
    assert added("<x> rk:a 1 ; rk:z 1 . <y> rk:z 1 .", upper, lower) == triples("<x> rk:b 1 . <y> rk:c 1 .")


RESTLESS = (
    "CONSTRUCT { ?s <https://example.org/p> ?next } { ?s <https://example.org/p> ?o BIND(?o + 1 AS ?next) }"
)


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("1-broken", "CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p }", "1-broken.rq:2:15", "not valid SPARQL"),
        (
            "1-service",
            "CONSTRUCT { ?s ?p ?o } {\n  service <urn:a> { ?s ?p ?o } }",
            "1-service.rq:2:3",
            "other service",
        ),
        ("1-ask", "ASK {}", "1-ask.rq", "CONSTRUCT"),
        ("labels", "CONSTRUCT WHERE { ?s ?p ?o }", "labels.rq", "stratum"),
        ("1-latin", "CONSTRUCT WHERE { ?s ?p ?o } # \udce9", "1-latin.rq:1:32", "UTF-8"),
        ("1-strange", "CONSTRUCT { ?s ?p ?x } { ?s ?p ?o BIND(<urn:f>(?o) AS ?x) }", "1-strange.rq", "urn:f"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(
    small: Callable[..., Project], name: str, text: str, place: str, words: str
) -> None:
    project = small()
    path = project.root / "ontology/rules" / f"{name}.rq"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(SourceError, match=words) as caught:
        rules(project)
    assert str(caught.value).startswith(f"{path.parent}/{place}: ")


def test_rules_that_never_settle_are_named() -> None:
    with pytest.raises(SourceError, match=r"1-restless.rq: still adds triples"):
        added("<x> <https://example.org/p> 1 .", Rule(Path("1-restless.rq"), 1, RESTLESS))


def test_a_rule_makes_no_blank_nodes() -> None:
    text = "CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }"
    with pytest.raises(SourceError, match=r"1-blank.rq: makes a blank node"):
        added("<x> <https://example.org/p> 1 .", Rule(Path("1-blank.rq"), 1, text))


def test_a_changed_copy_of_a_rule_takes_its_place(small: Callable[..., Project], tmp_path: Path) -> None:
    project = small(**{"ontology/rules/1-a.rq": "CONSTRUCT WHERE { ?s ?p ?o }"})
    own, copy = project.root / "ontology/rules/1-a.rq", tmp_path / "elsewhere.rq"
    copy.write_text("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }")
    (found,) = rules(Project(project.root, *("https://example.org/", "x", "1", "x"), replaced={own: copy}))
    assert (found.path, found.text, found.stratum) == (copy, copy.read_text(), 1)
