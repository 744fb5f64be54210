// Asking the endpoint, and what it says when it cannot answer.

import { told } from "./context.js";

/** @typedef {{type: string, value: any, datatype?: string, "xml:lang"?: string}} Term */
/** @typedef {Record<string, Term>} Row */

const LONGEST_URL = 8000;
const LARGEST = 60_000_000;
const PROLOGUE = `PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX text: <https://w3id.org/renkei/text#>
PREFIX void: <http://rdfs.org/ns/void#>
`;

/** A query that was not answered: the members of the problem (RFC 9457). */
export class Failure extends Error {
  /** @param {{status: number, detail: string, line?: number, column?: number}} problem */
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** An answer that is too large for a page. */
export class TooLarge extends Error {}

/**
 * The address of an answer.
 * @param {string} query
 * @param {string} format
 */
export function addressOf(query, format) {
  return `${told.endpoint}?${new URLSearchParams({ query, format })}`;
}

/**
 * @param {string} query
 * @param {string} accept
 * @param {AbortSignal} [signal]
 */
export async function ask(query, accept, signal) {
  const address = `${told.endpoint}?${new URLSearchParams({ query })}`;
  const started = performance.now();
  const response = await (address.length <= LONGEST_URL
    ? fetch(address, { headers: { Accept: accept }, signal })
    : fetch(told.endpoint, {
        method: "POST",
        headers: { Accept: accept, "Content-Type": "application/sparql-query" },
        body: query,
        signal,
      }));
  if (!response.ok) {
    throw new Failure(await problemOf(response));
  }
  const text = await read(response);
  const seconds = (performance.now() - started) / 1000;
  return { text, seconds, version: response.headers.get("Renkei-Snapshot") ?? "" };
}

/** @param {Response} response */
async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { status: response.status, detail: response.statusText };
  }
}

/** @param {Response} response */
async function read(response) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new TooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** @type {Map<string, Promise<Row[]>>} */
const asked = new Map();

/**
 * The rows of a query that the editor asks for itself, each asked once.
 * @param {string} query without its prefixes
 * @returns {Promise<Row[]>}
 */
export function rows(query) {
  let found = asked.get(query);
  if (!found) {
    found = ask(PROLOGUE + query, "application/sparql-results+json").then(
      ({ text }) => JSON.parse(text).results.bindings,
    );
    found.catch(() => asked.delete(query));
    asked.set(query, found);
  }
  return found;
}

/**
 * Whether an IRI can stand in a query between angle brackets.
 * @param {string} iri
 */
export function writable(iri) {
  return !/[\x00-\x20<>"{}|^`\\]/.test(iri);
}

/**
 * A text as SPARQL writes it.
 * @param {string} text
 */
export function quoted(text) {
  return JSON.stringify(text.replace(/[\u0000-\u001f]/g, " "));
}
