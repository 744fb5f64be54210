"""What graphs are called in a remote store, which holds several versions at once.

Each version's graphs have names of their own below ``<base>published/ID/``, numbered in the order of their
published names; beside them stands the union of all of them, the default graph of the version. So a store can
be filled with a new version while another is read, and nothing of one is ever taken for the other's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from renkei_kg.namespaces import PREFIXES

PUBLISHED: Final = "published"
# Two small graphs with a triple in common, by which it is found out what an engine does with graphs.
TRIALS: Final = ("urn:renkei:trial:1", "urn:renkei:trial:2")
WKT: Final = PREFIXES["geo"] + "wktLiteral"
# Its name in a store that would change such literals.
STORED_WKT: Final = "urn:renkei:stored:wktLiteral"
POINT: Final = "POINT(140.85 42.6)"
TRIAL: Final = "<urn:renkei:trial:a> <urn:renkei:trial:b> "
CONTENTS: Final = (
    f'{TRIAL}"1" .\n{TRIAL}_:c .\n_:c <urn:renkei:trial:d> "2" .\n'
    f'<urn:renkei:trial:f> <urn:renkei:trial:b> "true"^^<{PREFIXES["xsd"]}boolean> .\n'
    f'<urn:renkei:trial:f> <urn:renkei:trial:b> "{POINT}"^^<{WKT}> .\n'
    "<urn:renkei:trial:e> <urn:renkei:trial:b> <urn:renkei:trial:a> .\n",
    f'{TRIAL}"1" .\n',
)


@dataclass(frozen=True)
class Naming:
    """The names of one version's graphs in a store: ``graphs`` gives the stored name of each published one,
    ``union`` is the stored name of the default graph, ``nothing`` a name that no graph has."""

    base: str
    version: str
    published: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Naming":
        """The names for the version that a manifest is of."""
        return cls(manifest["base"], manifest["id"], tuple(sorted(manifest["graphs"])))

    @property
    def prefix(self) -> str:
        """What the stored names of this version begin with."""
        return f"{state_graph(self.base)}/{self.version}/"

    @property
    def union(self) -> str:
        """The stored default graph."""
        return f"{self.prefix}default"

    @property
    def nothing(self) -> str:
        """The name of a graph that is not there."""
        return f"{self.prefix}none"

    @cached_property
    def graphs(self) -> dict[str, str]:
        """The stored name of each named graph by its published name."""
        return {iri: f"{self.prefix}{number}" for number, iri in enumerate(self.published, 1)}


def state_graph(base: str) -> str:
    """The graph that says which versions a store holds and which is read (``engine/remote/state.py``)."""
    return f"{base}{PUBLISHED}"
