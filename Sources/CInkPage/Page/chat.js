// The conversation on the screen and its answers. Conversations that are answered while another one is shown go on.

import { messageFieldsOf, newAnswer } from "./answer.js";
import { explanationOf, generate } from "./generation.js";
import { knowledgeFields, knowledgeMessages, knowledgeProblem, requestFields, requestMessages, settingsFrom } from "./settings.js";
import { t } from "./i18n.js";
import * as tree from "./tree.js";

const SAVE_EVERY = 1000;

/**
 * Events: `opened` (another conversation), `changed` (its messages), `grown` (one message, `detail` its identifier),
 * `source` (the base it asks), `state` (an answer started or ended), `listed` (titles or order), `problem` (what keeps
 * it from being sent).
 */
export class Chat extends EventTarget {
  /** `defaults()` gives the system prompt and the settings of a new conversation. */
  constructor(store, models, knowledge, defaults = () => ({})) {
    super();
    this.store = store;
    this.models = models;
    this.knowledge = knowledge;
    this.defaults = defaults;
    // For each reading of the store that is under way, what was changed here meanwhile.
    this.readings = new Set();
    this.conversations = new Map();
    this.current = tree.newConversation();
    this.runs = new Map();
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /**
   * Reads what the browser kept: everything, or these conversations, which another tab has changed. An answer that the
   * page was closed on is a stopped one.
   */
  async load(ids = null) {
    const { stored, newer } = await this.read(ids);
    const kept = new Set(stored.map((conversation) => conversation.id));
    for (const conversation of stored) {
      if (newer.has(conversation.id)) continue;
      // A page of another version may have kept other settings.
      conversation.settings = settingsFrom(conversation.settings);
      for (const node of Object.values(conversation.nodes)) if (node.state === "streaming") node.state = "stopped";
      this.conversations.set(conversation.id, conversation);
    }
    for (const id of ids ?? [...this.conversations.keys()])
      if (!kept.has(id) && !newer.has(id)) this.conversations.delete(id);
    const current = this.conversations.get(this.current.id);
    // Drawing again what did not change would take a field away in which somebody writes.
    if (current && current !== this.current) {
      this.current = current;
      this.tell("changed");
    }
    this.tell("listed");
  }

  /** What is stored, and of which conversations this tab has a newer state: answers grow while the store is read. */
  async read(ids) {
    const newer = new Set(this.runs.keys());
    this.readings.add(newer);
    try {
      const stored =
        ids === null
          ? await this.store.all("conversations")
          : await Promise.all(ids.map((id) => this.store.get("conversations", id)));
      for (const id of this.runs.keys()) newer.add(id);
      return { stored: stored.filter((conversation) => conversation !== undefined), newer };
    } finally {
      this.readings.delete(newer);
    }
  }

  /** Notes that what is being read of a conversation is older than what is here. */
  noteChange(id) {
    for (const newer of this.readings) newer.add(id);
  }

  /** Newest first. */
  list() {
    return [...this.conversations.values()].sort((one, other) => other.updated - one.updated);
  }

  startNew() {
    this.current = tree.newConversation({
      model: this.models.chosen,
      knowledge: this.knowledge.preferred,
      ...this.defaults(),
    });
    this.tell("opened");
  }

  open(id) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    this.current = conversation;
    if (conversation.model && this.models.find(conversation.model)) this.models.choose(conversation.model);
    this.tell("opened");
  }

  /** Chooses the base that this conversation asks; null asks none. */
  chooseKnowledge(base) {
    this.current.knowledge = base;
    this.knowledge.prefer(base);
    this.tell("source");
    void this.keep();
  }

  /** A conversation that has not begun asks no base that is not there. */
  forgetMissingKnowledge() {
    const { current, knowledge } = this;
    if (current.top.length > 0 || !current.knowledge || knowledge.find(current.knowledge)) return;
    current.knowledge = null;
    this.tell("source");
  }

  /** Keeps what the server said of the sources of an answer. */
  async keepVerdicts(conversation, id, verdicts) {
    const node = conversation.nodes[id];
    if (!node?.grounding) return;
    node.grounding.verdicts = verdicts;
    this.tell("grown", id);
    await this.keep(conversation);
  }

  get isAnswering() {
    return this.runs.has(this.current.id);
  }

  /** The message that is being written in the shown conversation. */
  get runningNode() {
    return this.runs.get(this.current.id)?.node.id ?? null;
  }

  async save(conversation) {
    this.conversations.set(conversation.id, conversation);
    this.noteChange(conversation.id);
    try {
      await this.store.put("conversations", conversation);
    } catch (error) {
      this.tell("problem", { word: "problem.storage", values: { message: error?.message ?? "" } });
    }
  }

  /** Saves the conversation if it has anything worth keeping. */
  async keep(conversation = this.current) {
    if (conversation.top.length > 0) await this.save(conversation);
    this.tell("listed");
  }

  /** Asks. Returns false when nothing was sent. */
  async send(text, images) {
    const conversation = this.current;
    if (this.isAnswering || !this.check(conversation)) return false;
    const question = tree.addMessage(conversation, placeOfQuestion(conversation), { role: "user", text, images });
    void this.answer(conversation, question.id);
    return true;
  }

  /** Another wording of a question, beside the first, and its answer. */
  editQuestion(id, text) {
    const conversation = this.current;
    if (this.isAnswering || !this.check(conversation)) return false;
    const { parent, images } = conversation.nodes[id];
    const question = tree.addMessage(conversation, parent, { role: "user", text, images });
    void this.answer(conversation, question.id);
    return true;
  }

  /** The answer with other words in it, beside the first, as context for what follows. */
  async editAnswer(id, text) {
    const { parent, model } = this.current.nodes[id];
    tree.addMessage(this.current, parent, { role: "assistant", text, model, state: "done", edited: true });
    this.tell("changed");
    await this.keep();
  }

  /** Another answer to the same question. */
  regenerate(id) {
    const conversation = this.current;
    if (this.isAnswering || !this.check(conversation)) return;
    const node = conversation.nodes[id];
    void this.answer(conversation, node.role === "assistant" ? node.parent : id);
  }

  /** Results of the tools that an answer asked for, in the order of its calls, and what the model makes of them. */
  sendToolResults(id, results) {
    const conversation = this.current;
    if (this.isAnswering || !this.check(conversation)) return;
    let parent = id;
    conversation.nodes[id].toolCalls.forEach((call, index) => {
      const fields = { role: "tool", text: results[index], toolCall: call.id, toolName: call.name };
      parent = tree.addMessage(conversation, parent, fields).id;
    });
    void this.answer(conversation, parent);
  }

  async showSibling(id, offset) {
    if (this.isAnswering || !tree.showSibling(this.current, id, offset)) return;
    this.tell("changed");
    await this.keep();
  }

  async removeMessage(id) {
    if (this.isAnswering) return;
    tree.removeMessage(this.current, id);
    this.tell("changed");
    if (this.current.top.length > 0) await this.keep();
    else await this.remove(this.current.id);
  }

  /** Goes on in a new conversation that ends with this message. */
  async fork(id) {
    const fork = tree.forkedConversation(this.current, id);
    await this.keep(fork);
    this.open(fork.id);
  }

  async rename(id, title) {
    const conversation = this.conversations.get(id);
    conversation.title = title.trim().slice(0, 200);
    conversation.titleGiven = conversation.title !== "";
    await this.keep(conversation);
  }

  /** Removes a conversation and returns it, for those who change their mind. */
  async remove(id) {
    const conversation = this.conversations.get(id);
    this.runs.get(id)?.controller.abort();
    this.conversations.delete(id);
    this.noteChange(id);
    await this.store.remove("conversations", id);
    if (this.current.id === id) this.startNew();
    this.tell("listed");
    return conversation;
  }

  async removeAll() {
    for (const run of this.runs.values()) run.controller.abort();
    for (const id of this.conversations.keys()) this.noteChange(id);
    this.conversations.clear();
    await this.store.clear("conversations");
    this.tell("listed");
  }

  stop() {
    this.runs.get(this.current.id)?.controller.abort();
  }

  /** The base that answers come from; null where none is chosen, or the server has none. */
  sourceOf(conversation) {
    return this.knowledge.available === false ? null : (conversation.knowledge ?? null);
  }

  check(conversation) {
    const problem = this.problemOf(conversation);
    if (problem) this.tell("problem", problem);
    return !problem;
  }

  problemOf(conversation) {
    if (!this.models.chosen) return { word: "problem.noModel", values: {} };
    return this.sourceOf(conversation) === null
      ? requestFields(conversation.settings).problems[0]
      : knowledgeProblem(conversation.settings);
  }

  async answer(conversation, parent) {
    const model = this.models.chosen;
    const knowledge = this.sourceOf(conversation);
    const path = tree.pathTo(conversation, parent);
    const controller = new AbortController();
    const node = tree.addMessage(conversation, parent, {
      role: "assistant",
      model,
      state: "streaming",
      knowledge,
      form: knowledge === null ? conversation.settings.form : "text",
      ...messageFieldsOf(newAnswer(0)),
    });
    conversation.model = model;
    const run = { controller, node, saved: Date.now() };
    this.runs.set(conversation.id, run);
    this.tell("changed");
    this.tell("state");
    await this.keep(conversation);
    const result = await generate({
      body:
        knowledge === null
          ? {
              model,
              messages: requestMessages(conversation.system, path),
              ...requestFields(conversation.settings).fields,
            }
          : {
              model,
              messages: knowledgeMessages(conversation.system, path),
              ...knowledgeFields(conversation.settings),
            },
      knowledge,
      signal: controller.signal,
      onUpdate: (answer) => this.grow(conversation, run, messageFieldsOf(answer)),
      onWait: (seconds) => this.grow(conversation, run, { waiting: seconds }),
    });
    this.runs.delete(conversation.id);
    Object.assign(node, messageFieldsOf(result.answer), { state: result.outcome, waiting: null });
    if (result.error) {
      const { word, values } = explanationOf(result.error);
      Object.assign(node, { error: t(word, values), needsKey: result.error.needsKey });
    }
    // A conversation that was deleted meanwhile stays deleted.
    if (this.conversations.has(conversation.id)) await this.keep(conversation);
    this.tell("grown", node.id);
    this.tell("state", { conversation: conversation.id, outcome: result.outcome });
  }

  grow(conversation, run, fields) {
    Object.assign(run.node, fields);
    if (conversation === this.current) this.tell("grown", run.node.id);
    if (Date.now() - run.saved > SAVE_EVERY && this.conversations.has(conversation.id)) {
      run.saved = Date.now();
      void this.save(conversation);
    }
  }
}

/**
 * The message that a new question follows. A question that got no answer is not left between others, where templates
 * refuse it: the new one stands beside it.
 */
function placeOfQuestion(conversation) {
  const path = tree.shownPath(conversation);
  const last = path.at(-1);
  const isEmpty = last?.role === "assistant" && last.text === "" && !last.toolCalls?.length;
  const question = isEmpty ? path.at(-2) : last;
  return question?.role === "user" ? question.parent : (last?.id ?? null);
}
