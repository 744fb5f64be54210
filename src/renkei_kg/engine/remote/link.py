"""HTTP to a remote engine: connections that are kept, credentials, and what an engine's refusal means."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import aiohttp

from renkei_kg.config import SettingError, Settings, variable
from renkei_kg.engine.contract import EngineError, EngineUnavailable, QueryFailed, QueryTimeout
from renkei_kg.engine.remote.mending import FORMS, Mending

CONNECT_SECONDS: Final = 5.0
KEPT_SECONDS: Final = 10.0  # shorter than the servers keep theirs
BUFFER: Final = 128 * 1024
SAID_MOST: Final = 2000
FORM: Final = "application/x-www-form-urlencoded"
# How engines say that a query took too long, where the status does not.
TIMED: Final = re.compile(r"time[d ]?\s?-?out|timeout|S1T00|exceeded .{0,40}time|deadline", re.IGNORECASE)
RETRY: Final = "Ask again in half a minute."
Fields = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Address:
    """Where an engine is, and how it is asked. ``timeout`` is the parameter that tells it a query's time,
    with a placeholder for that."""

    query: str
    update: str
    graphs: str
    timeout: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Address":
        """The addresses that the settings give. Raises SettingError."""
        for name in ("engine", "engine_update", "engine_graphs"):
            _checked(name, getattr(settings, name))
        try:
            settings.engine_timeout.format(milliseconds=1, seconds=1)
        except (KeyError, IndexError, ValueError):
            raise SettingError(
                f"{variable('engine_timeout')} cannot be used: write the engine's parameter with "
                "{milliseconds} or {seconds} in it, such as timeout={milliseconds}."
            ) from None
        update = settings.engine_update or settings.engine
        return cls(settings.engine, update, settings.engine_graphs, settings.engine_timeout)

    def limit(self, seconds: float) -> list[tuple[str, str]]:
        """The parameter that tells the engine a query's time, if it has one."""
        if not self.timeout:
            return []
        whole = max(1, round(seconds))
        said = self.timeout.format(milliseconds=max(1, round(seconds * 1000)), seconds=whole)
        name, _, value = said.partition("=")
        return [(name, value)]


def _checked(name: str, url: str) -> None:
    """Refuses what is no URL to ask. Raises SettingError, which does not show it, as it may hold a secret."""
    try:
        parts = urlsplit(url)
        right = not url or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        right = False
    if not right:
        raise SettingError(f"{variable(name)} cannot be used: give the URL of an endpoint, http or https.")
    if "@" in urlsplit(url).netloc:
        raise SettingError(
            f"{variable(name)} cannot be used: give user and password in RENKEI_ENGINE_USER and "
            "RENKEI_ENGINE_PASSWORD, not in the URL."
        )


def credentials(settings: Settings) -> dict[str, str]:
    """The header fields that the settings give for every request. Raises SettingError."""
    found = {"User-Agent": "renkei-kg", "Accept-Encoding": "identity"}
    for line in settings.engine_headers.splitlines():
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name.strip()):
            raise SettingError(
                f"{variable('engine_headers')} cannot be used: give a header field a line, as Name: value."
            )
        found[name.strip()] = value.strip()
    if settings.engine_token:
        found["Authorization"] = f"Bearer {settings.engine_token}"
    elif settings.engine_user and not settings.engine_digest:
        both = f"{settings.engine_user}:{settings.engine_password}"
        found["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
    return found


class Body:
    """What comes of an answer. Iterate it, or take it piece by piece, once."""

    def __init__(self, response: aiohttp.ClientResponse, mending: Mending | None) -> None:
        self._content, self._mending = response.content, mending
        self._over = False

    @property
    def over(self) -> bool:
        """Whether it is known that nothing more comes."""
        return self._over or (self._mending is None and self._content.at_eof())

    async def more(self) -> bytes:
        """The next piece; empty at the end. Raises aiohttp.ClientError when the answer breaks off."""
        while not self._over:
            content = await self._content.readany()
            self._over = not content or self._content.at_eof()
            if self._mending is not None:
                content = self._mending.feed(content) if content else b""
                content += self._mending.feed(b"") if self._over else b""
            if content:
                return content
        return b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while content := await self.more():
            yield content


class Link:
    """Requests to one engine, over connections that are kept between them. Lives in one event loop. ``mends``
    says that its answers have to be mended, ``renames`` that it would change literals in WKT,
    ``resolves`` that it reads no codepoint escapes in IRIs."""

    def __init__(self, settings: Settings) -> None:
        self.address = Address.of(settings)
        self._headers = credentials(settings)
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self.mends = self.renames = self.resolves = False

    async def start(self) -> None:
        """Makes the link ready."""
        middlewares: list[Any] = []
        if self._settings.engine_digest and self._settings.engine_user:
            user, password = self._settings.engine_user, self._settings.engine_password
            middlewares.append(aiohttp.DigestAuthMiddleware(user, password))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=BUFFER,
            auto_decompress=False,
            middlewares=middlewares,
        )

    async def stop(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()

    async def ask(self, fields: Fields, accept: str, seconds: float) -> aiohttp.ClientResponse:
        """The answer to a query, its body not read yet. Raises EngineError when there is none."""
        return await self.post(urlencode(list(fields)), accept, seconds)

    async def post(self, form: str, accept: str, seconds: float) -> aiohttp.ClientResponse:
        """The same of a query that is a form already."""
        limit = self.address.limit(seconds)
        body = f"{form}&{urlencode(limit)}" if limit else form
        headers = {"Accept": accept, "Content-Type": FORM}
        try:
            response = await self._sent("POST", self.address.query, body.encode(), headers)
        except aiohttp.ServerDisconnectedError:
            # The engine may have closed a kept connection just when it was used. A query can be asked again.
            response = await self.send("POST", self.address.query, body.encode(), headers)
        if response.status == 200:
            return response
        raise await refusal(response, seconds)

    async def _sent(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        if self._session is None:
            raise EngineUnavailable("The server is starting.")
        try:
            return await self._session.request(method, url, data=body, headers=headers, allow_redirects=False)
        except aiohttp.ServerDisconnectedError:
            raise
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise unavailable(error) from None

    def body(self, response: aiohttp.ClientResponse) -> "Body":
        """What comes of an answer, mended where this engine's have to be."""
        form = response.content_type
        return Body(response, Mending(form) if self.mends and form in FORMS else None)

    async def whole(self, fields: Fields, accept: str, seconds: float) -> bytes:
        """The whole answer to a query within ``seconds``. Raises EngineError."""
        try:
            async with asyncio.timeout(seconds):
                async with await self.ask(fields, accept, seconds) as response:
                    body = self.body(response)
                    return b"".join([chunk async for chunk in body])
        except TimeoutError:
            raise QueryTimeout(seconds) from None
        except aiohttp.ClientError as error:
            raise unavailable(error) from None

    async def send(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        """The answer to any request to the engine, whatever its status. Raises EngineUnavailable."""
        try:
            return await self._sent(method, url, body, headers or {})
        except aiohttp.ServerDisconnectedError as error:
            raise unavailable(error) from None


def unavailable(error: BaseException) -> EngineUnavailable:
    """What it means that an engine cannot be reached. Does not show its address."""
    why = "the connection broke"
    if isinstance(error, aiohttp.ClientConnectorError):
        why = "it takes no connection"
    elif isinstance(error, TimeoutError):
        why = "it does not answer in time"
    return EngineUnavailable(f"The engine behind this server cannot be asked now: {why}. {RETRY}")


async def refusal(response: aiohttp.ClientResponse, seconds: float) -> EngineError:
    """What an answer that is none means, to a query that may take ``seconds``."""
    async with response:
        try:
            said = (await response.content.read(SAID_MOST)).decode("utf-8", "replace").strip()
        except aiohttp.ClientError:
            said = ""
    status = response.status
    if status in (401, 403):
        return EngineUnavailable(
            f"The engine behind this server refuses its credentials (status {status}). "
            "The operator has to look at the settings RENKEI_ENGINE_…."
        )
    if status in (206, 408, 504) or (status >= 500 and TIMED.search(said)):
        return QueryTimeout(seconds)
    if status in (404, 405, 410, 429, 502, 503) or status < 400:
        return EngineUnavailable(
            f"The engine behind this server cannot be asked now (status {status}). {RETRY}"
        )
    return QueryFailed(f"The engine could not evaluate the query: {said or f'status {status}'}")
