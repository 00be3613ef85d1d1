// The models of the server, and the one that is chosen.

import { canChat, listModels } from "./api.js";
import { remember, remembered } from "./store.js";

/** Events: `listed` (the models changed), `chosen`, `failed` (the list could not be read; `detail` the error). */
export class Models extends EventTarget {
  constructor() {
    super();
    this.all = [];
    this.chosen = null;
  }

  /** Models that answer conversations. */
  get talkers() {
    return this.all.filter(canChat);
  }

  /** Models that order what a search found. */
  get rerankers() {
    return this.all.filter((model) => model.abilities.includes("rerank"));
  }

  find(id) {
    return this.talkers.find((model) => model.id === id) ?? null;
  }

  get current() {
    return this.find(this.chosen);
  }

  choose(id) {
    this.chosen = id;
    if (id !== null) remember("model", id);
    this.dispatchEvent(new CustomEvent("chosen"));
  }

  /** Reads the list again; a choice that is still there stays. Returns whether it could be read. */
  async refresh() {
    try {
      this.all = await listModels();
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: error }));
      return false;
    }
    const wanted = [this.chosen, remembered("model")].find((id) => id !== null && this.find(id));
    const next = wanted ?? this.talkers[0]?.id ?? null;
    this.dispatchEvent(new CustomEvent("listed"));
    if (next !== this.chosen) this.choose(next);
    return true;
  }
}
