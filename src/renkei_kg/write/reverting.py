"""A write taken back: the opposite of what it changed, done to what is there now.

Nothing is lost by it: a revert is a write like any other, which can be reverted too. What has been changed
again in the meantime stands in its way, as nobody has said which of the two is to be.
"""

from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Store

from renkei_kg.snapshot import Snapshot
from renkei_kg.union import DEFAULT, Graph
from renkei_kg.write import patch
from renkei_kg.write.changes import Changes
from renkei_kg.write.errors import RevertRefused

SHOWN = 20


@dataclass(frozen=True)
class Undone:
    """What would take a write back: quads to remove that it added, quads to add that it removed, and graphs
    that it made or dropped."""

    remove: tuple[Quad, ...]
    add: tuple[Quad, ...]
    made: tuple[str, ...]
    dropped: tuple[str, ...]


def check(version: Snapshot, current: Snapshot) -> None:
    """Raises RevertRefused when a version was not made by a write that can be taken back from ``current``."""
    manifest = version.manifest
    if not manifest.get("written"):
        raise RevertRefused(
            f"{version.id} was made by a build, not by a write: change the sources and build again, or go "
            "back to another version as a whole (renkei-kg snapshots activate ID)."
        )
    if not (version.path / patch.FILE).is_file():
        raise RevertRefused(
            f"{version.id} was made by older software, which did not keep what it changed: compare it with "
            f"its parent (renkei-kg snapshots diff {version.parent} {version.id}), and write the opposite."
        )
    if manifest["base"] != current.manifest["base"]:
        raise RevertRefused(f"{version.id} is of another dataset than the current version.")


def undone(version: Snapshot) -> Undone:
    """What would take back the write that made a version."""
    added, removed = patch.read(version.path)
    write = version.manifest.get("write", {})
    made, dropped = (tuple(write.get(name, ())) for name in ("created", "dropped"))
    return Undone(tuple(added), tuple(removed), made, dropped)


def revert(store: Store, version: Snapshot, changes: Changes, *, force: bool) -> None:
    """Takes the write that made ``version`` back. Raises RevertRefused when something is in the way, unless
    it is to be done as far as possible; WriteRefused when a graph may not be written."""
    wanted = undone(version)
    graphs = {_graph(quad) for quad in (*wanted.remove, *wanted.add)}
    graphs |= {NamedNode(iri) for iri in (*wanted.made, *wanted.dropped)}
    for graph in graphs:
        changes.rules.check(graph.value if isinstance(graph, NamedNode) else None)
    changes.expect(graphs)
    gone = [quad for quad in wanted.remove if quad not in store]
    back = [quad for quad in wanted.add if quad in store]
    if (gone or back) and not force:
        raise RevertRefused(_in_the_way(version, gone, back))
    for quad in wanted.remove:
        store.remove(quad)
    store.extend(wanted.add)
    for iri in wanted.dropped:
        store.add_graph(NamedNode(iri))
    for iri in wanted.made:
        if next(store.quads_for_pattern(None, None, None, NamedNode(iri)), None) is None:
            store.remove_graph(NamedNode(iri))


def _graph(quad: Quad) -> Graph:
    return quad.graph_name if isinstance(quad.graph_name, NamedNode) else DEFAULT


def _in_the_way(version: Snapshot, gone: list[Quad], back: list[Quad]) -> str:
    lines = [f"  added then, gone now:     {quad} ." for quad in gone]
    lines += [f"  removed then, there now:  {quad} ." for quad in back]
    shown = lines[:SHOWN]
    if len(lines) > SHOWN:
        shown.append(f"  and {len(lines) - SHOWN} more")
    return "\n".join(
        [
            f"What {version.id} changed has been changed again since:",
            *shown,
            "Revert the later write first, or do what is still possible with --force.",
        ]
    )
