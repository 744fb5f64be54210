"""Has projects, what they are about, and documents shown by their own pages."""

from renkei_kg.namespaces import RK, SKOS
from renkei_kg.web.linked.kinds import register
from renkei_kg.web.project import papers, subjects, works


def install() -> None:
    """Has the classes shown by their templates."""
    register(RK.Project, "project.html", works.project)
    register(RK.Initiative, "initiative.html", works.initiative)
    register(RK.Theme, "theme.html", subjects.theme)
    register(SKOS.ConceptScheme, "scheme.html", subjects.scheme)
    register(RK.Asset, "asset.html", subjects.asset)
    register(RK.Designation, "designation.html", subjects.designation)
    register(RK.Actor, "actor.html", subjects.actor)
    register(RK.SourceDocument, "document.html", papers.document)
    register(RK.DocumentPage, "document.html", papers.page)
    register(RK.Evidence, "evidence.html", papers.evidence)
