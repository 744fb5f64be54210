// The answer as a table: a page at a time, in the order of any column.

import { cell, numbers, numeric, plain } from "./cells.js";
import { number, t, told } from "./context.js";
import { h } from "./dom.js";
import { labels } from "./labels.js";

const SIZE = 50;
const compare = new Intl.Collator(told.lang, { numeric: true }).compare;

/** @typedef {import("./endpoint.js").Row} Row */

/**
 * @param {HTMLElement} panel
 * @param {string[]} names
 * @param {Row[]} rows
 */
export function showTable(panel, names, rows) {
  let page = 0;
  let sorted = { name: "", down: false };
  let ordered = rows;
  const counted = new Set(numbers(names, rows));
  const body = h("tbody");
  const heads = names.map((name) =>
    h(
      "th",
      { scope: "col" },
      h("button", { type: "button", title: t("sort", { name }), onclick: () => sort(name) }, name),
    ),
  );
  const place = h("span", { "aria-live": "polite" });
  const back = h("button", { type: "button", class: "second", onclick: () => turn(-1) }, t("previous"));
  const on = h("button", { type: "button", class: "second", onclick: () => turn(1) }, t("next"));
  const pager = h("div", { class: "tools", hidden: rows.length <= SIZE }, back, place, on);

  /** @param {string} name */
  function sort(name) {
    sorted = { name, down: sorted.name === name && !sorted.down };
    const way = sorted.down ? -1 : 1;
    ordered = [...rows].sort((a, b) => way * order(a[name], b[name]));
    heads.forEach((head, index) => {
      const here = names[index] === name;
      head.setAttribute("aria-sort", here ? (sorted.down ? "descending" : "ascending") : "none");
    });
    page = 0;
    fill();
  }

  /** @param {number} by */
  function turn(by) {
    page += by;
    fill();
  }

  async function fill() {
    const shown = ordered.slice(page * SIZE, (page + 1) * SIZE);
    const first = page * SIZE + 1;
    place.textContent = t("page", {
      first: number.format(first),
      last: number.format(first + shown.length - 1),
      total: number.format(rows.length),
    });
    back.disabled = page === 0;
    on.disabled = (page + 1) * SIZE >= rows.length;
    draw(shown, new Map());
    const iris = shown.flatMap((row) => Object.values(row).flatMap((term) => (term.type === "uri" ? [term.value] : [])));
    if (iris.length) {
      const found = await labels(iris);
      if (ordered.slice(page * SIZE, (page + 1) * SIZE)[0] === shown[0]) {
        draw(shown, found);
      }
    }
  }

  /**
   * @param {Row[]} shown
   * @param {Map<string, {text: string, lang: string} | null>} known
   */
  function draw(shown, known) {
    body.replaceChildren(
      ...shown.map((row) =>
        h("tr", {}, ...names.map((name) => h("td", { class: counted.has(name) ? "number" : null }, cell(row[name], known)))),
      ),
    );
  }

  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
  panel.replaceChildren(
    pager,
    h("div", { class: "table", role: "region", "aria-label": t("table"), tabindex: 0 }, table),
  );
  fill();
}

/**
 * @param {import("./endpoint.js").Term | undefined} a
 * @param {import("./endpoint.js").Term | undefined} b
 */
function order(a, b) {
  if (!a || !b) {
    return Number(Boolean(b)) - Number(Boolean(a));
  }
  const [x, y] = [numeric(a), numeric(b)];
  return x !== null && y !== null ? x - y : compare(plain(a), plain(b));
}
