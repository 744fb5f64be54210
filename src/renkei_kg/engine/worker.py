"""What runs inside one worker process: a read-only store, one query at a time, answers over a pipe.

Started as ``python -m renkei_kg.engine.worker STORE MEMORY_MB``. A request is a frame of JSON on standard
input; the answer is frames on standard output: ``D`` data, then ``E`` end or ``X`` error (JSON). A frame is
its kind, its length as four bytes, and its content. The process may open no network socket.
"""

import json
import re
import resource
import struct
import sys
from typing import IO, Any, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    serialize,
)

from renkei_kg.engine.closed import close_network
from renkei_kg.namespaces import PREFIXES

CHUNK = 64 * 1024
POSITION = re.compile(r"^error at (\d+):(\d+): ")


class Frames:
    """Writes an answer as frames; the serialiser sees a file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.buffer = bytearray()

    def write(self, content: bytes) -> int:
        self.buffer += content
        if len(self.buffer) >= CHUNK:
            self.send(b"D", bytes(self.buffer))
            self.buffer.clear()
        return len(content)

    def flush(self) -> None:
        """Part of the file interface; frames are sent when full or at the end."""

    def send(self, kind: bytes, content: bytes) -> None:
        self.stream.write(kind + struct.pack(">I", len(content)) + content)
        self.stream.flush()

    def end(self) -> None:
        if self.buffer:
            self.send(b"D", bytes(self.buffer))
            self.buffer.clear()
        self.send(b"E", b"")

    def error(self, name: str, message: str, **more: Any) -> None:
        self.buffer.clear()
        self.send(b"X", json.dumps({"error": name, "message": message, **more}).encode())


def answer(store: Store, request: dict[str, Any], frames: Frames) -> None:
    """Evaluates one request and writes its answer."""
    text = request["text"]
    sink = cast("IO[bytes]", frames)
    default, named = request["default_graphs"], request["named_graphs"]
    try:
        if default or named:
            source, options = dataset(store, default, named)
            result = source.query(text, **options)
        else:
            result = store.query(text)
        if isinstance(result, QuerySolutions | QueryBoolean):
            form = QueryResultsFormat.from_media_type(request["form"])
            if form is None:
                frames.error("form", "This query has solutions or a truth value, not a graph.")
                return
            result.serialize(sink, format=form)
        else:
            rdf = RdfFormat.from_media_type(request["form"])
            if rdf is None:
                frames.error("form", "This query has a graph as its answer.")
                return
            serialize(result, sink, format=rdf, prefixes=PREFIXES)
    except SyntaxError as error:
        message = str(error.msg)
        place = POSITION.match(message)
        frames.error(
            "syntax",
            POSITION.sub("", message),
            line=int(place[1]) if place else None,
            column=int(place[2]) if place else None,
        )
    except (OSError, RuntimeError, ValueError) as error:
        frames.error("failed", str(error))
    except MemoryError:
        frames.error("memory", "")
    else:
        frames.end()


def dataset(store: Store, default: list[str], named: list[str]) -> tuple[Store, dict[str, Any]]:
    """The store and options to ask a dataset of chosen graphs.

    Several default graphs are merged into one (SPARQL 1.1 Query Language, section 13.2): the engine would
    give a solution once for each graph that has the triple, so the merge is made in memory first.
    """
    names = [NamedNode(iri) for iri in named]
    if len(default) <= 1:
        return store, {"default_graph": [NamedNode(iri) for iri in default], "named_graphs": names}
    merged = Store()
    for iri in default:
        merged.extend(
            Quad(q.subject, q.predicate, q.object)
            for q in store.quads_for_pattern(None, None, None, NamedNode(iri))
        )
    for name in names:
        merged.extend(store.quads_for_pattern(None, None, None, name))
    return merged, {"default_graph": DefaultGraph(), "named_graphs": names}


def main() -> None:
    """Serves requests until standard input ends."""
    path, megabytes = sys.argv[1], int(sys.argv[2])
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    frames = Frames(sink)
    close_network()
    store = Store.read_only(path)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    frames.send(b"R", b"")
    while head := source.read(4):
        (length,) = struct.unpack(">I", head)
        answer(store, json.loads(source.read(length)), frames)


if __name__ == "__main__":
    main()
