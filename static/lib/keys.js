// Single-key shortcuts that never get in the way of typing or of the system's own keys.
const actions = new Map();

/** Tell whether keys are letters there. */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea");
}

/** Tell whether single keys do anything; people who steer by voice switch them off. */
export function areOn() {
  try {
    return localStorage.getItem("shortcuts") !== "off";
  } catch {
    return true;
  }
}

/** Switch single keys on or off in this browser. */
export function turn(state) {
  try {
    localStorage.setItem("shortcuts", state);
  } catch {
    // Storage is closed to us; they stay as they are.
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const action = actions.get(event.key);
  if (!action || isTyping(event.target) || !areOn()) return;
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
