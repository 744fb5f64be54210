"""Things, classes, properties and values as a page names and links them."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import PREFIXES, RK
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.addresses import spellings
from renkei_kg.web.linked.names import HINTS, NOTHING, Known, Schema, Text, short, term
from renkei_kg.web.linked.shown import Ref, Value
from renkei_kg.web.linked.view import Term, View

PLAIN_TYPES: Final = tuple(
    PREFIXES["xsd"] + name for name in ("string", "integer", "decimal", "date", "boolean")
)
QUOTED: Final = 60
WEB: Final = ("http://", "https://")


class Refs:
    """Names and links for one page, from what is known of the things on it."""

    def __init__(self, view: View, page: Page, known: dict[str, Known], schema: Schema) -> None:
        self.page, self.schema = page, schema
        self._known, self._addresses = known, view.addresses
        self._things: dict[str, Ref] = {}
        self._terms: dict[str, Ref] = {}

    def thing(self, iri: str) -> Ref:
        """A thing by its name; without one, by its IRI without the base."""
        if iri not in self._things:
            self._things[iri] = self._thing(iri)
        return self._things[iri]

    def _thing(self, iri: str) -> Ref:
        known = self._known.get(iri, NOTHING)
        label = known.label(self.page.lang) or self._told_apart(known)
        if label is None:
            named = term(iri, known, self.page.lang)
            label = named if named[0] != iri else (self.path(iri), "")
        return self._ref(iri, label, self.kind(known.types))

    def _told_apart(self, known: Known) -> Text | None:
        """What something without a name is about: the words that it quotes, or what it is a part of."""
        quoted = next((o for _, o in known.hints if isinstance(o, Literal)), None)
        if quoted is not None:
            text = quoted.value if len(quoted.value) <= QUOTED else f"{quoted.value[:QUOTED]}…"
            return self.page.t("quoted", text=text), quoted.language or ""
        named = [o.value for p in HINTS for q, o in known.hints if p == q]
        texts = [term(iri, self._known.get(iri, NOTHING), self.page.lang)[0] for iri in named]
        return (" – ".join(texts), "") if texts else None

    def term(self, iri: str) -> Ref:
        """A class or property by its name."""
        if iri not in self._terms:
            self._terms[iri] = self._ref(iri, term(iri, self._known.get(iri, NOTHING), self.page.lang))
        return self._terms[iri]

    def kinds(self, types: Iterable[str]) -> list[Ref]:
        """The most specific classes of a thing, the ontology's own if it has one of these."""
        found = self.schema.kinds(types)
        ours = [one for one in found if one.startswith(RK.iri)]
        return [self.term(one) for one in ours or found]

    def kind(self, types: Iterable[str]) -> str:
        """The name of the most specific class of a thing; empty when it has none."""
        found = self.schema.kinds(types)
        return self.term(found[0]).text if found else ""

    def value(self, object_: Term) -> Value:
        """A value by itself."""
        if isinstance(object_, NamedNode):
            return Value(self.thing(object_.value))
        if isinstance(object_, Literal):
            typed = not object_.language and object_.datatype.value not in PLAIN_TYPES
            note = short(object_.datatype.value) if typed else ""
            return Value(text=object_.value, lang=self.other(object_.language), note=note)
        return Value(text=self.page.t("thing.triple" if isinstance(object_, Triple) else "thing.unnamed"))

    def other(self, language: str | None) -> str:
        """A language where it is not that of the page, else nothing."""
        return language if language and language != self.page.lang else ""

    def path(self, iri: str) -> str:
        """An IRI as people read it: of ours without what all begin with, of others with its characters."""
        if self._addresses.below(iri):
            return iri.removeprefix(self._addresses.base).removeprefix("id/")
        return next(iter(spellings(iri)), iri)

    def _ref(self, iri: str, label: Text, kind: str = "") -> Ref:
        text, lang = label[0], self.other(label[1])
        if self._addresses.below(iri):
            return Ref(iri, text, self.page.link(self._addresses.page(iri)), lang, kind=kind)
        return Ref(iri, text, iri if iri.startswith(WEB) else "", lang, elsewhere=True, kind=kind)


def order(value: Value) -> tuple[str, str]:
    """The order of values: by name, else by text."""
    return (value.ref.text, value.ref.iri) if value.ref else (value.text, value.lang)
