"""Short links: queries that are kept under a few letters, in the folder ``.links`` beside the versions.

Whoever may ask may have one made, so what can be kept is bounded: the length of a query, and how many there
are. Each is a small file of its own that is written aside, moved into place when it is whole, and never
changed: a crash leaves no half of one. The same query has the same link.
"""

import base64
import fcntl
import hashlib
import json
import os
import re
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from renkei_kg.errors import RenkeiError
from renkei_kg.snapshot import LOCK, TEMPORARY

FOLDER: Final = ".links"
LONGEST: Final = 16_000
NAME: Final = re.compile(r"[a-z2-7]{8,52}")
LENGTHS: Final = (8, 12, 16, 52)
ABANDONED_SECONDS: Final = 3600


class NotKept(RenkeiError):
    """A link cannot be kept; the message says why. ``limit`` names the setting, if it is one."""

    def __init__(self, message: str, limit: str = "") -> None:
        self.limit = limit
        super().__init__(message)


@dataclass(frozen=True)
class Link:
    """What a short link leads to: a query, over the version that it names, else over the one served."""

    query: str
    version: str = ""


class Links:
    """The links in a folder of versions, of which there may be ``most``."""

    def __init__(self, root: Path, most: int) -> None:
        self._folder, self._most = root / FOLDER, most

    def find(self, name: str) -> Link | None:
        """What is kept under a name, if anything is."""
        if not NAME.fullmatch(name):
            return None
        try:
            said = json.loads((self._folder / name).read_bytes())
            return Link(said["query"], said["version"])
        except (FileNotFoundError, NotADirectoryError):
            return None

    def known(self, link: Link) -> str:
        """The name that a link is kept under; empty when it is not kept."""
        return next((name for name in _names(link) if self.find(name) == link), "")

    def keep(self, link: Link) -> str:
        """Keeps a link, once, and gives its name. Raises NotKept."""
        if len(link.query.encode()) > LONGEST:
            raise NotKept(f"A query of a short link may have {LONGEST} bytes: share the query as a file.")
        if self._most == 0:
            raise NotKept("This server keeps no short links.", "links")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                return self.known(link) or self._write(link)
        except OSError as error:
            raise NotKept(f"The server cannot write where it keeps links: {error.strerror}.") from None

    def _write(self, link: Link) -> str:
        if self._count() >= self._most:
            raise NotKept(
                "The server keeps as many short links as it may: use the whole address, or ask its operator.",
                "links",
            )
        name = next(one for one in _names(link) if not (self._folder / one).exists())
        aside = self._folder / f"{TEMPORARY}{name}"
        with aside.open("wb") as file:
            file.write(_content(link))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def _count(self) -> int:
        """How many there are. Sweeps what a crash has left."""
        number = 0
        for entry in os.scandir(self._folder):
            if NAME.fullmatch(entry.name):
                number += 1
            elif entry.name.startswith(TEMPORARY):
                with suppress(OSError):
                    if time.time() - entry.stat().st_mtime > ABANDONED_SECONDS:
                        Path(entry.path).unlink()
        return number


def _content(link: Link) -> bytes:
    return json.dumps(asdict(link), ensure_ascii=False, sort_keys=True).encode()


def _names(link: Link) -> list[str]:
    """The names that a link can have: as short as is not taken by another."""
    digest = base64.b32encode(hashlib.sha256(_content(link)).digest()).decode().lower().rstrip("=")
    return [digest[:length] for length in LENGTHS]
