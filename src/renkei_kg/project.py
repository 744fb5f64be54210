"""Where a graph's hand-kept files are and what the graph is called (``renkei.toml``).

A project folder holds ``renkei.toml`` and ``data/``. Its ``ontology/``, ``shapes/`` and ``queries/`` are
used when it has them; otherwise those that come with the package.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from renkei_kg.errors import RenkeiError


class ProjectError(RenkeiError):
    """A project folder or its ``renkei.toml`` cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Project:
    """A project folder: its base IRI (ends in ``/``), short name, version and public endpoint IRI.

    ``replaced`` puts other files in the place of the project's own, so that a changed copy can be checked.
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
        """The folder ``ontology``, ``shapes`` or ``queries``: the project's own, or the package's."""
        own = self.root / name
        return own if own.is_dir() else packaged(name)

    def graph(self, name: str) -> str:
        """The IRI of the named graph ``name``."""
        return f"{self.base}graph/{name}"

    def thing(self, path: str) -> str:
        """The IRI of the thing ``path``, such as ``project/tantetsuko``."""
        return f"{self.base}id/{path}"


def packaged(name: str) -> Path:
    """The folder ``name`` as it comes with the package, or as it stands in a checkout of it."""
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parents[2] / name


def open_project(root: Path) -> Project:
    """The project in folder ``root``. Raises ProjectError when there is none or it is not well formed."""
    file = root / "renkei.toml"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"{root} has no renkei.toml. Run the command in a project folder, or name one with --project."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: {error}") from None
    missing = [key for key in ("base", "name", "version", "endpoint") if not isinstance(values.get(key), str)]
    if missing:
        raise ProjectError(f"{file}: needs {', '.join(missing)}, each a text in quotation marks.")
    base = values["base"]
    if urlsplit(base).scheme not in ("http", "https") or not base.endswith("/") or not base.isascii():
        raise ProjectError(f"{file}: base must be an ASCII http(s) IRI that ends in a slash, not {base!r}.")
    if not (root / "data").is_dir():
        raise ProjectError(f"{root} has no data folder: the graph's sources are expected there.")
    return Project(root, base, values["name"], values["version"], values["endpoint"])
