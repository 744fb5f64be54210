"""What pySHACL, the oracle, finds in a graph, and what ``renkei_kg.shacl`` finds, in one form."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import SH

from renkei_kg.compile.second import _path, as_rdflib, restore_languages
from renkei_kg.namespaces import PREFIXES
from renkei_kg.shacl import Graph, Shapes, compile_shapes
from renkei_kg.shacl.report import Report, path_text
from renkei_kg.shacl.terms import language, lexical

Found = Counter[tuple[str | None, ...]]


def theirs(data: Iterable[ox.Triple], shapes: Iterable[ox.Triple]) -> rdflib.Graph:
    """The report of pySHACL, with literals as they are written."""
    with unchanged_literals():
        shapes_graph = as_rdflib(shapes)
        _, report, _ = pyshacl.validate(
            as_rdflib(data), shacl_graph=shapes_graph, inference="none", advanced=True, inplace=True
        )
        assert isinstance(report, rdflib.Graph), report
        restore_languages(report, shapes_graph)
    return report


@contextmanager
def unchanged_literals() -> Iterator[None]:
    """Keeps rdflib from writing literals in another way: 2.5 for 2.5e0."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def ours(data: Iterable[ox.Triple], shapes: Iterable[ox.Triple] | Shapes) -> Report:
    """The report of the project's own validator."""
    compiled = shapes if isinstance(shapes, Shapes) else compile_shapes(shapes)
    return compiled.validate_graph(Graph.of_triples(data))


def told_by_them(report: rdflib.Graph) -> Found:
    """What a report of pySHACL says: how often it says each result, and nothing of ``sh:detail``."""
    found: Found = Counter()
    for node in report.objects(None, SH.result):
        value = {name: report.value(node, SH[name]) for name in ("focusNode", "value", "resultPath")}
        found[
            term(value["focusNode"]),
            None if value["resultPath"] is None else _path(report, value["resultPath"]),
            term(value["value"]),
            term(report.value(node, SH.sourceShape)),
            term(report.value(node, SH.sourceConstraintComponent)),
            term(report.value(node, SH.resultSeverity)),
            *sorted(f"{m} @{(m.language or '').lower()}" for m in report.objects(node, SH.resultMessage)),
        ] += 1
    return found


def told_by_us(report: Report) -> Found:
    """What a report of ours says, in the same form."""
    found: Found = Counter()
    for result in report.results:
        found[
            result.focus,
            None if result.path is None else path_text(report.shapes, result.path),
            result.value,
            result.shape,
            result.component,
            result.severity,
            *sorted(f"{lexical(text)} @{language(text)}" for text in result.messages),
        ] += 1
    return found


def term(node: rdflib.term.Node | None) -> str | None:
    """A term as the text that Oxigraph writes."""
    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return str(ox.NamedNode(str(node)))
    if isinstance(node, rdflib.BNode):
        return str(ox.BlankNode(str(node)))
    if node.language:
        return str(ox.Literal(str(node), language=node.language))
    datatype = node.datatype or rdflib.XSD.string
    return str(ox.Literal(str(node), datatype=ox.NamedNode(str(datatype))))


def read(text: str) -> list[ox.Triple]:
    """The triples of a text of Turtle, with the prefixes of the project and ``ex:``."""
    prefixes = {**PREFIXES, "ex": "http://example.org/"}
    prologue = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes.items())
    return [quad.triple for quad in ox.parse(prologue + text, format=ox.RdfFormat.TURTLE)]


def stored(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    """The triples as a store has them, which writes each number in one way."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return frozenset(quad.triple for quad in store)


def triples_in(graph: Graph) -> set[str]:
    """The triples that the tables of a graph hold."""
    return {
        f"{subject} {predicate} {value}"
        for predicate, table in graph.tables.items()
        for subject, values in table.items()
        for value in values
    }
