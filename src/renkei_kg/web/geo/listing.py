"""Lists that pages show: the rows of a query with the names of what they hold, and the query itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.engine.contract import QueryTimeout
from renkei_kg.namespaces import XSD
from renkei_kg.web.geo.queries import JOINED
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.pages import Behind, behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import LIST_SECONDS, View

MOST_SHOWN: Final = 2_000
TRUE: Final = Literal("true", datatype=XSD.boolean)
Item = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """The items of a list by the names of the query's columns: an IRI is a Ref, several are a list of them, a
    number is an int, a truth value a bool, other literals are text; what is not bound is None. ``behind``
    says when these are not all."""

    items: list[Item]
    behind: Behind


def listings(view: View, page: Page, queries: Mapping[str, str]) -> tuple[dict[str, Listing], Refs]:
    """The answers to some queries, each by its name; everything in them is named at once. Of a list that is
    too long the first items are shown, and none of one that takes too long to make. Raises EngineError."""
    view.expect(*queries.values(), seconds=LIST_SECONDS)
    tables = {name: _table(view, text) for name, text in queries.items()}
    shown = {name: (rows or [])[:MOST_SHOWN] for name, rows in tables.items()}
    named = refs(view, page, linked().names, {iri for rows in shown.values() for iri in _iris(rows)})
    found = {}
    for name, rows in tables.items():
        total = None if rows is None else len(rows)
        query = replace(behind(view, page, queries[name]), shown=len(shown[name]), total=total)
        found[name] = Listing([_item(row, named) for row in shown[name]], query)
    return found, named


def _table(view: View, query: str) -> list[Item] | None:
    """The rows of a list; None when they take too long."""
    try:
        return view.table(query, LIST_SECONDS)
    except QueryTimeout:
        view.go_without()
        return None


def _iris(rows: Iterable[Item]) -> Iterable[str]:
    for row in rows:
        for name, term in row.items():
            if isinstance(term, NamedNode):
                yield term.value
            elif name in JOINED and term is not None:
                yield from term.value.split()


def _item(row: Item, named: Refs) -> Item:
    return {name: _shown(name, term, named) for name, term in row.items()}


def _shown(name: str, term: Any, named: Refs) -> Ref | list[Ref] | int | bool | str | None:
    if isinstance(term, NamedNode):
        return named.thing(term.value)
    if name in JOINED:
        iris = () if term is None else term.value.split()
        return sorted((named.thing(iri) for iri in iris), key=lambda one: (one.text, one.iri))
    if not isinstance(term, Literal):
        return None
    if term.datatype == XSD.boolean:
        return term == TRUE
    return int(term.value) if term.datatype == XSD.integer else str(term.value)
