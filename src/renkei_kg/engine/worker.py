"""What runs inside one worker process: a read-only store, one query at a time, answers over a socket.

Started as ``python -m renkei_kg.engine.worker CONFIGURATION`` (JSON) with a connected socket as standard
input. A request is a frame of JSON; one that says ``open`` is a configuration with another store. The answer
is frames: ``D`` data, then ``E`` end or ``X`` error (JSON), or ``R`` once the store is open. A frame is its
kind, its length as four bytes, and its content. The process may open no network socket; where that cannot be
seen to, ``R`` says ``open``.
"""

import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from renkei_kg import graphtext, lexer, textsearch
from renkei_kg.engine import guard
from renkei_kg.engine.closed import close_network
from renkei_kg.engine.contract import PREPARED, QueryRefused, QuerySyntaxError
from renkei_kg.engine.frames import Frames, TooManyBytesError, frame
from renkei_kg.errors import RenkeiError
from renkei_kg.holding import hold

PR_SET_PDEATHSIG = 1
POSITION = re.compile(r"^error at (\d+):(\d+): ")


class Answerer:
    """Evaluates requests over one store."""

    def __init__(self, configuration: dict[str, Any], frames: Frames) -> None:
        self.frames = frames
        store = Path(configuration["store"])
        self.held = hold(store.parent)
        self.store = Store.read_only(str(store))
        self.base = str(configuration["base"])
        self.text_hits = int(configuration["text_hits"])
        self.index = _index(Path(configuration["text_index"]))

    def answer(self, request: dict[str, Any]) -> None:
        """Evaluates one request and writes its answer."""
        frames = self.frames
        frames.begin()
        try:
            self.evaluate(request)
        except SyntaxError as error:
            message, line, column = explain(request["text"], str(error.msg))
            frames.error("syntax", message, line=line, column=column)
        except textsearch.TextSearchError as error:
            frames.error("syntax", error.reason, line=error.line, column=error.column)
        except QuerySyntaxError as error:
            frames.error("syntax", str(error), line=error.line, column=error.column)
        except (QueryRefused, _FormError) as error:
            frames.error("refused", str(error))
        except TooManyBytesError:
            frames.error("bytes", "")
        except _TooManyRowsError:
            frames.error("rows", "")
        except (OSError, RuntimeError, ValueError, RenkeiError) as error:
            frames.error("failed", str(error))
        except MemoryError:
            frames.error("memory", "")
        else:
            frames.end()

    def evaluate(self, request: dict[str, Any]) -> None:
        query = request["text"]
        if request["services"] is not None:
            query = guard.closed(query, frozenset(request["services"]))
        if textsearch.uses_text(query, self.base):
            query = self.resolve(query)
        if request["form"] == PREPARED:
            self.frames.write(prepared(query, self.base))
            return
        source = self.store
        options: dict[str, Any] = {"base_iri": self.base}
        if request["default_graphs"] or request["named_graphs"]:
            source, graphs = dataset(self.store, request["default_graphs"], request["named_graphs"])
            options |= graphs
        result = source.query(query, **options)
        if request["rows"] and not isinstance(result, QueryBoolean):
            count(result, request["rows"])
            result = source.query(query, **options)
        sink = cast("IO[bytes]", self.frames)
        if isinstance(result, QueryTriples):
            rdf = RdfFormat.from_media_type(request["form"])
            if rdf is None:
                raise _FormError("This query has a graph as its answer.")
            graphtext.write(result, sink, rdf)
            return
        form = QueryResultsFormat.from_media_type(request["form"])
        if form is None:
            raise _FormError("This query has solutions or a truth value, not a graph.")
        result.serialize(sink, format=form)

    def resolve(self, query: str) -> str:
        """The query with its text patterns resolved. It is parsed as it came first, so that the places of
        errors are those that its writer sees."""
        if self.index is None:
            raise ValueError("this version of the data has no text index that this server can read.")
        Store().query(query, base_iri=self.base)
        return textsearch.resolve(query, self.index, self.text_hits, self.base)


def prepared(query: str, base: str) -> bytes:
    """A query as another engine can be asked it, once it has been read: JSON with its ``text`` and, in order,
    the ``variables`` of its solutions. Raises SyntaxError. It is evaluated over nothing, which is as near as
    the library comes to reading it only."""
    found = Store().query(query, base_iri=base)
    names = [name.value for name in found.variables] if isinstance(found, QuerySolutions) else []
    return json.dumps({"text": query, "variables": names}).encode()


def _index(file: Path) -> textsearch.TextIndex | None:
    """The index for text search. A version that older software has built may have none that can be read: all
    else can be asked of it."""
    if not file.is_file():
        return None
    try:
        return textsearch.open_index(file)
    except textsearch.TextIndexError as error:
        print(f"renkei-kg: no text search: {error}", file=sys.stderr, flush=True)
        return None


def count(result: QuerySolutions | QueryTriples, most: int) -> None:
    """Goes through an answer before any of it is sent, since one that is cut would be a lie."""
    if sum(1 for _ in islice(result, most + 1)) > most:
        raise _TooManyRowsError


def explain(text: str, message: str) -> tuple[str, int | None, int | None]:
    """What is wrong with a query and where: what is no token at all is said before what the parser says."""
    try:
        for _ in lexer.tokens(text):
            pass
    except lexer.LexicalError as error:
        return error.reason, error.line, error.column
    place = POSITION.match(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return POSITION.sub("", message), line, column


class _FormError(Exception):
    """The answer is of another kind than the format asked for."""


class _TooManyRowsError(Exception):
    """The answer has more rows than an answer may have."""


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


def tie() -> None:
    """Ties the life of this process to that of the server, which has started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(megabytes: int) -> None:
    """Limits what this process may have."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # If the machine's memory runs out after all, a worker is what the kernel should take.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def main() -> None:
    """Serves requests until the socket ends."""
    tie()
    configuration = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=os.dup(0))
    closed = not configuration["network"] and close_network()
    frames = Frames(connection, int(configuration["result_bytes"]))
    answerer = _opened(configuration, frames)
    confine(int(configuration["memory_mb"]))
    ready = frame(b"R", b"" if closed else b"open")
    with contextlib.suppress(ConnectionError):  # when the server has ended before it could end this process
        connection.sendall(ready)
        source = connection.makefile("rb")
        while head := source.read(4):
            (length,) = struct.unpack(">I", head)
            request = json.loads(source.read(length))
            if moved := request.get("open"):
                answerer = _opened(moved, frames)
                connection.sendall(ready)
            else:
                answerer.answer(request)


def _opened(configuration: dict[str, Any], frames: Frames) -> Answerer:
    """What answers over the snapshot of a configuration. Ends the process when it cannot be opened."""
    try:
        return Answerer(configuration, frames)
    except (OSError, RuntimeError, ValueError, RenkeiError) as error:
        sys.exit(f"renkei-kg: a worker cannot start: {error}")


if __name__ == "__main__":
    main()
