// The answer, in every way that suits it.

import { numbers } from "./cells.js";
import { showChart } from "./chart.js";
import { number, t, told } from "./context.js";
import { h, tabs } from "./dom.js";
import { addressOf, ask } from "./endpoint.js";
import { hasPlaces, showMap } from "./map.js";
import { showNetwork } from "./network.js";
import { triplesOf } from "./ntriples.js";
import { showTable } from "./table.js";

const SHOWN = 100_000;
const RAW = 200_000;
const SOLUTIONS = [["csv", "CSV"], ["json", "JSON"], ["tsv", "TSV"], ["xml", "XML"]];
const GRAPHS = [["turtle", "Turtle"], ["jsonld", "JSON-LD"], ["nt", "N-Triples"], ["rdf", "RDF/XML"], ["trig", "TriG"], ["nq", "N-Quads"], ["n3", "N3"]];

/**
 * @typedef {{text: string, seconds: number, version: string}} Answer
 * @typedef {{query: string, graph: boolean, answer: Answer, view: string, chosen: (id: string) => void}} Shown
 */

/**
 * The answer as an element.
 * @param {Shown} shown
 */
export function results({ query, graph, answer, view, chosen }) {
  const parts = graph ? ofGraph(query, answer) : ofSolutions(query, answer);
  const status = [parts.said, t("time", { seconds: number.format(Number(answer.seconds.toFixed(answer.seconds < 1 ? 2 : 1))) }), t("version", { version: answer.version })];
  return {
    said: status.join(" · "),
    whole: h(
      "div",
      {},
      parts.cut ? h("p", { class: "status" }, parts.cut) : null,
      parts.truth === undefined ? null : h("p", { class: "truth" }, parts.truth ? t("yes") : t("no")),
      parts.empty ? h("p", {}, t("none")) : tabs(t("views"), parts.views, view, chosen),
      downloads(query, graph, answer.version),
    ),
  };
}

/**
 * @param {string} query
 * @param {Answer} answer
 */
function ofSolutions(query, answer) {
  const { head, results: found, boolean } = JSON.parse(answer.text);
  const raw = { id: "raw", name: t("raw"), fill: (/** @type {HTMLElement} */ panel) => showRaw(panel, query, "json", answer.text) };
  if (boolean !== undefined) {
    return { said: boolean ? t("yes") : t("no"), truth: boolean, views: [raw] };
  }
  const names = head.vars ?? [];
  const rows = found.bindings;
  const views = shownRows(names, rows);
  return {
    said: rows.length === 1 ? t("rows.one") : t("rows", { rows: number.format(rows.length) }),
    cut: rows.length > SHOWN ? t("cut", { shown: number.format(SHOWN) }) : "",
    empty: !rows.length,
    views: [...views, raw],
  };
}

/**
 * @param {string[]} names
 * @param {import("./endpoint.js").Row[]} all
 */
function shownRows(names, all) {
  const rows = all.slice(0, SHOWN);
  const views = [{ id: "table", name: t("table"), fill: (/** @type {HTMLElement} */ panel) => showTable(panel, names, rows) }];
  if (hasPlaces(rows)) {
    views.push({ id: "map", name: t("map"), fill: (panel) => void showMap(panel, names, rows) });
  }
  if (numbers(names, rows).length && names.length > 1) {
    views.push({ id: "chart", name: t("chart"), fill: (panel) => showChart(panel, names, rows) });
  }
  return views;
}

/**
 * @param {string} query
 * @param {Answer} answer
 */
function ofGraph(query, answer) {
  const triples = triplesOf(answer.text);
  return {
    said: t("triples", { rows: number.format(triples.length) }),
    empty: !triples.length,
    cut: triples.length > SHOWN ? t("cut", { shown: number.format(SHOWN) }) : "",
    views: [
      { id: "graph", name: t("graph"), fill: (/** @type {HTMLElement} */ panel) => void showNetwork(panel, triples.slice(0, SHOWN)) },
      ...shownRows(["subject", "property", "object"], triples),
      { id: "raw", name: t("raw"), fill: (/** @type {HTMLElement} */ panel) => showRaw(panel, query, "turtle", "") },
    ],
  };
}

/**
 * @param {HTMLElement} panel
 * @param {string} query
 * @param {string} format
 * @param {string} text the answer where it is there already
 */
async function showRaw(panel, query, format, text) {
  const whole = text ? JSON.stringify(JSON.parse(text), null, 1) : (await ask(query, "text/turtle")).text;
  panel.replaceChildren(
    whole.length > RAW ? h("p", { class: "status" }, t("raw.cut")) : "",
    h("pre", { class: "raw", tabindex: 0, "data-format": format }, whole.slice(0, RAW)),
  );
}

/**
 * @param {string} query
 * @param {boolean} graph
 * @param {string} version
 */
function downloads(query, graph, version) {
  const cite = `/cite?${new URLSearchParams({ version, query, lang: told.lang })}`;
  return h(
    "p",
    { class: "links" },
    h("span", {}, t("download")),
    ...(graph ? GRAPHS : SOLUTIONS).map(([name, title]) => h("a", { href: addressOf(query, name), download: `renkei.${name === "turtle" ? "ttl" : name}`, rel: "nofollow" }, title)),
    h("a", { href: cite, rel: "nofollow" }, t("cite")),
  );
}

