// The list of conversations, and the ways to everything else.

import { fill, h, icon, iconButton } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { matches, titleOf } from "./tree.js";

const DAY = 86_400_000;

export class Sidebar {
  /**
   * `actions`: `newChat`, `compare`, `votes`, `knowledge`, `importFile`, `exportAll`, `exportOne`, `remove`, `removeAll`, `language`,
   * `theme`, `help`, `key`, `close`, and `chosen`, which runs after a conversation was opened.
   */
  constructor(element, chat, knowledge, actions) {
    this.element = element;
    this.chat = chat;
    this.knowledge = knowledge;
    this.actions = actions;
    this.query = "";
    this.mode = "chat";
    // While a name is being typed, the list stays as it is.
    this.renaming = false;
    this.list = h("nav", { class: "conversations" });
    this.input = h("input", { type: "search", autocomplete: "off" });
    this.input.addEventListener("input", () => {
      this.query = this.input.value;
      this.renderList();
    });
    knowledge.addEventListener("listed", () => this.showKnowledge());
    chat.addEventListener("listed", () => this.renderList());
    chat.addEventListener("opened", () => this.renderList());
  }

  render() {
    const { actions } = this;
    this.input.placeholder = t("search");
    this.input.setAttribute("aria-label", t("search"));
    const entry = (name, words, action, mode = null) =>
      h(
        "button",
        { type: "button", "aria-current": mode && mode === this.mode ? "page" : null, on: { click: action } },
        icon(name),
        h("span", {}, t(words)),
      );
    this.themeButton = iconButton("auto", "", actions.theme);
    this.knowledgeEntry = entry("book", "knowledge", actions.knowledge, "knowledge");
    fill(
      this.element,
      h(
        "div",
        { class: "brand" },
        h("img", { src: "page/icon.svg", alt: "" }),
        h("span", {}, t("brand")),
        h("span", { class: "other-name", lang: currentLanguage() === "zh" ? "en" : "zh-Hans" }, t("brand.other")),
        iconButton("left", t("sidebar.close"), actions.close),
      ),
      h(
        "div",
        { class: "sidebar-actions" },
        entry("plus", "new", actions.newChat),
        this.knowledgeEntry,
        entry("compare", "compare", actions.compare, "compare"),
        entry("table", "votes", actions.votes, "votes"),
      ),
      h("div", { class: "search" }, icon("search"), this.input),
      this.list,
      h(
        "div",
        { class: "sidebar-foot" },
        h(
          "button",
          {
            type: "button",
            class: "language",
            lang: currentLanguage() === "zh" ? "en" : "zh-Hans",
            on: { click: actions.language },
          },
          t("language.other"),
        ),
        this.themeButton,
        h("span", { class: "space" }),
        iconButton("more", t("more"), (event) => this.openMore(event.currentTarget), { "aria-haspopup": "menu" }),
        iconButton("help", t("help"), actions.help),
      ),
    );
    this.showKnowledge();
    this.renderList();
  }

  showTheme(theme) {
    const label = t(`theme.${theme}`);
    fill(this.themeButton, icon({ auto: "auto", light: "sun", dark: "moon" }[theme]));
    this.themeButton.title = label;
    this.themeButton.setAttribute("aria-label", label);
  }

  /** A server without knowledge shows no way to it. */
  showKnowledge() {
    if (this.knowledgeEntry) this.knowledgeEntry.hidden = !this.knowledge.available;
  }

  openMore(button) {
    const { actions } = this;
    openMenu(button, [
      { icon: "upload", label: t("import"), action: actions.importFile },
      { icon: "download", label: t("export.all"), action: actions.exportAll },
      { icon: "key", label: t("key.enter"), action: actions.key },
      { icon: "trash", label: t("remove.all"), action: actions.removeAll, danger: true },
    ]);
  }

  setMode(mode) {
    this.mode = mode;
    this.render();
  }

  renderList() {
    if (this.renaming) return;
    this.list.setAttribute("aria-label", t("conversations"));
    const found = this.chat.list().filter((conversation) => matches(conversation, this.query));
    if (found.length === 0) {
      fill(this.list, h("p", { class: "empty-list" }, t(this.query ? "search.nothing" : "conversations.none")));
      return;
    }
    const groups = new Map();
    for (const conversation of found) {
      const age = ageOf(conversation.updated);
      groups.set(age, [...(groups.get(age) ?? []), conversation]);
    }
    fill(
      this.list,
      [...groups].map(([age, members]) => [
        h("h2", {}, t(`age.${age}`)),
        h(
          "ul",
          {},
          members.map((conversation) => h("li", {}, this.entry(conversation))),
        ),
      ]),
    );
  }

  entry(conversation) {
    const title = titleOf(conversation) || t("untitled");
    const current = this.mode === "chat" && conversation.id === this.chat.current.id;
    const open = () => {
      this.chat.open(conversation.id);
      this.actions.chosen();
    };
    return h(
      "div",
      { class: "conversation", data: { current: String(current), id: conversation.id } },
      h(
        "button",
        { type: "button", class: "open", title, "aria-current": current ? "true" : null, on: { click: open } },
        title,
      ),
      iconButton(
        "more",
        t("conversation.more", { title }),
        (event) => this.openEntryMenu(event.currentTarget, conversation),
        { "aria-haspopup": "menu" },
      ),
    );
  }

  openEntryMenu(button, conversation) {
    const { actions } = this;
    openMenu(button, [
      { icon: "edit", label: t("rename"), action: () => this.startRenaming(conversation) },
      { icon: "download", label: t("export.markdown"), action: () => actions.exportOne(conversation, "markdown") },
      { icon: "download", label: t("export.json"), action: () => actions.exportOne(conversation, "json") },
      { icon: "trash", label: t("remove"), action: () => actions.remove(conversation.id), danger: true },
    ]);
  }

  startRenaming(conversation) {
    const row = this.list.querySelector(`[data-id="${conversation.id}"]`);
    if (!row) return;
    this.renaming = true;
    const input = h("input", { type: "text", value: titleOf(conversation), maxlength: 200, "aria-label": t("rename") });
    let done = false;
    const finish = (save) => {
      if (done) return;
      done = true;
      this.renaming = false;
      if (save) void this.chat.rename(conversation.id, input.value);
      else this.renderList();
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") finish(true);
      if (event.key === "Escape") {
        event.stopPropagation();
        finish(false);
      }
    });
    input.addEventListener("blur", () => finish(true));
    fill(row, input);
    input.focus();
    input.select();
  }
}

function ageOf(time) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (time >= today) return "today";
  if (time >= today - DAY) return "yesterday";
  return time >= today - 7 * DAY ? "week" : "earlier";
}
