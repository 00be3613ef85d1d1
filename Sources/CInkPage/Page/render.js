// Markdown's tree -> nodes. Text goes into text nodes, addresses through `safeLink`, and pictures stay links: a picture
// that is fetched tells its host that, and what, somebody reads.

import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { hasWideLetters, parseInline, plainText } from "./inline.js";
import { parseMarkdown } from "./markdown.js";

const COPIED_FOR = 1500;

/** Draws a text that may grow: blocks that did not change keep their nodes, and with them selection and scrolling. */
export class MarkdownView {
  constructor() {
    this.element = h("div", { class: "prose" });
    this.drawn = [];
  }

  show(text) {
    const blocks = parseMarkdown(text);
    let same = 0;
    while (same < blocks.length && same < this.drawn.length && isSame(blocks[same], this.drawn[same].block)) same += 1;
    for (const { node } of this.drawn.splice(same)) node.remove();
    for (const block of blocks.slice(same)) {
      const node = blockNode(block);
      this.drawn.push({ block, node });
      this.element.append(node);
    }
  }
}

function isSame(one, other) {
  return one.raw === other.raw && one.type === other.type && one.closed === other.closed;
}

function blockNode(block) {
  switch (block.type) {
    case "heading": return h(`h${Math.min(block.level + 1, 6)}`, { data: { level: block.level } }, inline(block.text));
    case "rule": return h("hr");
    case "code": return codeNode(block);
    case "math": return h("div", { class: "math block" }, block.text);
    case "quote": return h("blockquote", {}, block.blocks.map(blockNode));
    case "list": return listNode(block);
    case "table": return tableNode(block);
    default: return h("p", {}, inline(block.text));
  }
}

function listNode(list) {
  const start = list.ordered && list.start !== 1 ? list.start : null;
  const items = list.items.map((item) => {
    const box = item.task
      ? h("input", { type: "checkbox", disabled: true, checked: item.task === "done", "aria-label": t(`task.${item.task}`) })
      : null;
    const content = item.blocks.map((block) =>
      list.tight && block.type === "paragraph" ? h("span", { class: "item" }, inline(block.text)) : blockNode(block));
    return h("li", { class: item.task ? "task" : null }, box, content);
  });
  return h(list.ordered ? "ol" : "ul", { start }, items);
}

function tableNode(table) {
  const cell = (name, text, column) => h(name, { class: table.align[column] && `align-${table.align[column]}` }, inline(text));
  const head = h("thead", {}, h("tr", {}, table.head.map((text, column) => cell("th", text, column))));
  const body = h("tbody", {}, table.rows.map((row) => h("tr", {}, row.map((text, column) => cell("td", text, column)))));
  return h("div", { class: "table-frame", tabindex: 0, role: "region", "aria-label": t("table") }, h("table", {}, head, body));
}

function codeNode(block) {
  const code = h("code", {}, block.text);
  const copy = copyButton(() => block.text, "code.copy");
  const bar = h("div", { class: "code-bar" }, h("span", { class: "code-language" }, block.language || t("code.plain")), copy);
  return h("div", { class: "code" }, bar, h("pre", { tabindex: 0 }, code));
}

/** A button that puts a text on the clipboard and says so. */
export function copyButton(textOf, label, properties = {}) {
  const button = h("button", { type: "button", class: "copy", title: t(label), "aria-label": t(label), ...properties }, icon("copy"));
  button.addEventListener("click", async () => {
    const done = await copyText(textOf());
    fill(button, icon(done ? "check" : "close"));
    button.setAttribute("aria-label", t(done ? "copied" : "copy.failed"));
    setTimeout(() => {
      fill(button, icon("copy"));
      button.setAttribute("aria-label", t(label));
    }, COPIED_FOR);
  });
  return button;
}

/** The clipboard interface exists only on secure origins; a page read from another machine takes the older way. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "off-screen", readonly: true, value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function inline(text) {
  return parseInline(text).map(inlineNode);
}

function inlineNode(node) {
  switch (node.type) {
    case "text": return node.text;
    case "code": return h("code", {}, node.text);
    case "math": return h("span", { class: "math" }, node.text);
    case "break": return h("br");
    case "emphasis": return emphasisNode(node.children);
    case "strong": return h("strong", {}, node.children.map(inlineNode));
    case "strike": return h("s", {}, node.children.map(inlineNode));
    case "link": return linkNode(node.href, node.children.map(inlineNode));
    case "image": return imageNode(node);
    default: return "";
  }
}

/** Chinese is not slanted to be stressed: it has a dot under each letter. */
function emphasisNode(children) {
  return h("em", { class: hasWideLetters(plainText(children)) ? "dotted" : null }, children.map(inlineNode));
}

function linkNode(href, children) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: href }, children);
}

function imageNode(node) {
  const name = node.alt || t("image");
  return node.href ? linkNode(node.href, [`${t("image.link")} ${name}`]) : name;
}
