// What the browser keeps: conversations and votes in IndexedDB, small choices in localStorage. Nothing is sent
// anywhere but to the server that gave this page, and only as requests.

const NAME = "inkstone";
const VERSION = 1;
const TABLES = ["conversations", "votes"];

/**
 * Conversations and votes. `persistent` is false where the browser refuses storage: then they last as long as the page.
 */
export class Store {
  constructor(database) {
    this.database = database;
    this.persistent = database !== null;
    this.memory = Object.fromEntries(TABLES.map((table) => [table, new Map()]));
    this.listeners = [];
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
    this.channel?.addEventListener("message", (event) => this.listeners.forEach((listener) => listener(event.data)));
  }

  static async open() {
    try {
      return new Store(await openDatabase());
    } catch {
      return new Store(null);
    }
  }

  /** Calls when another tab changed a table, with `{table, ids}`; `ids` is null where that may be all of it. */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** Everything in a table. */
  async all(table) {
    if (!this.persistent) return [...this.memory[table].values()].map((value) => structuredClone(value));
    return await finished(this.database.transaction(table).objectStore(table).getAll());
  }

  async get(table, id) {
    if (!this.persistent) return structuredClone(this.memory[table].get(id));
    return await finished(this.database.transaction(table).objectStore(table).get(id));
  }

  async put(table, ...values) {
    const ids = values.map(({ id }) => id);
    await this.change(table, ids, (records) => values.forEach((value) => records.put(value)));
  }

  async remove(table, ...ids) {
    await this.change(table, ids, (records) => ids.forEach((id) => records.delete(id)));
  }

  async clear(table) {
    await this.change(table, null, (records) => records.clear());
  }

  async change(table, ids, work) {
    if (this.persistent) {
      const transaction = this.database.transaction(table, "readwrite");
      work(transaction.objectStore(table));
      await completed(transaction);
    } else {
      const map = this.memory[table];
      work({
        put: (value) => map.set(value.id, structuredClone(value)),
        delete: (id) => map.delete(id),
        clear: () => map.clear(),
      });
    }
    this.channel?.postMessage({ table, ids });
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table, { keyPath: "id" });
    };
    request.onsuccess = () => {
      // A newer page in another tab may need to change the tables; it must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** A small choice that outlives the page, as text; `fallback` when there is none or the browser keeps nothing. */
export function remembered(key, fallback = null) {
  try {
    return localStorage.getItem(`${NAME}.${key}`) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(`${NAME}.${key}`);
    else localStorage.setItem(`${NAME}.${key}`, value);
  } catch {
    // The choice holds for this page only.
  }
}
