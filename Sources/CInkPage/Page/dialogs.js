// Windows over the page. `<dialog>` keeps the focus inside, closes on Escape and gives the focus back.

import { keyInUse, useKey } from "./api.js";
import { fill, h, iconButton } from "./dom.js";
import { t } from "./i18n.js";

/** Shows a window; resolves with what it was closed with. */
export function showDialog(title, content, { narrow = false, wide = false } = {}) {
  const size = narrow ? "dialog narrow" : wide ? "dialog wide" : "dialog";
  const dialog = h("dialog", { class: size, "aria-label": title });
  const close = (value) => dialog.close(value ?? "");
  fill(
    dialog,
    h(
      "header",
      {},
      h("h2", {}, title),
      iconButton("close", t("close"), () => close()),
    ),
    content(close),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        resolve(dialog.returnValue);
      },
      { once: true },
    );
  });
}

const KEYS = [
  [["Enter"], "keys.send"],
  [["Shift", "Enter"], "keys.line"],
  [["↑"], "keys.editLast"],
  [["Esc"], "keys.stop"],
  [["Ctrl", "K"], "keys.new"],
  [["Ctrl", "Shift", "F"], "keys.search"],
  [["Ctrl", "B"], "keys.sidebar"],
  [["Ctrl", "."], "keys.panel"],
  [["/"], "keys.focus"],
  [["?"], "keys.help"],
];

export function showHelp() {
  const apple = /mac|iphone|ipad/i.test(navigator.platform);
  const rows = KEYS.map(([keys, words]) =>
    h(
      "div",
      { class: "key-row" },
      h("dt", {}, t(words)),
      h(
        "dd",
        {},
        keys.map((key) => h("kbd", {}, key === "Ctrl" && apple ? "⌘" : key)),
      ),
    ),
  );
  return showDialog(t("help"), () => [h("dl", { class: "keys" }, rows), h("p", { class: "privacy" }, t("privacy"))], {
    narrow: true,
  });
}

/** Asks for the server's key. Resolves with whether one was given or taken away. */
export async function askForKey() {
  const input = h("input", { type: "password", value: keyInUse(), autocomplete: "off", "aria-label": t("key") });
  const result = await showDialog(
    t("key"),
    (close) =>
      h(
        "form",
        { on: { submit: (event) => (event.preventDefault(), close("save")) } },
        h("p", {}, t("key.text")),
        input,
        h("div", { class: "row end" }, h("button", { type: "submit", class: "button primary" }, t("key.save"))),
      ),
    { narrow: true },
  );
  if (result !== "save") return false;
  useKey(input.value.trim());
  return true;
}

/** Asks before something that cannot be undone. */
export async function confirmed(title, text, action) {
  const result = await showDialog(
    title,
    (close) => [
      h("p", {}, text),
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", class: "button quiet", on: { click: () => close() } }, t("cancel")),
        h("button", { type: "button", class: "button primary", on: { click: () => close("yes") } }, action),
      ),
    ],
    { narrow: true },
  );
  return result === "yes";
}
