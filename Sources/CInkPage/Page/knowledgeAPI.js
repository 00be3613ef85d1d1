// Knowledge bases over HTTP: `/v1/knowledge`.

import { APIError, authorization, errorFrom, eventDataOf, send, streamEvents } from "./api.js";
import { groundingFrom, verdictsFrom } from "./grounding.js";

const ROOT = "v1/knowledge";

/** The path of a base, a document in it, or what can be asked of one. */
function addressOf(base, ...parts) {
  // Browsers take these as steps upwards, encoded or not: the path would name something else.
  if ([base, ...parts].some((part) => part === "." || part === ".." || part === "")) {
    throw new APIError("", { code: "unreachable_name" });
  }
  return [ROOT, base, ...parts].map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join("/");
}

/** The bases: `{id, embedder, documents, pieces}`. Null when the server serves none. */
export async function listBases() {
  try {
    return await listAt(ROOT);
  } catch (error) {
    // Not implemented, or a server that knows nothing of this.
    if (error.status === 501 || error.status === 404) return null;
    throw error;
  }
}

/** Makes a base; an empty `embedder` leaves the choice to the server. */
export async function createBase(name, embedder) {
  const body = embedder === "" ? { name } : { name, embedder };
  return await (await send(ROOT, { body })).json();
}

export async function removeBase(base) {
  await send(addressOf(base), { method: "DELETE" });
}

export async function listDocuments(base) {
  return await listAt(addressOf(base, "documents"));
}

async function listAt(path) {
  const list = await (await send(path)).json();
  return (Array.isArray(list?.data) ? list.data : []).filter((entry) => typeof entry?.id === "string");
}

/** A document with its `pieces`. */
export async function getDocument(base, document) {
  return await (await send(addressOf(base, "documents", document))).json();
}

export async function documentText(base, document) {
  return await (await send(addressOf(base, "documents", document, "text"))).text();
}

export async function removeDocument(base, document) {
  await send(addressOf(base, "documents", document), { method: "DELETE" });
}

/** The pieces that fit best, and the further wordings that were searched for: `{results, wordings}`. */
export async function searchBase(base, body, signal) {
  const found = await (await send(addressOf(base, "search"), { body, signal })).json();
  const wordings = Array.isArray(found?.wordings) ? found.wordings.slice(1) : [];
  return {
    results: Array.isArray(found?.results) ? found.results : [],
    wordings: wordings.filter((wording) => typeof wording === "string"),
  };
}

/** The verdict on each citation, in their order. */
export async function verifyCitations(base, citations) {
  const answer = await (await send(addressOf(base, "verify"), { body: { citations } })).json();
  const verdicts = verdictsFrom(answer, citations.length);
  if (verdicts === null) throw new APIError("", { code: "unreadable" });
  return verdicts;
}

/** Asks for an answer from a base and hands over each event of it. Returns when the answer is complete. */
export async function streamKnowledge(base, body, { signal, onChunk }) {
  for await (const { name, data } of streamEvents(addressOf(base, "ask"), { ...body, stream: true }, signal)) {
    const value = eventDataOf(data);
    onChunk({ name, data: value });
    if (name === "answer") {
      if (groundingFrom(value) === null) throw new APIError("", { code: "unreadable" });
      return;
    }
  }
  throw new APIError("", { code: "cut_off" });
}

/** Sends a file. `fetch` does not tell how much of a body has left; the older interface does. */
export function uploadDocument(base, { name, file }, { signal, onProgress, onSent }) {
  const form = new FormData();
  form.append("name", name);
  form.append("file", file, file.name);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.upload.addEventListener("load", () => onSent());
    request.addEventListener("error", () => reject(new APIError("", { code: "unreachable" })));
    request.addEventListener("abort", () => reject(new APIError("", { code: "cancelled" })));
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status < 200 || status > 299)
        return reject(errorFrom(responseText || request.statusText, status, request.getResponseHeader("retry-after")));
      try {
        resolve(JSON.parse(responseText));
      } catch {
        reject(new APIError("", { code: "unreadable" }));
      }
    });
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", new URL(addressOf(base, "documents"), document.baseURI));
    for (const [header, value] of Object.entries(authorization())) request.setRequestHeader(header, value);
    request.send(form);
  });
}
