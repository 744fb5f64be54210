"""What runs in the process of one write: a clone of a snapshot, changed, checked and published.

Started as ``python -m renkei_kg.write.process``. Its input is a line of JSON and the documents that the line
tells of, one behind the other. Its output is lines of JSON: ``publishing`` with the id of the new version and
how much is changed, ``published`` when that is done, ``unchanged``, or ``error``. It may open no network
connection, and may be killed at any moment; only after the first of these lines can it have made a version.
"""

import json
import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pyoxigraph import Store

from renkei_kg import snapshot
from renkei_kg.engine.closed import close_network
from renkei_kg.engine.worker import confine, tie
from renkei_kg.write import errors, graphstore, updating, version
from renkei_kg.write.changes import Change, Changes
from renkei_kg.write.documents import Document
from renkei_kg.write.rules import Rules
from renkei_kg.write.texts import index

ERRORS: tuple[type[errors.WriteError], ...] = (
    errors.UpdateSyntaxError,
    errors.DocumentError,
    errors.WriteRefused,
    errors.NotAllowed,
    errors.UpdateFailed,
    errors.WriteConflict,
)


def main() -> None:
    """Does one write."""
    tie()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    close_network()
    request = json.loads(sys.stdin.buffer.readline())
    documents = _documents(request, sys.stdin.buffer)
    confine(int(request["memory_mb"]))
    try:
        _write(request, documents)
    except ERRORS as error:
        place = {"line": error.line, "column": error.column} if isinstance(error, errors.PlacedError) else {}
        _say(error=type(error).__name__, message=str(error), **place)
    except MemoryError:
        _say(error=errors.WriteTooLarge.__name__)
    except (OSError, snapshot.SnapshotError) as error:
        _say(error=errors.StorageError.__name__)
        with suppress(OSError):  # the log may be on the disk that is full
            sys.stderr.write(f"renkei-kg: a write could not be stored: {error}\n")
            sys.stderr.flush()


def _documents(request: dict[str, Any], source: IO[bytes]) -> list[Document]:
    return [
        Document(one["media_type"], source.read(one["bytes"]), one["name"])
        for one in request.get("documents", [])
    ]


def _write(request: dict[str, Any], documents: list[Document]) -> None:
    folder = Path(request["folder"])
    parent = snapshot.open_snapshot(Path(request["parent"]))
    Store.read_only(str(parent.store)).backup(str(folder / "store"))
    store = Store(str(folder / "store"))
    change = _change(store, request, documents, Rules.of(parent.manifest, request["allowed"]))
    if change.nothing:
        _say(unchanged=parent.id)
        return
    texts = index(store, folder, parent, change)
    store.flush()
    del store
    moment = datetime.fromisoformat(request["moment"])

    def about(identifier: str) -> None:
        _say(publishing=identifier, added=change.added, removed=change.removed)

    made = version.publish(folder.parent, folder, version.following(parent, change, texts, moment), about)
    _say(published=made.id)


def _change(store: Store, request: dict[str, Any], documents: list[Document], rules: Rules) -> Change:
    """Makes the change."""
    changes = Changes(store, rules)
    if request["kind"] == "update":
        update = updating.Update(
            request["text"], request["base"], tuple(request["using"]), tuple(request["using_named"])
        )
        updating.run(store, update, changes)
    else:
        graph = graphstore.graph_of(request["graph"])
        if request["kind"] == "delete":
            graphstore.delete(store, graph, changes)
        else:
            write = graphstore.put if request["kind"] == "put" else graphstore.post
            write(store, graph, documents, request["base"], changes)
    return changes.total()


def _say(**members: Any) -> None:
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
