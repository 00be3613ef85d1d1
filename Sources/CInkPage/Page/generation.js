// One answer from one model: asks, waits where the server has no room, and tells what happened, whatever it was.

import { addChunk, addKnowledgeEvent, newAnswer } from "./answer.js";
import { APIError, streamChat } from "./api.js";
import { streamKnowledge } from "./knowledgeAPI.js";

const LONGEST_WAIT = 120;
const TRIES = 5;

/** A model that answers from the conversation alone. */
const PLAIN = { stream: streamChat, add: addChunk };

/** A model that answers from the documents of a base. */
function grounded(knowledge) {
  return { stream: (body, handlers) => streamKnowledge(knowledge, body, handlers), add: addKnowledgeEvent };
}

/**
 * Streams an answer, from the documents of `knowledge` unless it is null. `onUpdate(answer)` runs after each piece;
 * `onWait(seconds)` each second while the server is busy, and with null when waiting is over.
 *
 * Returns `{answer, outcome, error}`: `done`, `stopped` by the signal, or `failed`. Never throws.
 */
export async function generate({
  body,
  knowledge = null,
  signal,
  onUpdate,
  onWait,
  now = () => performance.now(),
}) {
  const source = knowledge === null ? PLAIN : grounded(knowledge);
  for (let attempt = 1; ; attempt += 1) {
    const answer = newAnswer(now());
    try {
      await source.stream(body, {
        signal,
        onChunk: (chunk) => onUpdate(source.add(answer, chunk, now())),
      });
      return { answer, outcome: "done", error: null };
    } catch (error) {
      if (signal.aborted) return { answer, outcome: "stopped", error: null };
      if (!(error instanceof APIError)) return { answer, outcome: "failed", error: new APIError(String(error)) };
      const wait = error.retryAfter ?? 2 ** attempt;
      const again = error.isBusy && answer.firstToken === null && attempt < TRIES && wait <= LONGEST_WAIT;
      if (!again) return { answer, outcome: "failed", error };
      const waited = await countDown(wait, signal, onWait);
      if (!waited) return { answer, outcome: "stopped", error: null };
    }
  }
}

/** Waits; returns false when the signal came first. */
async function countDown(seconds, signal, onWait) {
  for (let left = Math.ceil(seconds); left > 0 && !signal.aborted; left -= 1) {
    onWait(left);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
  onWait(null);
  return !signal.aborted;
}

/** What a person is told about a failure, as a word of the dictionary and its values. */
export function explanationOf(error) {
  if (error.code === "unreachable") return { word: "error.unreachable", values: {} };
  if (error.code === "cut_off") return { word: "error.cutOff", values: {} };
  if (error.code === "unreadable") return { word: "error.unreadable", values: {} };
  if (error.code === "unreachable_name") return { word: "error.name", values: {} };
  if (error.needsKey) return { word: "error.key", values: { message: error.message } };
  const place = error.status === 0 ? "error.stream" : "error.server";
  return { word: place, values: { message: error.message, status: error.status } };
}
