// Markdown as language models write it: source text -> a tree of blocks. No DOM here; `render.js` builds nodes from the
// tree, so that text can never become markup. Inline text is read by `inline.js` when a block is drawn.
//
// Where CommonMark and the habits of models differ, models win: a line of dashes under text is a rule and no heading,
// nested lists may be indented by two columns under "1.", and indented text is text, not code.

/** Blocks nested deeper than this are shown as plain paragraphs. */
export const MAX_BLOCK_DEPTH = 12;

const FENCE = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const MARKER = /^( *)([-*+]|\d{1,9}[.)])(?:( +)(.*))?$/;
const TASK = /^\[([ xX])\][ \t]+/;
const MATH_OPENERS = new Map([
  ["$$", "$$"],
  ["\\[", "\\]"],
]);

/**
 * The blocks of a text. Each block has `type` and, for a block of the outermost level, `line`, where it starts, and
 * `raw`, its source, which tells whether a block that is being streamed has changed.
 *
 * `earlier` are the blocks of a text that this one continues: what cannot change any more is taken from them.
 */
export function parseMarkdown(source, earlier = []) {
  const lines = source.replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n");
  const settled = settledCount(earlier, lines);
  const kept = earlier.slice(0, settled);
  return [...kept, ...parseLines(lines, 0, settled > 0 ? earlier[settled].line : 0)];
}

/**
 * How many blocks no further text can change. The last line may still become anything and so join the block before it;
 * a formula may still swallow what follows it, up to the next blank line.
 */
function settledCount(earlier, lines) {
  let count = Math.max(0, earlier.length - 2);
  while (count > 0 && !isBlank(lines[earlier[count].line - 1])) count -= 1;
  return count;
}

function parseLines(lines, depth, from = 0) {
  const blocks = [];
  let at = from;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const read = readBlock(lines, at, depth);
    if (depth === 0) Object.assign(read.block, { line: at, raw: lines.slice(at, read.next).join("\n") });
    blocks.push(read.block);
    at = read.next;
  }
  return blocks;
}

function readBlock(lines, at, depth) {
  const nested = depth < MAX_BLOCK_DEPTH;
  return (
    readFence(lines, at) ??
    readHeading(lines, at) ??
    readRule(lines, at) ??
    readMath(lines, at) ??
    (nested ? readQuote(lines, at, depth) : null) ??
    (nested ? readList(lines, at, depth) : null) ??
    readTable(lines, at) ??
    readParagraph(lines, at)
  );
}

function isBlank(line) {
  return line.trim() === "";
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}

function withoutIndent(line, columns) {
  return line.slice(Math.min(columns, indentOf(line)));
}

function readFence(lines, at) {
  const open = FENCE.exec(lines[at]);
  if (!open) return null;
  const [, indent, fence, words] = open;
  const [language] = words.trim().split(/\s/, 1);
  const body = [];
  let next = at + 1;
  let closed = false;
  while (next < lines.length && !closed) {
    const line = lines[next];
    const end = line.trim();
    closed = end.length >= fence.length && indentOf(line) < 4 && end === fence[0].repeat(end.length);
    if (!closed) body.push(withoutIndent(line, indent.length));
    next += 1;
  }
  return { block: { type: "code", language, text: body.join("\n"), closed }, next };
}

function readHeading(lines, at) {
  const match = HEADING.exec(lines[at]);
  if (!match) return null;
  const text = (match[2] ?? "").replace(/(?:^|[ \t])#+[ \t]*$/, "").trim();
  return { block: { type: "heading", level: match[1].length, text }, next: at + 1 };
}

function readRule(lines, at) {
  return RULE.test(lines[at]) ? { block: { type: "rule" }, next: at + 1 } : null;
}

/** A formula on lines of its own. It is shown as written. */
function readMath(lines, at) {
  const first = lines[at].trim();
  const close = MATH_OPENERS.get(first.slice(0, 2));
  if (!close) return null;
  const body = [];
  for (let next = at; next < lines.length; next += 1) {
    const line = next === at ? first.slice(2) : lines[next];
    if (next > at && isBlank(line)) return null;
    const end = line.trimEnd();
    if (end.endsWith(close)) {
      body.push(end.slice(0, -2));
      return { block: { type: "math", text: body.join("\n").trim() }, next: next + 1 };
    }
    body.push(line);
  }
  return null;
}

function readQuote(lines, at, depth) {
  if (!QUOTE.test(lines[at])) return null;
  const body = [];
  let next = at;
  while (next < lines.length) {
    const match = QUOTE.exec(lines[next]);
    // A line without the mark still belongs to the quoted paragraph, if it starts nothing of its own.
    const lazy = !match && !isBlank(lines[next]) && !isBlank(body.at(-1) ?? "") && !interrupts(lines, next);
    if (!match && !lazy) break;
    body.push(match ? match[1] : lines[next]);
    next += 1;
  }
  return { block: { type: "quote", blocks: parseLines(body, depth + 1) }, next };
}

/** A list marker: where it stands, what kind it is, where its text starts. */
function markerOf(line) {
  const match = MARKER.exec(line);
  if (!match || RULE.test(line)) return null;
  const [, indent, mark, gap = " ", text = ""] = match;
  const ordered = mark.length > 1;
  const width = gap.length > 4 ? 1 : gap.length;
  return {
    indent: indent.length,
    kind: ordered ? mark.at(-1) : mark,
    number: ordered ? Number(mark.slice(0, -1)) : null,
    contentIndent: indent.length + mark.length + width,
    text: " ".repeat(gap.length - width) + text,
  };
}

function readList(lines, at, depth) {
  const first = markerOf(lines[at]);
  if (!first || first.indent > 3) return null;
  const items = [];
  let tight = true;
  let next = at;
  while (next < lines.length) {
    const marker = markerOf(lines[next]);
    if (!marker || marker.kind !== first.kind || marker.indent >= first.indent + 2) break;
    const item = readItem(lines, next, marker);
    const blankInside = item.body.some((line, index) => isBlank(line) && index < item.body.length - 1);
    items.push(itemOf(item.body, depth));
    next = item.next;
    const resumes = next < lines.length && item.blanks > 0 && markerOf(lines[next])?.kind === first.kind;
    if (blankInside || resumes) tight = false;
  }
  return { block: { type: "list", ordered: first.number !== null, start: first.number ?? 1, tight, items }, next };
}

/** The lines of one item without its indentation, and how many blank lines follow it. */
function readItem(lines, at, marker) {
  const body = [marker.text];
  const threshold = marker.indent + 2;
  let next = at + 1;
  let blanks = 0;
  while (next < lines.length) {
    const line = lines[next];
    if (isBlank(line)) {
      blanks += 1;
    } else {
      const inside = indentOf(line) >= threshold;
      const lazy = blanks === 0 && !isBlank(body.at(-1)) && !interrupts(lines, next) && !markerOf(line);
      if (!inside && !lazy) break;
      for (; blanks > 0; blanks -= 1) body.push("");
      body.push(withoutIndent(line, marker.contentIndent));
    }
    next += 1;
  }
  return { body, next, blanks };
}

function itemOf(body, depth) {
  const task = TASK.exec(body[0]);
  const lines = task ? [body[0].slice(task[0].length), ...body.slice(1)] : body;
  return { task: task ? (task[1] === " " ? "open" : "done") : null, blocks: parseLines(lines, depth + 1) };
}

/** The cells of a row; a bar after a backslash is text. */
export function cellsOf(line) {
  const cells = [];
  let cell = "";
  const row = line.trim();
  for (let at = row.startsWith("|") ? 1 : 0; at < row.length; at += 1) {
    if (row[at] === "\\" && row[at + 1] === "|") {
      cell += "|";
      at += 1;
    } else if (row[at] === "|") {
      cells.push(cell.trim());
      cell = "";
    } else {
      cell += row[at];
    }
  }
  if (cell.trim() !== "" || !row.endsWith("|")) cells.push(cell.trim());
  return cells;
}

function alignmentsOf(line) {
  if (!line.includes("-")) return null;
  const cells = cellsOf(line);
  if (!cells.every((cell) => /^:?-+:?$/.test(cell))) return null;
  return cells.map((cell) => {
    const left = cell.startsWith(":");
    const right = cell.endsWith(":");
    if (left && right) return "center";
    return right ? "right" : left ? "left" : null;
  });
}

function isTableStart(lines, at) {
  if (!lines[at].includes("|") || at + 1 >= lines.length || !lines[at + 1].includes("|")) return null;
  const align = alignmentsOf(lines[at + 1]);
  return align && align.length === cellsOf(lines[at]).length ? align : null;
}

function readTable(lines, at) {
  const align = isTableStart(lines, at);
  if (!align) return null;
  const rows = [];
  let next = at + 2;
  while (next < lines.length && lines[next].includes("|") && !FENCE.test(lines[next])) {
    const cells = cellsOf(lines[next]).slice(0, align.length);
    while (cells.length < align.length) cells.push("");
    rows.push(cells);
    next += 1;
  }
  return { block: { type: "table", align, head: cellsOf(lines[at]), rows }, next };
}

/** Whether a line starts a block of its own even right under a paragraph. */
function interrupts(lines, at) {
  const line = lines[at];
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line)) return true;
  const marker = markerOf(line);
  if (marker && marker.text.trim() !== "" && (marker.number === null || marker.number === 1)) return true;
  return isTableStart(lines, at) !== null;
}

function readParagraph(lines, at) {
  let next = at + 1;
  while (next < lines.length && !isBlank(lines[next]) && !interrupts(lines, next)) next += 1;
  const text = lines
    .slice(at, next)
    .map((line) => line.trimStart())
    .join("\n")
    .trimEnd();
  return { block: { type: "paragraph", text }, next };
}
