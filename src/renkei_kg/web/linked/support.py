"""What supports the statements of a thing, as a page shows it: claims about them, and words of documents."""

from collections import defaultdict

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, RDF, RK, SKOS
from renkei_kg.web.linked.description import Description, grouped
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Claim, Quote, Ref
from renkei_kg.web.linked.view import Term


class Support:
    """The claims and the evidence of one description."""

    def __init__(self, refs: Refs, found: Description) -> None:
        self._refs, self._found = refs, found
        self._said = grouped(found.claims)
        self.claims: dict[tuple[str, Term], list[Claim]] = defaultdict(list)
        for subject, said in self._said.items():
            if NamedNode(found.iri) in said.get(RDF.subject, ()):
                self._note(subject, said)

    def _note(self, subject: Term, said: dict[NamedNode, list[Term]]) -> None:
        """Notes a claim under each statement that it is about."""
        for property_ in said.get(RDF.predicate, []):
            if isinstance(property_, NamedNode):
                for value in said.get(RDF.object, []):
                    self.claims[property_.value, value].append(self._claim(subject, said))

    @property
    def readings(self) -> list[Claim]:
        """What is claimed but not stated, because it is not certain enough."""
        stated = {(one.triple.predicate.value, one.triple.object) for one in self._found.own}
        loose = []
        for (property_, value), claims in self.claims.items():
            for claim in claims if (property_, value) not in stated else ():
                claim.property, claim.value = self._refs.term(property_), self._refs.value(value)
                loose.append(claim)
        return loose

    @property
    def quotes(self) -> list[Quote]:
        """The words of documents that the thing as a whole rests on."""
        return [quote for one in self._found.values(RK.evidence) for quote in self._quotes(one)]

    def _claim(self, subject: Term, said: dict[NamedNode, list[Term]]) -> Claim:
        certainties = self._things(said, RK.certainty)
        notes = [one for one in said.get(SKOS.note, []) if isinstance(one, Literal)]
        return Claim(
            self._refs.thing(subject.value).href if isinstance(subject, NamedNode) else "",
            certainty=certainties[0] if certainties else None,
            bases=self._things(said, RK.basis),
            quotes=[quote for one in said.get(RK.evidence, []) for quote in self._quotes(one)],
            sources=self._things(said, DCTERMS.source),
            alternatives=self._things(said, RK.alternative),
            notes=[self._refs.value(one) for one in notes if one.language in (None, self._refs.page.lang)],
        )

    def _things(self, said: dict[NamedNode, list[Term]], property_: NamedNode) -> list[Ref]:
        return [self._refs.thing(o.value) for o in said.get(property_, []) if isinstance(o, NamedNode)]

    def _quotes(self, evidence: Term) -> list[Quote]:
        said = self._said.get(evidence, {})
        href = self._refs.thing(evidence.value).href if isinstance(evidence, NamedNode) else ""
        return [
            Quote(one.value, self._refs.other(one.language), href, self._things(said, RK.page))
            for one in said.get(RK.quote, [])
            if isinstance(one, Literal)
        ]
