"""Puts changed copies of source files in the place of a project's own, to check them before they go in."""

from collections.abc import Sequence
from pathlib import Path

from renkei_kg.errors import RenkeiError
from renkei_kg.project import Project


def overlay(project: Project, files: Sequence[Path], name: str | None) -> dict[Path, Path]:
    """Which of the project's files each of ``files`` stands in for: by ``name`` (a path from the project
    folder), or by its own file name and, where that is not enough, the folders above it.

    Raises RenkeiError when a file's place cannot be told.
    """
    if name is not None:
        if len(files) != 1:
            raise RenkeiError("--as goes with exactly one FILE.")
        target = project.root / name
        if not target.is_file():
            raise RenkeiError(f"--as {name}: the project has no such file.")
        return {target: files[0]}
    own = _own(project)
    placed = {}
    for file in files:
        if file.resolve() not in {path.resolve() for path in own}:
            placed[_place(file, own)] = file
    return placed


def _own(project: Project) -> list[Path]:
    folders = [project.data, *(project.folder(name) for name in ("ontology", "shapes", "queries"))]
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def _place(file: Path, own: list[Path]) -> Path:
    parts = file.resolve().parts
    for length in range(1, len(parts)):
        fitting = [path for path in own if path.resolve().parts[-length:] == parts[-length:]]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            break
    raise RenkeiError(
        f"{file}: the project has no one file of that name. Say which it stands in for, "
        "such as --as data/regions/municipalities.csv."
    )
