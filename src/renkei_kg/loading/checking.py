"""What of a loaded graph is checked against the shapes: all of it, or, above a size, nothing."""

from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from renkei_kg.compile.consequences import unseen
from renkei_kg.loading.reading import LoadError
from renkei_kg.project import packaged
from renkei_kg.reserved import SHAPES
from renkei_kg.shacl import Finding, Graph, ShapeError, compile_shapes
from renkei_kg.shacl.report import SEVERITIES

# Triples: a million takes some 20 s of processor time and 0.8 GB (docs/decisions/0009-shacl.md).
MOST: Final = 2_000_000
SHOWN: Final = 5


@dataclass(frozen=True)
class Checked:
    """Whether a graph was checked, by which shapes or why not, how much was found by severity, and the
    first violations."""

    checked: bool
    said: str
    counts: dict[str, int] = field(default_factory=dict)
    examples: tuple[Finding, ...] = ()

    @property
    def violations(self) -> int:
        """How many violations there are."""
        return self.counts.get("violation", 0)

    def told(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {"checked": self.checked, "said": self.said}


def check(store: Store, base: str, triples: int, *, wanted: bool) -> Checked:
    """Checks the named graphs of a store together, by the shapes that they hold, else by the package's.

    Raises LoadError when the shapes that they hold cannot be used.
    """
    if not wanted:
        return Checked(False, "not checked against shapes, as asked")
    if triples > MOST:
        return Checked(
            False, f"not checked against shapes: {triples:,} triples are more than the {MOST:,} it bears"
        )
    names = [name for name in store.named_graphs() if isinstance(name, NamedNode)]
    own = [name for name in names if name.value.startswith(base + SHAPES)]
    try:
        shapes = compile_shapes(Graph.of_graphs(store, own) if own else _packaged())
        report = shapes.validate(store, leave_out=unseen(store, base))
    except ShapeError as error:
        raise LoadError(f"the shapes of the graph cannot be used: {error}") from None
    counts = {name.lower(): report.count(name) for name in SEVERITIES}
    whose = f"{len(own)} graphs of shapes in it" if own else "the shapes of renkei-kg"
    return Checked(True, f"checked against {whose}", counts, report.violations[:SHOWN])


def _packaged() -> list[Triple]:
    found: list[Triple] = []
    for path in sorted(packaged("shapes").glob("*.ttl")):
        found += [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]
    return found
