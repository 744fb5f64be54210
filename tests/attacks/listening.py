"""A listener on loopback that notes who calls it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 0.02
RESULTS = b'{"head":{"vars":["told"]},"results":{"bindings":[{"told":{"type":"literal","value":"yes"}}]}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nConnection: close\r\n"


class Listener:
    """Answers every call with one solution, or with a redirection; ``heard`` are the calls' first lines."""

    def __init__(self, listening: socket.socket, location: str = "") -> None:
        self._listening, self._location = listening, location
        self._heard: list[bytes] = []
        port = listening.getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        self.iri = f"http://{self.host}/"

    def run(self) -> None:
        """Takes calls until the socket is closed."""
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                self._heard.append(b"a connection")
                try:
                    self._heard[-1] = connection.recv(65536).partition(b"\r\n")[0]
                    connection.sendall(self._answer())
                except OSError:
                    continue

    def _answer(self) -> bytes:
        if self._location:
            return (
                b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % self._location.encode()
            )
        return HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(RESULTS), RESULTS)

    def heard(self) -> list[bytes]:
        """The first lines of the calls so far, after a moment for those on their way; forgets them."""
        time.sleep(QUIET_SECONDS)
        heard, self._heard = self._heard, []
        return heard


@contextmanager
def listening(location: str = "") -> Iterator[Listener]:
    """A listener that runs; with ``location`` it sends whoever calls there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server, location)
        thread = threading.Thread(target=listener.run)
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
