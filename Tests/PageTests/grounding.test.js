import assert from "node:assert/strict";
import { test } from "node:test";
import { addKnowledgeEvent, messageFieldsOf, newAnswer } from "../../Sources/CInkPage/Page/answer.js";
import {
  groundingFrom,
  isFromModel,
  markedText,
  partsOf,
  placeInText,
  unsupportedCount,
  verdictsFrom,
} from "../../Sources/CInkPage/Page/grounding.js";
import { parseMarkdown } from "../../Sources/CInkPage/Page/markdown.js";

const place = { document: "d.md", sha256: "ab", start: 3, end: 9, page: 2, headings: ["Ink", "Soot"] };
const citation = { ...place, score: 0.5, text: "long", quote: "q" };
const answer = {
  knowledge: "docs",
  outcome: "answered",
  searched: null,
  answer: "One. Two.",
  citations: [citation],
  supported: [
    { sentence: "One.", supported: true, citations: [0] },
    { sentence: "Two.", supported: false, citations: [] },
  ],
};

/** The text with marks as readers of this test see them. */
const seen = (text, sentences) =>
  partsOf(
    markedText(
      text,
      sentences.map((sentence) => ({ text: sentence })),
    ),
  )
    .map((part) => (typeof part === "number" ? `<${part}>` : part))
    .join("");

test("an answer of the server becomes a grounding, and its own form is read back unchanged", () => {
  const grounding = groundingFrom(answer);
  assert.deepEqual(grounding.citations, [citation]);
  assert.deepEqual(grounding.sentences, [
    { text: "One.", citations: [0] },
    { text: "Two.", citations: [] },
  ]);
  assert.equal(grounding.wording, "model");
  assert.equal(groundingFrom({ ...answer, wording: "nearest_quotes" }).wording, "nearest_quotes");
  assert.equal(groundingFrom({ ...answer, wording: "borrowed" }).wording, "model");
  assert.deepEqual(
    ["model", "chosen_quotes", "nearest_quotes", "fixed"].map((wording) => isFromModel({ ...grounding, wording })),
    [true, true, false, false],
  );
  assert.equal(unsupportedCount(grounding), 1);
  assert.deepEqual(groundingFrom(JSON.parse(JSON.stringify(grounding))), grounding);
});

test("what is no grounding is refused, and what is out of range is left out", () => {
  const broken = { ...answer, citations: [{ ...citation, end: 1 }] };
  for (const value of [null, [], "x", {}, { outcome: "believed" }, broken]) {
    assert.equal(groundingFrom(value), null, JSON.stringify(value));
  }
  const odd = groundingFrom({
    ...answer,
    citations: [{ ...citation, page: -1, headings: [1, "Ink"], score: "high", quote: 7 }],
    supported: [{ sentence: 4, citations: [0, 1, -1, 0.5, "0"] }, "sentence"],
  });
  assert.deepEqual(odd.citations[0], { ...citation, page: null, headings: ["Ink"], score: 0, quote: "" });
  assert.deepEqual(odd.sentences, [{ text: "", citations: [0] }]);
});

test("a citation is found in the document by its bytes, and the quote in it", () => {
  const document = "ink 砚台. A stone. 砚台 again. A stone.";
  const text = "砚台 again. A stone.";
  const bytes = (part) => new TextEncoder().encode(part).length;
  const start = bytes(document) - bytes(text);
  const place = { start, end: bytes(document), text };
  assert.deepEqual(placeInText(document, place), { piece: { start: 17, end: 35 }, quote: null, intact: true });
  const quoted = placeInText(document, { ...place, quote: "A stone." });
  assert.equal(document.slice(quoted.quote.start, quoted.quote.end), "A stone.");
  assert.equal(quoted.quote.start, 27, "the one in the piece, not the one before it");
});

test("what does not stand there any more is no intact citation", () => {
  const place = { start: 0, end: 3, text: "ink" };
  assert.equal(placeInText("ink", place).intact, true);
  for (const [document, further] of [
    ["oak", {}],
    ["ink", { quote: "oak" }],
    ["in", {}],
    ["ink", { start: 2, end: 1 }],
    ["", {}],
  ]) {
    const found = placeInText(document, { ...place, ...further });
    assert.deepEqual([found.intact, found.quote], [false, null], document);
  }
  assert.equal(placeInText("ink", { start: 0, end: 0, text: "" }).intact, true);
});

test("verdicts count only when there is one for each citation", () => {
  const verdicts = (...words) => ({ citations: words.map((verdict) => ({ verdict })) });
  assert.deepEqual(verdictsFrom(verdicts("intact", "file_changed"), 2), ["intact", "file_changed"]);
  assert.equal(verdictsFrom(verdicts("intact"), 2), null);
  assert.equal(verdictsFrom(verdicts("fine", "intact"), 2), null);
  assert.equal(verdictsFrom(null, 1), null);
});

test("each sentence gets its mark behind it, the same sentence twice too", () => {
  assert.equal(seen("One. Two. One.", ["One.", "Two.", "One."]), "One.<0> Two.<1> One.<2>");
  assert.equal(seen("墨是黑的。砚是石头。", ["墨是黑的。", "砚是石头。"]), "墨是黑的。<0>砚是石头。<1>");
});

test("a sentence is found though white space before a mark was changed, and one that is not there gets none", () => {
  assert.equal(seen("One.\n[1] Two.", ["One. [1]", "Two."]), "One.\n[1]<0> Two.<1>");
  assert.equal(seen("Another text.", ["One.", ""]), "Another text.");
  assert.equal(seen("1+1 (really)? Yes.", ["1+1  (really)?"]), "1+1 (really)?<0> Yes.");
});

test("signs of marks in the answer itself are taken out", () => {
  assert.equal(seen("O\uE0007\uE001ne.", ["O7ne."]), "O7ne.<0>");
});

test("marks do not change what the Markdown means", () => {
  const kinds = (text) => parseMarkdown(text).map((block) => block.type);
  const cases = [
    ["| a | b |\n|---|---|\n| c | d |\n\nEnd.", ["| a | b |", "|---|---|", "| c | d |", "End."]],
    ["Look:\n\n```js\nlet a = 1. \n```\n\nEnd.", ["Look:", "```js\nlet a = 1.", "```", "End."]],
    ["```\nopen. End.", ["```\nopen.", "End."]],
    ["- One.\n- Two.\n\n> Three.", ["- One.", "- Two.", "> Three."]],
    ["# Title\n\nText.\n\n---\n\nEnd.", ["# Title", "Text.", "---", "End."]],
  ];
  for (const [text, sentences] of cases) {
    const marked = markedText(
      text,
      sentences.map((sentence) => ({ text: sentence })),
    );
    assert.equal(partsOf(marked).filter((part) => typeof part === "number").length, sentences.length, text);
    const withoutAdded = parseMarkdown(marked).filter((block) => !/^(?:\uE000\d+\uE001)+$/.test(block.text ?? ""));
    assert.deepEqual(
      withoutAdded.map((block) => block.type),
      kinds(text),
      text,
    );
    for (const block of withoutAdded.filter(({ type }) => type === "code")) assert.doesNotMatch(block.text, /\uE000/);
  }
});

test("a mark stands inside of emphasis, so that emphasis ends where it did", () => {
  assert.equal(seen("**One.** Two.", ["**One.**", "Two."]), "**One.<0>** Two.<1>");
  assert.equal(seen("**端砚。**好。", ["**端砚。**", "好。"]), "**端砚。<0>**好。<1>");
  assert.equal(seen("| *a.* | b |", ["| *a.*", "| b |"]), "| *a.<0>* | b<1> |");
});

test("marks in tables stand in cells", () => {
  const rows = ["| a | b |\n|---|---|", "| c | d |"];
  assert.equal(seen(rows.join("\n"), rows), "| a | b<0> |\n|---|---|\n| c | d<1> |");
});

test("events of an answer from documents are put together", () => {
  const grown = newAnswer(0);
  addKnowledgeEvent(grown, { name: "searching", data: { questions: ["q"] } }, 5);
  assert.equal(grown.stage, "searching");
  addKnowledgeEvent(grown, { name: "found", data: { passages: [] } }, 10);
  addKnowledgeEvent(grown, { name: "reasoning", data: { text: "hm" } }, 20);
  addKnowledgeEvent(grown, { name: "text", data: { text: "One. " } }, 1000);
  addKnowledgeEvent(grown, { name: "text", data: { text: 3 } }, 1001);
  addKnowledgeEvent(grown, { name: "unheard of", data: { text: "x" } }, 1002);
  addKnowledgeEvent(grown, { name: "text", data: { text: "Two" } }, 2000);
  assert.deepEqual([grown.text, grown.reasoning, grown.stage, grown.grounding], ["One. Two", "hm", "found", null]);
  addKnowledgeEvent(grown, { name: "answer", data: answer }, 2100);
  const fields = messageFieldsOf(grown);
  assert.equal(fields.text, "One. Two.");
  assert.equal(fields.stage, null);
  assert.deepEqual(fields.grounding, groundingFrom(answer));
  assert.deepEqual(fields.speed, { tokens: 3, exact: false, first: 0.02, rate: 2 / 1.98 });
});
