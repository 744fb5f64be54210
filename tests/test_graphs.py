"""The SPARQL 1.1 Graph Store HTTP Protocol at ``/graphs``, over the real server."""

import gzip
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
import rdflib.compare
from pyoxigraph import RdfFormat, parse

from tests.serving import Answer, Server, serving
from tests.writing import BEARER, TOKEN, writable

TURTLE = "text/turtle"
EX = "http://example.org/"
PERSON = b'@prefix : <http://example.org/> . <> a :Person ; :card [ a :Card ; :name "Jane" ] .'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("graphs")) as started:
        yield started


@pytest.fixture(scope="module")
def compiled_server(snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The project's own graph, copied so that it may be written to."""
    copy = tmp_path_factory.mktemp("compiled") / "snapshots"
    shutil.copytree(snapshots, copy, symlinks=True)
    with serving(copy, write_token=TOKEN) as started:
        yield started


def named(iri: str) -> str:
    return f"/graphs?graph={quote(iri, safe='')}"


def send(server: Server, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
    """A write with the token; Turtle unless another type is given."""
    kind = {} if body is None else {"Content_Type": TURTLE}
    return server.fetch(target, body, method=method, **{**kind, **BEARER, **headers})


def put(server: Server, target: str, body: bytes = PERSON, **headers: str) -> Answer:
    return send(server, "PUT", target, body, **headers)


def graph(server: Server, target: str) -> rdflib.Graph:
    answer = server.fetch(target, Accept="application/n-triples")
    assert answer.status == 200, answer.body
    return rdflib.Graph().parse(data=answer.body, format="nt11")


def expected(body: bytes, base: str, kind: str = "turtle") -> rdflib.Graph:
    return rdflib.Graph().parse(data=body, format=kind, publicID=base)


def version(server: Server) -> str:
    return server.ask("ASK {}").headers["renkei-snapshot"]


def test_the_life_of_a_graph_by_its_own_url(server: Server) -> None:
    """Section 4.1: the URL of the request names the graph."""
    at = f"{server.url}/graphs/person/1"
    assert server.fetch("/graphs/person/1").status == 404
    assert server.fetch("/graphs/person/1", method="HEAD").status == 404
    assert put(server, "/graphs/person/1").status == 201
    assert rdflib.compare.isomorphic(graph(server, "/graphs/person/1"), expected(PERSON, at))
    assert rdflib.compare.isomorphic(graph(server, named(at)), expected(PERSON, at))
    assert rdflib.compare.isomorphic(graph(server, "/graphs?graph=/graphs/person/1"), expected(PERSON, at))
    changed = PERSON.replace(b"Jane", b"Joan")
    replaced = put(server, "/graphs/person/1", changed)
    assert (replaced.status, replaced.body) == (204, b"")
    assert rdflib.compare.isomorphic(graph(server, "/graphs/person/1"), expected(changed, at))
    merged = send(server, "POST", "/graphs/person/1", b"<> <http://example.org/age> 7 .")
    assert merged.status == 200
    assert json.loads(merged.body)["added"] == 1
    assert len(graph(server, "/graphs/person/1")) == 5
    head = server.fetch("/graphs/person/1", method="HEAD", Accept=TURTLE)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == "text/turtle; charset=utf-8"
    deleted = send(server, "DELETE", "/graphs/person/1")
    assert deleted.status == 200
    assert json.loads(deleted.body)["removed"] == 5
    assert server.fetch("/graphs/person/1").status == 404
    assert send(server, "DELETE", "/graphs/person/1").status == 404


@pytest.mark.parametrize(
    ("target", "iri"),
    [
        (named("http://example.org/g"), "http://example.org/g"),
        (named("urn:example:道南"), "urn:example:道南"),
        (named("http://example.org/g?x=1&y=2#part"), "http://example.org/g?x=1&y=2#part"),
        (named("http://example.org/a/../b"), "http://example.org/a/../b"),
        ("/graphs/?graph=relative", "{url}/graphs/relative"),
        ("/graphs?graph=relative", "{url}/relative"),
        ("/graphs?graph=//example.org/x", "http://example.org/x"),
        ("/graphs/a:b@c!$&'()*+,;=~", "{url}/graphs/a:b@c!$&'()*+,;=~"),
        ("/graphs/%E9%81%93%E5%8D%97", "{url}/graphs/%E9%81%93%E5%8D%97"),
        ("/graphs/a%2Fb", "{url}/graphs/a%2Fb"),
        ("/graphs/slash/", "{url}/graphs/slash/"),
    ],
)
def test_names_of_graphs_are_kept_as_they_are(server: Server, target: str, iri: str) -> None:
    iri = iri.format(url=server.url)
    body = b"<> <http://example.org/p> <#here> ."
    assert put(server, target, body).status in (201, 204)
    listed = json.loads(server.fetch("/graphs").body)["graphs"]
    assert {"graph": iri, "triples": 1} in listed
    (triple,) = graph(server, target)
    assert str(triple[0]) == iri.partition("#")[0]
    assert set(graph(server, named(iri))) == {triple}
    assert send(server, "DELETE", named(iri)).status == 200


@pytest.mark.parametrize(
    ("target", "word"),
    [
        ("/graphs?graph=", "absolute IRI"),
        ("/graphs?graph=http%3A%2F%2Fexample.org%2Fa%20b", "absolute IRI"),
        ("/graphs?graph=http%3A%2F%2F%5B", "absolute IRI"),
        ("/graphs?graph=http%3A%2F%2Fexample.org%2F%3E%7D", "absolute IRI"),
        ("/graphs?graph=a:b&graph=c:d", "2 times"),
        ("/graphs?graph=a:b&default", "one graph"),
        ("/graphs/x?graph=a:b", "one graph"),
        ("/graphs/x?default", "one graph"),
    ],
)
def test_a_request_that_names_no_graph_or_two_is_wrong(server: Server, target: str, word: str) -> None:
    assert word in server.fetch(target).problem["detail"]
    assert put(server, target).status == 400


def test_what_needs_a_graph_says_so(server: Server) -> None:
    for method in ("PUT", "DELETE"):
        answer = send(server, method, "/graphs", PERSON if method == "PUT" else None)
        assert answer.status == 400
        assert "?graph=" in answer.problem["detail"]


def test_a_graph_that_is_posted_to_the_store_gets_a_name(server: Server) -> None:
    """Section 5.5: 201 with its Location, which answers for itself from then on."""
    answer = send(server, "POST", "/graphs", PERSON)
    assert answer.status == 201
    at = answer.headers["location"]
    assert at.startswith(f"{server.url}/graphs/")
    target = at.removeprefix(server.url)
    assert rdflib.compare.isomorphic(graph(server, target), expected(PERSON, at))
    again = send(server, "POST", "/graphs/", PERSON).headers["location"]
    assert again != at
    assert send(server, "POST", target, b"").status == 200
    assert len(graph(server, target)) == 4
    assert send(server, "DELETE", target).status == 200


def test_the_default_graph_of_a_store_that_has_its_own(server: Server) -> None:
    assert put(server, "/graphs?default", b"").status == 204
    assert len(graph(server, "/graphs?default")) == 0
    assert put(server, "/graphs?default").status == 204
    assert rdflib.compare.isomorphic(
        graph(server, "/graphs?default"), expected(PERSON, f"{server.url}/graphs")
    )
    assert put(server, "/graphs?default=", PERSON.replace(b"Jane", b"Joan")).status == 204
    assert b"Joan" in server.fetch("/graphs?default").body
    assert send(server, "POST", "/graphs?default", b"<a:a> <a:b> 1 .").status == 200
    assert len(graph(server, "/graphs?default")) == 5
    assert send(server, "DELETE", "/graphs?default").status == 200
    assert len(graph(server, "/graphs?default")) == 0
    assert send(server, "DELETE", "/graphs?default").status == 200


def test_an_empty_graph_is_a_graph(server: Server) -> None:
    target = named(f"{EX}empty")
    assert put(server, target, b"").status == 201
    assert server.fetch(target).status == 200
    assert len(graph(server, target)) == 0
    assert put(server, target, b"", Content_Type="").status == 204
    assert put(server, target).status == 204
    assert put(server, target, b"").status == 204
    assert len(graph(server, target)) == 0
    assert {"graph": f"{EX}empty", "triples": 0} in json.loads(server.fetch("/graphs").body)["graphs"]
    posted = named(f"{EX}posted-empty")
    assert send(server, "POST", posted, b"").status == 201
    assert server.fetch(posted).status == 200


MANY = [
    ("text/turtle", b'<> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .'),
    ("application/x-turtle", b'<> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .'),
    ("text/turtle; charset=UTF-8", b'<> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .'),
    (
        "application/n-triples",
        b'<http://example.org/many> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .',
    ),
    ("text/plain", b'<http://example.org/many> <http://example.org/p> "\\u5B97\\u8C37"@ja .'),
    (
        "application/rdf+xml",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">'
        b'<rdf:Description rdf:about=""><p xml:lang="ja">\xe5\xae\x97\xe8\xb0\xb7</p></rdf:Description></rdf:RDF>',
    ),
    (
        "application/ld+json",
        b'{"@id": "", "http://example.org/p": {"@value": "\xe5\xae\x97\xe8\xb0\xb7", "@language": "ja"}}',
    ),
    ("text/n3", b'<> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .'),
    ("text/rdf+n3", b'<> <http://example.org/p> "\xe5\xae\x97\xe8\xb0\xb7"@ja .'),
]


@pytest.mark.parametrize(("kind", "body"), MANY)
def test_a_graph_is_sent_in_every_format(server: Server, kind: str, body: bytes) -> None:
    target = named(f"{EX}many")
    put(server, target, b"")
    assert put(server, target, body, Content_Type=kind).status == 204
    assert set(graph(server, target)) == set(expected(MANY[0][1], f"{EX}many"))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize(
    ("kind", "reader"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt11"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("application/trig", ""),
        ("application/n-quads", ""),
        ("text/n3", ""),
    ],
)
def test_a_graph_is_had_in_every_format(server: Server, kind: str, reader: str) -> None:
    target = named(f"{EX}had")
    put(server, target)
    answer = server.fetch(target, Accept=kind)
    assert answer.headers["content-type"].startswith(kind)
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["last-modified"].endswith("GMT")
    form = RdfFormat.from_media_type(kind)
    assert len(list(parse(answer.body, format=form))) == 4
    if reader:
        found = rdflib.Graph().parse(data=answer.body, format=reader)
        assert rdflib.compare.isomorphic(found, expected(PERSON, f"{EX}had"))
    short = {"application/rdf+xml": "rdf", "application/n-triples": "nt"}.get(kind, kind)
    by_name = server.fetch(f"{target}&format={quote(short)}")
    assert by_name.headers["content-type"].startswith(kind)


def test_the_format_is_negotiated(server: Server) -> None:
    target = named(f"{EX}had")
    put(server, target)
    for accept, kind in [
        ("", TURTLE),
        ("*/*", TURTLE),
        ("text/*;q=0.3, application/rdf+xml;q=0.4", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0.1", "application/n-triples"),
    ]:
        answer = server.fetch(target, **({"Accept": accept} if accept else {}))
        assert answer.headers["content-type"].startswith(kind), accept
    refused = server.fetch(target, Accept="image/png")
    assert refused.status == 406
    assert "text/turtle (format=turtle)" in refused.problem["offered"]
    assert server.fetch(f"{target}&format=png").status == 406
    # A graph that is not there is not found, whatever form it is wanted in.
    assert server.fetch(named(f"{EX}not-there"), Accept=TURTLE).status == 404


@pytest.mark.parametrize(
    ("kind", "body", "status", "word"),
    [
        ("text/turtle", b"<a:a> <a:b> .", 400, "not valid Turtle"),
        ("application/rdf+xml", PERSON, 400, "not valid RDF/XML"),
        ("application/ld+json", b"{", 400, "not valid JSON-LD"),
        ("application/ld+json", b"", 400, "not valid JSON-LD"),
        ("text/turtle", b"\xff\xfe", 400, "not valid Turtle"),
        (
            "application/ld+json",
            b'{"@context": "http://127.0.0.1:1/c", "@id": "a:a"}',
            400,
            "nothing is fetched",
        ),
        (
            "application/ld+json",
            b'{"@id": "a:a", "@graph": [{"@id": "a:b", "a:p": 1}]}',
            400,
            "more than one graph",
        ),
        ("text/n3", b"{ <a:a> <a:b> <a:c> } <a:d> <a:e> .", 400, "more than one graph"),
        ("application/trig", b"", 415, "several graphs"),
        ("application/n-quads", b"", 415, "several graphs"),
        ("text/html", b"<p>", 415, "text/turtle"),
        ("application/x-www-form-urlencoded", b"a=b", 415, "text/turtle"),
        ("application/sparql-update", b"CLEAR ALL", 415, "text/turtle"),
        ("", PERSON, 415, "no Content-Type"),
        ("text/turtle; charset=iso-8859-1", PERSON, 415, "UTF-8"),
        ("multipart/form-data", b"", 400, "boundary"),
        ("multipart/form-data; boundary=x", b"", 400, "malformed"),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400, "no parts"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: text/turtle\r\n\r\n\r\n--x--\r\n",
            400,
            "malformed",
        ),
    ],
)
def test_a_document_that_cannot_be_taken_changes_nothing(
    server: Server, kind: str, body: bytes, status: int, word: str
) -> None:
    target = named(f"{EX}kept")
    put(server, target)
    before = version(server)
    for method in ("PUT", "POST"):
        answer = send(server, method, target, body, Content_Type=kind)
        assert answer.status == status
        assert word in answer.problem["detail"]
    assert version(server) == before
    assert len(graph(server, target)) == 4


def test_a_malformed_document_has_the_place_of_its_fault(server: Server) -> None:
    answer = put(server, named(f"{EX}x"), b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> .")
    assert (answer.problem["line"], answer.problem["column"]) == (2, 13)


def test_other_ways_of_sending_that_are_not_taken(server: Server) -> None:
    target = named(f"{EX}other")
    assert put(server, target, gzip.compress(PERSON), Content_Encoding="gzip").status == 415
    assert put(server, target, Content_Range="bytes 0-10/100").status == 400
    assert put(server, target, Content_Length="1000001").status == 413
    assert server.fetch(target).status == 404


def form(*parts: tuple[str, bytes]) -> tuple[bytes, str]:
    body = b"".join(
        b"--limit\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts
    )
    return body + b"--limit--\r\n", "multipart/form-data; boundary=limit"


def test_several_documents_in_a_form_are_merged(server: Server) -> None:
    target = named(f"{EX}form")
    disposition = 'Content-Disposition: form-data; name="file"; filename="{}"'
    body, kind = form(
        (disposition.format("a.ttl") + "\r\nContent-Type: text/turtle; charset=utf-8", b"_:x <a:p> <rel> ."),
        (disposition.format("b.nt") + "\r\nContent-Type: application/n-triples", b"_:x <a:p> <a:2> ."),
        (disposition.format("c.rdf") + "\r\nContent-Type: application/octet-stream", MANY[5][1]),
        ('Content-Disposition: form-data; name="d"\r\nContent-Type: text/turtle', b"<a:s> <a:p> <a:2> ."),
    )
    assert send(server, "POST", target, body, Content_Type=kind).status == 201
    found = graph(server, target)
    assert len(found) == 4
    # A label in two documents is two blank nodes.
    assert len({s for s, _, _ in found if isinstance(s, rdflib.BNode)}) == 2
    assert (None, None, rdflib.URIRef(f"{EX}rel")) in found
    replacing, kind = form((disposition.format("a.ttl"), b"<a:s> <a:p> <a:3> ."))
    assert put(server, target, replacing, Content_Type=kind).status == 204
    assert len(graph(server, target)) == 1
    broken, kind = form(
        (disposition.format("a.ttl"), b"<a:s> <a:p> <a:4> ."), (disposition.format("b.ttl"), b"<a:s> <a:p> .")
    )
    answer = send(server, "POST", target, broken, Content_Type=kind)
    assert answer.status == 400
    assert "b.ttl" in answer.problem["detail"]
    untyped, kind = form(('Content-Disposition: form-data; name="field"', b"<a:s> <a:p> <a:4> ."))
    assert send(server, "POST", target, untyped, Content_Type=kind).status == 415
    assert len(graph(server, target)) == 1


def test_a_form_with_bare_line_feeds_is_read_too(server: Server) -> None:
    """As W3C's test of it is written."""
    lines = [
        "",
        "--b1",
        'Content-Disposition: form-data; name="one.ttl"; filename="one.ttl"',
        "Content-Type: text/turtle; charset=utf-8",
        "",
        '<a:s> <a:family> "Doe" .',
        "--b1",
        'Content-Disposition: form-data; name="two.ttl"; filename="two.ttl"',
        "Content-Type: text/turtle; charset=utf-8",
        "",
        '<a:s> <a:given> "Jane" .',
        "--b1--",
        "",
    ]
    target = named(f"{EX}feeds")
    answer = send(
        server, "POST", target, "\n".join(lines).encode(), Content_Type="multipart/form-data; boundary=b1"
    )
    assert answer.status == 201
    assert len(graph(server, target)) == 2


def test_blank_nodes_of_two_requests_stay_apart(server: Server) -> None:
    target = named(f"{EX}apart")
    for _ in range(2):
        send(server, "POST", target, b"_:same <a:p> 1 .")
    assert len(graph(server, target)) == 2


def test_putting_what_is_there_makes_no_version(server: Server) -> None:
    target = named(f"{EX}same")
    first = put(server, target, b"<a:s> <a:p> 1 .")
    again = put(server, target, b"<a:s> <a:p> 1 .")
    assert (again.status, again.headers["renkei-snapshot"]) == (204, first.headers["renkei-snapshot"])


def test_the_list_of_graphs(server: Server) -> None:
    put(server, named(f"{EX}listed"))
    answer = server.fetch("/graphs")
    assert answer.headers["content-type"] == "application/json"
    said = json.loads(answer.body)
    assert said["store"] == f"{server.url}/graphs"
    assert said["snapshot"] == answer.headers["renkei-snapshot"] == version(server)
    assert {"graph": f"{EX}listed", "triples": 4} in said["graphs"]
    assert [one["graph"] for one in said["graphs"]] == sorted(one["graph"] for one in said["graphs"])
    described = rdflib.Graph().parse(data=server.fetch("/graphs/", Accept=TURTLE).body, format="turtle")
    rows = described.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>"
        "SELECT ?name ?size { ?store a sd:GraphCollection ; sd:namedGraph [ sd:name ?name ; sd:graph [ void:triples ?size ] ] }"
    )
    assert {(str(name), int(size)) for name, size in rows} == {
        (one["graph"], one["triples"]) for one in said["graphs"]
    }
    assert server.fetch("/graphs", If_None_Match=answer.headers["etag"]).status == 304
    assert server.fetch("/graphs", method="HEAD").headers["content-length"] == str(len(answer.body))
    assert server.fetch("/graphs", Accept="image/png").status == 406


def test_a_graph_that_is_known_is_not_sent_again_until_it_may_have_changed(server: Server) -> None:
    target = named(f"{EX}cached")
    put(server, target)
    for _ in range(2):
        answer = server.fetch(target, Accept=TURTLE)
        tag = answer.headers["etag"]
        same = server.fetch(target, Accept=TURTLE, If_None_Match=tag)
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    assert server.fetch(target, Accept="application/n-triples").headers["etag"] != tag
    put(server, target, PERSON.replace(b"Jane", b"Joan"))
    changed = server.fetch(target, Accept=TURTLE, If_None_Match=tag)
    assert changed.status == 200
    assert b"Joan" in changed.body


def test_writes_that_depend_on_what_is_there(server: Server) -> None:
    target = named(f"{EX}depends")
    assert put(server, target, If_Match="*").status == 412
    assert put(server, target, If_None_Match="*").status == 201
    assert put(server, target, If_None_Match="*").status == 412
    tag = server.fetch(target, Accept="application/rdf+xml").headers["etag"]
    assert put(server, target, b"<a:s> <a:p> 1 .", If_Match=f'"no", {tag}').status == 204
    assert put(server, target, b"<a:s> <a:p> 2 .", If_Match=tag).status == 412
    current = server.fetch(target).headers["renkei-snapshot"]
    assert send(server, "POST", target, b"<a:s> <a:p> 3 .", If_Match=f'"{current}"').status == 200
    assert send(server, "DELETE", target, If_Match=f'"{current}"').status == 412
    gzipped = server.fetch(target).headers["etag"][:-1] + '-gzip"'
    assert send(server, "DELETE", target, If_Match=gzipped).status == 200
    assert send(server, "DELETE", target, If_Match="*").status == 404


def test_methods(server: Server) -> None:
    for target in ("/graphs", "/graphs/person/1", named(f"{EX}x")):
        options = server.fetch(target, method="OPTIONS")
        assert options.status == 204
        for headers in (options.headers, server.fetch(target, method="PATCH", body=b"", **BEARER).headers):
            assert {"GET", "HEAD", "POST", "PUT", "DELETE"} <= set(headers["allow"].split(", "))
        assert "PUT" in options.headers["access-control-allow-methods"]
        assert server.fetch(target, method="PATCH", body=b"", **BEARER).status == 405


def test_everybody_reads_and_the_token_writes(server: Server, compiled_server: Server) -> None:
    before = version(server)
    for method, body in (("PUT", PERSON), ("POST", PERSON), ("DELETE", None)):
        for target in ("/graphs/mine", named(f"{EX}mine"), "/graphs?default", "/graphs"):
            kind = {"Content_Type": TURTLE} if body else {}
            answer = server.fetch(target, body, method=method, **kind)
            assert answer.status == 401
            assert answer.headers["www-authenticate"].startswith("Bearer ")
            wrong = server.fetch(target, body, method=method, Authorization="Bearer wrong", **kind)
            assert wrong.status == 401
    assert version(server) == before
    assert server.fetch("/graphs").status == 200


def test_a_server_without_a_token_only_reads(snapshots: Path) -> None:
    doo = "https://w3id.org/renkei/graph/projects/doo"
    with serving(snapshots) as reading:
        assert put(reading, named(f"{EX}x")).status == 403
        assert len(json.loads(reading.fetch("/graphs").body)["graphs"]) > 40
        assert len(graph(reading, named(doo))) > 100
        assert reading.fetch(named(f"{EX}x")).status == 404
        counted = reading.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", accept="text/csv")
        everything = reading.fetch("/graphs?default", Accept="application/n-triples").body
        assert everything.count(b"\n") == int(counted.body.split()[1])


def test_compiled_graphs_and_their_union_are_not_written(compiled_server: Server) -> None:
    before = version(compiled_server)
    doo = named("https://w3id.org/renkei/graph/projects/doo")
    for method, body in (("PUT", PERSON), ("POST", PERSON), ("DELETE", None)):
        compiled = send(compiled_server, method, doo, body)
        assert compiled.status == 403
        assert "data/projects/doo.ttl" in compiled.problem["detail"]
        union = send(compiled_server, method, "/graphs?default", body)
        assert union.status == 403
        assert "union" in union.problem["detail"]
    assert version(compiled_server) == before


def test_a_graph_beside_the_compiled_ones_is_in_the_default_graph(compiled_server: Server) -> None:
    target = named(f"{EX}beside")
    ask = "ASK { <http://example.org/note> <http://example.org/on> ?what }"
    assert put(compiled_server, target, b"<note> <on> 1 .").status == 201
    assert b"true" in compiled_server.ask(ask).body
    assert put(compiled_server, named(f"{EX}second"), b"<note> <on> 1 .").status == 201
    assert send(compiled_server, "DELETE", target).status == 200
    assert b"true" in compiled_server.ask(ask).body
    assert put(compiled_server, named(f"{EX}second"), b"").status == 204
    assert b"false" in compiled_server.ask(ask).body
    assert send(compiled_server, "DELETE", named(f"{EX}second")).status == 200


def test_a_client_that_does_not_say_the_host_can_still_name_a_graph(server: Server) -> None:
    put(server, named(f"{EX}old"))

    def ask(target: str) -> bytes:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
            return connection.makefile("rb").read()

    assert b" 200 " in ask(named(f"{EX}old")).splitlines()[0]
    assert b" 400 " in ask("/graphs/old").splitlines()[0]
    assert b" 400 " in ask("/graphs").splitlines()[0]


def test_a_graph_larger_than_one_message_comes_whole(server: Server) -> None:
    target = named(f"{EX}large")
    body = "".join(f"<{EX}{number}> <{EX}p> {number} .\n" for number in range(12_000)).encode()
    assert put(server, target, body).status == 201
    assert len(graph(server, target)) == 12_000


def test_requests_below_graphs_are_counted_as_one_route(server: Server) -> None:
    server.fetch("/graphs/person/counted")
    text = server.fetch("/metrics").body.decode()
    assert 'renkei_requests_total{outcome="404",route="/graphs"}' in text
    assert "person" not in text
