"""Places that are taken and given back, with a queue in which the clients take turns.

Whoever sends many requests waits behind its own, not before those of others.
"""

import asyncio
from collections import OrderedDict, deque

from renkei_kg.engine.contract import EngineBusy


class Places:
    """``free`` places and a bounded queue for them."""

    def __init__(self, places: int, queue: int, seconds: float) -> None:
        self.free = places
        self.queue, self.seconds = queue, seconds
        self.waiting = 0
        self._clients: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def take(self) -> bool:
        """Takes a place if one is free and nobody waits for it."""
        if self.free > 0 and not self.waiting:
            self.free -= 1
            return True
        return False

    async def wait(self, client: str) -> None:
        """Takes a place, when it is this client's turn. Raises EngineBusy when the queue is full, or when it
        takes too long."""
        if self.take():
            return
        if self.waiting >= self.queue:
            raise EngineBusy
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clients.setdefault(client, deque()).append(turn)
        self.waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give_back()
            else:
                self._leave(client, turn)
            if isinstance(error, TimeoutError):
                raise EngineBusy from None
            raise

    def give_back(self) -> None:
        """Gives a place back: to the client whose turn it is, or to whoever comes next."""
        while self._clients:
            client, turns = self._clients.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._clients[client] = turns
            self.waiting -= 1
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._clients.get(client)
        if turns is not None and turn in turns:
            turns.remove(turn)
            self.waiting -= 1
            if not turns:
                del self._clients[client]
