"""The shortest way for the smallest queries: looking up one named thing, in the server's own process.

Sending a query to a worker and waking two processes costs more than a lookup. What is answered here is
bounded by proof and not by hope: the query has one form, patterns that all hang on one subject that is
written out and share no variable, and how much each of them matches is known before their solutions are
made. Everything else goes to a worker (docs/decisions/0008-lookups.md).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from json.encoder import encode_basestring
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from renkei_kg import graphtext
from renkei_kg.engine import describing, forms
from renkei_kg.engine.describing import MOST_LITERAL, MOST_TRIPLES
from renkei_kg.engine.forms import NotBoundedError
from renkei_kg.engine.memory import Memory
from renkei_kg.namespaces import PREFIXES

JSON: Final = "application/sparql-results+json"
STRING: Final = PREFIXES["xsd"] + "string"
MOST_TEXT: Final = 2048
MOST_SOLUTIONS: Final = MOST_TRIPLES
REMEMBERED: Final = 16 << 20  # bytes
MATCH_COST, PATTERN_COST = 200, 600
Solution = dict[str, str]
Pattern = tuple[str | None, str | None, str | None]
Matches = tuple[tuple[str, str, str | None], ...]


class Lookups:
    """Looks things up in a store. What a pattern matches and what a graph holds is read once and remembered,
    and so is that it is too much."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: Memory[Matches | None] = Memory(REMEMBERED // 2)
        self._graphs: Memory[list[Quad] | None] = Memory(REMEMBERED // 2)

    def answer(self, text: str, media_type: str) -> bytes | None:
        """The whole answer to a query that is a bounded lookup: to SELECT as SPARQL results in JSON, to
        DESCRIBE and CONSTRUCT in a format for graphs. None when it is not, or is not sure to be."""
        if len(text) > MOST_TEXT:
            return None
        try:
            if media_type in describing.FORMATS:
                return self._graph(text, describing.FORMATS[media_type])
            match = forms.SELECT.fullmatch(text) if media_type == JSON else None
            return None if match is None else self._answer(match)
        except (NotBoundedError, ValueError, OSError):
            return None  # a worker says what is wrong with it

    def _graph(self, text: str, rdf: RdfFormat) -> bytes | None:
        """The answer to a query for a small graph."""
        wanted = describing.wanted(text)
        if wanted is None:
            return None
        if wanted in self._graphs:
            quads = self._graphs[wanted]
        else:
            quads = describing.read(self._store, wanted)
            self._graphs.keep(wanted, quads, describing.cost(wanted, quads))
        return None if quads is None else graphtext.document(quads, rdf)

    def _answer(self, match: re.Match[str]) -> bytes:
        names = [name[1:] for name in forms.VARIABLES.findall(match["variables"])]
        filters = forms.FILTERS.findall(match["filters"])
        wanted = {name[1:]: tag for name, tag in filters}
        if len(set(names)) < len(names) or len(wanted) < len(filters):
            raise NotBoundedError
        tables = self._tables(match, wanted)
        rows: Iterable[str] = (
            ",".join(f'"{name}":{row[name]}' for name in names if name in row) for row in _product(tables)
        )
        if match["distinct"]:
            rows = dict.fromkeys(rows)
        if match["limit"]:
            rows = islice(rows, int(match["limit"]))
        variables = ",".join(f'"{name}"' for name in names)
        bindings = ",".join(f"{{{row}}}" for row in rows)
        return f'{{"head":{{"vars":[{variables}]}},"results":{{"bindings":[{bindings}]}}}}'.encode()

    def _tables(self, match: re.Match[str], wanted: dict[str, str]) -> list[list[Solution]]:
        """The solutions of each pattern, those with the languages that the filters ask for."""
        prefixes = forms.prefixes(match["prologue"])
        subject = forms.named(match["subject"], prefixes)
        tables: list[list[Solution]] = []
        seen: set[str] = set()
        count = 1
        for verb, thing in forms.PAIRS.findall(match["pairs"]):
            predicate = forms.TYPE if verb == "a" else forms.named(verb, prefixes)
            value = forms.named(thing, prefixes)
            for name in (term[1:] for term in (verb, thing) if term[0] in "?$"):
                if name in seen:
                    raise NotBoundedError  # patterns that share a variable are joined by a worker
                seen.add(name)
            matches = self._matches((subject, predicate, value))
            if matches is None:
                raise NotBoundedError
            count *= max(len(matches), 1)
            tables.append(list(_solutions(matches, verb, thing, wanted)))
        if count > MOST_SOLUTIONS or not wanted.keys() <= seen:
            raise NotBoundedError
        return tables

    def _matches(self, pattern: Pattern) -> Matches | None:
        """What ``_match`` finds, remembered: as many patterns as there is room for their matches."""
        if pattern in self._remembered:
            return self._remembered[pattern]
        found = self._match(pattern)
        self._remembered.keep(pattern, found, _cost(pattern, found))
        return found

    def _match(self, pattern: Pattern) -> Matches | None:
        """Predicate and object, as JSON, and the object's language, of what matches in the default graph;
        None when that is much, large, or no RDF 1.1."""
        terms = [None if iri is None else NamedNode(iri) for iri in pattern]
        found: list[tuple[str, str, str | None]] = []
        for quad in self._store.quads_for_pattern(terms[0], terms[1], terms[2], DefaultGraph()):
            thing = quad.object
            if len(found) == MOST_SOLUTIONS or isinstance(thing, Triple) or len(thing.value) > MOST_LITERAL:
                return None
            language = (thing.language or "") if isinstance(thing, Literal) else None
            found.append((_json(quad.predicate), _json(thing), language))
        return tuple(found)


def _product(tables: list[list[Solution]]) -> Iterator[Solution]:
    """Every solution of one pattern with every one of the others."""
    if len(tables) == 1:
        yield from tables[0]
        return
    for parts in product(*tables):
        yield {name: value for part in parts for name, value in part.items()}


def _cost(pattern: Pattern, found: Matches | None) -> int:
    """About how many bytes a pattern and what matches it take."""
    texts = sum(len(predicate) + len(value) + MATCH_COST for predicate, value, _ in found or ())
    return PATTERN_COST + sum(len(term or "") for term in pattern) + texts


def _solutions(matches: Matches, verb: str, thing: str, wanted: dict[str, str]) -> Iterator[Solution]:
    for predicate, value, language in matches:
        solution = {}
        if verb[0] in "?$":
            if verb[1:] in wanted:
                continue  # LANG of an IRI is an error, so this is no solution (SPARQL 1.1, section 17.2)
            solution[verb[1:]] = predicate
        if thing[0] in "?$":
            if thing[1:] in wanted and language != wanted[thing[1:]]:
                continue
            solution[thing[1:]] = value
        yield solution


def _json(term: NamedNode | BlankNode | Literal) -> str:
    """A term in SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    value = encode_basestring(term.value)
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{value}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{value}}}'
    if term.language:
        return f'{{"type":"literal","value":{value},"xml:lang":"{term.language}"}}'
    if term.datatype.value != STRING:
        return f'{{"type":"literal","value":{value},"datatype":{encode_basestring(term.datatype.value)}}}'
    return f'{{"type":"literal","value":{value}}}'
