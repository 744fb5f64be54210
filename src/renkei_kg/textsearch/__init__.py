"""Text search inside SPARQL: the index of a snapshot's texts, and the patterns of a query that ask it.

Imports nothing of ``compile``, ``engine`` or ``web``: one writes the index, the others ask it.
"""

from renkei_kg.textsearch.errors import SearchError, TextIndexError, TextSearchError
from renkei_kg.textsearch.index import Hit, TextIndex, open_index
from renkei_kg.textsearch.resolve import resolve, uses_text

__all__ = [
    "Hit",
    "SearchError",
    "TextIndex",
    "TextIndexError",
    "TextSearchError",
    "open_index",
    "resolve",
    "uses_text",
]
