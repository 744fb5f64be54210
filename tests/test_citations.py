"""Citations: of answers, things and versions; what a link gives stays the same bytes, whatever becomes of the data."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from renkei_kg.cli import main
from renkei_kg.versions import citations, kept, retention
from renkei_kg.versions.citations import Citation, Work
from tests.serving import Answer, Server, serving
from tests.writing import change, writable

DATA = "http://localhost/dataset/empty"
NAMED = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT DATA {
    <http://localhost/dataset/empty> dcterms:title "果樹の里の知識グラフ"@ja , "Land of fruit: 100% {open} data & more"@en ;
        dcterms:publisher <http://localhost/id/office> .
    <http://localhost/id/office> foaf:name "やまなし県庁"@ja , "Yamanashi Office"@en .
    <http://localhost/id/plum/1> rdfs:label "李"@ja , "Plum"@en .
    <http://localhost/id/peach> rdfs:label "桃"@ja ; rdfs:comment [ rdfs:label "of a blank node" ] .
}"""
FRUIT = "SELECT ?fruit ?name { ?fruit <http://www.w3.org/2000/01/rdf-schema#label> ?name }"
GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
DESCRIBED = "DESCRIBE <http://localhost/id/peach>"
ASKED = "ASK { ?s ?p ?o }"
# What the schema of CSL-JSON demands (csl-data.json of citation-style-language/schema), as far as it concerns
# the members that a dataset has: these and no others may be there.
CSL_MEMBERS = {
    "type": str,
    "id": str,
    "title": str,
    "publisher": str,
    "version": str,
    "URL": str,
    "language": str,
    "note": str,
    "author": list,
    "issued": dict,
    "accessed": dict,
    "custom": dict,
}
CSL_TYPES = {"dataset"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cited")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server over a version that says what it is called."""
    with writable(folder, cited_mb=4, cited_answer_mb=1, cited_client=50) as running:
        change(folder, NAMED)
        wait(running, folder)
        yield running


def wait(server: Server, folder: Path) -> str:
    """The current version, once the server serves it."""
    current = (folder / "current").readlink().name
    for _ in range(200):
        if json.loads(server.fetch("/health").body)["snapshot"] == current:
            return current
        time.sleep(0.02)
    raise AssertionError(current)


def cite(
    server: Server, *, post: bool = False, headers: dict[str, str] | None = None, **fields: str
) -> Answer:
    said = {"Accept-Language": "en", **(headers or {})}
    if not post:
        return server.fetch(f"/cite?{urlencode(fields)}", **{k.replace("-", "_"): v for k, v in said.items()})
    said["Content-Type"] = "application/x-www-form-urlencoded"
    return server.fetch(
        "/cite", urlencode(fields).encode(), **{k.replace("-", "_"): v for k, v in said.items()}
    )


def path(url: str) -> str:
    """The request target of a URL."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def keep(server: Server, query: str, answer: str = "csv", **more: str) -> str:
    """Has the answer to a query kept; gives the target of its link."""
    made = cite(server, post=True, query=query, answer=answer, format="csl", **more)
    assert made.status in (200, 201), made.body
    assert made.headers["location"] == json.loads(made.body)[0]["URL"]
    return path(made.headers["location"])


def seen(server: Server, link: str) -> Answer:
    """What a link gives, but for the time of giving it."""
    got = server.fetch(link)
    return replace(got, headers={name: value for name, value in got.headers.items() if name != "date"})


# A strict reader of BibTeX: one entry, values in braces that come in pairs.


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """The type, key and fields of the one entry in a text; fails on anything that BibTeX may stumble over."""
    head = re.match(r"@([a-z]+)\{([A-Za-z0-9-]+),\n", text)
    assert head, text
    at, fields = head.end(), dict[str, str]()
    while text[at] != "}":
        name = re.compile(r" *([a-z]+) = \{").match(text, at)
        assert name, text[at:]
        start = at = name.end()
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        assert name[1] not in fields
        fields[name[1]] = text[start : at - 1]
        assert text[at] in ",\n"
        at += 1 if text[at] == "\n" else 2
    assert text[at:] == "}\n"
    return head[1], head[2], fields


COMMANDS = {
    "\\textbackslash{}": "\\",
    "\\textbraceleft{}": "{",
    "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^",
    **{f"\\{character}": character for character in "#$%&_"},
}
TOKEN = re.compile("|".join(map(re.escape, COMMANDS)) + r"|[^\\{}#$%&_~^]")


def shown_by_tex(value: str) -> str:
    """What TeX prints for a value; fails on a character that would mean something to it."""
    parts, at = [], 0
    while at < len(value):
        token = TOKEN.match(value, at)
        assert token, value[at:]
        parts.append(COMMANDS.get(token[0], token[0]))
        at = token.end()
    return "".join(parts)


def check_csl(text: str) -> dict[str, Any]:
    """The one item of CSL-JSON, checked against what its schema demands."""
    (item,) = json.loads(text)
    assert {"type", "id"} <= item.keys() <= CSL_MEMBERS.keys()
    for name, value in item.items():
        assert isinstance(value, CSL_MEMBERS[name]), name
    assert item["type"] in CSL_TYPES
    for day in (item["issued"], item["accessed"]):
        assert day.keys() == {"date-parts"}
        (parts,) = day["date-parts"]
        assert len(parts) == 3
        assert date(*parts)
    assert all(author.keys() == {"literal"} and author["literal"] for author in item.get("author", []))
    return item


# What a citation says


def test_a_citation_says_what_the_version_says_of_itself_in_each_format_and_language(
    server: Server, folder: Path
) -> None:
    version = wait(server, folder)
    day = datetime.now(UTC).date()
    text = cite(server, format="text").body.decode()
    assert text == (
        f"Yamanashi Office ({version[:4]}): Land of fruit: 100% {{open}} data & more. Version 0 ({version}). "
        f"{server.url}/snapshots/{version} (accessed {day})"
    )
    japanese = cite(server, format="text", lang="ja").body.decode()
    assert japanese == (
        f"やまなし県庁. 果樹の里の知識グラフ. {version[:4]}. 版 0 ({version}). {server.url}/snapshots/{version} （参照 {day}）"
    )
    item = check_csl(cite(server, format="csl").body.decode())
    assert item["title"] == "Land of fruit: 100% {open} data & more"
    assert item["author"] == [{"literal": "Yamanashi Office"}]
    assert item["publisher"] == "Yamanashi Office"
    assert item["version"] == f"0 ({version})"
    assert item["URL"] == f"{server.url}/snapshots/{version}"
    assert item["custom"] == {"dataset": DATA, "snapshot": version}
    assert item["issued"]["date-parts"] == [[int(version[:4]), int(version[4:6]), int(version[6:8])]]
    assert item["accessed"]["date-parts"] == [[day.year, day.month, day.day]]
    kind, key, fields = read_bibtex(cite(server, format="bibtex").body.decode())
    assert (kind, key) == ("misc", f"empty-{version}")
    assert fields["author"] == "{Yamanashi Office}"
    assert fields["year"] == version[:4]
    assert fields["url"] == f"{server.url}/snapshots/{version}"
    assert fields["urldate"] == f"{day}"
    assert shown_by_tex(fields["title"][1:-1]) == "Land of fruit: 100% {open} data & more"
    assert (
        read_bibtex(cite(server, format="bibtex", lang="ja").body.decode())[2]["title"]
        == "{果樹の里の知識グラフ}"
    )


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/x-bibliography", "text/plain; charset=utf-8"),
        ("application/x-bibtex", "application/x-bibtex"),
        ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json"),
        ("application/json", "application/vnd.citationstyles.csl+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
    ],
)
def test_the_format_follows_accept(server: Server, accept: str, kind: str) -> None:
    got = cite(server, headers={"Accept": accept})
    assert (got.status, got.headers["content-type"]) == (200, kind)
    assert got.headers["x-robots-tag"] == "noindex, nofollow"
    assert got.headers["vary"] == "Accept, Accept-Language"


def test_a_dataset_that_says_nothing_of_itself_is_cited_by_its_iri() -> None:
    work = Work.of("https://example.org/kg/dataset/x", "", [])
    cited = Citation(work, "20300101T120000Z-0123456789ab", "https://example.org/a", date(2031, 2, 3), "x-1")
    assert citations.text(cited, "en") == (
        "https://example.org/kg/dataset/x (2030). Version 20300101T120000Z-0123456789ab. "
        "https://example.org/a (accessed 2031-02-03)"
    )
    assert "author" not in read_bibtex(citations.bibtex(cited, "ja"))[2]
    assert "author" not in check_csl(citations.csl(cited, "ja"))


@given(st.text())
def test_bibtex_shows_any_text_as_it_is(title: str) -> None:
    row = {"role": {"value": "title"}, "name": {"value": title}}
    agent = {"role": {"value": "creator"}, "agent": {"value": "urn:a"}, "name": {"value": title}}
    work = Work.of("urn:x", "1", [row, agent])
    cited = Citation(work, "20300101T120000Z-0123456789ab", "https://example.org/a", date(2031, 2, 3), "x-1")
    fields = read_bibtex(citations.bibtex(cited, "en"))[2]
    expected = re.sub(r"[\x00-\x20\x7f]+", " ", title).strip(" ") if title else "urn:x"
    assert shown_by_tex(fields["title"][1:-1]) == expected


def test_creators_come_before_the_publisher_and_each_is_an_author() -> None:
    def row(role: str, who: str, name: str, language: str) -> dict[str, Any]:
        return {
            "role": {"value": role},
            "agent": {"value": who},
            "name": {"value": name, "xml:lang": language},
        }

    rows = [
        row("creator", "urn:b", "B", "en"),
        row("creator", "urn:a", "あ", "ja"),
        row("creator", "urn:a", "A", "en"),
        row("publisher", "urn:c", "C", "en"),
        {"role": {"value": "creator"}, "agent": {"value": "A name by itself"}},
    ]
    work = Work.of("urn:x", "1", rows)
    assert work.authors("ja") == ["A name by itself", "あ", "B"]
    assert work.publisher("ja") == "C"
    assert Work.said(json.loads(json.dumps(work.told()))) == work


# What a link gives


@pytest.mark.parametrize(
    ("query", "answer", "kind", "file"),
    [
        (FRUIT, "json", "application/sparql-results+json", "json"),
        (FRUIT, "xml", "application/sparql-results+xml", "xml"),
        (FRUIT, "csv", "text/csv; charset=utf-8", "csv"),
        (FRUIT, "tsv", "text/tab-separated-values; charset=utf-8", "tsv"),
        (ASKED, "json", "application/sparql-results+json", "json"),
        (ASKED, "xml", "application/sparql-results+xml", "xml"),
        (GRAPH, "turtle", "text/turtle; charset=utf-8", "ttl"),
        (GRAPH, "nt", "application/n-triples", "nt"),
        (GRAPH, "rdf", "application/rdf+xml", "rdf"),
        (GRAPH, "jsonld", "application/ld+json", "jsonld"),
        (GRAPH, "trig", "application/trig", "trig"),
        (GRAPH, "nq", "application/n-quads", "nq"),
        (GRAPH, "n3", "text/n3; charset=utf-8", "n3"),
        (DESCRIBED, "turtle", "text/turtle; charset=utf-8", "ttl"),
    ],
)
def test_an_answer_is_kept_in_every_format(
    server: Server, folder: Path, query: str, answer: str, kind: str, file: str
) -> None:
    version = wait(server, folder)
    made = cite(server, post=True, query=query, answer=answer, format="csl")
    assert made.status == 201, made.body
    item = check_csl(made.body.decode())
    got = server.fetch(path(item["URL"]))
    assert got.status == 200
    assert got.headers["content-type"] == kind
    assert hashlib.sha256(got.body).hexdigest() == item["custom"]["answer-sha256"]
    assert hashlib.sha256(query.encode()).hexdigest() == item["custom"]["query-sha256"]
    assert item["custom"]["media-type"] == kind.partition(";")[0]
    asked = server.fetch(f"/sparql?{urlencode({'query': query, 'format': answer})}")
    assert sorted(got.body.splitlines()) == sorted(asked.body.splitlines()) or answer not in ("csv", "tsv")
    assert len(got.body) == len(asked.body) or "blank" in query or query in (GRAPH, DESCRIBED)
    assert got.headers["content-disposition"].endswith(f'.{file}"')
    assert got.headers["etag"].startswith('"')
    assert "immutable" in got.headers["cache-control"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["renkei-snapshot"] == version
    made_at = parsedate_to_datetime(got.headers["memento-datetime"])
    assert f"{made_at:%Y%m%dT%H%M%SZ}" == version[:16]
    assert 'rel="original"' in got.headers["link"]
    about = re.search(r'<([^>]*)>; rel="describedby"', got.headers["link"])
    assert about
    assert check_csl(server.fetch(f"{about[1]}&format=csl", Accept_Language="en").body.decode()) == item
    assert server.fetch(path(item["URL"]), If_None_Match=got.headers["etag"]).status == 304
    assert server.fetch(path(item["URL"]), method="HEAD").headers["etag"] == got.headers["etag"]


def test_the_same_question_is_kept_once_and_each_other_one_by_itself(server: Server, folder: Path) -> None:
    version = wait(server, folder)
    first = cite(server, post=True, query=FRUIT + " ", answer="csv", format="text")
    again = cite(server, post=True, query=FRUIT, answer="csv", format="text")
    body = server.fetch(
        "/cite?answer=csv&format=text",
        FRUIT.encode(),
        Content_Type="application/sparql-query",
        Accept_Language="en",
    )
    assert again.status == body.status == 200
    assert first.headers["location"] == again.headers["location"] == body.headers["location"]
    before = kept.counts(folder)[version]
    other = keep(server, FRUIT, "csv", **{"default-graph-uri": "http://localhost/graph/none"})
    assert other != path(first.headers["location"])
    assert server.fetch(other).body == b"fruit,name\r\n"
    assert kept.counts(folder)[version] == before + 1


def test_get_keeps_nothing_and_says_what_the_link_gives(server: Server, folder: Path) -> None:
    query = "SELECT ?s { ?s ?p ?o } LIMIT 3"
    version, before = wait(server, folder), sorted(p.name for p in (folder / ".cited").rglob("*"))
    item = check_csl(cite(server, query=query, answer="csv", format="csl").body.decode())
    assert sorted(p.name for p in (folder / ".cited").rglob("*")) == before
    assert "asks the query again" in item["note"]
    assert "answer-sha256" not in item["custom"]
    parts = urlsplit(item["URL"])
    assert parts.path == f"/snapshots/{version}/sparql"
    assert parse_qs(parts.query) == {"query": [query], "format": ["csv"]}
    again = server.fetch(path(item["URL"]))
    assert (again.status, again.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    varying = check_csl(cite(server, query="SELECT (NOW() AS ?now) {}", format="csl").body.decode())
    assert "another one each time" in varying["note"]


def test_the_page_shows_the_citation_and_keeps_the_answer_at_a_click(server: Server, folder: Path) -> None:
    version = wait(server, folder)
    query = 'SELECT ?x { ?x ?p "<script>&" }'
    browser = {"Accept": "text/html"}
    page = cite(server, query=query, lang="en", headers=browser).body.decode()
    assert "&lt;script&gt;&amp;" in page
    assert "<script>" not in page
    assert "What the query leaves open may differ" in page
    assert "Keep this answer" in page
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert hidden["version"] == version
    done = cite(server, post=True, query=query, answer="csv", lang="en", headers=browser)
    assert done.status == 303
    there = server.fetch(done.headers["location"], Accept="text/html").body.decode()
    assert "the very same bytes" in there
    assert "Keep this answer" not in there
    ours = cite(server, query=query, answer="csv", lang="ja", headers=browser).body.decode()
    assert "同じバイト列" in ours
    assert '<html lang="ja">' in ours


def test_every_answer_says_how_it_is_cited(server: Server, folder: Path) -> None:
    version = wait(server, folder)
    for target, accept in (
        ("/sparql", "text/csv"),
        ("/sparql", "application/json"),
        (f"/snapshots/{version}/sparql", "text/csv"),
    ):
        for query in (FRUIT, "SELECT ?o { <http://localhost/id/peach> ?p ?o }"):
            got = server.fetch(f"{target}?{urlencode({'query': query})}", Accept=accept)
            template = re.fullmatch(r'"([^"]+)\{&query\}"; rel="describedby"', got.headers["link-template"])
            assert template
            cited = server.fetch(f"{template[1]}&{urlencode({'query': query})}&format=csl")
            assert check_csl(cited.body.decode())["custom"]["snapshot"] == version
    page = server.fetch(
        f"/sparql?{urlencode({'query': FRUIT, 'lang': 'en'})}", Accept="text/html"
    ).body.decode()
    link = re.search(r'<a rel="nofollow" href="(/cite\?[^"]+)">Cite</a>', page)
    assert link
    cited = server.fetch(link[1].replace("&amp;", "&") + "&format=csl")
    assert (
        f"/snapshots/{version}/sparql" in check_csl(cited.body.decode())["URL"]
        or "results" in check_csl(cited.body.decode())["URL"]
    )


def test_a_thing_is_cited_by_its_page_in_the_version(server: Server, folder: Path) -> None:
    version = wait(server, folder)
    item = check_csl(cite(server, resource="http://localhost/id/plum/1", format="csl").body.decode())
    assert item["title"] == "Plum (Land of fruit: 100% {open} data & more)"
    assert item["URL"] == f"{server.url}/snapshots/{version}/page/plum/1"
    whole = check_csl(cite(server, resource=DATA, format="csl").body.decode())
    assert whole["URL"] == f"{server.url}/snapshots/{version}/dataset/empty.html"
    page = server.fetch(path(item["URL"]), Accept="text/html")
    assert page.status == 200
    link = re.search(r'href="(/cite\?[^"]+)"', page.body.decode())
    assert link
    again = server.fetch(link[1].replace("&amp;", "&") + "&format=csl", Accept_Language="en")
    assert check_csl(again.body.decode()) == item
    assert server.fetch(path(whole["URL"]), Accept="text/html").status == 200
    for iri in ("http://localhost/id/none", "http://example.org/elsewhere"):
        assert cite(server, resource=iri).status == 404
    for iri in ("plum", "http://localhost/id/a> ?x ?y } #", ""):
        assert cite(server, resource=iri).status == 400


def test_a_version_is_marked_by_post_only(server: Server, folder: Path) -> None:
    version = change(folder, "INSERT DATA { <http://localhost/id/kiwi> <urn:p> 1 }")
    wait(server, folder)
    assert "The operator of the server decides" in cite(server, headers={"Accept": "text/html"}).body.decode()
    assert version not in retention.cited(folder)
    assert "is marked as cited" in cite(server, post=True, headers={"Accept": "text/html"}).body.decode()
    assert version in retention.cited(folder)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"query": FRUIT, "resource": "urn:a"}, 400),
        ({"query": FRUIT, "answer": "turtle"}, 400),
        ({"query": FRUIT, "version": "20200101T000000Z-000000000000"}, 404),
        ({"version": "../../etc"}, 404),
        ({"result": "0" * 32}, 404),
        ({"result": "../../x"}, 404),
        ({"query": "INSERT DATA {}"}, 403),
        ({"query": FRUIT, "format": "word"}, 406),
        ({"query": FRUIT, "default-graph-uri": "x"}, 400),
    ],
)
def test_what_cannot_be_cited_is_said(server: Server, fields: dict[str, str], status: int) -> None:
    for post in (False, True):
        got = cite(server, post=post, **fields)
        assert got.status in (status, 400), got.body
        assert got.problem


def test_a_query_that_is_wrong_keeps_nothing(server: Server, folder: Path) -> None:
    before = kept.counts(folder)
    got = cite(server, post=True, query="SELECT ?x { ?x", format="text")
    assert got.status == 400
    assert "line" in got.problem
    assert kept.counts(folder) == before
    assert not list((folder / ".cited" / "results").glob(".tmp-*"))
    assert server.fetch("/cite", b"x", Content_Type="text/csv").status == 415
    assert server.fetch("/cite", b"", method="PUT").status == 405


# Years later


def test_a_link_gives_the_same_bytes_after_writes_pruning_and_a_restart_and_from_another_server(
    tmp_path: Path,
) -> None:
    run = CliRunner().invoke
    with writable(tmp_path) as server:
        change(tmp_path, NAMED)
        version = wait(server, tmp_path)
        links = [keep(server, FRUIT, "csv"), keep(server, GRAPH, "turtle"), keep(server, DESCRIBED, "jsonld")]
        first = [seen(server, link) for link in links]
        assert all(one.status == 200 for one in first)
        with serving(tmp_path) as other:
            for number in range(3):
                change(
                    tmp_path, f"DELETE WHERE {{ ?s <urn:n> ?o }} ; INSERT DATA {{ <urn:a> <urn:n> {number} }}"
                )
                wait(server, tmp_path)
                assert [seen(server, link) for link in links] == first
            change(tmp_path, "DELETE WHERE { ?s ?p ?o }")
            assert len(keep(other, FRUIT, "csv", version=version).split("/")) == 5
            assert [other.fetch(link).body for link in links] == [one.body for one in first]
    said = run(main, ["snapshots", "prune", "--keep", "1", "--snapshots", str(tmp_path)])
    assert f"kept     {version}  cited" in said.output
    with serving(tmp_path) as again:
        assert [again.fetch(link).body for link in links] == [one.body for one in first]
        # Even without the version.
        shutil.rmtree(tmp_path / version)
        assert [again.fetch(link).body for link in links] == [one.body for one in first]
        item = check_csl(cite(again, version=version, query=FRUIT, answer="csv", format="csl").body.decode())
        assert path(item["URL"]) == links[0]
        assert item["title"].startswith("Land of fruit")
        assert cite(again, version=version, query=ASKED).status == 404


def test_a_damaged_answer_is_an_error_and_never_other_bytes(tmp_path: Path) -> None:
    with writable(tmp_path, cache_mb=0) as server:
        change(tmp_path, NAMED)
        version = wait(server, tmp_path)
        link = keep(server, FRUIT, "csv")
        place = tmp_path / ".cited" / "results" / version / link.rpartition("/")[2]
        whole, about = (place / "answer.gz").read_bytes(), (place / "about.json").read_text()
        content = server.fetch(link).body
        assert gzip.decompress(whole) == content
        swapped = gzip.compress(content.replace(b"P", b"Q"))
        for damaged in (
            b"",
            b"x",
            whole[:-9],
            whole[:30] + b"\x00" + whole[31:],
            swapped,
            gzip.compress(content + b"more"),
        ):
            (place / "answer.gz").write_bytes(damaged)
            got = server.fetch(link)
            assert got.status == 500, damaged
            assert "damaged" in got.problem["detail"]
        said = CliRunner().invoke(main, ["snapshots", "verify", "--snapshots", str(tmp_path)])
        assert said.exit_code == 1
        assert re.search(rf"{version}/results/\w+  DAMAGED: .*answer\.gz", said.output)
        (place / "answer.gz").write_bytes(whole)
        for wrong in ("", "{}", about.replace(version, version[:-1] + "0"), about.replace(FRUIT, GRAPH)):
            (place / "about.json").write_text(wrong)
            assert server.fetch(link).status == 500
            assert cite(server, query=FRUIT, answer="csv").status == 500
        (place / "about.json").write_text(about)
        assert server.fetch(link).body == content
        said = CliRunner().invoke(main, ["snapshots", "verify", "--snapshots", str(tmp_path)])
        assert f"{version}/results  whole" in said.output
        (place / "answer.gz").unlink()
        assert server.fetch(link).status == 500
        shutil.rmtree(place)
        assert server.fetch(link).status == 404


# Limits


def test_a_flood_fills_no_more_than_its_room_and_the_link_then_asks_again(tmp_path: Path) -> None:
    with writable(tmp_path, cited_mb=1, cited_answer_mb=1, cited_client=1000) as server:
        statuses = [
            cite(server, post=True, query=f"SELECT ({number} AS ?n) {{}}", format="csl").status
            for number in range(100)
        ]
        full = statuses.index(200)
        assert set(statuses[:full]) == {201}
        assert set(statuses[full:]) == {200}
        assert 50 <= full <= 90
        used = sum(
            4096 + sum(-(-f.stat().st_size // 4096) * 4096 for f in d.iterdir())
            for d in (tmp_path / ".cited/results").glob("*/*")
        )
        assert used <= 1 << 20
        refused = cite(server, post=True, query="SELECT (1000 AS ?n) {}", format="csl")
        item = check_csl(refused.body.decode())
        assert "/sparql?" in item["URL"]
        assert "asks the query again" in item["note"]
        assert item["custom"]["snapshot"] in retention.cited(tmp_path)
        page = cite(server, post=True, query="SELECT (1000 AS ?n) {}", headers={"Accept": "text/html"})
        assert "as many answers as it has room for" in page.body.decode()
        assert server.fetch(keep(server, "SELECT (3 AS ?n) {}", "json")).status == 200


def test_too_large_an_answer_is_cited_by_asking_again(server: Server, folder: Path) -> None:
    query = (
        "SELECT ?a ?b { "
        + " ".join(f"VALUES ?{v} {{ {' '.join(map(str, range(400)))} }}" for v in "ab")
        + " }"
    )
    made = cite(server, post=True, query=query, answer="json", format="csl")
    assert made.status == 200
    assert "location" not in made.headers
    assert "asks the query again" in check_csl(made.body.decode())["note"]
    assert not list((folder / ".cited/results").glob(".tmp-*"))


def test_a_query_too_long_for_a_link_is_cited_by_its_version(server: Server, folder: Path) -> None:
    query = FRUIT + " #" + "x" * 5000
    item = check_csl(cite(server, query=query, format="csl").body.decode())
    assert item["URL"] == f"{server.url}/snapshots/{wait(server, folder)}"
    assert item["custom"]["query-sha256"] == hashlib.sha256(query.encode()).hexdigest()


def test_one_client_has_a_share_of_its_own(tmp_path: Path) -> None:
    with writable(tmp_path, cited_client=2) as server:
        for number in range(2):
            keep(server, f"SELECT ({number} AS ?n) {{}}", "csv")
        got = cite(server, post=True, query="SELECT (3 AS ?n) {}")
        assert got.status == 429
        assert got.problem["limit"] == "cited_client"
        keep(server, "SELECT (1 AS ?n) {}", "csv")
        body = urlencode({"query": "SELECT (3 AS ?n) {}"}).encode()
        assert (
            server.fetch(
                "/cite", body, source="127.0.0.2", Content_Type="application/x-www-form-urlencoded"
            ).status
            == 201
        )


def test_a_server_that_keeps_nothing_or_may_not_write_says_so(tmp_path: Path) -> None:
    with writable(tmp_path, cited_mb=0) as server:
        made = cite(server, post=True, query=FRUIT, format="csl")
        assert made.status == 200
        assert "asks the query again" in check_csl(made.body.decode())["note"]
        assert not (tmp_path / ".cited").exists()
    (tmp_path / ".cited").write_text("a file where the folder would be")
    with serving(tmp_path, public_url="https://w3id.org/x/") as server:
        assert "https://w3id.org/x/snapshots/" in cite(server, format="text").body.decode()
        made = cite(server, post=True, query=FRUIT, lang="en", headers={"Accept": "text/html"})
        assert made.status == 200
        assert "cannot write where it keeps answers" in made.body.decode()
        assert "The operator of the server decides" in made.body.decode()


def test_many_at_once_and_from_two_servers_keep_one(tmp_path: Path) -> None:
    with writable(tmp_path) as one, serving(tmp_path) as two, ThreadPoolExecutor(8) as pool:
        servers = [one, two] * 8
        links = set(pool.map(lambda server: keep(server, "SELECT (RAND() AS ?n) {}", "csv"), servers))
        assert len(links) == 1
        bodies = {server.fetch(next(iter(links))).body for server in (one, two)}
        assert len(bodies) == 1
        assert sum(kept.counts(tmp_path).values()) == 1
        assert not list((tmp_path / ".cited/results").glob(".tmp-*"))


def test_what_a_crash_left_half_written_is_never_an_answer_and_is_swept(tmp_path: Path) -> None:
    asked = kept.Asked("20300101T120000Z-0123456789ab", FRUIT, "text/csv")
    left = kept.Keeping(tmp_path, asked, 1 << 20)
    left.add(b"half")
    assert kept.counts(tmp_path) == {}
    assert kept.find(tmp_path, asked.version, asked.name) is None
    (folder,) = (tmp_path / ".cited/results").glob(".tmp-*")
    os.utime(folder, (0, 0))
    done = kept.Keeping(tmp_path, asked, 1 << 20)
    done.add(b"whole")
    found = done.finish({}, datetime.now(UTC), 1 << 20)
    assert found.content() == b"whole"
    assert not folder.exists()
    assert kept.find(tmp_path, asked.version, asked.name) == found
    left.discard()
    more = kept.Keeping(tmp_path, kept.Asked(asked.version, ASKED, "text/csv"), 1 << 20)
    with pytest.raises(kept.NotKept, match="room"):
        more.finish({}, datetime.now(UTC), 20_000)
    assert not list((tmp_path / ".cited/results").glob(".tmp-*"))


DYING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from renkei_kg.versions import kept
left = int(sys.argv[2])
def dying(step):
    def wrapped(*arguments, **more):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return step(*arguments, **more)
    return wrapped
keeping = kept.Keeping(Path(sys.argv[1]), kept.Asked("20300101T120000Z-0123456789ab", "ASK {}", "text/csv"), 1 << 20)
keeping.add(b"all of it")
os.fsync, os.open, Path.rename, Path.mkdir = map(dying, (os.fsync, os.open, Path.rename, Path.mkdir))
keeping.finish({}, datetime.now(UTC), 1 << 20)
"""


def test_who_dies_while_keeping_leaves_all_of_an_answer_or_none(tmp_path: Path) -> None:
    asked = kept.Asked("20300101T120000Z-0123456789ab", "ASK {}", "text/csv")
    whole = set()
    for step in range(1, 40):
        root = tmp_path / str(step)
        ended = subprocess.run([sys.executable, "-c", DYING, root, str(step)], check=False)
        found = kept.find(root, asked.version, asked.name)
        assert found is None or found.content() == b"all of it"
        whole.add(found is not None)
        if ended.returncode == 0:
            break
        assert ended.returncode == 9
        again = kept.Keeping(root, asked, 1 << 20)
        again.add(b"all of it")
        assert again.finish({}, datetime.now(UTC), 1 << 20).content() == b"all of it"
    assert whole == {False, True}
    assert ended.returncode == 0
    assert step > 5


def test_the_list_says_how_many_answers_are_kept(server: Server, folder: Path) -> None:
    version = wait(server, folder)
    keep(server, "SELECT (7 AS ?n) {}", "csv")
    said = CliRunner().invoke(main, ["snapshots", "list", "--format", "json", "--snapshots", str(folder)])
    rows = {row["id"]: row for row in json.loads(said.stdout)}
    assert rows[version]["kept_answers"] == kept.counts(folder)[version] > 0
