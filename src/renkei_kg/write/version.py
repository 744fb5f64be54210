"""The version that a write makes: its manifest, and its publication. And the empty one to begin with."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyoxigraph
from pyoxigraph import NamedNode, Store

from renkei_kg import __version__, checksums, snapshot
from renkei_kg.compile import infer
from renkei_kg.compile.textindex import write_index
from renkei_kg.holding import MANIFEST
from renkei_kg.reserved import INFERRED_FROM_WRITTEN
from renkei_kg.snapshot import Snapshot, child_of, compiled_graphs
from renkei_kg.union import DEFAULT, Union
from renkei_kg.write import patch
from renkei_kg.write.change import Change
from renkei_kg.write.errors import WriteError
from renkei_kg.write.rules import OWN

BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:[A-Za-z0-9._~/-]*/)?")
MADE_BY_BUILDS: Final = ("dumps", "files")
FILES: Final = ("store", *MADE_BY_BUILDS, infer.FOLDER, snapshot.TEXT_INDEX, patch.FILE)


Manifest = dict[str, Any]


def begun(parent: Snapshot, change: Change, union: Union, said: Manifest, moment: datetime) -> Manifest:
    """What the manifest of the version that ``change`` makes of ``parent`` says before its graphs are whole:
    its id and how it comes about (``said``)."""
    left_out = ("id", "files", "report", "write")
    known = {name: value for name, value in parent.manifest.items() if name not in left_out}
    content = hashlib.sha256(f"{known['content_sha256']}\n{change.digest}\n".encode()).hexdigest()
    write = {**said, "graphs": change.graphs}
    for name, graphs in (("created", change.created), ("dropped", change.dropped)):
        if graphs:
            write[name] = list(graphs)
    follows = inferred(union, known["base"])
    return {
        "id": _identifier(parent.path.parent, content, moment),
        **known,
        **_made(content, moment),
        "compiled_graphs": compiled_graphs(known),
        **_files_of(parent),
        **child_of(parent),
        "changed": {
            "added": len(change.added) + follows["added"],
            "removed": len(change.removed) + follows["removed"],
        },
        "written": True,
        "write": write,
    }


def carry(parent: Snapshot, folder: Path) -> None:
    """Gives the version in ``folder`` its parent's rules and the files of the last build, as hard links."""
    for name in (infer.FOLDER, *MADE_BY_BUILDS):
        for path in sorted((parent.path / name).glob("*")):
            (folder / name).mkdir(exist_ok=True)
            (folder / name / path.name).hardlink_to(path)


def _files_of(parent: Snapshot) -> Manifest:
    """The version whose build made the files that a child of ``parent`` has; nothing when it has none."""
    there = any(name.partition("/")[0] in MADE_BY_BUILDS for name in parent.manifest["files"])
    return {"files_of": parent.manifest.get("files_of", parent.id)} if there else {}


def inferred(union: Union, base: str) -> dict[str, int]:
    """How many triples have come and gone by the rules."""
    delta = union.delta(NamedNode(base + INFERRED_FROM_WRITTEN))
    return {"added": len(delta.added), "removed": len(delta.removed)}


def finished(manifest: Manifest, union: Union, texts: int, report: dict[str, int]) -> Manifest:
    """The manifest with what the graphs hold now, and how much shapes find in them."""
    graphs = {}
    for graph in sorted(union.store.named_graphs(), key=str):
        assert isinstance(graph, NamedNode)
        graphs[graph.value] = manifest["graphs"].get(graph.value, 0) + union.delta(graph).growth
    return {
        **manifest,
        "quads": manifest["quads"] + sum(delta.growth for delta in union.deltas.values()),
        "triples": manifest["triples"] + union.delta(DEFAULT).growth,
        "texts": texts,
        "graphs": graphs,
        **({"report": report} if report else {}),
    }


def publish(
    folder: Path, manifest: Manifest, about: Callable[[str], None], parent: Snapshot | None = None
) -> Snapshot:
    """Publishes what is in ``folder`` as the current snapshot of the folder around it, whose lock the caller
    holds. Calls ``about`` with its id right before. Files that are those of ``parent`` are not read again.

    Raises SnapshotError.
    """
    root = folder.parent
    known = checksums.of_links(folder, parent.path, parent.manifest["files"]) if parent else None
    whole = {**manifest, "files": checksums.of_files(folder, FILES, known or checksums.of_file)}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    about(manifest["id"])
    return snapshot.publish(root, folder, manifest["id"], counted=parent is not None)


def empty(root: Path, base: str, moment: datetime) -> Snapshot:
    """Publishes a snapshot that holds nothing, and whose default graph is none but itself.

    Raises SnapshotError, and WriteError when ``base`` is no IRI to resolve others against.
    """
    if not BASE.fullmatch(base):
        raise WriteError(f"The base must be an http(s) IRI that ends in a slash, not {base!r}.")
    content = hashlib.sha256(b"").hexdigest()
    with snapshot.publishing(root):
        manifest = {
            "id": _identifier(root, content, moment),
            **_made(content, moment),
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
        folder = snapshot.temporary(root, "empty")
        try:
            store = Store(str(folder / "store"))
            write_index(store, folder / snapshot.TEXT_INDEX, base)
            store.flush()
            del store
            return publish(folder, manifest, lambda _: None)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _identifier(root: Path, content: str, moment: datetime) -> str:
    return snapshot.unused(root, f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content[:12]}")


def _made(content: str, moment: datetime) -> Manifest:
    return {
        "created": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "content_sha256": content,
        "software": {"renkei-kg": __version__, "pyoxigraph": pyoxigraph.__version__},
    }
