"""What a write needs to know of the graphs that were compiled, which no write changes: what they say, the
rules and the shapes. Made ahead of the write where there is time."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from renkei_kg.compile.consequences import is_seen
from renkei_kg.compile.infer import Rule, packed
from renkei_kg.reserved import SHAPES
from renkei_kg.shacl import Graph, ShapeError, Shapes, compile_shapes
from renkei_kg.snapshot import Snapshot, compiled_graphs
from renkei_kg.write.errors import ShapesUnusable


@dataclass(frozen=True)
class Groundwork:
    """The rules and shapes of a version, and what its compiled graphs say as far as these look at it."""

    version: str
    rules: Sequence[Rule]
    shapes: Shapes
    data: Graph

    @classmethod
    def of(cls, parent: Snapshot) -> "Groundwork":
        """That of a version. Raises ShapesUnusable."""
        base = parent.manifest["base"]
        store = Store.read_only(str(parent.store))
        compiled = compiled_graphs(parent.manifest)
        # What was published unchecked, as it is too large, is written to unchecked.
        checked = parent.manifest.get("loaded", {}).get("checked", True)
        graphs = [NamedNode(iri) for iri in compiled if checked and iri.startswith(base + SHAPES)]
        rules = packed(parent.path)
        try:
            shapes = compile_shapes(Graph.of_graphs(store, graphs))
        except ShapeError as error:
            raise unusable(error) from None
        looked_at = is_seen if rules or shapes.targeting else _nothing
        seen = [NamedNode(iri) for iri in compiled if looked_at(iri, base)]
        return cls(parent.id, rules, shapes, Graph.of_graphs(store, seen))

    def ready(self) -> None:
        """Does now what would else be done when it is needed."""
        self.data.make_store()
        self.data.tables  # noqa: B018  # it is kept once it is made
        self.data.store  # noqa: B018  # so is this


def _nothing(_graph: str, _base: str) -> bool:
    return False


def unusable(error: ShapeError) -> ShapesUnusable:
    """What shapes that cannot be used are to a client."""
    return ShapesUnusable(f"The shapes of this version cannot be used, so nothing is written to it: {error}")
