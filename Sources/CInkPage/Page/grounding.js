// What an answer from documents rests on: its sources, and which of them supports which sentence.

import { unitRange } from "./byteRange.js";

/** Stand around the position of a sentence in an answer's text, until its mark is drawn there. No letter has them. */
const OPEN = "\uE000";
const CLOSE = "\uE001";
const MARK = /\uE000(\d+)\uE001/g;
const OUTCOMES = ["answered", "not_found", "without_documents"];
const WORDINGS = ["model", "chosen_quotes", "nearest_quotes", "fixed"];
const VERDICTS = ["intact", "invalid", "missing", "file_changed", "text_differs"];
const MOST = 1000;

/**
 * The grounding in an answer, from a server or a file: anything else than the expected is left out. Null when it is
 * none.
 *
 * `{knowledge, outcome, wording, searched, citations, sentences}`; each sentence has its `text` and positions in `citations`,
 * none when no source supports it.
 */
export function groundingFrom(value) {
  if (!isObject(value) || !OUTCOMES.includes(value.outcome)) return null;
  const citations = listOf(value.citations).map(citationFrom);
  if (citations.includes(null)) return null;
  const sentences = listOf(value.supported ?? value.sentences).filter(isObject);
  return {
    knowledge: textOf(value.knowledge),
    outcome: value.outcome,
    wording: WORDINGS.includes(value.wording) ? value.wording : "model",
    searched: typeof value.searched === "string" ? value.searched : null,
    citations,
    sentences: sentences.map((sentence) => ({
      text: textOf(sentence.sentence ?? sentence.text),
      citations:
        sentence.supported === false
          ? []
          : listOf(sentence.citations).filter((at) => Number.isInteger(at) && at >= 0 && at < citations.length),
    })),
  };
}

/** Whether a model took part in an answer from documents. */
export function isFromModel(grounding) {
  return !["nearest_quotes", "fixed"].includes(grounding.wording);
}

function citationFrom(value) {
  if (!isObject(value)) return null;
  const { start, end, page } = value;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) return null;
  return {
    document: textOf(value.document),
    sha256: textOf(value.sha256),
    start,
    end,
    page: Number.isInteger(page) && page > 0 ? page : null,
    headings: listOf(value.headings).map(textOf).filter(Boolean),
    score: Number.isFinite(value.score) ? value.score : 0,
    text: textOf(value.text),
    quote: textOf(value.quote),
  };
}

/**
 * Where a piece of a document stands in the document's text, in units: `{piece, quote, intact}`. `quote` is the part of
 * it that is quoted, null without one; `intact` is false when something else stands there.
 */
export function placeInText(document, { start, end, text, quote = null }) {
  const piece = unitRange(document, start, end) ?? { start: 0, end: 0 };
  const found = document.slice(piece.start, piece.end);
  const intact = found === text && (quote === null || found.includes(quote));
  if (!intact || quote === null || quote === "") return { piece, quote: null, intact };
  const from = piece.start + found.indexOf(quote);
  return { piece, quote: { start: from, end: from + quote.length }, intact };
}

/** The verdicts on citations in what the server answers, in their order; null when there is not one for each. */
export function verdictsFrom(value, count) {
  const words = listOf(value?.citations).map((entry) => entry?.verdict);
  return words.length === count && words.every((word) => VERDICTS.includes(word)) ? words : null;
}

/** How many sentences no source supports. */
export function unsupportedCount(grounding) {
  return grounding.sentences.filter((sentence) => sentence.citations.length === 0).length;
}

/**
 * The answer's Markdown with the position of each sentence behind it, where it does not change what the Markdown means.
 * A sentence that cannot be found in the text, such as one of an answer that was edited, gets none.
 */
export function markedText(text, sentences) {
  const clean = text.replace(/[\uE000\uE001]/g, "");
  const fences = fencesOf(clean);
  const marks = [];
  let from = 0;
  sentences.forEach((sentence, index) => {
    const end = endOf(clean, sentence.text, from);
    if (end === null) return;
    from = end;
    const { place, alone, before } = placeOf(clean, end, fences);
    const last = marks.at(-1);
    const mark = OPEN + index + CLOSE;
    // Marks never go back, and those of one place stand together.
    if (last && place <= last.place) last.mark += mark;
    else marks.push({ place, alone, before, mark });
  });
  let result = "";
  let at = 0;
  for (const { place, alone, before, mark } of marks) {
    result += clean.slice(at, place) + before + (alone ? `\n\n${mark}\n\n` : mark);
    at = place;
  }
  return result + clean.slice(at);
}

/** A text in parts: strings, and the positions of sentences as numbers. */
export function partsOf(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(Number(match[1]));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Where the sentence ends; the server may have put other white space between a sentence and a mark behind it. */
function endOf(text, sentence, from) {
  const words = sentence.trim();
  if (words === "") return null;
  const exact = text.indexOf(words, from);
  if (exact >= 0) return exact + words.length;
  const pattern = words.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const loose = new RegExp(pattern.join("\\s*"), "g");
  loose.lastIndex = from;
  const match = loose.exec(text);
  return match ? match.index + match[0].length : null;
}

/** A mark stands in its line, inside of emphasis and of a table's cell; behind blocks that would swallow it, alone. */
function placeOf(text, end, fences) {
  const fence = fences.find(({ start, stop }) => end > start && end <= stop);
  if (fence) return { place: fence.stop, alone: true, before: fence.closing };
  const start = text.lastIndexOf("\n", end - 1) + 1;
  const line = text.slice(start, end);
  // The line between the head of a table and its rows belongs to the head.
  if (start > 0 && /^\s*\|?(?:\s*:?-+:?\s*\|)+[\s:-]*$/.test(line)) return placeOf(text, start - 1, fences);
  if (/^\s*(?:[-=*_]\s*)+$/.test(line)) return { place: end, alone: true, before: "" };
  // Behind what ends an emphasis, a mark could keep it from ending.
  const tail = /(?<=[^\s*_~|])[*_~]*(?:\s*\|\s*)?$/.exec(line);
  return { place: tail ? end - tail[0].length : end, alone: false, before: "" };
}

/** Blocks of code between fences as units of the text; `closing` is what one lacks that the text ends in. */
function fencesOf(text) {
  const fences = [];
  let open = null;
  let at = 0;
  for (const line of text.split("\n")) {
    const end = at + line.length;
    const mark = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
    if (open === null && mark) {
      open = { start: at, mark: mark[1] };
    } else if (open !== null && mark && mark[2].trim() === "" && mark[1].startsWith(open.mark)) {
      fences.push({ start: open.start, stop: end, closing: "" });
      open = null;
    }
    at = end + 1;
  }
  if (open !== null) fences.push({ start: open.start, stop: text.length, closing: `\n${open.mark}` });
  return fences;
}

function listOf(value) {
  return Array.isArray(value) ? value.slice(0, MOST) : [];
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value) {
  return typeof value === "string" ? value : "";
}
