"""Data extension: values of properties for entities (specification 0.2, section 7)."""

import re
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.reconcile import asked as asking
from renkei_kg.web.reconcile.asked import Column, Wanted
from renkei_kg.web.reconcile.current import Asked
from renkei_kg.web.reconcile.evidence import Stated, stated

XSD: Final = PREFIXES["xsd"]
INTEGERS: Final = frozenset(
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "unsignedInt"),
    )
)
FLOATS: Final = frozenset(XSD + name for name in ("decimal", "double", "float"))
DAY: Final = r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
TIME: Final = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-][0-2][0-9]:[0-5][0-9])?"
DATE, DATE_TIME = re.compile(DAY), re.compile(DAY + TIME)
Object = dict[str, Any]
Term = NamedNode | Literal


def extend(asked: Asked, wanted: Wanted) -> Object:
    """A data extension response: a row for each identifier as it was given. Raises EngineError."""
    iris = {one: asking.thing(one, asked.view.addresses.base) for one in wanted.ids}
    properties = {column.property for column in wanted.columns}
    known = stated(asked.view, filter(is_iri, iris.values()), properties)
    for some in known.values():
        some.sort(key=lambda term: (isinstance(term, Literal), str(term)))
    rows = {
        id_: {column.asked: _cell(asked, column, known[iri, column.property]) for column in wanted.columns}
        for id_, iri in iris.items()
    }
    return {"meta": _meta(asked, wanted, known), "rows": rows}


def _cell(asked: Asked, column: Column, terms: list[Term]) -> list[Object]:
    if column.language:
        terms = [
            one for one in terms if isinstance(one, NamedNode) or one.language in (None, column.language)
        ]
    return [_value(asked, one) for one in (terms[: column.most] if column.most else terms)]


def _value(asked: Asked, term: Term) -> Object:
    """A value: of an entity its identifier and name, of a literal what its datatype makes of it."""
    if isinstance(term, NamedNode):
        number = asked.entities.numbers.get(term.value)
        if number is None:
            return {"str": term.value}
        return {"id": term.value, "name": asked.entities.label(number, asked.page.lang)}
    kind = term.datatype.value
    try:
        if kind in INTEGERS:
            return {"int": int(term.value)}
        if kind in FLOATS and abs(number_ := float(term.value)) < float("inf"):
            return {"float": number_}
    except ValueError:
        return {"str": term.value}
    if kind == XSD + "date" and DATE.fullmatch(term.value):
        return {"date": f"{term.value}T00:00:00"}
    if kind == XSD + "dateTime" and DATE_TIME.fullmatch(term.value):
        return {"date": term.value}
    return {"str": term.value}


def _meta(asked: Asked, wanted: Wanted, known: Stated) -> list[Object]:
    """The properties with their names, and with the type that their values have together if all are
    entities."""
    types = {column.property: _common_type(asked, column.property, known) for column in wanted.columns}
    named = asked.named({one for one in (*types, *types.values()) if one})
    found = []
    for column in wanted.columns:
        name = named.term(column.property).text if column.property else column.asked
        told: Object = {"id": column.asked, "name": name}
        if type_ := types[column.property]:
            told["type"] = {"id": type_, "name": named.term(type_).text}
        found.append(told)
    return found


def _common_type(asked: Asked, property_: str, known: Stated) -> str:
    terms = [term for (_, p), some in known.items() if p == property_ for term in some]
    numbers = [asked.entities.numbers.get(term.value) for term in terms if isinstance(term, NamedNode)]
    if not terms or len(numbers) < len(terms):
        return ""
    entities = asked.entities
    every = [entities.shown_types(one) for one in numbers if one is not None]
    if len(every) < len(numbers):
        return ""
    return next((one for one in every[0] if all(one in types for types in every)), "")
