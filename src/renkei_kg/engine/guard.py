"""What a query may do, found out before it is evaluated: its form, its dataset, and that it stays inside.

The words are those of SPARQL's lexical grammar, so that SERVICE in a string, comment, IRI, variable or
prefixed name is no federated query, and a federated query written with codepoint escapes is one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from renkei_kg import lexer
from renkei_kg.engine.contract import QueryRefused, QuerySyntaxError

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
KEPT_LENGTH = 4096
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
Tokens = list[lexer.Token]


@dataclass(frozen=True)
class Inspection:
    """What a query is: its form and the graphs that its own FROM and FROM NAMED clauses name."""

    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def inspect(text: str, services: frozenset[str] = frozenset()) -> Inspection:
    """Looks a query over. Raises QueryRefused when it asks a service that is not one of ``services``, and
    QuerySyntaxError when it is no query."""
    return _kept(text, services) if len(text) <= KEPT_LENGTH else _inspect(text, services)


def _inspect(text: str, services: frozenset[str]) -> Inspection:
    tokens = read(text)
    form = next((word for word in words(tokens) if word in FORMS or word in UPDATES), None)
    if form is None:
        raise QuerySyntaxError("This is not a SPARQL query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if form in UPDATES:
        raise QuerySyntaxError("This is an update: it is sent by POST, in the parameter 'update'.")
    stay_inside(text, tokens, services)
    return Inspection(form, *_dataset(tokens))


_kept = lru_cache(maxsize=512)(_inspect)


def read(text: str) -> Tokens:
    """The tokens of a query or update. Raises QuerySyntaxError."""
    try:
        return list(lexer.tokens(text))
    except lexer.LexicalError as error:
        raise QuerySyntaxError(error.reason, error.line, error.column) from None


def words(tokens: Tokens) -> list[str]:
    """The words among tokens, in capitals."""
    return [token.text.upper() for token in tokens if token.kind == "word"]


def stay_inside(text: str, tokens: Tokens, services: frozenset[str]) -> None:
    """Lets pass what asks no service but an allowed one. Raises QueryRefused.

    Looks also at the text with its codepoint escapes resolved first (SPARQL 1.1, section 19.2): which of the
    two an engine reads is the engine's affair.
    """
    _refuse_services(tokens, services)
    if "\\" in text:
        _refuse_services(read(lexer.unescape(text)), services)


def _refuse_services(tokens: Tokens, services: frozenset[str]) -> None:
    for number, token in enumerate(tokens):
        if (
            token.kind == "word"
            and token.text.upper() == "SERVICE"
            and not _allowed(tokens, number, services)
        ):
            only = f" but {', '.join(sorted(services))}" if services else ""
            raise QueryRefused(
                f"SERVICE is refused: this endpoint does not call other endpoints{only}. "
                "Ask the other endpoint yourself and join the answers, for instance with Comunica."
            )


def _allowed(tokens: Tokens, number: int, services: frozenset[str]) -> bool:
    following = [t for t in tokens[number + 1 : number + 3] if t.text.upper() != "SILENT"]
    if not following or following[0].kind not in ("iri", "name"):
        return False
    return resolve(following[0], prefixes(tokens)) in services


def _dataset(tokens: Tokens) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = prefixes(tokens)
    base = ""
    default: list[str] = []
    named: list[str] = []
    for number, token in enumerate(tokens):
        if token.text == "{":
            break
        following = tokens[number + 1 : number + 3]
        if token.kind != "word" or not following:
            continue
        if token.text.upper() == "BASE":
            base = absolute(base, following[0].value)
        elif token.text.upper() == "FROM":
            is_named = following[0].text.upper() == "NAMED"
            target = following[1] if is_named and len(following) > 1 else following[0]
            (named if is_named else default).append(absolute(base, resolve(target, known)))
    return tuple(default), tuple(named)


def prefixes(tokens: Tokens) -> dict[str, str]:
    """The namespaces that PREFIX declarations give, by prefix with its colon."""
    known: dict[str, str] = {}
    for number, token in enumerate(tokens):
        following = tokens[number + 1 : number + 3]
        if (
            token.kind == "word"
            and token.text.upper() == "PREFIX"
            and [t.kind for t in following] == ["name", "iri"]
        ):
            known[following[0].text] = following[1].value
    return known


def resolve(token: lexer.Token, known: dict[str, str]) -> str:
    """The IRI that an IRI or prefixed name stands for; a relative one stays as it is."""
    if token.kind == "iri":
        return token.value
    prefix, _, local = token.value.partition(":")
    return known.get(f"{prefix}:", "") + local


def absolute(base: str, iri: str) -> str:
    """An IRI resolved against a base (RFC 3986, section 5.2); an absolute one stays as it is written."""
    return iri if SCHEME.match(iri) else urljoin(base, iri)
