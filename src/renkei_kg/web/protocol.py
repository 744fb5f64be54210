"""The SPARQL 1.1 Protocol: what a request asks for (section 2), told without doing it."""

import re
from dataclasses import dataclass

from renkei_kg.engine.contract import Query
from renkei_kg.web import percent
from renkei_kg.web.exchange import Request
from renkei_kg.web.problems import Problem

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"
METHODS = "GET, HEAD, POST, OPTIONS"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
QUERY_DATASET = ("default-graph-uri", "named-graph-uri")
UPDATE_DATASET = ("using-graph-uri", "using-named-graph-uri")
LONG_QUOTES = ('"""', "'''")
MOST_FIELDS = 10_000


@dataclass(frozen=True)
class Asked:
    """A query operation (section 2.1), with what this server adds: a format by name (several are parted by
    commas), a shorter time."""

    query: Query
    format: str | None
    seconds: float


@dataclass(frozen=True)
class Update:
    """An update operation (section 2.2)."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


class Parameters:
    """Parameters by name, in order."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return tuple(self._values.get(name, ()))

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once. Raises Problem 400."""
        values = self.all(name)
        if len(values) > 1:
            raise Problem(400, f"The parameter '{name}' is given {len(values)} times: give it once.")
        return values[0] if values else None

    def graphs(self, name: str) -> tuple[str, ...]:
        """The values of a parameter whose values are absolute IRIs. Raises Problem 400."""
        iris = tuple(iri for value in self.all(name) for iri in _listed(value, name))
        for iri in iris:
            if not ABSOLUTE.fullmatch(iri):
                raise Problem(400, f"The parameter '{name}' holds {iri!r}, which is no absolute IRI.")
        return iris


def read(request: Request, most_seconds: float) -> Asked | Update | None:
    """What a request to the endpoint asks for; None is a GET that asks for the service's description.

    Raises Problem for each way of asking that sections 2.1 and 2.2 do not allow.
    """
    parameters = decode(request.query_string, "query string")
    if request.reads:
        if parameters.all("update"):
            raise Problem(400, "An update is sent by POST, never by GET.")
        if not parameters.all("query"):
            return None
        return _asked(parameters, parameters.all("query"), most_seconds)
    if request.method != "POST":
        raise Problem(405, f"{request.method} is not a method of this endpoint.", headers={"Allow": METHODS})
    kind = _plain_type(request)
    if kind == FORM_TYPE:
        return _form(request, parameters, most_seconds)
    if kind not in (QUERY_TYPE, UPDATE_TYPE):
        what = kind or "a body without a Content-Type"
        raise Problem(
            415,
            f"A query is sent as {FORM_TYPE} or {QUERY_TYPE}, an update as {FORM_TYPE} or {UPDATE_TYPE}, "
            f"and not as {what}.",
        )
    word = "query" if kind == QUERY_TYPE else "update"
    for name in ("query", "update"):
        if parameters.all(name):
            raise Problem(400, f"The request has a {word} as its body and a {name} as a parameter: send one.")
    text = utf8(request.body, word)
    return _asked(parameters, (text,), most_seconds) if word == "query" else _update(parameters, (text,))


def _plain_type(request: Request) -> str:
    """The media type of a body that is plain UTF-8, as far as its headers tell. Raises Problem 415."""
    kind, charset = content_type(request)
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, f"The request is in {charset}: send UTF-8.")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem(415, f"The request is coded as {coding}: send it as it is.")
    return kind


def _form(request: Request, parameters: Parameters, most_seconds: float) -> Asked | Update:
    if parameters.all("update"):
        raise Problem(400, "An update goes into the form that is posted, and not into the URL.")
    both = Parameters([*parameters.pairs, *decode(request.body, "form").pairs])
    queries, updates = both.all("query"), both.all("update")
    if queries and updates:
        raise Problem(400, "The request has a query and an update: send one of them.")
    if not queries and not updates:
        raise Problem(400, "The form has neither a query nor an update: give one, in a field of that name.")
    return _asked(both, queries, most_seconds) if queries else _update(both, updates)


def _asked(parameters: Parameters, texts: tuple[str, ...], most_seconds: float) -> Asked:
    if len(texts) != 1:
        raise Problem(400, f"The request has {len(texts)} queries: send one at a time.")
    _without(parameters, UPDATE_DATASET, "an update")
    default, named = (parameters.graphs(name) for name in QUERY_DATASET)
    seconds = _seconds(parameters.one("timeout"), most_seconds)
    parameters.one("version")
    formats = ",".join(parameters.all("format")) or None
    return Asked(Query(tidy(texts[0]), default, named), formats, seconds)


def _update(parameters: Parameters, texts: tuple[str, ...]) -> Update:
    if len(texts) != 1:
        raise Problem(400, f"The request has {len(texts)} updates: send one at a time.")
    _without(parameters, QUERY_DATASET, "a query")
    parameters.one("version")
    return Update(texts[0], *(parameters.graphs(name) for name in UPDATE_DATASET))


def tidy(text: str) -> str:
    """A query without what changes nothing, so that the same query is one in the cache: not its beginning,
    which the places of errors count from, and no line end that a literal may hold."""
    text = text.removeprefix("\ufeff").rstrip(" \t\r\n")
    return text if any(quote in text for quote in LONG_QUOTES) else text.replace("\r\n", "\n")


def _listed(value: str, name: str) -> list[str]:
    """The IRIs in the value of a parameter: one, or several when the list was percent-encoded twice, as in
    W3C's test ``query_multiple_dataset``. An ampersand is not the IRI's own before any question mark."""
    return [value] if "?" in value else value.split(f"&{name}=")


def _without(parameters: Parameters, names: tuple[str, ...], what: str) -> None:
    for name in names:
        if parameters.all(name):
            raise Problem(400, f"The parameter '{name}' goes with {what}.")


def _seconds(text: str | None, most: float) -> float:
    """How long the client wants to wait at most; never longer than the server allows."""
    if text is None:
        return most
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Problem(400, f"timeout={text!r} is no time: give seconds, such as timeout=5.")
    return min(seconds, most)


def decode(content: bytes, what: str) -> Parameters:
    """The parameters of a query string or of a form's body. Raises Problem when they are not UTF-8."""
    try:
        return Parameters(percent.fields(content, MOST_FIELDS))
    except UnicodeDecodeError as error:
        raise Problem(400, f"The {what} is not UTF-8 (at byte {error.start} of a value).") from None
    except percent.TooManyFieldsError:
        raise Problem(400, f"The {what} has more than {MOST_FIELDS} fields.") from None


def utf8(content: bytes, what: str) -> str:
    """A body as text. Raises Problem when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(400, f"The {what} is not UTF-8 at byte {error.start}: send it as UTF-8.") from None


def content_type(request: Request) -> tuple[str, str]:
    """The media type of a request's body and its charset parameter, both in lower case, or empty."""
    kind, *parameters = request.headers.get("content-type", "").split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset
