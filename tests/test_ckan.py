"""The datasets in CKAN's and SHIRASAGI's words, over HTTP: what harvesters take, what clients may ask, and what
they are told when it cannot be answered."""

import csv
import hashlib
import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from benchmarks.load import load

from renkei_kg.compile import pipeline
from renkei_kg.project import open_project
from renkei_kg.web.ckan.actions import ACTIONS
from renkei_kg.web.ckan.datalist import COLUMNS
from renkei_kg.web.ckan.licences import licence
from renkei_kg.web.ckan.packages import name_of
from tests.harvesting import Ckan, Dcat, Portal, Shirasagi
from tests.serving import Answer, Server, serving

BASE = "https://w3id.org/renkei/"
ROOT = Path(__file__).parents[1]
Object = dict[str, Any]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as found:
        yield found


@pytest.fixture
def portal(server: Server) -> Portal:
    return Portal(server)


def asked(server: Server, action: str, **parameters: object) -> Answer:
    return server.fetch(f"/api/3/action/{action}?{urlencode(parameters)}")


def result(server: Server, action: str, **parameters: object) -> Any:
    answer = asked(server, action, **parameters)
    said = json.loads(answer.body)
    assert (answer.status, said["success"]) == (200, True), said
    assert said["help"].endswith(f"/api/3/action/help_show?name={action}")
    return said["result"]


def refused(answer: Answer, status: int, kind: str) -> Object:
    """The error of an answer."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    said = json.loads(answer.body)
    assert said["success"] is False
    assert "result" not in said
    error: Object = said["error"]
    assert error["__type"] == kind
    return error


# What harvesters take


def test_a_ckan_takes_every_dataset_once_and_stops(server: Server, portal: Portal) -> None:
    found = Ckan(portal).gather()
    assert [one["id"] for one in found] == sorted(one["id"] for one in found)
    assert {one["name"] for one in found} == set(result(server, "package_list"))
    assert len(portal.asked) == 2
    by_one = Ckan(Portal(server), rows=1)
    assert by_one.gather() == found
    assert len(by_one.portal.asked) == len(found) + 1


def test_a_ckan_that_comes_again_takes_what_has_changed(server: Server, portal: Portal) -> None:
    found = Ckan(portal).gather()
    latest = max(datetime.fromisoformat(one["metadata_modified"]) for one in found).replace(tzinfo=UTC)
    assert {one["id"] for one in Ckan(portal).gather(latest)} == {
        one["id"]
        for one in found
        if datetime.fromisoformat(one["metadata_modified"]).replace(tzinfo=UTC) >= latest - timedelta(hours=1)
    }
    assert Ckan(portal).gather(latest + timedelta(hours=2)) == []


def test_a_ckan_that_wants_some_organisations(server: Server, portal: Portal) -> None:
    every = Ckan(portal).gather()
    (name,) = {one["organization"]["name"] for one in every}
    assert Ckan(portal, include=(name,)).gather() == every
    assert Ckan(portal, include=("another", name)).gather() == every
    assert Ckan(portal, include=("another",)).gather() == []
    assert Ckan(portal, exclude=("another", "third")).gather() == every
    assert Ckan(portal, exclude=(name, "another")).gather() == []
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    assert Ckan(portal, include=("another", name)).gather(long_ago) == every
    created = Ckan(portal).organization(every[0])
    assert created["name"] == name
    assert created["title"] == "連携KG"
    assert created["approval_status"] == "approved"


def test_a_dataset_is_one_that_ckan_would_take(server: Server, portal: Portal) -> None:
    """By CKAN's own rules for what it creates (ckan/logic/schema.py, ckan/logic/validators.py)."""
    names = set()
    for one in Ckan(portal).gather():
        assert re.fullmatch(r"[a-z0-9_-]{2,100}", one["name"])
        assert one["title"]
        assert one["notes"]
        assert (one["type"], one["state"], one["private"]) == ("dataset", "active", False)
        assert (one["license_id"], one["isopen"]) == ("cc-by", True)
        assert one["num_resources"] == len(one["resources"]) > 0
        assert one["owner_org"] == one["organization"]["id"]
        for tag in one["tags"]:
            assert re.fullmatch(r"[\w \-.]{2,100}", tag["name"])
        # An unknown list of objects is refused; anything else unknown is dropped.
        lists = {key for key, value in one.items() if isinstance(value, list) and value}
        assert lists <= {"tags", "groups", "extras", "resources"}
        keys = [extra["key"] for extra in one["extras"]]
        assert len(keys) == len(set(keys))
        assert not set(keys) & (one.keys() - {"extras"})
        assert all(isinstance(extra["value"], str) for extra in one["extras"])
        for place, file in enumerate(one["resources"]):
            names.add((file["id"], file["url"]))
            assert UUID(file["id"])
            assert file["position"] == place
            assert isinstance(file["size"], int)
            for name in ("created", "last_modified", "metadata_modified"):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", file[name])
    assert len({identifier for identifier, _ in names}) == len({url for _, url in names}) == len(names)


def test_ids_are_made_of_the_iris(server: Server) -> None:
    found = result(server, "package_show", id="assets")
    assert found["id"] == str(uuid5(NAMESPACE_URL, f"{BASE}dataset/assets"))
    assert result(server, "package_show", id=found["id"]) == found
    file = next(one for one in found["resources"] if one["url"].endswith("/assets.csv"))
    assert file["id"] == str(uuid5(NAMESPACE_URL, f"{BASE}dataset/assets/file/assets.csv"))
    assert result(server, "resource_show", id=file["id"]) == file


@pytest.mark.parametrize("short", [False, True], ids=["as CKAN", "as SHIRASAGI"])
def test_a_shirasagi_takes_every_dataset_with_its_files(server: Server, portal: Portal, short: bool) -> None:
    importer = Shirasagi(portal, short=short)
    importer.run()
    packages = {one["id"]: one for one in Ckan(Portal(server)).gather()}
    assert importer.datasets.keys() == packages.keys()
    for identifier, taken in importer.datasets.items():
        package = packages[identifier]
        assert (taken.name, taken.text) == (package["title"], package["notes"])
        for file in package["resources"]:
            content = taken.files[file["id"]]["content"]
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["hash"])
    names = importer.downloaded
    assert len(names) == len({file["id"] for one in packages.values() for file in one["resources"]})
    assert {"projects.csv"} <= set(names) if short else all("." in name for name in names)
    importer.run()
    assert importer.downloaded == []
    assert importer.datasets.keys() == packages.keys()


def test_a_ckan_that_reads_rdf_asks_for_the_head_first(portal: Portal) -> None:
    for name, kind in (
        ("/catalog.ttl", "text/turtle"),
        ("/catalog.jsonld", "application/ld+json"),
        ("/catalog.rdf", "application/rdf+xml"),
    ):
        found, content = Dcat(portal).fetch(name)
        assert found == kind
        assert content
    assert portal.asked[:2] == ["HEAD /catalog.ttl", "/catalog.ttl"]


# What clients may ask


def test_an_action_is_asked_in_every_way_that_ckan_takes(server: Server) -> None:
    expected = result(server, "package_show", id="renkei")
    for path in ("/api/3/action/package_show", "/api/action/package_show"):
        assert json.loads(server.fetch(f"{path}?id=renkei").body)["result"] == expected
        for body, kind in (
            (b'{"id": "renkei"}', "application/json"),
            (b'{"id": "renkei"}', "application/x-www-form-urlencoded"),  # as curl --data sends it
            (b"id=renkei", "application/x-www-form-urlencoded"),
        ):
            answer = server.fetch(path, body, Content_Type=kind)
            assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
            assert json.loads(answer.body)["result"] == expected
        assert server.fetch(f"{path}?id=renkei", b"", method="POST").status == 200


def test_an_answer_can_be_kept_and_asked_for_again(server: Server) -> None:
    target = "/api/3/action/package_search?rows=100&start=0&sort=id+asc"
    got = server.fetch(target)
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert got.headers["access-control-allow-origin"] == "*"
    assert server.fetch(target, If_None_Match=got.headers["etag"]).status == 304
    head = server.fetch(target, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert int(head.headers["content-length"]) == len(got.body)
    other = server.fetch("/api/3/action/package_search?rows=1", If_None_Match=got.headers["etag"])
    assert other.status == 200
    allowed = server.fetch("/api/3/action/package_list", method="OPTIONS").headers["allow"]
    assert allowed == "GET, HEAD, POST, OPTIONS"
    assert b'route="/api"' in server.fetch("/metrics").body


def test_addresses_are_those_of_the_host_that_was_asked(server: Server) -> None:
    """IRIs stay as they are."""
    answer = server.fetch("/api/3/action/package_show?id=assets", Host="data.example.org:8080")
    said = json.loads(answer.body)
    assert said["help"].startswith("http://data.example.org:8080/api/3/")
    assert said["result"]["url"] == "http://data.example.org:8080/dataset/assets"
    assert {urlsplit(one["url"]).netloc for one in said["result"]["resources"]} == {"data.example.org:8080"}
    extras = {one["key"]: one["value"] for one in said["result"]["extras"]}
    assert extras["uri"] == f"{BASE}dataset/assets"


def test_lists_come_in_parts(server: Server) -> None:
    names = result(server, "package_list")
    assert names == sorted(names)
    assert result(server, "package_list", limit=2, offset=1) == names[1:3]
    assert result(server, "package_list", offset=1) == names[1:]
    assert result(server, "package_list", limit=0) == []
    assert result(server, "package_list", offset=1000) == []
    ids = json.loads(server.fetch("/api/package_list?limit=2&offset=1").body)["result"]
    assert len(ids) == 2
    assert all(UUID(one) for one in ids)


def found(server: Server, **parameters: object) -> list[str]:
    return [one["name"] for one in result(server, "package_search", **parameters)["results"]]


def test_a_search_comes_in_pages(server: Server) -> None:
    every = result(server, "package_search", rows=1000)
    names = [one["name"] for one in every["results"]]
    assert every["count"] == len(names)
    assert every["facets"] == every["search_facets"] == {}
    assert result(server, "package_search", rows=0) == {**every, "results": []}
    assert found(server, rows=5000) == names
    assert found(server, start=2, rows=1) == names[2:3]
    assert found(server, start=len(names)) == []
    assert found(server, sort="name desc", rows=100) == sorted(names, reverse=True)
    assert found(server, sort="metadata_modified desc, name asc", rows=100)
    assert found(server, sort="title_string asc") == found(server, sort="title asc")


def test_a_search_by_words_and_filters(server: Server) -> None:
    every = set(found(server, rows=100))
    assert set(found(server, q="*:*", rows=100)) == every
    assert "projects" in found(server, q="プロジェクト", rows=100)
    assert found(server, q="ぷろじぇくと", rows=100) == found(server, q="プロジェクト", rows=100)
    assert found(server, q="そのような言葉はどこにもない") == []
    assert set(found(server, q="name:assets OR name:regions")) == {"assets", "regions"}
    assert found(server, fq="name:assets name:regions") == []
    assert set(found(server, fq="-name:assets", rows=100)) == every - {"assets"}
    assert set(found(server, fq="NOT name:assets", rows=100)) == every - {"assets"}
    assert set(found(server, fq="name:(assets OR regions)")) == {"assets", "regions"}
    assert set(found(server, fq="(name:assets OR name:regions) -name:regions")) == {"assets"}
    assert "assets" in found(server, fq='tags:"文化財" +res_format:GeoJSON license_id:cc-by state:active')
    assert set(found(server, fq="tags:*", rows=100)) == every
    assert found(server, fq="groups:any") == []
    assert set(found(server, fq="-groups:any", rows=100)) == every
    one = result(server, "package_show", id="assets")
    when = f"{one['metadata_modified']}Z"
    assert "assets" in found(server, fq=f"metadata_modified:[{when} TO {when}]", rows=100)
    assert "assets" not in found(server, fq=f"metadata_modified:{{{when} TO *]", rows=100)
    assert found(server, fq="metadata_created:[* TO 2000-01-01T00:00:00Z]") == []


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"fq": "vocab_x:1"}, "vocab_x"),
        ({"fq": "assets"}, "no field"),
        ({"fq": "name:as*"}, "whole values"),
        ({"fq": "name:assets)"}, ")"),
        ({"fq": "(name:assets"}, "not closed"),
        ({"fq": 'name:"assets'}, "no field"),
        ({"fq": '"assets'}, "not understood"),
        ({"fq": "metadata_modified:[yesterday TO *]"}, "no time"),
        ({"fq": "metadata_modified:yesterday"}, "no range"),
        ({"fq": "name:[a TO b]"}, "whole values"),
        ({"fq": "(" * 30 + "name:a" + ")" * 30}, "groups"),
        ({"q": "x" * 3000}, "characters"),
        ({"sort": "views_recent desc"}, "no order"),
        ({"sort": "name sideways"}, "no order"),
    ],
)
def test_a_search_that_is_not_understood_says_what_is(server: Server, parameters: Object, word: str) -> None:
    error = refused(asked(server, "package_search", **parameters), 400, "Search Query Error")
    assert word in error["message"]


@pytest.mark.parametrize(
    ("action", "parameters", "name", "why"),
    [
        ("package_show", {}, "id", "Missing value"),
        ("resource_show", {}, "id", "Missing value"),
        ("group_show", {}, "id", "Missing value"),
        ("help_show", {}, "name", "Missing value"),
        ("package_search", {"rows": "ten"}, "rows", "Invalid integer"),
        ("package_search", {"start": "-1"}, "start", "Must be a natural number"),
        ("package_search", {"start": "9" * 20}, "start", "Must be a natural number"),
        ("package_list", {"limit": "１０"}, "limit", "Invalid integer"),
        ("tag_list", {"offset": "1.5", "query": "x"}, "", ""),
    ],
)
def test_a_parameter_that_cannot_be_used(
    server: Server, action: str, parameters: Object, name: str, why: str
) -> None:
    answer = asked(server, action, **parameters)
    if name:
        assert refused(answer, 409, "Validation Error")[name] == [why]
    else:
        assert answer.status == 200


def test_what_is_not_there_is_not_found(server: Server) -> None:
    for action in ("package_show", "resource_show", "organization_show", "group_show"):
        assert "none" in refused(asked(server, action, id="none"), 404, "Not Found Error")["message"]
    refused(asked(server, "help_show", name="none"), 404, "Not Found Error")
    refused(server.fetch("/api/package_show?id=none"), 404, "Not Found Error")
    refused(server.fetch("/api/package_show"), 409, "Validation Error")
    assert "package_create" in refused(asked(server, "package_create"), 400, "Bad Request")["message"]
    long = refused(asked(server, "package_show", id="x" * 1000), 404, "Not Found Error")["message"]
    assert len(long) < 200


def test_a_body_that_cannot_be_read(server: Server) -> None:
    for body in (b"{", b"[1]", b'"renkei"', b"\xff", b"{" * 100, b'{"a":' * 100_000):
        answer = server.fetch("/api/3/action/package_show", body, Content_Type="application/json")
        refused(answer, 400, "Bad Request")
    strange = b'{"id": "\\ud800"}'
    refused(server.fetch("/api/3/action/package_show", strange), 404, "Not Found Error")
    several = server.fetch("/api/3/action/package_show?id=assets&id=regions")
    assert refused(several, 409, "Validation Error")["id"] == ["Give one value."]
    assert server.fetch("/api/3/action/package_list", b"{}", method="PUT").status == 405


def test_what_the_site_says_of_itself(server: Server) -> None:
    (name,) = result(server, "organization_list")
    (whole,) = result(server, "organization_list", all_fields="true")
    shown = result(server, "organization_show", id=name)
    assert shown == {**whole, "users": [], "tags": [], "groups": [], "extras": []}
    assert whole["package_count"] == len(result(server, "package_list"))
    assert result(server, "organization_show", id=shown["id"]) == shown
    more = result(server, "organization_show", id=name, include_datasets=True)
    assert {one["name"] for one in more["packages"]} == set(result(server, "package_list"))
    assert result(server, "group_list") == []
    tags = result(server, "tag_list")
    assert "文化財" in tags
    assert result(server, "tag_list", query="文化") == [one for one in tags if "文化" in one]
    assert [one["name"] for one in result(server, "tag_list", all_fields=1)] == tags
    known = {one["id"]: one for one in result(server, "license_list")}
    assert known.keys() == {"cc-by", "cc-by-sa"}
    assert known["cc-by"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert result(server, "site_read") is True
    status = result(server, "status_show")
    assert status["site_url"] == server.url
    assert status["ckan_version"] is None
    for action in ACTIONS:
        assert len(result(server, "help_show", name=action)) > 20


def test_the_file_with_another_licence_says_so(server: Server) -> None:
    files = {
        one["url"].rpartition("/")[2]: one for one in result(server, "package_show", id="renkei")["resources"]
    }
    other = files["renkei-by-sa.ttl"]
    assert (other["license_id"], other["license_url"]) == (
        "cc-by-sa",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    )
    assert "CC BY-SA 4.0" in other["description"]
    assert files["renkei.ttl"]["license_id"] == "cc-by"
    assert "CC BY-SA" not in files["renkei.xlsx"]["description"]
    short = json.loads(server.fetch("/api/package_show?id=renkei").body)["result"]
    licences = {one["filename"]: one["license"]["uid"] for one in short["resources"]}
    assert {name for name, uid in licences.items() if uid != "cc-by"} == {
        name for name in files if name.startswith("renkei-by-sa")
    }


def test_files_say_their_formats(server: Server) -> None:
    formats = {
        one["url"].rpartition("/")[2]: (one["format"], one["mimetype"], one["mimetype_inner"])
        for package in result(server, "package_search", rows=100)["results"]
        for one in package["resources"]
    }
    assert formats["projects.csv"] == ("CSV", "text/csv", None)
    assert formats["projects.csv.gz"] == ("GZ", "application/gzip", "text/csv")
    assert formats["assets.geojson"] == ("GeoJSON", "application/geo+json", None)
    assert formats["renkei.xlsx"][0] == "XLSX"
    assert formats["renkei.ttl"][0] == "TTL"
    assert {one for one, _, _ in formats.values()} <= {
        *("CSV", "XLSX", "GeoJSON", "TTL", "TriG", "NQ", "JSON-LD", "JSON", "GZ")
    }


def test_a_page_says_what_this_is(server: Server) -> None:
    assert json.loads(server.fetch("/api").body) == {"version": 3}
    assert json.loads(server.fetch("/api/3").body) == {"version": 3}
    for language, word in (("ja", "読み取り専用"), ("en", "read-only")):
        page = server.fetch(f"/api?lang={language}", Accept="text/html").body.decode()
        assert word in page
        tried = re.findall(r'href="(/api/[^"]+)"', page)
        assert len(tried) >= len(ACTIONS) - 1
        for target in tried:
            answer = server.fetch(target.replace("&amp;", "&"))
            assert (answer.status, json.loads(answer.body)["success"]) == (200, True), target


def test_the_list_of_open_data(server: Server) -> None:
    answer = server.fetch("/catalog/open-data-list.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert server.fetch("/catalog/open-data-list.csv", If_None_Match=answer.headers["etag"]).status == 304
    marked = server.fetch("/catalog/open-data-list.csv?bom=1")
    assert marked.body == b"\xef\xbb\xbf" + answer.body
    assert marked.headers["etag"] != answer.headers["etag"]
    assert marked.headers["content-disposition"] == 'attachment; filename="renkei-open-data-list.csv"'
    assert server.fetch("/catalog/open-data-list.csv?bom=yes").problem["status"] == 400
    header, *rows = csv.reader(io.StringIO(answer.body.decode()))
    assert tuple(header) == COLUMNS
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert [one["NO"] for one in table] == [str(number + 1) for number in range(len(table))]
    for one in table:
        assert all(one[name] for name in ("データ名称", "データ形式", "分類", "最終更新日", "URL"))
        assert one["分類"] in CLASSES
        assert one["API対応有無"] == "有"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["最終更新日"])
        assert not one["都道府県名"]
    assert "renkei-by-sa.ttl のライセンスは CC BY-SA 4.0" in table[0]["備考"]


# The classes that the list may have (cio/14_オープンデータ一覧 of github.com/NEC-FIWARE/smart-data-models).
CLASSES = (
    *(
        "国土・気象",
        "人口・世帯",
        "労働・賃金",
        "農林水産業",
        "鉱工業",
        "商業・サービス業",
        "企業・家計・経済",
    ),
    *("住宅・土地・建設", "エネルギー・水", "運輸・観光", "情報通信・科学技術", "教育・文化・スポーツ・生活"),
    *("行財政", "司法・安全・環境", "社会保障・衛生", "国際", "その他"),
)


def test_licences_by_their_iris() -> None:
    assert licence("https://creativecommons.org/licenses/by/4.0/").id == "cc-by"
    assert licence("http://creativecommons.org/licenses/by/2.1/jp/").name == "CC BY 2.1"
    assert licence("https://creativecommons.org/publicdomain/zero/1.0/").name == "CC0 1.0"
    closed = licence("https://creativecommons.org/licenses/by-nc/4.0/")
    assert (closed.id, closed.is_open) == ("notspecified", False)
    assert licence("https://example.org/terms").name == "https://example.org/terms"


def test_names_are_made_of_iris() -> None:
    assert name_of("https://example.org/kg/dataset/projects") == "projects"
    assert name_of("https://example.org/Our_Group/") == "our_group"
    assert UUID(name_of("https://example.org/団体"))


# What becomes of changes, in another prefecture's catalogue

YAMANASHI = """@base <https://example.org/yamanashi/> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix void: <http://rdfs.org/ns/void#> .
<dataset/yamanashi> a void:Dataset ; dcterms:title "山梨の計画"@ja , "Plans of Yamanashi"@en ;
    dcterms:description "架空の県の計画とプロジェクトを、地域と結んだデータ。試すためのもので、実在しません。"@ja ,
        "Plans and projects of a prefecture made up for the tests, linked with its areas."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:publisher <id/organisation/test> .
<id/organisation/test> a foaf:Organization ; foaf:name "試験会"@ja , "Test Group"@en ."""


def test_only_what_has_changed_is_taken_again(tmp_path: Path) -> None:
    root, out = tmp_path / "project", tmp_path / "out"
    shutil.copytree(ROOT / "tests/prefecture", root)
    (root / "data/dataset.ttl").write_text(YAMANASHI, encoding="utf-8")
    first, second = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 2, 1, tzinfo=UTC)
    pipeline.build(open_project(root), out, lambda _: None, now=first)
    with serving(out) as server:
        importers = [Shirasagi(Portal(server)), Shirasagi(Portal(server), short=True)]
        for one in importers:
            one.run()
            assert len(one.downloaded) > 20
            assert {taken.name for taken in one.datasets.values()} >= {"山梨の計画"}
        assert result(server, "organization_list") == ["test"]

        source = root / "data/all.ttl"
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace('"Land of fruit trees"@en', '"Country of fruit"@en'), encoding="utf-8")
        version = pipeline.build(open_project(root), out, lambda _: None, now=second).id
        packages = eventually(
            lambda: [
                json.loads(answer.body)["result"]["results"]
                for answer in [asked(server, "package_search", rows=100)]
                if answer.headers["renkei-snapshot"] == version
            ]
        )
        modified = {one["name"]: one["metadata_modified"] for one in packages}
        assert modified["projects"] == modified["yamanashi"] == "2030-02-01T00:00:00"
        assert modified["municipalities"] == modified["ontology"] == "2030-01-01T00:00:00"
        for one in importers:
            one.run()
        as_ckan, short = (set(one.downloaded) for one in importers)
        assert {"projects.csv", "projects.csv.gz", "yamanashi.nq", "yamanashi.xlsx"} <= short
        assert not {"municipalities.csv", "regions.csv", "ontology.ttl", "shapes.ttl.gz"} & short
        assert len(as_ckan) == len(short) < 20
        again = Ckan(Portal(server)).gather(second)
        assert {one["name"] for one in again} == {
            name for name, when in modified.items() if when == "2030-02-01T00:00:00"
        }


def eventually(look: Callable[[], list[Any]], seconds: float = 20) -> Any:
    """The first thing that is found, once there is one."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found[0]


def test_a_project_that_describes_no_datasets_is_no_portal(tmp_path: Path) -> None:
    """And says so, rather than that there are none."""
    quads = tmp_path / "data.nq"
    quads.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n", encoding="utf-8")
    load(quads, tmp_path / "snapshots", "http://example.org/")
    with serving(tmp_path / "snapshots") as server:
        for action in ("package_list", "package_search", "organization_list"):
            refused(asked(server, action), 404, "Not Found Error")
        refused(server.fetch("/api/package_list"), 404, "Not Found Error")
        assert server.fetch("/catalog/open-data-list.csv").status == 404
        assert b"/dataset/" not in server.fetch("/sitemap.xml").body
