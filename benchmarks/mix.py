"""The query mix: the files in queries/ with what they ask of each graph put in, and the right answers."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from string import Template

from pyoxigraph import QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from benchmarks import answers
from benchmarks.answers import Rows, UnreadableError
from benchmarks.servers import JSON, TURTLE

FOLDER = Path(__file__).parent / "queries"
LIMIT = 100_000
LARGE, DESCRIBE = "large", "describe"
TITLES = {
    "lookup": "lookup",
    DESCRIBE: "describe",
    "search": "label search (Japanese)",
    "star": "star join",
    "hops": "two-hop join",
    "group": "group-by",
    "geo": "geo filter",
    "construct": "construct",
    LARGE: "100,000 rows",
}
REAL = {
    "project": "https://w3id.org/renkei/id/project/tantetsuko",
    "initiative": "https://w3id.org/renkei/id/initiative/tantetsuko-2024",
    "subprefecture": "https://w3id.org/renkei/id/subprefecture/sorachi",
    "theme": "https://w3id.org/renkei/id/theme/visiting-population",
    "word": "炭鉄港",
}


@dataclass(frozen=True)
class Question:
    """A query of the mix on one graph, and its right answer as the engine gives it without a server."""

    name: str
    text: str
    graph: bool
    expected: Rows

    @property
    def accept(self) -> str:
        return TURTLE if self.graph else JSON


@dataclass(frozen=True)
class Verdict:
    """What is wrong with an answer, and what else is worth knowing of it; both empty when all is well."""

    wrong: str = ""
    note: str = ""


def questions(store: Store, values: Mapping[str, str]) -> list[Question]:
    """The mix for a graph. Raises ValueError when one of its queries has no answer, and so says nothing."""
    made = []
    for name in TITLES:
        text = Template((FOLDER / f"{name}.rq").read_text(encoding="utf-8")).substitute(values)
        graph, body = evaluate(store, text)
        expected = answers.read(body, graph=graph)
        if not expected:
            raise ValueError(f"{name}.rq has no answer on this graph.")
        made.append(Question(name, text, graph, expected))
    return made


def evaluate(store: Store, text: str, sink: io.BytesIO | None = None) -> tuple[bool, bytes]:
    """Evaluates a query in this process: whether its answer is a graph, and the answer's bytes."""
    sink = sink if sink is not None else io.BytesIO()
    result = store.query(text)
    if isinstance(result, QueryTriples):
        serialize(result, sink, RdfFormat.TURTLE)
    else:
        assert isinstance(result, QuerySolutions)
        result.serialize(sink, format=QueryResultsFormat.JSON)
    return isinstance(result, QueryTriples), sink.getvalue()


def judge(question: Question, status: int, body: bytes) -> Verdict:
    """Holds an answer against the right one."""
    if status != HTTPStatus.OK:
        said = body[:90].decode(errors="replace").splitlines()
        return Verdict(f"status {status}: {said[0] if said else 'no body'}")
    try:
        found = answers.read(body, graph=question.graph)
    except UnreadableError as error:
        return Verdict(f"unreadable: {error}")
    rows, right = found.total(), question.expected.total()
    # What a description holds beyond the thing's own triples is for the server to choose (SPARQL 1.1, 16.4).
    if question.name == DESCRIBE and question.expected < found:
        return Verdict(note=f"describes with {rows} triples, the engine alone with {right}")
    if rows != right:
        return Verdict(f"{rows} rows and not {right}")
    # Which rows a query with LIMIT and without ORDER BY gives is for the server to choose too.
    if right != LIMIT and found != question.expected:
        return Verdict(f"{(question.expected - found).total()} of {right} rows are others")
    return Verdict()
