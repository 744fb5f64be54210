"""What is claimed of a thing, as a page says it: how certain each reading is, on what ground, by which words,
and what else the document could mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import RK
from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.pages import Behind, behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Ref, Value
from renkei_kg.web.project import queries
from renkei_kg.web.project.passages import Passage, passages

UNSURE: Final = ("medium", "low")
FIRST: Final = ("area", "bureau", "project", "theme", "asset", "actor")
SEVERAL: Final = ("basis", "alternative", "evidence", "source", "note")


@dataclass
class Reading:
    """A statement and what supports it. ``claims`` are what it is stated of, each with the claim itself."""

    term: Ref
    value: Value
    certainty: Ref
    claims: list[tuple[Ref, Ref]] = field(default_factory=list)
    bases: list[Ref] = field(default_factory=list)
    alternatives: list[Ref] = field(default_factory=list)
    sources: list[Ref] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    @property
    def level(self) -> str:
        """The name of its certainty."""
        return self.certainty.iri.rpartition("/")[2]

    @property
    def name(self) -> str:
        """What is read, by its name; empty when it has none."""
        ref = self.value.ref
        return self.value.text if ref is None else "" if ref.iri.endswith(ref.text) else ref.text

    @property
    def unsure(self) -> bool:
        """Whether another reading is to be kept in mind."""
        return self.level in UNSURE or bool(self.alternatives)

    @property
    def possible(self) -> bool:
        """Whether it is only claimed, and not stated."""
        return self.level == "low"


@dataclass(frozen=True)
class Readings:
    """All that is claimed of a thing, the words that this rests on, and the query that finds it."""

    items: list[Reading]
    passages: list[Passage]
    behind: Behind

    @property
    def unsure(self) -> list[tuple[Reading, list[str]]]:
        """Those that another reading is possible beside, each with the names of what is read; readings of
        several things for the same reason are one."""
        found: dict[object, tuple[Reading, list[str]]] = {}
        for one in self.items:
            if one.unsure:
                others = tuple(ref.iri for ref in one.alternatives)
                same = (one.term, one.certainty, tuple(one.notes), others, one.claims[0][0])
                _, names = found.setdefault(same, (one, []))
                names += [one.name] if one.name else []
        return list(found.values())

    def of(self, thing: str, *properties: NamedNode) -> list[Reading]:
        """Those that say something of a thing by some properties."""
        wanted = {one.value for one in properties}
        return [
            one
            for one in self.items
            if one.term.iri in wanted and any(about.iri == thing for about, _ in one.claims)
        ]


def readings(about: About, query: str = queries.CLAIMS) -> Readings:
    """What is claimed of the thing of a page and of its parts. Raises EngineError."""
    text = queries.filled(query, about.found.iri, about.page.lang)
    claims = _claims(about.view.table(text))
    named = about.refs_of(
        {one.value for said in claims.values() for one in _terms(said) if isinstance(one, NamedNode)}
    )
    items = _merged(claims, named)
    own = [one.value for one in about.found.values(RK.evidence) if isinstance(one, NamedNode)]
    words = passages(about, [*own, *(iri for one in items for iri in one.evidence)])
    numbered = {part.ref.iri: part for one in words for part in one.all}
    for one in items:
        one.passages = sorted(
            (numbered[iri] for iri in one.evidence if iri in numbered), key=lambda part: part.number
        )
    return Readings(items, words, behind(about.view, about.page, text))


def _claims(rows: Iterable[dict[str, Any]]) -> dict[NamedNode, dict[str, Any]]:
    """Each claim once; of what it can have several of, all."""
    found: dict[NamedNode, dict[str, Any]] = {}
    for row in rows:
        said = found.setdefault(row["claim"], {**row, **{name: [] for name in SEVERAL}})
        for name in SEVERAL:
            if row[name] is not None and row[name] not in said[name]:
                said[name].append(row[name])
    return found


def _terms(said: dict[str, Any]) -> Iterable[Any]:
    for one in said.values():
        yield from one if isinstance(one, list) else (one,)


def _merged(claims: dict[NamedNode, dict[str, Any]], named: Refs) -> list[Reading]:
    """Readings in the order in which a reader asks; what is claimed alike of a thing and its parts is one."""
    found: dict[object, Reading] = {}
    for claim, said in claims.items():
        same = (
            said["property"],
            said["value"],
            said["certainty"],
            *(tuple(sorted(map(str, said[n]))) for n in SEVERAL),
        )
        reading = found.get(same)
        if reading is None:
            found[same] = reading = Reading(
                named.term(said["property"].value),
                named.value(said["value"]),
                named.thing(said["certainty"].value),
                bases=[named.thing(one.value) for one in said["basis"]],
                alternatives=[named.thing(one.value) for one in said["alternative"]],
                sources=[named.thing(one.value) for one in said["source"]],
                notes=[one.value for one in said["note"] if isinstance(one, Literal)],
                evidence=[one.value for one in said["evidence"]],
            )
        reading.claims.append((named.thing(said["about"].value), named.thing(claim.value)))
    for reading in found.values():
        reading.claims.sort(key=lambda one: (one[0].iri, one[1].iri))
    return sorted(found.values(), key=_place)


def _place(one: Reading) -> tuple[int, str, str]:
    name = one.term.iri.removeprefix(RK.iri)
    place = FIRST.index(name) if name in FIRST else len(FIRST)
    return place, one.term.iri, one.value.ref.text if one.value.ref else one.value.text
