"""The versions of a folder, read again only when the folder has changed: for a server that is asked often.

A published manifest never changes, so that each is read once; of each, what a list shows is kept in memory.
"""

import hashlib
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from renkei_kg import snapshot
from renkei_kg.snapshot import Snapshot, SnapshotError
from renkei_kg.versions import activations
from renkei_kg.versions.history import Version
from renkei_kg.versions.retention import CITED
from renkei_kg.versions.timeline import Timeline, timeline

# As ids are made; what else may stand in the folder is no version to show.
IDENTIFIER: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}(-\d{1,3})?", re.ASCII)
LISTED: Final[tuple[str, ...]] = (
    *("id", "created", "base", "dataset", "version", "quads", "triples", "texts"),
    *("parent", "number", "changed", "written", "write"),
)


@dataclass(frozen=True)
class Listing:
    """The versions at one moment, oldest first; ``tag`` tells this state of the folder from others."""

    versions: tuple[Version, ...] = ()
    timeline: Timeline = Timeline((), ())
    tag: str = ""
    _by_id: Mapping[str, int] = field(default_factory=dict, repr=False)

    @cached_property
    def newest_first(self) -> tuple[Version, ...]:
        """The versions as a list shows them."""
        return self.versions[::-1]

    def find(self, identifier: str) -> Version | None:
        """The version of an id, if it is kept."""
        place = self._by_id.get(identifier)
        return None if place is None else self.versions[place]

    def around(self, identifier: str) -> tuple[list[str], list[str]]:
        """The ids of the versions before one, the nearest first, and of those after it."""
        place = self._by_id[identifier]
        before, after = self.versions[:place], self.versions[place + 1 :]
        return [one.snapshot.id for one in reversed(before)], [one.snapshot.id for one in after]

    @property
    def current(self) -> Version | None:
        """The version that is served, if it is kept."""
        return next((one for one in reversed(self.versions) if one.current), None)


class Catalogue:
    """The versions of the folder ``root``. May be asked from several threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._state: tuple[Any, ...] = ()
        self._listing = Listing()
        self._known: dict[str, Snapshot] = {}

    def listing(self) -> Listing:
        """What there is now."""
        state = self._look()
        with self._lock:
            if state != self._state:
                self._listing = self._read(state)
                self._state = state
            return self._listing

    def manifest(self, identifier: str) -> dict[str, Any]:
        """All that the manifest of a version says. Raises SnapshotError when it is not kept any more."""
        return snapshot.open_snapshot(self.root / identifier).manifest

    def _look(self) -> tuple[Any, ...]:
        """What the listing depends on, told without opening a file."""
        names = frozenset(name for name in _names(self.root) if IDENTIFIER.fullmatch(name))
        cited = names & frozenset(_names(self.root / CITED))
        try:
            current = (self.root / snapshot.CURRENT).readlink().name
            since = (self.root / snapshot.CURRENT).lstat().st_mtime
        except OSError:
            current, since = "", 0.0
        try:
            log = (self.root / activations.LOG).stat().st_size
        except OSError:
            log = 0
        return names, cited, current, since, log

    def _read(self, state: tuple[Any, ...]) -> Listing:
        names, cited, current, since, _ = state
        known = {name: one for name in names if (one := self._known.get(name) or self._open(name))}
        self._known = known
        ordered = snapshot.in_order(known.values())
        times = timeline(
            ordered,
            activations.noted(self.root),
            (datetime.fromtimestamp(since, UTC), current),
        )
        tag = hashlib.sha256(repr((sorted(known), sorted(cited), current, times)).encode()).hexdigest()[:32]
        versions = tuple(Version(one, one.id == current, one.id in cited) for one in ordered)
        return Listing(versions, times, tag, {one.id: place for place, one in enumerate(ordered)})

    def _open(self, name: str) -> Snapshot | None:
        try:
            found = snapshot.open_snapshot(self.root / name)
        except SnapshotError:
            return None
        if found.id != name:
            return None
        listed = {key: found.manifest[key] for key in LISTED if key in found.manifest}
        return Snapshot(name, found.path, listed)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # names are all that is wanted, and often
    except OSError:
        return []
