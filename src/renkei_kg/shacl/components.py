"""The constraint components of SHACL Core that need no other shape (SHACL, sections 4.1 to 4.5 and 4.8).

Each function gives the check for one value of a parameter. Values that SPARQL compares are compared by
SPARQL, all at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from pyoxigraph import QuerySolutions, Store

from renkei_kg.shacl.datatypes import well_formed
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.shape import Check, ValueNodes, Violation
from renkei_kg.shacl.terms import datatype, iri, is_blank, is_iri, is_literal, language, lexical

Wrong = Callable[[Graph, set[str]], Iterable[str]]
AT_ONCE: Final = 5000
KINDS: Final[dict[str, tuple[Callable[[str], bool], ...]]] = {
    iri("sh", "IRI"): (is_iri,),
    iri("sh", "BlankNode"): (is_blank,),
    iri("sh", "Literal"): (is_literal,),
    iri("sh", "BlankNodeOrIRI"): (is_blank, is_iri),
    iri("sh", "BlankNodeOrLiteral"): (is_blank, is_literal),
    iri("sh", "IRIOrLiteral"): (is_iri, is_literal),
}


def each(wrong: Wrong) -> Check:
    """The check that finds every value node that ``wrong`` picks out of all of them."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        bad = frozenset(wrong(graph, values.all)) if values.all else frozenset()
        if bad:
            for focus, found in values.of.items():
                for value in bad.intersection(found):
                    yield Violation(focus, value)

    return check


def unlike(right: Callable[[str], bool]) -> Check:
    """The check that finds every value node that is not ``right``, whatever the graph says."""
    return each(lambda _, values: [value for value in values if not right(value)])


def in_class(cls: str) -> Check:
    """``sh:class``."""
    return each(lambda graph, values: values - graph.instances(cls))


def of_datatype(wanted: str) -> Check:
    """``sh:datatype``."""
    form = well_formed(wanted)

    def right(value: str) -> bool:
        return datatype(value) == wanted and (form is None or form(lexical(value)))

    return unlike(right)


def of_kind(kind: str) -> Check:
    """``sh:nodeKind``."""
    kinds = KINDS[kind]
    return unlike(lambda value: any(of(value) for of in kinds))


def counted(right: Callable[[int], bool]) -> Check:
    """``sh:minCount`` and ``sh:maxCount``."""

    def check(_: Graph, values: ValueNodes) -> Iterator[Violation]:
        return (Violation(focus) for focus, found in values.of.items() if not right(len(found)))

    return check


def meeting(expression: str) -> Check:
    """The check that finds the value nodes for which a SPARQL expression of ``?value`` is not true."""

    def wrong(_: Graph, values: set[str]) -> Iterator[str]:
        yield from filter(is_blank, values)
        rows = [(value,) for value in values if not is_blank(value)]
        yield from (rows[index][0] for index in _untrue(expression, ("value",), rows))

    return each(wrong)


def in_languages(ranges: Sequence[str]) -> Check:
    """``sh:languageIn``: basic filtering (RFC 4647, section 3.3.1), as ``langMatches`` of SPARQL does it."""
    wanted = tuple(one.lower() for one in ranges)

    def right(value: str) -> bool:
        tag = language(value).lower()
        return bool(tag) and any(one in ("*", tag) or tag.startswith(f"{one}-") for one in wanted)

    return unlike(right)


def unique_languages(_: Graph, values: ValueNodes) -> Iterator[Violation]:
    """``sh:uniqueLang``."""
    for focus, found in values.of.items():
        if len(found) > 1:
            tags = Counter(tag.lower() for value in found if (tag := language(value)))
            yield from (Violation(focus) for number in tags.values() if number > 1)


def equal_to(predicate: str) -> Check:
    """``sh:equals``."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        table = graph.table(predicate)
        for focus, found in values.of.items():
            for value in set(found).symmetric_difference(table.get(focus, ())):
                yield Violation(focus, value)

    return check


def disjoint_with(predicate: str) -> Check:
    """``sh:disjoint``."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        table = graph.table(predicate)
        for focus, found in values.of.items():
            for value in set(found).intersection(table.get(focus, ())):
                yield Violation(focus, value)

    return check


def compared_with(predicate: str, sign: str) -> Check:
    """``sh:lessThan`` and ``sh:lessThanOrEquals``: a violation for each pair that does not compare so."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        table = graph.table(predicate)
        pairs = [
            (focus, value, other)
            for focus, found in values.of.items()
            for value in found
            for other in table.get(focus, ())
        ]
        different = {pair[1:] for pair in pairs}
        wrong = {pair for pair in different if any(map(is_blank, pair))}
        rows = [*different - wrong]
        wrong.update(rows[index] for index in _untrue(f"?value {sign} ?other", ("value", "other"), rows))
        return (Violation(focus, value) for focus, value, other in pairs if (value, other) in wrong)

    return check


def one_of(members: Iterable[str]) -> Check:
    """``sh:in``."""
    known = frozenset(members)
    return each(lambda _, values: values - known)


def having(value: str) -> Check:
    """``sh:hasValue``."""

    def check(_: Graph, values: ValueNodes) -> Iterator[Violation]:
        return (Violation(focus) for focus, found in values.of.items() if value not in found)

    return check


def closed(allowed: frozenset[str]) -> Check:
    """``sh:closed``, but for the predicates that are allowed."""

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        others: dict[str, list[tuple[str, str]]] = {}
        for predicate, table in graph.tables.items():
            if predicate not in allowed:
                for node in values.all.intersection(table):
                    others.setdefault(node, []).extend((value, predicate) for value in table[node])
        for focus, found in values.of.items():
            for node in found:
                yield from (Violation(focus, value, predicate) for value, predicate in others.get(node, ()))

    return check


def usable(expression: str) -> bool:
    """Whether SPARQL can evaluate an expression that depends on nothing."""
    return bool(_nothing().query(f"ASK {{ BIND({expression} AS ?known) FILTER(BOUND(?known)) }}"))


def _untrue(expression: str, names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[int]:
    """The indexes of the rows for which an expression of the named variables is not true."""
    variables = " ".join(f"?{name}" for name in names)
    for start in range(0, len(rows), AT_ONCE):
        batch = enumerate(rows[start : start + AT_ONCE], start)
        data = "\n".join(f"({index} {' '.join(row)})" for index, row in batch)
        condition = f"FILTER(!COALESCE({expression}, false))"
        found = _nothing().query(f"SELECT ?index {{ VALUES (?index {variables}) {{ {data} }} {condition} }}")
        assert isinstance(found, QuerySolutions)
        yield from (int(solution["index"].value) for solution in found)


@cache
def _nothing() -> Store:
    return Store()
