"""Versions taken from another server: whole, by checksum, only what is missing; and what is wrong with a source
changes nothing."""

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.fetching import fetcher, listing, source
from renkei_kg.fetching.fetcher import Fetcher, Wanted
from renkei_kg.fetching.source import FetchError, Source
from tests import numbered
from tests.attacks.watching import eventually
from tests.numbered import EX, VALUES
from tests.serving import COMMAND, Server, serving

TOKEN = "an-operators-token-that-is-nowhere-else"
NOTE = "<urn:s> <urn:p> 'written' ."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("publisher")
    numbered.make(made, range(1, 3))
    root = made / "snapshots"
    # What lies about, and is to stay here.
    inside = snapshot.open_current(root).path
    for path in (root / "secret.json", inside / "stray.txt", inside / "store" / "notes.txt"):
        path.write_text(TOKEN)
    (inside / "store" / "000777.log").symlink_to(root / "secret.json")
    tokens = [COMMAND, "tokens", "add", "someone"]
    subprocess.run(tokens, env={**os.environ, "RENKEI_SNAPSHOTS": str(root)}, check=True, capture_output=True)
    return root


@pytest.fixture(scope="module")
def publisher(folder: Path) -> Iterator[Server]:
    with serving(folder, share=1, write_token=TOKEN) as running:
        yield running


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [COMMAND, "snapshots", *arguments, "--snapshots", root],
        capture_output=True,
        text=True,
        check=False,
        env=kept,
    )


def listed(server: Server, name: str = "current") -> dict[str, dict[str, object]]:
    said = json.loads(server.fetch(f"/snapshots/{name}/whole").body)
    return dict(said["files"])


def test_it_is_off_unless_it_is_wanted(folder: Path) -> None:
    with serving(folder) as server:
        assert server.fetch("/snapshots/current/whole").problem["status"] == 403
        assert b"RENKEI_SHARE" in server.fetch(f"/snapshots/{snapshot.current_id(folder)}/whole/x").body
        fault = command(folder.parent / "none", "fetch", server.url)
    assert fault.returncode == 2
    assert "RENKEI_SHARE=1" in fault.stderr


def test_a_version_is_fetched_and_served_alike(publisher: Server, folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "reader"
    there = command(folder, "checksum").stdout.strip()
    done = command(root, "fetch", publisher.url, "--sha256", there)
    assert (done.returncode, done.stderr) == (0, "")
    assert snapshot.current_id(root) == snapshot.current_id(folder)
    assert command(root, "checksum").stdout.strip() == there
    snapshot.verify(snapshot.open_current(root))
    with serving(root, share=1) as reader:
        answers = [one.ask(VALUES, accept="text/csv") for one in (publisher, reader)]
        assert answers[0].body == answers[1].body
        assert answers[0].headers["etag"] == answers[1].headers["etag"]
        # One reader is the publisher of the next.
        assert command(tmp_path / "next", "fetch", reader.url, "--sha256", there).returncode == 0
    assert "0 bytes fetched, 0 were here" in command(root, "fetch", publisher.url).stdout


def test_what_is_here_is_linked_and_only_the_rest_comes(
    publisher: Server, folder: Path, tmp_path: Path
) -> None:
    root = tmp_path / "reader"
    assert command(root, "fetch", publisher.url).returncode == 0
    before = snapshot.current_id(root)
    written = publisher.fetch(
        f"/graphs?graph={EX}note", NOTE.replace("'", '"').encode(), method="PUT",
        Content_Type="text/turtle", Authorization=f"Bearer {TOKEN}",
    )  # fmt: skip
    assert written.status in (201, 204), written.body
    eventually(5, lambda: publisher.fetch("/health").body.decode().find(snapshot.current_id(folder)) > 0)
    done = command(root, "fetch", publisher.url)
    assert done.returncode == 0, done.stderr
    old, new = snapshot.open_snapshot(root / before), snapshot.open_current(root)
    shared = [name for name in new.manifest["files"] if (new.path / name).stat().st_nlink > 1]
    assert shared
    for name in shared:
        assert (new.path / name).samefile(old.path / name)
    assert not (new.path / "manifest.json").samefile(old.path / "manifest.json")
    # A version that was current before is taken up again, without a byte.
    assert "0 bytes" in command(root, "fetch", publisher.url, before).stdout
    assert snapshot.current_id(root) == before
    assert [one for _, one in snapshot.activations.noted(root)] == [before]


def test_nothing_leaves_but_the_version(publisher: Server, folder: Path) -> None:
    version = snapshot.list_snapshots(folder)[1].path
    files = listed(publisher, version.name)
    assert set(files) == {name for name in files if listing.belongs(name)}
    assert not {"stray.txt", "store/notes.txt", "store/000777.log", "store/LOG"} & set(files)
    hashed = next(iter(json.loads((folder / ".tokens.json").read_text())["tokens"]))["sha256"]
    for name, facts in files.items():
        content = publisher.fetch(f"/snapshots/{version.name}/whole/{facts['sha256']}").body
        assert sha256(content).hexdigest() == facts["sha256"], name
        assert TOKEN.encode() not in content
        assert hashed.encode() not in content
    secrets = (folder / ".tokens.json", folder / "secret.json", version / "store" / "LOG")
    digests = [sha256(path.read_bytes()).hexdigest() for path in secrets]
    for wrong in (*digests, "..%2f..%2f.tokens.json", "%2e%2e", ".tokens.json", "0" * 64):
        assert publisher.fetch(f"/snapshots/{version.name}/whole/{wrong}").status == 404
    for wrong in (".cited", "..", "%2e%2e", ".fetching"):
        assert publisher.fetch(f"/snapshots/{wrong}/whole").status in (404, 400)


def test_ranges_and_tags(publisher: Server) -> None:
    name, facts = max(listed(publisher).items(), key=lambda one: one[1]["bytes"])
    assert name.startswith("store/")
    path = f"/snapshots/current/whole/{facts['sha256']}"
    whole = publisher.fetch(path)
    part = publisher.fetch(path, Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole.body[10:20])
    assert publisher.fetch(path, Range=f"bytes={facts['bytes']}-").status == 416
    assert publisher.fetch(path, If_None_Match=whole.headers["etag"]).status == 304
    current = publisher.fetch("/snapshots/current/whole")
    assert publisher.fetch("/snapshots/current/whole", If_None_Match=current.headers["etag"]).status == 304
    assert "must-revalidate" in current.headers["cache-control"]


def test_a_follower_moves_with_its_publisher(publisher: Server, folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "reader"
    first, second = snapshot.list_snapshots(folder)[:2]
    snapshot.activate(folder, first.id)
    eventually(10, lambda: publisher.ask("ASK {}").headers["renkei-snapshot"] == first.id)

    def follows(one: snapshot.Snapshot) -> bool:
        return (root / "current").is_symlink() and snapshot.current_id(root) == one.id

    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with subprocess.Popen(
        [COMMAND, "snapshots", "fetch", publisher.url, "--follow", "1", "--prune", "--snapshots", root],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**kept, "RENKEI_KEEP_VERSIONS": "1"},
    ) as process:  # fmt: skip
        try:
            eventually(10, lambda: follows(first))
            snapshot.activate(folder, second.id)
            eventually(10, lambda: follows(second))
            eventually(5, lambda: len(snapshot.list_snapshots(root)) == 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()
        assert process.stdout is not None
        assert process.stdout.read().count("current is") == 2


class Hostile(BaseHTTPRequestHandler):
    """Answers as ``files`` of its server say, which may be made worse by ``spoil``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, headers, body = self.server.answer(self.path, self.headers.get("Range", ""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if int(headers.get("Content-Length", len(body))) != len(body):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def answering(answer: Callable[[str, str], Reply]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def reader(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one version that is served, and which no bad source may change."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(source, "TRIES", 2)
    root = tmp_path / "reader"
    first = snapshot.list_snapshots(folder)[0]
    shutil.copytree(first.path, root / first.id)
    snapshot.activate(root, first.id)
    return root


class Files:
    """The second version of a publisher, as its files and their list, to be made worse."""

    def __init__(self, folder: Path) -> None:
        version = snapshot.list_snapshots(folder)[1]
        self.version = version.id
        known = listing.of(version)
        self.content = {name: (version.path / name).read_bytes() for name in known.files}
        self.said = {name: dict(facts) for name, facts in known.files.items()}
        self.replies: dict[str, Reply] = {}

    def put(self, name: str, content: bytes) -> None:
        self.content[name] = content
        self.said[name] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}

    def manifest(self, **changed: object) -> None:
        said = {**json.loads(self.content["manifest.json"]), **changed}
        self.put("manifest.json", json.dumps(said).encode())

    def answer(self, path: str, asked: str) -> Reply:
        if path in self.replies:
            return self.replies[path]
        if path.endswith("/whole"):
            return 200, {"ETag": '"1"'}, json.dumps({"snapshot": self.version, "files": self.said}).encode()
        found = [
            self.content[name] for name, facts in self.said.items() if path.endswith(str(facts["sha256"]))
        ]
        start = int(asked[6:-1]) if asked else 0
        headers = {"Content-Range": f"bytes {start}-{len(found[0]) - 1}/{len(found[0])}"} if asked else {}
        return 206 if asked else 200, headers, found[0][start:]


def other_file(files: Files) -> None:
    files.said["../../evil"] = {"bytes": 1, "sha256": "0" * 64}


def absolute(files: Files) -> None:
    files.said["/etc/passwd"] = {"bytes": 1, "sha256": "0" * 64}


def below(files: Files) -> None:
    files.said["store/../../evil.sst"] = {"bytes": 1, "sha256": "0" * 64}


def hidden(files: Files) -> None:
    files.said["files/.htaccess"] = {"bytes": 1, "sha256": "0" * 64}


def huge(files: Files) -> None:
    files.said["text.db"] = {"bytes": 1 << 50, "sha256": "0" * 64}


def negative(files: Files) -> None:
    files.said["text.db"] = {"bytes": -5, "sha256": "0" * 64}


def many(files: Files) -> None:
    files.said |= {f"files/{n}": {"bytes": 0, "sha256": "0" * 64} for n in range(listing.MOST_FILES)}


def damaged(files: Files) -> None:
    name = max(files.content, key=lambda one: len(files.content[one]))
    files.content[name] = files.content[name][:-1] + b"?"


def longer(files: Files) -> None:
    name = max(files.content, key=lambda one: len(files.content[one]))
    files.content[name] += b"?"


def wrong_manifest(files: Files) -> None:
    files.manifest(id="20300101T000000Z-000000000000")


def other_base(files: Files) -> None:
    files.manifest(base="https://elsewhere.example/")


def parent_outside(files: Files) -> None:
    files.manifest(parent="../../elsewhere")


def number_of_words(files: Files) -> None:
    files.manifest(number="many")


def no_manifest(files: Files) -> None:
    files.put("manifest.json", b"[1, 2")


def more_than_the_manifest(files: Files) -> None:
    files.put("files/extra.csv", b"a\n")


def fewer_quads(files: Files) -> None:
    files.manifest(quads=3)


def no_table(files: Files) -> None:
    """The store lacks a file, as both its manifest and the list have it."""
    name = next(name for name in files.content if name.endswith(".sst"))
    del files.content[name], files.said[name]
    said = json.loads(files.content["manifest.json"])["files"]
    files.manifest(files={known: facts for known, facts in said.items() if known != name})


def other_version(files: Files) -> None:
    files.version = "../evil"


def elsewhere(files: Files) -> None:
    files.replies["/snapshots/current/whole"] = (302, {"Location": "http://localhost:9/x"}, b"")


def local_file(files: Files) -> None:
    files.replies["/snapshots/current/whole"] = (302, {"Location": "file:///etc/passwd"}, b"")


def no_list(files: Files) -> None:
    files.replies["/snapshots/current/whole"] = (200, {}, b"<html>")


def long_list(files: Files) -> None:
    files.replies["/snapshots/current/whole"] = (200, {}, b" " * (listing.MOST_BYTES + 10))


def broken(files: Files) -> None:
    name = max(files.content, key=lambda one: len(files.content[one]))
    where = f"/snapshots/{files.version}/whole/{files.said[name]['sha256']}"
    files.replies[where] = (500, {}, b"")


BAD: dict[Callable[[Files], None], str] = {
    other_file: "no file that a version may have", absolute: "no file that a version may have",
    below: "no file that a version may have", hidden: "no file that a version may have",
    huge: "--most-gb", negative: "without a size", many: "more than 100000", damaged: "damaged at",
    longer: "more bytes than", wrong_manifest: "another version", other_base: "other data",
    parent_outside: "of which versions", number_of_words: "of which versions", no_manifest: "is damaged",
    more_than_the_manifest: "other files", fewer_quads: "quads and not 3", no_table: "cannot be opened",
    other_version: "not the id of a version", elsewhere: "another place", local_file: "is not allowed",
    no_list: "not the list", long_list: "more bytes than", broken: "answers 500",
}  # fmt: skip


@pytest.mark.parametrize("spoil", BAD, ids=lambda one: one.__name__)
def test_a_bad_source_changes_nothing(folder: Path, reader: Path, spoil: Callable[[Files], None]) -> None:
    files = Files(folder)
    spoil(files)
    before = {path for path in reader.parent.rglob("*") if fetcher.FOLDER not in path.parts}
    current = snapshot.current_id(reader)
    with (
        answering(files.answer) as url,
        pytest.raises((FetchError, snapshot.SnapshotError), match=BAD[spoil]),
    ):
        take(reader, url)
    after = {path for path in reader.parent.rglob("*") if fetcher.FOLDER not in path.parts}
    assert {path.name for path in after - before} <= {".lock"}
    assert snapshot.current_id(reader) == current
    snapshot.verify(snapshot.open_current(reader))


def take(root: Path, url: str, wanted: Wanted | None = None) -> fetcher.Fetched:
    one = Fetcher(root, Source(url))
    looked = one.look(wanted or Wanted())
    assert looked is not None
    return one.take(looked[0])


def test_another_checksum_than_the_one_wanted(folder: Path, reader: Path) -> None:
    with answering(Files(folder).answer) as url, pytest.raises(FetchError, match="and not 0000"):
        take(reader, url, Wanted(checksum="0" * 64))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///tmp",
        "example.org",
        "http://u:p@example.org",
        "http://example.org/?a",
        "http://[",
        "",
    ],
)
def test_only_servers_are_asked(url: str) -> None:
    with pytest.raises(FetchError, match="not the address"):
        Source(url)


def test_what_was_broken_off_goes_on_where_it_was(folder: Path, reader: Path) -> None:
    files = Files(folder)
    name = max(files.content, key=lambda one: len(files.content[one]))
    asked: list[str] = []

    def answer(path: str, part: str) -> Reply:
        status, headers, body = files.answer(path, part)
        if not path.endswith(str(files.said[name]["sha256"])):
            return status, headers, body
        asked.append(part)
        if len(asked) > 4:
            return status, headers, body
        return status, {**headers, "Content-Length": str(len(body))}, body[: len(body) // 3]

    with answering(answer) as url:
        assert take(reader, url).version == files.version
    starts = [int(part[6:-1] or 0) if part else 0 for part in asked]
    assert len(starts) == 5
    assert starts == sorted(set(starts))
    snapshot.verify(snapshot.open_current(reader))


def test_damage_is_mended_by_the_next_try(folder: Path, reader: Path) -> None:
    files = Files(folder)
    damaged(files)
    with answering(files.answer) as url, pytest.raises(FetchError):
        take(reader, url)
    with answering(Files(folder).answer) as url:
        assert take(reader, url).version == files.version


def test_the_same_id_with_other_content(folder: Path, reader: Path) -> None:
    files = Files(folder)
    with answering(files.answer) as url:
        take(reader, url)
        files.put("store/000777.log", b"")
        with pytest.raises(FetchError, match="not the same"):
            take(reader, url)
