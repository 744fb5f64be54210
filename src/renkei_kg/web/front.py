"""The ASGI application in front: kept answers, the endpoint, the operator's paths; the rest is Flask's.

WSGI can neither tell that a client has hung up nor break an answer off so that nobody takes it for whole, and
a kept answer costs a fraction here of what it costs behind Flask (docs/decisions/0006-front.md).
"""

import asyncio

from renkei_kg.web.asking import Asker
from renkei_kg.web.exchange import Receive, Scope, Send
from renkei_kg.web.serving import Serving
from renkei_kg.web.transfer import Transfer


class Front:
    """An ASGI application (HTTP and lifespan) over what a server holds."""

    def __init__(self, serving: Serving, asker: Asker) -> None:
        self.serving = serving
        self._asker = asker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await Transfer(self.serving, scope, receive, send).run()

    async def _live(self, receive: Receive, send: Send) -> None:
        """Starts and stops the engine with the server."""
        await receive()
        self._asker.attach(asyncio.get_running_loop())
        await self.serving.engine.start()
        for start in self.serving.starting:
            start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for stop in self.serving.stopping:
            stop()
        await self.serving.engine.stop()
        self.serving.access.flush()
        await send({"type": "lifespan.shutdown.complete"})
