// What things are called, in the language of the page; looked up a page at a time and remembered.

import { told } from "./context.js";
import { rows, writable } from "./endpoint.js";

const AT_ONCE = 200;

/** @type {Map<string, {text: string, lang: string} | null>} */
const known = new Map();

/**
 * The labels of those that have one.
 * @param {Iterable<string>} iris
 */
export async function labels(iris) {
  const wanted = [...new Set(iris)];
  const missing = wanted.filter((iri) => !known.has(iri) && writable(iri));
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const some = missing.slice(start, start + AT_ONCE);
    const values = some.map((iri) => `<${iri}>`).join(" ");
    try {
      const found = await rows(
        `SELECT ?x ?name { VALUES ?x { ${values} } ?x text:label (?name "${told.lang}") }`,
      );
      some.forEach((iri) => known.set(iri, null));
      for (const { x, name } of found) {
        known.set(x.value, { text: name.value, lang: name["xml:lang"] ?? "" });
      }
    } catch {
      return new Map(); // labels help; an answer is one without them
    }
  }
  return new Map(wanted.map((iri) => [iri, known.get(iri) ?? null]));
}

/**
 * Every label of an IRI.
 * @param {string} iri
 * @returns {Promise<{text: string, lang: string}[]>}
 */
export async function everyLabel(iri) {
  if (!writable(iri)) {
    return [];
  }
  const found = await rows(`SELECT DISTINCT ?name { <${iri}> rdfs:label|skos:prefLabel ?name }`);
  return found.map(({ name }) => ({ text: name.value, lang: name["xml:lang"] ?? "" }));
}
