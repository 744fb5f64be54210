"""The order of compilation: load → derive evidence → infer → validate → describe → write, with the index."""

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

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from renkei_kg import __version__, snapshot
from renkei_kg.compile import examples, infer, sources
from renkei_kg.compile.describe import describe
from renkei_kg.compile.evidence import derive
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.textindex import write_index
from renkei_kg.compile.validate import Report, validate
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import DCTERMS, PREFIXES, RK
from renkei_kg.project import Project

Progress = Callable[[str], None]
DUMPS = {
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
}


class Invalid(RenkeiError):
    """The shapes found violations; ``report`` has them. Nothing was published."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(f"{len(report.violations)} violations; the graph was not published.")


@dataclass(frozen=True)
class Compiled:
    """A graph in memory: every named graph, the default graph that is their union, and its report."""

    project: Project
    store: Store
    loaded: Sequence[sources.Loaded]
    report: Report


def compile_graph(project: Project, progress: Progress) -> Compiled:
    """Reads, entails and validates a project's graph. Raises SourceError when a source is malformed.

    The report may hold violations: whether they stop anything is for the caller to say.
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
    with _step(progress, "validate") as done:
        data, shapes = _for_validation(store, project)
        report = validate(data, shapes, locator)
        said = f"{len(report.violations)} violations, {report.count('Warning')} warnings"
        done(said if shapes else "there are no shapes: nothing was checked")
    return Compiled(project, store, loaded, report)


def build(
    project: Project, out: Path, progress: Progress, *, now: datetime | None = None
) -> snapshot.Snapshot:
    """Compiles a project and publishes it as the current snapshot in folder ``out``.

    A snapshot with the same content that is still whole is kept instead of written again. Raises SourceError
    or Invalid, and then leaves what is published as it was.
    """
    snapshot.prepare(out)
    compiled = compile_graph(project, progress)
    if compiled.report.violations:
        raise Invalid(compiled.report)
    store = compiled.store
    with _step(progress, "describe") as done:
        done(f"{describe(store, project, NamedNode(project.graph('void')))} triples")
    quads = sorted(_quads(store), key=str)
    content = hashlib.sha256("".join(f"{quad} .\n" for quad in quads).encode()).hexdigest()
    with snapshot.publishing(out):
        kept = _same(out, content, project.version)
        if kept is not None:
            progress(f"unchanged: {kept.id}")
            snapshot.activate(out, kept.id)
            return kept
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        with _step(progress, "write") as done:
            made = _write(compiled, quads, content, out, moment)
            done(f"{made.manifest['quads']} quads, {made.manifest['texts']} texts to search")
    return made


def _same(out: Path, content: str, stated: str) -> snapshot.Snapshot | None:
    """A whole snapshot of the same content, project version and software, if there is one."""
    wanted = {"content_sha256": content, "version": stated, "software": _software()}
    for known in snapshot.list_snapshots(out):
        if wanted.items() <= known.manifest.items() and known.text_index.is_file():
            try:
                snapshot.verify(known)
            except snapshot.SnapshotError:
                continue
            return known
    return None


def _software() -> dict[str, str]:
    return {"renkei-kg": __version__, **{name: version(name) for name in ("pyoxigraph", "pyshacl", "rdflib")}}


def _write(
    compiled: Compiled, quads: list[Quad], content: str, out: Path, moment: datetime
) -> snapshot.Snapshot:
    identifier = snapshot.unused(out, f"{moment:%Y%m%dT%H%M%SZ}-{content[:12]}")
    folder = snapshot.temporary(out, identifier)
    try:
        disk = Store(str(folder / "store"))
        disk.bulk_extend(compiled.store)
        disk.flush()
        total = len(disk)
        del disk
        _write_dumps(compiled.store, quads, folder / "dumps", compiled.project)
        _write_report(compiled.report, folder / "report", compiled.project)
        texts = write_index(compiled.store, folder / snapshot.TEXT_INDEX, compiled.project.base)
        graphs = {
            g.value: _size(compiled.store, g)
            for g in compiled.store.named_graphs()
            if isinstance(g, NamedNode)
        }
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
            "graphs": dict(sorted(graphs.items())),
            "sources": _sources(compiled),
            "files": snapshot.checksums(folder, ("store", "dumps", "report", snapshot.TEXT_INDEX)),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        return snapshot.publish(out, folder, identifier)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _sources(compiled: Compiled) -> dict[str, str]:
    """The SHA-256 of each file that the graph is made from, by its path in the project or in the package."""
    project = compiled.project
    paths = {project.root / "renkei.toml"}
    paths |= {one.source.path for one in compiled.loaded}
    paths |= {one.source.mapping for one in compiled.loaded if one.source.mapping}
    for folder, pattern in (("ontology", "rules/*.rq"), ("queries", "*.rq")):
        paths |= set(project.folder(folder).glob(pattern))
    for quad in compiled.store.quads_for_pattern(None, RK.file, None, DefaultGraph()):
        if isinstance(quad.object, Literal):
            paths.add(project.data / quad.object.value)
    return {project.named(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def _write_dumps(store: Store, quads: list[Quad], folder: Path, project: Project) -> None:
    """The dumps. A format without named graphs cannot keep licences apart, so share-alike graphs go into a
    file of their own there."""
    folder.mkdir()
    prefixes = dict(PREFIXES)
    share_alike = _share_alike(store)
    for extension, form in DUMPS.items():
        if form.supports_datasets:
            # By graph first, so that each named graph is written in one piece.
            order = quads if form == RdfFormat.N_QUADS else sorted(quads, key=_by_graph)
            serialize(order, str(folder / f"{project.name}.{extension}"), form, prefixes=prefixes)
            continue
        for suffix, apart in (("", False), ("-by-sa", True)):
            triples = {q.triple for q in quads if (q.graph_name in share_alike) is apart}
            if triples or not apart:
                path = folder / f"{project.name}{suffix}.{extension}"
                serialize(sorted(triples, key=str), str(path), form, prefixes=prefixes)


def _share_alike(store: Store) -> set[NamedNode]:
    """The named graphs whose licence asks that what is made of them carries the same licence."""
    licensed = store.quads_for_pattern(None, DCTERMS.license, None, DefaultGraph())
    return {
        q.subject
        for q in licensed
        if isinstance(q.subject, NamedNode)
        and isinstance(q.object, NamedNode)
        and "/by-sa/" in q.object.value
    }


def _write_report(report: Report, folder: Path, project: Project) -> None:
    folder.mkdir()
    stable = sources.stable_blank_nodes(report.triples, "report")
    triples = sorted(stable, key=str)
    with (folder / "report.ttl").open("wb") as file:
        serialize(triples, file, RdfFormat.TURTLE, prefixes=PREFIXES)
    for language in ("ja", "en"):
        (folder / f"report.{language}.txt").write_text(report.text(language, project.named), encoding="utf-8")


def _quads(store: Store) -> Iterator[Quad]:
    """The quads of all named graphs."""
    for graph in store.named_graphs():
        yield from store.quads_for_pattern(None, None, None, graph)


def _by_graph(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad.triple)


def _size(store: Store, graph: NamedNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _for_validation(store: Store, project: Project) -> tuple[list[Triple], list[Triple]]:
    """The triples to validate and the shapes: all graphs but the shapes', and theirs."""
    shapes_start = project.graph("shapes/")
    data: set[Triple] = set()
    shapes: set[Triple] = set()
    for graph in store.named_graphs():
        into = shapes if graph.value.startswith(shapes_start) else data
        into.update(q.triple for q in store.quads_for_pattern(None, None, None, graph))
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
