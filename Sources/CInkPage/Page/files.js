// Conversations as files on the reader's disk.

import { conversationsToJSON, conversationToMarkdown, readFile } from "./exchange.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { titleOf } from "./tree.js";

const LARGEST_IMPORT = 200_000_000;

export function saveConversation(conversation, kind) {
  const name = fileNameOf(titleOf(conversation));
  if (kind === "json") {
    save(`${name}.json`, "application/json", conversationsToJSON([conversation]));
  } else {
    const words = { user: t("role.user"), assistant: t("role.assistant"), tool: t("role.tool") };
    save(`${name}.md`, "text/markdown", conversationToMarkdown(conversation, words));
  }
}

export function saveAll(conversations, votes) {
  const day = new Date().toISOString().slice(0, 10);
  save(`inkstone-${day}.json`, "application/json", conversationsToJSON(conversations, votes));
}

function fileNameOf(title) {
  const name = title.replace(/[\p{C}\\/:*?"<>|]+/gu, " ").trim().slice(0, 60);
  return name === "" ? "inkstone" : name;
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Lets the reader choose files and reads them; nothing chosen gives nothing. Throws `ExchangeError` for a bad one. */
export function openFiles() {
  return new Promise((resolve, reject) => {
    const input = h("input", { type: "file", accept: ".json,.md,.markdown,application/json,text/markdown", multiple: true });
    input.addEventListener("cancel", () => resolve({ conversations: [], votes: [] }));
    input.addEventListener("change", () => readAll([...input.files]).then(resolve, reject));
    input.click();
  });
}

async function readAll(files) {
  const all = { conversations: [], votes: [] };
  for (const file of files) {
    if (file.size > LARGEST_IMPORT) throw new Error(t("import.large", { name: file.name }));
    const { conversations, votes } = readFile(await file.text());
    all.conversations.push(...conversations);
    all.votes.push(...votes);
  }
  return all;
}
