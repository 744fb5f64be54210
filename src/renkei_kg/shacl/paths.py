"""Property paths (SHACL, section 2.3.1): read from a shapes graph, followed, written in SPARQL."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass

from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import FIRST, Graph
from renkei_kg.shacl.terms import iri, is_iri

Follow = Callable[[str], Collection[str]]


class Path(ABC):
    """A property path. ``following`` gives what leads from a node to the nodes that the path reaches, each
    once; ``back`` follows it the other way."""

    @abstractmethod
    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        """What follows the path in a graph."""

    @abstractmethod
    def sparql(self) -> str:
        """The path in SPARQL, with brackets where they may be needed."""


@dataclass(frozen=True)
class Predicate(Path):
    """One step."""

    name: str

    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        get = (graph.inverse if back else graph.table)(self.name).get
        return lambda node: get(node, ())

    def sparql(self) -> str:
        return self.name


@dataclass(frozen=True)
class Inverse(Path):
    """A path the other way."""

    path: Path

    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        return self.path.following(graph, back=not back)

    def sparql(self) -> str:
        return f"(^{self.path.sparql()})"


@dataclass(frozen=True)
class Sequence(Path):
    """One path after the other."""

    steps: tuple[Path, ...]

    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        steps = [step.following(graph, back=back) for step in self.steps]
        first, *others = reversed(steps) if back else steps

        def follow(node: str) -> Collection[str]:
            reached = first(node)
            for step in others:
                if not reached:
                    break
                reached = {end for start in reached for end in step(start)}
            return reached

        return follow

    def sparql(self) -> str:
        return "(" + "/".join(step.sparql() for step in self.steps) + ")"


@dataclass(frozen=True)
class Alternative(Path):
    """Any of several paths."""

    paths: tuple[Path, ...]

    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        paths = [path.following(graph, back=back) for path in self.paths]
        return lambda node: {end for path in paths for end in path(node)}

    def sparql(self) -> str:
        return "(" + "|".join(path.sparql() for path in self.paths) + ")"


@dataclass(frozen=True)
class Repeated(Path):
    """A path none, one or many times: ``*``, ``+`` or ``?``."""

    path: Path
    sign: str

    def following(self, graph: Graph, *, back: bool = False) -> Follow:
        step, sign = self.path.following(graph, back=back), self.sign

        def follow(node: str) -> Collection[str]:
            if sign == "?":
                return {node, *step(node)}
            reached = {node} if sign == "*" else set()
            open_ends = [node]
            while open_ends:
                more = set(step(open_ends.pop())) - reached
                reached |= more
                open_ends += more
            return reached

        return follow

    def sparql(self) -> str:
        return f"({self.path.sparql()}{self.sign})"


SIGNS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def read_path(shapes: Graph, node: str, shape: str, inside: tuple[str, ...] = ()) -> Path:
    """The path that a node of a shapes graph describes. Raises ShapeError when it describes none."""
    if is_iri(node):
        return Predicate(node)
    if node in inside:
        raise ShapeError(shape, "its sh:path leads back to itself.")

    def read(part: str) -> Path:
        return read_path(shapes, part, shape, (*inside, node))

    def several(head: str) -> tuple[Path, ...]:
        parts = tuple(read(part) for part in shapes.members(head) or ())
        if len(parts) < 2:
            raise ShapeError(shape, "a list of paths in its sh:path needs two members or more.")
        return parts

    if shapes.objects(node, FIRST):
        return Sequence(several(node))
    for name in ("inversePath", "alternativePath", *SIGNS):
        for part in shapes.objects(node, iri("sh", name)):
            if name == "inversePath":
                return Inverse(read(part))
            return (
                Alternative(several(part)) if name == "alternativePath" else Repeated(read(part), SIGNS[name])
            )
    raise ShapeError(shape, "its sh:path is no property path (SHACL, section 2.3.1).")
