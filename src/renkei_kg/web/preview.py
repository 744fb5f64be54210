"""What a page shows of an answer: its first rows as a table, or the first part of a graph as Turtle.

A page is for looking: of a long answer only a beginning is read, and the page says so.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from renkei_kg.web.sparql import Shown

ROWS_SHOWN: Final = 1000
Cell = dict[str, str]


@dataclass(frozen=True)
class Preview:
    """Of a graph its Turtle, of ASK its truth, of solutions the names and rows, each with cells by name.
    ``total`` is the number of all rows; None where there are more than are known."""

    turtle: str | None = None
    truth: bool | None = None
    names: tuple[str, ...] = ()
    rows: tuple[dict[str, Cell], ...] = ()
    total: int | None = None
    whole: bool = True


def preview(shown: Shown) -> Preview:
    """What is to be seen of an answer, or of the beginning of one."""
    if shown.graph:
        return Preview(turtle=_lines(shown), whole=shown.whole)
    found = parse_query_results(shown.content, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return Preview(truth=bool(found))
    names = tuple(variable.value for variable in found.variables)
    solutions = _solutions(found, whole=shown.whole)
    rows = tuple(_row(names, solution) for solution in islice(solutions, ROWS_SHOWN))
    total = len(rows) + sum(1 for _ in solutions) if shown.whole else None
    return Preview(names=names, rows=rows, total=total, whole=shown.whole)


def _lines(shown: Shown) -> str:
    """The Turtle, to the end of a line."""
    content = shown.content if shown.whole else shown.content[: shown.content.rfind(b"\n") + 1]
    return content.decode("utf-8")


def _solutions(found: QuerySolutions, *, whole: bool) -> Iterator[QuerySolution]:
    """The solutions, to the last one that is there."""
    if whole:
        yield from found
    else:
        with suppress(SyntaxError):
            yield from found


def _row(names: tuple[str, ...], solution: QuerySolution) -> dict[str, Cell]:
    return {name: _cell(term) for name in names if (term := solution[name]) is not None}


def _cell(term: NamedNode | BlankNode | Literal | Triple) -> Cell:
    """A term as the template takes it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, Literal):
        language = {"xml:lang": term.language} if term.language else {}
        return {"type": "literal", "value": term.value, **language}
    return {"type": "other", "value": str(term)}
