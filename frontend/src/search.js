// Suggestions under a search field with data-suggest, the address to ask: a combobox with a list (WAI-ARIA
// Authoring Practices, "Editable Combobox With List Autocomplete"). Choosing one opens its page; without a
// choice the form is sent as it would be without this script. While an input method composes, its keys are its
// own and nothing is asked; what is composed is asked for when it is done.

/** @typedef {{name: string, lang: string, kind: string, page: string}} Suggestion */

const WAIT = 120;

class Combobox {
  /** @param {HTMLInputElement} field */
  constructor(field) {
    this.field = field;
    this.words = { ...field.dataset };
    /** @type {Suggestion[]} */
    this.found = [];
    this.active = -1;
    this.composing = false;
    this.asked = "";
    this.timer = 0;
    /** @type {AbortController | undefined} */
    this.asking = undefined;
    this.list = document.createElement("ul");
    this.list.id = `${field.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.words.list ?? "");
    this.list.hidden = true;
    this.told = document.createElement("div");
    this.told.className = "unseen";
    this.told.setAttribute("role", "status");
    field.after(this.list, this.told);
    field.autocomplete = "off";
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      field.setAttribute(name, value);
    }
    this.listen();
  }

  listen() {
    const { field, list } = this;
    field.addEventListener("compositionstart", () => {
      this.composing = true;
      clearTimeout(this.timer);
    });
    field.addEventListener("compositionend", () => {
      this.composing = false;
      this.later();
    });
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    // The field keeps the focus, so that a click is not a blur first.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.open([...list.children].indexOf(option));
    });
  }

  /** Asks once the typing pauses. */
  later() {
    clearTimeout(this.timer);
    if (!this.composing) this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const typed = this.field.value.trim();
    this.asking?.abort();
    if (!typed) {
      this.asked = "";
      this.close();
      return;
    }
    if (typed === this.asked && !this.list.hidden) return;
    const asking = new AbortController();
    this.asking = asking;
    const address = new URL(this.words.suggest ?? "", location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { suggestions } = await answer.json();
      if (asking.signal.aborted || document.activeElement !== this.field) return;
      this.asked = typed;
      this.show(suggestions);
    } catch {
      if (!asking.signal.aborted) this.close();
    }
  }

  /** @param {Suggestion[]} found */
  show(found) {
    this.found = found;
    this.list.replaceChildren(...found.map((one, number) => this.option(one, number)));
    this.point(-1);
    this.list.hidden = !found.length;
    this.field.setAttribute("aria-expanded", String(found.length > 0));
    const word = ["none", "one"][found.length] ?? "many";
    this.told.textContent = (this.words[word] ?? "").replace("#", String(found.length));
  }

  /** @param {Suggestion} one @param {number} number */
  option(one, number) {
    const made = document.createElement("li");
    made.id = `${this.list.id}-${number}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.lang = one.lang;
    name.textContent = one.name;
    const kind = document.createElement("small");
    kind.textContent = one.kind;
    made.append(name, " ", kind);
    return made;
  }

  /** Makes a suggestion the active one; -1 for none. @param {number} number */
  point(number) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.list.children[number];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", option.id);
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || this.composing || event.keyCode === 229) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step && !event.altKey) {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.move(step);
    } else if (event.key === "Enter" && this.active >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.open(this.active);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  /** From the last to the field itself and on to the first, and back. @param {number} step */
  move(step) {
    const places = this.found.length + 1;
    this.point(((this.active + 1 + step + places) % places) - 1);
  }

  /** @param {number} number */
  open(number) {
    const one = this.found[number];
    if (one) location.assign(one.page);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.point(-1);
    this.field.setAttribute("aria-expanded", "false");
    this.told.textContent = "";
  }
}

for (const field of document.querySelectorAll("input[data-suggest]")) {
  new Combobox(/** @type {HTMLInputElement} */ (field));
}
