// N-Triples as terms, for the network and the table of a graph (https://www.w3.org/TR/n-triples/).

const TERM = /<([^>]*)>|_:([^\s]+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?/gy;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** @typedef {import("./endpoint.js").Row} Row */

/**
 * The triples of a text, each as a row of subject, property and object.
 * @param {string} text
 * @returns {Row[]}
 */
export function triplesOf(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const terms = [];
    TERM.lastIndex = 0;
    for (let match = TERM.exec(line); match; match = TERM.exec(line)) {
      terms.push(termOf(match));
      TERM.lastIndex += line[TERM.lastIndex] === " " ? 1 : 0;
    }
    if (terms.length === 3) {
      found.push({ subject: terms[0], property: terms[1], object: terms[2] });
    }
  }
  return found;
}

/** @param {RegExpExecArray} match @returns {import("./endpoint.js").Term} */
function termOf([, iri, blank, text, language, datatype]) {
  if (iri !== undefined) {
    return { type: "uri", value: plain(iri) };
  }
  if (blank !== undefined) {
    return { type: "bnode", value: blank };
  }
  return { type: "literal", value: plain(text), ...(language && { "xml:lang": language }), ...(datatype && { datatype }) };
}

/** @param {string} text */
function plain(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(short ?? long, 16)),
  );
}
