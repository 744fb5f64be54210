"""A SHACL validator over Oxigraph: SHACL Core, SPARQL constraints and SPARQL targets.

``compile_shapes(triples)`` reads shapes once; ``Shapes.validate(store, leave_out=…)`` checks what the named
graphs of a store say together, but for those to leave out, and gives a ``Report``. It checks a whole set of
nodes at a time and needs no other library (docs/decisions/0009-shacl.md). Findings are the same as pySHACL's,
to which the tests hold it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store, Triple

from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.reading import Reader
from renkei_kg.shacl.report import Finding, Report
from renkei_kg.shacl.shape import Shape

__all__ = ["Finding", "Report", "ShapeError", "Shapes", "compile_shapes"]


@dataclass(frozen=True)
class Shapes:
    """Shapes that were read, ready to validate any number of graphs."""

    targeting: tuple[Shape, ...]
    graph: Graph

    def validate(self, store: Store, *, leave_out: Iterable[NamedNode] = ()) -> Report:
        """Validates the union of the named graphs of ``store``, but for those to leave out; the store's own
        default graph is not looked at. Raises ShapeError when a query of a shape cannot be asked."""
        return self.validate_graph(Graph.of_store(store, tuple(leave_out)))

    def validate_graph(self, data: Graph) -> Report:
        """Validates a graph."""
        results = [
            result for shape in self.targeting for result in shape.results(data, shape.focus_nodes(data))
        ]
        return Report(results, data, self.graph)


def compile_shapes(shapes: Iterable[Triple]) -> Shapes:
    """Reads the shapes of a shapes graph. Raises ShapeError when one is not SHACL or not supported."""
    graph = Graph.of_triples(shapes)
    return Shapes(tuple(Reader(graph).targeting()), graph)
