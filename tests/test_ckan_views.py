"""Every view of the datasets says the same of them: DCAT in three formats, CKAN's and SHIRASAGI's JSON,
schema.org in both languages, VoID, the open-data list and the sitemap; and what they say of files is so."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from renkei_kg.namespaces import DCAT, DCTERMS, FOAF, RDF, VOID, Namespace
from tests.crawling import Client
from tests.serving import Server, serving

SPDX = Namespace("http://spdx.org/rdf/terms#")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LANGUAGES = ("ja", "en")
Facts = dict[str, Any]
FORMATS = {
    "/catalog.ttl": RdfFormat.TURTLE,
    "/catalog.jsonld": RdfFormat.JSON_LD,
    "/catalog.rdf": RdfFormat.RDF_XML,
}


TOKEN = "a-token-for-the-views-of-datasets"
INSERT = b"INSERT DATA { GRAPH <https://example.org/notes> { <urn:a> <urn:b> <urn:c> } }"


@pytest.fixture(scope="module")
def server(snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy, which may be written to."""
    folder = tmp_path_factory.mktemp("views") / "snapshots"
    shutil.copytree(snapshots, folder, symlinks=True, copy_function=os.link)
    with serving(folder, client_queries=1000, write_token=TOKEN) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


def instant(text: str) -> datetime:
    """A time, or the beginning of a date; without an offset in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Said:
    """What a document in RDF says."""

    def __init__(self, body: bytes, form: RdfFormat) -> None:
        self.store = Store()
        self.store.load(body, format=form, base_iri="http://document.example/")

    def values(self, node: Any, property_: NamedNode) -> list[Any]:
        return [quad.object for quad in self.store.quads_for_pattern(node, property_, None)]

    def one(self, node: Any, property_: NamedNode) -> str:
        (value,) = self.values(node, property_)
        return str(value.value)

    def texts(self, node: Any, property_: NamedNode) -> dict[str, str]:
        found = self.values(node, property_)
        assert all(isinstance(one, Literal) for one in found)
        return {one.language: one.value for one in found}

    def named(self, node: Any, language: str) -> Facts:
        """What is said of anything that has a name."""
        return {
            "title": self.texts(node, DCTERMS.title)[language],
            "description": self.texts(node, DCTERMS.description)[language],
            "licence": self.one(node, DCTERMS.license),
            "modified": instant(self.one(node, DCTERMS.modified)),
        }


def by_dcat(client: Client, language: str, path: str = "/catalog.ttl") -> dict[str, Facts]:
    said = Said(client.get(path).body, FORMATS[path])
    (catalogue,) = [q.subject for q in said.store.quads_for_pattern(None, RDF.type, DCAT.Catalog)]
    found = {}
    for node in said.values(catalogue, DCAT.dataset):
        files = {}
        for file in said.values(node, DCAT.distribution):
            if said.values(file, DCAT.accessService):
                continue
            (checksum,) = said.values(file, SPDX.checksum)
            assert said.one(file, DCAT.accessURL) == said.one(file, DCAT.downloadURL)
            files[file.value] = {
                **said.named(file, language),
                "url": said.one(file, DCAT.downloadURL),
                "size": int(said.one(file, DCAT.byteSize)),
                "sha256": said.one(checksum, SPDX.checksumValue),
            }
        page = said.one(node, DCAT.landingPage)
        found[node.value] = {**said.named(node, language), "page": page, "files": files}
    return found


def by_ckan(client: Client, language: str) -> dict[str, Facts]:
    body = client.get("/api/3/action/package_search?rows=1000").body
    found = {}
    for one in json.loads(body)["result"]["results"]:
        extras = {extra["key"]: extra["value"] for extra in one["extras"]}
        assert instant(extras["modified"]) == instant(one["metadata_modified"])
        texts = {"ja": (one["title"], one["notes"]), "en": (extras["title_en"], extras["notes_en"])}
        title, description = texts[language]
        files = {}
        for file in one["resources"]:
            assert file["metadata_modified"] == file["last_modified"]
            files[file["uri"]] = {
                "title": file["name"],
                "description": file["description"].partition(" このファイルのライセンス")[0],
                "licence": file["license_url"],
                "modified": instant(file["last_modified"]),
                "url": file["url"],
                "size": file["size"],
                "sha256": file["hash"],
            }
        found[extras["uri"]] = {
            "title": title,
            "description": description,
            "licence": one["license_url"],
            "modified": instant(one["metadata_modified"]),
            "page": one["url"],
            "files": files,
        }
    return found


def by_schema_org(client: Client, language: str) -> dict[str, Facts]:
    catalogue = _ld(client, f"/catalog?lang={language}")
    assert catalogue["@type"] == "DataCatalog"
    found = {}
    for listed in catalogue["dataset"]:
        address = listed["url"].removeprefix(client.server.url)
        one = _ld(client, f"{address}?lang={language}")
        for name in ("name", "description", "license", "url", "@id"):
            assert one[name] == listed[name]
        files = {
            file["@id"]: {
                "title": file["name"],
                "description": file["description"],
                "licence": file["license"],
                "modified": instant(file["dateModified"]),
                "url": file["contentUrl"],
                "size": int(file["contentSize"].removesuffix(" B")),
                "sha256": file["sha256"],
            }
            for file in one["distribution"]
            if "sha256" in file
        }
        found[one["@id"]] = {
            "title": one["name"],
            "description": one["description"],
            "licence": one["license"],
            "modified": instant(one["dateModified"]),
            "page": one["url"],
            "files": files,
        }
    return found


def _ld(client: Client, target: str) -> Facts:
    page = client.get(target).body.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found: Facts = json.loads(unescape(text))
    return found


@pytest.fixture(scope="module")
def expected(client: Client) -> dict[str, dict[str, Facts]]:
    """What DCAT says, in each language: what the others are held against."""
    return {language: by_dcat(client, language) for language in LANGUAGES}


def files_in(facts: dict[str, Facts]) -> dict[str, Facts]:
    return {iri: file for one in facts.values() for iri, file in one["files"].items()}


def test_there_is_something_to_compare(expected: dict[str, dict[str, Facts]]) -> None:
    for facts in expected.values():
        assert len(facts) == 6
        assert len(files_in(facts)) > 40
        assert len({file["url"] for file in files_in(facts).values()}) == len(files_in(facts))
    assert expected["ja"] != expected["en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/catalog.jsonld", "/catalog.rdf"])
def test_dcat_is_the_same_in_every_format(
    client: Client, expected: dict[str, dict[str, Facts]], path: str, language: str
) -> None:
    assert by_dcat(client, language, path) == expected[language]


def test_ckan_says_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    assert by_ckan(client, "ja") == expected["ja"]
    for iri, one in by_ckan(client, "en").items():
        same = ("title", "description", "licence", "modified", "page")
        assert {name: one[name] for name in same} == {name: expected["en"][iri][name] for name in same}


@pytest.mark.parametrize("language", LANGUAGES)
def test_schema_org_says_the_same(
    client: Client, expected: dict[str, dict[str, Facts]], language: str
) -> None:
    assert by_schema_org(client, language) == expected[language]


def test_shirasagi_is_told_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    names = json.loads(client.get("/api/package_list").body)["result"]
    shown = [json.loads(client.get(f"/api/package_show?id={one}").body)["result"] for one in names]
    by_page = {one["page"]: one for one in expected["ja"].values()}
    assert {one["url"] for one in shown} == by_page.keys()
    for one in shown:
        same = by_page[one["url"]]
        assert (one["name"], one["text"]) == (same["title"], same["description"])
        assert instant(one["updated"]) == same["modified"]
        by_url = {file["url"]: file for file in same["files"].values()}
        assert {file["url"] for file in one["resources"]} == by_url.keys()
        for file in one["resources"]:
            told = by_url[file["url"]]
            assert (file["name"], file["size"]) == (told["title"], told["size"])
            assert file["text"].startswith(told["description"])
            assert instant(file["updated"]) == told["modified"]


def test_void_says_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    said = Said(client.get("/.well-known/void", accept="*/*").body, RdfFormat.TURTLE)
    for language in LANGUAGES:
        for iri, one in expected[language].items():
            node = NamedNode(iri)
            same = ("title", "description", "licence", "modified")
            assert said.named(node, language) == {name: one[name] for name in same}
            assert one["page"] in {value.value for value in said.values(node, FOAF.homepage)}
            dumps = {value.value for value in said.values(node, VOID.dataDump)}
            assert dumps <= {file["url"] for file in one["files"].values()}
            assert dumps >= {
                file["url"]
                for file in one["files"].values()
                if file["url"].endswith((".ttl", ".nq", ".trig", ".ttl.gz"))
            }


def test_the_open_data_list_says_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    body = client.get("/catalog/open-data-list.csv").body.decode()
    rows = {row["URL"]: row for row in csv.DictReader(io.StringIO(body))}
    for name in json.loads(client.get("/api/package_list").body)["result"]:
        shown = json.loads(client.get(f"/api/package_show?id={name}").body)["result"]
        assert rows[shown["url"]]["更新頻度"] == shown["update_plan"] != ""
    assert rows.keys() == {one["page"] for one in expected["ja"].values()}
    for one in expected["ja"].values():
        row = rows[one["page"]]
        assert (row["データ名称"], row["データ概要"]) == (one["title"], one["description"])
        assert row["最終更新日"] == one["modified"].date().isoformat()
        assert (
            row["ライセンス"] == {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}[one["licence"]]
        )


def test_the_sitemap_says_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").body)  # noqa: S314  # our own server's
    said = {one.findtext(f"{MAP}loc", ""): one.findtext(f"{MAP}lastmod", "") for one in root}
    for one in expected["ja"].values():
        for language in LANGUAGES:
            assert instant(said[f"{one['page']}?lang={language}"]) == one["modified"]
    assert f"{client.server.url}/catalog?lang=ja" in said


def test_files_are_as_they_are_said_to_be(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    for file in files_in(expected["ja"]).values():
        answer = client.get(file["url"].removeprefix(client.server.url), accept="*/*")
        assert answer.status == 200
        assert len(answer.body) == file["size"], file["url"]
        assert hashlib.sha256(answer.body).hexdigest() == file["sha256"], file["url"]


def test_a_person_reads_the_same(client: Client, expected: dict[str, dict[str, Facts]]) -> None:
    for language in LANGUAGES:
        for one in expected[language].values():
            address = one["page"].removeprefix(client.server.url)
            page = unescape(client.get(f"{address}?lang={language}").body.decode())
            assert one["title"] in page
            assert one["description"] in page
            for file in one["files"].values():
                path = file["url"].removeprefix(client.server.url)
                assert f'href="{path}"' in page or f'href="{file["url"]}"' in page, (address, path)


Views = Callable[[Client, str], dict[str, Facts]]


@pytest.mark.parametrize("view", [by_dcat, by_ckan, by_schema_org])
def test_another_host_is_told_its_own_addresses(server: Server, view: Views) -> None:
    """Names stay, addresses are those of the host that is asked, and nothing else is different."""

    class Elsewhere(Client):
        def get(self, target: str, accept: str = "text/html", **headers: str) -> Any:
            return super().get(target, accept, Host="data.example.org", **headers)

    with closing(Client(server)) as here, closing(Elsewhere(server)) as there:
        there.server = _Named("http://data.example.org", server)
        said = json.dumps(view(here, "ja"), default=str).replace(server.url, "http://data.example.org")
        assert json.loads(said) == json.loads(json.dumps(view(there, "ja"), default=str))


class _Named:
    """A server by another name."""

    def __init__(self, url: str, server: Server) -> None:
        self.url, self.port = url, server.port


def test_they_agree_after_a_write_too(server: Server, client: Client) -> None:
    """The whole has changed with it; the files are those of the build, as are the parts."""
    before = by_dcat(client, "ja")
    headers = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    assert server.fetch("/sparql", INSERT, **headers).status == 200
    after = by_dcat(client, "ja")
    assert after == by_ckan(client, "ja") == by_schema_org(client, "ja")
    changed = {iri for iri in after if after[iri] != before[iri]}
    (whole,) = changed
    assert after[whole]["modified"] > before[whole]["modified"]
    assert after[whole]["files"] == before[whole]["files"]
    test_the_sitemap_says_the_same(client, {"ja": after})
    test_files_are_as_they_are_said_to_be(client, {"ja": after})
