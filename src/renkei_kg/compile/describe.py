"""What a graph says of itself: VoID statistics computed from what is served.

The description is part of what it describes. Writing a count changes no count but those of distinct objects,
which are left out, so describing again settles at once; ``describe`` checks that it has. ``recount`` comes to
the same description more quickly when little has changed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import ONTOLOGY, PREFIXES, RDF, RDFS, SKOS, VOID, Namespace
from renkei_kg.project import Project
from renkei_kg.union import Union

ROUNDS: Final = 12
VOIDEXT: Final = Namespace("http://ldf.fi/void-ext#")
LINKS: Final = (SKOS.exactMatch, SKOS.closeMatch, RDFS.seeAlso)
PLACE: Final = "^(https?://[A-Za-z0-9.-]+(?::[0-9]+)?/)"
TOTALS: Final = {
    VOID.triples: ("COUNT(*)", "?s ?p ?o"),
    VOID.distinctSubjects: ("COUNT(DISTINCT ?s)", "?s ?p ?o"),
    VOID.classes: ("COUNT(DISTINCT ?c)", "?s a ?c"),
    VOID.properties: ("COUNT(DISTINCT ?p)", "?s ?p ?o"),
}


class Kind(NamedTuple):
    """A way to divide a dataset: how it leads to a part, what the part is told by, what is counted in it."""

    link: NamedNode
    key: NamedNode
    measure: NamedNode


CLASS: Final = Kind(VOID.classPartition, VOID["class"], VOID.entities)
PROPERTY: Final = Kind(VOID.propertyPartition, VOID.property, VOID.triples)
OBJECTS: Final = Kind(VOID.classPartition, VOID["class"], VOID.triples)
DATATYPE: Final = Kind(VOIDEXT.datatypePartition, VOIDEXT.datatype, VOID.triples)


@dataclass(frozen=True)
class Described:
    """What is described: the IRI of the dataset, the base of its IRIs, and where it is asked."""

    dataset: NamedNode
    base: str
    endpoint: str

    @classmethod
    def of(cls, project: Project) -> "Described":
        """The dataset that a project becomes."""
        return cls(NamedNode(f"{project.base}dataset/{project.name}"), project.base, project.endpoint)

    def itself(self) -> Iterator[Triple]:
        """The dataset as a whole."""
        yield Triple(self.dataset, RDF.type, VOID.Dataset)
        yield Triple(self.dataset, VOID.sparqlEndpoint, NamedNode(self.endpoint))
        yield Triple(self.dataset, VOID.uriSpace, Literal(self.base))
        yield Triple(self.dataset, VOID.vocabulary, NamedNode(ONTOLOGY))

    def covers(self, graph: object) -> bool:
        """Whether a named graph is described: one that is called like a part of the description is not."""
        return isinstance(graph, NamedNode) and not graph.value.startswith(self.dataset.value)

    def graph(self, graph: NamedNode) -> Iterator[Triple]:
        """A named graph, one that holds anything."""
        yield Triple(self.dataset, VOID.subset, graph)
        yield Triple(graph, RDF.type, VOID.Dataset)

    def part(self, of: NamedNode, term: NamedNode) -> NamedNode:
        """The IRI of the part of a dataset that one class or property makes."""
        start = of.value
        if not start.startswith(self.dataset.value):
            below = start.removeprefix(self.base).replace("[", "%5B").replace("]", "%5D")
            start = f"{self.dataset.value}/{below}"
        return NamedNode(f"{start}/{_name(term)}")

    def partition(self, of: NamedNode, kind: Kind, term: NamedNode, count: int) -> Iterator[Triple]:
        """A part of a dataset that holds so much."""
        part = self.part(of, term)
        yield Triple(of, kind.link, part)
        yield Triple(part, kind.key, term)
        yield Triple(part, kind.measure, Literal(count))

    def linkset(self, prop: NamedNode, place: str, count: int) -> Iterator[Triple]:
        """So many links by a property to what is at a place elsewhere."""
        host = urlsplit(place).netloc
        target = NamedNode(f"{self.base}dataset/elsewhere/{host}")
        linkset = NamedNode(f"{self.dataset.value}/links/{_name(prop)}/{host}")
        yield Triple(self.dataset, VOID.subset, linkset)
        yield Triple(linkset, RDF.type, VOID.Linkset)
        yield Triple(linkset, VOID.linkPredicate, prop)
        yield Triple(linkset, VOID.subjectsTarget, self.dataset)
        yield Triple(linkset, VOID.objectsTarget, target)
        yield Triple(linkset, VOID.triples, Literal(count))
        yield Triple(target, RDF.type, VOID.Dataset)
        yield Triple(target, VOID.uriSpace, Literal(place))


def describe(union: Union, of: Described, graph: NamedNode) -> int:
    """Writes the VoID description of the default graph and each named graph into ``graph``, all of which it
    then is.

    Returns the number of triples. Raises RenkeiError if the counts do not settle.
    """
    statistics = _Statistics(union.store, of)
    written = {quad.triple for quad in union.store.quads_for_pattern(None, None, None, graph)}
    for _ in range(ROUNDS):
        described = set(statistics.triples())
        if described == written:
            return len(written)
        union.remove(written - described, graph)
        union.add(described - written, graph)
        written = described
    raise RenkeiError("the description of the graph does not settle; this is a fault of the program.")


class _Statistics:
    """Counts over a store, told in VoID (https://www.w3.org/TR/void/#statistics)."""

    def __init__(self, store: Store, of: Described) -> None:
        self.store, self.of = store, of

    def triples(self) -> Iterator[Triple]:
        of, dataset = self.of, self.of.dataset
        yield from of.itself()
        yield from self.totals(dataset, "{pattern}")
        yield from self.parts(dataset, CLASS, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
        yield from self.classes(dataset)
        yield from self.parts(dataset, PROPERTY, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
        for prop, place, count in links(self.store, of.base):
            yield from of.linkset(prop, place, count)
        for row in self.rows("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }"):
            if of.covers(row[0]):
                yield from self.named_graph(row[0])

    def named_graph(self, graph: NamedNode) -> Iterator[Triple]:
        yield from self.of.graph(graph)
        yield from self.totals(graph, "GRAPH <" + graph.value + "> {{ {pattern} }}")
        where = f"GRAPH <{graph.value}>"
        classes = f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ {where} {{ ?s a ?c }} }} GROUP BY ?c"
        yield from self.parts(graph, CLASS, classes)
        properties = f"SELECT ?p (COUNT(*) AS ?n) {{ {where} {{ ?s ?p ?o }} }} GROUP BY ?p"
        yield from self.parts(graph, PROPERTY, properties)

    def totals(self, of: NamedNode, frame: str) -> Iterator[Triple]:
        """Triples, distinct subjects, classes and properties of a graph."""
        for name, (select, pattern) in TOTALS.items():
            where = frame.format(pattern=pattern)
            for (count,) in self.rows(f"SELECT ({select} AS ?n) {{ {where} }}"):
                yield Triple(of, name, count)

    def parts(self, of: NamedNode, kind: Kind, query: str) -> Iterator[Triple]:
        for term, count in self.rows(query):
            if isinstance(term, NamedNode):  # what is no IRI has no part of its own
                yield from self.of.partition(of, kind, term, int(count.value))

    def classes(self, of: NamedNode) -> Iterator[Triple]:
        """For the ontology's own classes their properties and what these lead to, which is what query editors
        complete from."""
        own = f'FILTER(ISIRI(?c) && STRSTARTS(STR(?c), "{ONTOLOGY}"))'
        other = f'FILTER(ISIRI(?d) && STRSTARTS(STR(?d), "{ONTOLOGY}"))'
        part = self.of.part
        for cls, prop, count in self.rows(
            f"SELECT ?c ?p (COUNT(*) AS ?n) {{ ?s a ?c ; ?p ?o . {own} }} GROUP BY ?c ?p"
        ):
            yield from self.of.partition(part(of, cls), PROPERTY, prop, int(count.value))
        for kind, pattern in ((OBJECTS, f"?o a ?d . {other}"), (DATATYPE, "BIND(DATATYPE(?o) AS ?d)")):
            for cls, prop, term, count in self.rows(
                f"SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ ?s a ?c ; ?p ?o . {own} {pattern} FILTER(BOUND(?d)) }} "
                "GROUP BY ?c ?p ?d"
            ):
                yield from self.of.partition(part(part(of, cls), prop), kind, term, int(count.value))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self.store, query)


def links(store: Store, base: str) -> Iterator[tuple[NamedNode, str, int]]:
    """Each link property, each place outside that things of the ontology's classes link to by it, and how
    often."""
    for prop in LINKS:
        for place, count in rows(
            store,
            "SELECT ?place (COUNT(*) AS ?n) { "
            f"SELECT DISTINCT ?s ?o ?place {{ ?s <{prop.value}> ?o . ?s a ?c . "
            f'FILTER(ISIRI(?c) && STRSTARTS(STR(?c), "{ONTOLOGY}")) '
            f'FILTER(ISIRI(?o) && REGEX(STR(?o), "{PLACE}") && !STRSTARTS(STR(?o), "{base}")) '
            f'BIND(REPLACE(STR(?o), "{PLACE}.*$", "$1") AS ?place) }} }} GROUP BY ?place',
        ):
            yield prop, place.value, int(count.value)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    """The solutions of a query."""
    result = store.query(query)
    assert isinstance(result, QuerySolutions)
    return [tuple(solution) for solution in result]


def _name(term: NamedNode) -> str:
    """A short ASCII name for a term: its prefix and local name, or a hash of its IRI."""
    for prefix, namespace in PREFIXES.items():
        local = term.value.removeprefix(namespace)
        if local != term.value and local.isascii() and local.replace("-", "").isalnum():
            return f"{prefix}-{local}"
    return hashlib.sha256(term.value.encode()).hexdigest()[:12]
