"""Queries read by a worker before a remote engine is asked them.

So what is no SPARQL is told to a visitor in the same words over every engine, with line and column; no engine
sees extensions of its own language; and text patterns are resolved from the version's own index.
"""

import contextlib
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from renkei_kg import textsearch
from renkei_kg.engine import guard
from renkei_kg.engine.contract import PREPARED, Query, QuerySyntaxError
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.namespaces import PREFIXES

KEPT: Final = 1024
LONGEST: Final = 8192
GEOF: Final = PREFIXES["geof"]


@dataclass(frozen=True)
class Prepared:
    """A query that is SPARQL: its text without text patterns, the variables of its solutions, and the
    GeoSPARQL functions that it calls."""

    text: str
    variables: tuple[str, ...]
    functions: frozenset[str]


class Preparing:
    """Has queries read by the embedded engine's workers, and remembers those that come again."""

    def __init__(self, local: EmbeddedEngine) -> None:
        self._local = local
        self._kept: OrderedDict[tuple[str, str], Prepared] = OrderedDict()

    async def prepare(self, query: Query, base: str, seconds: float, client: str) -> Prepared:
        """A query as it can be asked of another engine; its version has to be named. Raises EngineError."""
        searches = textsearch.uses_text(query.text, base)
        key = (query.text, query.version if searches else base)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        asked = replace(query, version=query.version if searches else "", default_graphs=(), named_graphs=())
        result = await self._local.query(asked, PREPARED, seconds, client)
        with contextlib.closing(result):
            content = result.whole
            if content is None:
                content = b"".join([chunk async for chunk in result])
        told = json.loads(content)
        prepared = Prepared(told["text"], tuple(told["variables"]), functions(told["text"]))
        if len(query.text) <= LONGEST:
            self._kept[key] = prepared
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return prepared


def functions(text: str) -> frozenset[str]:
    """The GeoSPARQL functions that a query calls, by their local names."""
    if GEOF not in text and "\\" not in text:
        return frozenset()
    try:
        tokens = guard.read(text)
    except QuerySyntaxError:
        return frozenset()
    known = guard.prefixes(tokens)
    iris = (guard.resolve(token, known) for token in tokens if token.kind in ("iri", "name"))
    return frozenset(iri.removeprefix(GEOF) for iri in iris if iri.startswith(GEOF)) - {""}
