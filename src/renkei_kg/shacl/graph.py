"""A graph held for validation: a table of subjects and values for each predicate, and a store to query.

The data graph of a store is the union of its named graphs but those that are left out. It is read whole,
once, as N-Triples: to look up in the store what each shape needs would take longer.
"""

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from renkei_kg.shacl.beside import Beside
from renkei_kg.shacl.terms import iri

Table = dict[str, list[str]]
TYPE: Final = iri("rdf", "type")
FIRST, REST, NIL = iri("rdf", "first"), iri("rdf", "rest"), iri("rdf", "nil")
SUBCLASS: Final = iri("rdfs", "subClassOf")
NOTHING: Final[Table] = {}
# Bytes of text below which a loader, with threads and much address space of its own, is not worth its start.
SMALL: Final = 20_000
# The triples that RDF 1.1 does not have: of a triple, and of text with a direction.
NEWER: Final = re.compile(rb"^[^ ]+ [^ ]+ (?:<<\(.*|\".*\"@[a-z0-9-]+--(?:ltr|rtl)) \.\n", re.MULTILINE)


class Graph:
    """An RDF 1.1 graph whose terms are texts (see ``terms``); what is RDF 1.2 only is left out."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        """The union of some texts of N-Triples, as Oxigraph writes them."""
        self._texts = [_older(text) for text in texts]
        self._inverse: dict[str, Table] = {}
        self._instances: dict[str, frozenset[str]] = {}
        self._making: Beside[Store] | None = None

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> "Graph":
        """The graph of some triples, with their literals as a store would have them: 1 for 01."""
        store = Store()
        store.extend(Quad(one.subject, one.predicate, one.object) for one in triples)
        return cls([store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""])

    @classmethod
    def of_store(cls, store: Store, leave_out: Collection[NamedNode] = ()) -> "Graph":
        """The union of the named graphs of a store but those to leave out."""
        return cls.of_graphs(store, set(store.named_graphs()).difference(leave_out))

    @classmethod
    def of_graphs(cls, store: Store, names: Iterable[NamedNode | BlankNode]) -> "Graph":
        """The union of some named graphs of a store."""

        def dumps(some: list[NamedNode | BlankNode]) -> list[bytes]:
            return [store.dump(format=RdfFormat.N_TRIPLES, from_graph=name) or b"" for name in some]

        ordered = sorted(names, key=str)
        half = Beside(lambda: dumps(ordered[::2]))
        return cls([*dumps(ordered[1::2]), *half.result()])

    def add(self, triples: Iterable[Triple]) -> None:
        """Adds triples to the graph, and to its tables and store if they are made."""
        more = Graph.of_triples(triples)
        self._texts.extend(more._texts)  # noqa: SLF001  # another of the same class
        if "store" in self.__dict__ or self._making is not None:
            self.store.extend(more.store)
        if "tables" in self.__dict__:
            for predicate, added in more.tables.items():
                table = self.tables.setdefault(predicate, {})
                for subject, values in added.items():
                    table[subject] = list(dict.fromkeys([*table.get(subject, ()), *values]))
                self._inverse.pop(predicate, None)
            self._instances.clear()

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The table of every predicate: the values of each subject, each once."""
        tables: dict[str, Table] = {}
        known: dict[str, str] = {}
        for text in self._texts:
            _fill(tables, text, known)
        for table in tables.values():
            _make_distinct(table)
        return tables

    def table(self, predicate: str) -> Table:
        """The table of a predicate."""
        return self.tables.get(predicate, NOTHING)

    def inverse(self, predicate: str) -> Table:
        """The subjects of each value of a predicate, each once."""
        found = self._inverse.get(predicate)
        if found is None:
            found = self._inverse[predicate] = _inverted(self.table(predicate))
        return found

    def objects(self, subject: str, predicate: str) -> list[str]:
        """The values of a predicate at a subject."""
        return self.table(predicate).get(subject, [])

    def members(self, head: str) -> list[str] | None:
        """The members of a list; None when it is none (SHACL, section 1.1)."""
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                return None
            seen.add(head)
            found += first
            head = rest[0]
        return found

    def below(self, classes: Iterable[str]) -> set[str]:
        """Some classes and all that are below them."""
        found, table = set(classes), self.inverse(SUBCLASS)
        open_ends = list(found)
        while open_ends:
            more = set(table.get(open_ends.pop(), ())) - found
            found |= more
            open_ends += more
        return found

    def instances(self, cls: str) -> frozenset[str]:
        """The SHACL instances of a class (SHACL, section 1.1): of itself or of a class below it."""
        found = self._instances.get(cls)
        if found is None:
            of = self.inverse(TYPE)
            found = frozenset().union(*(of.get(one, ()) for one in self.below([cls])))
            self._instances[cls] = found
        return found

    @cached_property
    def store(self) -> Store:
        """The graph as the default graph of a store, with the same labels of blank nodes."""
        return self._stored() if self._making is None else self._making.result()

    def make_store(self) -> None:
        """Begins to make the store beside what else is done."""
        if "store" not in self.__dict__ and self._making is None:
            self._making = Beside(self._stored)

    def _stored(self) -> Store:
        store = Store()
        parsed: list[bytes] = []
        for text in self._texts:
            if len(text) < SMALL:
                parsed.append(text)
                continue
            if b"_:" in text:
                lines = text.splitlines(keepends=True)
                parsed += (line for line in lines if b"_:" in line)
                store.bulk_load(
                    b"".join(line for line in lines if b"_:" not in line), format=RdfFormat.N_TRIPLES
                )
            else:
                store.bulk_load(text, format=RdfFormat.N_TRIPLES)
        # Loading gives new labels to blank nodes, parsing does not.
        quads = parse(b"".join(parsed), format=RdfFormat.N_TRIPLES)
        store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        return store


def _older(text: bytes) -> bytes:
    """A text of N-Triples without the triples that RDF 1.1 does not have."""
    newer = b" <<(" in text or b"--ltr ." in text or b"--rtl ." in text
    return NEWER.sub(b"", text) if newer else text


def _fill(tables: dict[str, Table], text: bytes, known: dict[str, str]) -> None:
    """Fills tables from a text; each term is kept once, as ``known`` has it."""
    last = ""
    for line in text.decode().split("\n"):
        if not line:
            continue
        subject, predicate, value = line[:-2].split(" ", 2)
        if subject != last:
            last = known.setdefault(subject, subject)
        value = known.setdefault(value, value)
        table = tables.get(predicate)
        if table is None:
            table = tables[predicate] = {}
        values = table.get(last)
        if values is None:
            table[last] = [value]
        else:
            values.append(value)


def _make_distinct(table: Table) -> None:
    for subject, values in table.items():
        if len(values) > 1 and len(set(values)) < len(values):
            table[subject] = list(dict.fromkeys(values))


def _inverted(table: Table) -> Table:
    found: Table = {}
    for subject, values in table.items():
        for value in values:
            found.setdefault(value, []).append(subject)
    return found
