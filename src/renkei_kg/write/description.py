"""The description (VoID) of a version that a write makes."""

from pyoxigraph import NamedNode

from renkei_kg.compile.describe import Described, describe
from renkei_kg.compile.recount import recount
from renkei_kg.namespaces import VOID
from renkei_kg.reserved import STATISTICS
from renkei_kg.snapshot import Snapshot, compiled_graphs
from renkei_kg.union import Union


def refresh(union: Union, parent: Snapshot) -> None:
    """Brings the description up to date, if ``parent`` has one."""
    manifest = parent.manifest
    graph = NamedNode(manifest["base"] + STATISTICS)
    if graph.value not in compiled_graphs(manifest) or "dataset" not in manifest:
        return
    dataset = NamedNode(manifest["dataset"])
    stated = next(union.store.quads_for_pattern(dataset, VOID.sparqlEndpoint, None, graph), None)
    if stated is None or not isinstance(stated.object, NamedNode):
        return
    of = Described(dataset, manifest["base"], stated.object.value)
    if manifest.get("written") and "write" not in manifest:
        describe(union, of, graph)  # older software left the description as the build had made it
    else:
        recount(union, of, graph)
