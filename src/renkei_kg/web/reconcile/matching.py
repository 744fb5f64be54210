"""From queries to candidates: names, types and other columns weighed together, and which candidate is sure
enough to be taken without asking (specification 0.2, sections 4.2 and 4.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from renkei_kg.web.linked.names import Schema
from renkei_kg.web.linked.view import View
from renkei_kg.web.reconcile import asked
from renkei_kg.web.reconcile.asked import Sought
from renkei_kg.web.reconcile.evidence import Evidence, Stated
from renkei_kg.web.reconcile.index import Index
from renkei_kg.web.reconcile.likeness import Likeness, alike

# A candidate is taken when its score is this, and no other has more than a share of that.
ENOUGH: Final = 75.0
RIVAL: Final = 0.8
OTHER_TYPE: Final = 0.5
DISAGREES: Final = 0.5
LACKS: Final = 0.7
LOOKED_AT: Final = 50
Feature = tuple[str, float | bool]


@dataclass(frozen=True)
class Candidate:
    """An entity that may be meant: its number, the score from 0 to 100, whether it is surely meant, and what
    the score is made of."""

    entity: int
    score: float
    match: bool
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class _Weighed:
    likeness: Likeness | None
    entity: int
    score: float
    type_fits: bool | None
    told: tuple[tuple[str, bool | None], ...]


class Matcher:
    """Answers the batches of one version."""

    def __init__(self, view: View, index: Index, schema: Schema) -> None:
        self._view, self._index, self._schema = view, index, schema

    def match(self, queries: dict[str, Sought]) -> dict[str, list[Candidate]]:
        """The candidates of each query, the best first. Raises EngineError."""
        evidence = Evidence(self._view, self._index)
        found = {key: self._found(one, evidence) for key, one in queries.items()}
        properties = {clue.property for one in queries.values() for clue in one.clues}
        everyone = {entity for some in found.values() for entity in some} if properties else set()
        stated = evidence.stated(everyone, properties)
        return {key: self._weighed(one, found[key], evidence, stated) for key, one in queries.items()}

    def _found(self, sought: Sought, evidence: Evidence) -> dict[int, Likeness | None]:
        """The entities to look at: by name, or by the properties where no name is given."""
        found: dict[int, Likeness | None] = {}
        if sought.query:
            likes = alike(self._index, sought.query)
            named = self._index.entities.numbers.get(asked.thing(sought.query, self._view.addresses.base))
            if named is not None:
                likes[named] = Likeness(named, 100.0, 100.0, identifier=True)
            fitting = [
                one for one in likes.values() if self._fits(sought, one.entity) or sought.strict == "should"
            ]
            best = sorted(fitting, key=lambda one: -one.score)[:LOOKED_AT]
            found |= {one.entity: one for one in best}
        elif sought.clues:
            holders = evidence.holders(sought.clues, self._below(sought.types))
            found |= dict.fromkeys(sorted(one for one in holders if self._fits(sought, one)))
        return found

    def _below(self, types: Iterable[str]) -> set[str]:
        """Some classes and all below them."""
        wanted = {one for one in types if one}
        return wanted | {one for one, above in self._schema.classes.items() if above & wanted}

    def _fits(self, sought: Sought, entity: int) -> bool:
        """Whether an entity is of the types that are asked for."""
        if not sought.types:
            return True
        own = self._index.entities.types[entity]
        every = {*own, *(above for one in own for above in self._schema.classes.get(one, ()))}
        return (all if sought.strict == "all" else any)(one in every for one in sought.types)

    def _weighed(
        self, sought: Sought, found: dict[int, Likeness | None], evidence: Evidence, stated: Stated
    ) -> list[Candidate]:
        iris = self._index.entities.iris
        told = {
            entity: tuple(
                (clue.asked, evidence.agrees(clue, stated.get((iris[entity], clue.property), [])))
                for clue in sought.clues
            )
            for entity in found
        }
        confirmed = {name for some in told.values() for name, agrees in some if agrees}
        weighed = [self._score(sought, entity, found[entity], told[entity], confirmed) for entity in found]
        weighed.sort(key=lambda one: (-one.score, one.entity))
        rival = weighed[1].score if len(weighed) > 1 else 0.0
        return [
            Candidate(
                one.entity,
                one.score,
                place == 0 and one.score >= ENOUGH and rival <= one.score * RIVAL,
                tuple(_features(one)),
            )
            for place, one in enumerate(weighed[: sought.limit])
        ]

    def _score(
        self,
        sought: Sought,
        entity: int,
        likeness: Likeness | None,
        told: tuple[tuple[str, bool | None], ...],
        confirmed: set[str],
    ) -> _Weighed:
        agreed = sum(1 for _, agrees in told if agrees)
        if likeness is None:
            score = 100.0 * agreed / max(len(told), 1)
        else:
            score = likeness.score
            for name, agrees in told:
                if agrees is False:
                    score *= DISAGREES
                elif agrees is None and name in confirmed:
                    score *= LACKS
            if told:
                score += (100.0 - score) * score / 100.0 * agreed / (2 * len(told))
        fits = self._fits(sought, entity) if sought.types else None
        if fits is False:
            score *= OTHER_TYPE
        return _Weighed(likeness, entity, round(score, 1), fits, told)


def _features(one: _Weighed) -> Iterable[Feature]:
    """What a score is made of, by the names that docs/reconciliation.md explains."""
    if one.likeness is not None:
        like = one.likeness
        yield "name", round(like.score, 1)
        yield "spelling", round(like.spelling, 1)
        yield "ending", like.ending
        yield "label", like.label
        yield "whole", like.whole
        yield "context", like.context
        yield "identifier", like.identifier
    if one.type_fits is not None:
        yield "type", one.type_fits
    for name, agrees in dict(one.told).items():
        if agrees is not None:
            yield f"property:{name}", agrees
