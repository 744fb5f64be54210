"""The index of a graph's texts, which text search asks (``textsearch/index.py`` says what is in it).

Written as a stream: SQLite sorts what the graph gives in any order, so that memory stays the same however
many texts there are, and the same graph gives the same bytes.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from renkei_kg.folding import fold
from renkei_kg.namespaces import ONTOLOGY, RDF, RK, XSD
from renkei_kg.textsearch.errors import TextIndexError
from renkei_kg.textsearch.grams import loose_terms, reading_terms, terms
from renkei_kg.textsearch.index import FORMAT, PROPERTIES, TABLES

STRINGS: Final = (XSD.string, RDF.langString)
WRITABLE_IRI: Final = re.compile(r'[^<>"{}|^`\\\x00-\x20]+')
KANA_SCRIPT: Final = re.compile("ja-(hrkt|kana|hira)", re.IGNORECASE)
KANA: Final = 1 << PROPERTIES.index(RK.kana.value)
SORTED: Final = "SELECT * FROM stage.text ORDER BY subject, value, language, property"

Text = tuple[str, str, str, int]


def write_index(store: Store, path: Path, base: str) -> int:
    """Writes the index of the texts in the default graph of ``store`` to the new file ``path``.

    Things under ``base``'s ``id/`` and terms of ontologies are indexed. Returns the number of texts. Raises
    TextIndexError when SQLite cannot index texts.
    """
    spaces = (f"{base}id/", f"{base}ontology#", ONTOLOGY)
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


def _texts(store: Store, spaces: tuple[str, ...]) -> Iterator[Text]:
    """Every text to index: subject, value, language in lower case, and the property's number."""
    for number, iri in enumerate(PROPERTIES):
        for quad in store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()):
            subject, literal = quad.subject, quad.object
            if (
                isinstance(subject, NamedNode)
                and isinstance(literal, Literal)
                and literal.datatype in STRINGS
                and subject.value.startswith(spaces)
                and WRITABLE_IRI.fullmatch(subject.value)
            ):
                yield subject.value, literal.value, literal.language or "", number


def _insert(connection: sqlite3.Connection, number: int, text: tuple[str, str, str], properties: int) -> None:
    subject, value, language = text
    strict = terms(fold(value))
    spoken = reading_terms(value) if properties & KANA or KANA_SCRIPT.fullmatch(language) else []
    connection.execute(
        "INSERT INTO literal VALUES (?, ?, ?, ?, ?, ?)",
        (number, subject, value, language, properties, len(strict)),
    )
    connection.execute(
        "INSERT INTO gram(rowid, strict, loose, reading) VALUES (?, ?, ?, ?)",
        (number, " ".join(strict), " ".join(loose_terms(value, strict)), " ".join(spoken)),
    )
