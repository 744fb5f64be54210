"""One page of each kind, by its path."""

from tests.serving import Server

RK = "PREFIX rk: <https://w3id.org/renkei/ontology#>\n"
THINGS = {
    "area": "rk:CooperationArea",
    "subprefecture": "rk:Subprefecture",
    "bureau": "rk:Bureau",
    "municipality": "rk:Municipality",
    "project": "rk:Project",
    "initiative": "rk:Initiative",
    "theme": "rk:Theme",
    "asset": "rk:Asset",
    "document": "rk:SourceDocument",
    "evidence": "rk:Evidence",
    "claim": "rk:Claim",
}
FIXED = {
    "home": "/",
    "map": "/map",
    "browse": "/browse",
    "search": "/search?q=%E6%B4%9E%E7%88%BA",
    "query": "/query",
    "gallery": "/queries",
    "example": "/queries/world-heritage",
    "catalog": "/catalog",
    "dataset": "/dataset/projects",
    "versions": "/snapshots",
    "cite": "/cite",
    "series": "/dataset/renkei/versions",
    "api": "/api",
    "features": "/reconcile/features",
    "ontology": "/ontology",
    "shapes": "/shapes",
    "about": "/about",
    "answer": "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+5&format=html",
}


def first(server: Server, kind: str) -> str:
    """The path of the page of the first thing of a kind, by its IRI."""
    text = f"{RK}SELECT ?thing {{ ?thing a {THINGS[kind]} }} ORDER BY ?thing LIMIT 1"
    iri = server.ask(text, accept="text/csv").body.decode().split()[1]
    return "/page/" + iri.partition("/id/")[2]


def path(server: Server, kind: str, language: str) -> str:
    """The path of a page of a kind in a language."""
    found = FIXED.get(kind) or first(server, kind)
    return f"{found}{'&' if '?' in found else '?'}lang={language}"
