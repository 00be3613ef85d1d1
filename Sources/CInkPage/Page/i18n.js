// The page's words, in English and Chinese. The browser's language decides at first, the reader from then on.

import { remember, remembered } from "./store.js";
import { english } from "./words.en.js";
import { chinese } from "./words.zh.js";

const DICTIONARIES = { en: english, zh: chinese };
const listeners = [];
let language = firstLanguage();

function firstLanguage() {
  const chosen = remembered("language");
  if (chosen in DICTIONARIES) return chosen;
  const preferred = globalThis.navigator?.languages ?? [];
  const known = preferred.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag in DICTIONARIES);
  return known ?? "en";
}

export function currentLanguage() {
  return language;
}

export function useLanguage(next) {
  language = next;
  remember("language", next);
  document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
  listeners.forEach((listener) => listener());
}

/** Calls after each change of language. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** The words for a key, with `{name}` replaced by values. */
export function t(key, values = {}) {
  const words = DICTIONARIES[language][key] ?? DICTIONARIES.en[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Fills the parts of the page that are written in its markup. */
export function translateMarkup(root = document) {
  for (const element of root.querySelectorAll("[data-words]")) element.textContent = t(element.dataset.words);
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    if (element.tagName === "BUTTON") element.title = t(element.dataset.label);
  }
  for (const element of root.querySelectorAll("[data-placeholder]"))
    element.placeholder = t(element.dataset.placeholder);
}

export function formatNumber(value, digits = 0) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

/** A number of bytes, in the unit that people would use. */
export function formatBytes(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 0 && value < 100 ? 1 : 0,
  }).format(value);
}
