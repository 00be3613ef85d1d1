// The knowledge bases of the server.

import { createBase, listBases, removeBase } from "./knowledgeAPI.js";
import { remember, remembered } from "./store.js";

/** Events: `listed` (the bases changed, or whether there are any), `failed` (`detail` the error). */
export class Knowledge extends EventTarget {
  constructor() {
    super();
    this.bases = [];
    // Null until the server has told whether it serves knowledge.
    this.available = null;
    this.readers = 0;
  }

  get isReading() {
    return this.readers > 0;
  }

  find(id) {
    return this.bases.find((base) => base.id === id) ?? null;
  }

  /** The base that new conversations ask; null when the last one asked none. */
  get preferred() {
    const id = remembered("knowledge");
    return this.available !== false && id !== null && (this.available === null || this.find(id)) ? id : null;
  }

  prefer(id) {
    remember("knowledge", id);
  }

  /** Reads the list again. Returns whether it could be read. */
  async refresh() {
    this.readers += 1;
    try {
      const bases = await listBases();
      this.available = bases !== null;
      this.bases = bases ?? [];
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: error }));
      return false;
    } finally {
      this.readers -= 1;
    }
    this.dispatchEvent(new CustomEvent("listed"));
    return true;
  }

  async create(name, embedder) {
    const base = await createBase(name, embedder);
    await this.refresh();
    return base;
  }

  async remove(id) {
    await removeBase(id);
    if (remembered("knowledge") === id) this.prefer(null);
    await this.refresh();
  }
}
