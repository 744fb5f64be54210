"""The shortest way for the smallest queries: looking up one named thing, in the server's own process.

Sending a query to a worker and waking two processes costs more than evaluating a lookup. What is evaluated
here is bounded by proof and not by hope: the query has one form, patterns that all hang on one subject that
is written out, and how much each of them matches is counted in the store before it is evaluated. Everything
else goes to a worker (docs/decisions/0008-lookups.md).
"""

import re
from functools import lru_cache
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store

from renkei_kg.namespaces import PREFIXES

RESULTS: Final = (
    QueryResultsFormat.JSON,
    QueryResultsFormat.XML,
    QueryResultsFormat.CSV,
    QueryResultsFormat.TSV,
)
TEXT: Final = PREFIXES["text"]
MOST_TEXT: Final = 2048
REMEMBERED: Final = 16_384
MOST_SOLUTIONS: Final = 256
MOST_LITERAL: Final = 4096
TYPE: Final = PREFIXES["rdf"] + "type"
FORMS: Final = {form.media_type: form for form in RESULTS}

_S = r"(?:[ \t\r\n]|\#[^\r\n]*+)*+"
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*+)++"
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*+:[^<>\"{}|^`\\\x00-\x20]*+>"
_PREFIX = r"[A-Za-z][A-Za-z0-9]*+:"
_NAME = rf"(?:{_IRI}|{_PREFIX}[A-Za-z0-9_]++(?![A-Za-z0-9_.:%\\-]))"
_VARIABLE = r"[?$][A-Za-z_][A-Za-z0-9_]*+"
_STRING = r"\"[^\"\\\r\n]*+\""
_VERB = rf"(?:{_NAME}|{_VARIABLE}|a(?=[ \t\r\n]))"
_OBJECT = rf"(?:{_NAME}|{_VARIABLE})"
_PAIR = rf"{_VERB}{_S}{_OBJECT}"
_FILTER = rf"(?i:FILTER){_S}\({_S}(?i:LANG){_S}\({_S}{_VARIABLE}{_S}\){_S}={_S}{_STRING}{_S}\)"
QUERY: Final = re.compile(
    rf"{_S}(?P<prologue>(?:(?i:PREFIX){_GAP}{_PREFIX}{_S}{_IRI}{_S})*+)"
    rf"(?i:SELECT){_GAP}(?:(?i:DISTINCT){_GAP})?+(?:\*|{_VARIABLE}(?:{_GAP}{_VARIABLE})*+){_S}(?:(?i:WHERE){_S})?+"
    rf"\{{{_S}(?P<subject>{_NAME}){_S}(?P<pairs>{_PAIR}(?:{_S};{_S}{_PAIR})*+){_S}\.?+{_S}"
    rf"(?:{_FILTER}{_S}\.?+{_S})*+\}}{_S}(?:(?i:LIMIT){_GAP}[0-9]++{_S})?+"
)
DECLARED: Final = re.compile(rf"(?i:PREFIX){_GAP}({_PREFIX}){_S}<([^>]*)>")
PAIRS: Final = re.compile(rf"(?:^|;){_S}({_VERB}){_S}({_OBJECT})")


class Lookups:
    """Looks things up in a store. What patterns match is counted once for each and remembered."""

    def __init__(self, store: Store, base: str) -> None:
        self._store, self._base = store, base
        self._size = lru_cache(maxsize=REMEMBERED)(self._count)

    def answer(self, text: str, media_type: str) -> bytes | None:
        """The whole answer to a query that is a bounded lookup; None when it is not, or is not sure to be."""
        form = FORMS.get(media_type)
        match = QUERY.fullmatch(text) if len(text) <= MOST_TEXT else None
        if form is None or match is None or not self._bounded(match):
            return None
        try:
            result = self._store.query(text, base_iri=self._base)
        except (SyntaxError, OSError, RuntimeError, ValueError):
            return None  # a worker finds the same, and says it well
        return result.serialize(format=form) if isinstance(result, QuerySolutions) else None

    def _bounded(self, match: re.Match[str]) -> bool:
        """Whether all that the patterns match together is little, however an engine orders them."""
        declared = DECLARED.findall(match["prologue"])
        prefixes = dict(declared)
        if len(prefixes) < len(declared):
            return False
        subject = _named(match["subject"], prefixes)
        solutions = 1
        for verb, thing in PAIRS.findall(match["pairs"]):
            predicate = TYPE if verb == "a" else _named(verb, prefixes)
            value = _named(thing, prefixes)
            if "" in (subject, predicate, value) or (predicate or "").startswith(TEXT):
                return False  # a prefix without namespace, or no property of the data: a worker resolves it
            solutions *= self._size(subject, predicate, value)
            if solutions > MOST_SOLUTIONS:
                return False
        return True

    def _count(self, *pattern: str | None) -> int:
        """How many triples of the default graph match, at least 1; more than any bound if they are many or
        large."""
        terms = [None if iri is None else NamedNode(iri) for iri in pattern]
        found = self._store.quads_for_pattern(terms[0], terms[1], terms[2], DefaultGraph())
        count = 0
        for quad in islice(found, MOST_SOLUTIONS + 1):
            count += 1
            if isinstance(quad.object, Literal) and len(quad.object.value) > MOST_LITERAL:
                return MOST_SOLUTIONS + 1
        return max(count, 1)


def _named(text: str, prefixes: dict[str, str]) -> str | None:
    """The IRI that is written out, or by a prefix; empty for an unknown prefix, None for a variable."""
    if text[0] == "<":
        return text[1:-1]
    if text[0] in "?$":
        return None
    prefix, colon, local = text.partition(":")
    namespace = prefixes.get(prefix + colon)
    return "" if namespace is None else namespace + local
