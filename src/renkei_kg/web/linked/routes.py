"""The addresses of linked data: ``/id/…`` redirects to ``/page/…`` or ``/data/….EXT``; every other IRI below
the base is found at its own path. Below ``/snapshots/VERSION`` all of it is as it was in that version."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from renkei_kg.web import cache as caching
from renkei_kg.web import layout, memento, statics
from renkei_kg.web.linked import context, documents, missing, pages
from renkei_kg.web.linked.addresses import (
    EXTENSIONS,
    THINGS,
    VERSIONS,
    Addresses,
    encoded,
    split_extension,
)
from renkei_kg.web.linked.current import answered, linked
from renkei_kg.web.linked.resources import LARGE, Resource
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML, Format, NotAcceptableError, accepted, choose
from renkei_kg.web.problems import Problem
from renkei_kg.web.sparql import described

FORMS: Final = (HTML, *EXTENSIONS.values())
NAMES: Final = {form.media_type: extension for extension, form in EXTENSIONS.items()}
KEPT: Final = f"/{VERSIONS}<version>"

blueprint = Blueprint("linked", __name__)


class Documents(Protocol):
    """The documents about resources of a nature that have more to say than the graph has."""

    def depends(self, view: View, resource: Resource) -> str:
        """What a document depends on beside its version and address; empty when on nothing."""

    def body(self, view: View, resource: Resource, address: str, extension: str, number: int) -> bytes:
        """The document at an address, in a format. Raises EngineError, Problem."""


DOCUMENTS: Final[dict[str, Documents]] = {}
Answer = Callable[[View, str], Response]


def at_one_version(answer: Answer) -> Callable[..., Response]:
    """Has a page answered wholly from one version: the one that its address names, else the one served. Its
    path is given as it was sent. Adds what Memento asks for."""

    @wraps(answer)
    def found(path: str = "", version: str = "") -> Response:  # noqa: ARG001  # as it was sent counts
        raw = quote(request.environ["asgi.scope"]["raw_path"], safe=layout.SAFE)
        original = raw.removeprefix(f"/{VERSIONS}{version}") if version else raw
        gone = None if version else memento.gate(original)
        if gone is not None:
            return gone
        response = answered(lambda view: answer(view, original), version)
        return memento.decorate(response, original, version or None)

    return found


@blueprint.get("/id/<path:path>")
@blueprint.get(f"{KEPT}/id/<path:path>")
@at_one_version
def identifier(view: View, original: str) -> Response:
    """From the IRI of a thing to what describes it (https://www.w3.org/TR/cooluris/, section 4.2)."""
    return _redirect(view, _asked(view, original.removeprefix("/")), FORMS)


@blueprint.get("/page/<path:path>")
@blueprint.get(f"{KEPT}/page/<path:path>")
@at_one_version
def page(view: View, original: str) -> Response:
    """The page about a thing."""
    return _page(view, _found(view, THINGS + original.removeprefix("/page/")))


@blueprint.get("/data/<path:path>")
@blueprint.get(f"{KEPT}/data/<path:path>")
@at_one_version
def data(view: View, original: str) -> Response:
    """The description of a thing in the format that the address ends in, else in the one liked best."""
    path = THINGS + original.removeprefix("/data/")
    stem, extension = split_extension(path)
    if extension in EXTENSIONS:
        return _data(view, _found(view, stem), extension)
    return _redirect(view, _found(view, path), tuple(EXTENSIONS.values()))


@blueprint.get("/context.jsonld")
@blueprint.get(f"{KEPT}/context.jsonld")
@at_one_version
def published_context(view: View, _: str) -> Response:
    """The JSON-LD context of the version."""
    tag = statics.tag(view.version, "context")
    headers = described(view.version, context.MEDIA_TYPE) | {"ETag": tag, "Vary": "Accept-Encoding"}
    if caching.names(request.headers.get("If-None-Match"), tag):
        return layout.unchanged(headers)
    document = linked().context(view).document()
    return Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", headers=headers)


@blueprint.get("/<path:path>")
@blueprint.get(f"{KEPT}/<path:path>")
@at_one_version
def anything(view: View, original: str) -> Response:
    """Any other IRI below the base. A graph and a namespace are documents, found where they are named; what
    else there is redirects to what describes it."""
    path = original.removeprefix("/")
    resource = linked().resolve(view, path)
    stem, extension = split_extension(path)
    if resource is None and extension:
        resource = _found(view, stem)
        return _page(view, resource) if extension == "html" else _data(view, resource, extension)
    if resource is None or not resource.is_document:
        return _redirect(view, resource or _asked(view, path), FORMS)
    form = _choose(FORMS)
    response = _page(view, resource) if form is HTML else _data(view, resource, NAMES[form.media_type])
    response.headers["Content-Location"] = _address(view, resource, form)
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def _asked(view: View, path: str) -> Resource:
    """What the address that was asked for stands for, its query taken as part of the IRI where that is so.
    Raises Problem 404."""
    query = quote(request.query_string, safe=layout.SAFE)
    whole = linked().resolve(view, f"{path}%3F{query}") if query else None
    return whole or _found(view, path)


def _found(view: View, path: str) -> Resource:
    """What a path stands for. Raises Problem 404 that names what is near."""
    resource = linked().resolve(view, path)
    if resource is None:
        raise missing.problem(view, layout.this_page(view.version), linked().names, path)
    return resource


def _choose(offered: tuple[Format, ...]) -> Format:
    try:
        return choose(offered, accepted(request.headers.get("Accept")), None)
    except NotAcceptableError:
        names = [form.media_type for form in offered]
        raise Problem(406, f"This can be had as: {', '.join(names)}.", {"offered": names}) from None


def _address(view: View, resource: Resource, form: Format) -> str:
    if form is HTML:
        return view.addresses.html(resource.iri)
    return view.addresses.data(resource.iri, NAMES[form.media_type])


def _redirect(view: View, resource: Resource, offered: tuple[Format, ...]) -> Response:
    address = _address(view, resource, _choose(offered))
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name in ("lang", "page")]
    location = f"{address}?{urlencode(arguments)}" if arguments else address
    headers = described(view.version, "") | {"Location": location, "Vary": "Accept, Accept-Encoding"}
    headers["Link"] = ", ".join(_links(view, resource, "describedby"))
    response = Response(status=303, headers=headers)
    del response.headers["Content-Type"]
    return response


def _links(view: View, resource: Resource, relation: str) -> list[str]:
    """Links to every format of what describes a resource (RFC 8288)."""
    offered = [(kind, address) for _, kind, address in view.addresses.alternates(resource.iri)]
    every = [(HTML.media_type, view.addresses.html(resource.iri)), *offered]
    return [f'<{address}>; rel="{relation}"; type="{kind}"' for kind, address in every]


def _page(view: View, resource: Resource) -> Response:
    """The page about a resource."""
    shown = layout.this_page(
        view.version,
        kept=view.kept,
        alternates=view.addresses.alternates(resource.iri),
        links=(("describes", encoded(resource.iri)),),
    )
    return pages.show(view, linked(), resource, shown)


def _data(view: View, resource: Resource, extension: str) -> Response:
    """A resource in a format. Raises Problem 404, 406."""
    addresses, origin = view.addresses, layout.origin()
    number = pages.number_asked()
    address = origin + addresses.data(resource.iri, extension)
    itself = f"{address}?page={number}" if number > 1 else address
    headers = described(view.version, EXTENSIONS[extension].content_type)
    links = _links(view, resource, "alternate")
    links += [
        f'<{encoded(resource.iri)}>; rel="describes"',
        f'<{origin}{Addresses(addresses.base).data(resource.iri, extension)}>; rel="canonical"',
    ]
    headers |= {"Link": ", ".join(links), "Vary": "Accept-Encoding"}
    other = DOCUMENTS.get(resource.nature)
    state = other.depends(view, resource) if other else ""
    headers["ETag"] = statics.tag(view.version, itself, state)
    if state:
        headers["Cache-Control"] = "public, no-cache"
    if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
        return layout.unchanged(headers)
    if resource.nature == "graph" and view.manifest["graphs"][resource.iri] > LARGE:
        return _from_endpoint(view, resource, extension)
    if other:
        return Response(other.body(view, resource, itself, extension, number), headers=headers)
    statements = linked().statements(view, resource, itself, extension, number)
    context_address = f"{origin}{addresses.prefix}/context.jsonld"
    body = documents.write(statements, extension, linked().context(view), context_address)
    return Response(body, headers=headers)


def _from_endpoint(view: View, resource: Resource, extension: str) -> Response:
    """A graph that is too large to be made here is sent by the endpoint, as it comes. Raises Problem 406 for
    N-Quads, where the answer to a query has no graph."""
    if extension == "nq":
        raise Problem(406, f"This graph is large: take N-Quads from the dumps of /{VERSIONS}{view.version}.")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{resource.iri}> {{ ?s ?p ?o }} }}"
    target = urlencode({"query": query, "format": EXTENSIONS[extension].name})
    headers = {"Location": f"{view.endpoint}?{target}", "Cache-Control": "no-cache"}
    return Response(status=302, headers=headers)
