// A search in a base: pieces with their places and scores, words of the query marked.

import { fill, h, icon } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { searchBase } from "./knowledgeAPI.js";
import { pieceNode } from "./pieceNode.js";
import { queryWords } from "./queryWords.js";
import { openSource } from "./sourceText.js";

const MODES = ["hybrid", "keyword", "vector"];
const COUNT = 10;

export class SearchView {
  constructor({ onFail }) {
    this.onFail = onFail;
    this.base = null;
    this.asking = null;
    this.found = null;
    this.input = h("input", { type: "search", autocomplete: "off", enterkeyhint: "search" });
    this.mode = h("select", {});
    this.results = h("div", { "aria-live": "polite" });
    this.element = h("div", { class: "base-search" });
  }

  reset() {
    this.asking?.abort();
    this.input.value = "";
    this.found = null;
  }

  render(base) {
    this.base = base;
    const chosen = this.mode.value || MODES[0];
    fill(
      this.mode,
      MODES.map((mode) => h("option", { value: mode, selected: mode === chosen }, t(`search.${mode}`))),
    );
    this.mode.setAttribute("aria-label", t("search.mode"));
    this.input.placeholder = t("search.base");
    this.input.setAttribute("aria-label", t("search.base"));
    const submit = (event) => {
      event.preventDefault();
      void this.ask();
    };
    this.mode.onchange = () => this.found && void this.ask();
    fill(
      this.element,
      h(
        "form",
        { class: "search-form", role: "search", on: { submit } },
        h("div", { class: "search" }, icon("search"), this.input),
        h("span", { class: "select" }, this.mode),
        h("button", { type: "submit", class: "button" }, t("search.start")),
      ),
      this.results,
    );
    this.show();
  }

  async ask() {
    const query = this.input.value.trim();
    this.asking?.abort();
    if (query === "") {
      this.found = null;
      return this.show();
    }
    const asking = new AbortController();
    this.asking = asking;
    this.results.setAttribute("aria-busy", "true");
    try {
      const results = await searchBase(this.base, { query, mode: this.mode.value, top: COUNT }, asking.signal);
      if (asking.signal.aborted) return;
      this.found = { query, results };
    } catch (error) {
      if (asking.signal.aborted) return;
      this.onFail(error);
    }
    this.results.setAttribute("aria-busy", "false");
    this.show();
  }

  show() {
    if (this.found === null) return fill(this.results);
    const { query, results } = this.found;
    const words = queryWords(query);
    fill(
      this.results,
      h(
        "p",
        { class: "note" },
        results.length === 0 ? t("search.nothing") : t("search.found", { n: formatNumber(results.length) }),
      ),
      results.map((piece) =>
        pieceNode(piece, {
          words,
          onOpen: () => openSource(this.base, piece),
        }),
      ),
    );
  }
}
