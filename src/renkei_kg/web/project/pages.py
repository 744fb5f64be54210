"""Has projects, what they are about, and documents shown by their own pages."""

from functools import partial

from renkei_kg.namespaces import RK, SKOS
from renkei_kg.web.linked.kinds import register
from renkei_kg.web.project import papers, queries, subjects, works

CLAIMS = {"readings": queries.CLAIMS}


def install() -> None:
    """Has the classes shown by their templates."""
    register(RK.Project, "project.html", works.project, partial(_asks, {**works.PROJECT, **CLAIMS}))
    register(
        RK.Initiative, "initiative.html", works.initiative, partial(_asks, {**works.INITIATIVE, **CLAIMS})
    )
    register(RK.Theme, "theme.html", subjects.theme, partial(_asks, subjects.THEME))
    register(SKOS.ConceptScheme, "scheme.html", subjects.scheme)
    register(RK.Asset, "asset.html", subjects.asset, partial(_asks, {**subjects.ASSET, **CLAIMS}))
    register(RK.Designation, "designation.html", subjects.designation)
    register(RK.Actor, "actor.html", subjects.actor, partial(_asks, subjects.ACTOR))
    register(RK.SourceDocument, "document.html", papers.document)
    register(RK.DocumentPage, "document.html", papers.page)
    register(
        RK.Evidence,
        "evidence.html",
        papers.evidence,
        partial(_asks, {**papers.EVIDENCE, "readings": queries.SUPPORTED}),
    )


def _asks(asked: dict[str, str], iri: str, language: str) -> list[str]:
    return [queries.filled(text, iri, language) for text in asked.values()]
