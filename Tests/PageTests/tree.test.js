import assert from "node:assert/strict";
import { test } from "node:test";
import * as tree from "../../Sources/CInkPage/Page/tree.js";

const texts = (conversation) => tree.shownPath(conversation).map((node) => node.text);

function example() {
  const conversation = tree.newConversation();
  const question = tree.addMessage(conversation, null, { role: "user", text: "question" });
  const answer = tree.addMessage(conversation, question.id, { role: "assistant", text: "answer" });
  const next = tree.addMessage(conversation, answer.id, { role: "user", text: "next" });
  return { conversation, question, answer, next };
}

test("the newest branch is shown", () => {
  const { conversation, question } = example();
  assert.deepEqual(texts(conversation), ["question", "answer", "next"]);
  tree.addMessage(conversation, question.id, { role: "assistant", text: "other answer" });
  assert.deepEqual(texts(conversation), ["question", "other answer"]);
});

test("going back to a branch shows what followed in it", () => {
  const { conversation, question } = example();
  const other = tree.addMessage(conversation, question.id, { role: "assistant", text: "other answer" });
  assert.deepEqual(tree.siblingsOf(conversation, other.id).index, 1);
  assert.equal(tree.showSibling(conversation, other.id, -1), true);
  assert.deepEqual(texts(conversation), ["question", "answer", "next"]);
  assert.equal(tree.showSibling(conversation, tree.shownPath(conversation)[1].id, -1), false);
});

test("an edited first question stands beside the first", () => {
  const { conversation, question } = example();
  tree.addMessage(conversation, null, { role: "user", text: "edited" });
  assert.deepEqual(texts(conversation), ["edited"]);
  assert.equal(tree.siblingsOf(conversation, question.id).ids.length, 2);
});

test("the path to a message is the same whatever is shown", () => {
  const { conversation, answer } = example();
  tree.addMessage(conversation, null, { role: "user", text: "edited" });
  assert.deepEqual(tree.pathTo(conversation, answer.id).map((node) => node.text), ["question", "answer"]);
});

test("a removed message takes what follows with it, and another branch is shown", () => {
  const { conversation, question, answer } = example();
  const other = tree.addMessage(conversation, question.id, { role: "assistant", text: "other" });
  tree.removeMessage(conversation, answer.id);
  assert.deepEqual(Object.keys(conversation.nodes).sort(), [question.id, other.id].sort());
  tree.removeMessage(conversation, other.id);
  assert.deepEqual(texts(conversation), ["question"]);
  tree.removeMessage(conversation, question.id);
  assert.deepEqual(texts(conversation), []);
  assert.deepEqual(conversation.choices, {});
});

test("a fork holds the messages up to a point, as copies", () => {
  const { conversation, answer } = example();
  const fork = tree.forkedConversation(conversation, answer.id);
  assert.deepEqual(texts(fork), ["question", "answer"]);
  assert.notEqual(fork.id, conversation.id);
  assert.ok(Object.keys(fork.nodes).every((id) => !(id in conversation.nodes)));
});

test("a title is the given one or the first line of the first question, cut between letters", () => {
  const { conversation } = example();
  assert.equal(tree.titleOf(conversation), "question");
  const long = tree.newConversation();
  tree.addMessage(long, null, { role: "user", text: `${"砚𠮷".repeat(60)}\nsecond line` });
  assert.equal(Array.from(tree.titleOf(long)).length, 60);
  assert.ok(tree.titleOf(long).isWellFormed?.() ?? true);
  long.title = "given";
  assert.equal(tree.titleOf(long), "given");
});

test("search finds words of any message, in any branch, in any case", () => {
  const { conversation, question } = example();
  tree.addMessage(conversation, question.id, { role: "assistant", text: "磨墨 Slowly" });
  assert.equal(tree.matches(conversation, "slowly 磨墨"), true);
  assert.equal(tree.matches(conversation, "NEXT"), true);
  assert.equal(tree.matches(conversation, "slowly quickly"), false);
  assert.equal(tree.matches(conversation, "  "), true);
});
