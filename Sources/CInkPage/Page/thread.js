// The messages of the conversation that is shown.

import { fill, h, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { verifyCitations } from "./knowledgeAPI.js";
import { MessageView } from "./message.js";
import { openSource } from "./sourceText.js";
import { shownPath, siblingsOf } from "./tree.js";

/** Pixels from the end within which a reader counts as being at the end. */
const NEAR = 80;

export class Thread {
  constructor(element, chat, { onKey, onExample }) {
    this.element = element;
    this.chat = chat;
    this.onExample = onExample;
    this.views = new Map();
    this.grown = new Set();
    this.following = true;
    this.list = h("div", { class: "column messages" });
    this.toEnd = iconButton("send", t("to.end"), () => this.scrollToEnd(), {
      class: "icon-button to-end",
      hidden: true,
    });
    fill(element, this.list, this.toEnd);
    this.actions = {
      edit: (node) => this.edit(node),
      regenerate: (node) => chat.regenerate(node.id),
      retry: (node) => chat.regenerate(node.id),
      remove: (node) => chat.removeMessage(node.id),
      fork: (node) => chat.fork(node.id),
      sibling: (node, offset) => chat.showSibling(node.id, offset),
      toolResults: (node, results) => chat.sendToolResults(node.id, results),
      key: () => onKey(),
      source: (knowledge, citation) => openSource(knowledge, citation),
      verify: (node) => this.verify(node),
    };
    element.addEventListener("scroll", () => this.noteScroll(), { passive: true });
    chat.addEventListener("opened", () => this.render({ toEnd: true }));
    chat.addEventListener("changed", () => this.render({ toEnd: this.chat.isAnswering }));
    chat.addEventListener("grown", (event) => this.grow(event.detail));
  }

  render({ toEnd = false } = {}) {
    const path = shownPath(this.chat.current);
    this.views.clear();
    this.toEnd.title = t("to.end");
    this.toEnd.setAttribute("aria-label", t("to.end"));
    this.element.dataset.empty = String(path.length === 0);
    if (path.length === 0) {
      fill(this.list, this.welcome());
      this.toEnd.hidden = true;
      return;
    }
    const views = path.map((node, index) => {
      // Results are asked for at the end of the conversation only.
      const actions = index === path.length - 1 ? this.actions : { ...this.actions, toolResults: null };
      const view = new MessageView(node, { siblings: siblingsOf(this.chat.current, node.id), actions });
      this.views.set(node.id, view);
      return view.element;
    });
    const before = this.element.scrollTop;
    const focus = this.focusedButton();
    fill(this.list, views);
    this.focusButton(focus);
    if (toEnd) this.scrollToEnd();
    else this.element.scrollTop = before;
  }

  /** The button of a message that has the focus, by its place: drawing again must not lose it. */
  focusedButton() {
    const button = document.activeElement;
    const message = this.list.contains(button) ? button.closest(".message") : null;
    return message && { index: [...this.list.children].indexOf(message), label: button.getAttribute("aria-label") };
  }

  focusButton(place) {
    const message = place && this.list.children[place.index];
    if (!message) return;
    const buttons = [...message.querySelectorAll("button")];
    const same = buttons.find((button) => button.getAttribute("aria-label") === place.label);
    // At the first or last branch the button is off; its neighbour goes the other way.
    const next = same?.disabled ? same.parentElement.querySelector("button:enabled") : same;
    next?.focus({ preventScroll: true });
  }

  welcome() {
    const examples = [1, 2, 3].map((number) => {
      const text = t(`example.${number}`);
      return h("button", { type: "button", class: "example", on: { click: () => this.onExample(text) } }, text);
    });
    return h(
      "div",
      { class: "welcome" },
      h("img", { src: "page/icon.svg", alt: "", width: 72, height: 72 }),
      h("h1", {}, t("welcome.title")),
      h("p", {}, t("welcome.text")),
      h("div", { class: "examples" }, examples),
    );
  }

  /** Notes that a message grew; it is drawn once a frame, however fast tokens come. */
  grow(id) {
    if (this.grown.size === 0) requestAnimationFrame(() => this.drawGrown());
    this.grown.add(id);
  }

  drawGrown() {
    const follow = this.following;
    for (const id of this.grown) this.views.get(id)?.update();
    this.grown.clear();
    if (follow) this.scrollToEnd();
  }

  scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.following = true;
    this.toEnd.hidden = true;
  }

  noteScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR;
    this.toEnd.hidden = this.following;
  }

  async verify(node) {
    const { current } = this.chat;
    const { knowledge, citations } = node.grounding;
    await this.chat.keepVerdicts(current, node.id, await verifyCitations(knowledge, citations));
  }

  edit(node) {
    this.views
      .get(node.id)
      ?.startEditing((text) =>
        node.role === "user" ? this.chat.editQuestion(node.id, text) : this.chat.editAnswer(node.id, text),
      );
  }

  /** Opens the last question for editing. Returns whether there is one. */
  editLast() {
    const last = shownPath(this.chat.current).findLast((node) => node.role === "user");
    if (!last || this.chat.isAnswering) return false;
    this.edit(last);
    return true;
  }
}
