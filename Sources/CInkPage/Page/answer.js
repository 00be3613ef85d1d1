// An answer as it grows: chunks of a chat completion folded into one message.

import { groundingFrom } from "./grounding.js";

/** Seconds below which a rate says how the network cuts the stream, not how fast the model is. */
const SHORTEST_SPAN = 0.05;

/** An answer with nothing in it, `started` at a time in milliseconds. */
export function newAnswer(started) {
  return {
    text: "",
    reasoning: "",
    refusal: "",
    toolCalls: [],
    finish: null,
    usage: null,
    started,
    firstToken: null,
    lastToken: null,
    pieces: 0,
    stage: null,
    grounding: null,
  };
}

/** Adds a chunk that arrived at `now`. What is not of the expected type is left out. */
export function addChunk(answer, chunk, now) {
  if (isObject(chunk.usage)) answer.usage = usageOf(chunk.usage);
  const choice = Array.isArray(chunk.choices) ? chunk.choices.find((each) => (each?.index ?? 0) === 0) : null;
  if (!choice) return answer;
  const delta = isObject(choice.delta) ? choice.delta : isObject(choice.message) ? choice.message : {};
  const before = answer.text.length + answer.reasoning.length + answer.refusal.length;
  answer.text += stringOf(delta.content);
  answer.reasoning += stringOf(delta.reasoning_content) || stringOf(delta.reasoning);
  answer.refusal += stringOf(delta.refusal);
  const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
  calls.forEach((fragment) => addToolFragment(answer.toolCalls, fragment));
  if (answer.text.length + answer.reasoning.length + answer.refusal.length > before || calls.length > 0) {
    notePiece(answer, now);
  }
  if (typeof choice.finish_reason === "string") answer.finish = choice.finish_reason;
  return answer;
}

/** Adds an event of an answer from documents, `{name, data}`. What is not of the expected type is left out. */
export function addKnowledgeEvent(answer, { name, data }, now) {
  if (!isObject(data)) return answer;
  switch (name) {
    case "searching":
    case "found":
      answer.stage = name;
      break;
    case "text":
    case "reasoning":
      answer[name] += stringOf(data.text);
      if (stringOf(data.text) !== "") notePiece(answer, now);
      break;
    case "answer":
      answer.text = stringOf(data.answer) || answer.text;
      answer.grounding = groundingFrom(data);
      answer.stage = null;
      break;
    default:
  }
  return answer;
}

function notePiece(answer, now) {
  answer.firstToken ??= now;
  answer.lastToken = now;
  answer.pieces += 1;
}

function addToolFragment(calls, fragment) {
  if (!isObject(fragment)) return;
  const index = Number.isInteger(fragment.index) ? fragment.index : calls.length;
  if (index < 0 || index > 255) return;
  while (calls.length <= index) calls.push({ id: "", name: "", arguments: "" });
  const call = calls[index];
  if (stringOf(fragment.id)) call.id = fragment.id;
  if (isObject(fragment.function)) {
    call.name += stringOf(fragment.function.name);
    call.arguments += stringOf(fragment.function.arguments);
  }
}

function usageOf(usage) {
  return {
    prompt: countOf(usage.prompt_tokens),
    completion: countOf(usage.completion_tokens),
    cached: countOf(usage.prompt_tokens_details?.cached_tokens),
    reasoning: countOf(usage.completion_tokens_details?.reasoning_tokens),
  };
}

/**
 * How fast the answer came, in seconds and tokens per second, as the browser saw it; null where too little came.
 * Without usage (a stopped answer), pieces of the stream stand for tokens, and `exact` is false.
 */
export function speedOf(answer) {
  const exact = answer.usage !== null && answer.usage.completion > 0;
  const tokens = exact ? answer.usage.completion : answer.pieces;
  const first = answer.firstToken === null ? null : (answer.firstToken - answer.started) / 1000;
  const span = answer.firstToken === null ? 0 : (answer.lastToken - answer.firstToken) / 1000;
  const rate = tokens > 1 && span >= SHORTEST_SPAN ? (tokens - 1) / span : null;
  return { tokens, exact, first, rate };
}

/** What is kept of an answer in a conversation. */
export function messageFieldsOf(answer) {
  return {
    text: answer.text || answer.refusal,
    reasoning: answer.reasoning,
    toolCalls: answer.toolCalls,
    finish: answer.finish,
    usage: answer.usage,
    speed: speedOf(answer),
    stage: answer.stage,
    grounding: answer.grounding,
  };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringOf(value) {
  return typeof value === "string" ? value : "";
}

function countOf(value) {
  return Number.isFinite(value) && value >= 0 ? value : 0;
}
