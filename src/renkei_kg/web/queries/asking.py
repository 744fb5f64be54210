"""What an example is asked with: values for its parameters, from a URL, chosen by name on its page."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from renkei_kg.namespaces import PREFIXES
from renkei_kg.parameters import COMMON, Constant, Parameter, ParameterError, bound
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem
from renkei_kg.web.queries.gallery import Example

OFFERED_MOST: Final = 500
NEAR: Final = 5
MEMBERS: Final = """SELECT ?x (MIN(?kana) AS ?first) {{
    ?x a <{kind}> OPTIONAL {{ ?x rk:kana ?kana }} FILTER(isIRI(?x))
}} GROUP BY ?x LIMIT {most}"""
INPUTS: Final = {PREFIXES["xsd"] + "integer": "number", PREFIXES["xsd"] + "date": "date"}


@dataclass(frozen=True)
class Choice:
    """A value on offer: how a URL says it, what it is called, and the IRI."""

    value: str
    text: str
    lang: str
    iri: str


@dataclass(frozen=True)
class Field:
    """A parameter as a form shows it. Without ``choices`` it is typed, in an input of the kind ``input``."""

    parameter: Parameter
    value: str
    choices: tuple[Choice, ...]
    input: str = "text"

    @property
    def chosen(self) -> Choice | None:
        """The choice that is made; None where there are none to make."""
        return next((one for one in self.choices if one.value == self.value), None)

    @property
    def text(self) -> str:
        """The value in words."""
        return self.chosen.text if self.chosen else self.value

    @property
    def lang(self) -> str:
        """The language of these where it is not that of the page."""
        return self.chosen.lang if self.chosen else ""


@dataclass(frozen=True)
class Asked:
    """An example with values: the query that they make, those that are not as written in it, and the form."""

    text: str
    given: dict[str, str]
    fields: tuple[Field, ...]


def asked(view: View, page: Page, example: Example, arguments: Mapping[str, str]) -> Asked:
    """An example asked with the arguments of a URL. Raises EngineError, and Problem 400 that says what would
    do."""
    names = [one.name for one in example.parameters]
    for name in arguments.keys() - {*names, *COMMON}:
        has = f"It has: {', '.join(names)}." if names else "It has none."
        raise Problem(400, f"The query {example.name} has no parameter {name!r}. {has}")
    values: dict[Constant, Constant] = {}
    fields, given = [], {}
    for one in example.parameters:
        offered = tuple(_offered(view, page, one)) if one.is_thing else ()
        value = _value(page, one, arguments.get(one.name, one.short(one.default)), offered)
        values[one.default] = value
        if value != one.default:
            given[one.name] = one.short(value)
        fields.append(Field(one, one.short(value), offered, INPUTS.get(one.type, "text")))
    return Asked(bound(example.body, values), given, tuple(fields))


def _offered(view: View, page: Page, parameter: Parameter) -> Iterable[Choice]:
    """The things that a parameter can be, by name; none when they are too many to choose from."""
    rows = view.rows(MEMBERS.format(kind=parameter.type, most=OFFERED_MOST + 1))
    if len(rows) > OFFERED_MOST:
        return []
    kana = {iri.value: "" if first is None else first.value for iri, first in rows}
    names = refs(view, page, linked().names, kana)
    choices = []
    for iri in kana:
        ref = names.thing(iri)
        choices.append(Choice(parameter.short(NamedNode(iri)), ref.text, ref.lang, iri))
    japanese = page.lang == "ja"
    return sorted(choices, key=lambda one: (kana[one.iri] if japanese else "", one.text, one.iri))


def _value(page: Page, parameter: Parameter, text: str, offered: tuple[Choice, ...]) -> Constant:
    try:
        value = parameter.read(text)
    except ParameterError as error:
        raise Problem(400, str(error)) from None
    if offered and value.value not in {one.iri for one in offered}:
        by_name = {name: one for one in offered for name in (one.value, one.text)}
        near = [by_name[name] for name in difflib.get_close_matches(text, by_name, NEAR, 0.4)] or offered[
            :NEAR
        ]
        said = [
            {"iri": one.iri, "label": one.text, "page": page.here(**{parameter.name: one.value})}
            for one in dict.fromkeys(near)
        ]
        raise Problem(400, f"{parameter.name}={text!r} is none that can be chosen.", {"suggestions": said})
    return value
