// Joins the parts of the page.

import { keyInUse } from "./api.js";
import { Chat } from "./chat.js";
import { Compare } from "./compare.js";
import { Composer } from "./composer.js";
import { askForKey, confirmed, showHelp } from "./dialogs.js";
import { ExchangeError } from "./exchange.js";
import { openFiles, saveAll, saveConversation } from "./files.js";
import { explanationOf } from "./generation.js";
import { currentLanguage, onLanguage, t, translateMarkup, useLanguage } from "./i18n.js";
import { listenToKeys } from "./keyboard.js";
import { Knowledge } from "./knowledge.js";
import { KnowledgePlace } from "./knowledgePlace.js";
import { Models } from "./models.js";
import { Notices } from "./notices.js";
import { Panel } from "./panel.js";
import { defaultsFrom } from "./settings.js";
import { Sidebar } from "./sidebar.js";
import { SourcePicker } from "./sourcePicker.js";
import { remember, remembered, Store } from "./store.js";
import { nextTheme, showTheme } from "./theme.js";
import { Thread } from "./thread.js";
import { Topbar } from "./topbar.js";
import { titleOf } from "./tree.js";
import { renderVotes } from "./votes.js";

const ASK_AGAIN_AFTER = 3000;
/** The places of the page, and the part of it that each is. */
const PLACES = { chat: "thread", compare: "compare", votes: "votes", knowledge: "knowledge" };
/** Places without a field for messages and without settings of a conversation. */
const QUIET = ["votes", "knowledge"];
const place = (id) => document.getElementById(id);
const isNarrow = () => matchMedia("(max-width: 760px)").matches;

class Page {
  constructor(store) {
    this.store = store;
    this.mode = "chat";
    this.models = new Models();
    this.knowledge = new Knowledge();
    this.chat = new Chat(store, this.models, this.knowledge, () => defaultsFrom(remembered("defaults", "{}")));
    this.compare = new Compare(place("compare"), this.models, store, () => this.chat.current);
    this.notices = new Notices(place("notices"));
    this.topbar = new Topbar(place("topbar"), this.chat, this.models, {
      onMenu: () => this.toggleSidebar(),
      onPanel: () => this.togglePanel(),
      onNew: () => this.newChat(),
    });
    this.thread = new Thread(place("thread"), this.chat, {
      onKey: () => this.enterKey(),
      onExample: (text) => (this.composer.write(text), this.composer.focus()),
    });
    this.source = new SourcePicker(this.knowledge, this.chat, { onManage: () => this.show("knowledge") });
    this.composer = new Composer(place("composer"), this.models, this.source, {
      onSend: (text, images) =>
        this.mode === "compare" ? this.compare.send(text, images) : this.chat.send(text, images),
      onStop: () => this.stop(),
      onEditLast: () => this.mode === "chat" && this.thread.editLast(),
      onProblem: (word, values) => this.notices.show(t(word, values)),
      onCount: (tokens) => this.topbar.setDraft(tokens),
    });
    this.panel = new Panel(place("panel"), this.chat, {
      onClose: () => this.togglePanel(false),
      onDefaults: ({ system, settings }) => {
        remember("defaults", JSON.stringify({ system, settings }));
        this.notices.show(t("panel.defaults.kept"));
      },
    });
    this.knowledgePlace = new KnowledgePlace(place("knowledge"), this.knowledge, this.models, {
      onAsk: (base) => {
        this.newChat();
        this.chat.chooseKnowledge(base);
      },
      onProblem: (text) => this.notices.show(text),
    });
    this.sidebar = new Sidebar(place("sidebar"), this.chat, this.knowledge, this.sidebarActions());
  }

  sidebarActions() {
    return {
      newChat: () => this.newChat(),
      compare: () => this.show("compare"),
      votes: () => this.show("votes"),
      knowledge: () => this.show("knowledge"),
      chosen: () => this.show("chat"),
      close: () => this.toggleSidebar(false),
      language: () => useLanguage(currentLanguage() === "zh" ? "en" : "zh"),
      theme: () => this.sidebar.showTheme(nextTheme()),
      help: () => showHelp(),
      key: () => this.enterKey(),
      importFile: () => this.importFiles(),
      exportAll: async () => saveAll(this.chat.list(), await this.store.all("votes")),
      exportOne: (conversation, kind) => saveConversation(conversation, kind),
      remove: (id) => this.remove(id),
      removeAll: () => this.removeAll(),
    };
  }

  async start() {
    const last = remembered("conversation");
    this.listen();
    this.translate();
    this.toggleSidebar(!isNarrow() && remembered("sidebar") !== "closed");
    this.newChat();
    await this.chat.load();
    if (!this.store.persistent) this.notices.show(t("problem.noStorage"));
    if (last && this.chat.conversations.has(last) && this.chat.current.top.length === 0) this.chat.open(last);
    await Promise.all([this.models.refresh(), this.knowledge.refresh()]);
  }

  listen() {
    const { chat, compare, models } = this;
    chat.addEventListener("opened", () => {
      remember("conversation", chat.conversations.has(chat.current.id) ? chat.current.id : null);
      this.showAnswering();
    });
    chat.addEventListener("state", (event) => {
      if (chat.isAnswering) remember("conversation", chat.current.id);
      this.showAnswering(event.detail);
      // A model that was loaded for this answer can tell by now how long its context is.
      if (event.detail && models.current?.contextLength === null) void models.refresh();
    });
    for (const type of ["opened", "listed"]) chat.addEventListener(type, () => this.showTitle());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      void models.refresh();
      if (this.knowledge.available) void this.knowledge.refresh();
    });
    compare.addEventListener("state", (event) => this.showAnswering(event.detail));
    for (const source of [chat, compare]) {
      source.addEventListener("problem", (event) => this.notices.show(t(event.detail.word, event.detail.values)));
    }
    models.addEventListener("failed", (event) => this.modelsFailed(event.detail));
    models.addEventListener("listed", () => {
      this.notices.hide("models");
      // The server was not there when it was asked, or had no key.
      if (this.knowledge.available === null && !this.knowledge.isReading) void this.knowledge.refresh();
    });
    this.knowledge.addEventListener("listed", () => {
      this.chat.forgetMissingKnowledge();
      if (this.mode === "knowledge" && !this.knowledge.available) this.show("chat");
    });
    this.store.onChange(({ table, ids = null }) =>
      table === "conversations" ? chat.load(ids) : this.mode === "votes" && this.showVotes(),
    );
    onLanguage(() => this.translate());
    place("scrim").addEventListener("click", () => this.closeDrawers());
    listenToKeys({
      newChat: () => this.newChat(),
      stop: () => this.escape(),
      search: () => (this.toggleSidebar(true), this.sidebar.input.focus()),
      sidebar: () => this.toggleSidebar(),
      panel: () => this.togglePanel(),
      focus: () => this.composer.focus(),
      help: () => showHelp(),
    });
  }

  translate() {
    translateMarkup();
    document.documentElement.lang = currentLanguage() === "zh" ? "zh-Hans" : "en";
    this.topbar.render();
    this.topbar.setPanelOpen(!place("panel").hidden);
    this.sidebar.render();
    this.sidebar.showTheme(showTheme());
    this.panel.render();
    this.thread.render();
    this.composer.translate();
    translateMarkup(place("composer"));
    if (this.mode === "compare") this.compare.render();
    if (this.mode === "votes") void this.showVotes();
    if (this.mode === "knowledge") this.knowledgePlace.render();
  }

  /** Shows one of the places: the conversation, the comparison, the table of votes, the knowledge bases. */
  show(mode) {
    this.mode = mode;
    for (const [name, id] of Object.entries(PLACES)) place(id).hidden = name !== mode;
    place("composer").hidden = QUIET.includes(mode);
    this.source.setMode(mode);
    this.topbar.setMode(mode);
    this.topbar.setPanelOpen(!place("panel").hidden);
    this.sidebar.setMode(mode);
    this.sidebar.showTheme(showTheme());
    if (QUIET.includes(mode)) this.togglePanel(false);
    if (mode === "votes") void this.showVotes();
    if (mode === "knowledge") this.knowledgePlace.enter();
    if (mode === "compare") this.compare.render();
    this.showAnswering();
    if (isNarrow()) this.toggleSidebar(false);
    else if (!QUIET.includes(mode)) this.composer.focus();
  }

  showVotes() {
    return renderVotes(place("votes"), this.store, {
      onClear: async () => {
        if (!(await confirmed(t("votes.clear"), t("votes.clear.text"), t("votes.clear")))) return;
        await this.store.clear("votes");
        await this.showVotes();
      },
    });
  }

  newChat() {
    this.chat.startNew();
    this.show("chat");
  }

  stop() {
    if (this.mode === "compare") this.compare.stop();
    else this.chat.stop();
  }

  /** Escape: the answer first, then whatever lies over the conversation. */
  escape() {
    const answering = this.mode === "compare" ? this.compare.isAnswering : this.chat.isAnswering;
    if (answering) this.stop();
    else this.closeDrawers();
  }

  closeDrawers() {
    this.togglePanel(false);
    if (isNarrow()) this.toggleSidebar(false);
  }

  showAnswering(ended = null) {
    const answering = this.mode === "compare" ? this.compare.isAnswering : this.chat.isAnswering;
    this.composer.setAnswering(answering);
    document.body.dataset.answering = String(answering);
    const word = answering ? "announce.started" : ended ? `announce.${ended.outcome}` : null;
    if (word) place("announcer").textContent = t(word);
  }

  showTitle() {
    const title = titleOf(this.chat.current);
    document.title = title === "" ? "Inkstone 砚台" : `${title} · ${t("brand")}`;
  }

  toggleSidebar(open = document.body.dataset.sidebar === "closed") {
    document.body.dataset.sidebar = open ? "open" : "closed";
    place("sidebar").inert = !open;
    if (!isNarrow()) remember("sidebar", open ? "open" : "closed");
    this.showScrim();
  }

  togglePanel(open = place("panel").hidden) {
    if (place("panel").hidden === !open) return;
    place("panel").hidden = !open;
    this.topbar.setPanelOpen(open);
    this.showScrim();
    // On a phone, a focused field would bring up the keyboard.
    if (open)
      place("panel")
        .querySelector(isNarrow() ? "button" : "textarea")
        .focus();
    else if (!isNarrow()) this.composer.focus();
  }

  showScrim() {
    const sidebar = isNarrow() && document.body.dataset.sidebar === "open";
    const panel = matchMedia("(max-width: 1080px)").matches && !place("panel").hidden;
    place("scrim").hidden = !sidebar && !panel;
  }

  async modelsFailed(error) {
    if (error.needsKey) {
      const words = keyInUse() === "" ? "key.needed" : "key.refused";
      this.notices.show(t(words), { name: "models", label: t("key.enter"), action: () => this.enterKey() });
      return;
    }
    const { word, values } = explanationOf(error);
    this.notices.show(t(word, values), { name: "models", label: t("retry"), action: () => this.models.refresh() });
    if (error.isBusy || error.code === "unreachable") {
      clearTimeout(this.askingAgain);
      this.askingAgain = setTimeout(() => this.models.refresh(), (error.retryAfter ?? 0) * 1000 || ASK_AGAIN_AFTER);
    }
  }

  async enterKey() {
    if (await askForKey()) await Promise.all([this.models.refresh(), this.knowledge.refresh()]);
  }

  async remove(id) {
    const conversation = await this.chat.remove(id);
    this.notices.show(t("removed"), { label: t("undo"), action: () => this.chat.keep(conversation) });
  }

  async removeAll() {
    if (!(await confirmed(t("remove.all"), t("remove.all.text"), t("remove.all")))) return;
    await this.chat.removeAll();
    this.newChat();
  }

  async importFiles() {
    try {
      const { conversations, votes } = await openFiles();
      if (conversations.length + votes.length === 0) return;
      for (const conversation of conversations) await this.chat.save(conversation);
      if (votes.length > 0) await this.store.put("votes", ...votes);
      await this.chat.load();
      if (conversations.length > 0) this.chat.open(conversations[0].id);
      this.show("chat");
      this.notices.show(t("imported", { n: conversations.length }));
    } catch (error) {
      this.notices.show(error instanceof ExchangeError ? t(error.word, error.values) : String(error.message));
    }
  }
}

await new Page(await Store.open()).start();
