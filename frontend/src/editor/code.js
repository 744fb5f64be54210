// The editor of the text itself: CodeMirror in a shadow root, where its style sheets are adopted ones, which the
// page's policy allows.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { forceLinting, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

import { suggest } from "./complete.js";
import { prefixes, t } from "./context.js";
import { h } from "./dom.js";
import { hover } from "./hover.js";
import { prologue, undeclared } from "./reading.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.modifier], color: "var(--s-word)" },
  { tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--s-variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--s-string)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--s-string)" },
  { tag: [tags.url, tags.link], color: "var(--s-iri)" },
  { tag: [tags.namespace, tags.propertyName, tags.className, tags.typeName, tags.labelName], color: "var(--s-name)" },
  { tag: tags.comment, color: "var(--s-comment)" },
  { tag: tags.function(tags.variableName), color: "var(--s-word)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--ground)", fontSize: "0.92rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "16rem", maxHeight: "60vh" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--panel) 60%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--focus) 45%, transparent)" },
  ".cm-tooltip": {
    backgroundColor: "var(--ground)",
    color: "var(--ink)",
    border: "1px solid var(--edge)",
    borderRadius: "6px",
    maxWidth: "min(36rem, 86vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "none", minWidth: "min(16rem, 80vw)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem", whiteSpace: "normal" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85", fontSize: "0.86em" },
  ".cm-about": { padding: "0.4rem 0.7rem", fontFamily: "var(--sans)", overflowWrap: "anywhere" },
  ".cm-about a": { color: "var(--accent)" },
  ".cm-diagnostic": { borderLeftColor: "var(--low)", fontFamily: "var(--sans)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--low)",
    textDecorationSkipInk: "none",
  },
});

/**
 * @param {string} text
 * @param {{run: () => void, changed: (text: string) => void}} told
 */
export function codeEditor(text, { run, changed }) {
  const host = h("div", { class: "code" });
  const root = host.attachShadow({ mode: "open" });
  const help = h("p", { id: "help", hidden: true }, t("help"));
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [suggest], icons: false, maxRenderedOptions: 9, activateOnTypingDelay: 150 }),
        highlightActiveLine(),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
          { key: "Tab", run: acceptCompletion },
          indentWithTab,
        ]),
        sparql(),
        syntaxHighlighting(colours),
        theme,
        hover,
        EditorView.lineWrapping,
        EditorState.phrases.of({ Completions: t("suggestions"), "Selection deleted": t("deleted") }),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": t("label"), "aria-describedby": "help" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            changed(update.state.doc.toString());
            if (update.transactions.some((one) => one.isUserEvent("input"))) {
              declare(update.view);
            }
          }
        }),
      ],
    }),
  });
  root.prepend(help);
  return {
    host,
    view,
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    declare: () => declare(view),

    /** @param {string} value */
    replace(value) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, userEvent: "input.replace" });
    },

    /**
     * Marks a place, or takes the marks away.
     * @param {{line: number, column: number, message: string} | null} place
     */
    mark(place) {
      const found = [];
      if (place) {
        const line = view.state.doc.line(Math.min(Math.max(place.line, 1), view.state.doc.lines));
        const from = Math.min(line.from + Math.max(place.column - 1, 0), line.to);
        const word = /^[^\s]+/.exec(view.state.sliceDoc(from, line.to));
        const to = from + (word ? word[0].length : 0);
        found.push({ from: to > from ? from : Math.max(line.from, from - 1), to, severity: "error", message: place.message });
      }
      view.dispatch(setDiagnostics(view.state, /** @type {any} */ (found)));
      forceLinting(view);
    },

    /** @param {{line: number, column: number}} place */
    go(place) {
      const line = view.state.doc.line(Math.min(Math.max(place.line, 1), view.state.doc.lines));
      const anchor = Math.min(line.from + Math.max(place.column - 1, 0), line.to);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
  };
}

/**
 * Declares the prefixes that are used and known, above all else that the query says.
 * @param {EditorView} view
 */
function declare(view) {
  const text = view.state.doc.toString();
  const missing = undeclared(text).filter((name) => name in prefixes);
  if (!missing.length) {
    return;
  }
  const { end, first } = prologue(text);
  const lines = missing.sort().map((name) => `PREFIX ${name}: <${prefixes[name]}>`);
  const change =
    end < 0
      ? { from: first, insert: `${lines.join("\n")}\n\n` }
      : { from: end, insert: lines.map((line) => `\n${line}`).join("") };
  // Not from within the update that has just been told of.
  queueMicrotask(() => {
    if (view.state.doc.toString() === text) {
      view.dispatch({ changes: change, userEvent: "declare" });
    }
  });
}
