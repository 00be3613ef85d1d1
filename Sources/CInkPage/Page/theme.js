// Light, dark, or as the system says. `early.js` applies the choice before the first paint.

import { remember, remembered } from "./store.js";

const THEMES = ["auto", "light", "dark"];

/** Applies the chosen theme and returns its name. */
export function showTheme() {
  const chosen = remembered("theme", "auto");
  const theme = THEMES.includes(chosen) ? chosen : "auto";
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  return theme;
}

/** Goes on to the next theme and returns its name. */
export function nextTheme() {
  remember("theme", THEMES[(THEMES.indexOf(showTheme()) + 1) % THEMES.length]);
  return showTheme();
}
