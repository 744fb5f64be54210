"""The description of the HTTP surface: valid OpenAPI 3.1, complete, and true of what a real server answers to
whatever a fuzzer makes of it."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from benchmarks.load import load
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from renkei_kg.config import Settings
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.web import connection, graphs, heads, protocol
from renkei_kg.web.app import create_app, create_pages
from renkei_kg.web.asking import Asker
from renkei_kg.web.negotiate import GRAPHS
from renkei_kg.web.openapi import PATH, document
from renkei_kg.web.serving import ENDPOINT
from tests.attacks.wire import connected, drained, replies, sent
from tests.serving import Server, serving

TOKEN = "a-token-for-the-fuzzer-of-the-server"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("openapi")
    quads = folder / "data.nq"
    quads.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n", encoding="utf-8")
    load(quads, folder / "snapshots", "http://example.org/")
    with serving(folder / "snapshots", write_token=TOKEN, query_seconds=5) as running:
        yield running


def test_it_is_valid() -> None:
    errors = [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(document())]
    assert errors == []


def test_it_is_what_the_server_sends(server: Server) -> None:
    got = server.fetch(PATH)
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert json.loads(got.body) == document()
    assert server.fetch(PATH, If_None_Match=got.headers["etag"]).status == 304
    assert server.fetch(PATH, b"", method="POST").status == 405


def test_it_has_every_path_of_the_server_and_no_other() -> None:
    own = Settings()
    engine = EmbeddedEngine(own)
    app = create_app(own, engine)
    paths = {ENDPOINT, *app.serving.routes, *(f"{tree}/{{name}}" for tree in app.serving.trees)}
    flask = create_pages(own, Asker(own, engine))
    paths |= {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in flask.url_map.iter_rules()}
    assert paths == document()["paths"].keys()


def test_it_has_every_method_that_a_path_says_it_has(server: Server) -> None:
    for path, item in document()["paths"].items():
        target = path.replace("{name}", "x").replace("{filename}", "style.css")
        allowed = server.fetch(target, method="OPTIONS").headers["allow"]
        assert {name.lower() for name in allowed.split(", ")} == item.keys(), path
    assert graphs.METHODS == ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
    assert protocol.METHODS == "GET, HEAD, POST, OPTIONS"


def test_names_of_operations_are_their_own_and_every_reference_leads_somewhere() -> None:
    said = document()
    names = [one["operationId"] for item in said["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(said)))
    assert references <= said["components"]["schemas"].keys()


@pytest.fixture(scope="module")
def narrow(snapshots: Path) -> Iterator[Server]:
    """A server that takes short requests only, and does not wait long for them."""
    with serving(snapshots, header_bytes=4096, header_seconds=1, request_bytes=1000) as running:
        yield running


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each method, a target that it goes with, and what is said of it."""
    for path, item in document()["paths"].items():
        target = re.sub(r"\{\w+\}", "x", path)
        for method, operation in item.items():
            yield method.upper(), target, operation


WITH_BODY = ("POST", "PUT", "DELETE")
LONG = "x" * 5000
FIELDS = "".join(f"X-{number}: a\r\n" for number in range(heads.MOST_FIELDS + 1))
REFUSED = {
    408: "{method} {target} HTTP/1.1\r\nHost: a\r\nX-Unended: a",
    414: f"{{method}} {{target}}?{LONG} HTTP/1.1\r\nHost: a\r\n\r\n",
    431: f"{{method}} {{target}} HTTP/1.1\r\nHost: a\r\n{FIELDS}\r\n",
    413: "{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("status", REFUSED)
def test_what_is_too_long_or_too_slow_is_refused_as_described(narrow: Server, status: int) -> None:
    with ExitStack() as stack:
        asked = []
        for method, target, operation in operations():
            assert (str(status) in operation["responses"]) == (status != 413 or method in WITH_BODY)
            if str(status) in operation["responses"]:
                client = stack.enter_context(connected(narrow))
                client.sendall(REFUSED[status].format(method=method, target=target).encode())
                asked.append((f"{method} {target}", operation["responses"][str(status)], client))
        for which, described, client in asked:
            (reply,) = replies(drained(client))
            assert reply.status == status, which
            assert reply.headers["content-type"] in described["content"], which


def test_too_many_requests_on_a_connection_are_refused_as_described(narrow: Server) -> None:
    slow = quote(
        "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 300 } { SELECT * { ?d ?e ?f } LIMIT 300 } }"
    )
    for number, (method, target, operation) in enumerate(operations()):
        if method in ("GET", "OPTIONS") and number % 3 == 0:  # the same code refuses all of them
            first = f"GET /sparql?query={slow}%23{method}{quote(target)} HTTP/1.1\r\nHost: a\r\n\r\n"
            more = f"{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n" * (connection.MOST_PIPELINED + 2)
            *_, last = sent(narrow, (first + more).encode())
            assert last.status == 429
            assert last.headers["content-type"] in operation["responses"]["429"]["content"]


@schemathesis.serializer(protocol.QUERY_TYPE, protocol.UPDATE_TYPE, *(form.media_type for form in GRAPHS))
def as_it_is(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Texts are sent as they are."""
    return str(value).encode("utf-8", "surrogatepass")


DESCRIBED = schemathesis.openapi.from_dict(
    document(),
    config=schemathesis.Config.from_dict(
        # A limit that is run into is told by 504 or 507, which is no fault.
        {"checks": {"not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "504", "507"]}}}
    ),
)


@DESCRIBED.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_the_server_answers_as_described(case: schemathesis.Case, server: Server) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"} if case.method in ("PUT", "DELETE") else {}
    checks = (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
    case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS.get_by_names(list(checks)))
