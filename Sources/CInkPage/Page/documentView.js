// One document of a base: what is known of it, and the pieces it was cut into.

import { fill, h, icon } from "./dom.js";
import { formatBytes, formatNumber, t } from "./i18n.js";
import { getDocument } from "./knowledgeAPI.js";
import { pieceNode } from "./pieceNode.js";
import { messageOf } from "./problems.js";
import { openSource } from "./sourceText.js";
import { warningsNode } from "./warnings.js";

/** Pieces that are drawn at once. */
const PAGE = 100;

/** Draws a document into a part of the page; `onBack` leaves it. */
export async function documentView(column, base, id, onBack) {
  const body = h("div", {}, h("p", { class: "note" }, t("reading")));
  fill(
    column,
    h(
      "button",
      { type: "button", class: "button quiet back", on: { click: onBack } },
      icon("left"),
      h("bdi", {}, base),
    ),
    h("h2", { dir: "auto" }, id),
    body,
  );
  try {
    showDocument(body, base, await getDocument(base, id));
  } catch (error) {
    fill(body, h("div", { class: "error", role: "alert" }, h("p", {}, messageOf(error))));
  }
}

function showDocument(body, base, entry) {
  const pieces = Array.isArray(entry.pieces) ? entry.pieces : [];
  const facts = [
    entry.title && entry.title !== entry.id ? entry.title : null,
    formatBytes(entry.bytes ?? 0),
    t("pieces.number", { n: formatNumber(pieces.length) }),
    Number.isInteger(entry.page_count) ? t("pages.number", { n: formatNumber(entry.page_count) }) : null,
    entry.media_type,
    `SHA-256 ${String(entry.sha256 ?? "").slice(0, 12)}…`,
  ];
  const open = (place) => openSource(base, { ...place, document: entry.id });
  const list = h("div", {});
  const more = h("button", { type: "button", class: "button" }, t("pieces.more"));
  let shown = 0;
  const showMore = () => {
    const next = pieces.slice(shown, shown + PAGE);
    list.append(...next.map((piece) => pieceNode(piece, { onOpen: () => open(piece) })));
    shown += next.length;
    more.hidden = shown >= pieces.length;
  };
  more.addEventListener("click", showMore);
  fill(
    body,
    h("p", { class: "card-facts" }, facts.filter(Boolean).join(" · ")),
    warningsNode(entry.warnings),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "button", on: { click: () => open({}) } }, t("document.text")),
    ),
    h("h3", {}, t("pieces")),
    list,
    more,
  );
  showMore();
}
