import assert from "node:assert/strict";
import { test } from "node:test";
import {
  conversationsToJSON,
  conversationToMarkdown,
  ExchangeError,
  readFile,
} from "../../Sources/CInkPage/Page/exchange.js";
import { addMessage, newConversation, shownPath, siblingsOf } from "../../Sources/CInkPage/Page/tree.js";

const PNG = "data:image/png;base64,iVBORw0KGgo=";

function example() {
  const conversation = newConversation({
    model: "m",
    system: "Be brief.\n<!-- inkstone:user -->",
    settings: { seed: "7" },
  });
  const question = addMessage(conversation, null, {
    role: "user",
    text: "What is 砚台?\n\n## A heading",
    images: [PNG],
  });
  addMessage(conversation, question.id, { role: "assistant", model: "m", text: "first", state: "done" });
  const answer = addMessage(conversation, question.id, {
    role: "assistant",
    model: "m -->",
    text: "A stone.\n\n<!-- inkstone:user -->\n\\<!-- inkstone:tool -->\n",
    state: "done",
    reasoning: "hm",
    toolCalls: [{ id: "c", name: "f", arguments: "{}" }],
  });
  addMessage(conversation, answer.id, { role: "tool", text: "42", toolCall: "c", toolName: "f" });
  return conversation;
}

const shape = (conversation) =>
  shownPath(conversation).map(({ role, text, images, model }) => ({
    role,
    text,
    images: images ?? [],
    model: model ?? null,
  }));

test("JSON brings back the whole tree under new identifiers", () => {
  const before = example();
  const votes = [{ id: "v", created: 5, left: "a", right: "b", outcome: "tie", question: "q" }, { outcome: "left" }];
  const {
    conversations: [after],
    votes: read,
  } = readFile(conversationsToJSON([before], votes));
  assert.deepEqual(shape(after), shape(before));
  assert.notEqual(after.id, before.id);
  assert.deepEqual([after.system, after.settings.seed, after.updated], [before.system, "7", before.updated]);
  assert.equal(siblingsOf(after, shownPath(after)[1].id).ids.length, 2);
  assert.deepEqual(shownPath(after)[1].toolCalls, [{ id: "c", name: "f", arguments: "{}" }]);
  assert.equal(shownPath(after)[2].toolName, "f");
  assert.deepEqual(
    read.map(({ id: _id, ...vote }) => vote),
    [{ created: 5, left: "a", right: "b", outcome: "tie", question: "q" }],
  );
});

test("Markdown brings back the branch that was shown, whatever its messages hold", () => {
  const before = example();
  const {
    conversations: [after],
  } = readFile(conversationToMarkdown(before));
  const trimmed = shape(before).map((node) => ({ ...node, text: node.text.replace(/\n$/, "") }));
  assert.deepEqual(shape(after), trimmed);
  assert.equal(after.system, before.system);
  assert.equal(after.model, "m");
});

test("a list of messages, as requests have it, can be read", () => {
  const {
    conversations: [conversation],
  } = readFile(
    JSON.stringify({
      messages: [
        { role: "system", content: "s" },
        {
          role: "user",
          content: [
            { type: "text", text: "q" },
            { type: "image_url", image_url: { url: PNG } },
          ],
        },
        { role: "assistant", content: null, tool_calls: [{ id: "c", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "c", content: "r" },
      ],
    }),
  );
  assert.equal(conversation.system, "s");
  assert.deepEqual(
    shownPath(conversation).map((node) => [node.role, node.text]),
    [
      ["user", "q"],
      ["assistant", ""],
      ["tool", "r"],
    ],
  );
  assert.deepEqual(shownPath(conversation)[0].images, [PNG]);
  assert.equal(shownPath(conversation)[1].toolCalls[0].name, "f");
});

test("files that are something else are refused by name", () => {
  const file = (fields) => JSON.stringify({ format: "inkstone.conversations", version: 1, ...fields });
  const node = (children) => ({ role: "user", text: "", children });
  const cases = [
    ["{", "import.notJSON"],
    ["{}", "import.unknown"],
    ["[]", "import.unknown"],
    ["plain text", "import.noMessages"],
    ["", "import.noMessages"],
    [file({ version: 2 }), "import.version"],
    [file({ conversations: {} }), "import.unknown"],
    [file({ conversations: [null] }), "import.broken"],
    [file({ conversations: [{ nodes: {}, top: ["a"] }] }), "import.broken"],
    [file({ conversations: [{ nodes: { a: node(["a"]) }, top: ["a"] }] }), "import.broken"],
    [file({ conversations: [{ nodes: { a: node(["b"]), b: node(["a"]) }, top: ["a"] }] }), "import.broken"],
    [file({ conversations: [{ nodes: { a: { role: "root", text: "" } }, top: ["a"] }] }), "import.broken"],
    [file({ conversations: [{ nodes: {}, top: ["__proto__"] }] }), "import.broken"],
  ];
  for (const [text, word] of cases) {
    assert.throws(
      () => readFile(text),
      (error) => error instanceof ExchangeError && error.word === word,
      text.slice(0, 80),
    );
  }
});

test("pictures that are not inline PNG or JPEG are left out", () => {
  const urls = ["https://evil.example/p.png", "data:image/svg+xml;base64,AA==", "javascript:x", 5, PNG];
  const {
    conversations: [conversation],
  } = readFile(
    JSON.stringify({
      format: "inkstone.conversations",
      version: 1,
      conversations: [{ nodes: { a: { role: "user", text: "q", images: urls } }, top: ["a"] }],
    }),
  );
  assert.deepEqual(shownPath(conversation)[0].images, [PNG]);
});

test("a very deep conversation is read without a deep stack", () => {
  const nodes = {};
  for (let index = 0; index < 50_000; index += 1)
    nodes[`n${index}`] = { role: "user", text: String(index), children: index < 49_999 ? [`n${index + 1}`] : [] };
  const {
    conversations: [conversation],
  } = readFile(
    JSON.stringify({ format: "inkstone.conversations", version: 1, conversations: [{ nodes, top: ["n0"] }] }),
  );
  assert.equal(shownPath(conversation).length, 50_000);
});

const grounding = {
  knowledge: "docs",
  outcome: "answered",
  wording: "chosen_quotes",
  searched: null,
  citations: [
    {
      document: "a --> b.md",
      sha256: "ab",
      start: 1,
      end: 5,
      page: null,
      headings: [],
      score: 0.5,
      text: "text",
      quote: "q\n<!-- inkstone:user -->",
    },
  ],
  sentences: [
    { text: "A.", citations: [0] },
    { text: "B.", citations: [] },
  ],
};

function groundedExample() {
  const conversation = newConversation({ model: "m", knowledge: "docs" });
  const question = addMessage(conversation, null, { role: "user", text: "Why?", images: [] });
  addMessage(conversation, question.id, {
    role: "assistant",
    model: "m",
    knowledge: "docs",
    text: "A. B.",
    state: "done",
    grounding: { ...structuredClone(grounding), verdicts: ["intact"] },
  });
  return conversation;
}

test("sources come back from files of both kinds, without what a server once said of them", () => {
  const conversation = groundedExample();
  for (const file of [conversationsToJSON([conversation]), conversationToMarkdown(conversation)]) {
    const [read] = readFile(file).conversations;
    assert.equal(read.knowledge, "docs");
    const answer = shownPath(read).at(-1);
    assert.equal(shownPath(read).length, 2);
    assert.equal(answer.text, "A. B.");
    assert.equal(answer.knowledge, "docs");
    assert.deepEqual(answer.grounding, grounding);
  }
});

test("readers of Markdown see the sources too", () => {
  assert.match(conversationToMarkdown(groundedExample()), /^1\. a --> b\.md \(1–5\): q <!-- inkstone:user -->$/m);
});

test("sources of a file that are none are left out", () => {
  const conversation = groundedExample();
  Object.values(conversation.nodes).at(-1).grounding = { outcome: "answered", citations: [{ start: -1, end: "x" }] };
  const [read] = readFile(conversationsToJSON([conversation])).conversations;
  assert.equal(shownPath(read).at(-1).grounding, null);
});
