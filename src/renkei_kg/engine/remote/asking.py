"""A query on its way through a remote engine: the same to the answering as a worker process is.

Its frames are the chunks of the answer, read as fast as they are taken and no faster. To end it closes the
connection, by which an engine learns that nobody waits any more.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, TypeVar

import aiohttp

from renkei_kg.engine.contract import (
    EngineUnavailable,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
)
from renkei_kg.engine.process import WorkerEndedError
from renkei_kg.engine.remote import converting
from renkei_kg.engine.remote.conversion import Conversion, unreadable
from renkei_kg.engine.remote.link import Body, Link, unavailable

DATA, END = ord("D"), ord("E")
AT_ONCE: Final = 64 * 1024  # an answer that is no longer is converted without a thread
CHUNK: Final = 128 * 1024
HELD_CHUNKS: Final = 2
# Headers by which Virtuoso says that it has cut an answer (docs/engines.md).
CUT: Final = "X-SPARQL-MaxRows"
PARTIAL: Final = "X-SQL-State"
Frame = tuple[int, bytes]
Given = TypeVar("Given")


@dataclass(frozen=True)
class Question:
    """What is sent to an engine and how its answer is given back: ``body`` is a form, ``accept`` is asked
    for, ``form`` is given; ``exact`` says that what comes may be given on as it is, if it is in that format.
    ``rows`` and ``size`` are the most rows and bytes of the answer, 0 for no limit."""

    body: str
    accept: str
    form: str
    seconds: float
    exact: bool = True
    rows: int = 0
    size: int = 0


class Asking:
    """One query under way. ``snapshot`` is the version that it is asked of; ``lasts`` says at its end whether
    the engine still holds that, so that no answer is taken for whole whose graphs were dropped meanwhile."""

    def __init__(
        self, link: Link, threads: Executor, question: Question, snapshot: str, lasts: Callable[[str], bool]
    ) -> None:
        self.snapshot = snapshot
        self._lasts = lasts
        self._link, self._question, self._threads = link, question, threads
        self._loop = asyncio.get_running_loop()
        self._sending = self._loop.create_task(link.post(question.body, question.accept, question.seconds))
        self._response: aiohttp.ClientResponse | None = None
        self._body: Body | None = None
        self._converting: Conversion | None = None
        self._going = asyncio.Event()
        self._going.set()
        self._sent = 0
        self._over = self._ended = False

    @property
    def usable(self) -> bool:
        """Whether the query may come to its end by itself."""
        return not self._ended

    def ready(self) -> Frame | None:
        """The next frame if it has come already."""
        if self._body is None or self._converting is not None or not self._going.is_set():
            return None
        return self._end_of_it() if self._over or self._body.over else None

    async def frame(self) -> Frame:
        """The next frame. Raises WorkerEndedError when the query has been ended, EngineError."""
        try:
            await self._going.wait()
            if self._body is None:
                self._response = await self._sending
                self._body = self._link.body(self._response)
                content = await self._first(self._response, self._body)
            elif self._over:
                content = b""
            elif self._converting is not None:
                content = await self._converting.chunk()
            else:
                content = await self._body.more()
            if self._ended:
                raise WorkerEndedError
            return self._data(content) if content else self._end_of_it()
        except asyncio.CancelledError:
            if self._ended:
                raise WorkerEndedError from None
            raise
        except (aiohttp.ClientError, OSError) as error:
            if self._ended:
                raise WorkerEndedError from None
            raise unavailable(error) from None

    async def _first(self, response: aiohttp.ClientResponse, body: Body) -> bytes:
        """The first chunk, by which it is known in which format the answer comes."""
        question = self._question
        _check(response, question.seconds)
        given = response.content_type
        if given == question.form and question.exact and not question.rows:
            return await body.more()
        if given != question.accept:
            raise QueryFailed(f"The engine answers as {given} when asked for {question.accept}.")
        content = b""
        while len(content) <= AT_ONCE:
            content += (more := await body.more())
            if not more:
                if question.rows:
                    break
                self._over = True
                return _converted(content, given, question.form)
        self._converting = Conversion(self._loop, body, content, given, question.form, question.rows)
        self._loop.run_in_executor(self._threads, self._converting.run)
        return await self._converting.chunk()

    def _data(self, content: bytes) -> Frame:
        self._sent += len(content)
        if 0 < self._question.size < self._sent:
            raise QueryTooLarge(
                f"The answer is larger than {self._question.size >> 20} MB, the most that is sent. Ask for "
                "it in parts, or take the dumps.",
                "result_mb",
            )
        return DATA, content

    def _end_of_it(self) -> Frame:
        self._over = True
        if not self._lasts(self.snapshot):
            raise EngineUnavailable(
                "This version was taken away from the engine while it was asked. Ask again."
            )
        return END, b""

    def hold(self) -> None:
        """Takes no more of the answer for now, so that the engine cannot send it."""
        self._going.clear()

    def go_on(self) -> None:
        """Takes more of the answer again."""
        self._going.set()

    def end(self) -> None:
        """Ends the query: the engine sees its connection closed."""
        self._ended = True
        self._going.set()
        self._sending.cancel()
        if self._converting is not None:
            self._converting.end()
        if self._response is not None:
            self._response.close()


def _check(response: aiohttp.ClientResponse, seconds: float) -> None:
    """Raises QueryTimeout, QueryTooLarge when an engine says that it has left something out of an answer."""
    if response.headers.get(PARTIAL):
        raise QueryTimeout(seconds)
    if CUT in response.headers:
        raise QueryTooLarge(
            f"The engine behind this server gives no more than {response.headers[CUT]} rows. Add a LIMIT, "
            "and ask for the rest with OFFSET.",
            "result_rows",
        )


def _converted(content: bytes, given: str, form: str) -> bytes:
    try:
        return converting.converted(content, given, form)
    except (SyntaxError, ValueError) as error:
        raise unreadable(error) from None
