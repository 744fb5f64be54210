"""SHACL validation of a compiled graph.

Two validators look at it. Ours is quick and looks first; what it finds pySHACL then finds for itself, unless
the graph is so large that it could not (docs/decisions/0009-shacl.md).
"""

from collections.abc import Sequence

from pyoxigraph import Triple

from renkei_kg.compile import second
from renkei_kg.compile.findings import Claims, Finding, Report, claims_of, located, severity
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.written import NOTHING, Written
from renkei_kg.shacl import Graph, ShapeError, compile_shapes
from renkei_kg.shacl import Report as Found
from renkei_kg.shacl.report import Result, path_text
from renkei_kg.shacl.terms import language, lexical, term

__all__ = ["Finding", "Report", "validate"]

LARGE = 200_000  # triples; pySHACL needs a minute and a gigabyte for so many


def validate(
    data: Sequence[Triple], shapes: Sequence[Triple], locator: Locator, taken: Written = NOTHING
) -> Report:
    """Validates ``data`` (sources, ontology, entailed triples and the written graphs ``taken``, one graph)
    against ``shapes``.

    Raises SourceError when the shapes cannot be used.
    """
    claims, quick = claims_of(data), _quickly(data, shapes)
    if quick is not None and (quick.conforms or len(data) > LARGE):
        findings = (_finding(result, quick, locator, claims, taken) for result in quick.results)
        return Report(tuple(sorted(findings, key=Finding.order)), quick.triples)
    return second.report(data, shapes, locator, claims, taken)


def _quickly(data: Sequence[Triple], shapes: Sequence[Triple]) -> Found | None:
    """What our validator finds; None when it cannot use the shapes: then pySHACL does, or says why not."""
    try:
        return compile_shapes(shapes).validate_graph(Graph.of_triples(data))
    except ShapeError:
        return None


def _finding(result: Result, found: Found, locator: Locator, claims: Claims, taken: Written) -> Finding:
    finding = Finding(
        severity=severity(lexical(result.severity)),
        focus=lexical(result.focus),
        path=None if result.path is None else path_text(found.shapes, result.path),
        value=None if result.value is None else lexical(result.value),
        shape=lexical(result.shape),
        messages=tuple(sorted((language(text), lexical(text)) for text in result.messages)),
        place=None,
    )
    focus, path, value = (
        None if text is None else term(text) for text in (result.focus, result.path, result.value)
    )
    return located(finding, (focus, path, value), locator, claims, taken)
