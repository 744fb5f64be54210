"""Asking a snapshot from the command line, in this process: queries and exports. No server, no limits."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from prettytable import PrettyTable, TableStyle
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from renkei_kg import textsearch
from renkei_kg.compile.sparql import explain
from renkei_kg.engine import guard
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
TEXT_HITS = 10_000
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
Format = TypeVar("Format")


class AskingError(RenkeiError):
    """A query or export from the command line cannot be answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The bytes to show and, for ASK, what it said."""

    content: bytes
    truth: bool | None = None


def ask(
    snapshots: Path, text: str, form: str | None, *, source: str = "query", width: int | None = None
) -> Answer:
    """The answer of the current snapshot to a query, in the form named (``table`` or a format's short name;
    None takes CSV for SELECT and ASK, Turtle for CONSTRUCT and DESCRIBE). Errors call the query ``source``;
    a table is made to fit ``width`` columns where it can. Raises RenkeiError."""
    if not text.strip():
        raise AskingError(f"{source}: is empty; write a SELECT, ASK, CONSTRUCT or DESCRIBE.")
    words = guard.words(guard.read(text))
    if next((word for word in words if word in guard.FORMS + guard.UPDATES), None) in guard.UPDATES:
        raise AskingError(f"{source}: is an update; a snapshot is only read.")
    text = guard.inspect(text).text
    snapshot = open_current(snapshots)
    store = _store(snapshot)
    try:
        if textsearch.uses_text(text):
            Store().query(text)
            text = textsearch.resolve(text, textsearch.open_index(snapshot.text_index), TEXT_HITS)
        return _answer(store.query(text), form, width)
    except textsearch.TextSearchError as error:
        raise AskingError(f"{source}:{error.line}:{error.column}: {error.reason}") from None
    except SyntaxError as error:
        reason, line, column = explain(error, text)
        raise AskingError(f"{source}{f':{line}:{column}' if line else ''}: {reason}") from None
    except (RuntimeError, ValueError, OSError) as error:
        raise AskingError(f"{source}: cannot be answered: {error}.") from None


def _answer(
    result: QuerySolutions | QueryBoolean | QueryTriples, form: str | None, width: int | None
) -> Answer:
    if isinstance(result, QueryTriples):
        chosen = _choose(GRAPHS, None if form == "table" else form, "turtle", "CONSTRUCT and DESCRIBE")
        return Answer(serialize(result, format=_triples(chosen), prefixes=PREFIXES) or b"")
    truth = bool(result) if isinstance(result, QueryBoolean) else None
    if form == "table":
        return Answer(_table(result, width) if isinstance(result, QuerySolutions) else _truth(truth), truth)
    if truth is not None and form in (None, "csv", "tsv"):
        return Answer(_truth(truth), truth)
    content = result.serialize(format=_choose(RESULTS, form, "csv", "SELECT and ASK"))
    return Answer(_ended(content or b""), truth)


def export(
    snapshots: Path, form: str, graph: str | None, output: Callable[[], AbstractContextManager[IO[bytes]]]
) -> None:
    """Writes the current snapshot, or one named graph of it by IRI or short name, to what ``output`` opens
    once it is known that there is something to write. Raises RenkeiError."""
    snapshot = open_current(snapshots)
    store = _store(snapshot)
    chosen = _choose(GRAPHS, form, "trig", "an export")
    if graph is not None:
        iri = graph if ":" in graph else f"{snapshot.manifest['base']}graph/{graph}"
        if iri not in snapshot.manifest["graphs"]:
            known = "\n  ".join(sorted(snapshot.manifest["graphs"]))
            raise AskingError(f"there is no graph <{iri}>. The graphs are:\n  {known}")
        quads = store.quads_for_pattern(None, None, None, NamedNode(iri))
        content: Iterator[Quad] | Iterator[Triple] = (quad.triple for quad in quads)
        chosen = _triples(chosen)
    elif chosen.supports_datasets:
        graphs = sorted(store.named_graphs(), key=str)
        content = (quad for name in graphs for quad in store.quads_for_pattern(None, None, None, name))
    else:
        content = (quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    with output() as sink:
        serialize(content, sink, chosen, prefixes=PREFIXES)


def _triples(form: RdfFormat) -> RdfFormat:
    """The format for triples that is nearest to a format for quads."""
    return {RdfFormat.N_QUADS: RdfFormat.N_TRIPLES, RdfFormat.TRIG: RdfFormat.TURTLE}.get(form, form)


def _store(snapshot: Snapshot) -> Store:
    try:
        return Store.read_only(str(snapshot.store))
    except (OSError, RuntimeError) as error:
        raise AskingError(f"{snapshot.store} cannot be opened ({error}); build the snapshot again.") from None


def _choose(known: dict[str, Format], name: str | None, default: str, what: str) -> Format:
    found = known.get(name or default)
    if found is None:
        raise AskingError(f"--format {name} is not one for {what}: choose {', '.join(known)}.")
    return found


def _ended(content: bytes) -> bytes:
    """The content with a line end at its end, which JSON and XML come without."""
    return content if content.endswith(b"\n") else content + b"\n"


def _truth(truth: bool | None) -> bytes:
    return b"true\n" if truth else b"false\n"


def _table(result: QuerySolutions, width: int | None) -> bytes:
    """A table for a terminal; Japanese characters count as two columns (Unicode Standard Annex #11)."""
    names = [variable.value for variable in result.variables]
    rows = [[_cell(solution[name]) for name in names] for solution in result]
    counted = f"{len(rows)} row{'' if len(rows) == 1 else 's'}\n"
    if not names:
        return counted.encode()
    table = PrettyTable(names, align="l", max_width=WIDEST)
    table.set_style(TableStyle.SINGLE_BORDER)
    if width:
        table.max_table_width = width
    table.add_rows(rows)
    return f"{table.get_string()}\n{counted}".encode()


def _cell(term: object) -> str:
    """A term as a person reads it; control characters, which a terminal would obey, are made visible."""
    return CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", _words(term).replace("\t", " "))


def _words(term: object) -> str:
    if isinstance(term, NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
        return f"<{term.value}>"
    if isinstance(term, Literal):
        return term.value
    return "" if term is None else f"_:{term.value}" if isinstance(term, BlankNode) else str(term)
