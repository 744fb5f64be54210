"""The version that a write makes: its manifest, and its publication. And the empty one to begin with."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from renkei_kg import __version__, snapshot
from renkei_kg.compile.textindex import write_index
from renkei_kg.holding import MANIFEST
from renkei_kg.snapshot import Snapshot, child_of, compiled_graphs
from renkei_kg.write.changes import Change
from renkei_kg.write.errors import WriteError
from renkei_kg.write.rules import OWN

BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:[A-Za-z0-9._~/-]*/)?")


Manifest = dict[str, Any]


def following(parent: Snapshot, change: Change, texts: int, moment: datetime) -> Manifest:
    """What the manifest of the version says that ``change`` makes of ``parent``."""
    known = {name: value for name, value in parent.manifest.items() if name not in ("id", "files")}
    content = hashlib.sha256(f"{known['content_sha256']}\n{change.digest}\n".encode()).hexdigest()
    graphs = {**known["graphs"], **change.graphs}
    return {
        **known,
        **_made(content, moment),
        "quads": known["quads"] + change.quads,
        "triples": known["triples"] + change.default,
        "texts": texts,
        "graphs": {iri: graphs[iri] for iri in sorted(graphs) if iri not in change.dropped},
        "compiled_graphs": compiled_graphs(known),
        **child_of(parent),
        "changed": {"added": change.added, "removed": change.removed},
        "written": True,
    }


def publish(root: Path, folder: Path, manifest: Manifest, about: Callable[[str], None]) -> Snapshot:
    """Publishes the store and the text index in ``folder`` as the current snapshot of ``root``, whose lock
    the caller holds. Calls ``about`` with its id right before.

    Raises SnapshotError.
    """
    moment = datetime.fromisoformat(manifest["created"])
    name = f"{moment:%Y%m%dT%H%M%SZ}-{manifest['content_sha256'][:12]}"
    identifier = snapshot.unused(root, name)
    files = snapshot.checksums(folder, ("store", snapshot.TEXT_INDEX))
    whole = {"id": identifier, **manifest, "files": files}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    about(identifier)
    return snapshot.publish(root, folder, identifier)


def empty(root: Path, base: str, moment: datetime) -> Snapshot:
    """Publishes a snapshot that holds nothing, and whose default graph is none but itself.

    Raises SnapshotError, and WriteError when ``base`` is no IRI to resolve others against.
    """
    if not BASE.fullmatch(base):
        raise WriteError(f"The base must be an http(s) IRI that ends in a slash, not {base!r}.")
    manifest = {
        **_made(hashlib.sha256(b"").hexdigest(), moment),
        "dataset": f"{base}dataset/empty",
        "base": base,
        "version": "0",
        "quads": 0,
        "triples": 0,
        "texts": 0,
        "graphs": {},
        "sources": {},
        "default_graph": OWN,
        "compiled_graphs": [],
    }
    with snapshot.publishing(root):
        folder = snapshot.temporary(root, "empty")
        try:
            store = Store(str(folder / "store"))
            write_index(store, folder / snapshot.TEXT_INDEX, base)
            store.flush()
            del store
            return publish(root, folder, manifest, lambda _: None)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _made(content: str, moment: datetime) -> Manifest:
    return {
        "created": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "content_sha256": content,
        "software": {"renkei-kg": __version__, "pyoxigraph": version("pyoxigraph")},
    }
