// The answer to CONSTRUCT or DESCRIBE as a drawing: things, and the links between them. Values are left out.

import { number, pageOf, short, t, told } from "./context.js";
import { h } from "./dom.js";
import { labels } from "./labels.js";

const MOST = 120;
const ROUNDS = 300;
const NAMES_MOST = 60;
const ROOMY = 24; // as many things have room in a drawing of this size
const SIZE = [1000, 540];

/** @typedef {{id: string, links: number, x: number, y: number, dx: number, dy: number}} Thing */
/** @typedef {{from: Thing, to: Thing, names: string[]}} Edge */

/**
 * @param {HTMLElement} panel
 * @param {import("./endpoint.js").Row[]} triples
 */
export async function showNetwork(panel, triples) {
  const { things, edges, total } = gather(triples);
  const times = Math.max(1, Math.sqrt(things.length / ROOMY));
  const [width, height] = SIZE.map((one) => one * times);
  lay(things, edges, width, height);
  const cut = total > things.length;
  const said = cut
    ? t("nodes.cut", { shown: number.format(things.length), total: number.format(total) })
    : t("nodes", { nodes: number.format(things.length), edges: number.format(edges.length) });
  const known = await labels([
    ...things.map((one) => one.id),
    ...edges.flatMap((edge) => edge.names),
  ]);
  const nameOf = (/** @type {string} */ iri) => known.get(iri)?.text ?? short(iri).replace(told.base, "…/");
  for (const edge of edges) {
    edge.names.sort((a, b) => Number(!known.get(a)) - Number(!known.get(b)));
  }
  const svg = h(
    "svg:svg",
    { class: "network", viewBox: `0 0 ${width} ${height}`, width: times > 1 ? width : "100%", height: times > 1 ? height : "100%", role: "group", "aria-label": t("network.label") },
    h(
      "svg:defs",
      {},
      h(
        "svg:marker",
        { id: "arrow", viewBox: "0 0 8 8", refX: 16, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
        h("svg:path", { d: "M0,0L8,4L0,8z", class: "edge-name" }),
      ),
    ),
    ...edges.map((edge) =>
      h(
        "svg:line",
        { class: "edge", x1: edge.from.x, y1: edge.from.y, x2: edge.to.x, y2: edge.to.y, "marker-end": "url(#arrow)" },
        h("svg:title", {}, edge.names.map(nameOf).join(", ")),
      ),
    ),
    ...(edges.length > NAMES_MOST
      ? []
      : edges.map((edge) =>
          h(
            "svg:text",
            { class: "edge-name", x: edge.from.x * 0.4 + edge.to.x * 0.6, y: edge.from.y * 0.4 + edge.to.y * 0.6, "text-anchor": "middle" },
            clipped(nameOf(edge.names[0]), 14) + (edge.names.length > 1 ? " +" : ""),
          ),
        )),
    ...things.map((one) => {
      const text = one.id.startsWith("_:") ? "" : nameOf(one.id);
      const circle = h("svg:circle", { cx: one.x, cy: one.y, r: 5 + Math.min(6, one.links), class: one.id.startsWith("_:") ? "literal" : null }, h("svg:title", {}, text || one.id));
      const label = h("svg:text", { x: one.x, y: one.y - 13, "text-anchor": "middle" }, clipped(text, 22));
      const page = pageOf(one.id) || (/^https?:/.test(one.id) ? one.id : "");
      return page ? h("svg:a", { href: page }, circle, label) : h("svg:g", {}, circle, label);
    }),
  );
  const canvas = h("div", { class: "canvas" }, svg);
  panel.replaceChildren(h("p", { class: "status" }, said), canvas);
  // The thing with most links is what one looks for first.
  canvas.scrollTo(things[0].x - canvas.clientWidth / 2, things[0].y - canvas.clientHeight / 2);
}

/**
 * The things with most links, and the links between these.
 * @param {import("./endpoint.js").Row[]} triples
 */
function gather(triples) {
  /** @type {Map<string, Thing>} */
  const every = new Map();
  const found = [];
  const thing = (/** @type {import("./endpoint.js").Term} */ term) => {
    const id = term.type === "bnode" ? `_:${term.value}` : term.value;
    let one = every.get(id);
    if (!one) {
      one = { id, links: 0, x: 0, y: 0, dx: 0, dy: 0 };
      every.set(id, one);
    }
    return one;
  };
  for (const { subject, property, object } of triples) {
    const from = thing(subject);
    if (object.type !== "literal") {
      const to = thing(object);
      from.links += 1;
      to.links += 1;
      found.push({ from, to, name: property.value });
    }
  }
  const things = [...every.values()].sort((a, b) => b.links - a.links).slice(0, MOST);
  const kept = new Set(things);
  /** @type {Map<string, Edge>} */
  const edges = new Map();
  for (const { from, to, name } of found) {
    if (kept.has(from) && kept.has(to) && from !== to) {
      const key = `${from.id} ${to.id}`;
      const edge = edges.get(key) ?? { from, to, names: [] };
      edge.names.push(name);
      edges.set(key, edge);
    }
  }
  return { things, edges: [...edges.values()], total: every.size };
}

/**
 * Places things so that links are short and things apart (Fruchterman and Reingold 1991), always in the same way.
 * @param {Thing[]} things
 * @param {Edge[]} edges
 * @param {number} width
 * @param {number} height
 */
function lay(things, edges, width, height) {
  const apart = 0.8 * Math.sqrt((width * height) / Math.max(things.length, 1));
  things.forEach((one, index) => {
    const angle = index * 2.399963; // the golden angle: no two begin at one place
    const radius = (Math.sqrt(index + 0.5) / Math.sqrt(things.length)) * (height / 2.4);
    one.x = width / 2 + radius * Math.cos(angle) * 1.3;
    one.y = height / 2 + radius * Math.sin(angle);
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of things) {
      one.dx = (width / 2 - one.x) * 0.05;
      one.dy = (height / 2 - one.y) * 0.09;
    }
    for (let i = 0; i < things.length; i++) {
      for (let j = i + 1; j < things.length; j++) {
        push(things[i], things[j], apart);
      }
    }
    for (const { from, to } of edges) {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const pull = Math.hypot(dx, dy) / apart / 2.5;
      from.dx += dx * pull;
      from.dy += dy * pull;
      to.dx -= dx * pull;
      to.dy -= dy * pull;
    }
    const heat = (width / 16) * (1 - round / ROUNDS) + 1;
    for (const one of things) {
      const length = Math.hypot(one.dx, one.dy) || 1;
      one.x += (one.dx / length) * Math.min(length, heat);
      one.y += (one.dy / length) * Math.min(length, heat);
    }
  }
  fit(things, "x", 90, width - 90);
  fit(things, "y", 34, height - 24);
}

/**
 * Moves things into the drawing, as far apart as it allows.
 * @param {Thing[]} things
 * @param {"x" | "y"} axis
 * @param {number} from
 * @param {number} to
 */
function fit(things, axis, from, to) {
  const places = things.map((one) => one[axis]);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const scale = Math.min((to - from) / (most - least || 1), 3);
  const middle = (from + to) / 2 - ((least + most) / 2) * scale;
  for (const one of things) {
    one[axis] = middle + one[axis] * scale;
  }
}

/**
 * @param {Thing} a
 * @param {Thing} b
 * @param {number} apart
 */
function push(a, b, apart) {
  const [dx, dy] = [a.x - b.x || 0.1, a.y - b.y || 0.1];
  const force = (apart * apart) / (dx * dx + dy * dy);
  a.dx += dx * force;
  a.dy += dy * force;
  b.dx -= dx * force;
  b.dy -= dy * force;
}

/**
 * @param {string} text
 * @param {number} most
 */
function clipped(text, most) {
  return [...text].length > most ? `${[...text].slice(0, most).join("")}…` : text;
}
