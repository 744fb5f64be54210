"""Parameters of an example query: what may be put in place of one of its constants.

A query file declares them at its head, each by the constant that stands in the query, with its class or
datatype, and by what people call it::

    # parameter bureau: bureau:kushiro a rk:Bureau
    # parameter bureau (ja): 振興局
    # parameter bureau (en): Bureau

The file so stays a query that runs as it is. A value is an RDF term, written by the RDF library in the place
of the tokens that were the constant: no text that a client sends becomes part of a query.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from renkei_kg import lexer
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import PREFIXES, XSD

Constant = NamedNode | Literal
LONGEST: Final = 500
COMMON: Final = ("lang", "version", "format", "bom")
FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
WKT: Final = PREFIXES["geo"] + "wktLiteral"
NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
FORMS: Final[Mapping[str, tuple[str, str]]] = {
    PREFIXES["xsd"] + "string": (r"(?s:.+)", "some words"),
    PREFIXES["xsd"] + "integer": (r"-?[0-9]{1,18}", "a whole number"),
    PREFIXES["xsd"] + "decimal": (rf"-?{NUMBER}", "a number"),
    PREFIXES["xsd"] + "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date such as 2024-04-01"),
    PREFIXES["xsd"] + "boolean": (r"true|false", "true or false"),
    WKT: (rf"POINT\s?\(\s?-?{NUMBER}\s+-?{NUMBER}\s?\)", "a point such as POINT(140.85 42.60)"),
}


class ParameterError(RenkeiError):
    """A parameter cannot be declared so, or cannot have this value; the message says what would do."""


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, the constant in the query that it stands for, the IRI of its class or datatype,
    and what it is called in each language."""

    name: str
    default: Constant
    type: str
    labels: Mapping[str, str]

    @property
    def is_thing(self) -> bool:
        """Whether its values are things of a class."""
        return isinstance(self.default, NamedNode)

    @property
    def namespace(self) -> str:
        """How the IRIs of its values begin as a rule, which a client may leave out."""
        return re.sub(r"[^/#]*$", "", self.default.value) if self.is_thing else ""

    def short(self, term: Constant) -> str:
        """A value as a URL has it: without the namespace where it is in that."""
        local = term.value.removeprefix(self.namespace)
        return local if local and not re.search(r"[/:#]", local) else term.value

    def read(self, text: str) -> Constant:
        """The value that a client sends. Raises ParameterError."""
        if len(text) > LONGEST or FORBIDDEN.search(text):
            raise ParameterError(f"{self.name}: give at most {LONGEST} characters, on one line.")
        if not self.is_thing:
            return self._literal(text.strip())
        iri = text if ":" in text else self.namespace + text
        try:
            if text and NamedNode(iri).value == iri:
                return NamedNode(iri)
        except ValueError:
            pass
        raise ParameterError(f"{self.name}={text!r} names nothing: give an IRI, or its last part.")

    def _literal(self, text: str) -> Literal:
        form, said = FORMS[self.type]
        if not re.fullmatch(form, text):
            raise ParameterError(f"{self.name}={text!r} cannot be used: give {said}.")
        return Literal(text, datatype=NamedNode(self.type))


class Place(NamedTuple):
    """Where in a text a constant stands."""

    start: int
    end: int
    term: Constant


def declared(text: str, names: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> list[Parameter]:
    """The parameters of a query from its header: ``TERM a TYPE`` by name, and what each is called. Raises
    ParameterError."""
    known = PREFIXES | declarations(text)
    found: list[Parameter] = []
    for name, said in names.items():
        if name in COMMON:
            raise ParameterError(f"parameter {name}: every query has this one already; choose another name.")
        prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in known.items())
        try:
            terms = [list(constants(prologue + part)) for part in said.rsplit(" a ", 1)]
        except lexer.LexicalError as error:
            raise ParameterError(f"parameter {name}: {error.reason}") from None
        if [len(one) for one in terms] != [1, 1] or not isinstance(terms[1][0].term, NamedNode):
            raise ParameterError(f"parameter {name}: write '# parameter {name}: TERM a CLASS-OR-DATATYPE'.")
        default, kind = terms[0][0].term, terms[1][0].term.value
        if isinstance(default, Literal) and (kind not in FORMS or default.datatype.value != kind):
            raise ParameterError(f"parameter {name}: {default} is not of the datatype <{kind}>.")
        if isinstance(default, NamedNode) and kind in FORMS:
            raise ParameterError(f"parameter {name}: {default} is a thing, and <{kind}> is no class.")
        if default not in (place.term for place in constants(text)):
            raise ParameterError(f"parameter {name}: {default} does not stand in the query.")
        if any(one.default == default for one in found):
            raise ParameterError(f"parameter {name}: another parameter stands for {default} already.")
        if {"ja", "en"} - labels.get(name, {}).keys():
            raise ParameterError(f"needs lines '# parameter {name} (ja): …' and '(en): …' at its head.")
        found.append(Parameter(name, default, kind, labels[name]))
    return found


def bound(text: str, values: Mapping[Constant, Constant]) -> str:
    """A query with other terms in the places of some of its constants."""
    made, end = [], 0
    for place in constants(text):
        value = values.get(place.term)
        if value is not None and value != place.term:
            made += [text[end : place.start], str(value)]
            end = place.end
    return "".join([*made, text[end:]])


def constants(text: str) -> Iterator[Place]:
    """The IRIs and literals of a query, each with its place; not those of its prologue. Names whose prefix is
    declared nowhere are left out. Raises LexicalError."""
    tokens = list(lexer.tokens(text))
    known, index = _prologue(tokens)
    while index < len(tokens):
        term, after = _constant(tokens, index, known)
        if term is not None:
            yield Place(tokens[index].start, tokens[after - 1].end, term)
        index = after


def declarations(text: str) -> dict[str, str]:
    """The namespaces that a query declares at its head, by their prefixes. Raises LexicalError."""
    return _prologue(list(lexer.tokens(text)))[0]


def _prologue(tokens: list[lexer.Token]) -> tuple[dict[str, str], int]:
    """The prefixes that stand at the head of a query, and the first token behind them."""
    known: dict[str, str] = {}
    index = 0
    while index < len(tokens) and tokens[index].text.upper() in ("PREFIX", "BASE"):
        if tokens[index].text.upper() == "BASE":
            index += 2
            continue
        if len(tokens) < index + 3:
            break
        name, iri = tokens[index + 1 : index + 3]
        known[name.value.removesuffix(":")] = iri.value
        index += 3
    return known, index


def _constant(tokens: list[lexer.Token], index: int, known: Mapping[str, str]) -> tuple[Constant | None, int]:
    """The constant that begins at a token, if one does, and the token behind it."""
    token = tokens[index]
    if token.kind in ("iri", "name"):
        return _named(token, known), index + 1
    if token.kind == "number":
        kind = "integer" if token.text.isdigit() else "double" if "e" in token.text.lower() else "decimal"
        return Literal(token.text, datatype=XSD[kind]), index + 1
    if token.kind != "string":
        return None, index + 1
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.kind == "language":
        return Literal(token.value, language=following.value), index + 2
    if following is not None and following.text == "^^" and index + 2 < len(tokens):
        datatype = _named(tokens[index + 2], known)
        return (None if datatype is None else Literal(token.value, datatype=datatype)), index + 3
    return Literal(token.value), index + 1


def _named(token: lexer.Token, known: Mapping[str, str]) -> NamedNode | None:
    if token.kind == "iri":
        iri = token.value
    else:
        prefix, _, local = token.value.partition(":")
        if token.kind != "name" or prefix not in known:
            return None
        iri = known[prefix] + local
    try:
        return NamedNode(iri)
    except ValueError:
        return None
