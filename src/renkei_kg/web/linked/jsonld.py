"""A description as JSON-LD that people can read: compacted with the published context, what a thing points to
standing where it is pointed to.

Only what descriptions need of the compaction algorithm (https://www.w3.org/TR/json-ld11-api/#compaction) is
here: a short name is used where its definition fits the value, else the IRI by its prefix with the value as
it is in expanded form. A test reads it back with another library.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from renkei_kg.namespaces import RDF, XSD
from renkei_kg.web.linked.context import IRI, LANGUAGE, PLAIN, Context, prefixes

DEEPEST: Final = 12
Node = dict[str, Any]
Resource = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal


class ConfusedError(ValueError):
    """An IRI whose scheme is also a prefix of the context, so that it would be read as another."""


def is_plain(triple: Triple) -> bool:
    """Whether JSON-LD has words for a triple: it has none for triples about triples."""
    return not isinstance(triple.subject, Triple) and not isinstance(triple.object, Triple)


def document(triples: Sequence[Triple], context: Context, address: str) -> Node:
    """Triples without triple terms as a JSON-LD document, the subject of the first one first. ``address`` is
    where the context is. Raises ConfusedError."""
    return {"@context": address, "@graph": _Compaction(triples, context).nodes()}


class _Compaction:
    def __init__(self, triples: Sequence[Triple], context: Context) -> None:
        self._context = context
        self._said: dict[Resource, dict[NamedNode, list[Value]]] = {}
        pointed: Counter[Value] = Counter()
        for triple in triples:
            subject, value = triple.subject, triple.object
            assert not isinstance(subject, Triple)
            assert not isinstance(value, Triple)
            self._said.setdefault(subject, {}).setdefault(triple.predicate, []).append(value)
            pointed[value] += 1
        self._pointed = pointed
        self._done: set[Resource] = set()
        self._named = {one for one in self._said if isinstance(one, BlankNode) and pointed[one] != 1}

    def nodes(self) -> list[Node]:
        """Every subject that is in no other, in order."""
        nodes = [
            self._node(one, 0) for one in self._said if one not in self._inner() and one not in self._done
        ]
        return nodes + [self._node(one, 0) for one in self._said if one not in self._done]

    def _inner(self) -> set[Resource]:
        return {one for one in self._said if isinstance(one, BlankNode) and one not in self._named}

    def _node(self, subject: Resource, depth: int) -> Node:
        self._done.add(subject)
        whole = isinstance(subject, NamedNode) or subject in self._named or not depth
        node: Node = {"id": self._id(subject)} if whole else {}
        for predicate, found in self._said[subject].items():
            if predicate == RDF.type and all(isinstance(one, NamedNode) for one in found):
                classes = sorted((self._class(one.value) for one in found), key=lambda one: (":" in one, one))
                node["type"] = _one_or_all(classes)
                continue
            for value in found:
                self._add(node, predicate, value, depth)
        return node

    def _add(self, node: Node, predicate: NamedNode, value: Value, depth: int) -> None:
        term = self._context.properties.get(predicate.value)
        if term is not None and term.kind == LANGUAGE and isinstance(value, Literal) and value.language:
            texts = node.setdefault(term.name, {})
            texts[value.language] = _also(texts.get(value.language), value.value)
            return
        if term is not None and self._fits(term.kind, value):
            plain = isinstance(value, Literal) and term.kind != PLAIN
            made = value.value if plain else self._value(value, depth, plain=True)
            name = term.name
        else:
            name, made = self._key(predicate.value), self._value(value, depth, plain=False)
        node[name] = _also(node.get(name), made)

    def _fits(self, kind: str, value: Value) -> bool:
        if isinstance(value, Literal):
            return kind == PLAIN or (not value.language and value.datatype.value == kind)
        return kind == IRI and not self._list(value)

    def _value(self, value: Value, depth: int, *, plain: bool) -> Any:
        if isinstance(value, Literal):
            return _literal(value)
        cells = self._list(value)
        if cells:
            self._done.update(cells)
            return {"@list": [self._value(self._said[c][RDF.first][0], depth, plain=False) for c in cells]}
        if value in self._said and value not in self._done and depth < DEEPEST:
            return self._node(value, depth + 1)
        return self._id(value) if plain else {"id": self._id(value)}

    def _list(self, head: Value) -> list[BlankNode]:
        """The cells of a list that JSON-LD can write as one: each a blank node pointed to once."""
        cells: list[BlankNode] = []
        node: Value = head
        while node != RDF.nil:
            said = self._said.get(node, {}) if isinstance(node, BlankNode) else {}
            alone = node not in self._named and node not in self._done and node not in cells
            if not alone or set(said) != {RDF.first, RDF.rest} or any(len(v) > 1 for v in said.values()):
                return []
            assert isinstance(node, BlankNode)
            cells.append(node)
            node = said[RDF.rest][0]
        return cells

    def _id(self, node: Resource) -> str:
        return f"_:{node.value}" if isinstance(node, BlankNode) else _safe(node.value)

    def _class(self, iri: str) -> str:
        return self._context.classes.get(iri) or self._key(iri)

    def _key(self, iri: str) -> str:
        for prefix, namespace in prefixes().items():
            local = iri.removeprefix(namespace)
            if local and local != iri and not local.startswith("//"):
                return f"{prefix}:{local}"
        return _safe(iri)


def _safe(iri: str) -> str:
    scheme, _, rest = iri.partition(":")
    if scheme in prefixes() and not rest.startswith("//"):
        raise ConfusedError(iri)
    return iri


def _literal(value: Literal) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return value.value
    if value.datatype == XSD.boolean and value.value in ("true", "false"):
        return value.value == "true"
    if value.datatype == XSD.integer and _is_exact(value.value):
        return int(value.value)
    return {"@value": value.value, "@type": value.datatype.value}


def _is_exact(text: str) -> bool:
    """Whether an integer is written as JSON's numbers are, and so comes back as it was."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 16 and str(int(text)) == text


def _also(there: Any, value: Any) -> Any:
    """A value beside those that are there already."""
    if there is None:
        return value
    return [*there, value] if isinstance(there, list) else [there, value]


def _one_or_all(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
