// The marks of sentences in an answer that is drawn: which source supports it, or that none does.

import { h } from "./dom.js";
import { partsOf } from "./grounding.js";
import { t } from "./i18n.js";

/**
 * Puts a mark in the place of each position that `markedText` wrote. `onSource(position)` runs when a source's number
 * is pressed.
 */
export function placeMarks(element, grounding, onSource) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = partsOf(text.data);
    if (parts.every((part) => typeof part === "string")) continue;
    text.replaceWith(
      ...parts.flatMap((part) => (typeof part === "string" ? [part] : marksOf(grounding, part, onSource))),
    );
  }
}

function marksOf(grounding, index, onSource) {
  const sentence = grounding.sentences[index];
  if (!sentence) return [];
  if (sentence.citations.length === 0) {
    const title = t("source.unsupported.title");
    return [h("span", { class: "sentence-mark unsupported", title }, t("source.unsupported"))];
  }
  return sentence.citations.map((position) => {
    const { document } = grounding.citations[position];
    const number = position + 1;
    return h(
      "button",
      {
        type: "button",
        class: "sentence-mark",
        title: t("source.number", { n: number, name: document }),
        "aria-label": t("source.number", { n: number, name: document }),
        on: { click: () => onSource(position) },
      },
      number,
    );
  });
}
