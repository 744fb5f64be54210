"""The conformance suite: every requirement of the protocol documents, proved over HTTP on a real server.

The cases are data (tests/conformance/cases); docs/protocol.md lists which requirement each proves.
"""

import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from benchmarks.load import load
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
    serialize,
)

from renkei_kg.namespaces import PREFIXES
from renkei_kg.write import version
from tests.conformance.cases import HERE, Case, cases, specifications, table, written
from tests.conformance.wire import Got, fill, send
from tests.serving import Server, serving

BASE = "http://example.org/"
TOKEN = "a-token-for-the-conformance-suite"
SERVERS: dict[str, dict[str, object]] = {
    "plain": {},
    "forgetful": {"cache_mb": 0},
    "writable": {"write_token": TOKEN},
    "empty": {"write_token": TOKEN},
    "narrow": {
        "query_seconds": 1,
        "request_bytes": 1000,
        "result_rows": 60,
        "services": "http://127.0.0.1:9/elsewhere",
        "trusted_proxies": "127.0.0.1",
    },
}
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("sd", "void"))
Servers = Callable[[str], Server]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Starts the servers that cases ask for, each once, over the suite's own data."""
    quads = tmp_path_factory.mktemp("data") / "data.nq"
    serialize(parse(path=HERE / "data.trig"), quads, RdfFormat.N_QUADS)
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def server(name: str) -> Server:
            if name not in running:
                snapshots = tmp_path_factory.mktemp(name)
                if name == "empty":
                    version.empty(snapshots, BASE, datetime.now(UTC))
                else:
                    load(quads, snapshots, BASE)
                running[name] = stack.enter_context(serving(snapshots, **SERVERS[name]))
            return running[name]

        yield server


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, servers: Servers) -> None:
    server = servers(case.server)
    values = {"url": server.url, "token": TOKEN}
    got: list[Got] = []
    for step in case.steps:
        answer = _until(server, step, values)
        got.append(answer)
        _check(step, answer, values, got)
        tag = answer.header("ETag")
        if tag is not None:
            values |= {"etag": tag, "strong": tag.removeprefix("W/")}
        values["modified"] = answer.header("Last-Modified") or ""


def _until(server: Server, step: Mapping[str, Any], values: Mapping[str, str]) -> Got:
    """The answer to a step; asked again until its headers are as ``until`` says, for two seconds at most."""
    for _ in range(40):
        answer = send(server.port, step, values)
        if all(answer.header(name) == value for name, value in step.get("until", [])):
            return answer
        time.sleep(0.05)
    raise AssertionError((step["until"], answer.fields))


def _check(step: Mapping[str, Any], got: Got, values: Mapping[str, str], before: list[Got]) -> None:
    said = (got.status, got.fields, got.body[:300])
    assert got.status == step.get("status", 200), said
    if "content" in step:
        assert got.header("Content-Type") == step["content"], said
    for name, pattern in step.get("has", []):
        expected = re.escape(values[pattern[1:-1]]) if pattern in ("{etag}", "{strong}") else pattern
        assert re.fullmatch(expected, got.header(name) or ""), (name, pattern, said)
    for name in step.get("lacks", []):
        assert got.header(name) is None, (name, said)
    for kind, check in CHECKS.items():
        if kind in step:
            check(got, step[kind], values)
    if "same_as" in step:
        assert got.body == before[step["same_as"] - 1].body, said


def _boolean(got: Got, expected: bool, _: Mapping[str, str]) -> None:
    form = QueryResultsFormat.from_media_type(str(got.header("Content-Type")))
    assert form is not None
    found = parse_query_results(got.body, form)
    assert not isinstance(found, QuerySolutions)
    assert bool(found) is expected


def _solutions(got: Got, expected: list[list[str]], _: Mapping[str, str]) -> None:
    assert sorted(_rows(got)) == sorted(expected)


def _rows(got: Got) -> list[list[str]]:
    kind = str(got.header("Content-Type"))
    if kind.startswith("text/csv"):
        return list(csv.reader(io.StringIO(got.body.decode(), newline="")))[1:]
    form = QueryResultsFormat.from_media_type(kind)
    assert form is not None, kind
    found = parse_query_results(got.body, form)
    assert isinstance(found, QuerySolutions)
    return [["" if term is None else term.value for term in solution] for solution in found]


def _graph(got: Got, expected: str, _: Mapping[str, str]) -> None:
    assert _canonical(_parsed(got)) == _canonical(Dataset(parse(expected, RdfFormat.TURTLE)))


def _parsed(got: Got) -> Dataset:
    form = RdfFormat.from_media_type(str(got.header("Content-Type")))
    assert form is not None, got.fields
    return Dataset(parse(got.body, form))


def _canonical(dataset: Dataset) -> list[str]:
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def _holds(got: Got, expected: list[str], values: Mapping[str, str]) -> None:
    store = Store()
    store.extend(_parsed(got))
    for query in expected:
        assert store.query(PROLOGUE + fill(query, values)), (query, got.body.decode())


def _problem(got: Got, expected: str, _: Mapping[str, str]) -> None:
    said = json.loads(got.body)
    assert got.header("Content-Type") == "application/problem+json"
    assert said["type"] == "about:blank"
    assert said["status"] == got.status
    assert said["title"]
    assert re.search(expected, said["detail"]), said


def _members(got: Got, expected: Mapping[str, Any], _: Mapping[str, str]) -> None:
    said = json.loads(got.body)
    assert {name: said[name] for name in expected} == expected


def _text(got: Got, expected: str, _: Mapping[str, str]) -> None:
    assert re.search(expected, got.body.decode()), got.body


def _empty(got: Got, expected: bool, _: Mapping[str, str]) -> None:
    assert (got.raw == b"") is expected


CHECKS: dict[str, Callable[[Got, Any, Mapping[str, str]], None]] = {
    "boolean": _boolean,
    "solutions": _solutions,
    "graph": _graph,
    "holds": _holds,
    "problem": _problem,
    "has_members": _members,
    "text": _text,
    "empty": _empty,
}


def test_every_requirement_has_a_case_and_every_case_proves_one(capsys: pytest.CaptureFixture[str]) -> None:
    required = [one.id for specification in specifications() for one in specification.requirements]
    proved = {name for case in cases() for name in case.proves}
    assert len(required) == len(set(required))
    assert proved == set(required)
    assert len({case.name for case in cases()}) == len(cases())
    with capsys.disabled():
        print(f"\nconformance suite: {len(cases())} cases prove {len(required)} requirements")


def test_the_document_lists_every_requirement_with_its_cases() -> None:
    assert written() == table(cases()), "python -m tests.conformance.cases writes it"
