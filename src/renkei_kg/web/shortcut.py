"""Answers that need no work, or next to none: kept ones, and lookups that the engine gives at once.

A server asks here before it makes a task for a request. Everything that is not plain (other parameters,
conditions, formats that are not on offer) is left to the ordinary way, which says what is wrong.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from renkei_kg.engine.contract import Query
from renkei_kg.web import percent, sparql
from renkei_kg.web.accesslog import Line
from renkei_kg.web.cache import Form, wire
from renkei_kg.web.exchange import Key, has_content
from renkei_kg.web.headers import ALWAYS
from renkei_kg.web.metrics import KEPT
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format, NotAcceptableError, chosen
from renkei_kg.web.protocol import tidy
from renkei_kg.web.serving import ENDPOINT, Serving, alias

PREFIX = ENDPOINT.encode() + b"?query="
MOST_TARGET = 4096
ONCE = 4096
OFFERED = ((*SOLUTIONS, HTML), (*GRAPHS, HTML))


@lru_cache(maxsize=512)
def _formats(accept: str | None) -> tuple[Format, ...]:
    """The formats that a client likes best for solutions and for a graph, as far as it likes any that is not
    a page."""
    found = []
    for offered in OFFERED:
        with suppress(NotAcceptableError):
            found.append(chosen(offered, accept, None))
    return tuple(form for form in found if form is not HTML)


@lru_cache(maxsize=64)
def _common(version: str, content_type: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that every answer of a version in a format has."""
    return tuple(wire({**ALWAYS, **sparql.answered(version, content_type)}, None))


class Shortcut:
    """Gives the answer to a request that a server can send at once, and notes the request."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._keeps = serving.cache.limit > 0
        self._once: OrderedDict[Key, None] = OrderedDict()

    def __call__(
        self, method: str, target: bytes, headers: Mapping[bytes, bytes], address: str
    ) -> Form | None:
        """The answer to a GET or HEAD with its request target and headers, or None."""
        if has_content(headers):
            return None
        serving = self._serving
        started = time.perf_counter()
        form, outcome = serving.known(target, headers), KEPT
        if form is None:
            if method != "GET" or not target.startswith(PREFIX) or len(target) > MOST_TARGET:
                return None
            form, outcome = self._look_up(target, headers), "ok"
            if form is None:
                return None
        sent = 0 if method == "HEAD" else len(form.body)
        seconds = time.perf_counter() - started
        path = ENDPOINT
        if not target.startswith(PREFIX):
            path = target.partition(b"?")[0].decode("ascii", "replace")
        serving.metrics.count(serving.label(path), outcome, seconds, sent)
        if serving.access.on:
            told = dict(form.headers).get(b"renkei-snapshot")
            version = told.decode("ascii") if told else serving.cache.version
            line = Line(address, method, path, form.status, outcome, sent, seconds, version, form.query)
            serving.write(line, headers)
        return form

    def _look_up(self, target: bytes, headers: Mapping[bytes, bytes]) -> Form | None:
        """The answer to a lookup. One that is asked again is left to the ordinary way, which keeps it."""
        if b"if-none-match" in headers or b"&" in target or b"host" not in headers:
            return None
        if self._keeps and self._asked_before(alias(target, headers)):
            return None
        try:
            text = tidy(percent.decoded(target[len(PREFIX) :].replace(b"+", b" ")).decode("utf-8"))
        except UnicodeDecodeError:
            return None
        serving = self._serving
        accept = headers.get(b"accept")
        for format_ in _formats(None if accept is None else accept.decode("latin-1")):
            content = serving.engine.look_up(text, format_.media_type)
            if content is not None:
                version = serving.cache.version
                tag = sparql.tag(version, Query(text), format_.media_type)
                own = [(b"etag", tag.encode()), (b"content-length", b"%d" % len(content))]
                return Form(200, [*_common(version, format_.content_type), *own], content, text)
        return None

    def _asked_before(self, asked: Key) -> bool:
        if asked in self._once:
            return True
        self._once[asked] = None
        if len(self._once) > ONCE:
            self._once.popitem(last=False)
        return False
