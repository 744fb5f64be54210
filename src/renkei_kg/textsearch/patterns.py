"""The parts of a query that text patterns are made of, and the names that its declarations give to IRIs."""

from dataclasses import dataclass, field
from urllib.parse import urljoin

from renkei_kg.lexer import Token


@dataclass(frozen=True)
class Node:
    """A term, or a list of them, as it stands in a triple from ``start`` to ``end``.

    ``kind`` is the token's or ``list``, ``brackets``, ``reified``; ``value`` is the IRI, the name of the
    variable, the content of the string, or the text.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    language: str | None = None
    datatype: str | None = None
    items: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Property:
    """A verb and its objects; ``name`` is what stands behind the namespace of text search, if the verb is in
    it. ``end`` is behind the semicolons that follow, ``objects_end`` before them."""

    verb: Token
    name: str | None
    objects: tuple[Node, ...]
    objects_end: int
    end: int


@dataclass(frozen=True)
class Triples:
    """The triples of one subject that have text patterns among them, from ``start`` to behind their full
    stop, and where the block of triples begins that they are in (FILTER does not end a block)."""

    subject: Node
    properties: tuple[Property, ...]
    start: int
    end: int
    block: int


@dataclass
class Found:
    """What has text patterns in a query, and the names of all its variables."""

    triples: list[Triples] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)


class Scope:
    """The BASE and PREFIX declarations read so far, and the base before them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.prefixes: dict[str, str] = {}

    def iri(self, token: Token) -> str | None:
        """The IRI that an ``iri`` or ``name`` token stands for; None when its prefix is not declared."""
        if token.kind == "iri":
            return _joined(self.base, token.value) if self.base else token.value
        prefix, _, local = token.value.partition(":")
        namespace = self.prefixes.get(prefix)
        return None if namespace is None else namespace + local

    def declare(self, word: Token, *following: Token) -> int:
        """Takes note when ``word`` opens a declaration with the tokens after it, and says how many it has."""
        kinds = [token.kind for token in following]
        if word.value.upper() == "BASE" and kinds[:1] == ["iri"]:
            self.base = self.iri(following[0]) or ""
            return 1
        if word.value.upper() == "PREFIX" and kinds == ["name", "iri"]:
            self.prefixes[following[0].value[:-1]] = self.iri(following[1]) or ""
            return 2
        return 0


def _joined(base: str, reference: str) -> str:
    """A relative IRI resolved against a base (RFC 3986, section 5.2), keeping a fragment that is empty."""
    path, mark, fragment = reference.partition("#")
    start = base.partition("#")[0]
    return (urljoin(start, path) if path else start) + mark + fragment
