"""Asking a snapshot from the command line, in this process: queries and exports. No server, no limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from prettytable import PrettyTable, TableStyle
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from renkei_kg.engine.guard import inspect
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import PREFIXES
from renkei_kg.snapshot import Snapshot, open_current

RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
WIDEST = 60
Format = TypeVar("Format")


class AskingError(RenkeiError):
    """A query or export from the command line cannot be answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The bytes to show and, for ASK, what it said."""

    content: bytes
    truth: bool | None = None


def ask(snapshots: Path, text: str, form: str | None) -> Answer:
    """The answer of the current snapshot to a query, in the form named (``table`` or a format's short name;
    None takes CSV for SELECT and ASK, Turtle for CONSTRUCT and DESCRIBE). Raises AskingError."""
    inspect(text)
    store = _store(open_current(snapshots))
    try:
        result = store.query(text)
    except SyntaxError as error:
        raise AskingError(f"the query is not valid SPARQL: {error.msg}") from None
    if isinstance(result, QueryTriples):
        chosen = _choose(GRAPHS, None if form == "table" else form, "turtle", "CONSTRUCT and DESCRIBE")
        return Answer(serialize(result, format=_triples(chosen), prefixes=PREFIXES) or b"")
    truth = bool(result) if isinstance(result, QueryBoolean) else None
    if form == "table":
        return Answer(_table(result) if isinstance(result, QuerySolutions) else _truth(truth), truth)
    if truth is not None and form in (None, "csv", "tsv"):
        return Answer(_truth(truth), truth)
    content = result.serialize(format=_choose(RESULTS, form, "csv", "SELECT and ASK"))
    return Answer(content or b"", truth)


def export(snapshots: Path, form: str, graph: str | None, output: IO[bytes]) -> None:
    """Writes the current snapshot, or one named graph of it by IRI or short name, to ``output``."""
    snapshot = open_current(snapshots)
    store = _store(snapshot)
    chosen = _choose(GRAPHS, form, "trig", "an export")
    if graph is not None:
        iri = graph if ":" in graph else f"{snapshot.manifest['base']}graph/{graph}"
        name = NamedNode(iri)
        if not store.contains_named_graph(name):
            known = "\n  ".join(sorted(snapshot.manifest["graphs"]))
            raise AskingError(f"there is no graph <{iri}>. The graphs are:\n  {known}")
        quads = store.quads_for_pattern(None, None, None, name)
        serialize((quad.triple for quad in quads), output, _triples(chosen), prefixes=PREFIXES)
    elif chosen.supports_datasets:
        named = (quad for g in store.named_graphs() for quad in store.quads_for_pattern(None, None, None, g))
        serialize(named, output, chosen, prefixes=PREFIXES)
    else:
        union = store.quads_for_pattern(None, None, None, DefaultGraph())
        serialize((quad.triple for quad in union), output, chosen, prefixes=PREFIXES)


def _triples(form: RdfFormat) -> RdfFormat:
    """The format for triples that is nearest to a format for quads."""
    return {RdfFormat.N_QUADS: RdfFormat.N_TRIPLES, RdfFormat.TRIG: RdfFormat.TURTLE}.get(form, form)


def _store(snapshot: Snapshot) -> Store:
    return Store.read_only(str(snapshot.path / "store"))


def _choose(known: dict[str, Format], name: str | None, default: str, what: str) -> Format:
    found = known.get(name or default)
    if found is None:
        raise AskingError(f"--format {name} is not one for {what}: choose {', '.join(known)}.")
    return found


def _truth(truth: bool | None) -> bytes:
    return b"true\n" if truth else b"false\n"


def _table(result: QuerySolutions) -> bytes:
    """A table for a terminal; Japanese characters count as two columns (Unicode Standard Annex #11)."""
    names = [variable.value for variable in result.variables]
    table = PrettyTable(names, align="l", max_width=WIDEST)
    table.set_style(TableStyle.SINGLE_BORDER)
    count = 0
    for solution in result:
        count += 1
        table.add_row([_cell(solution[name]) for name in names])
    return f"{table.get_string()}\n{count} row{'' if count == 1 else 's'}\n".encode()


def _cell(term: object) -> str:
    if isinstance(term, NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
        return f"<{term.value}>"
    if isinstance(term, Literal):
        return term.value
    return "" if term is None else f"_:{term.value}" if isinstance(term, BlankNode) else str(term)
