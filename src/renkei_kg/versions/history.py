"""The versions of a folder as values to show: which there are, what each is, which is damaged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from renkei_kg import snapshot
from renkei_kg.reserved import HISTORY, written_graphs
from renkei_kg.snapshot import Snapshot, SnapshotError
from renkei_kg.versions import kept
from renkei_kg.versions.difference import Difference, between
from renkei_kg.versions.retention import cited

IDENTIFIER = kept.VERSION
STATISTICS = "graph/void"
OWN = "own"


@dataclass(frozen=True)
class Version:
    """A version and how it stands among the others."""

    snapshot: Snapshot
    current: bool
    cited: bool
    kept_answers: int = 0

    @property
    def changed(self) -> str:
        """How many quads were added and removed since its parent; of older manifests, the difference in
        size is not told."""
        counts = self.snapshot.manifest.get("changed")
        if counts:
            return f"+{counts['added']} −{counts['removed']}"
        return "" if self.snapshot.parent else "first"

    def row(self) -> dict[str, Any]:
        """What a list says of it."""
        manifest = self.snapshot.manifest
        return {
            "id": self.snapshot.id,
            "created": manifest.get("created", ""),
            "quads": manifest["quads"],
            "triples": manifest["triples"],
            "parent": self.snapshot.parent,
            "changed": manifest.get("changed"),
            "made_by": "write" if manifest.get("written") else "build",
            "current": self.current,
            "cited": self.cited,
        }


def versions(root: Path) -> list[Version]:
    """The versions in ``root``, oldest first."""
    try:
        current = snapshot.current_id(root)
    except SnapshotError:
        current = ""
    marked, answers = cited(root), kept.counts(root)
    return [
        Version(one, one.path.name == current, one.path.name in marked, answers[one.path.name])
        for one in snapshot.list_snapshots(root)
    ]


def find(root: Path, name: str) -> Snapshot:
    """The version that an id, the only one to begin so, or ``current`` names. Raises SnapshotError."""
    if name == snapshot.CURRENT:
        return snapshot.open_current(root)
    names = [folder.name for folder in snapshot.folders(root)]
    found = [name] if name in names else [one for one in names if name and one.startswith(name)]
    if len(found) == 1:
        return snapshot.open_snapshot(root / found[0])
    if found:
        raise SnapshotError(f"{name} is the beginning of {len(found)} versions: {', '.join(found)}.")
    raise SnapshotError(f"{root} has no version {name}: renkei-kg snapshots list shows which there are.")


def damages(root: Path, names: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """Each version named, or every one, with what is damaged in it, None when it is whole."""
    if not names:
        places = [one.path for one in snapshot.list_snapshots(root)]
        whole = set(places)
        places += [p for p in snapshot.folders(root) if p not in whole and IDENTIFIER.fullmatch(p.name)]
        if (root / snapshot.CURRENT).is_symlink() and not (root / snapshot.CURRENT).exists():
            yield snapshot.CURRENT, f"{root / snapshot.CURRENT} leads to a version that is not there."
    else:
        places = [_place(root, name) for name in names]
    for path in places:
        try:
            snapshot.verify(snapshot.open_snapshot(path))
        except SnapshotError as error:
            yield path.name, str(error)
        else:
            yield path.name, None
    yield from kept.damages(root, names and tuple(path.name for path in places))


def _place(root: Path, name: str) -> Path:
    """The folder of a version, be it damaged."""
    return root / name if (root / name).is_dir() and name != snapshot.CURRENT else find(root, name).path


def stores(before: Snapshot, after: Snapshot) -> tuple[Store, Store]:
    """The stores of two versions. Raises SnapshotError when one cannot be opened."""
    return _store(before), _store(after)


def _store(one: Snapshot) -> Store:
    try:
        return Store.read_only(str(one.store))
    except (OSError, RuntimeError, ValueError) as error:
        raise SnapshotError(f"{one.store} cannot be opened: {error}") from None


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """What makes the one version's quads the other's. Raises SnapshotError."""
    left, right = stores(before, after)
    own = [one.manifest.get("default_graph") == OWN for one in (before, after)]
    return between(left, right, own_before=own[0], own_after=own[1])


def told(found: Difference, after: Snapshot) -> Difference:
    """A difference as a person is told it: without the graphs that change with everything else, those of
    statistics and of the history of writes."""
    for name in (STATISTICS, HISTORY):
        found = found.without(NamedNode(after.manifest["base"] + name))
    return found


def words(version: Version) -> str:
    """A version in words: what its manifest says, a line each."""
    one, manifest = version.snapshot, version.snapshot.manifest
    compiled = snapshot.compiled_graphs(manifest)
    written = {iri: manifest["graphs"][iri] for iri in written_graphs(manifest)}
    marks = [name for name, so in (("current", version.current), ("cited", version.cited)) if so]
    software = ", ".join(f"{name} {number}" for name, number in manifest["software"].items())
    lines = [
        f"version   {one.id}  {', '.join(marks)}".rstrip(),
        f"made      {manifest.get('created', '?')} by a {'write' if manifest.get('written') else 'build'}",
        *_written(manifest.get("write", {})),
        f"after     {one.parent or 'nothing: the first'}",
        f"changed   {version.changed or 'not noted'}",
        f"dataset   {manifest.get('dataset', '?')}, version {manifest['version']}",
        f"holds     {manifest['triples']} triples; {manifest['quads']} quads with those of its graphs; "
        f"{manifest.get('texts', 0)} texts to search",
        f"graphs    {len(compiled)} compiled from {len(manifest.get('sources', {}))} source files, "
        f"{len(written)} written",
        *(f"          <{iri}> {size}" for iri, size in sorted(written.items())),
        f"software  {software}",
        f"content   sha256 {manifest['content_sha256']}",
        f"folder    {one.path}, {size_on_disk(one.path) / 1e6:.1f} MB",
    ]
    return "\n".join(lines) + "\n"


def _written(write: Mapping[str, Any]) -> Iterator[str]:
    """A write in words: who made it and how, what it took back, and why."""
    if write:
        taken_back = f" of {write['reverts']}" if "reverts" in write else ""
        yield f"written   by {write['by'] or 'nobody known'} ({write['kind']}{taken_back})"
        if write["reason"]:
            yield f"reason    {write['reason']}"


def size_on_disk(folder: Path) -> int:
    """The bytes of the files below a folder, those shared with other versions too."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
