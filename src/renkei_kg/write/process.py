"""What runs in the process of one write: a clone of a snapshot, changed, checked and published.

Started as ``python -m renkei_kg.write.process SNAPSHOTS`` with a connected socket as standard input, it does
what can be done ahead. Then come over the socket the descriptor of the publishers' lock, a line of JSON and
the documents that the line tells of, one behind the other. Its output is lines of JSON: ``begun``, then
``publishing`` with the id of the new version and how much is changed, ``published`` when that is done,
``unchanged``, or ``error``. It may open no network connection, and may be killed at any moment; only after
``publishing`` can it have made a version.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from renkei_kg import snapshot
from renkei_kg.engine.closed import close_network
from renkei_kg.engine.worker import confine, tie
from renkei_kg.errors import RenkeiError
from renkei_kg.holding import hold
from renkei_kg.write import errors, steps, telling
from renkei_kg.write.documents import Document
from renkei_kg.write.groundwork import Groundwork
from renkei_kg.write.rules import OWN

# The most quads of a version whose graphs are read into memory before there is anything to write to it.
MOST_AHEAD = 300_000


def main() -> None:
    """Does one write."""
    tie()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = socket.socket(fileno=os.dup(0))
    close_network()
    gc.disable()  # this process ends before there would be much to collect
    ground = _ahead(Path(sys.argv[1]))
    said, lock, _, _ = socket.recv_fds(source, 1, 1)
    if not said or not lock:
        return  # whoever would have had something to write has ended
    _say(begun=True)
    incoming = source.makefile("rb")
    request = json.loads(incoming.readline())
    documents = _documents(request, incoming)
    confine(int(request["memory_mb"]))
    try:
        _write(request, documents, ground)
    except errors.WriteError as error:
        _say(**telling.told(error))
    except MemoryError:
        _say(**telling.told(errors.WriteTooLarge()))
    except (OSError, snapshot.SnapshotError) as error:
        _say(**telling.told(errors.StorageError()))
        with suppress(OSError):  # the log may be on the disk that is full
            sys.stderr.write(f"renkei-kg: a write could not be stored: {error}\n")
            sys.stderr.flush()


def _ahead(root: Path) -> Groundwork | None:
    """The groundwork on the current version; nothing where it is large, or when something is wrong, which the
    write will find out."""
    with suppress(RenkeiError, OSError, RuntimeError, ValueError, MemoryError):
        current = snapshot.open_current(root)
        if current.manifest["quads"] <= MOST_AHEAD and current.manifest.get("default_graph") != OWN:
            with hold(current.path):
                ground = Groundwork.of(current)
                ground.ready()
            return ground
    return None


def _documents(request: dict[str, Any], source: IO[bytes]) -> list[Document]:
    return [
        Document(one["media_type"], source.read(one["bytes"]), one["name"]) for one in request["documents"]
    ]


def _write(request: dict[str, Any], documents: list[Document], ground: Groundwork | None) -> None:
    def about(identifier: str, made: steps.Made) -> None:
        _say(publishing=identifier, **asdict(made))

    made = steps.make(request, documents, about, ground)
    if made.path == Path(request["parent"]):
        _say(unchanged=made.id)
    else:
        _say(published=made.id)


def _say(**members: Any) -> None:
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    # Whoever waits for the end waits less when the system takes back the memory as a whole.
    sys.stderr.flush()
    os._exit(0)
