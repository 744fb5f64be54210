"""SHACL validation of a compiled graph, and the report a person reads: file, line, node, path, message."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from renkei_kg.compile.locate import Locator, Place, Term
from renkei_kg.namespaces import PREFIXES

SEVERITIES = ("Violation", "Warning", "Info")
_SH = rdflib.Namespace(PREFIXES["sh"])


@dataclass(frozen=True)
class Finding:
    """One result of the validation (SHACL section 3.6.2), with the place in the sources it is about."""

    severity: str
    focus: str
    path: str | None
    value: str | None
    shape: str
    messages: tuple[tuple[str, str], ...]
    place: Place | None

    def message(self, language: str) -> str:
        """The message in ``language``, or in any language when it has none."""
        return dict(self.messages).get(language) or next((text for _, text in self.messages), self.shape)

    def text(self, language: str) -> str:
        """One line: ``file:line: Severity: node path: message``."""
        where = "inferred" if self.place is None else str(self.place.file)
        if self.place and self.place.line:
            where += f":{self.place.line}"
        about = " ".join(short(part) for part in (self.focus, self.path) if part)
        found = f" ({short(self.value)})" if self.value and self.value != self.focus else ""
        return f"{where}: {self.severity}: {about}{found}: {self.message(language)}"


@dataclass(frozen=True)
class Report:
    """What the shapes found, most severe first, and the SHACL validation report as triples."""

    findings: tuple[Finding, ...]
    triples: frozenset[Triple]

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that stop a build."""
        return tuple(finding for finding in self.findings if finding.severity == "Violation")

    def count(self, severity: str) -> int:
        """How many findings have ``severity``."""
        return sum(finding.severity == severity for finding in self.findings)

    def text(self, language: str = "en") -> str:
        """The report as lines of text, with a summary at the end."""
        lines = [finding.text(language) for finding in self.findings]
        counts = ", ".join(f"{self.count(severity)} {severity.lower()}" for severity in SEVERITIES)
        return "\n".join([*lines, f"{len(self.findings)} findings: {counts}."]) + "\n"


def short(iri: str) -> str:
    """An IRI by its well-known prefix, or else its last two steps; any other text as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{'/'.join(iri.rsplit('/', 2)[-2:])}>" if iri.startswith("http") else iri


def validate(data: Iterable[Triple], shapes: Iterable[Triple], locator: Locator) -> Report:
    """Validates ``data`` (sources, ontology and entailed triples, one graph) against ``shapes``."""
    _, results, _ = pyshacl.validate(
        _rdflib(data), shacl_graph=_rdflib(shapes), inference="none", advanced=True, meta_shacl=False
    )
    if not isinstance(results, rdflib.Graph):
        raise RuntimeError(f"the shapes graph cannot be used: {results}")
    findings = [_finding(results, node, locator) for node in results.subjects(_SH.resultSeverity, None)]
    findings.sort(key=lambda f: (SEVERITIES.index(f.severity), _order(f.place), f.text("en")))
    return Report(tuple(findings), frozenset(_report_triples(results)))


def _order(place: Place | None) -> tuple[str, int]:
    return (str(place.file), place.line or 0) if place else ("~", 0)


def _finding(results: rdflib.Graph, node: Any, locator: Locator) -> Finding:
    def value(name: str) -> Any:
        return results.value(node, _SH[name])

    focus, path, found = (_term(value(name)) for name in ("focusNode", "resultPath", "value"))
    messages = results.objects(node, _SH.resultMessage)
    return Finding(
        severity=str(value("resultSeverity")).removeprefix(str(_SH)),
        focus=str(value("focusNode")),
        path=None if path is None else str(value("resultPath")),
        value=None if found is None else str(value("value")),
        shape=str(value("sourceShape")),
        messages=tuple(sorted((m.language or "", str(m)) for m in messages if isinstance(m, rdflib.Literal))),
        place=None if focus is None else locator.place(focus, path, found),
    )


def _term(term: Any) -> Term | None:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return (
            Literal(str(term), datatype=NamedNode(str(term.datatype)))
            if term.datatype
            else Literal(str(term))
        )
    return None


def _rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt11")
    return graph


def _report_triples(results: rdflib.Graph) -> Iterable[Triple]:
    text = results.serialize(format="nt11", encoding="utf-8")
    return (quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))
