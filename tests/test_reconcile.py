"""The Reconciliation Service API over HTTP: held against its specification, and used as OpenRefine uses it."""

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from benchmarks.load import load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei_kg.web.reconcile.asked import BATCH, MOST_IDS, MOST_PROPERTIES
from tests.reconcile import messy, schemas
from tests.reconcile.conversation import BASE, EXTEND, FORM, answers, fetched, posted
from tests.serving import Answer, Server, serving

TOKEN = "a-token-for-the-tests-of-names"
OTHERS = """
<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Person> <http://example.org/g> .
<http://example.org/a> <http://xmlns.com/foaf/0.1/name> "Ada <b>Lovelace</b> & \\"co\\""@en <http://example.org/g> .
<http://example.org/b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> <http://example.org/g> .
<http://example.org/b> <http://www.w3.org/2004/02/skos/core#prefLabel> "Analytical engine" <http://example.org/g> .
<http://example.org/b> <http://www.w3.org/2004/02/skos/core#altLabel> "解析機關"@ja <http://example.org/g> .
<http://example.org/b> <http://www.w3.org/2004/02/skos/core#notation> "007" <http://example.org/g> .
<http://example.org/b> <http://purl.org/dc/terms/creator> <http://example.org/a> <http://example.org/g> .
<http://example.org/b> <http://purl.org/dc/terms/issued> "1837-12-01"^^<http://www.w3.org/2001/XMLSchema#date> <http://example.org/g> .
<http://example.org/Person> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> <http://example.org/g> .
<http://example.org/Person> <http://www.w3.org/2000/01/rdf-schema#label> "Person"@en <http://example.org/g> .
<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Person> <http://example.org/g> .
<urn:x> <http://xmlns.com/foaf/0.1/name> "Xaver" <http://example.org/g> .
"""


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as found:
        yield found


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a graph of other vocabularies."""
    folder = tmp_path_factory.mktemp("reconcile")
    quads = folder / "data.nq"
    quads.write_text(OTHERS.lstrip(), encoding="utf-8")
    load(quads, folder / "snapshots", "http://example.org/")
    with serving(folder / "snapshots", write_token=TOKEN) as found:
        yield found


def post(server: Server, body: str, kind: str = FORM) -> Answer:
    return server.fetch("/reconcile", body.encode("utf-8", "surrogatepass"), Content_Type=kind)


def matched(server: Server, *queries: dict[str, Any]) -> list[str]:
    """What is taken for each query; empty where nothing is."""
    found = posted(server, queries={f"q{n}": query for n, query in enumerate(queries)})
    results = [found[f"q{n}"]["result"] for n in range(len(queries))]
    return [next((one["id"].removeprefix(BASE) for one in some if one["match"]), "") for some in results]


def test_every_answer_is_what_the_specification_lets_it_be(server: Server) -> None:
    kinds = Counter()
    for name, answer in answers(server):
        schemas.check(name, answer)
        kinds[name] += 1
    assert kinds.keys() == schemas.SCHEMAS.keys()


@pytest.mark.parametrize("table", messy.TABLES, ids=lambda path: path.stem)
def test_messy_tables_are_matched(server: Server, table: Path) -> None:
    """docs/reconciliation.md says why these shares."""
    found = messy.score(server, table)
    assert len(found.answered) >= 100
    assert found.precision >= 0.99
    assert found.recall >= 0.9
    assert found.offered >= 0.97
    assert found.ambiguous == found.refused == 1


def test_candidates_come_best_first_and_at_most_one_is_taken(server: Server) -> None:
    asked = messy.rows(messy.TABLES[0])[::5]
    for one in messy.ask(server, asked):
        scores = [candidate["score"] for candidate in one.candidates]
        assert scores == sorted(scores, reverse=True)
        assert [candidate["match"] for candidate in one.candidates[1:]] == [False] * (len(scores) - 1)


def test_openrefine_goes_through_its_steps(server: Server) -> None:
    """Adding the service, guessing the type of a column, matching, previewing, fetching columns."""
    manifest = fetched(server, "/reconcile", Origin="http://127.0.0.1:3333")
    column = ["札幌市", "小樽", "ニセコ町", "釧路", "えりも町", "合計"]
    # The type is guessed from the best candidates of some rows.
    sample = posted(server, queries={f"q{n}": {"query": name, "limit": 3} for n, name in enumerate(column)})
    votes = Counter(
        (kind["id"], kind["name"])
        for one in sample.values()
        for best in one["result"][:1]
        for kind in best["type"]
    )
    ids = [kind["id"] for kind in manifest["defaultTypes"]]
    type_ = next(id_ for (id_, _), _ in votes.most_common() if id_.endswith("#Municipality"))
    assert type_ in ids
    # All rows, with that type.
    queries = {
        f"q{n}": {"query": name, "type": type_, "type_strict": "should", "limit": 6}
        for n, name in enumerate(column)
    }
    results = posted(server, queries=queries)
    taken = [
        next((c["id"] for c in results[f"q{n}"]["result"] if c["match"]), "") for n in range(len(column))
    ]
    codes = ["011002", "012033", "013951", "", "016098", ""]
    assert taken == [f"{BASE}municipality/{code}" if code else "" for code in codes]
    assert {c["name"] for c in results["q3"]["result"][:2]} == {"釧路市", "釧路町"}
    # What is seen of a candidate, and where its name leads.
    one = quote(taken[2], safe="")
    preview = server.fetch(manifest["preview"]["url"].removeprefix(server.url).replace("{{id}}", one))
    assert (preview.status, preview.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "ニセコ町" in preview.body.decode()
    view = server.fetch(manifest["view"]["url"].removeprefix(server.url).replace("{{id}}", one))
    assert (view.status, view.headers["location"]) == (303, "/page/municipality/013951")
    # Columns for what is matched.
    proposing = manifest["extend"]["propose_properties"]
    proposed = fetched(server, f"{proposing['service_path']}?{urlencode({'type': type_})}")
    wanted = [one for one in proposed["properties"] if one["name"] in ("団体コード", "振興局区域")]
    assert len(wanted) == 2
    ids = [id_ for id_ in taken if id_]
    extended = posted(server, extend={"ids": ids, "properties": [{"id": one["id"]} for one in wanted]})
    by_name = {one["name"]: one["id"] for one in extended["meta"]}
    cells = [extended["rows"][id_][by_name["団体コード"]] for id_ in ids]
    assert cells == [[{"str": code}] for code in codes if code]
    regions = [extended["rows"][id_][by_name["振興局区域"]][0]["name"] for id_ in ids]
    assert regions == ["石狩", "後志", "後志", "日高"]


def test_a_suggestion_leads_to_its_flyout(server: Server) -> None:
    suggest = fetched(server, "/reconcile?lang=en")["suggest"]
    for kind, typed, name in (
        ("entity", "Niseko", "Niseko"),
        ("property", "local gov", "code"),
        ("type", "Villa", "Village"),
    ):
        parts = suggest[kind]
        assert parts["service_url"] == parts["flyout_service_url"] == server.url
        found = fetched(server, f"{parts['service_path']}?{urlencode({'prefix': typed})}")["result"]
        id_ = found[0]["id"]
        told = fetched(server, parts["flyout_service_path"].replace("${id}", quote(id_, safe="")))
        assert told["id"] == id_
        assert name in told["html"]


def test_suggestions_go_on_where_the_cursor_is(server: Server) -> None:
    first = fetched(server, f"/reconcile/suggest/entity?prefix={quote('町')}&limit=3")["result"]
    second = fetched(server, f"/reconcile/suggest/entity?prefix={quote('町')}&limit=3&cursor=3")["result"]
    both = fetched(server, f"/reconcile/suggest/entity?prefix={quote('町')}&limit=6")["result"]
    assert first + second == both
    assert len(both) == 6
    towns = fetched(server, f"/reconcile/suggest/entity?prefix={quote('釧路')}&type=rk:Town")["result"]
    assert [one["name"] for one in towns] == ["釧路町"]


def test_types_are_kept_to_as_strictly_as_asked(server: Server) -> None:
    names = {}
    for strict, types in (("any", ["City", "Town"]), ("all", ["City", "Municipality"]), ("should", ["City"])):
        query = {"query": "釧路", "type": types, "type_strict": strict}
        results = posted(server, queries={"q": query})["q"]["result"]
        names[strict] = {one["name"] for one in results if one["score"] > 80}
    assert names == {"any": {"釧路市", "釧路町"}, "all": {"釧路市"}, "should": {"釧路市"}}
    lower = posted(server, queries={"q": {"query": "釧路", "type": "City", "type_strict": "should"}})["q"][
        "result"
    ]
    assert {"釧路", "釧路町"} <= {one["name"] for one in lower[1:]}
    assert {"id": "type", "value": False} in lower[1]["features"]


def test_other_columns_raise_and_lower_scores(server: Server) -> None:
    def scores(**clue: Any) -> dict[str, float]:
        query = {"query": "泊村", **({"properties": [clue]} if clue else {})}
        results = posted(server, queries={"q": query})["q"]["result"]
        return {one["id"].removeprefix(BASE): one["score"] for one in results}

    one, other = "municipality/014036", "municipality/016969"
    plain = scores()
    assert plain[one] == plain[other] == 100
    for pid, value, right in (
        ("rk:district", "古宇郡", one),
        ("rk:district", "国後", other),
        ("rk:subprefecture", "後志総合振興局管内", one),
        ("https://w3id.org/renkei/ontology#subprefecture", {"id": f"{BASE}subprefecture/nemuro"}, other),
        ("rk:code", "014036", one),
        ("rk:code", 16969, other),
        ("schema:latitude", "43.06300163", one),
    ):
        found = scores(pid=pid, v=value)
        assert found[right] == 100, (pid, value)
        assert min(found[one], found[other]) <= 70, (pid, value)
    assert scores(pid="rk:noSuchProperty", v="x") == plain
    assert scores(pid="not an IRI", v="x") == plain


def test_properties_alone_find_things(server: Server) -> None:
    (code,) = matched(server, {"properties": [{"pid": "rk:code", "v": "012025"}]})
    assert code == "municipality/012025"
    query = {"properties": [{"pid": "rk:subprefecture", "v": "石狩"}], "type": "Municipality", "limit": 50}
    found = posted(server, queries={"q": query})["q"]["result"]
    assert len(found) == 8
    assert {one["score"] for one in found} == {100}
    assert not any(one["match"] for one in found)


def test_identifiers_find_what_they_identify(server: Server) -> None:
    whole = f"{BASE}asset/tantetsuko"
    assert matched(server, {"query": whole}, {"query": "asset/tantetsuko"}) == ["asset/tantetsuko"] * 2
    suggested = fetched(server, f"/reconcile/suggest/entity?prefix={quote(whole, safe='')}")["result"]
    assert [one["id"] for one in suggested] == [whole]


def test_okurigana_and_last_long_marks_make_no_other_name(server: Server) -> None:
    """Told apart from slips by what the spelling counts."""
    for typed, right in (
        ("石狩の若者の地元定着促進と道外からの人の呼込みプロジェクト", "project/ishikari-wakamono"),
        ("石狩の若者の地元定着促進と道外からの人の呼込", "project/ishikari-wakamono"),
        ("ナナイロひだかサポータ制度", "asset/nanairo-hidaka-supporter"),
    ):
        best = posted(server, queries={"q": {"query": typed}})["q"]["result"][0]
        assert best["id"] == BASE + right
        assert {"id": "spelling", "value": 94} in best["features"], (typed, best)


def test_names_are_in_the_language_that_is_asked_for(server: Server) -> None:
    body = urlencode({"queries": json.dumps({"q": {"query": "札幌市"}})}).encode()
    for target, headers, name in (
        ("/reconcile", {}, "札幌市"),
        ("/reconcile?lang=en", {}, "Sapporo"),
        ("/reconcile", {"Accept_Language": "en"}, "Sapporo"),
    ):
        found = server.fetch(target, body, Content_Type=FORM, **headers)
        assert json.loads(found.body)["q"]["result"][0]["name"] == name


def test_extension_gives_values_as_they_are(server: Server) -> None:
    extended = posted(server, extend=EXTEND)
    assert list(extended["rows"]) == EXTEND["ids"]
    assert [one["id"] for one in extended["meta"]] == [one["id"] for one in EXTEND["properties"]]
    sapporo = extended["rows"][EXTEND["ids"][0]]
    assert sapporo["rk:code"] == [{"str": "011002"}]
    assert sapporo["rk:subprefecture"] == [{"id": f"{BASE}subprefecture/ishikari", "name": "石狩"}]
    assert sapporo["rdfs:label"] == [{"str": "Sapporo"}]
    assert isinstance(sapporo["schema:latitude"][0]["float"], float)
    assert sapporo["foaf:homepage"][0]["str"].startswith("https://")
    assert not any(extended["rows"]["no/such"].values())
    types = {one["id"]: one.get("type", {}).get("id") for one in extended["meta"]}
    assert types["rk:subprefecture"] == "https://w3id.org/renkei/ontology#Subprefecture"
    assert types["rk:code"] is None


MANY: dict[str, Any] = {"query": "a", "properties": [{"pid": "x", "v": ["y"] * 20}] * 20}
WRONG: list[tuple[int, str, str]] = [
    (400, "queries={", "JSON"),
    (413, "queries=" + quote(json.dumps({"a": MANY, "b": MANY})), "800 values"),
    (400, "queries=[]", "object"),
    (400, "queries=" + quote('{"q": 1}'), "no object"),
    (400, "queries=" + quote('{"q": {}}'), "neither"),
    (400, "queries=" + quote('{"q": {"query": 7}}'), "string"),
    (400, "queries=" + quote('{"q": {"query": "a", "limit": 0}}'), "limit"),
    (400, "queries=" + quote('{"q": {"query": "a", "limit": 1.5}}'), "limit"),
    (400, "queries=" + quote('{"q": {"query": "a", "limit": true}}'), "limit"),
    (400, "queries=" + quote('{"q": {"query": "a", "limit": NaN}}'), "NaN"),
    (400, "queries=" + quote('{"q": {"query": "a", "limit": 1e999}}'), "limit"),
    (400, "queries=" + quote('{"q": {"query": "a", "type": 7}}'), "type"),
    (400, "queries=" + quote('{"q": {"query": "a", "type_strict": "never"}}'), "type_strict"),
    (
        400,
        "queries=" + quote('{"q": {"query": "a", "properties": {"pid": "x"}}}'),
        "properties",
    ),
    (400, "queries=" + quote('{"q": {"query": "a", "properties": [{"pid": "x"}]}}'), "pid and v"),
    (400, "queries=" + quote('{"q": {"query": "a", "properties": [{"pid": "x", "v": null}]}}'), "value"),
    (400, "queries=" + quote('{"q": {"query": "\\ud800"}}'), "surrogate"),
    (400, "queries=" + quote("[" * 100_000), "JSON|nested"),
    (400, "queries=%7B%7D&queries=%7B%7D", "2 times"),
    (400, "queries=%7B%7D&extend=%7B%7D", "one of them"),
    (400, "queries=%FF", "UTF-8"),
    (400, "nothing=1", "neither"),
    (400, "", "neither"),
    (400, "extend=" + quote('{"ids": "x", "properties": []}'), "ids"),
    (400, "extend=" + quote('{"ids": [], "properties": [{}]}'), "id"),
    (400, "extend=" + quote('{"ids": [], "properties": [{"id": "a", "settings": {"limit": -1}}]}'), "limit"),
    (413, "queries=" + quote(json.dumps({str(n): {"query": "a"} for n in range(BATCH + 1)})), str(BATCH)),
    (413, "extend=" + quote(json.dumps({"ids": ["a"] * (MOST_IDS + 1), "properties": []})), str(MOST_IDS)),
    (
        413,
        "extend=" + quote(json.dumps({"ids": [], "properties": [{"id": "a"}] * (MOST_PROPERTIES + 1)})),
        "20",
    ),
]


@pytest.mark.parametrize(("status", "body", "said"), WRONG, ids=[f"{n}" for n in range(len(WRONG))])
def test_what_cannot_be_read_is_told(server: Server, status: int, body: str, said: str) -> None:
    answer = post(server, body)
    assert answer.status == status
    assert any(one in answer.problem["detail"] for one in said.split("|"))
    if status == 400 and body:
        assert server.fetch(f"/reconcile?{body[:8000]}").status in (200, 400)


def test_a_batch_that_is_large_enough_is_answered(server: Server) -> None:
    queries = {str(n): {"query": "札幌市"} for n in range(BATCH)}
    assert len(posted(server, queries=queries)) == BATCH


def test_what_is_no_form_and_what_is_not_there_is_told(server: Server) -> None:
    assert post(server, "{}", kind="application/json").status == 415
    assert server.fetch("/reconcile", b"x", method="PUT", Content_Type=FORM).status == 405
    for target, status in (
        ("/reconcile/suggest/things?prefix=a", 404),
        ("/reconcile/suggest/entity/fr?prefix=a", 404),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400),
        ("/reconcile/suggest/entity?prefix=a&limit=x", 400),
        ("/reconcile/flyout/entity?id=no/such", 404),
        ("/reconcile/flyout/type?id=rk:NoSuch%3E", 404),
        ("/reconcile/flyout/entity", 400),
        ("/reconcile/preview?id=no/such", 404),
        ("/reconcile/preview", 400),
        ("/reconcile/view?id=http://example.org/elsewhere", 404),
        ("/reconcile/properties?limit=many", 400),
    ):
        assert server.fetch(target).problem["status"] == status, target


def test_every_site_may_ask_and_no_script_is_sent(server: Server) -> None:
    for target in (
        "/reconcile",
        "/reconcile/suggest/entity?prefix=a",
        "/reconcile/properties",
        "/reconcile/nothing",
    ):
        assert server.fetch(target).headers["access-control-allow-origin"] == "*"
    options = server.fetch("/reconcile", method="OPTIONS")
    assert options.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    # JSONP is left to the service (section 3.3): what is asked for with a callback is plain JSON.
    plain = server.fetch("/reconcile?callback=alert")
    assert plain.headers["content-type"] == "application/json"
    assert json.loads(plain.body) == fetched(server, "/reconcile") == fetched(server, "/reconcile/")


def test_answers_are_of_one_version_and_known_again(server: Server) -> None:
    version = json.loads(server.fetch("/health").body)["snapshot"]
    queries = urlencode({"queries": json.dumps({"q": {"query": "札幌"}})})
    for target in (
        "/reconcile",
        f"/reconcile?{queries}",
        f"/reconcile/preview?id={quote('asset/tantetsuko', safe='')}",
        "/reconcile/suggest/type?prefix=C",
    ):
        first = server.fetch(target)
        assert first.headers["renkei-snapshot"] == version
        again = server.fetch(target, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        head = server.fetch(target, method="HEAD")
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])
    sent = post(server, queries)
    assert (sent.headers["renkei-snapshot"], sent.headers["cache-control"]) == (version, "no-store")
    assert "etag" not in sent.headers


class Parts(HTMLParser):
    """The elements of a page, and the addresses that it loads or sends to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # as HTMLParser has it
        self.tags[tag] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def test_only_the_preview_may_stand_in_a_frame_and_it_has_no_script(server: Server) -> None:
    preview = server.fetch(f"/reconcile/preview?id={quote('asset/tantetsuko', safe='')}&lang=en")
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    assert "script-src" not in preview.headers["content-security-policy"]
    assert "default-src 'none'" in preview.headers["content-security-policy"]
    page = Parts(preview.body.decode())
    assert not {"script", "form", "iframe", "img"} & page.tags.keys()
    assert "Tantetsuko" in page.text
    for target in (
        "/reconcile",
        "/reconcile/features",
        "/page/asset/tantetsuko",
        "/reconcile/preview?id=none",
    ):
        assert "frame-ancestors 'none'" in server.fetch(target).headers["content-security-policy"], target


def test_the_page_about_scores_explains_every_feature(server: Server) -> None:
    feature_view = fetched(server, "/reconcile")["feature_view"]["url"].removeprefix(server.url)
    page = server.fetch(feature_view.partition("#")[0]).body.decode()
    query = {"query": "泊村", "type": "Municipality", "properties": [{"pid": "rk:code", "v": "014036"}]}
    (best,) = posted(server, queries={"q": query})["q"]["result"][:1]
    for one in best["features"]:
        assert f'id="{one["id"].partition(":")[0]}"' in page


def test_a_graph_of_other_vocabularies_is_matched_too(other: Server) -> None:
    manifest = fetched(other, "/reconcile")
    schemas.check("manifest", manifest)
    queries = [
        {"query": "analytical  ENGNIE"},
        {"query": "解析機関"},
        {"query": "7", "properties": [{"pid": "dcterms:issued", "v": "1837-12-01"}]},
        {"query": "Analytical engine", "type": "skos:Concept"},
        {"query": "Analytical engine", "type": "http://example.org/Person"},
        {"query": "xaver"},
        {"properties": [{"pid": "dcterms:creator", "v": {"id": "http://example.org/a"}}]},
    ]
    engine = "http://example.org/b"
    assert matched(other, *queries) == [engine, engine, engine, engine, "", "urn:x", engine]
    types = {one["id"] for one in manifest["defaultTypes"]}
    assert types == {"http://example.org/Person", "http://www.w3.org/2004/02/skos/core#Concept"}
    assert other.fetch("/reconcile/view?id=urn:x").status == 404
    assert other.fetch("/reconcile/preview?id=urn:x").status == 200
    extended = posted(other, extend={"ids": [engine], "properties": [{"id": "dcterms:issued"}]})
    assert extended["rows"][engine]["dcterms:issued"] == [{"date": "1837-12-01T00:00:00"}]


def test_what_is_written_is_found_at_once(other: Server) -> None:
    before = other.fetch("/reconcile").headers
    assert matched(other, {"query": "Difference engine"}) == [""]
    turtle = b'<http://example.org/c> a <http://example.org/Machine> ; <http://xmlns.com/foaf/0.1/name> "Difference engine" .'
    target = "/graphs?graph=" + quote("http://example.org/machines", safe="")
    token = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "text/turtle"}
    written = other.fetch(target, turtle, method="PUT", **token)
    assert written.status == 201, written.body
    assert matched(other, {"query": "Difference engine"}) == ["http://example.org/c"]
    after = other.fetch("/reconcile", If_None_Match=before["etag"])
    assert (after.status, after.headers["renkei-snapshot"]) == (200, json.loads(written.body)["snapshot"])
    types = {one["id"] for one in json.loads(after.body)["defaultTypes"]}
    assert "http://example.org/Machine" in types


def test_names_are_never_markup(other: Server) -> None:
    id_ = quote("http://example.org/a", safe="")
    flyout = Parts(fetched(other, f"/reconcile/flyout/entity?id={id_}")["html"])
    preview = Parts(other.fetch(f"/reconcile/preview?id={id_}").body.decode())
    for page in (flyout, preview):
        assert not page.tags["b"]
        assert 'Ada <b>Lovelace</b> & "co"' in page.text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
        | st.text("釧路市町村総合振興局（）・ー札幌ぽろSapo ro-シチョウ郡", max_size=40),
        min_size=1,
        max_size=10,
    )
)
def test_whatever_is_typed_is_answered(server: Server, texts: list[str]) -> None:
    properties = [{"pid": "rk:subprefecture", "v": texts[0]}]
    queries = {f"q{n}": {"query": text, "properties": properties} for n, text in enumerate(texts)}
    results = posted(server, queries=queries)
    assert results.keys() == queries.keys()
    schemas.check("reconciliation-result-batch", results)
    for text in texts[:2]:
        found = fetched(server, f"/reconcile/suggest/entity?{urlencode({'prefix': text})}")
        schemas.check("suggest-entities-response", found)
