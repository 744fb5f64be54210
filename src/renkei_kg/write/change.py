"""What a client has changed by a write, as a value."""

from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad


@dataclass(frozen=True)
class Change:
    """What a client has changed: the quads added and removed, in order, leaving aside a default graph that
    only follows, and the graphs created and dropped. ``digest`` tells this change from any other."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    created: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    digest: str = ""

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.added or self.removed or self.created or self.dropped)

    @property
    def graphs(self) -> dict[str, dict[str, int]]:
        """How many quads were added to and removed from each named graph, by its IRI."""
        counts: dict[str, dict[str, int]] = {}
        for name, quads in (("added", self.added), ("removed", self.removed)):
            for quad in quads:
                if isinstance(quad.graph_name, NamedNode):
                    counts.setdefault(quad.graph_name.value, {"added": 0, "removed": 0})[name] += 1
        nothing = {"added": 0, "removed": 0}
        named = sorted({*counts, *self.created, *self.dropped})
        return {iri: counts.get(iri, nothing) for iri in named}
