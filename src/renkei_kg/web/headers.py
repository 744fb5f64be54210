"""Headers that every response carries: who may read it from where, and what a browser may do with it."""

from typing import Final

POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS: Final[dict[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Last-Modified, Link, Link-Template, "
        "Location, Memento-Datetime, Renkei-Snapshot, Renkei-Warnings, Repr-Digest, Retry-After"
    ),
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT: Final[dict[str, str]] = {
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Datetime, Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range, "
        "Renkei-Reason"
    ),
    "Access-Control-Max-Age": "86400",
}
