"""What the site says of itself: what the data is, where it is from and on what terms, and how good it is. All
of it is told by the graph, the manifest and the report of the version that is shown."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.namespaces import DCTERMS, FOAF, PREFIXES, RK, Namespace
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.pages import behind
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.shown import Ref, Value
from renkei_kg.web.linked.view import Row, Term, View, values
from renkei_kg.web.reference import queries
from renkei_kg.web.reference.report import Found, Report

DCAT: Final = Namespace(PREFIXES["dcat"])
KINDS: Final = (RK.Project, RK.Initiative, RK.Claim, RK.Evidence)
SHOWN: Final = 100
SITES: Final = 12
LICENCE: Final = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)/?")
Said = dict[NamedNode, list[Term]]


def told(view: View, page: Page, found: Report | None) -> dict[str, Any]:
    """What the page shows. Raises EngineError."""
    dataset = _said(view.rows(queries.DATASET.format(dataset=view.dataset))) if view.dataset else {}
    unverified_query = queries.UNVERIFIED.format(language=page.lang)
    documents = view.rows(queries.DOCUMENTS)
    terms = view.rows(queries.TERMS.format(graphs=values(view.manifest["graphs"])))
    credited, sites = view.rows(queries.CREDITS), view.rows(queries.SITES)
    areas, certain = view.rows(queries.COMPLETE), view.rows(queries.CERTAIN)
    unverified, assets = view.rows(unverified_query), view.rows(queries.ASSETS)
    shown = found.findings[:SHOWN] if found else ()
    every = (*documents, *terms, *areas, *certain, *unverified)
    mentioned = [one.value for row in every for one in row if isinstance(one, NamedNode)]
    mentioned += [one.value for some in dataset.values() for one in some if isinstance(one, NamedNode)]
    mentioned += [one.shape for one in shown if one.shape]
    mentioned += [one.focus.value for one in shown if isinstance(one.focus, NamedNode)]
    names = refs(view, page, linked().names, [*mentioned, *(one.value for one in KINDS)])
    return {
        "title": _best(names, dataset.get(DCTERMS.title, ())),
        "description": _best(names, dataset.get(DCTERMS.description, ())),
        "rights": _best(names, dataset.get(DCTERMS.rights, ())),
        "publisher": _links(names, dataset.get(DCTERMS.publisher, ())),
        "licences": _links(names, dataset.get(DCTERMS.license, ())),
        "contacts": _contacts(names, dataset, itself=f"{view.dataset}/contact"),
        "documents": [names.thing(row[0].value) for row in documents],
        "parts": _parts(names, terms),
        "credits": _spoken(names, [row[0] for row in credited]),
        "sites": [(row[0].value, int(row[1].value)) for row in sites[:SITES]],
        "all_sites": len(sites),
        "sites_behind": behind(view, page, queries.SITES),
        "manifest": view.manifest,
        "dataset": view.dataset,
        "report": found,
        "findings": [_finding(names, one) for one in shown],
        "areas": _areas(names, areas),
        "areas_behind": behind(view, page, queries.COMPLETE),
        "certain": _certain(names, certain),
        "certain_behind": behind(view, page, queries.CERTAIN),
        "unverified": [(names.thing(asset.value), None if n is None else n.value) for asset, n in unverified],
        "unverified_behind": behind(view, page, unverified_query),
        "assets": int(assets[0][0].value),
    }


def _said(rows: Iterable[Row]) -> Said:
    found: Said = {}
    for property_, value in rows:
        found.setdefault(property_, []).append(value)
    return found


def _best(names: Refs, said: Iterable[Term]) -> Value | None:
    """A text in the page's language; in another, marked as such, when there is none."""
    texts = sorted((one for one in said if isinstance(one, Literal)), key=str)
    texts.sort(key=lambda one: one.language != names.page.lang)
    return names.value(texts[0]) if texts else None


def _spoken(names: Refs, said: Iterable[Term]) -> list[Value]:
    """The texts in the page's language; all of them, when none is."""
    texts = [names.value(one) for one in said if isinstance(one, Literal)]
    return [one for one in texts if not one.lang] or texts


def _links(names: Refs, said: Iterable[Term]) -> list[Ref]:
    return [_named(names.thing(one.value)) for one in said if isinstance(one, NamedNode)]


def _named(ref: Ref) -> Ref:
    """A licence of Creative Commons by the name that its IRI gives it."""
    found = LICENCE.fullmatch(ref.iri)
    return replace(ref, text=f"CC {found[1].upper()} {found[2]}") if found else ref


def _contacts(names: Refs, dataset: Said, itself: str) -> list[Ref]:
    """Where one can write to: an address of mail is shown as such. What leads to this page (``itself``) is
    left out: it is made where the project names no contact."""
    said = [o for p in (DCAT.contactPoint, FOAF.homepage, FOAF.mbox) for o in dataset.get(p, ())]
    found = []
    for one in said:
        if not isinstance(one, NamedNode) or one.value == itself:
            continue
        mail = one.value.startswith("mailto:")
        found.append(
            Ref(one.value, one.value.removeprefix("mailto:"), one.value) if mail else names.thing(one.value)
        )
    return found


def _parts(names: Refs, rows: Iterable[Row]) -> list[tuple[Ref, dict[str, list[Value]]]]:
    """Graphs that have a licence, sources or credits of their own."""
    found = []
    for part, rest in groupby(rows, key=lambda row: row[0]):
        said = _said((row[1], row[2]) for row in rest)
        told = {
            "licence": [Value(one) for one in _links(names, said.get(DCTERMS.license, ()))],
            "source": [names.value(one) for one in said.get(DCTERMS.source, ())],
            "rights": _spoken(names, said.get(DCTERMS.rights, ())),
        }
        found.append((names.thing(part.value), told))
    return found


def _finding(names: Refs, one: Found) -> dict[str, Any]:
    text, language = one.message(names.page.lang)
    return {
        "severity": one.severity,
        "focus": names.value(one.focus),
        "shape": names.thing(one.shape) if one.shape else None,
        "text": text,
        "lang": names.other(language),
    }


def _areas(names: Refs, rows: Iterable[Row]) -> list[tuple[Ref, int, int, int]]:
    return [(names.thing(area.value), int(a.value), int(b.value), int(c.value)) for area, a, b, c in rows]


def _certain(names: Refs, rows: list[Row]) -> dict[str, Any]:
    """How many things of each kind have each degree of certainty, the surest first."""
    degrees = list(dict.fromkeys(row[0].value for row in rows))
    counted = {(row[0].value, row[1].value): int(row[2].value) for row in rows}
    kinds = [one.value for one in KINDS if any((degree, one.value) in counted for degree in degrees)]
    table = [(names.term(kind), [counted.get((degree, kind), 0) for degree in degrees]) for kind in kinds]
    return {"degrees": [names.thing(one) for one in degrees], "rows": table}
