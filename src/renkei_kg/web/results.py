"""Answers that a citation keeps, ``/snapshots/ID/results/NAME``: for ever the same bytes, read from disk."""

import logging
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request

from renkei_kg.config import Settings
from renkei_kg.engine.contract import Query
from renkei_kg.versions import kept
from renkei_kg.web import archive
from renkei_kg.web.exchange import matches
from renkei_kg.web.negotiate import GRAPHS, SOLUTIONS
from renkei_kg.web.problems import Problem

LABEL: Final = "/snapshots/{version}/results/{name}"
FORMATS: Final = {form.media_type: form for form in (*SOLUTIONS, *GRAPHS)}
ENDINGS: Final = {"turtle": "ttl"}
NONE_SUCH: Final = "No answer of this name is kept. A citation's link ends in 32 digits and letters a to f."
DAMAGED: Final = (
    "This answer was kept, but its file on the server is damaged, so it is not given. The operator of the "
    "server can put the file back from a copy."
)
blueprint = Blueprint("results", __name__)
log = logging.getLogger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Adds kept answers to the pages of an application."""
    app.extensions["cited"] = settings.snapshots
    app.register_blueprint(blueprint)


def path(version: str, name: str) -> str:
    """Where a kept answer is found."""
    return f"/snapshots/{version}/results/{name}"


@blueprint.get("/snapshots/<version>/results/<name>")
def result(version: str, name: str) -> Response:
    """The bytes of an answer, as they were when it was cited."""
    root: Path = current_app.extensions["cited"]
    try:
        found = kept.find(root, version, name)
        if found is None:
            raise Problem(404, NONE_SUCH)
        headers = _headers(found)
        if matches(request.headers.get("If-None-Match"), headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(found.content(), headers=headers)
    except kept.Damaged as error:
        log.error("%s", error)  # noqa: TRY400 - the message says which file it is, and a traceback no more
        raise Problem(500, DAMAGED) from None


def _headers(found: kept.Kept) -> dict[str, str]:
    """The headers of a kept answer, a memento of the query's answer at ``/sparql`` (RFC 7089, section 2)."""
    asked = found.asked
    form = FORMATS[asked.media_type]
    headers = archive.memento(asked.version, Query(asked.query, asked.default_graphs, asked.named_graphs))
    about = f"/cite?version={asked.version}&result={found.name}"
    file = f"{asked.version[:16]}-{found.name[:8]}.{ENDINGS.get(form.name, form.name)}"
    return {
        **headers,
        "Link": f'{headers["Link"]}, <{about}>; rel="describedby"',
        "Content-Type": form.content_type,
        "Content-Disposition": f'inline; filename="{file}"',
        "ETag": f'"{found.sha256[:32]}"',
        "Cache-Control": archive.LASTING,
        "Renkei-Snapshot": asked.version,
    }
