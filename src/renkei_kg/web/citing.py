"""What is cited: looked up in the data, put into words, and kept. What a request says is told in ``cite``."""

import asyncio
import contextlib
import hashlib
import json
import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, Query, VersionMissing
from renkei_kg.namespaces import RDFS, SKOS
from renkei_kg.versions import citations, kept, retention
from renkei_kg.versions.citations import Citation, Work
from renkei_kg.web import results, sparql
from renkei_kg.web.addresses import share
from renkei_kg.web.linked.addresses import Addresses
from renkei_kg.web.negotiate import SOLUTIONS
from renkei_kg.web.problems import Problem

LONGEST_URL: Final = 4000
WORKS_MOST: Final = 64
NAMES: Final = (
    f"SELECT DISTINCT ?name {{ <%s> ?p ?o OPTIONAL {{ <%s> {RDFS.label}|{SKOS.prefLabel} ?name }} }}"
)


@dataclass(frozen=True)
class Subject:
    """What is to be cited: a version, or of it the answer to a query or the thing that an IRI names.

    ``found`` is the answer where its bytes are kept, ``marked`` whether the version is marked as cited.
    """

    version: str
    asked: kept.Asked | None = None
    thing: str = ""
    found: kept.Kept | None = None
    marked: bool = False


@dataclass(frozen=True)
class _Source:
    work: Work
    base: str


class Citing:
    """Makes citations, and keeps what they cite."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine, self._root = settings, engine, settings.snapshots
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._kept_today: tuple[date, Counter[str]] = datetime.now(UTC).date(), Counter()

    async def citation(self, subject: Subject, origin: str, language: str, client: str) -> Citation:
        """The citation of a subject, whose URL begins with ``origin``. Raises Problem, EngineError."""
        asked, found = subject.asked, subject.found
        if asked is None:
            return await self._of_version(subject, origin, language, client)
        work = _work(found) if found else (await self._source(asked.version, client)).work
        cited = self._cited(work, asked.version, origin)
        query = hashlib.sha256(asked.query.encode()).hexdigest()
        key = f"{cited.key}-{asked.name[:8]}"
        cited = replace(cited, query=query, media_type=asked.media_type, key=key)
        if found is not None:
            url = origin + results.path(asked.version, found.name)
            return replace(cited, url=url, answer=found.sha256)
        url = origin + again(asked)
        varies = sparql.VARYING.search(asked.query) or (
            self._settings.services and sparql.ELSEWHERE.search(asked.query)
        )
        return replace(cited, url=url if len(url) <= LONGEST_URL else cited.url, varies=bool(varies))

    def _cited(self, work: Work, version: str, origin: str) -> Citation:
        name = re.sub(r"[^A-Za-z0-9]+", "-", work.iri.rstrip("/").rpartition("/")[2])
        today = datetime.now(UTC).date()
        return Citation(work, version, f"{origin}/snapshots/{version}", today, f"{name}-{version}")

    async def _of_version(self, subject: Subject, origin: str, language: str, client: str) -> Citation:
        """The citation of a version as a whole, or of a thing in it."""
        source, thing = await self._source(subject.version, client), subject.thing
        cited = self._cited(source.work, subject.version, origin)
        if not thing:
            return cited
        rows = await self._ask(NAMES % (thing, thing), subject.version, client)
        addresses = Addresses(source.base, f"/snapshots/{subject.version}")
        if not rows or not addresses.below(thing):
            raise Problem(404, f"The version {subject.version} has no thing of its own named <{thing}>.")
        names = {row["name"].get("xml:lang", ""): row["name"]["value"] for row in rows if "name" in row}
        part = citations.best(names, language) or thing
        return replace(cited, part=part, url=origin + addresses.page(thing))

    async def _source(self, version: str, client: str) -> _Source:
        """What a version says of its own dataset. Raises EngineError."""
        found = self._sources.get(version)
        if found is None:
            try:
                one = await asyncio.to_thread(snapshot.open_snapshot, self._root / version)
            except snapshot.SnapshotError:
                raise VersionMissing(version) from None
            base = one.manifest["base"]
            iri = one.manifest.get("dataset") or base
            rows = await self._ask(citations.question(iri), version, client)
            found = self._sources[version] = _Source(Work.of(iri, one.manifest["version"], rows), base)
            if len(self._sources) > WORKS_MOST:
                self._sources.popitem(last=False)
        return found

    async def _ask(self, query: str, version: str, client: str) -> list[Mapping[str, Any]]:
        asked = Query(query, version=version, own=True)
        form, seconds = SOLUTIONS[0].media_type, self._settings.query_seconds
        result = await self._engine.query(asked, form, seconds, client)
        with contextlib.closing(result):
            whole = result.whole
            content = b"".join([chunk async for chunk in result]) if whole is None else whole
        rows: list[Mapping[str, Any]] = json.loads(content)["results"]["bindings"]
        return rows

    async def find(self, version: str, name: str) -> kept.Kept | None:
        """A kept answer. Raises Problem when it is damaged."""
        try:
            return await asyncio.to_thread(kept.find, self._root, version, name)
        except kept.Damaged:
            raise Problem(500, results.DAMAGED) from None

    async def marked(self, version: str) -> bool:
        """Whether a version is marked as cited."""
        return version in await asyncio.to_thread(retention.cited, self._root)

    async def mark(self, version: str) -> None:
        """Marks a version as cited. Raises NotKept."""
        self._allow()
        try:
            await asyncio.to_thread(retention.cite, self._root, version)
        except snapshot.SnapshotError as error:
            raise kept.NotKept(f"The server cannot mark the version as cited: {error}") from None

    async def keep(self, asked: kept.Asked, client: str) -> kept.Kept:
        """Evaluates a query and keeps its answer's bytes. Raises NotKept, Problem, EngineError."""
        self._allow()
        self._admit(client)
        source = await self._source(asked.version, client)
        most = self._settings.cited_answer_mb << 20
        keeping = await asyncio.to_thread(kept.Keeping, self._root, asked, most)
        try:
            query = Query(asked.query, asked.default_graphs, asked.named_graphs, asked.version)
            seconds = self._settings.query_seconds
            result = await self._engine.query(query, asked.media_type, seconds, client)
            with contextlib.closing(result):
                if result.whole is not None:
                    await asyncio.to_thread(keeping.add, result.whole)
                else:
                    async for chunk in result:
                        await asyncio.to_thread(keeping.add, chunk)
        except BaseException:
            keeping.discard()
            raise
        limit, now = self._settings.cited_mb << 20, datetime.now(UTC)
        # Once begun it is ended, though the client may hang up: what half of it does is undone by itself.
        ending = asyncio.to_thread(keeping.finish, source.work.told(), now, limit)
        found = await asyncio.shield(ending)
        self._kept_today[1][share(client)] += 1
        return found

    def _allow(self) -> None:
        if self._settings.cited_mb == 0:
            raise kept.NotKept("This server keeps nothing for citations.", "cited_mb")

    def _admit(self, client: str) -> None:
        """Lets a client pass that has not had its share of answers kept today. Raises Problem 429."""
        client, today = share(client), datetime.now(UTC).date()
        if self._kept_today[0] != today:
            self._kept_today = today, Counter()
        most = self._settings.cited_client
        if self._kept_today[1][client] >= most:
            raise Problem(
                429,
                f"{most} answers have been kept for you today, the most for one client. Come again tomorrow, "
                "or cite the version as a whole.",
                {"limit": "cited_client"},
                {"Retry-After": "3600"},
            )


def _work(found: kept.Kept) -> Work:
    try:
        return Work.said(found.dataset)
    except (KeyError, TypeError, ValueError):
        raise Problem(500, results.DAMAGED) from None


def offer(query: Query, version: str) -> str:
    """Where the answer to a query in a version is cited; if the query is too long for a link, the version."""
    pairs = [("version", version), ("query", query.text)]
    link = f"/cite?{urlencode([*pairs, *dataset(query)], errors='replace')}"
    return link if len(link) <= LONGEST_URL else f"/cite?version={version}"


def again(asked: kept.Asked) -> str:
    """Where the same query is asked of the same version again."""
    format_ = results.FORMATS[asked.media_type].name
    pairs = [("query", asked.query), *dataset(asked), ("format", format_)]
    return f"/snapshots/{asked.version}/sparql?{urlencode(pairs, errors='replace')}"


def dataset(asked: Query | kept.Asked) -> list[tuple[str, str]]:
    """The RDF dataset of a query as parameters (SPARQL 1.1 Protocol, section 2.1.4)."""
    default = [("default-graph-uri", iri) for iri in asked.default_graphs]
    return default + [("named-graph-uri", iri) for iri in asked.named_graphs]
