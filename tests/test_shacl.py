"""The project's own SHACL validator finds the same as pySHACL; on each fault of the shapes: ``test_shapes``.

More random graphs than a test run has time for: ``python -m tests.test_shacl 5000``.
"""

import random
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph as RdflibGraph
from rdflib.compare import isomorphic

from renkei_kg.compile import consequences, pipeline, second, validate
from renkei_kg.compile.locate import Locator
from renkei_kg.namespaces import XSD
from renkei_kg.shacl import Graph, compile_shapes
from renkei_kg.shacl.terms import iri, term
from renkei_kg.snapshot import open_current
from tests.shacl.oracle import (
    ours,
    read,
    stored,
    theirs,
    told_by_them,
    told_by_us,
    triples_in,
)
from tests.test_shapes import FOLDER, conforming, report, report_of, restored, shapes

CORE = Path(__file__).parent / "shacl"
ROUNDS = 8


@pytest.mark.parametrize("path", sorted(CORE.glob("*.ttl")), ids=lambda path: path.stem)
def test_what_the_project_does_not_use_is_reported_alike(path: Path) -> None:
    triples = stored(quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    expected, found = theirs(triples, triples), ours(triples, triples)
    assert told_by_us(found) == told_by_them(expected)
    assert isomorphic(report_of(found), expected)
    silent = {shape.name for shape in compile_shapes(triples).targeting} - {r.shape for r in found.results}
    silent = {
        name for name in silent if not compile_shapes(triples).graph.objects(name, iri("sh", "property"))
    }
    assert all(name.endswith("-holds>") for name in silent), silent


# Where a value is edited at random, it becomes one of these, or another of the graph.
ODD_VALUES = [
    *map(
        term, ('"1"', '""', '"x"@en', '"x"@ja', '"x"@fr', '"a\\nb"@ja', '"日 本"@ja', '"012345"', '"C01234"')
    ),
    *(ox.Literal(value) for value in (0, -1, 5, 2.5, True)),
    *(ox.Literal(value, datatype=XSD.date) for value in ("2020-01-01", "2020-02-31", "x")),
    *(ox.Literal(value, datatype=XSD.gYear) for value in ("2020", "20")),
    ox.Literal("1.50", datatype=XSD.decimal),
    ox.BlankNode("odd"),
    ox.NamedNode("https://w3id.org/renkei/id/nothing"),
    ox.NamedNode("https://w3id.org/renkei/id/日本"),
    ox.NamedNode("ftp://example.org/"),
]


def mutated(triples: frozenset[ox.Triple], chance: random.Random) -> frozenset[ox.Triple]:
    """The graph with some triples gone, changed, or more of."""
    ordered = sorted(triples, key=str)
    predicates = sorted({triple.predicate for triple in ordered}, key=str)
    values = [*ODD_VALUES, *(triple.object for triple in ordered)]
    found = set(ordered)
    for _ in range(chance.randint(1, 6)):
        one, other = chance.choice(ordered), chance.choice(ordered)
        match chance.randrange(5):
            case 0:
                found.discard(one)
            case 1:
                found.add(ox.Triple(one.subject, one.predicate, chance.choice(values)))
            case 2:
                found.discard(one)
                found.add(ox.Triple(one.subject, one.predicate, chance.choice(values)))
            case 3:
                found.add(ox.Triple(other.subject, one.predicate, one.object))
            case _:
                found.add(ox.Triple(one.subject, chance.choice(predicates), other.object))
    return stored(found)


def disagreement(graph: str, seed: str) -> str:
    """What the two validators find differently in a small graph edited at random; empty when nothing."""
    triples = mutated(conforming(graph), random.Random(seed))  # noqa: S311
    expected = told_by_them(restored(report.__wrapped__(triples)))
    found = told_by_us(ours(triples, shapes()))
    return (
        "" if expected == found else f"{seed}: pySHACL only {expected - found}, ours only {found - expected}"
    )


@pytest.mark.parametrize("graph", sorted(path.stem for path in FOLDER.glob("*.ttl")))
def test_random_faults_are_reported_alike(graph: str) -> None:
    found = [disagreement(graph, f"{graph} {number}") for number in range(ROUNDS)]
    assert [one for one in found if one] == []


def test_the_real_graph_is_reported_alike(
    compiled: pipeline.Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results by both validators; then the findings of a build, whose words and places are the same whether
    pySHACL has been asked, as for small graphs, or not."""
    data, of_shapes = pipeline._for_validation(compiled.store, compiled.project)
    chance = random.Random("the real graph")  # noqa: S311
    triples = frozenset(data)
    for _ in range(40):
        triples = mutated(triples, chance)
    their_report = theirs(triples, of_shapes)
    expected, found = told_by_them(their_report), told_by_us(ours(triples, of_shapes))
    assert len(found) > 40
    assert found == expected

    def their_validation(*_: object, **__: object) -> RdflibGraph:
        return their_report

    monkeypatch.setattr(second, "_validated", their_validation)
    locator = Locator([])
    small = validate.validate(sorted(triples, key=str), of_shapes, locator)
    monkeypatch.setattr(validate, "LARGE", 0)
    large = validate.validate(sorted(triples, key=str), of_shapes, locator)
    assert set(large.findings) == set(small.findings)
    assert len(large.triples) > len(large.findings) > 40


def test_the_data_graph_of_a_version_is_that_of_the_build(
    compiled: pipeline.Compiled, snapshots: Path
) -> None:
    """A version's store holds the description too, which was made after the validation."""
    built, of_shapes = pipeline._for_validation(compiled.store, compiled.project)
    store = ox.Store.read_only(str(open_current(snapshots).store))
    left_out = consequences.unseen(store, compiled.project.base)
    data = Graph.of_store(store, left_out)
    assert {str(quad.triple) for quad in data.store} == set(map(str, built))
    assert triples_in(data) == set(map(str, built))
    assert triples_in(Graph.of_store(store)) > triples_in(data)
    assert compile_shapes(of_shapes).validate(store, leave_out=left_out).conforms


def test_what_has_few_and_what_has_many_focus_nodes_is_asked_alike() -> None:
    """A constraint is asked for each node, or once for all."""
    of_shapes = read("""
        [] a owl:Ontology ; sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] .
        ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:message "m" ; sh:sparql [ sh:prefixes ex:onto ; sh:select \"\"\"
            SELECT $this ?value { $this ex:p ?value FILTER(?value > 3) FILTER NOT EXISTS { $this ex:q ?other . ?other ex:p ?value } }
        \"\"\" ] .
        ex:onto sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] .
    """)
    for number in (5, 100):
        data = read(
            "".join(f"ex:t{n} a ex:Thing ; ex:p {n % 7} ; ex:q ex:t{n * 3 % number} ." for n in range(number))
        )
        found = told_by_us(ours(data, of_shapes))
        assert found == told_by_them(theirs(data, of_shapes))
        assert found


def main() -> None:
    """Holds both validators against each other on as many random graphs as the command line says."""
    graphs = sorted(path.stem for path in FOLDER.glob("*.ttl"))
    for number in range(int(sys.argv[1])):
        if found := disagreement(graphs[number % len(graphs)], f"more {number}"):
            print(found)


if __name__ == "__main__":
    main()
