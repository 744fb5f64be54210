"""Where a graph's hand-kept files are and what the graph is called (``renkei.toml``).

A project folder holds ``renkei.toml`` and ``data/``. Its ``ontology/``, ``shapes/`` and ``queries/`` are
used when it has them; otherwise, but for the queries, those that come with the package: questions about one
prefecture are no examples for another.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from renkei_kg.errors import RenkeiError
from renkei_kg.textfile import SourceError, position, read_text

WEB_IRI = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[!#$%&'()*+,./:;=?@\w~-]*)?", re.ASCII)
TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class ProjectError(RenkeiError):
    """A project folder or its settings cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Project:
    """A project folder: its base IRI (ends in ``/``), short name, version and public endpoint IRI.

    ``replaced`` puts other files in the place of the project's own, or beside them, so that what is changed
    or new can be checked.
    """

    root: Path
    base: str
    name: str
    version: str
    endpoint: str
    replaced: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The folder of the graph's hand-kept data."""
        return self.root / "data"

    def actual(self, path: Path) -> Path:
        """The file to read for ``path``: the one put in its place (``replaced``), or itself."""
        return self.replaced.get(path, path)

    def folder(self, name: str) -> Path:
        """The folder ``ontology``, ``shapes`` or ``queries``: the project's own, or the package's. Queries
        are the project's own or none."""
        own = self.root / name
        return own if own.is_dir() or name == "queries" else packaged(name)

    def named(self, path: Path) -> str:
        """A file of the project, or of the package, by its path below the folder that holds ``data`` and the
        others: the same on every machine."""
        folders = [self.folder(name).parent for name in ("ontology", "shapes", "queries")]
        top = next((folder for folder in (self.root, *folders) if path.is_relative_to(folder)), path.parent)
        return path.relative_to(top).as_posix()

    def graph(self, name: str) -> str:
        """The IRI of the named graph ``name``."""
        return f"{self.base}graph/{name}"

    def thing(self, path: str) -> str:
        """The IRI of the thing ``path``, such as ``project/tantetsuko``."""
        return f"{self.base}id/{path}"


def packaged(name: str) -> Path:
    """The folder ``name`` as it comes with the package, or as it stands in a checkout of it.

    Raises ProjectError when the package has come without it.
    """
    for folder in (Path(__file__).parent / name, Path(__file__).parents[2] / name):
        if folder.is_dir():
            return folder
    raise ProjectError(f"this installation lacks its folder {name}; install renkei-kg again.")


def open_project(root: Path) -> Project:
    """The project in folder ``root``. Raises ProjectError when there is none or its settings cannot be
    used, and SourceError when its ``renkei.toml`` is malformed."""
    file = root / "renkei.toml"
    if not file.exists():
        raise ProjectError(
            f"{root} has no renkei.toml. Run the command in a project folder, or name one with --project."
        )
    text = read_text(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, place = TOML_PLACE.sub("", str(error)), TOML_PLACE.search(str(error))
        end = position(text, len(text.rstrip()))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else end
        raise SourceError(file, f"is not valid TOML: {reason}.", line, column) from None
    missing = [key for key in ("base", "name", "version", "endpoint") if not isinstance(values.get(key), str)]
    if missing:
        raise ProjectError(f"{file}: needs {', '.join(missing)}, each a text in quotation marks.")
    base, name, endpoint = values["base"], values["name"], values["endpoint"]
    if not _is_web_iri(base) or not base.endswith("/") or "?" in base or "#" in base:
        raise ProjectError(f"{file}: base must be an ASCII http(s) IRI that ends in a slash, not {base!r}.")
    if not _is_web_iri(endpoint):
        raise ProjectError(f"{file}: endpoint must be an ASCII http(s) IRI, not {endpoint!r}.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise ProjectError(
            f"{file}: name becomes the name of files: letters a to z, digits, - and _, not {name!r}."
        )
    if not (root / "data").is_dir():
        raise ProjectError(f"{root} has no data folder: the graph's sources are expected there.")
    return Project(root, base, name, values["version"], endpoint)


def _is_web_iri(text: str) -> bool:
    return WEB_IRI.fullmatch(text) is not None
