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


def of_files(
    folder: Path,
    names: tuple[str, ...],
    origin: Path | None = None,
    known: Mapping[str, Facts] | None = None,
    take: Callable[[Path], Facts] = of_file,
) -> dict[str, Facts]:
    """Size and SHA-256 of every file in ``folder`` that is, or is below, one of ``names``, by relative path.
    What is a link to the same file of ``origin`` is taken from what is ``known`` of that; ``take`` finds out
    the others'.

    Files that an engine may rewrite without changing content (RocksDB's logs and lock) are left out.
    """
    tops = [folder / name for name in names]
    files = (p for top in tops for p in (top, *sorted(top.rglob("*"))) if p.is_file())
    kept = [path for path in files if path.parent.name != "store" or path.suffix == ".sst"]
    named = {path.relative_to(folder).as_posix(): path for path in kept}

    def facts(name: str) -> Facts:
        path = named[name]
        taken = (known or {}).get(name) if origin is not None and _same(path, origin / name) else None
        return take(path) if taken is None else taken

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(named, pool.map(facts, named), strict=True))


def _same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)
