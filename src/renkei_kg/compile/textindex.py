"""The index of a graph's texts, which text search asks (``textsearch/index.py`` says what is in it).

Written as a stream: SQLite sorts what the graph gives in any order, so that memory stays the same however
many texts there are, and the same graph gives the same bytes.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from renkei_kg.folding import fold
from renkei_kg.namespaces import ONTOLOGY, RDF, RK, XSD
from renkei_kg.textsearch.errors import TextIndexError
from renkei_kg.textsearch.grams import loose_terms, reading_terms, terms
from renkei_kg.textsearch.index import FORMAT, PROPERTIES, TABLES

STRINGS: Final = (XSD.string, RDF.langString)
WRITABLE_IRI: Final = re.compile(r'[^<>"{}|^`\\\x00-\x20]+')
KANA_SCRIPT: Final = re.compile("ja-(hrkt|kana|hira)", re.IGNORECASE)
KANA: Final = 1 << PROPERTIES.index(RK.kana.value)
NUMBERS: Final = {iri: number for number, iri in enumerate(PROPERTIES)}
KNOWN: Final = "SELECT id, properties FROM literal WHERE subject = ? AND value = ? AND language = ?"
FEW: Final = 10  # each text that is looked for costs as much as a look at all of them
SORTED: Final = "SELECT * FROM stage.text ORDER BY subject, value, language, property"

Text = tuple[str, str, str, int]


def write_index(store: Store, path: Path, base: str) -> int:
    """Writes the index of the texts in the default graph of ``store`` to the new file ``path``.

    Things under ``base``'s ``id/`` and terms of ontologies are indexed. Returns the number of texts. Raises
    TextIndexError when SQLite cannot index texts.
    """
    spaces = _spaces(base)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        try:
            connection.executescript(TABLES)
        except sqlite3.OperationalError as error:
            raise TextIndexError(
                f"SQLite cannot index texts ({error}): use a Python whose SQLite is built with FTS5, such as "
                "the one of python.org, Debian or pyenv."
            ) from None
        connection.execute("ATTACH '' AS stage")
        connection.execute("CREATE TABLE stage.text (subject, value, language, property INTEGER)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO stage.text VALUES (?, ?, ?, ?)", _texts(store, spaces))
        count = 0
        for text, group in groupby(connection.execute(SORTED), itemgetter(0, 1, 2)):
            count += 1
            _insert(connection, count, text, sum(1 << found[3] for found in group))
        connection.execute("INSERT INTO gram(gram) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.execute("DETACH stage")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("VACUUM")
    return count


def amend_index(store: Store, path: Path, base: str, touched: Iterable[Triple]) -> int | None:
    """Brings the index in file ``path`` up to date with ``store``, in whose default graph the triples
    ``touched`` have come or gone since.

    Returns the number of texts; None when so much is touched that writing it again is quicker.
    """
    spaces = _spaces(base)
    keys = {text[:3] for triple in touched if (text := _text(triple, spaces))}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM literal").fetchone()
        if len(keys) * FEW > count:
            return None
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for key in sorted(keys):
            known = connection.execute(KNOWN, key).fetchone()
            if known is not None:
                _delete(connection, known[0], key, known[1])
            about = store.quads_for_pattern(NamedNode(key[0]), None, None, DefaultGraph())
            found = [text for quad in about if (text := _text(quad.triple, spaces)) and text[:3] == key]
            if found:
                (last,) = connection.execute("SELECT max(id) FROM literal").fetchone()
                _insert(connection, (last or 0) + 1, key, sum(1 << text[3] for text in found))
        connection.execute("COMMIT")
        (count,) = connection.execute("SELECT count(*) FROM literal").fetchone()
    return int(count)


def is_indexed(triple: Triple, base: str) -> bool:
    """Whether a triple states a text that is in the index."""
    return _text(triple, _spaces(base)) is not None


def _spaces(base: str) -> tuple[str, ...]:
    """How the IRIs begin of things whose texts are indexed."""
    return f"{base}id/", f"{base}ontology#", ONTOLOGY


def _texts(store: Store, spaces: tuple[str, ...]) -> Iterator[Text]:
    """Every text to index."""
    for iri in PROPERTIES:
        for quad in store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()):
            if text := _text(quad.triple, spaces):
                yield text


def _text(triple: Triple, spaces: tuple[str, ...]) -> Text | None:
    """The text that a triple states, if it is one to index: subject, value, language in lower case, and the
    property's number."""
    number, subject, literal = NUMBERS.get(triple.predicate.value), triple.subject, triple.object
    if (
        number is not None
        and isinstance(subject, NamedNode)
        and isinstance(literal, Literal)
        and literal.datatype in STRINGS
        and subject.value.startswith(spaces)
        and WRITABLE_IRI.fullmatch(subject.value)
    ):
        return subject.value, literal.value, literal.language or "", number
    return None


def _insert(connection: sqlite3.Connection, number: int, text: tuple[str, str, str], properties: int) -> None:
    grams = _grams(text, properties)
    size = len(grams[0].split())
    connection.execute("INSERT INTO literal VALUES (?, ?, ?, ?, ?, ?)", (number, *text, properties, size))
    connection.execute(
        "INSERT INTO gram(rowid, strict, loose, reading) VALUES (?, ?, ?, ?)", (number, *grams)
    )


def _delete(connection: sqlite3.Connection, number: int, text: tuple[str, str, str], properties: int) -> None:
    # The table of terms has not kept what they were made from, and asks for it.
    connection.execute(
        "INSERT INTO gram(gram, rowid, strict, loose, reading) VALUES ('delete', ?, ?, ?, ?)",
        (number, *_grams(text, properties)),
    )
    connection.execute("DELETE FROM literal WHERE id = ?", (number,))


def _grams(text: tuple[str, str, str], properties: int) -> tuple[str, str, str]:
    """The terms of a text: strict, loose, and as it is read."""
    _, value, language = text
    strict = terms(fold(value))
    spoken = reading_terms(value) if properties & KANA or KANA_SCRIPT.fullmatch(language) else []
    return " ".join(strict), " ".join(loose_terms(value, strict)), " ".join(spoken)
