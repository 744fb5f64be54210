"""The endpoint through the real server: started by its own command, asked over HTTP, stopped by a signal."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from tests.serving import serving

SELECT = """SELECT ?p { ?p a <https://w3id.org/renkei/ontology#CooperationProject> } ORDER BY ?p"""
CONSTRUCT = "CONSTRUCT WHERE { ?p a <https://w3id.org/renkei/ontology#CooperationProject> }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COMMAND = Path(sys.executable).with_name("renkei-kg")


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[str]:
    with serving(snapshots, query_seconds=2) as server:
        yield server.url


def fetch(
    url: str, data: bytes | None = None, method: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, names, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, dict(response.headers.items()), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), error.read()


def ask(server: str, query: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    return fetch(f"{server}/sparql?{urllib.parse.urlencode({'query': query})}", Accept=accept)


@pytest.mark.parametrize(
    ("media_type", "start"),
    [
        ("application/sparql-results+json", b'{"head"'),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/csv", b"p\r\n"),
        ("text/tab-separated-values", b"?p\n"),
    ],
)
def test_solutions_come_in_every_format(server: str, media_type: str, start: bytes) -> None:
    status, headers, body = ask(server, SELECT, media_type)
    assert status == 200
    assert headers["content-type"].startswith(media_type)
    assert body.startswith(start)
    assert body.count(b"/id/project/") == 6


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_graphs_come_in_every_format(server: str, media_type: str) -> None:
    status, headers, body = ask(server, CONSTRUCT, media_type)
    assert status == 200
    assert headers["content-type"].startswith(media_type)
    name = {"application/ld+json": "json-ld", "application/n-triples": "nt11"}.get(media_type, media_type)
    assert len(rdflib.Graph().parse(data=body, format=name)) == 6


def test_a_query_by_post_as_a_form_and_as_itself(server: str) -> None:
    by_get = ask(server, SELECT, "text/csv")[2]
    form = urllib.parse.urlencode({"query": SELECT}).encode()
    assert fetch(f"{server}/sparql", form, Accept="text/csv")[2] == by_get
    direct = fetch(
        f"{server}/sparql", SELECT.encode(), Content_Type="application/sparql-query", Accept="text/csv"
    )
    assert direct[2] == by_get


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "is an update"),
        ("nothing at all", 400, "not valid SPARQL"),
    ],
)
def test_what_is_refused_says_why(server: str, query: str, status: int, word: str) -> None:
    found, headers, body = ask(server, query, "application/json")
    assert (found, headers["content-type"]) == (status, "application/problem+json")
    assert word in json.loads(body)["detail"]


def test_a_syntax_error_has_its_place(server: str) -> None:
    status, _, body = ask(server, "SELECT *\n{ ?s ?p }", "application/json")
    said = json.loads(body)
    assert (status, said["line"]) == (400, 2)
    assert said["column"] > 1


@pytest.mark.parametrize("more", ["", " " * 5000])
def test_an_escape_that_is_none_has_its_place_in_short_and_long_queries(server: str, more: str) -> None:
    status, _, body = ask(server, 'ASK {\n ?s ?p "a\\q" }' + more, "application/json")
    said = json.loads(body)
    assert (status, said["line"], said["column"]) == (400, 2, 10)
    assert "\\q is no escape" in said["detail"]
    assert ask(server, r'ASK { FILTER(REGEX("a1", "\\d\t?")) }' + more, "text/csv")[2] == b"true"


def test_a_query_over_its_time_is_ended_and_the_next_is_answered(server: str) -> None:
    started = time.monotonic()
    assert ask(server, SLOW, "text/csv")[0] == 504
    assert time.monotonic() - started < 20
    assert ask(server, SELECT, "text/csv")[0] == 200
    assert fetch(f"{server}/health")[0] == 200


def test_other_faults_of_a_request(server: str) -> None:
    assert fetch(f"{server}/sparql?query=ASK%7B%7D&query=ASK%7B%7D")[0] == 400
    assert fetch(f"{server}/sparql", b"ASK{}", Content_Type="text/plain")[0] == 415
    assert fetch(f"{server}/sparql", b"\xff", Content_Type="application/sparql-query")[0] == 400
    assert ask(server, SELECT, "image/png")[0] == 406
    assert fetch(f"{server}/sparql", method="DELETE")[0] == 405
    assert fetch(f"{server}/nothing")[0] == 404


def test_head_has_the_headers_of_get_and_an_unchanged_answer_is_not_sent_again(server: str) -> None:
    url = f"{server}/sparql?{urllib.parse.urlencode({'query': SELECT})}"
    status, headers, body = fetch(url, method="HEAD", Accept="text/csv")
    assert (status, body) == (200, b"")
    tag = fetch(url, Accept="text/csv")[1]["etag"]
    assert headers["etag"] == tag
    assert fetch(url, Accept="text/csv", If_None_Match=tag)[0] == 304


def test_the_form_works_without_a_script(server: str) -> None:
    status, _, body = fetch(f"{server}/query", Accept="text/html", Accept_Language="ja")
    page = body.decode()
    assert status == 200
    assert '<form action="/sparql" method="get"' in page
    assert "<textarea" in page
    assert "世界遺産を活かすプロジェクトはどれか" in page
    answered = ask(server, SELECT, "text/html")[2].decode()
    assert answered.count("<tr>") == 7


MANY = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT %d"


def test_a_page_shows_the_beginning_of_a_long_answer_and_says_so(server: str) -> None:
    def page(query: str) -> tuple[str, int]:
        url = f"{server}/sparql?{urllib.parse.urlencode({'query': query, 'lang': 'en'})}"
        status, _, body = fetch(url, Accept="text/html")
        assert status == 200
        assert len(body) < 2 << 20
        return body.decode(), body.count(b"<tr>") - 1

    text, rows = page(MANY % 7)
    assert ("7 rows</p>" in text, rows) == (True, 7)
    text, rows = page(MANY % 1001)
    assert ("1001 rows – the first 1000 are shown" in text, rows) == (True, 1000)
    text, rows = page(MANY % 30_000)
    assert ("The first 1000 of more rows are shown" in text, rows) == (True, 1000)
    text, rows = page(f'SELECT ?x {{ ?s ?p ?o BIND("{"x" * 10_000}" AS ?x) }} LIMIT 500')
    assert f"The first {rows} of more rows are shown" in text
    assert 100 <= rows < 120
    text, _ = page("CONSTRUCT WHERE { ?s ?p ?o }")
    assert "This is the beginning of a long graph" in text
    assert text.partition("</pre>")[0].endswith("\n")
    text, _ = page("CONSTRUCT WHERE { ?s a <https://w3id.org/renkei/ontology#Project> }")
    assert "beginning" not in text
    assert "Yes" in page("ASK {}")[0]


def test_a_taken_port_is_said_plainly(server: str, snapshots: Path) -> None:
    port = server.rsplit(":", 1)[1]
    done = subprocess.run(
        [COMMAND, "serve", "--port", port],
        env={**os.environ, "RENKEI_SNAPSHOTS": str(snapshots)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr
