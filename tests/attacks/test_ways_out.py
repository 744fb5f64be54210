"""No query makes the server call anyone: every form of every way out, against a listener that hears nothing."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from renkei_kg import asking, snapshot
from renkei_kg.engine import guard
from renkei_kg.engine.contract import QueryRefused, QuerySyntaxError
from renkei_kg.engine.process import Worker
from renkei_kg.errors import RenkeiError
from tests.attacks.listening import Listener, listening
from tests.serving import Server, serving
from tests.writing import BEARER, writable

BODY = "{ ?a ?b ?told }"
# L stands for the listener's IRI and HOST for its host.
PLACE = re.compile(r"\bL(?=x?[>'])")
SERVICES = [
    "SELECT * { SERVICE <L> {} }",
    "SELECT * { SERVICE SILENT <L> {} }",
    "SELECT * { sErViCe sIlEnT <L> {} }",
    "SELECT * { SERVICE # <a:b>\n <L> {} }",
    "SELECT * { SERVICE\t\r\n<L>{} }",
    "SELECT * { {} SERVICE<L>{} }",
    "SELECT * { SERVICE ?where {} }",
    "SELECT * { SERVICE SILENT $where {} }",
    "SELECT * { VALUES ?where { <L> } SERVICE ?where {} }",
    "SELECT * { BIND(IRI('L') AS ?where) SERVICE SILENT ?where {} }",
    "SELECT * { BIND(<L> AS ?where) { SERVICE ?where {} } }",
    "PREFIX l: <L> SELECT * { SERVICE l:x {} }",
    "PREFIX l: <L> SELECT * { SERVICE SILENT l: {} }",
    "BASE <L> SELECT * { SERVICE <x> {} }",
    "BASE <L> PREFIX l: <x/> SELECT * { SERVICE l:y {} }",
    "SELECT * { SELECT * { SERVICE <L> {} } LIMIT 1 }",
    "SELECT * { { SELECT ?told { SERVICE <L> {} } } UNION {} }",
    "SELECT * { {} OPTIONAL { SERVICE <L> {} } }",
    "SELECT * { { ?x a ?y } UNION { SERVICE <L> {} } }",
    "SELECT * { ?x a ?y FILTER EXISTS { SERVICE <L> {} } }",
    "SELECT * { ?x a ?y FILTER NOT EXISTS { SERVICE SILENT <L> {} } }",
    "SELECT * { ?x a ?y BIND(EXISTS { SERVICE <L> {} } AS ?z) }",
    "SELECT * { ?x a ?y MINUS { SERVICE <L> {} } }",
    "SELECT * { GRAPH ?g { SERVICE <L> {} } }",
    "SELECT * { GRAPH <L> { SERVICE <L> {} } }",
    "SELECT * { SERVICE <L> { SERVICE <L> {} } }",
    "ASK { SERVICE <L> {} }",
    "CONSTRUCT { ?a ?b ?told } WHERE { SERVICE <L> {} }",
    "DESCRIBE ?told { SERVICE <L> {} }",
    "SELECT * { ?x a ?y } ORDER BY EXISTS { SERVICE <L> {} }",
    "SELECT * { ?x a ?y } HAVING (EXISTS { SERVICE <L> {} })",
    "SELECT (EXISTS { SERVICE <L> {} } AS ?x) {}",
    "SELECT * { ?x a ?y } GROUP BY (EXISTS { SERVICE <L> {} } AS ?z)",
    # Codepoint escapes, in the keyword and in the IRI.
    "SELECT * { \\u0053ERVICE <L> {} }",
    "SELECT * { SERVIC\\u0045 <L> {} }",
    "SELECT * { \\U00000073\\U00000065rvice <L> {} }",
    "SELECT * { SERVICE <\\u0068ttp://HOST/> {} }",
    "SELECT * { SERVICE \\u003CL> {} }",
    "SELECT * { SERVICE SIL\\u0045NT <L> {} }",
    "SELECT * { # \\u000A SERVICE <L> {}\n }",
    # What Oxigraph's parser takes and the grammar of SPARQL does not.
    "SELECT * { SERVICESILENT<L>{} }",
    "PREFIX l: <L> SELECT * { SERVICEl:x {} }",
    "PREFIX : <L> SELECT * { SERVICE:x {} }",
    "PREFIX : <L> PREFIX service: <a:> SELECT * { service:x {} }",
    "PREFIX l: <L> SELECT * { SERVICESILENTl:x {} }",
    "SELECT * { ?x a trueSERVICE<L>{} }",
    "SELECT * { ?x a true SERVICE<L>{} }",
    "PREFIX l: <L> SELECT * { ?x a falseSERVICEl:x{} }",
    "SELECT * { ?x a 1.SERVICE<L>{} }",
    "SELECT * { GRAPH?gSERVICE{} SERVICE<L>{} }",
    # Strings that end elsewhere for a parser that could not read them to their end.
    'SELECT * { VALUES ?x { """a" } SERVICE <L> {} # \\q"""\n }',
    'SELECT * { VALUES ?x { """a" } SERVICE <L> {} # \\uD800"""\n }',
    'SELECT * { VALUES ?x { """a" } SERVICE <L> {} # \\u12"""\n }',
    'SELECT * { VALUES ?x { """a" } SERVICE <L> {} # \\U00110000"""\n }',
    "SELECT * { VALUES ?x { '''a' } SERVICE <L> {} # \\q'''\n }",
    'SELECT * { VALUES ?x { "a\\" } SERVICE <L> {} # "\n }',
    "SELECT * { FILTER(1<2) SERVICE <L> {} FILTER(2>1) }",
    "SELECT * { <http://x#> <a:b> ?c . SERVICE <L> {} }",
]
# What is no service and may be answered; none of it is a reason to call anyone.
OTHERS = [
    "SELECT * FROM <L> {}",
    "SELECT * FROM <L> { ?a ?b ?c }",
    "SELECT * FROM NAMED <L> { GRAPH ?g { ?a ?b ?c } }",
    "SELECT * FROM <L> FROM <Lx> FROM NAMED <L> { ?a ?b ?c }",
    "SELECT * { GRAPH <L> { ?a ?b ?c } }",
    "SELECT * { GRAPH ?g { ?a ?b ?c } VALUES ?g { <L> } }",
    "DESCRIBE <L>",
    "DESCRIBE <L> FROM <L>",
    "CONSTRUCT { <L> <L> <L> } WHERE {}",
    "SELECT (<L>() AS ?x) {}",
    "SELECT (IRI('L') AS ?x) { ?x a <L> }",
    "BASE <L> SELECT (<x> AS ?y) {}",
    "SELECT ('POINT(1 1)'^^<L> AS ?x) {}",
    "LOAD <L>",
    "LOAD SILENT <L>",
    "LOAD SILENT <L> INTO GRAPH <a:b>",
    "INSERT { <a:b> <a:b> ?told } WHERE { SERVICE <L> {} }",
    "DELETE WHERE { SERVICE SILENT <L> {} }",
]
# The word in places where it asks nobody, and the answer as CSV.
SCHEMA = "PREFIX schema: <https://schema.org/>"
HARMLESS = {
    "SELECT * { VALUES ?x { 'SERVICE <L> {}' } }": "x\r\nSERVICE <L> {}\r\n",
    'SELECT * { VALUES ?x { """SERVICE <L> {}""" } }': "x\r\nSERVICE <L> {}\r\n",
    "SELECT * { VALUES ?x { 'it\\'s \\\\service' } } # SERVICE <L> {}": "x\r\nit's \\service\r\n",
    "SELECT * # SERVICE <L> {}\n { VALUES ?service { <a:SERVICE> } }": "service\r\na:SERVICE\r\n",
    SCHEMA + "SELECT * { VALUES ?x { schema:Service } }": "x\r\nhttps://schema.org/Service\r\n",
    SCHEMA + "ASK { GRAPH schema:service { ?service a schema:Service } }": "false",
    "PREFIX s: <http://service.example/> SELECT (s:x AS ?y) {}": "y\r\nhttp://service.example/x\r\n",
    "BASE <http://a/service/> SELECT (<x> AS ?y) {}": "y\r\nhttp://a/service/x\r\n",
    "SELECT ('x'@en-service AS ?x) { OPTIONAL { _:service a <a:b> } }": "x\r\nx\r\n",
}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, query_seconds=5) as server:
        yield server


def told(text: str, listener: Listener) -> str:
    """A query with the listener's names in it."""
    return PLACE.sub(listener.iri, text).replace("HOST", listener.host)


@pytest.mark.parametrize("text", SERVICES)
def test_a_service_is_refused_and_not_called(server: Server, listener: Listener, text: str) -> None:
    query = told(text, listener)
    for answer in (server.ask(query), server.post(query + " " * guard.KEPT_LENGTH)):
        assert answer.status in (400, 403), answer.body
        assert answer.problem
    assert listener.heard() == []


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is_a_way_out(server: Server, listener: Listener, text: str) -> None:
    query = told(text, listener)
    for answer in (server.ask(query), server.post(query), server.post(query, kind="update")):
        assert answer.status in (200, 400, 403), answer.body
    assert listener.heard() == []


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_alone_is_no_service(server: Server, listener: Listener, text: str) -> None:
    query, expected = told(text, listener), told(HARMLESS[text], listener)
    for long in ("", " " * guard.KEPT_LENGTH):
        answer = server.post(long + query, Accept="text/csv")
        assert (answer.status, answer.body.decode()) == (200, expected)
    assert listener.heard() == []


@pytest.mark.parametrize(
    "name", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "graph", "format"]
)
def test_no_parameter_is_a_way_out(server: Server, listener: Listener, name: str) -> None:
    parameters = [("query", "SELECT * { ?a ?b ?c }"), (name, listener.iri), (name, listener.iri + "x")]
    assert server.fetch(f"/sparql?{urlencode(parameters)}").status in (200, 400, 406)
    for path in ("/graphs", "/sparql", "/"):
        target = f"{path}?{urlencode([(name, listener.iri)])}"
        assert server.fetch(target).status < 500
        context = json.dumps({"@context": listener.iri, "@id": "a:b", "a:b": "c"}).encode()
        for method in ("POST", "PUT"):
            sent = server.fetch(target, context, method=method, Content_Type="application/ld+json")
            assert 400 <= sent.status < 500
    assert listener.heard() == []


def test_no_header_is_a_way_out(server: Server, listener: Listener) -> None:
    names = ("Referer", "Origin", "Host", "Forwarded", "X_Forwarded_Host", "Link", "Content_Location", "From")
    for name in names:
        assert server.ask("ASK {}", **{name: listener.iri}).status in (200, 400)
    assert listener.heard() == []


def test_a_worker_cannot_call_even_when_the_guard_lets_all_pass(snapshots: Path, listener: Listener) -> None:
    found = snapshot.open_current(snapshots)
    kinds = [asyncio.run(asked(found, text, network=False)) for text in direct(listener)]
    assert kinds == ["X", "D", "X"]  # SILENT hides that it failed
    assert listener.heard() == []


def test_a_worker_that_may_call_is_heard(snapshots: Path, listener: Listener) -> None:
    found = snapshot.open_current(snapshots)
    for text in direct(listener):
        asyncio.run(asked(found, text, network=True))
    assert len(listener.heard()) == 3  # so that the silence above means something


def direct(listener: Listener) -> list[str]:
    return [
        f"SELECT * {{ SERVICE <{listener.iri}> {BODY} }}",
        f"SELECT * {{ SERVICE SILENT <{listener.iri}> {BODY} }}",
        f"SELECT * {{ SERVICE <http://localhost:{listener.host.partition(':')[2]}/> {BODY} }}",
    ]


async def asked(found: snapshot.Snapshot, text: str, *, network: bool) -> str:
    """The kind of the first frame of the answer that a worker gives, asked without the guard."""
    worker = Worker(
        found.id,
        {
            "store": str(found.store),
            "base": found.manifest["base"],
            "text_index": str(found.text_index),
            "memory_mb": 1024,
            "result_bytes": 0,
            "text_hits": 100,
            "network": network,
        },
    )
    try:
        await worker.connect(20)
        worker.ask(
            {
                "text": text,
                "services": None,
                "form": "application/sparql-results+json",
                "rows": 0,
                "default_graphs": [],
                "named_graphs": [],
            }
        )
        return chr((await worker.frame())[0])
    finally:
        worker.end()
        worker.process.wait()


UPDATES = [
    "LOAD <L>",
    "LOAD SILENT <L> INTO GRAPH <http://localhost/g>",
    "LOADSILENT<L>INTO GRAPH<http://localhost/g>",
    "PREFIX l: <L> LOADl:x INTO GRAPH <http://localhost/g>",
    "\\u004COAD <L>",
    "CLEAR GRAPH <http://localhost/g> ; LOAD SILENT <L>",
    "INSERT { ?told a ?told } WHERE { SERVICE <L> { ?a ?b ?told } }",
    "INSERT { ?told a ?told } WHERE { SERVICESILENT<L>{ ?a ?b ?told } }",
    "PREFIX : <L> DELETE { ?told a ?told } WHERE { SERVICE:x { ?a ?b ?told } }",
    "DELETE WHERE { SERVICE SILENT <L> { ?a ?b ?told } }",
    "INSERT { ?x a ?x } WHERE { { SELECT ?x { ?x a ?y FILTER EXISTS { SERVICE <L> { ?a ?b ?c } } } } }",
    "INSERT { ?x a ?x } WHERE { VALUES ?s { <L> } SERVICE SILENT ?s { ?x ?b ?c } }",
    'INSERT { ?x a ?x } WHERE { VALUES ?x { """x" } } ; LOAD SILENT <L> # \\q""" } }',
    'INSERT { ?x a ?x } WHERE { VALUES ?x { """x" } SERVICE SILENT <L> { ?a ?b ?c } # \\q"""\n } }',
]
# What names the listener as a graph and may be done.
SETTLED = [
    "ADD SILENT <L> TO <http://localhost/g>",
    "COPY SILENT <L> TO GRAPH <http://localhost/g>",
    "WITH <http://localhost/g> DELETE { ?a ?b ?c } INSERT { ?a ?b ?c } USING <L> WHERE { ?a ?b ?c }",
    "INSERT DATA { GRAPH <L> { <L> <L> <L> } }",
]
DOCUMENTS = {
    "application/ld+json": [
        '{"@context": "L", "@id": "a:b", "a:b": "c"}',
        '{"@context": ["L", {}], "@id": "a:b", "a:b": "c"}',
        '{"@context": {"@import": "L"}, "@id": "a:b", "a:b": "c"}',
        '{"@context": {"x": {"@id": "a:b", "@context": "L"}}, "x": {"x": "c"}}',
        '[{"@id": "a:b", "a:b": {"@context": "L", "a:c": "d"}}]',
    ],
    "application/rdf+xml": [
        '<!DOCTYPE r SYSTEM "L"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        '<!DOCTYPE r [<!ENTITY % e SYSTEM "L">%e;]><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        '<!DOCTYPE r [<!ENTITY e SYSTEM "L">]><rdf:RDF xmlns:x="a:" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description><x:y>&e;</x:y>'
        "</rdf:Description></rdf:RDF>",
        '<?xml-stylesheet href="L"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="L"/></rdf:RDF>',
    ],
    "text/turtle": [
        "@base <L> . @prefix l: <L> . l:x <x> <L> .",
        "<L> <http://www.w3.org/2002/07/owl#imports> <L> .",
    ],
    "text/n3": ["<L> <http://www.w3.org/2000/10/swap/log#semantics> ?x ."],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Server]:
    """A server that may be written to, and whose queries may ask the listener."""
    with writable(tmp_path_factory.mktemp("written"), services=listener.iri) as server:
        yield server


@pytest.mark.parametrize("text", UPDATES)
def test_no_update_is_a_way_out(written: Server, listener: Listener, text: str) -> None:
    answer = written.post(told(text, listener), kind="update", **BEARER)
    assert answer.status in (400, 403)
    assert answer.problem
    assert listener.heard() == []


@pytest.mark.parametrize("text", SETTLED)
def test_a_graph_is_named_and_not_fetched(written: Server, listener: Listener, text: str) -> None:
    answer = written.post(told(text, listener), kind="update", **BEARER)
    assert answer.status < 500
    assert listener.heard() == []


@pytest.mark.parametrize(
    ("kind", "document"), [(kind, document) for kind in DOCUMENTS for document in DOCUMENTS[kind]]
)
def test_no_document_is_a_way_out(written: Server, listener: Listener, kind: str, document: str) -> None:
    content = document.replace('"L"', f'"{listener.iri}"').replace("<L>", f"<{listener.iri}>").encode()
    answer = written.fetch(
        "/graphs?graph=http://localhost/g", content, method="PUT", Content_Type=kind, **BEARER
    )
    assert answer.status < 500
    assert listener.heard() == []


CALLS = """
import ctypes, socket
from renkei_kg.engine.closed import RING_CALL, SECOND_NUMBERS, SOCKET_CALL, close_network
import platform
assert close_network()
libc = ctypes.CDLL(None, use_errno=True)
_, number = SOCKET_CALL[platform.machine()]
for call in (number, SECOND_NUMBERS + number, RING_CALL):
    print(libc.syscall(call, 2, 1, 0), ctypes.get_errno())
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        socket.socket(family)
    except PermissionError:
        print("refused")
"""


def test_no_system_call_opens_a_socket() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALLS], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout.splitlines() == ["-1 13"] * 3 + ["refused"] * 3


def test_an_allowed_service_is_called_and_no_other(snapshots: Path, listener: Listener) -> None:
    with listening() as other, serving(snapshots, services=f"{listener.iri} {other.iri}allowed") as server:
        answer = server.ask(f"SELECT * {{ SERVICE <{listener.iri}> {BODY} }}")
        assert (answer.status, b"yes" in answer.body) == (200, True)
        assert len(listener.heard()) == 1
        named = f"PREFIX l: <{other.iri}> SELECT * {{ SERVICE SILENT l:allowed {BODY} }}"
        assert server.ask(named).status == 200
        assert other.heard() == [b"POST /allowed HTTP/1.1"]
        for text in SERVICES:
            query = told(text, other)
            if "\\u0068" not in text:
                assert server.ask(query).status in (400, 403), query
                assert server.post(query + " " * guard.KEPT_LENGTH).status in (400, 403), query
        assert other.heard() == []
        assert listener.heard() == []


def test_an_allowed_service_sends_nobody_elsewhere(snapshots: Path) -> None:
    with (
        listening() as other,
        listening(location=other.iri) as sending,
        serving(snapshots, services=sending.iri) as server,
    ):
        answer = server.ask(f"SELECT * {{ SERVICE <{sending.iri}> {BODY} }}")
        assert answer.status == 400
        assert sending.heard()
        assert other.heard() == []


@pytest.mark.parametrize("text", SERVICES[:1] + SERVICES[-18:])
def test_the_command_line_calls_nobody_either(snapshots: Path, listener: Listener, text: str) -> None:
    with pytest.raises(RenkeiError):
        asking.ask(snapshots, told(text, listener), None)
    assert listener.heard() == []


def test_a_prefix_declared_twice_is_none_that_is_allowed() -> None:
    allowed = frozenset({"http://allowed/x"})
    once = "PREFIX l: <http://allowed/> SELECT * { SERVICE l:x {} }"
    assert guard.closed(once, allowed)
    with pytest.raises(QueryRefused):
        guard.closed(f"PREFIX l: <http://other/> {once}", allowed)


def test_a_closed_text_holds_the_word_only_where_it_is_allowed_or_a_name() -> None:
    text = "# a service\nSELECT * { VALUES ?x { 'a service' '''\\\\service''' <http://service/> } } # Service"
    closed = guard.closed(text)
    assert closed.count("ervice") == closed.count("\\u0073ervice") == 3


@pytest.mark.parametrize("escape", ["\\q", "\\u12", "\\uD800", "\\UFFFFFFFF", "\\U0000DFFF", "\\x41"])
def test_a_string_with_an_escape_that_is_none_is_refused(escape: str) -> None:
    with pytest.raises(QuerySyntaxError):
        guard.closed(f"SELECT * {{ VALUES ?x {{ '{escape}' 'service' }} }}")
