// The server, as OpenAI's API describes it. Addresses are relative to the page, so that it works behind a prefix.

import { EventStreamReader } from "./eventStream.js";
import { remember, remembered } from "./store.js";

/** What a server answered instead of what was asked for, in its own words. */
export class APIError extends Error {
  constructor(message, { status = 0, code = null, type = null, retryAfter = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.type = type;
    this.retryAfter = retryAfter;
  }

  /** The server has no room at the moment; nothing was computed. */
  get isBusy() {
    return this.status === 429 || this.status === 503;
  }

  get needsKey() {
    return this.status === 401;
  }
}

export function keyInUse() {
  return remembered("key", "");
}

export function useKey(key) {
  remember("key", key === "" ? null : key);
}

/** What every request carries. */
export function authorization() {
  const key = keyInUse();
  return key === "" ? {} : { authorization: `Bearer ${key}` };
}

/** Sends a request, with a body as JSON, and returns the response if the server agreed. Throws `APIError`. */
export async function send(path, { method = null, body = null, signal = null } = {}) {
  const headers = authorization();
  if (body !== null) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method: method ?? (body === null ? "GET" : "POST"),
      headers,
      body: body === null ? null : JSON.stringify(body),
      signal,
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new APIError("", { code: "unreachable" });
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function errorOf(response) {
  const text = await response.text().catch(() => "");
  return errorFrom(text || response.statusText, response.status, response.headers.get("retry-after"));
}

/** What a server said instead of what was asked for. */
export function errorFrom(text, status, retryAfter = null) {
  const details = { status, retryAfter: secondsOf(retryAfter) };
  try {
    const { error } = JSON.parse(text);
    return new APIError(String(error.message), { ...details, code: error.code ?? null, type: error.type ?? null });
  } catch {
    return new APIError(text.slice(0, 500) || String(status), details);
  }
}

function secondsOf(header) {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}

/** The models: `id`, `contextLength` (null while nobody knows), `abilities`, `status`, `facts`. */
export async function listModels(signal = null) {
  const response = await send("v1/models", { signal });
  const list = await response.json();
  const data = Array.isArray(list?.data) ? list.data : [];
  return data.filter((entry) => typeof entry?.id === "string").map(modelOf);
}

function modelOf(entry) {
  const meta = typeof entry.meta === "object" && entry.meta !== null ? entry.meta : {};
  const length = [meta.context_length, meta.n_ctx, meta.n_ctx_train, meta.max_model_len, entry.max_model_len].find(
    (value) => Number.isInteger(value) && value > 0,
  );
  const abilities = Array.isArray(meta.abilities)
    ? meta.abilities.filter((ability) => typeof ability === "string")
    : [];
  return {
    id: entry.id,
    contextLength: length ?? null,
    abilities,
    status: typeof meta.status === "string" ? meta.status : null,
    facts: factsOf(meta),
  };
}

function factsOf(meta) {
  const facts = typeof meta.facts === "object" && meta.facts !== null ? meta.facts : meta;
  return Object.entries(facts)
    .filter(([, value]) => ["string", "number"].includes(typeof value))
    .map(([name, value]) => ({ name, value: String(value) }));
}

/** Whether a model can answer a conversation; one that says nothing about itself is taken at its word. */
export function canChat(model) {
  return model.abilities.length === 0 || model.abilities.includes("chat");
}

export function canSee(model) {
  return model?.abilities.includes("vision") ?? false;
}

/** Tokens of a text, as the model counts them. */
export async function countTokens(model, text, signal) {
  const response = await send("tokenize", { body: { model, prompt: text, add_special_tokens: false }, signal });
  const answer = await response.json();
  if (Number.isInteger(answer?.count)) return answer.count;
  return Array.isArray(answer?.tokens) ? answer.tokens.length : null;
}

/** Asks for an answer and hands over each chunk of it. Returns when the stream is complete. */
export async function streamChat(body, { signal, onChunk }) {
  const request = { ...body, stream: true, stream_options: { include_usage: true } };
  for await (const { data } of streamEvents("v1/chat/completions", request, signal)) {
    if (data === "[DONE]") return;
    onChunk(eventDataOf(data));
  }
  // A stream that ends without its last word was cut off on the way.
  throw new APIError("", { code: "cut_off" });
}

/** The events of an answer that streams, as `{name, data}`. */
export async function* streamEvents(path, body, signal) {
  const response = await send(path, { body, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventStreamReader();
  try {
    for (;;) {
      const { done, value } = await read(reader, signal);
      if (done) return;
      yield* events.feed(value);
    }
  } finally {
    // Who stops listening, for an error in the stream or behind its last word, ends the request.
    reader.cancel().catch(() => {});
  }
}

async function read(reader, signal) {
  try {
    return await reader.read();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new APIError("", { code: "cut_off" });
  }
}

/** The JSON of an event; throws the error that it tells. */
export function eventDataOf(data) {
  let chunk;
  try {
    chunk = JSON.parse(data);
  } catch {
    throw new APIError("", { code: "unreadable" });
  }
  if (chunk?.error) {
    const { message, code = null, type = null } = chunk.error;
    throw new APIError(String(message ?? chunk.error), { code, type });
  }
  return chunk ?? {};
}
