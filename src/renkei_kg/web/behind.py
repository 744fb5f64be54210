"""Asking the application behind the front: it gets the request with its body whole, and answers whole."""

from typing import Any, Final

from renkei_kg.web.exchange import Application, Request, Response, Scope

# A larger answer is a file, which would take the place of many that cost more to make.
LARGEST_KEPT: Final = 1 << 20


async def ask(application: Application, scope: Scope, request: Request) -> Response:
    """What an ASGI application answers. It may be kept when it has an entity tag and does not forbid it, as
    ``no-cache`` does: what that is said of may change while the data does not."""
    length = (b"content-length", b"%d" % len(request.body))
    left_out = (b"content-length", b"transfer-encoding")
    headers = [*((name, value) for name, value in scope["headers"] if name not in left_out), length]
    messages = iter([{"type": "http.request", "body": request.body, "more_body": False}])
    status, found, body = 500, dict[str, str](), bytearray()

    async def receive() -> dict[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status = message["status"]
            found = {_proper(name): value.decode("latin-1") for name, value in message["headers"]}
        else:
            body.extend(message.get("body", b""))

    # What answers HEAD would answer GET; kept without its body it would be wrong for GET.
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    await application({**scope, "method": method, "headers": headers}, receive, send)
    found.pop("Content-Length", None)
    forbidden = {"no-store", "no-cache"} & {one.strip() for one in found.get("Cache-Control", "").split(",")}
    lasting = "ETag" in found and not forbidden and len(body) <= LARGEST_KEPT
    kept = status == 200 and request.reads and lasting
    return Response(status, found, bytes(body), kept=kept, page=True)


def _proper(name: bytes) -> str:
    """A header's name as it is usually written, so that names can be compared."""
    text = name.decode("latin-1").title()
    return "ETag" if text == "Etag" else text
