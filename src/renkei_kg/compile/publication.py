"""A compiled graph published as a snapshot: store, dumps, files, report, rules, text index and manifest."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from renkei_kg import __version__, checksums, snapshot
from renkei_kg.compile import catalog, files, infer, since, sources
from renkei_kg.compile.dumps import write_dumps, write_report
from renkei_kg.compile.textindex import write_index
from renkei_kg.compile.validate import Report
from renkei_kg.compile.written import NOTHING, Written
from renkei_kg.holding import MANIFEST
from renkei_kg.namespaces import RK
from renkei_kg.project import Project
from renkei_kg.reserved import CATALOGUE, HISTORY, INFERRED_FROM_WRITTEN, STATISTICS
from renkei_kg.shacl.report import SEVERITIES
from renkei_kg.versions.difference import between

FILES: Final = ("store", files.DUMPS, files.FOLDER, "report", infer.FOLDER, snapshot.TEXT_INDEX)


@dataclass(frozen=True)
class Compiled:
    """A graph in memory: every named graph, the default graph that is their union, and its report."""

    project: Project
    store: Store
    loaded: Sequence[sources.Loaded]
    rules: Sequence[infer.Rule]
    report: Report
    written: Written = NOTHING


@dataclass(frozen=True)
class Ready:
    """A graph to publish: compiled, valid and described, with its quads in order and their hash."""

    compiled: Compiled
    quads: list[Quad]
    content: str

    @classmethod
    def of(cls, compiled: Compiled) -> "Ready":
        """The graph that was compiled and described."""
        quads = sorted(_quads(compiled.store), key=str)
        content = hashlib.sha256("".join(f"{quad} .\n" for quad in quads).encode()).hexdigest()
        return cls(compiled, quads, content)

    @cached_property
    def graphs(self) -> dict[str, int]:
        """The size of each named graph."""
        store = self.compiled.store
        names = [graph for graph in store.named_graphs() if isinstance(graph, NamedNode)]
        return {graph.value: _size(store, graph) for graph in sorted(names, key=str)}

    @property
    def compiled_graphs(self) -> list[str]:
        """The named graphs that are made from the sources."""
        compiled = self.compiled
        others = {compiled.project.base + name for name in (HISTORY, INFERRED_FROM_WRITTEN)}
        others.update(compiled.written.graphs)
        return [graph for graph in self.graphs if graph not in others]


def same(out: Path, ready: Ready) -> snapshot.Snapshot | None:
    """A whole snapshot of the same content, project version, rules, tables and software, if there is one."""
    rules = [(rule.name, rule.text) for rule in ready.compiled.rules]
    wanted = {
        "content_sha256": ready.content,
        "version": ready.compiled.project.version,
        "software": _software(),
    }
    for known in snapshot.list_snapshots(out):
        alike = wanted.items() <= known.manifest.items() and known.text_index.is_file()
        alike = alike and known.manifest.get("tables", {}).get("sha256") == files.tables.digest()
        alike = alike and [(rule.name, rule.text) for rule in infer.packed(known.path)] == rules
        if alike and sorted(snapshot.compiled_graphs(known.manifest)) == sorted(ready.compiled_graphs):
            try:
                snapshot.verify(known)
            except snapshot.SnapshotError:
                continue
            return known
    return None


def _software() -> dict[str, str]:
    return {"renkei-kg": __version__, **{name: version(name) for name in ("pyoxigraph", "pyshacl", "rdflib")}}


def write(ready: Ready, out: Path, moment: datetime) -> snapshot.Snapshot:
    """Publishes a graph in folder ``out``, whose lock the caller holds. Raises SnapshotError."""
    compiled, content = ready.compiled, ready.content
    identifier = snapshot.unused(out, f"{moment:%Y%m%dT%H%M%SZ}-{content[:12]}")
    folder = snapshot.temporary(out, identifier)
    try:
        disk = Store(str(folder / "store"))
        disk.bulk_extend(compiled.store)
        for graph in compiled.written.graphs:
            disk.add_graph(NamedNode(graph))  # an empty one has no quads to come with
        disk.flush()
        total = len(disk)
        del disk
        write_dumps(compiled.store, ready.quads, folder / "dumps", compiled.project)
        tables = files.write(compiled.store, compiled.project, folder)
        write_report(compiled.report, folder / "report", compiled.project)
        infer.pack(compiled.rules, folder)
        texts = write_index(compiled.store, folder / snapshot.TEXT_INDEX, compiled.project.base)
        ancestry = _ancestry(out, folder / "store")
        manifest = {
            "id": identifier,
            "created": moment.isoformat().replace("+00:00", "Z"),
            "content_sha256": content,
            "dataset": f"{compiled.project.base}dataset/{compiled.project.name}",
            "base": compiled.project.base,
            "version": compiled.project.version,
            "software": _software(),
            "quads": total,
            "triples": _size(compiled.store, DefaultGraph()),
            "texts": texts,
            "graphs": ready.graphs,
            "compiled_graphs": ready.compiled_graphs,
            "datasets": catalog.documents(compiled.store, NamedNode(compiled.project.base + CATALOGUE)),
            "tables": files.told(tables),
            **ancestry,
            "sources": _sources(ready),
            "report": {severity.lower(): compiled.report.count(severity) for severity in SEVERITIES},
            "files": checksums.of_files(folder, FILES),
            "descriptions": since.descriptions(compiled.store, compiled.project.base),
        }
        manifest["since"] = since.since(manifest, _before(out))
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        return snapshot.publish(out, folder, identifier)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _before(out: Path) -> dict[str, Any]:
    """The manifest of the snapshot that is the current one now; empty when there is none."""
    try:
        return snapshot.open_current(out).manifest
    except snapshot.SnapshotError:
        return {}


def _ancestry(out: Path, store: Path) -> dict[str, Any]:
    """The snapshot that is the current one now, and how much of it the new store has changed."""
    try:
        parent = snapshot.open_current(out)
    except snapshot.SnapshotError:
        return {}
    try:
        changed = between(Store.read_only(str(parent.store)), Store.read_only(str(store)))
    except (OSError, RuntimeError, ValueError):
        return snapshot.child_of(parent)  # a damaged store is no reason not to build a better one
    for name in (STATISTICS, HISTORY):
        changed = changed.without(NamedNode(parent.manifest["base"] + name))
    return {**snapshot.child_of(parent), "changed": changed.counts()}


def _sources(ready: Ready) -> dict[str, str]:
    """The SHA-256 of each file that the graph is made from, by its path in the project or in the package."""
    compiled, project = ready.compiled, ready.compiled.project
    paths = {project.root / "renkei.toml"}
    paths |= {one.source.path for one in compiled.loaded}
    paths |= {one.source.mapping for one in compiled.loaded if one.source.mapping}
    for folder, pattern in (("ontology", "rules/*.rq"), ("queries", "*.rq")):
        paths |= set(project.folder(folder).glob(pattern))
    for graph in ready.compiled_graphs:
        for quad in compiled.store.quads_for_pattern(None, RK.file, None, NamedNode(graph)):
            if isinstance(quad.object, Literal):
                paths.add(project.data / quad.object.value)
    return {project.named(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def _quads(store: Store) -> Iterator[Quad]:
    """The quads of all named graphs."""
    for graph in store.named_graphs():
        yield from store.quads_for_pattern(None, None, None, graph)


def _size(store: Store, graph: NamedNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
