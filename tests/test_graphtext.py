"""Graphs as documents: the same graph is the same bytes, and Turtle declares no prefix in vain."""

import io
import subprocess
import sys

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from renkei_kg import graphtext
from renkei_kg.namespaces import PREFIXES

THING = NamedNode("https://example.org/thing")
RDFS, XSD = PREFIXES["rdfs"], PREFIXES["xsd"]
FORMATS = [RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3]
ALL = [*FORMATS, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.RDF_XML, RdfFormat.JSON_LD]
SMALL = [
    Triple(THING, NamedNode(f"{RDFS}label"), Literal("skos: is no prefix here", language="en")),
    Triple(
        THING, NamedNode(f"{PREFIXES['dcterms']}date"), Literal("2024", datatype=NamedNode(f"{XSD}gYear"))
    ),
    Triple(THING, NamedNode(f"{PREFIXES['dcterms']}type"), NamedNode("urn:foaf")),
]


def declared(document: bytes) -> list[str]:
    return [
        line.split()[1].rstrip(":") for line in document.decode().splitlines() if line.startswith("@prefix")
    ]


def written(triples: list[Triple], rdf: RdfFormat) -> bytes:
    sink = io.BytesIO()
    graphtext.write(iter(triples), sink, rdf)
    return sink.getvalue()


@pytest.mark.parametrize("rdf", FORMATS)
def test_a_short_document_declares_the_prefixes_that_stand_in_it(rdf: RdfFormat) -> None:
    document = graphtext.document(SMALL, rdf)
    assert sorted(declared(document)) == ["dcterms", "rdfs", "skos", "xsd"]
    assert [quad.triple for quad in parse(document, rdf)] == SMALL


def test_every_prefix_is_of_letters_as_the_search_for_them_takes_for_granted() -> None:
    assert all(name.isascii() and name.isalpha() for name in PREFIXES)


@pytest.mark.parametrize("name", PREFIXES)
def test_any_prefix_is_declared_where_it_is_used(name: str) -> None:
    term = NamedNode(f"{PREFIXES[name]}a")
    for triple in (
        Triple(term, THING, THING),
        Triple(THING, term, THING),
        Triple(THING, THING, Literal("", datatype=term)),
    ):
        document = graphtext.document([triple], RdfFormat.TURTLE)
        assert declared(document) == [name]
        assert [quad.triple for quad in parse(document, RdfFormat.TURTLE)] == [triple]


def test_a_document_that_uses_none_declares_none() -> None:
    assert graphtext.document([Triple(THING, THING, THING)], RdfFormat.TURTLE) == (
        b"<https://example.org/thing> <https://example.org/thing> <https://example.org/thing> .\n"
    )


@pytest.mark.parametrize("rdf", ALL)
@pytest.mark.parametrize("size", [0, 1, graphtext.SHORT, graphtext.SHORT + 1, 3 * graphtext.SHORT])
def test_every_triple_is_written_once_and_in_its_order(rdf: RdfFormat, size: int) -> None:
    triples = [Triple(THING, NamedNode(f"{RDFS}label"), Literal(str(number))) for number in range(size)]
    assert [quad.triple for quad in parse(written(triples, rdf), rdf)] == triples


@pytest.mark.parametrize("rdf", FORMATS)
def test_a_long_document_declares_all_since_it_is_written_as_it_comes(rdf: RdfFormat) -> None:
    triples = [Triple(THING, THING, Literal(str(number))) for number in range(graphtext.SHORT + 1)]
    assert set(declared(written(triples, rdf))) == PREFIXES.keys()


def test_what_is_long_is_written_before_all_of_it_is_there() -> None:
    sink = io.BytesIO()
    seen = []

    def triples() -> object:
        for number in range(10_000):
            seen.append(sink.tell())
            yield Triple(THING, THING, Literal(str(number)))

    graphtext.write(triples(), sink, RdfFormat.TURTLE)
    assert seen[graphtext.SHORT] == 0
    assert 0 < seen[-1] < sink.tell()


def test_another_process_writes_the_same_bytes() -> None:
    program = (
        "import sys; import tests.test_graphtext as t; "
        "[sys.stdout.buffer.write(t.graphtext.document(t.SMALL, rdf)) for rdf in t.ALL]"
    )
    documents = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert documents == [b"".join(graphtext.document(SMALL, rdf) for rdf in ALL)] * 2
