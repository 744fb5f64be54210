"""The validation report (SHACL, section 3.6): as findings that a person reads, and as triples."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.namespaces import PREFIXES, RDF, SH, XSD
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.terms import iri, is_blank, language, lexical, term

SEVERITIES: Final = ("Violation", "Warning", "Info")


@dataclass(frozen=True)
class Result:
    """One validation result; all terms are N-Triples texts."""

    focus: str
    path: str | None
    value: str | None
    shape: str
    component: str
    constraint: str | None
    severity: str
    messages: tuple[str, ...]
    details: Callable[[], Iterable["Result"]] | None


@dataclass(frozen=True)
class Finding:
    """One validation result as a person reads it. A severity that SHACL does not know counts as a violation;
    a message is its language and its text."""

    severity: str
    focus: str
    path: str | None
    value: str | None
    shape: str
    component: str
    messages: tuple[tuple[str, str], ...]

    def message(self, language: str) -> str:
        """The message in ``language``, or in any language when it has none."""
        made_up = f"{short(self.component)} of {short(self.shape)} is not met."
        return dict(self.messages).get(language) or next((text for _, text in self.messages), made_up)

    def text(self, language: str) -> str:
        """One line: ``Severity: node path (value): message``."""
        about = " ".join(short(part) for part in (self.focus, self.path) if part)
        found = f" ({short(self.value)})" if self.value and self.value != self.focus else ""
        return f"{self.severity}: {about}{found}: {self.message(language)}"


class Report:
    """What shapes found in a graph."""

    def __init__(self, results: list[Result], data: Graph, shapes: Graph) -> None:
        self.results = results
        self.data, self.shapes = data, shapes

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The results as a person reads them, most severe first."""
        found = [self._finding(result) for result in self.results]
        return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.text("en"))))

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, not even a warning."""
        return not self.results

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that stop a build or a write."""
        return tuple(finding for finding in self.findings if finding.severity == SEVERITIES[0])

    def count(self, severity: str) -> int:
        """How many findings have ``severity``."""
        return sum(finding.severity == severity for finding in self.findings)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """The report as an RDF graph. What blank nodes of the data and the shapes say comes with them."""
        labels = (BlankNode() for _ in count())
        report = next(labels)
        conforms = Literal("true" if self.conforms else "false", datatype=XSD.boolean)
        found = {Triple(report, RDF.type, SH.ValidationReport), Triple(report, SH.conforms, conforms)}
        for result in self.results:
            node = next(labels)
            found.add(Triple(report, SH.result, node))
            found.update(self._described(result, node, labels))
        return frozenset(found)

    def _described(self, result: Result, node: BlankNode, labels: Iterator[BlankNode]) -> Iterator[Triple]:
        yield Triple(node, RDF.type, SH.ValidationResult)
        for name, text, graph in (
            ("focusNode", result.focus, self.data),
            ("value", result.value, self.data),
            ("resultPath", result.path, self.shapes),
            ("sourceShape", result.shape, self.shapes),
            ("sourceConstraint", result.constraint, self.shapes),
            ("sourceConstraintComponent", result.component, self.shapes),
            ("resultSeverity", result.severity, self.shapes),
            *(("resultMessage", message, self.shapes) for message in result.messages),
        ):
            if text is not None:
                yield Triple(node, SH[name], term(text))
                yield from _said_of(text, graph)
        for detail in result.details() if result.details else ():
            inner = next(labels)
            yield Triple(node, SH.detail, inner)
            yield from self._described(detail, inner, labels)

    def _finding(self, result: Result) -> Finding:
        severity = result.severity.removeprefix(f"<{PREFIXES['sh']}").removesuffix(">")
        return Finding(
            severity=severity if severity in SEVERITIES else SEVERITIES[0],
            focus=lexical(result.focus),
            path=None if result.path is None else path_text(self.shapes, result.path),
            value=None if result.value is None else lexical(result.value),
            shape=lexical(result.shape),
            component=lexical(result.component),
            messages=tuple(sorted((language(text), lexical(text)) for text in result.messages)),
        )


def short(text: str) -> str:
    """An IRI by its well-known prefix, or else its last two steps; any other text as it is."""
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return f"<{'/'.join(text.rsplit('/', 2)[-2:])}>" if text.startswith("http") else text


def _said_of(text: str, graph: Graph) -> Iterator[Triple]:
    """What a graph says of a blank node, and of those that this leads to."""
    open_ends, seen = [text], {text}
    while open_ends:
        node = open_ends.pop()
        if not is_blank(node):
            continue
        for predicate, table in graph.tables.items():
            for value in table.get(node, ()):
                yield Triple(BlankNode(node[2:]), NamedNode(predicate[1:-1]), term(value))
                if value not in seen:
                    seen.add(value)
                    open_ends.append(value)


def path_text(shapes: Graph, node: str) -> str:
    """A property path (SHACL, section 2.3.1) as text; one step is its IRI."""
    if not is_blank(node):
        return lexical(node)

    def inner(part: str) -> str:
        text = path_text(shapes, part)
        return f"({text})" if is_blank(part) else short(text)

    if members := shapes.members(node):
        return "/".join(map(inner, members))
    forms = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}
    for name, form in forms.items():
        for part in shapes.objects(node, iri("sh", name)):
            return form.format(inner(part))
    heads = shapes.objects(node, iri("sh", "alternativePath"))
    return "|".join(inner(part) for head in heads for part in shapes.members(head) or ())
