"""What may be written over HTTP: named graphs that are not compiled from the sources.

The default graph of a compiled snapshot is the union of its named graphs (docs/decisions/0001), so nobody
writes to it. A snapshot whose manifest says ``"default_graph": "own"`` has an ordinary one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from renkei_kg.snapshot import compiled_graphs
from renkei_kg.write.errors import WriteRefused

OWN = "own"
UNION = (
    "The default graph is the union of the named graphs, and follows them by itself. Name a graph to write "
    "to: GRAPH <…> { … } in an update, ?graph=… for a document."
)


@dataclass(frozen=True)
class Rules:
    """What may be written in a snapshot and its successors.

    ``compiled`` are the graphs made by the build, ``sources`` the files that they are made from, by their
    paths in the project, and ``own_default`` says that the default graph is none but itself.
    """

    own_default: bool
    compiled: frozenset[str]
    base: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Rules":
        """The rules of the snapshot that a manifest belongs to."""
        return cls(
            manifest.get("default_graph") == OWN,
            frozenset(compiled_graphs(manifest)),
            manifest["base"],
            tuple(manifest.get("sources", {})),
        )

    def check(self, graph: str | None) -> None:
        """Lets pass a graph that may be written; None is the default graph. Raises WriteRefused."""
        if graph is None:
            if not self.own_default:
                raise WriteRefused(UNION)
        elif graph in self.compiled:
            source = self.source(graph)
            raise WriteRefused(
                f"The graph <{graph}> is compiled from {source}: change it there, and build again."
                if source
                else f"The graph <{graph}> is made by the build from the sources; nobody writes to it."
            )

    def check_every(self, kind: str, which: str) -> None:
        """Lets pass an operation on ALL or all NAMED graphs. Raises WriteRefused."""
        if self.compiled:
            raise WriteRefused(
                f"{kind} {which} would change the graphs that are compiled from the sources. Name the graph."
            )
        if which == "ALL":
            self.check(None)

    def source(self, graph: str) -> str | None:
        """The file that a compiled graph is made from, if it is made from one."""
        start = f"{self.base}graph/"
        return next((path for path in self.sources if start + _name(PurePosixPath(path)) == graph), None)


def _name(path: PurePosixPath) -> str:
    """The name of the graph that a source becomes, as ``compile/sources.py`` gives it."""
    folder, *rest = path.parts
    stem = PurePosixPath(*rest).with_suffix("").as_posix() if rest else ""
    if folder == "ontology" and path.suffix == ".ttl":
        return "ontology" if stem == "renkei" else stem
    if folder == "data" and path.suffix in (".ttl", ".csv", ".geojson"):
        return f"{stem}-geometry" if path.suffix == ".geojson" else stem
    return f"shapes/{stem}" if folder == "shapes" else ""
