"""The version that a write makes: its manifest, and its publication. And the empty one to begin with."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from renkei_kg import __version__, snapshot
from renkei_kg.snapshot import Snapshot
from renkei_kg.write.changes import Change
from renkei_kg.write.errors import WriteError
from renkei_kg.write.rules import OWN, compiled_graphs

BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:[A-Za-z0-9._~/-]*/)?")


def publish(
    root: Path, folder: Path, parent: Snapshot, change: Change, moment: datetime, about: Callable[[str], None]
) -> Snapshot:
    """Publishes the store in ``folder``, which is that of ``parent`` with ``change`` made, as the current
    snapshot of ``root``. Calls ``about`` with its id right before.

    Raises SnapshotError.
    """
    manifest = parent.manifest
    content = hashlib.sha256(f"{manifest['content_sha256']}\n{change.digest}\n".encode()).hexdigest()
    graphs = {**manifest["graphs"], **change.graphs}
    return _write(
        root,
        folder,
        {
            **manifest,
            **_identity(root, content, moment),
            "quads": manifest["quads"] + change.quads,
            "triples": manifest["triples"] + change.default,
            "graphs": {iri: graphs[iri] for iri in sorted(graphs) if iri not in change.dropped},
            "compiled_graphs": compiled_graphs(manifest),
            "parent": parent.id,
            "written": True,
        },
        about,
    )


def empty(root: Path, base: str, moment: datetime) -> Snapshot:
    """Publishes a snapshot that holds nothing, and whose default graph is none but itself.

    Raises SnapshotError, and WriteError when ``base`` is no IRI to resolve others against.
    """
    if not BASE.fullmatch(base):
        raise WriteError(f"The base must be an http(s) IRI that ends in a slash, not {base!r}.")
    with snapshot.publishing(root):
        content = hashlib.sha256(b"").hexdigest()
        folder = snapshot.temporary(root, "empty")
        try:
            Store(str(folder / "store")).flush()
            return _write(
                root,
                folder,
                {
                    **_identity(root, content, moment),
                    "dataset": f"{base}dataset/empty",
                    "base": base,
                    "version": "0",
                    "quads": 0,
                    "triples": 0,
                    "graphs": {},
                    "sources": {},
                    "default_graph": OWN,
                    "compiled_graphs": [],
                },
                lambda _: None,
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _identity(root: Path, content: str, moment: datetime) -> dict[str, Any]:
    moment = moment.astimezone(UTC)
    return {
        "id": snapshot.unused(root, f"{moment:%Y%m%dT%H%M%SZ}-{content[:12]}"),
        "created": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "content_sha256": content,
        "software": {"renkei-kg": __version__, "pyoxigraph": version("pyoxigraph")},
    }


def _write(root: Path, folder: Path, manifest: Mapping[str, Any], about: Callable[[str], None]) -> Snapshot:
    manifest = {**manifest, "files": snapshot.checksums(folder, ("store",))}
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / snapshot.MANIFEST).write_text(text, encoding="utf-8")
    about(manifest["id"])
    return snapshot.publish(root, folder, manifest["id"])
