"""Servers that tests may write to: over an empty snapshot, with a token."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pyoxigraph import Store

from renkei_kg import snapshot
from renkei_kg.write import updating, version
from renkei_kg.write.changes import Changes
from renkei_kg.write.rules import ANY, Rules
from renkei_kg.write.texts import index
from tests.serving import Server, serving

BASE = "http://localhost/"
TOKEN = "token-for-the-tests-of-writing"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def writable(folder: Path, **settings: object) -> Iterator[Server]:
    """A server over a new empty snapshot in ``folder``; ``settings`` are those of ``serving``."""
    version.empty(folder, BASE, datetime.now(UTC))
    with serving(folder, write_token=TOKEN, **settings) as server:
        yield server


def change(root: Path, update: str, moment: datetime | None = None, *, allowed: tuple[str, ...] = ANY) -> str:
    """Makes an update to the current snapshot of ``root`` as a write does, but in this process. Returns the
    id of the version that it makes."""
    with snapshot.publishing(root):
        parent = snapshot.open_current(root)
        folder = snapshot.temporary(root, f"write-{uuid4().hex}")
        try:
            Store.read_only(str(parent.store)).backup(str(folder / "store"))
            store = Store(str(folder / "store"))
            changes = Changes(store, Rules.of(parent.manifest, allowed))
            updating.run(store, updating.Update(update, parent.manifest["base"]), changes)
            total = changes.total()
            texts = index(store, folder, parent, total)
            store.flush()
            del store, changes
            manifest = version.following(parent, total, texts, moment or datetime.now(UTC))
            return version.publish(root, folder, manifest, lambda _: None).id
        finally:
            shutil.rmtree(folder, ignore_errors=True)
