// The classes and properties that occur in the data, with how often: from the VoID description of the dataset.

import { short, told } from "./context.js";
import { rows } from "./endpoint.js";

/** @typedef {{iri: string, name: string, number: number, labels: {text: string, lang: string}[]}} Known */

/** @type {Promise<{classes: Map<string, Known>, properties: Map<string, Known>, of: Map<string, Map<string, number>>}> | null} */
let loading = null;

/** What occurs: classes, properties, and the properties that the things of each class have. */
export function vocabulary() {
  loading ??= load();
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

async function load() {
  const dataset = `<${told.dataset}>`;
  const [found, named] = await Promise.all([
    rows(`SELECT DISTINCT ?class ?property ?n {
  { ${dataset} void:classPartition [ void:class ?class ; void:entities ?n ] }
  UNION { ${dataset} void:propertyPartition [ void:property ?property ; void:triples ?n ] }
  UNION { ${dataset} void:classPartition [ void:class ?class ;
    void:propertyPartition [ void:property ?property ; void:triples ?n ] ] }
}`),
    rows(`SELECT DISTINCT ?x ?name {
  { ${dataset} void:classPartition/void:class ?x } UNION { ${dataset} void:propertyPartition/void:property ?x }
  ?x rdfs:label ?name
}`),
  ]);
  /** @type {Map<string, {text: string, lang: string}[]>} */
  const labels = new Map();
  for (const { x, name } of named) {
    labels.set(x.value, [...(labels.get(x.value) ?? []), { text: name.value, lang: name["xml:lang"] ?? "" }]);
  }
  const classes = new Map();
  const properties = new Map();
  const of = new Map();
  for (const row of found) {
    const number = Number(row.n.value);
    const [kind, term] = row.property ? [properties, row.property.value] : [classes, row.class.value];
    if (row.class && row.property) {
      of.set(row.class.value, (of.get(row.class.value) ?? new Map()).set(term, number));
    } else {
      kind.set(term, { iri: term, name: short(term), number, labels: labels.get(term) ?? [] });
    }
  }
  return { classes, properties, of };
}

/**
 * A label in the language of the page, else in any.
 * @param {{text: string, lang: string}[]} labels
 */
export function best(labels) {
  return labels.find((one) => one.lang === told.lang) ?? labels[0] ?? null;
}
