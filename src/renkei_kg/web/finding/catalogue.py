"""All named things of one version with the values of their facets, held in memory.

The counts of seven facets, each without its own choice, would be seven aggregates over the graph for every
page; here a value is a set of bits, one for each thing, and a count is an AND. docs/finding.md has measures.
"""

import csv
import io
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from renkei_kg.namespaces import ONTOLOGY, RK
from renkei_kg.web.finding.lines import Lines, Name
from renkei_kg.web.linked.current import remembered
from renkei_kg.web.linked.names import Schema
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

MOST_THINGS: Final = 300_000
TOO_MANY: Final = f"The graph has more than {MOST_THINGS:,} named things: ask for them in SPARQL."
# Asked first, as reading all of a large graph to find out takes long.
NUMBER: Final = f"""SELECT (COUNT(*) AS ?number) {{
    SELECT DISTINCT ?thing {{ ?thing rdfs:label ?text }} LIMIT {MOST_THINGS + 1}
}}"""
MOST_ROWS: Final = 4_000_000
VERSIONS_REMEMBERED: Final = 2
CSV: Final = "text/csv"
CLASSES: Final = """SELECT DISTINCT ?thing ?class {{
    ?thing a ?class FILTER(isIRI(?thing) && STRSTARTS(STR(?class), "{ontology}"))
}}
LIMIT {most}"""
NAMES: Final = f"""SELECT ?thing ?property ?text (LANG(?text) AS ?language) {{
    VALUES ?property {{ rdfs:label skos:altLabel skos:hiddenLabel rk:officialName rk:kana }}
    ?thing ?property ?text FILTER(isLiteral(?text))
}}
LIMIT {MOST_ROWS}"""
PAIRS: Final = "SELECT ?thing ?value {{ ?thing {property} ?value FILTER(isIRI(?value)) }} LIMIT {most}"
READ: Final = (
    *("rk:area", "rk:subprefecture", "rk:jurisdiction", "rk:project", "rk:theme", "skos:broader", "rk:asset"),
    *("rk:certainty", "rk:fiscalYear", "rk:initiative"),
)
Pairs = dict[str, set[str]]


@dataclass(frozen=True)
class Catalogue:
    """Things by number, in the order of their Japanese readings. ``values`` has, by facet and value, the
    things with that as bits; ``above`` the value above each in a tree; ``orders`` the numbers as sorted.
    ``lines`` are the names to look typed letters up in."""

    iris: tuple[str, ...]
    numbers: dict[str, int]
    values: dict[str, dict[str, int]]
    above: dict[str, dict[str, str]]
    orders: dict[tuple[str, str], tuple[int, ...]]
    lines: Lines

    @property
    def everything(self) -> int:
        """All things, as bits."""
        return (1 << len(self.iris)) - 1

    def bits(self, iris: Iterable[str]) -> int:
        """Some things as bits; others than named things are left out."""
        return _bits((self.numbers[iri] for iri in iris if iri in self.numbers), len(self.iris))

    def ordered(self, bits: int, sort: str, language: str) -> list[str]:
        """The things of some bits by ``name``, or by year with the ``newest`` first."""
        has = bits.to_bytes(len(self.iris) // 8 + 1, "little")
        return [self.iris[n] for n in self.orders[sort, language] if has[n >> 3] >> (n & 7) & 1]


def _bits(numbers: Iterable[int], size: int) -> int:
    found = bytearray(size // 8 + 1)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


class Catalogues:
    """The catalogues of the versions asked last; each is read once, however many ask for it."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, Catalogue] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: View, schema: Schema) -> Catalogue:
        """The catalogue of a version. Raises EngineError, Problem 507."""
        check(view)
        with self._lock:
            if view.version not in self._read:
                self._read[view.version] = read(view, schema)
                while len(self._read) > VERSIONS_REMEMBERED:
                    self._read.popitem(last=False)
            self._read.move_to_end(view.version)
            return self._read[view.version]


def check(view: View) -> None:
    """Raises Problem 507 when a version has too many named things to hold in memory."""
    if remembered(_number, view) > MOST_THINGS:
        raise Problem(507, TOO_MANY)


def _number(view: View) -> int:
    """How many named things there are, or one more than there may be."""
    return int(view.rows(NUMBER)[0][0].value)


def read(view: View, schema: Schema) -> Catalogue:
    """Reads the catalogue of a version. Raises EngineError."""
    names = [Name(*row) for row in _rows(view, NAMES)]
    named = {one.thing for one in names if one.is_label}
    every = _grouped(_rows(view, CLASSES.format(ontology=ONTOLOGY, most=MOST_ROWS)))
    classes = {iri: some for iri, some in every.items() if iri in named}
    names = [one for one in names if one.thing in classes]
    keys = _keys(classes, names)
    iris = tuple(sorted(classes, key=lambda iri: keys["ja", iri]))
    numbers = {iri: number for number, iri in enumerate(iris)}
    pairs = {one: _grouped(_rows(view, PAIRS.format(property=one, most=MOST_ROWS))) for one in READ}
    found = _facets(classes, pairs, schema)
    values = {key: _inverted(of, numbers) for key, of in found.items()}
    return Catalogue(
        iris,
        numbers,
        values,
        _trees(values, pairs, schema),
        _orders(keys, found["year"], iris),
        _lines(names, numbers),
    )


def _rows(view: View, query: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(view.content(query, CSV).decode(), newline=""))
    next(rows)
    return rows


def _grouped(rows: Iterable[list[str]]) -> Pairs:
    found: Pairs = defaultdict(set)
    for thing, value in rows:
        found[thing].add(value)
    return found


def _facets(classes: Pairs, pairs: dict[str, Pairs], schema: Schema) -> dict[str, Pairs]:
    """The values of each thing, by facet: what the patterns of ``facets`` lead to."""
    of = {name.partition(":")[2]: found for name, found in pairs.items()}
    themes = {iri for iri, kinds in classes.items() if RK.Theme.value in kinds}
    assets = {
        iri: {one for one in kinds if RK.Asset.value in schema.classes.get(one, ())}
        for iri, kinds in classes.items()
    }
    found: dict[str, Pairs] = {key: {} for key in ("area", "subprefecture", "theme", "asset", "year")}
    for iri, kinds in classes.items():
        near = {iri, *of["project"].get(iri, ()), *of["jurisdiction"].get(iri, ())}
        if RK.Asset.value in kinds:
            near |= of["subprefecture"].get(iri, set())
        found["area"][iri] = _through(near, of["area"])
        found["subprefecture"][iri] = of["subprefecture"].get(iri, set()) | of["jurisdiction"].get(iri, set())
        found["theme"][iri] = _upwards({iri, *of["theme"].get(iri, ())}, of["broader"]) & themes
        found["asset"][iri] = _through({iri, *of["asset"].get(iri, ())}, assets)
        found["year"][iri] = _through({iri, *of["initiative"].get(iri, ())}, of["fiscalYear"])
    return {**found, "kind": classes, "certainty": of["certainty"]}


def _through(things: Iterable[str], of: Pairs) -> set[str]:
    return {value for thing in things for value in of.get(thing, ())}


def _upwards(things: set[str], of: Pairs) -> set[str]:
    found, waiting = set(things), list(things)
    while waiting:
        for above in of.get(waiting.pop(), ()):
            if above not in found:
                found.add(above)
                waiting.append(above)
    return found


def _inverted(of: Pairs, numbers: dict[str, int]) -> dict[str, int]:
    things: dict[str, list[int]] = defaultdict(list)
    for iri, values in of.items():
        if iri in numbers:
            for value in values:
                things[value].append(numbers[iri])
    return {value: _bits(some, len(numbers)) for value, some in things.items()}


def _trees(
    values: dict[str, dict[str, int]], pairs: dict[str, Pairs], schema: Schema
) -> dict[str, dict[str, str]]:
    """The value right above each, in the facets that are trees."""
    kinds = {}
    for one in values["kind"]:
        above = (schema.classes.get(one, frozenset()) & values["kind"].keys()) - {one}
        if above:
            kinds[one] = max(above, key=lambda iri: (len(schema.classes.get(iri, ())), iri))
    themes = {one: min(above) for one, above in pairs["skos:broader"].items() if one in values["theme"]}
    return {"kind": kinds, "theme": {one: above for one, above in themes.items() if above in values["theme"]}}


def _keys(classes: Pairs, names: Iterable[Name]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What things are sorted by, by language: their reading, their name, and their IRI."""
    least: dict[tuple[str, str, str], str] = {}
    for one in names:
        if one.is_label or one.is_reading:
            key = (one.thing, "kana" if one.is_reading else "label", "" if one.is_reading else one.language)
            least[key] = min(least.get(key, one.text), one.text)
    return {
        (language, iri): (
            least.get((iri, "kana", ""), "") if language == "ja" else "",
            least.get((iri, "label", language), ""),
            iri,
        )
        for iri in classes
        for language in ("ja", "en")
    }


def _orders(
    keys: dict[tuple[str, str], tuple[str, ...]], years: Pairs, iris: tuple[str, ...]
) -> dict[tuple[str, str], tuple[int, ...]]:
    found = {}
    for language in ("ja", "en"):
        by_name = sorted(range(len(iris)), key=lambda n: keys[language, iris[n]])
        found["name", language] = tuple(by_name)
        by_year = sorted(by_name, key=lambda n: max(years.get(iris[n], ()), default=""), reverse=True)
        found["newest", language] = tuple(by_year)
    return found


def _lines(names: Iterable[Name], numbers: dict[str, int]) -> Lines:
    return Lines((numbers[one.thing], one) for one in names)
