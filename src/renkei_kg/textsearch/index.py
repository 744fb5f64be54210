"""The index of a snapshot's texts: an SQLite file, opened read-only, asked for words, answering with hits.

``compile/textindex.py`` writes it. Table ``literal`` has each text of each thing once; FTS5 table ``gram``
has its terms under the same number. Both halves agree on TABLES, on FORMAT and on the order of PROPERTIES.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from urllib.parse import quote

from renkei_kg.namespaces import DCTERMS, FOAF, RDFS, RK, SCHEMA, SKOS
from renkei_kg.textsearch.errors import SearchError, TextIndexError
from renkei_kg.textsearch.expression import expression

FORMAT: Final = 1
SECONDS: Final = 10.0
STEPS_BETWEEN_LOOKS: Final = 20_000
WITHOUT_LANGUAGE: Final = "none"

LABELS: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name, SCHEMA.name)
NAMES: Final = (SKOS.altLabel, SKOS.hiddenLabel, RK.officialName, RK.kana)
TEXTS: Final = (
    RK.officialText,
    RK.translatedText,
    SKOS.definition,
    SKOS.scopeNote,
    RDFS.comment,
    DCTERMS.description,
    SCHEMA.description,
    RK.district,
    RK.quote,
)
PROPERTIES: Final = tuple(term.value for term in (*LABELS, *NAMES, *TEXTS))

TABLES: Final = """
CREATE TABLE literal (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, value TEXT NOT NULL, language TEXT NOT NULL,
  properties INTEGER NOT NULL, terms INTEGER NOT NULL
);
CREATE VIRTUAL TABLE gram USING fts5 (
  strict, loose, reading, content='', tokenize='ascii', prefix='1'
);
"""

FOUND: Final = """
WITH hit AS MATERIALIZED (
  SELECT rowid AS id, -bm25(gram, 1.0, 0.5, 0.5) AS likeness FROM gram WHERE gram MATCH :match
), strict AS MATERIALIZED (SELECT rowid FROM gram WHERE :strict <> '' AND gram MATCH :strict
), begun AS MATERIALIZED (SELECT rowid FROM gram WHERE gram MATCH :start
), begun_loose AS MATERIALIZED (SELECT rowid FROM gram WHERE :loose_start <> '' AND gram MATCH :loose_start
), asked AS (
  SELECT literal.id, subject, value, language, properties & :asked AS properties, likeness,
    :strict = '' OR literal.id IN strict AS is_strict,
    literal.id IN begun OR literal.id IN begun_loose AS is_begun,
    terms = :terms AND literal.id IN begun
      OR terms = :loose_terms AND literal.id IN begun_loose AS is_whole
  FROM hit JOIN literal ON literal.id = hit.id
  WHERE properties & :asked AND (
    :language IS NULL OR language = :language
    OR substr(language, 1, length(:language) + 1) = :language || '-'
  )
), scored AS (
  SELECT id, subject, value, language, properties,
    CASE
      WHEN properties & :labels THEN CASE WHEN is_whole THEN 6 WHEN is_begun THEN 5 ELSE 3 END
      WHEN properties & :names THEN CASE WHEN is_whole THEN 4 ELSE 2 END
      ELSE 1
    END + 0.5 * is_strict + 0.49 * likeness / (8 + likeness) AS score
  FROM asked
)
"""
EACH_LITERAL: Final = (
    "SELECT subject, value, language, properties, score FROM scored"
    " ORDER BY score DESC, subject, value, language LIMIT :limit"
)
EACH_SUBJECT: Final = (
    "SELECT subject, value, language, properties, score FROM ("
    " SELECT *, row_number() OVER (PARTITION BY subject ORDER BY score DESC, value, language) AS place"
    " FROM scored"
    ") WHERE place = 1 ORDER BY score DESC, subject LIMIT :limit"
)
HOW_MANY: Final = "SELECT count(*), count(DISTINCT subject) FROM scored"


@dataclass(frozen=True)
class Hit:
    """A text that matched: whose it is, how well (more is better, comparable within one search only), the
    literal, and the weightiest of the properties asked for that states it."""

    subject: str
    score: float
    value: str
    language: str | None
    property: str


def open_index(path: Path) -> "TextIndex":
    """The index in file ``path``. Raises TextIndexError when it cannot be used."""
    index = TextIndex(path)
    index.check()
    return index


class TextIndex:
    """An index of texts. Threads may share it; each search has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    def check(self) -> None:
        """Raises TextIndexError unless the file is an index that this program and this SQLite can read."""
        with self._connection(SECONDS) as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found != FORMAT:
                raise TextIndexError(
                    f"{self.path} has form {found}, this program reads {FORMAT}: build the snapshot again."
                )
            connection.execute("SELECT 1 FROM gram WHERE gram MATCH '\"a\"' LIMIT 1").fetchone()

    def search(
        self,
        words: str,
        *,
        properties: frozenset[str] | None = None,
        language: str | None = None,
        limit: int,
        seconds: float = SECONDS,
    ) -> list[Hit]:
        """The best ``limit`` literals for the words, best first, each once.

        ``properties`` (IRIs out of PROPERTIES) and ``language`` (a language range such as ``ja``, or
        ``none``) narrow the search. Raises SearchError.
        """
        return self._hits(EACH_LITERAL, _parameters(words, properties, language, limit), seconds)

    def search_subjects(
        self,
        words: str,
        *,
        properties: frozenset[str] | None = None,
        language: str | None = None,
        limit: int,
        seconds: float = SECONDS,
    ) -> list[Hit]:
        """As ``search``, but each thing once, with the best of its literals."""
        return self._hits(EACH_SUBJECT, _parameters(words, properties, language, limit), seconds)

    def count(
        self,
        words: str,
        *,
        properties: frozenset[str] | None = None,
        language: str | None = None,
        seconds: float = SECONDS,
    ) -> tuple[int, int]:
        """How many literals match, and of how many things. Raises SearchError."""
        values = _parameters(words, properties, language, 0)
        with self._connection(seconds) as connection:
            literals, subjects = connection.execute(FOUND + HOW_MANY, values).fetchone()
        return literals, subjects

    def _hits(self, select: str, values: dict[str, Any], seconds: float) -> list[Hit]:
        with self._connection(seconds) as connection:
            rows = connection.execute(FOUND + select, values).fetchall()
        return [Hit(of, score, value, tag or None, _weightiest(mask)) for of, value, tag, mask, score in rows]

    def close(self) -> None:
        """Closes the connections that no search uses."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def __del__(self) -> None:
        self.close()

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """A connection for one search, interrupted after ``seconds``; SQLite's errors become ours."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
        try:
            yield connection
        except sqlite3.Error as error:
            connection.close()
            raise self._explained(error, seconds) from None
        except BaseException:
            connection.close()
            raise
        else:
            self._idle.put(connection)

    def _connect(self) -> sqlite3.Connection:
        try:
            address = f"file:{quote(str(self.path.absolute()))}?mode=ro&immutable=1"
            return sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error:
            raise TextIndexError(f"{self.path} cannot be opened: build the snapshot again.") from None

    def _explained(self, error: sqlite3.Error, seconds: float) -> SearchError | TextIndexError:
        message = str(error)
        if message == "interrupted":
            return SearchError(f"the search took longer than {seconds:g} seconds: search for a longer word.")
        if "no such module" in message:
            return TextIndexError(
                "this Python's SQLite is built without FTS5, which text search needs: use the one of "
                "python.org, Debian or pyenv, or build SQLite with -DSQLITE_ENABLE_FTS5."
            )
        return TextIndexError(f"{self.path} cannot be read ({message}): build the snapshot again.")


def mask_of(properties: Iterable[str]) -> int:
    """The properties as the bits that ``literal.properties`` has for them; ValueError for one not indexed."""
    return sum(1 << PROPERTIES.index(iri) for iri in set(properties))


def _weightiest(mask: int) -> str:
    return PROPERTIES[(mask & -mask).bit_length() - 1]


def _parameters(
    words: str, properties: frozenset[str] | None, language: str | None, limit: int
) -> dict[str, Any]:
    wanted = expression(words)
    asked = mask_of(PROPERTIES if properties is None else properties)
    if language is not None:
        language = "" if language.lower() == WITHOUT_LANGUAGE else language.lower()
    return {
        "match": wanted.match,
        "strict": wanted.strict,
        "start": wanted.start,
        "terms": wanted.terms,
        "loose_start": wanted.loose_start,
        "loose_terms": wanted.loose_terms,
        "asked": asked,
        "labels": asked & mask_of(term.value for term in LABELS),
        "names": asked & mask_of(term.value for term in NAMES),
        "language": language,
        "limit": limit,
    }
