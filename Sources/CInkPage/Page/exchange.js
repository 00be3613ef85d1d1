// Conversations as files: JSON keeps everything, Markdown keeps the branch that is shown. A file comes from anywhere,
// so reading one checks every field and copies only what is known.

import { groundingFrom } from "./grounding.js";
import { FORMS, settingsFrom } from "./settings.js";
import { addMessage, newConversation, newIdentifier, ROLES, shownPath, titleOf } from "./tree.js";

const FORMAT = "inkstone.conversations";
const VERSION = 1;
const MARK = /^<!-- inkstone:(conversation|system|user|assistant|tool|sources)(?: ([^\n]*?))? -->$/;
const IMAGE = /^data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/=]+$/;

/** What is wrong with a file, as a word of the dictionary. */
export class ExchangeError extends Error {
  constructor(word, values = {}) {
    super(word);
    this.word = word;
    this.values = values;
  }
}

export function conversationsToJSON(conversations, votes = [], now = new Date()) {
  const file = { format: FORMAT, version: VERSION, exported: now.toISOString(), conversations, votes };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The branch that is shown. Marks in comments, invisible to readers, let it be read back. */
export function conversationToMarkdown(conversation, words = { user: "User", assistant: "Assistant", tool: "Tool" }) {
  const details = JSON.stringify({ model: conversation.model, knowledge: conversation.knowledge ?? undefined });
  const parts = [`<!-- inkstone:conversation ${details} -->\n# ${titleOf(conversation) || "Inkstone"}`];
  if (conversation.system.trim() !== "") parts.push(`<!-- inkstone:system -->\n${guarded(conversation.system)}`);
  for (const node of shownPath(conversation)) {
    const known = factsToKeep(node);
    const facts = known ? ` ${JSON.stringify(known).replaceAll("-->", "--\\u003e")}` : "";
    const images = (node.images ?? []).map((url) => `![](${url})\n\n`).join("");
    parts.push(`<!-- inkstone:${node.role}${facts} -->\n## ${words[node.role]}\n\n${images}${guarded(node.text)}`);
    if (node.grounding?.citations.length > 0) parts.push(`<!-- inkstone:sources -->\n${sourceList(node.grounding)}`);
  }
  return `${parts.join("\n\n")}\n`;
}

/** The sources for readers; the mark of the message has all of them for us. */
function sourceList(grounding) {
  return grounding.citations
    .map(({ document, page, start, end, quote }, index) => {
      const place = page === null ? `${start}–${end}` : `p. ${page}, ${start}–${end}`;
      return `${index + 1}. ${document} (${place}): ${quote.replace(/\s+/g, " ").trim()}`;
    })
    .join("\n");
}

/** What the mark of a message holds, so that reading it back loses nothing that the text does not say. */
function factsToKeep(node) {
  if (node.role === "tool") return { toolCall: node.toolCall, toolName: node.toolName };
  if (node.role !== "assistant") return null;
  const { verdicts: _verdicts, ...grounding } = node.grounding ?? {};
  return node.grounding ? { model: node.model, knowledge: node.knowledge, grounding } : { model: node.model };
}

/** A line of a message that looks like one of our marks gets a backslash, which reading takes away. */
function guarded(text) {
  return text.replace(/^(\\*)(<!-- inkstone:)/gm, "\\$1$2");
}

function unguarded(text) {
  return text.replace(/^\\(\\*<!-- inkstone:)/gm, "$1");
}

/** Reads a file of either kind: `{conversations, votes}` with identifiers of their own. */
export function readFile(text) {
  const start = text.trimStart();
  if (start.startsWith("{") || start.startsWith("[")) return fromJSON(text);
  return { conversations: [fromMarkdown(text)], votes: [] };
}

function fromJSON(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new ExchangeError("import.notJSON");
  }
  if (isObject(file) && file.format === FORMAT) {
    if (file.version !== VERSION) throw new ExchangeError("import.version", { version: String(file.version) });
    if (!Array.isArray(file.conversations)) throw new ExchangeError("import.unknown");
    const votes = Array.isArray(file.votes) ? file.votes : [];
    return { conversations: file.conversations.map(conversationFrom), votes: votes.map(voteFrom).filter(Boolean) };
  }
  // The shape of a request: what many other programs write.
  if (isObject(file) && Array.isArray(file.messages))
    return { conversations: [fromMessages(file.messages)], votes: [] };
  throw new ExchangeError("import.unknown");
}

function conversationFrom(value) {
  if (!isObject(value) || !isObject(value.nodes) || !Array.isArray(value.top)) throw new ExchangeError("import.broken");
  const conversation = newConversation({
    model: textOr(value.model, null),
    knowledge: textOr(value.knowledge, null),
    system: textOr(value.system, ""),
    settings: settingsFrom(value.settings),
    now: timeOr(value.created),
  });
  conversation.title = textOr(value.title, "").slice(0, 200);
  conversation.titleGiven = value.titleGiven === true;
  const names = copyNodes(conversation, value);
  for (const [fork, chosen] of Object.entries(isObject(value.choices) ? value.choices : {})) {
    const parent = fork === "top" ? "top" : names.get(fork);
    if (parent && names.has(chosen)) conversation.choices[parent] = names.get(chosen);
  }
  conversation.updated = timeOr(value.updated);
  return conversation;
}

/** Copies the tree without recursion; a message that is reached twice would make it a graph, and is refused. */
function copyNodes(conversation, value) {
  const names = new Map();
  const waiting = value.top.map((id) => ({ id, parent: null })).reverse();
  while (waiting.length > 0) {
    const { id, parent } = waiting.pop();
    const node = typeof id === "string" && Object.hasOwn(value.nodes, id) ? value.nodes[id] : null;
    if (!isObject(node) || !ROLES.includes(node.role) || names.has(id)) throw new ExchangeError("import.broken");
    names.set(id, addMessage(conversation, parent, nodeFields(node), timeOr(node.created)).id);
    const children = Array.isArray(node.children) ? node.children : [];
    for (const child of [...children].reverse()) waiting.push({ id: child, parent: names.get(id) });
  }
  return names;
}

function nodeFields(node) {
  const fields = { role: node.role, text: textOr(node.text, "") };
  if (node.role === "user") fields.images = imagesFrom(node.images);
  if (node.role === "tool") {
    fields.toolCall = textOr(node.toolCall, "");
    fields.toolName = textOr(node.toolName, "");
  }
  if (node.role !== "assistant") return fields;
  return {
    ...fields,
    model: textOr(node.model, null),
    knowledge: textOr(node.knowledge, null),
    // What a server once said of the sources is not taken from a file.
    grounding: groundingFrom(node.grounding),
    form: FORMS.includes(node.form) ? node.form : "text",
    reasoning: textOr(node.reasoning, ""),
    toolCalls: toolCallsFrom(node.toolCalls),
    finish: textOr(node.finish, null),
    usage: numbersFrom(node.usage, ["prompt", "completion", "cached", "reasoning"]),
    speed: numbersFrom(node.speed, ["tokens", "first", "rate"]),
    state: ["done", "stopped", "failed"].includes(node.state) ? node.state : "done",
    error: textOr(node.error, null),
  };
}

function toolCallsFrom(value) {
  const calls = Array.isArray(value) ? value.filter(isObject) : [];
  return calls.map((call) => ({
    id: textOr(call.id, ""),
    name: textOr(call.name, ""),
    arguments: textOr(call.arguments, ""),
  }));
}

function voteFrom(value) {
  if (!isObject(value) || !["left", "right", "tie", "bad"].includes(value.outcome)) return null;
  if (typeof value.left !== "string" || typeof value.right !== "string") return null;
  return {
    id: newIdentifier(),
    created: timeOr(value.created),
    left: value.left,
    right: value.right,
    outcome: value.outcome,
    question: textOr(value.question, ""),
  };
}

function fromMessages(messages) {
  const conversation = newConversation();
  let parent = null;
  for (const message of messages) {
    if (!isObject(message)) throw new ExchangeError("import.broken");
    const { text, images } = partsOf(message.content);
    if (message.role === "system" || message.role === "developer") {
      conversation.system = [conversation.system, text].filter(Boolean).join("\n\n");
    } else if (ROLES.includes(message.role)) {
      const toolCalls = toolCallsFrom((message.tool_calls ?? []).map?.((call) => ({ ...call, ...call?.function })));
      const fields = nodeFields({ role: message.role, text, images, toolCalls, toolCall: message.tool_call_id });
      parent = addMessage(conversation, parent, fields).id;
    } else {
      throw new ExchangeError("import.broken");
    }
  }
  return conversation;
}

function partsOf(content) {
  if (!Array.isArray(content)) return { text: textOr(content, ""), images: [] };
  const parts = content.filter(isObject);
  return {
    text: parts
      .filter((part) => part.type === "text")
      .map((part) => textOr(part.text, ""))
      .join("\n"),
    images: parts.filter((part) => part.type === "image_url").map((part) => part.image_url?.url),
  };
}

function fromMarkdown(text) {
  const conversation = newConversation();
  let parent = null;
  for (const section of sectionsOf(text.replace(/\r\n?/g, "\n"))) {
    const facts = factsOf(section.facts);
    if (section.kind === "conversation") {
      conversation.model = textOr(facts.model, null);
      conversation.knowledge = textOr(facts.knowledge, null);
      const title = /^# (.*)$/.exec(section.body)?.[1] ?? "";
      conversation.title = title;
      conversation.titleGiven = title !== "";
    } else if (section.kind === "system") {
      conversation.system = unguarded(section.body);
    } else if (section.kind !== "sources") {
      const { body, images } = withoutImages(section.body.replace(/^## .*\n?\n?/, ""));
      const fields = nodeFields({ ...facts, role: section.kind, text: unguarded(body), images });
      parent = addMessage(conversation, parent, fields).id;
    }
  }
  if (parent === null) throw new ExchangeError("import.noMessages");
  return conversation;
}

function sectionsOf(text) {
  const sections = [];
  for (const line of text.split("\n")) {
    const mark = MARK.exec(line);
    if (mark) sections.push({ kind: mark[1], facts: mark[2] ?? "", lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ kind, facts, lines }) => ({ kind, facts, body: lines.join("\n").replace(/\n{1,2}$/, "") }));
}

function withoutImages(text) {
  const images = [];
  let body = text;
  for (;;) {
    const match = /^!\[\]\((data:[^)\s]+)\)\n\n/.exec(body);
    if (!match) return { body, images };
    images.push(match[1]);
    body = body.slice(match[0].length);
  }
}

function factsOf(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function imagesFrom(value) {
  return (Array.isArray(value) ? value : []).filter((url) => typeof url === "string" && IMAGE.test(url));
}

function numbersFrom(value, keys) {
  if (!isObject(value)) return null;
  return Object.fromEntries(keys.map((key) => [key, Number.isFinite(value[key]) ? value[key] : null]));
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOr(value, other) {
  return typeof value === "string" ? value : other;
}

function timeOr(value) {
  return Number.isFinite(value) && value > 0 ? value : Date.now();
}
