"""The constraint components of SHACL Core that other shapes are part of (SHACL, sections 4.6 and 4.7)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from renkei_kg.shacl.components import each
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.shape import Check, Shape, ValueNodes, Violation


def nested(shape: Shape) -> Check:
    """``sh:node``."""
    return each(shape.failing)


def negated(shape: Shape) -> Check:
    """``sh:not``."""
    return each(lambda graph, values: values - shape.failing(graph, values))


def every(shapes: Sequence[Shape]) -> Check:
    """``sh:and``."""
    return _number(shapes, lambda number: number == len(shapes))


def some(shapes: Sequence[Shape]) -> Check:
    """``sh:or``."""
    return _number(shapes, lambda number: number > 0)


def exactly_one(shapes: Sequence[Shape]) -> Check:
    """``sh:xone``."""
    return _number(shapes, lambda number: number == 1)


def qualified(shape: Shape, siblings: Sequence[Shape], right: Callable[[int], bool]) -> Check:
    """``sh:qualifiedMinCount`` and ``sh:qualifiedMaxCount``: of the value nodes that conform to ``shape`` and
    to none of its siblings."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        counting = values.all - shape.failing(graph, values.all)
        for sibling in siblings:
            counting &= sibling.failing(graph, counting)
        for focus, found in values.of.items():
            if not right(len(counting.intersection(found))):
                yield Violation(focus)

    return check


def _number(shapes: Sequence[Shape], right: Callable[[int], bool]) -> Check:
    """The check that finds every value node for which the number of shapes that it conforms to is wrong."""

    def wrong(graph: Graph, values: set[str]) -> Iterator[str]:
        failures = Counter(value for shape in shapes for value in shape.failing(graph, values))
        return (value for value in values if not right(len(shapes) - failures[value]))

    return each(wrong)
