"""The queries in ``queries/`` as RDF: what tools for the vocabulary of sparql-examples find in the graph."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from renkei_kg.compile import examples
from renkei_kg.compile.pipeline import Compiled
from renkei_kg.namespaces import DCTERMS, PREFIXES, RDF, RDFS, SCHEMA, SH
from renkei_kg.project import Project
from renkei_kg.textfile import SourceError

ROOT = Path(__file__).parents[1]
QUERIES = sorted(ROOT.glob("queries/*.rq"))
GRAPH = NamedNode("https://w3id.org/renkei/.well-known/sparql-examples")
HEADER = """# title (ja): 題
# title (en): Title
# description (ja): 説明
# description (en): Description
# keywords: one, 二,
"""


def values(compiled: Compiled, subject: str, predicate: NamedNode) -> set[str]:
    node = NamedNode(f"{GRAPH.value}/{subject}")
    quads = compiled.store.quads_for_pattern(node, predicate, None, GRAPH)
    return {str(quad.object.value) for quad in quads if isinstance(quad.object, NamedNode | Literal)}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_each_query_stands_in_the_graph_as_it_is_written(compiled: Compiled, path: Path) -> None:
    text, name = path.read_text(encoding="utf-8"), path.stem
    (form,) = [p for p in (SH.select, SH.ask, SH.construct) if values(compiled, name, p)]
    assert values(compiled, name, form) == {text}
    kind = {SH.select: "Select", SH.ask: "Ask", SH.construct: "Construct"}[form]
    executable = {SH.SPARQLExecutable.value, SH[f"SPARQL{kind}Executable"].value}
    assert values(compiled, name, RDF.type) == executable
    for predicate in (RDFS.label, RDFS.comment, DCTERMS.description):
        assert len(values(compiled, name, predicate)) == 2
    assert values(compiled, name, SCHEMA.keywords)
    assert values(compiled, name, SCHEMA.target) == {"https://w3id.org/renkei/sparql"}


def test_the_prefixes_are_declared_so_that_editors_offer_them(compiled: Compiled) -> None:
    found = compiled.store.query(
        f"""PREFIX sh: <{PREFIXES["sh"]}> SELECT ?prefix ?namespace
        {{ <{GRAPH.value}/prefixes> sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] }}"""
    )
    assert isinstance(found, QuerySolutions)
    declared = {row["prefix"].value: row["namespace"].value for row in found}
    assert declared == PREFIXES


def test_a_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rq"
    path.write_bytes(("\ufeff" + HEADER + "ASK {}\n# title (en): not this\n").replace("\n", "\r\n").encode())
    found = examples.read_example(path, "a")
    assert (found.path, found.name) == (path, "a")
    assert found.title == {"ja": "題", "en": "Title"}
    assert found.description == {"ja": "説明", "en": "Description"}
    assert found.keywords == ("one", "二")
    assert found.text == HEADER + "ASK {}\n# title (en): not this\n"


@pytest.mark.parametrize("missing", HEADER.splitlines())
def test_a_query_without_a_line_of_its_header_is_named(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "a.rq"
    path.write_text(HEADER.replace(missing + "\n", "") + "ASK {}", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        examples.read_example(path, "a")
    assert str(caught.value).startswith(f"{path}:1: needs a line '{missing.split(':', maxsplit=1)[0]}:")


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("a", HEADER + "SELECT * {\n?s ?p\n}", "a.rq:8:1", "not valid SPARQL"),
        ("a", HEADER + "INSERT DATA { <a:a> <a:b> 1 }", "a.rq:6:10", "not valid SPARQL"),
        ("a", HEADER + "SELECT (<urn:f>(1) AS ?x) {}", "a.rq", "cannot be evaluated"),
        ("a", HEADER + "ASK { \\u0053ERVICE <urn:a> {} }", "a.rq:6:7", "asks another service"),
        ("two words", HEADER + "ASK {}", "two words.rq", "write its name in letters"),
        ("a", HEADER + "ASK {} # \udcff", "a.rq:6:10", "not UTF-8"),
    ],
)
def test_a_faulty_query_is_named_with_its_place(
    small: Callable[..., Project], name: str, text: str, place: str, words: str
) -> None:
    project = small()
    folder = project.root / "queries"
    (folder / f"{name}.rq").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(SourceError, match=words) as caught:
        list(examples.example_triples(project, examples.examples(project)))
    assert str(caught.value).startswith(f"{folder}/{place}: ")


def test_the_examples_of_another_project_are_its_own(small: Callable[..., Project]) -> None:
    project = small(**{"queries/a.rq": HEADER + "CONSTRUCT WHERE { ?s ?p ?o }"})
    found = list(examples.example_triples(project, examples.examples(project)))
    node = NamedNode("https://example.org/kg/.well-known/sparql-examples/a")
    about = {t.predicate: t.object for t in found if t.subject == node}
    assert about[SH.construct] == Literal(HEADER + "CONSTRUCT WHERE { ?s ?p ?o }")
    assert about[SCHEMA.target] == NamedNode("https://example.org/kg/sparql")
    Store().query(str(about[SH.construct].value))
