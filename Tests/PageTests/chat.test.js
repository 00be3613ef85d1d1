import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat } from "../../Sources/CInkPage/Page/chat.js";
import { addMessage, newConversation, shownPath } from "../../Sources/CInkPage/Page/tree.js";

/** A store that a test lets wait: reading gives what was there when it began. */
class SlowStore {
  constructor(...conversations) {
    this.records = new Map(conversations.map((conversation) => [conversation.id, structuredClone(conversation)]));
    this.gate = Promise.resolve();
  }

  /** Readings from now on end when the function that this returns is called. */
  hold() {
    let open;
    this.gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  async all() {
    const found = [...this.records.values()].map((value) => structuredClone(value));
    await this.gate;
    return found;
  }

  async get(_table, id) {
    const found = structuredClone(this.records.get(id));
    await this.gate;
    return found;
  }

  async put(_table, value) {
    this.records.set(value.id, structuredClone(value));
  }

  async remove(_table, id) {
    this.records.delete(id);
  }

  async clear() {
    this.records.clear();
  }
}

function conversation(question) {
  const made = newConversation();
  addMessage(made, null, { role: "user", text: question });
  return made;
}

function chatOver(store, defaults) {
  const models = { chosen: "m", find: () => null, choose: () => {} };
  return new Chat(store, models, { preferred: null, available: false }, defaults);
}

const textsOf = (chat) => shownPath(chat.current).map((node) => node.text);

test("what is written while the store is read is newer than what is read", async () => {
  const store = new SlowStore(conversation("one"));
  const chat = chatOver(store);
  await chat.load();
  const [one] = chat.list();
  chat.open(one.id);
  const open = store.hold();
  const reading = chat.load();
  addMessage(chat.current, shownPath(chat.current)[0].id, { role: "assistant", text: "an answer", state: "done" });
  await chat.keep();
  open();
  await reading;
  assert.deepEqual(textsOf(chat), ["one", "an answer"]);
  assert.equal(chat.conversations.get(one.id), chat.current);
});

test("a conversation that began or ended while the store is read is there, or gone", async () => {
  const store = new SlowStore(conversation("one"));
  const chat = chatOver(store);
  await chat.load();
  const [one] = chat.list();
  const open = store.hold();
  const reading = chat.load();
  const two = conversation("two");
  await chat.keep(two);
  await chat.remove(one.id);
  open();
  await reading;
  assert.deepEqual([...chat.conversations.keys()], [two.id]);
});

test("a change of another tab draws the shown conversation again only if it is the one that changed", async () => {
  const [one, two] = [conversation("one"), conversation("two")];
  const store = new SlowStore(one, two);
  const chat = chatOver(store);
  await chat.load();
  chat.open(one.id);
  let drawn = 0;
  chat.addEventListener("changed", () => (drawn += 1));
  addMessage(two, two.top[0], { role: "assistant", text: "from another tab" });
  await store.put("conversations", two);
  await chat.load([two.id]);
  assert.equal(drawn, 0);
  assert.equal(shownPath(chat.conversations.get(two.id)).length, 2);
  addMessage(one, one.top[0], { role: "assistant", text: "from another tab" });
  await store.put("conversations", one);
  await chat.load([one.id]);
  assert.equal(drawn, 1);
  assert.deepEqual(textsOf(chat), ["one", "from another tab"]);
  await store.remove("conversations", two.id);
  await chat.load([two.id]);
  assert.deepEqual([...chat.conversations.keys()], [one.id]);
});

test("the conversation after a removed one has the defaults too", async () => {
  const chat = chatOver(new SlowStore(conversation("one")), () => ({ system: "Be brief." }));
  await chat.load();
  const [one] = chat.list();
  chat.open(one.id);
  await chat.remove(one.id);
  assert.equal(chat.current.system, "Be brief.");
  assert.deepEqual(textsOf(chat), []);
});
