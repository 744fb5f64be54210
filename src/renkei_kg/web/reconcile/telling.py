"""Entities, types and candidates as JSON (specification 0.2, sections 2 and 4.2)."""

from collections.abc import Iterable
from typing import Any, Final

from renkei_kg.web.reconcile.current import Asked
from renkei_kg.web.reconcile.matching import Candidate

MOST_AROUND: Final = 4
Object = dict[str, Any]


class Teller:
    """Tells of some entities, whose types are named by one query for all."""

    def __init__(self, asked: Asked, entities: Iterable[int]) -> None:
        self._asked, self._entities = asked, asked.entities
        self._refs = asked.named({one for n in entities for one in self._entities.shown_types(n)})
        self._between = "、" if asked.page.lang == "ja" else ", "

    def name(self, entity: int) -> str:
        """The name of an entity in the language of the answer."""
        return self._entities.label(entity, self._asked.page.lang)

    def types(self, entity: int) -> list[Object]:
        """The types of an entity, the most specific first."""
        return [{"id": iri, "name": self._refs.term(iri).text} for iri in self._entities.shown_types(entity)]

    def description(self, entity: int) -> str:
        """What an entity is and where, to tell it from its namesakes."""
        kinds = [one["name"] for one in self.types(entity)[:1]]
        around = (one if isinstance(one, str) else self.name(one) for one in self._entities.around[entity])
        places = [one for one in dict.fromkeys(around) if one != self.name(entity)]
        return self._between.join([*kinds, *places[:MOST_AROUND]])

    def candidate(self, one: Candidate) -> Object:
        """A candidate with its score, and what that is made of."""
        return {
            "id": self._entities.iris[one.entity],
            "name": self.name(one.entity),
            "description": self.description(one.entity),
            "type": self.types(one.entity),
            "score": one.score,
            "match": one.match,
            "features": [{"id": name, "value": value} for name, value in one.features],
        }

    def suggestion(self, entity: int) -> Object:
        """An entity as it is suggested."""
        return {
            "id": self._entities.iris[entity],
            "name": self.name(entity),
            "description": self.description(entity),
            "notable": self.types(entity),
        }


def results(asked: Asked, found: dict[str, list[Candidate]]) -> Object:
    """A reconciliation result batch."""
    teller = Teller(asked, {one.entity for some in found.values() for one in some})
    return {key: {"result": [teller.candidate(one) for one in some]} for key, some in found.items()}
