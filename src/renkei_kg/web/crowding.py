"""Who has to go when connections are too many or do not move: strangers may hold no more than their share."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

DROPPED_AT_ONCE = 20  # a twentieth of all, so that looking for them costs little for each new connection


class Member(Protocol):
    """A connection as far as it matters here: whose it is, and when it was last of use."""

    holder: str
    since: float

    def rank(self) -> int | None:
        """How soon it may be dropped, 0 first; None while a request is being answered on it."""

    def drop(self) -> None:
        """Closes it at once."""


M = TypeVar("M", bound=Member)


def superfluous(members: Collection[M], most: int) -> list[M]:
    """The connections on which nothing is asked that have to go, when there are more than ``most``: those of
    the client that has most of them first, and of these the ones that have been idle longest."""
    if len(members) <= most:
        return []
    held = Counter(member.holder for member in members)
    ranked = [(rank, member) for member in members if (rank := member.rank()) is not None]
    ranked.sort(key=lambda one: (one[0], -held[one[1].holder], one[1].since))
    return [member for _, member in ranked[: max(1, most // DROPPED_AT_ONCE)]]


class Flushing:
    """Ends a connection whose client takes nothing of what is to be sent for ``seconds``."""

    def __init__(self, transport: asyncio.Transport, seconds: float, end: Callable[[], None]) -> None:
        self._transport, self._seconds, self._end = transport, seconds, end
        self._unsent = 0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Looks again after a while, if there is anything to send."""
        self._unsent = self._transport.get_write_buffer_size()
        if self._unsent and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def stop(self) -> None:
        """Does not look again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if 0 < self._unsent <= self._transport.get_write_buffer_size():
            self._end()
        else:
            self.begin()
