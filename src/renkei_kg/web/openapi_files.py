"""The files of versions in the description of the HTTP surface."""

from typing import Any, Final

from renkei_kg.web import files
from renkei_kg.web.negotiate import HTML
from renkei_kg.web.openapi_parts import ALWAYS, JSON, TEXT, Object, response

VERSION: Final[Object] = {"type": "string", "examples": ["20300101T120000Z-453b72f7924c"]}
CONTENT: Final[Object] = {
    kind.partition(";")[0]: {} for kind in sorted({*files.KINDS.values(), files.ANY_KIND})
}
LIST: Final[Object] = {JSON: {"schema": {"type": "object"}}, HTML.media_type: TEXT}
PART: Final[Object] = {
    "name": "Range",
    "in": "header",
    "description": "One part of the file, in bytes. Several parts get the whole.",
    "schema": {"type": "string", "examples": ["bytes=0-1023"]},
}
MARK: Final[Object] = {
    "name": "bom",
    "in": "query",
    "description": "1: a CSV begins with a byte order mark, by which Excel knows UTF-8.",
    "schema": {"type": "string", "enum": ["0", "1"]},
}


def paths() -> dict[str, Object]:
    """The paths, each with what GET does there."""
    version = in_path("identifier", "The whole id of a version.", VERSION)
    name = in_path("name", "The name of a file.", {"type": "string", "minLength": 1})
    current, current_file, kept, kept_file, dump = files.LABELS
    return {
        current: _list("files", "The files of the version served."),
        current_file: _file("file", "A file of the version served.", name),
        kept: _list("filesKept", "The files of a version that is kept.", version),
        kept_file: _file("fileKept", "A file of a version that is kept.", version, name),
        dump: _file("versionDump", "All of the data of a version in a file.", version, name),
    }


def _list(name: str, summary: str, *parameters: Object) -> Object:
    return get(name, summary, {200: LIST, 303: None, 304: None}, 404, 406, parameters=list(parameters))


def _file(name: str, summary: str, *parameters: Object) -> Object:
    answers: dict[int, Object | None] = {200: CONTENT, 206: CONTENT, 304: None}
    return get(name, summary, answers, 404, 412, 416, parameters=[*parameters, MARK, PART])


def get(name: str, summary: str, answers: dict[int, Object | None], *statuses: int, **more: Any) -> Object:
    every = {**answers, **dict.fromkeys(sorted({*ALWAYS, *statuses}))}
    responses = {str(status): response(status, found) for status, found in every.items()}
    return {"get": {"operationId": name, "summary": summary, "responses": responses, **more}}


def in_path(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
