// All knowledge bases, and the way to a new one.

import { confirmed } from "./dialogs.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { messageOf } from "./problems.js";

export class BasesView {
  /** `onOpen(base)`, `onAsk(base)`, `onFail(error)`. */
  constructor(knowledge, models, { onOpen, onAsk, onFail }) {
    this.knowledge = knowledge;
    this.models = models;
    this.handlers = { onOpen, onAsk, onFail };
    this.list = h("div", {});
  }

  render(column) {
    this.showList();
    fill(
      column,
      h("h2", {}, t("knowledge.title")),
      h("p", { class: "lead" }, t("knowledge.text")),
      this.list,
      this.form(),
    );
  }

  showList() {
    const { bases } = this.knowledge;
    fill(
      this.list,
      bases.length === 0
        ? h("p", { class: "note" }, t("knowledge.none"))
        : h(
            "ul",
            { class: "cards" },
            bases.map((base) => h("li", { class: "card" }, this.entry(base))),
          ),
    );
  }

  entry(base) {
    const { onOpen, onAsk } = this.handlers;
    const facts = [
      t("documents.number", { n: formatNumber(base.documents ?? 0) }),
      t("pieces.number", { n: formatNumber(base.pieces ?? 0) }),
      base.embedder,
    ];
    return [
      h(
        "button",
        { type: "button", class: "card-open", on: { click: () => onOpen(base.id) } },
        h("span", { class: "card-name" }, icon("book"), base.id),
        h("span", { class: "card-facts" }, facts.filter(Boolean).join(" · ")),
      ),
      h("button", { type: "button", class: "button", on: { click: () => onAsk(base.id) } }, t("knowledge.ask")),
      iconButton("trash", t("knowledge.remove", { name: base.id }), () => this.remove(base)),
    ];
  }

  async remove(base) {
    const title = t("knowledge.remove", { name: base.id });
    const text = t("knowledge.remove.text", { n: formatNumber(base.documents ?? 0) });
    if (!(await confirmed(title, text, t("remove")))) return;
    try {
      await this.knowledge.remove(base.id);
    } catch (error) {
      this.handlers.onFail(error);
    }
    this.list.querySelector("button")?.focus();
  }

  form() {
    const name = h("input", { type: "text", name: "name", autocomplete: "off", maxlength: 128, required: true });
    const embedder = h("input", { type: "text", name: "embedder", autocomplete: "off", list: "embedders" });
    embedder.placeholder = t("default");
    const names = this.models.all.filter(({ abilities }) => abilities.includes("embedding")).map(({ id }) => id);
    const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
    const button = h("button", { type: "submit", class: "button primary" }, t("knowledge.create"));
    const submit = async (event) => {
      event.preventDefault();
      problem.hidden = true;
      button.disabled = true;
      try {
        const base = await this.knowledge.create(name.value.trim(), embedder.value.trim());
        this.handlers.onOpen(base.id);
      } catch (error) {
        problem.textContent = messageOf(error);
        problem.hidden = false;
        name.focus();
      }
      button.disabled = false;
    };
    return h(
      "form",
      { class: "new-base", on: { submit } },
      h("h3", {}, t("knowledge.new")),
      h("label", { class: "field" }, h("span", {}, t("knowledge.name")), name),
      h(
        "label",
        { class: "field" },
        h("span", {}, t("knowledge.embedder")),
        embedder,
        h("small", {}, t("knowledge.embedder.hint")),
      ),
      h(
        "datalist",
        { id: "embedders" },
        names.map((id) => h("option", { value: id })),
      ),
      problem,
      h("div", { class: "row" }, button),
    );
  }
}
