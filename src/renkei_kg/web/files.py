"""The files of versions: ``/files/NAME`` of the version served, ``/snapshots/ID/files/NAME`` of any that is
kept, ``/snapshots/ID/dumps/NAME`` as ever. Of any size, in constant memory, in parts, and resumable.

They are sent from here and not from Flask, whose answers are held whole until their clients have taken them
(docs/decisions/0015-files.md).
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from renkei_kg.engine.contract import Engine, EngineUnavailable, VersionMissing
from renkei_kg.web import archive, conditions, negotiate, statics
from renkei_kg.web import cache as caching
from renkei_kg.web.exchange import Request, Response, made, matches
from renkei_kg.web.linked.view import manifest
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem
from renkei_kg.web.reading import Opened, Part

PATH: Final = "/files"
ADDRESS: Final = re.compile(
    r"(?:/snapshots/(?P<version>(?!current/)[^/]+)/(?=files|dumps/)|/(?=files))"
    r"(?P<folder>files|dumps)(?:/(?P<name>[^/]+))?"
)
METHODS: Final = "GET, HEAD, OPTIONS"
FOLDERS: Final = ("files/", "dumps/")
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "csv-metadata.json": "application/csvm+json",
    "geojson": "application/geo+json",
    "gz": "application/gzip",
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": "text/turtle; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ANY_KIND: Final = "application/octet-stream"
INLINE: Final = ("application/csvm+json", "application/geo+json")
METADATA: Final = "-metadata.json"
MARK: Final = b"\xef\xbb\xbf"  # by which Excel takes a CSV for UTF-8
ASK_AGAIN: Final = "public, max-age=0, must-revalidate"
LISTS: Final = (Format("json", "application/json"), HTML)
NOT_THERE: Final = "There is no file {name} in this version. {list} lists those that there are."
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """The files that a version has, by name: the path in its folder, size and checksum of each. ``origin`` is
    the version whose build made them, ``dataset`` the short name of what they are of, ``since`` says since
    when each path is as it is."""

    version: str
    origin: str
    dataset: str
    files: Mapping[str, tuple[str, Facts]]
    since: Mapping[str, str]

    def modified(self, path: str) -> str:
        """Since when a file is as it is, as an HTTP date."""
        told = self.since.get(path)
        return format_datetime(datetime.fromisoformat(told), usegmt=True) if told else made(self.origin)


@dataclass(frozen=True)
class Chosen:
    """A file as it is sent: its path in the version, its size, checksum and entity tag, in which content
    coding, and the bytes put before it."""

    path: str
    size: int
    sha256: str
    tag: str
    coding: str = ""
    mark: bytes = b""


@lru_cache(maxsize=64)
def published(root: Path, version: str) -> Published:
    """What a version in the folder ``root`` has. Raises VersionMissing."""
    said = manifest(root, version)
    there = {name: facts for name, facts in said["files"].items() if name.startswith(FOLDERS)}
    files = {name.rpartition("/")[2]: (name, facts) for name, facts in there.items()}
    dataset = str(said.get("dataset", "")).rpartition("/")[2]
    return Published(version, said.get("files_of", version), dataset, files, said.get("since", {}))


def kind(name: str) -> str:
    """The media type of a file, by its name."""
    return KINDS.get(name.partition(".")[2]) or KINDS.get(name.rpartition(".")[2], ANY_KIND)


def label(path: str) -> str:
    """What counters and the description of the HTTP surface call a path of files; empty when it is none."""
    found = ADDRESS.fullmatch(path)
    if found is None or (found["folder"] == "dumps" and not found["name"]):
        return ""
    below = f"{found['folder']}/{{name}}" if found["name"] else found["folder"]
    return f"/snapshots/{{identifier}}/{below}" if found["version"] else f"/{below}"


LABELS: Final = tuple(
    label(path)
    for path in ("/files", "/files/x", "/snapshots/x/files", "/snapshots/x/files/x", "/snapshots/x/dumps/x")
)


class Files:
    """Answers requests for the files of the versions in the folder ``root``."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self._root, self._engine = root, engine
        self._opened = Opened()

    async def __call__(self, request: Request) -> Response:
        """A file, a part of it, or which there are. Raises Problem, VersionMissing, EngineUnavailable."""
        if not request.reads:
            detail = f"{request.method} is not a method here: a build makes files."
            raise Problem(405, detail, headers={"Allow": METHODS})
        found = ADDRESS.fullmatch(request.path)
        assert found is not None
        version = found["version"] or self._engine.version()
        if not (self._root / version).is_dir():
            raise VersionMissing(version)  # what is remembered of it may have been pruned
        known = published(self._root, version)
        if not found["name"]:
            return _list(request, known, kept=bool(found["version"]))
        if found["folder"] == "dumps" and known.origin != version:
            raise Problem(
                404, f"This version was published without dumps; those of {known.origin} are the last."
            )
        return self._file(request, known, found["name"], kept=bool(found["version"]))

    def _file(self, request: Request, known: Published, name: str, *, kept: bool) -> Response:
        if name not in known.files:
            listed = f"/snapshots/{known.version}/files" if kept else PATH
            raise Problem(404, NOT_THERE.format(name=name[:80], list=listed))
        chosen = _chosen(request, known, name)
        headers = _headers(known, name, chosen, kept=kept)
        state = conditions.State(chosen.tag, headers["Last-Modified"])
        status = conditions.judged(request.headers, state)
        if status == conditions.FAILED:
            raise Problem(412, "The file is another than the one named by If-Match or If-Unmodified-Since.")
        if status == conditions.UNCHANGED:
            return Response(
                304, {k: v for k, v in headers.items() if k not in ("Content-Type", "Repr-Digest")}
            )
        start, stop = 0, chosen.size
        if request.method == "GET":
            try:
                part = conditions.part(request.headers, state, chosen.size)
            except conditions.UnsatisfiableError:
                whole = {"Content-Range": f"bytes */{chosen.size}", "Accept-Ranges": "bytes"}
                raise Problem(416, f"The file has {chosen.size} bytes.", headers=whole) from None
            if part is not None:
                start, stop = part
                headers["Content-Range"] = f"bytes {start}-{stop - 1}/{chosen.size}"
        headers["Content-Length"] = str(stop - start)
        path = self._root / known.version / chosen.path
        try:
            body = Part(self._opened, path, start, stop, chosen.mark, known.version)
        except OSError:
            raise EngineUnavailable(f"The file {name} cannot be read now.") from None
        return Response(206 if "Content-Range" in headers else 200, headers, body)


def _chosen(request: Request, known: Published, name: str) -> Chosen:
    """How a file is sent: as it is, with a mark before it, or compressed for a client that takes gzip, if it
    is there so (RFC 9110, section 12.5.3). Raises Problem 400."""
    path, facts = known.files[name]
    size, digest = facts["bytes"], facts["sha256"]
    if _marked(request) and name.endswith(".csv"):
        return Chosen(path, size + len(MARK), "", f'"{digest[:32]}-bom"', mark=MARK)
    codings = caching.codings(request.headers.get("accept-encoding", ""))
    packed = known.files.get(f"{name}.gz")
    if packed is not None and "gzip" in codings:
        path, facts = packed
        return Chosen(path, facts["bytes"], facts["sha256"], f'"{facts["sha256"][:32]}-gzip"', "gzip")
    return Chosen(path, size, digest, f'"{digest[:32]}"')


def _marked(request: Request) -> bool:
    """Whether a byte order mark is asked for. Raises Problem 400."""
    asked = parse_qs(request.query_string.decode("latin-1"), keep_blank_values=True).get("bom", ["0"])
    if asked not in (["0"], ["1"]):
        raise Problem(400, "The parameter 'bom' is 1 for a CSV with a byte order mark, or 0.")
    return asked == ["1"]


def _headers(known: Published, name: str, chosen: Chosen, *, kept: bool) -> dict[str, str]:
    content_type = kind(name)
    manner = "inline" if content_type in INLINE else "attachment"
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'{manner}; filename="{_filename(known, name)}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": archive.LASTING if kept else ASK_AGAIN,
        "ETag": chosen.tag,
        "Last-Modified": known.modified(chosen.path),
        "Renkei-Snapshot": known.origin,
    }
    if chosen.coding:
        headers["Content-Encoding"] = chosen.coding
    if f"{name}.gz" in known.files:
        headers["Vary"] = "Accept-Encoding"
    if chosen.sha256:
        headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(chosen.sha256)).decode()}:"
    if f"{name}{METADATA}" in known.files:
        headers["Link"] = f'<{name}{METADATA}>; rel="describedby"; type="{KINDS["csv-metadata.json"]}"'
    return headers


def _filename(known: Published, name: str) -> str:
    """What a file is called where it is saved: with the name of the dataset before its own."""
    return name if name.startswith(known.dataset) else f"{known.dataset}-{name}"


def _list(request: Request, known: Published, *, kept: bool) -> Response:
    """Which files there are, as JSON; a browser is led to the page about them. Raises Problem 406."""
    try:
        form = negotiate.chosen(LISTS, request.headers.get("accept"), None)
    except negotiate.NotAcceptableError:
        raise Problem(406, "The list of files can be had as application/json or text/html.") from None
    if form is HTML:
        where = f"/snapshots/{known.version}" if kept else "/catalog"
        return Response(303, {"Location": where, "Cache-Control": "no-store", "Vary": "Accept"})
    headers = {
        "Content-Type": form.content_type,
        "Cache-Control": archive.LASTING if kept else ASK_AGAIN,
        "ETag": statics.tag(known.version, request.url),
        "Renkei-Snapshot": known.origin,
        "Vary": "Accept",
    }
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(304, {name: value for name, value in headers.items() if name != "Content-Type"})
    files = [_told(known, name, request.url.rstrip("/")) for name in sorted(known.files)]
    said = {"snapshot": known.version, "files_of": known.origin, "files": files}
    return Response(200, headers, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())


def _told(known: Published, name: str, here: str) -> dict[str, Any]:
    facts = known.files[name][1]
    told = {"name": name, "url": f"{here}/{name}", "media_type": kind(name).partition(";")[0], **facts}
    described = f"{name}{METADATA}"
    return {**told, "described_by": f"{here}/{described}"} if described in known.files else told
