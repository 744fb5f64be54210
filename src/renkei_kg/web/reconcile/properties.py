"""The types and properties of a version with what they are called, for suggestions and proposals."""

from typing import Any, Final

from renkei_kg.namespaces import ONTOLOGY
from renkei_kg.web.linked.names import short
from renkei_kg.web.reconcile import names as forms
from renkei_kg.web.reconcile.current import Asked, counted

OF_TYPE: Final = "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{type}> ; ?p ?o }} GROUP BY ?p"
Object = dict[str, Any]


def types(asked: Asked) -> list[Object]:
    """The types that entities have, those of most entities first, each with those right above it."""
    of_type = asked.entities.of_type
    shown = asked.entities.every_type
    named = asked.named(shown)
    above = {iri: asked.schema.classes.get(iri, frozenset()) & frozenset(shown) - {iri} for iri in shown}

    def told(iri: str) -> Object:
        return {"id": iri, "name": named.term(iri).text}

    def direct(iri: str) -> list[str]:
        farther = {far for near in above[iri] for far in above[near]}
        return sorted(above[iri] - farther)

    return [
        {
            **told(iri),
            "description": f"{short(iri)} ({len(of_type[iri]):,})",
            **({"broader": [told(one) for one in direct(iri)]} if above[iri] else {}),
        }
        for iri in shown
    ]


def properties(asked: Asked, type_: str = "") -> list[Object]:
    """The properties that things have, or those of a type, the most used first, and of these those of
    the ontology. Raises EngineError."""
    counts = counted(asked.view, OF_TYPE.format(type=type_)) if type_ else asked.properties
    named = asked.named(counts)
    return [
        {"id": iri, "name": named.term(iri).text, "description": short(iri)}
        for iri in sorted(counts, key=lambda iri: (-counts[iri], not iri.startswith(ONTOLOGY), iri))
    ]


def begun(found: list[Object], prefix: str) -> list[Object]:
    """Those whose name, identifier or short identifier begin with what is typed, then those that have it
    inside."""
    typed = forms.joined(forms.folded(prefix))
    ranked = []
    for place, one in enumerate(found):
        written = [
            one["name"],
            one["id"],
            one["description"],
            one["id"].rpartition("#")[2].rpartition("/")[2],
        ]
        keys = [forms.joined(forms.folded(text)) for text in written]
        if any(key.startswith(typed) for key in keys):
            ranked.append((0, place, one))
        elif any(typed in key for key in keys):
            ranked.append((1, place, one))
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])]
