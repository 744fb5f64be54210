"""Which files a graph is compiled from, which named graph each becomes, and reading them.

Turtle files are read as they are; tables (CSV, GeoJSON) go through ``tables``. Nothing is inferred here.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from renkei_kg.compile import tables
from renkei_kg.errors import RenkeiError
from renkei_kg.project import Project

TABLES = (".csv", ".geojson")


class SourceError(RenkeiError):
    """A source file cannot be read. Names the file and, where known, its line and column (from 1)."""

    def __init__(self, file: Path, message: str, line: int | None = None, column: int | None = None) -> None:
        self.file, self.line, self.column, self.reason = file, line, column, message
        place = str(file) + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{place}: {message}")


@dataclass(frozen=True)
class Source:
    """A file kept by hand, the IRI of the named graph that it becomes and, for a table, its mapping."""

    path: Path
    graph: NamedNode
    mapping: Path | None = None


@dataclass(frozen=True)
class Loaded:
    """A source and the triples read from it; for a table, also the line each subject was made from."""

    source: Source
    triples: frozenset[Triple]
    lines: dict[NamedNode, int] = field(default_factory=dict)

    def quads(self) -> Iterator[Quad]:
        """The triples as quads of the source's named graph."""
        return (Quad(t.subject, t.predicate, t.object, self.source.graph) for t in self.triples)


def discover(project: Project) -> list[Source]:
    """Every source of a project, in a stable order: ontology, shapes, then data."""
    ontology = project.folder("ontology")
    found = [
        (path, "ontology" if path.stem == "renkei" else path.stem) for path in sorted(ontology.glob("*.ttl"))
    ]
    shapes = project.folder("shapes")
    found += [(path, f"shapes/{path.stem}") for path in sorted(shapes.glob("*.ttl"))]
    data = project.data
    for path in sorted(data.rglob("*")):
        if path.suffix in (".ttl", *TABLES):
            name = path.relative_to(data).with_suffix("").as_posix()
            found.append((path, name + ("-geometry" if path.suffix == ".geojson" else "")))
    graphs: dict[str, Path] = {}
    for path, name in found:
        if name in graphs:
            raise SourceError(path, f"would become the same graph as {graphs[name]}; rename one of the two.")
        graphs[name] = path
    return [_source(project, path, name) for path, name in found]


def _source(project: Project, path: Path, name: str) -> Source:
    mapping = None
    if path.suffix in TABLES:
        mapping = path.with_suffix(path.suffix + ".rq")
        mapping = project.actual(mapping if mapping.is_file() else path.with_suffix(".rq"))
    return Source(project.actual(path), NamedNode(project.graph(name)), mapping)


def read(source: Source, project: Project) -> Loaded:
    """The triples of one source. Raises SourceError with file, line and column when it is malformed."""
    try:
        if source.mapping is not None:
            mapped = tables.map_rows(source.path, source.mapping, project.thing(""))
            return Loaded(source, frozenset(mapped.triples), mapped.lines)
        return Loaded(source, frozenset(_turtle(source)))
    except tables.TableError as error:
        raise SourceError(error.file, error.reason, error.line) from None
    except UnicodeDecodeError as error:
        raise SourceError(source.path, f"is not UTF-8 at byte {error.start}; save it as UTF-8.") from None
    except SyntaxError as error:
        raise SourceError(source.path, _reason(error), error.lineno, error.offset) from None


def _turtle(source: Source) -> Iterable[Triple]:
    content = source.path.read_bytes()
    content.decode("utf-8")
    triples = {q.triple for q in parse(content, format=RdfFormat.TURTLE)}
    return stable_blank_nodes(triples, source.graph.value)


def _reason(error: SyntaxError) -> str:
    message = str(error.msg).removeprefix("Parser error ")
    return message.split(": ", 1)[-1] if message.startswith(("at line", "between")) else message


def stable_blank_nodes(triples: Iterable[Triple], salt: str) -> set[Triple]:
    """The triples with blank nodes named by RDF Dataset Canonicalization (RDFC-1.0) and by ``salt``,
    so that the same file always gives the same names and two files never share one."""
    triples = set(triples)
    if not any(isinstance(term, BlankNode) for t in triples for term in (t.subject, t.object)):
        return triples
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    mark = hashlib.sha256(salt.encode()).hexdigest()[:8]

    def renamed(quad: Quad) -> Triple:
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, BlankNode):
            subject = BlankNode(f"b{mark}{subject.value}")
        if isinstance(object_, BlankNode):
            object_ = BlankNode(f"b{mark}{object_.value}")
        return Triple(subject, quad.predicate, object_)

    return {renamed(quad) for quad in dataset}
