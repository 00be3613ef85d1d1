// A small menu under a button, with the keys that menus have.

import { h, icon } from "./dom.js";

let closeOpen = null;

/** Opens a menu of `{icon, label, action, danger}`; closes when something is chosen, on Escape, and on a click elsewhere. */
export function openMenu(button, entries) {
  const toggled = button.getAttribute("aria-expanded") === "true";
  closeOpen?.();
  if (toggled) return;
  const items = entries.map((entry) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        class: entry.danger ? "danger" : null,
        on: { click: () => (close(), entry.action()) },
      },
      icon(entry.icon),
      entry.label,
    ));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": button.getAttribute("aria-label") }, items);
  const outside = (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) close();
  };
  const close = () => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    closeOpen = null;
  };
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      items.at(next % items.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
      button.focus();
    }
  });
  closeOpen = close;
  button.setAttribute("aria-expanded", "true");
  document.body.append(menu);
  document.addEventListener("pointerdown", outside, true);
  place(menu, button.getBoundingClientRect());
  items[0].focus();
}

function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + height + 8 < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4)}px`;
}
