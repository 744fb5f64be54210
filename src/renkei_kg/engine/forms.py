"""The forms of query that are looked up and not evaluated: regular expressions that take linear time on any
text, and the IRIs in what they match."""

import re
from typing import Final

from pyoxigraph import NamedNode

from renkei_kg.namespaces import PREFIXES

TEXT: Final = PREFIXES["text"]
TYPE: Final = PREFIXES["rdf"] + "type"

_S = r"(?:[ \t\r\n]|\#[^\r\n]*+)*+"
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*+)++"
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*+:[^<>\"{}|^`\\\x00-\x20]*+>"
_PREFIX = r"[A-Za-z][A-Za-z0-9]*+:"
_NAME = rf"(?:{_IRI}|{_PREFIX}[A-Za-z0-9_]++(?![A-Za-z0-9_.:%\\-]))"
_VARIABLE = r"[?$][A-Za-z_][A-Za-z0-9_]*+"
_VERB = rf"(?:{_NAME}|{_VARIABLE}|a(?=[ \t\r\n]))"
_OBJECT = rf"(?:{_NAME}|{_VARIABLE})"
_PAIR = rf"{_VERB}{_S}{_OBJECT}"
_FILTER = rf"(?i:FILTER){_S}\({_S}(?i:LANG){_S}\({_S}({_VARIABLE}){_S}\){_S}={_S}\"([a-z-]*+)\"{_S}\)"
_PROLOGUE = rf"{_S}(?P<prologue>(?:(?i:PREFIX){_GAP}{_PREFIX}{_S}{_IRI}{_S})*+)"
_PAIRS = rf"{_PAIR}(?:{_S};{_S}{_PAIR})*+"
SELECT: Final = re.compile(
    rf"{_PROLOGUE}(?i:SELECT){_GAP}(?P<distinct>(?i:DISTINCT){_GAP})?+"
    rf"(?P<variables>{_VARIABLE}(?:{_GAP}{_VARIABLE})*+){_S}(?:(?i:WHERE){_S})?+"
    rf"\{{{_S}(?P<subject>{_NAME}){_S}(?P<pairs>{_PAIRS}){_S}\.?+{_S}"
    rf"(?P<filters>(?:{_FILTER}{_S}\.?+{_S})*+)\}}{_S}(?:(?i:LIMIT){_GAP}(?P<limit>[0-9]{{1,9}}+){_S})?+"
)
GRAPH: Final = re.compile(
    rf"{_PROLOGUE}(?:(?i:DESCRIBE){_GAP}(?P<described>{_NAME}){_S}"
    rf"|(?i:CONSTRUCT){_S}(?:\{{{_S}(?P<template>{_NAME}{_S}{_PAIR}){_S}\.?+{_S}\}}{_S})?+"
    rf"(?:(?i:WHERE){_S})?+\{{{_S}(?P<pattern>{_NAME}{_S}{_PAIR}){_S}\.?+{_S}\}}{_S})"
)
DECLARED: Final = re.compile(rf"(?i:PREFIX){_GAP}({_PREFIX}){_S}<([^>]*)>")
TRIPLE: Final = re.compile(rf"({_NAME}){_S}({_VERB}){_S}({_OBJECT})")
PAIRS: Final = re.compile(rf"(?:^|;){_S}({_VERB}){_S}({_OBJECT})")
FILTERS: Final = re.compile(_FILTER)
VARIABLES: Final = re.compile(_VARIABLE)


class NotBoundedError(Exception):
    """The query is no lookup, or is not sure to be a small one."""


def prefixes(prologue: str) -> dict[str, str]:
    """The namespaces that a prologue declares, by prefix with its colon. Raises NotBoundedError where one is
    declared twice, and ValueError for what is no IRI."""
    declared = DECLARED.findall(prologue)
    found = dict(declared)
    if len(found) < len(declared):
        raise NotBoundedError
    for namespace in found.values():
        NamedNode(namespace)
    return found


def pattern(text: str, known: dict[str, str]) -> tuple[str, str, str]:
    """The IRIs of a triple pattern, and its variables with a question mark. Raises NotBoundedError."""
    match = TRIPLE.fullmatch(text)
    assert match is not None
    subject, verb, thing = (
        TYPE if term == "a" else named(term, known) or f"?{term[1:]}" for term in match.groups()
    )
    if verb == thing and verb[0] == "?":
        raise NotBoundedError
    return subject, verb, thing


def named(text: str, known: dict[str, str]) -> str | None:
    """The IRI that is written out, or by a prefix; None for a variable. Raises NotBoundedError for what a
    worker has to say something about: an unknown prefix, or a name that is resolved before evaluation."""
    if text[0] in "?$":
        return None
    if text[0] == "<":
        iri = text[1:-1]
    else:
        prefix, colon, local = text.partition(":")
        namespace = known.get(prefix + colon)
        if namespace is None:
            raise NotBoundedError
        iri = namespace + local
    if iri.startswith(TEXT):
        raise NotBoundedError
    return iri
