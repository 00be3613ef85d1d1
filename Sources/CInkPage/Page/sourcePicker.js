// What the answers come from: the model alone, or the documents of a base.

import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** Is chosen to get to the bases; no base has this name, as it has a space. */
const MANAGE = "manage bases";

export class SourcePicker {
  /** `onManage` opens the place of the bases. */
  constructor(knowledge, chat, { onManage }) {
    this.knowledge = knowledge;
    this.chat = chat;
    this.onManage = onManage;
    this.mode = "chat";
    this.select = h("select", {});
    this.select.addEventListener("change", () => this.choose(this.select.value));
    this.element = h("span", { class: "select source-select", hidden: true }, icon("book"), this.select);
    knowledge.addEventListener("listed", () => this.render());
    for (const event of ["opened", "source"]) chat.addEventListener(event, () => this.render());
  }

  /** The base of the conversation that is shown; null when it asks none. */
  get chosen() {
    return this.mode === "chat" ? this.chat.sourceOf(this.chat.current) : null;
  }

  setMode(mode) {
    this.mode = mode;
    this.render();
  }

  choose(value) {
    if (value === MANAGE) {
      this.render();
      this.onManage();
    } else {
      this.chat.chooseKnowledge(value === "" ? null : value);
    }
  }

  render() {
    const { knowledge, chosen } = this;
    this.element.hidden = this.mode !== "chat" || !knowledge.available;
    this.element.dataset.chosen = String(chosen !== null);
    this.select.setAttribute("aria-label", t("source.choose"));
    this.select.title = t("source.choose");
    const option = (value, label) => h("option", { value, selected: value === (chosen ?? "") }, label);
    const missing = chosen !== null && !knowledge.find(chosen);
    fill(
      this.select,
      option("", t("source.none")),
      missing ? option(chosen, t("source.gone", { name: chosen })) : null,
      knowledge.bases.map((base) => option(base.id, base.id)),
      h("option", { value: MANAGE }, t("source.manage")),
    );
  }
}
