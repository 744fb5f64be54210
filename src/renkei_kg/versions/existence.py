"""Whether a version says anything of a thing: looked up once for each, in as few stores as possible.

Opening a store takes longer than looking into it, and a write changes little: where the patch of a version
does not name a thing, the version has of it what its parent has.
"""

import hashlib
import mmap
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Store

from renkei_kg.snapshot import Snapshot
from renkei_kg.versions.catalogue import Listing
from renkei_kg.versions.provenance import PATCH_FILE

REMEMBERED: Final = 100_000
OPENED_AT_ONCE: Final = 2
Key = tuple[str, bytes]


class Existence:
    """What is known of things and versions. A thing is named by the IRIs that it may have. May be asked from
    several threads."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._most = remembered
        self._known: OrderedDict[Key, bool] = OrderedDict()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(OPENED_AT_ONCE)
        self.opened = 0

    def has(self, listing: Listing, identifier: str, iris: tuple[str, ...]) -> bool:
        """Whether a version has a statement with the thing in it, or a graph of its name; false of a version
        that is not kept."""
        found, same = False, []
        thing = hashlib.sha256("\n".join(iris).encode("utf-8", "replace")).digest()[:16]
        for version in _back(listing, identifier):
            known = self._recall((version.id, thing))
            if known is None and _as_in_its_parent(listing, version, iris):
                same.append((version.id, thing))
                continue
            if known is None:
                known = self._look(version, iris)
                if known is None:
                    return False
                same.append((version.id, thing))
            found = known
            break
        self._remember(same, found)
        return found

    def _recall(self, key: Key) -> bool | None:
        with self._lock:
            return self._known.get(key)

    def _remember(self, keys: list[Key], found: bool) -> None:
        with self._lock:
            for key in keys:
                self._known[key] = found
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def _look(self, version: Snapshot, iris: tuple[str, ...]) -> bool | None:
        """What the store of a version says; None when it cannot be read, as it has been pruned just now."""
        with self._places:
            self.opened += 1
            try:
                store = Store.read_only(str(version.store))
                return any(_in(store, iri) for iri in iris)
            except (OSError, RuntimeError):
                return None


def _back(listing: Listing, identifier: str) -> Iterator[Snapshot]:
    """A version and its ancestors, as far as they are kept."""
    found = listing.find(identifier)
    while found is not None:
        yield found.snapshot
        found = listing.find(found.snapshot.parent or "")


def _as_in_its_parent(listing: Listing, version: Snapshot, iris: tuple[str, ...]) -> bool:
    """Whether a version has of a thing what its parent has. Of graphs and the dataset a write changes more
    than its patch tells."""
    things = f"{version.manifest['base']}id/"
    if not version.manifest.get("written") or not all(iri.startswith(things) for iri in iris):
        return False
    return listing.find(version.parent or "") is not None and _names(version.path / PATCH_FILE, iris) is False


def _names(file: Path, iris: tuple[str, ...]) -> bool | None:
    """Whether a patch names one of the IRIs; None when there is no patch to look at."""
    try:
        with file.open("rb") as source:
            if file.stat().st_size == 0:
                return False
            with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return any(content.find(f"<{iri}>".encode()) >= 0 for iri in iris)
    except OSError:
        return None


def _in(store: Store, iri: str) -> bool:
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    patterns = ((node, None, None, None), (None, None, node, None), (None, node, None, None))
    found = (next(store.quads_for_pattern(*pattern), None) for pattern in patterns)
    return any(quad is not None for quad in found) or store.contains_named_graph(node)
