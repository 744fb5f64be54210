"""What follows by the rules from graphs that were written: a graph of its own, made again by each write and
each build, which come to the same.

Rules see here what shapes see: every named graph but the shapes', the description and the history. What is
compiled from the sources stays as it is, even where a rule would not have added something had it known of
what was written later.
"""

from collections.abc import Sequence

from pyoxigraph import NamedNode, Store, Triple

from renkei_kg.compile.infer import Rule, infer
from renkei_kg.reserved import HISTORY, INFERRED_FROM_WRITTEN, SHAPES, STATISTICS
from renkei_kg.shacl import Graph
from renkei_kg.union import Union


def is_seen(graph: str, base: str) -> bool:
    """Whether rules and shapes look at a named graph."""
    return graph not in (base + STATISTICS, base + HISTORY) and not graph.startswith(base + SHAPES)


def unseen(store: Store, base: str) -> list[NamedNode]:
    """The named graphs of a store that neither rules nor shapes look at."""
    names = (name for name in store.named_graphs() if isinstance(name, NamedNode))
    return [name for name in names if not is_seen(name.value, base)]


def entail(data: Graph, rules: Sequence[Rule], base: str) -> set[Triple]:
    """Adds to ``data`` what the rules entail, and returns that. Raises SourceError when they fail."""
    graph = NamedNode(base + INFERRED_FROM_WRITTEN)
    infer(data.store, rules, graph)
    new = {quad.triple for quad in data.store.quads_for_pattern(None, None, None, graph)}
    if new:
        data.add(new)
    return new


def put(union: Union, new: set[Triple], base: str) -> None:
    """Makes the graph hold what was entailed; when that is nothing, there is no such graph."""
    graph = NamedNode(base + INFERRED_FROM_WRITTEN)
    old = {quad.triple for quad in union.store.quads_for_pattern(None, None, None, graph)}
    union.remove(old - new, graph)
    union.add(new - old, graph)
    if not new:
        union.store.remove_graph(graph)
