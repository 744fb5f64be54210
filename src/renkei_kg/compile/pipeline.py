"""The order of compilation: load → derive evidence → infer → take over what was written → describe the
datasets → validate → describe → write, with the index."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from renkei_kg import shacl, snapshot
from renkei_kg.compile import catalog, consequences, examples, infer, publication, sources
from renkei_kg.compile.describe import Described, describe
from renkei_kg.compile.evidence import derive
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.publication import Compiled
from renkei_kg.compile.validate import Report, validate
from renkei_kg.compile.written import NOTHING, Written, check_names, checkable, written
from renkei_kg.errors import RenkeiError
from renkei_kg.project import Project
from renkei_kg.reserved import CATALOGUE, HISTORY
from renkei_kg.union import Union

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
            seen = shacl.Graph.of_store(store, consequences.unseen(store, project.base))
            followed = consequences.entail(seen, rules, project.base)
            consequences.put(Union(store), followed, project.base)
            where = f"{len(taken.graphs)} graphs, as {taken.origin} has them"
            done(f"{size} triples in {where}; {len(followed)} by rules")
    with _step(progress, "catalog") as done:
        said = catalog.describe(store, project)
        _add(store, (_in(t, NamedNode(project.base + CATALOGUE)) for t in said))
        done(f"{len(said)} triples about what is published")
    with _step(progress, "validate") as done:
        data, shapes = _for_validation(store, project)
        report = validate(data, shapes, locator, taken)
        counted = f"{len(report.violations)} violations, {report.count('Warning')} warnings"
        done(counted if shapes else "there are no shapes: nothing was checked")
    return Compiled(project, store, loaded, rules, report, taken)


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
        if keep_written and not taken.same(now_there := written(out, lambda _: None)):
            # From here on nobody else writes, so that once more is enough.
            progress("graphs were written in the meantime: once more")
            ready = _ready(project, progress, now_there)
        kept = publication.same(out, ready)
        if kept is not None:
            progress(f"unchanged: {kept.id}")
            snapshot.activate(out, kept.id, now)
            return kept
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        with _step(progress, "write") as done:
            made = publication.write(ready, out, moment)
            tables = len(made.manifest["tables"]["rows"])
            done(f"{made.manifest['quads']} quads, {made.manifest['texts']} texts to search, {tables} tables")
        for name, left_out in made.manifest["tables"]["left_out"].items():
            for key, missing in left_out.items():
                progress(f"{name}: {key} is left out, as it has no {', '.join(missing)}")
    return made


def _ready(project: Project, progress: Progress, taken: Written) -> publication.Ready:
    compiled = compile_graph(project, progress, taken)
    if compiled.report.violations:
        raise Invalid(compiled.report, taken)
    taken.add_history_to(compiled.store, NamedNode(project.base + HISTORY))
    with _step(progress, "describe") as done:
        described = Described.of(project)
        done(f"{describe(Union(compiled.store), described, NamedNode(project.graph('void')))} triples")
    return publication.Ready.of(compiled)


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
