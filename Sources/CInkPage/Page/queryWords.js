// The words of a query, and where they stand in a text that was found.

const WORDS = /\p{Script=Han}+|[\p{L}\p{N}]+/gu;
const HAN = /^\p{Script=Han}/u;
/** Words that say little; they are left alone unless the query has no others. */
const SMALL = new Set(
  ("a an and are as at be by do does for from has have how i in is it of on or that the this to was were what when " +
    "where which who why will with you").split(" "),
);
const SMALL_HAN = /[的了吗呢吧是在和与及也就都而]/u;

/** The words: Chinese in pairs of letters, as nobody writes where a word ends; other words without their ending. */
export function queryWords(query) {
  const all = (query.match(WORDS) ?? []).flatMap((word) => (HAN.test(word) ? pairsOf(word) : [stemOf(word)]));
  const telling = all.filter((word) => (HAN.test(word) ? !SMALL_HAN.test(word) : !SMALL.has(word)));
  return new Set(telling.length > 0 ? telling : all);
}

function pairsOf(run) {
  const letters = Array.from(run);
  if (letters.length < 3) return [run];
  return letters.slice(1).map((letter, index) => letters[index] + letter);
}

/** A word without the commonest English endings, so that `models` marks `model`. */
function stemOf(word) {
  const small = word.toLowerCase();
  for (const [ending, least] of [
    ["ies", 5],
    ["ing", 6],
    ["ed", 5],
    ["s", 4],
  ]) {
    if (small.endsWith(ending) && small.length >= least && !small.endsWith("ss"))
      return small.slice(0, -ending.length) + (ending === "ies" ? "y" : "");
  }
  return small;
}

/** The text in parts `{text, marked}`, where words of the query are marked. */
export function markedParts(text, words) {
  const parts = [];
  let at = 0;
  const add = (start, end) => {
    if (start < at) {
      // Pairs of Chinese letters overlap.
      parts.at(-1).text += text.slice(at, end);
    } else {
      if (start > at) parts.push({ text: text.slice(at, start), marked: false });
      const last = parts.at(-1);
      if (last?.marked && start === at) last.text += text.slice(start, end);
      else parts.push({ text: text.slice(start, end), marked: true });
    }
    at = Math.max(at, end);
  };
  for (const match of text.matchAll(WORDS)) {
    if (HAN.test(match[0])) markHan(match[0], match.index, words, add);
    else if (words.has(stemOf(match[0]))) add(match.index, match.index + match[0].length);
  }
  if (at < text.length) parts.push({ text: text.slice(at), marked: false });
  return parts;
}

function markHan(run, start, words, add) {
  let at = start;
  const letters = Array.from(run);
  letters.forEach((letter, index) => {
    const pair = letter + (letters[index + 1] ?? "");
    if (pair !== letter && words.has(pair)) add(at, at + pair.length);
    else if (words.has(letter)) add(at, at + letter.length);
    at += letter.length;
  });
}
