"""Triples as JSON-LD that is whole in itself and that people can read: a node for each subject, with the
prefixes of its names in the document."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.namespaces import RDF, XSD
from renkei_kg.web.linked.view import Term

LOCAL: Final = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
Node = dict[str, Any]


def document(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """The document of some triples without triple terms, in their order."""
    nodes: dict[Term, Node] = {}
    for one in triples:
        node = nodes.setdefault(one.subject, {"@id": _id(one.subject)})
        if one.predicate == RDF.type and isinstance(one.object, NamedNode):
            name, value = "@type", _short(one.object.value, prefixes)
        else:
            name, value = _short(one.predicate.value, prefixes), _value(one.object, prefixes)
        node.setdefault(name, []).append(value)
    graph = [
        {
            key: value[0] if isinstance(value, list) and len(value) == 1 else value
            for key, value in node.items()
        }
        for node in nodes.values()
    ]
    said = {"@context": dict(prefixes), "@graph": graph}
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def _id(node: Term) -> str:
    assert isinstance(node, NamedNode | BlankNode)
    return node.value if isinstance(node, NamedNode) else f"_:{node.value}"


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI by its prefix, where the rest is a plain name."""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _value(value: Term, prefixes: Mapping[str, str]) -> Any:
    if not isinstance(value, Literal):
        return {"@id": _id(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return value.value
    return {"@value": value.value, "@type": _short(value.datatype.value, prefixes)}
