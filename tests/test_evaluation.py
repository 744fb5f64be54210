"""Queries are evaluated as SPARQL 1.1 says, asked over HTTP: expected answers written by hand, in data files.

In ``rows`` a cell is a term as Turtle writes it, or empty where the variable is unbound. ``gap`` says where the
engine is known to answer otherwise; docs/protocol.md lists each, and the day that one is closed fails here.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from benchmarks.load import load
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from renkei_kg.namespaces import PREFIXES, XSD
from tests.serving import Server, serving

HERE = Path(__file__).parent / "evaluation"
BASE = "http://example.org/"
PROLOGUE = f"PREFIX : <{BASE}>\n" + "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("geo", "geof", "rdf", "uom", "xsd")
)
JSON = "application/sparql-results+json"


@cache
def cases() -> list[dict[str, Any]]:
    files = sorted(HERE.glob("*.toml"))
    return [case for file in files for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("evaluation")
    serialize(parse(path=HERE / "data.trig"), folder / "data.nq", RdfFormat.N_QUADS)
    load(folder / "data.nq", folder / "snapshots", BASE)
    with serving(folder / "snapshots") as running:
        yield running


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"].replace(" ", "-"))
def test_case(case: dict[str, Any], server: Server) -> None:
    accept = "application/n-triples" if "graph" in case else JSON
    got = server.ask(PROLOGUE + case["query"], accept=accept)
    assert got.status == case.get("status", 200), got.body
    if "graph" in case:
        assert canonical(got.body.decode()) == canonical(PROLOGUE + case["graph"])
    elif got.status == 200:
        found = parse_query_results(got.body, QueryResultsFormat.JSON)
        if "boolean" in case:
            assert bool(found) is case["boolean"]
            return
        assert isinstance(found, QuerySolutions)
        rows = [tuple(written(one) for one in solution) for solution in found]
        expected = [tuple(term(cell) for cell in row) for row in case["rows"]]
        if "gap" in case:
            assert Counter(rows) != Counter(expected), f"closed: {case['gap']}"
            return
        if case.get("ordered"):
            assert rows == expected
        assert Counter(rows) == Counter(expected)


def term(cell: str) -> str:
    """A cell as the one way of writing its term."""
    if not cell:
        return ""
    [quad] = parse(f"{PROLOGUE}[] :is {cell} .", RdfFormat.TURTLE)
    return written(quad.object)


def written(found: object) -> str:
    """A term, a decimal number in its shortest form."""
    if isinstance(found, Literal) and found.datatype == XSD.decimal:
        found = Literal(f"{Decimal(found.value).normalize():f}", datatype=XSD.decimal)
    return "" if found is None else str(found)


def canonical(turtle: str) -> list[str]:
    """A graph in a form that does not depend on the names of its blank nodes."""
    dataset = Dataset(parse(turtle, RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def test_known_gaps_are_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "protocol.md").read_text(encoding="utf-8")
    gaps = [case["gap"] for case in cases() if "gap" in case]
    assert gaps
    assert all(f"- {gap}\n" in page for gap in gaps)


def test_names_of_cases_are_their_own() -> None:
    names = [case["name"] for case in cases()]
    assert len(names) == len(set(names))
    assert all({"rows", "boolean", "graph", "status"} & case.keys() for case in cases())
