"""Sends a request exactly as a case says it, byte by byte, and reads what comes back."""

import gzip
import http.client
import re
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import brotli
import zstandard

MADE = {
    "numbers": ", ".join(str(number) for number in range(1, 15_000)),
    "many": " ".join(str(number) for number in range(600)),
    "pairs": " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(14)),
    "fields": "&a=1" * 11_000,
}
CODINGS = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}
SECONDS = 30


@dataclass(frozen=True)
class Got:
    """A response: status, header fields in order, the content as it came and as it was before its coding."""

    status: int
    fields: tuple[tuple[str, str], ...]
    raw: bytes

    def header(self, name: str) -> str | None:
        """The value of a header field, or None; several are a list."""
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def body(self) -> bytes:
        coding = self.header("Content-Encoding")
        return bytes(CODINGS[coding](self.raw)) if coding else self.raw


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its ``{names}`` filled in; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def send(port: int, step: Mapping[str, Any], values: Mapping[str, str]) -> Got:
    """One request on a connection of its own."""
    values = {**MADE, **values}
    if "raw" in step:
        return _exchange(port, fill(step["raw"], values).encode())
    method, _, target = step.get("request", "GET /sparql").partition(" ")
    parameters = [("query", step["query"])] if "query" in step else []
    parameters += [tuple(pair) for pair in step.get("parameters", [])]
    if parameters:
        filled = [(name, fill(value, values)) for name, value in parameters]
        target += ("&" if "?" in target else "?") + urlencode(filled, quote_via=quote, safe="")
    headers = [("Host", f"127.0.0.1:{port}"), *step.get("headers", [])]
    body = None
    if "form" in step:
        body = urlencode([(name, fill(value, values)) for name, value in step["form"]]).encode()
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    elif "body" in step:
        body = fill(step["body"], values).encode(step.get("encoding", "utf-8"))
    if "type" in step:
        headers.append(("Content-Type", step["type"]))
    if "accept" in step:
        headers.append(("Accept", step["accept"]))
    if body is not None:
        headers.append(("Content-Length", str(len(body))))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {fill(value, values)}" for name, value in headers)]
    return _exchange(port, ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b""), method)


def _exchange(port: int, request: bytes, method: str = "") -> Got:
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request)
        with closing(http.client.HTTPResponse(connection, method=method)) as response:
            response.begin()
            return Got(response.status, tuple(response.getheaders()), response.read())
