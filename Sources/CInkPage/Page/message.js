// One message on the screen.

import { fill, h, icon, iconButton } from "./dom.js";
import { isFromModel, markedText } from "./grounding.js";
import { formatNumber, t } from "./i18n.js";
import { placeMarks } from "./marks.js";
import { copyButton, MarkdownView } from "./render.js";
import { sourcesView } from "./sources.js";

/**
 * Draws a message and follows its growth.
 *
 * `actions` holds what may be done with it, each `(node, …) => void`: `edit`, `regenerate`, `remove`, `fork`,
 * `sibling`, `retry`, `key`, `toolResults`, and of an answer from documents `verify`, and `source(knowledge, citation)`,
 * which opens one. A missing one shows no button.
 */
export class MessageView {
  constructor(node, { siblings = null, actions = {}, name = null } = {}) {
    this.node = node;
    this.actions = actions;
    // What is drawn already; nothing yet.
    this.drawn = { state: null, calls: null, trouble: null, sources: null };
    this.body = new MarkdownView();
    this.reasoning = new MarkdownView();
    this.thought = h(
      "details",
      { class: "thought" },
      h("summary", {}, icon("thought"), h("span")),
      this.reasoning.element,
    );
    this.calls = h("div", { class: "calls" });
    this.stage = h("p", { class: "note stage", hidden: true });
    this.sources = h("div", {});
    this.trouble = h("div", { class: "trouble" });
    this.facts = h("span", { class: "facts" });
    this.tools = h("div", { class: "message-tools" });
    this.content = h("div", { class: "message-content" });
    this.name = name;
    this.title = h("h2", { class: "message-name" });
    this.element = h(
      "article",
      { class: `message ${node.role}`, data: { id: node.id }, "aria-label": t(`role.${node.role}`) },
      this.title,
      this.content,
      h("footer", { class: "message-foot" }, siblings ? this.switcher(siblings) : null, this.facts, this.tools),
    );
    this.fillContent();
    this.update();
  }

  /** Who speaks: the documents where no model was asked. */
  defaultName() {
    const { role, grounding, model, toolName } = this.node;
    if (role === "assistant") {
      return grounding && !isFromModel(grounding) ? grounding.knowledge : (model ?? t("role.assistant"));
    }
    return role === "tool" ? t("tool.result", { name: toolName ?? "" }) : t("role.user");
  }

  fillContent() {
    const { node } = this;
    if (node.role === "assistant") {
      fill(this.content, this.thought, this.body.element, this.stage, this.calls, this.trouble, this.sources);
    } else {
      const images = (node.images ?? []).map((url) => h("img", { class: "picture", src: url, alt: t("image.sent") }));
      const text = h("div", { class: "plain", dir: "auto" }, node.text);
      fill(this.content, images.length > 0 ? h("div", { class: "pictures" }, images) : null, node.text ? text : null);
    }
  }

  /** Shows what the message says now. */
  update() {
    const { node } = this;
    const running = node.state === "streaming";
    this.element.dataset.state = node.state ?? "done";
    this.element.setAttribute("aria-busy", String(running));
    const name = this.name ?? this.defaultName();
    if (this.title.textContent !== name) this.title.textContent = name;
    if (node.role === "assistant") {
      this.showBody();
      this.showStage(running);
      this.showThought(running);
      this.showCalls(running);
      this.showTrouble();
      this.showFacts();
      this.showSources();
    }
    const state = node.state ?? "done";
    if (this.drawn.state !== state) {
      this.drawn.state = state;
      this.showTools(running);
    }
  }

  showBody() {
    const { grounding, text } = this.node;
    if (!grounding || grounding.outcome !== "answered") return this.body.show(this.shownText());
    this.body.show(markedText(text, grounding.sentences));
    placeMarks(this.body.element, grounding, (position) => this.openSource(position));
  }

  openSource(position) {
    const { grounding } = this.node;
    this.actions.source?.(grounding.knowledge, grounding.citations[position]);
  }

  showStage(running) {
    const { stage, text } = this.node;
    this.stage.hidden = !running || !stage || text !== "";
    if (!this.stage.hidden) this.stage.textContent = t(`stage.${stage}`);
  }

  showSources() {
    const { grounding } = this.node;
    const key = grounding ? JSON.stringify(grounding.verdicts ?? []) : null;
    if (key === this.drawn.sources) return;
    this.drawn.sources = key;
    const handlers = {
      onOpen: (knowledge, citation) => this.actions.source?.(knowledge, citation),
      onVerify: () => this.actions.verify?.(this.node),
    };
    const hadFocus = this.sources.contains(document.activeElement);
    fill(this.sources, grounding ? sourcesView(grounding, handlers) : null);
    if (hadFocus) this.sources.querySelector(".sources-foot button")?.focus();
  }

  /** JSON is code, not Markdown. A line of JSON never starts with backticks, so that the fence holds. */
  shownText() {
    const { form, text } = this.node;
    return text === "" || form === undefined || form === "text" ? text : `\`\`\`json\n${text}`;
  }

  showThought(running) {
    const { node } = this;
    this.thought.hidden = !node.reasoning;
    if (!node.reasoning) return;
    const thinking = running && node.text === "";
    this.thought.querySelector("span").textContent = t(thinking ? "reasoning.now" : "reasoning");
    // Folded text is not drawn while it grows.
    if (this.thought.open || !running) this.reasoning.show(node.reasoning);
    this.thought.ontoggle ??= () => this.reasoning.show(this.node.reasoning);
  }

  showCalls(running) {
    const calls = this.node.toolCalls ?? [];
    const key = JSON.stringify([calls, running]);
    if (key === this.drawn.calls) return;
    this.drawn.calls = key;
    fill(
      this.calls,
      calls.map((call) => toolCallNode(call)),
    );
    if (calls.length > 0 && !running && this.actions.toolResults) this.calls.append(this.resultForm(calls));
  }

  resultForm(calls) {
    const fields = calls.map((call) =>
      h("textarea", {
        rows: 2,
        placeholder: t("tool.placeholder"),
        "aria-label": t("tool.result", { name: call.name }),
      }),
    );
    return h(
      "form",
      {
        class: "results",
        on: {
          submit: (event) => {
            event.preventDefault();
            this.actions.toolResults(
              this.node,
              fields.map((field) => field.value),
            );
          },
        },
      },
      fields.map((field, index) => h("label", {}, t("tool.result", { name: calls[index].name }), field)),
      h("button", { type: "submit", class: "button" }, t("tool.send")),
    );
  }

  showTrouble() {
    const { node, actions } = this;
    const key = `${node.state} ${node.error} ${node.waiting} ${node.finish}`;
    if (key === this.drawn.trouble) return;
    this.drawn.trouble = key;
    fill(this.trouble);
    if (node.waiting) {
      this.trouble.append(h("p", { class: "note" }, t("waiting", { seconds: node.waiting })));
    } else if (node.state === "failed") {
      const again =
        actions.retry &&
        h("button", { type: "button", class: "button", on: { click: () => actions.retry(node) } }, t("retry"));
      const key =
        node.needsKey && actions.key
          ? h(
              "button",
              { type: "button", class: "button primary", on: { click: () => actions.key(node) } },
              t("key.enter"),
            )
          : null;
      this.trouble.append(
        h("div", { class: "error", role: "alert" }, h("p", {}, node.error), h("div", { class: "row" }, key, again)),
      );
    } else if (node.state === "stopped") {
      this.trouble.append(h("p", { class: "note" }, t("stopped")));
    } else if (node.finish === "length") {
      this.trouble.append(h("p", { class: "note" }, t("finish.length")));
    } else if (node.finish === "content_filter") {
      this.trouble.append(h("p", { class: "note" }, t("finish.filter")));
    }
  }

  showFacts() {
    const { speed, usage, grounding } = this.node;
    const facts = [];
    if (speed?.tokens > 0 && (!grounding || isFromModel(grounding)))
      facts.push(t(speed.exact === false ? "facts.pieces" : "facts.tokens", { n: formatNumber(speed.tokens) }));
    if (speed?.rate) facts.push(t("facts.rate", { n: formatNumber(speed.rate, speed.rate < 100 ? 1 : 0) }));
    if (speed?.first !== null && speed?.first !== undefined)
      facts.push(t("facts.first", { n: formatNumber(speed.first, 2) }));
    if (usage?.cached > 0) facts.push(t("facts.cached", { n: formatNumber(usage.cached) }));
    const text = facts.join(" · ");
    if (this.facts.textContent !== text) this.facts.textContent = text;
  }

  showTools(running) {
    const { node, actions } = this;
    fill(this.tools);
    if (running) return;
    const button = (name, label, action) => action && iconButton(name, t(label), () => action(node));
    const parts = [
      node.text ? copyButton(() => node.text, "copy", { class: "icon-button" }) : null,
      button(
        "edit",
        node.role === "user" ? "edit.question" : "edit.answer",
        node.role !== "tool" && node.text && actions.edit,
      ),
      node.role === "assistant" ? button("again", "regenerate", actions.regenerate) : null,
      button("branch", "fork", node.text && actions.fork),
      button("trash", "remove.message", actions.remove),
    ];
    this.tools.append(...parts.filter(Boolean));
  }

  switcher({ ids, index }) {
    if (ids.length < 2) return null;
    const go = (offset) => this.actions.sibling(this.node, offset);
    return h(
      "div",
      { class: "switcher", role: "group", "aria-label": t("branches") },
      iconButton("left", t("branch.previous"), () => go(-1), { disabled: index === 0 }),
      h("span", {}, `${index + 1} / ${ids.length}`),
      iconButton("right", t("branch.next"), () => go(1), { disabled: index === ids.length - 1 }),
    );
  }

  /** Replaces the text by a field; `save(text)` runs when it is confirmed. */
  startEditing(save) {
    const question = this.node.role === "user";
    const field = h("textarea", { class: "edit", value: this.node.text, "aria-label": t("edit") });
    const grow = () => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    };
    const cancel = () => {
      this.element.classList.remove("editing");
      this.fillContent();
      this.tools.querySelector("button")?.focus();
    };
    const confirm = () => (field.value.trim() === "" ? cancel() : save(field.value));
    field.addEventListener("input", grow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        cancel();
      } else if (
        event.key === "Enter" &&
        !event.isComposing &&
        (question ? !event.shiftKey : event.ctrlKey || event.metaKey)
      ) {
        event.preventDefault();
        confirm();
      }
    });
    this.element.classList.add("editing");
    fill(
      this.content,
      field,
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", class: "button quiet", on: { click: cancel } }, t("cancel")),
        h(
          "button",
          { type: "button", class: "button primary", on: { click: confirm } },
          t(question ? "edit.send" : "edit.save"),
        ),
      ),
    );
    grow();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

function toolCallNode(call) {
  let shown = call.arguments;
  try {
    shown = JSON.stringify(JSON.parse(call.arguments), null, 2);
  } catch {
    // Still growing, or not JSON: shown as it is.
  }
  return h(
    "details",
    { class: "call", open: true },
    h("summary", {}, icon("tool"), h("span", {}, t("tool.call", { name: call.name }))),
    h("pre", { tabindex: 0 }, h("code", {}, shown)),
  );
}
