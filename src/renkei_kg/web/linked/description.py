"""The description of a thing: what is stated of it, what supports that, and what points to it.

Asked of default and named graphs alike, so that it is whole whether or not the first is the union of the
second, and so that each statement comes with the graphs that make it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from renkei_kg.engine.contract import QueryTimeout
from renkei_kg.namespaces import RDF, RK
from renkei_kg.web.linked.names import AT_ONCE, NAMED, Names
from renkei_kg.web.linked.view import Row, Term, View, values

PAGE: Final = 100
SORTED_HERE: Final = 5000
DEEPEST: Final = 20
SHOWN_OF_EVIDENCE: Final = "FILTER(?p IN (rdf:type, rk:quote, rk:page))"
Said = dict[NamedNode, list[Term]]


@dataclass(frozen=True)
class Statement:
    """A triple and the named graphs that state it; none is the default graph alone."""

    triple: Triple
    graphs: tuple[str, ...] = ()


@dataclass
class Description:
    """A thing. ``claims`` are the statements about its statements and of the evidence for them; ``counts``
    tell by property how many things point to it, ``incoming`` are those of page ``number``; there are too
    many for one or both where it is ``unfinished``."""

    iri: str
    own: list[Statement] = field(default_factory=list)
    claims: list[Statement] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    incoming: list[Statement] = field(default_factory=list)
    number: int = 1
    unfinished: bool = False

    @property
    def total(self) -> int:
        """How many statements point to it."""
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        """How many pages they are on; one when there are none."""
        return max(1, -(-self.total // PAGE))

    @property
    def types(self) -> list[str]:
        """The IRIs of its classes."""
        return [o.value for o in self.values(RDF.type) if isinstance(o, NamedNode)]

    def values(self, property_: NamedNode) -> list[Term]:
        """What is stated of it by a property."""
        subject = NamedNode(self.iri)
        triples = (one.triple for one in self.own)
        return [t.object for t in triples if t.predicate == property_ and t.subject == subject]

    @property
    def mentioned(self) -> list[str]:
        """The IRIs that its statements point to, and those that point to it."""
        objects = (one.triple.object for one in (*self.own, *self.claims))
        subjects = (one.triple.subject for one in self.incoming)
        return [term.value for term in dict.fromkeys((*objects, *subjects)) if isinstance(term, NamedNode)]


def everywhere(pattern: str, before: str = "") -> str:
    """The pattern of a group that matches in the default graph or, as ``?g``, in a named one."""
    return f"{{ {before} {pattern} }} UNION {{ {before} GRAPH ?g {{ {pattern} }} }}"


def is_there(view: View, candidates: Iterable[str]) -> str | None:
    """The first of some IRIs that any statement has, or that names a graph. Raises EngineError."""
    return next((iri for iri in candidates if is_iri(iri) and view.truth(_there(iri))), None)


def _there(iri: str) -> str:
    anywhere = f"{{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} UNION {{ ?s <{iri}> ?o }}"
    return f"ASK {{ {everywhere(anywhere)} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} }}"


def is_iri(text: str) -> bool:
    """Whether a text can be an IRI in a query."""
    try:
        return NamedNode(text).value == text
    except ValueError:
        return False


def describe(
    view: View,
    iri: str,
    number: int = 1,
    also: Callable[[Description], Iterable[str]] = lambda _: (),
    seconds: float | None = None,
) -> Description:
    """The description of a thing, with page ``number`` of what points to it, as far as that is found in some
    ``seconds``. ``also`` are queries to begin once its own statements are there. Raises EngineError, but no
    QueryTimeout when ``seconds`` are given."""
    pointing = everywhere(f"?s ?p <{iri}>")
    counting = f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) {{ {pointing} }} GROUP BY ?p"
    view.expect(_of([iri]))
    view.expect(counting, seconds=seconds)
    found = Description(iri, own(view, [iri]), number=number)
    with _unfinished(view, found, seconds):
        found.counts = {p.value: int(n.value) for p, n in view.rows(counting) if p is not None}
    claims: tuple[str, ...] = ()
    if found.unfinished or RDF.subject.value in found.counts or found.values(RK.evidence):
        evidence = f"{{ ?c rdf:subject <{iri}> ; rk:evidence ?s }} UNION {{ <{iri}> rk:evidence ?s }}"
        claims = _stated(f"?s rdf:subject <{iri}> ."), _stated(evidence, SHOWN_OF_EVIDENCE)
    first, few = (number - 1) * PAGE, found.total <= SORTED_HERE
    page = f"{{ SELECT DISTINCT ?s ?p {{ {pointing} }} ORDER BY ?p ?s LIMIT {PAGE} OFFSET {first} }}"
    incoming = f"SELECT ?g ?s ?p {{ {'' if few else page} {{ {pointing} }} }}"
    view.expect(*claims)
    view.expect(*([incoming] if found.total else []), *also(found), seconds=seconds)
    found.claims = merged(statement(*row) for query in claims for row in view.rows(query))
    if found.total:
        with _unfinished(view, found, seconds):
            found.incoming = _incoming(iri, view.rows(incoming), first if few else 0)
    return found


@contextmanager
def _unfinished(view: View, found: Description, seconds: float | None) -> Iterator[None]:
    """Has a description go without what takes longer than some seconds. Raises QueryTimeout when any time may
    be taken."""
    try:
        yield
    except QueryTimeout:
        if seconds is None:
            raise
        view.go_without()
        found.unfinished = True


def _incoming(iri: str, rows: Iterable[Row], first: int) -> list[Statement]:
    """The statements on a page of those that point to a thing, from the first one on."""
    found = merged(statement(g, s, p, NamedNode(iri)) for g, s, p in rows)
    found.sort(key=lambda one: (one.triple.predicate.value, str(one.triple.subject)))
    return found[first : first + PAGE]


def own(view: View, iris: Sequence[str]) -> list[Statement]:
    """What is stated of some IRIs, with the blank nodes that it leads to. Raises EngineError."""
    found: list[Statement] = []
    for start in range(0, len(iris), AT_ONCE):
        part = iris[start : start + AT_ONCE]
        some = f"VALUES ?n0 {{ {values(part)} }}"
        rows = view.rows(_of(part))
        for depth in range(1, DEEPEST):
            known = {s for _, s, _, _ in rows}
            if not any(isinstance(o, BlankNode) and o not in known for _, _, _, o in rows):
                break
            rows += view.rows(f"SELECT ?g ?s ?p ?o {{ {everywhere(_deeper(depth), some)} }}")
        found += [statement(*row) for row in rows]
    return merged(found)


def _of(iris: Sequence[str]) -> str:
    subjects = f"VALUES ?s {{ {values(iris)} }}"
    return f"SELECT ?g ?s ?p ?o {{ {everywhere('?s ?p ?o', subjects)} }}"


def _deeper(depth: int) -> str:
    """The pattern for what is stated of blank nodes so many steps from ``?n0``; the cells of a list are no
    steps."""
    steps = ""
    for step in range(1, depth + 1):
        node = "?s" if step == depth else f"?n{step}"
        steps += f"?n{step - 1} ?p{step} ?b{step} . FILTER(isBlank(?b{step})) "
        steps += f"?b{step} rdf:rest* {node} . FILTER(isBlank({node})) "
    return f"{steps} ?s ?p ?o"


def _stated(pattern: str, condition: str = "") -> str:
    """The query for what is stated of each ``?s`` of a pattern."""
    return f"SELECT ?g ?s ?p ?o {{ {{ {pattern} }} {{ {everywhere('?s ?p ?o')} }} {condition} }}"


def naming(view: View, iris: Sequence[str]) -> list[Statement]:
    """The names and classes of some IRIs, with the graphs that state them. Raises EngineError."""
    found: list[Statement] = []
    for start in range(0, len(iris), AT_ONCE):
        subjects = f"VALUES ?s {{ {values(iris[start : start + AT_ONCE])} }}"
        rows = view.rows(f"SELECT ?g ?s ?p ?o {{ {everywhere('?s ?p ?o', subjects)} {NAMED} }}")
        found += [statement(*row) for row in rows]
    return merged(found)


def known(view: View, names: Names, iris: Sequence[str]) -> list[Statement]:
    """As ``naming``, of what is remembered, and so without graphs. Raises EngineError."""
    return [
        Statement(Triple(NamedNode(iri), p, o))
        for iri, one in names.of(view, iris).items()
        for p, o in one.statements
    ]


def statement(g: Term | None, s: Term, p: Term, o: Term) -> Statement:
    """A row of a query as a statement."""
    assert isinstance(s, NamedNode | BlankNode | Triple)
    assert isinstance(p, NamedNode)
    return Statement(Triple(s, p, o), (g.value,) if isinstance(g, NamedNode) else ())


def merged(statements: Iterable[Statement]) -> list[Statement]:
    """Each triple once, with all graphs that state it, in the order in which they come."""
    graphs: dict[Triple, dict[str, None]] = {}
    for one in statements:
        graphs.setdefault(one.triple, {}).update(dict.fromkeys(one.graphs))
    return [Statement(triple, tuple(sorted(found))) for triple, found in graphs.items()]


def grouped(statements: Iterable[Statement]) -> dict[Term, Said]:
    """Statements by their subject, and what is said of each by property."""
    found: dict[Term, Said] = {}
    for one in statements:
        triple = one.triple
        found.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    return found
