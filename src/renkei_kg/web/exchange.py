"""What comes in and what goes out, as values: so that what a request means needs no server to be told."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from renkei_kg.engine.contract import Result

Key = tuple[Any, ...]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """An HTTP request. Header names are in lower case; ``client`` is the address that asks, ``url``
    what it was sent to, without its query; empty when the client does not say."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    body: bytes = b""
    client: str = ""
    url: str = ""

    @property
    def reads(self) -> bool:
        """Whether the method is a safe one that has a representation (GET or HEAD)."""
        return self.method in ("GET", "HEAD")


@dataclass
class Response:
    """An HTTP response. A ``Result`` as its body is sent as it comes; ``kept`` says that it may be cached,
    under ``key``; ``outcome`` says in a word what the logs and counters call it; ``page`` that Flask has made
    it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Result = b""
    kept: bool = False
    key: Key = ()
    outcome: str = "ok"
    page: bool = False


def merged(pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Header fields by name; one that is given several times is a list (RFC 9110, section 5.3)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        found.clear()
        for name, value in pairs:
            found[name] = found[name] + b", " + value if name in found else value
    return found


def has_content(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request comes with content, going by its headers."""
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


@lru_cache(maxsize=64)
def made(version: str) -> str:
    """When a version was made, as an HTTP date (RFC 9110, section 5.6.7); its id begins with the time."""
    moment = datetime.strptime(version.split("-", maxsplit=1)[0] + "+0000", "%Y%m%dT%H%M%SZ%z")
    return format_datetime(moment, usegmt=True)


def matches(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names an entity tag (RFC 9110, section 13.1.2: weak comparison)."""
    if header is None:
        return False
    names = (name.strip().removeprefix("W/") for name in header.split(","))
    return any(name in ("*", tag.removeprefix("W/")) for name in names)
