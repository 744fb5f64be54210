// What an IRI in the query is called: shown where the pointer rests on it, and where the cursor stands.

import { hoverTooltip } from "@codemirror/view";

import { whole } from "./complete.js";
import { pageOf, told } from "./context.js";
import { h } from "./dom.js";
import { everyLabel } from "./labels.js";
import { prologue } from "./reading.js";

export const hover = hoverTooltip(async (view, position) => {
  const text = view.state.doc.toString();
  const { declared, all } = prologue(text);
  const token = all.find(({ from, to }) => from <= position && position <= to);
  const iri = token && /^<.*>$|^[\p{L}][\p{L}\p{N}_.-]*:./u.test(token.text) ? whole(token.text, declared) : "";
  if (!token || !iri) {
    return null;
  }
  const labels = await everyLabel(iri).catch(() => []);
  const first = labels.filter(({ lang }) => lang === told.lang || lang === "");
  const rest = labels.filter((one) => !first.includes(one));
  const page = pageOf(iri);
  return {
    pos: token.from,
    end: token.to,
    above: true,
    create: () => ({
      dom: h(
        "div",
        { class: "cm-about" },
        ...[...first, ...rest].slice(0, 4).map((one) => h("div", { lang: one.lang || null }, one.text)),
        page ? h("a", { href: page, target: "_blank", rel: "noopener" }, iri) : h("code", {}, iri),
      ),
    }),
  };
});
