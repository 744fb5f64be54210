"""Whole versions for other servers to fetch, where ``RENKEI_SHARE`` allows it: ``/snapshots/ID/whole`` lists
every file of a version, ``/snapshots/ID/whole/SHA256`` is one of them, by its checksum and so by no path
(docs/decisions/0020-readers.md)."""

import asyncio
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from renkei_kg import snapshot
from renkei_kg.engine.contract import Engine, EngineUnavailable, VersionMissing
from renkei_kg.fetching import listing
from renkei_kg.fetching.listing import Listing
from renkei_kg.versions.kept import VERSION
from renkei_kg.web import archive, conditions
from renkei_kg.web.exchange import Request, Response, made, matches
from renkei_kg.web.files import ASK_AGAIN, METHODS
from renkei_kg.web.problems import Problem
from renkei_kg.web.reading import Opened, Part

ADDRESS: Final = re.compile(r"/snapshots/(?P<version>[^/]+)/whole(?:/(?P<sha256>[^/]+))?")
LABELS: Final = ("/snapshots/{identifier}/whole", "/snapshots/{identifier}/whole/{sha256}")
NOT_SHARED: Final = (
    "This server does not share whole versions. Its files and dumps are at /files; its operator may set "
    "RENKEI_SHARE=1."
)


def label(path: str) -> str:
    """What counters and the description of the HTTP surface call a path; empty when it is not of here."""
    found = ADDRESS.fullmatch(path)
    return "" if found is None else LABELS[found["sha256"] is not None]


@lru_cache(maxsize=16)
def listed(root: Path, version: str) -> tuple[Listing, dict[str, str]]:
    """The files of a version, and their paths by checksums. Raises VersionMissing, OSError."""
    if not VERSION.fullmatch(version):
        raise VersionMissing(version)
    try:
        found = listing.of(snapshot.open_snapshot(root / version))
    except snapshot.SnapshotError:
        raise VersionMissing(version) from None
    return found, {facts["sha256"]: name for name, facts in found.files.items()}


class Sharing:
    """Answers requests for whole versions in the folder ``root``; ``allowed`` says whether at all."""

    def __init__(self, root: Path, engine: Engine, *, allowed: bool) -> None:
        self._root, self._engine, self._allowed = root, engine, allowed
        self._opened = Opened()

    async def __call__(self, request: Request) -> Response:
        """The list, or a file or a part of it. Raises Problem, VersionMissing, EngineUnavailable."""
        if not request.reads:
            detail = f"{request.method} is not a method here: a version never changes."
            raise Problem(405, detail, headers={"Allow": METHODS})
        if not self._allowed:
            raise Problem(403, NOT_SHARED)
        found = ADDRESS.fullmatch(request.path)
        assert found is not None
        moving = found["version"] == archive.CURRENT
        version = self._engine.version() if moving else found["version"]
        if not (self._root / version).is_dir():
            raise VersionMissing(version)  # what is remembered of it may have been pruned
        try:
            known, paths = await asyncio.to_thread(listed, self._root, version)
        except OSError:
            raise EngineUnavailable(f"The files of {version} cannot be read now.") from None
        headers = {
            "Cache-Control": ASK_AGAIN if moving else archive.LASTING,
            "Last-Modified": made(version),
            "Renkei-Snapshot": version,
        }
        if found["sha256"] is None:
            return _list(request, known, headers)
        return self._file(request, known, paths, found["sha256"], headers)

    def _file(
        self, request: Request, known: Listing, paths: dict[str, str], digest: str, headers: dict[str, str]
    ) -> Response:
        if digest not in paths:
            raise Problem(404, f"This version has no file with the SHA-256 {digest[:64]}.")
        name = paths[digest]
        size, tag = known.files[name]["bytes"], f'"{digest[:32]}"'
        headers |= {"ETag": tag, "Accept-Ranges": "bytes"}
        state = conditions.State(tag, headers["Last-Modified"])
        status = conditions.judged(request.headers, state)
        if status == conditions.FAILED:
            raise Problem(412, "The file is another than the one named by If-Match or If-Unmodified-Since.")
        if status == conditions.UNCHANGED:
            return Response(304, headers)
        start, stop = 0, size
        if request.method == "GET":
            try:
                start, stop = conditions.part(request.headers, state, size) or (0, size)
            except conditions.UnsatisfiableError:
                whole = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
                raise Problem(416, f"The file has {size} bytes.", headers=whole) from None
        partial = stop - start < size
        if partial:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(stop - start)}
        try:
            body = Part(self._opened, self._root / known.version / name, start, stop, snapshot=known.version)
        except OSError:
            raise EngineUnavailable(f"The file {name} cannot be read now.") from None
        return Response(206 if partial else 200, headers, body)


def _list(request: Request, known: Listing, headers: dict[str, str]) -> Response:
    headers |= {"ETag": f'"{known.checksum}"'}
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(304, headers)
    return Response(200, {**headers, "Content-Type": "application/json"}, known.text)
