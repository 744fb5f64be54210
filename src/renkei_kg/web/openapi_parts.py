"""What the description of the HTTP surface is put together from: statuses, headers, schemas, media types."""

from typing import Any, Final

from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, Format
from renkei_kg.web.problems import PROBLEM

JSON: Final = "application/json"
Object = dict[str, Any]

TEXT: Final[Object] = {"schema": {"type": "string"}}
IRI: Final[Object] = {"type": "string", "format": "iri"}
# What can keep any request from being answered, whatever it asks for: before it is looked at, or the size of
# its body and faults too.
UNREAD: Final = (400, 408, 414, 429, 431, 503)
ALWAYS: Final = (*UNREAD, 413, 500)
ASKED: Final = (403, 406, 429, 504, 507)
WRITTEN: Final = (401, 403, 404, 409, 412, 415, 422, 504, 507)
DESCRIPTIONS: Final[dict[int, str]] = {
    200: "The answer.",
    201: "The graph is new.",
    204: "Done; there is no more to say.",
    206: "The part that was asked for.",
    302: "It is now where Location says.",
    303: "For a browser that asks for nothing: the page to write queries in.",
    304: "What If-None-Match names is still so.",
    307: "It is now where Location says: send the request there.",
    400: "What was sent is malformed, or not SPARQL (with line and column).",
    401: "To write, a token has to be shown that is neither revoked nor expired.",
    403: "What is not done: SERVICE, a write on a server that only reads, or to a graph that nobody writes "
    "or that the token is not for.",
    404: "There is no such thing.",
    406: "There is no format that the client takes; the answer lists those on offer.",
    408: "The request was not whole in time.",
    409: "What the write needs is not so.",
    412: "What the write depends on (If-Match, If-None-Match) is not so.",
    413: "The body is too large.",
    414: "The URL is too long.",
    415: "The body has a media type, character set or coding that is not taken.",
    416: "There is no such part.",
    422: "The data would break its rules (SHACL shapes): the findings, or the validation report in RDF.",
    429: "One client has too many queries under way, or too many requests on one connection.",
    431: "The headers are too large.",
    500: "A fault of the server.",
    503: "Too busy, or nothing to serve.",
    504: "Over the time limit.",
    507: "Over the limit of memory, bytes or rows.",
}
HEADERS: Final[dict[str, str]] = {
    "Content-Range": "Which part it is, and of how many bytes.",
    "ETag": "A weak tag of this answer in this version of the data; of a file, a strong one.",
    "Memento-Datetime": "The time that a version which is kept stands for.",
    "Last-Modified": "When this version of the data was made.",
    "Renkei-Snapshot": "The version of the data.",
    "Renkei-Warnings": "How many things shapes advise against in what was written, if there are any.",
    "Vary": "What the answer was chosen by.",
    "Retry-After": "In how many seconds to come again.",
    "WWW-Authenticate": "How to show a token, and what is wrong with the one shown (RFC 6750).",
    "Location": "Where to go, or the IRI of the new graph.",
}
HEADERS_OF: Final[dict[int, tuple[str, ...]]] = {
    200: ("ETag", "Last-Modified", "Renkei-Snapshot", "Renkei-Warnings", "Vary"),
    206: ("Content-Range", "ETag", "Last-Modified", "Renkei-Snapshot"),
    201: ("Location", "Renkei-Snapshot", "Renkei-Warnings"),
    204: ("Renkei-Snapshot",),
    302: ("Location",),
    303: ("Location", "Vary"),
    304: ("ETag", "Last-Modified", "Renkei-Snapshot", "Vary"),
    307: ("Location",),
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def object_of(required: str, **properties: Object) -> Object:
    return {"type": "object", "required": required.split(), "properties": properties}


FINDING: Final = object_of(
    "severity focus shape messages",
    severity={"enum": ["Violation", "Warning", "Info"]},
    focus={"type": "string", "description": "The node that it is about."},
    path={"type": "string", "description": "The property, or a path as SPARQL writes it."},
    value={"type": "string", "description": "The value at fault."},
    graph={**IRI, "description": "The named graph that states it."},
    shape={"type": "string", "description": "The shape that found it."},
    messages={"type": "object", "additionalProperties": {"type": "string"}, "description": "By language."},
)
SCHEMAS: Final[Object] = {
    "Problem": {
        **object_of(
            "type title status detail",
            type={"type": "string", "format": "uri-reference"},
            title={"type": "string"},
            status={"type": "integer", "minimum": 400, "maximum": 599},
            detail={"type": "string"},
            line={"type": "integer", "minimum": 1, "description": "The line of a syntax error."},
            column={"type": "integer", "minimum": 1, "description": "The column of a syntax error."},
            limit={"type": "string", "description": "The setting that was run into."},
            seconds={"type": "number", "description": "The time limit that was run into."},
            offered={"type": "array", "items": {"type": "string"}, "description": "The formats on offer."},
            findings={"type": "array", "items": FINDING, "description": "What a write would break."},
        ),
        "description": "A problem document (RFC 9457).",
    },
    "Results": {
        **object_of(
            "head",
            head=object_of("", vars={"type": "array", "items": {"type": "string"}}),
            results=object_of(
                "bindings",
                bindings={
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": {"$ref": "#/components/schemas/Term"},
                    },
                },
            ),
            boolean={"type": "boolean"},
        ),
        "description": "SPARQL 1.1 Query Results JSON Format.",
    },
    "Term": object_of(
        "type value",
        type={"enum": ["uri", "literal", "bnode", "triple"]},
        value={"type": ["string", "object"]},
        datatype={"type": "string"},
        **{"xml:lang": {"type": "string"}},
    ),
    "Written": object_of(
        "snapshot parent added removed",
        snapshot={"type": "string", "description": "The version that holds what was written."},
        parent={"type": "string", "description": "The version before."},
        added={"type": "integer", "minimum": 0},
        removed={"type": "integer", "minimum": 0},
        inferred=object_of(
            "added removed",
            added={"type": "integer", "minimum": 0},
            removed={"type": "integer", "minimum": 0},
        ),
        warnings={"type": "array", "items": FINDING, "description": "What is advised against in it."},
    ),
    "Graphs": object_of(
        "store snapshot graphs",
        store={"type": "string", "format": "uri"},
        snapshot={"type": "string"},
        graphs={
            "type": "array",
            "items": object_of("graph triples", graph=IRI, triples={"type": "integer", "minimum": 0}),
        },
    ),
    "Health": object_of("status snapshot", status={"const": "ok"}, snapshot={"type": "string"}),
}


def reference(name: str) -> Object:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def content_of(*formats: Format) -> Object:
    """The content of answers in formats."""
    named = {SOLUTIONS[0].media_type: reference("Results")}
    return {form.media_type: named.get(form.media_type, TEXT) for form in formats}


def graph_content() -> Object:
    found = content_of(*GRAPHS)
    return {**found, "application/ld+json": {"schema": {"type": ["array", "object"]}}}


def response(status: int, content: Object | None) -> Object:
    """A response; of a failure, a problem document or a page."""
    found: Object = {"description": DESCRIPTIONS[status]}
    if status in HEADERS_OF:
        found["headers"] = {
            name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in HEADERS_OF[status]
        }
    if status >= 400:
        content = {PROBLEM.media_type: reference("Problem"), HTML.media_type: TEXT}
        content |= content_of(*GRAPHS) if status == 422 else {}
    if content:
        found["content"] = content
    return found
