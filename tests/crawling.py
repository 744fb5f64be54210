"""Many requests to a real server: over connections that stay open, a few at a time."""

import http.client
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.serving import Answer, Server

AT_ONCE = 4
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LINK = re.compile(r"<(?:a|link)\b([^>]*)>", re.DOTALL)
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
HREF = "href"


class Client:
    """Asks a server; each thread has a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._own = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def get(self, target: str, accept: str = BROWSER, **headers: str) -> Answer:
        """The answer to a GET."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            self._own.connection = connection
            self._connections.append(connection)
        connection.request("GET", target, headers={"Accept": accept, **names})
        with connection.getresponse() as response:
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def close(self) -> None:
        """Closes every connection."""
        for connection in self._connections:
            connection.close()

    def all(self, work: Callable[[str], object], targets: Iterable[str]) -> Iterator[object]:
        """What ``work`` gives for each target, a few at a time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(work, targets)


def links(page: str, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The links of a page to its own host, without their fragments, each with its element's attributes."""
    for found in LINK.findall(page):
        attributes = dict(ATTRIBUTE.findall(found))
        target = urlsplit(urljoin(address, unescape(attributes.get(HREF, ""))))
        if HREF in attributes and target.netloc == urlsplit(address).netloc:
            query = f"?{target.query}" if target.query else ""
            yield target.path + query, attributes
