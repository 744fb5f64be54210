"""The files of a snapshot for people and other programs: the whole graph in formats of RDF, the report."""

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from renkei_kg.compile.sources import stable_blank_nodes
from renkei_kg.compile.validate import Report
from renkei_kg.compile.written import checkable
from renkei_kg.namespaces import DCTERMS, PREFIXES
from renkei_kg.project import Project

DUMPS = {
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
}


def write_dumps(store: Store, quads: list[Quad], folder: Path, project: Project) -> None:
    """The dumps. A format without named graphs cannot keep licences apart, so share-alike graphs go into a
    file of their own there."""
    folder.mkdir()
    prefixes = dict(PREFIXES)
    apart_graphs = share_alike(store)
    for extension, form in DUMPS.items():
        if form.supports_datasets:
            # By graph first, so that each named graph is written in one piece.
            order = quads if form == RdfFormat.N_QUADS else sorted(quads, key=_by_graph)
            if form == RdfFormat.JSON_LD:  # which has no words for RDF 1.2
                order = [quad for quad in order if checkable(quad.triple)]
            serialize(order, str(folder / f"{project.name}.{extension}"), form, prefixes=prefixes)
            continue
        for suffix, apart in (("", False), ("-by-sa", True)):
            triples = {q.triple for q in quads if (q.graph_name in apart_graphs) is apart}
            if triples or not apart:
                path = folder / f"{project.name}{suffix}.{extension}"
                serialize(sorted(triples, key=str), str(path), form, prefixes=prefixes)


def write_report(report: Report, folder: Path, project: Project) -> None:
    """The validation report as RDF and as text in both languages."""
    folder.mkdir()
    stable = stable_blank_nodes(report.triples, "report")
    triples = sorted(stable, key=str)
    with (folder / "report.ttl").open("wb") as file:
        serialize(triples, file, RdfFormat.TURTLE, prefixes=PREFIXES)
    for language in ("ja", "en"):
        (folder / f"report.{language}.txt").write_text(report.text(language, project.named), encoding="utf-8")


def share_alike(store: Store) -> dict[NamedNode, str]:
    """The named graphs whose licence asks that what is made of them carries the same one, each with it."""
    return {
        q.subject: q.object.value
        for q in store.quads_for_pattern(None, DCTERMS.license, None, DefaultGraph())
        if isinstance(q.subject, NamedNode)
        and isinstance(q.object, NamedNode)
        and "/by-sa/" in q.object.value
        and next(store.quads_for_pattern(None, None, None, q.subject), None) is not None
    }


def _by_graph(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad.triple)
