"""The pages: ``/ontology`` and ``/shapes``, each a document whose fragments are its terms, and ``/about``."""

from functools import partial
from textwrap import dedent
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app
from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import ONTOLOGY, SH, SHAPES
from renkei_kg.shacl.report import SEVERITIES
from renkei_kg.web import layout
from renkei_kg.web.layout import Page
from renkei_kg.web.linked import pages as linked_pages
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.description import describe
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.pages import behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.resources import ByVersion, Linked
from renkei_kg.web.linked.shape import Shape
from renkei_kg.web.linked.view import View
from renkei_kg.web.reference import about as telling
from renkei_kg.web.reference import queries, report, shapes, terms
from renkei_kg.web.reference.diagram import diagram
from renkei_kg.web.reference.report import Report
from renkei_kg.web.reference.terms import Ontology

DOCUMENTS: Final = (ONTOLOGY.removesuffix("#"), SHAPES.removesuffix("#"))

blueprint = Blueprint("reference", __name__)


class Reference:
    """What is remembered of each version, so that it is read once."""

    def __init__(self) -> None:
        self.ontologies: ByVersion[Ontology] = ByVersion(partial(terms.read, iri=DOCUMENTS[0]))
        self.shapes: ByVersion[shapes.Graph] = ByVersion(shapes.read)
        self.reports: ByVersion[Report | None] = ByVersion(
            lambda view: report.read(current_app.extensions["settings"].snapshots, view)
        )


def install(app: Flask) -> None:
    """Adds the pages to an application."""
    app.extensions["reference"] = Reference()
    app.register_blueprint(blueprint)
    linked_pages.DOCUMENTS.update(zip(DOCUMENTS, (_ontology, _shapes), strict=True))


def _reference() -> Reference:
    found: Reference = current_app.extensions["reference"]
    return found


@blueprint.get("/about")
def about() -> Response:
    """What this is, where it is from, how to cite it, how good it is."""
    return answered(_about)


def _about(view: View) -> Response:
    page = layout.this_page(view.version)
    found = telling.told(view, page, _reference().reports.of(view))
    base = view.addresses.base
    documents = ["/" + iri.removeprefix(base) if iri.startswith(base) else "" for iri in DOCUMENTS]
    return layout.show("about.html", page, "about", ours=documents, **found)


def _ontology(view: View, linked_: Linked, iri: str, page: Page) -> Response:
    ontology = _reference().ontologies.of(view)
    constrained = _reference().shapes.of(view).about
    mentioned = {one for term in ontology.said for _, some in ontology.links[term] for one in some}
    examples = {use.example for use in ontology.uses.values() if use.example}
    shaped = {one for term in ontology.said for one in constrained.get(term, ())}
    found = describe(view, iri)
    named = {*ontology.said, *mentioned, *examples, *shaped, iri, *found.mentioned}
    names = refs(view, page, linked_.names, named | _properties(found))

    def shown(term: str) -> terms.Shown:
        use = ontology.uses.get(term, terms.Use())
        comments = (ontology.text(term, one, page.lang) for one in terms.COMMENTS)
        return terms.Shown(
            term.partition("#")[2],
            names.term(term),
            next((one for one in comments if one is not None), None),
            [(word, [names.term(one) for one in some]) for word, some in ontology.links[term]],
            use,
            names.thing(use.example) if use.example else None,
            [names.term(one) for one in constrained.get(term, ())],
            term in classes,
        )

    classes = frozenset(ontology.classes)
    groups = [
        ("ontology.classes", ontology.classes),
        ("ontology.relations", ontology.relations),
        ("ontology.attributes", ontology.attributes),
    ]
    return layout.show(
        "ontology.html",
        page,
        linked_pages.resource_tag(iri),
        shape=Shape(names, found),
        groups=[(word, [shown(term) for term in some]) for word, some in groups if some],
        diagram=diagram(ontology, _reference().shapes.of(view).relations, lambda one: names.term(one).text),
        name_of=lambda term: term.partition("#")[2],
        behind=behind(view, page, queries.USED),
    )


def _properties(found: Any) -> set[str]:
    return {one.triple.predicate.value for one in found.own}


def _shapes(view: View, linked_: Linked, iri: str, page: Page) -> Response:
    graph, checked = _reference().shapes.of(view), _reference().reports.of(view)
    found = describe(view, iri)
    names = refs(view, page, linked_.names, {iri, *graph.iris, *found.mentioned, *_properties(found)})
    said = shapes.Words(graph, names)
    listed = graph.in_order
    within: dict[Any, list[NamedNode]] = {}
    for one in listed:
        for part in graph.said[one].get(SH.property, ()):
            within.setdefault(part, []).append(one)

    def shown(node: NamedNode) -> dict[str, Any]:
        path, given = graph.one(node, SH.path), graph.said[node].get(SH.severity, [])
        severity = next((name for name in SEVERITIES if SH[name] in given), SEVERITIES[0])
        parts = graph.said[node].get(SH.property, [])
        return {
            "name": node.value.partition("#")[2],
            "ref": names.term(node.value),
            "path": None if path is None else said.path(path),
            "targets": list(said.targets(node)),
            "severity": f"findings.{severity}",
            "rules": list(said.conditions(node)),
            "messages": _texts(names, graph.said[node].get(SH.message, [])),
            "parts": [said.shape(one) for one in parts],
            "within": [names.term(one.value) for one in within.get(node, ())],
            "found": checked.of([node.value]) if checked else 0,
        }

    others = [node for node in graph.named if node not in set(listed)]
    return layout.show(
        "shapes.html",
        page,
        linked_pages.resource_tag(iri),
        shape=Shape(names, found),
        shapes=[shown(node) for node in listed],
        others=[
            (node.value.partition("#")[2], names.term(node.value), _query(graph, node)) for node in others
        ],
        report=checked,
    )


def _texts(names: Refs, said: list[Any]) -> list[Any]:
    """The texts in the page's language, else all."""
    texts = [names.value(one) for one in said if isinstance(one, Literal)]
    return [one for one in texts if not one.lang] or texts


def _query(graph: shapes.Graph, node: NamedNode) -> str:
    """The query of a target or constraint; of a prefix, what it stands for."""
    for property_ in (SH.select, SH.ask, SH.namespace):
        text = graph.one(node, property_)
        if isinstance(text, Literal):
            return dedent(text.value).strip()
    return ""
