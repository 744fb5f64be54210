"""Answers of every kind that the service gives, and the kind of each: what schemas are held against."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from tests.serving import Server

FORM = "application/x-www-form-urlencoded"
BASE = "https://w3id.org/renkei/id/"
BATCH: dict[str, Any] = {
    "q0": {"query": "札幌市"},
    "q1": {"query": "釧路", "limit": 2},
    "q2": {"query": "釧路", "type": "https://w3id.org/renkei/ontology#City", "type_strict": "should"},
    "q3": {"query": "泊村", "properties": [{"pid": "rk:district", "v": ["国後郡", "択捉郡"]}]},
    "q4": {"properties": [{"pid": "rk:code", "v": 11002}]},
    "q5": {
        "query": "根室市",
        "properties": [{"pid": "rk:subprefecture", "v": {"id": "subprefecture/nemuro", "name": "根室"}}],
    },
    "q6": {"query": "何でもない"},
    "q7": {"query": ""},
}
EXTEND: dict[str, Any] = {
    "ids": [
        f"{BASE}municipality/011002",
        f"{BASE}asset/hidaka-sanmyaku-erimo",
        "asset/tantetsuko",
        "no/such",
    ],
    "properties": [
        {"id": "rk:code"},
        {"id": "rk:subprefecture"},
        {"id": "schema:latitude"},
        {"id": "rdfs:label", "settings": {"language": "en", "limit": "1"}},
        {"id": "skos:altLabel"},
        {"id": "rk:designation"},
        {"id": "foaf:homepage"},
        {"id": "rk:areaHectares"},
        {"id": "no such property"},
    ],
}


def fetched(server: Server, target: str, **more: Any) -> Any:
    """What is had at an address, as JSON."""
    answer = server.fetch(target, **more)
    assert answer.status == 200, (target, answer.body)
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def posted(server: Server, **fields: object) -> Any:
    """What a form gets at the service."""
    body = urlencode({name: json.dumps(value) for name, value in fields.items()}).encode()
    return fetched(server, "/reconcile", body=body, Content_Type=FORM)


def answers(server: Server) -> Iterator[tuple[str, Any]]:
    """Answers of every kind, each by the name of its schema."""
    for language in ("", "?lang=ja", "?lang=en"):
        yield "manifest", fetched(server, f"/reconcile{language}")
    yield "reconciliation-result-batch", posted(server, queries=BATCH)
    yield (
        "reconciliation-result-batch",
        fetched(server, f"/reconcile?{urlencode({'queries': json.dumps(BATCH)})}"),
    )
    yield "reconciliation-result-batch", posted(server, queries={})
    for kind, name, prefixes in (
        ("entity", "entities", ("とう", "Kushiro", f"{BASE}municipality/011002", "無いもの", "")),
        ("property", "properties", ("コード", "code", "rk:code", "無いもの", "")),
        ("type", "types", ("市", "City", "rk:City", "無いもの", "")),
    ):
        for prefix in prefixes:
            target = f"/reconcile/suggest/{kind}?prefix={quote(prefix)}"
            yield f"suggest-{name}-response", fetched(server, target)
    for kind, id_ in (("entity", "municipality/011002"), ("property", "rk:code"), ("type", "rk:City")):
        yield "flyout", fetched(server, f"/reconcile/flyout/{kind}?id={quote(id_, safe='')}")
    for query in ("", "?type=rk:Municipality", "?type=rk:Project&limit=3", "?type=nothing"):
        yield "data-extension-property-proposal", fetched(server, f"/reconcile/properties{query}")
    yield "data-extension-response", posted(server, extend=EXTEND)
    yield (
        "data-extension-response",
        fetched(server, f"/reconcile?{urlencode({'extend': json.dumps(EXTEND)})}"),
    )
