"""The pages of linked data: about a thing, a named graph, or a namespace with its terms."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import Response, request
from pyoxigraph import BlankNode, NamedNode

from renkei_kg.web import layout
from renkei_kg.web.layout import Page
from renkei_kg.web.linked import schemaorg
from renkei_kg.web.linked.description import PAGE, Description, Statement, describe, own
from renkei_kg.web.linked.kinds import About, kind_of, refs
from renkei_kg.web.linked.resources import LARGE, Linked, Resource, check_page
from renkei_kg.web.linked.shape import Shape
from renkei_kg.web.linked.view import LIST_SECONDS, Term, View
from renkei_kg.web.problems import Problem

INCOMING: Final = (
    "SELECT DISTINCT ?thing ?property {{\n    ?thing ?property <{iri}>\n}}\nORDER BY ?property ?thing"
)
IN_GRAPH: Final = (
    "SELECT DISTINCT ?thing {{\n    GRAPH <{iri}> {{ ?thing ?property ?value }}\n}}\nORDER BY ?thing"
)


Make = Callable[[View, Linked, str, Page], Response]
# Documents of namespaces that have a page of their own, by their IRIs; and pages of another nature.
DOCUMENTS: Final[dict[str, Make]] = {}
NATURES: Final[dict[str, Make]] = {}


@dataclass(frozen=True)
class Pager:
    """Where in a list a page is: the page's number, how many there are, and how many things in all."""

    number: int
    pages: int
    total: int
    size: int = PAGE

    @property
    def first(self) -> int:
        """The number of the first thing on the page, counted from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The number of the last thing on the page."""
        return min(self.number * self.size, self.total)


@dataclass(frozen=True)
class Behind:
    """The query behind a list: its text, where it can be changed, and where its rows are as CSV. And how many
    of its rows are ``shown`` of the ``total``, which is None when they take too long to find."""

    text: str
    editor: str
    csv: str
    shown: int = 0
    total: int | None = 0

    def number(self, items: int) -> int:
        """How many items there are in all, of which a page has some; several rows may be one item."""
        return self.total if self.total is not None and self.shown < self.total else items


def behind(view: View, page: Page, text: str) -> Behind:
    """The query behind a list, asked of the version that the page is of."""
    editor = page.link("/query", query=text, version=view.version if view.kept else None)
    return Behind(text, editor, f"{view.endpoint}?{urlencode({'query': text, 'format': 'csv'})}")


def number_asked() -> int:
    """The page of a list that is asked for. Raises Problem 400."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem(400, f"page={text!r} is no number of a page.")
    return int(text)


def show(view: View, linked: Linked, resource: Resource, page: Page) -> Response:
    """The page about a resource. Raises EngineError, Problem."""
    make = {"thing": thing, "graph": _graph, "namespace": _namespace, **NATURES}[resource.nature]
    return DOCUMENTS.get(resource.iri, make)(view, linked, resource.iri, page)


def thing(view: View, linked: Linked, iri: str, page: Page) -> Response:
    """The page about a thing, as its kind is shown. Raises EngineError, Problem 404."""
    names = linked.names
    schema = names.schema(view)
    found = describe(
        view,
        iri,
        number_asked(),
        lambda one: kind_of(one.types, schema).asks(iri, page.lang),
        seconds=LIST_SECONDS,
    )
    if not found.unfinished:
        check_page(found.number, found.pages)
    about = About(view, page, names, found)
    every = refs(view, page, names, _all_iris(found))
    kind = kind_of(found.types, schema)
    return layout.show(
        kind.template,
        page,
        resource_tag(iri),
        shape=Shape(every, found),
        found=found,
        pager=Pager(found.number, found.pages, found.total),
        behind=replace(behind(view, page, INCOMING.format(iri=iri)), total=None if found.unfinished else 0),
        schema=schemaorg.described(
            view, found, names.of(view, [iri, *found.mentioned]), page.lang, page.origin, page.path
        ),
        **kind.gather(about),
    )


def _all_iris(found: Description) -> Iterable[str]:
    """Every IRI that a page about a thing names."""
    statements = (*found.own, *found.claims, *found.incoming)
    graphs = {iri for one in found.own for iri in one.graphs}
    properties = {one.triple.predicate.value for one in statements}
    return {found.iri, *found.mentioned, *graphs, *properties}


def _graph(view: View, linked: Linked, iri: str, page: Page) -> Response:
    number = number_asked()
    total, things = subjects(view, iri, number)
    pager = Pager(number, max(1, -(-total // PAGE)), total)
    check_page(number, pager.pages)
    found = describe(view, iri)
    named = [one.value for one in things if isinstance(one, NamedNode)]
    every = refs(view, page, linked.names, {*_all_iris(found), *named})
    return layout.show(
        "graph.html",
        page,
        resource_tag(iri),
        shape=Shape(every, found),
        things=[every.value(one) for one in things],
        large=view.manifest["graphs"][iri] > LARGE,
        pager=pager,
        behind=behind(view, page, IN_GRAPH.format(iri=iri)),
    )


def subjects(view: View, iri: str, number: int) -> tuple[int, list[Term]]:
    """How many things a graph describes, and those on a page. Few are sorted here, which is quicker."""
    query = f"SELECT DISTINCT ?s {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    first = (number - 1) * PAGE
    if view.manifest["graphs"][iri] <= LARGE:
        every = sorted((row[0] for row in view.rows(query)), key=str)
        return len(every), every[first : first + PAGE]
    count = view.rows(f"SELECT (COUNT(*) AS ?n) {{ {{ {query} }} }}")
    rows = view.rows(f"{query} ORDER BY ?s LIMIT {PAGE} OFFSET {max(first, 0)}")
    return int(count[0][0].value), [row[0] for row in rows]


def _namespace(view: View, linked: Linked, iri: str, page: Page) -> Response:
    statements = own(view, [iri, *linked.terms(view, iri)])
    described = list(_parts(statements))
    every = refs(view, page, linked.names, {one for found in described for one in _all_iris(found)})
    document = next((one for one in described if one.iri == iri), Description(iri))
    return layout.show(
        "namespace.html",
        page,
        resource_tag(iri),
        shape=Shape(every, document),
        terms=[(one.iri.partition("#")[2], Shape(every, one)) for one in described if one is not document],
    )


def _parts(statements: list[Statement]) -> Iterator[Description]:
    """Each IRI that something is stated of, with the blank nodes that it leads to."""
    by_subject: dict[Term, list[Statement]] = {}
    for one in statements:
        by_subject.setdefault(one.triple.subject, []).append(one)
    for subject in by_subject:
        if not isinstance(subject, NamedNode):
            continue
        waiting: list[Term] = [subject]
        found: dict[Term, list[Statement]] = {}
        while waiting:
            node = waiting.pop()
            if node in by_subject and node not in found:
                found[node] = by_subject[node]
                waiting += [o for one in found[node] if isinstance(o := one.triple.object, BlankNode)]
        yield Description(subject.value, [one for some in found.values() for one in some])


def resource_tag(iri: str) -> str:
    """What the page about a resource depends on beside its address, language and version."""
    return f"resource {iri}"
