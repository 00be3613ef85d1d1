// The text that was taken out of a document, opened at a place.

import { windowAround } from "./byteRange.js";
import { showDialog } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { placeInText } from "./grounding.js";
import { t } from "./i18n.js";
import { documentText } from "./knowledgeAPI.js";
import { messageOf } from "./problems.js";

/** Units of text on both sides of the place; more is drawn when it is asked for. */
const MARGIN = 20_000;

/**
 * Opens a document's text with the bytes `start` to `end` marked, and in them the `quote`. `text` is what should stand
 * there; when something else does, the window says so and shows what was cited. Without it the window shows the
 * beginning.
 */
export function openSource(knowledge, { document: name, start = 0, end = 0, text = "", quote = null, page = null }) {
  const waiting = h("p", { class: "note" }, t("reading"));
  const body = h("div", { class: "source-text", tabindex: 0, role: "region", "aria-label": name }, waiting);
  const place = page === null ? null : h("p", { class: "note" }, t("page.number", { n: page }));
  const closed = showDialog(name, () => [place, body], { wide: true });
  void documentText(knowledge, name).then(
    (whole) => showText(body, whole, { start, end, text, quote }),
    (error) => showMissing(body, error, quote ?? text),
  );
  return closed;
}

function showText(body, whole, citation) {
  const place = placeInText(whole, citation);
  const note = place.intact ? null : alert(t("source.differs"), quoted(citation.quote ?? citation.text));
  draw(body, whole, place, windowAround(whole, place.quote ?? place.piece, MARGIN), note);
  (body.querySelector("mark.quote") ?? body.querySelector("mark"))?.scrollIntoView({ block: "center" });
  body.focus({ preventScroll: true });
}

function draw(body, whole, place, around, note) {
  const extend = (fields) => {
    const height = body.scrollHeight;
    const top = body.scrollTop;
    draw(body, whole, place, { ...around, ...fields }, note);
    // What is put before the text must not move it away.
    if ("start" in fields) body.scrollTop = top + body.scrollHeight - height;
  };
  const more = (words, fields) =>
    h("button", { type: "button", class: "button quiet", on: { click: () => extend(fields) } }, t(words));
  const earlier = windowAround(whole, { start: around.start, end: around.start }, MARGIN).start;
  const later = windowAround(whole, { start: around.end, end: around.end }, MARGIN).end;
  fill(
    body,
    note,
    around.start > 0 ? more("source.earlier", { start: earlier }) : null,
    h("div", { class: "plain", dir: "auto" }, partsOf(whole, place, around)),
    around.end < whole.length ? more("source.later", { end: later }) : null,
  );
}

/** The shown part of the text, with the piece and the quote in it marked. */
function partsOf(whole, { piece, quote }, around) {
  const cut = (start, end) => whole.slice(Math.max(start, around.start), Math.min(end, around.end));
  const inPiece =
    quote === null
      ? cut(piece.start, piece.end)
      : [
          cut(piece.start, quote.start),
          h("mark", { class: "quote" }, cut(quote.start, quote.end)),
          cut(quote.end, piece.end),
        ];
  return [
    cut(around.start, piece.start),
    piece.end > piece.start ? h("mark", {}, inPiece) : null,
    cut(piece.end, around.end),
  ];
}

function showMissing(body, error, quote) {
  fill(
    body,
    alert(messageOf(error)),
    quote === "" ? null : [h("p", { class: "note" }, t("source.kept")), quoted(quote)],
  );
}

function alert(text, ...further) {
  return h("div", { class: "error", role: "alert" }, h("p", {}, text), further);
}

function quoted(quote) {
  return h("blockquote", { class: "plain", dir: "auto" }, quote);
}
