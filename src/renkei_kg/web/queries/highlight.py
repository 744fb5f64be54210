"""A query in parts, each with what it is, so that a page can tell them apart."""

from collections.abc import Iterator
from typing import Final

from renkei_kg import lexer

KINDS: Final = {"iri": "iri", "name": "name", "variable": "variable", "string": "string", "word": "word"}


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a query in order: what each is, or nothing where that does not matter, and its text. What
    stands between tokens is white space, or a comment."""
    end = 0
    try:
        for token in lexer.tokens(text):
            yield from _between(text[end : token.start])
            yield KINDS.get(token.kind, ""), token.text
            end = token.end
    except lexer.LexicalError:
        yield "", text[end:]
        return
    yield from _between(text[end:])


def _between(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines(keepends=True):
        yield ("comment" if line.lstrip().startswith("#") else ""), line
