"""Pages to ask from: the editor, the gallery of example queries, and each example as a small service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, request

from renkei_kg import links
from renkei_kg.config import Settings
from renkei_kg.engine.contract import EngineError, Query, QueryFailed, QuerySyntaxError, VersionMissing
from renkei_kg.web import cache as caching
from renkei_kg.web import citing, files, layout, sparql
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML, Format, NotAcceptableError, accepted, choose
from renkei_kg.web.preview import preview
from renkei_kg.web.problems import Problem
from renkei_kg.web.queries import editor, highlight, missing
from renkei_kg.web.queries.asking import Asked, asked
from renkei_kg.web.queries.calls import calls
from renkei_kg.web.queries.gallery import Example, Gallery, ending
from renkei_kg.web.queries.shown import terms
from renkei_kg.web.sparql import Shown

FIRST: Final = """PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?project ?title {
    ?project a rk:Project ;
        rdfs:label ?title .
    FILTER(LANG(?title) = "%s")
}
ORDER BY ?title"""

blueprint = Blueprint("querying", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Adds the pages to an application."""
    app.extensions |= {"gallery": Gallery(), "links": links.Links(settings.snapshots, settings.links)}
    app.jinja_env.filters["sparql"] = highlight.parts
    app.register_blueprint(blueprint)


@blueprint.get("/query")
def query() -> Response:
    """The editor, with ``?query=`` or a named example in it; with ``?version=``, over that version."""
    return answered(_query, request.args.get("version") or "")


@blueprint.get("/q/<name>")
def short_link(name: str) -> Response:
    """The editor with a query that a short link is kept for."""
    store: links.Links = current_app.extensions["links"]
    found = store.find(name)
    if found is None:
        raise Problem(404, "No query is kept under this link. A short link ends in letters and digits.")
    response = answered(partial(_query, text=found.query), found.version)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _query(view: View, text: str = "") -> Response:
    page = layout.this_page(view.version)
    form = filled(view, text)
    tag = "query" if form["examples"] is not None else ""
    version = view.version if view.kept else None
    return layout.show(
        "query.html",
        page,
        tag,
        version=version,
        editor=editor.told(view, page, form["examples"] or ()),
        **form,
        **_topics(form, page),
    )


def filled(view: View, text: str = "") -> dict[str, Any]:
    """What the form for a query is filled with. The examples are None when the engine has no time to say
    which there are: the form is there without them. Raises VersionMissing."""
    examples = _examples(view)
    chosen = (examples or {}).get(request.args.get("example", ""))
    language = layout.this_page().lang
    first = chosen.commented(chosen.body, language) if chosen else FIRST % language
    text = text or request.args.get("query") or first
    return {"text": text, "examples": None if examples is None else list(examples.values())}


def _examples(view: View) -> dict[str, Example] | None:
    gallery: Gallery = current_app.extensions["gallery"]
    try:
        return gallery.of(view)
    except VersionMissing:
        raise
    except EngineError:
        return None


def _topics(form: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """The examples by topic, in the order of the topics' names; those without one come last."""
    topics: dict[str, list[Example]] = {}
    for one in form["examples"] or ():
        topics.setdefault(one.topics.get(page.lang) or "", []).append(one)
    return {"topics": sorted(topics.items(), key=lambda topic: (not topic[0], topic[0]))}


@blueprint.get("/queries")
def queries() -> Response:
    """The gallery: every example query, by topic."""
    return answered(_queries, request.args.get("version") or "")


def _queries(view: View) -> Response:
    page = layout.this_page(view.version)
    gallery: Gallery = current_app.extensions["gallery"]
    topics = _topics({"examples": gallery.of(view).values()}, page)
    return layout.show("queries.html", page, "queries", version=view.version if view.kept else None, **topics)


@blueprint.get("/queries/<name>")
def example(name: str) -> Response:
    """An example with its answer; ``NAME.json``, ``.csv`` and so on is the answer alone. The parameters that
    it has are those of the URL."""
    return answered(partial(_example, name), request.args.get("version") or "")


def _example(name: str, view: View) -> Response:
    gallery: Gallery = current_app.extensions["gallery"]
    examples, page = gallery.of(view), layout.this_page(view.version)
    stem, wanted = (name, None) if name in examples else split(name)
    found = examples.get(stem)
    if found is None:
        raise missing.problem(page, examples, stem)
    offered = (HTML, *found.formats)
    try:
        form = choose(offered, accepted(request.headers.get("Accept")), wanted or request.args.get("format"))
    except NotAcceptableError:
        names = [f"{one.media_type} (/queries/{stem}.{ending(one)})" for one in offered]
        raise Problem(406, f"This can be had as: {', '.join(names)}.", {"offered": names}) from None
    served = _Served(view, page, found, asked(view, page, found, request.args))
    return served.page() if form is HTML else served.data(form)


def split(name: str) -> tuple[str, str | None]:
    """The name of an example and of a format, from the last part of a path."""
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot else (name, None)


def _mark(form: Format) -> bytes:
    """What stands before an answer: with ``bom=1``, that by which Excel takes a CSV for UTF-8. Raises Problem
    400."""
    asked = request.args.get("bom", "0")
    if asked not in ("0", "1"):
        raise Problem(400, "The parameter 'bom' is 1 for a CSV with a byte order mark, or 0.")
    return files.MARK if asked == "1" and form.name == "csv" else b""


@dataclass(frozen=True)
class _Served:
    """An example that is asked in one version."""

    view: View
    here: Page
    example: Example
    asked: Asked

    @property
    def _query(self) -> Query:
        return Query(self.asked.text, version=self.view.version)

    def data(self, form: Format) -> Response:
        """The answer alone. Raises EngineError, Problem 400."""
        mark = _mark(form)
        headers = sparql.answered(self.view.version, form.content_type)
        tag = sparql.tag(self.view.version, self._query, form.media_type)
        varies = sparql.VARYING.search(self.asked.text)
        headers |= {"Cache-Control": "no-store"} if varies else {"ETag": tag}
        headers["Content-Disposition"] = f'inline; filename="{self.example.name}.{ending(form)}"'
        headers["Link"] = f'<{self.here.origin}{self._address("")}>; rel="describedby"; type="text/html"'
        if not varies and caching.names(request.headers.get("If-None-Match"), tag):
            return layout.unchanged(headers)
        answer = self.view.asker.ask(self._query, form.media_type, self.view.client)
        return Response(mark + answer.content, headers=headers)

    def page(self) -> Response:
        """The page: what it asks, its form, the answer, and how to get that. Raises EngineError."""
        view, example = self.view, self.example
        version = view.version if view.kept else None
        addresses = {ending(form): self._address(f".{ending(form)}") for form in example.formats}
        alternates = [(ending(form), form.media_type, addresses[ending(form)]) for form in example.formats]
        page = replace(
            self.here,
            alternates=tuple(alternates),
            links=(("describes", example.iri),),
        )
        return layout.show(
            "queries_one.html",
            page,
            "" if sparql.VARYING.search(self.asked.text) else "example",
            version=version,
            example=example,
            asked=self.asked,
            text=example.commented(self.asked.text, page.lang),
            cite=citing.offer(self._query, view.version),
            calls=calls(example.form, {name: self.here.origin + one for name, one in addresses.items()}),
            iri=view.addresses.page(example.iri),
            script=editor.built("site.js"),
            **self._answer(page),
        )

    def _answer(self, page: Page) -> dict[str, Any]:
        """What the page shows of the answer, or why there is none: a word may be one that no text search
        takes, which is no reason to lose the form. Raises EngineError."""
        graph = self.example.form == "CONSTRUCT"
        form = self.example.formats[0]
        try:
            answer = self.view.asker.ask(self._query, form.media_type, self.view.client)
        except (QueryFailed, QuerySyntaxError) as error:
            return {"failed": str(error)}
        shown = preview(Shown(self._query, graph, answer.content, self.view.version))
        return {"seen": shown, **terms(self.view, page, shown)}

    def _address(self, extension: str) -> str:
        """The address of the example, with these values."""
        pairs = dict(self.asked.given) | ({"version": self.view.version} if self.view.kept else {})
        path = f"/queries/{self.example.name}{extension}"
        return f"{path}?{urlencode(pairs)}" if pairs else path
