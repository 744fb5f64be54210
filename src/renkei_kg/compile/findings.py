"""Findings of a validation, each with the place in the sources that it is about, and the report they make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import Triple

from renkei_kg.compile.lines import Term
from renkei_kg.compile.locate import Locator, Place
from renkei_kg.compile.written import Written
from renkei_kg.namespaces import PREFIXES, RDF
from renkei_kg.shacl.report import SEVERITIES, short

STATEMENT = [RDF.subject, RDF.predicate, RDF.object]
Claims = Mapping[Term, list[Term | None]]


@dataclass(frozen=True)
class Finding:
    """One result of the validation (SHACL section 3.6.2), with the place in the sources or the written graph
    it is about. The path is an IRI or, of several steps, written as in SPARQL."""

    severity: str
    focus: str
    path: str | None
    value: str | None
    shape: str
    messages: tuple[tuple[str, str], ...]
    place: Place | None
    graph: str | None = None

    def message(self, language: str) -> str:
        """The message in ``language``, or in any language when it has none."""
        return dict(self.messages).get(language) or next((text for _, text in self.messages), self.shape)

    def text(self, language: str, named: Callable[[Path], str] = str) -> str:
        """One line: ``file:line: Severity: node path: message``; ``named`` says how to call a file."""
        elsewhere = f"<{self.graph}>" if self.graph else "inferred"
        where = elsewhere if self.place is None else named(self.place.file)
        if self.place and self.place.line:
            where += f":{self.place.line}"
        about = " ".join(short(part) for part in (self.focus, self.path) if part)
        found = f" ({short(self.value)})" if self.value and self.value != self.focus else ""
        return f"{where}: {self.severity}: {about}{found}: {self.message(language)}"

    def order(self, named: Callable[[Path], str] = str) -> tuple[int, str, int, str]:
        """What findings are sorted by: severity, then where they are, those of no file last."""
        file = named(self.place.file) if self.place else "~"
        line = (self.place.line if self.place else None) or 0
        return SEVERITIES.index(self.severity), file, line, self.text("en", named)


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

    def text(self, language: str = "en", named: Callable[[Path], str] = str) -> str:
        """The report as lines of text, with a summary at the end; ``named`` says how to call a file."""
        findings = sorted(self.findings, key=lambda finding: finding.order(named))
        lines = [finding.text(language, named) for finding in findings]
        counts = ", ".join(f"{self.count(severity)} {severity.lower()}" for severity in SEVERITIES)
        return "\n".join([*lines, f"{len(self.findings)} findings: {counts}."]) + "\n"


def located(
    finding: Finding,
    terms: tuple[Term | None, Term | None, Term | None],
    locator: Locator,
    claims: Claims,
    taken: Written,
) -> Finding:
    """A finding with the place, or the written graph, that its focus node, path and value stand in."""
    focus, path, value = terms
    if focus is None:
        return finding
    graph = taken.likely(focus, path, value, locator.states)
    if graph is not None:
        return replace(finding, graph=graph)
    return replace(finding, place=locator.place(focus, path, value) or _claimed(focus, locator, claims))


def claims_of(data: Iterable[Triple]) -> Claims:
    """What each claim claims: its subject, predicate and object."""
    claims: dict[Term, list[Term | None]] = {}
    for triple in data:
        if triple.predicate in STATEMENT:
            claims.setdefault(triple.subject, [None] * 3)[STATEMENT.index(triple.predicate)] = triple.object
    return claims


def _claimed(focus: Term, locator: Locator, claims: Claims) -> Place | None:
    """Where a claim that was derived has its statement from, which somebody wrote."""
    subject, predicate, value = claims.get(focus, [None] * 3)
    return None if subject is None else locator.place(subject, predicate, value)


def severity(iri: str) -> str:
    """The name of a severity. One that SHACL does not know, which a shape may make up, stops a build."""
    name = iri.removeprefix(PREFIXES["sh"])
    return name if name in SEVERITIES else SEVERITIES[0]
