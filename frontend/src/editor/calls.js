// How a program asks the current query, in the languages that people work with.

import { told } from "./context.js";
import { formOf } from "./reading.js";

/**
 * Each language with a program.
 * @param {string} query
 * @returns {[string, string][]}
 */
export function calls(query) {
  const endpoint = new URL(told.endpoint, location.href).href;
  const form = formOf(query);
  const write = form === "ASK" ? ask : form === "CONSTRUCT" || form === "DESCRIBE" ? graph : table;
  return write(query.trim(), endpoint);
}

/** @param {string} query a query as Python has it */
const python = (query) =>
  /"""|\\|"$/.test(query) ? JSON.stringify(query) : `"""\n${query}\n"""`;

/** @param {string} query a query as R has it: a raw string of R 4 */
const r = (query) => (query.includes(")---\"") ? JSON.stringify(query) : `r"---(\n${query}\n)---"`);

/** @param {string} query a query as JavaScript has it */
const script = (query) => `\`\n${query.replace(/[\\`]|\$(?=\{)/g, "\\$&")}\n\``;

/**
 * @param {string} query
 * @param {string} accept
 * @param {string} endpoint
 */
function curl(query, accept, endpoint) {
  let mark = "SPARQL";
  while (query.split("\n").includes(mark)) {
    mark += "_";
  }
  return `curl --header 'Accept: ${accept}' --data-urlencode query@- '${endpoint}' <<'${mark}'\n${query}\n${mark}`;
}

/** @param {string} query @param {string} endpoint @returns {[string, string][]} */
function table(query, endpoint) {
  return [
    [
      "Python (SPARQLWrapper)",
      `from SPARQLWrapper import JSON, SPARQLWrapper

query = ${python(query)}
endpoint = SPARQLWrapper("${endpoint}", returnFormat=JSON)
endpoint.setQuery(query)
for row in endpoint.queryAndConvert()["results"]["bindings"]:
    print({name: term["value"] for name, term in row.items()})`,
    ],
    [
      "Python (pandas)",
      `import io

import pandas as pd
import requests

query = ${python(query)}
answer = requests.post("${endpoint}", data={"query": query}, headers={"Accept": "text/csv"})
answer.raise_for_status()
table = pd.read_csv(io.BytesIO(answer.content))
print(table)`,
    ],
    [
      "R",
      `library(httr)

query <- ${r(query)}
answer <- POST("${endpoint}", accept("text/csv"), body = list(query = query), encode = "form")
stop_for_status(answer)
table <- read.csv(text = content(answer, "text", encoding = "UTF-8"))
print(table)`,
    ],
    [
      "JavaScript",
      `const query = ${script(query)};
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "application/sparql-results+json" },
  body: new URLSearchParams({ query }),
});
const { results } = await answer.json();
console.table(results.bindings);`,
    ],
    ["curl", curl(query, "text/csv", endpoint)],
  ];
}

/** @param {string} query @param {string} endpoint @returns {[string, string][]} */
function ask(query, endpoint) {
  return [
    [
      "Python (SPARQLWrapper)",
      `from SPARQLWrapper import JSON, SPARQLWrapper

query = ${python(query)}
endpoint = SPARQLWrapper("${endpoint}", returnFormat=JSON)
endpoint.setQuery(query)
print(endpoint.queryAndConvert()["boolean"])`,
    ],
    [
      "R",
      `library(httr)

query <- ${r(query)}
answer <- POST("${endpoint}", accept("application/sparql-results+json"), body = list(query = query), encode = "form")
print(jsonlite::fromJSON(content(answer, "text", encoding = "UTF-8"))$boolean)`,
    ],
    [
      "JavaScript",
      `const query = ${script(query)};
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "application/sparql-results+json" },
  body: new URLSearchParams({ query }),
});
const { boolean } = await answer.json();
console.log(boolean);`,
    ],
    ["curl", curl(query, "application/sparql-results+json", endpoint)],
  ];
}

/** @param {string} query @param {string} endpoint @returns {[string, string][]} */
function graph(query, endpoint) {
  return [
    [
      "Python (rdflib)",
      `import requests
from rdflib import Graph

query = ${python(query)}
answer = requests.post("${endpoint}", data={"query": query}, headers={"Accept": "text/turtle"})
answer.raise_for_status()
graph = Graph().parse(data=answer.content, format="turtle")
print(len(graph))`,
    ],
    [
      "R",
      `library(httr)
library(rdflib)

query <- ${r(query)}
answer <- POST("${endpoint}", accept("text/turtle"), body = list(query = query), encode = "form")
stop_for_status(answer)
graph <- rdf_parse(content(answer, "text", encoding = "UTF-8"), format = "turtle")
print(graph)`,
    ],
    [
      "JavaScript",
      `const query = ${script(query)};
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "application/ld+json" },
  body: new URLSearchParams({ query }),
});
console.log(await answer.json());`,
    ],
    ["curl", curl(query, "text/turtle", endpoint)],
  ];
}
