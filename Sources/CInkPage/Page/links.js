// Addresses in Markdown: where they end, and which of them may be followed.

const MAX_DESTINATION = 2048;
const SENTENCE_MARKS = ".,;:!?'\"*_~";

/** The address if it may be followed, otherwise null: the web and mail only, nothing that runs or reads. */
export function safeLink(address) {
  // eslint-disable-next-line no-control-regex -- browsers drop these characters, which hides a scheme.
  if (/[\u0000-\u0020\u007f-\u009f]/.test(address)) return null;
  if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return null;
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** An address without the marks that belong to the sentence around it, and without a bracket that was opened before. */
export function withoutSentenceEnd(address) {
  let end = address.length;
  while (SENTENCE_MARKS.includes(address[end - 1])) end -= 1;
  let excess = 0;
  for (let at = 0; at < end; at += 1) {
    if (address[at] === ")") excess += 1;
    else if (address[at] === "(") excess -= 1;
  }
  for (; excess > 0 && address[end - 1] === ")"; excess -= 1) end -= 1;
  return address.slice(0, end);
}

/** `(address "title")` from `at`: the address and where the text goes on; null if it is something else. */
export function readDestination(text, at) {
  if (text[at] !== "(") return null;
  const limit = Math.min(text.length, at + MAX_DESTINATION);
  let open = 0;
  let end = at + 1;
  while (text[end] === " ") end += 1;
  const start = end;
  for (; end < limit; end += 1) {
    const character = text[end];
    if (character === " " || character === "\n") break;
    if (character === "(") open += 1;
    if (character === ")" && open === 0) return { address: trimAngles(text.slice(start, end)), next: end + 1 };
    if (character === ")") open -= 1;
  }
  const address = trimAngles(text.slice(start, end));
  const title = /[ \n]{1,64}(?:"[^"\n]{0,512}"|'[^'\n]{0,512}')? {0,64}\)/y;
  title.lastIndex = end;
  const rest = title.exec(text);
  return rest ? { address, next: end + rest[0].length } : null;
}

function trimAngles(address) {
  return address.startsWith("<") && address.endsWith(">") ? address.slice(1, -1) : address;
}
