"""Whole versions in the description of the HTTP surface."""

from typing import Final

from renkei_kg.web import sharing
from renkei_kg.web.openapi_files import PART, VERSION, get, in_path
from renkei_kg.web.openapi_parts import JSON, Object

SHA256: Final[Object] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def paths() -> dict[str, Object]:
    """The paths, each with what GET does there."""
    version = in_path("identifier", "The whole id of a version, or current.", VERSION)
    digest = in_path("sha256", "The SHA-256 of a file of the list.", SHA256)
    whole, file = sharing.LABELS
    said: dict[int, Object | None] = {200: {JSON: {"schema": {"type": "object"}}}, 304: None}
    content: Object = {"application/octet-stream": {}}
    return {
        whole: get(
            "versionWhole",
            "Every file of a version, for servers that fetch it; where sharing is on.",
            said,
            403,
            404,
            parameters=[version],
        ),
        file: get(
            "versionWholeFile",
            "A file of a version, by its checksum; where sharing is on.",
            {200: content, 206: content, 304: None},
            403,
            404,
            412,
            416,
            parameters=[version, digest, PART],
        ),
    }
