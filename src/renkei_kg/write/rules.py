"""What may be written over HTTP: named graphs that are not compiled from the sources, and which of them by a
token that is for some graphs only.

The default graph of a compiled snapshot is the union of its named graphs (docs/decisions/0001), so nobody
writes to it. A snapshot whose manifest says ``"default_graph": "own"`` has an ordinary one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from renkei_kg.reserved import is_history, is_of_the_build, written_graphs
from renkei_kg.snapshot import compiled_graphs
from renkei_kg.write.errors import NotAllowed, WriteRefused

OWN = "own"
EVERY = "*"
ANY = (EVERY,)
UNION = (
    "The default graph is the union of the named graphs, and follows them by itself. Name a graph to write "
    "to: GRAPH <…> { … } in an update, ?graph=… for a document."
)


@dataclass(frozen=True)
class Rules:
    """What may be written in a snapshot and its successors.

    ``compiled`` are the graphs made by the build, ``sources`` the files that they are made from, by their
    paths in the project, and ``own_default`` says that the default graph is none but itself. ``written`` are
    the other graphs, and ``allowed`` says which may be written as far as the token goes (see ``covers``).
    """

    own_default: bool
    compiled: frozenset[str]
    base: str
    sources: tuple[str, ...]
    written: frozenset[str]
    allowed: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any], allowed: Iterable[str]) -> "Rules":
        """The rules of the snapshot that a manifest belongs to, for who is allowed these graphs."""
        compiled = frozenset(compiled_graphs(manifest))
        return cls(
            manifest.get("default_graph") == OWN,
            compiled,
            manifest["base"],
            tuple(manifest.get("sources", {})),
            frozenset(written_graphs(manifest)),
            tuple(allowed),
        )

    def check(self, graph: str | None) -> None:
        """Lets pass a graph that may be written, made or dropped; None is the default graph.

        Raises WriteRefused, which is NotAllowed when another token could do it.
        """
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
        elif is_history(graph, self.base):
            raise WriteRefused(f"The server itself keeps the history of writes in <{graph}>.")
        # One that was written before its name was reserved can still be emptied and dropped.
        elif is_of_the_build(graph, self.base) and graph not in self.written:
            raise WriteRefused(
                f"The name <{graph}> is kept for what the build makes: give the graph another name."
            )
        if not covers(self.allowed, graph):
            what = "the default graph" if graph is None else f"the graph <{graph}>"
            raise NotAllowed(f"This token may not write {what}. It may write {_listed(self.allowed)}.")

    def check_every(self, kind: str, which: str) -> None:
        """Lets pass an operation on ALL or all NAMED graphs. Raises WriteRefused."""
        if self.compiled:
            raise WriteRefused(
                f"{kind} {which} would change the graphs that are compiled from the sources. Name the graph."
            )
        if which == "ALL" and not self.own_default:
            raise WriteRefused(UNION)

    def source(self, graph: str) -> str | None:
        """The file that a compiled graph is made from, if it is made from one."""
        start = f"{self.base}graph/"
        return next((path for path in self.sources if start + _name(PurePosixPath(path)) == graph), None)


def covers(patterns: Iterable[str], graph: str | None) -> bool:
    """Whether one of the patterns means a graph: an IRI means itself, one with a star behind it every IRI
    that begins so, and a star alone any graph, the default graph too."""
    for pattern in patterns:
        if pattern in (EVERY, graph):
            return True
        if graph is not None and pattern.endswith(EVERY) and graph.startswith(pattern[:-1]):
            return True
    return False


def _listed(patterns: Iterable[str]) -> str:
    return ", ".join(f"<{one}>" for one in patterns) or "none"


def _name(path: PurePosixPath) -> str:
    """The name of the graph that a source becomes, as ``compile/sources.py`` gives it."""
    folder, *rest = path.parts
    stem = PurePosixPath(*rest).with_suffix("").as_posix() if rest else ""
    if folder == "ontology" and path.suffix == ".ttl":
        return "ontology" if stem == "renkei" else stem
    if folder == "data" and path.suffix in (".ttl", ".csv", ".geojson"):
        return f"{stem}-geometry" if path.suffix == ".geojson" else stem
    return f"shapes/{stem}" if folder == "shapes" else ""
