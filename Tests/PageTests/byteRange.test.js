import assert from "node:assert/strict";
import { test } from "node:test";
import { byteLength, unitRange, windowAround } from "../../Sources/CInkPage/Page/byteRange.js";

const TEXT = "a é 砚台 😀🖋️ z\r\n尾\ud800!";
const bytes = new TextEncoder().encode(TEXT);

test("bytes of every letter lead to the letter", () => {
  let at = 0;
  let unit = 0;
  for (const letter of TEXT) {
    const size = new TextEncoder().encode(letter).length;
    assert.deepEqual(unitRange(TEXT, at, at + size), { start: unit, end: unit + letter.length }, letter);
    at += size;
    unit += letter.length;
  }
  assert.equal(byteLength(TEXT), bytes.length);
});

test("every range of bytes between letters gives the text that the bytes say", () => {
  const text = TEXT.replace("\ud800", "");
  const all = new TextEncoder().encode(text);
  const isBoundary = (byte) => byte === all.length || (all[byte] & 0xc0) !== 0x80;
  for (let start = 0; start <= all.length; start += 1) {
    for (let end = start; end <= all.length; end += 1) {
      if (!isBoundary(start) || !isBoundary(end)) continue;
      const range = unitRange(text, start, end);
      assert.equal(text.slice(range.start, range.end), new TextDecoder().decode(all.subarray(start, end)));
    }
  }
});

test("a place within a letter takes the whole letter", () => {
  assert.deepEqual(unitRange("砚😀x", 1, 2), { start: 0, end: 1 });
  assert.deepEqual(unitRange("砚😀x", 4, 5), { start: 1, end: 3 });
});

test("a range behind the text is its end, and no range is null", () => {
  assert.deepEqual(unitRange("砚", 90, 100), { start: 1, end: 1 });
  assert.deepEqual(unitRange("", 0, 0), { start: 0, end: 0 });
  for (const [start, end] of [
    [-1, 2],
    [3, 2],
    [0.5, 1],
    [0, Number.NaN],
    [0, 1e300],
    ["0", "1"],
  ]) {
    assert.equal(unitRange("text", start, end), null, `${start} ${end}`);
  }
});

test("a window goes on to whole lines and holds the range", () => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index} 😀`).join("\n");
  const start = text.indexOf("line 50");
  const around = windowAround(text, { start, end: start + 7 }, 40);
  assert.ok(around.start < start - 40 && around.end > start + 47);
  assert.equal(text[around.start - 1], "\n");
  assert.equal(text[around.end], "\n");
  assert.deepEqual(windowAround(text, { start, end: start + 7 }, text.length), { start: 0, end: text.length });
});

test("a window in one long line is cut between letters", () => {
  const text = "😀".repeat(1000);
  for (const margin of [10, 11]) {
    const around = windowAround(text, { start: 1000, end: 1002 }, margin);
    assert.equal(around.start % 2, 0);
    assert.equal(around.end % 2, 0);
    assert.ok(around.start >= 1000 - 2 * margin - 2 && around.end <= 1002 + 2 * margin + 2);
  }
});
