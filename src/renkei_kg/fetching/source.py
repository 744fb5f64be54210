"""The server that a version is fetched from: requests that are bounded in bytes and time and stay with it."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NoReturn
from urllib.parse import urlsplit

from renkei_kg import __version__
from renkei_kg.errors import RenkeiError

SILENT_SECONDS: Final = 30.0
PATIENT_SECONDS: Final = 60.0
SLOWEST: Final = 10_000  # bytes in a second, when the seconds of patience are over
PIECE: Final = 1 << 16
TRIES: Final = 4
PORTS: Final = {"http": 80, "https": 443}
NOT_SHARED: Final = 403


class FetchError(RenkeiError):
    """A version could not be fetched; the message says what was wrong. Nothing that is served has changed."""


class BrokenOffError(FetchError):
    """The connection failed or ended before all was there; it may be tried again."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    max_redirections = 4
    max_repeats = 2

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith(("http:", "https:")) or _place(newurl) != _place(req.full_url):
            raise FetchError(
                f"{req.full_url} leads to another place, {newurl[:200]}: give that address if you trust it."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Source:
    """A server by its address, which may have a path (``https://example.org/kg``). Raises FetchError."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in PORTS and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.username is not None or parts.query or parts.fragment:
            raise FetchError(f"{url!r} is not the address of a server: http:// or https://, a host, a path.")
        self.url = url.rstrip("/")
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),  # as the environment says
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _SameHost(),
        ):
            self._opener.add_handler(handler)

    def small(self, path: str, most: int, tag: str = "") -> tuple[bytes, str] | None:
        """What is at a path, of no more than ``most`` bytes, and its entity tag; None when it still is what
        has ``tag``. Raises FetchError."""
        headers = {"If-None-Match": tag} if tag else {}
        try:
            with self._asked(path, headers) as response:
                content = b"".join(_pieces(response, most, self.url + path))
                return content, response.headers.get("ETag", "")
        except _Unchanged:
            return None

    def into(self, path: str, file: Path, size: int) -> None:
        """Brings ``file`` to ``size`` bytes by what is at a path, from where it is, and goes on where a
        connection broke off. Raises FetchError; what has come by then stays."""
        tries = 0
        with file.open("ab") as opened:
            while (there := opened.tell()) < size:
                try:
                    self._append(path, opened, size)
                except BrokenOffError:
                    tries = 1 if opened.tell() > there else tries + 1
                    if tries >= TRIES:
                        raise
                    time.sleep(0.2 * tries)

    def _append(self, path: str, opened: IO[bytes], size: int) -> None:
        start = opened.tell()
        with self._asked(path, {"Range": f"bytes={start}-"} if start else {}) as response:
            if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                opened.truncate(start := 0)
            for piece in _pieces(response, size - start, self.url + path):
                opened.write(piece)
        opened.flush()
        if opened.tell() < size:
            raise BrokenOffError(f"{self.url}{path} ended after {opened.tell()} of {size} bytes.")

    @contextmanager
    def _asked(self, path: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
        asked = urllib.request.Request(  # noqa: S310 - the constructor has looked at the scheme
            self.url + path, headers={"User-Agent": f"renkei-kg/{__version__}", **headers}
        )
        try:
            with self._opener.open(asked, timeout=SILENT_SECONDS) as response:
                yield response
        except urllib.error.HTTPError as error:
            with error:
                _refused(asked.full_url, error)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise BrokenOffError(f"{asked.full_url} could not be read: {reason}.") from None


class _Unchanged(Exception):
    """304: it still is what was had before."""


def _refused(url: str, error: urllib.error.HTTPError) -> NoReturn:
    if error.code == http.HTTPStatus.NOT_MODIFIED:
        raise _Unchanged
    if error.code == NOT_SHARED:
        raise FetchError(f"{url} is not given: does that server have RENKEI_SHARE=1?")
    if error.code == http.HTTPStatus.NOT_FOUND:
        raise FetchError(f"{url} is not there: no such version, or the server is none that shares versions.")
    kind = BrokenOffError if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR else FetchError
    raise kind(f"{url} answers {error.code} {error.reason}.")


def _pieces(response: http.client.HTTPResponse, most: int, url: str) -> Iterator[bytes]:
    """The body of an answer. Raises FetchError when it has more than ``most`` bytes or takes too long."""
    ends = time.monotonic() + PATIENT_SECONDS + most / SLOWEST
    while piece := response.read1(PIECE):
        most -= len(piece)
        if most < 0:
            raise FetchError(f"{url} sends more bytes than there should be.")
        if time.monotonic() > ends:
            raise FetchError(f"{url} is too slow: less than {SLOWEST} bytes in a second.")
        yield piece


def _place(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
