// What stands below an answer from documents: its sources, and whether they still say what was quoted.

import { fill, h, icon } from "./dom.js";
import { unsupportedCount } from "./grounding.js";
import { t } from "./i18n.js";
import { messageOf } from "./problems.js";

/**
 * `onOpen(knowledge, citation)` opens the document at the place; `onVerify()` reads the sources again and resolves when
 * the verdicts are kept, or rejects.
 */
export function sourcesView(grounding, { onOpen, onVerify }) {
  const notes = [h("p", { class: "note" }, noteOf(grounding))];
  if (grounding.searched) notes.push(h("p", { class: "note" }, t("source.searched", { question: grounding.searched })));
  if (grounding.citations.length === 0) return h("section", { class: "sources", "aria-label": t("sources") }, notes);
  const items = grounding.citations.map((citation, index) => {
    const open = () => onOpen(grounding.knowledge, citation);
    return h("li", {}, sourceButton(citation, index, open), verdictOf(grounding, index));
  });
  return h(
    "section",
    { class: "sources", "aria-label": t("sources") },
    h("h3", {}, t("sources")),
    h("ol", {}, items),
    notes,
    verifyButton(grounding, onVerify),
  );
}

function noteOf(grounding) {
  if (grounding.outcome === "not_found") return t("source.notFound", { name: grounding.knowledge });
  if (grounding.outcome === "without_documents") return t("source.without");
  if (grounding.wording === "nearest_quotes") return t("source.nearest", { name: grounding.knowledge });
  const missing = unsupportedCount(grounding);
  return missing === 0
    ? t("source.all", { name: grounding.knowledge })
    : t("source.some", { n: missing, all: grounding.sentences.length, name: grounding.knowledge });
}

function sourceButton(citation, index, open) {
  return h(
    "button",
    { type: "button", class: "source", on: { click: open } },
    h("span", { class: "source-number", "aria-hidden": "true" }, index + 1),
    h(
      "span",
      { class: "source-body" },
      h(
        "span",
        { class: "source-name" },
        citation.document,
        citation.page === null ? null : h("small", {}, t("page.number", { n: citation.page })),
      ),
      citation.headings?.length > 0
        ? h("span", { class: "source-section", dir: "auto" }, citation.headings.join(" › "))
        : null,
      h("span", { class: "source-quote", dir: "auto" }, citation.quote),
    ),
  );
}

function verdictOf(grounding, index) {
  const verdict = grounding.verdicts?.[index];
  if (!verdict) return null;
  return h(
    "p",
    { class: "verdict", data: { verdict } },
    icon(verdict === "intact" ? "check" : "close"),
    t(`verdict.${verdict}`),
  );
}

function verifyButton(grounding, verify) {
  const button = h("button", { type: "button", class: "button quiet" }, icon("seal"), t("source.verify"));
  const outcome = h("span", { class: "note", role: "status" });
  if (grounding.verdicts) {
    const intact = grounding.verdicts.filter((verdict) => verdict === "intact").length;
    outcome.textContent = t("source.verified", { n: intact, all: grounding.verdicts.length });
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    fill(outcome, t("source.verifying"));
    try {
      await verify();
    } catch (error) {
      fill(outcome, messageOf(error));
      outcome.setAttribute("role", "alert");
    }
    button.disabled = false;
  });
  return h("div", { class: "row sources-foot" }, button, outcome);
}
