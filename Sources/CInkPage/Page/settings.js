// The controls of sampling: what each may hold, and how they become fields of a request. An empty control sends
// nothing, so that the model's own default holds.

import { EXPANSIONS, plainRetrieval, retrievalFields, retrievalProblem } from "./retrieval.js";

/** Controls with a number, in the order they are shown. `main` ones stand above the fold. */
export const NUMBERS = [
  { key: "temperature", low: 0, high: 2, step: 0.05, whole: false, main: true },
  { key: "top_p", low: 0, high: 1, step: 0.01, whole: false, main: true },
  { key: "max_tokens", low: 1, high: 10_000_000, step: 1, whole: true, main: true },
  { key: "top_k", low: 0, high: 1_000_000, step: 1, whole: true, main: false },
  { key: "min_p", low: 0, high: 1, step: 0.01, whole: false, main: false },
  { key: "presence_penalty", low: -2, high: 2, step: 0.1, whole: false, main: false },
  { key: "frequency_penalty", low: -2, high: 2, step: 0.1, whole: false, main: false },
  { key: "repetition_penalty", low: 0.01, high: 10, step: 0.05, whole: false, main: false },
  { key: "seed", low: 0, high: Number.MAX_SAFE_INTEGER, step: 1, whole: true, main: false },
];

/** What the answer may be: text, a JSON object, or JSON of a schema. */
export const FORMS = ["text", "json_object", "json_schema"];

/** What an answer from documents may be: the model's words, or nothing but sentences of the documents. */
export const GROUNDED_FORMS = ["automatic", "written", "quotes"];
const QUOTES = 5;

/** Settings that ask for nothing. */
export function emptySettings() {
  const settings = { stop: "", form: "text", schema: "", tools: "", grounded: "automatic", ...plainRetrieval() };
  for (const { key } of NUMBERS) settings[key] = "";
  return settings;
}

/** Settings from anything: unknown keys are dropped, the rest is text, as typed. */
export function settingsFrom(value) {
  const settings = emptySettings();
  if (typeof value !== "object" || value === null) return settings;
  for (const key of Object.keys(settings)) {
    if (typeof value[key] === "string" && value[key].length <= 200_000) settings[key] = value[key];
  }
  if (!FORMS.includes(settings.form)) settings.form = "text";
  if (!GROUNDED_FORMS.includes(settings.grounded)) settings.grounded = "automatic";
  if (!EXPANSIONS.includes(settings.expansion)) [settings.expansion] = EXPANSIONS;
  return settings;
}

/** What new conversations start with, from the text that the browser kept. */
export function defaultsFrom(text) {
  const kept = parsed(text) ?? {};
  return { system: typeof kept.system === "string" ? kept.system : "", settings: settingsFrom(kept.settings) };
}

/** The number a control holds; null when it is empty, and `invalid` when it holds something else. */
export function numberOf(control, text) {
  if (text.trim() === "") return null;
  const value = Number(text);
  const fits = Number.isFinite(value) && value >= control.low && value <= control.high;
  return fits && (!control.whole || Number.isInteger(value)) ? value : "invalid";
}

/**
 * The fields of a request, and the problems that keep it from being sent: each names its control and a word of the
 * dictionary.
 */
export function requestFields(settings) {
  const fields = {};
  const problems = [];
  for (const control of NUMBERS) {
    const value = numberOf(control, settings[control.key]);
    if (value === "invalid") {
      problems.push({ key: control.key, word: control.whole ? "problem.whole" : "problem.number", values: control });
    } else if (value !== null) {
      fields[control.key] = value;
    }
  }
  const stop = settings.stop
    .split("\n")
    .filter((line) => line !== "")
    .map(unescapeLine);
  if (stop.length > 0) fields.stop = stop;
  addForm(settings, fields, problems);
  addTools(settings, fields, problems);
  return { fields, problems };
}

function unescapeLine(line) {
  return line.replace(/\\(n|t|\\)/g, (_, letter) => ({ n: "\n", t: "\t", "\\": "\\" })[letter]);
}

function addForm(settings, fields, problems) {
  if (settings.form === "json_object") {
    fields.response_format = { type: "json_object" };
  } else if (settings.form === "json_schema") {
    const schema = parsed(settings.schema);
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
      problems.push({ key: "schema", word: "problem.schema", values: {} });
    } else {
      fields.response_format = { type: "json_schema", json_schema: { name: "answer", strict: true, schema } };
    }
  }
}

function addTools(settings, fields, problems) {
  if (settings.tools.trim() === "") return;
  const tools = parsed(settings.tools);
  if (Array.isArray(tools) && tools.length > 0) fields.tools = tools;
  else problems.push({ key: "tools", word: "problem.tools", values: {} });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The messages of a request for a path of the tree. */
export function requestMessages(system, path) {
  const messages = system.trim() === "" ? [] : [{ role: "system", content: system }];
  for (const node of path) {
    if (node.role === "tool") {
      messages.push({ role: "tool", tool_call_id: node.toolCall, content: node.text });
    } else if (node.role === "assistant") {
      messages.push(assistantMessage(node));
    } else {
      messages.push({ role: "user", content: contentOf(node) });
    }
  }
  return messages;
}

/** What keeps a question to a base from being sent; null when nothing does. */
export function knowledgeProblem(settings) {
  const { problems } = requestFields(settings);
  return problems.find(({ key }) => key === "max_tokens") ?? retrievalProblem(settings);
}

/**
 * The fields of a question to a base: how it is searched, how long the answer may be, and of what. Sampling is the
 * server's, so that the same question gets the same answer.
 */
export function knowledgeFields(settings) {
  const { max_tokens } = requestFields(settings).fields;
  return {
    ...(max_tokens === undefined ? {} : { max_tokens }),
    ...(settings.grounded === "automatic" ? {} : { quotes: settings.grounded === "quotes" ? QUOTES : 0 }),
    ...retrievalFields(settings),
  };
}

/** The messages of a question to a base: what was said, without pictures and calls. */
export function knowledgeMessages(system, path) {
  const messages = system.trim() === "" ? [] : [{ role: "system", content: system }];
  for (const { role, text } of path) {
    if ((role === "user" || role === "assistant") && text !== "") messages.push({ role, content: text });
  }
  return messages;
}

function assistantMessage(node) {
  const message = { role: "assistant", content: node.text };
  if (node.toolCalls?.length > 0) {
    message.tool_calls = node.toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.arguments },
    }));
  }
  return message;
}

function contentOf(node) {
  if (!node.images?.length) return node.text;
  const images = node.images.map((url) => ({ type: "image_url", image_url: { url } }));
  return node.text === "" ? images : [...images, { type: "text", text: node.text }];
}
