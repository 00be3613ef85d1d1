// Files on their way into a knowledge base: one after another, as the server reads and embeds one at a time, and
// whatever happens to one, the others go on.

/** A file is `waiting`, `sending` (bytes leave), `reading` (the server reads and embeds), and then one of these. */
const ENDED = ["done", "failed", "cancelled"];

/** Events: `changed` (`detail` the entry, null for the list), `settled` (nothing waits any more). */
export class UploadQueue extends EventTarget {
  /**
   * `send(entry, {signal, onProgress(sent, all), onSent()})` resolves with what the server says of the document and
   * throws what went wrong.
   */
  constructor(send) {
    super();
    this.send = send;
    this.entries = [];
    this.running = null;
    this.count = 0;
  }

  /** Adds files, as `{name, file}`, for a base. Returns the entries. */
  add(knowledge, items) {
    const added = items.map(({ name, file }) => ({
      id: (this.count += 1),
      knowledge,
      file,
      name,
      size: file.size,
      state: "waiting",
      sent: 0,
      result: null,
      error: null,
    }));
    this.entries.push(...added);
    this.tell(null);
    void this.work();
    return added;
  }

  of(knowledge) {
    return this.entries.filter((entry) => entry.knowledge === knowledge);
  }

  get isBusy() {
    return this.running !== null;
  }

  /** Takes an entry out of the queue; one that is on its way is broken off. */
  cancel(entry) {
    if (ENDED.includes(entry.state)) return;
    if (this.running?.entry === entry) this.running.controller.abort();
    this.change(entry, { state: "cancelled" });
  }

  /** Sends a file again that failed or was cancelled. */
  retry(entry) {
    if (entry.state !== "failed" && entry.state !== "cancelled") return;
    this.change(entry, { state: "waiting", sent: 0, error: null, result: null });
    void this.work();
  }

  /** Forgets the entries of a base that ended. */
  clearEnded(knowledge) {
    this.entries = this.entries.filter((entry) => entry.knowledge !== knowledge || !ENDED.includes(entry.state));
    this.tell(null);
  }

  async work() {
    if (this.running !== null) return;
    for (;;) {
      const entry = this.entries.find(({ state }) => state === "waiting");
      if (!entry) break;
      await this.run(entry);
    }
    this.dispatchEvent(new CustomEvent("settled"));
  }

  async run(entry) {
    const controller = new AbortController();
    this.running = { entry, controller };
    this.change(entry, { state: "sending", sent: 0 });
    const stillRuns = () => !controller.signal.aborted;
    try {
      const result = await this.send(entry, {
        signal: controller.signal,
        onProgress: (sent, all) => {
          const share = all > 0 ? Math.min(1, sent / all) : 0;
          if (stillRuns() && entry.state === "sending") this.change(entry, { sent: share });
        },
        onSent: () => stillRuns() && this.change(entry, { state: "reading", sent: 1 }),
      });
      if (stillRuns()) this.change(entry, { state: "done", sent: 1, result });
    } catch (error) {
      if (stillRuns()) this.change(entry, { state: "failed", error });
    } finally {
      this.running = null;
    }
  }

  change(entry, fields) {
    Object.assign(entry, fields);
    this.tell(entry);
  }

  tell(entry) {
    this.dispatchEvent(new CustomEvent("changed", { detail: entry }));
  }
}
