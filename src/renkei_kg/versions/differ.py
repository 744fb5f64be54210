"""What runs in the process that compares two versions for a server, which can kill it at any moment.

Started as ``python -m renkei_kg.versions.differ``. Its input is a line of JSON (see ``Comparison``); its
output is an RDF Patch, or the list of changes as JSON. It may open no network connection.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pyoxigraph import BlankNode, Quad, Triple

from renkei_kg.engine.closed import close_network
from renkei_kg.engine.worker import confine, tie
from renkei_kg.holding import Gone, hold
from renkei_kg.snapshot import Snapshot, SnapshotError, open_snapshot
from renkei_kg.versions import changelist, history
from renkei_kg.versions.difference import Difference
from renkei_kg.write import patch

PATCH, CHANGES = "patch", "changes"
# How the process ends when it has no answer.
NOT_KEPT: Final = 4
TOO_LARGE: Final = 5
NICE: Final = 10


@dataclass(frozen=True)
class Comparison:
    """What to compare: the folders of two versions, of which the first may be gone (empty) when the second
    keeps the patch that made it; as a patch or as changes, these with labels in ``language``. The list has
    ``most`` entities and no more."""

    before: str
    after: str
    what: str
    language: str
    most: int
    memory_mb: int


def main() -> None:
    """Makes one comparison."""
    tie()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    close_network()
    os.nice(NICE)  # who asks a query waits less
    asked = Comparison(**json.loads(sys.stdin.readline()))
    confine(asked.memory_mb)
    try:
        folders = [Path(folder) for folder in (asked.before, asked.after) if folder]
        held = [hold(folder) for folder in folders]
        for text in compare(asked, [open_snapshot(folder) for folder in folders]):
            sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        for file in held:
            file.close()
    except (Gone, SnapshotError, OSError):
        sys.exit(NOT_KEPT)
    except MemoryError:
        sys.exit(TOO_LARGE)


def compare(asked: Comparison, versions: list[Snapshot]) -> Iterator[str]:
    """The answer, piece by piece. Raises SnapshotError when a version cannot be read."""
    before, after = versions[0], versions[-1]
    if asked.what == PATCH:
        yield from (f"{line}\n" for line in history.difference(before, after).patch())
        return
    found = history.told(history.difference(before, after) if asked.before else patched(after), after)
    stores = history.stores(before, after)
    told = changelist.entities(found, *stores, after.manifest["base"], asked.language)
    said = {
        **found.counts(),
        "entities": [_entity(one) for one in islice(told, asked.most)],
        "left_out": max(len(told) - asked.most, 0),
    }
    yield json.dumps(said, ensure_ascii=False)


def patched(version: Snapshot) -> Difference:
    """The difference that the patch of a version tells. Raises SnapshotError when it is damaged."""
    try:
        added, removed = patch.read(version.path)
    except (OSError, SyntaxError) as error:
        raise SnapshotError(f"{version.path / patch.FILE} cannot be read: {error}") from None
    lost, new = (frozenset(quad for quad in quads if _has_blank(quad)) for quads in (removed, added))
    return Difference(tuple(removed), tuple(added), (lost, new))


def _has_blank(statement: Quad | Triple) -> bool:
    terms = (statement.subject, statement.object)
    return any(
        isinstance(term, BlankNode) or (isinstance(term, Triple) and _has_blank(term)) for term in terms
    )


def _entity(one: changelist.Entity) -> dict[str, Any]:
    changes = [
        {
            "property": change.path,
            "graph": change.graph,
            "removed": change.gone,
            "added": change.come,
            "reordered": change.reordered,
        }
        for change in one.changes
    ]
    return {"name": one.name, "iri": one.iri, "label": one.label, "changes": changes}


def request(asked: Comparison) -> bytes:
    """The line that tells the process what to compare."""
    return json.dumps(asdict(asked)).encode() + b"\n"


if __name__ == "__main__":
    main()
