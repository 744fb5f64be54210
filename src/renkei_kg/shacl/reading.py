"""Reads shapes out of a shapes graph. What is not SHACL, or is not supported, is an error that names the
shape: nothing is ever left out in silence."""

from collections.abc import Iterator
from functools import cached_property, partial
from typing import Final

from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import TYPE, Graph
from renkei_kg.shacl.parameters import BUILDERS, Parameter
from renkei_kg.shacl.paths import read_path
from renkei_kg.shacl.queries import sparql_target
from renkei_kg.shacl.shape import Shape, Target
from renkei_kg.shacl.terms import iri, is_blank, is_iri, is_literal

SH: Final = iri("sh", "")[:-1]
VIOLATION: Final = iri("sh", "Violation")
TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")
# What is read elsewhere, or says nothing of which graphs conform (SHACL, sections 2.1 and 2.3.2).
OTHERS: Final = {
    "path", "property", "message", "severity", "deactivated", "name", "description", "order", "group",
    "defaultValue", *TARGETS,
}  # fmt: skip
# What means nothing without one of these.
DEPENDENT: Final = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
}


class Reader:
    """Reads the shapes of a graph, each once."""

    def __init__(self, shapes: Graph) -> None:
        self.graph = shapes
        self._read: dict[str, Shape] = {}
        self._open: list[str] = []
        self._parameters: dict[str, list[str]] = {}
        for predicate in sorted(shapes.tables):
            if predicate.startswith(SH):
                for subject in shapes.table(predicate):
                    self._parameters.setdefault(subject, []).append(predicate[len(SH) : -1])

    def targeting(self) -> list[Shape]:
        """The shapes that have a target, by their names. All shapes are read."""
        self._refuse()
        found: set[str] = set()
        for kind in ("NodeShape", "PropertyShape"):
            found |= self.graph.instances(iri("sh", kind))
        for parameter in (*TARGETS, *BUILDERS, "property"):
            found.update(self.graph.table(iri("sh", parameter)))
        try:
            shapes = [self.shape(name) for name in sorted(found, key=lambda name: (is_blank(name), name))]
        except ShapeError as error:
            named = next(filter(is_iri, reversed(self._open)), error.shape)
            inside = is_blank(error.shape) and named != error.shape
            raise ShapeError(named, f"in it, {error.reason}") if inside else error from None
        return [shape for shape in shapes if shape.targets]

    def _refuse(self) -> None:
        """Raises ShapeError when the graph holds what is not supported and would change what shapes mean."""
        for kind in ("SPARQLFunction", "JSFunction", "SPARQLTargetType", "JSTargetType"):
            for name in self.graph.instances(iri("sh", kind)):
                raise ShapeError(name, f"sh:{kind} is not supported.")
        for name, regimes in self.graph.table(iri("sh", "entailment")).items():
            raise ShapeError(name, f"it asks for the entailment {regimes[0]}, which is not supported.")
        for component in self.graph.instances(iri("sh", "ConstraintComponent")):
            for parameter in self._values(component, "parameter"):
                for path in self._values(parameter, "path"):
                    if not path.startswith(SH):
                        for name in self.graph.table(path):
                            raise ShapeError(name, f"it uses {path} of {component}, which is not supported.")

    def shape(self, name: str) -> Shape:
        """The shape of a name."""
        if name in self._read:
            return self._read[name]
        if name in self._open:
            raise ShapeError(
                name, "it is part of itself, and SHACL does not say what that means (section 3.4.3)."
            )
        if is_literal(name):
            raise ShapeError(name, "a literal is no shape.")
        self._open.append(name)
        shape = self._read[name] = self._shape(name)
        self._open.pop()
        return shape

    def _shape(self, name: str) -> Shape:
        paths, types = self._values(name, "path"), self.graph.objects(name, TYPE)
        if len(paths) > 1:
            raise ShapeError(name, "it has more than one sh:path.")
        if not paths and iri("sh", "PropertyShape") in types:
            raise ShapeError(name, "a property shape needs an sh:path.")
        if paths and iri("sh", "NodeShape") in types:
            raise ShapeError(name, "a node shape has no sh:path; make it an sh:PropertyShape.")
        shape = Shape(
            name=name,
            path=read_path(self.graph, paths[0], name) if paths else None,
            path_node=paths[0] if paths else None,
            severity=self.parameter(name, "severity").only() or VIOLATION,
            messages=tuple(sorted(self._values(name, "message"))),
            deactivated=self.parameter(name, "deactivated").flag(),
            asks=bool(self._values(name, "target") or self._values(name, "sparql")),
        )
        shape.targets.extend(self._targets(name))
        for value in sorted(self._values(name, "property")):
            inner = self.shape(value)
            if inner.path is None:
                raise ShapeError(name, f"its sh:property {value} is no property shape: it has no sh:path.")
            shape.properties.append(inner)
        given = self._parameters.get(name, [])
        for parameter in given:
            if parameter in BUILDERS:
                shape.constraints.extend(BUILDERS[parameter](self.parameter(name, parameter), shape))
            elif parameter not in OTHERS and parameter not in DEPENDENT:
                raise ShapeError(name, f"sh:{parameter} is not supported.")
            elif parameter in DEPENDENT and not set(DEPENDENT[parameter]).intersection(given):
                raise ShapeError(name, f"sh:{parameter} needs sh:{' or sh:'.join(DEPENDENT[parameter])}.")
        return shape

    def parameter(self, shape: str, name: str) -> Parameter:
        """The values of a parameter of a shape."""
        return Parameter(self.graph, self.shape, shape, name, tuple(sorted(self._values(shape, name))))

    def _targets(self, name: str) -> Iterator[Target]:
        for node in self._values(name, "targetNode"):
            yield partial(_itself, node)
        for cls in self.parameter(name, "targetClass").iris():
            yield partial(_instances, cls)
        for predicate in self.parameter(name, "targetSubjectsOf").iris():
            yield partial(_subjects, predicate)
        for predicate in self.parameter(name, "targetObjectsOf").iris():
            yield partial(_objects, predicate)
        for target in self._values(name, "target"):
            if not self._values(target, "select"):
                raise ShapeError(name, "its sh:target is no sh:SPARQLTarget; other kinds are not supported.")
            yield sparql_target(self.graph, target, name)
        if not self._classes.isdisjoint(self.graph.objects(name, TYPE)):
            yield partial(_instances, name)

    @cached_property
    def _classes(self) -> set[str]:
        """The classes of classes, whose instances target their own instances (SHACL, section 2.1.3.3)."""
        return self.graph.below([iri("rdfs", "Class"), iri("owl", "Class")])

    def _values(self, name: str, parameter: str) -> list[str]:
        return self.graph.objects(name, iri("sh", parameter))


def _itself(node: str, _: Graph) -> list[str]:
    return [node]


def _instances(cls: str, graph: Graph) -> frozenset[str]:
    return graph.instances(cls)


def _subjects(predicate: str, graph: Graph) -> dict[str, list[str]]:
    return graph.table(predicate)


def _objects(predicate: str, graph: Graph) -> dict[str, list[str]]:
    return graph.inverse(predicate)
