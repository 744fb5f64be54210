"""Which versions are kept: the current one, cited ones, those a server has open, and as many or as young ones
as the settings say.

That a version is cited is an empty file of its name in the folder ``.cited`` beside the versions, so that
nothing in a version changes and citing needs no lock.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from renkei_kg import snapshot
from renkei_kg.holding import MANIFEST, held
from renkei_kg.snapshot import Snapshot, SnapshotError

CITED = ".cited"


@dataclass(frozen=True)
class Pruned:
    """What became of pruning: the versions taken away, and those kept beyond what was asked, with why."""

    removed: tuple[str, ...]
    spared: tuple[tuple[str, str], ...]


def cited(root: Path) -> frozenset[str]:
    """The ids of the versions that are cited."""
    folder = root / CITED
    marks = (path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else ()
    return frozenset(path.name for path in marks)


def cite(root: Path, identifier: str) -> None:
    """Notes that a version is cited: it is never pruned. Raises SnapshotError when it is not there."""
    found = snapshot.open_snapshot(root / identifier)
    mark = root / CITED / found.id
    try:
        mark.parent.mkdir(exist_ok=True)
        mark.touch()
    except OSError as error:
        raise SnapshotError(f"cannot write {mark}: {error.strerror or error}.") from None
    if not found.path.is_dir():  # pruned just now: who prunes looks for the mark last
        mark.unlink(missing_ok=True)
        raise SnapshotError(f"{found.path} is not a snapshot any more.")


def uncite(root: Path, identifier: str) -> None:
    """Takes the mark of a citation away. Raises SnapshotError when it cannot be."""
    try:
        (root / CITED / identifier).unlink(missing_ok=True)
    except OSError as error:
        raise SnapshotError(f"cannot remove {error.filename}: {error.strerror or error}.") from None


def superfluous(root: Path, keep: int, days: int, now: datetime) -> list[Snapshot]:
    """The versions that are neither of the newest ``keep`` nor younger than ``days`` days, oldest first."""
    known = snapshot.list_snapshots(root)
    oldest = now - timedelta(days=days)
    return [one for one in known[: max(len(known) - keep, 0)] if not days or _made(one) < oldest]


def prune(root: Path, keep: int, days: int, now: datetime, *, dry: bool = False) -> Pruned:
    """Takes superfluous versions away but for those that are current, cited or open in a server.

    ``dry`` only says which. Raises SnapshotError when the folder cannot be written.
    """
    if dry:
        return _prune(root, superfluous(root, keep, days, now), dry=True)
    with snapshot.publishing(root):
        return _prune(root, superfluous(root, keep, days, now), dry=False)


def _prune(root: Path, candidates: Sequence[Snapshot], *, dry: bool) -> Pruned:
    removed, spared = [], []
    current = snapshot.current_id(root) if candidates else ""
    marked = cited(root)
    for one in candidates:
        if one.path.name == current:
            spared.append((one.id, "current"))
        elif one.path.name in marked:
            spared.append((one.id, "cited"))
        elif reason := _remove(root, one, dry=dry):
            spared.append((one.id, reason))
        else:
            removed.append(one.id)
    return Pruned(tuple(removed), tuple(spared))


def _remove(root: Path, one: Snapshot, *, dry: bool) -> str | None:
    """Takes a version away in one step, the rest of which a crash leaves to the next who publishes. Returns
    why it could not be."""
    with (one.path / MANIFEST).open("rb") as file:
        if held(file):
            return "open in a server"
        if dry:
            return None
        away = root / f"{snapshot.TEMPORARY}pruned-{one.path.name}"
        one.path.rename(away)
        if one.path.name in cited(root):
            away.rename(one.path)
            return "cited"
    shutil.rmtree(away)
    return None


def _made(one: Snapshot) -> datetime:
    try:
        made = datetime.fromisoformat(one.manifest["created"])
    except (KeyError, TypeError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)
