"""The history of writes: how each version that a write made came about, in a graph that clients may read and
nobody may write, and that builds take over."""

from pathlib import Path

from pyoxigraph import NamedNode

from renkei_kg import checksums
from renkei_kg.reserved import HISTORY
from renkei_kg.union import Union
from renkei_kg.versions.provenance import triples
from renkei_kg.write import patch
from renkei_kg.write.version import Manifest


def note(union: Union, manifest: Manifest, folder: Path) -> None:
    """Adds how the version in ``folder`` comes about. How much it holds is not known yet, and is left out, as
    is the software, which the version's own page tells."""
    left_out = ("triples", "quads", "texts", "software")
    known = {name: value for name, value in manifest.items() if name not in left_out}
    known["files"] = checksums.of_files(folder, (patch.FILE,))
    union.add(set(triples(known, manifest["base"])), NamedNode(manifest["base"] + HISTORY))
