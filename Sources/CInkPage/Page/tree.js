// A conversation is a tree of messages: an edited question or another answer stands beside the first one, and nothing
// is lost. At every fork the tree remembers which way is shown. Functions here change the conversation they are given.

import { settingsFrom } from "./settings.js";

/** The fork above the first messages, for `choices`. */
const TOP = "top";
/** Roles a message may have; the system prompt belongs to the conversation. */
export const ROLES = ["user", "assistant", "tool"];

/** A new identifier. `crypto.randomUUID` exists only on secure origins, this everywhere. */
export function newIdentifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newConversation({
  model = null,
  knowledge = null,
  system = "",
  settings = {},
  now = Date.now(),
} = {}) {
  return {
    id: newIdentifier(),
    title: "",
    titleGiven: false,
    created: now,
    updated: now,
    model,
    knowledge,
    system,
    settings: settingsFrom(settings),
    nodes: {},
    top: [],
    choices: {},
  };
}

function childrenOf(conversation, parent) {
  return parent === null ? conversation.top : (conversation.nodes[parent]?.children ?? []);
}

/** Adds a message under `parent` (null: a first one) and shows it. Returns it. */
export function addMessage(conversation, parent, fields, now = Date.now()) {
  const node = { id: newIdentifier(), parent, children: [], created: now, text: "", ...fields };
  conversation.nodes[node.id] = node;
  childrenOf(conversation, parent).push(node.id);
  conversation.choices[parent ?? TOP] = node.id;
  conversation.updated = now;
  return node;
}

/** The messages that are shown, first to last. */
export function shownPath(conversation) {
  const path = [];
  let parent = null;
  for (;;) {
    const children = childrenOf(conversation, parent);
    if (children.length === 0) return path;
    const chosen = conversation.choices[parent ?? TOP];
    const id = children.includes(chosen) ? chosen : children.at(-1);
    path.push(conversation.nodes[id]);
    parent = id;
  }
}

/** The messages from the first one to this, whatever is shown. */
export function pathTo(conversation, id) {
  const path = [];
  for (let node = conversation.nodes[id]; node; node = conversation.nodes[node.parent]) path.unshift(node);
  return path;
}

/** The messages that stand in one place, and which of them this is. */
export function siblingsOf(conversation, id) {
  const ids = childrenOf(conversation, conversation.nodes[id].parent);
  return { ids, index: ids.indexOf(id) };
}

/** Shows the sibling `offset` places further, if there is one. Returns whether there is. */
export function showSibling(conversation, id, offset) {
  const { ids, index } = siblingsOf(conversation, id);
  const next = ids[index + offset];
  if (next === undefined) return false;
  conversation.choices[conversation.nodes[id].parent ?? TOP] = next;
  return true;
}

/** Removes a message and everything under it. */
export function removeMessage(conversation, id, now = Date.now()) {
  const node = conversation.nodes[id];
  const siblings = childrenOf(conversation, node.parent);
  siblings.splice(siblings.indexOf(id), 1);
  const waiting = [id];
  while (waiting.length > 0) {
    const next = waiting.pop();
    waiting.push(...conversation.nodes[next].children);
    delete conversation.nodes[next];
    delete conversation.choices[next];
  }
  if (conversation.choices[node.parent ?? TOP] === id) delete conversation.choices[node.parent ?? TOP];
  conversation.updated = now;
}

/** A new conversation that holds the messages up to this one and nothing else. */
export function forkedConversation(conversation, id, now = Date.now()) {
  const fork = newConversation({ ...conversation, now });
  let parent = null;
  for (const node of pathTo(conversation, id)) {
    const { id: _id, parent: _parent, children: _children, ...fields } = structuredClone(node);
    parent = addMessage(fork, parent, fields, now).id;
  }
  fork.title = conversation.title;
  fork.titleGiven = conversation.titleGiven;
  return fork;
}

/** What a list calls the conversation: its given title, or the start of the first question. */
export function titleOf(conversation) {
  if (conversation.title) return conversation.title;
  const first = shownPath(conversation).find((node) => node.role === "user" && node.text.trim() !== "");
  const line = first?.text.trim().split("\n")[0].replace(/\s+/g, " ") ?? "";
  const letters = Array.from(line);
  return letters.length > 60 ? `${letters.slice(0, 59).join("")}…` : line;
}

/** Whether every word of the query occurs in the title or in a message. */
export function matches(conversation, query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const texts = Object.values(conversation.nodes).map((node) => node.text);
  const all = [titleOf(conversation), conversation.system, ...texts].join("\n").toLocaleLowerCase();
  return words.every((word) => all.includes(word));
}
