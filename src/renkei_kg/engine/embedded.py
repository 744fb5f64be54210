"""The embedded engine: worker processes over read-only stores, each of which can be killed.

pyoxigraph has no timeout, so each query runs in a process that is ended at its deadline. A query begins in
one of a few *quick* places. When it is not over after a moment it becomes *slow*: it gets less of the
processor and one of the slow places, or is held still until one is free. So strangers who ask for much take
from each other and not from those who ask for little (docs/decisions/0007-quick-and-slow.md).
"""

import asyncio
import contextlib
import logging
from collections import Counter
from typing import IO, Any

from pyoxigraph import Store

from renkei_kg import snapshot
from renkei_kg.config import Settings
from renkei_kg.engine import guard
from renkei_kg.engine.answering import Home, WorkerResult
from renkei_kg.engine.archive import Archive
from renkei_kg.engine.contract import EngineUnavailable, Query, TooManyQueries
from renkei_kg.engine.fairness import Places
from renkei_kg.engine.lookup import Lookups
from renkei_kg.engine.pool import Pool
from renkei_kg.engine.probe import probe
from renkei_kg.engine.process import Worker
from renkei_kg.holding import Gone, hold

WATCH_SECONDS = 0.25
log = logging.getLogger(__name__)


class EmbeddedEngine:
    """An engine over a folder of snapshots. It serves the current one, follows when another becomes so, and
    answers from any other that it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services = frozenset(settings.services.split())
        self.quick = Places(settings.workers, settings.queue, settings.wait_seconds)
        self.slow = Places(settings.slow_workers, settings.parked, settings.wait_seconds)
        self.pool = Pool(settings)
        self.archive = Archive(settings)
        self._clients: Counter[str] = Counter()
        self._watching: asyncio.Task[None] | None = None
        self._moving = asyncio.Lock()
        self._lookups: Lookups | None = None
        self._held: IO[bytes] | None = None

    async def start(self) -> None:
        with contextlib.suppress(EngineUnavailable):
            await self.refresh()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self.pool.stop()
        self.archive.stop()
        if self._held is not None:
            self._held.close()

    def version(self) -> str:
        return self.pool.served.id

    def keeps(self, version: str) -> bool:
        return version == self._current() or self.archive.keeps(version)

    def state(self) -> dict[str, int]:
        return {
            "workers": self.pool.alive + self.archive.alive,
            "archive_workers": self.archive.alive,
            "archive_idle": self.archive.idle,
            "running": self.settings.workers - self.quick.free,
            "slow": self.settings.slow_workers - self.slow.free,
            "waiting": self.quick.waiting + self.archive.waiting,
            "parked": self.slow.waiting,
            "killed": self.pool.killed + self.archive.killed,
            "archive_started": self.archive.started,
        }

    async def refresh(self) -> None:
        """Moves to the current snapshot, once a worker on it is ready. Raises EngineUnavailable."""
        async with self._moving:
            await self._move()

    async def _move(self) -> None:
        try:
            current = snapshot.current_id(self.settings.snapshots)
            if current == self._current():
                return
            found = snapshot.open_snapshot(self.settings.snapshots / current)
            held = hold(found.path)
        except (snapshot.SnapshotError, Gone) as error:
            raise EngineUnavailable(str(error)) from None
        try:
            lookups = await asyncio.to_thread(_lookups, found)
            await self.pool.move(found)
        except BaseException:
            held.close()
            raise
        self._lookups = lookups
        if self._held is not None:
            self._held.close()
        self._held = held

    def look_up(self, text: str, media_type: str) -> bytes | None:
        if self._lookups is None or self.settings.result_rows:
            return None
        return self._lookups.answer(text, media_type)

    async def probe(self, seconds: float) -> str:
        return await probe(self.pool, seconds)

    def _current(self) -> str | None:
        try:
            return self.version()
        except EngineUnavailable:
            return None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            self.pool.sweep()
            self.archive.sweep()
            try:
                await self.refresh()
            except EngineUnavailable as error:
                if self._current() is not None:
                    log.warning("the served version stays %s: %s", self._current(), error)
                    await asyncio.sleep(10 * WATCH_SECONDS)

    async def query(self, query: Query, form: str, seconds: float, client: str = "") -> WorkerResult[Worker]:
        current = not query.version or query.version == self._current()
        found = self.pool.served if current else self.archive.find(query.version)
        request = self._request(query, form, found.manifest["base"])
        if self._clients[client] >= self.settings.client_queries:
            raise TooManyQueries(self.settings.client_queries)
        self._clients[client] += 1
        try:
            home, worker = await self._worker(query.version, found, client)
        except BaseException:
            self.leave(client)
            raise
        worker.ask(request)
        result = WorkerResult(self, home, worker, client, seconds)
        await result.begin()
        return result

    async def _worker(
        self, version: str, found: snapshot.Snapshot, client: str
    ) -> tuple[Home[Worker], Worker]:
        """A worker, with a quick place taken for it: on the version served or, when another is asked for by
        its id, on ``found``."""
        while not version or version == self._current():
            if not self.quick.take():
                await self.quick.wait(client)
            # What is served may have changed meanwhile.
            if not version or version == self._current():
                try:
                    return self.pool, await self.pool.take()
                except BaseException:
                    self.quick.give_back()
                    raise
            self.quick.give_back()
        return self.archive, await self.archive.take(found, self.quick, client)

    def _request(self, query: Query, form: str, base: str) -> dict[str, Any]:
        inspection = guard.glance(query.text, self.services)
        default, named = query.default_graphs, query.named_graphs
        if not default and not named and len(inspection.default_graphs) > 1:
            default = tuple(guard.absolute(base, iri) for iri in inspection.default_graphs)
            named = tuple(guard.absolute(base, iri) for iri in inspection.named_graphs)
        return {
            "text": inspection.text,
            "services": None if inspection.checked else sorted(self.services),
            "form": form,
            "rows": 0 if query.own else self.settings.result_rows,
            "default_graphs": default,
            "named_graphs": named,
        }

    def leave(self, client: str) -> None:
        """Notes that a client has one query less under way."""
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]


def _lookups(found: snapshot.Snapshot) -> Lookups:
    try:
        return Lookups(Store.read_only(str(found.store)))
    except (OSError, RuntimeError) as error:
        raise EngineUnavailable(f"{found.store} cannot be opened: {error}") from None
