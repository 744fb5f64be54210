"""Text patterns resolved: a query that any SPARQL 1.1 engine answers, the same on each.

``text:query`` becomes the VALUES that the index gives for it, ``text:label`` an ordinary triple and a FILTER.
VALUES and FILTER are put at the beginning of the block of triples that the pattern stands in, so that blank
nodes in it stay what they are; all other text stays as it is, and every line stays on its line.
"""

import re
from typing import Final

from renkei_kg.lexer import LexicalError, tokens, unescape
from renkei_kg.namespaces import TEXT
from renkei_kg.textsearch.arguments import QUERY_FORM, ArgumentError, asked, labelled, searched_variables
from renkei_kg.textsearch.errors import SearchError
from renkei_kg.textsearch.index import TextIndex
from renkei_kg.textsearch.patterns import Node, Property, Scope, Triples
from renkei_kg.textsearch.spelling import best_label, label_triple, values
from renkei_kg.textsearch.syntax import error, read

INDIRECT: Final = re.compile(r"\bbase\b|text#|\\(?:#|u0023|U00000023)", re.IGNORECASE)
OF_LITERALS: Final = 3


def uses_text(query: str, base: str = "") -> bool:
    """Whether a term of the query is one of text search: quick when there is none, never wrong to say no.

    ``base`` is the IRI that relative ones are resolved against, if the engine is given one.
    """
    plain = unescape(query)
    if not (TEXT in plain or INDIRECT.search(query) or INDIRECT.search(plain) or _is_text(base)):
        return False
    scope = Scope(base)
    try:
        found = list(tokens(query))
    except LexicalError:
        return True
    declared = 0
    for at, token in enumerate(found):
        if token.kind == "word":
            declared = max(declared, at + scope.declare(*found[at : at + 3]))
        elif at > declared and token.kind in ("iri", "name") and (scope.iri(token) or "").startswith(TEXT):
            return True
    return False


def _is_text(base: str) -> bool:
    """Whether a fragment alone makes an IRI of text search with this base."""
    return base.partition("#")[0] == TEXT[:-1]


def resolve(query: str, index: TextIndex, limit: int, base: str = "") -> str:
    """The query with its text patterns resolved by ``index``, all else byte for byte the same.

    ``base`` is as for ``uses_text``. ``limit`` is the most hits that the patterns of a query may have between
    them. When more match than a pattern asks for, the best come; when it says no number and more match than
    ``limit``, that is an error. Raises TextSearchError. Let the engine parse the query as it came first: a
    text pattern is valid SPARQL, and the engine has more to say about what is not.
    """
    if not uses_text(query, base):
        return query
    found = read(query, base)
    if not found.triples:
        return query
    resolver = _Resolver(query, index, limit, found.variables)
    for triples in found.triples:
        try:
            resolver.triples(triples)
        except ArgumentError as fault:
            raise error(query, fault.node.start, fault.reason) from None
    return resolver.edited()


class _Resolver:
    def __init__(self, text: str, index: TextIndex, limit: int, variables: set[str]) -> None:
        self.text, self.index, self.limit, self.left = text, index, limit, limit
        self.variables = variables
        self.edits: list[tuple[int, int, str]] = []

    def triples(self, triples: Triples) -> None:
        """Resolves the text patterns of one subject."""
        before: list[str] = []
        searches = []
        for found in triples.properties:
            if found.name == "query":
                before += [self.query(triples, node) for node in found.objects]
                searches.append(found)
            elif found.name == "label":
                before += self.labels(triples.subject, found)
            elif found.name is not None:
                reason = f"there is no text:{found.name}, only text:query and text:label."
                raise error(self.text, found.verb.start, reason)
        self.edits.append((triples.block, triples.block, " ".join(before) + " "))
        if len(searches) == len(triples.properties):
            self.edit(triples.start, triples.end, "")
        else:
            for found in searches:
                self.edit(found.verb.start, found.end, "")

    def query(self, triples: Triples, argument: Node) -> str:
        """The VALUES for one text:query."""
        names = searched_variables(triples.subject)
        if triples.subject.kind == "list" and len(triples.properties) > 1:
            reason = f"a list before text:query has no other properties; make triples of them: {QUERY_FORM}"
            raise ArgumentError(triples.subject, reason)
        wanted = asked(argument)
        words, properties, language = wanted.words, wanted.properties, wanted.language
        of_literals = len(names) >= OF_LITERALS
        search = self.index.search if of_literals else self.index.search_subjects
        limit = min(wanted.most or self.left + 1, self.left + 1)
        try:
            hits = search(words, properties=properties, language=language, limit=limit)
            if len(hits) > self.left:
                literals, subjects = self.index.count(words, properties=properties, language=language)
                count = literals if of_literals else subjects
                raise ArgumentError(argument, self.too_many(count, wanted.most))
        except SearchError as fault:
            raise ArgumentError(argument, str(fault)) from None
        self.left -= len(hits)
        return values(names, hits)

    def too_many(self, count: int, most: int | None) -> str:
        together = " in all text patterns of a query together" if self.left < self.limit else ""
        advice = "ask for fewer" if most else 'search for more words, or say how many you want: ("…" 100)'
        return f"{count} match, and there can be at most {self.limit}{together}: {advice}."

    def labels(self, subject: Node, found: Property) -> list[str]:
        """The FILTER for each object of a text:label, which becomes an ordinary property."""
        conditions, labels = [], []
        for node in found.objects:
            name, languages = labelled(subject, node)
            owner = self.text[subject.start : subject.end]
            labels.append(f"?{name}")
            conditions.append(best_label(owner, f"?{name}", self.new_variable(), languages))
        self.edit(found.verb.start, found.objects_end, label_triple(", ".join(labels)))
        return conditions

    def new_variable(self) -> str:
        number = 1
        while f"text{number}" in self.variables:
            number += 1
        self.variables.add(f"text{number}")
        return f"?text{number}"

    def edit(self, start: int, end: int, new: str) -> None:
        """Puts ``new`` in the place of a part of the text, without moving the lines that follow."""
        self.edits.append((start, end, new + "\n" * self.text.count("\n", start, end)))

    def edited(self) -> str:
        """The text with all edits made."""
        pieces: list[str] = []
        done = 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            pieces += [self.text[done:start], new]
            done = end
        return "".join((*pieces, self.text[done:]))
