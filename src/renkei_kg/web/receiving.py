"""Reading a request over ASGI: its body whole, who asks, and the URL that it was sent to."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

from renkei_kg.web.addresses import share
from renkei_kg.web.exchange import Receive, Request, Scope
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving


class ClientLeftError(Exception):
    """The client has hung up before its request was whole."""


def address(scope: Scope) -> str:
    """The address that a connection comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


async def request(
    serving: Serving, scope: Scope, path: str, headers: Mapping[bytes, bytes], receive: Receive
) -> Request:
    """The request to a path with its whole body. Raises Problem 400, 408 or 413, ClientLeftError."""
    method = scope["method"]
    body = b"" if method in ("GET", "HEAD") else await _body(serving, headers, receive)
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
    host = address(scope)
    url = ""
    if scope["http_version"] != "1.0" or b"host" in headers:
        # The path as it was sent; what a URL cannot hold is percent-encoded.
        sent = quote(scope["raw_path"], safe="%/:@!$&'()*+,;=")
        url = serving.origin(scope["scheme"], host, headers) + sent
    return Request(method, path, scope["query_string"], told, body, share(serving.client(host, headers)), url)


async def _body(serving: Serving, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    most = serving.settings.request_bytes
    declared = headers.get(b"content-length", b"0")
    too_large = Problem(
        413,
        f"The request's body is larger than {most} bytes, the most that is taken.",
        {"limit": "request_bytes"},
    )
    if not declared.isdigit() or int(declared) > most:
        raise too_large
    body = bytearray()
    seconds = serving.settings.header_seconds
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientLeftError
                body += message.get("body", b"")
                if len(body) > most:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise Problem(
            408, f"The request was not whole after {seconds} seconds.", headers={"Connection": "close"}
        ) from None
