// Files that were dropped or chosen, folders with all that is in them. A file from a folder has its path as its name.

/** Folders within folders that are read; a link that leads back into its folder ends here. */
const DEEPEST = 32;

/** What a file is called in a base. */
export function nameOf(file) {
  return file.webkitRelativePath || file.name;
}

/** Leaves hidden files of folders out, and says how many: `{items, hidden}`. A hidden file by itself was meant. */
export function withoutHidden(items) {
  const isHidden = ({ name }) => name.includes("/") && name.split("/").some((part) => part.startsWith("."));
  const shown = items.filter((item) => !isHidden(item));
  return { items: shown, hidden: items.length - shown.length };
}

/** The files of a drop as `{name, file}`. Has to be called while the drop is being told. */
export async function droppedFiles(dataTransfer) {
  const found = [];
  const entries = [];
  for (const item of dataTransfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.() ?? null;
    if (entry?.isDirectory) entries.push(entry);
    else if (item.getAsFile()) found.push(item.getAsFile());
  }
  const items = found.map((file) => ({ name: file.name, file }));
  for (const entry of entries) await addEntry(entry, "", DEEPEST, items);
  return items;
}

async function addEntry(entry, path, depth, items) {
  const name = `${path}${entry.name}`;
  if (entry.isFile) {
    items.push({ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
  } else if (depth > 0 && !entry.name.startsWith(".")) {
    const reader = entry.createReader();
    for (;;) {
      // A reader hands out some entries at a time, none at the end.
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const each of some) await addEntry(each, `${name}/`, depth - 1, items);
    }
  }
}
