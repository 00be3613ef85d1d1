// The inline part of Markdown: text -> a list of nodes. Emphasis follows CommonMark's rule of delimiter runs, with one
// amendment: Chinese, Japanese and Korean letters have no spaces between words, so they may touch a run on either side
// of punctuation ("**「砚台」**很重" is strong). Everything is linear in the length of the text, and nesting is bounded.

import { readDestination, safeLink, withoutSentenceEnd } from "./links.js";

/** Emphasis and links nested deeper than this are shown as written. */
export const MAX_INLINE_DEPTH = 24;

const PLAIN = /[^\\`<[\]!*_~\n$h&]+/y;
const BARE_LINK = /https?:\/\/[!-;=?-Z\\_a-z~]+/iy;
const ANGLE_LINK = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/iy;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp|copy|hellip|mdash|ndash));/y;
const ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  hellip: "…",
  mdash: "—",
  ndash: "–",
};
const PUNCTUATION = /[\p{P}\p{S}]/u;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;

/** Whether a text has letters that are as wide as they are high, and are not slanted. */
export function hasWideLetters(text) {
  return WIDE.test(text);
}

/** Nodes: text, code, math, break, emphasis, strong, strike, link, image. */
export function parseInline(text) {
  return new InlineReader(text).read();
}

class InlineReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.items = [];
    this.brackets = [];
    // Runs of backticks and closers of formulas that are known not to come again.
    this.missing = new Set();
  }

  read() {
    while (this.at < this.text.length) this.step();
    return resolveEmphasis(this.items);
  }

  push(node) {
    const last = this.items.at(-1);
    if (node.type === "text" && last?.type === "text") last.text += node.text;
    else this.items.push(node);
  }

  literal(length = 1) {
    this.push({ type: "text", text: this.text.slice(this.at, this.at + length) });
    this.at += length;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  step() {
    const plain = this.match(PLAIN);
    if (plain) return this.literal(plain[0].length);
    switch (this.text[this.at]) {
      case "\\":
        return this.readBackslash();
      case "`":
        return this.readCode();
      case "<":
        return this.readAngle();
      case "&":
        return this.readEntity();
      case "h":
        return this.readBareLink();
      case "$":
        return this.text.startsWith("$$", this.at) ? this.readMath("$$") || this.literal(2) : this.literal();
      case "\n":
        return this.readBreak();
      case "!":
        return this.text[this.at + 1] === "[" ? this.openBracket(2) : this.literal();
      case "[":
        return this.openBracket(1);
      case "]":
        return this.closeBracket();
      default:
        return this.readRun();
    }
  }

  readBreak() {
    const last = this.items.at(-1);
    if (last?.type === "text") last.text = last.text.trimEnd();
    this.push({ type: "break" });
    this.at += 1;
    while (this.text[this.at] === " ") this.at += 1;
  }

  readBackslash() {
    const next = this.text[this.at + 1];
    if ((next === "(" && this.readMath("\\)")) || (next === "[" && this.readMath("\\]"))) return;
    if (next === "\n") {
      this.at += 1;
      this.readBreak();
    } else if (next !== undefined && ASCII_PUNCTUATION.test(next)) {
      this.push({ type: "text", text: next });
      this.at += 2;
    } else {
      this.literal();
    }
  }

  /** A formula between its marks, kept as written. Returns whether there is one. */
  readMath(close) {
    if (this.missing.has(close)) return false;
    const end = this.text.indexOf(close, this.at + 2);
    if (end < 0) {
      this.missing.add(close);
      return false;
    }
    this.push({ type: "math", text: this.text.slice(this.at + 2, end).trim() });
    this.at = end + 2;
    return true;
  }

  readCode() {
    const start = this.at;
    let length = 1;
    while (this.text[start + length] === "`") length += 1;
    if (!this.missing.has(length)) {
      const end = this.findTicks(start + length, length);
      if (end >= 0) {
        let code = this.text.slice(start + length, end).replaceAll("\n", " ");
        if (code.length > 2 && code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "")
          code = code.slice(1, -1);
        this.push({ type: "code", text: code });
        this.at = end + length;
        return;
      }
      this.missing.add(length);
    }
    this.literal(length);
  }

  /** Where a run of exactly `length` backticks starts; -1 if there is none. */
  findTicks(from, length) {
    let at = this.text.indexOf("`", from);
    while (at >= 0) {
      let end = at;
      while (this.text[end] === "`") end += 1;
      if (end - at === length) return at;
      at = this.text.indexOf("`", end);
    }
    return -1;
  }

  readAngle() {
    const match = this.match(ANGLE_LINK);
    if (!match) return this.literal();
    this.pushLink(match[1], [{ type: "text", text: match[1] }]);
    this.at += match[0].length;
  }

  readEntity() {
    const match = this.match(ENTITY);
    if (!match) return this.literal();
    const code = match[1] ? parseInt(match[1], 10) : match[2] ? parseInt(match[2], 16) : null;
    const valid = code === null || (code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000));
    const text = !valid ? "\ufffd" : code === null ? ENTITIES[match[3]] : String.fromCodePoint(code);
    this.push({ type: "text", text });
    this.at += match[0].length;
  }

  readBareLink() {
    const before = this.text[this.at - 1] ?? " ";
    const match = /[\p{L}\p{N}]/u.test(before) && !WIDE.test(before) ? null : this.match(BARE_LINK);
    if (!match) return this.literal();
    const address = withoutSentenceEnd(match[0]);
    this.pushLink(address, [{ type: "text", text: address }]);
    this.at += address.length;
  }

  pushLink(address, children) {
    const href = safeLink(address);
    if (href) this.push({ type: "link", href, children, depth: depthOf(children) + 1 });
    else for (const child of children) this.push(child);
  }

  openBracket(length) {
    this.brackets.push({ index: this.items.length, image: length === 2, active: true });
    this.items.push({ type: "text", text: this.text.slice(this.at, this.at + length) });
    this.at += length;
    // The next text must not grow into the bracket, which may turn out to be a link.
    this.items.push({ type: "text", text: "" });
  }

  closeBracket() {
    const opener = this.brackets.pop();
    const target = opener?.active ? readDestination(this.text, this.at + 1) : null;
    if (!target) return this.literal();
    const children = resolveEmphasis(this.items.splice(opener.index).slice(1));
    this.at = target.next;
    if (opener.image) {
      this.push({ type: "image", href: safeLink(target.address), alt: plainText(children) });
      return;
    }
    if (depthOf(children) >= MAX_INLINE_DEPTH || !safeLink(target.address)) {
      // What cannot be followed is shown with its address, so that nothing is hidden.
      for (const child of children) this.push(child);
      this.push({ type: "text", text: ` (${target.address})` });
      return;
    }
    this.pushLink(target.address, children);
    // Those further out were passed already where one of them is.
    for (let at = this.brackets.length - 1; at >= 0; at -= 1) {
      if (this.brackets[at].image) continue;
      if (!this.brackets[at].active) break;
      this.brackets[at].active = false;
    }
  }

  readRun() {
    const char = this.text[this.at];
    let length = 1;
    while (this.text[this.at + length] === char) length += 1;
    const before = characterBefore(this.text, this.at);
    const after = characterAt(this.text, this.at + length);
    const { left, right } = flanking(before, after);
    const word = char === "_";
    const canOpen = left && (!word || !right || PUNCTUATION.test(before));
    const canClose = right && (!word || !left || PUNCTUATION.test(after));
    if ((char === "~" && length !== 2) || (!canOpen && !canClose)) return this.literal(length);
    this.items.push({ type: "run", char, count: length, original: length, canOpen, canClose });
    this.at += length;
  }
}

function characterBefore(text, at) {
  if (at === 0) return " ";
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low < 0xe000 && at > 1 ? text.slice(at - 2, at) : text[at - 1];
}

function characterAt(text, at) {
  return at < text.length ? String.fromCodePoint(text.codePointAt(at)) : " ";
}

/** CommonMark's left- and right-flanking, where wide letters count as a border. */
function flanking(before, after) {
  const wideBefore = WIDE.test(before);
  const wideAfter = WIDE.test(after);
  const spaceBefore = /\s/.test(before);
  const spaceAfter = /\s/.test(after);
  const markBefore = PUNCTUATION.test(before) && !wideBefore;
  const markAfter = PUNCTUATION.test(after) && !wideAfter;
  return {
    left: !spaceAfter && (!markAfter || spaceBefore || markBefore || wideBefore),
    right: !spaceBefore && (!markBefore || spaceAfter || markAfter || wideAfter),
  };
}

function depthOf(nodes) {
  let depth = 0;
  for (const node of nodes) depth = Math.max(depth, node.depth ?? 0);
  return depth;
}

/** The text of nodes without their form. */
export function plainText(nodes) {
  return nodes.map((node) => (node.children ? plainText(node.children) : (node.text ?? node.alt ?? " "))).join("");
}

/** Pairs runs of `*`, `_` and `~~`; what finds no partner stays text. */
function resolveEmphasis(items) {
  const out = [];
  const openers = [];
  // For each kind of closer: no opener before this serial number fits.
  const floors = new Map();
  items.forEach((item, serial) => {
    if (item.type !== "run") {
      if (item.text !== "") out.push(item);
      return;
    }
    const closer = { ...item, serial };
    if (closer.canClose) closeRuns(closer, out, openers, floors);
    if (closer.count === 0) return;
    if (closer.canOpen) openers.push({ run: closer, index: out.length });
    out.push(closer);
  });
  return mergeText(out);
}

function closeRuns(closer, out, openers, floors) {
  while (closer.count > 0) {
    const kind = `${closer.char}${closer.original % 3}${closer.canOpen}`;
    const found = findOpener(closer, openers, floors.get(kind) ?? 0);
    if (found < 0) {
      floors.set(kind, closer.serial);
      return;
    }
    const { run, index } = openers[found];
    openers.length = found + 1;
    const used = closer.char === "~" || (closer.count > 1 && run.count > 1) ? 2 : 1;
    const children = mergeText(out.splice(index + 1));
    run.count -= used;
    closer.count -= used;
    const depth = depthOf(children) + 1;
    if (depth > MAX_INLINE_DEPTH) {
      const marks = { type: "text", text: closer.char.repeat(used) };
      out.push({ ...marks }, ...children, marks);
    } else {
      const type = closer.char === "~" ? "strike" : used === 2 ? "strong" : "emphasis";
      out.push({ type, children, depth });
    }
    if (run.count === 0) {
      openers.pop();
      out.splice(index, 1);
    }
  }
}

function findOpener(closer, openers, floor) {
  for (let at = openers.length - 1; at >= 0 && openers[at].run.serial >= floor; at -= 1) {
    const { run } = openers[at];
    if (run.char !== closer.char) continue;
    // CommonMark's "rule of three", which decides "**a*b**c*".
    const ambiguous = run.canClose || closer.canOpen;
    const three = (run.original + closer.original) % 3 === 0 && !(run.original % 3 === 0 && closer.original % 3 === 0);
    if (!(ambiguous && three)) return at;
  }
  return -1;
}

function mergeText(nodes) {
  const merged = [];
  for (const node of nodes) {
    const text = node.type === "run" ? node.char.repeat(node.count) : node.type === "text" ? node.text : null;
    if (text === null) merged.push(node);
    else if (merged.at(-1)?.type === "text") merged.at(-1).text += text;
    else if (text !== "") merged.push({ type: "text", text });
  }
  return merged;
}
