import assert from "node:assert/strict";
import { test } from "node:test";
import { markedParts, queryWords } from "../../Sources/CInkPage/Page/queryWords.js";

const marked = (query, text) =>
  markedParts(text, queryWords(query))
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join("");

test("words are marked whole, in any case, with and without their endings", () => {
  assert.equal(marked("grinding Models", "A model grinds: MODELS; remodel."), "A [model] [grinds]: [MODELS]; remodel.");
  assert.equal(marked("libraries", "the library"), "the [library]");
});

test("small words are marked only when there are no others", () => {
  assert.equal(marked("what is the ink", "the ink is what"), "the [ink] is what");
  assert.equal(marked("what is", "it is what"), "it [is] [what]");
});

test("Chinese is marked by pairs of letters, without the small ones", () => {
  assert.equal(marked("砚台的用法", "这方砚台很好，用法如下。"), "这方[砚台]很好，[用法]如下。");
  assert.equal(marked("知识库", "知识库与知识"), "[知识库]与[知识]");
  assert.equal(marked("墨", "墨水"), "[墨]水");
});

test("the parts are the text again", () => {
  const text = "砚台 Inkstone 知识库 models, 😀 e\u0301 — <b>run</b> running 知识知识库库";
  for (const query of ["知识库 run", "", "<b>", "😀 inkstone", "知识 识库 模型"]) {
    const parts = markedParts(text, queryWords(query));
    assert.equal(parts.map((part) => part.text).join(""), text, query);
    assert.ok(parts.every((part) => part.text !== ""));
  }
});
