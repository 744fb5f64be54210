"""Queries read by a worker before a remote engine is asked them.

So what is no SPARQL is told to a visitor in the same words over every engine, with line and column; no engine
sees extensions of its own language; and text patterns are resolved from the version's own index.
"""

import contextlib
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from renkei_kg import textsearch
from renkei_kg.engine import guard
from renkei_kg.engine.contract import PREPARED, Query, QuerySyntaxError
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.engine.remote.link import Link
from renkei_kg.engine.remote.naming import Naming
from renkei_kg.engine.remote.rewriting import rewrite
from renkei_kg.namespaces import PREFIXES

KEPT: Final = 1024
LONGEST: Final = 8192
GEOF: Final = PREFIXES["geof"]


@dataclass(frozen=True)
class Prepared:
    """A query that is SPARQL, made one for the store: ``body`` is what is posted. ``form`` is the query's,
    ``functions`` are those of GeoSPARQL that it calls, ``merges`` says that its dataset has several default
    graphs, ``sure`` that it means the same there. ``query`` is itself with the dataset that it names by FROM.
    """

    query: Query
    body: str
    form: str
    functions: frozenset[str]
    merges: bool
    sure: bool


class Preparing:
    """Has queries read by the embedded engine's workers, and remembers those that come again."""

    def __init__(self, local: EmbeddedEngine, link: Link, services: frozenset[str]) -> None:
        self._local, self._link, self._services = local, link, services
        self._kept: OrderedDict[tuple[Query, bool, bool], Prepared] = OrderedDict()

    async def prepare(self, query: Query, naming: Naming, seconds: float, client: str) -> Prepared:
        """A query as it can be asked of the store that has ``naming``. Its version has to be named. Raises
        EngineError."""
        key = (query, self._link.renames, self._link.resolves)
        found = self._kept.get(key)
        if found is None:
            found = await self._prepared(query, naming, seconds, client)
            if len(query.text) <= LONGEST:
                self._kept[key] = found
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found

    async def _prepared(self, query: Query, naming: Naming, seconds: float, client: str) -> Prepared:
        inspection = guard.inspect(query.text, self._services)
        default, named = query.default_graphs, query.named_graphs
        if not default and not named:
            default = tuple(guard.absolute(naming.base, iri) for iri in inspection.default_graphs)
            named = tuple(guard.absolute(naming.base, iri) for iri in inspection.named_graphs)
        text, variables = await self._read(query, inspection.text, naming.base, seconds, client)
        link = self._link
        rewritten = rewrite(
            text, naming, default, named, variables, renames=link.renames, resolves=link.resolves
        )
        return Prepared(
            replace(query, default_graphs=default, named_graphs=named),
            urlencode([("query", rewritten.text), *rewritten.dataset.parameters()]),
            inspection.form,
            functions(text),
            len(default) > 1,
            rewritten.sure,
        )

    async def _read(
        self, query: Query, text: str, base: str, seconds: float, client: str
    ) -> tuple[str, tuple[str, ...]]:
        """The text without text patterns, and the variables of its solutions, as a worker has read it."""
        version = query.version if textsearch.uses_text(text, base) else ""
        result = await self._local.query(Query(text, version=version), PREPARED, seconds, client)
        with contextlib.closing(result):
            content = result.whole
            if content is None:
                content = b"".join([chunk async for chunk in result])
        told = json.loads(content)
        return told["text"], tuple(told["variables"])


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
