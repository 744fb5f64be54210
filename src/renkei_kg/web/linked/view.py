"""One version of the data, asked with queries: what a page is made from, so that it is wholly of that."""

import re
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from flask import g
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from renkei_kg import snapshot
from renkei_kg.engine.contract import Query, QueryTimeout, VersionMissing
from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.asking import Answered, Asker
from renkei_kg.web.linked.addresses import VERSIONS, Addresses
from renkei_kg.web.negotiate import SOLUTIONS

LIST_SECONDS: Final = 5.0  # for a list that a page can do without
MANY: Final = 1_000_000  # triples; what takes too long of more does so each time
VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")
JSON: Final = SOLUTIONS[0].media_type
PROLOGUE: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in ("dcterms", "foaf", "owl", "rdf", "rdfs", "rk", "schema", "sh", "skos", "text", "void")
)
Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Any, ...]
Begun = tuple[Future[Answered], float | None]  # and the seconds that it may take


@dataclass(frozen=True)
class View:
    """A version of the data; ``manifest`` is what it says of itself, ``kept`` that the address names it.
    ``client`` is who asks, for fairness."""

    asker: Asker
    version: str
    manifest: dict[str, Any]
    client: str = ""
    kept: bool = False
    _begun: dict[str, Begun] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def addresses(self) -> Addresses:
        """Where IRIs are found in this version."""
        prefix = f"/{VERSIONS}{self.version}" if self.kept else ""
        documents = frozenset((*self.manifest["graphs"], *self.manifest.get("datasets", ())))
        return Addresses(self.manifest["base"], prefix, documents)

    @property
    def dataset(self) -> str:
        """The IRI of the dataset as a whole; empty when the version names none."""
        return str(self.manifest.get("dataset", ""))

    @property
    def is_large(self) -> bool:
        """Whether what looks at the whole graph takes long, however little else the server does."""
        return bool(self.manifest["triples"] > MANY)

    def go_without(self) -> None:
        """Says that the page is shown without something that took too long. It is then not kept, unless it
        would be the same the next time."""
        g.incomplete = not self.is_large

    @property
    def endpoint(self) -> str:
        """The address where this version is asked in SPARQL."""
        return f"{self.addresses.prefix}/sparql"

    def expect(self, *queries: str, seconds: float | None = None) -> None:
        """Begins some queries, that ``rows`` and the like will ask, so that they are answered side by side;
        they may take some ``seconds``. Raises EngineUnavailable."""
        for query in queries:
            if query not in self._begun:
                begun = self.asker.begin(self._query(query), JSON, self.client, seconds)
                self._begun[query] = begun, seconds

    def rows(self, query: str, seconds: float | None = None) -> list[Row]:
        """The solutions of a SELECT, each a tuple of terms in the order of its variables. Raises EngineError,
        of which QueryTimeout after some ``seconds``."""
        found = self._ask(query, seconds)
        assert isinstance(found, QuerySolutions)
        return [tuple(solution) for solution in found]

    def found(self, query: str) -> list[Row] | None:
        """The solutions of a SELECT that looks at the whole graph; None when that is too large for it. Raises
        EngineError."""
        try:
            return self.rows(query, LIST_SECONDS if self.is_large else None)
        except QueryTimeout:
            if self.is_large:
                return None
            raise

    def table(self, query: str, seconds: float | None = None) -> list[dict[str, Any]]:
        """As ``rows``, each solution by the names of its variables; what is not bound is None."""
        found = self._ask(query, seconds)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [dict(zip(names, solution, strict=True)) for solution in found]

    def truth(self, query: str) -> bool:
        """The answer to an ASK. Raises EngineError."""
        found = self._ask(query)
        assert isinstance(found, QueryBoolean)
        return bool(found)

    def content(self, query: str, media_type: str, seconds: float | None = None) -> bytes:
        """The answer to a query as the engine writes it. Raises EngineError."""
        return self.asker.ask(self._query(query), media_type, self.client, seconds).content

    def _query(self, text: str) -> Query:
        return Query(PROLOGUE + text, version=self.version, own=True)

    def _ask(self, query: str, seconds: float | None = None) -> QuerySolutions | QueryBoolean:
        begun, limit = self._begun.pop(query, (None, None))
        try:
            content = self.content(query, JSON, seconds) if begun is None else begun.result().content
        except QueryTimeout:
            if limit is None or seconds is not None:
                raise
            content = self.content(query, JSON)  # it was begun with less time than it may take
        return parse_query_results(content, QueryResultsFormat.JSON)


@lru_cache(maxsize=64)
def manifest(folder: Path, version: str) -> dict[str, Any]:
    """What a version in a folder says of itself. Raises VersionMissing."""
    try:
        if not VERSION.fullmatch(version):
            raise VersionMissing(version)
        return snapshot.open_snapshot(folder / version).manifest
    except snapshot.SnapshotError:
        raise VersionMissing(version) from None


def values(iris: Iterable[str]) -> str:
    """IRIs as SPARQL writes them, between the braces of VALUES."""
    return " ".join(f"<{iri}>" for iri in iris)
