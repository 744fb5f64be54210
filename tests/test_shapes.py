"""Each shape finds the fault that it is for, and nothing else does.

For every file of shapes, ``tests/shapes/`` holds a small graph that conforms (``<file>.ttl``) and the edits that
break it (``<file>.ru``), each under a heading that names the one shape, and the parameter of it, that must notice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import Validator
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS
from pyshacl.graph_abstraction import DataGraph
from rdflib import RDF, RDFS, SH, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from renkei_kg.compile.locate import Locator
from renkei_kg.compile.second import as_rdflib as rdflib_of
from renkei_kg.compile.second import restore_languages
from renkei_kg.compile.validate import validate
from renkei_kg.namespaces import ONTOLOGY, PREFIXES, SHAPES
from renkei_kg.shacl import Report, Shapes, compile_shapes
from tests.shacl.oracle import ours, told_by_them, told_by_us, unchanged_literals

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests/shapes"
PROLOGUE = "BASE <https://w3id.org/renkei/id/>\n" + "".join(
    f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()
)
HEADING = re.compile(r"^## (?P<shape>\S+) (?P<parameters>[a-zA-Z ]+?)(?: \((?P<severity>Warning|Info)\))?$")
# These say what other parameters are about, and find nothing themselves.
AUXILIARY = {SH.property, SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint, SH.flags}


@dataclass(frozen=True)
class Case:
    """An edit of the small graph ``graph``, and the shape, parameters and severity of what it must bring about."""

    graph: str
    shape: URIRef
    parameters: frozenset[str]
    severity: str
    update: str
    line: int

    def __str__(self) -> str:
        return f"{self.graph}.ru:{self.line}-{name(self.shape)}-{'-'.join(sorted(self.parameters))}"


@dataclass(frozen=True)
class Finding:
    """One validation result: the shape, the parameter of it that was not met, the severity and the messages."""

    shape: URIRef
    parameter: str
    severity: str
    messages: frozenset[str]


class Graph(rdflib.Graph):
    """A graph that parses a query only the first time it meets it: shapes ask the same ones of every graph."""

    def query(self, query_object, *args, **kwargs):
        return super().query(prepared(query_object), *args, **kwargs)


@cache
def prepared(text: str) -> Query:
    return prepareQuery(text)


def name(iri: object) -> str:
    return re.split("[/#]", str(iri))[-1]


def read(paths: list[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


SHAPES_GRAPH = read(sorted(ROOT.glob("shapes/*.ttl")))
VALIDATOR = Validator(DataGraph.from_rdflib(Graph()), shacl_graph=SHAPES_GRAPH, options={"advanced": True})
SHARED_SHAPES = VALIDATOR.shacl_graph


def own_shapes(path: Path) -> set[URIRef]:
    graph = read([path])
    return {s for s in graph.subjects(RDF.type, None) if isinstance(s, URIRef) and parameters(s)}


def parameters(shape: rdflib.term.Node) -> set[str]:
    """The parameters of a shape that can each bring a finding about."""
    found = set(SHAPES_GRAPH.predicates(shape, None)) & (set(ALL_CONSTRAINT_PARAMETERS) - AUXILIARY)
    return {name(p) for p in found}


def messages(shape: URIRef) -> frozenset[str]:
    return frozenset(str(message) for message in SHAPES_GRAPH.objects(shape, SH.message))


@cache
def reporting_shapes() -> set[URIRef]:
    """The shapes whose findings are reported: those with a target, and the property shapes that they lead to.

    What stands under ``sh:or``, ``sh:node`` and the like is only asked yes or no.
    """
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode, SH.target)
    found = {s for target in targets for s in SHAPES_GRAPH.subjects(target, None)}
    return {
        shape
        for start in found
        for shape in SHAPES_GRAPH.transitive_objects(start, SH.property)
        if isinstance(shape, URIRef) and parameters(shape)
    }


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.ru")):
        case: list[str] = []
        for number, line in reversed([*enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)]):
            if not line.startswith("## "):
                case.append(line)
                continue
            heading = HEADING.match(line)
            assert heading, f"{path.name}:{number}: not of the form ## Shape parameter (Severity): {line}"
            yield Case(
                path.stem,
                URIRef(SHAPES + heading["shape"]),
                frozenset(heading["parameters"].split()),
                heading["severity"] or "Violation",
                "\n".join(reversed(case)),
                number,
            )
            case = []


CASES = sorted(cases(), key=str)


def parts(graph: str) -> list[Path]:
    """The file of a small graph and those that it stands on: ``# with other, another`` names them."""
    found: list[str] = []
    open_ends = [graph]
    while open_ends:
        part = open_ends.pop()
        if part not in found:
            found.append(part)
            text = (FOLDER / f"{part}.ttl").read_text(encoding="utf-8")
            open_ends += [
                other for line in re.findall("^# with (.+)$", text, re.M) for other in line.split(", ")
            ]
    return [FOLDER / f"{part}.ttl" for part in found]


@cache
def terms() -> frozenset[ox.Triple]:
    """Which terms the ontology declares, and what is a kind of what."""
    triples = ox.parse(path=ROOT / "ontology/renkei.ttl", format=ox.RdfFormat.TURTLE)
    kept = {str(RDFS.isDefinedBy), str(RDFS.subClassOf)}
    return frozenset(quad.triple for quad in triples if quad.predicate.value in kept)


@cache
def conforming(graph: str) -> frozenset[ox.Triple]:
    """The small graph ``graph``, with what it stands on and the ontology's terms."""
    quads = (quad for path in parts(graph) for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    return frozenset(quad.triple for quad in quads) | terms()


@cache
def edited(graph: str, update: str) -> frozenset[ox.Triple]:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in conforming(graph))
    store.update(PROLOGUE + update)
    return frozenset(quad.triple for quad in store)


def as_rdflib(triples: frozenset[ox.Triple]) -> Graph:
    graph = Graph()
    graph += rdflib_of(triples)
    return graph


@cache
def report(triples: frozenset[ox.Triple]) -> rdflib.Graph:
    """The report on a graph. The shapes are read once, not again for every graph as pyshacl would."""
    options = {"advanced": True, "inference": "none", "inplace": True}
    with unchanged_literals():
        data = DataGraph.from_rdflib(as_rdflib(triples))
        validator = Validator(data, shacl_graph=rdflib.Graph(), options=options)
        validator.shacl_graph = SHARED_SHAPES
        _, found, _ = validator.run()
    assert isinstance(found, rdflib.Graph), found
    return found


@cache
def shapes() -> Shapes:
    """The project's shapes, by the names that pySHACL knows their blank nodes by."""
    text = SHAPES_GRAPH.serialize(format="nt11", encoding="utf-8")
    return compile_shapes(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


def restored(found: rdflib.Graph) -> rdflib.Graph:
    """A report of pySHACL with the languages that it drops, without the messages that it makes up."""
    restore_languages(found, SHAPES_GRAPH)
    for node, shape in found.subject_objects(SH.sourceShape):
        if (shape, SH.message, None) not in SHAPES_GRAPH:
            found.remove((node, SH.resultMessage, None))
    return found


def report_of(found: Report) -> rdflib.Graph:
    with unchanged_literals():
        return rdflib_of(found.triples)


def findings(triples: frozenset[ox.Triple]) -> list[Finding]:
    """What the shapes find in a graph."""
    found = report(triples)
    return [
        Finding(
            found.value(result, SH.sourceShape),
            parameter(found.value(result, SH.sourceConstraintComponent)),
            name(found.value(result, SH.resultSeverity)),
            frozenset(str(message) for message in found.objects(result, SH.resultMessage)),
        )
        for result in found.objects(None, SH.result)
    ]


def parameter(component: object) -> str:
    """``minCount`` for ``sh:MinCountConstraintComponent``: every component but one has the name of its parameter."""
    words = name(component).removesuffix("ConstraintComponent")
    return "sparql" if words == "SPARQL" else words[0].lower() + words[1:]


@pytest.mark.parametrize("graph", sorted(path.stem for path in FOLDER.glob("*.ttl")))
def test_the_small_graph_conforms(graph: str) -> None:
    assert findings(conforming(graph)) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_alone_finds_the_fault_and_our_validator_reports_it_alike(case: Case) -> None:
    triples = edited(case.graph, case.update)
    found = findings(triples)
    told = {(name(finding.shape), finding.parameter, finding.severity) for finding in found}
    assert told == {(name(case.shape), parameter, case.severity) for parameter in case.parameters}
    assert {finding.messages for finding in found} == {messages(case.shape)}
    expected, by_us = restored(report(triples)), ours(triples, shapes())
    assert told_by_us(by_us) == told_by_them(expected)
    assert isomorphic(report_of(by_us), expected)


def test_every_shape_has_a_case_for_each_of_its_parameters() -> None:
    wanted = {(name(shape), p) for shape in reporting_shapes() for p in parameters(shape)}
    told = {(name(case.shape), p) for case in CASES for p in case.parameters}
    assert sorted(wanted - told) == []
    assert sorted(told - wanted) == []


def test_every_file_of_shapes_that_report_has_its_small_graph() -> None:
    files = {path.stem for path in ROOT.glob("shapes/*.ttl") if own_shapes(path) & reporting_shapes()}
    assert files == {path.stem for path in FOLDER.glob("*.ttl")}
    assert files == {case.graph for case in CASES}


def test_every_shape_is_named_and_speaks_in_both_languages() -> None:
    for shape in {s for s in SHAPES_GRAPH.subjects(RDF.type, None) if isinstance(s, URIRef)}:
        properties = [RDFS.label, SH.message] if shape in reporting_shapes() else [RDFS.label]
        if (shape, RDF.type, SH.PrefixDeclaration) in SHAPES_GRAPH:
            continue
        for prop in properties:
            languages = sorted(o.language for o in SHAPES_GRAPH.objects(shape, prop))
            assert languages == ["en", "ja"], (shape, prop)


def test_every_class_of_the_ontology_has_shapes() -> None:
    """Its own or those of a class above it."""
    ontology = rdflib.Graph().parse(ROOT / "ontology/renkei.ttl")
    checked = set(SHAPES_GRAPH.objects(None, SH.targetClass))
    classes = {c for c in ontology.subjects(RDF.type, rdflib.OWL.Class) if str(c).startswith(ONTOLOGY)}
    assert classes
    for cls in classes:
        assert checked & set(ontology.transitive_objects(cls, RDFS.subClassOf)), cls


def test_the_kinds_that_shapes_list_are_those_of_the_ontology() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology/renkei.ttl")
    for shape, cls in (
        ("AssetKind", "Asset"),
        ("MunicipalityKind", "Municipality"),
        ("KnownProjectKind", "Project"),
    ):
        listed = SHAPES_GRAPH.value(URIRef(SHAPES + shape), SH["in"])
        kinds = set(SHAPES_GRAPH.items(listed))
        assert kinds == set(ontology.subjects(RDFS.subClassOf, URIRef(ONTOLOGY + cls))), shape


def test_the_compiler_reports_the_same_and_in_both_languages() -> None:
    """What these tests ask pyshacl is what ``renkei-kg validate`` asks it."""
    case = next(case for case in CASES if name(case.shape) == "Region-checkDigit")
    triples = edited(case.graph, case.update)
    shapes = ox.parse(SHAPES_GRAPH.serialize(format="nt11", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    report = validate(triples, [quad.triple for quad in shapes], Locator([]))
    assert [(f.shape, f.severity) for f in report.findings] == [
        (str(f.shape), f.severity) for f in findings(triples)
    ]
    assert "検査数字" in report.text("ja")
    assert "check digit" in report.text("en")
