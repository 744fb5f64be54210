"""What stands between a server and its engine and holds some queries up."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import unquote_plus, urlsplit


@contextmanager
def delaying(engine: str, *parts: str) -> Iterator[str]:
    """The address of an endpoint that is ``engine``'s, but for queries with one of some parts in them: these
    are answered only at the end."""
    where, ended = urlsplit(engine), Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if any(part in unquote_plus(body.decode()) for part in parts):
                ended.wait()
                return
            assert where.hostname is not None
            connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
            connection.request("POST", where.path, body, dict(self.headers))
            response = connection.getresponse()
            content = response.read()
            connection.close()
            self.send_response(response.status)
            self.send_header("Content-Type", response.getheader("Content-Type", ""))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{where.path}"
        finally:
            ended.set()
            server.shutdown()
