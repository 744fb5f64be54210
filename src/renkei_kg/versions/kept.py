"""Answers whose bytes are kept, so that the link of a citation gives the same ones for as long as they stay.

Each is a folder of its own in ``.cited/results/<version>``: its bytes, packed by gzip, and ``about.json``,
which says what they answer and what their checksum is. It is written aside and moved into place when it is
whole, once; nothing changes it afterwards, and it needs nothing of its version.
"""

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from renkei_kg.errors import RenkeiError
from renkei_kg.snapshot import LOCK, TEMPORARY
from renkei_kg.versions.retention import CITED

RESULTS = "results"
ABOUT = "about.json"
ANSWER = "answer.gz"
NAME = re.compile(r"[0-9a-f]{32}")
VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}(-\d+)?")
BLOCK = 4096
ABANDONED_SECONDS = 7200
RECOUNT_SECONDS = 60


class NotKept(RenkeiError):
    """An answer cannot be kept; the message says why. ``limit`` names the setting, if it is one."""

    def __init__(self, message: str, limit: str = "") -> None:
        self.limit = limit
        super().__init__(message)


class Damaged(RenkeiError):
    """A kept answer is not as it was written; the message says which."""


@dataclass(frozen=True)
class Asked:
    """What an answer answers: a query, the RDF dataset it is asked of, the version and the media type."""

    version: str
    query: str
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the answer: the same question has the same one, and is kept once."""
        graphs = [sorted(set(graphs)) for graphs in (self.default_graphs, self.named_graphs)]
        parts = [self.version, self.query, self.media_type, *graphs]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Kept:
    """An answer that is kept. ``dataset`` is what citing it needs to know of the data."""

    folder: Path
    asked: Asked
    size: int
    sha256: str
    kept: str
    dataset: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name among those of its version."""
        return self.folder.name

    def content(self) -> bytes:
        """Its bytes. Raises Damaged when they are not those that were kept."""
        try:
            with gzip.open(self.folder / ANSWER) as file:
                content = file.read(self.size + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Damaged(f"{self.folder / ANSWER} cannot be read: {error}.") from None
        if len(content) != self.size or hashlib.sha256(content).hexdigest() != self.sha256:
            raise Damaged(f"{self.folder / ANSWER} is not as it was written.")
        return content


class Keeping:
    """An answer on its way to being kept: ``add`` its bytes, then ``finish`` it, or ``discard`` it."""

    def __init__(self, root: Path, asked: Asked, most: int) -> None:
        """``most`` is how many bytes it may have. Raises NotKept when the folder cannot be written."""
        self._results, self._asked, self._most = root / CITED / RESULTS, asked, most
        self._size, self._digest = 0, hashlib.sha256()
        try:
            self._results.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self._results))
            self._raw: IO[bytes] = (self._folder / ANSWER).open("wb")
        except OSError as error:
            raise _not_written(error) from None
        self._file = gzip.GzipFile("", "wb", fileobj=self._raw, mtime=0)

    def add(self, chunk: bytes) -> None:
        """Adds bytes. Raises NotKept."""
        self._size += len(chunk)
        if self._size > self._most:
            raise NotKept(
                f"The answer is larger than {self._most >> 20} MB, the most that is kept of one.",
                "cited_answer_mb",
            )
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _not_written(error) from None

    def finish(self, dataset: Mapping[str, Any], now: datetime, limit: int) -> Kept:
        """Puts the answer in its place; gives the one that is there already, if there is one. ``limit`` is
        how many bytes all may take on disk. Raises NotKept."""
        about = {
            **asdict(self._asked),
            "bytes": self._size,
            "sha256": self._digest.hexdigest(),
            "kept": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "dataset": dict(dataset),
        }
        try:
            self._file.close()
            _sync(self._raw)
            self._raw.close()
            with (self._folder / ABOUT).open("w", encoding="utf-8") as file:
                json.dump(about, file, ensure_ascii=False, indent=1)
                _sync(file)
            _sync_folder(self._folder)
            with _locked(self._results) as lock:
                return self._place(lock, limit)
        except OSError as error:
            raise _not_written(error) from None
        finally:
            self.discard()

    def _place(self, lock: IO[str], limit: int) -> Kept:
        place = self._results / self._asked.version / self._asked.name
        if not place.exists():
            if not _reserve(lock, self._results, _cost(self._folder), limit):
                raise NotKept(
                    "The server keeps as many answers as it has room for: its operator can make more.",
                    "cited_mb",
                )
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self._results)
            self._folder.chmod(0o755)
            self._folder.rename(place)
            _sync_folder(place.parent)
        return _open(place)

    def discard(self) -> None:
        """Takes away what was written, unless it is in its place."""
        with suppress(OSError):
            self._file.close()
        self._raw.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def find(root: Path, version: str, name: str) -> Kept | None:
    """The answer of a name about a version, if it is kept. Raises Damaged."""
    if not VERSION.fullmatch(version) or not NAME.fullmatch(name):
        return None
    place = root / CITED / RESULTS / version / name
    return _open(place) if place.is_dir() else None


def counts(root: Path) -> Counter[str]:
    """How many answers are kept about each version."""
    return Counter({folder.name: sum(1 for _ in _named(folder)) for folder in _folders(root)})


def damages(root: Path, versions: tuple[str, ...] = ()) -> Iterator[tuple[str, str | None]]:
    """What is damaged of the answers about each version named, or about any; None where all are whole."""
    for folder in _folders(root):
        if versions and folder.name not in versions:
            continue
        whole = True
        for place in sorted(_named(folder)):
            try:
                _open(place).content()
            except Damaged as error:
                whole = False
                yield f"{folder.name}/{RESULTS}/{place.name}", str(error)
        if whole:
            yield f"{folder.name}/{RESULTS}", None


def _open(place: Path) -> Kept:
    file = place / ABOUT
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        graphs = [tuple(said[name]) for name in ("default_graphs", "named_graphs")]
        asked = Asked(said["version"], said["query"], said["media_type"], *graphs)
        found = Kept(place, asked, said["bytes"], said["sha256"], said["kept"], said["dataset"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{file} cannot be read: {error}.") from None
    if (asked.version, asked.name) != (place.parent.name, place.name):
        raise Damaged(f"{file} is not about what its folder is named for.")
    return found


def _folders(root: Path) -> list[Path]:
    """The folders of answers, one for each version."""
    results = root / CITED / RESULTS
    return sorted(p for p in results.iterdir() if VERSION.fullmatch(p.name)) if results.is_dir() else []


def _named(folder: Path) -> Iterator[Path]:
    return (place for place in folder.iterdir() if NAME.fullmatch(place.name))


@contextmanager
def _locked(results: Path) -> Iterator[IO[str]]:
    """Holds the lock of those who keep answers, in whichever process; a crash lets it go."""
    with (results / LOCK).open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _reserve(lock: IO[str], results: Path, size: int, limit: int) -> bool:
    """Whether ``size`` bytes more stay below ``limit``; if so they are counted as taken.

    The file of the lock holds what is taken and when that was last counted. It is counted anew when there
    seems to be no room, since answers may have been removed by hand, but not at every attempt.
    """
    lock.seek(0)
    try:
        taken, counted = (int(text) for text in lock.read().split())
    except ValueError:  # it is new, or a crash has cut it short
        taken = counted = 0
    now = int(time.time())
    if counted == 0 or (taken + size > limit and not 0 <= now - counted < RECOUNT_SECONDS):
        taken, counted = _count(results), now
    fits = taken + size <= limit
    lock.truncate(0)
    lock.write(f"{taken + size * fits} {counted}")
    lock.flush()
    return fits


def _count(results: Path) -> int:
    """What all answers take on disk. Sweeps what a crash has left half written."""
    for left in results.glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(left)
    folders = (folder for folder in results.iterdir() if VERSION.fullmatch(folder.name))
    return sum(_cost(place) for folder in folders for place in _named(folder))


def _cost(place: Path) -> int:
    """What an answer takes on disk: its files in blocks, and its folder."""
    sizes = [entry.stat().st_size for entry in os.scandir(place)]
    return BLOCK + sum(-(-size // BLOCK) * BLOCK for size in sizes)


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(error: OSError) -> NotKept:
    return NotKept(f"The server cannot write where it keeps answers: {error.strerror or error}.")
