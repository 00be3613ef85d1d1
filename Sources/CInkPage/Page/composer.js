// Where a person writes. Enter sends, except while an input method is composing Chinese.

import { canSee, countTokens } from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { imageAddress, picturesIn } from "./images.js";

const COUNT_AFTER = 350;
const TALLEST = 320;
const MOST_IMAGES = 8;

export class Composer {
  /**
   * `onSend(text, images)` returns whether it was taken; `onStop` stops; `onEditLast` opens the last question;
   * `onProblem(word, values)` tells of one.
   * `source` lets a person choose what the answers come from.
   */
  constructor(form, models, source, { onSend, onStop, onEditLast, onProblem, onCount }) {
    this.form = form;
    this.models = models;
    this.source = source;
    this.handlers = { onSend, onStop, onEditLast, onProblem, onCount };
    this.images = [];
    this.answering = false;
    this.counting = null;
    this.field = h("textarea", { id: "draft", rows: 1, autocomplete: "off", enterkeyhint: "send" });
    this.strip = h("div", { class: "strip", hidden: true });
    this.count = h("span", { class: "draft-count" });
    this.picker = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, tabindex: -1 });
    this.attach = iconButton("image", "", () => this.picker.click());
    this.button = h("button", { type: "submit", class: "send" });
    fill(
      form,
      h(
        "div",
        { class: "column composer" },
        this.strip,
        this.field,
        h(
          "div",
          { class: "composer-bar" },
          this.attach,
          this.picker,
          this.source.element,
          h("span", { class: "space" }),
          this.count,
          this.button,
        ),
      ),
      h("p", { class: "hint column", data: { words: "composer.hint" } }),
    );
    this.listen();
    this.translate();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.answering) this.handlers.onStop();
      else void this.send();
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => this.changed());
    this.picker.addEventListener("change", () => {
      void this.add([...this.picker.files]);
      this.picker.value = "";
    });
    this.field.addEventListener("paste", (event) => {
      const files = picturesIn(event.clipboardData);
      if (files.length > 0) {
        event.preventDefault();
        void this.add(files);
      }
    });
    this.form.addEventListener("dragover", (event) => event.preventDefault());
    this.form.addEventListener("drop", (event) => {
      const files = picturesIn(event.dataTransfer);
      if (files.length > 0) {
        event.preventDefault();
        void this.add(files);
      }
    });
    this.models.addEventListener("chosen", () => this.showAbilities());
    this.models.addEventListener("listed", () => this.showAbilities());
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (!this.answering) void this.send();
    } else if (event.key === "ArrowUp" && this.field.value === "" && this.handlers.onEditLast()) {
      event.preventDefault();
    }
  }

  async send() {
    const text = this.field.value.trim();
    if (text === "" && this.images.length === 0) return;
    if (!(await this.handlers.onSend(text, this.images))) return;
    this.images = [];
    this.showImages();
    this.write("");
  }

  /** Puts a text into the field. */
  write(text) {
    this.field.value = text;
    this.changed();
  }

  focus() {
    this.field.focus();
  }

  changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.showButton();
    this.countLater();
  }

  setAnswering(answering) {
    this.answering = answering;
    this.showButton();
  }

  showButton() {
    const label = t(this.answering ? "stop" : "send");
    fill(this.button, icon(this.answering ? "stop" : "send"));
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
    this.button.dataset.answering = String(this.answering);
    this.button.disabled = !this.answering && this.field.value.trim() === "" && this.images.length === 0;
  }

  /** The draft in tokens of the chosen model, when the typing pauses. */
  countLater() {
    this.counting?.abort();
    const text = this.field.value;
    const model = this.models.chosen;
    if (text.trim() === "" || model === null) return this.showCount(0);
    const counting = new AbortController();
    this.counting = counting;
    setTimeout(async () => {
      if (counting.signal.aborted) return;
      try {
        this.showCount(await countTokens(model, text, counting.signal));
      } catch {
        // A server without this route, or a busy one: the draft is sent uncounted.
        if (!counting.signal.aborted) this.showCount(0);
      }
    }, COUNT_AFTER);
  }

  showCount(tokens) {
    this.count.textContent = tokens > 0 ? t("draft.tokens", { n: formatNumber(tokens) }) : "";
    this.handlers.onCount(tokens ?? 0);
  }

  async add(files) {
    for (const file of files) {
      if (this.source.chosen !== null) return this.handlers.onProblem("problem.knowledgeImages", {});
      if (!canSee(this.models.current))
        return this.handlers.onProblem("problem.blind", { model: this.models.chosen ?? "" });
      if (this.images.length >= MOST_IMAGES) return this.handlers.onProblem("problem.images", { n: MOST_IMAGES });
      try {
        this.images.push(await imageAddress(file));
      } catch {
        this.handlers.onProblem("problem.image", { name: file.name });
      }
    }
    this.showImages();
  }

  showImages() {
    this.strip.hidden = this.images.length === 0;
    fill(
      this.strip,
      this.images.map((url, index) => {
        const remove = () => {
          this.images.splice(index, 1);
          this.showImages();
          this.focus();
        };
        return h(
          "div",
          { class: "thumb" },
          h("img", { src: url, alt: t("image.number", { n: index + 1 }) }),
          iconButton("close", t("image.remove"), remove),
        );
      }),
    );
    this.showButton();
  }

  showAbilities() {
    this.attach.hidden = !canSee(this.models.current);
  }

  translate() {
    this.field.placeholder = t("composer.placeholder");
    this.field.setAttribute("aria-label", t("composer"));
    this.attach.title = t("image.add");
    this.attach.setAttribute("aria-label", t("image.add"));
    this.source.render();
    this.showAbilities();
    this.showImages();
    this.countLater();
  }
}
