// One knowledge base: its documents, what is being added, and a search in it.

import { confirmed } from "./dialogs.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { formatBytes, formatNumber, t } from "./i18n.js";
import { listDocuments, removeDocument } from "./knowledgeAPI.js";
import { SearchView } from "./searchView.js";
import { UploadView } from "./uploadView.js";
import { warningsNode } from "./warnings.js";

/** Documents that are drawn at once. */
const PAGE = 200;

export class BaseView {
  /** `onOpen(base, document)`, `onAsk(base)`, `onFail(error)`, `onProblem(text)`. */
  constructor(knowledge, models, queue, { onOpen, onAsk, onFail, onProblem }) {
    this.knowledge = knowledge;
    this.handlers = { onOpen, onAsk, onFail };
    this.base = null;
    this.documents = null;
    this.wanted = null;
    this.shown = PAGE;
    this.reading = false;
    this.readAgain = false;
    this.list = h("div", { class: "documents" });
    this.uploads = new UploadView(queue, { onProblem });
    this.search = new SearchView(models, { onFail, onProblem });
    queue.addEventListener("changed", (event) => {
      if (event.detail?.state === "done" && event.detail.knowledge === this.base) void this.refresh();
    });
    queue.addEventListener("settled", () => void knowledge.refresh());
  }

  render(column, base) {
    if (base !== this.base) {
      this.base = base;
      this.documents = null;
      this.shown = PAGE;
      this.search.reset();
    }
    this.uploads.render(base);
    this.search.render(base);
    this.showList();
    const back = h(
      "button",
      { type: "button", class: "button quiet back", on: { click: () => this.handlers.onOpen(null) } },
      icon("left"),
      t("knowledge"),
    );
    const ask = h(
      "button",
      { type: "button", class: "button primary", on: { click: () => this.handlers.onAsk(base) } },
      t("knowledge.ask"),
    );
    fill(
      column,
      back,
      h("div", { class: "place-head" }, h("h2", {}, base), ask),
      this.search.element,
      h("h3", {}, t("documents")),
      this.uploads.element,
      this.list,
    );
    this.uploads.takeDropsOn(column);
    void this.refresh();
  }

  /** Reads the documents. News that come meanwhile are read once, however many they are. */
  async refresh() {
    this.readAgain = this.reading;
    if (this.reading) return;
    this.reading = true;
    await this.read();
    this.reading = false;
    if (this.readAgain) await this.refresh();
  }

  async read() {
    const { base } = this;
    try {
      const documents = await listDocuments(base);
      if (base !== this.base) return;
      this.documents = documents;
    } catch (error) {
      if (base === this.base) this.handlers.onFail(error);
      return;
    }
    this.showList();
  }

  /** Gives the focus back to a document that was looked at, as soon as it is in the list. */
  focusDocument(id) {
    this.wanted = id;
  }

  showList() {
    const active = document.activeElement;
    const focused = this.list.contains(active) ? active.closest("li")?.dataset.id : null;
    const wanted = this.wanted ?? focused;
    if (this.documents === null) return fill(this.list, h("p", { class: "note" }, t("reading")));
    fill(
      this.list,
      this.documents.length === 0
        ? h("p", { class: "note" }, t("documents.none"))
        : h(
            "ul",
            { class: "cards" },
            this.documents
              .slice(0, this.shown)
              .map((entry) => h("li", { class: "card", data: { id: entry.id } }, this.entry(entry))),
          ),
      this.documents.length > this.shown ? this.moreButton() : null,
    );
    const row = [...this.list.querySelectorAll("li")].find((item) => item.dataset.id === wanted);
    row?.querySelector("button").focus({ preventScroll: wanted === focused });
    this.wanted = null;
  }

  moreButton() {
    const click = () => this.showMore();
    return h("button", { type: "button", class: "button more-documents", on: { click } }, t("pieces.more"));
  }

  showMore() {
    const next = this.documents[this.shown]?.id ?? null;
    this.shown += PAGE;
    this.wanted = next;
    this.showList();
  }

  entry(entry) {
    const facts = [
      formatBytes(entry.bytes ?? 0),
      entry.piece_count === 0 ? t("documents.empty") : t("pieces.number", { n: formatNumber(entry.piece_count ?? 0) }),
      Number.isInteger(entry.page_count) ? t("pages.number", { n: formatNumber(entry.page_count) }) : null,
      entry.media_type,
    ];
    return [
      h(
        "button",
        { type: "button", class: "card-open", on: { click: () => this.handlers.onOpen(this.base, entry.id) } },
        h("span", { class: "card-name" }, icon("file"), h("bdi", {}, entry.id)),
        h("span", { class: "card-facts" }, facts.filter(Boolean).join(" · ")),
      ),
      iconButton("trash", t("documents.remove", { name: entry.id }), () => this.remove(entry)),
      warningsNode(entry.warnings),
    ];
  }

  async remove(entry) {
    const title = t("documents.remove", { name: entry.id });
    if (!(await confirmed(title, t("documents.remove.text"), t("remove")))) return;
    try {
      await removeDocument(this.base, entry.id);
    } catch (error) {
      this.handlers.onFail(error);
    }
    await this.refresh();
    (this.list.querySelector("button") ?? this.uploads.button).focus();
    void this.knowledge.refresh();
  }
}
