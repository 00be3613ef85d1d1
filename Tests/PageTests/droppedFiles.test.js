import assert from "node:assert/strict";
import { test } from "node:test";
import { droppedFiles, nameOf, withoutHidden } from "../../Sources/CInkPage/Page/droppedFiles.js";

const fileEntry = (name) => ({ name, isFile: true, isDirectory: false, file: (resolve) => resolve({ name }) });

/** A folder as browsers show it: its entries come in portions. */
const folder = (name, ...entries) => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader() {
    const portions = entries.map((entry) => [entry]);
    return { readEntries: (resolve) => resolve(portions.shift() ?? []) };
  },
});

const drop = (...entries) => ({
  items: [
    { kind: "string" },
    ...entries.map((entry) => ({
      kind: "file",
      webkitGetAsEntry: () => entry,
      getAsFile: () => ({ name: entry.name }),
    })),
  ],
});

const names = (items) => items.map(({ name }) => name);

test("folders are read with all that is in them, under their paths", async () => {
  const items = await droppedFiles(
    drop(fileEntry("a.md"), folder("notes", fileEntry("b.md"), folder("old", fileEntry("c.md")), fileEntry("d.md"))),
  );
  assert.deepEqual(names(items), ["a.md", "notes/b.md", "notes/old/c.md", "notes/d.md"]);
});

test("a browser that does not show folders gives its files", async () => {
  const items = await droppedFiles({ items: [{ kind: "file", getAsFile: () => ({ name: "a.md" }) }] });
  assert.deepEqual(names(items), ["a.md"]);
});

test("a folder that leads back into itself ends", async () => {
  const circle = folder("in");
  circle.createReader = () => {
    const portions = [[fileEntry("a.md"), circle]];
    return { readEntries: (resolve) => resolve(portions.shift() ?? []) };
  };
  assert.equal((await droppedFiles(drop(circle))).length, 32);
});

test("a folder that cannot be read is an error", async () => {
  const closed = folder("closed");
  closed.createReader = () => ({ readEntries: (_, reject) => reject(new Error("not allowed")) });
  await assert.rejects(droppedFiles(drop(closed)), { message: "not allowed" });
});

test("hidden files of folders are left out and counted; one by itself was meant", () => {
  const all = ["a.md", ".env", "notes/b.md", "notes/.git/config", "notes/.hidden"];
  const { items, hidden } = withoutHidden(all.map((name) => ({ name })));
  assert.deepEqual(names(items), ["a.md", ".env", "notes/b.md"]);
  assert.equal(hidden, 2);
});

test("a file that was chosen with its folder has its path as its name", () => {
  assert.equal(nameOf({ name: "b.md", webkitRelativePath: "notes/b.md" }), "notes/b.md");
  assert.equal(nameOf({ name: "b.md", webkitRelativePath: "" }), "b.md");
});
