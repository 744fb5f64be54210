"""Taking a version from another server: its files aside, each held against its checksum, then published here
in one step like any other."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from renkei_kg import checksums, snapshot
from renkei_kg.checksums import Facts
from renkei_kg.fetching import listing
from renkei_kg.fetching.listing import Listing
from renkei_kg.fetching.source import FetchError, Source
from renkei_kg.holding import MANIFEST
from renkei_kg.snapshot import Snapshot
from renkei_kg.versions import activations
from renkei_kg.versions.kept import VERSION

FOLDER: Final = ".fetching"
LOCK: Final = "lock"
RESERVE: Final = 64 << 20  # bytes of the disk that stay free
GIB: Final = 1 << 30


@dataclass(frozen=True)
class Fetched:
    """What became of it: the version that is current now, how many bytes came, and how many were here."""

    version: str
    came: int = 0
    linked: int = 0


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched: an id or ``current``, the checksum that it must have (empty: any), and the most
    bytes it may have."""

    name: str = snapshot.CURRENT
    checksum: str = ""
    most: int = 64 * GIB


class Fetcher:
    """Takes versions from ``source`` into the folder ``root``, one at a time."""

    def __init__(self, root: Path, source: Source) -> None:
        self._root, self._source = root, source

    def look(self, wanted: Wanted, tag: str = "") -> tuple[Listing, str] | None:
        """The list of what is wanted and its tag; None when it still has ``tag``. Raises FetchError."""
        if wanted.name != snapshot.CURRENT and not VERSION.fullmatch(wanted.name):
            raise FetchError(f"{wanted.name!r} is not the whole id of a version, nor 'current'.")
        answer = self._source.small(f"/snapshots/{wanted.name}/whole", listing.MOST_BYTES, tag)
        if answer is None:
            return None
        try:
            found = listing.read(answer[0], wanted.most)
        except listing.ListError as error:
            raise FetchError(f"{self._source.url}: {error}") from None
        if wanted.name not in (snapshot.CURRENT, found.version):
            raise FetchError(f"{self._source.url} sent {found.version} for {wanted.name}.")
        if wanted.checksum and found.checksum != wanted.checksum:
            raise FetchError(
                f"{found.version} has the checksum {found.checksum} at {self._source.url}, "
                f"and not {wanted.checksum}."
            )
        return found, answer[1]

    def take(self, found: Listing) -> Fetched:
        """Makes the version of a list the current one here, and fetches what is not here yet.

        Raises FetchError, and SnapshotError when it cannot be published here. Then nothing has changed.
        """
        snapshot.prepare(self._root)
        with _alone(self._root) as aside:
            if (self._root / found.version).exists():
                return self._again(found)
            folder = aside / found.version
            folder.mkdir(exist_ok=True)
            for other in aside.iterdir():
                if other.is_dir() and other != folder:
                    shutil.rmtree(other)
            self._get(found, MANIFEST, folder)
            self._check_manifest(found, folder)
            linked = self._link(found, folder)
            missing = found.bytes - linked
            if missing > shutil.disk_usage(folder).free - RESERVE:
                raise FetchError(f"{found.version} needs {missing} bytes of disk more than there are.")
            for name in found.files:
                self._get(found, name, folder)
            for path in list(folder.rglob("*")):
                if path.is_file() and path.relative_to(folder).as_posix() not in found.files:
                    path.unlink()
            self._publish(found, folder)
            return Fetched(found.version, missing, linked)

    def _again(self, found: Listing) -> Fetched:
        """A version that is here already becomes the current one."""
        with snapshot.publishing(self._root):
            known = snapshot.open_snapshot(self._root / found.version)
            if listing.of(known).checksum != found.checksum:
                raise FetchError(
                    f"{found.version} is here already, and is not the same as at {self._source.url}: "
                    f"renkei-kg snapshots verify {found.version} shows whether it is damaged."
                )
            snapshot.activate(self._root, found.version)
        return Fetched(found.version)

    def _get(self, found: Listing, name: str, folder: Path) -> None:
        """Fetches a file, unless it is there. What is not as listed is thrown away. Raises FetchError."""
        facts, path = found.files[name], folder / name
        path.parent.mkdir(exist_ok=True)
        if path.is_file() and path.stat().st_nlink > 1:
            return  # linked to what has been checked
        if path.is_file() and path.stat().st_size > facts["bytes"]:
            path.unlink()
        self._source.into(f"/snapshots/{found.version}/whole/{facts['sha256']}", path, facts["bytes"])
        if checksums.of_file(path) != facts:
            path.unlink()
            raise FetchError(f"{name} of {found.version} is damaged at {self._source.url} or on the way.")

    def _check_manifest(self, found: Listing, folder: Path) -> None:
        """Whether a manifest is that of the listed version, and of the data that is served here. Raises
        FetchError."""
        where = f"the manifest of {found.version} at {self._source.url}"
        try:
            manifest = snapshot.open_snapshot(folder).manifest
            made = datetime.fromisoformat(manifest["created"])
            there = {name: dict(facts) for name, facts in manifest["files"].items()}
            others = [manifest[name] for name in ("parent", "files_of") if manifest.get(name) is not None]
            usable = made.tzinfo is not None and type(manifest.get("number", 1)) is int
        except (snapshot.SnapshotError, KeyError, TypeError, ValueError, RecursionError):
            raise FetchError(f"{where} is damaged.") from None
        if manifest["id"] != found.version:
            raise FetchError(f"{where} is that of another version.")
        if not usable or not all(isinstance(one, str) and VERSION.fullmatch(one) for one in others):
            raise FetchError(f"{where} does not say when it was made, or of which versions it comes.")
        listed = found.files.items()
        if there != {name: f for name, f in listed if name != MANIFEST and not listing.finds(name)}:
            raise FetchError(f"{where} tells of other files than its list.")
        here = self._current()
        if here is not None and here.manifest["base"] != manifest["base"]:
            raise FetchError(
                f"{where} is of other data ({manifest['base']}) than what is served here "
                f"({here.manifest['base']}): fetch it into another folder."
            )

    def _link(self, found: Listing, folder: Path) -> int:
        """Links what a version here has already. Gives how many bytes that is."""
        known = _known(self._root)
        linked = 0
        for name, facts in found.files.items():
            path, have = folder / name, known.get(_key(facts))
            if have is None or name == MANIFEST or have.stat().st_size != facts["bytes"]:
                continue
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)
            path.hardlink_to(have)
            linked += facts["bytes"]
        return linked

    def _publish(self, found: Listing, folder: Path) -> None:
        with snapshot.publishing(self._root):
            before = self._current()
            made = snapshot.publish(self._root, folder, found.version)
            if before is not None and before.manifest.get("created", "") > made.manifest["created"]:
                activations.note(self._root, made.id, datetime.now(UTC))

    def _current(self) -> Snapshot | None:
        try:
            return snapshot.open_current(self._root)
        except snapshot.SnapshotError:
            return None


@contextmanager
def _alone(root: Path) -> Iterator[Path]:
    """The folder beside the versions that one is fetched into. Raises FetchError when somebody else does."""
    aside = root / FOLDER
    aside.mkdir(mode=0o700, exist_ok=True)
    with (aside / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FetchError(f"another process fetches a version into {root} just now.") from None
        yield aside


def _known(root: Path) -> dict[tuple[int, str], Path]:
    """The files of the versions here, by size and checksum, those of the newest version first."""
    found: dict[tuple[int, str], Path] = {}
    for one in snapshot.list_snapshots(root):
        files: Mapping[str, Any] = one.manifest["files"]
        found |= {
            _key(facts): one.path / name for name, facts in files.items() if (one.path / name).is_file()
        }
    return found


def _key(facts: Facts) -> tuple[int, str]:
    return facts["bytes"], facts["sha256"]
