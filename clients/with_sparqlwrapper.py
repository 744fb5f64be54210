"""Projects that speak of adventure travel, and where they are: SPARQLWrapper."""

import os

from SPARQLWrapper import JSON, SPARQLWrapper

RENKEI = os.environ.get("RENKEI_URL", "http://127.0.0.1:8080")

endpoint = SPARQLWrapper(f"{RENKEI}/sparql", returnFormat=JSON)
endpoint.setQuery("""
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX theme: <https://w3id.org/renkei/id/theme/>

SELECT ?project ?area {
    ?p rk:theme theme:adventure-travel ; rk:area ?a ; rdfs:label ?project .
    ?a rdfs:label ?area .
    FILTER(LANG(?project) = "ja" && LANG(?area) = "ja")
}
ORDER BY ?area ?project
""")
for row in endpoint.queryAndConvert()["results"]["bindings"]:
    print(row["area"]["value"], row["project"]["value"], sep="\t")
