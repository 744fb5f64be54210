"""What an IRI below the base stands for: a thing, a named graph, or the document of a namespace, whose terms
are its fragments; and what is remembered of each version."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from pyoxigraph import NamedNode

from renkei_kg.web.linked import context, documents
from renkei_kg.web.linked.addresses import THINGS, spellings
from renkei_kg.web.linked.description import Statement, describe, is_iri, is_there, own, statement
from renkei_kg.web.linked.names import Names
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

VERSIONS_REMEMBERED: Final = 8
LARGE: Final = 50_000
Made = TypeVar("Made")


@dataclass(frozen=True)
class Resource:
    """An IRI that the data has, and what it stands for; ``catalogued`` is a dataset or the catalogue of all,
    whose documents say more than the graph does."""

    iri: str
    nature: Literal["thing", "graph", "namespace", "catalogued"] = "thing"

    @property
    def is_document(self) -> bool:
        """Whether it is found at its own address; a thing of the world is not, only what describes it."""
        return self.nature != "thing"


class Linked:
    """What a server remembers of the versions that it shows."""

    def __init__(self) -> None:
        self.names = Names()
        self._contexts = ByVersion(context.read)
        self._namespaces = ByVersion(_namespaces)
        self._terms: ByVersion[dict[str, list[str]]] = ByVersion(lambda _: {})

    def context(self, view: View) -> context.Context:
        """The JSON-LD context of a version. Raises EngineError."""
        return self._contexts.of(view)

    def terms(self, view: View, document: str) -> list[str]:
        """The IRIs that are fragments of a document and have something stated of them. Raises EngineError."""
        known = self._terms.of(view)
        if document not in known:
            known[document] = _terms(view, document)
        return known[document]

    def resolve(self, view: View, path: str) -> Resource | None:
        """What a path below the base, percent-encoded as a URL has it, stands for; None when the version
        does not know of it. Raises EngineError."""
        iris = [iri for one in spellings(path) if is_iri(iri := view.addresses.base + one)]
        for iri in iris:
            if iri in view.manifest["graphs"]:
                return Resource(iri, "graph")
            if iri in view.manifest.get("datasets", ()):
                return Resource(iri, "catalogued")
        # Looking for namespaces costs more than looking for a thing, and things are asked for most.
        found = is_there(view, iris) if path.startswith(THINGS) else None
        if found is None:
            for iri in iris:
                if iri in self._namespaces.of(view):
                    return Resource(iri, "namespace")
            found = is_there(view, iris)
        return None if found is None else Resource(found)

    def statements(
        self, view: View, resource: Resource, address: str, extension: str, number: int = 1
    ) -> list[Statement]:
        """What the document about a resource at an address states. Raises EngineError, Problem 404."""
        if resource.nature == "graph":
            rows = view.rows(f"SELECT ?s ?p ?o {{ GRAPH <{resource.iri}> {{ ?s ?p ?o }} }}")
            return [statement(NamedNode(resource.iri), *row) for row in rows]
        if resource.nature == "namespace":
            return own(view, [resource.iri, *self.terms(view, resource.iri)])
        found = describe(view, resource.iri, number)
        check_page(number, found.pages)
        return documents.about(view, self.names, found, address, extension)


class ByVersion(Generic[Made]):
    """Something that is made of a version once, and remembered for the versions asked last."""

    def __init__(self, make: Callable[[View], Made]) -> None:
        self._make = make
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: View) -> Made:
        """What is made of a version. Raises EngineError."""
        with self._lock:
            if view.version in self._made:
                self._made.move_to_end(view.version)
                return self._made[view.version]
        made = self._make(view)
        with self._lock:
            self._made[view.version] = made
            while len(self._made) > VERSIONS_REMEMBERED:
                self._made.popitem(last=False)
        return made


def _namespaces(view: View) -> frozenset[str]:
    """The IRIs below the base that have terms as their fragments; none where the graph is too large to look
    through."""
    query = (
        f'SELECT DISTINCT ?document {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{view.addresses.base}")) '
        'FILTER(CONTAINS(STR(?s), "#")) BIND(STRBEFORE(STR(?s), "#") AS ?document) }'
    )
    return frozenset(row[0].value for row in view.found(query) or ())


def _terms(view: View, document: str) -> list[str]:
    rows = view.rows(
        f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{document}#")) }} ORDER BY ?s'
    )
    return [row[0].value for row in rows]


def check_page(number: int, pages: int) -> None:
    """Raises Problem 404 when a list has no page of a number."""
    if not 1 <= number <= pages:
        raise Problem(404, f"There is no page {number} of this list: it has {pages}.")
