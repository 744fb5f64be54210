// The map of /map: the drawing of the page becomes one to move and zoom in. Region, key and form lead to
// the same addresses as without a script; what is there is fetched and takes the place of the list.

import L from "leaflet";
import "leaflet/dist/leaflet.css";

/**
 * @typedef {{layer: string, name: string, lang?: string, page: string, short?: string, number?: number,
 *   subprefecture?: string, area?: string, areaName?: string, point?: [number, number], at?: string,
 *   kindName?: string}} Properties
 * @typedef {{id: string, geometry: any, properties: Properties}} Feature
 */

const COLOURS = 8;
const pane = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("map-filter"));
const words = { ...pane.dataset };

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} content */
function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** @param {Properties} said */
function link(said) {
  return element("a", { href: said.page, lang: said.lang ?? "" }, said.name);
}

/** The address of this page narrowed to one subprefecture. @param {string} name */
function narrowed(name) {
  const address = new URL(location.href);
  address.searchParams.delete("area");
  address.searchParams.set("subprefecture", name);
  return address.href;
}

const map = startMap();
const regions = L.layerGroup().addTo(map);
const things = L.layerGroup().addTo(map);
let fitted = false;

function startMap() {
  pane.replaceChildren();
  pane.classList.add("live");
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", words.label ?? "");
  const made = L.map(pane, { zoomSnap: 0.1, zoomDelta: 0.5, minZoom: 5, attributionControl: Boolean(words.tiles), scrollWheelZoom: false });
  made.on("focus click", () => made.scrollWheelZoom.enable());
  if (words.tiles) {
    made.attributionControl.setPrefix(false);
    L.tileLayer(words.tiles, { attribution: element("span", {}, words.credit ?? "").innerHTML, maxZoom: 18 }).addTo(made);
    pane.classList.add("tiled");
  }
  return made;
}

/** Whether a region is left out. @param {Properties} said @param {URLSearchParams} chosen */
function isOff(said, chosen) {
  const only = chosen.get("subprefecture");
  const area = chosen.get("area");
  return only ? only !== said.subprefecture : Boolean(area) && area !== said.area;
}

/** @param {Feature[]} features */
function fit(features) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const bounds = L.geoJSON(/** @type {any} */ (features)).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [6, 6], animate: fitted && !still });
  fitted = true;
}

/** @param {Feature[]} features @param {URLSearchParams} chosen */
function drawRegions(features, chosen) {
  regions.clearLayers();
  for (const feature of features) {
    const said = feature.properties;
    const off = isOff(said, chosen);
    const colour = said.number ? ((said.number - 1) % COLOURS) + 1 : 0;
    const shape = L.geoJSON(feature, { style: { className: `region a${colour}${off ? " off" : ""}`, weight: 1 } });
    shape.addTo(regions);
    shape.on("click", () => go(narrowed(said.subprefecture ?? "")));
    shape.eachLayer((one) => {
      const path = /** @type {SVGElement} */ (/** @type {any} */ (one).getElement());
      const name = said.areaName ? `${said.name} (${said.areaName})` : said.name;
      path.setAttribute("tabindex", "0");
      path.setAttribute("role", "button");
      path.setAttribute("aria-label", (words.only ?? "{name}").replace("{name}", name));
      path.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        go(narrowed(said.subprefecture ?? ""));
      });
    });
    if (said.point) {
      const long = element("span", { class: "long", lang: said.lang ?? "" }, said.short ?? said.name);
      const text = element("b", {}, `${said.number ?? ""} `, long);
      const icon = L.divIcon({ className: `name${off ? " off" : ""}`, html: text, iconSize: [0, 0] });
      L.marker([said.point[1], said.point[0]], { icon, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(regions);
    }
  }
}

/** The places of features, each with what is there. @param {Feature[]} features */
function byPlace(features) {
  /** @type {Map<string, {at: [number, number], found: Properties[]}>} */
  const places = new Map();
  for (const { geometry, properties } of features) {
    if (!geometry) continue;
    const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
    for (const [x, y] of points) {
      const place = places.get(`${x} ${y}`) ?? { at: [y, x], found: [] };
      place.found.push(properties);
      places.set(`${x} ${y}`, place);
    }
  }
  return places.values();
}

/** @param {Properties[]} found */
function popup(found) {
  const list = element("ul", {}, ...found.map((said) => element("li", {}, link(said), said.kindName ? ` ${said.kindName}` : "")));
  return element("div", { class: "found" }, list);
}

/** @param {string} layer @param {Feature[]} features */
function drawThings(layer, features) {
  for (const { at, found } of byPlace(features)) {
    const names = found.map((said) => said.name).join(", ");
    if (layer === "municipalities") {
      L.circleMarker(at, { radius: 3, weight: 1.2, className: "town" }).bindTooltip(names).bindPopup(popup(found)).addTo(things);
      continue;
    }
    const projects = layer === "projects";
    const near = projects || found.some((said) => said.at === "exact") ? "" : " near";
    const sign = element("span", { class: `pin ${layer}${near}` }, projects ? String(found.length) : "");
    const icon = L.divIcon({ className: "pinned", html: sign, iconSize: [24, 24], iconAnchor: [12, projects ? -9 : 12] });
    // With the keyboard one goes by the regions and the list, which has the same: pins stand close together.
    L.marker(at, { icon, title: names, keyboard: false, zIndexOffset: projects ? 500 : 0 }).bindPopup(popup(found), { maxWidth: 320 }).addTo(things);
  }
}

/** @param {string} address @param {URLSearchParams} chosen */
async function draw(address, chosen) {
  const answer = await fetch(address);
  if (!answer.ok) return;
  /** @type {{features: Feature[]}} */
  const found = await answer.json();
  const of = (/** @type {string} */ layer) => found.features.filter((one) => one.properties.layer === layer);
  // First of all: what is drawn before the map has a view has no element yet.
  fit(of("subprefectures").filter((one) => !isOff(one.properties, chosen)));
  drawRegions(of("subprefectures"), chosen);
  things.clearLayers();
  pane.classList.toggle("whole", !chosen.get("area") && !chosen.get("subprefecture"));
  for (const layer of ["municipalities", "assets", "projects"]) drawThings(layer, of(layer));
}

/** Shows what an address of this page shows. @param {string} address @param {boolean} back */
async function go(address, back = false) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["#map-list", "#map-filter", ".key", ".switch"]) {
    const found = page.querySelector(part);
    const old = document.querySelector(part);
    if (found && old) old.replaceChildren(...found.childNodes);
  }
  if (!back) history.pushState(null, "", address);
  const fresh = /** @type {HTMLElement | null} */ (page.getElementById("map"));
  await draw(fresh?.dataset.geojson ?? "/map.geojson", new URL(address, location.href).searchParams);
}

/** The address that the form asks for, without what is not chosen. */
function asked() {
  const address = new URL(form.action);
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const boxes = form.querySelectorAll('input[name="show"]').length;
  const all = given.filter(([name]) => name === "show").length === boxes;
  const kept = given.filter(([name]) => name !== "show" || !all).map(([name, value]) => [name, String(value)]);
  address.search = new URLSearchParams(kept).toString();
  return address.href;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(asked());
});
form.addEventListener("change", (event) => {
  const field = /** @type {HTMLSelectElement} */ (event.target);
  if (field.name === "area") /** @type {HTMLSelectElement} */ (form.elements.namedItem("subprefecture")).value = "";
  const name = field.id;
  go(asked()).then(() => name && document.getElementById(name)?.focus());
});
document.addEventListener("click", (event) => {
  const found = /** @type {Element} */ (event.target).closest?.(".key a, #map-filter a");
  if (!(found instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(found.href);
});
addEventListener("popstate", () => go(location.href, true));

draw(words.geojson ?? "/map.geojson", new URL(location.href).searchParams);
