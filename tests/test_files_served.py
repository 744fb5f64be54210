"""The files of versions over HTTP: whole, in parts, on conditions, compressed; of the version served and of
those that are kept, also after a write."""

import base64
import csv
import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.web import files
from tests.attacks.wire import connected, drained, replies
from tests.serving import Answer, Server, serving
from tests.writing import BEARER, TOKEN

DAY_BEFORE = "Mon, 01 Jan 2001 00:00:00 GMT"
DAY_AFTER = "Fri, 01 Jan 2100 00:00:00 GMT"


@dataclass(frozen=True)
class Served:
    """A server over one build."""

    server: Server
    root: Path
    made: snapshot.Snapshot

    def get(self, name: str, **headers: str) -> Answer:
        return self.server.fetch(f"/files/{name}", **headers)

    def content(self, name: str) -> bytes:
        (path,) = self.made.path.glob(f"[df]*s/{name}")
        return path.read_bytes()


@pytest.fixture(scope="module")
def served(snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "snapshots"
    shutil.copytree(snapshots, folder, symlinks=True)
    with serving(folder, write_token=TOKEN) as server:
        yield Served(server, folder, snapshot.open_current(folder))


def digest(answer: Answer) -> bytes:
    """The digest that an answer names (RFC 9530)."""
    algorithm, _, value = answer.headers["repr-digest"].partition("=")
    assert (algorithm, value[0], value[-1]) == ("sha-256", ":", ":")
    return base64.b64decode(value.strip(":"))


# A file


def test_every_file_is_served_whole_with_what_there_is_to_say_of_it(served: Served) -> None:
    listed = json.loads(served.server.fetch("/files").body)
    assert listed["snapshot"] == listed["files_of"] == served.made.id
    names = {
        name.rpartition("/")[2]: known
        for name, known in served.made.manifest["files"].items()
        if name.startswith(("files/", "dumps/"))
    }
    dumps = {path.name for path in (served.made.path / "dumps").iterdir()}
    assert [one["name"] for one in listed["files"]] == sorted(names)
    for one in listed["files"]:
        name = one["name"]
        answer = served.server.fetch(one["url"].removeprefix(served.server.url))
        assert answer.status == 200
        assert answer.body == served.content(name)
        assert (one["bytes"], one["sha256"]) == (names[name]["bytes"], names[name]["sha256"])
        assert digest(answer) == hashlib.sha256(answer.body).digest()
        assert answer.headers["etag"] == f'"{one["sha256"][:32]}"'
        assert answer.headers["content-length"] == str(len(answer.body))
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["renkei-snapshot"] == served.made.id
        since = served.made.manifest["since"][f"{'dumps' if name in dumps else 'files'}/{name}"]
        assert parsedate_to_datetime(answer.headers["last-modified"]) == datetime.fromisoformat(since)
        assert answer.headers["content-type"].partition(";")[0] == one["media_type"] != files.ANY_KIND
        assert ("charset=utf-8" in answer.headers["content-type"]) is one["media_type"].startswith("text/")
        described = one.get("described_by", "").rpartition("/")[2]
        assert bool(described) is name.endswith(".csv")
        if described:
            assert answer.headers["link"] == f'<{described}>; rel="describedby"; type="application/csvm+json"'


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("projects.csv", "text/csv; charset=utf-8", 'attachment; filename="renkei-projects.csv"'),
        ("projects.csv-metadata.json", "application/csvm+json", "inline"),
        ("regions.geojson", "application/geo+json", 'inline; filename="renkei-regions.geojson"'),
        ("renkei.nq", "application/n-quads", 'attachment; filename="renkei.nq"'),
        ("renkei.nq.gz", "application/gzip", 'attachment; filename="renkei.nq.gz"'),
        ("shapes.ttl", "text/turtle; charset=utf-8", 'attachment; filename="renkei-shapes.ttl"'),
        ("renkei.xlsx", files.KINDS["xlsx"], 'attachment; filename="renkei.xlsx"'),
    ],
)
def test_a_file_has_its_media_type_and_a_good_name(
    served: Served, name: str, kind: str, disposition: str
) -> None:
    headers = served.get(name).headers
    assert headers["content-type"] == kind
    assert headers["content-disposition"].startswith(disposition)


def test_head_says_the_same_without_the_file(served: Served) -> None:
    for name in ("renkei.nq", "projects.csv", "renkei.xlsx"):
        whole, bare = served.get(name), served.get(name, method="HEAD", Range="bytes=0-1")
        assert (bare.status, bare.body) == (200, b"")
        assert {**bare.headers, "date": ""} == {**whole.headers, "date": ""}


def test_an_old_client_gets_a_large_file_whole(served: Served) -> None:
    with connected(served.server, seconds=30) as connection:
        connection.sendall(b"GET /files/renkei.nq HTTP/1.0\r\nHost: a\r\n\r\n")
        (reply,) = replies(drained(connection))
    assert (reply.status, reply.whole) == (200, True)
    assert reply.body == served.content("renkei.nq")


# Parts (RFC 9110, section 14)

NAME = "municipalities.csv"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-999", 0, 999),
        ("bytes=100-", 100, None),
        ("bytes=-100", -100, None),
        ("bytes=-99999999", 0, None),
        ("bytes=100-99999999", 100, None),
        ("BYTES= 5-9", 5, 9),
    ],
)
def test_a_part_is_what_was_asked_for(served: Served, asked: str, first: int, last: int | None) -> None:
    whole = served.content(NAME)
    part = whole[first:] if last is None else whole[first : last + 1]
    answer = served.get(NAME, Range=asked)
    start = len(whole) + first if first < 0 else first
    assert (answer.status, answer.body) == (206, part)
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    assert answer.headers["content-length"] == str(len(part))
    assert digest(answer) == hashlib.sha256(whole).digest()


@pytest.mark.parametrize(
    "asked", ["bytes=0-0,5-9", "lines=1-2", "bytes=9-5", "bytes=-", "bytes=a-b", "bytes"]
)
def test_what_asks_for_no_one_part_gets_the_whole(served: Served, asked: str) -> None:
    answer = served.get(NAME, Range=asked)
    assert (answer.status, answer.body) == (200, served.content(NAME))
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", f"bytes={'9' * 18}-"])
def test_a_part_that_is_not_there_is_refused_with_the_size(served: Served, asked: str) -> None:
    answer = served.get(NAME, Range=asked)
    assert answer.problem["status"] == 416
    assert answer.headers["content-range"] == f"bytes */{len(served.content(NAME))}"


def test_a_download_goes_on_where_it_stopped_unless_the_file_is_another(served: Served) -> None:
    whole = served.get(NAME)
    rest = served.get(NAME, Range="bytes=1000-", If_Range=whole.headers["etag"])
    assert (rest.status, whole.body[:1000] + rest.body) == (206, whole.body)
    dated = served.get(NAME, Range="bytes=1000-", If_Range=whole.headers["last-modified"])
    assert dated.status == 206
    for other in ('"another"', f"W/{whole.headers['etag']}", DAY_BEFORE, DAY_AFTER, "soon"):
        assert served.get(NAME, Range="bytes=1000-", If_Range=other).body == whole.body


# Conditions (RFC 9110, section 13)


def test_what_a_client_has_is_not_sent_again(served: Served) -> None:
    whole = served.get(NAME)
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]
    for headers in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"x", W/{tag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": modified},
        {"If_None_Match": tag, "If_Modified_Since": DAY_BEFORE, "Range": "bytes=0-1"},
    ):
        answer = served.get(NAME, **headers)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag), headers
        assert answer.headers["cache-control"] == whole.headers["cache-control"]
        assert "content-type" not in answer.headers
    for headers in (
        {"If_None_Match": '"x"', "If_Modified_Since": modified},
        {"If_Modified_Since": DAY_BEFORE},
        {"If_Modified_Since": DAY_AFTER},  # an older version may be made the current one again
        {"If_Match": tag},
        {"If_Unmodified_Since": modified},
        {"If_Unmodified_Since": "soon"},
    ):
        assert served.get(NAME, **headers).status == 200, headers


@pytest.mark.parametrize("condition", [("If_Match", '"x"'), ("If_Unmodified_Since", DAY_BEFORE)])
def test_a_file_that_is_another_than_expected_is_not_sent(served: Served, condition: tuple[str, str]) -> None:
    assert served.get(NAME, **dict([condition])).problem["status"] == 412
    assert served.get(NAME, If_Match=f"W/{served.get(NAME).headers['etag']}").status == 412


# Codings, and the mark for Excel


def test_who_takes_gzip_gets_the_file_compressed_with_a_tag_of_its_own(served: Served) -> None:
    plain = served.get(NAME)
    packed = served.get(NAME, Accept_Encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert digest(packed) == hashlib.sha256(packed.body).digest()
    tag = packed.headers["etag"]
    part = served.get(NAME, Accept_Encoding="gzip", Range="bytes=10-", If_Range=tag)
    assert (part.status, part.headers["content-encoding"], part.body) == (206, "gzip", packed.body[10:])
    assert served.get(NAME, Accept_Encoding="gzip", If_None_Match=tag).status == 304
    assert served.get(NAME, If_None_Match=tag).status == 200
    for coding in ("identity", "gzip;q=0", "br"):
        assert "content-encoding" not in served.get(NAME, Accept_Encoding=coding).headers
    already = served.get(f"{NAME}.gz", Accept_Encoding="gzip")
    assert (already.body, already.headers.get("content-encoding")) == (packed.body, None)


def test_a_csv_comes_with_the_mark_that_excel_wants(served: Served) -> None:
    plain, marked = served.get(NAME), served.get(f"{NAME}?bom=1", Accept_Encoding="gzip")
    assert marked.body == b"\xef\xbb\xbf" + plain.body
    assert marked.headers["content-length"] == str(len(marked.body))
    assert len({plain.headers["etag"], marked.headers["etag"]}) == 2
    assert "content-encoding" not in marked.headers
    assert served.get(f"{NAME}?bom=1", If_None_Match=marked.headers["etag"]).status == 304
    for first, last in ((0, 0), (1, 9), (2, 2), (3, 20)):
        part = served.get(f"{NAME}?bom=1", Range=f"bytes={first}-{last}")
        assert part.body == marked.body[first : last + 1]
    assert served.get(f"{NAME}?bom=0").body == plain.body
    assert next(csv.reader(marked.body.decode("utf-8-sig").splitlines()))[0] == "iri"
    assert served.get("renkei.nq?bom=1").body == served.content("renkei.nq")
    assert served.get(f"{NAME}?bom=yes").problem["status"] == 400


# What there is


def test_the_list_is_for_programs_and_leads_people_to_the_catalogue(served: Served) -> None:
    answer = served.server.fetch("/files/")
    assert answer.headers["content-type"] == "application/json"
    again = served.server.fetch("/files/", If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    page = served.server.fetch("/files", Accept="text/html")
    assert (page.status, page.headers["location"]) == (303, "/catalog")
    assert served.server.fetch("/files", Accept="image/png").problem["status"] == 406


@pytest.mark.parametrize(
    "path",
    [
        "/files/nothing.csv",
        "/files/manifest.json",
        "/files/..%2fmanifest.json",
        "/files/%2e%2e",
        "/files/a/b",
        "/snapshots/20200101T000000Z-000000000000/files/projects.csv",
        "/snapshots/%2e%2e/files/projects.csv",
    ],
)
def test_what_is_no_file_is_404_in_words(served: Served, path: str) -> None:
    problem = served.server.fetch(path).problem
    assert problem["status"] == 404
    assert str(served.root) not in json.dumps(problem)


def test_files_are_only_read(served: Served) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = served.server.fetch("/files/projects.csv", b"", method=method)
        assert (answer.problem["status"], answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    asked = served.server.fetch("/files/projects.csv", method="OPTIONS")
    assert "Range" in asked.headers["access-control-allow-headers"]


def test_the_counters_know_files_by_one_name(served: Served) -> None:
    served.get(NAME)
    assert '/files/{name}"' in served.server.fetch("/metrics").body.decode()


# Versions


def test_a_version_that_is_kept_has_its_files_for_ever(served: Served) -> None:
    below = f"/snapshots/{served.made.id}"
    for folder, name in (("files", NAME), ("files", "renkei.trig"), ("dumps", "renkei.trig")):
        answer = served.server.fetch(f"{below}/{folder}/{name}")
        assert answer.body == served.content(name)
        assert "immutable" in answer.headers["cache-control"]
    assert json.loads(served.server.fetch(f"{below}/files").body)["snapshot"] == served.made.id
    page = served.server.fetch(f"{below}/files", Accept="text/html")
    assert (page.status, page.headers["location"]) == (303, below)
    current = served.server.fetch(f"/snapshots/current/files/{NAME}")
    assert (current.status, current.headers["location"]) == (302, f"{below}/files/{NAME}")
    shown = served.server.fetch(f"{below}?lang=en", Accept="text/html").body.decode()
    assert f'href="{below}/files/{NAME}"' in shown


def test_a_version_that_is_pruned_is_not_remembered(served: Served) -> None:
    name = "20300101T000000Z-000000000000"
    shutil.copytree(served.made.path, served.root / name)
    assert served.server.fetch(f"/snapshots/{name}/files/{NAME}").status == 200
    shutil.rmtree(served.root / name)
    for below in ("/files", f"/files/{NAME}"):
        assert served.server.fetch(f"/snapshots/{name}{below}").problem["status"] == 404


def test_a_write_carries_the_files_of_the_build_before_it(served: Served) -> None:
    text = "INSERT DATA { GRAPH <https://example.org/notes> { <a:a> <a:b> 1 } }"
    written = json.loads(served.server.post(text, kind="update", **BEARER).body)["snapshot"]
    made = snapshot.open_snapshot(served.root / written)
    snapshot.verify(made)
    assert made.manifest["files_of"] == served.made.id
    for name, known in served.made.manifest["files"].items():
        if name.startswith(("files/", "dumps/")):
            assert made.manifest["files"][name] == known
            assert (made.path / name).samefile(served.made.path / name)
    for path in (f"/files/{NAME}", f"/snapshots/{written}/files/{NAME}"):
        answer = served.server.fetch(path)
        assert (answer.status, answer.body) == (200, served.content(NAME))
        assert answer.headers["renkei-snapshot"] == served.made.id
    listed = json.loads(served.server.fetch("/files").body)
    assert (listed["snapshot"], listed["files_of"]) == (written, served.made.id)
    # They do not tell of what was written, so they are no dumps of this version.
    problem = served.server.fetch(f"/snapshots/{written}/dumps/renkei.nq").problem
    assert (problem["status"], served.made.id in problem["detail"]) == (404, True)
    page = served.server.fetch(f"/snapshots/{written}?lang=en", Accept="text/html").body.decode()
    assert f'href="/snapshots/{served.made.id}?lang=en"' in page
    assert "/dumps/" not in page
    second = json.loads(served.server.post(text.replace(" 1 ", " 2 "), kind="update", **BEARER).body)[
        "snapshot"
    ]
    assert snapshot.open_snapshot(served.root / second).manifest["files_of"] == served.made.id
