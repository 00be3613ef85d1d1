import assert from "node:assert/strict";
import { test } from "node:test";
import { addChunk, newAnswer, speedOf } from "../../Sources/CInkPage/Page/answer.js";
import { EventStreamReader } from "../../Sources/CInkPage/Page/eventStream.js";

const delta = (fields, finish = null) => ({ choices: [{ index: 0, delta: fields, finish_reason: finish }] });

test("events come out whole, wherever the text is cut", () => {
  const stream = 'data: {"a":1}\r\n\r\n: ping\n\ndata:two\ndata: lines\n\nevent: x\nid: 4\n\rdata: [DONE]\n\nevent: y\ndata: 1\n\n';
  const expected = [
    { name: "message", data: '{"a":1}' },
    { name: "message", data: "two\nlines" },
    { name: "message", data: "[DONE]" },
    { name: "y", data: "1" },
  ];
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new EventStreamReader();
    const events = [];
    for (let at = 0; at < stream.length; at += size) events.push(...reader.feed(stream.slice(at, at + size)));
    assert.deepEqual(events, expected, `pieces of ${size}`);
  }
});

test("an event that is not complete is not handed out", () => {
  assert.deepEqual(new EventStreamReader().feed("data: a\n"), []);
});

test("text, reasoning and tool calls are put together", () => {
  const answer = newAnswer(0);
  addChunk(answer, delta({ role: "assistant", content: "" }), 5);
  assert.equal(answer.firstToken, null);
  addChunk(answer, delta({ reasoning_content: "hm" }), 100);
  addChunk(answer, delta({ content: "He" }), 200);
  addChunk(answer, delta({ content: "llo" }), 300);
  addChunk(answer, delta({ tool_calls: [{ index: 1, id: "b", function: { name: "g", arguments: "{" } }] }), 400);
  addChunk(answer, delta({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "" } }] }), 500);
  addChunk(answer, delta({ tool_calls: [{ index: 1, function: { arguments: "}" } }] }), 600);
  addChunk(answer, delta({}, "tool_calls"), 700);
  assert.equal(answer.text, "Hello");
  assert.equal(answer.reasoning, "hm");
  assert.deepEqual(answer.toolCalls, [
    { id: "a", name: "f", arguments: "" },
    { id: "b", name: "g", arguments: "{}" },
  ]);
  assert.equal(answer.finish, "tool_calls");
  assert.deepEqual([answer.firstToken, answer.lastToken], [100, 600]);
});

test("speed counts from the first token to the last, with the server's own count", () => {
  const answer = newAnswer(1000);
  addChunk(answer, delta({ content: "a" }), 1500);
  addChunk(answer, delta({ content: "b" }), 3500);
  assert.deepEqual(speedOf(answer), { tokens: 2, exact: false, first: 0.5, rate: 0.5 });
  addChunk(answer, { choices: [], usage: { prompt_tokens: 7, completion_tokens: 11 } }, 3600);
  assert.deepEqual(speedOf(answer), { tokens: 11, exact: true, first: 0.5, rate: 5 });
  assert.deepEqual(answer.usage, { prompt: 7, completion: 11, cached: 0, reasoning: 0 });
});

test("chunks of an unexpected shape change nothing", () => {
  const answer = newAnswer(0);
  const odd = [
    {},
    { choices: null },
    { choices: [null] },
    { choices: [{ delta: { content: 5, tool_calls: "x" } }] },
    { usage: [] },
    delta({ tool_calls: [null, { index: -1 }, { index: 1e9 }] }),
  ];
  for (const chunk of odd) addChunk(answer, chunk, 1);
  assert.equal(answer.text, "");
  assert.deepEqual(answer.toolCalls, []);
});
