// Terms of an answer as elements: things by their names, long texts folded.

import { pageOf, short, t, told } from "./context.js";
import { h } from "./dom.js";

const LONG = 280;
const PLAIN = /^http:\/\/www\.w3\.org\/2001\/XMLSchema#(string|integer|decimal|double|date|dateTime|boolean|int|long|float)$/;
export const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";

/** @typedef {import("./endpoint.js").Term} Term */
/** @typedef {import("./endpoint.js").Row} Row */

/** @param {Term} term @returns {string} */
export function plain(term) {
  if (term.type === "triple") {
    const { subject, predicate, object } = term.value;
    return `<< ${plain(subject)} ${plain(predicate)} ${plain(object)} >>`;
  }
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

/**
 * @param {Term | undefined} term
 * @param {Map<string, {text: string, lang: string} | null>} labels
 */
export function cell(term, labels) {
  if (!term) {
    return document.createTextNode("");
  }
  if (term.type === "uri") {
    return thing(term.value, labels.get(term.value) ?? null);
  }
  const text = plain(term);
  const lang = term["xml:lang"];
  const kind = term.datatype && !PLAIN.test(term.datatype) ? short(term.datatype) : lang && lang !== told.lang ? lang : "";
  const shown = text.length > LONG ? folded(text, lang) : h("span", { lang: lang || null }, text);
  return h("span", {}, shown, kind ? h("span", { class: "tag" }, kind) : null);
}

/**
 * @param {string} iri
 * @param {{text: string, lang: string} | null} label
 */
export function thing(iri, label) {
  const page = pageOf(iri);
  const lang = label && label.lang !== told.lang ? label.lang : null;
  const text = label?.text ?? short(iri);
  if (page) {
    return h("a", { href: page, lang, title: short(iri) }, text);
  }
  if (/^https?:/.test(iri)) {
    return h("a", { href: iri, lang, title: short(iri), class: "elsewhere", rel: "external noopener" }, text);
  }
  return h("span", { class: label ? null : "iri", lang, title: iri }, text);
}

/**
 * @param {string} text
 * @param {string | undefined} lang
 */
function folded(text, lang) {
  const words = h("span", { class: "long", lang: lang || null }, `${text.slice(0, LONG)}… `);
  const button = h(
    "button",
    {
      type: "button",
      "aria-expanded": "false",
      onclick: () => {
        const open = button.getAttribute("aria-expanded") !== "true";
        words.textContent = open ? `${text} ` : `${text.slice(0, LONG)}… `;
        button.setAttribute("aria-expanded", String(open));
        button.textContent = open ? t("less") : t("more");
      },
    },
    t("more"),
  );
  return h("span", {}, words, button);
}

/** @param {Term | undefined} term */
export function numeric(term) {
  if (!term || term.type !== "literal" || !/XMLSchema#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger|gYear)$/.test(term.datatype ?? "")) {
    return null;
  }
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}

/**
 * The columns that hold numbers.
 * @param {string[]} names
 * @param {Row[]} rows
 */
export function numbers(names, rows) {
  return names.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || numeric(row[name]) !== null));
}
