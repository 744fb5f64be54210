"""The validation report that a version was published with, as pages show it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from renkei_kg.namespaces import RDF, SH
from renkei_kg.shacl.report import SEVERITIES
from renkei_kg.web.linked.view import Term, View

FILE: Final = "report/report.ttl"


@dataclass(frozen=True)
class Found:
    """One finding: how severe it is, what it is about, which shape found it, and its message by language."""

    severity: str
    focus: Term
    shape: str
    messages: tuple[tuple[str, str], ...]

    def message(self, language: str) -> tuple[str, str]:
        """The message in a language, else in any, and which language that is."""
        known = dict(self.messages)
        code = language if language in known else next(iter(known), "")
        return known.get(code, ""), code


@dataclass(frozen=True)
class Report:
    """The findings, most severe first."""

    findings: tuple[Found, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many findings there are of each severity."""
        counted = Counter(one.severity for one in self.findings)
        return [(severity, counted[severity]) for severity in SEVERITIES]

    def of(self, shapes: Iterable[str]) -> int:
        """How many findings are of some shapes."""
        wanted = set(shapes)
        return sum(one.shape in wanted for one in self.findings)


def read(folder: Path, view: View) -> Report | None:
    """The report of a version in the folder of all; None when it was published without one."""
    if FILE not in view.manifest["files"]:
        return None
    store = Store()
    try:
        store.load(path=str(folder / view.version / FILE), format=RdfFormat.TURTLE)
    except OSError:
        return None
    nodes = [quad.subject for quad in store.quads_for_pattern(None, RDF.type, SH.ValidationResult)]
    found = [_found({(q.predicate, q.object) for q in store.quads_for_pattern(n, None, None)}) for n in nodes]
    return Report(tuple(sorted(found, key=_order)))


def _found(said: set[tuple[NamedNode, Term]]) -> Found:
    def values(property_: NamedNode) -> list[Term]:
        return sorted((o for p, o in said if p == property_), key=str)

    severity = next((name for name in SEVERITIES if (SH.resultSeverity, SH[name]) in said), SEVERITIES[0])
    shape = next((one.value for one in values(SH.sourceShape) if isinstance(one, NamedNode)), "")
    texts = [one for one in values(SH.resultMessage) if isinstance(one, Literal)]
    return Found(
        severity,
        values(SH.focusNode)[0],
        shape,
        tuple((one.language or "", one.value) for one in texts),
    )


def _order(one: Found) -> tuple[int, str, str]:
    return SEVERITIES.index(one.severity), one.shape, str(one.focus)
