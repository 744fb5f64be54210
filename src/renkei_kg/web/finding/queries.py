"""The list of things as a query in SPARQL, for whoever wants to go on from it; and the search by words."""

from typing import Final

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.finding.choice import Choice
from renkei_kg.web.finding.facets import FACETS

SEARCH: Final = "(?thing ?score) text:query ({words} {most}) ."
RANKED: Final = f"SELECT ?thing ?score {{{{ {SEARCH} }}}} ORDER BY DESC(?score) ?thing"
TEXTS: Final = """SELECT ?thing ?property ?text {{
    VALUES ?thing {{ {things} }} VALUES ?property {{ {properties} }} ?thing ?property ?text
    FILTER(isLiteral(?text))
}}"""
ORDERS: Final = {
    "relevance": "DESC(?best) ?thing",
    "name": "{by_name} ?thing",
    "newest": "DESC(?latest) {by_name} ?thing",
}


def quoted(words: str) -> str:
    """Words as a string of SPARQL (SPARQL 1.1, section 19.7)."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text(choice: Choice, language: str, most: int) -> str:
    """The query that gives the rows of the list, all of them."""
    shown, lines = ["?thing", "(MIN(?label) AS ?name)"], []
    if choice.words:
        shown.append("(MAX(?score) AS ?best)")
        lines.append(SEARCH.format(words=quoted(choice.words), most=most))
    for facet in FACETS:
        if values := choice.values[facet.key]:
            iris = " ".join(f"<{iri}>" for iri in values)
            lines += [f"VALUES ?{facet.key} {{ {iris} }}", facet.pattern]
    lines += [
        "?thing a ?class ; rdfs:label ?any .",
        "FILTER(isIRI(?thing) && STRSTARTS(STR(?class), STR(rk:)))",
        f'OPTIONAL {{ ?thing rdfs:label ?label FILTER(LANG(?label) = "{language}") }}',
    ]
    if language == "ja":
        shown.append("(MIN(?reading) AS ?kana)")
        lines.append("OPTIONAL { ?thing rk:kana ?reading }")
    if choice.sort == "newest":
        shown.append("(MAX(?one) AS ?latest)")
        lines.append(
            "OPTIONAL { ?thing rk:initiative?/rk:fiscalYear ?fiscalYear BIND(STR(?fiscalYear) AS ?one) }"
        )
    order = ORDERS[choice.sort].format(by_name="?kana ?name" if language == "ja" else "?name")
    body = "\n    ".join(lines)
    query = f"SELECT {' '.join(shown)} {{\n    {body}\n}}\nGROUP BY ?thing\nORDER BY {order}"
    used = sorted({"rdfs", "rk", *(name for name in ("skos", "text") if f"{name}:" in body)})
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + "\n" + query
