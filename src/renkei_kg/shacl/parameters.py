"""The parameters that make constraints, and how each is read from a shapes graph."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from renkei_kg.shacl import components, logic
from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.paths import Predicate
from renkei_kg.shacl.queries import sparql_constraint
from renkei_kg.shacl.shape import Check, Constraint, Shape
from renkei_kg.shacl.terms import datatype, iri, is_iri, is_literal, lexical

TRUE: Final = f'"true"^^{iri("xsd", "boolean")}'
FALSE: Final = f'"false"^^{iri("xsd", "boolean")}'
COMPARED: Final = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
ORDERED: Final = {"lessThan": "<", "lessThanOrEquals": "<="}


@dataclass(frozen=True)
class Parameter:
    """The values of a parameter of a shape. Its methods raise ShapeError when the values are none for it."""

    graph: Graph
    read: Callable[[str], Shape]
    shape: str
    name: str
    values: tuple[str, ...]

    def other(self, name: str, shape: str | None = None) -> "Parameter":
        """Another parameter of the same shape, or of another one."""
        about = shape or self.shape
        values = tuple(sorted(self.graph.objects(about, iri("sh", name))))
        return Parameter(self.graph, self.read, self.shape, name, values)

    def only(self) -> str:
        """The one value that may be given; empty when none is."""
        if len(self.values) > 1:
            raise ShapeError(self.shape, f"it has more than one sh:{self.name}.")
        return self.values[0] if self.values else ""

    def number(self) -> int:
        """The one value, a natural number."""
        value = self.only()
        if datatype(value) != iri("xsd", "integer") or not re.fullmatch("[0-9]+", lexical(value)):
            raise ShapeError(self.shape, f"sh:{self.name} takes an xsd:integer of 0 or more, not {value}.")
        return int(lexical(value))

    def flag(self) -> bool:
        """The one value, true or false; false when none is given."""
        value = self.only()
        if value not in ("", TRUE, FALSE):
            raise ShapeError(self.shape, f"sh:{self.name} is true or false, not {value}.")
        return value == TRUE

    def iris(self) -> tuple[str, ...]:
        """The values, which are IRIs."""
        for value in self.values:
            if not is_iri(value):
                raise ShapeError(self.shape, f"sh:{self.name} takes an IRI, not {value}.")
        return self.values

    def literals(self) -> tuple[str, ...]:
        """The values, which are literals."""
        for value in self.values:
            if not is_literal(value):
                raise ShapeError(self.shape, f"sh:{self.name} takes a literal, not {value}.")
        return self.values

    def members(self, head: str) -> list[str]:
        """The members of a list that is a value."""
        members = self.graph.members(head)
        if members is None:
            raise ShapeError(self.shape, f"sh:{self.name} takes a list, and {head} is none.")
        return members

    def of_property_shape(self, shape: Shape) -> None:
        """Sees to it that the parameter belongs to a property shape."""
        if shape.path is None:
            raise ShapeError(self.shape, f"sh:{self.name} is for property shapes, and this is none.")


Builder = Callable[[Parameter, Shape], Iterable[Constraint]]


def _of(checks: Callable[[Parameter], Iterable[Check]], *, only_properties: bool = False) -> Builder:
    """What makes a constraint of each check; its component has the parameter's name."""

    def build(given: Parameter, shape: Shape) -> Iterator[Constraint]:
        if only_properties:
            given.of_property_shape(shape)
        name = f"{given.name[0].upper()}{given.name[1:]}ConstraintComponent"
        return (Constraint(iri("sh", name), check) for check in checks(given))

    return build


def _expressions(form: str) -> Builder:
    """What makes constraints that hold where SPARQL finds an expression true of ``?value``."""
    return _of(lambda given: (components.meeting(form.format(value)) for value in given.literals()))


def _min_count(given: Parameter) -> list[Check]:
    least = given.number()
    return [components.counted(lambda number: number >= least)] if least else []


def _max_count(given: Parameter) -> list[Check]:
    most = given.number()
    return [components.counted(lambda number: number <= most)]


def _length(sign: str, given: Parameter) -> list[Check]:
    return [components.meeting(f"STRLEN(STR(?value)) {sign} {given.number()}")]


def _datatype(given: Parameter) -> list[Check]:
    given.iris()
    return [components.of_datatype(given.only())]


def _node_kind(given: Parameter) -> list[Check]:
    if given.only() not in components.KINDS:
        raise ShapeError(given.shape, f"{given.only()} is no kind of node that SHACL knows.")
    return [components.of_kind(given.only())]


def _pattern(given: Parameter) -> Iterator[Check]:
    flags = given.other("flags")
    more = "".join(f", {flag}" for flag in (flags.only(),) if flag)
    for pattern in given.literals():
        if not components.usable(f'REGEX("", {pattern}{more})'):
            raise ShapeError(given.shape, f"SPARQL does not know its sh:pattern {pattern}{more}.")
        yield components.meeting(f"REGEX(STR(?value), {pattern}{more})")


def _languages(given: Parameter) -> list[Check]:
    return [components.in_languages([lexical(one) for one in given.members(given.only())])]


def _unique(given: Parameter) -> list[Check]:
    return [components.unique_languages] if given.flag() else []


def _list_of_shapes(make: Callable[[list[Shape]], Check], given: Parameter) -> Iterator[Check]:
    for head in given.values:
        members = given.members(head)
        if not members:
            raise ShapeError(given.shape, f"sh:{given.name} takes a list of shapes, and {head} is empty.")
        yield make([given.read(member) for member in members])


def _compared(sign: str, given: Parameter) -> Iterator[Check]:
    return (components.compared_with(value, sign) for value in given.iris())


def _nodes(given: Parameter, _: Shape) -> Iterator[Constraint]:
    for value in given.values:
        inner = given.read(value)
        if inner.path is not None:
            raise ShapeError(given.shape, f"its sh:node {value} is a property shape; use sh:property.")
        yield Constraint(iri("sh", "NodeConstraintComponent"), logic.nested(inner), details=inner)


def _qualified(given: Parameter) -> Iterator[Check]:
    least = given.name == "qualifiedMinCount"
    limit = given.number()
    wanted = given.other("qualifiedValueShape").values
    if not wanted:
        raise ShapeError(given.shape, f"sh:{given.name} needs an sh:qualifiedValueShape.")
    siblings: set[str] = set()
    if given.other("qualifiedValueShapesDisjoint").flag():
        for parent in given.graph.inverse(iri("sh", "property")).get(given.shape, ()):
            for one in given.other("property", parent).values:
                siblings.update(given.other("qualifiedValueShape", one).values)
    for value in wanted:
        others = [given.read(one) for one in sorted(siblings - {value})]
        yield logic.qualified(
            given.read(value), others, (lambda n: n >= limit) if least else (lambda n: n <= limit)
        )


def _closed(given: Parameter) -> list[Check]:
    if not given.flag():
        return []
    ignored = given.other("ignoredProperties")
    allowed = {member for head in ignored.values for member in ignored.members(head)}
    paths = (given.read(value).path for value in given.other("property").values)
    allowed.update(path.name for path in paths if isinstance(path, Predicate))
    return [components.closed(frozenset(allowed))]


def _sparql(given: Parameter, shape: Shape) -> Iterator[Constraint]:
    for value in given.values:
        if not given.other("deactivated", value).flag():
            check = sparql_constraint(given.graph, value, given.shape, shape.path)
            yield Constraint(iri("sh", "SPARQLConstraintComponent"), check, source=value)


BUILDERS: Final[dict[str, Builder]] = {
    "class": _of(lambda given: map(components.in_class, given.iris())),
    "datatype": _of(_datatype),
    "nodeKind": _of(_node_kind),
    "minCount": _of(_min_count, only_properties=True),
    "maxCount": _of(_max_count, only_properties=True),
    **{name: _expressions(f"?value {sign} {{}}") for name, sign in COMPARED.items()},
    "minLength": _of(partial(_length, ">=")),
    "maxLength": _of(partial(_length, "<=")),
    "pattern": _of(_pattern),
    "languageIn": _of(_languages),
    "uniqueLang": _of(_unique, only_properties=True),
    "equals": _of(lambda given: map(components.equal_to, given.iris())),
    "disjoint": _of(lambda given: map(components.disjoint_with, given.iris())),
    **{name: _of(partial(_compared, sign), only_properties=True) for name, sign in ORDERED.items()},
    "not": _of(lambda given: (logic.negated(given.read(value)) for value in given.values)),
    "and": _of(partial(_list_of_shapes, logic.every)),
    "or": _of(partial(_list_of_shapes, logic.some)),
    "xone": _of(partial(_list_of_shapes, logic.exactly_one)),
    "node": _nodes,
    "qualifiedMinCount": _of(_qualified, only_properties=True),
    "qualifiedMaxCount": _of(_qualified, only_properties=True),
    "closed": _of(_closed),
    "hasValue": _of(lambda given: map(components.having, given.values)),
    "in": _of(lambda given: [components.one_of(given.members(given.only()))]),
    "sparql": _sparql,
}
