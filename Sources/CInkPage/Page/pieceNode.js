// A piece of a document: where it stands, and what it says.

import { h, icon } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { markedParts } from "./queryWords.js";

/** `words` of a query are marked; `onOpen` opens the document at the piece. A piece of a search names its document. */
export function pieceNode(piece, { words = null, onOpen }) {
  const headings = Array.isArray(piece.headings) ? piece.headings.map(String) : [];
  const isFound = words !== null;
  const facts = [
    Number.isInteger(piece.page) ? t("page.number", { n: piece.page }) : null,
    isFound && Number.isFinite(piece.score) ? t("piece.score", { n: formatNumber(piece.score, 3) }) : null,
    isFound ? null : t("piece.bytes", { start: formatNumber(piece.start), end: formatNumber(piece.end) }),
  ].filter(Boolean);
  const name = isFound ? piece.document : t("piece.number", { n: formatNumber((piece.position ?? 0) + 1) });
  const parts = isFound ? markedParts(piece.text, words) : [{ text: piece.text, marked: false }];
  return h(
    "article",
    { class: "piece", "aria-label": name },
    h(
      "header",
      {},
      h(
        "button",
        { type: "button", class: "piece-name", title: t("piece.open"), on: { click: onOpen } },
        icon("file"),
        h("bdi", {}, name),
      ),
      h("span", { class: "card-facts" }, facts.join(" · ")),
    ),
    headings.length > 0 ? h("p", { class: "headings" }, headings.join(" › ")) : null,
    h(
      "div",
      { class: "plain", dir: "auto" },
      parts.map(({ text, marked }) => (marked ? h("mark", {}, text) : text)),
    ),
  );
}
