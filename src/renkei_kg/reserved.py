"""Names of graphs that neither a source nor whoever writes may give, as they are given already."""

import re
from collections.abc import Mapping
from typing import Any, Final

from renkei_kg.snapshot import compiled_graphs

# Below <base>graph/, where the graphs of a project's files have the other names.
MADE_BY_THE_BUILD: Final = re.compile(r"catalog|evidence|history|inferred(?:/written)?|void|shapes/.*")
HISTORY: Final = "graph/history"
INFERRED_FROM_WRITTEN: Final = "graph/inferred/written"
STATISTICS: Final = "graph/void"
CATALOGUE: Final = "graph/catalog"
SHAPES: Final = "graph/shapes/"
EXAMPLES: Final = ".well-known/sparql-examples"


def is_history(graph: str, base: str) -> bool:
    """Whether it is the graph in which the server keeps what was written, when and by whom."""
    return graph == base + HISTORY


def is_of_the_build(graph: str, base: str) -> bool:
    """Whether a build makes a graph of this name, or would if a project had the files for it."""
    below = f"{base}graph/"
    if graph.startswith(below):
        return MADE_BY_THE_BUILD.fullmatch(graph.removeprefix(below)) is not None
    return graph == base + EXAMPLES


def written_graphs(manifest: Mapping[str, Any]) -> list[str]:
    """The graphs of a version that clients have written: neither compiled from sources nor made by a write
    beside them."""
    beside = {manifest["base"] + name for name in (HISTORY, INFERRED_FROM_WRITTEN)}
    beside.update(compiled_graphs(manifest))
    return [iri for iri in manifest["graphs"] if iri not in beside]
