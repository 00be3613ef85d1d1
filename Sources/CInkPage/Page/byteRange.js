// Places in a text. The server counts bytes of UTF-8, JavaScript counts units of UTF-16.

/** Bytes of UTF-8 that the letter at a unit takes, and the units it takes here. */
function sizeAt(text, unit) {
  const code = text.charCodeAt(unit);
  if (code < 0x80) return { bytes: 1, units: 1 };
  if (code < 0x800) return { bytes: 2, units: 1 };
  const isPair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
  return isPair ? { bytes: 4, units: 2 } : { bytes: 3, units: 1 };
}

/**
 * The units of a text for bytes `start` to `end` of it. A place within a letter moves to the letter's beginning (start)
 * or end (end); one behind the text is its end. Null when the numbers are no range.
 */
export function unitRange(text, start, end) {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) return null;
  let byte = 0;
  let unit = 0;
  let first = null;
  while (unit < text.length && byte < end) {
    const size = sizeAt(text, unit);
    if (first === null && byte + size.bytes > start) first = unit;
    byte += size.bytes;
    unit += size.units;
  }
  return { start: first ?? unit, end: unit };
}

/** Bytes of UTF-8 that a text takes. */
export function byteLength(text) {
  let bytes = 0;
  for (let unit = 0; unit < text.length; ) {
    const size = sizeAt(text, unit);
    bytes += size.bytes;
    unit += size.units;
  }
  return bytes;
}

/** A part of a long text around a range, `margin` units to both sides and from there to the end of the line. */
export function windowAround(text, range, margin) {
  const before = Math.max(0, range.start - margin);
  const after = Math.min(text.length, range.end + margin);
  return {
    start: before === 0 ? 0 : lineStart(text, before, margin),
    end: after === text.length ? after : lineEnd(text, after, margin),
  };
}

/** Where the line of a unit begins, looked for over a limited distance, and never between the halves of a letter. */
function lineStart(text, unit, limit) {
  const found = text.lastIndexOf("\n", unit - 1) + 1;
  if (unit - found <= limit) return found;
  return isSecondHalf(text, unit) ? unit - 1 : unit;
}

function lineEnd(text, unit, limit) {
  const found = text.indexOf("\n", unit);
  if (found >= 0 && found - unit <= limit) return found;
  return isSecondHalf(text, unit) ? unit + 1 : unit;
}

function isSecondHalf(text, unit) {
  return unit > 0 && (text.charCodeAt(unit) & 0xfc00) === 0xdc00 && (text.charCodeAt(unit - 1) & 0xfc00) === 0xd800;
}
