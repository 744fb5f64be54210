// Reading a query as far as suggestions need: its words, its prefixes, its triples. Never fails on half a query.

const TOKEN =
  /#[^\n]*|<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[?$][\p{L}\p{N}_]+|[\p{L}\p{N}_.-]*:(?:[\p{L}\p{N}_:%-]|\.(?=[\p{L}\p{N}_:%-]))*|@[A-Za-z-]+|\^\^|[\p{L}\p{N}_]+|[^\s]/gu;

/** @typedef {{text: string, from: number, to: number}} Token */

/**
 * The tokens of a query without comments.
 * @param {string} text
 * @returns {Token[]}
 */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    if (!match[0].startsWith("#")) {
      found.push({ text: match[0], from: match.index, to: match.index + match[0].length });
    }
  }
  return found;
}

/**
 * The prefixes that a query declares, and where its head ends.
 * @param {string} text
 */
export function prologue(text) {
  /** @type {Record<string, string>} */
  const declared = {};
  const all = tokens(text);
  let index = 0;
  let end = -1;
  for (;;) {
    const word = all[index]?.text.toUpperCase();
    const length = word === "PREFIX" ? 3 : word === "BASE" ? 2 : 0;
    const last = all[index + length - 1];
    if (!length || !last?.text.startsWith("<")) {
      return { declared, end, first: all[0]?.from ?? text.length, after: index, all };
    }
    if (length === 3) {
      declared[all[index + 1].text.replace(/:$/, "")] = last.text.slice(1, -1);
    }
    end = last.to;
    index += length;
  }
}

/**
 * The prefixes that a query uses and does not declare.
 * @param {string} text
 */
export function undeclared(text) {
  const { declared, after, all } = prologue(text);
  const used = new Set();
  for (const token of all.slice(after)) {
    const match = /^([\p{L}][\p{L}\p{N}_.-]*):/u.exec(token.text);
    if (match) {
      used.add(match[1]);
    }
  }
  return [...used].filter((name) => !(name in declared));
}

/**
 * What a query is: SELECT, ASK, CONSTRUCT or DESCRIBE; empty when it is none yet.
 * @param {string} text
 */
export function formOf(text) {
  const { after, all } = prologue(text);
  const word = all[after]?.text.toUpperCase() ?? "";
  return ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"].includes(word) ? word : "";
}

const BETWEEN = /^[{}.]$|^(FILTER|BIND|OPTIONAL|UNION|VALUES|MINUS|GRAPH|SELECT|WHERE)$/i;
const MARK = /^(\^\^|@.*|[|/^*+?!])$/;

/**
 * Where in a triple a position is, with what stands before it there; and the classes that variables and things
 * are said to be of anywhere in the query.
 * @param {string} text
 * @param {number} position
 */
export function triples(text, position) {
  const { after, all } = prologue(text);
  /** @type {Record<string, Set<string>>} */
  const types = {};
  /** @type {string[]} */
  let terms = [];
  /** @type {string[] | null} */
  let before = null;
  let depth = 0;
  let joined = false;
  for (const token of all.slice(after)) {
    if (before === null && token.to >= position) {
      before = [...terms];
    }
    const inside = depth > 0;
    depth += token.text === "(" ? 1 : token.text === ")" ? -1 : 0;
    if (inside || depth > 0) {
      continue;
    }
    if (BETWEEN.test(token.text)) {
      terms = [];
    } else if (token.text === ";") {
      terms = terms.slice(0, 1);
    } else if (token.text === ",") {
      terms = terms.slice(0, 2);
    } else if (MARK.test(token.text)) {
      joined = token.text === "/" || token.text === "|";
      continue;
    } else if (!joined) {
      terms.push(token.text);
      if (terms.length === 3 && (terms[1] === "a" || terms[1] === "rdf:type")) {
        (types[terms[0]] ??= new Set()).add(terms[2]);
      }
    }
    joined = false;
  }
  const [subject = "", property = ""] = before ?? terms;
  const place = ["subject", "property", "object"][Math.min((before ?? terms).length, 2)];
  return { place, subject, property, types };
}
