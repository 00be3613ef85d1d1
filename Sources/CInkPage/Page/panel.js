// What goes with every request of a conversation: the system prompt, sampling, the form of answers, tools.

import { fill, h, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { retrievalProblem } from "./retrieval.js";
import { retrievalControls } from "./retrievalControls.js";
import { FORMS, GROUNDED_FORMS, NUMBERS, emptySettings, numberOf, requestFields } from "./settings.js";

const SAVE_AFTER = 400;

export class Panel {
  /** `onClose`; `onDefaults(conversation)` keeps system prompt and settings for new conversations. */
  constructor(element, chat, { onClose, onDefaults }) {
    this.element = element;
    this.chat = chat;
    this.handlers = { onClose, onDefaults };
    this.saving = null;
    for (const event of ["opened", "source"]) chat.addEventListener(event, () => this.render());
  }

  render() {
    const { settings } = this.chat.current;
    const main = NUMBERS.filter((control) => control.main);
    const further = NUMBERS.filter((control) => !control.main);
    fill(
      this.element,
      h(
        "header",
        { class: "panel-head" },
        h("h2", {}, t("panel")),
        iconButton("close", t("close"), this.handlers.onClose),
      ),
      h(
        "div",
        { class: "panel-body" },
        this.grounded(),
        this.system(),
        h("h3", {}, t("sampling")),
        main.map((control) => this.number(control)),
        h(
          "details",
          { class: "more", open: further.some((control) => settings[control.key] !== "") || settings.stop !== "" },
          h("summary", {}, t("sampling.more")),
          further.map((control) => this.number(control)),
          this.text("stop", { rows: 2, code: true }),
        ),
        h("h3", {}, t("form")),
        this.form(),
        this.schema(),
        h(
          "details",
          { class: "more", open: settings.tools !== "" },
          h("summary", {}, t("tools")),
          this.text("tools", { rows: 5, code: true }),
        ),
        this.foot(),
      ),
    );
    this.showProblems();
  }

  /** Where answers come from documents: what they may be made of, and which of the other settings hold. */
  grounded() {
    const { current } = this.chat;
    const knowledge = this.chat.sourceOf(current);
    if (knowledge === null) return null;
    const choices = GROUNDED_FORMS.map((form) =>
      h("option", { value: form, selected: current.settings.grounded === form }, t(`grounded.${form}`)),
    );
    const select = h("select", { "aria-label": t("grounded"), data: { key: "grounded" } }, choices);
    select.addEventListener("change", () => this.set("grounded", select.value));
    return [
      h("h3", {}, t("grounded")),
      h("div", { class: "field" }, h("span", { class: "select" }, select)),
      retrievalControls({
        values: current.settings,
        models: this.chat.models,
        onChange: (key, value) => this.set(key, value),
      }),
      h("p", { class: "note" }, t("grounded.note", { name: knowledge })),
    ];
  }

  system() {
    const { current } = this.chat;
    const field = h("textarea", {
      rows: 4,
      value: current.system,
      placeholder: t("system.placeholder"),
      data: { key: "system" },
    });
    field.addEventListener("input", () => {
      current.system = field.value;
      this.saveLater();
    });
    return h("label", { class: "field" }, h("span", {}, t("system")), field);
  }

  number(control) {
    const { settings } = this.chat.current;
    const input = h("input", {
      type: "text",
      inputmode: control.whole ? "numeric" : "decimal",
      autocomplete: "off",
      placeholder: t("default"),
      value: settings[control.key],
      data: { key: control.key },
    });
    input.addEventListener("input", () => this.set(control.key, input.value));
    input.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      input.value = stepped(control, input.value, step);
      this.set(control.key, input.value);
    });
    return h(
      "label",
      { class: "field line" },
      h("span", { class: "field-name" }, t(`control.${control.key}`), h("small", {}, t(`control.${control.key}.hint`))),
      input,
    );
  }

  text(key, { rows, code }) {
    const { settings } = this.chat.current;
    const field = h("textarea", {
      rows,
      class: code ? "code-field" : null,
      value: settings[key],
      placeholder: t(`control.${key}.placeholder`),
      spellcheck: "false",
      data: { key },
    });
    field.addEventListener("input", () => this.set(key, field.value));
    return h(
      "label",
      { class: "field" },
      h("span", {}, t(`control.${key}`)),
      field,
      h("small", {}, t(`control.${key}.hint`)),
    );
  }

  form() {
    const { settings } = this.chat.current;
    const choices = FORMS.map((form) =>
      h("option", { value: form, selected: settings.form === form }, t(`form.${form}`)),
    );
    const select = h("select", { "aria-label": t("form"), data: { key: "form" } }, choices);
    select.addEventListener("change", () => {
      this.set("form", select.value);
      this.schemaField.hidden = select.value !== "json_schema";
    });
    return h("div", { class: "field" }, h("span", { class: "select" }, select));
  }

  schema() {
    this.schemaField = this.text("schema", { rows: 7, code: true });
    this.schemaField.hidden = this.chat.current.settings.form !== "json_schema";
    return this.schemaField;
  }

  foot() {
    const defaults = () => this.handlers.onDefaults(this.chat.current);
    const reset = () => {
      Object.assign(this.chat.current, { settings: emptySettings(), system: "" });
      this.saveLater();
      this.render();
    };
    return h(
      "footer",
      { class: "panel-foot" },
      h("button", { type: "button", class: "button", on: { click: defaults } }, t("panel.defaults")),
      h("button", { type: "button", class: "button quiet", on: { click: reset } }, t("panel.reset")),
    );
  }

  set(key, value) {
    this.chat.current.settings[key] = value;
    this.showProblems();
    this.saveLater();
  }

  showProblems() {
    const { settings } = this.chat.current;
    const problems = new Map(
      [...requestFields(settings).problems, retrievalProblem(settings)]
        .filter(Boolean)
        .map((problem) => [problem.key, problem]),
    );
    for (const field of this.element.querySelectorAll("[data-key]")) {
      const problem = problems.get(field.dataset.key);
      field.setAttribute("aria-invalid", String(problem !== undefined));
      field.title = problem ? t(problem.word, problem.values) : "";
    }
  }

  saveLater() {
    clearTimeout(this.saving);
    const { current } = this.chat;
    this.saving = setTimeout(() => this.chat.keep(current), SAVE_AFTER);
  }
}

/** The next value up or down, from the middle of the usual range when there is none yet. */
function stepped(control, text, direction) {
  const value = numberOf(control, text);
  const start = { temperature: 1, top_p: 1, repetition_penalty: 1, max_tokens: 512, top_k: 40 }[control.key] ?? 0;
  const from = typeof value === "number" ? value : start;
  const next = Math.min(control.high, Math.max(control.low, from + direction * control.step));
  return String(Number(next.toFixed(4)));
}
