"""The endpoint of each version that is kept, ``/snapshots/ID/sparql``: a memento of ``/sparql`` (RFC 7089).

The same query has the same answer there for ever, so whoever has it need not ask again.
"""

from typing import Final
from urllib.parse import quote, urlencode

from renkei_kg.engine.contract import Query
from renkei_kg.web import protocol
from renkei_kg.web.exchange import Request, Response, made
from renkei_kg.web.problems import Problem

PATH: Final = "/snapshots/"
ENDPOINT: Final = "/sparql"
LABEL: Final = "/snapshots/{version}/sparql"
CURRENT: Final = "current"
LASTING: Final = "public, max-age=31536000, immutable"
READ_ONLY: Final = "A version that is kept never changes: send updates to /sparql, which makes a new one."
LONGEST_ORIGINAL: Final = 2000


def version_in(path: str) -> str:
    """The version whose endpoint is at a path, or ``current``; empty when the path is none of an endpoint."""
    if not path.startswith(PATH) or not path.endswith(ENDPOINT):
        return ""
    version = path[len(PATH) : -len(ENDPOINT)]
    return "" if "/" in version else version


def memento(version: str, query: Query | None = None) -> dict[str, str]:
    """The headers that say of which resource and time an answer is a memento (RFC 7089, section 2)."""
    original = ENDPOINT
    if query is not None:
        pairs = [("query", query.text)]
        pairs += [("default-graph-uri", iri) for iri in query.default_graphs]
        pairs += [("named-graph-uri", iri) for iri in query.named_graphs]
        whole = f"{ENDPOINT}?{urlencode(pairs, errors='replace')}"
        original = whole if len(whole) <= LONGEST_ORIGINAL else ENDPOINT
    return {"Memento-Datetime": made(version), "Link": f'<{original}>; rel="original"'}


def redirect(request: Request, version: str) -> Response:
    """From ``/snapshots/current/sparql`` to the endpoint of the version served, the request as it is. Raises
    Problem 405."""
    if not request.reads and request.method != "POST":
        allowed = {"Allow": protocol.METHODS}
        raise Problem(405, f"{request.method} is not a method of this endpoint.", headers=allowed)
    target = f"{PATH}{version}{ENDPOINT}"
    if request.query_string:
        target += "?" + quote(request.query_string, safe="%/:@!$&'()*+,;=?-._~")
    headers = {"Location": target, "Cache-Control": "no-store", "Renkei-Snapshot": version}
    return Response(302 if request.reads else 307, headers)
