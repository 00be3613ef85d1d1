import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_INLINE_DEPTH, parseInline, plainText } from "../../Sources/CInkPage/Page/inline.js";
import { safeLink } from "../../Sources/CInkPage/Page/links.js";
import { cellsOf, MAX_BLOCK_DEPTH, parseMarkdown } from "../../Sources/CInkPage/Page/markdown.js";

/** Blocks without what only drawing needs. */
function blocks(source) {
  return parseMarkdown(source).map(({ raw: _raw, line: _line, ...block }) => block);
}

/** Inline nodes in a short form: text as it is, the rest as [type, ...]. */
function short(source) {
  const shorten = (nodes) =>
    nodes.map((node) => {
      if (node.type === "text") return node.text;
      if (node.type === "link") return ["link", node.href, ...shorten(node.children)];
      if (node.type === "image") return ["image", node.href, node.alt];
      return node.children
        ? [node.type, ...shorten(node.children)]
        : [node.type, ...(node.text === undefined ? [] : [node.text])];
    });
  return shorten(parseInline(source));
}

test("headings, rules and paragraphs", () => {
  assert.deepEqual(blocks("# One\ntext\nmore\n\n###### Six ##\n---\n#nothing"), [
    { type: "heading", level: 1, text: "One" },
    { type: "paragraph", text: "text\nmore" },
    { type: "heading", level: 6, text: "Six" },
    { type: "rule" },
    { type: "paragraph", text: "#nothing" },
  ]);
});

test("a line of dashes under text is a rule, not a heading", () => {
  assert.deepEqual(
    blocks("text\n---\nmore").map((block) => block.type),
    ["paragraph", "rule", "paragraph"],
  );
});

test("a code block keeps its text and names its language", () => {
  assert.deepEqual(blocks("```swift\nlet a = 1\n\n  # no heading\n```\nafter"), [
    { type: "code", language: "swift", text: "let a = 1\n\n  # no heading", closed: true },
    { type: "paragraph", text: "after" },
  ]);
});

test("a code block that is still being written is a code block", () => {
  assert.deepEqual(blocks("~~~py\nx = '```'"), [{ type: "code", language: "py", text: "x = '```'", closed: false }]);
});

test("a longer fence holds shorter ones", () => {
  assert.deepEqual(blocks("````md\n```\ncode\n```\n````"), [
    { type: "code", language: "md", text: "```\ncode\n```", closed: true },
  ]);
});

test("lists nest, number and resume after nested ones", () => {
  const [list, ...rest] = blocks("1. one\n   - a\n   - b\n2. two\n3. three");
  assert.equal(rest.length, 0);
  assert.equal(list.ordered, true);
  assert.equal(list.items.length, 3);
  assert.deepEqual(
    list.items[0].blocks.map((block) => block.type),
    ["paragraph", "list"],
  );
  assert.equal(list.items[0].blocks[1].items.length, 2);
});

test("a nested list may be indented by two columns under a number", () => {
  const [list] = blocks("1. one\n  - a\n2. two");
  assert.equal(list.items.length, 2);
  assert.equal(list.items[0].blocks[1].type, "list");
});

test("a list that starts at another number keeps it; other marks start another list", () => {
  const [first, second] = blocks("7. seven\n8. eight\n\n- dash");
  assert.equal(first.start, 7);
  assert.equal(second.ordered, false);
});

test("items with paragraphs between make a loose list", () => {
  assert.equal(blocks("- a\n- b")[0].tight, true);
  assert.equal(blocks("- a\n\n- b")[0].tight, false);
  assert.equal(blocks("- a\n\n  more\n- b")[0].tight, false);
});

test("code in an item belongs to it", () => {
  const [list, ...rest] = blocks("- a\n  ```js\n  1\n    2\n  ```\n- b");
  assert.equal(rest.length, 0);
  assert.deepEqual(list.items[0].blocks[1], { type: "code", language: "js", text: "1\n  2", closed: true });
});

test("tasks", () => {
  assert.deepEqual(
    blocks("- [x] read\n- [ ] write\n- [link]")[0].items.map((item) => item.task),
    ["done", "open", null],
  );
});

test("tables have alignments, and rows of their width", () => {
  assert.deepEqual(blocks("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 |\n| x | y | z | too much |"), [
    {
      type: "table",
      align: ["left", "center", "right"],
      head: ["a", "b", "c"],
      rows: [
        ["1", "2", ""],
        ["x", "y", "z"],
      ],
    },
  ]);
});

test("a bar after a backslash is text in a cell", () => {
  assert.deepEqual(cellsOf("| a \\| b | `c` |"), ["a | b", "`c`"]);
});

test("a table needs a delimiter row of its width", () => {
  assert.equal(blocks("a | b\n--|--|--\n")[0].type, "paragraph");
  assert.equal(blocks("a | b\nc | d")[0].type, "paragraph");
});

test("quotes hold blocks, also lazily continued", () => {
  const [quote, after] = blocks("> # t\n> - a\n> text\nlazy\n\nafter");
  assert.deepEqual(
    quote.blocks.map((block) => block.type),
    ["heading", "list"],
  );
  assert.equal(after.text, "after");
});

test("formulas are kept as written", () => {
  assert.deepEqual(blocks("$$\na_1 * b_2\n$$"), [{ type: "math", text: "a_1 * b_2" }]);
  assert.deepEqual(short("so \\(a_1*b_1*c\\) holds"), ["so ", ["math", "a_1*b_1*c"], " holds"]);
  assert.deepEqual(short("costs $5 and $6"), ["costs $5 and $6"]);
});

test("the raw text of the blocks is the source without blank lines between", () => {
  const source = "# a\n\n- b\n  c\n\n```\nd\n\n```\ne";
  assert.deepEqual(
    parseMarkdown(source).map((block) => block.raw),
    ["# a", "- b\n  c\n", "```\nd\n\n```", "e"],
  );
});

test("emphasis, strong text and strikes", () => {
  assert.deepEqual(short("*a* **b** ***c*** ~~d~~ _e_ __f__"), [
    ["emphasis", "a"],
    " ",
    ["strong", "b"],
    " ",
    ["emphasis", ["strong", "c"]],
    " ",
    ["strike", "d"],
    " ",
    ["emphasis", "e"],
    " ",
    ["strong", "f"],
  ]);
});

test("marks inside words and lone marks stay text", () => {
  for (const text of ["snake_case_name", "2 * 3 * 4", "a ** b", "**", "~one~", "a*"])
    assert.deepEqual(short(text), [text]);
});

test("emphasis finds its borders in Chinese, which has no spaces", () => {
  assert.deepEqual(short("这是**重点**吗"), ["这是", ["strong", "重点"], "吗"]);
  assert.deepEqual(short("**「砚台」**很重"), [["strong", "「砚台」"], "很重"]);
  assert.deepEqual(short("他说**“磨墨如病夫”**，对吗"), ["他说", ["strong", "“磨墨如病夫”"], "，对吗"]);
  assert.deepEqual(short("**注意：**先洗砚"), [["strong", "注意："], "先洗砚"]);
});

test("CommonMark's rule of three", () => {
  assert.deepEqual(short("*foo**bar*"), [["emphasis", "foo**bar"]]);
  assert.deepEqual(short("*foo**bar**baz*"), [["emphasis", "foo", ["strong", "bar"], "baz"]]);
});

test("code spans hold anything", () => {
  assert.deepEqual(short("`a*b*` and ``c`d`` and `e"), [["code", "a*b*"], " and ", ["code", "c`d"], " and `e"]);
});

test("backslashes, entities and line breaks", () => {
  assert.deepEqual(short("\\*a\\* &lt;b&gt; &#20320;&#x597d; &unknown;\nc"), [
    "*a* <b> 你好 &unknown;",
    ["break"],
    "c",
  ]);
});

test("links to the web and to mail are links", () => {
  assert.deepEqual(short('[a **b**](https://x.example/p "t") <mailto:a@b.example>'), [
    ["link", "https://x.example/p", "a ", ["strong", "b"]],
    " ",
    ["link", "mailto:a@b.example", "mailto:a@b.example"],
  ]);
  assert.deepEqual(short("[a](https://x.example/(b)_c)"), [["link", "https://x.example/(b)_c", "a"]]);
});

test("bare addresses end where the sentence goes on", () => {
  assert.deepEqual(short("see https://x.example/a?b=c."), [
    "see ",
    ["link", "https://x.example/a?b=c", "https://x.example/a?b=c"],
    ".",
  ]);
  assert.deepEqual(short("见https://x.example/a，或"), [
    "见",
    ["link", "https://x.example/a", "https://x.example/a"],
    "，或",
  ]);
  assert.deepEqual(short("(http://x.example/)"), ["(", ["link", "http://x.example/", "http://x.example/"], ")"]);
});

test("pictures become their name and address", () => {
  assert.deepEqual(short("![a *b*](https://x.example/i.png)"), [["image", "https://x.example/i.png", "a b"]]);
});

test("no address with another scheme is ever a link", () => {
  const addresses = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:x",
    "//x.example",
    "/v1/models",
    "javascript&#58;alert(1)",
    "https:javascript",
    "https://",
    "view-source:https://x.example",
    "",
  ];
  for (const address of addresses) {
    const href = safeLink(address);
    assert.ok(href === null || href.startsWith("https://"), `${JSON.stringify(address)} gave ${href}`);
  }
  assert.deepEqual(short("[a](javascript:alert)"), ["a (javascript:alert)"]);
});

test("whatever the text, every address in the tree is one of the web or of mail", () => {
  const pieces = [
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "javascript:",
    "https://a.example",
    "!",
    "*",
    "_",
    "`",
    "\\",
    "\n",
    "&#106;",
    "data:",
    '"',
    " ",
    "x",
    "|",
    "-",
    "> ",
    "```",
  ];
  let seed = 7;
  const next = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  const check = (nodes) => {
    for (const node of nodes) {
      if ("href" in node && node.href !== null) assert.match(node.href, /^(https?:\/\/|mailto:)/);
      if (node.children) check(node.children);
    }
  };
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: 1 + next(40) }, () => pieces[next(pieces.length)]).join("");
    check(parseInline(text));
    assert.ok(Array.isArray(parseMarkdown(text)));
  }
});

test("inline text loses no letter", () => {
  for (const text of ["a [b] c", "[x](y", "![", "a ]( b", "<not a link>", "((((", "h ht htt http https:// h"]) {
    assert.equal(plainText(parseInline(text)), text);
  }
});

test("a text that is read as it grows has the blocks of the whole text", () => {
  const pieces = [
    "a",
    "b c",
    "\n",
    "\n\n",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "# ",
    "#",
    "---",
    "--",
    "|",
    "|a|b|",
    "|-|-|",
    "```",
    "``",
    "$$",
    "\\[",
    "\\]",
    "    ",
    "\t",
    "\r",
    "\r\n",
    "* ",
    "*",
    "[x] ",
    "~~~js",
  ];
  let seed = 11;
  const next = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  for (let round = 0; round < 4000; round += 1) {
    let text = "";
    let grown = [];
    for (let step = 2 + next(24); step > 0; step -= 1) {
      text += pieces[next(pieces.length)];
      grown = parseMarkdown(text, grown);
      assert.deepEqual(grown, parseMarkdown(text), JSON.stringify(text));
    }
  }
});

test("nesting is bounded", () => {
  const depthOfBlocks = (list) =>
    Math.max(
      0,
      ...list.map(
        (block) =>
          1 +
          Math.max(depthOfBlocks(block.blocks ?? []), ...(block.items ?? []).map((item) => depthOfBlocks(item.blocks))),
      ),
    );
  assert.ok(depthOfBlocks(parseMarkdown(">".repeat(5000) + " a")) <= MAX_BLOCK_DEPTH + 1);
  assert.ok(depthOfBlocks(parseMarkdown("- ".repeat(5000) + "a")) <= MAX_BLOCK_DEPTH + 1);
  const depthOfNodes = (nodes) => Math.max(0, ...nodes.map((node) => 1 + depthOfNodes(node.children ?? [])));
  assert.ok(depthOfNodes(parseInline("*a **b ".repeat(2000) + "c** d*".repeat(2000))) <= MAX_INLINE_DEPTH + 1);
  assert.ok(depthOfNodes(parseInline("![".repeat(3000) + "](https://a.example)".repeat(3000))) <= MAX_INLINE_DEPTH + 1);
});

test("work grows with the length of the text, not with its square", () => {
  // Each of these takes minutes where every opener looks through the whole rest of the text.
  const inputs = [
    "*a ",
    "_a*",
    "[a](b",
    "![",
    "`a``",
    "\\(",
    "$$ ",
    "<https://",
    "[",
    "]",
    "&#",
    "~~a ",
    "*a _b ",
    "**a*",
  ];
  for (const input of inputs) parseInline(input.repeat(40_000 / input.length));
  for (const [start, run, end] of [
    ["https://a", ".", "/b"],
    ["https://a", ")", ""],
    ["[a](b", " ", "c"],
    ["", "[", "[a](https://b.example)".repeat(1000)],
  ]) {
    parseInline(start + run.repeat(40_000) + end);
  }
  parseMarkdown("```" + "a".repeat(40_000) + "`");
  for (const input of ["> - ", "- a\n", "|a|b|\n|-|-|\n", "1. ", "```\n", "$$\na\n", "a\n> "])
    parseMarkdown(input.repeat(40_000 / input.length));
});
