// The answer on a map: every place that a row has, over the outlines of our own subprefectures. No tiles.

import L from "leaflet";
import "leaflet/dist/leaflet.css";

import { cell, plain, WKT } from "./cells.js";
import { number, t } from "./context.js";
import { h } from "./dom.js";
import { rows as ask } from "./endpoint.js";
import { labels } from "./labels.js";
import { geometry } from "./wkt.js";

const MOST = 2000;
const NEAR = 11;
const OUTLINES = `SELECT ?shape { ?place a rk:Subprefecture ; geo:hasGeometry/geo:asWKT ?shape
  FILTER(CONTAINS(STR(?shape), "POLYGON")) }`;

/** @typedef {import("./endpoint.js").Row} Row */

/** @param {Row[]} rows */
export function hasPlaces(rows) {
  return rows.some((row) => Object.values(row).some((term) => term.datatype === WKT));
}

/**
 * @param {HTMLElement} panel
 * @param {string[]} names
 * @param {Row[]} rows
 */
export async function showMap(panel, names, rows) {
  const places = [];
  let bad = 0;
  for (const row of rows) {
    for (const name of names) {
      if (row[name]?.datatype === WKT) {
        const found = geometry(row[name].value);
        if (found) {
          places.push({ row, found });
        } else {
          bad += 1;
        }
      }
    }
  }
  const shown = places.slice(0, MOST);
  const [some, total] = [number.format(shown.length), number.format(places.length)];
  const said = places.length > MOST ? t("places.cut", { shown: some, total }) : t("places", { shown: some });
  const canvas = h("div", { class: "canvas", role: "region", "aria-label": t("map.label") });
  panel.replaceChildren(
    h("p", { class: "status" }, said, bad ? ` ${t("places.bad", { number: number.format(bad) })}` : ""),
    canvas,
  );
  const map = L.map(canvas, { attributionControl: false, zoomControl: false, maxZoom: 16, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: t("zoom.in"), zoomOutTitle: t("zoom.out") }).addTo(map);
  const ground = L.featureGroup().addTo(map);
  const layer = L.featureGroup();
  for (const { row, found } of shown) {
    const one = L.geoJSON(found, {
      style: { className: "place" },
      pointToLayer: (_, where) => L.circleMarker(where, { radius: 7, className: "place" }),
    });
    one.bindPopup(() => popup(names, row), { maxWidth: 320, keepInView: true });
    one.on("add", () => reachable(one, title(names, row)));
    one.addTo(layer);
  }
  const whole = layer.getBounds();
  if (whole.isValid()) {
    map.fitBounds(whole, { padding: [30, 30], maxZoom: NEAR });
  } else {
    map.fitWorld();
  }
  layer.addTo(map);
  try {
    const outlines = await ask(OUTLINES);
    for (const { shape } of outlines) {
      const found = geometry(shape.value);
      if (found) {
        L.geoJSON(found, { interactive: false, style: { className: "region" } }).addTo(ground);
      }
    }
    ground.bringToBack();
    if (!whole.isValid() && ground.getBounds().isValid()) {
      map.fitBounds(ground.getBounds());
    }
  } catch {
    // The places are there without the ground.
  }
}

/**
 * Lets a place be reached and opened by the keyboard.
 * @param {L.GeoJSON} group
 * @param {string} name
 */
function reachable(group, name) {
  group.eachLayer((/** @type {any} */ layer) => {
    const element = layer.getElement?.();
    if (element) {
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", name);
      element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          layer.fire("click", { latlng: layer.getLatLng?.() ?? layer.getBounds().getCenter() }, true);
        }
      });
    }
  });
}

/**
 * @param {string[]} names
 * @param {Row} row
 */
function title(names, row) {
  const said = names.map((name) => row[name]).find((term) => term?.type === "literal" && term.datatype !== WKT);
  return said ? plain(said) : plain(Object.values(row)[0]);
}

/**
 * @param {string[]} names
 * @param {Row} row
 */
function popup(names, row) {
  const list = h("dl");
  const fill = (/** @type {Map<string, any>} */ known) =>
    list.replaceChildren(
      ...names
        .filter((name) => row[name] && row[name].datatype !== WKT)
        .flatMap((name) => [h("dt", {}, name), h("dd", {}, cell(row[name], known))]),
    );
  fill(new Map());
  const iris = Object.values(row).flatMap((term) => (term.type === "uri" ? [term.value] : []));
  if (iris.length) {
    labels(iris).then(fill);
  }
  return list;
}
