"""The remote engine: queries are answered by a SPARQL endpoint that the versions have been published to.

The folder of snapshots stays what it is for all else: manifests, text index, history. Its own store answers
what is asked of versions that the endpoint does not hold, and what the endpoint cannot evaluate.
"""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from renkei_kg.config import Settings
from renkei_kg.engine.answering import WorkerResult
from renkei_kg.engine.contract import (
    EngineError,
    EngineUnavailable,
    Query,
    QueryFailed,
    QueryTimeout,
    Result,
    TooManyQueries,
)
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.engine.fairness import Places
from renkei_kg.engine.remote import converting
from renkei_kg.engine.remote.asking import Asking, Question
from renkei_kg.engine.remote.capabilities import TRUE, Capabilities, find
from renkei_kg.engine.remote.following import Following
from renkei_kg.engine.remote.link import RETRY, Link
from renkei_kg.engine.remote.preparing import Prepared, Preparing

WATCH_SECONDS: Final = 1.0
FIRST_SECONDS: Final = 10.0
log = logging.getLogger(__name__)


class RemoteEngine:
    """An engine over a SPARQL endpoint. It serves the version that the endpoint's own state names, and
    follows when that changes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.local = EmbeddedEngine(settings)
        self.link = Link(settings)
        self.quick = Places(settings.engine_queries, settings.queue, settings.wait_seconds)
        self.slow = Places(settings.slow_workers, settings.parked, settings.wait_seconds)
        self.capabilities: Capabilities | None = None
        self._threads = ThreadPoolExecutor(settings.engine_queries, "converting")
        self._preparing = Preparing(self.local, self.link, frozenset(settings.services.split()))
        self._clients: Counter[str] = Counter()
        self._following = Following(settings.snapshots, self.link)
        self._watching: asyncio.Task[None] | None = None
        self._moving = asyncio.Lock()
        self._said = ""
        self._ended = self._locally = 0
        self._unknown = True

    async def start(self) -> None:
        await self.local.start()
        await self.link.start()
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                await self.refresh()
        except (EngineError, TimeoutError) as error:
            self._say(str(error) or "the engine does not answer in time")
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        await self.link.stop()
        await self.local.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._following.close()

    def version(self) -> str:
        return self._following.served.id

    def keeps(self, version: str) -> bool:
        return self.local.keeps(version)

    def look_up(self, text: str, media_type: str) -> bytes | None:  # noqa: ARG002  # nothing costs so little
        return None

    def state(self) -> dict[str, int]:
        local = self.local.state()
        return {
            **local,
            "running": local["running"] + self.settings.engine_queries - self.quick.free,
            "slow": local["slow"] + self.settings.slow_workers - self.slow.free,
            "waiting": local["waiting"] + self.quick.waiting,
            "parked": local["parked"] + self.slow.waiting,
            "killed": local["killed"] + self._ended,
            "locally": self._locally,
        }

    async def refresh(self) -> None:
        """Moves to the version that the endpoint says is to be read. Raises EngineUnavailable."""
        async with self._moving:
            if self.capabilities is None:
                await self._find()
            await self._following.look()
            if self._unknown:
                # The first version has just been published, and with it what more is to be found out by.
                self._unknown, self.capabilities = False, None
                await self._find()

    async def _find(self) -> None:
        """Finds out what the engine can do, and says what it cannot. Raises EngineUnavailable."""
        found = await find(self.link, FIRST_SECONDS)
        for sentence in found.sentences():
            log.warning("the engine: %s", sentence)
        self._unknown = self._unknown and found.merges is None
        self.capabilities = found

    async def probe(self, seconds: float) -> str:
        version = self.version()
        try:
            content = await self.link.whole([("query", TRUE)], converting.XML, seconds)
        except EngineUnavailable:
            raise
        except EngineError as error:
            raise EngineUnavailable(f"No query is answered: {error}") from None
        if b"<boolean>true</boolean>" not in content:
            raise EngineUnavailable("The engine does not answer as it should.")
        return version

    async def query(self, query: Query, form: str, seconds: float, client: str = "") -> Result:
        deadline = asyncio.get_running_loop().time() + seconds
        version = query.version or self.version()
        query = replace(query, version=version)
        if not self._following.holds(version):
            return await self.local.query(query, form, seconds, client)
        naming = self._following.naming(version)
        prepared = await self._preparing.prepare(query, naming, seconds, client)
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise QueryTimeout(seconds)
        lack = self._lack(prepared)
        if lack is None:
            try:
                return await self._asked(prepared, form, left, client)
            except QueryFailed as error:
                if not self.settings.engine_local:
                    raise
                lack = str(error)
                left = max(deadline - asyncio.get_running_loop().time(), 0.1)
        if not self.settings.engine_local:
            raise QueryFailed(lack)
        self._locally += 1
        log.info("answered from the snapshot's own store: %s", lack)
        return await self.local.query(prepared.query, form, left, client)

    def _lack(self, prepared: Prepared) -> str | None:
        """Why the engine is not asked a query, or None."""
        able = self.capabilities
        if able is None:
            raise EngineUnavailable(f"The engine behind this server cannot be asked now. {RETRY}")
        missing = sorted(prepared.functions - able.functions)
        if missing:
            return f"The engine behind this server has no geof:{missing[0]}."
        if prepared.merges and able.merges is False:
            return "The engine behind this server merges no default graphs: ask one, or all by naming none."
        if not prepared.sure:
            return (
                "The engine behind this server cannot say which graph a subquery is about: instead of "
                "GRAPH ?g { SELECT … } write the subquery around GRAPH."
            )
        if prepared.form == "DESCRIBE" and able.describes is False and self.settings.engine_local:
            return "The engine behind this server describes things in another way."
        return None

    async def _asked(self, prepared: Prepared, form: str, seconds: float, client: str) -> Result:
        """The engine's own answer."""
        assert self.capabilities is not None
        query = prepared.query
        question = Question(
            body=prepared.body,
            accept=converting.chosen(form, self.capabilities.native),
            form=form,
            seconds=seconds,
            exact=form in self.capabilities.exact,
            rows=0 if query.own else self.settings.result_rows,
            size=self.settings.result_mb << 20,
        )
        if self._clients[client] >= self.settings.client_queries:
            raise TooManyQueries(self.settings.client_queries)
        self._clients[client] += 1
        try:
            await self.quick.wait(client)
        except BaseException:
            self.leave(client)
            raise
        asking = Asking(self.link, self._threads, question, query.version, self._following.holds)
        result = WorkerResult(self, self, asking, client, seconds)
        await result.begin()
        return result

    def leave(self, client: str) -> None:
        """Notes that a client has one query less under way."""
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def give_back(self, worker: Asking) -> None:
        """Notes that an answer is over."""

    def replace(self, worker: Asking) -> None:
        """Ends a query whose answer nobody waits for."""
        self._ended += 1
        worker.end()

    def slow_down(self, worker: Asking) -> None:
        """A query of another machine has no priority here."""

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self.refresh()
            except EngineError as error:
                self._say(str(error))
            else:
                self._say("")

    def _say(self, what: str) -> None:
        """Says on the log what is wrong, once for as long as it stays the same."""
        if what and what != self._said:
            log.warning("%s", what)
        elif self._said and not what:
            log.warning("the engine answers again")
        self._said = what
