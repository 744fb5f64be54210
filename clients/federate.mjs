// Two sources in one query: our endpoint, and a file on this computer that it knows nothing of. Comunica.
import { QueryEngine } from "@comunica/query-sparql-file";

const RENKEI = process.env.RENKEI_URL ?? "http://127.0.0.1:8080";
const QUERY = `
PREFIX ex: <https://example.org/bicycles#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX theme: <https://w3id.org/renkei/id/theme/>

SELECT ?bicycles ?name ?project {
    ?municipality ex:forHire ?bicycles .
    ?municipality rdfs:label ?name ; rk:area ?area .
    ?p rk:area ?area ; rk:theme theme:adventure-travel ; rdfs:label ?project .
    FILTER(LANG(?name) = "ja" && LANG(?project) = "ja")
}
ORDER BY DESC(?bicycles)`;

const found = await new QueryEngine().queryBindings(QUERY, {
  sources: [{ type: "sparql", value: `${RENKEI}/sparql` }, new URL("bicycles.ttl", import.meta.url).pathname],
});
for (const row of await found.toArray()) {
  console.log(["bicycles", "name", "project"].map((column) => row.get(column).value).join("\t"));
}
