"""The text index of a version that a write makes."""

import os
from pathlib import Path

from pyoxigraph import Store

from renkei_kg import snapshot
from renkei_kg.compile.textindex import write_index
from renkei_kg.snapshot import Snapshot
from renkei_kg.write.changes import Change


def index(store: Store, folder: Path, parent: Snapshot, change: Change) -> int:
    """Gives the new version in ``folder`` its index: that of ``parent`` as long as no text has changed, else
    one of its own. Returns the number of texts."""
    file = folder / snapshot.TEXT_INDEX
    if change.texts or not parent.text_index.is_file():
        return write_index(store, file, parent.manifest["base"])
    os.link(parent.text_index, file)
    return int(parent.manifest["texts"])
