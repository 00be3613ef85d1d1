// Two models answer the same question side by side. In a blind round nobody sees which is which before the vote.

import { messageFieldsOf, newAnswer } from "./answer.js";
import { fill, h, icon } from "./dom.js";
import { explanationOf, generate } from "./generation.js";
import { t } from "./i18n.js";
import { MessageView } from "./message.js";
import { requestFields, requestMessages } from "./settings.js";
import { newIdentifier } from "./tree.js";

const OUTCOMES = ["left", "tie", "bad", "right"];

/** Events: `state` (answers started or ended), `voted`, `problem`. */
export class Compare extends EventTarget {
  /** `shared()` gives the system prompt and settings that both models get. */
  constructor(element, models, store, shared) {
    super();
    this.element = element;
    this.models = models;
    this.store = store;
    this.shared = shared;
    this.blind = true;
    this.pair = [null, null];
    this.grown = new Set();
    this.startRound();
    models.addEventListener("listed", () => !this.started && this.render());
  }

  startRound() {
    this.sides?.forEach((side) => side.controller?.abort());
    this.sides = null;
    this.outcome = null;
  }

  get started() {
    return this.sides !== null;
  }

  get isAnswering() {
    return this.sides?.some((side) => side.controller !== null) ?? false;
  }

  /** The two models of the next round: what was chosen, or the first two. */
  chosenPair() {
    const ids = this.models.talkers.map((model) => model.id);
    const first = ids.includes(this.pair[0]) ? this.pair[0] : (ids[0] ?? null);
    const second = ids.includes(this.pair[1]) && this.pair[1] !== first ? this.pair[1] : (ids.find((id) => id !== first) ?? null);
    return [first, second];
  }

  render() {
    const enough = this.models.talkers.length > 1;
    fill(
      this.element,
      h("div", { class: "compare-head" }, enough ? this.pickers() : h("p", { class: "note" }, t("compare.needsTwo"))),
      this.started ? h("div", { class: "sides" }, this.sides.map((side, index) => this.sideNode(side, index))) : this.welcome(),
      (this.bar = h("div", { class: "vote-bar" })),
    );
    this.showBar();
    this.scrollToEnd();
  }

  pickers() {
    const [first, second] = this.chosenPair();
    const select = (index, value) => {
      const options = this.models.talkers.map((model) => h("option", { value: model.id, selected: model.id === value }, model.id));
      const field = h("select", { disabled: this.started, "aria-label": t("compare.model", { n: index + 1 }) }, options);
      field.addEventListener("change", () => {
        this.pair = this.chosenPair();
        // The same model on both sides changes places instead.
        if (this.pair[1 - index] === field.value) this.pair[1 - index] = this.pair[index];
        this.pair[index] = field.value;
        this.render();
      });
      return h("span", { class: "select" }, field);
    };
    const blind = h("input", { type: "checkbox", checked: this.blind, disabled: this.started });
    blind.addEventListener("change", () => (this.blind = blind.checked));
    return [
      select(0, first),
      h("span", { class: "versus" }, t("compare.versus")),
      select(1, second),
      h("label", { class: "check" }, blind, t("compare.blind")),
      this.started ? h("button", { type: "button", class: "button", on: { click: () => this.newRound() } }, icon("again"), t("compare.new")) : null,
    ];
  }

  welcome() {
    return h("div", { class: "welcome" }, icon("compare"), h("h1", {}, t("compare.title")), h("p", {}, t("compare.text")));
  }

  newRound() {
    this.startRound();
    this.render();
    this.dispatchEvent(new CustomEvent("state"));
  }

  nameOf(side, index) {
    const hidden = this.blind && this.outcome === null;
    return hidden ? t(index === 0 ? "compare.left" : "compare.right") : side.model;
  }

  sideNode(side, index) {
    const won = this.outcome === (index === 0 ? "left" : "right");
    side.views = new Map();
    side.list = h("div", { class: "messages" }, side.nodes.map((node) => this.viewOf(side, node, index).element));
    return h("section", { class: "side", data: { won: String(won), hidden: String(this.blind && this.outcome === null) }, "aria-label": this.nameOf(side, index) },
      h("h2", { class: "side-name" }, this.nameOf(side, index), won ? h("span", { class: "seal" }, t("compare.won")) : null),
      side.list);
  }

  viewOf(side, node, index) {
    const name = node.role === "assistant" ? this.nameOf(side, index) : null;
    const view = new MessageView(node, { name });
    side.views.set(node.id, view);
    return view;
  }

  /** Asks both. Returns whether the question was taken. */
  send(text, images) {
    const shared = this.shared();
    const pair = this.chosenPair();
    if (this.isAnswering || pair.includes(null)) return false;
    const { fields, problems } = requestFields(shared.settings);
    if (problems.length > 0) {
      this.dispatchEvent(new CustomEvent("problem", { detail: problems[0] }));
      return false;
    }
    if (!this.started) {
      const [left, right] = this.blind && crypto.getRandomValues(new Uint8Array(1))[0] % 2 === 1 ? pair.reverse() : pair;
      this.sides = [left, right].map((model) => ({ model, nodes: [], controller: null, views: new Map() }));
    }
    for (const side of this.sides) {
      side.nodes.push({ id: newIdentifier(), role: "user", text, images });
      void this.answer(side, shared, fields);
    }
    this.render();
    this.dispatchEvent(new CustomEvent("state"));
    return true;
  }

  async answer(side, { system, settings: { form } }, fields) {
    const { sides } = this;
    const controller = new AbortController();
    side.controller = controller;
    const node = { id: newIdentifier(), role: "assistant", model: side.model, state: "streaming", form, ...messageFieldsOf(newAnswer(0)) };
    const messages = requestMessages(system, side.nodes);
    side.nodes.push(node);
    const result = await generate({
      body: { model: side.model, messages, ...fields },
      signal: controller.signal,
      onUpdate: (answer) => this.grow(Object.assign(node, messageFieldsOf(answer))),
      onWait: (seconds) => this.grow(Object.assign(node, { waiting: seconds })),
    });
    Object.assign(node, messageFieldsOf(result.answer), { state: result.outcome, waiting: null });
    if (result.error) {
      const { word, values } = explanationOf(result.error);
      node.error = t(word, values);
    }
    side.controller = null;
    // A round that was left behind has nothing more to show.
    if (sides !== this.sides) return;
    this.grow(node);
    if (!this.isAnswering) {
      this.showBar();
      this.dispatchEvent(new CustomEvent("state", { detail: { outcome: result.outcome } }));
    }
  }

  grow(node) {
    if (this.grown.size === 0) requestAnimationFrame(() => this.drawGrown());
    this.grown.add(node.id);
  }

  drawGrown() {
    for (const side of this.sides ?? []) {
      const atEnd = side.list.scrollHeight - side.list.scrollTop - side.list.clientHeight < 80;
      for (const id of this.grown) side.views.get(id)?.update();
      if (atEnd) side.list.scrollTop = side.list.scrollHeight;
    }
    this.grown.clear();
  }

  scrollToEnd() {
    for (const side of this.sides ?? []) side.list.scrollTop = side.list.scrollHeight;
  }

  stop() {
    this.sides?.forEach((side) => side.controller?.abort());
  }

  /** Both said something, so that there is something to choose. */
  get canVote() {
    if (!this.blind || !this.started || this.isAnswering || this.outcome !== null) return false;
    return this.sides.every((side) => side.nodes.at(-1).text !== "" && side.nodes.at(-1).state !== "failed");
  }

  showBar() {
    if (!this.blind || !this.started) return fill(this.bar);
    if (this.outcome !== null) {
      const [left, right] = this.sides.map((side) => side.model);
      return fill(this.bar, h("p", { class: "note", role: "status" }, t("compare.revealed", { left, right })));
    }
    const buttons = OUTCOMES.map((outcome) =>
      h("button", { type: "button", class: "button", disabled: !this.canVote, data: { outcome }, on: { click: () => this.vote(outcome) } }, t(`vote.${outcome}`)));
    return fill(this.bar, buttons);
  }

  async vote(outcome) {
    if (!this.canVote) return;
    this.outcome = outcome;
    const [left, right] = this.sides;
    const vote = {
      id: newIdentifier(),
      created: Date.now(),
      left: left.model,
      right: right.model,
      outcome,
      question: left.nodes.find((node) => node.role === "user").text,
    };
    await this.store.put("votes", vote);
    this.render();
    this.dispatchEvent(new CustomEvent("voted"));
  }
}
