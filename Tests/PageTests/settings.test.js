import assert from "node:assert/strict";
import { test } from "node:test";
import {
  defaultsFrom,
  emptySettings,
  knowledgeFields,
  knowledgeMessages,
  NUMBERS,
  requestFields,
  requestMessages,
  settingsFrom,
} from "../../Sources/CInkPage/Page/settings.js";

test("empty settings send nothing", () => {
  assert.deepEqual(requestFields(emptySettings()), { fields: {}, problems: [] });
});

test("what is typed becomes fields of the request", () => {
  const settings = {
    ...emptySettings(),
    temperature: "0.7",
    top_k: "40",
    seed: "0",
    stop: "END\n\\n\\n\n",
    form: "json_object",
  };
  assert.deepEqual(requestFields(settings), {
    fields: { temperature: 0.7, top_k: 40, seed: 0, stop: ["END", "\n\n"], response_format: { type: "json_object" } },
    problems: [],
  });
});

test("numbers outside their range and texts that are no numbers are problems", () => {
  for (const control of NUMBERS) {
    for (const text of [
      String(control.low - 1),
      String(control.high * 2 + 1),
      "x",
      "NaN",
      "1e999",
      ...(control.whole ? ["1.5"] : []),
    ]) {
      const { fields, problems } = requestFields({ ...emptySettings(), [control.key]: text });
      assert.deepEqual([fields, problems.length, problems[0]?.key], [{}, 1, control.key], `${control.key} ${text}`);
    }
  }
});

test("a schema must be an object, tools a list", () => {
  const schema = requestFields({ ...emptySettings(), form: "json_schema", schema: '{"type":"object"}' }).fields
    .response_format;
  assert.deepEqual(schema, {
    type: "json_schema",
    json_schema: { name: "answer", strict: true, schema: { type: "object" } },
  });
  for (const text of ["", "[]", "1", "{"]) {
    assert.equal(requestFields({ ...emptySettings(), form: "json_schema", schema: text }).problems[0].key, "schema");
  }
  assert.equal(requestFields({ ...emptySettings(), tools: "{}" }).problems[0].key, "tools");
});

test("settings from a file keep only what is known and of the right type", () => {
  const settings = settingsFrom({ temperature: "1", seed: 5, form: "evil", other: "x", stop: null });
  assert.deepEqual(settings, { ...emptySettings(), temperature: "1" });
});

test("messages of a request: system first, pictures before text, tool calls and their results", () => {
  const path = [
    { role: "user", text: "look", images: ["data:image/png;base64,AA=="] },
    { role: "assistant", text: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
    { role: "tool", text: "42", toolCall: "c" },
    { role: "assistant", text: "done", toolCalls: [] },
  ];
  assert.deepEqual(requestMessages("be brief", path), [
    { role: "system", content: "be brief" },
    {
      role: "user",
      content: [
        { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
        { type: "text", text: "look" },
      ],
    },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c", content: "42" },
    { role: "assistant", content: "done" },
  ]);
  assert.equal(requestMessages("  ", path)[0].role, "user");
});

test("defaults that are damaged are empty ones", () => {
  for (const text of ["", "{", "null", "[]", "5", '{"system":5,"settings":[]}']) {
    assert.deepEqual(defaultsFrom(text), { system: "", settings: emptySettings() }, text);
  }
  assert.equal(defaultsFrom('{"system":"s"}').system, "s");
});

test("a question to documents sends how long and of what the answer may be, and nothing else", () => {
  const settings = { ...emptySettings(), temperature: "0.7", max_tokens: "99", stop: "x", tools: "[1]" };
  assert.deepEqual(knowledgeFields(settings), { max_tokens: 99 });
  assert.deepEqual(knowledgeFields({ ...emptySettings(), grounded: "quotes" }), { quotes: 5 });
  assert.deepEqual(knowledgeFields({ ...emptySettings(), grounded: "written" }), { quotes: 0 });
  assert.deepEqual(knowledgeFields(emptySettings()), {});
  assert.equal(settingsFrom({ grounded: "guessed" }).grounded, "automatic");
});

test("a question to documents goes with what was said, without pictures, calls and empty answers", () => {
  const path = [
    { role: "user", text: "One?", images: ["data:"] },
    { role: "assistant", text: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
    { role: "tool", text: "42", toolCall: "c" },
    { role: "assistant", text: "One.", grounding: {} },
    { role: "user", text: "Two?" },
  ];
  assert.deepEqual(knowledgeMessages(" ", path), [
    { role: "user", content: "One?" },
    { role: "assistant", content: "One." },
    { role: "user", content: "Two?" },
  ]);
  assert.deepEqual(knowledgeMessages("Be brief.", [])[0], { role: "system", content: "Be brief." });
});
