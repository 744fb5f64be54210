"""Evidence: finds each quote in its document and derives Web Annotation selectors for it; and gives the text
of each page, so that whoever has the graph can look.

A quote is written by hand with its lines joined. The document has line breaks and extraction spaces inside
sentences, so quote and document are compared without white space; the selectors then give the document's own
characters (W3C Web Annotation Data Model, sections 4.2.4 and 4.2.5).
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from renkei_kg.compile.locate import Locator, Place
from renkei_kg.namespaces import DCTERMS, OA, RDF, RK
from renkei_kg.project import Project
from renkei_kg.textfile import SourceError

CONTEXT = 32
PAGE_BREAK = re.compile(r"\n\n\n\n+")


@dataclass(frozen=True)
class Span:
    """A stretch of a document: characters from ``start`` up to but not including ``end``, from 0."""

    start: int
    end: int


class Document:
    """A plain text document: its characters, and where each of its pages begins and ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        breaks = [match.span() for match in PAGE_BREAK.finditer(text.rstrip())]
        starts = [0, *(end for _, end in breaks)]
        ends = [*(start for start, _ in breaks), len(text)]
        self.pages = [Span(start, end) for start, end in zip(starts, ends, strict=True)]
        # The characters that are no white space, and where each stands.
        self.places = [place for place, character in enumerate(text) if not character.isspace()]
        self.dense = "".join(text[place] for place in self.places)

    def find(self, quote: str, within: Span) -> list[Span]:
        """Every place inside ``within`` where the document says ``quote``, white space aside."""
        wanted = "".join(quote.split())
        begin, end = (bisect_left(self.places, edge) for edge in (within.start, within.end))
        found, at = [], self.dense.find(wanted, begin, end)
        while at >= 0 and wanted:
            found.append(Span(self.places[at], self.places[at + len(wanted) - 1] + 1))
            at = self.dense.find(wanted, at + 1, end)
        return found


def derive(store: Store, project: Project, locator: Locator, graph: NamedNode) -> list[Quad]:
    """The selectors of every Evidence and the text of every page in the default graph of ``store``, as quads
    of ``graph``.

    Raises SourceError when a document's bytes are not those that were read before, or a quote is not found,
    or stands there more often than once and its ``rk:occurrence`` does not say which is meant.
    """
    finder = _Finder(store, project, locator)
    found = [t for node in _subjects(store, RK.Evidence) for t in finder.annotation(node)]
    found += [t for node in _subjects(store, RK.DocumentPage) for t in finder.text(node)]
    return [Quad(t.subject, t.predicate, t.object, graph) for t in found]


def _subjects(store: Store, class_: NamedNode) -> list[NamedNode]:
    quads = store.quads_for_pattern(None, RDF.type, class_, DefaultGraph())
    found = [quad.subject for quad in quads if isinstance(quad.subject, NamedNode)]
    return sorted(found, key=lambda node: node.value)


class _Finder:
    """Looks evidence up in a store, and keeps the documents and spans found so far."""

    def __init__(self, store: Store, project: Project, locator: Locator) -> None:
        self.store = store
        self.project = project
        self.locator = locator
        self.documents: dict[NamedNode, Document] = {}
        self.spans: dict[NamedNode, tuple[NamedNode, Span]] = {}

    def fault(self, node: NamedNode, name: str, message: str) -> SourceError:
        """An error about the property ``name`` of a node, at the place where it is written."""
        place = self.locator.place(node, RK[name]) or Place(self.project.data, None)
        return SourceError(place.file, f"<{node.value}>: {message}", place.line)

    def values(self, node: NamedNode, name: str) -> list[NamedNode | Literal]:
        quads = self.store.quads_for_pattern(node, RK[name], None, DefaultGraph())
        return [q.object for q in quads if isinstance(q.object, NamedNode | Literal)]

    def one(self, node: NamedNode, name: str) -> str:
        values = self.values(node, name)
        if len(values) != 1:
            count = "no" if not values else "more than one"
            raise self.fault(node, name, f"has {count} rk:{name}; give it exactly one.")
        return values[0].value

    def node(self, node: NamedNode, name: str) -> NamedNode:
        self.one(node, name)
        value = self.values(node, name)[0]
        if not isinstance(value, NamedNode):
            raise self.fault(node, name, f"rk:{name} must be an IRI, not {value.value!r}.")
        return value

    def number(self, node: NamedNode, name: str) -> int:
        text = self.one(node, name)
        if not (text.isascii() and text.isdigit()):
            raise self.fault(node, name, f"rk:{name} must be a whole number, not {text!r}.")
        return int(text)

    def document(self, node: NamedNode) -> Document:
        if node not in self.documents:
            path = self.project.actual(self.project.data / self.one(node, "file"))
            try:
                content = path.read_bytes()
            except OSError as error:
                raise self.fault(node, "file", f"{path} cannot be read: {error.strerror}.") from None
            if hashlib.sha256(content).hexdigest() != self.one(node, "sha256").lower():
                raise SourceError(path, f"is not the document <{node.value}>: its SHA-256 differs.")
            try:
                self.documents[node] = Document(content.decode("utf-8"))
            except UnicodeDecodeError:
                raise self.fault(node, "file", f"{path} is not UTF-8.") from None
        return self.documents[node]

    def span(self, node: NamedNode) -> tuple[NamedNode, Span]:
        """The document and the characters that an Evidence stands on."""
        if node not in self.spans:
            self.spans[node] = self._locate(node)
        return self.spans[node]

    def _locate(self, node: NamedNode) -> tuple[NamedNode, Span]:
        source, within = self._surroundings(node)
        quote = self.one(node, "quote")
        occurrences = self.document(source).find(quote, within)
        if not occurrences:
            raise self.fault(node, "quote", f"the words are not there: {quote}")
        if self.values(node, "occurrence"):
            chosen = self.number(node, "occurrence")
            if not 1 <= chosen <= len(occurrences):
                raise self.fault(node, "occurrence", f"there is no occurrence {chosen}.")
            return source, occurrences[chosen - 1]
        # Inside a longer Evidence the first place is meant: the words name the same thing each time.
        if len(occurrences) > 1 and not self.values(node, "within"):
            many = f"the words stand there {len(occurrences)} times; say which: rk:occurrence."
            raise self.fault(node, "quote", many)
        return source, occurrences[0]

    def _surroundings(self, node: NamedNode) -> tuple[NamedNode, Span]:
        """The document and the part of it that an Evidence stands in: a longer Evidence, or a page."""
        passed = [node]
        while self.values(passed[-1], "within"):
            passed.append(self.node(passed[-1], "within"))
            if passed[-1] in passed[:-1]:
                raise self.fault(node, "within", "stands within itself.")
        if len(passed) > 1:
            return self.span(passed[1])
        return self._page(self.node(node, "page"))

    def _page(self, page: NamedNode) -> tuple[NamedNode, Span]:
        """The document of a page and the characters that stand on it."""
        source = self.node(page, "document")
        number = self.number(page, "pageNumber")
        pages = self.document(source).pages
        if number >= len(pages):
            raise self.fault(page, "pageNumber", f"the document has only {len(pages)} pages.")
        return source, pages[number]

    def text(self, page: NamedNode) -> Iterator[Triple]:
        """The characters of a page, in the language of its document, and where in that they begin."""
        source, span = self._page(page)
        quads = self.store.quads_for_pattern(source, DCTERMS.language, None, DefaultGraph())
        languages = [q.object.value for q in quads if isinstance(q.object, Literal)]
        text = self.document(source).text[span.start : span.end]
        yield Triple(page, RK.pageText, Literal(text, language=languages[0] if len(languages) == 1 else None))
        yield Triple(page, RK.pageStart, Literal(span.start))

    def annotation(self, node: NamedNode) -> Iterator[Triple]:
        source, span = self.span(node)
        text = self.document(source).text
        slug = node.value.rsplit("/", 1)[-1]
        target = NamedNode(self.project.thing(f"target/{slug}"))
        quote = NamedNode(self.project.thing(f"quote-selector/{slug}"))
        position = NamedNode(self.project.thing(f"position-selector/{slug}"))
        yield Triple(node, OA.motivatedBy, OA.linking)
        yield Triple(node, OA.hasTarget, target)
        yield Triple(target, RDF.type, OA.SpecificResource)
        yield Triple(target, OA.hasSource, source)
        yield Triple(target, OA.hasSelector, quote)
        yield Triple(target, OA.hasSelector, position)
        yield Triple(quote, RDF.type, OA.TextQuoteSelector)
        yield Triple(quote, OA.exact, Literal(text[span.start : span.end]))
        yield Triple(quote, OA.prefix, Literal(text[max(0, span.start - CONTEXT) : span.start]))
        yield Triple(quote, OA.suffix, Literal(text[span.end : span.end + CONTEXT]))
        yield Triple(position, RDF.type, OA.TextPositionSelector)
        yield Triple(position, OA.start, Literal(span.start))
        yield Triple(position, OA.end, Literal(span.end))
