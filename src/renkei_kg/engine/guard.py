"""What a query may do, found out before it is evaluated: its form, its dataset, and that it stays inside.

A small scanner follows SPARQL's lexical grammar (SPARQL 1.1 Query Language, sections 19.2 and 19.8), so that
the word SERVICE in a string, comment, IRI, variable or prefixed name is no federated query, and a federated
query written with codepoint escapes is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from renkei_kg.engine.contract import QueryRefused, QuerySyntaxError

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*''' |
               "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w.-]*)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


@dataclass(frozen=True)
class Inspection:
    """What a query is: its form and the graphs that its own FROM and FROM NAMED clauses name."""

    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def inspect(text: str) -> Inspection:
    """Looks a query over. Raises QueryRefused when it is an update or asks another service, and
    QuerySyntaxError when it has no query form at all."""
    tokens = list(_tokens(_unescape(text)))
    words = [value.upper() for kind, value in tokens if kind == "word"]
    form = next((word for word in words if word in FORMS or word in UPDATES), None)
    if form is None:
        raise QuerySyntaxError("This is not a SPARQL query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if form in UPDATES:
        raise QueryRefused("This endpoint only reads: it takes queries, not updates.")
    if "SERVICE" in words:
        raise QueryRefused(
            "SERVICE is refused: this endpoint does not call other endpoints. "
            "Ask the other endpoint yourself and join the answers, for instance with Comunica."
        )
    return Inspection(form, *_dataset(tokens))


def _unescape(text: str) -> str:
    """Codepoint escapes are resolved before anything else (section 19.2)."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else match[0]

    return ESCAPE.sub(character, text)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in TOKEN.finditer(text):
        if match.lastgroup not in (None, "comment"):
            yield str(match.lastgroup), match[0]


def _dataset(tokens: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    prefixes: dict[str, str] = {}
    default: list[str] = []
    named: list[str] = []
    for number, (kind, value) in enumerate(tokens):
        if kind == "other" and value == "{":
            break
        word = value.upper() if kind == "word" else ""
        following = tokens[number + 1 : number + 3]
        if word == "PREFIX" and [k for k, _ in following] == ["name", "iri"]:
            prefixes[following[0][1]] = following[1][1][1:-1]
        elif word == "FROM" and following:
            is_named = following[0][1].upper() == "NAMED"
            target = following[1] if is_named and len(following) > 1 else following[0]
            (named if is_named else default).append(_resolve(target, prefixes))
    return tuple(default), tuple(named)


def _resolve(token: tuple[str, str], prefixes: dict[str, str]) -> str:
    kind, value = token
    if kind == "iri":
        return value[1:-1]
    prefix, _, local = value.partition(":")
    return prefixes.get(f"{prefix}:", "") + local
