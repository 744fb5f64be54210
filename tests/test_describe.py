"""The description of the graph: every number in it is counted again here, another way."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from renkei_kg.compile.describe import VOIDEXT, Described, describe
from renkei_kg.compile.recount import recount
from renkei_kg.namespaces import ONTOLOGY, RDF, RDFS, RK, SKOS, VOID, XSD, Namespace
from renkei_kg.project import Project
from renkei_kg.snapshot import open_current
from renkei_kg.union import Union

DATASET = NamedNode("https://w3id.org/renkei/dataset/renkei")
Key = NamedNode | DefaultGraph


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Store:
    """The store as published: the description is part of what it describes."""
    return Store.read_only(str(open_current(snapshots).store))


@pytest.fixture(scope="module")
def graphs(store: Store) -> dict[Key, set[Triple]]:
    found: dict[Key, set[Triple]] = {}
    for quad in store:
        assert isinstance(quad.graph_name, NamedNode | DefaultGraph)
        found.setdefault(quad.graph_name, set()).add(quad.triple)
    return found


def objects(store: Store, subject: NamedNode, predicate: NamedNode) -> set[NamedNode | Literal]:
    quads = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return {quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)}


def count(store: Store, subject: NamedNode, predicate: NamedNode) -> int:
    (value,) = objects(store, subject, predicate)
    return int(value.value)


def parts(
    store: Store, of: NamedNode, link: NamedNode, key: NamedNode, measure: NamedNode
) -> dict[NamedNode, int]:
    """The partitions of a dataset: the class or property of each, and its number."""
    found = {}
    for part in objects(store, of, link):
        assert isinstance(part, NamedNode)
        (term,) = objects(store, part, key)
        assert isinstance(term, NamedNode)
        found[term] = count(store, part, measure)
    return found


def described(store: Store) -> Iterator[tuple[NamedNode, Key]]:
    yield DATASET, DefaultGraph()
    for part in objects(store, DATASET, VOID.subset):
        assert isinstance(part, NamedNode)
        if VOID.Linkset not in objects(store, part, RDF.type):
            yield part, part


def test_the_default_graph_is_the_union_of_the_named_graphs(graphs: dict[Key, set[Triple]]) -> None:
    named = [triples for graph, triples in graphs.items() if isinstance(graph, NamedNode)]
    assert graphs[DefaultGraph()] == set().union(*named)


def test_every_named_graph_is_described(store: Store, graphs: dict[Key, set[Triple]]) -> None:
    assert {graph for _, graph in described(store)} == set(graphs)


def test_totals_are_right(store: Store, graphs: dict[Key, set[Triple]]) -> None:
    for node, graph in described(store):
        triples = graphs[graph]
        assert count(store, node, VOID.triples) == len(triples)
        assert count(store, node, VOID.distinctSubjects) == len({t.subject for t in triples})
        assert count(store, node, VOID.properties) == len({t.predicate for t in triples})
        assert count(store, node, VOID.classes) == len({t.object for t in triples if t.predicate == RDF.type})


def test_partitions_are_right(store: Store, graphs: dict[Key, set[Triple]]) -> None:
    for node, graph in described(store):
        triples = graphs[graph]
        properties = Counter(t.predicate for t in triples)
        assert parts(store, node, VOID.propertyPartition, VOID.property, VOID.triples) == properties
        classes = Counter(t.object for t in triples if t.predicate == RDF.type)
        assert parts(store, node, VOID.classPartition, VOID["class"], VOID.entities) == classes


def test_the_properties_of_our_classes_and_what_they_lead_to_are_right(
    store: Store, graphs: dict[Key, set[Triple]]
) -> None:
    triples = graphs[DefaultGraph()]
    types: dict[object, set[NamedNode]] = {}
    for t in triples:
        if (
            t.predicate == RDF.type
            and isinstance(t.object, NamedNode)
            and t.object.value.startswith(ONTOLOGY)
        ):
            types.setdefault(t.subject, set()).add(t.object)
    about = Counter((cls, t.predicate) for t in triples for cls in types.get(t.subject, ()))
    leads = Counter(
        (cls, t.predicate, other)
        for t in triples
        for cls in types.get(t.subject, ())
        for other in types.get(t.object, ())
    )
    datatypes = Counter(
        (cls, t.predicate, t.object.datatype)
        for t in triples
        if isinstance(t.object, Literal)
        for cls in types.get(t.subject, ())
    )
    found_about, found_leads, found_datatypes = Counter(), Counter(), Counter()
    for part in objects(store, DATASET, VOID.classPartition):
        assert isinstance(part, NamedNode)
        (cls,) = objects(store, part, VOID["class"])
        for inner in objects(store, part, VOID.propertyPartition):
            assert isinstance(inner, NamedNode)
            (prop,) = objects(store, inner, VOID.property)
            found_about[cls, prop] = count(store, inner, VOID.triples)
            for other, n in parts(store, inner, VOID.classPartition, VOID["class"], VOID.triples).items():
                found_leads[cls, prop, other] = n
            kinds = parts(store, inner, VOIDEXT.datatypePartition, VOIDEXT.datatype, VOID.triples)
            for datatype, n in kinds.items():
                found_datatypes[cls, prop, datatype] = n
    assert found_about == about
    assert found_leads == leads
    assert found_datatypes == datatypes


def test_linksets_count_the_links_to_each_place(store: Store, graphs: dict[Key, set[Triple]]) -> None:
    ours = {
        t.subject for t in graphs[DefaultGraph()] if t.predicate == RDF.type and ONTOLOGY in str(t.object)
    }
    (wikidata,) = [
        part
        for part in objects(store, DATASET, VOID.subset)
        if isinstance(part, NamedNode) and part.value.endswith("/links/skos-exactMatch/www.wikidata.org")
    ]
    expected = {
        t
        for t in graphs[DefaultGraph()]
        if t.predicate == SKOS.exactMatch and t.subject in ours and "www.wikidata.org/" in str(t.object)
    }
    assert count(store, wikidata, VOID.triples) == len(expected) > 20
    assert objects(store, wikidata, VOID.linkPredicate) == {SKOS.exactMatch}


def test_no_part_is_said_twice(store: Store) -> None:
    """Two classes or properties never share an IRI as their part."""
    for link, key in ((VOID.propertyPartition, VOID.property), (VOID.classPartition, VOID["class"])):
        for quad in store.quads_for_pattern(None, link, None, DefaultGraph()):
            assert len(objects(store, quad.object, key)) == 1


def test_describing_again_changes_nothing(small: Callable[..., Project]) -> None:
    project = small()
    memory, graph = Store(), NamedNode(project.graph("void"))
    thing = Quad(NamedNode("a:a"), RDF.type, NamedNode(ONTOLOGY + "Asset"), NamedNode(project.graph("a")))
    memory.extend([thing, Quad(thing.subject, thing.predicate, thing.object)])
    assert describe(Union(memory), Described.of(project), graph) > 10
    before = set(memory)
    assert describe(Union(memory), Described.of(project), graph) > 10
    assert set(memory) == before


A = Namespace("https://example.org/kg/id/")
OURS = [NamedNode(ONTOLOGY + name) for name in ("Asset", "Actor", "Region")]
SUBJECTS = [*(A[f"s{number}"] for number in range(5)), BlankNode("b1"), BlankNode("b2")]
PREDICATES = [RDF.type, RDF.type, RDF.type, RK.actor, RK.asset, SKOS.exactMatch, RDFS.seeAlso, VOID.triples]
OBJECTS = [
    *SUBJECTS,
    *OURS,
    *OURS,
    A["Class"],
    Literal("x"),
    Literal("x", language="ja"),
    Literal("007", datatype=XSD.integer),
    Literal("2030-01-01T00:00:00.500Z", datatype=XSD.dateTime),
    *(
        NamedNode(f"{host}/{number}")
        for host in ("http://a.example", "https://a.example")
        for number in (1, 2)
    ),
    NamedNode("urn:not-on-the-web"),
    Triple(A["s1"], RK.actor, Literal(1)),
]
GRAPHS = [
    NamedNode(iri) for iri in ("https://example.org/kg/graph/a", "https://example.org/b#c", "http://[::1]/g")
]
OF = Described(
    NamedNode("https://example.org/kg/dataset/small"), "https://example.org/kg/", "https://example.org/q"
)
VOID_GRAPH = NamedNode("https://example.org/kg/graph/void")


def some(chance: Random) -> set[Quad]:
    """A few quads of few terms, so that the same come up again and again."""
    return {
        Quad(
            chance.choice(SUBJECTS), chance.choice(PREDICATES), chance.choice(OBJECTS), chance.choice(GRAPHS)
        )
        for _ in range(chance.randrange(1, 12))
    }


@pytest.mark.parametrize("seed", range(25))
def test_what_is_counted_again_after_a_change_is_what_would_be_counted_in_full(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # nothing secret
    store = Store()
    union = Union(store)
    describe(union, OF, VOID_GRAPH)
    for _ in range(8):
        union = Union(store)
        for quad in some(chance):
            union.add([quad.triple], quad.graph_name)
        stated = sorted((q for q in store if q.graph_name in GRAPHS), key=str)
        for quad in chance.sample(stated, chance.randrange(len(stated) // 2 + 1)):
            union.remove([quad.triple], quad.graph_name)
        recount(union, OF, VOID_GRAPH)
        fresh = Store()
        again = Union(fresh)
        for quad in store:
            if quad.graph_name in GRAPHS:
                again.add([quad.triple], quad.graph_name)
        describe(again, OF, VOID_GRAPH)
        assert set(map(str, store)) == set(map(str, fresh))


def test_a_stale_description_is_made_right() -> None:
    store = Store()
    union = Union(store)
    union.add([Triple(A["s1"], RDF.type, OURS[0]), Triple(A["old"], VOID.triples, Literal(3))], VOID_GRAPH)
    describe(union, OF, VOID_GRAPH)
    fresh = Store()
    describe(Union(fresh), OF, VOID_GRAPH)
    assert set(store) == set(fresh)
