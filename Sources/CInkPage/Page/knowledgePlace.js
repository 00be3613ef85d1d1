// The place of the knowledge bases: all of them, one with its documents, or one document with its pieces.

import { BasesView } from "./basesView.js";
import { BaseView } from "./baseView.js";
import { documentView } from "./documentView.js";
import { fill, h } from "./dom.js";
import { uploadDocument } from "./knowledgeAPI.js";
import { messageOf } from "./problems.js";
import { UploadQueue } from "./uploads.js";

export class KnowledgePlace {
  /** `onAsk(base)` starts a conversation that asks it; `onProblem(text)` tells of one. */
  constructor(element, knowledge, models, { onAsk, onProblem }) {
    this.element = element;
    this.knowledge = knowledge;
    this.queue = new UploadQueue((entry, handlers) => uploadDocument(entry.knowledge, entry, handlers));
    this.base = null;
    this.document = null;
    const open = (base, document = null) => this.open(base, document);
    const fail = (error) => onProblem(messageOf(error));
    this.basesView = new BasesView(knowledge, models, { onOpen: open, onAsk, onFail: fail });
    this.baseView = new BaseView(knowledge, models, this.queue, { onOpen: open, onAsk, onFail: fail, onProblem });
    knowledge.addEventListener("listed", () => {
      if (this.base !== null && !knowledge.find(this.base)) this.open(null);
      else if (this.base === null && !element.hidden) this.basesView.showList();
    });
    knowledge.addEventListener("failed", (event) => !element.hidden && fail(event.detail));
    // Leaving the page breaks off what is on its way.
    addEventListener("beforeunload", (event) => this.queue.isBusy && event.preventDefault());
  }

  /** The place is shown; what it knows may be old. */
  enter() {
    this.render();
    void this.knowledge.refresh();
  }

  open(base, document = null) {
    const back = this.document;
    this.base = base;
    this.document = document;
    this.render();
    this.element.scrollTop = 0;
    const heading = this.element.querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    if (base !== null && document === null && back !== null) this.baseView.focusDocument(back);
  }

  render() {
    const column = h("div", { class: "column knowledge" });
    fill(this.element, column);
    if (this.base === null) this.basesView.render(column);
    else if (this.document === null) this.baseView.render(column, this.base);
    else void documentView(column, this.base, this.document, () => this.open(this.base));
  }
}
