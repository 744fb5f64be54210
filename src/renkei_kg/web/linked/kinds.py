"""Which template shows which kind of thing, and what it needs beside the description.

A kind of page is registered by the class that it is for::

    register(RK.Project, "project.html", gather)

``gather(about)`` asks ``about.view`` what the template needs and gives it by name; the IRIs that it has found
and that the page links to, it gives to ``about.refs_of``. With ``asks(iri, language)``, the queries that it
will ask begin as soon as the thing's class is known. The most specific class of a thing counts, then what is
above it. Whatever is not registered is shown by ``thing.html``, which a template of a kind extends.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from renkei_kg.web.layout import Page
from renkei_kg.web.linked.description import Description
from renkei_kg.web.linked.names import Names, Schema
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.view import View


@dataclass(frozen=True)
class About:
    """A thing that a page is being made of."""

    view: View
    page: Page
    names: Names
    found: Description

    def refs_of(self, iris: Iterable[str]) -> Refs:
        """Names and links of some things, and of the classes and properties that they have. Raises
        EngineError."""
        return refs(self.view, self.page, self.names, iris)


def refs(view: View, page: Page, names: Names, iris: Iterable[str]) -> Refs:
    """Names and links of some things on a page, and of their classes. Raises EngineError."""
    known = names.of(view, iris)
    classes = {one for thing in known.values() for one in thing.types}
    hinted = {o.value for thing in known.values() for _, o in thing.hints if isinstance(o, NamedNode)}
    return Refs(view, page, known | names.of(view, classes | hinted), names.schema(view))


Gather = Callable[[About], dict[str, Any]]
Asks = Callable[[str, str], Iterable[str]]


@dataclass(frozen=True)
class Kind:
    """A kind of page: its template and what that needs."""

    template: str
    gather: Gather
    asks: Asks


KINDS: Final[dict[str, Kind]] = {}
GENERIC: Final = Kind("thing.html", lambda _: {}, lambda _, __: ())


def asking(filled: Callable[[str, str, str], str], asked: Mapping[str, str]) -> Asks:
    """What asks some queries, each ``filled`` with the thing and the language."""
    return lambda iri, language: [filled(text, iri, language) for text in asked.values()]


def register(
    class_: NamedNode, template: str, gather: Gather = GENERIC.gather, asks: Asks = GENERIC.asks
) -> None:
    """Has the things of a class shown by a template."""
    KINDS[class_.value] = Kind(template, gather, asks)


def kind_of(types: Iterable[str], schema: Schema) -> Kind:
    """The kind of page for a thing of some classes."""
    for one in schema.kinds(types):
        nearest = sorted(schema.classes.get(one, ()), key=lambda above: -len(schema.classes.get(above, ())))
        for class_ in (one, *nearest):
            if class_ in KINDS:
                return KINDS[class_]
    return GENERIC
