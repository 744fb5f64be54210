"""Makes a graph of any size in the shape of the real one, always the same for the same size and seed.

It uses the real ontology and the real themes; the places, assets, projects and initiatives are made up. The
graph grows by blocks: one municipality with two assets and five projects, each over three fiscal years.
Projects also name assets elsewhere, the older ones more often; themes follow Zipf's law. What a block refers
to stands in an earlier block or in itself, so that nothing but the current block is held in memory.

    python -m benchmarks.made 5000000 made.nq
"""

import argparse
import itertools
import random
import sys
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from benchmarks import vocabulary
from benchmarks.vocabulary import AIMS, ASSET_KINDS, MEANS, MUNICIPALITY_KINDS, SETTINGS, YEARS, Vocabulary
from renkei_kg.namespaces import PREFIXES

ASSETS, PROJECTS = 2, 5
MUNICIPALITIES_IN_SUBPREFECTURE, SUBPREFECTURES_IN_AREA, AREAS_IN_PREFECTURE = 13, 3, 5
SHOWN = 40  # the block that the benchmark asks about; every graph of 30,000 triples and more has it
WEST, EAST, SOUTH, NORTH = 139.9, 145.3, 41.6, 45.2  # the points lie in this box around Hokkaido

Statements = list[tuple[str, str]]
T = TypeVar("T")


@cache
def _iri(prefix: str, local: str) -> str:
    return f"<{PREFIXES[prefix]}{local}>"


TYPE = _iri("rdf", "type")
LABEL, NAME = _iri("rdfs", "label"), _iri("schema", "name")
INSIDE, SPATIAL = _iri("schema", "containedInPlace"), _iri("dcterms", "spatial")
PART_OF, HAS_PART = _iri("dcterms", "isPartOf"), _iri("dcterms", "hasPart")
ADMINISTRATIVE = (TYPE, _iri("schema", "AdministrativeArea"))


@dataclass(frozen=True)
class Place:
    """A municipality: what others say of it. The regions that it lies in are IRIs."""

    iri: str
    ja: str
    kana: str
    en: str
    subprefecture: str
    area: str
    prefecture: str
    longitude: float
    latitude: float


def parameters(words: Vocabulary) -> dict[str, str]:
    """What the benchmark's queries ask of a made graph: the same things at every size."""
    return {
        "project": f"{words.things}project/made-{SHOWN}-1",
        "initiative": f"{words.things}initiative/made-{SHOWN}-1-2024",
        "subprefecture": f"{words.things}subprefecture/made-{SHOWN // MUNICIPALITIES_IN_SUBPREFECTURE}",
        "theme": words.themes[30][0],
        "word": vocabulary.place_name(SHOWN)[0],
    }


def lines(count: int, words: Vocabulary, seed: int = 1) -> Iterator[str]:
    """Exactly ``count`` different triples as lines of N-Quads, each in one named graph."""
    made = _Maker(words, random.Random(seed).random)  # noqa: S311  # nothing secret is made
    ontology = (f"{quad} .\n" for quad in words.quads)
    blocks = itertools.chain.from_iterable(map(made.block, itertools.count()))
    return itertools.islice(itertools.chain(ontology, blocks), count)


def write(count: int, path: Path, words: Vocabulary, seed: int = 1) -> None:
    """Writes a made graph of ``count`` triples to a file of N-Quads."""
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        file.writelines(lines(count, words, seed))


class _Maker:
    """Makes blocks, which have to be asked for in their order.

    ``chance`` gives numbers from 0 to 1. Of Python's random functions only that one is promised to give the
    same numbers in every version, so all choices are made from it.
    """

    def __init__(self, words: Vocabulary, chance: Callable[[], float]) -> None:
        self.words = words
        self.chance = chance
        weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words.themes) + 1)))
        self.weights = [weight / weights[-1] for weight in weights[:-1]]
        self.sure = [
            (_iri("rk", "certainty"), self.thing("certainty/stated")),
            (_iri("rk", "basis"), self.thing("basis/document-states")),
        ]

    def thing(self, path: str) -> str:
        return f"<{self.words.things}{path}>"

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[int(self.chance() * len(choices))]

    def block(self, number: int) -> Iterator[str]:
        subprefecture, first = divmod(number, MUNICIPALITIES_IN_SUBPREFECTURE)
        area = subprefecture // SUBPREFECTURES_IN_AREA
        prefecture = area // AREAS_IN_PREFECTURE
        place = Place(
            self.thing(f"municipality/made-{number}"),
            *vocabulary.place_name(number),
            self.thing(f"subprefecture/made-{subprefecture}"),
            self.thing(f"area/made-{area}"),
            self.thing(f"prefecture/made-{prefecture}"),
            WEST + self.chance() * (EAST - WEST),
            SOUTH + self.chance() * (NORTH - SOUTH),
        )
        if first == 0:
            yield from self.regions(subprefecture, place)
        yield from self.municipality(number, place)
        for asset in range(number * ASSETS, (number + 1) * ASSETS):
            yield from self.asset(asset, place)
        graph = f"projects/made-{prefecture}"
        for index in range(PROJECTS):
            yield from self.project(number, index, place, graph)

    def regions(self, number: int, place: Place) -> Iterator[str]:
        """A subprefecture and its bureau; before the first ones, the area and the prefecture they are in."""
        region = [(TYPE, _iri("rk", "Region")), ADMINISTRATIVE]
        above = [(_iri("rk", "prefecture"), place.prefecture), (INSIDE, place.prefecture)]
        if number % (SUBPREFECTURES_IN_AREA * AREAS_IN_PREFECTURE) == 0:
            kinds = [(TYPE, _iri("rk", "Prefecture")), *region]
            named = _named(f"{place.ja}県", f"{place.en} Prefecture")
            yield from self.lines(place.prefecture, "regions/prefectures", [*kinds, *named])
        if number % SUBPREFECTURES_IN_AREA == 0:
            kinds = [(TYPE, _iri("rk", "CooperationArea")), *region]
            named = _named(f"{place.ja}連携地域", f"{place.en} Cooperation Area")
            yield from self.lines(place.area, "regions/areas", [*kinds, *named, *above])
        bureau = self.thing(f"bureau/made-{number}")
        kinds = [(TYPE, _iri("rk", "Subprefecture")), *region]
        named = _named(f"{place.ja}地域", f"{place.en} Subprefecture")
        links = [(_iri("rk", "area"), place.area), (INSIDE, place.area), (_iri("rk", "bureau"), bureau)]
        graph = "regions/subprefectures"
        yield from self.lines(place.subprefecture, graph, [*kinds, *named, *links, *above])
        kinds = [(TYPE, _iri("rk", kind)) for kind in ("Bureau", "Organisation")]
        named = _named(f"{place.ja}総合振興局", f"{place.en} Subprefectural Bureau")
        links = [(_iri("rk", "jurisdiction"), place.subprefecture)]
        yield from self.lines(bureau, graph, [*kinds, *named, *links])

    def municipality(self, number: int, place: Place) -> Iterator[str]:
        suffix, sound, kind = MUNICIPALITY_KINDS[number % len(MUNICIPALITY_KINDS)]
        geometry = self.thing(f"geometry/municipality-made-{number}")
        graph = "regions/municipalities"
        statements = [
            *((TYPE, _iri("rk", kind)) for kind in ("Municipality", kind, "Region")),
            ADMINISTRATIVE,
            (TYPE, _iri("geo", "Feature")),
            *_named(f"{place.ja}{suffix}", place.en),
            (_iri("rk", "kana"), f'"{place.kana}{sound}"@ja-hrkt'),
            (_iri("rk", "code"), f'"made-{number}"'),
            (_iri("rk", "subprefecture"), place.subprefecture),
            (_iri("rk", "area"), place.area),
            (_iri("rk", "prefecture"), place.prefecture),
            *((INSIDE, region) for region in (place.subprefecture, place.area, place.prefecture)),
            *((SPATIAL, region) for region in (place.subprefecture, place.area)),
            (_iri("schema", "longitude"), f'"{place.longitude:.6f}"^^{_iri("xsd", "decimal")}'),
            (_iri("schema", "latitude"), f'"{place.latitude:.6f}"^^{_iri("xsd", "decimal")}'),
            (_iri("geo", "hasGeometry"), geometry),
        ]
        yield from self.lines(place.iri, graph, statements)
        yield from self.geometry(geometry, graph, place.longitude, place.latitude)

    def geometry(self, iri: str, graph: str, longitude: float, latitude: float) -> Iterator[str]:
        point = f'"POINT({longitude:.6f} {latitude:.6f})"^^{_iri("geo", "wktLiteral")}'
        return self.lines(iri, graph, [(TYPE, _iri("geo", "Geometry")), (_iri("geo", "asWKT"), point)])

    def asset(self, number: int, place: Place) -> Iterator[str]:
        ja, en, kind = self.one_of(ASSET_KINDS)
        geometry = self.thing(f"geometry/asset-made-{number}")
        graph = "assets/assets"
        statements = [
            *((TYPE, _iri("rk", kind)) for kind in ("Asset", kind)),
            (TYPE, _iri("schema", "Thing")),
            (TYPE, _iri("geo", "Feature")),
            *_named(f"{place.ja}{ja}", f"{place.en} {en}"),
            (_iri("rk", "municipality"), place.iri),
            (_iri("rk", "subprefecture"), place.subprefecture),
            *((SPATIAL, region) for region in (place.iri, place.subprefecture)),
            (_iri("geo", "hasGeometry"), geometry),
            *self.sure,
        ]
        yield from self.lines(self.thing(f"asset/made-{number}"), graph, statements)
        longitude = place.longitude + (self.chance() - 0.5) / 10
        latitude = place.latitude + (self.chance() - 0.5) / 10
        yield from self.geometry(geometry, graph, longitude, latitude)

    def project(self, block: int, index: int, place: Place, graph: str) -> Iterator[str]:
        slug = f"made-{block}-{index}"
        project = self.thing(f"project/{slug}")
        themes = [self.words.themes[rank] for rank in dict.fromkeys((self.rank(), self.rank()))]
        _, theme_ja, theme_en = themes[0]
        aim_ja, aim_en = self.one_of(AIMS)
        ja = f"{place.ja}の{theme_ja}{aim_ja}プロジェクト"
        en = f"Project {aim_en} {theme_en.lower()} in {place.en}"
        about = [(_iri("rk", "subprefecture"), place.subprefecture), (SPATIAL, place.subprefecture)]
        for theme, _, _ in themes:
            about += [(_iri("rk", "theme"), f"<{theme}>"), (_iri("dcterms", "subject"), f"<{theme}>")]
        for number in dict.fromkeys((block * ASSETS + index % ASSETS, self.older(block * ASSETS))):
            asset = self.thing(f"asset/made-{number}")
            about += [(_iri("rk", "asset"), asset), (_iri("dcterms", "relation"), asset)]
        initiatives = {year: self.thing(f"initiative/{slug}-{year}") for year in YEARS}
        statements = [
            *((TYPE, _iri("rk", kind)) for kind in ("Project", "BureauProject")),
            (TYPE, _iri("schema", "Project")),
            *_named(ja, en),
            (_iri("rk", "policy"), self.thing("policy/renkei-2021")),
            (_iri("rk", "area"), place.area),
            (_iri("rk", "bureau"), place.subprefecture.replace("/subprefecture/", "/bureau/")),
            *((_iri("rk", "initiative"), initiative) for initiative in initiatives.values()),
            *((HAS_PART, initiative) for initiative in initiatives.values()),
            *about,
            *self.sure,
        ]
        yield from self.lines(project, graph, statements)
        for year, initiative in initiatives.items():
            named = _named(f"{ja}（{YEARS[year]}）", f"{en} (FY{year})")
            part = [(_iri("rk", "project"), project), (PART_OF, project)]
            yield from self.initiative(initiative, year, place, graph, [*named, *part, *about])
            yield from self.claim(f"{slug}-{year}", initiative, themes[0][0], graph)

    def initiative(self, iri: str, year: int, place: Place, graph: str, known: Statements) -> Iterator[str]:
        measures = f"{self.one_of(MEANS)}、{self.one_of(MEANS)}などの取組"
        ja = f'"{self.one_of(SETTINGS)}、{place.ja}地域において{measures}を総合的に推進"@ja'
        en = f'"In {year} the region of {place.en} carries out a set of measures together."@en'
        statements = [
            (TYPE, _iri("rk", "Initiative")),
            (TYPE, _iri("prov", "Activity")),
            (TYPE, _iri("schema", "Action")),
            (_iri("rk", "fiscalYear"), self.thing(f"fiscal-year/{year}")),
            *((_iri("rk", "officialText"), ja), (_iri("schema", "description"), ja)),
            *((_iri("rk", "translatedText"), en), (_iri("schema", "description"), en)),
            *known,
            *self.sure,
        ]
        return self.lines(iri, graph, statements)

    def claim(self, slug: str, initiative: str, theme: str, graph: str) -> Iterator[str]:
        statements = [
            (TYPE, _iri("rk", "Claim")),
            (TYPE, _iri("rdf", "Statement")),
            (_iri("rdf", "subject"), initiative),
            (_iri("rdf", "predicate"), _iri("rk", "theme")),
            (_iri("rdf", "object"), f"<{theme}>"),
            *self.sure,
        ]
        return self.lines(self.thing(f"claim/{slug}-theme"), graph, statements)

    def rank(self) -> int:
        """A theme's place in the order of frequency, by Zipf's law."""
        return bisect(self.weights, self.chance())

    def older(self, bound: int) -> int:
        """A number below ``bound``, or 0; small ones are much more frequent."""
        return int(self.chance() ** 3 * bound)

    def lines(self, subject: str, graph: str, statements: Statements) -> Iterator[str]:
        end = f" <{self.words.graphs}{graph}> .\n"
        return (f"{subject} {predicate} {value}{end}" for predicate, value in statements)


def _named(ja: str, en: str) -> Statements:
    return [(LABEL, f'"{ja}"@ja'), (LABEL, f'"{en}"@en'), (NAME, f'"{ja}"@ja'), (NAME, f'"{en}"@en')]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.made", description="Makes a graph as N-Quads."
    )
    parser.add_argument("triples", type=int, help="how many triples")
    parser.add_argument("file", type=Path, help="the file of N-Quads to write")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives another graph")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder of the real project")
    given = parser.parse_args()
    started = time.perf_counter()
    write(given.triples, given.file, vocabulary.read(given.project), given.seed)
    print(f"{given.triples} triples in {time.perf_counter() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
