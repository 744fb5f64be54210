"""The graphs that were written over HTTP, taken over from the current snapshot into the next build as they
stand, with the history of how they came about. What is compiled from the sources does not depend on them:
what the rules entail with them goes into a graph of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from renkei_kg import snapshot
from renkei_kg.compile.lines import Term
from renkei_kg.errors import RenkeiError
from renkei_kg.project import Project
from renkei_kg.reserved import HISTORY, is_of_the_build, written_graphs

LEFT_OUT = "or leave out what was written with --without-written"


class WrittenError(RenkeiError):
    """What was written cannot be taken over; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Written:
    """Written graphs by their IRIs, the graph with their history, and the snapshot they are taken from."""

    graphs: Mapping[str, frozenset[Quad]] = field(default_factory=dict)
    history: frozenset[Quad] = frozenset()
    origin: str | None = None

    def add_to(self, store: Store) -> None:
        """Adds the graphs, empty ones too, to a store whose default graph is the union of all."""
        for iri, quads in self.graphs.items():
            store.add_graph(NamedNode(iri))
            store.extend(quads)
            store.extend(Quad(q.subject, q.predicate, q.object) for q in quads)

    def add_history_to(self, store: Store, graph: NamedNode) -> None:
        """Adds the history, likewise, as ``graph``."""
        for name in (graph, DefaultGraph()):
            store.extend(Quad(q.subject, q.predicate, q.object, name) for q in self.history)

    def same(self, other: "Written") -> bool:
        """Whether another has the same graphs and history, whatever it is taken from."""
        return (self.graphs, self.history) == (other.graphs, other.history)

    def likely(
        self, focus: Term, path: Term | None, value: Term | None, of_sources: Callable[..., bool]
    ) -> str | None:
        """The written graph that a finding about ``focus``, ``path`` and ``value`` is likely about, if it is
        about one; ``of_sources`` says whether the sources state such a thing."""
        stated = self._with(focus, path, value)
        if path is not None and stated and (value is None or not of_sources(focus, path, value)):
            return stated
        return None if of_sources(focus) else self._with(focus)

    def _with(self, focus: Term, path: Term | None = None, value: Term | None = None) -> str | None:
        for iri, quads in self.graphs.items():
            for quad in quads:
                alike = path in (None, quad.predicate) and value in (None, quad.object)
                if alike and quad.subject == focus:
                    return iri
        return None


NOTHING = Written()


def written(root: Path, progress: Callable[[str], None]) -> Written:
    """What was written, as the current snapshot of ``root`` has it; of a snapshot whose manifest is damaged,
    as the newest whole one has it. Raises WrittenError when it is known to be there and cannot be read."""
    try:
        current = snapshot.open_current(root)
    except snapshot.SnapshotError as error:
        whole = snapshot.list_snapshots(root)
        if whole or snapshot.folders(root):
            instead = f"as {whole[-1].id} has it" if whole else "nothing, as there is no other"
            progress(f"{error} What was written is taken over {instead}.")
        if not whole:
            return NOTHING
        current = whole[-1]
    names = written_graphs(current.manifest)
    history = f"{current.manifest['base']}{HISTORY}"
    own = current.manifest.get("default_graph") == "own" and current.manifest["triples"]
    if own:
        raise WrittenError(
            f"{current.id} holds {own} triples in a default graph of its own, which the default graph of a "
            f"build, the union of its named graphs, cannot keep: move them to a named graph, {LEFT_OUT}."
        )
    if not names and history not in current.manifest["graphs"]:
        return Written(origin=current.id)
    try:
        store = Store.read_only(str(current.store))
        quads = {
            iri: frozenset(store.quads_for_pattern(None, None, None, NamedNode(iri)))
            for iri in (*names, history)
        }
    except (OSError, RuntimeError, ValueError) as error:
        raise WrittenError(
            f"the graphs that were written cannot be read from {current.store} ({error}): "
            f"activate another version, {LEFT_OUT}."
        ) from None
    return Written({iri: quads[iri] for iri in names}, quads[history], current.id)


def check_names(taken: Written, compiled: Store, project: Project) -> None:
    """Raises WrittenError when a written graph has the name of one that the build makes."""
    for iri in taken.graphs:
        if is_of_the_build(iri, project.base) or compiled.contains_named_graph(NamedNode(iri)):
            raise WrittenError(
                f"the graph <{iri}> was written, and is now made from the sources too: rename the source, "
                f"write the graph under another name and drop it, {LEFT_OUT}."
            )


def checkable(triple: Triple) -> bool:
    """Whether validation can read a triple: those of RDF 1.2 it cannot yet."""
    value = triple.object
    return not isinstance(value, Triple) and not (isinstance(value, Literal) and value.direction is not None)
