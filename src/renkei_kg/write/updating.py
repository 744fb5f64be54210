"""An update carried out, operation by operation, once all of it is known to be one that may be run."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from renkei_kg.engine import guard
from renkei_kg.engine.contract import QueryRefused
from renkei_kg.lexer import Token
from renkei_kg.textsearch import uses_text
from renkei_kg.write import operations
from renkei_kg.write.changes import Changes
from renkei_kg.write.errors import UpdateFailed, UpdateSyntaxError, WriteConflict, WriteRefused
from renkei_kg.write.operations import DELETE_WHERE, INSERT_DATA, MODIFY, Operation, Piece
from renkei_kg.write.rules import Rules

POSITION: Final = re.compile(r"^error at (\d+):(\d+): ")
NOWHERE: Final = "urn:uuid:7d6e2a3c-9f0b-4c55-8a11-2f6f6e1c0d42"
LOADING: Final = (
    "LOAD is refused: this server fetches nothing. Get the document yourself and send it to /graphs, by the "
    "SPARQL 1.1 Graph Store HTTP Protocol."
)
SERVICES: Final = (
    "SERVICE is refused: an update asks no other endpoint. Ask it yourself and insert what it answers."
)
SEARCHING: Final = (
    "Text search is for queries. Ask first, and give what it finds to the update, for instance as VALUES."
)


@dataclass(frozen=True)
class Update:
    """An update with the dataset that the protocol gives it, and the base of its relative IRIs."""

    text: str
    base: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


def run(store: Store, update: Update, changes: Changes) -> None:
    """Carries out an update. Raises WriteError, and then leaves the store in between."""
    pieces = operations.split(update.text)
    for piece in pieces:
        _stay_inside(piece)
    scratch = Store()
    for piece in pieces:
        _check(scratch, piece, update.base)
    steps = [_Step(operations.read(piece), update) for piece in pieces if piece.tokens]
    _check_labels([step.operation for step in steps])
    for step in steps:
        step.check(changes.rules)
    for step in steps:
        step.run(store, changes)


def _stay_inside(piece: Piece) -> None:
    """Raises WriteRefused when an operation would have the server ask another. A keyword written with escapes
    is none to the engine, but is taken for one here. (A process that writes can open no connection either.)
    """
    words = [token.value.upper() for token in piece.tokens if token.kind == "word"]
    if words[:1] == ["LOAD"]:
        raise WriteRefused(LOADING)
    try:
        guard.closed(piece.text)
    except QueryRefused:
        raise WriteRefused(SERVICES) from None


def _check(scratch: Store, piece: Piece, base: str) -> None:
    """Has the engine read an operation without doing it: one that fails stands before it.

    Raises UpdateSyntaxError.
    """
    body = f"DROP GRAPH <{NOWHERE}> ;\n{piece.body}" if piece.tokens else ""
    try:
        scratch.update(piece.declared(body), base_iri=base)
    except RuntimeError:
        return
    except SyntaxError as error:
        raise _placed(scratch, piece, base, str(error.msg)) from None


def _placed(scratch: Store, piece: Piece, base: str, message: str) -> UpdateSyntaxError:
    """The error that the engine finds when the operation stands at its own place."""
    try:
        scratch.update(piece.in_place(), base_iri=base)
    except SyntaxError as error:
        message = str(error.msg)
        if place := POSITION.match(message):
            return UpdateSyntaxError(POSITION.sub("", message), int(place[1]), int(place[2]))
    return UpdateSyntaxError(POSITION.sub("", message))


def _check_labels(steps: Iterable[Operation]) -> None:
    """Raises UpdateSyntaxError when a blank node label stands in two operations' data, or in two patterns
    (SPARQL 1.1 Query Language, section 19.6)."""
    for kind in (INSERT_DATA, MODIFY):
        known: set[str] = set()
        for operation in steps:
            if operation.kind == kind:
                if twice := known & operation.labels:
                    raise UpdateSyntaxError(f"the blank node label _:{min(twice)} stands in two operations.")
                known |= operation.labels


class _Step:
    """One operation, with the graphs that it names resolved."""

    def __init__(self, operation: Operation, update: Update) -> None:
        self.operation, self.update = operation, update
        if (update.using or update.using_named) and (operation.with_graph or operation.using):
            raise UpdateFailed(
                "The request gives a dataset by using-graph-uri or using-named-graph-uri, so the update may "
                "have no USING, USING NAMED or WITH."
            )
        if operation.asks and uses_text(operation.piece.declared(operation.piece.body), update.base):
            raise UpdateFailed(SEARCHING)
        named = [token for token in operation.graphs if token.kind != "variable"]
        clauses = [clause.graph for clause in operation.using]
        iris = self._resolve([*named, *clauses])
        self.targets, in_clauses = iris[: len(named)], iris[len(named) :]
        self.any_graph = len(named) < len(operation.graphs) or bool(operation.every)
        if operation.kind in (MODIFY, DELETE_WHERE) and (update.using or update.using_named):
            self.default = [NamedNode(iri) for iri in dict.fromkeys(update.using)]
            self.named = [NamedNode(iri) for iri in update.using_named]
        else:
            pairs = list(zip(operation.using, in_clauses, strict=True))
            self.default = list(dict.fromkeys(iri for clause, iri in pairs if not clause.named))
            self.named = [iri for clause, iri in pairs if clause.named]

    def _resolve(self, tokens: list[Token]) -> list[NamedNode]:
        """The IRIs that tokens stand for, as the engine resolves them."""
        if not tokens:
            return []
        rows = " ".join(f"({number} {token.text})" for number, token in enumerate(tokens))
        query = self.operation.piece.declared(f"SELECT ?number ?iri {{ VALUES (?number ?iri) {{ {rows} }} }}")
        found = Store().query(query, base_iri=self.update.base)
        assert isinstance(found, QuerySolutions)
        by_number = {int(row[0].value): row[1] for row in found}
        return [by_number[number] for number in range(len(tokens))]

    def check(self, rules: Rules) -> None:
        """Raises WriteRefused when the operation would write what may not be written."""
        if self.operation.every:
            rules.check_every(self.operation.kind, self.operation.every)
        for graph in self.targets:
            rules.check(graph.value)
        if self.operation.writes_default:
            rules.check(None)

    def run(self, store: Store, changes: Changes) -> None:
        """Does it. Raises WriteConflict, UpdateFailed."""
        changes.expect(self.targets)
        if self.any_graph:
            changes.expect_any()
        if self.operation.writes_default or self.operation.every == "ALL":
            changes.expect_default()
        if self.operation.asks:
            changes.before_asking()
        merged = self._merge(store)
        try:
            store.update(self.operation.piece.declared(self._body(merged)), base_iri=self.update.base)
        except RuntimeError as error:
            raise WriteConflict(f"{error}.") from None
        except (ValueError, SyntaxError) as error:
            raise UpdateFailed(f"The update could not be carried out: {error}") from None
        if merged is not None:
            store.remove_graph(merged)

    def _merge(self, store: Store) -> NamedNode | None:
        """A graph that holds what several USING graphs hold, once: the engine would find a triple as many
        times as there are graphs that have it."""
        if len(self.default) < 2:
            return None
        merged = NamedNode(f"urn:uuid:{uuid4()}")
        for graph in self.default:
            quads = list(store.quads_for_pattern(None, None, None, graph))
            store.extend(Quad(q.subject, q.predicate, q.object, merged) for q in quads)
        return merged

    def _body(self, merged: NamedNode | None) -> str:
        """The operation's text with the dataset that it asks."""
        operation = self.operation
        body = operation.piece.body
        if operation.kind == "CLEAR" and not operation.silent:
            # A graph that is not there is as empty as one that is.
            return "CLEAR SILENT" + body[len("CLEAR") :]
        if not self.default and not self.named:
            return body
        default = self.default if merged is None else [merged]
        clauses = [f"USING <{graph.value}>" for graph in default]
        clauses += [f"USING NAMED <{graph.value}>" for graph in self.named]
        dataset = " ".join(clauses)
        text = operation.piece.text
        if operation.kind == DELETE_WHERE:
            block = text[slice(*operation.braces)]
            return f"DELETE {block} {dataset} WHERE {block}"
        parts, end = [], operation.piece.start
        for clause in operation.using:
            parts.append(text[end : clause.start])
            end = clause.end
        assert operation.where is not None
        parts += [
            text[end : operation.where.start],
            dataset,
            " ",
            text[operation.where.start : operation.piece.end],
        ]
        return "".join(parts)
