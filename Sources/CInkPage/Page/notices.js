// Short messages above the conversation.

import { h, iconButton } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_FOR = 8000;

export class Notices {
  constructor(element) {
    this.element = element;
    this.named = new Map();
  }

  /**
   * Shows a text, with one thing to do about it if `action` is given. A notice with a `name` replaces the one of that
   * name and stays until it is taken away; others leave by themselves.
   */
  show(text, { action = null, label = "", name = null } = {}) {
    if (name !== null) this.hide(name);
    const act = () => {
      notice.remove();
      action();
    };
    const notice = h(
      "div",
      { class: "notice" },
      h("span", {}, text),
      action && h("button", { type: "button", class: "button", on: { click: act } }, label),
      iconButton("close", t("close"), () => notice.remove()),
    );
    this.element.append(notice);
    if (name === null) setTimeout(() => notice.remove(), SHOWN_FOR);
    else this.named.set(name, notice);
  }

  hide(name) {
    this.named.get(name)?.remove();
    this.named.delete(name);
  }
}
