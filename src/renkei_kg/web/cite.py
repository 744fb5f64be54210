"""``/cite``: how to cite the answer to a query, a thing, or a version of the data as a whole.

GET says how, and changes nothing. POST makes the citation one to rely upon: it keeps the bytes of the answer,
and marks the version as cited (docs/decisions/0010-citations.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Flask
from pyoxigraph import NamedNode

from renkei_kg.engine import guard
from renkei_kg.engine.contract import VersionMissing
from renkei_kg.versions import citations, kept
from renkei_kg.versions.citations import Citation
from renkei_kg.web import protocol, results, sparql
from renkei_kg.web.citing import Citing, Subject, dataset
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.layout import Page, preferred
from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format, NotAcceptableError, accepted, choose
from renkei_kg.web.problems import Problem
from renkei_kg.web.serving import Serving
from renkei_kg.web.words import LANGUAGES

PATH: Final = "/cite"
METHODS: Final = "GET, HEAD, POST, OPTIONS"
TEXT: Final = Format("text", "text/plain", ("txt", "text/x-bibliography"))
BIBTEX: Final = Format("bibtex", "application/x-bibtex", ("bib", "text/x-bibtex"))
CSL: Final = Format("csl", "application/vnd.citationstyles.csl+json", ("json", "application/json"))
FORMATS: Final = (TEXT, BIBTEX, CSL)
WRITTEN: Final[Mapping[str, Callable[[Citation, str], str]]] = {
    "text": citations.text,
    "bibtex": citations.bibtex,
    "csl": citations.csl,
}
Render = Callable[..., str]


@dataclass(frozen=True)
class Shown:
    """A citation to show, and what there is to say of it: whether the address itself has ``chosen`` the
    language, and why nothing was kept (``refused``)."""

    subject: Subject
    citation: Citation
    language: str
    chosen: bool
    refused: str
    origin: str


class Cite:
    """Answers requests to ``/cite``. ``render`` makes the page of a citation."""

    def __init__(self, serving: Serving, render: Render) -> None:
        self._serving, self._render = serving, render
        self._citing = Citing(serving.settings, serving.engine)

    async def __call__(self, request: Request) -> Response:
        """The answer to a request. Raises Problem, EngineError."""
        if request.method not in METHODS.split(", "):
            raise Problem(405, f"{request.method} is not a method here.", headers={"Allow": METHODS})
        parameters = _fields(request)
        form = sparql.choose_format(request, FORMATS, parameters.one("format"))
        asked = parameters.one("lang")
        chosen = asked in LANGUAGES
        language = asked if asked and chosen else preferred(request.headers.get("accept-language"))
        origin = self._origin(request)
        subject, refused, new = await self._subject(parameters), "", False
        if not request.reads:
            before = subject.found
            subject, refused = await self._keep(subject, request.client)
            new = subject.found is not None and before is None
            if form is HTML and subject.found is not None:
                return Response(303, {"Location": f"{about(subject.found)}&lang={language}"})
        citation = await self._citing.citation(subject, origin, language, request.client)
        shown = Shown(subject, citation, language, chosen, refused, origin)
        headers = {
            "Content-Type": form.content_type,
            "Cache-Control": "no-cache",
            "Renkei-Snapshot": subject.version,
            "Vary": "Accept, Accept-Language",
            "X-Robots-Tag": "noindex, nofollow",
        }
        if not request.reads and subject.found is not None:
            headers["Location"] = citation.url
        write = WRITTEN.get(form.name)
        body = write(citation, language) if write else self._render(**_values(shown))
        return Response(201 if new else 200, headers, body.encode())

    async def _subject(self, parameters: protocol.Parameters) -> Subject:
        """What a request cites. Raises Problem, EngineError."""
        names = [name for name in ("query", "resource", "result") if parameters.all(name)]
        if len(names) > 1:
            raise Problem(400, f"Cite one thing at a time: this request has {' and '.join(names)}.")
        version, name = parameters.one("version") or "current", parameters.one("result")
        if version == "current":
            version = self._serving.engine.version()
        if name is not None:
            return await self._kept(version, name)
        query = parameters.one("query")
        asked = None if query is None else self._asked(protocol.tidy(query), version, parameters)
        found = None if asked is None else await self._citing.find(version, asked.name)
        if found is None and not self._serving.engine.keeps(version):
            raise VersionMissing(version)
        marked = await self._citing.marked(version)
        return Subject(version, asked, _thing(parameters.one("resource")), found, marked)

    async def _kept(self, version: str, name: str) -> Subject:
        found = await self._citing.find(version, name)
        if found is None:
            raise Problem(404, results.NONE_SUCH)
        return Subject(version, found.asked, "", found, await self._citing.marked(version))

    def _asked(self, query: str, version: str, parameters: protocol.Parameters) -> kept.Asked:
        """The query whose answer is cited, and the format of the answer. Raises Problem, EngineError."""
        services = sparql.allowed_services(self._serving.settings)
        offered = SOLUTIONS if guard.glance(query, services).form in ("SELECT", "ASK") else GRAPHS
        try:
            form = choose(offered, accepted(None), parameters.one("answer"))
        except NotAcceptableError:
            names = ", ".join(form.name for form in offered)
            raise Problem(400, f"The answer to this query can be had as answer={names}.") from None
        graphs = (parameters.graphs(name) for name in protocol.QUERY_DATASET)
        return kept.Asked(version, query, form.media_type, *graphs)

    async def _keep(self, subject: Subject, client: str) -> tuple[Subject, str]:
        """Makes a citation one to rely upon; and if that cannot be, says why. Raises Problem, EngineError."""
        refused = ""
        if subject.asked is not None and subject.found is None:
            try:
                subject = replace(subject, found=await self._citing.keep(subject.asked, client))
            except kept.NotKept as error:
                refused = str(error)
        if not subject.marked:
            try:
                await self._citing.mark(subject.version)
                subject = replace(subject, marked=True)
            except kept.NotKept as error:
                refused = refused or str(error)
        return subject, "" if subject.found else refused

    def _origin(self, request: Request) -> str:
        """How the URLs of citations begin: as the operator says, else as the server was asked."""
        public = self._serving.settings.public_url
        if public:
            return public.rstrip("/")
        if not request.url:
            raise Problem(400, "The request does not say which host it is for: send a Host header.")
        parts = urlsplit(request.url)
        return f"{parts.scheme}://{parts.netloc}"


def page_of(app: Flask) -> Render:
    """How the page of a citation is rendered."""
    return app.jinja_env.get_template("cite.html").render


def about(found: kept.Kept) -> str:
    """Where the citation of a kept answer is shown."""
    return f"{PATH}?version={found.asked.version}&result={found.name}"


def _fields(request: Request) -> protocol.Parameters:
    """What a request asks, by its URL, by a form or with the query as its body. Raises Problem."""
    pairs = protocol.decode(request.query_string, "query string").pairs
    if request.reads:
        return protocol.Parameters(pairs)
    kind, _ = protocol.content_type(request)
    if kind == protocol.QUERY_TYPE:
        return protocol.Parameters([*pairs, ("query", protocol.utf8(request.body, "query"))])
    if kind == protocol.FORM_TYPE:
        return protocol.Parameters([*pairs, *protocol.decode(request.body, "form").pairs])
    if request.body:
        raise Problem(415, f"Send a form ({protocol.FORM_TYPE}), or a query ({protocol.QUERY_TYPE}).")
    return protocol.Parameters(pairs)


def _thing(iri: str | None) -> str:
    """The IRI of a thing to cite. Raises Problem 400."""
    try:
        if iri is None or (protocol.ABSOLUTE.fullmatch(iri) and NamedNode(iri).value == iri):
            return iri or ""
    except ValueError:
        pass
    raise Problem(400, f"resource={iri!r} is no absolute IRI.")


def _values(shown: Shown) -> dict[str, Any]:
    """What the page of a citation is filled with."""
    subject, asked = shown.subject, shown.subject.asked
    pairs = [("version", subject.version)]
    if subject.found is not None:
        pairs += [("result", subject.found.name)]
    elif asked is not None:
        pairs += [("query", asked.query), ("answer", results.FORMATS[asked.media_type].name)]
        pairs += dataset(asked)
    elif subject.thing:
        pairs += [("resource", subject.thing)]
    form = None if asked is None else results.FORMATS[asked.media_type]
    page = Page(shown.language, PATH, tuple(pairs), shown.chosen, shown.origin, subject.version)
    said = urlencode([*pairs, ("lang", shown.language)], errors="replace")
    others = [(one.name, one.media_type, f"{PATH}?{said}&format={one.name}") for one in FORMATS]
    return {
        "page": replace(page, alternates=tuple(others)),
        "subject": subject,
        "citation": shown.citation,
        "refused": shown.refused,
        "written": {name: write(shown.citation, shown.language) for name, write in WRITTEN.items()},
        "answers": () if form is None else SOLUTIONS if form in SOLUTIONS else GRAPHS,
        "answer": form,
    }
