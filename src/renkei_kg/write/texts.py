"""The text index of a version that a write makes."""

import os
import shutil
from pathlib import Path

from renkei_kg import snapshot
from renkei_kg.compile.textindex import amend_index, is_indexed, write_index
from renkei_kg.snapshot import Snapshot
from renkei_kg.union import DEFAULT, Union


def index(union: Union, folder: Path, parent: Snapshot) -> int:
    """Gives the new version in ``folder`` its index: that of ``parent`` as long as no text has changed, else
    one of its own. One that was loaded without an index stays without. Returns the number of texts."""
    if not parent.manifest.get("loaded", {}).get("text_index", True):
        return 0
    file, base = folder / snapshot.TEXT_INDEX, parent.manifest["base"]
    if parent.text_index.is_file():
        delta = union.delta(DEFAULT)
        touched = {triple for triple in delta.added | delta.removed if is_indexed(triple, base)}
        if not touched:
            os.link(parent.text_index, file)
            return int(parent.manifest["texts"])
        shutil.copyfile(parent.text_index, file)
        number = amend_index(union.store, file, base, touched)
        if number is not None:
            return number
        file.unlink()
    return write_index(union.store, file, base)
