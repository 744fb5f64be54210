// What the page has told the script, and words in its language.

/**
 * @typedef {{endpoint: string, base: string, pages: string, dataset: string, version: string, kept: boolean,
 *   lang: string, chosen: boolean, prefixes: Record<string, string>, words: Record<string, string>}} Told
 */

/** @type {Told} */
export const told = JSON.parse(document.querySelector("[data-told]")?.getAttribute("data-told") ?? "{}");

/**
 * A word of the interface, filled in.
 * @param {string} key
 * @param {Record<string, string|number>} values
 */
export function t(key, values = {}) {
  const text = told.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A number as people of the page's language write it. */
export const number = new Intl.NumberFormat(told.lang);

/**
 * The address of the page about an IRI of ours; nothing for others (web/linked/addresses.py).
 * @param {string} iri
 */
export function pageOf(iri) {
  if (!told.base || !iri.startsWith(told.base)) {
    return "";
  }
  const [path, fragment] = iri.slice(told.base.length).split("#");
  if (path.startsWith("/")) {
    return ""; // it would lead to another host
  }
  const address = path.startsWith("id/")
    ? `${told.pages}/page/${encodeURI(path.slice(3))}`
    : path.startsWith("snapshots/") || !path
      ? `/${encodeURI(path)}`
      : `${told.pages}/${encodeURI(path)}`;
  return withLanguage(address) + (fragment ? `#${encodeURIComponent(fragment)}` : "");
}

/** @param {string} address without a query */
function withLanguage(address) {
  return told.chosen ? `${address}?lang=${told.lang}` : address;
}

/** Prefixes by themselves, and those that entities have been inserted with. */
export const prefixes = { ...told.prefixes };

/**
 * An IRI by a known prefix where it can be written so, else null.
 * @param {string} iri
 */
export function prefixed(iri) {
  let best = null;
  for (const [name, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^[A-Za-z0-9_][\w-]*$/.test(local)) {
      if (best === null || namespace.length > prefixes[best].length) {
        best = name;
      }
    }
  }
  return best === null ? null : { prefix: best, name: `${best}:${iri.slice(prefixes[best].length)}` };
}

/**
 * An IRI as people write it; one of our things gets the prefix of its kind.
 * @param {string} iri
 */
export function short(iri) {
  const known = prefixed(iri);
  if (known) {
    return known.name;
  }
  const ours = `${told.base}id/`;
  const match = told.base && iri.startsWith(ours) ? /^([a-z][a-z0-9-]*)\/[\w-]+$/.exec(iri.slice(ours.length)) : null;
  if (match && !(match[1] in prefixes)) {
    prefixes[match[1]] = `${ours}${match[1]}/`;
    return prefixed(iri)?.name ?? iri;
  }
  return iri;
}
