"""One write, step by step: a clone of a snapshot, changed, found to be right, and published as the version
after it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from renkei_kg import snapshot
from renkei_kg.compile import consequences
from renkei_kg.reserved import HISTORY, INFERRED_FROM_WRITTEN
from renkei_kg.shacl import Graph
from renkei_kg.snapshot import Snapshot, compiled_graphs
from renkei_kg.textfile import SourceError
from renkei_kg.union import Union
from renkei_kg.write import (
    chronicle,
    description,
    gate,
    graphstore,
    patch,
    reverting,
    texts,
    updating,
    version,
)
from renkei_kg.write.change import Change
from renkei_kg.write.changes import Changes
from renkei_kg.write.documents import Document
from renkei_kg.write.errors import UpdateFailed
from renkei_kg.write.groundwork import Groundwork
from renkei_kg.write.rules import OWN, Rules

Request = Mapping[str, Any]
TOLD = ("by", "reason", "kind", "reverts")


@dataclass(frozen=True)
class Made:
    """What a write comes to: how many triples the client has added and removed, how many came and went by
    the rules in consequence, and what shapes advise against in it."""

    added: int
    removed: int
    inferred: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def make(
    request: Request,
    documents: Sequence[Document],
    about: Callable[[str, Made], None],
    ground: Groundwork | None = None,
) -> Snapshot:
    """Makes the write that ``request`` tells of, in its folder, of the snapshot that is its parent. Calls
    ``about`` with the id of the new version right before publication. ``ground`` is of the parent, if it is
    of any use, and used up. Whoever calls holds the lock of publishers.

    Returns the new version, or the parent when nothing has changed. Raises WriteError, SnapshotError.
    """
    folder = Path(request["folder"])
    parent = snapshot.open_snapshot(Path(request["parent"]))
    Store.read_only(str(parent.store)).backup(str(folder / "store"))
    own = parent.manifest.get("default_graph") == OWN
    union = Union(Store(str(folder / "store")), own=own)
    change = _change(union, request, documents, Rules.of(parent.manifest, request["allowed"]))
    if change.nothing:
        return parent
    said = {name: request[name] for name in TOLD if name in request}
    moment = datetime.fromisoformat(request["moment"])
    check: Callable[[], gate.Found] = gate.Found
    if not own:
        if ground is None or ground.version != parent.id:
            ground = Groundwork.of(parent)
        check = partial(gate.check, ground, _entail(union, parent, ground), union.store, parent)
    manifest = version.begun(parent, change, union, said, moment)
    patch.write(change, folder)
    if not own:
        chronicle.note(union, manifest, folder)
        description.refresh(union, parent)
    number = texts.index(union, folder, parent)
    version.carry(parent, folder)
    found = _flushed(union.store, check)
    manifest = version.finished(manifest, union, number, found.counts)
    inferred = version.inferred(union, parent.manifest["base"])
    made = Made(len(change.added), len(change.removed), inferred, found.told)
    del union, check  # which closes the store
    return version.publish(folder, manifest, lambda identifier: about(identifier, made), parent)


def _entail(union: Union, parent: Snapshot, ground: Groundwork) -> Graph:
    """Adds what follows from the written graphs. Returns all that the shapes look at. Raises UpdateFailed."""
    base = parent.manifest["base"]
    beside = {*compiled_graphs(parent.manifest), base + HISTORY, base + INFERRED_FROM_WRITTEN}
    names = [name for name in union.store.named_graphs() if isinstance(name, NamedNode)]
    written = [name for name in names if name.value not in beside]
    quads = (q for name in written for q in union.store.quads_for_pattern(None, None, None, name))
    data = ground.data
    data.add(quad.triple for quad in quads)
    try:
        followed = consequences.entail(data, ground.rules, base) if written else set()
    except SourceError as error:
        raise UpdateFailed(f"What follows from this write cannot be worked out: {error}") from None
    consequences.put(union, followed, base)
    return data


def _flushed(store: Store, check: Callable[[], gate.Found]) -> gate.Found:
    """What ``check`` finds, while all that the store holds goes to the disk."""
    with ThreadPoolExecutor(1) as aside:
        flushed = aside.submit(store.flush)
        found = check()
        flushed.result()
    return found


def _change(union: Union, request: Request, documents: Sequence[Document], rules: Rules) -> Change:
    """Makes the change."""
    changes = Changes(union, rules)
    if request["kind"] == "update":
        update = updating.Update(
            request["text"], request["base"], tuple(request["using"]), tuple(request["using_named"])
        )
        updating.run(union.store, update, changes)
    elif request["kind"] == "revert":
        reverted = snapshot.open_snapshot(Path(request["version"]))
        reverting.revert(union.store, reverted, changes, force=request["force"])
    else:
        graph = graphstore.graph_of(request["graph"])
        if request["kind"] == "delete":
            graphstore.delete(union.store, graph, changes)
        else:
            write = graphstore.put if request["kind"] == "put" else graphstore.post
            write(union.store, graph, documents, request["base"], changes)
    return changes.total()
