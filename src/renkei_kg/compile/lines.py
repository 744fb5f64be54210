"""On which line of a Turtle file each of its triples is written.

The parser gives no positions for what it read well. This reads a text that is known to be well formed once
more, by the lexical grammar of RDF 1.1 Turtle (section 6.5), and follows subjects, predicates and objects at
the outer level; what stands inside ``[ ]`` and ``( )`` is passed over.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.namespaces import RDF, XSD

Term = NamedNode | BlankNode | Literal | Triple

_IRI = r"<[^<>\"{}|^`\x00-\x20]*>"
_NAME = r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?"
TOKEN = re.compile(
    rf"""
    \s+ | \#[^\n]*
  | (?i:@?prefix)\s+(?P<prefix>[^\s:]*):\s*<(?P<namespace>[^>]*)>(?:\s*\.)?
  | (?i:@?base)\s+<(?P<base>[^>]*)>(?:\s*\.)?
  | (?P<string>\"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*''' |
               "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    (?: @(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*) | \^\^(?P<datatype>{_IRI}|{_NAME}) )?
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+ | [+-]?\d*\.\d+ | [+-]?\d+)
  | (?P<blank>_:(?:[\w.-]*[\w-])?)
  | (?P<iri>{_IRI}|{_NAME})
  | (?P<word>[A-Za-z]+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
CONTROLS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True)
class Written:
    """A line that names a subject, or a subject and a predicate, or all three. A node in brackets is None."""

    line: int
    subject: Term | None
    predicate: Term | None = None
    object: Term | None = None


def written(text: str) -> Iterator[Written]:
    """What each line of a Turtle text writes, in order: a subject once, then each of its predicates once,
    then each of their objects."""
    subject = predicate = None
    place, depth = 0, 0
    for mark, term, line in _tokens(text):
        if mark in ("[", "("):
            depth += 1
        elif mark in ("]", ")"):
            depth -= 1
        if depth:
            continue
        if mark in (".", ";", ","):
            place = ".;,".index(mark)
        elif place == 0:
            subject, place = term, 1
            yield Written(line, subject)
        elif place == 1:
            predicate, place = term, 2
            yield Written(line, subject, predicate)
        else:
            yield Written(line, subject, predicate, term)


def _tokens(text: str) -> Iterator[tuple[str, Term | None, int]]:
    """The marks and the terms of a Turtle text, each with its line."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    names = _Names()
    for match in TOKEN.finditer(text):
        found = {name: value for name, value in match.groupdict().items() if value is not None}
        if "namespace" in found or "base" in found:
            names.declare(found)
        elif found:
            yield found.get("mark", ""), _term(found, names), bisect_left(breaks, match.start()) + 1


class _Names:
    """The base and the prefixes declared so far in a file."""

    def __init__(self) -> None:
        self.base = ""
        self.prefixes: dict[str, str] = {}

    def declare(self, found: dict[str, str]) -> None:
        if "base" in found:
            self.base = self.resolved(found["base"])
        else:
            self.prefixes[found["prefix"]] = self.resolved(found["namespace"])

    def resolved(self, reference: str) -> str:
        reference = _unescaped(reference)
        return reference if SCHEME.match(reference) else urljoin(self.base, reference)

    def iri(self, token: str) -> NamedNode:
        if token.startswith("<"):
            return NamedNode(self.resolved(token[1:-1]))
        prefix, _, local = token.partition(":")
        return NamedNode(self.prefixes.get(prefix, f"{prefix}:") + _unescaped(local))


def _term(found: dict[str, str], names: _Names) -> Term | None:
    if "iri" in found:
        return names.iri(found["iri"])
    if "word" in found:
        return _WORDS.get(found["word"])
    if number := found.get("number"):
        kind = "double" if "e" in number.lower() else "decimal" if "." in number else "integer"
        return Literal(number, datatype=XSD[kind])
    if string := found.get("string"):
        quotes = 3 if string[:3] in ('"""', "'''") else 1
        datatype = names.iri(found["datatype"]) if "datatype" in found else None
        return Literal(_unescaped(string[quotes:-quotes]), language=found.get("language"), datatype=datatype)
    return None


_WORDS: dict[str, Term] = {
    "a": RDF.type,
    "true": Literal("true", datatype=XSD.boolean),
    "false": Literal("false", datatype=XSD.boolean),
}


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else CONTROLS.get(match[3], match[3])

    return ESCAPE.sub(character, text)
