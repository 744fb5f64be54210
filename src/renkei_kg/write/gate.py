"""The shapes looked at before a write is published. What a write would break, stops it; what is only advised
against is told with the answer.

A finding that the version before has too does not count: with two faults in the data, nobody could mend one.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from renkei_kg.compile.consequences import unseen
from renkei_kg.namespaces import SH
from renkei_kg.reserved import INFERRED_FROM_WRITTEN
from renkei_kg.shacl import Finding, Graph, Report, ShapeError, Shapes
from renkei_kg.shacl.report import SEVERITIES
from renkei_kg.snapshot import Snapshot, compiled_graphs
from renkei_kg.write.errors import ShapesViolated
from renkei_kg.write.groundwork import Groundwork, unusable

VIOLATION = "Violation"
Told = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What shapes find in what a write has made: how much by severity, and the findings that have come by the
    write, each as the members of a JSON object."""

    counts: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


def check(ground: Groundwork, data: Graph, store: Store, parent: Snapshot) -> Found:
    """What shapes find in ``data``, which a write has made of ``parent``, and has put into ``store``; nothing
    when there are no shapes.

    Raises ShapesViolated when violations have come by the write.
    """
    if not ground.shapes.targeting:
        return Found()
    report = _validated(ground.shapes, data)
    new = _new(report, ground.shapes, parent) if report.results else []
    words = _Words(store, parent)
    # Two parts of a shape may find the same and say it in the same words.
    told = list({repr(one): one for one in map(words.told, new)}.values())
    if any(finding.severity == VIOLATION for finding in new):
        raise ShapesViolated(told, _text(report))
    return Found({name.lower(): report.count(name) for name in SEVERITIES}, told)


def _validated(shapes: Shapes, data: Graph) -> Report:
    try:
        return shapes.validate_graph(data)
    except ShapeError as error:
        raise unusable(error) from None


def _new(report: Report, shapes: Shapes, parent: Snapshot) -> list[Finding]:
    """The findings that the version before did not have."""
    known = parent.manifest.get("report")
    if known is not None and not any(known.values()):
        return list(report.findings)
    store = Store.read_only(str(parent.store))
    before = _validated(shapes, Graph.of_store(store, unseen(store, parent.manifest["base"])))
    old = set(before.findings)
    return [finding for finding in report.findings if finding not in old]


def _text(report: Report) -> str:
    """The validation report in N-Triples: itself first, then what it leads to, in an order that does not
    depend on the labels of blank nodes."""
    about: dict[object, list[Triple]] = defaultdict(list)
    for triple in sorted(report.triples, key=_place):
        about[triple.subject].append(triple)

    def place(triples: list[Triple]) -> tuple[bool, list[str]]:
        return all(triple.predicate != SH.conforms for triple in triples), list(map(_place, triples))

    return "".join(f"{triple} .\n" for triples in sorted(about.values(), key=place) for triple in triples)


def _place(triple: Triple) -> str:
    value = "" if isinstance(triple.object, BlankNode) else str(triple.object)
    return f"{triple.predicate} {value}"


class _Words:
    """Findings told, with the graph that each is about."""

    def __init__(self, store: Store, parent: Snapshot) -> None:
        self.store = store
        self._inferred = parent.manifest["base"] + INFERRED_FROM_WRITTEN
        self._compiled = frozenset(compiled_graphs(parent.manifest))

    def told(self, finding: Finding) -> Told:
        """A finding as the members of a JSON object."""
        members = {
            "severity": finding.severity,
            "focus": finding.focus,
            "path": finding.path,
            "value": finding.value,
            "graph": self.graph(finding),
            "shape": finding.shape,
            "messages": {language or "und": text for language, text in finding.messages},
        }
        return {name: value for name, value in members.items() if value is not None}

    def graph(self, finding: Finding) -> str | None:
        """The named graph that says what a finding is about: its value, or else anything of its node. Rather
        one that somebody has written than a compiled one, and that rather than one that only follows."""
        best = max(self._quads(finding), key=lambda quad: self._likeness(quad, finding), default=None)
        return best.graph_name.value if best and isinstance(best.graph_name, NamedNode) else None

    def _quads(self, finding: Finding) -> Iterator[Quad]:
        for kind in (NamedNode, BlankNode):
            with suppress(ValueError):
                yield from self.store.quads_for_pattern(kind(finding.focus), None, None, None)
                return

    def _likeness(self, quad: Quad, finding: Finding) -> tuple[bool, ...]:
        named = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        path = quad.predicate.value == finding.path
        value = not isinstance(quad.object, Triple) and quad.object.value == finding.value
        stated = named != self._inferred
        return named != "", path and value, path, stated and named not in self._compiled, stated
