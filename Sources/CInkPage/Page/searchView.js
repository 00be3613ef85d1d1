// A search in a base: pieces with their places and scores, words of the query marked.

import { fill, h, icon } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { searchBase } from "./knowledgeAPI.js";
import { pieceNode } from "./pieceNode.js";
import { queryWords } from "./queryWords.js";
import { asksChatModel, plainRetrieval, retrievalFields, retrievalProblem } from "./retrieval.js";
import { retrievalControls } from "./retrievalControls.js";
import { openSource } from "./sourceText.js";

const MODES = ["hybrid", "keyword", "vector"];
const COUNT = 10;

export class SearchView {
  /** `onFail(error)`, `onProblem(text)`. */
  constructor(models, { onFail, onProblem }) {
    this.models = models;
    this.onFail = onFail;
    this.onProblem = onProblem;
    this.retrieval = plainRetrieval();
    this.hasOpenControls = false;
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
    this.retrieval = plainRetrieval();
    this.hasOpenControls = false;
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
      this.controls(),
      this.results,
    );
    this.show();
  }

  controls() {
    const details = h(
      "details",
      { class: "more search-more", open: this.hasOpenControls },
      h("summary", {}, t("search.more")),
      retrievalControls({ values: this.retrieval, models: this.models, onChange: (key, value) => this.set(key, value) }),
    );
    details.addEventListener("toggle", () => {
      this.hasOpenControls = details.open;
    });
    return details;
  }

  set(key, value) {
    this.retrieval[key] = value;
    const problem = retrievalProblem(this.retrieval);
    const field = this.element.querySelector('[data-key="filter"]');
    field?.setAttribute("aria-invalid", String(problem !== null));
    if (field) field.title = problem === null ? "" : t(problem.word, problem.values);
    // A choice holds for what was found at once; a filter is typed letter by letter.
    if (key !== "filter" && this.found) void this.ask();
  }

  async ask() {
    const query = this.input.value.trim();
    this.asking?.abort();
    if (query === "") {
      this.found = null;
      return this.show();
    }
    const problem = retrievalProblem(this.retrieval);
    if (problem !== null) return this.onProblem(t(problem.word, problem.values));
    const asking = new AbortController();
    this.asking = asking;
    this.results.setAttribute("aria-busy", "true");
    try {
      const found = await searchBase(
        this.base,
        {
          query,
          mode: this.mode.value,
          top: COUNT,
          ...retrievalFields(this.retrieval),
          ...(asksChatModel(this.retrieval) && this.models.chosen ? { model: this.models.chosen } : {}),
        },
        asking.signal,
      );
      if (asking.signal.aborted) return;
      this.found = { query, ...found };
    } catch (error) {
      if (asking.signal.aborted) return;
      this.onFail(error);
    }
    this.results.setAttribute("aria-busy", "false");
    this.show();
  }

  show() {
    if (this.found === null) return fill(this.results);
    const { query, results, wordings } = this.found;
    const words = queryWords(query);
    fill(
      this.results,
      h(
        "p",
        { class: "note" },
        results.length === 0 ? t("search.nothing") : t("search.found", { n: formatNumber(results.length) }),
      ),
      wordings.map((wording) => h("p", { class: "note", dir: "auto" }, t("search.wording", { wording }))),
      results.map((piece) =>
        pieceNode(piece, {
          words,
          onOpen: () => openSource(this.base, piece),
        }),
      ),
    );
  }
}
