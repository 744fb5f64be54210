"""Puts the files of an import into a project, all or none: they are compiled and checked with all the rest
first, then moved into their place as one folder."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from renkei_kg.compile import pipeline
from renkei_kg.compile.validate import Finding
from renkei_kg.importing.making import FOLDER, Made
from renkei_kg.importing.report import ERROR, WARNING, ImportFailed, Report
from renkei_kg.project import Project
from renkei_kg.shacl.report import short

SEVERITIES: Final = {"Violation": ERROR, "Warning": WARNING}


def place(project: Project, made: Made) -> Path:
    """The folder that an import has in a project."""
    return project.data / FOLDER / made.name


def same(project: Project, made: Made) -> bool:
    """Whether the project has these files already, byte for byte."""
    folder = place(project, made)
    return folder.is_dir() and {
        path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()
    } == dict(made.files)


def check(project: Project, made: Made, report: Report) -> None:
    """Compiles the project with the import in memory, and says what the shapes find in the import or because
    of it. Raises SourceError when what was made cannot be read."""
    target = place(project, made)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, made.files)
        replaced = {target / one: folder / one for one in made.files}
        with_import = replace(project, replaced={**project.replaced, **replaced})
        compiled = pipeline.compile_graph(with_import, lambda _: None)
        for finding in compiled.report.findings:
            about_it = finding.place is not None and finding.place.file.parent == folder
            if finding.severity in SEVERITIES and (about_it or finding.severity == "Violation"):
                _say(finding, made, project, about_it, report)


def _say(finding: Finding, made: Made, project: Project, own: bool, report: Report) -> None:
    """A finding of the shapes, at the row of the sheet when it is about one."""
    file, line = (finding.place.file, finding.place.line) if finding.place else (None, None)
    row = made.lines.get(line or 0) if own and file and file.name in ("table.csv", "rows.csv") else None
    where = (
        ""
        if row or not file
        else f" [{file.name if own else project.named(file)}{f':{line}' if line else ''}]"
    )
    about = " ".join(short(part) for part in (finding.focus, finding.path) if part)
    report.say(
        SEVERITIES[finding.severity],
        f"{finding.message('ja')}（{about}）{where}",
        f"{finding.message('en')} ({about}){where}",
        row=row,
        value=short(finding.value) if finding.value and finding.value != finding.focus else None,
    )


def put(project: Project, made: Made) -> Path:
    """Moves the files into their folder, in the place of an earlier import of the name. Whoever looks sees
    all of the old or all of the new, but for the moment between two renamings."""
    target = place(project, made)
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as name:
        new, old = Path(name) / "new", Path(name) / "old"
        new.mkdir()
        write(new, made.files)
        replaces = target.exists()
        if replaces:
            target.rename(old)
        try:
            new.rename(target)
        except BaseException:  # Ctrl-C too: the old one must not go with the temporary folder
            if replaces:
                old.rename(target)
            raise
    return target


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files, and waits until they are on the disk."""
    for name, content in files.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def refuse_to_replace(project: Project, made: Made) -> None:
    """Raises ImportFailed when the project has another import of the name."""
    folder = place(project, made)
    if folder.exists():
        raise ImportFailed(
            f"{folder} はすでにあります。置き換えるなら --replace、別にするなら --name を付けてください。",
            f"{folder} is there already: give --replace to replace it, or --name to import beside it.",
        )
