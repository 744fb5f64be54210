"""Shapes as they are checked: of a whole set of focus nodes at a time, never of one after the other."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.paths import Path
from renkei_kg.shacl.report import Result


class ValueNodes:
    """The value nodes of each focus node (SHACL, section 2.1.3), and all of them together."""

    def __init__(self, of: Mapping[str, Collection[str]]) -> None:
        self.of = of

    @cached_property
    def all(self) -> set[str]:
        """The value nodes of all focus nodes."""
        return set().union(*self.of.values())


class Violation(NamedTuple):
    """A focus node that does not meet a constraint: where the constraint says so, with the value that does
    not, a path other than the shape's, and messages in place of the shape's."""

    focus: str
    value: str | None = None
    path: str | None = None
    messages: tuple[str, ...] | None = None


Check = Callable[[Graph, ValueNodes], Iterable[Violation]]
Target = Callable[[Graph], Iterable[str]]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A constraint of a shape: its component, how it is checked, and what ``sh:detail`` comes from."""

    component: str
    check: Check
    source: str | None = None
    details: "Shape | None" = None


@dataclass(frozen=True, eq=False)
class Shape:
    """A node shape, or a property shape when it has a path. All names are N-Triples texts."""

    name: str
    path: Path | None
    path_node: str | None
    severity: str
    messages: tuple[str, ...]
    deactivated: bool
    asks: bool  # whether it asks queries
    targets: list[Target] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    properties: list["Shape"] = field(default_factory=list)

    def focus_nodes(self, graph: Graph) -> set[str]:
        """What the shape targets."""
        return set().union(*(target(graph) for target in self.targets))

    def value_nodes(self, graph: Graph, nodes: Collection[str]) -> ValueNodes:
        """The value nodes of some focus nodes."""
        if self.path is None:
            return ValueNodes({node: (node,) for node in nodes})
        follow = self.path.following(graph)
        return ValueNodes({node: follow(node) for node in nodes})

    def failing(self, graph: Graph, nodes: Collection[str]) -> set[str]:
        """Those of some nodes that do not conform to the shape (SHACL, section 3.4.2)."""
        if self.deactivated or not nodes:
            return set()
        values = self.value_nodes(graph, nodes)
        failed = {found.focus for one in self.constraints for found in one.check(graph, values)}
        for shape in self.properties:
            wrong = shape.failing(graph, values.all)
            if wrong:
                failed.update(node for node, found in values.of.items() if not wrong.isdisjoint(found))
        return failed

    def results(self, graph: Graph, nodes: Collection[str]) -> Iterator[Result]:
        """The validation results of some focus nodes (SHACL, section 3.4.1)."""
        if self.deactivated or not nodes:
            return
        values = self.value_nodes(graph, nodes)
        for constraint in self.constraints:
            for found in constraint.check(graph, values):
                yield self._result(graph, constraint, found)
        for shape in self.properties:
            if self.path is None:
                yield from shape.results(graph, nodes)
            elif wrong := shape.failing(graph, values.all):
                for reached in values.of.values():
                    yield from shape.results(graph, wrong.intersection(reached))

    def _result(self, graph: Graph, constraint: Constraint, found: Violation) -> Result:
        details = None
        if constraint.details is not None and found.value is not None:
            details = partial(constraint.details.results, graph, [found.value])
        return Result(
            focus=found.focus,
            path=found.path or self.path_node,
            value=found.value,
            shape=self.name,
            component=constraint.component,
            constraint=constraint.source,
            severity=self.severity,
            messages=self.messages if found.messages is None else found.messages,
            details=details,
        )
