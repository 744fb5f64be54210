"""The editor's page, the gallery of queries and their twins, and short links, asked over HTTP."""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from renkei_kg import lexer, links, parameters
from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import Project
from renkei_kg.web import words
from tests.conftest import ROOT
from tests.serving import Answer, Server, serving

BUREAU = "https://w3id.org/renkei/id/bureau/"
ATTACKS = [
    '" } UNION { ?s ?p ?o } #',
    '"@en . } INSERT DATA { <a:a> <a:b> 1 }',
    "\\u0022 } UNION { ?s ?p ?o } #",
    "\\\\u0022) } SERVICE <http://127.0.0.1/> { ?s ?p ?o } #",
    '\\" ) } #',
    "soya\\",
    "'''",
    "> <urn:x>",
]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as running:
        yield running


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


def page(server: Server, target: str, language: str = "en") -> str:
    answer = server.fetch(target, Accept="text/html", Accept_Language=language)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def test_the_gallery_leads_to_every_query(server: Server) -> None:
    for language in words.LANGUAGES:
        found = set(re.findall(r'href="/queries/([^"?]+)"', page(server, "/queries", language)))
        assert found == {path.stem for path in (ROOT / "queries").glob("*.rq")}


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem)
def test_a_query_has_its_page_and_its_twins(server: Server, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shown = page(server, f"/queries/{path.stem}")
    title = re.search(r"# title \(en\): (.*)", text)
    assert title
    plain = re.sub('<span lang="ja">([^<]*)</span>', r"\1", shown)
    assert f"<h1>{title[1]}</h1>".replace("'", "&#39;") in plain.replace("’", "&#39;")
    for extension, kind in (("json", "application/sparql-results+json"), ("csv", "text/csv; charset=utf-8")):
        twin = server.fetch(f"/queries/{path.stem}.{extension}")
        same = server.fetch(f"/sparql?{urlencode({'query': text, 'format': extension})}")
        assert (twin.status, twin.headers["content-type"]) == (200, kind)
        assert twin.body == same.body
        assert twin.headers["content-disposition"] == f'inline; filename="{path.stem}.{extension}"'
        assert (
            server.fetch(f"/queries/{path.stem}.{extension}", If_None_Match=twin.headers["etag"]).status
            == 304
        )


def test_the_format_is_chosen_by_accept_where_no_ending_says_it(server: Server) -> None:
    target = "/queries/municipalities"
    for accept, kind in (
        ("text/csv", "text/csv"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("*/*", "text/html"),
        ("text/html,*/*;q=0.8", "text/html"),
    ):
        answer = server.fetch(target, Accept=accept)
        assert answer.headers["content-type"].startswith(kind)
        assert "accept" in answer.headers["vary"].lower()
    refused = server.fetch(f"{target}.ttl")
    assert refused.status == 406
    assert any("/queries/municipalities.csv" in one for one in refused.problem["offered"])


def test_a_thing_is_chosen_by_its_name_in_the_form_and_by_its_last_part_in_the_url(server: Server) -> None:
    shown = page(server, "/queries/initiatives-of-bureau?bureau=okhotsk", "ja")
    assert '<option value="okhotsk" selected>オホーツク総合振興局</option>' in shown
    assert '<label for="parameter-bureau">振興局</label>' in shown
    assert "題名とは違う条件での答えです： 振興局: <strong>オホーツク総合振興局</strong></p>" in shown
    assert "題名とは違う" not in page(server, "/queries/initiatives-of-bureau", "ja")
    found = rows(server.fetch("/queries/initiatives-of-bureau.csv?bureau=okhotsk"))
    whole = rows(
        server.fetch(f"/queries/initiatives-of-bureau.csv?bureau={quote(BUREAU + 'okhotsk', safe='')}")
    )
    first = rows(server.fetch("/queries/initiatives-of-bureau.csv"))
    assert found == whole
    assert found
    assert {one["initiative"] for one in found}.isdisjoint(one["initiative"] for one in first)


def test_what_the_page_shows_is_what_its_links_ask(server: Server) -> None:
    shown = page(server, "/queries/near-hakodate?municipality=014621&metres=90000&lang=en")
    (opened,) = re.findall(r'href="(/query\?query=[^"]+)" rel="nofollow"', shown)
    (text,) = parse_qs(urlsplit(opened.replace("&amp;", "&")).query)["query"]
    assert "<https://w3id.org/renkei/id/municipality/014621>" in text
    assert text.startswith("# Which Jomon components lie within 100 km of Hakodate?\nPREFIX")
    twin = rows(server.fetch("/queries/near-hakodate.csv?municipality=014621&metres=90000"))
    assert rows(server.fetch(f"/sparql?{urlencode({'query': text, 'format': 'csv'})}")) == twin
    assert twin
    for one in twin:
        assert one["component_en"] in shown
    assert "/queries/near-hakodate.csv?municipality=014621&amp;metres=90000" in shown


def test_excel_gets_a_mark_before_a_csv_and_nobody_else(server: Server) -> None:
    plain, marked = (server.fetch(f"/queries/themes-ranked.csv{more}") for more in ("", "?bom=1"))
    assert marked.body == "\ufeff".encode() + plain.body
    same = server.fetch("/queries/themes-ranked.csv?bom=1", If_None_Match=marked.headers["etag"])
    assert (same.status, same.body) == (304, b"")
    assert json.loads(server.fetch("/queries/themes-ranked.json?bom=1").body)["results"]["bindings"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_typed_stays_a_string(server: Server, attack: str) -> None:
    text = (ROOT / "queries/find-theme.rq").read_text(encoding="utf-8")
    bound = parameters.bound(text, {Literal("脱炭素"): Literal(attack)})
    assert [one.kind for one in lexer.tokens(bound)] == [one.kind for one in lexer.tokens(text)]
    assert Literal(attack) in {place.term for place in parameters.constants(bound)}
    for name, parameter in (("find-theme", "word"), ("text-reading", "reading"), ("text-readiness", "words")):
        answer = server.fetch(f"/queries/{name}.json?{urlencode({parameter: attack})}")
        if answer.status == 200:
            assert json.loads(answer.body)["results"]["bindings"] == []
        else:
            assert answer.problem["status"] == 400
        shown = server.fetch(f"/queries/{name}?{urlencode({parameter: attack})}", Accept="text/html")
        assert shown.status == 200
        assert b"<script>" not in shown.body


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("initiatives-of-bureau.csv?bureau=kusiro", "none that can be chosen"),
        ("initiatives-of-bureau.csv?bureau=", "names nothing"),
        ("initiatives-of-bureau.csv?bom=yes", "'bom' is 1"),
        ("initiatives-of-bureau.csv?bureau=x%3E%20%7D", "names nothing"),
        ("initiatives-of-bureau.csv?buro=kushiro", "no parameter 'buro'. It has: bureau, year."),
        ("near-hakodate.csv?metres=1e9", "a whole number"),
        ("near-hakodate.csv?metres=1)%20%7D", "a whole number"),
        ("projects-at-point.csv?point=POINT(1)", "POINT(140.85 42.60)"),
        ("projects-at-point.csv?point=%22%5E%5E%3Curn:x%3E", "POINT(140.85 42.60)"),
        ("text-reading.csv?reading=a%0Ab", "on one line"),
        ("text-reading.csv?reading=" + "a" * 501, "at most 500 characters"),
        ("municipalities.csv?x=1", "has no parameter 'x'. It has none."),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(server: Server, target: str, said: str) -> None:
    answer = server.fetch(f"/queries/{target}")
    assert answer.status == 400
    assert said in answer.problem["detail"]


def test_what_is_near_is_suggested(server: Server) -> None:
    wrong = server.fetch("/queries/initiatives-of-bureau.csv?bureau=kusiro").problem["suggestions"]
    assert wrong[0]["iri"] == f"{BUREAU}kushiro"
    missing = server.fetch("/queries/near-hakodatte", Accept="application/json")
    assert missing.status == 404
    assert "/queries/near-hakodate" in {one["page"] for one in missing.problem["suggestions"]}
    assert (
        '<a href="/queries/near-hakodate">'
        in server.fetch("/queries/near-hakodatte", Accept="text/html").body.decode()
    )


def test_each_query_and_its_parameters_are_in_the_description_of_the_surface(server: Server) -> None:
    got = server.fetch("/openapi.json")
    said = json.loads(got.body)
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(said)] == []
    for path in (ROOT / "queries").glob("*.rq"):
        operation = said["paths"][f"/queries/{path.stem}.{{format}}"]["get"]
        names = re.findall(r"^# parameter (\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
        asked = {one["name"]: one["schema"] for one in operation["parameters"]}
        mark = ["bom"] if "csv" in asked["format"]["enum"] else []
        assert asked.keys() == {"format", *names, *mark}
        values = {name: asked[name]["default"] for name in names}
        for extension in asked["format"]["enum"]:
            answer = server.fetch(f"/queries/{path.stem}.{extension}?{urlencode(values)}")
            assert answer.status == 200
            assert (
                answer.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]
            )
    assert server.fetch("/openapi.json", If_None_Match=got.headers["etag"]).status == 304


OTHER = """# title (ja): つながり
# title (en): Links
# description (ja): 一つのもののつながり。
# description (en): The links of one thing.
# keywords: links
# parameter thing: <https://example.org/kg/id/thing/a> a <https://example.org/kg/Thing>
# parameter thing (ja): もの
# parameter thing (en): Thing
CONSTRUCT { <https://example.org/kg/id/thing/a> ?p ?o } WHERE { <https://example.org/kg/id/thing/a> ?p ?o }
"""
DATA = """@prefix : <https://example.org/kg/id/thing/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:a a <https://example.org/kg/Thing> ; rdfs:label "甲"@ja , "A"@en ; rdfs:seeAlso :b .
:b a <https://example.org/kg/Thing> ; rdfs:label "乙"@ja ; rdfs:seeAlso :a .
"""


def test_another_project_has_its_own_gallery_and_a_graph_comes_in_every_format_of_graphs(
    small: Callable[..., Project],
) -> None:
    project = small(**{"queries/links.rq": OTHER, "data/a.ttl": DATA})
    out = project.root / "out"
    pipeline.build(project, out, lambda _: None)
    with serving(out) as server:
        assert '<h2 id="topic-1">Other</h2>' in page(server, "/queries")
        shown = page(server, "/queries/links?thing=b")
        assert '<option value="b" lang="ja" selected>乙</option>' in shown
        assert "/queries/links.ttl?thing=b" in shown
        found = {}
        for extension in ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "n3"):
            answer = server.fetch(f"/queries/links.{extension}?thing=b")
            assert answer.status == 200
            form = RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
            assert form is not None
            found[extension] = {quad.triple for quad in parse(answer.body, format=form)}
        assert len(found["ttl"]) == 3
        assert all(one == found["ttl"] for one in found.values())
        assert server.fetch("/queries/links.csv").status == 406
        assert (
            server.fetch("/queries/links", Accept="text/turtle")
            .headers["content-type"]
            .startswith("text/turtle")
        )


def test_the_editor_is_told_what_it_needs(server: Server) -> None:
    for language in words.LANGUAGES:
        shown = page(server, "/query?example=near-hakodate", language)
        (told,) = re.findall(r'data-told="([^"]*)"', shown)
        said = json.loads(told.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))
        assert said["endpoint"] == "/sparql"
        assert said["dataset"] == "https://w3id.org/renkei/dataset/renkei"
        assert PREFIXES.items() <= said["prefixes"].items()
        assert said["prefixes"]["municipality"] == "https://w3id.org/renkei/id/municipality/"
        assert "geof:distance(?hakodate" in shown


def test_each_word_of_the_editor_is_used_by_its_script_and_there_is_no_other() -> None:
    folder = ROOT / "frontend" / "src"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.js"))
    used = {f"editor.{key}" for key in re.findall(r'\bt\(\s*"([a-z.]+)"', text)}
    statuses = {key for key in words.WORDS if re.fullmatch(r"editor\.error\.\d+", key)}
    assert used | statuses == {key for key in words.WORDS if key.startswith("editor.")}


def test_a_short_link_leads_to_its_query(snapshots: Path, server: Server) -> None:
    query = 'SELECT * {\n  ?s ?p "</textarea><script>" }'
    made = server.fetch("/q", urlencode({"query": query}).encode(), **FORM, Accept="application/json")
    assert made.status == 201
    link = json.loads(made.body)["link"]
    assert link == made.headers["location"]
    assert re.fullmatch(r"/q/[a-z2-7]{8}", link)
    again = server.fetch(
        "/q", query.encode(), Content_Type="application/sparql-query", Accept="application/json"
    )
    assert (again.status, json.loads(again.body)["link"]) == (200, link)
    shown = page(server, link)
    assert "SELECT * {\n  ?s ?p &#34;&lt;/textarea&gt;&lt;script&gt;&#34; }</textarea>" in shown
    browser = server.fetch(
        "/q", urlencode({"query": query, "lang": "ja"}).encode(), **FORM, Accept="text/html"
    )
    assert (browser.status, browser.headers["location"]) == (303, f"{link}?lang=ja")
    version = (snapshots / "current").readlink().name
    kept = server.fetch("/q", urlencode({"query": query, "version": version}).encode(), **FORM)
    assert json.loads(kept.body)["link"] != link
    assert f'action="/snapshots/{version}/sparql"' in page(server, json.loads(kept.body)["link"])
    assert server.fetch("/q/aaaaaaaa").status == 404
    assert server.fetch("/q/..%2fcurrent").status == 404


FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"query=nonsense", 400),
        (b"query=INSERT+DATA+%7B+%3Ca:a%3E+%3Ca:b%3E+1+%7D", 400),
        (b"query=ASK+%7B+SERVICE+%3Curn:a%3E+%7B%7D+%7D", 403),
        (b"query=ASK+%7B%7D&query=ASK+%7B%7D", 400),
        (b"query=ASK+%7B%7D&version=20200101T000000Z-000000000000", 404),
        (b"query=ASK+%7B%7D%23" + b"a" * links.LONGEST, 400),
    ],
)
def test_what_no_link_is_kept_for(server: Server, body: bytes, status: int) -> None:
    assert server.fetch("/q", body, **FORM, Accept="application/json").problem["status"] == status
    assert server.fetch("/q", b"<a>", Content_Type="text/html").status == 415


def test_links_are_bounded_for_each_client_and_for_all(snapshots: Path, tmp_path: Path) -> None:
    version = (snapshots / "current").readlink().name
    (tmp_path / version).symlink_to(snapshots / version)
    (tmp_path / "current").symlink_to(version)

    def make(number: int, source: str) -> Answer:
        body = urlencode({"query": f"SELECT * {{ ?s ?p {number} }}"}).encode()
        return server.fetch("/q", body, **FORM, source=source, Accept="application/json")

    with serving(tmp_path, links=5, links_client=3) as server:
        assert [make(number, "127.0.0.2").status for number in range(3)] == [201, 201, 201]
        assert make(3, "127.0.0.2").problem["limit"] == "links_client"
        assert make(1, "127.0.0.2").status == 200
        assert [make(number, "127.0.0.3").status for number in (3, 4)] == [201, 201]
        assert make(5, "127.0.0.3").problem["limit"] == "links"
    with serving(tmp_path, links=0) as server:
        assert make(9, "127.0.0.2").status == 507


def test_a_crash_leaves_no_half_of_a_link(tmp_path: Path) -> None:
    store = links.Links(tmp_path, 10)
    name = store.keep(links.Link("ASK {}"))
    folder = tmp_path / links.FOLDER
    left = folder / ".tmp-aaaaaaaa"
    left.write_bytes(b'{"query": "AS')
    os.utime(left, (0, 0))
    other = store.keep(links.Link("ASK { ?s ?p 1 }"))
    assert {path.name for path in folder.iterdir()} == {name, other, ".lock"}
    assert store.find(name) == links.Link("ASK {}")
    assert store.find("aaaaaaaa") is None


def test_another_query_with_the_beginning_of_the_same_hash_gets_a_longer_name(tmp_path: Path) -> None:
    store = links.Links(tmp_path, 10)
    name = store.keep(links.Link("ASK {}"))
    (tmp_path / links.FOLDER / name).write_text('{"query": "ASK { ?other ?p ?o }", "version": ""}')
    longer = store.keep(links.Link("ASK {}"))
    assert longer.startswith(name)
    assert len(longer) == 12
    assert store.find(longer) == links.Link("ASK {}")


DECLARED = {"ja": "何か", "en": "Something"}


@pytest.mark.parametrize(
    ("said", "words_"),
    [
        ("<urn:a>", "TERM a CLASS-OR-DATATYPE"),
        ("<urn:a> a <urn:C> a <urn:D>", "TERM a CLASS-OR-DATATYPE"),
        ("<urn:b> a <urn:C>", "does not stand in the query"),
        ('"x" a xsd:integer', "is not of the datatype"),
        ('"x"@en a <urn:C>', "is not of the datatype"),
        ("<urn:a> a xsd:string", "is no class"),
        ('"x', "not closed"),
    ],
)
def test_a_parameter_that_is_declared_wrongly_is_named(said: str, words_: str) -> None:
    text = 'ASK { <urn:a> <urn:p> "x" , 5 , "x"@en }'
    with pytest.raises(parameters.ParameterError, match=re.escape(words_)):
        parameters.declared(text, {"thing": said}, {"thing": DECLARED})


def test_a_parameter_has_no_name_that_every_query_has() -> None:
    for name in parameters.COMMON:
        with pytest.raises(parameters.ParameterError, match="choose another name"):
            parameters.declared("ASK { <urn:a> ?p 1 }", {name: "<urn:a> a <urn:C>"}, {name: DECLARED})
    (found,) = parameters.declared(
        'ASK { ?s ?p "once a year" }', {"x": '"once a year" a xsd:string'}, {"x": DECLARED}
    )
    assert found.default == Literal("once a year")


def test_each_place_of_a_constant_is_filled_and_nothing_else() -> None:
    text = """PREFIX a: <urn:a:>
# a:x in a comment
SELECT * { a:x a:y "a:x", 5, 5.0, "5", "x"@en ; <urn:a:x> 'x'^^a:x FILTER(?n<5) }"""
    values = {
        NamedNode("urn:a:x"): NamedNode("urn:b"),
        Literal("5", datatype=NamedNode(PREFIXES["xsd"] + "integer")): Literal("6"),
    }
    assert (
        parameters.bound(text, values)
        == """PREFIX a: <urn:a:>
# a:x in a comment
SELECT * { <urn:b> a:y "a:x", "6", 5.0, "5", "x"@en ; <urn:b> 'x'^^a:x FILTER(?n<"6") }"""
    )
