// Elements made from what they are: no text is ever read as HTML.

/**
 * @param {string} name of the element; "svg:" before it makes one of SVG
 * @param {Record<string, any>} attributes `on…` are listeners, `false` and `null` leave one out
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  const element = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((one) => one !== null && one !== undefined));
  return element;
}

/**
 * Tabs after the pattern of the ARIA Authoring Practices Guide: arrows move, the panel of the chosen one shows.
 * @param {string} label
 * @param {{id: string, name: string, fill: (panel: HTMLElement) => void}[]} views
 * @param {string} first the id of the one to show first
 * @param {(id: string) => void} chosen told which one is shown
 */
export function tabs(label, views, first, chosen = () => {}) {
  const prefix = `tabs-${tabs.made++}`;
  const filled = new Set();
  const buttons = views.map((view) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${prefix}-${view.id}`,
        "aria-controls": `${prefix}-${view.id}-panel`,
        onclick: () => show(view.id),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const here = views.indexOf(view);
          const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: views.length - 1 }[event.key];
          if (to !== undefined) {
            event.preventDefault();
            const next = (to + views.length) % views.length;
            show(views[next].id);
            buttons[next].focus();
          }
        },
      },
      view.name,
    ),
  );
  const panels = views.map((view) =>
    h("div", {
      role: "tabpanel",
      id: `${prefix}-${view.id}-panel`,
      "aria-labelledby": `${prefix}-${view.id}`,
      tabindex: 0,
    }),
  );

  /** @param {string} id */
  function show(id) {
    views.forEach((view, number) => {
      const here = view.id === id;
      buttons[number].setAttribute("aria-selected", String(here));
      buttons[number].tabIndex = here ? 0 : -1;
      panels[number].hidden = !here;
    });
    const number = views.findIndex((view) => view.id === id);
    if (!filled.has(id)) {
      filled.add(id);
      // When it is in the page: what measures itself needs its size.
      requestAnimationFrame(() => views[number].fill(panels[number]));
    }
    chosen(id);
  }

  const whole = h("div", { class: "tabs" }, h("div", { role: "tablist", "aria-label": label }, ...buttons), ...panels);
  show(views.some((view) => view.id === first) ? first : views[0].id);
  return whole;
}
tabs.made = 0;
