"""A graph held for validation: a table of subjects and values for each predicate, and a store to query.

The data graph of a store is the union of its named graphs but those that are left out. It is read whole,
once, as N-Triples text, which is quicker than to look up what each shape needs.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from renkei_kg.shacl.terms import iri

Table = dict[str, list[str]]
TYPE: Final = iri("rdf", "type")
FIRST, REST, NIL = iri("rdf", "first"), iri("rdf", "rest"), iri("rdf", "nil")
SUBCLASS: Final = iri("rdfs", "subClassOf")
NOTHING: Final[Table] = {}


class Graph:
    """An RDF graph whose terms are texts (see ``terms``). What is RDF 1.2 only is not in it."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._texts = list(texts)
        self._tables: dict[str, Table] = {}
        self._inverse: dict[str, Table] = {}
        self._instances: dict[str, frozenset[str]] = {}
        for text in self._texts:
            _fill(self._tables, text)
        if len(self._texts) > 1:
            for table in self._tables.values():
                _distinct(table)

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> "Graph":
        """The graph of some triples."""
        return cls(["".join(f"{triple} .\n" for triple in set(triples)).encode()])

    @classmethod
    def of_store(cls, store: Store, leave_out: Collection[NamedNode] = ()) -> "Graph":
        """The union of the named graphs of a store but those to leave out."""
        left_out = set(leave_out)
        names = (name for name in store.named_graphs() if name not in left_out)
        dumps = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=name) for name in names)
        return cls(text for text in dumps if text)

    def table(self, predicate: str) -> Table:
        """The values of each subject of a predicate, each once."""
        return self._tables.get(predicate, NOTHING)

    def inverse(self, predicate: str) -> Table:
        """The subjects of each value of a predicate, each once."""
        found = self._inverse.get(predicate)
        if found is None:
            found = self._inverse[predicate] = _inverted(self.table(predicate))
        return found

    @property
    def tables(self) -> Mapping[str, Table]:
        """The table of every predicate."""
        return self._tables

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

    def instances(self, cls: str) -> frozenset[str]:
        """The SHACL instances of a class (SHACL, section 1.1): of itself or of a class below it."""
        found = self._instances.get(cls)
        if found is None:
            below, of = self.inverse(SUBCLASS), self.inverse(TYPE)
            kinds, open_ends = {cls}, [cls]
            while open_ends:
                more = set(below.get(open_ends.pop(), ())) - kinds
                kinds |= more
                open_ends += more
            found = self._instances[cls] = frozenset().union(*(of.get(kind, ()) for kind in kinds))
        return found

    @cached_property
    def store(self) -> Store:
        """The graph as the default graph of a store, its blank nodes by their labels."""
        store = Store()
        named: list[bytes] = []
        for text in self._texts:
            if b"_:" in text:
                lines = text.splitlines(keepends=True)
                named += (line for line in lines if b"_:" in line)
                text = b"".join(line for line in lines if b"_:" not in line)  # noqa: PLW2901
            store.bulk_load(text, format=RdfFormat.N_TRIPLES)
        # Loading gives blank nodes new labels, parsing does not.
        store.extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in parse(b"".join(named), format=RdfFormat.N_TRIPLES)
        )
        return store


def _fill(tables: dict[str, Table], text: bytes) -> None:
    for line in text.decode().split("\n"):
        if not line:
            continue
        subject, predicate, value = line[:-2].split(" ", 2)
        table = tables.get(predicate)
        if table is None:
            table = tables[predicate] = {}
        values = table.get(subject)
        if values is None:
            table[subject] = [value]
        else:
            values.append(value)


def _distinct(table: Table) -> None:
    for subject, values in table.items():
        if len(values) > 1 and len(set(values)) < len(values):
            table[subject] = list(dict.fromkeys(values))


def _inverted(table: Table) -> Table:
    found: Table = defaultdict(list)
    for subject, values in table.items():
        for value in values:
            found[value].append(subject)
    return dict(found)
