"""What a version consists of: every file with its size and SHA-256, as a publisher lists it.

The manifest tells of the files that hold something. A store has a few more, by which RocksDB finds them, and
the manifest is a file too; the list has all. So its own SHA-256 stands for a version, to the last byte.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from renkei_kg import checksums
from renkei_kg.checksums import Facts
from renkei_kg.errors import RenkeiError
from renkei_kg.holding import MANIFEST
from renkei_kg.snapshot import TEXT_INDEX, Snapshot
from renkei_kg.versions.kept import VERSION
from renkei_kg.versions.provenance import PATCH_FILE

STORE: Final = "store"
FINDING: Final = re.compile(r"CURRENT|IDENTITY|(?:MANIFEST|OPTIONS)-\d{1,20}|\d{1,20}\.log")
TABLE: Final = re.compile(r"\d{1,20}\.sst")
SINGLE: Final = (MANIFEST, TEXT_INDEX, PATCH_FILE)
FOLDERS: Final = ("dumps", "files", "report", "rules")
NAME: Final = re.compile(r"[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]{0,199}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
MOST_FILES: Final = 100_000
MOST_BYTES: Final = 32 << 20


class ListError(RenkeiError):
    """A list of files cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True)
class Listing:
    """The files of a version, by their paths in its folder, each with its size in bytes and its SHA-256."""

    version: str
    files: Mapping[str, Facts]

    @property
    def text(self) -> bytes:
        """The list as it is sent and as its checksum is taken: JSON, the same bytes on every machine."""
        files = {name: {"bytes": f["bytes"], "sha256": f["sha256"]} for name, f in sorted(self.files.items())}
        return (json.dumps({"snapshot": self.version, "files": files}, indent=1) + "\n").encode()

    @property
    def checksum(self) -> str:
        """The SHA-256 that stands for the whole version."""
        return hashlib.sha256(self.text).hexdigest()

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(facts["bytes"] for facts in self.files.values())


def of(version: Snapshot) -> Listing:
    """The files of a version that is kept: those of its manifest, and of the others those that make it whole.
    Whatever else may lie in its folder is not one of them. Raises OSError."""
    more = [path for path in (version.path / STORE).iterdir() if FINDING.fullmatch(path.name)]
    files = {
        path.relative_to(version.path).as_posix(): checksums.of_file(path)
        for path in (version.path / MANIFEST, *more)
        if path.is_file() and not path.is_symlink()
    }
    files |= {name: facts for name, facts in version.manifest["files"].items() if belongs(name)}
    return Listing(version.path.name, files)


def belongs(name: str) -> bool:
    """Whether a version may have a file of this name: none leads out of its folder."""
    folder, _, below = name.rpartition("/")
    if folder == STORE:
        return finds(name) or TABLE.fullmatch(below) is not None
    return name in SINGLE or (folder in FOLDERS and NAME.fullmatch(below) is not None)


def finds(name: str) -> bool:
    """Whether a file is one that RocksDB finds the others by, of which the manifest does not tell."""
    folder, _, below = name.rpartition("/")
    return folder == STORE and FINDING.fullmatch(below) is not None


def read(text: bytes, most: int) -> Listing:
    """The list that another machine has sent, of files of no more than ``most`` bytes together. Raises
    ListError."""
    try:
        said = json.loads(text)
        version, files = said["snapshot"], said["files"]
        found = {name: {"bytes": facts["bytes"], "sha256": facts["sha256"]} for name, facts in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ListError("what it sent is not the list of the files of a version.") from None
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise ListError(f"{str(version)[:80]!r} is not the id of a version.")
    if len(found) > MOST_FILES:
        raise ListError(f"{version} has {len(found)} files, more than {MOST_FILES}.")
    for name, facts in found.items():
        _check(version, name, facts)
    listing = Listing(version, found)
    if listing.bytes > most:
        raise ListError(
            f"{version} has {listing.bytes} bytes, more than the {most} that are allowed (--most-gb)."
        )
    if found.get(MANIFEST, {"bytes": 0})["bytes"] not in range(1, MOST_BYTES + 1):
        raise ListError(f"{version} has no {MANIFEST}, or one of more than {MOST_BYTES} bytes.")
    return listing


def _check(version: str, name: str, facts: Mapping[str, Any]) -> None:
    size, digest = facts["bytes"], facts["sha256"]
    if not belongs(name):
        raise ListError(f"{version} lists {name[:80]!r}, which is no file that a version may have.")
    if type(size) is not int or size < 0 or not isinstance(digest, str) or not SHA256.fullmatch(digest):
        raise ListError(f"{version} lists {name[:80]!r} without a size and a SHA-256.")
