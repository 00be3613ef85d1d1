// The text that was taken out of a document, opened at a place.

import { unitRange, windowAround } from "./byteRange.js";
import { showDialog } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { documentText } from "./knowledgeAPI.js";
import { messageOf } from "./problems.js";

/** Units of text on both sides of the place; more is drawn when it is asked for. */
const MARGIN = 20_000;

/**
 * Opens a document's text with the bytes `start` to `end` marked. `quote` is what should stand there; when something else
 * does, the window says so and shows what was quoted.
 */
export function openSource(knowledge, { document: name, start, end, quote = null, page = null }) {
  const body = h("div", { class: "source-text", tabindex: 0, "aria-label": name }, h("p", { class: "note" }, t("reading")));
  const place = page === null ? null : h("p", { class: "note" }, t("page.number", { n: page }));
  const closed = showDialog(name, () => [place, body], { wide: true });
  void documentText(knowledge, name).then(
    (text) => showText(body, text, { start, end, quote }),
    (error) => showMissing(body, error, quote),
  );
  return closed;
}

function showText(body, text, { start, end, quote }) {
  const range = unitRange(text, start, end) ?? { start: 0, end: 0 };
  const marked = text.slice(range.start, range.end);
  const note =
    quote !== null && marked !== quote
      ? h("div", { class: "error", role: "alert" }, h("p", {}, t("source.differs")), quoted(quote))
      : null;
  const around = windowAround(text, range, MARGIN);
  draw(body, text, range, around, note);
  body.querySelector("mark")?.scrollIntoView({ block: "center" });
  body.focus({ preventScroll: true });
}

function draw(body, text, range, around, note) {
  const extend = (fields) => {
    const height = body.scrollHeight;
    const top = body.scrollTop;
    draw(body, text, range, { ...around, ...fields }, note);
    // What is put before the text must not move it away.
    if ("start" in fields) body.scrollTop = top + body.scrollHeight - height;
  };
  const more = (words, fields) =>
    h("button", { type: "button", class: "button quiet", on: { click: () => extend(fields) } }, t(words));
  const earlier = windowAround(text, { start: around.start, end: around.start }, MARGIN).start;
  const later = windowAround(text, { start: around.end, end: around.end }, MARGIN).end;
  fill(
    body,
    note,
    around.start > 0 ? more("source.earlier", { start: earlier }) : null,
    h(
      "div",
      { class: "plain", dir: "auto" },
      text.slice(around.start, range.start),
      range.end > range.start ? h("mark", {}, text.slice(range.start, range.end)) : null,
      text.slice(range.end, around.end),
    ),
    around.end < text.length ? more("source.later", { end: later }) : null,
  );
}

function showMissing(body, error, quote) {
  fill(
    body,
    h("div", { class: "error", role: "alert" }, h("p", {}, messageOf(error))),
    quote === null ? null : [h("p", { class: "note" }, t("source.kept")), quoted(quote)],
  );
}

function quoted(quote) {
  return h("blockquote", { class: "plain", dir: "auto" }, quote);
}
