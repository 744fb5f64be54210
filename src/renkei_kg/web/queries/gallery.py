"""The example queries of a version, as its graph holds them, and what each can be asked with."""

import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, RDFS, SCHEMA, SH
from renkei_kg.parameters import Parameter
from renkei_kg.reserved import EXAMPLES
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import GRAPHS, SOLUTIONS, Format

VERSIONS: Final = 8
FORMS: Final = ("SELECT", "ASK", "CONSTRUCT")
ABOUT: Final = """SELECT ?example ?p ?o {{
    GRAPH <{graph}> {{ ?example a sh:SPARQLExecutable ; ?p ?o }}
    FILTER(?p IN (rdfs:label, dcterms:description, dcterms:subject, schema:keywords, sh:select, sh:ask,
        sh:construct))
}}"""
ASKED_WITH: Final = """SELECT ?example ?parameter ?p ?o {{
    GRAPH <{graph}> {{ ?example sh:parameter ?parameter . ?parameter ?p ?o }}
}}"""
ENDINGS: Final = {"turtle": "ttl"}
Values = dict[NamedNode, list[Any]]


@dataclass(frozen=True)
class Example:
    """An example query: its IRI, its name there, its form and text, and what is said of it."""

    iri: str
    name: str
    form: str
    text: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    topics: Mapping[str, str]
    keywords: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def body(self) -> str:
        """Its text without the comments at its head, which say what is known of it anyway."""
        return re.sub(r"\A(?:#[^\n]*\n)+", "", self.text)

    def commented(self, body: str, language: str) -> str:
        """Its text, or what it is with other values, for people to read: with its title."""
        return f"# {self.title(language)}\n{body}"

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that its answer comes in."""
        return GRAPHS if self.form == "CONSTRUCT" else SOLUTIONS

    def title(self, language: str) -> str:
        """Its title, in another language where it has none in this."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.name)


class Gallery:
    """The examples of each version by name, read once."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, dict[str, Example]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: View) -> dict[str, Example]:
        """The examples of a version. Raises EngineError."""
        with self._lock:
            known = self._known.get(view.version)
        if known is None:
            graph = view.addresses.base + EXAMPLES
            about = view.rows(ABOUT.format(graph=graph))
            known = {one.name: one for one in read(graph, about, view.rows(ASKED_WITH.format(graph=graph)))}
            with self._lock:
                self._known[view.version] = known
                while len(self._known) > VERSIONS:
                    self._known.popitem(last=False)
        return known


def ending(form: Format) -> str:
    """How the name of a file in a format ends."""
    return ENDINGS.get(form.name, form.name)


def read(graph: str, about: Iterable[tuple[Any, ...]], asked: Iterable[tuple[Any, ...]]) -> Iterator[Example]:
    """Examples from the rows of the two queries, by name."""
    said: dict[str, Values] = defaultdict(lambda: defaultdict(list))
    for example, property_, value in about:
        said[example.value][property_].append(value)
    declared: dict[str, dict[str, Values]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for example, parameter, property_, value in asked:
        declared[example.value][parameter.value][property_].append(value)
    for iri, values in sorted(said.items()):
        forms = [name for name in FORMS if values[SH[name.lower()]]]
        if iri.startswith(f"{graph}/") and forms:
            found = (_parameter(one) for one in sorted(declared[iri].values(), key=_order))
            yield Example(
                iri,
                iri.removeprefix(f"{graph}/"),
                forms[0],
                values[SH[forms[0].lower()]][0].value,
                _texts(values[RDFS.label]),
                _texts(values[DCTERMS.description]),
                _texts(values[DCTERMS.subject]),
                tuple(sorted(one.value for one in values[SCHEMA.keywords])),
                tuple(found),
            )


def _order(values: Values) -> int:
    return int(values[SH.order][0].value)


def _parameter(values: Values) -> Parameter:
    kind = values[SH["class"]] or values[SH.datatype]
    name = values[SH.path][0].value.rpartition("/")[2]
    return Parameter(name, values[SH.defaultValue][0], kind[0].value, _texts(values[SH.name]))


def _texts(values: list[Any]) -> dict[str, str]:
    return {one.language: one.value for one in values if isinstance(one, Literal) and one.language}
