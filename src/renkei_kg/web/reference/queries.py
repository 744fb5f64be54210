"""The queries of these pages. What a list shows are the rows of its query, which the page gives in full."""

from typing import Final

from renkei_kg.namespaces import PREFIXES


def _prefixed(text: str) -> str:
    used = {name: iri for name, iri in PREFIXES.items() if f"{name}:" in text}
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in used.items()) + text


# How often each class and each property of the ontology is used, and a thing that has it
USED: Final = _prefixed("""SELECT ?term (COUNT(*) AS ?number) (MIN(?thing) AS ?example) {
    ?term rdfs:isDefinedBy ?ontology .
    { ?thing a ?term } UNION { ?thing ?term ?value }
}
GROUP BY ?term
ORDER BY ?term""")
DATASET: Final = """SELECT ?property ?value {{
    VALUES ?property {{ dcterms:title dcterms:description dcterms:publisher dcterms:license dcterms:rights
        dcterms:source <http://www.w3.org/ns/dcat#contactPoint> foaf:homepage foaf:mbox }}
    {{ <{dataset}> ?property ?value }}
    UNION {{ <{dataset}> dcterms:publisher ?of . ?of ?property ?value
        FILTER(?property IN (foaf:homepage, foaf:mbox)) }}
}}"""
DOCUMENTS: Final = "SELECT ?document { ?document a rk:SourceDocument } ORDER BY ?document"
TERMS: Final = _prefixed("""SELECT ?part ?property ?value {{
    VALUES ?property {{ dcterms:license dcterms:source dcterms:rights }}
    VALUES ?part {{ {graphs} }}
    ?part ?property ?value
}}
ORDER BY ?part ?property ?value""")
CREDITS: Final = _prefixed("""SELECT DISTINCT ?credit {
    ?thing dcterms:rights ?credit
    FILTER NOT EXISTS { ?thing a void:Dataset }
}
ORDER BY ?credit""")
SITES: Final = _prefixed("""SELECT ?site (COUNT(*) AS ?number) {
    ?thing dcterms:source ?source
    FILTER(STRSTARTS(STR(?source), "http"))
    BIND(REPLACE(STR(?source), "^https?://([^/]+).*$", "$1") AS ?site)
}
GROUP BY ?site
ORDER BY DESC(?number) ?site""")
COMPLETE: Final = _prefixed("""SELECT ?area ?declared ?named ?possible {
    {
        SELECT ?area ?declared (COUNT(DISTINCT ?project) AS ?named) (COUNT(DISTINCT ?maybe) AS ?possible) {
            ?area a rk:CooperationArea ;
                rk:declaredProjectCount ?declared .
            OPTIONAL { ?project a rk:Project ; rk:area ?area }
            OPTIONAL { ?maybe a rk:Project ; rk:possibleArea ?area }
        }
        GROUP BY ?area ?declared
    }
}
ORDER BY DESC(?declared) ?area""")
CERTAIN: Final = _prefixed("""SELECT ?certainty ?kind (COUNT(DISTINCT ?thing) AS ?number) {
    VALUES ?kind { rk:Project rk:Initiative rk:Claim rk:Evidence }
    ?certainty a rk:Certainty ;
        rk:rank ?rank .
    ?thing a ?kind ;
        rk:certainty ?certainty .
}
GROUP BY ?certainty ?kind ?rank
ORDER BY DESC(?rank) ?kind""")
UNVERIFIED: Final = _prefixed("""SELECT ?asset (SAMPLE(?text) AS ?note) {{
    ?asset a rk:Asset
    FILTER NOT EXISTS {{ ?asset rk:officialName ?official FILTER(LANG(?official) = "en") }}
    OPTIONAL {{ ?asset skos:note ?text FILTER(LANG(?text) = "{language}") }}
}}
GROUP BY ?asset
ORDER BY ?asset""")
ASSETS: Final = "SELECT (COUNT(DISTINCT ?asset) AS ?number) { ?asset a rk:Asset }"
