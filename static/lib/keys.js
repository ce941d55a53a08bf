// Single-key shortcuts that never get in the way of typing or of the system's own keys.
const actions = new Map();

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea");
}

function isOff() {
  try {
    return localStorage.getItem("shortcuts") === "off";
  } catch {
    return false;
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const action = actions.get(event.key);
  if (!action || isTyping(event.target) || isOff()) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  action(event);
}

/** Run `action` when `key` is pressed outside fields and dialogs; returns a function that ends it. */
export function shortcut(key, action) {
  actions.set(key, action);
  return () => actions.delete(key);
}

document.addEventListener("keydown", onKey);
