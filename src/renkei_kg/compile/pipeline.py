"""The order of compilation: load → derive evidence → infer → take over what was written → validate →
describe → write, with the index."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from renkei_kg import __version__, snapshot
from renkei_kg.compile import examples, infer, sources
from renkei_kg.compile.describe import describe
from renkei_kg.compile.dumps import write_dumps, write_report
from renkei_kg.compile.evidence import derive
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.textindex import write_index
from renkei_kg.compile.validate import SEVERITIES, Report, validate
from renkei_kg.compile.written import NOTHING, Written, check_names, checkable, written
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import RK
from renkei_kg.project import Project
from renkei_kg.versions.difference import between

Progress = Callable[[str], None]


class Invalid(RenkeiError):
    """The shapes found violations; ``report`` has them. Nothing was published."""

    def __init__(self, report: Report, taken: Written = NOTHING) -> None:
        self.report = report
        said = f"{len(report.violations)} violations; the graph was not published."
        if taken.graphs:
            said += (
                f" The {len(taken.graphs)} written graphs of {taken.origin} were checked with the sources; "
                "--without-written leaves them out."
            )
        super().__init__(said)


@dataclass(frozen=True)
class Compiled:
    """A graph in memory: every named graph, the default graph that is their union, and its report."""

    project: Project
    store: Store
    loaded: Sequence[sources.Loaded]
    report: Report
    written: Written = NOTHING


def compile_graph(project: Project, progress: Progress, taken: Written = NOTHING) -> Compiled:
    """Reads and entails a project's graph, adds the written graphs that it takes over, and validates all.

    Raises SourceError when a source is malformed, WrittenError when a written graph cannot be added. The
    report may hold violations: whether they stop anything is for the caller to say.
    """
    store = Store()
    with _step(progress, "load") as done:
        rules = infer.rules(project)
        found = examples.examples(project)
        graph = examples.graph_iri(project)
        _add(store, (_in(t, graph) for t in examples.example_triples(project, found)))
        loaded = [sources.read(source, project) for source in sources.discover(project)]
        for one in loaded:
            _add(store, one.quads())
        done(f"{len(loaded)} files, {len(rules)} rules, {len(found)} example queries")
    locator = Locator(loaded)
    with _step(progress, "infer") as done:
        evidence = derive(store, project, locator, NamedNode(project.graph("evidence")))
        _add(store, evidence)
        added = infer.infer(store, rules, NamedNode(project.graph("inferred")))
        done(f"{len(evidence)} triples of evidence, {added} by rules")
    if taken.graphs:
        with _step(progress, "written") as done:
            check_names(taken, store, project)
            taken.add_to(store)
            size = sum(map(len, taken.graphs.values()))
            done(f"{size} triples in {len(taken.graphs)} graphs, as {taken.origin} has them")
    with _step(progress, "validate") as done:
        data, shapes = _for_validation(store, project)
        report = validate(data, shapes, locator, taken)
        said = f"{len(report.violations)} violations, {report.count('Warning')} warnings"
        done(said if shapes else "there are no shapes: nothing was checked")
    return Compiled(project, store, loaded, report, taken)


def build(
    project: Project,
    out: Path,
    progress: Progress,
    *,
    keep_written: bool = True,
    now: datetime | None = None,
) -> snapshot.Snapshot:
    """Compiles a project and publishes it as the current snapshot in folder ``out``, with the graphs that
    were written to the one before unless ``keep_written`` is false.

    A snapshot with the same content that is still whole is kept instead of written again. Raises SourceError,
    WrittenError or Invalid, and then leaves what is published as it was.
    """
    snapshot.prepare(out)
    taken = written(out, progress) if keep_written else NOTHING
    ready = _ready(project, progress, taken)
    with snapshot.publishing(out):
        if keep_written and (now_there := written(out, lambda _: None)).graphs != taken.graphs:
            # From here on nobody else writes, so that once more is enough.
            progress("graphs were written in the meantime: once more")
            ready = _ready(project, progress, now_there)
        kept = _same(out, ready)
        if kept is not None:
            progress(f"unchanged: {kept.id}")
            snapshot.activate(out, kept.id, now)
            return kept
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        with _step(progress, "write") as done:
            made = _write(ready, out, moment)
            done(f"{made.manifest['quads']} quads, {made.manifest['texts']} texts to search")
    return made


@dataclass(frozen=True)
class _Ready:
    """A graph to publish: compiled, valid and described, with its quads in order and their hash."""

    compiled: Compiled
    quads: list[Quad]
    content: str

    @property
    def graphs(self) -> dict[str, int]:
        """The size of each named graph."""
        store = self.compiled.store
        names = [graph for graph in store.named_graphs() if isinstance(graph, NamedNode)]
        return {graph.value: _size(store, graph) for graph in sorted(names, key=str)}

    @property
    def compiled_graphs(self) -> list[str]:
        """The named graphs that are made from the sources."""
        return [graph for graph in self.graphs if graph not in self.compiled.written.graphs]


def _ready(project: Project, progress: Progress, taken: Written) -> _Ready:
    compiled = compile_graph(project, progress, taken)
    if compiled.report.violations:
        raise Invalid(compiled.report, taken)
    with _step(progress, "describe") as done:
        done(f"{describe(compiled.store, project, NamedNode(project.graph('void')))} triples")
    quads = sorted(_quads(compiled.store), key=str)
    content = hashlib.sha256("".join(f"{quad} .\n" for quad in quads).encode()).hexdigest()
    return _Ready(compiled, quads, content)


def _same(out: Path, ready: _Ready) -> snapshot.Snapshot | None:
    """A whole snapshot of the same content, project version and software, if there is one."""
    wanted = {
        "content_sha256": ready.content,
        "version": ready.compiled.project.version,
        "software": _software(),
    }
    for known in snapshot.list_snapshots(out):
        alike = wanted.items() <= known.manifest.items() and known.text_index.is_file()
        if alike and sorted(snapshot.compiled_graphs(known.manifest)) == sorted(ready.compiled_graphs):
            try:
                snapshot.verify(known)
            except snapshot.SnapshotError:
                continue
            return known
    return None


def _software() -> dict[str, str]:
    return {"renkei-kg": __version__, **{name: version(name) for name in ("pyoxigraph", "pyshacl", "rdflib")}}


def _write(ready: _Ready, out: Path, moment: datetime) -> snapshot.Snapshot:
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
        write_report(compiled.report, folder / "report", compiled.project)
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
            **ancestry,
            "sources": _sources(compiled),
            "report": {severity.lower(): compiled.report.count(severity) for severity in SEVERITIES},
            "files": snapshot.checksums(folder, ("store", "dumps", "report", snapshot.TEXT_INDEX)),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        return snapshot.publish(out, folder, identifier)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


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
    left_out = NamedNode(f"{parent.manifest['base']}graph/void")
    return {**snapshot.child_of(parent), "changed": changed.without(left_out).counts()}


def _sources(compiled: Compiled) -> dict[str, str]:
    """The SHA-256 of each file that the graph is made from, by its path in the project or in the package."""
    project = compiled.project
    paths = {project.root / "renkei.toml"}
    paths |= {one.source.path for one in compiled.loaded}
    paths |= {one.source.mapping for one in compiled.loaded if one.source.mapping}
    for folder, pattern in (("ontology", "rules/*.rq"), ("queries", "*.rq")):
        paths |= set(project.folder(folder).glob(pattern))
    for quad in compiled.store.quads_for_pattern(None, RK.file, None, None):
        graph = quad.graph_name
        of_sources = isinstance(graph, NamedNode) and graph.value not in compiled.written.graphs
        if of_sources and isinstance(quad.object, Literal):
            paths.add(project.data / quad.object.value)
    return {project.named(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def _quads(store: Store) -> Iterator[Quad]:
    """The quads of all named graphs."""
    for graph in store.named_graphs():
        yield from store.quads_for_pattern(None, None, None, graph)


def _size(store: Store, graph: NamedNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _for_validation(store: Store, project: Project) -> tuple[list[Triple], list[Triple]]:
    """The triples to validate and the shapes: all graphs but the shapes', and theirs."""
    shapes_start = project.graph("shapes/")
    data: set[Triple] = set()
    shapes: set[Triple] = set()
    for graph in store.named_graphs():
        into = shapes if graph.value.startswith(shapes_start) else data
        into.update(q.triple for q in store.quads_for_pattern(None, None, None, graph) if checkable(q.triple))
    return sorted(data, key=str), sorted(shapes, key=str)


def _add(store: Store, quads: Iterable[Quad]) -> None:
    """Adds quads to their named graphs and to the default graph, the union of all."""
    for quad in quads:
        store.add(quad)
        store.add(Quad(quad.subject, quad.predicate, quad.object))


def _in(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


@contextmanager
def _step(progress: Progress, name: str) -> Iterator[Callable[[str], None]]:
    """Times a step and reports what it did when it ends."""
    said: list[str] = []
    started = time.perf_counter()
    yield said.append
    progress(f"{name:<9}{time.perf_counter() - started:5.1f} s  {'; '.join(said)}")
