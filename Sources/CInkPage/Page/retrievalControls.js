// The controls of `retrieval.js`, which searches and questions to documents share.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { CHAT_MODEL, EXPANSIONS } from "./retrieval.js";

/**
 * Fields for wordings, reranking and a filter.
 *
 * `values` is read, and `onChange(key, value)` told of what is chosen. Rerankers are those of `models`; one that was
 * chosen and is gone stays in its list.
 */
export function retrievalControls({ values, models, onChange }) {
  const rerankers = models.rerankers.map(({ id }) => id);
  const { rerank } = values;
  if (rerank !== "" && rerank !== CHAT_MODEL && !rerankers.includes(rerank)) rerankers.push(rerank);
  const orders = ["", ...rerankers, CHAT_MODEL].map((id) => [id, orderName(id)]);
  return [
    choice("expansion", EXPANSIONS.map((one) => [one, t(`expansion.${one}`)]), values, onChange),
    choice("rerank", orders, values, onChange),
    filterField(values, onChange),
  ];
}

function orderName(id) {
  if (id === "") return t("rerank.none");
  return id === CHAT_MODEL ? t("rerank.llm") : id;
}

function choice(key, options, values, onChange) {
  const select = h(
    "select",
    { data: { key } },
    options.map(([value, label]) => h("option", { value, selected: value === values[key] }, label)),
  );
  select.addEventListener("change", () => onChange(key, select.value));
  return h("label", { class: "field" }, h("span", {}, t(key)), h("span", { class: "select" }, select));
}

function filterField(values, onChange) {
  const field = h("textarea", {
    rows: 2,
    class: "code-field",
    value: values.filter,
    placeholder: t("filter.placeholder"),
    spellcheck: "false",
    data: { key: "filter" },
  });
  field.addEventListener("input", () => onChange("filter", field.value));
  return h("label", { class: "field" }, h("span", {}, t("filter")), field, h("small", {}, t("filter.hint")));
}
