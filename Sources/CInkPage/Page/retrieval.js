// How documents are searched: which of them, who orders what was found, and which further wordings are tried.

/** Further wordings of a question, as the server names them. */
export const EXPANSIONS = ["none", "multi_query", "hyde", "decomposition"];

/** Stands for the chat model where a reranker is chosen. */
export const CHAT_MODEL = "llm";

/** What asks for nothing. */
export function plainRetrieval() {
  return { filter: "", rerank: "", expansion: EXPANSIONS[0] };
}

/**
 * The filter that lines of `key=value` ask for: `{filter, wrong}`. A value that ends with `*` is a beginning, and
 * several lines of one key are values of which a document must have one. `wrong` is the first line that says nothing.
 */
export function filterFrom(text) {
  const filter = {};
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const line of lines) {
    const equals = line.indexOf("=");
    const key = line.slice(0, Math.max(equals, 0)).trim();
    const value = line.slice(equals + 1).trim();
    const known = Object.hasOwn(filter, key) ? [filter[key]].flat() : [];
    // One of several beginnings is nothing that a server can be asked for.
    const isSecondBeginning = known.length > 0 && [...known, value].some((one) => one.endsWith("*"));
    if (key === "" || value === "" || isSecondBeginning) return { filter: null, wrong: line };
    // Assignment to a name such as `__proto__` would not make a member.
    const next = known.length === 0 ? value : [...known, value];
    Object.defineProperty(filter, key, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return { filter: lines.length === 0 ? null : filter, wrong: null };
}

/** The fields of a search or a question. A filter with a wrong line is none; `retrievalProblem` tells of it. */
export function retrievalFields({ filter, rerank, expansion }) {
  const chosen = filterFrom(filter).filter;
  return {
    ...(chosen === null ? {} : { filter: chosen }),
    ...(rerank === "" ? {} : { rerank }),
    ...(expansion === EXPANSIONS[0] ? {} : { expansion }),
  };
}

/** Whether the chat model takes part in a search. */
export function asksChatModel({ rerank, expansion }) {
  return rerank === CHAT_MODEL || expansion !== EXPANSIONS[0];
}

/** What keeps a search from being started, as `{key, word, values}`; null when nothing does. */
export function retrievalProblem({ filter }) {
  const { wrong } = filterFrom(filter);
  return wrong === null ? null : { key: "filter", word: "problem.filter", values: { line: wrong } };
}
