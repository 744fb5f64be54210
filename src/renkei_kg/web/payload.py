"""The RDF documents in a request's body: one, or several in a form (RFC 7578)."""

from pathlib import PurePosixPath
from typing import Final

from pyoxigraph import RdfFormat
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from renkei_kg.web.exchange import Request
from renkei_kg.web.negotiate import GRAPHS
from renkei_kg.web.problems import Problem
from renkei_kg.write.documents import Document, format_of

FORM: Final = "multipart/form-data"
MOST_PARTS: Final = 1000
UTF8: Final = ("", "utf-8", "utf8", "us-ascii")
DATASETS: Final = (RdfFormat.TRIG, RdfFormat.N_QUADS)
UNTYPED: Final = ("", "application/octet-stream")


def documents(request: Request) -> tuple[Document, ...]:
    """The documents that a request sends; none for an empty body without a type. Raises Problem."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(415, "The request's body is coded: send it as it is.")
    if "content-range" in request.headers:
        raise Problem(400, "A graph is written whole: send it without Content-Range.")
    given = request.headers.get("content-type", "")
    kind, options = parse_options_header(given)
    kind = kind.lower()
    if kind == FORM:
        return _parts(request.body, options.get("boundary", ""))
    if not kind and not request.body:
        return ()
    return (_document(kind, options.get("charset", ""), request.body, ""),)


def _document(kind: str, charset: str, content: bytes, name: str) -> Document:
    what = f"The part {name}" if name else "The body"
    form = format_of(kind)
    if not kind:
        raise Problem(415, f"{what} has no Content-Type. {_types()}")
    if form in DATASETS:
        raise Problem(415, f"{what} is {form.name}, which holds several graphs. {_types()}")
    if form is None:
        raise Problem(415, f"{what} is {kind}. {_types()}")
    if charset.lower() not in UTF8:
        raise Problem(415, f"{what} is in {charset}: send UTF-8.")
    return Document(kind, content, name)


def _types() -> str:
    taken = [form.media_type for form in GRAPHS if format_of(form.media_type) not in DATASETS]
    return f"A graph is sent as {', '.join(taken)}, or as several of these in {FORM}."


def _parts(body: bytes, boundary: str) -> tuple[Document, ...]:
    """The parts of a form, each a document with a type of its own, or with a file name that tells it."""
    if not boundary:
        raise Problem(400, f"{FORM} needs a boundary, in the Content-Type header.")
    found: list[tuple[Field | File, bytearray]] = []
    try:
        decoder = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS)
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field | File):
                found.append((event, bytearray()))
            elif isinstance(event, Data):
                found[-1][1].extend(event.data)
    except RequestEntityTooLarge:
        raise Problem(413, f"The form has more than {MOST_PARTS} parts.") from None
    except ValueError as error:
        raise Problem(400, f"The form is malformed: {error}.") from None
    if not found:
        raise Problem(400, "The form has no parts: send at least one document.")
    return tuple(_part(part, bytes(content)) for part, content in found)


def _part(part: Field | File, content: bytes) -> Document:
    kind, options = parse_options_header(part.headers.get("content-type", ""))
    filename = part.filename if isinstance(part, File) else ""
    kind = kind.lower()
    if kind in UNTYPED:
        known = RdfFormat.from_extension(PurePosixPath(filename).suffix[1:])
        kind = known.media_type if known else kind
    return _document(kind, options.get("charset", ""), content, filename or part.name or "without a name")
