"""Starting a worker on a snapshot, and ending one."""

import asyncio
import contextlib
import logging
import subprocess
from functools import cache
from typing import Any

from renkei_kg.config import Settings
from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.engine.process import Worker, WorkerEndedError
from renkei_kg.snapshot import Snapshot

START_SECONDS = 20.0
log = logging.getLogger(__name__)


async def started(found: Snapshot, settings: Settings) -> Worker:
    """A new worker on a snapshot, ready to be asked. Raises EngineUnavailable."""
    try:
        worker = Worker(found.id, _configuration(found, settings))
    except OSError as error:
        raise EngineUnavailable(f"No worker could be started: {error.strerror}.") from None
    try:
        await worker.connect(START_SECONDS)
    except (WorkerEndedError, TimeoutError, OSError):
        end(worker)
        raise EngineUnavailable("No worker could be started; see the server's log.") from None
    except BaseException:
        end(worker)
        raise
    if worker.open and not settings.services.split():
        _warn()
    return worker


async def moved(worker: Worker, found: Snapshot, settings: Settings) -> bool:
    """Has a worker that is not busy open another snapshot. False when it has ended instead, or is to be."""
    try:
        await worker.move(found.id, _configuration(found, settings), START_SECONDS)
    except (WorkerEndedError, TimeoutError):
        return False
    return worker.usable


def _configuration(found: Snapshot, settings: Settings) -> dict[str, Any]:
    return {
        "store": str(found.store),
        "base": found.manifest["base"],
        "text_index": str(found.text_index),
        "memory_mb": settings.worker_memory_mb,
        "result_bytes": settings.result_mb << 20,
        "text_hits": settings.text_hits,
        "network": bool(settings.services.split()),
    }


@cache
def _warn() -> None:
    """Says, once for a server, what it does without."""
    log.warning(
        "seccomp is not available: the system does not keep workers from opening network connections. "
        "SERVICE and LOAD are refused all the same, before a worker is asked; where that is not enough, "
        "run the server where nothing can connect to the outside."
    )


def end(worker: Worker) -> None:
    """Kills a worker. Its process is waited for aside."""
    worker.end()
    asyncio.get_running_loop().run_in_executor(None, _reap, worker.process)


def _reap(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(START_SECONDS)
