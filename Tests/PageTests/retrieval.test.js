import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asksChatModel,
  filterFrom,
  plainRetrieval,
  retrievalFields,
  retrievalProblem,
} from "../../Sources/CInkPage/Page/retrieval.js";
import {
  emptySettings,
  knowledgeFields,
  knowledgeProblem,
  settingsFrom,
} from "../../Sources/CInkPage/Page/settings.js";

test("what asks for nothing sends nothing", () => {
  assert.deepEqual(retrievalFields(plainRetrieval()), {});
  assert.equal(retrievalProblem(plainRetrieval()), null);
  assert.equal(asksChatModel(plainRetrieval()), false);
});

test("lines of key=value become a filter; several of one key are values to choose from", () => {
  const { filter, wrong } = filterFrom(" name = guide/* \n\nyear=2024\nyear=2025\nnote=a=b\n__proto__=x");
  assert.equal(wrong, null);
  assert.deepEqual(Object.entries(filter), [
    ["name", "guide/*"],
    ["year", ["2024", "2025"]],
    ["note", "a=b"],
    ["__proto__", "x"],
  ]);
  assert.equal(JSON.stringify(filter).includes('"__proto__":"x"'), true);
});

test("a line that says nothing is a problem, and no filter is sent without it", () => {
  for (const line of ["name", "=x", "name=", "name=a*\nname=b"]) {
    assert.equal(filterFrom(line).filter, null, line);
    assert.equal(retrievalProblem({ filter: line }).word, "problem.filter");
    assert.equal(knowledgeProblem({ ...emptySettings(), filter: line }).key, "filter");
  }
});

test("a question to documents tells how it is searched", () => {
  const settings = { ...emptySettings(), filter: "name=a.md", rerank: "llm", expansion: "hyde", temperature: "0.5" };
  assert.deepEqual(knowledgeFields(settings), { filter: { name: "a.md" }, rerank: "llm", expansion: "hyde" });
  assert.equal(asksChatModel(settings), true);
  assert.equal(asksChatModel({ ...plainRetrieval(), rerank: "some-cross-encoder" }), false);
});

test("settings that say nothing to documents do not keep a question to them from being sent", () => {
  assert.equal(knowledgeProblem({ ...emptySettings(), temperature: "hot", form: "json_schema" }), null);
  assert.equal(knowledgeProblem({ ...emptySettings(), max_tokens: "x" }).key, "max_tokens");
});

test("an unknown kind of wordings in a file is none", () => {
  assert.equal(settingsFrom({ expansion: "x" }).expansion, "none");
  assert.equal(settingsFrom({ expansion: "multi_query" }).expansion, "multi_query");
});
