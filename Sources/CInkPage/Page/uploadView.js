// Adding documents: a button, a place to drop files on, and what becomes of each.

import { fill, h, icon, iconButton } from "./dom.js";
import { droppedFiles, nameOf, withoutHidden } from "./droppedFiles.js";
import { formatBytes, formatNumber, t } from "./i18n.js";
import { messageOf } from "./problems.js";
import { warningsNode } from "./warnings.js";

export class UploadView {
  /** `onProblem(text)` tells of files that cannot be added. */
  constructor(queue, { onProblem }) {
    this.queue = queue;
    this.onProblem = onProblem;
    this.base = null;
    this.rows = new Map();
    this.picker = this.pickerOf({});
    this.folderPicker = this.pickerOf({ webkitdirectory: true });
    this.folderButton = h("button", { type: "button", class: "button with-mouse" });
    this.folderButton.addEventListener("click", () => this.folderPicker.click());
    this.button = h("button", { type: "button", class: "button", on: { click: () => this.picker.click() } });
    this.list = h("ul", { class: "uploads" });
    this.status = h("p", { class: "off-screen", role: "status" });
    this.clear = h("button", { type: "button", class: "button quiet", on: { click: () => this.forget() } });
    this.zone = h("div", { class: "drop-zone" });
    this.element = h("div", {}, this.zone, this.list, this.clear, this.status);
    queue.addEventListener("changed", (event) => this.show(event.detail));
    queue.addEventListener("settled", () => this.tell());
  }

  render(base) {
    this.base = base;
    fill(this.button, icon("upload"), t("upload.choose"));
    fill(this.folderButton, t("upload.folder"));
    this.folderButton.hidden = !("webkitdirectory" in this.folderPicker);
    fill(
      this.zone,
      this.button,
      this.folderButton,
      this.picker,
      this.folderPicker,
      h("span", { class: "with-mouse" }, t("upload.drop")),
    );
    fill(this.clear, t("upload.clear"));
    this.picker.setAttribute("aria-label", t("upload.choose"));
    this.folderPicker.setAttribute("aria-label", t("upload.folder"));
    this.list.setAttribute("aria-label", t("upload.list"));
    this.show(null);
  }

  /** Files that are dropped anywhere on the part are added. */
  takeDropsOn(part) {
    let depth = 0;
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (change) => {
      depth = Math.max(0, depth + change);
      this.zone.dataset.over = String(depth > 0);
    };
    part.addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
    part.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
    part.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    part.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      mark(-depth);
      const { base } = this;
      droppedFiles(event.dataTransfer).then(
        (items) => this.add(base, items),
        (error) => this.onProblem(t("upload.unreadable", { message: error.message })),
      );
    });
  }

  pickerOf(properties) {
    const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, ...properties });
    picker.addEventListener("change", () => {
      const items = [...picker.files].map((file) => ({ name: nameOf(file), file }));
      picker.value = "";
      this.add(this.base, items);
    });
    return picker;
  }

  add(base, all) {
    const { items, hidden } = withoutHidden(all);
    if (hidden > 0) this.onProblem(t("upload.hidden", { n: formatNumber(hidden) }));
    if (items.length > 0) this.queue.add(base, items);
  }

  forget() {
    this.queue.clearEnded(this.base);
    this.button.focus();
  }

  /** Draws one entry again, or all of them. */
  show(entry) {
    const entries = this.queue.of(this.base);
    if (entry === null) {
      this.rows = new Map(entries.map((each) => [each.id, h("li", { class: "upload" })]));
      fill(this.list, ...this.rows.values());
      for (const each of entries) this.drawRow(each);
    } else if (this.rows.has(entry.id)) {
      this.drawRow(entry);
    }
    this.list.hidden = entries.length === 0;
    this.clear.hidden = !entries.some(({ state }) => ["done", "failed", "cancelled"].includes(state));
  }

  drawRow(entry) {
    const row = this.rows.get(entry.id);
    const key = `${entry.state} ${entry.state === "sending" ? "" : document.documentElement.lang}`;
    if (row.dataset.key === key && entry.state === "sending") {
      row.querySelector("progress").value = entry.sent;
      return;
    }
    row.dataset.key = key;
    row.dataset.state = entry.state;
    const hadFocus = row.contains(document.activeElement);
    fill(
      row,
      h("span", { class: "upload-name" }, h("bdi", {}, entry.name), h("small", {}, formatBytes(entry.size))),
      h("span", { class: "upload-state" }, stateOf(entry)),
      this.buttonFor(entry),
      progressOf(entry),
      entry.error ? h("p", { class: "form-problem", role: "alert" }, messageOf(entry.error)) : null,
      warningsNode(entry.result?.warnings),
    );
    if (hadFocus) (row.querySelector("button") ?? this.button).focus();
  }

  buttonFor(entry) {
    const { queue } = this;
    if (["waiting", "sending", "reading"].includes(entry.state))
      return iconButton("close", t("upload.cancel", { name: entry.name }), () => queue.cancel(entry));
    if (entry.state === "done") return null;
    return iconButton("again", t("upload.retry", { name: entry.name }), () => queue.retry(entry));
  }

  tell() {
    const entries = this.queue.of(this.base);
    const count = (state) => formatNumber(entries.filter((entry) => entry.state === state).length);
    const values = { done: count("done"), failed: count("failed") };
    this.status.textContent = entries.length === 0 ? "" : t("upload.settled", values);
  }
}

function stateOf(entry) {
  if (entry.state !== "done") return t(`upload.${entry.state}`);
  if (entry.result?.piece_count === 0) return t("documents.empty");
  const result = ["added", "replaced", "unchanged"].includes(entry.result?.result) ? entry.result.result : "added";
  return t(`upload.${result}`, { n: formatNumber(entry.result?.piece_count ?? 0) });
}

/** How much has left; how long reading takes nobody knows. */
function progressOf(entry) {
  if (entry.state === "sending") return h("progress", { max: 1, value: entry.sent, "aria-label": entry.name });
  return entry.state === "reading" ? h("progress", { "aria-label": entry.name }) : null;
}
