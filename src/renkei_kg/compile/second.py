"""What pySHACL finds in a graph, in the words of ours; and why shapes cannot be used."""

import logging
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from pyshacl.entrypoints import meta_validate
from rdflib.collection import Collection

from renkei_kg.compile.findings import Claims, Finding, Report, located, severity
from renkei_kg.compile.lines import Term
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.written import NOTHING, Written
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import PREFIXES, XSD
from renkei_kg.shacl.report import short
from renkei_kg.textfile import SourceError

PATHS = {
    "inversePath": "^{}",
    "alternativePath": "",
    "zeroOrMorePath": "{}*",
    "oneOrMorePath": "{}+",
    "zeroOrOnePath": "{}?",
}
# What pyshacl cannot use it also logs; here it becomes one error that says where.
logging.getLogger("pyshacl-validate").addFilter(lambda record: record.levelno < logging.ERROR)
_SH = rdflib.Namespace(PREFIXES["sh"])


def report(
    data: Sequence[Triple], shapes: Sequence[Triple], locator: Locator, claims: Claims, taken: Written
) -> Report:
    """The report of pySHACL. Raises SourceError when the shapes cannot be used."""
    shapes_graph = as_rdflib(shapes)
    try:
        results = _validated(as_rdflib(data), shapes_graph)
    except Exception as error:
        # pyshacl lets through whatever its parts raise: of regular expressions, of SPARQL, of its own.
        raise _fault(shapes_graph, locator, error) from error
    nodes = results.subjects(_SH.resultSeverity, None)
    found = (_finding(results, node, locator, claims, taken) for node in nodes)
    return Report(tuple(sorted(found, key=Finding.order)), frozenset(_report_triples(results)))


def _validated(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    _, results, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=True, inplace=True, meta_shacl=False
    )
    if not isinstance(results, rdflib.Graph):
        raise results
    restore_languages(results, shapes)
    return results


def restore_languages(results: rdflib.Graph, shapes: rdflib.Graph) -> None:
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


def _finding(
    results: rdflib.Graph,
    node: Any,
    locator: Locator,
    claims: Claims,
    taken: Written = NOTHING,
) -> Finding:
    def value(name: str) -> Any:
        return results.value(node, _SH[name])

    focus, path, found = (_term(value(name)) for name in ("focusNode", "resultPath", "value"))
    messages = results.objects(node, _SH.resultMessage)
    finding = Finding(
        severity=severity(str(value("resultSeverity"))),
        focus=str(value("focusNode")),
        path=None if path is None else _path(results, value("resultPath")),
        value=None if found is None else str(value("value")),
        shape=str(value("sourceShape")),
        messages=tuple(sorted((m.language or "", str(m)) for m in messages if isinstance(m, rdflib.Literal))),
        place=None,
    )
    return located(finding, (focus, path, found), locator, claims, taken)


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


def as_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
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
