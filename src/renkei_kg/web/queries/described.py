"""``/openapi.json`` with the example queries of the version served, each with its parameters."""

import asyncio
import json
from typing import Final

from renkei_kg.config import Settings
from renkei_kg.engine.contract import EngineError
from renkei_kg.web import openapi, openapi_queries
from renkei_kg.web.asking import Asker
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.linked.view import View, manifest
from renkei_kg.web.queries.gallery import Gallery

NONE: Final = ("", openapi.CONTENT)


class Described:
    """Answers requests to ``/openapi.json``."""

    def __init__(self, settings: Settings, asker: Asker, gallery: Gallery) -> None:
        self._settings, self._asker, self._gallery = settings, asker, gallery
        self._made = NONE

    async def __call__(self, request: Request) -> Response:
        """The answer to a request. Raises Problem."""
        try:
            version = self._asker.version()
            if version != self._made[0]:
                self._made = version, await asyncio.to_thread(self._content, version, request.client)
            content = self._made[1]
        except EngineError:
            content = openapi.CONTENT
        return openapi.answer(request, content)

    def _content(self, version: str, client: str) -> bytes:
        """The description with the examples of a version. Raises EngineError."""
        view = View(self._asker, version, manifest(self._settings.snapshots, version), client)
        paths = openapi_queries.examples(self._gallery.of(view).values())
        return json.dumps(openapi.document(paths), ensure_ascii=False).encode()
