"""What a graph says of itself: VoID statistics computed from what is served.

The description is part of what it describes. Writing a count changes no count but those of distinct objects,
which are left out, so describing again settles at once; ``describe`` checks that it has.
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import ONTOLOGY, PREFIXES, RDF, RDFS, SKOS, VOID, Namespace
from renkei_kg.project import Project

ROUNDS = 4
VOIDEXT = Namespace("http://ldf.fi/void-ext#")
LINKS = (SKOS.exactMatch, SKOS.closeMatch, RDFS.seeAlso)


def describe(store: Store, project: Project, graph: NamedNode) -> int:
    """Writes the VoID description of the default graph and each named graph into ``graph``.

    Returns the number of triples written. Raises RenkeiError if the counts do not settle.
    """
    written: set[Triple] = set()
    for _ in range(ROUNDS):
        described = set(_Statistics(store, project).triples())
        if described == written:
            return len(written)
        for triple in written - described:
            store.remove(Quad(triple.subject, triple.predicate, triple.object, graph))
            store.remove(Quad(triple.subject, triple.predicate, triple.object))
        store.extend(
            Quad(t.subject, t.predicate, t.object, g)
            for t in described - written
            for g in (graph, DefaultGraph())
        )
        written = described
    raise RenkeiError("the description of the graph does not settle; this is a fault of the program.")


class _Statistics:
    """Counts over a store, told in VoID (https://www.w3.org/TR/void/#statistics)."""

    def __init__(self, store: Store, project: Project) -> None:
        self.store = store
        self.project = project
        self.dataset = NamedNode(f"{project.base}dataset/{project.name}")

    def triples(self) -> Iterator[Triple]:
        project = self.project
        yield Triple(self.dataset, RDF.type, VOID.Dataset)
        yield Triple(self.dataset, VOID.sparqlEndpoint, NamedNode(project.endpoint))
        yield Triple(self.dataset, VOID.uriSpace, Literal(project.base))
        yield Triple(self.dataset, VOID.vocabulary, NamedNode(ONTOLOGY))
        yield from self.totals(self.dataset, "{pattern}")
        yield from self.classes(self.dataset)
        yield from self.properties(self.dataset)
        yield from self.linksets()
        for row in self.rows("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }"):
            yield from self.named_graph(row[0])

    def named_graph(self, graph: NamedNode) -> Iterator[Triple]:
        yield Triple(self.dataset, VOID.subset, graph)
        yield Triple(graph, RDF.type, VOID.Dataset)
        yield from self.totals(graph, "GRAPH <" + graph.value + "> {{ {pattern} }}")
        where = f"GRAPH <{graph.value}>"
        for cls, count in self.rows(
            f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ {where} {{ ?s a ?c }} }} GROUP BY ?c"
        ):
            yield from self.partition(graph, VOID.classPartition, VOID["class"], cls, VOID.entities, count)
        for prop, count in self.rows(f"SELECT ?p (COUNT(*) AS ?n) {{ {where} {{ ?s ?p ?o }} }} GROUP BY ?p"):
            yield from self.partition(graph, VOID.propertyPartition, VOID.property, prop, VOID.triples, count)

    def totals(self, of: NamedNode, frame: str) -> Iterator[Triple]:
        """Triples, distinct subjects, classes and properties of a graph."""
        for name, select, pattern in (
            ("triples", "COUNT(*)", "?s ?p ?o"),
            ("distinctSubjects", "COUNT(DISTINCT ?s)", "?s ?p ?o"),
            ("classes", "COUNT(DISTINCT ?c)", "?s a ?c"),
            ("properties", "COUNT(DISTINCT ?p)", "?s ?p ?o"),
        ):
            where = frame.format(pattern=pattern)
            for (count,) in self.rows(f"SELECT ({select} AS ?n) {{ {where} }}"):
                yield Triple(of, VOID[name], count)

    def classes(self, of: NamedNode) -> Iterator[Triple]:
        """A partition for each class; for the ontology's own classes also their properties and what these
        lead to, which is what query editors complete from."""
        for cls, count in self.rows("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"):
            yield from self.partition(of, VOID.classPartition, VOID["class"], cls, VOID.entities, count)
        own = f'FILTER(STRSTARTS(STR(?c), "{ONTOLOGY}"))'
        for cls, prop, count in self.rows(
            f"SELECT ?c ?p (COUNT(*) AS ?n) {{ ?s a ?c ; ?p ?o . {own} }} GROUP BY ?c ?p"
        ):
            inner = self.part(of, cls)
            yield from self.partition(inner, VOID.propertyPartition, VOID.property, prop, VOID.triples, count)
        for cls, prop, other, count in self.rows(
            "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . ?o a ?d . "
            f'{own} FILTER(STRSTARTS(STR(?d), "{ONTOLOGY}")) }} GROUP BY ?c ?p ?d'
        ):
            inner = self.part(self.part(of, cls), prop)
            yield from self.partition(inner, VOID.classPartition, VOID["class"], other, VOID.triples, count)
        for cls, prop, datatype, count in self.rows(
            "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . "
            f"{own} BIND(DATATYPE(?o) AS ?d) FILTER(BOUND(?d)) }} GROUP BY ?c ?p ?d"
        ):
            inner = self.part(self.part(of, cls), prop)
            yield from self.partition(
                inner, VOIDEXT.datatypePartition, VOIDEXT.datatype, datatype, VOID.triples, count
            )

    def properties(self, of: NamedNode) -> Iterator[Triple]:
        for prop, count in self.rows("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"):
            yield from self.partition(of, VOID.propertyPartition, VOID.property, prop, VOID.triples, count)

    def linksets(self) -> Iterator[Triple]:
        """A linkset for each link property and each place outside that it leads to."""
        for prop in LINKS:
            for place, count in self.rows(
                "SELECT ?place (COUNT(*) AS ?n) { "
                f"SELECT DISTINCT ?s ?o ?place {{ ?s <{prop.value}> ?o . ?s a ?c . "
                f'FILTER(STRSTARTS(STR(?c), "{ONTOLOGY}") && !STRSTARTS(STR(?o), "{self.project.base}")) '
                'BIND(REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?place) } } GROUP BY ?place'
            ):
                host = urlsplit(place.value).netloc
                target = NamedNode(f"{self.project.base}dataset/elsewhere/{host}")
                linkset = NamedNode(f"{self.dataset.value}/links/{_name(prop)}/{host}")
                yield Triple(self.dataset, VOID.subset, linkset)
                yield Triple(linkset, RDF.type, VOID.Linkset)
                yield Triple(linkset, VOID.linkPredicate, prop)
                yield Triple(linkset, VOID.subjectsTarget, self.dataset)
                yield Triple(linkset, VOID.objectsTarget, target)
                yield Triple(linkset, VOID.triples, count)
                yield Triple(target, RDF.type, VOID.Dataset)
                yield Triple(target, VOID.uriSpace, Literal(place.value))

    def partition(
        self,
        of: NamedNode,
        link: NamedNode,
        key: NamedNode,
        term: NamedNode,
        measure: NamedNode,
        count: Literal,
    ) -> Iterator[Triple]:
        part = self.part(of, term)
        yield Triple(of, link, part)
        yield Triple(part, key, term)
        yield Triple(part, measure, count)

    def part(self, of: NamedNode, term: NamedNode) -> NamedNode:
        """The IRI of the part of a dataset that one class or property makes."""
        start = of.value
        if not start.startswith(self.dataset.value):
            start = f"{self.dataset.value}/{start.removeprefix(self.project.base)}"
        return NamedNode(f"{start}/{_name(term)}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        result = self.store.query(query)
        assert isinstance(result, QuerySolutions)
        return [tuple(solution) for solution in result]


def _name(term: NamedNode) -> str:
    """A short ASCII name for a term: its prefix and local name, or a hash of its IRI."""
    for prefix, namespace in PREFIXES.items():
        local = term.value.removeprefix(namespace)
        if local != term.value and local.isascii() and local.replace("-", "").isalnum():
            return f"{prefix}-{local}"
    return hashlib.sha256(term.value.encode()).hexdigest()[:12]
