// The table of models that the votes of this browser give.

import { bradleyTerry } from "./bradleyTerry.js";
import { fill, h } from "./dom.js";
import { formatNumber, t } from "./i18n.js";

/** Draws the table; `onClear` is asked when the votes are to be thrown away. */
export async function renderVotes(element, store, { onClear }) {
  const votes = await store.all("votes");
  const rows = bradleyTerry(votes);
  const content = rows.length === 0
    ? h("p", { class: "note" }, t("votes.none"))
    : [tableOf(rows), h("p", { class: "note" }, t("votes.method")), clearButton(onClear)];
  fill(element, h("div", { class: "column votes" }, h("h2", {}, t("votes.title", { n: formatNumber(votes.length) })), content));
}

function tableOf(rows) {
  const low = Math.min(...rows.map((row) => row.rating - row.margin));
  const high = Math.max(...rows.map((row) => row.rating + row.margin));
  const place = (rating) => `${((rating - low) / (high - low)) * 100}%`;
  const heads = ["rank", "model", "rating", "interval", "games", "record"];
  const body = rows.map((row, index) => {
    const dot = h("span", { class: "range-dot" });
    const line = h("span", { class: "range-line" });
    dot.style.left = place(row.rating);
    line.style.left = place(row.rating - row.margin);
    line.style.right = `calc(100% - ${place(row.rating + row.margin)})`;
    return h(
      "tr",
      {},
      h("td", { class: "align-right" }, formatNumber(index + 1)),
      h("th", { scope: "row" }, row.model),
      h("td", { class: "align-right" }, `${formatNumber(row.rating)} ± ${formatNumber(row.margin)}`),
      h("td", { class: "range-cell", "aria-hidden": "true" }, h("span", { class: "range" }, line, dot)),
      h("td", { class: "align-right" }, formatNumber(row.games)),
      h("td", { class: "align-right" }, `${row.wins} / ${row.ties} / ${row.losses}`),
    );
  });
  const classes = { rank: "align-right", rating: "align-right", games: "align-right", record: "align-right", interval: "range-cell" };
  return h(
    "div",
    { class: "table-frame", tabindex: 0, role: "region", "aria-label": t("votes") },
    h("table", { class: "ranking" },
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col", class: classes[head] }, t(`votes.${head}`))))),
      h("tbody", {}, body)),
  );
}

function clearButton(onClear) {
  return h("button", { type: "button", class: "button quiet", on: { click: onClear } }, t("votes.clear"));
}
