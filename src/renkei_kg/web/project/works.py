"""The pages of a project and of an initiative, which is what a project does in one fiscal year."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import RK
from renkei_kg.web.geo.drawing import locator
from renkei_kg.web.geo.listing import Item, listings
from renkei_kg.web.linked.kinds import About
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.project import queries
from renkei_kg.web.project.readings import Readings, readings

PROJECT: Final = {
    "initiatives": queries.INITIATIVES,
    "subjects": queries.SUBJECTS,
    "related": queries.RELATED,
}
INITIATIVE: Final = {"siblings": queries.SIBLINGS, "subjects": queries.SUBJECTS}
# What is said first: a property, and the one for values that are only possible
FACTS: Final = (
    (RK.project, None),
    (RK.fiscalYear, None),
    (RK.area, RK.possibleArea),
    (RK.bureau, RK.possibleBureau),
    (RK.subprefecture, None),
    (RK.policy, None),
)


@dataclass(frozen=True)
class Fact:
    """Something that a thing stands in relation to; ``possible`` says that another reading denies it."""

    ref: Ref
    certainty: Ref | None = None
    possible: bool = False


@dataclass
class Related:
    """Another project, and what it has in common with the one of the page."""

    project: Ref
    assets: list[Ref] = field(default_factory=list)
    themes: list[Ref] = field(default_factory=list)


def project(about: About) -> dict[str, Any]:
    """What the page of a project needs. Raises EngineError."""
    shown = _shown(about, PROJECT)
    shown["others"] = _related(shown["related"].items)
    return shown


def initiative(about: About) -> dict[str, Any]:
    """What the page of an initiative needs. Raises EngineError."""
    shown = _shown(about, INITIATIVE)
    texts = {
        p: [o for o in about.found.values(p) if isinstance(o, Literal)]
        for p in (RK.officialText, RK.translatedText)
    }
    shown["official_text"] = next(iter(texts[RK.officialText]), None)
    shown["translated_text"] = next(iter(texts[RK.translatedText]), None)
    return shown


def _shown(about: About, asked: dict[str, str]) -> dict[str, Any]:
    here, page = about.found.iri, about.page
    filled = {name: queries.filled(text, here, page.lang) for name, text in asked.items()}
    found, _ = listings(about.view, page, filled)
    shown: dict[str, Any] = dict(found)
    shown["readings"] = readings(about)
    shown["facts"] = facts(about, shown["readings"])
    shown["by_property"] = by_property(shown["subjects"].items)
    shown["locator"] = locator(about.view, page, iris(about, RK.subprefecture))
    return shown


def iris(about: About, *properties: NamedNode) -> list[str]:
    """The things that the thing of a page points to by some properties."""
    return [o.value for p in properties for o in about.found.values(p) if isinstance(o, NamedNode)]


def facts(about: About, said: Readings) -> list[tuple[Ref, list[Fact]]]:
    """Where a project or initiative belongs, how certain that is, and where it may belong."""
    found: list[tuple[NamedNode, list[tuple[str, bool]]]] = []
    for property_, possible in FACTS:
        values = [(iri, False) for iri in iris(about, property_)]
        values += [(iri, True) for iri in iris(about, possible)] if possible else []
        if values:
            found.append((property_, values))
    named = about.refs_of(iri for p, values in found for iri in (p.value, *(iri for iri, _ in values)))
    shown = []
    for property_, values in found:
        sure = {
            one.value.ref.iri: one.certainty for one in said.of(about.found.iri, property_) if one.value.ref
        }
        refs = [Fact(named.thing(iri), sure.get(iri), possible) for iri, possible in values]
        refs.sort(key=lambda one: (one.possible, one.ref.text))
        shown.append((named.term(property_.value), refs))
    return shown


def by_property(items: Iterable[Item]) -> dict[str, list[Ref]]:
    """The things of a list by the name of the property that leads to them."""
    found: dict[str, list[Ref]] = {"theme": [], "asset": [], "actor": []}
    for one in items:
        found[one["property"].iri.removeprefix(RK.iri)].append(one["thing"])
    return found


def _related(items: Iterable[Item]) -> list[Related]:
    found: dict[str, Related] = {}
    for one in items:
        other = found.setdefault(one["project"].iri, Related(one["project"]))
        (other.assets if one["property"].iri == RK.asset.value else other.themes).append(one["shared"])
    return list(found.values())
