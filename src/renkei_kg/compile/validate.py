"""SHACL validation of a compiled graph, and the report a person reads: file, line, node, path, message."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from pyshacl.entrypoints import meta_validate
from rdflib.collection import Collection

from renkei_kg.compile.lines import Term
from renkei_kg.compile.locate import Locator, Place
from renkei_kg.compile.written import NOTHING, Written
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import PREFIXES, RDF, XSD
from renkei_kg.shacl.report import SEVERITIES, short
from renkei_kg.textfile import SourceError

PATHS = {
    "inversePath": "^{}",
    "alternativePath": "",
    "zeroOrMorePath": "{}*",
    "oneOrMorePath": "{}+",
    "zeroOrOnePath": "{}?",
}
STATEMENT = [RDF.subject, RDF.predicate, RDF.object]
# What pyshacl cannot use it also logs; here it becomes one error that says where.
logging.getLogger("pyshacl-validate").addFilter(lambda record: record.levelno < logging.ERROR)
_SH = rdflib.Namespace(PREFIXES["sh"])


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


def validate(
    data: Sequence[Triple], shapes: Sequence[Triple], locator: Locator, taken: Written = NOTHING
) -> Report:
    """Validates ``data`` (sources, ontology, entailed triples and the written graphs ``taken``, one graph)
    against ``shapes``.

    Raises SourceError when the shapes cannot be used.
    """
    shapes_graph = _rdflib(shapes)
    try:
        results = _validated(_rdflib(data), shapes_graph)
    except Exception as error:
        # pyshacl lets through whatever its parts raise: of regular expressions, of SPARQL, of its own.
        raise _fault(shapes_graph, locator, error) from error
    claims = _claims(data)
    nodes = results.subjects(_SH.resultSeverity, None)
    found = (_finding(results, node, locator, claims, taken) for node in nodes)
    findings = sorted(found, key=Finding.order)
    return Report(tuple(findings), frozenset(_report_triples(results)))


def _claims(data: Iterable[Triple]) -> dict[Term, list[Term | None]]:
    """What each claim claims: its subject, predicate and object."""
    claims: dict[Term, list[Term | None]] = {}
    for triple in data:
        if triple.predicate in STATEMENT:
            claims.setdefault(triple.subject, [None] * 3)[STATEMENT.index(triple.predicate)] = triple.object
    return claims


def _validated(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    _, results, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=True, inplace=True, meta_shacl=False
    )
    if not isinstance(results, rdflib.Graph):
        raise results
    _restore_languages(results, shapes)
    return results


def _restore_languages(results: rdflib.Graph, shapes: rdflib.Graph) -> None:
    """Puts the shapes' own messages back: pyshacl drops the language of what a SPARQL constraint says."""
    for node, message in sorted(results.subject_objects(_SH.resultMessage)):
        shape = results.value(node, _SH.sourceShape)
        own = [m for m in shapes.objects(shape, _SH.message) if m != message and str(m) == str(message)]
        if own:
            results.remove((node, _SH.resultMessage, message))
            results.add((node, _SH.resultMessage, own[0]))


def _fault(shapes: rdflib.Graph, locator: Locator, error: Exception) -> RenkeiError:
    """What is wrong with shapes that made ``error``, and where: by the shapes of SHACL itself (SHACL,
    appendix C), or by the text of theirs that could not be read."""
    _, meta, _ = meta_validate(shapes, inference="none")
    if isinstance(meta, rdflib.Graph):
        found = [_finding(meta, node, locator, {}) for node in meta.subjects(_SH.resultSeverity, None)]
        for finding in sorted(found, key=lambda f: (f.path is None, f.order())):
            if finding.place:
                about = " ".join(short(part) for part in (finding.focus, finding.path) if part)
                reason = f"{about} is not SHACL: {finding.message('en')}"
                return SourceError(finding.place.file, reason, finding.place.line)
    reason = str(error).split("\n", 1)[0]
    unread = str(getattr(error, "pattern", None) or getattr(error, "pstr", ""))
    forbidden = [word for word in ("MINUS", "VALUES", "SERVICE") if word in reason]  # SHACL, section 5.2.1
    for name in ("pattern", "select", "ask", "construct"):
        for node, text in sorted(shapes.subject_objects(_SH[name])):
            focus = _term(node)
            place = locator.place(focus, _term(_SH[name]), _term(text)) if focus else None
            if place and (str(text).strip() in unread or any(word in str(text) for word in forbidden)):
                return SourceError(place.file, f"{short(str(node))} sh:{name}: {reason}", place.line)
    return RenkeiError(f"the shapes cannot be used: {reason}")


def _claimed(focus: Term, locator: Locator, claims: Mapping[Term, list[Term | None]]) -> Place | None:
    """Where a claim that was derived has its statement from, which somebody wrote."""
    subject, predicate, value = claims.get(focus, [None] * 3)
    return None if subject is None else locator.place(subject, predicate, value)


def _finding(
    results: rdflib.Graph,
    node: Any,
    locator: Locator,
    claims: Mapping[Term, list[Term | None]],
    taken: Written = NOTHING,
) -> Finding:
    def value(name: str) -> Any:
        return results.value(node, _SH[name])

    focus, path, found = (_term(value(name)) for name in ("focusNode", "resultPath", "value"))
    messages = results.objects(node, _SH.resultMessage)
    graph = None if focus is None else taken.likely(focus, path, found, locator.states)
    return Finding(
        severity=_severity(str(value("resultSeverity"))),
        focus=str(value("focusNode")),
        path=None if path is None else _path(results, value("resultPath")),
        value=None if found is None else str(value("value")),
        shape=str(value("sourceShape")),
        messages=tuple(sorted((m.language or "", str(m)) for m in messages if isinstance(m, rdflib.Literal))),
        place=None
        if focus is None or graph is not None
        else locator.place(focus, path, found) or _claimed(focus, locator, claims),
        graph=graph,
    )


def _path(graph: rdflib.Graph, node: Any) -> str:
    """A property path (SHACL section 2.3.1) as text; one step is its IRI."""
    if isinstance(node, rdflib.URIRef):
        return str(node)

    def inner(part: Any) -> str:
        text = _path(graph, part)
        return short(text) if isinstance(part, rdflib.URIRef) else f"({text})"

    if (node, rdflib.RDF.first, None) in graph:
        return "/".join(inner(part) for part in Collection(graph, node))
    for name, form in PATHS.items():
        if (value := graph.value(node, _SH[name])) is not None:
            if name == "alternativePath":
                return "|".join(inner(part) for part in Collection(graph, value))
            return form.format(inner(value))
    return str(node)


def _severity(iri: str) -> str:
    """The name of a severity. One that SHACL does not know, which a shape may make up, stops a build."""
    name = iri.removeprefix(str(_SH))
    return name if name in SEVERITIES else SEVERITIES[0]


def _term(term: Any) -> Term | None:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
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
    """The triples as pyshacl reads them; each term is made once, which is most of the time it takes."""
    node = cache(_node)
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def _node(term: Any) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=None if term.datatype == XSD.string else term.datatype.value)


def _report_triples(results: rdflib.Graph) -> Iterable[Triple]:
    text = results.serialize(format="nt11", encoding="utf-8")
    return (quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))
