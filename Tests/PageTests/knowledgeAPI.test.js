import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  getDocument,
  listBases,
  removeDocument,
  streamKnowledge,
  verifyCitations,
} from "../../Sources/CInkPage/Page/knowledgeAPI.js";

globalThis.document = { baseURI: "https://host.example/behind/" };
const ownFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = ownFetch;
});

/** Lets one answer stand for the server; returns what it is asked for. */
function answering(body, { status = 200 } = {}) {
  const asked = [];
  globalThis.fetch = async (address, { method, body: sent }) => {
    asked.push({ address: String(address), method, body: sent === null ? null : JSON.parse(sent) });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return asked;
}

const collected = async (text) => {
  answering(text);
  const events = [];
  const signal = new AbortController().signal;
  await streamKnowledge("docs", { messages: [] }, { signal, onChunk: (event) => events.push(event) });
  return events;
};

test("a document's name is one part of the address, whatever stands in it", async () => {
  const asked = answering({});
  await getDocument("砚", "a/b c?.md");
  await removeDocument("docs", "../x");
  assert.deepEqual(asked, [
    {
      address: "https://host.example/behind/v1/knowledge/%E7%A0%9A/documents/a%2Fb%20c%3F.md",
      method: "GET",
      body: null,
    },
    { address: "https://host.example/behind/v1/knowledge/docs/documents/..%2Fx", method: "DELETE", body: null },
  ]);
});

test("a name that browsers take as a step in an address is never sent", async () => {
  const asked = answering({});
  for (const name of [".", "..", ""]) {
    await assert.rejects(removeDocument("docs", name), { code: "unreachable_name" });
  }
  assert.deepEqual(asked, []);
});

test("a server without knowledge has no list, and other failures stay failures", async () => {
  answering({ error: { message: "none", code: "no_knowledge" } }, { status: 501 });
  assert.equal(await listBases(), null);
  answering({ error: { message: "no key" } }, { status: 401 });
  await assert.rejects(listBases(), { status: 401, message: "no key" });
});

test("verdicts that do not fit the citations are not believed", async () => {
  answering({ citations: [{ verdict: "intact" }] });
  assert.deepEqual(await verifyCitations("docs", [{}]), ["intact"]);
  await assert.rejects(verifyCitations("docs", [{}, {}]), { code: "unreadable" });
});

test("an answer streams as named events until it is complete", async () => {
  const answer = { outcome: "not_found", answer: "no", citations: [], supported: [] };
  const words = 'event: searching\ndata: {}\n\nevent: text\ndata: {"text":"no"}\n\n';
  const text = `${words}event: answer\ndata: ${JSON.stringify(answer)}\n\n`;
  assert.deepEqual(await collected(`${text}event: text\ndata: {"text":"late"}\n\n`), [
    { name: "searching", data: {} },
    { name: "text", data: { text: "no" } },
    { name: "answer", data: answer },
  ]);
});

test("an answer that breaks off, fails or is none is an error", async () => {
  await assert.rejects(collected('event: text\ndata: {"text":"a"}\n\n'), { code: "cut_off" });
  await assert.rejects(collected('event: error\ndata: {"error":{"message":"no memory","code":"x"}}\n\n'), {
    message: "no memory",
  });
  await assert.rejects(collected("event: answer\ndata: {}\n\n"), { code: "unreadable" });
  await assert.rejects(collected("event: text\ndata: {\n\n"), { code: "unreadable" });
});
