// Suggestions: variables, words of SPARQL, classes and properties that occur (those of the class at hand first),
// and things by their names in Japanese or English.

import { syntaxTree } from "@codemirror/language";

import { number, prefixed, prefixes, short, t, told } from "./context.js";
import { quoted, rows } from "./endpoint.js";
import { prologue, tokens, triples } from "./reading.js";
import { best, vocabulary } from "./terms.js";

const WORDS =
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS VALUES BIND GRAPH ASK CONSTRUCT DESCRIBE LIMIT OFFSET HAVING " +
  "PREFIX BASE FROM NAMED EXISTS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT LANG LANGMATCHES CONTAINS STRSTARTS STRENDS " +
  "REGEX REPLACE STR IRI DATATYPE BOUND COALESCE IF ROUND YEAR SUBSTR STRLEN CONCAT AS IN NOT";
const PHRASES = ["GROUP BY", "ORDER BY", "ORDER BY DESC()", "FILTER NOT EXISTS {}"];
const THINGS = 20;
const MOST = 60;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** @typedef {import("@codemirror/autocomplete").Completion} Completion */

/**
 * @param {import("@codemirror/autocomplete").CompletionContext} context
 * @returns {Promise<import("@codemirror/autocomplete").CompletionResult | null>}
 */
export async function suggest(context) {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const text = context.state.doc.toString();
  if (/Comment|String/i.test(node.name) || withinText(text, context.pos)) {
    return null;
  }
  const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*$/u);
  if (variable) {
    return { from: variable.from, options: variables(text, variable.from), validFor: /^[?$][\p{L}\p{N}_]*$/u };
  }
  const typed = context.matchBefore(/[\p{L}\p{N}_:ー・-]+$/u);
  if (!typed && !context.explicit) {
    return null;
  }
  const from = typed?.from ?? context.pos;
  const word = typed?.text ?? "";
  const { place, subject, property, types } = triples(text, from);
  const isClass = place === "object" && /^(a|rdf:type)$/.test(property);
  const [terms, things] = await Promise.all([
    suggestTerms(word, text, place, isClass, types[subject]),
    isClass || word.includes(":") ? [] : suggestThings(word),
  ]);
  if (context.aborted) {
    return null;
  }
  const keywords = place === "property" ? [] : suggestWords(word);
  const options = place === "object" && !isClass ? [...things, ...keywords, ...terms] : [...terms, ...keywords, ...things];
  return options.length ? { from, options: ranked(options.slice(0, MOST)), filter: false } : null;
}

/** @param {Completion[]} options in the order they are to be shown in */
function ranked(options) {
  return options.map((option, index) => ({ ...option, boost: 99 - index }));
}

/**
 * @param {string} text
 * @param {number} position
 */
function withinText(text, position) {
  const line = text.slice(text.lastIndexOf("\n", position - 1) + 1, position);
  if (/(^|\s)#[^\n]*$/.test(line.replace(/<[^>\s]*>|"(?:\\.|[^"\\])*"/g, ""))) {
    return true;
  }
  return tokens(text).some(
    ({ text: token, from, to }) => /^["'<]/.test(token) && token.length > 1 && from < position && position < to,
  );
}

/**
 * @param {string} text
 * @param {number} here where the one that is being typed begins
 * @returns {Completion[]}
 */
function variables(text, here) {
  const found = new Set(tokens(text).filter(({ text: token, from }) => /^[?$]./.test(token) && from !== here).map((one) => one.text));
  return [...found].map((label) => ({ label, type: "variable" }));
}

/** @param {string} typed @returns {Completion[]} */
function suggestWords(typed) {
  if (!/^[A-Za-z_]{1,}$/.test(typed)) {
    return [];
  }
  const begins = (/** @type {string} */ one) => one.startsWith(typed.toUpperCase());
  return [...PHRASES, ...WORDS.split(" ")].filter(begins).map((label) => ({ label, type: "keyword" }));
}

/**
 * @param {string} typed
 * @param {string} text the whole query
 * @param {string} place
 * @param {boolean} isClass
 * @param {Set<string> | undefined} types of the subject, as they are written
 * @returns {Promise<Completion[]>}
 */
async function suggestTerms(typed, text, place, isClass, types) {
  const { classes, properties, of } = await vocabulary();
  const known = isClass ? classes : place === "object" ? new Map([...classes, ...properties]) : properties;
  /** @type {Map<string, number>} */
  const own = new Map();
  if (!isClass && types) {
    const { declared } = prologue(text);
    for (const type of types) {
      for (const [property, times] of of.get(whole(type, declared)) ?? []) {
        own.set(property, Math.max(times, own.get(property) ?? 0));
      }
    }
  }
  const low = typed.toLowerCase();
  const found = [...known.values()].flatMap((term) => {
    const rank = matches(term, low);
    return rank === null ? [] : [{ term, rank, own: own.get(term.iri) ?? 0 }];
  });
  found.sort(
    (a, b) => Number(b.own > 0) - Number(a.own > 0) || a.rank - b.rank || b.own - a.own || b.term.number - a.term.number,
  );
  return found.map(({ term, own: times }) => {
    const label = best(term.labels);
    const isProperty = properties.has(term.iri);
    const said = isProperty ? `${number.format(times || term.number)} ${t("times")}` : `${number.format(term.number)} ${t("things")}`;
    return {
      label: term.name,
      detail: [label?.text, said].filter(Boolean).join(" · "),
      type: isProperty ? "property" : "class",
      apply: inserting(term.iri, ""),
    };
  });
}

/**
 * How well a term goes with what is typed, 0 best; null when not at all.
 * @param {import("./terms.js").Known} term
 * @param {string} low
 */
function matches(term, low) {
  const name = term.name.toLowerCase();
  const local = name.replace(/^[^:]*:/, "");
  const texts = term.labels.map((one) => one.text.toLowerCase());
  if (!low || name.startsWith(low) || local.startsWith(low) || texts.some((one) => one.startsWith(low))) {
    return 0;
  }
  return local.includes(low) || texts.some((one) => one.includes(low)) ? 1 : null;
}

/**
 * Things whose names have what is typed in them, in either language or in kana.
 * @param {string} typed
 * @returns {Promise<Completion[]>}
 */
async function suggestThings(typed) {
  if (typed.length < (CJK.test(typed) ? 1 : 3) || !/[\p{L}\p{N}]/u.test(typed)) {
    return [];
  }
  const other = told.lang === "ja" ? "en" : "ja";
  const words = CJK.test(typed) ? typed : `${typed}*`;
  try {
    const found = await rows(`SELECT DISTINCT ?thing ?name ?other ?score {
  (?thing ?score) text:query (rdfs:label skos:prefLabel skos:altLabel rk:officialName rk:kana ${quoted(words)} ${THINGS * 2}) .
  ?thing text:label (?name "${told.lang}") .
  ?thing text:label (?other "${other}") .
  FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), ${quoted(`${told.base}id/`)}))
} ORDER BY DESC(?score) LIMIT ${THINGS}`);
    return found.map(({ thing, name, other: second }) => ({
      label: name.value,
      detail: [second.value === name.value ? "" : second.value, short(thing.value)].filter(Boolean).join(" · "),
      type: "constant",
      apply: inserting(thing.value, name.value),
    }));
  } catch {
    return []; // a version without an index of its texts, or a word that cannot be searched for
  }
}

/**
 * The IRI that a term stands for.
 * @param {string} term
 * @param {Record<string, string>} declared
 */
export function whole(term, declared) {
  if (term.startsWith("<")) {
    return term.slice(1, -1);
  }
  const [prefix] = term.split(":", 1);
  const namespace = declared[prefix] ?? prefixes[prefix];
  return namespace && term.includes(":") ? namespace + term.slice(prefix.length + 1) : "";
}

/**
 * Puts a term in, as a prefixed name where it has one, with what it is called in a comment at the end of its line.
 * @param {string} iri
 * @param {string} comment
 */
function inserting(iri, comment) {
  return (
    /** @type {import("@codemirror/view").EditorView} */ view,
    /** @type {Completion} */ _,
    /** @type {number} */ from,
    /** @type {number} */ to,
  ) => {
    short(iri);
    const { declared } = prologue(view.state.doc.toString());
    const known = prefixed(iri);
    const usable = known && (declared[known.prefix] ?? prefixes[known.prefix]) === prefixes[known.prefix];
    const insert = usable ? known.name : `<${iri}>`;
    const line = view.state.doc.lineAt(to);
    const changes = [{ from, to, insert }];
    if (comment) {
      const noted = / # [^\n]*$/.test(line.text);
      changes.push({ from: line.to, to: line.to, insert: noted ? `, ${comment}` : ` # ${comment}` });
    }
    view.dispatch({ changes, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
  };
}
