"""What a write has changed, as a file of its version: an RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html)
of N-Quads, each after ``D`` (removed) or ``A`` (added). What only follows from the change is not in it."""

from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from renkei_kg.write.change import Change

FILE: Final = "patch.nq"


def write(change: Change, folder: Path) -> None:
    """Writes the patch of a version that is in ``folder``."""
    lines = [f"D {quad} .\n" for quad in change.removed] + [f"A {quad} .\n" for quad in change.added]
    (folder / FILE).write_text("".join(lines), encoding="utf-8")


def read(folder: Path) -> tuple[list[Quad], list[Quad]]:
    """The quads that the version in ``folder`` has added and removed. Raises OSError, SyntaxError."""
    content = (folder / FILE).read_bytes().splitlines(keepends=True)
    added, removed = (
        list(parse(b"".join(line[2:] for line in content if line[:2] == sign), format=RdfFormat.N_QUADS))
        for sign in (b"A ", b"D ")
    )
    return added, removed
