"""Static files, each at an address that holds a hash of its content, so that it may be kept for ever."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort

HERE: Final = Path(__file__).parent
FOLDER: Final = HERE / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
TEXTS: Final = ("text/", "image/svg")

blueprint = Blueprint("statics", __name__)


@dataclass(frozen=True)
class File:
    """A static file: its path, its content, the hash of that, and its media type."""

    name: str
    content: bytes
    digest: str
    content_type: str

    @property
    def address(self) -> str:
        """Where it is found: ``style.css`` at ``/static/style.HASH.css``."""
        stem, dot, extension = self.name.rpartition(".")
        return f"/static/{stem}.{self.digest}{dot}{extension}"


@cache
def files() -> dict[str, File]:
    """The static files by their paths."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in paths}


def _read(path: Path) -> File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = f"{kind}; charset=utf-8" if kind.startswith(TEXTS) else kind
    return File(path.relative_to(FOLDER).as_posix(), content, hashlib.sha256(content).hexdigest()[:16], kind)


def address(name: str) -> str:
    """The address of a static file. Raises KeyError when there is none of the name."""
    return files()[name].address


@cache
def design() -> str:
    """A hash of all that pages are made with: another program may make another page of the same data."""
    digest = hashlib.sha256()
    for path in sorted(p for p in HERE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    return digest.hexdigest()[:16]


def tag(*parts: str) -> str:
    """A weak entity tag of a page or document that depends on ``parts`` and on the program."""
    digest = hashlib.sha256("\x00".join((design(), *parts)).encode("utf-8", "replace")).hexdigest()
    return f'W/"{digest[:32]}"'


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file by its own name or by the one with its hash; an old hash gets the file as it is now."""
    stem, _, extension = name.rpartition(".")
    plain = f"{stem.rpartition('.')[0]}.{extension}"
    file = files().get(name) or files().get(plain)
    if file is None:
        abort(404)
    lasting = file.address == f"/static/{name}"
    headers = {
        "Content-Type": file.content_type,
        "Cache-Control": FOR_EVER if lasting else "public, max-age=0, must-revalidate",
        "ETag": f'"{file.digest}"',
        "Vary": "Accept-Encoding",
    }
    return Response(file.content, headers=headers)
