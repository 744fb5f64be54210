"""What a text pattern asks for, read from its subject and its object, and what is wrong with one that is not
well formed."""

import re
from dataclasses import dataclass
from typing import Final

from renkei_kg.namespaces import PREFIXES, XSD
from renkei_kg.textsearch.index import PROPERTIES
from renkei_kg.textsearch.patterns import Node

QUERY_FORM: Final = (
    'write ?s text:query "words" . or, with all that there can be, '
    '(?s ?score ?literal ?property) text:query (rdfs:label skos:altLabel "words" 10 "lang:ja") .'
)
LABEL_FORM: Final = 'write ?s text:label (?label "ja") . with more languages behind the first as you like.'
LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
LANGUAGE_OPTION: Final = "lang:"
MOST_VARIABLES: Final = 4
MOST_LANGUAGES: Final = 8


class ArgumentError(Exception):
    """Something in a text pattern that cannot be understood; ``node`` is where it stands."""

    def __init__(self, node: Node, reason: str) -> None:
        self.node, self.reason = node, reason
        super().__init__(reason)


@dataclass(frozen=True)
class Asked:
    """What text:query asks for: the words, how many hits at most, of which properties and language."""

    words: str
    most: int | None = None
    properties: frozenset[str] | None = None
    language: str | None = None


def searched_variables(subject: Node) -> list[str]:
    """The names of the variables for thing, score, literal and property. Raises ArgumentError."""
    variables = subject.items if subject.kind == "list" else (subject,)
    names = [node.value for node in variables]
    if (
        not 1 <= len(names) <= MOST_VARIABLES
        or any(node.kind != "variable" for node in variables)
        or len(set(names)) < len(names)
    ):
        raise ArgumentError(subject, f"the subject of text:query is a variable, or up to four: {QUERY_FORM}")
    return names


def asked(node: Node) -> Asked:
    """What the object of a text:query asks for. Raises ArgumentError."""
    items = list(node.items if node.kind == "list" else (node,))
    properties = []
    while items and items[0].kind in ("iri", "name"):
        properties.append(_indexed(items.pop(0)))
    if not items or items[0].kind != "string" or items[0].datatype not in (None, XSD.string.value):
        where = items[0] if items else node
        raise ArgumentError(where, f"the words to search for, a plain text, must stand here: {QUERY_FORM}")
    words = items.pop(0)
    language = None if words.language is None else _language(words, words.language)
    most = None
    for item in items:
        option = item.value.lower()
        if item.kind == "number" and most is None and option.isdigit() and int(option) > 0:
            most = int(option)
        elif item.kind == "string" and language is None and option.startswith(LANGUAGE_OPTION):
            language = _language(item, option.removeprefix(LANGUAGE_OPTION))
        else:
            raise ArgumentError(item, f"behind the words stand a number of hits and a language: {QUERY_FORM}")
    return Asked(words.value, most, frozenset(properties) or None, language)


def labelled(subject: Node, argument: Node) -> tuple[str, list[str]]:
    """The name of the variable for the label, and the languages in their order. Raises ArgumentError."""
    if subject.kind not in ("variable", "iri", "name"):
        raise ArgumentError(subject, f"the subject of text:label is a variable or an IRI: {LABEL_FORM}")
    items = argument.items if argument.kind == "list" else ()
    if not 2 <= len(items) <= MOST_LANGUAGES + 1 or items[0].kind != "variable":
        raise ArgumentError(argument, f"a list of a variable and of languages must stand here: {LABEL_FORM}")
    for item in items[1:]:
        if item.kind != "string" or item.language or item.datatype:
            raise ArgumentError(item, f"a language, a plain text, must stand here: {LABEL_FORM}")
    return items[0].value, [_language(item, item.value) for item in items[1:]]


def _indexed(node: Node) -> str:
    if node.value not in PROPERTIES:
        known = ", ".join(sorted(_shortened(iri) for iri in PROPERTIES))
        raise ArgumentError(node, f"the texts of this property are not indexed. These are: {known}.")
    return node.value


def _language(node: Node, tag: str) -> str:
    if not LANGUAGE.fullmatch(tag):
        raise ArgumentError(node, f"{tag!r} is no language: write such as ja, en or ja-Hrkt.")
    return tag.lower()


def _shortened(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
