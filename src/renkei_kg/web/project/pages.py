"""Has projects, what they are about, and documents shown by their own pages."""

from renkei_kg.namespaces import RK, SKOS
from renkei_kg.web.linked.kinds import asking, register
from renkei_kg.web.project import papers, queries, subjects, works

CLAIMS = {"readings": queries.CLAIMS}


def install() -> None:
    """Has the classes shown by their templates."""
    register(RK.Project, "project.html", works.project, asking(queries.filled, {**works.PROJECT, **CLAIMS}))
    register(
        RK.Initiative,
        "initiative.html",
        works.initiative,
        asking(queries.filled, {**works.INITIATIVE, **CLAIMS}),
    )
    register(RK.Theme, "theme.html", subjects.theme, asking(queries.filled, subjects.THEME))
    register(SKOS.ConceptScheme, "scheme.html", subjects.scheme)
    register(RK.Asset, "asset.html", subjects.asset, asking(queries.filled, {**subjects.ASSET, **CLAIMS}))
    register(RK.Designation, "designation.html", subjects.designation)
    register(RK.Actor, "actor.html", subjects.actor, asking(queries.filled, subjects.ACTOR))
    register(RK.SourceDocument, "document.html", papers.document)
    register(RK.DocumentPage, "document.html", papers.page)
    register(
        RK.Evidence,
        "evidence.html",
        papers.evidence,
        asking(queries.filled, {**papers.EVIDENCE, "readings": queries.SUPPORTED}),
    )
