// The answer as a chart: bars, or a line where the names have an order. The same values stand in a table below.

import { numbers, numeric, plain } from "./cells.js";
import { number, short, t, told } from "./context.js";
import { h } from "./dom.js";
import { labels } from "./labels.js";

const BARS = 60;
const POINTS = 500;
const ROW = 26;
const WIDEST = 720;
const JOINED = "*";

/** @typedef {import("./endpoint.js").Row} Row */

/**
 * @param {HTMLElement} panel
 * @param {string[]} names
 * @param {Row[]} rows
 */
export function showChart(panel, names, rows) {
  const values = numbers(names, rows);
  const others = names.filter((name) => !values.includes(name));
  const first = others.find((name) => name.endsWith(`_${told.lang}`)) ?? others[0] ?? values[0];
  const kind = choose("chart-kind", t("chart.kind"), [["bars", t("bars")], ["line", t("line")]], "bars");
  const named = others.filter((name) => name.endsWith(`_${told.lang}`));
  const joined = named.length > 1 ? named : others;
  const several = rows.length > new Set(rows.map((row) => (row[first] ? plain(row[first]) : ""))).size && joined.length > 1;
  const options = names.map((name) => [name, name]);
  if (several) {
    options.unshift([JOINED, joined.join(" + ")]);
  }
  const label = choose("chart-label", t("chart.label"), options, several ? JOINED : first);
  const value = choose("chart-value", t("chart.value"), values.map((name) => [name, name]), values[values.length - 1]);
  const drawn = h("div");
  const draw = async () => {
    const [by, of] = [label.select.value, value.select.value];
    const found = rows.filter((row) => row[of]);
    const most = kind.select.value === "bars" ? BARS : POINTS;
    const columns = by === JOINED ? joined : [by];
    const shown = found.slice(0, most);
    const iris = shown.flatMap((row) => columns.flatMap((column) => (row[column]?.type === "uri" ? [row[column].value] : [])));
    const known = iris.length ? await labels(iris) : new Map();
    const text = (/** @type {import("./endpoint.js").Term | undefined} */ term) =>
      !term ? "" : term.type === "uri" ? (known.get(term.value)?.text ?? short(term.value)) : plain(term);
    const points = shown.map((row) => ({
      text: columns.map((column) => text(row[column])).join(" · "),
      value: numeric(row[of]) ?? 0,
    }));
    const width = Math.min(WIDEST, Math.max(280, panel.clientWidth || WIDEST));
    const name = t("chart.of", { label: columns.join(" + "), value: of });
    const cut = found.length > most ? t("chart.cut", { total: number.format(found.length), shown: number.format(most) }) : "";
    drawn.replaceChildren(
      h(
        "figure",
        { class: "chart", role: "region", tabindex: 0, "aria-label": name },
        kind.select.value === "bars" ? bars(points, name, width) : line(points, name, width),
      ),
      cut ? h("p", { class: "status" }, cut) : "",
      twin(points, columns.join(" + "), of),
    );
  };
  for (const one of [kind, label, value]) {
    one.select.addEventListener("change", draw);
  }
  panel.replaceChildren(h("div", { class: "tools" }, kind.whole, label.whole, value.whole), drawn);
  draw();
}

/**
 * @param {string} id
 * @param {string} text
 * @param {string[][]} options
 * @param {string} chosen
 */
function choose(id, text, options, chosen) {
  const select = h(
    "select",
    { id },
    ...options.map(([value, name]) => h("option", { value, selected: value === chosen }, name)),
  );
  return { select, whole: h("div", {}, h("label", { for: id }, text), " ", select) };
}

/** @typedef {{text: string, value: number}} Point */

/**
 * @param {Point[]} points
 * @param {string} name
 * @param {number} width
 */
function bars(points, name, width) {
  const most = Math.max(0, ...points.map((one) => one.value));
  const least = Math.min(0, ...points.map((one) => one.value));
  const left = Math.min(280, width * 0.45, 20 + 13 * Math.max(1, ...points.map((one) => widthOf(one.text))));
  const scale = (width - left - 80) / (most - least || 1);
  const zero = left - least * scale;
  return h(
    "svg:svg",
    { role: "img", "aria-label": name, width: width, height: points.length * ROW + 8, viewBox: `0 0 ${width} ${points.length * ROW + 8}` },
    ...points.flatMap((one, index) => {
      const y = index * ROW + 4;
      const length = Math.abs(one.value) * scale;
      return [
        h("svg:text", { x: left - 8, y: y + 16, "text-anchor": "end" }, cut(one.text, (left - 20) / 13), h("svg:title", {}, one.text)),
        h("svg:rect", { class: "bar", x: one.value < 0 ? zero - length : zero, y, width: Math.max(length, 1), height: ROW - 6, rx: 2 }),
        h("svg:text", { x: Math.max(zero, zero + one.value * scale) + 6, y: y + 16 }, number.format(one.value)),
      ];
    }),
  );
}

/**
 * @param {Point[]} points
 * @param {string} name
 * @param {number} width
 */
function line(points, name, width) {
  const [left, top, high] = [70, 12, 260];
  const most = Math.max(0, ...points.map((one) => one.value));
  const least = Math.min(0, ...points.map((one) => one.value));
  const x = (/** @type {number} */ index) => left + (index * (width - left - 30)) / Math.max(points.length - 1, 1);
  const y = (/** @type {number} */ value) => top + ((most - value) * high) / (most - least || 1);
  const every = Math.ceil(points.length / 8);
  return h(
    "svg:svg",
    { role: "img", "aria-label": name, width: width, height: high + 50, viewBox: `0 0 ${width} ${high + 50}` },
    ...[least, (least + most) / 2, most].flatMap((value) => [
      h("svg:line", { class: "axis", x1: left, x2: width - 20, y1: y(value), y2: y(value) }),
      h("svg:text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, number.format(value)),
    ]),
    h("svg:polyline", { class: "line", points: points.map((one, index) => `${x(index)},${y(one.value)}`).join(" ") }),
    ...points.map((one, index) =>
      h("svg:circle", { class: "dot", cx: x(index), cy: y(one.value), r: 4 }, h("svg:title", {}, `${one.text}: ${number.format(one.value)}`)),
    ),
    ...points.flatMap((one, index) =>
      index % every ? [] : [h("svg:text", { x: x(index), y: high + 38, "text-anchor": "middle" }, cut(one.text, 8))],
    ),
  );
}

/**
 * @param {Point[]} points
 * @param {string} by
 * @param {string} of
 */
function twin(points, by, of) {
  return h(
    "details",
    {},
    h("summary", {}, t("chart.twin")),
    h(
      "div",
      { class: "table" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, by), h("th", { scope: "col", class: "number" }, of))),
        h(
          "tbody",
          {},
          ...points.map((one) => h("tr", {}, h("td", {}, one.text), h("td", { class: "number" }, number.format(one.value)))),
        ),
      ),
    ),
  );
}

/** @param {string} text how wide it is, in characters of full width */
function widthOf(text) {
  return [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e80 ? 1 : 0.55), 0);
}

/**
 * @param {string} text
 * @param {number} most in characters of full width
 */
function cut(text, most) {
  let shown = "";
  for (const one of text) {
    if (widthOf(shown + one) > most) {
      return `${shown}…`;
    }
    shown += one;
  }
  return shown;
}
