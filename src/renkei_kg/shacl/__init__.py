"""A SHACL validator over Oxigraph: SHACL Core, SPARQL constraints and SPARQL targets.

``compile_shapes(triples)`` reads shapes once; ``Shapes.validate(store, leave_out=…)`` checks what the named
graphs of a store say together, but for those to leave out, and gives a ``Report``. It checks a whole set of
nodes at a time and needs no other library (docs/decisions/0009-shacl.md). It finds the same as pySHACL, to
which the tests hold it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store, Triple

from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.reading import Reader
from renkei_kg.shacl.report import Finding, Report
from renkei_kg.shacl.shape import Shape

__all__ = ["Finding", "Graph", "Report", "ShapeError", "Shapes", "compile_shapes"]


@dataclass(frozen=True)
class Shapes:
    """Shapes that were read, ready to validate any number of graphs."""

    targeting: tuple[Shape, ...]
    graph: Graph

    def validate(self, store: Store, *, leave_out: Collection[NamedNode] = ()) -> Report:
        """Validates the union of the named graphs of ``store``, but for those to leave out; the store's own
        default graph is not looked at. Raises ShapeError when a query of a shape cannot be asked."""
        return self.validate_graph(Graph.of_store(store, leave_out))

    def validate_graph(self, data: Graph) -> Report:
        """Validates a graph."""
        if any(shape.asks for shape in self.targeting):
            data.make_store()
        # Those that ask queries come last: the store that they ask is made meanwhile.
        shapes = sorted(self.targeting, key=lambda shape: shape.asks)
        results = [result for shape in shapes for result in shape.results(data, shape.focus_nodes(data))]
        return Report(results, data, self.graph)


def compile_shapes(shapes: Iterable[Triple] | Graph) -> Shapes:
    """Reads the shapes of a shapes graph. Raises ShapeError when one is not SHACL or not supported."""
    graph = shapes if isinstance(shapes, Graph) else Graph.of_triples(shapes)
    return Shapes(tuple(Reader(graph).targeting()), graph)
