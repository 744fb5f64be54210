"""Updates sent to ``/sparql`` (SPARQL 1.1 Protocol, section 2.2), and what writes of any kind answer."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from renkei_kg.web import protocol, reason
from renkei_kg.web.authorising import Authority, challenge
from renkei_kg.web.exchange import Request, Response
from renkei_kg.web.problems import Problem
from renkei_kg.write import errors
from renkei_kg.write.jobs import Job, UpdateJob
from renkei_kg.write.making import Written
from renkei_kg.write.writer import Writer

RETRY_SECONDS: Final = 5
CODED: Final = re.compile(r'-(?:br|zstd|gzip)"$')
STATUSES: Final[dict[type[errors.WriteError], int]] = {
    errors.UpdateSyntaxError: 400,
    errors.DocumentError: 400,
    errors.UpdateFailed: 400,
    errors.WriteRefused: 403,
    errors.NotAllowed: 403,
    errors.GraphMissing: 404,
    errors.WriteConflict: 409,
    errors.PreconditionFailed: 412,
    errors.ShapesViolated: 422,
    errors.ShapesUnusable: 500,
    errors.WriterBusy: 503,
    errors.StorageError: 503,
    errors.WriteTimeout: 504,
    errors.WriteTooLarge: 507,
}


@dataclass(frozen=True)
class Conditions:
    """The headers that make a write depend on what is there (RFC 9110, sections 13.1.1 and 13.1.2)."""

    if_match: str | None
    if_none_match: str | None

    @classmethod
    def of(cls, request: Request) -> "Conditions":
        """Those of a request."""
        return cls(request.headers.get("if-match"), request.headers.get("if-none-match"))

    def check(self, tags: Iterable[str], *, exists: bool) -> None:
        """Lets pass a write to what has ``tags`` now, if it ``exists``. Raises PreconditionFailed."""
        known = set(tags)
        if self.if_match is not None and not (exists and _names(self.if_match, known)):
            raise errors.PreconditionFailed(
                "What is there now is not what If-Match names: get it again, and write again."
                if exists
                else "There is nothing yet that If-Match could name."
            )
        if self.if_none_match is not None and exists and _names(self.if_none_match, known):
            raise errors.PreconditionFailed("What If-None-Match names is there.")


def _names(header: str, tags: set[str]) -> bool:
    """Whether a header names one of ``tags``, in whatever content coding it was had.

    A weak tag counts: it stands for one graph in one version, which is all that a write can depend on."""
    names = {CODED.sub('"', name.strip().removeprefix("W/")) for name in header.split(",")}
    return "*" in names or any(tag.removeprefix("W/") in names for tag in tags)


async def update(writer: Writer, authority: Authority, request: Request, asked: protocol.Update) -> Response:
    """The answer to an update. Raises Problem."""
    holder = authority.holder(request)
    conditions = Conditions.of(request)
    job = UpdateJob(
        asked.text,
        asked.using,
        asked.using_named,
        lambda current: conditions.check([version_tag(current.id)], exists=True),
        by=holder.name,
        reason=reason.of(request),
        allowed=holder.graphs,
    )
    written = await make(writer, job)
    return answer(200, written, {"ETag": version_tag(written.version)})


async def make(writer: Writer, job: Job) -> Written:
    """Makes a write. Raises Problem."""
    try:
        return await writer.write(job)
    except errors.WriteError as error:
        raise problem(error) from None


def problem(error: errors.WriteError) -> Problem:
    """The problem that a failed write is to a client."""
    status, detail = STATUSES[type(error)], str(error)
    if isinstance(error, errors.PlacedError):
        place = {"line": error.line, "column": error.column} if error.line else {}
        if isinstance(error, errors.UpdateSyntaxError):
            where = f" (line {error.line}, column {error.column})" if error.line else ""
            detail = f"The update is not valid SPARQL Update{where}: {detail}"
        return Problem(status, detail, place)
    if isinstance(error, errors.ShapesViolated):
        return Problem(status, detail, {"findings": error.findings}, graph=error.report)
    if isinstance(error, errors.WriteTimeout):
        return Problem(status, detail, {"limit": "query_seconds", "seconds": error.seconds})
    if isinstance(error, errors.WriteTooLarge):
        return Problem(status, detail, {"limit": "worker_memory_mb"})
    if isinstance(error, errors.WriterBusy):
        return Problem(status, detail, {"limit": "queue"}, {"Retry-After": str(RETRY_SECONDS)})
    if isinstance(error, errors.NotAllowed):
        needed = challenge("insufficient_scope", "This token is for other graphs")
        return Problem(status, detail, headers={"WWW-Authenticate": needed})
    return Problem(status, detail)


def answer(status: int, written: Written, headers: dict[str, str] | None = None) -> Response:
    """What a write answers: the version that holds it and how much it changed, unless 204 says it all."""
    found = {"Renkei-Snapshot": written.version, "Cache-Control": "no-store", **(headers or {})}
    if written.warnings:
        found["Renkei-Warnings"] = str(len(written.warnings))
    if status == 204:
        return Response(status, found)
    said = {
        "snapshot": written.version,
        "parent": written.parent.id,
        "added": written.added,
        "removed": written.removed,
        **({"inferred": written.inferred} if any(written.inferred.values()) else {}),
        **({"warnings": written.warnings} if written.warnings else {}),
    }
    return Response(status, {"Content-Type": "application/json", **found}, json.dumps(said).encode() + b"\n")


def version_tag(version: str) -> str:
    """The entity tag of a version of the data as a whole."""
    return f'"{version}"'
