"""Which files a graph is compiled from, which named graph each becomes, and reading them.

Turtle files are read as they are; tables (CSV, GeoJSON) go through ``tables``. Nothing is inferred here.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from renkei_kg.blanknodes import blank_nodes, renamed_triple
from renkei_kg.compile import tables
from renkei_kg.project import Project
from renkei_kg.reserved import MADE_BY_THE_BUILD
from renkei_kg.textfile import SourceError, read_text

TURTLE = ".ttl"
CATALOGUE = "catalog.ttl"  # what the project says of its datasets, which the build completes
TABLES = (".csv", ".geojson")
MAPPING = ".rq"
KINDS = (TURTLE, *TABLES, MAPPING)
STEP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Source:
    """A file kept by hand, the IRI of the named graph that it becomes and, for a table, its mapping."""

    path: Path
    graph: NamedNode
    mapping: Path | None = None


@dataclass(frozen=True)
class Loaded:
    """A source and the triples read from it; for a table, also the line each triple was first made from."""

    source: Source
    triples: frozenset[Triple]
    lines: dict[Triple, int] = field(default_factory=dict)

    def quads(self) -> Iterator[Quad]:
        """The triples as quads of the source's named graph."""
        return (Quad(t.subject, t.predicate, t.object, self.source.graph) for t in self.triples)


def discover(project: Project) -> list[Source]:
    """Every source of a project, in a stable order: ontology, shapes, then data.

    Raises SourceError when a file cannot become a graph of its own, or a mapping has no table.
    """
    ontology, shapes, data = project.folder("ontology"), project.folder("shapes"), project.data
    found = [
        (path, "ontology" if path.stem == "renkei" else path.stem)
        for path in sorted(ontology.glob(f"*{TURTLE}"))
    ]
    found += [(path, f"shapes/{path.stem}") for path in sorted(shapes.glob(f"*{TURTLE}"))]
    mappings = set()
    beside = {path for path in project.replaced if path.is_relative_to(data)}
    for path in sorted({*_files(data), *beside}):
        name = path.relative_to(data).with_suffix("").as_posix()
        if path.suffix not in KINDS and path.suffix.lower() in KINDS:
            raise SourceError(
                path, f"would be left out: write its ending in small letters, {path.suffix.lower()}."
            )
        if path.suffix == MAPPING:
            mappings.add(path)
        elif path.suffix in (TURTLE, *TABLES):
            if MADE_BY_THE_BUILD.fullmatch(name) and path != data / CATALOGUE:
                raise SourceError(path, f"would become graph/{name}, which the build makes; rename it.")
            found.append((path, name + ("-geometry" if path.suffix == ".geojson" else "")))
    graphs: dict[str, Path] = {}
    for path, name in found:
        if not all(STEP.fullmatch(step) for step in name.split("/")):
            raise SourceError(path, "becomes a graph by its name: use letters a to z, digits, - and _.")
        if name in graphs:
            raise SourceError(path, f"would become the same graph as {graphs[name]}; rename one of the two.")
        graphs[name] = path
    sources = [(path, name, _mapping(path)) for path, name in found]
    if idle := mappings - {mapping for _, _, mapping in sources}:
        raise SourceError(min(idle), "is a mapping without a table: there is no CSV or GeoJSON of its name.")
    return [
        Source(project.actual(path), NamedNode(project.graph(name)), mapping and project.actual(mapping))
        for path, name, mapping in sources
    ]


def _files(folder: Path) -> list[Path]:
    """Every file below a folder, or link to nothing, but hidden ones, which editors and systems leave."""
    paths = (path for path in folder.rglob("*") if path.is_file() or not path.exists())
    return sorted(p for p in paths if not any(part[0] == "." for part in p.relative_to(folder).parts))


def _mapping(path: Path) -> Path | None:
    """The mapping of a table: ``name.csv.rq`` if there is one, else ``name.rq``."""
    if path.suffix not in TABLES:
        return None
    full = path.with_suffix(path.suffix + MAPPING)
    return full if full.exists() else path.with_suffix(MAPPING)


def read(source: Source, project: Project) -> Loaded:
    """The triples of one source. Raises SourceError with file, line and column when it is malformed."""
    if source.mapping is None:
        return Loaded(source, frozenset(_turtle(source)))
    lines = tables.map_rows(source.path, source.mapping, project.thing("")).lines
    triples = stable_blank_nodes(lines, source.graph.value)
    return Loaded(source, frozenset(triples), {t: n for t, n in lines.items() if n and t in triples})


def _turtle(source: Source) -> set[Triple]:
    text = read_text(source.path)
    try:
        triples = {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
    except SyntaxError as error:
        raise SourceError(source.path, _reason(error), error.lineno, error.offset) from None
    for triple in triples:
        if isinstance(triple.object, Triple) or (
            isinstance(triple.object, Literal) and triple.object.direction is not None
        ):
            raise SourceError(source.path, f"uses RDF 1.2, which validation does not read yet: {triple}")
    return stable_blank_nodes(triples, source.graph.value)


def _reason(error: SyntaxError) -> str:
    message = str(error.msg).removeprefix("Parser error ")
    return message.split(": ", 1)[-1] if message.startswith(("at line", "between")) else message


def stable_blank_nodes(triples: Iterable[Triple], salt: str) -> set[Triple]:
    """The triples with blank nodes named by RDF Dataset Canonicalization (RDFC-1.0) and by ``salt``,
    so that the same file always gives the same names and two files never share one."""
    triples = set(triples)
    if not any(map(blank_nodes, triples)):
        return triples
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    mark = hashlib.sha256(salt.encode()).hexdigest()[:8]
    return {renamed_triple(quad, lambda node: BlankNode(f"b{mark}{node.value}")) for quad in dataset}
