// Above the conversation: which model, how full its context is, and the way to the settings.

import { fill, h, iconButton } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { shownPath } from "./tree.js";

export class Topbar {
  constructor(element, chat, models, { onMenu, onPanel, onNew }) {
    this.element = element;
    this.chat = chat;
    this.models = models;
    this.handlers = { onMenu, onPanel, onNew };
    this.draft = 0;
    this.mode = "chat";
    this.select = h("select", {});
    this.select.addEventListener("change", () => models.choose(this.select.value));
    this.meterFill = h("span", { class: "meter-fill" });
    this.meterText = h("span", { class: "meter-text" });
    this.meter = h(
      "div",
      { class: "meter", role: "meter", "aria-valuemin": 0 },
      h("span", { class: "meter-track" }, this.meterFill),
      this.meterText,
    );
    for (const event of ["listed", "chosen"]) models.addEventListener(event, () => this.showModels());
    for (const event of ["opened", "changed", "state", "grown"]) chat.addEventListener(event, () => this.showMeter());
  }

  render() {
    const { onMenu, onPanel, onNew } = this.handlers;
    this.panelButton = iconButton("sliders", t("panel"), onPanel, {
      "aria-expanded": "false",
      "aria-controls": "panel",
    });
    fill(
      this.element,
      iconButton("menu", t("sidebar.open"), onMenu, { class: "icon-button menu-button", "aria-controls": "sidebar" }),
      this.mode === "chat"
        ? h("span", { class: "select model-select" }, this.select)
        : h("h1", { class: "place" }, t(this.mode)),
      h("span", { class: "space" }),
      this.mode === "chat" ? this.meter : null,
      iconButton("plus", t("new"), onNew, { class: "icon-button new-button" }),
      this.mode === "votes" || this.mode === "knowledge" ? null : this.panelButton,
    );
    this.select.setAttribute("aria-label", t("model"));
    this.meter.setAttribute("aria-label", t("meter"));
    this.showModels();
    this.showMeter();
  }

  setMode(mode) {
    this.mode = mode;
    this.render();
  }

  setPanelOpen(open) {
    this.panelButton?.setAttribute("aria-expanded", String(open));
  }

  setDraft(tokens) {
    this.draft = tokens;
    this.showMeter();
  }

  showModels() {
    const { talkers, chosen } = this.models;
    const options = talkers.map((model) => h("option", { value: model.id, selected: model.id === chosen }, model.id));
    fill(this.select, options.length > 0 ? options : h("option", { value: "" }, t("model.none")));
    this.select.disabled = options.length === 0;
    this.select.title = this.models.current?.facts.map((fact) => `${fact.name}: ${fact.value}`).join("\n") ?? "";
    this.showMeter();
  }

  showMeter() {
    const length = this.models.current?.contextLength ?? null;
    const last = shownPath(this.chat.current).findLast((node) => node.usage);
    const used = (last ? last.usage.prompt + last.usage.completion : 0) + this.draft;
    this.meter.hidden = used === 0;
    if (used === 0) return;
    const share = length ? Math.min(1, used / length) : 0;
    this.meterFill.style.width = `${share * 100}%`;
    this.meter.dataset.level = share > 0.9 ? "full" : share > 0.75 ? "high" : "normal";
    this.meterText.textContent = length
      ? `${formatNumber(used)} / ${formatNumber(length)}`
      : t("facts.tokens", { n: formatNumber(used) });
    this.meter.title = t(length ? "meter.title" : "meter.unknown", {
      used: formatNumber(used),
      length: formatNumber(length ?? 0),
    });
    this.meter.setAttribute("aria-valuenow", used);
    this.meter.setAttribute("aria-valuemax", length ?? used);
    this.meter.setAttribute("aria-valuetext", this.meter.title);
  }
}
