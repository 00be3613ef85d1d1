// Keys that work everywhere on the page.

/** `actions`: `newChat`, `stop`, `search`, `sidebar`, `panel`, `focus`, `help`. `stop` returns whether it stopped anything. */
export function listenToKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const action = actionOf(event, actions);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

function actionOf(event, actions) {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  // A window over the page has the keys to itself.
  if (document.querySelector("dialog[open]")) return null;
  if (command && !event.altKey) {
    if (event.shiftKey) return key === "f" ? actions.search : null;
    return { k: actions.newChat, b: actions.sidebar, ".": actions.panel }[key] ?? null;
  }
  if (event.key === "Escape") return actions.stop;
  if (event.altKey || isWriting(event.target)) return null;
  return { "?": actions.help, "/": actions.focus }[event.key] ?? null;
}

function isWriting(element) {
  return element instanceof HTMLElement && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));
}
