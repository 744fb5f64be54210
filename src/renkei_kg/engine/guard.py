"""What a query may do, found out before it is evaluated: its form, its dataset, and that it stays inside.

The words are those of SPARQL's lexical grammar, so that SERVICE in a string, comment, IRI, variable or
prefixed name is no federated query, and a federated query written with codepoint escapes is one.

An engine's parser is not held to that grammar: Oxigraph reads ``SERVICESILENT<a:b>`` and ``SERVICE:x``, and a
long string that it cannot read as an empty one with more behind it. So the word is refused inside other words
too, strings have to be right, and where it means nothing it is written so that no reading can find it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin

from renkei_kg import lexer
from renkei_kg.engine.contract import QueryRefused, QuerySyntaxError

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
KEPT_LENGTH = 4096
MOST_BEFORE_BRACE = 10_000
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
SERVICE = re.compile("service", re.ASCII | re.IGNORECASE)
MENTIONED = re.compile(
    "".join(rf"(?:{c}|\\(?:u|U0000)00(?:{ord(c):x}|{ord(c.upper()):x}))" for c in "service"),
    re.ASCII | re.IGNORECASE,
)
Tokens = list[lexer.Token]


@dataclass(frozen=True)
class Inspection:
    """What a query is: its form, the graphs that its own FROM and FROM NAMED clauses name, and its text as an
    engine may be given it. Unless it is ``checked``, whoever evaluates it has to ask ``closed`` first."""

    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    text: str
    checked: bool


def inspect(text: str, services: frozenset[str] = frozenset()) -> Inspection:
    """Looks a query over as a whole. Raises QueryRefused when it asks a service that is not one of
    ``services``, and QuerySyntaxError when it is no query."""
    found = glance(text, services)
    return found if found.checked else replace(found, text=closed(text, services), checked=True)


def glance(text: str, services: frozenset[str] = frozenset()) -> Inspection:
    """Looks over as much of a query as takes no time worth noting: what stands before its first brace, and
    the rest if it is short. Raises as ``inspect`` does."""
    return _kept(text, services) if len(text) <= KEPT_LENGTH else _glance(text, services)


def _glance(text: str, services: frozenset[str]) -> Inspection:
    try:
        tokens = list(islice(_head(text), MOST_BEFORE_BRACE))
    except lexer.LexicalError as error:
        raise QuerySyntaxError(error.reason, error.line, error.column) from None
    form = next((word for word in words(tokens) if word in FORMS or word in UPDATES), None)
    if form is None:
        raise QuerySyntaxError("This is not a SPARQL query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if form in UPDATES:
        raise QuerySyntaxError("This is an update: it is sent by POST, in the parameter 'update'.")
    if len(tokens) == MOST_BEFORE_BRACE:
        raise QuerySyntaxError(f"More than {MOST_BEFORE_BRACE} words stand before the first brace.")
    short = len(text) <= KEPT_LENGTH
    given = closed(text, services) if short else text
    return Inspection(form, *_dataset(tokens), given, checked=short or _plain(text))


_kept = lru_cache(maxsize=512)(_glance)


def _head(text: str) -> Iterator[lexer.Token]:
    for token in lexer.tokens(text):
        if token.text == "{":
            return
        yield token


def _plain(text: str) -> bool:
    """Whether a text can hold neither a service nor an escape that is none."""
    return "\\" not in text and not MENTIONED.search(text)


def read(text: str, *, lenient: bool = False) -> Tokens:
    """The tokens of a query or update, as ``lexer.tokens`` reads them. Raises QuerySyntaxError."""
    try:
        return list(lexer.tokens(text, lenient=lenient))
    except lexer.LexicalError as error:
        raise QuerySyntaxError(error.reason, error.line, error.column) from None


def words(tokens: Tokens) -> list[str]:
    """The words among tokens, in capitals."""
    return [token.text.upper() for token in tokens if token.kind == "word"]


def closed(text: str, services: frozenset[str] = frozenset()) -> str:
    """A query or update as an engine may be given it, meaning the same: no engine can find a service in it
    that is not one of ``services``. Raises QueryRefused when it asks one, and QuerySyntaxError.

    Looks also at the text with its codepoint escapes resolved first (SPARQL 1.1, section 19.2): which of the
    two an engine reads is the engine's affair.
    """
    if _plain(text):
        return text
    tokens = read(text)
    if not MENTIONED.search(text):
        return text
    _refuse_services(tokens, services)
    if "\\" in text:
        _refuse_services(read(lexer.unescape(text), lenient=True), services)
    return _hidden(text, tokens)


def _hidden(text: str, tokens: Tokens) -> str:
    """The text with the word written by an escape in strings and IRIs, and left out of comments."""
    parts, end = [], 0
    for token in tokens:
        parts.append(SERVICE.sub("-------", text[end : token.start]))
        escaped = token.kind in ("string", "iri")
        parts.append(SERVICE.sub(_escaped, token.text) if escaped else token.text)
        end = token.end
    return "".join((*parts, SERVICE.sub("-------", text[end:])))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0][0]):04X}{match[0][1:]}"


def _refuse_services(tokens: Tokens, services: frozenset[str]) -> None:
    namespaces = _namespaces(tokens) if services else {}
    for number, token in enumerate(tokens):
        following = tokens[number + 1 : number + 3]
        if token.kind == "word" and SERVICE.search(token.text):
            asked = token.text.upper() == "SERVICE" and _asked(following, namespaces)
            if asked and asked <= services:
                continue
        elif not (
            token.kind == "name"
            and SERVICE.search(token.text.partition(":")[0])
            and following
            and following[0].text == "{"
        ):
            continue
        only = f" but {', '.join(sorted(services))}" if services else ""
        raise QueryRefused(
            f"SERVICE is refused: this endpoint does not call other endpoints{only}. "
            "Ask the other endpoint yourself and join the answers, for instance with Comunica."
        )


def _asked(following: Tokens, namespaces: dict[str, set[str]]) -> set[str]:
    """What the target of a SERVICE may mean; nothing when it is not known."""
    target = next((token for token in following if token.text.upper() != "SILENT"), None)
    if target is None or target.kind not in ("iri", "name"):
        return set()
    if target.kind == "iri":
        return {target.value}
    prefix, _, local = target.value.partition(":")
    return {namespace + local for namespace in namespaces.get(f"{prefix}:", ())}


def _namespaces(tokens: Tokens) -> dict[str, set[str]]:
    """Every namespace that a prefix is declared for: an update may declare it again."""
    found: dict[str, set[str]] = {}
    for name, namespace in _declared(tokens):
        found.setdefault(name, set()).add(namespace)
    return found


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
    return dict(_declared(tokens))


def _declared(tokens: Tokens) -> Iterator[tuple[str, str]]:
    for number, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() == "PREFIX":
            following = tokens[number + 1 : number + 3]
            if [t.kind for t in following] == ["name", "iri"]:
                yield following[0].text, following[1].value


def resolve(token: lexer.Token, known: dict[str, str]) -> str:
    """The IRI that an IRI or prefixed name stands for; a relative one stays as it is."""
    if token.kind == "iri":
        return token.value
    prefix, _, local = token.value.partition(":")
    return known.get(f"{prefix}:", "") + local


def absolute(base: str, iri: str) -> str:
    """An IRI resolved against a base (RFC 3986, section 5.2); an absolute one stays as it is written."""
    return iri if SCHEME.match(iri) else urljoin(base, iri)
