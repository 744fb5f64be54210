"""What every page has: its language, addresses that keep it, and the headers of its answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from renkei_kg.engine.contract import EngineUnavailable
from renkei_kg.web import cache as caching
from renkei_kg.web import statics, words
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.sparql import described

REQUEST: Final = "renkei.request"
LONGEST: Final = 2000
SAFE: Final = "%/:@!$&'()*+,;=~"


@dataclass(frozen=True)
class Page:
    """A page as its template sees it.

    ``path`` is its own address without the query, ``arguments`` the query without ``lang``; ``chosen`` says
    that the address itself names the language, which its links then do too. ``version`` is the version of the
    data, ``kept`` that the address names that one. ``alternates`` are its other formats: name, media type and
    address; ``links`` are other resources that belong to it: relation and address.
    """

    lang: str
    path: str = "/"
    arguments: tuple[tuple[str, str], ...] = ()
    chosen: bool = False
    origin: str = ""
    version: str = ""
    kept: bool = False
    alternates: tuple[tuple[str, str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def t(self, key: str, **values: object) -> str:
        """A word of the interface in the page's language."""
        return words.word(key, self.lang, **values)

    def link(self, path: str, **arguments: object) -> str:
        """The address of another page, in this page's language when its own address names it. A tuple is an
        argument that comes several times."""
        path, mark, fragment = path.partition("#")
        pairs = [
            (name, str(value))
            for name, some in arguments.items()
            for value in (some if isinstance(some, tuple) else (some,))
            if value not in (None, "")
        ]
        if self.chosen:
            pairs.append(("lang", self.lang))
        return _address(path, pairs) + mark + fragment

    def here(self, **arguments: object) -> str:
        """The address of this page with other arguments; None takes one away."""
        own = {name: tuple(v for n, v in self.arguments if n == name) for name, _ in self.arguments}
        return self.link(self.path, **{**own, **arguments})

    def in_language(self, language: str | None) -> str:
        """The address of this very page in another language, or in the one that the browser likes best."""
        return _address(self.path, [*self.arguments, *([("lang", language)] if language else [])])

    @property
    def canonical(self) -> str:
        """The address to find the page by: in the version served, in the language that it is in."""
        return self.origin + _address(self.now, [*self.arguments, ("lang", self.lang)])

    @property
    def lasting(self) -> bool:
        """Whether the address is one to refer to: a long one holds a query, and would fill every header."""
        return len(self.in_language(self.lang)) <= LONGEST

    @property
    def now(self) -> str:
        """The address of the same in the version served."""
        return self.path.removeprefix(f"/snapshots/{self.version}") if self.kept else self.path

    def status(self, status: int) -> str:
        """What an HTTP status means."""
        key = f"status.{status}"
        return self.t(key if key in words.WORDS else "status.other")

    @property
    def languages(self) -> Iterable[tuple[str, str]]:
        """The languages that pages come in, by tag and own name."""
        return words.NAMES.items()


def _address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


@lru_cache(maxsize=256)
def preferred(header: str | None) -> str:
    """The language that an Accept-Language header likes best; Japanese when it likes neither."""
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(words.LANGUAGES, default=words.LANGUAGES[0]) or words.LANGUAGES[0]


def this_page(version: str = "", **more: Any) -> Page:
    """The page that is being asked for."""
    asked = request.args.get("lang")
    chosen = asked in words.LANGUAGES
    language = asked if asked is not None and chosen else preferred(request.headers.get("Accept-Language"))
    scope: Mapping[str, Any] = request.environ["asgi.scope"]
    arguments = tuple((k, v) for k, v in request.args.items(multi=True) if k != "lang")
    path = quote(scope["raw_path"], safe=SAFE)
    return Page(language, path, arguments, chosen, origin(), version or current(), **more)


def page_before(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Page:
    """The page that is being asked for, told before any application sees the request."""
    pairs = parse_qsl(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True)
    asked = dict(pairs).get("lang", "")
    header = headers.get(b"accept-language")
    chosen = asked in words.LANGUAGES
    language = asked if chosen else preferred(None if header is None else header.decode("latin-1"))
    arguments = tuple(pair for pair in pairs if pair[0] != "lang")
    return Page(language, quote(scope["raw_path"], safe=SAFE), arguments, chosen)


def plain_page(language: object = "") -> Page:
    """A page that knows only its language: for what is rendered apart from a request."""
    return Page(language if isinstance(language, str) and language in words.LANGUAGES else words.LANGUAGES[0])


def install(app: Flask) -> None:
    """Gives the templates what all of them use."""
    app.jinja_env.globals |= {"plain_page": plain_page, "static": statics.address}
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = app.json.sort_keys = False

    @app.context_processor
    def page() -> dict[str, Page]:
        return {"page": this_page()} if has_request_context() else {}


def origin() -> str:
    """The scheme and host that the request was sent to."""
    asked = request.environ["asgi.scope"].get(REQUEST)
    url: str = asked.url if asked is not None and asked.url else request.host_url
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def client() -> str:
    """Who asks, for fairness between clients."""
    asked = request.environ["asgi.scope"].get(REQUEST)
    return "" if asked is None else str(asked.client)


def current() -> str:
    """The version served; empty when there is none yet."""
    try:
        return str(current_app.extensions["asker"].version())
    except EngineUnavailable:
        return ""


def show(template: str, page: Page, tag: str = "", **context: Any) -> Response:
    """A page as the answer to the request. With a ``tag``, which must tell all that the page depends on
    beside its address, language and version, it may be kept, and asked for again with If-None-Match."""
    headers = described(page.version, HTML.content_type) if page.version else {}
    headers |= {
        "Content-Type": HTML.content_type,
        "Content-Language": page.lang,
        "Vary": "Accept, Accept-Language, Accept-Encoding",
    }
    links = [f'<{page.canonical}>; rel="canonical"'] if page.lasting else []
    links += [f'<{url}>; rel="alternate"; type="{kind}"' for _, kind, url in page.alternates]
    links += [f'<{url}>; rel="{relation}"' for relation, url in page.links]
    if links:
        headers["Link"] = ", ".join(links)
    if page.version and tag:
        address = (page.origin, page.path, str(page.arguments), page.lang, str(page.chosen))
        headers["ETag"] = statics.tag(page.version, *address, tag)
        if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
            return unchanged(headers)
    body = current_app.jinja_env.get_template(template).render(page=page, **context)
    if g.get("incomplete"):  # something took too long, which it need not do the next time
        headers.pop("ETag", None)
        headers["Cache-Control"] = "no-store"
    return Response(body, headers=headers)


def unchanged(headers: dict[str, str]) -> Response:
    """What a client is told that has the answer (RFC 9110, section 15.4.5)."""
    response = Response(status=304, headers={k: v for k, v in headers.items() if k != "Content-Type"})
    response.headers.pop("Content-Type", None)
    return response
