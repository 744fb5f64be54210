"""Whether queries are answered: a question of the server's own, asked past every queue."""

import asyncio
import contextlib
from typing import Any, Final

from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.engine.pool import Pool
from renkei_kg.engine.process import Worker, WorkerEndedError

TRIES: Final = 2  # a worker may have died just now
QUESTION: Final[dict[str, Any]] = {
    "text": "ASK {}",
    "services": None,
    "form": "application/sparql-results+json",
    "rows": 0,
    "default_graphs": [],
    "named_graphs": [],
}


async def probe(pool: Pool, seconds: float) -> str:
    """Has a worker answer the question within ``seconds``; gives the version that it did so for.

    Takes none of the places that queries run in, since a server that has as much to do as it can is well.
    Raises EngineUnavailable.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for _ in range(TRIES):
                with contextlib.suppress(WorkerEndedError):
                    return await _ask(pool, await pool.take())
    raise EngineUnavailable("No query is answered.")


async def _ask(pool: Pool, worker: Worker) -> str:
    try:
        worker.ask(QUESTION)
        answered = [await worker.frame(), await worker.frame()]
    except BaseException:
        pool.replace(worker)
        raise
    pool.give_back(worker)
    if b"true" not in answered[0][1]:
        raise EngineUnavailable("The engine does not answer as it should.")
    return worker.snapshot
