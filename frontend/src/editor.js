// The page of the editor: the form of the page stays what it is without this script, and is kept in step.

import { calls } from "./editor/calls.js";
import { codeEditor } from "./editor/code.js";
import { t, told } from "./editor/context.js";
import { h, tabs } from "./editor/dom.js";
import { ask, Failure, TooLarge } from "./editor/endpoint.js";
import { formOf } from "./editor/reading.js";
import { results } from "./editor/results.js";

const SOLUTIONS = "application/sparql-results+json";
const TRIPLES = "application/n-triples";
const LONGEST_ADDRESS = 8000;

/**
 * Puts the editor into the page.
 * @param {HTMLFormElement} form
 */
function start(form) {
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  /** @type {AbortController | null} */
  let running = null;
  let view = new URLSearchParams(location.hash.slice(1)).get("view") ?? "";
  let calling = "";
  const first = area.value;

  const runner = h("button", { type: "button", onclick: run }, t("run"));
  const cancel = h("button", { type: "button", class: "second", hidden: true, onclick: () => running?.abort() }, t("cancel"));
  const linker = h("button", { type: "button", class: "second", onclick: shortLink }, t("short"));
  const linked = h("div");
  const status = h("p", { class: "status", role: "status" });
  const problem = h("div");
  const outcome = h("div");
  const section = h(
    "section",
    { class: "outcome", "aria-labelledby": "outcome", hidden: true },
    h("h2", { id: "outcome" }, t("results")),
    outcome,
  );
  const programs = h("details", { class: "programs", ontoggle: showCalls }, h("summary", {}, t("calls")));
  const code = codeEditor(area.value, {
    run,
    changed: (text) => {
      area.value = text;
      code.mark(null);
      showCalls();
    },
  });
  form.hidden = true;
  form.after(
    h("div", { class: "writing" }, code.host, h("p", { class: "hint" }, t("help"))),
    h("div", { class: "tools" }, runner, cancel, linker, status),
    linked,
    problem,
    section,
    programs,
  );

  async function run() {
    running?.abort();
    const own = new AbortController();
    running = own;
    code.declare();
    await Promise.resolve();
    const query = code.text();
    const graph = /^(CONSTRUCT|DESCRIBE)$/.test(formOf(query));
    remember(query);
    code.mark(null);
    problem.replaceChildren();
    status.textContent = t("running");
    runner.disabled = true;
    cancel.hidden = false;
    try {
      const answer = await ask(query, graph ? TRIPLES : SOLUTIONS, own.signal);
      const shown = results({ query, graph, answer, view, chosen: keepView });
      status.textContent = shown.said;
      outcome.replaceChildren(shown.whole);
      section.hidden = false;
    } catch (error) {
      if (running === own) {
        status.textContent = own.signal.aborted ? t("cancelled") : "";
        outcome.replaceChildren();
        section.hidden = true;
        if (!own.signal.aborted) {
          tell(error);
        }
      }
    } finally {
      if (running === own) {
        running = null;
        runner.disabled = false;
        cancel.hidden = true;
      }
    }
  }

  /** @param {unknown} error */
  function tell(error) {
    if (error instanceof TooLarge) {
      explain(t("error.plain"), t("error.507"), "");
    } else if (!(error instanceof Failure)) {
      explain(t("error.plain"), t("error.net"), "");
    } else {
      const { status: code_, detail, line, column } = error.problem;
      const key = `error.${code_}`;
      const said = key in told.words ? t(key) : "";
      if (line) {
        const place = { line, column: column ?? 1, message: detail };
        code.mark(place);
        explain(t("error", { line, column: place.column }), said, detail, place);
      } else {
        explain(t("error.plain"), said, detail);
      }
    }
  }

  /**
   * @param {string} title
   * @param {string} said
   * @param {string} detail what the server says, in English
   * @param {{line: number, column: number} | null} place
   */
  function explain(title, said, detail, place = null) {
    problem.replaceChildren(
      h(
        "div",
        { class: "problem", role: "alert" },
        h("p", {}, h("strong", {}, title), said ? ` ${said}` : ""),
        detail ? h("pre", { lang: "en", tabindex: 0 }, detail) : null,
        place ? h("button", { type: "button", class: "second", onclick: () => code.go(place) }, t("error.go")) : null,
      ),
    );
  }

  /** @param {string} query has the address of the page lead back to it */
  function remember(query) {
    const pairs = new URLSearchParams({ query });
    if (told.kept) {
      pairs.set("version", told.version);
    }
    if (told.chosen) {
      pairs.set("lang", told.lang);
    }
    const address = `/query?${pairs}`;
    const kept = location.pathname.startsWith("/q/") && query === first;
    if (!kept && address.length <= LONGEST_ADDRESS) {
      history.replaceState(null, "", address + (view ? `#view=${view}` : ""));
    }
  }

  /** @param {string} id */
  function keepView(id) {
    if (view !== id) {
      view = id;
      history.replaceState(null, "", `${location.pathname}${location.search}#view=${id}`);
    }
  }

  async function shortLink() {
    const body = new URLSearchParams({ query: code.text() });
    if (told.kept) {
      body.set("version", told.version);
    }
    try {
      const response = await fetch("/q", { method: "POST", headers: { Accept: "application/json" }, body });
      const said = await response.json();
      if (!response.ok) {
        throw new Failure(said);
      }
      problem.replaceChildren();
      showLink(new URL(said.link, location.href).href + (view ? `#view=${view}` : ""));
    } catch (error) {
      linked.replaceChildren();
      tell(error);
    }
  }

  /** @param {string} address */
  function showLink(address) {
    const field = h("input", { id: "short-link", readonly: true, value: address });
    linked.replaceChildren(
      h("div", { class: "short-link" }, h("label", { for: "short-link" }, t("linked")), field, copyButton(() => address)),
    );
    field.focus();
    field.select();
  }

  function showCalls() {
    if (!programs.open) {
      return;
    }
    const written = calls(code.text());
    const shown = tabs(
      t("calls.label"),
      written.map(([name, text]) => ({
        id: name.replace(/\W+/g, "-"),
        name,
        fill: (/** @type {HTMLElement} */ panel) =>
          panel.replaceChildren(h("pre", { tabindex: 0 }, h("code", {}, text)), copyButton(() => text)),
      })),
      calling,
      (id) => {
        calling = id;
      },
    );
    programs.replaceChildren(programs.firstElementChild ?? "", shown);
  }

  const asked = new URLSearchParams(location.search);
  if (asked.has("query") || asked.has("example") || location.pathname.startsWith("/q/")) {
    run();
  }
}

/** @param {() => string} text */
function copyButton(text) {
  const button = h(
    "button",
    {
      type: "button",
      class: "copy",
      onclick: async () => {
        await navigator.clipboard?.writeText(text());
        button.textContent = t("copied");
        setTimeout(() => {
          button.textContent = t("copy");
        }, 2000);
      },
    },
    t("copy"),
  );
  return button;
}

const form = document.querySelector("#editor form");
if (form instanceof HTMLFormElement) {
  start(form);
}
