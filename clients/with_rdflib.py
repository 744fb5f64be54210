"""The endpoint as a graph of rdflib: walked, asked, and a part of it taken home."""

import os

from rdflib import RDF, RDFS, Graph, Literal, Namespace
from rdflib.plugins.stores.sparqlstore import SPARQLStore

RENKEI = os.environ.get("RENKEI_URL", "http://127.0.0.1:8080")
RK = Namespace("https://w3id.org/renkei/ontology#")
IDS = Namespace("https://w3id.org/renkei/id/")

graph = Graph(SPARQLStore(f"{RENKEI}/sparql"))

print("Projects:", sum(1 for _ in graph.subjects(RDF.type, RK.Project)))

for project in sorted(graph.subjects(RK.area, IDS["area/tokachi"])):
    if (project, RDF.type, RK.Project) in graph:
        print("-", next(label for label in graph.objects(project, RDFS.label) if label.language == "ja"))

found = graph.query(
    "SELECT ?town { ?town a rk:Town ; rk:area/rdfs:label ?area } ORDER BY ?town",
    initNs={"rk": RK, "rdfs": RDFS},
    initBindings={"area": Literal("十勝連携地域", lang="ja")},
)
print("Towns there:", len(found))

home = graph.query("DESCRIBE <https://w3id.org/renkei/id/area/tokachi>").graph
print("Triples about the area:", len(home))
