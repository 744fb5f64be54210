"""The SPARQL texts of a project (mappings, rules, examples): evaluating them, and where one is wrong."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from renkei_kg import lexer
from renkei_kg.textfile import SourceError, position, read_text

PLACE = re.compile(r"error at (\d+):(\d+): ")
SENTENCE = re.compile(r"(?:expected|one of|,) ([A-Z][A-Za-z]*(?: [A-Za-z-]+)+)(?=,|$)")

Answer = QuerySolutions | QueryBoolean | QueryTriples


def explain(error: SyntaxError, text: str) -> tuple[str, int | None, int | None]:
    """Why ``text`` is not SPARQL, and the line and column (from 1) that reading came to.

    The parser tries whole keywords, so that it may point a few characters behind the fault, and it lists all
    that could have followed: only a sentence among that helps a reader.
    """
    message = str(error.msg)
    place = PLACE.match(message)
    if not place:
        return f"is not valid SPARQL: {message}", None, None
    sentence = SENTENCE.search(message)
    reason = f": {sentence[1]}." if sentence else " here, or shortly before."
    lines = text.split("\n")[: int(place[1])]
    read = "\n".join([*lines[:-1], lines[-1][: int(place[2])]]).rstrip()
    return f"is not valid SPARQL{reason}", *position(read, max(len(read) - 1, 0))


def read_query(path: Path) -> str:
    """The text of a SPARQL file, found to ask nothing outside the project: a build calls no other service, so
    that the same sources give the same graph everywhere. Raises SourceError."""
    text = read_text(path)
    for written in (text, lexer.unescape(text)):
        with suppress(lexer.LexicalError):  # the parser will say where
            for token in lexer.tokens(written, lenient=True):
                if token.kind == "word" and token.value.upper() == "SERVICE":
                    raise SourceError(
                        path, "asks another service; a build asks none.", *position(text, token.start)
                    )
    return text


def evaluate(store: Store, path: Path, text: str, **options: Any) -> Answer:
    """The answer of ``store`` to the query in file ``path``. Raises SourceError."""
    try:
        return store.query(text, **options)
    except SyntaxError as error:
        raise SourceError(path, *explain(error, text)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise SourceError(path, f"cannot be evaluated: {error}.") from None


def construct(store: Store, path: Path, text: str, **options: Any) -> list[Triple]:
    """The triples that the CONSTRUCT in file ``path`` makes of ``store``. Raises SourceError."""
    answer = evaluate(store, path, text, **options)
    if not isinstance(answer, QueryTriples):
        raise SourceError(path, "must be a CONSTRUCT query.")
    try:
        return list(answer)
    except (RuntimeError, ValueError, OSError) as error:
        raise SourceError(path, f"cannot be evaluated: {error}.") from None
