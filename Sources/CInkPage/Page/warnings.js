// What the reader of a document could not read.

import { h } from "./dom.js";
import { formatNumber, t } from "./i18n.js";

/** The warnings, folded; null when there are none. */
export function warningsNode(warnings) {
  if (!Array.isArray(warnings) || warnings.length === 0) return null;
  return h(
    "details",
    { class: "warnings" },
    h("summary", {}, t("warnings.number", { n: formatNumber(warnings.length) })),
    h(
      "ul",
      {},
      warnings.map((warning) => h("li", {}, String(warning))),
    ),
  );
}
