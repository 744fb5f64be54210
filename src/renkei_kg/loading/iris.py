"""The base, the name and the graph of what is loaded, as given or as the project of this folder has them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from renkei_kg.loading.reading import LoadError
from renkei_kg.project import open_project

BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:[A-Za-z0-9._~/-]*/)?")
IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


@dataclass(frozen=True)
class Settled:
    """The base of the graph's IRIs, the dataset's name, the named graph for triples that are in none."""

    base: str
    name: str
    graph: str


def settled(base: str | None, name: str | None, graph: str | None, folder: Path = Path()) -> Settled:
    """What is given, else what the project in ``folder`` says. Raises LoadError."""
    if base is None or name is None:
        project = open_project(folder) if (folder / "renkei.toml").is_file() else None
        if base is None and project is None:
            raise LoadError(
                "--base is needed in a folder without renkei.toml: what the IRIs of the graph begin with, "
                "such as https://example.org/kg/."
            )
        own = project is not None and base in (None, project.base)
        name = name or (project.name if project is not None and own else "loaded")
        base = base or (project.base if project is not None else "")
    if not BASE.fullmatch(base):
        raise LoadError(f"the base must be an http(s) IRI that ends in a slash, not {base!r}.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise LoadError(f"the name is letters a to z, digits, - and _, not {name!r}.")
    graph = graph or f"{base}graph/loaded"
    if not IRI.fullmatch(graph):
        raise LoadError(f"the graph must be an absolute IRI, not {graph!r}.")
    return Settled(base, name, graph)
