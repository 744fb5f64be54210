"""What pages show of things, as templates read it."""

from dataclasses import dataclass, field

from renkei_kg.web.linked.names import short


@dataclass(frozen=True)
class Ref:
    """Something with a name that a page links to. ``lang`` is the name's language where it is not the page's,
    ``elsewhere`` says that the link leaves this host, ``kind`` is the name of the most specific class."""

    iri: str
    text: str
    href: str = ""
    lang: str = ""
    elsewhere: bool = False
    kind: str = ""

    @property
    def short(self) -> str:
        """The IRI as people write it, by a known prefix."""
        return short(self.iri)


@dataclass
class Value:
    """A value of a property: one of a link, a text, or a node without a name that has properties itself."""

    ref: Ref | None = None
    text: str = ""
    lang: str = ""
    note: str = ""
    node: "list[Property] | None" = None
    items: "list[Value] | None" = None
    claims: "list[Claim]" = field(default_factory=list)


@dataclass
class Property:
    """A property with its values; those after ``SHOWN``, and texts in other languages, are kept apart."""

    ref: Ref
    values: list[Value]
    more: list[Value] = field(default_factory=list)
    others: list[Value] = field(default_factory=list)


@dataclass
class Quote:
    """Words of a document, and the page that they stand on."""

    text: str
    lang: str
    href: str
    pages: list[Ref]


@dataclass
class Claim:
    """What is said about a statement: how certain it is, on what ground, by which words and sources."""

    href: str
    property: Ref | None = None
    value: Value | None = None
    certainty: Ref | None = None
    bases: list[Ref] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    sources: list[Ref] = field(default_factory=list)
    alternatives: list[Ref] = field(default_factory=list)
    notes: list[Value] = field(default_factory=list)
