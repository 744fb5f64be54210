"""How large the files of a snapshot are, and their SHA-256."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

AT_ONCE: Final = 2  # files
Facts = dict[str, Any]


def of_file(path: Path) -> Facts:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def of_links(folder: Path, origin: Path, known: Mapping[str, Facts]) -> Callable[[Path], Facts]:
    """What finds this out for files in ``folder``: those that are links to the same file of ``origin`` are as
    is ``known`` of that."""

    def taken(path: Path) -> Facts:
        name = path.relative_to(folder).as_posix()
        other = origin / name
        linked = name in known and other.exists() and path.samefile(other)
        return known[name] if linked else of_file(path)

    return taken


def of_files(
    folder: Path, names: tuple[str, ...], taken: Callable[[Path], Facts] = of_file
) -> dict[str, Facts]:
    """Size and SHA-256, found out by ``taken``, of every file in ``folder`` that is, or is below, one of
    ``names``, by relative path.

    Files that an engine may rewrite without changing content (RocksDB's logs and lock) are left out.
    """
    tops = [folder / name for name in names]
    files = (p for top in tops for p in (top, *sorted(top.rglob("*"))) if p.is_file())
    kept = [path for path in files if path.parent.name != "store" or path.suffix == ".sst"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        facts = pool.map(taken, kept)
        return dict(zip((path.relative_to(folder).as_posix() for path in kept), facts, strict=True))
