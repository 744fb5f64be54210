"""The shapes in words: what each applies to, which way it looks, and what it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

from markupsafe import Markup, escape
from pyoxigraph import BlankNode, Literal, NamedNode

from renkei_kg.namespaces import PREFIXES, RDF, SH, SHAPES
from renkei_kg.reserved import SHAPES as GRAPHS
from renkei_kg.web import words
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.view import Term, View

STATED: Final = (
    'SELECT DISTINCT ?s ?p ?o {{ GRAPH ?graph {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?graph), "{start}")) }}'
)
PATHS: Final = {
    SH.zeroOrMorePath: "zeroOrMore",
    SH.oneOrMorePath: "oneOrMore",
    SH.zeroOrOnePath: "zeroOrOne",
    SH.inversePath: "inverse",
}
TARGETS: Final = {
    SH.targetClass: "shapes.target.class",
    SH.targetSubjectsOf: "shapes.target.subject",
    SH.targetObjectsOf: "shapes.target.object",
    SH.targetNode: "shapes.target.node",
}
COUNTS: Final = (SH.minCount, SH.maxCount)
QUALIFIED: Final = ((SH.qualifiedMinCount, "min"), (SH.qualifiedMaxCount, "max"))
LISTS: Final = ("and", "or", "xone")
TEXTS: Final = ("languageIn", "in")
# What is no condition, or is told in a place of its own.
ELSEWHERE: Final = {
    *COUNTS,
    *TARGETS,
    *(SH[name] for name in ("path", "severity", "message", "property", "target", "name", "description")),
    *(SH[name] for name in ("order", "group", "deactivated", "flags", "ignoredProperties", "sparql")),
    *(SH[name] for name in ("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount")),
    *(SH[name] for name in ("qualifiedValueShapesDisjoint", "select", "ask", "prefixes", "defaultValue")),
}
Said = dict[NamedNode, list[Term]]


@dataclass(frozen=True)
class Graph:
    """All shapes of a version: what is stated of each node."""

    said: dict[Term, Said]

    @cached_property
    def named(self) -> list[NamedNode]:
        """What has a name in the namespace of shapes."""
        found = [s for s in self.said if isinstance(s, NamedNode) and s.value.startswith(SHAPES)]
        return sorted(found, key=lambda one: one.value.casefold())

    @cached_property
    def shapes(self) -> list[NamedNode]:
        """The shapes that have a name."""
        kinds = {SH.NodeShape, SH.PropertyShape}
        return [one for one in self.named if kinds & set(self.said[one].get(RDF.type, ()))]

    @cached_property
    def in_order(self) -> list[NamedNode]:
        """The shapes as they are read: each before those that are a part of it."""
        listed = self.shapes
        parts = {one for shape in listed for one in self.said[shape].get(SH.property, ())}
        waiting = [one for one in reversed(listed) if one not in parts]
        found: dict[NamedNode, None] = {}
        while waiting:
            shape = waiting.pop()
            if shape not in found:
                found[shape] = None
                below = set(self.said[shape].get(SH.property, ()))
                waiting += [one for one in reversed(listed) if one in below]
        return list(dict.fromkeys([*found, *listed]))

    def one(self, node: Term, property_: NamedNode) -> Term | None:
        """A value of a property, or None."""
        return next(iter(self.said.get(node, {}).get(property_, ())), None)

    def members(self, node: Term | None) -> list[Term]:
        """The members of a list."""
        found: list[Term] = []
        while node is not None and node != RDF.nil and len(found) < 1000:
            found += self.said.get(node, {}).get(RDF.first, [])
            node = self.one(node, RDF.rest)
        return found

    def inside(self, node: Term) -> Iterator[Term]:
        """A node and those without a name that it leads to."""
        waiting, seen = [node], {node}
        while waiting:
            here = waiting.pop()
            yield here
            for values in self.said.get(here, {}).values():
                new = [o for o in values if isinstance(o, BlankNode) and o not in seen]
                seen.update(new)
                waiting += new

    @cached_property
    def about(self) -> dict[str, list[str]]:
        """The shapes that speak of each class and property: that apply to it, look at it or ask for it."""
        found: dict[str, set[str]] = {}
        for shape in self.shapes:
            for node in self.inside(shape):
                for property_, values in self.said.get(node, {}).items():
                    if property_ not in (RDF.type, SH.property, SH.severity):
                        for one in values:
                            if isinstance(one, NamedNode):
                                found.setdefault(one.value, set()).add(shape.value)
        return {iri: sorted(some, key=str.casefold) for iri, some in found.items()}

    @cached_property
    def relations(self) -> dict[str, set[str]]:
        """The properties that shapes look at, by the classes that they apply to."""
        found: dict[str, set[str]] = {}
        for shape in self.shapes:
            said = self.said[shape]
            paths = {self.one(one, SH.path) for one in (shape, *said.get(SH.property, ()))}
            for class_ in said.get(SH.targetClass, ()):
                if isinstance(class_, NamedNode):
                    named = {one.value for one in paths if isinstance(one, NamedNode)}
                    found.setdefault(class_.value, set()).update(named)
        return found

    @cached_property
    def iris(self) -> set[str]:
        """Every IRI that the shapes name."""
        terms = {o for said in self.said.values() for p, some in said.items() for o in (p, *some)}
        return {one.value for one in (*terms, *self.said) if isinstance(one, NamedNode)}


def read(view: View) -> Graph:
    """The shapes that a version was checked by. Raises EngineError."""
    said: dict[Term, Said] = {}
    for s, p, o in view.rows(STATED.format(start=view.addresses.base + GRAPHS)):
        said.setdefault(s, {}).setdefault(p, []).append(o)
    for some in said.values():
        for values in some.values():
            values.sort(key=str)
    return Graph(said)


class Words:
    """Shapes in the language of a page, with links."""

    def __init__(self, graph: Graph, refs: Refs) -> None:
        self._graph, self._refs = graph, refs
        self._at = words.LANGUAGES.index(refs.page.lang)

    def say(self, key: str, **values: object) -> Markup:
        """A word of the interface, filled with links."""
        return self._filled(f"shape.{key}", **values)

    def _filled(self, key: str, **values: object) -> Markup:
        """A word of the interface, which has no mark-up, filled with what has."""
        return Markup("{}").format(words.WORDS[key][self._at]).format(**values)

    def link(self, iri: str) -> Markup:
        """A term or shape by its name."""
        ref = self._refs.term(iri)
        language = Markup(' lang="{}"').format(ref.lang) if ref.lang else ""
        return Markup('<a href="{}"{}>{}</a>').format(ref.href, language, ref.text)

    def joined(self, parts: list[Markup], by: str = "list") -> Markup:
        """Parts in a row."""
        return reduce(lambda one, other: self.say(by, one=one, other=other), parts) if parts else Markup()

    def term(self, node: Term) -> Markup:
        """A value: a term by its name, a literal as it is."""
        if isinstance(node, NamedNode):
            return self.link(node.value)
        return Markup("<code>{}</code>").format(node.value if isinstance(node, Literal) else "…")

    def path(self, node: Term) -> Markup:
        """Which way a shape looks (section 2.3.1)."""
        if isinstance(node, NamedNode):
            return self.link(node.value)
        for property_, key in PATHS.items():
            inner = self._graph.one(node, property_)
            if inner is not None:
                return self.say(f"path.{key}", path=self.path(inner))
        ways = self._graph.one(node, SH.alternativePath)
        members = self._graph.members(node if ways is None else ways)
        return self.joined(
            [self.path(one) for one in members], "path.sequence" if ways is None else "path.alternative"
        )

    def targets(self, node: Term) -> Iterator[Markup]:
        """What a shape applies to (section 2.1.3)."""
        said = self._graph.said[node]
        for property_, key in TARGETS.items():
            for one in said.get(property_, ()):
                yield self._filled(key, thing=self.term(one))
        yield from (self.shape(one) for one in said.get(SH.target, ()))

    def shape(self, node: Term) -> Markup:
        """A shape inside another: by its name, else by what it asks for."""
        if isinstance(node, NamedNode):
            return self.link(node.value)
        path = self._graph.one(node, SH.path)
        found = [self.path(path)] if path is not None else []
        return self.joined([*found, *self.conditions(node), *self._inner(node)])

    def _inner(self, node: Term) -> list[Markup]:
        return [self.shape(one) for one in self._graph.said.get(node, {}).get(SH.property, ())]

    def conditions(self, node: Term) -> Iterator[Markup]:
        """What a shape asks for (section 4), each condition by itself."""
        said = self._graph.said.get(node, {})
        yield from self._counts(said)
        for property_ in sorted((one for one in said if one not in ELSEWHERE), key=str):
            for value in said[property_]:
                yield from self._condition(property_, value)
        for property_, key in QUALIFIED:
            for value in said.get(property_, ()):
                shapes = [self.shape(one) for one in said.get(SH.qualifiedValueShape, ())]
                yield self.say(f"qualified.{key}", shape=self.joined(shapes), value=self.term(value))
        for one in said.get(SH.sparql, ()):
            yield self.say("sparql") + Markup("{}").format(self._query(one))

    def _counts(self, said: Said) -> Iterator[Markup]:
        least, most = (next(iter(said.get(one, ())), None) for one in COUNTS)
        found = {"minCount": least, "maxCount": most}
        if least is not None and least == most:
            found = {"count": least}
        for key, one in found.items():
            if isinstance(one, Literal):
                special = f"{key}.{one.value}"
                yield self.say(special if f"shape.{special}" in words.WORDS else key, value=one.value)

    def _condition(self, property_: NamedNode, value: Term) -> Iterator[Markup]:
        key = property_.value.removeprefix(SH.iri)
        if key == property_.value or f"shape.{key}" not in words.WORDS:
            if not property_.value.startswith((PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["skos"])):
                yield self.say("parameter", name=self.link(property_.value), value=self.term(value))
        elif key in TEXTS:
            yield self.say(key, value=self.joined([self.term(one) for one in self._graph.members(value)]))
        elif key in LISTS:
            parts = [self.shape(one) for one in self._graph.members(value)]
            yield self.say(key, value=self.joined(parts, "parts"))
        elif key in ("node", "not"):
            yield self.say(key, value=self.shape(value))
        elif key == "nodeKind" and isinstance(value, NamedNode):
            yield self.say(key, value=self.say(f"nodeKind.{value.value.removeprefix(SH.iri)}"))
        elif key in ("uniqueLang", "closed"):
            if isinstance(value, Literal) and value.value == "true":
                yield self.say(key)
        else:
            yield self.say(key, value=self.term(value))

    def _query(self, node: Term) -> Markup:
        if isinstance(node, NamedNode):
            return Markup(" ({})").format(self.link(node.value))
        text = self._graph.one(node, SH.select) or self._graph.one(node, SH.ask)
        return Markup("<pre>{}</pre>").format(escape(text.value)) if isinstance(text, Literal) else Markup()
