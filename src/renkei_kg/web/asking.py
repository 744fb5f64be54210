"""How the pages ask: from their threads, one whole answer at a time, of the engine that lives in the loop."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from weakref import WeakValueDictionary

from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineUnavailable, Query


@dataclass(frozen=True)
class Answered:
    """An answer, and the version of the data that it is about."""

    content: bytes
    version: str


class Asker:
    """Asks an engine from threads other than its own."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        # A page asks several queries side by side. Beside its others, a client's fifth page would have more
        # under way than one client may: they wait here, and are not refused.
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Says which loop the engine lives in."""
        self._loop = loop

    def version(self) -> str:
        """The version served. What needs several answers names it in each of its queries, so that all are
        about the same one. Raises EngineUnavailable."""
        return self._engine.version()

    def ask(self, query: Query, media_type: str, client: str = "", seconds: float | None = None) -> Answered:
        """The whole answer. Raises EngineError."""
        return self.begin(query, media_type, client, seconds).result()

    def begin(
        self, query: Query, media_type: str, client: str = "", seconds: float | None = None
    ) -> Future[Answered]:
        """The whole answer, once it is there; its result raises EngineError. It may take some ``seconds``,
        and never more than any query may. Raises EngineUnavailable."""
        if self._loop is None:
            raise EngineUnavailable("The server is starting.")
        most = self._settings.query_seconds
        asked = self._ask(query, media_type, client, most if seconds is None else min(seconds, most))
        return asyncio.run_coroutine_threadsafe(asked, self._loop)

    async def _ask(self, query: Query, media_type: str, client: str, seconds: float) -> Answered:
        most = max(1, self._settings.client_queries // 2)
        places = self._places.setdefault(client, asyncio.Semaphore(most))
        async with places:
            result = await self._engine.query(query, media_type, seconds, client)
            if result.whole is not None:
                return Answered(result.whole, result.snapshot)
            try:
                return Answered(b"".join([chunk async for chunk in result]), result.snapshot)
            finally:
                result.close()
