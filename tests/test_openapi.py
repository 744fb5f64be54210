"""The description of the HTTP surface: valid OpenAPI 3.1, complete, and true of what a real server answers to
whatever a fuzzer makes of it."""

import json
import re
from collections.abc import Iterator

import pytest
import schemathesis
from benchmarks.load import load
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from renkei_kg.config import Settings
from renkei_kg.engine.embedded import EmbeddedEngine
from renkei_kg.web import graphs, protocol
from renkei_kg.web.app import create_app, create_pages
from renkei_kg.web.asking import Asker
from renkei_kg.web.negotiate import GRAPHS
from renkei_kg.web.openapi import PATH, document
from renkei_kg.web.serving import ENDPOINT
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
